//! Templates of checklists: what is done at a meter, step by step. A version of a template is never changed; what replaces it is the next one, so
//! that an order has the steps that its technician saw.

use crate::WorkTemplateId;
use crate::core::text::{compact, visible};
use crate::core::words::words;
use crate::maintenance::work_order::WorkKind;
use crate::sync::edit::Invalid;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Steps of a template at most.
pub const MOST_STEPS: usize = 40;

/// Characters of a template's name at most.
pub const LONGEST_NAME: usize = 60;
/// Characters of what a step is called at most.
pub const LONGEST_LABEL: usize = 120;
/// Characters of a choice at most.
pub const LONGEST_OPTION: usize = 40;
/// Characters of the unit of a number at most.
pub const LONGEST_UNIT: usize = 12;

/// Choices of a step at most.
pub const MOST_OPTIONS: usize = 12;

/// Bytes of all texts of a template at most: an operation carries them.
pub const MOST_BYTES: usize = 8 * 1024;

/// A number in whole thousandths, as steps ask for it and compare it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Thousandths(pub i64);

impl Thousandths {
    /// A number as somebody types it: up to nine digits, a point or a comma, and up to three decimals. `None` if it is no such number.
    pub fn parse(text: &str) -> Option<Self> {
        let text = compact(text).replace('\u{2212}', "-");
        let (sign, digits) = text.strip_prefix('-').map_or((1, text.as_str()), |digits| (-1, digits));
        let (whole, part) = digits.split_once([',', '.']).unwrap_or((digits, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 9 || part.len() > 3 || !is_digits(whole) || !is_digits(part) {
            return None;
        }
        let (whole, part): (i64, i64) = (whole.parse().ok()?, format!("{part:0<3}").parse().ok()?);
        Some(Self(sign * (whole * 1_000 + part)))
    }
}

/// The number of a step in its template: chosen by whoever writes the template, and never given to another step of a later version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepNo(pub u16);

words! {
    /// When a picture is taken.
    PhotoWhen {
        /// Whenever.
        Any = "any",
        /// Before the work.
        Before = "before",
        /// When it is done.
        After = "after",
    }
}

/// What a step asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "ask")]
pub enum StepKind {
    /// Yes or no.
    YesNo,
    /// A number.
    Number {
        /// The least that is as it should be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        least: Option<Thousandths>,
        /// The most that is as it should be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<Thousandths>,
        /// Its unit; it may have none.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        unit: String,
    },
    /// One of several.
    Choice {
        /// Which there are; 2 to [`MOST_OPTIONS`].
        options: Vec<String>,
    },
    /// A picture.
    Photo {
        /// When it is taken.
        when: PhotoWhen,
    },
    /// What the meter's register shows.
    Reading,
    /// A part, with its serial number.
    Part,
    /// A text.
    Note,
    /// A signature.
    Signature,
    /// What a newer program asks for.
    #[serde(other)]
    Unknown,
}

/// A step of a checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its number.
    pub no: StepNo,
    /// What is done, in the utility's own words.
    pub label: String,
    /// What it asks for.
    pub what: StepKind,
    /// Whether it may be left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

/// A version of a checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// What it is called: 1 to [`LONGEST_NAME`] characters.
    pub name: String,
    /// The kind of work that it is for; none: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<WorkKind>,
    /// Its steps in their order; 1 to [`MOST_STEPS`].
    pub steps: Vec<Step>,
    /// Whether it is offered for new work no more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
}

/// Which version of which template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TemplateVersion {
    /// Which template.
    pub id: WorkTemplateId,
    /// Which version, from 1 on.
    pub version: u32,
}

impl TemplateVersion {
    /// The identifier of its row: it follows from both, so that a device finds the row of an order without asking.
    pub fn row_id(&self) -> Uuid {
        let mut hasher = Sha256::new();
        hasher.update(b"work_template");
        hasher.update(self.id.0.as_bytes());
        hasher.update(self.version.to_be_bytes());
        let digest = hasher.finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }
}

