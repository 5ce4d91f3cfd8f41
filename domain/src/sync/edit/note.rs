//! A note as a record: its author mends its text.

use crate::field::field_record::clean_note;
use crate::sync::edit::{Editable, Invalid};
use serde::{Deserialize, Serialize};

/// Fields of a note that its author can mend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are the record's own")]
pub enum NoteField {
    Text,
}

impl NoteField {
    /// The field as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
        }
    }
}

/// What of a note can be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteRecord {
    /// What was written.
    pub text: String,
}

impl Editable for NoteRecord {
    type Field = NoteField;

    fn value(&self, field: NoteField) -> String {
        match field {
            NoteField::Text => self.text.clone(),
        }
    }

    fn set(&mut self, field: NoteField, value: &str) {
        match field {
            NoteField::Text => value.clone_into(&mut self.text),
        }
    }

    fn clean(field: NoteField, text: &str) -> Result<String, Invalid> {
        match field {
            NoteField::Text => clean_note(text),
        }
    }

    // Only its author mends a note: what another device of theirs wrote first is shown, and decided by them.
    fn is_guarded(field: NoteField) -> bool {
        match field {
            NoteField::Text => true,
        }
    }
}
