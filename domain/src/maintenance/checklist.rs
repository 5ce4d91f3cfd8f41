//! Which steps of an order are done. It follows from the version of its template and its records, in whichever order these arrive.

use crate::UtcMillis;
use crate::core::words::words;
use crate::maintenance::record::{RecordContent, StepValue};
use crate::maintenance::template::{Step, StepKind, StepNo, Template};
use serde::{Deserialize, Serialize};

words! {
    /// What is odd about a record for a step. It is said, and forbids nothing.
    StepFlag {
        /// The template has no such step.
        NoSuchStep = "no_such_step",
        /// The step asks for something else.
        OtherKind = "other_kind",
        /// The number is lower than it should be.
        TooLow = "too_low",
        /// The number is higher than it should be.
        TooHigh = "too_high",
        /// The step has no such choice.
        NoSuchChoice = "no_such_choice",
    }
}

/// What is odd about a record, as far as the template shows it.
pub fn flag(template: &Template, content: &RecordContent) -> Option<StepFlag> {
    let no = content.step()?;
    template.step(no).map_or(Some(StepFlag::NoSuchStep), |step| judge(step, content))
}

/// What is odd about a record for a step.
fn judge(step: &Step, content: &RecordContent) -> Option<StepFlag> {
    if !fits(&step.what, content) {
        return Some(StepFlag::OtherKind);
    }
    match (&step.what, content) {
        (StepKind::Number { least, most, .. }, RecordContent::Answer { value: StepValue::Number { number }, .. }) => {
            let is_low = least.is_some_and(|least| *number < least);
            let is_high = most.is_some_and(|most| *number > most);
            if is_low { Some(StepFlag::TooLow) } else { is_high.then_some(StepFlag::TooHigh) }
        }
        (StepKind::Choice { options }, RecordContent::Answer { value: StepValue::Choice { option }, .. }) => {
            (usize::from(*option) >= options.len()).then_some(StepFlag::NoSuchChoice)
        }
        _ => None,
    }
}

/// Whether a record is of the kind that a step asks for. What a newer program asks for or records is taken for it.
const fn fits(what: &StepKind, content: &RecordContent) -> bool {
    match content {
        RecordContent::Answer { value, .. } => matches!(
            (what, value),
            (StepKind::YesNo, StepValue::YesNo { .. })
                | (StepKind::Number { .. }, StepValue::Number { .. })
                | (StepKind::Choice { .. }, StepValue::Choice { .. })
                | (StepKind::Reading, StepValue::Reading { .. })
                | (StepKind::Unknown, _)
                | (_, StepValue::Unknown)
        ),
        RecordContent::Note { .. } => matches!(what, StepKind::Note | StepKind::Unknown),
        RecordContent::Photo { .. } => matches!(what, StepKind::Photo { .. } | StepKind::Unknown),
        RecordContent::Part { .. } => matches!(what, StepKind::Part | StepKind::Unknown),
        RecordContent::Signature { .. } => matches!(what, StepKind::Signature | StepKind::Unknown),
        RecordContent::Arrival | RecordContent::Departure | RecordContent::Cost { .. } | RecordContent::Unknown => false,
    }
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing<'a, K> {
    /// The step.
    pub step: &'a Step,
    /// The last record of its kind; none as long as it is not done.
    pub by: Option<K>,
    /// What is odd about that one.
    pub flag: Option<StepFlag>,
}

impl<K> Standing<'_, K> {
    /// Whether it still has to be done.
    pub const fn is_missing(&self) -> bool {
        self.by.is_none() && !self.step.optional
    }
}

/// How far the steps of an order are, in their order. Of several records for one step the last holds: the one of the latest instant, and of two at
/// one instant the one with the greater key.
pub fn standing<'a, K: Copy + Ord>(
    template: &'a Template,
    records: impl IntoIterator<Item = (UtcMillis, K, &'a RecordContent)>,
) -> Vec<Standing<'a, K>> {
    let mut last: Vec<Option<(UtcMillis, K, &'a RecordContent)>> = vec![None; template.steps.len()];
    for (at, key, content) in records {
        let Some(place) = content.step().and_then(|no| place_of(template, no)) else { continue };
        let is_later = last[place].is_none_or(|(known_at, known, _)| (known_at, known) < (at, key));
        if is_later && fits(&template.steps[place].what, content) {
            last[place] = Some((at, key, content));
        }
    }
    let standing = |(step, last): (&'a Step, Option<(UtcMillis, K, &'a RecordContent)>)| Standing {
        step,
        by: last.map(|(_, key, _)| key),
        flag: last.and_then(|(_, _, content)| judge(step, content)),
    };
    template.steps.iter().zip(last).map(standing).collect()
}

fn place_of(template: &Template, no: StepNo) -> Option<usize> {
    template.steps.iter().position(|step| step.no == no)
}

/// Steps that still have to be done.
pub fn missing<K>(standing: &[Standing<'_, K>]) -> usize {
    standing.iter().filter(|standing| standing.is_missing()).count()
}

#[cfg(test)]
#[path = "checklist_tests.rs"]
mod tests;
