//! Which steps are done, in whichever order their records come.

use super::*;
use crate::Millilitres;
use crate::maintenance::built_in::built_in;
use crate::maintenance::template::{PhotoWhen, Thousandths};
use crate::maintenance::work_order::WorkKind;
use proptest::prelude::*;

fn step(no: u16, what: StepKind, optional: bool) -> Step {
    Step { no: StepNo(no), label: format!("Langkah {no}"), what, optional }
}

fn template() -> Template {
    let volts = StepKind::Number { least: Some(Thousandths(3_000)), most: Some(Thousandths(3_900)), unit: "V".into() };
    let steps = vec![
        step(5, volts, false),
        step(2, StepKind::Choice { options: vec!["Baik".into(), "Rusak".into()] }, false),
        step(7, StepKind::Note, true),
        step(1, StepKind::Photo { when: PhotoWhen::After }, false),
    ];
    Template { name: "Baterai".into(), work: None, steps, retired: false }
}

fn volts(step: u16, number: i64) -> RecordContent {
    RecordContent::Answer { step: StepNo(step), value: StepValue::Number { number: Thousandths(number) } }
}

fn chosen(step: u16, option: u8) -> RecordContent {
    RecordContent::Answer { step: StepNo(step), value: StepValue::Choice { option } }
}

#[test]
fn what_does_not_fit_its_step_is_flagged() {
    let template = template();
    let flags = [
        (volts(5, 3_000), None),
        (volts(5, 3_900), None),
        (volts(5, 2_999), Some(StepFlag::TooLow)),
        (volts(5, 3_901), Some(StepFlag::TooHigh)),
        (chosen(2, 1), None),
        (chosen(2, 2), Some(StepFlag::NoSuchChoice)),
        (chosen(5, 1), Some(StepFlag::OtherKind)),
        (volts(9, 1), Some(StepFlag::NoSuchStep)),
        (RecordContent::Arrival, None),
    ];
    for (content, expected) in flags {
        assert_eq!(flag(&template, &content), expected, "{content:?}");
    }
    assert!(StepFlag::ALL.iter().all(|flag| serde_json::to_value(flag).unwrap() == flag.as_str()));
}

#[test]
fn a_step_is_done_by_the_last_record_of_its_kind() {
    let template = template();
    let note = RecordContent::Note { step: Some(StepNo(2)), text: "x".into() };
    let said = [(10, 1, volts(5, 2_000)), (20, 2, volts(5, 3_500)), (30, 3, chosen(5, 0)), (40, 4, note)];
    let found = standing(&template, said.iter().map(|(at, key, content)| (UtcMillis(*at), *key, content)));
    let shown: Vec<_> = found.iter().map(|step| (step.step.no.0, step.by, step.flag, step.is_missing())).collect();
    assert_eq!(shown, [(5, Some(2), None, false), (2, None, None, true), (7, None, None, false), (1, None, None, true)]);
    assert_eq!(missing(&found), 2);
}

#[test]
fn a_checklist_that_comes_with_the_program_can_be_done() {
    let template = built_in(WorkKind::Routine);
    let answer = |step: &Step| match step.what {
        StepKind::YesNo => Some(StepValue::YesNo { yes: true }),
        StepKind::Reading => Some(StepValue::Reading { register: Millilitres(1_000), reading: None }),
        _ => None,
    };
    let records: Vec<RecordContent> =
        template.steps.iter().filter_map(|step| Some(RecordContent::Answer { step: step.no, value: answer(step)? })).collect();
    let found = standing(&template, records.iter().enumerate().map(|(key, content)| (UtcMillis(0), key, content)));
    assert_eq!(missing(&found), 0);
}

fn contents() -> impl Strategy<Value = RecordContent> {
    prop_oneof![
        (0..9_u16, 0..5_000_i64).prop_map(|(step, number)| volts(step, number)),
        (0..9_u16, 0..4_u8).prop_map(|(step, option)| chosen(step, option)),
        (0..9_u16).prop_map(|step| RecordContent::Note { step: Some(StepNo(step)), text: "x".into() }),
        Just(RecordContent::Departure),
    ]
}

proptest! {
    /// Records in any order, and any of them twice, come to the same steps; and one more never makes a step undone.
    #[test]
    fn the_order_in_which_records_arrive_makes_no_difference(
        of in prop::collection::vec((0..6_i64, contents()), 0..9), turn in 0..9_usize, cut in 0..9_usize
    ) {
        let template = template();
        let keyed: Vec<(UtcMillis, usize, RecordContent)> =
            of.into_iter().enumerate().map(|(key, (at, content))| (UtcMillis(at), key, content)).collect();
        let found = |of: &[(UtcMillis, usize, RecordContent)]| -> Vec<(Option<usize>, Option<StepFlag>)> {
            let found = standing(&template, of.iter().map(|(at, key, content)| (*at, *key, content)));
            found.into_iter().map(|step| (step.by, step.flag)).collect()
        };
        let mut mixed: Vec<_> = keyed.iter().rev().chain(keyed.get(cut)).cloned().collect();
        let by = turn % mixed.len().max(1);
        mixed.rotate_left(by);
        prop_assert_eq!(found(&keyed), found(&mixed));
        let part = found(&keyed[..cut.min(keyed.len())]);
        prop_assert!(part.iter().zip(found(&keyed)).all(|(part, whole)| part.0.is_none() || whole.0.is_some()));
    }
}
