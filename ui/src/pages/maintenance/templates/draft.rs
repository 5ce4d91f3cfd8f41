//! A checklist as it is written: texts as they are typed, steps that are added, moved and removed, and the version that comes of it. A step keeps its
//! number for ever, because records name it; a new one gets one that none of any version had.

use crate::format;
use crate::pages::maintenance::words::{ask_of, of_template};
use domain::maintenance::template::{PhotoWhen, Step, StepKind, StepNo, Template, TemplateFault, Thousandths};
use domain::maintenance::work_order::WorkKind;
use domain::people::Language;

/// What a step can ask for, in the words of [`ask_of`].
pub const ASKS: [&str; 8] = ["yes_no", "number", "choice", "photo", "reading", "part", "note", "signature"];

/// A step as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct DraftStep {
    /// Its number.
    pub no: StepNo,
    /// What is done.
    pub label: String,
    /// What it asks for, a word of [`ASKS`].
    pub ask: &'static str,
    /// The least of a number; it may be empty.
    pub least: String,
    /// The most of a number; it may be empty.
    pub most: String,
    /// The unit of a number; it may be empty.
    pub unit: String,
    /// The choices, a line each.
    pub options: String,
    /// When a picture is taken.
    pub when: PhotoWhen,
    /// Whether it may be left out.
    pub optional: bool,
}

impl DraftStep {
    fn new(no: StepNo, ask: &'static str) -> Self {
        Self {
            no,
            label: String::new(),
            ask,
            least: String::new(),
            most: String::new(),
            unit: String::new(),
            options: String::new(),
            when: PhotoWhen::Any,
            optional: false,
        }
    }

    fn of(step: &Step, language: Language) -> Self {
        let mut draft = Self::new(step.no, ask_of(&step.what));
        draft.label = of_template(&step.label);
        draft.optional = step.optional;
        match &step.what {
            StepKind::Number { least, most, unit } => {
                let typed = |number: &Option<Thousandths>| {
                    // Nobody types groups of digits.
                    let text = number.map(|number| format::thousandths(number.0, language)).unwrap_or_default();
                    if language == Language::Id { text.replace('.', "") } else { text.replace(',', "") }
                };
                (draft.least, draft.most, draft.unit) = (typed(least), typed(most), unit.clone());
            }
            StepKind::Choice { options } => {
                draft.options = options.iter().map(|option| of_template(option)).collect::<Vec<_>>().join("\n");
            }
            StepKind::Photo { when } => draft.when = *when,
            _ => {}
        }
        draft
    }

    fn what(&self) -> Result<StepKind, &'static str> {
        let number = |text: &str| match text.trim() {
            "" => Ok(None),
            text => Thousandths::parse(text).map(Some).ok_or("template-number-wrong"),
        };
        Ok(match self.ask {
            "yes_no" => StepKind::YesNo,
            "number" => StepKind::Number { least: number(&self.least)?, most: number(&self.most)?, unit: self.unit.clone() },
            "choice" => {
                let lines = self.options.lines().map(str::trim).filter(|line| !line.is_empty());
                StepKind::Choice { options: lines.map(str::to_owned).collect() }
            }
            "photo" => StepKind::Photo { when: self.when },
            "reading" => StepKind::Reading,
            "part" => StepKind::Part,
            "note" => StepKind::Note,
            "signature" => StepKind::Signature,
            _ => return Err("template-newer"),
        })
    }
}

/// What is wrong with a checklist: the step that it is about, and the key of the sentence.
pub type DraftFault = (Option<StepNo>, &'static str);

/// A checklist as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// What it is called.
    pub name: String,
    /// The kind of work that it is for; none: any.
    pub work: Option<WorkKind>,
    /// Its steps in their order.
    pub steps: Vec<DraftStep>,
    /// Whether it is offered for new work no more.
    pub retired: bool,
    /// The number of the next step.
    next: u16,
}

impl Draft {
    /// An empty one.
    pub fn empty() -> Self {
        Self { name: String::new(), work: None, steps: Vec::new(), retired: false, next: 1 }
    }

    /// One that begins as a checklist is; `highest` is the highest number that a step of any of its versions has.
    pub fn of(template: &Template, highest: u16, language: Language) -> Self {
        let steps = template.steps.iter().map(|step| DraftStep::of(step, language)).collect();
        let next = template.steps.iter().map(|step| step.no.0).fold(highest, u16::max).saturating_add(1);
        Self { name: of_template(&template.name), work: template.work, steps, retired: template.retired, next }
    }

