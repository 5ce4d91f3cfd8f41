//! Editing a record that others may edit meanwhile: a patch says of each field what it was and what it is to be, and merges by field.
//!
//! The same function runs on the device, so that an edit shows at once, and on the server, which decides (sync.md, the conflict table).

mod fields;
mod note;
mod profile;
#[cfg(test)]
mod tests;

pub use fields::{ConnectionField, ConnectionRecord, CustomerField};
pub use note::{NoteField, NoteRecord};
pub use profile::{ProfileField, ProfileRecord};

use crate::core::text::visible;
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

    /// A value in the form in which two are compared: the same telephone number in another grouping is no other one.
    fn key(_field: Self::Field, text: &str) -> String {
        visible(text).trim().to_owned()
    }

    /// Whether an edit of this field is refused where somebody else's came first, instead of waiting for a decision. An edit of other
    /// fields as well is not refused for it: then this field waits.
    fn is_guarded(field: Self::Field) -> bool;
}

/// A new record of the fields that are given; of the others it keeps what it has. `all` are its fields.
///
/// # Errors
/// The first field whose text is no value of it, also one that is not given and must not be empty.
pub fn filled<E: Editable>(
    mut record: E,
    all: &[E::Field],
    given: &BTreeMap<E::Field, String>,
) -> Result<E, (E::Field, Invalid)> {
    for &field in all {
        let text = given.get(&field).cloned().unwrap_or_else(|| record.value(field));
        let text = E::clean(field, &text).map_err(|invalid| (field, invalid))?;
        record.set(field, &text);
    }
    Ok(record)
}

/// A patch the other way round, for a record whose fields still are what the patch made of them; none where somebody has changed one since.
pub fn reversed<E: Editable>(record: &E, patch: &Patch<E::Field>) -> Option<Patch<E::Field>> {
    let is_as_left = patch.0.iter().all(|(field, change)| E::key(*field, &record.value(*field)) == E::key(*field, &change.to));
    let back = |(field, change): (&E::Field, &Change)| (*field, Change { from: change.to.clone(), to: change.from.clone() });
    is_as_left.then(|| Patch(patch.0.iter().map(back).collect()))
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

/// Why a patch has no effect at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal<F> {
    /// A field's text is no value of it.
    Invalid(F, Invalid),
    /// A guarded field was changed by somebody else meanwhile, and the patch has no effect on another one.
    Guarded(Conflict<F>),
}

/// Merges a patch into a record. Fields that nobody else touched are set; a field that somebody else changed stands, and is reported;
/// one that already is what the author wants is neither. Values are compared by [`Editable::key`]. What stands against one field is no
/// reason to lose the others: a guarded field refuses the patch only where it has no effect on another. On a refusal the record is as it
/// was.
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
        let key = |text: &str| E::key(field, text);
        let is_known = stands == change.from;
        // The same value in another form is set by who saw this form, and is no change by anybody else.
        if !is_known && key(&stands) == key(&to) {
            continue;
        }
        if is_known || key(&stands) == key(&change.from) {
            merged.changed.push((field, stands));
            sets.push((field, to));
            continue;
        }
        merged.conflicts.push(Conflict { field, base: change.from.clone(), mine: to, theirs: stands });
    }
    let is_refused = sets.is_empty() && merged.conflicts.iter().all(|conflict| E::is_guarded(conflict.field));
    if is_refused && !merged.conflicts.is_empty() {
        return Err(Refusal::Guarded(merged.conflicts.swap_remove(0)));
    }
    for (field, to) in sets {
        record.set(field, &to);
    }
    Ok(merged)
}
