//! Work records: what was done at a meter under a work order, bit by bit. They happened, so they are only ever added, and never refused for how far
//! the order is, for whose it is or for their time; what is odd about one is marked for review.

use crate::core::json::strict;
use crate::core::position::Position;
use crate::core::text::compact;
use crate::core::words::words;
use crate::field::field_record::{Review, clean_note};
use crate::maintenance::progress::Progress;
use crate::maintenance::strokes::Strokes;
use crate::maintenance::template::{StepNo, Thousandths, line, words_of};
use crate::sync::edit::Invalid;
use crate::{BlobId, ManualReadingId, Millilitres, Rupiah, UserId, UtcMillis};
use serde::{Deserialize, Serialize};

/// Characters of the name of a part or of who signs at most.
pub const LONGEST_NAME: usize = 80;
/// Characters of a part's serial number at most.
pub const LONGEST_SERIAL: usize = 64;
/// Characters of what a cost is for at most.
pub const LONGEST_COST_TEXT: usize = 200;

/// Pieces of one part at most.
pub const MOST_PIECES: u16 = 999;

/// A cost at most.
pub const MOST_COST: Rupiah = Rupiah(1_000_000_000);

/// Records of one order at most: 60 pictures of a day are one order's, and more than some thousand are a mistake of a program.
pub const MOST_RECORDS: usize = 2_000;

words! {
    /// Where a part came from.
    PartSource {
        /// The technician's van.
        Van = "van",
        /// The store.
        Store = "store",
    }
}

/// The answer to a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "as")]
pub enum StepValue {
    /// Yes or no.
    YesNo {
        /// Whether yes.
        yes: bool,
    },
    /// A number.
    Number {
        /// In the step's unit.
        number: Thousandths,
    },
    /// One of the step's choices.
    Choice {
        /// Its place among them, from 0 on.
        option: u8,
    },
    /// What the meter's register shows. The reading itself is a manual reading, which the server judges.
    Reading {
        /// The register.
        register: Millilitres,
        /// The manual reading that was recorded with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reading: Option<ManualReadingId>,
    },
    /// What a newer program answers.
    #[serde(other)]
    Unknown,
}

/// What was done, or recorded about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum RecordContent {
    /// A step was answered.
    Answer {
        /// Which.
        step: StepNo,
        /// How.
        #[serde(deserialize_with = "strict")]
        value: StepValue,
    },
    /// Something was written; 1 to 2,000 characters.
    Note {
        /// For which step.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<StepNo>,
        /// What.
        text: String,
    },
    /// A picture was taken. It must have been uploaded before (`PUT /blobs/v1/…`).
    Photo {
        /// For which step.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<StepNo>,
        /// The picture.
        blob: BlobId,
        /// When it was taken, by the clock that also dates the record.
        taken_at: UtcMillis,
        /// Where, if the device knew.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        position: Option<Position>,
    },
    /// A part was used.
    Part {
        /// For which step.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<StepNo>,
        /// Which: 1 to [`LONGEST_NAME`] characters.
        name: String,
        /// Its serial number, where it has one.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        serial: String,
        /// Pieces, 1 to [`MOST_PIECES`].
        count: u16,
        /// Where it came from.
        from: PartSource,
    },
    /// Somebody signed.
    Signature {
        /// For which step.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<StepNo>,
        /// As it was drawn.
        strokes: Strokes,
        /// Who: 1 to [`LONGEST_NAME`] characters.
        signer: String,
    },
    /// The technician came.
    Arrival,
    /// The technician left.
    Departure,
    /// It cost something.
    Cost {
        /// Whole rupiah, 1 to [`MOST_COST`].
        amount: Rupiah,
        /// What for; it may be empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
    /// What a newer program records.
    #[serde(other)]
    Unknown,
}

