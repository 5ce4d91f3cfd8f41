//! Notes: written down as they happened, never changed.

use crate::error::Error;
use crate::field::records;
use crate::field::records::NewFieldRecord;
use crate::sync::apply::{Applying, invalid, rejected};
use domain::field::field_record::{Review, clean_note, is_skewed, is_time};
use domain::people::permission::Permission;
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
