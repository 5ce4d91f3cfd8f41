//! Work records: what is kept of them, and what is marked.

use super::*;
use crate::maintenance::progress::{Turn, WorkStep};
use proptest::prelude::*;
use uuid::Uuid;

fn part(name: &str, serial: &str, count: u16) -> RecordContent {
    RecordContent::Part { step: None, name: name.into(), serial: serial.into(), count, from: PartSource::Van }
}

fn cost(amount: i64, text: &str) -> RecordContent {
    RecordContent::Cost { amount: Rupiah(amount), text: text.into() }
}

#[test]
fn a_record_is_kept_without_what_surrounds_its_texts() {
    let note = |text: &str| RecordContent::Note { step: Some(StepNo(3)), text: text.into() };
    assert_eq!(note(" Bocor \n").clean(), Ok(note("Bocor")));
    assert_eq!(part(" Paking ", " WM\u{200b}-7 ", 2).clean(), Ok(part("Paking", "WM-7", 2)));
    assert_eq!(cost(15_000, " ").clean(), Ok(cost(15_000, "")));
    assert_eq!(RecordContent::Arrival.clean(), Ok(RecordContent::Arrival));
}

#[test]
fn only_what_is_no_value_at_all_cannot_be_kept() {
    let of = |content: RecordContent| content.clean().expect_err("was kept");
    assert_eq!(of(part(" ", "", 1)), ("name", Invalid::Empty));
    assert_eq!(of(part("x", &"9".repeat(65), 1)), ("serial", Invalid::TooLong));
    for count in [0, 1_000] {
        assert_eq!(of(part("x", "", count)), ("count", Invalid::Malformed));
    }
    for amount in [0, -5, MOST_COST.0 + 1] {
        assert_eq!(of(cost(amount, "")), ("amount", Invalid::Malformed));
    }
    assert_eq!(of(RecordContent::Unknown), ("content", Invalid::Malformed));
    let answer = |value| RecordContent::Answer { step: StepNo(99), value };
    assert_eq!(of(answer(StepValue::Reading { register: Millilitres(-1), reading: None })), ("register", Invalid::Malformed));
    // Which step it is for, and whether it fits, nobody refuses.
    assert!(answer(StepValue::Number { number: Thousandths(i64::MAX) }).clean().is_ok());
}

#[test]
fn a_record_of_a_newer_program_is_read() {
    let read: RecordContent = serde_json::from_str(r#"{"what":"sound","blob":"x"}"#).expect("a record");
    assert_eq!((read.kind(), read.step()), ("unknown", None));
    let answer: StepValue = serde_json::from_str(r#"{"as":"colour","rgb":[1,2,3]}"#).expect("an answer");
    assert_eq!(answer, StepValue::Unknown);
}

#[test]
fn every_kind_of_record_survives_the_wire() {
    let strokes = Strokes::new(vec![vec![(1, 2), (3, 4)]]).expect("a signature");
    let photo = RecordContent::Photo {
        step: Some(StepNo(1)),
        blob: BlobId([7; 32]),
        taken_at: UtcMillis(5),
        position: Position::new(-6_175_392, 106_827_153),
    };
    let reading = Some(ManualReadingId(Uuid::nil()));
    let all = [
        RecordContent::Answer { step: StepNo(4), value: StepValue::Reading { register: Millilitres(1_000), reading } },
        RecordContent::Answer { step: StepNo(2), value: StepValue::YesNo { yes: true } },
        RecordContent::Answer { step: StepNo(7), value: StepValue::Choice { option: 2 } },
        RecordContent::Note { step: None, text: "x".into() },
        photo,
        part("Paking", "WM-7", 2),
        RecordContent::Signature { step: None, strokes, signer: "Siti".into() },
        RecordContent::Arrival,
        RecordContent::Departure,
        cost(15_000, "Parkir"),
    ];
    for content in all {
        let sent = serde_json::to_string(&content).expect("JSON");
        assert!(sent.starts_with(&format!(r#"{{"what":"{}""#, content.kind())), "{sent}");
        assert_eq!(serde_json::from_str::<RecordContent>(&sent).expect("a record"), content);
    }
}

#[test]
fn work_on_what_is_somebody_elses_or_over_is_marked_and_nothing_else() {
    let [one, other] = [1, 2].map(|of| UserId(Uuid::from_u128(of)));
    let (at, open) = (UtcMillis(1_000), Progress::default());
    assert_eq!(review_work(&open, None, one, at), []);
    assert_eq!(review_work(&open, Some(one), one, at), []);
    assert_eq!(review_work(&open, Some(other), one, at), [Review::NotAssigned]);
    let cancelled = open.with(WorkStep::Cancelled, at);
    assert_eq!(review_work(&cancelled, None, one, at), [], "it was done until then");
    assert_eq!(review_work(&cancelled, Some(other), one, at.plus(1)), [Review::NotAssigned, Review::LateWork]);
}

/// What arrives of an order: that it was completed, cancelled, begun or held at an instant, or that something was recorded then.
type Arrival = (usize, i64);

/// Which records of an order are marked as late once all has arrived, by number.
fn marked(arrived: &[(usize, Arrival)]) -> Vec<usize> {
    let author = UserId(Uuid::nil());
    let (mut progress, mut records) = (Progress::default(), Vec::<(usize, UtcMillis, bool)>::new());
    for (number, (what, at)) in arrived {
        let (before, at) = (progress.clone(), UtcMillis(*at));
        progress = match what {
            0 => progress.with(WorkStep::Completed, at),
            1 => progress.with(WorkStep::Cancelled, at),
            2 => progress.turned(Turn::Going, at),
            3 => progress.turned(Turn::Held, at),
            _ => {
                records.push((*number, at, review_work(&progress, None, author, at).contains(&Review::LateWork)));
                progress
            }
        };
        if let Some(ended) = late_behind(&before, &progress) {
            records.iter_mut().filter(|(_, at, _)| ended < *at).for_each(|(_, _, is_late)| *is_late = true);
        }
    }
    let mut late: Vec<usize> = records.into_iter().filter(|(_, _, is_late)| *is_late).map(|(number, _, _)| number).collect();
    late.sort_unstable();
    late
}

proptest! {
    /// By a plain look at all that was said: a record is late if any end lies before it.
    #[test]
    fn which_records_are_late_does_not_depend_on_the_order_of_arrival(
        (said, mixed) in prop::collection::vec((0..7_usize, 0..60_i64), 0..12).prop_flat_map(|said: Vec<Arrival>| {
            let said: Vec<(usize, Arrival)> = said.into_iter().enumerate().collect();
            (Just(said.clone()), Just(said).prop_shuffle())
        }),
    ) {
        let is_over = |at: i64| said.iter().any(|(_, (what, ended))| *what < 2 && *ended < at);
        let late = said.iter().filter(|(_, (what, at))| *what > 3 && is_over(*at)).map(|(number, _)| *number);
        let expected: Vec<usize> = late.collect();
        prop_assert_eq!(marked(&mixed), expected.clone());
        prop_assert_eq!(marked(&said), expected);
    }
}