/// What is wrong with a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateFault {
    /// Its name.
    Name(Invalid),
    /// It has no step, or more than [`MOST_STEPS`].
    Steps,
    /// Two steps have this number.
    Twice(StepNo),
    /// What a step says is done.
    Label(StepNo, Invalid),
    /// The unit of a step.
    Unit(StepNo, Invalid),
    /// The least of a step is more than its most.
    Limits(StepNo),
    /// A step has less than two choices or more than [`MOST_OPTIONS`], two that are the same, or one that is no text.
    Options(StepNo),
    /// A step asks for what this program does not know.
    Unknown(StepNo),
    /// All its texts together are longer than [`MOST_BYTES`].
    TooLarge,
}

impl TemplateFault {
    /// The field that it is about, as refusals name it.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Name(_) => "name",
            Self::Steps
            | Self::Twice(_)
            | Self::Label(..)
            | Self::Unit(..)
            | Self::Limits(_)
            | Self::Options(_)
            | Self::Unknown(_)
            | Self::TooLarge => "steps",
        }
    }
}

/// One line of text as it is kept; it may be empty.
pub(super) fn line(text: &str, longest: usize) -> Result<String, Invalid> {
    let text = visible(text).trim().to_owned();
    if text.chars().count() > longest {
        return Err(Invalid::TooLong);
    }
    if text.chars().any(char::is_control) { Err(Invalid::Malformed) } else { Ok(text) }
}

/// One line of text that is not empty.
pub(super) fn words_of(text: &str, longest: usize) -> Result<String, Invalid> {
    line(text, longest).and_then(|text| if text.is_empty() { Err(Invalid::Empty) } else { Ok(text) })
}

impl Step {
    /// As it is kept.
    fn clean(self) -> Result<Self, TemplateFault> {
        let no = self.no;
        let label = words_of(&self.label, LONGEST_LABEL).map_err(|fault| TemplateFault::Label(no, fault))?;
        let what = match self.what {
            StepKind::Number { least, most, unit } => {
                if least.zip(most).is_some_and(|(least, most)| least > most) {
                    return Err(TemplateFault::Limits(no));
                }
                let unit = line(&unit, LONGEST_UNIT).map_err(|fault| TemplateFault::Unit(no, fault))?;
                StepKind::Number { least, most, unit }
            }
            StepKind::Choice { options } => {
                StepKind::Choice { options: clean_options(&options).ok_or(TemplateFault::Options(no))? }
            }
            StepKind::Unknown => return Err(TemplateFault::Unknown(no)),
            other => other,
        };
        Ok(Self { label, what, ..self })
    }

    /// Bytes of its texts.
    fn bytes(&self) -> usize {
        let more = match &self.what {
            StepKind::Number { unit, .. } => unit.len(),
            StepKind::Choice { options } => options.iter().map(String::len).sum(),
            _ => 0,
        };
        self.label.len() + more
    }
}

fn clean_options(options: &[String]) -> Option<Vec<String>> {
    let clean: Vec<String> = options.iter().map(|option| words_of(option, LONGEST_OPTION)).collect::<Result<_, _>>().ok()?;
    let are_different = clean.iter().collect::<BTreeSet<_>>().len() == clean.len();
    ((2..=MOST_OPTIONS).contains(&clean.len()) && are_different).then_some(clean)
}

impl Template {
    /// As it is kept.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn clean(self) -> Result<Self, TemplateFault> {
        let name = words_of(&self.name, LONGEST_NAME).map_err(TemplateFault::Name)?;
        if !(1..=MOST_STEPS).contains(&self.steps.len()) {
            return Err(TemplateFault::Steps);
        }
        let mut numbers = BTreeSet::new();
        if let Some(twice) = self.steps.iter().map(|step| step.no).find(|no| !numbers.insert(*no)) {
            return Err(TemplateFault::Twice(twice));
        }
        let steps: Vec<Step> = self.steps.into_iter().map(Step::clean).collect::<Result<_, _>>()?;
        if name.len() + steps.iter().map(Step::bytes).sum::<usize>() > MOST_BYTES {
            return Err(TemplateFault::TooLarge);
        }
        Ok(Self { name, steps, work: self.work, retired: self.retired })
    }

    /// The step of a number.
    pub fn step(&self, no: StepNo) -> Option<&Step> {
        self.steps.iter().find(|step| step.no == no)
    }
}

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
