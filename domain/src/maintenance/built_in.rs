//! Checklists that come with the program, one for each kind of work, so that there is one before a utility has written its own. Their labels and
//! choices are keys of the catalogues: whoever shows them translates.

use crate::maintenance::template::{PhotoWhen, Step, StepKind, StepNo, Template, Thousandths};
use crate::maintenance::work_order::WorkKind;

/// A step as it is listed here: its number, word and whether it may be left out. Numbers are never given to another step, because records name
/// them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    PhotoBefore,
    SealIntact,
    NoLeak,
    Reading,
    ValveMoves,
    BatteryVolts,
    Condition,
    ErrorOfTest,
    Cleaned,
    Fault,
    PartsUsed,
    SealNumber,
    NewMeterWorks,
    VerificationMark,
    SafeNow,
    PhotoAfter,
    Remark,
    Signature,
}

impl Part {
    /// Its number, and the word in the key of its label.
    const fn named(self) -> (u16, &'static str) {
        match self {
            Self::PhotoBefore => (1, "photo-before"),
            Self::SealIntact => (2, "seal-intact"),
            Self::NoLeak => (3, "no-leak"),
            Self::Reading => (4, "reading"),
            Self::ValveMoves => (5, "valve-moves"),
            Self::BatteryVolts => (6, "battery-volts"),
            Self::Condition => (7, "condition"),
            Self::ErrorOfTest => (8, "error-of-test"),
            Self::Cleaned => (9, "cleaned"),
            Self::Fault => (10, "fault"),
            Self::PartsUsed => (11, "parts-used"),
            Self::SealNumber => (12, "seal-number"),
            Self::NewMeterWorks => (13, "new-meter-works"),
            Self::VerificationMark => (14, "verification-mark"),
            Self::SafeNow => (15, "safe-now"),
            Self::PhotoAfter => (16, "photo-after"),
            Self::Remark => (17, "remark"),
            Self::Signature => (18, "signature"),
        }
    }

    /// What it asks for.
    fn asks(self) -> StepKind {
        let number = |least: i64, most: i64, unit: &str| StepKind::Number {
            least: Some(Thousandths(least)),
            most: Some(Thousandths(most)),
            unit: unit.to_owned(),
        };
        match self {
            Self::PhotoBefore => StepKind::Photo { when: PhotoWhen::Before },
            Self::PhotoAfter => StepKind::Photo { when: PhotoWhen::After },
            Self::SealIntact
            | Self::NoLeak
            | Self::ValveMoves
            | Self::Cleaned
            | Self::NewMeterWorks
            | Self::VerificationMark
            | Self::SafeNow => StepKind::YesNo,
            Self::Reading => StepKind::Reading,
            // A lithium cell of 3.6 V: below 3.0 V it is empty.
            Self::BatteryVolts => number(3_000, 3_900, "V"),
            // ISO 4064-1: the error of a meter in the upper range, twice the 2 % of a new one.
            Self::ErrorOfTest => number(-4_000, 4_000, "%"),
            Self::Condition => {
                let options = ["good", "worn", "broken"].map(|word| format!("work-option-{word}"));
                StepKind::Choice { options: options.to_vec() }
            }
            Self::PartsUsed => StepKind::Part,
            Self::Fault | Self::SealNumber | Self::Remark => StepKind::Note,
            Self::Signature => StepKind::Signature,
        }
    }

    fn step(self, optional: bool) -> Step {
        let (no, word) = self.named();
        Step { no: StepNo(no), label: format!("work-step-{word}"), what: self.asks(), optional }
    }
}

/// The steps of a kind of work: those that are done, and those that may be left out. Both in the order of their numbers, which is the order of
/// the work.
const fn parts(work: WorkKind) -> (&'static [Part], &'static [Part]) {
    use Part::*;
    match work {
        WorkKind::Routine => (&[SealIntact, NoLeak, Reading], &[PhotoBefore, Remark]),
        WorkKind::Preventive => (&[SealIntact, NoLeak, Reading, ValveMoves, BatteryVolts], &[PartsUsed, PhotoAfter, Remark]),
        WorkKind::Inspection => (&[PhotoBefore, SealIntact, NoLeak, Reading, Condition], &[Remark]),
        WorkKind::Calibration => (&[Reading, ErrorOfTest, SealNumber, PhotoAfter], &[Remark]),
        WorkKind::Cleaning => (&[PhotoBefore, Cleaned, NoLeak, PhotoAfter], &[Reading, Remark]),
        WorkKind::Replacement => {
            (&[PhotoBefore, Reading, PartsUsed, SealNumber, NewMeterWorks, PhotoAfter, Signature], &[NoLeak, Remark])
        }
        WorkKind::Repair => (&[PhotoBefore, Fault, NoLeak, PhotoAfter], &[Reading, PartsUsed, SealNumber, Remark, Signature]),
        WorkKind::Emergency => (&[Fault, SafeNow], &[PhotoBefore, PartsUsed, PhotoAfter, Remark]),
        WorkKind::TeraUlang => (&[Reading, ErrorOfTest, SealNumber, VerificationMark, PhotoAfter, Signature], &[Remark]),
    }
}

/// The checklist of a kind of work where the order names no template.
pub fn built_in(work: WorkKind) -> Template {
    let (done, optional) = parts(work);
    let mut steps: Vec<Step> = done.iter().map(|part| part.step(false)).collect();
    steps.extend(optional.iter().map(|part| part.step(true)));
    steps.sort_by_key(|step| step.no);
    Template { name: format!("work-kind-{}", work.as_str()), work: Some(work), steps, retired: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn every_kind_of_work_has_a_checklist_that_could_be_kept() {
        for work in WorkKind::ALL {
            let template = built_in(*work);
            assert_eq!(template.clone().clean(), Ok(template), "{work:?}");
        }
    }

    #[test]
    fn a_number_is_the_same_step_in_every_checklist() {
        let mut known = BTreeMap::new();
        for step in WorkKind::ALL.iter().flat_map(|work| built_in(*work).steps) {
            let (label, what) = known.entry(step.no).or_insert_with(|| (step.label.clone(), step.what.clone()));
            assert_eq!((&step.label, &step.what), (&*label, &*what));
        }
    }
}
