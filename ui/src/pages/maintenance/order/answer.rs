//! Answers to steps: yes or no, a number held against its limits, one of several.

use crate::components::shell::language;
use crate::components::{Button, Icon};
use crate::i18n::tr;
use crate::pages::admin::parts::Entry;
use crate::pages::maintenance::order::adding::use_adding;
use crate::pages::maintenance::words::{limits, of_template};
use dioxus::prelude::*;
use domain::maintenance::record::{RecordContent, StepValue};
use domain::maintenance::template::{StepKind, StepNo, Thousandths};
use protocol::ui::WorkRow;

/// One of a few, each a large button: pressed, it is recorded.
#[component]
pub fn OneOf(row: WorkRow, step: StepNo, choices: Vec<(StepValue, String)>, onclose: EventHandler<()>) -> Element {
    let adding = use_adding(&row);
    rsx! {
        div { class: "stack wide one-of",
            for (place , (value , word)) in choices.into_iter().enumerate() {
                button { key: "{place}", class: "button secondary big full", r#type: "button", disabled: adding.is_busy(), "data-choice": "{place}",
                    onclick: move |_| adding.add(RecordContent::Answer { step, value: value.clone() }, onclose),
                    "{word}"
                }
            }
            Button { label: tr("cancel"), kind: "quiet", full: true, onclick: move |_| onclose.call(()) }
        }
    }
}

/// Yes or no.
pub fn yes_no() -> Vec<(StepValue, String)> {
    vec![(StepValue::YesNo { yes: true }, tr("work-yes")), (StepValue::YesNo { yes: false }, tr("work-no"))]
}

/// The choices of a step.
pub fn choices(options: &[String]) -> Vec<(StepValue, String)> {
    (0_u8..).zip(options).map(|(option, word)| (StepValue::Choice { option }, of_template(word))).collect()
}

/// Whether a number is as it should be.
fn is_odd(what: &StepKind, number: Thousandths) -> bool {
    let StepKind::Number { least, most, .. } = what else { return false };
    least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most)
}

/// A number. One beyond the limits is kept as well, and said to be so.
#[component]
pub fn NumberForm(row: WorkRow, step: StepNo, label: String, what: StepKind, onclose: EventHandler<()>) -> Element {
    let adding = use_adding(&row);
    let mut text = use_signal(String::new);
    let mut tried = use_signal(|| false);
    let number = Thousandths::parse(&text.read());
    let wrong = (tried() && number.is_none()).then(|| tr("work-number-wrong"));
    let odd = number.is_some_and(|number| is_odd(&what, number));
    let unit = if let StepKind::Number { unit, .. } = &what { unit.clone() } else { String::new() };
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if let Some(number) = number {
            adding.add(RecordContent::Answer { step, value: StepValue::Number { number } }, onclose);
        }
    };
    rsx! {
        form { class: "stack wide", novalidate: true, onsubmit: go,
            Entry { id: "work-number", label, value: text(), kind: "decimal", unit, error: wrong, hint: limits(&what, language()).unwrap_or_default(),
                oninput: move |typed| text.set(typed) }
            div { "aria-live": "polite",
                if odd {
                    div { class: "banner warn", "data-odd": "true", Icon { name: "triangle-alert" } p { class: "small", {tr("work-number-odd")} } }
                }
            }
            button { class: "button primary big full", r#type: "submit", disabled: adding.is_busy(), Icon { name: "check" } {tr("work-record-save")} }
            Button { label: tr("cancel"), kind: "quiet", full: true, onclick: move |_| onclose.call(()) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_odd_beyond_either_limit_and_never_without_one() {
        let what = |least, most| StepKind::Number { least, most, unit: "V".into() };
        let (low, high) = (Some(Thousandths(3_000)), Some(Thousandths(3_900)));
        let odd = |what: &StepKind| [2_999, 3_000, 3_900, 3_901].map(|number| is_odd(what, Thousandths(number)));
        assert_eq!(odd(&what(low, high)), [true, false, false, true]);
        assert_eq!(odd(&what(None, high)), [false, false, false, true]);
        assert_eq!(odd(&what(None, None)), [false; 4]);
    }
}
