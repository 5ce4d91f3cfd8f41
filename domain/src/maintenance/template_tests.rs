//! Templates: what can be kept, and what is wrong with the rest.

use super::*;
use proptest::prelude::*;

fn step(no: u16, what: StepKind) -> Step {
    Step { no: StepNo(no), label: format!(" Langkah {no} "), what, optional: false }
}

fn template(steps: Vec<Step>) -> Template {
    Template { name: " Ganti baterai ".into(), work: Some(WorkKind::Preventive), steps, retired: false }
}

fn choice(options: &[&str]) -> StepKind {
    StepKind::Choice { options: options.iter().map(|option| (*option).to_owned()).collect() }
}

fn number(least: Option<i64>, most: Option<i64>, unit: &str) -> StepKind {
    StepKind::Number { least: least.map(Thousandths), most: most.map(Thousandths), unit: unit.into() }
}

#[test]
fn a_template_is_kept_without_what_surrounds_its_texts() {
    let kept =
        template(vec![step(1, number(None, Some(5), " V ")), step(9, choice(&[" Baik ", "Rusak"]))]).clean().expect("kept");
    assert_eq!((kept.name.as_str(), kept.steps[0].label.as_str()), ("Ganti baterai", "Langkah 1"));
    assert_eq!((&kept.steps[0].what, &kept.steps[1].what), (&number(None, Some(5), "V"), &choice(&["Baik", "Rusak"])));
    assert_eq!((kept.step(StepNo(9)).map(|step| step.no), kept.step(StepNo(2))), (Some(StepNo(9)), None));
}

#[test]
fn what_cannot_be_kept_says_what_is_wrong() {
    let fault = |steps: Vec<Step>| template(steps).clean().expect_err("was kept");
    assert_eq!(fault(vec![]), TemplateFault::Steps);
    assert_eq!(fault((0..=40).map(|no| step(no, StepKind::YesNo)).collect()), TemplateFault::Steps);
    assert_eq!(fault(vec![step(1, StepKind::YesNo), step(1, StepKind::Note)]), TemplateFault::Twice(StepNo(1)));
    assert_eq!(fault(vec![step(1, number(Some(2), Some(1), ""))]), TemplateFault::Limits(StepNo(1)));
    assert_eq!(fault(vec![step(1, number(None, None, "a very long unit"))]), TemplateFault::Unit(StepNo(1), Invalid::TooLong));
    assert_eq!(fault(vec![step(3, StepKind::Unknown)]), TemplateFault::Unknown(StepNo(3)));
    for options in [&["Baik"][..], &["Baik", " Baik "], &["Baik", ""], &["x"; 13]] {
        assert_eq!(fault(vec![step(1, choice(options))]), TemplateFault::Options(StepNo(1)), "{options:?}");
    }
    let unlabelled = Step { label: " ".into(), ..step(1, StepKind::YesNo) };
    assert_eq!(fault(vec![unlabelled]), TemplateFault::Label(StepNo(1), Invalid::Empty));
    let wide: Vec<String> = (0..12).map(|of| format!("{of:040}")).collect();
    let large = |no| step(no, StepKind::Choice { options: wide.clone() });
    assert_eq!(fault((0..40).map(large).collect()), TemplateFault::TooLarge);
    let unnamed = Template { name: "x".repeat(LONGEST_NAME + 1), ..template(vec![step(1, StepKind::YesNo)]) };
    assert_eq!(unnamed.clean(), Err(TemplateFault::Name(Invalid::TooLong)));
}

#[test]
fn the_row_of_a_version_follows_from_template_and_version() {
    let of = |id: u128, version| TemplateVersion { id: WorkTemplateId(Uuid::from_u128(id)), version }.row_id();
    assert_eq!(of(1, 1), of(1, 1));
    assert!(of(1, 1) != of(1, 2) && of(1, 1) != of(2, 1));
    assert_eq!(of(1, 1).get_version_num(), 8);
}

#[test]
fn a_step_of_a_newer_program_is_read_and_left_alone() {
    let newer = r#"{"name":"x","steps":[{"no":1,"label":"Rekam suara","what":{"ask":"sound","seconds":9}}]}"#;
    let read: Template = serde_json::from_str(newer).expect("a template");
    assert_eq!(read.steps[0].what, StepKind::Unknown);
}

#[test]
fn a_number_is_typed_in_either_language() {
    for (text, expected) in [("3,6", 3_600), (" -0.25 ", -250), ("7", 7_000), ("\u{2212}1,005", -1_005), ("12.", 12_000)] {
        assert_eq!(Thousandths::parse(text), Some(Thousandths(expected)), "{text}");
    }
    for no in ["", "-", ",5", "1.234,5", "1,2345", "1e3", "3 V", "9999999999"] {
        assert_eq!(Thousandths::parse(no), None, "{no}");
    }
}

fn kinds() -> impl Strategy<Value = StepKind> {
    prop_oneof![
        Just(StepKind::YesNo),
        (any::<Option<i64>>(), any::<Option<i64>>(), ".{0,14}").prop_map(|(least, most, unit)| number(least, most, &unit)),
        prop::collection::vec(".{0,8}", 0..5).prop_map(|options| StepKind::Choice { options }),
        Just(StepKind::Photo { when: PhotoWhen::Before }),
        Just(StepKind::Reading),
        Just(StepKind::Part),
        Just(StepKind::Note),
        Just(StepKind::Signature),
    ]
}

proptest! {
    /// What is kept is kept as it is from then on, and survives the wire.
    #[test]
    fn a_template_that_is_kept_is_kept_again_as_it_is(
        name in ".{0,64}", steps in prop::collection::vec((0..60_u16, ".{0,20}", kinds(), any::<bool>()), 0..6)
    ) {
        let steps = steps.into_iter().map(|(no, label, what, optional)| Step { no: StepNo(no), label, what, optional }).collect();
        if let Ok(kept) = (Template { name, work: None, steps, retired: false }).clean() {
            prop_assert_eq!(kept.clone().clean().expect("kept again"), kept.clone());
            let sent = serde_json::to_string(&kept).expect("JSON");
            prop_assert_eq!(serde_json::from_str::<Template>(&sent).expect("a template"), kept);
        }
    }
}
