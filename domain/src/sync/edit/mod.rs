//! Editing a record that others may edit meanwhile: a patch says of each field what it was and what it is to be, and merges by field.
//!
//! The same function runs on the device, so that an edit shows at once, and on the server, which decides (sync.md, the conflict table).

mod fields;
mod profile;
#[cfg(test)]
mod tests;

pub use fields::{ConnectionField, ConnectionRecord, CustomerField};
pub use profile::{ProfileField, ProfileRecord};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one field was when it was edited, and what it is to be. Every value is text; an empty one is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What the author saw.
    pub from: String,
    /// What the author wants.
    pub to: String,
}

/// The fields that an edit changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[serde(bound(deserialize = "F: Deserialize<'de> + Ord", serialize = "F: Serialize + Ord"))]
pub struct Patch<F: Ord>(pub BTreeMap<F, Change>);

/// A record with fields that can be edited.
pub trait Editable {
    /// Its fields.
    type Field: Copy + Ord;

    /// A field as text.
    fn value(&self, field: Self::Field) -> String;

    /// Sets a field to a text that [`Editable::clean`] returned.
    fn set(&mut self, field: Self::Field, value: &str);

    /// A text as the field keeps it.
    ///
    /// # Errors
    /// What is wrong with it.
    fn clean(field: Self::Field, text: &str) -> Result<String, Invalid>;

    /// Whether an edit of this field is refused where somebody else's came first, instead of waiting for a decision.
    fn is_guarded(field: Self::Field) -> bool;
}

/// What is wrong with a field's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Invalid {
    /// It must not be empty.
    Empty,
    /// It is longer than the field takes.
    TooLong,
    /// It is not of the field's form.
    Malformed,
}

/// A field that somebody else changed meanwhile, and that stands as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict<F> {
    /// Which field.
    pub field: F,
    /// What the author saw.
    pub base: String,
    /// What the author wanted.
    pub mine: String,
    /// What stands.
    pub theirs: String,
}

/// What a patch came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged<F> {
    /// Fields that are now another, with what they were.
    pub changed: Vec<(F, String)>,
    /// Fields that stand as somebody else set them.
    pub conflicts: Vec<Conflict<F>>,
}

/// Why a patch changes nothing at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal<F> {
    /// A field's text is no value of it.
    Invalid(F, Invalid),
    /// A guarded field was changed by somebody else meanwhile.
    Guarded(Conflict<F>),
}

/// Merges a patch into a record. Fields that nobody else touched are set; a field that somebody else changed stands, and is reported;
/// one that already is what the author wants is neither. On a refusal the record is as it was.
///
/// # Errors
/// [`Refusal`].
pub fn merge<E: Editable>(record: &mut E, patch: &Patch<E::Field>) -> Result<Merged<E::Field>, Refusal<E::Field>> {
    let mut merged = Merged { changed: Vec::new(), conflicts: Vec::new() };
    let mut sets = Vec::new();
    for (&field, change) in &patch.0 {
        let to = E::clean(field, &change.to).map_err(|invalid| Refusal::Invalid(field, invalid))?;
        let stands = record.value(field);
        if stands == to {
            continue;
        }
        if stands == change.from {
            merged.changed.push((field, stands));
            sets.push((field, to));
            continue;
        }
        let conflict = Conflict { field, base: change.from.clone(), mine: to, theirs: stands };
        if E::is_guarded(field) {
            return Err(Refusal::Guarded(conflict));
        }
        merged.conflicts.push(conflict);
    }
    for (field, to) in sets {
        record.set(field, &to);
    }
    Ok(merged)
}
