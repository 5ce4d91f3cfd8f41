//! Notes: written down as they happened; mended and taken back by their author alone, and both are on record.

use crate::error::Error;
use crate::field::records;
use crate::field::records::{NewFieldRecord, OwnNote};
use crate::sync::apply::{Applying, invalid, refused, rejected};
use domain::field::field_record::{Review, clean_note, is_skewed, is_time};
use domain::people::permission::Permission;
use domain::sync::edit::{NoteField, NoteRecord, Patch, merge};
use domain::{MeterId, NoteId};
use protocol::sync::push::{Outcome, Rejection};
use protocol::sync::rows::Entity;

/// Writes a note about a meter.
pub fn add(applying: &mut Applying<'_, '_>, note: NoteId, meter: MeterId, text: &str) -> Result<Outcome, Error> {
    if !applying.may(Permission::WriteFieldRecords) {
        return Ok(rejected(Rejection::Denied));
    }
    let (received, at) = (applying.tx.now, applying.timing.correct(applying.op.occurred_at));
    let Some(mut found) = records::meter(applying.tx, applying.caller, meter, received)? else {
        return Ok(rejected(Rejection::NotFound));
    };
    let Ok(text) = clean_note(text) else { return Ok(invalid("text")) };
    if let Some(outcome) = applying.written_before(Entity::Note, note.0)? {
        return Ok(outcome);
    }
    if is_skewed(at, received) {
        found.review.insert(Review::ClockSkew);
    } else if !applying.timing.is_sure {
        found.review.insert(Review::ClockDoubtful);
    }
    // A clock that is years off cannot date it: then it counts as written when it was received.
    let at = if is_time(at, received) { at } else { received };
    let record = NewFieldRecord { meter: found.meter, author: applying.caller.num, at, received, review: &found.review };
    records::add_note(applying.tx, note, &record, &text)?;
    applying.audit((Entity::Note, note.0), [("text", String::new(), text)])?;
    Ok(Outcome::Applied { conflicts: Vec::new() })
}

/// The author's own note, or why there is none to do anything to: somebody else's is as good as none.
fn own(applying: &Applying<'_, '_>, note: NoteId, meter: MeterId) -> Result<Result<OwnNote, Outcome>, Error> {
    if !applying.may(Permission::WriteFieldRecords) {
        return Ok(Err(rejected(Rejection::Denied)));
    }
    let found = match records::meter(applying.tx, applying.caller, meter, applying.tx.now)? {
        Some(found) => records::own_note(applying.tx, note, found.meter, applying.caller.num)?,
        None => None,
    };
    Ok(found.ok_or_else(|| rejected(Rejection::NotFound)))
}

/// Mends a note.
pub fn edit(applying: &mut Applying<'_, '_>, note: NoteId, meter: MeterId, patch: &Patch<NoteField>) -> Result<Outcome, Error> {
    let found = match own(applying, note, meter)? {
        Ok(found) if !found.is_taken_back => found,
        Ok(_) => return Ok(rejected(Rejection::NotFound)),
        Err(outcome) => return Ok(outcome),
    };
    let mut record = NoteRecord { text: found.text };
    let merged = match merge(&mut record, patch) {
        Ok(merged) => merged,
        Err(refusal) => return Ok(refused(refusal, NoteField::as_str)),
    };
    if !merged.changed.is_empty() {
        records::mend_note(applying.tx, note, found.meter, &record.text)?;
        let changes = merged.changed.into_iter().map(|(field, before)| (field.as_str(), before, record.text.clone()));
        applying.audit((Entity::Note, note.0), changes)?;
    }
    Ok(Outcome::Applied { conflicts: Vec::new() })
}

/// Takes a note back. One that was taken back already is as it is to be.
pub fn take_back(applying: &mut Applying<'_, '_>, note: NoteId, meter: MeterId) -> Result<Outcome, Error> {
    let found = match own(applying, note, meter)? {
        Ok(found) => found,
        Err(outcome) => return Ok(outcome),
    };
    if !found.is_taken_back {
        records::take_note_back(applying.tx, note, found.meter)?;
        applying.audit((Entity::Note, note.0), [("text", found.text, String::new())])?;
    }
    Ok(Outcome::Applied { conflicts: Vec::new() })
}