    /// Adds a step at the end; returns its number.
    pub fn add(&mut self, ask: &'static str) -> StepNo {
        let no = StepNo(self.next);
        self.next = self.next.saturating_add(1);
        self.steps.push(DraftStep::new(no, ask));
        no
    }

    /// Moves a step up or down by one; returns whether it moved.
    pub fn shift(&mut self, no: StepNo, down: bool) -> bool {
        let Some(place) = self.steps.iter().position(|step| step.no == no) else { return false };
        let to = if down { place + 1 } else { place.wrapping_sub(1) };
        let moves = to < self.steps.len();
        if moves {
            self.steps.swap(place, to);
        }
        moves
    }

    /// Removes a step.
    pub fn remove(&mut self, no: StepNo) {
        self.steps.retain(|step| step.no != no);
    }

    /// The checklist.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn template(&self) -> Result<Template, DraftFault> {
        let step = |draft: &DraftStep| -> Result<Step, DraftFault> {
            let what = draft.what().map_err(|key| (Some(draft.no), key))?;
            Ok(Step { no: draft.no, label: draft.label.clone(), what, optional: draft.optional })
        };
        let steps = self.steps.iter().map(step).collect::<Result<_, DraftFault>>()?;
        let template = Template { name: self.name.clone(), work: self.work, steps, retired: self.retired };
        template.clean().map_err(fault)
    }
}

fn fault(fault: TemplateFault) -> DraftFault {
    match fault {
        TemplateFault::Name(_) => (None, "template-name-wrong"),
        TemplateFault::Steps => (None, "template-steps-wrong"),
        TemplateFault::TooLarge => (None, "template-large"),
        TemplateFault::Twice(no) => (Some(no), "template-steps-wrong"),
        TemplateFault::Label(no, _) => (Some(no), "template-label-wrong"),
        TemplateFault::Unit(no, _) => (Some(no), "template-unit-wrong"),
        TemplateFault::Limits(no) => (Some(no), "template-limits-wrong"),
        TemplateFault::Options(no) => (Some(no), "template-options-wrong"),
        TemplateFault::Unknown(no) => (Some(no), "template-newer"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        let mut draft = Draft::empty();
        draft.name = "Ganti baterai".into();
        for (ask, label) in [("yes_no", "Segel utuh"), ("number", "Tegangan"), ("choice", "Kondisi")] {
            draft.add(ask);
            draft.steps.last_mut().expect("a step").label = label.into();
        }
        (draft.steps[1].least, draft.steps[1].most, draft.steps[1].unit) = ("3".into(), "3,9".into(), "V".into());
        draft.steps[2].options = "Baik\n\n Rusak ".into();
        draft
    }

    #[test]
    fn what_is_typed_becomes_a_checklist_and_the_same_again() {
        let template = draft().template().expect("it can be kept");
        let number = StepKind::Number { least: Some(Thousandths(3_000)), most: Some(Thousandths(3_900)), unit: "V".into() };
        assert_eq!(template.steps[1].what, number);
        assert_eq!(template.steps[2].what, StepKind::Choice { options: vec!["Baik".into(), "Rusak".into()] });
        for language in [Language::Id, Language::En] {
            assert_eq!(Draft::of(&template, 0, language).template(), Ok(template.clone()), "{language:?}");
        }
    }

    #[test]
    fn a_number_is_never_given_to_another_step() {
        let template = draft().template().expect("it can be kept");
        let mut next = Draft::of(&template, 9, Language::Id);
        next.remove(StepNo(3));
        assert_eq!(next.add("note"), StepNo(10));
        assert!(next.shift(StepNo(10), false) && !next.shift(StepNo(1), false) && !next.shift(StepNo(2), true));
        assert_eq!(next.steps.iter().map(|step| step.no.0).collect::<Vec<_>>(), [1, 10, 2]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_step() {
        let wrong = |change: fn(&mut Draft)| {
            let mut draft = draft();
            change(&mut draft);
            draft.template().expect_err("it cannot be kept")
        };
        assert_eq!(wrong(|draft| draft.name.clear()), (None, "template-name-wrong"));
        assert_eq!(wrong(|draft| draft.steps.clear()), (None, "template-steps-wrong"));
        assert_eq!(wrong(|draft| draft.steps[0].label.clear()), (Some(StepNo(1)), "template-label-wrong"));
        assert_eq!(wrong(|draft| draft.steps[1].least = "tiga".into()), (Some(StepNo(2)), "template-number-wrong"));
        assert_eq!(wrong(|draft| draft.steps[1].least = "4".into()), (Some(StepNo(2)), "template-limits-wrong"));
        assert_eq!(wrong(|draft| draft.steps[2].options = "Baik".into()), (Some(StepNo(3)), "template-options-wrong"));
    }
}