/// A field of a record that cannot be kept, and why.
pub type RecordFault = (&'static str, Invalid);

impl RecordContent {
    /// Its name, as it is stored.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Answer { .. } => "answer",
            Self::Note { .. } => "note",
            Self::Photo { .. } => "photo",
            Self::Part { .. } => "part",
            Self::Signature { .. } => "signature",
            Self::Arrival => "arrival",
            Self::Departure => "departure",
            Self::Cost { .. } => "cost",
            Self::Unknown => "unknown",
        }
    }

    /// The step that it is for, where it is for one.
    pub const fn step(&self) -> Option<StepNo> {
        match self {
            Self::Answer { step, .. } => Some(*step),
            Self::Note { step, .. } | Self::Photo { step, .. } | Self::Part { step, .. } | Self::Signature { step, .. } => *step,
            Self::Arrival | Self::Departure | Self::Cost { .. } | Self::Unknown => None,
        }
    }

    /// The picture that it names.
    pub const fn blob(&self) -> Option<BlobId> {
        match self {
            Self::Photo { blob, .. } => Some(*blob),
            _ => None,
        }
    }

    /// As it is kept. A value that does not fit its step is kept as well ([`crate::maintenance::checklist::flag`] says so); only what is no value
    /// at all cannot be.
    ///
    /// # Errors
    /// The field that cannot be kept.
    pub fn clean(self) -> Result<Self, RecordFault> {
        let of = |field: &'static str| move |fault: Invalid| (field, fault);
        Ok(match self {
            Self::Answer { value: StepValue::Unknown, .. } => return Err(("value", Invalid::Malformed)),
            Self::Answer { value: StepValue::Reading { register, .. }, .. } if register < Millilitres::ZERO => {
                return Err(("register", Invalid::Malformed));
            }
            Self::Note { step, text } => Self::Note { step, text: clean_note(&text).map_err(of("text"))? },
            Self::Photo { taken_at, .. } if taken_at.0 < 0 => return Err(("taken_at", Invalid::Malformed)),
            Self::Part { step, name, serial, count, from } => {
                let name = words_of(&name, LONGEST_NAME).map_err(of("name"))?;
                let serial = line(&compact(&serial), LONGEST_SERIAL).map_err(of("serial"))?;
                if !(1..=MOST_PIECES).contains(&count) {
                    return Err(("count", Invalid::Malformed));
                }
                Self::Part { step, name, serial, count, from }
            }
            Self::Signature { step, strokes, signer } => {
                Self::Signature { step, strokes, signer: words_of(&signer, LONGEST_NAME).map_err(of("signer"))? }
            }
            Self::Cost { amount, text } => {
                if !(Rupiah(1)..=MOST_COST).contains(&amount) {
                    return Err(("amount", Invalid::Malformed));
                }
                Self::Cost { amount, text: line(&text, LONGEST_COST_TEXT).map_err(of("text"))? }
            }
            Self::Unknown => return Err(("content", Invalid::Malformed)),
            other @ (Self::Answer { .. } | Self::Photo { .. } | Self::Arrival | Self::Departure) => other,
        })
    }
}

/// What is odd about something that a technician did under an order at an instant, as far as the order shows it: the order is somebody else's, or
/// was cancelled or done before. Nobody in particular is everybody.
pub fn review_work(progress: &Progress, technician: Option<UserId>, author: UserId, at: UtcMillis) -> Vec<Review> {
    let is_others = technician.is_some_and(|technician| technician != author);
    let is_late = progress.ended_at().is_some_and(|ended| ended < at);
    let marks = [(is_others, Review::NotAssigned), (is_late, Review::LateWork)];
    marks.into_iter().filter(|(is_odd, _)| *is_odd).map(|(_, review)| review).collect()
}

/// Behind which instant the records of an order are late once something more is known of it; none where that was known before. An end only ever
/// becomes an earlier one, so that no record is late that is not any more: which are late follows from what was said, and not from the order in which
/// it arrived.
pub fn late_behind(before: &Progress, after: &Progress) -> Option<UtcMillis> {
    after.ended_at().filter(|ended| before.ended_at() != Some(*ended))
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
