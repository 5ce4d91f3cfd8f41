//! What was recorded, in words.

use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::maintenance::words::{of_source, of_template};
use domain::maintenance::record::{RecordContent, StepValue};
use domain::maintenance::strokes::{Point, Strokes};
use domain::maintenance::template::{Step, StepKind};
use domain::people::Language;

/// The line that stands for a signature where somebody typed a name instead of drawing one.
const TYPED: [Point; 2] = [(100, 700), (900, 700)];

/// What is kept where somebody signs by typing a name.
pub fn typed_strokes() -> Option<Strokes> {
    Strokes::of_pen(&[TYPED.to_vec()])
}

/// Whether somebody signed by typing a name.
pub fn is_typed(strokes: &Strokes) -> bool {
    matches!(strokes.strokes(), [one] if one.as_slice() == TYPED)
}

/// The picture of what was recorded.
pub const fn picture_of(content: &RecordContent) -> &'static str {
    match content {
        RecordContent::Answer { value: StepValue::Reading { .. }, .. } => "gauge",
        RecordContent::Answer { .. } => "list-checks",
        RecordContent::Note { .. } => "sticky-note",
        RecordContent::Photo { .. } => "camera",
        RecordContent::Part { .. } => "settings",
        RecordContent::Signature { .. } => "pencil",
        RecordContent::Arrival => "map-pin",
        RecordContent::Departure => "log-out",
        RecordContent::Cost { .. } => "banknote",
        RecordContent::Unknown => "info",
    }
}

/// What was recorded.
pub fn said(content: &RecordContent, step: Option<&Step>, language: Language) -> String {
    match content {
        RecordContent::Answer { value, .. } => answered(value, step.map(|step| &step.what), language),
        RecordContent::Note { text, .. } => text.clone(),
        RecordContent::Photo { .. } => tr("work-record-photo"),
        RecordContent::Part { name, serial, count, from, .. } => {
            let serial = if serial.is_empty() { String::new() } else { format!(" · {serial}") };
            format!("{count} × {name}{serial} · {}", of_source(*from))
        }
        RecordContent::Signature { strokes, signer, .. } => {
            let key = if is_typed(strokes) { "work-signed-typed" } else { "work-signed" };
            tra(key, &[("name", signer.clone())])
        }
        RecordContent::Arrival => tr("work-arrived"),
        RecordContent::Departure => tr("work-left"),
        RecordContent::Cost { amount, text } if text.is_empty() => amount.to_string(),
        RecordContent::Cost { amount, text } => format!("{amount} · {text}"),
        RecordContent::Unknown => tr("work-record-unknown"),
    }
}

/// The answer to a step. What the step does not know any more is shown as it was sent.
fn answered(value: &StepValue, what: Option<&StepKind>, language: Language) -> String {
    match (value, what) {
        (StepValue::YesNo { yes }, _) => tr(if *yes { "work-yes" } else { "work-no" }),
        (StepValue::Number { number }, Some(StepKind::Number { unit, .. })) => {
            format!("{} {unit}", format::thousandths(number.0, language)).trim().to_owned()
        }
        (StepValue::Number { number }, _) => format::thousandths(number.0, language),
        (StepValue::Choice { option }, Some(StepKind::Choice { options })) => {
            let known = options.get(usize::from(*option)).map(|option| of_template(option));
            known.unwrap_or_else(|| tra("work-option", &[("n", (u32::from(*option) + 1).to_string())]))
        }
        (StepValue::Choice { option }, _) => tra("work-option", &[("n", (u32::from(*option) + 1).to_string())]),
        (StepValue::Reading { register, .. }, _) => format::register(*register, language),
        (StepValue::Unknown, _) => tr("work-record-unknown"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_name_is_another_signature_than_a_drawn_one() {
        let typed = typed_strokes().expect("a signature");
        let drawn = Strokes::of_pen(&[vec![(100, 700), (500, 300), (900, 700)]]).expect("a signature");
        assert!(is_typed(&typed) && !is_typed(&drawn));
    }
}
