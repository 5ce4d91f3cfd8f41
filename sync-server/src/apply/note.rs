//! Notes: written down as they happened, never changed.

use super::{Applying, invalid, rejected};
use crate::error::Error;
use crate::store::facts::{self, NewFact};
use crate::store::ops;
use domain::fact::{Review, clean_note, is_skewed, is_time};
use domain::permission::Permission;
use domain::{MeterId, NoteId};
use protocol::push::{Outcome, Rejection};
use protocol::rows::Entity;

/// Writes a note about a meter.
pub fn add(applying: &mut Applying<'_>, note: NoteId, meter: MeterId, text: &str) -> Result<Outcome, Error> {
    if !applying.may(Permission::WriteFieldFacts) {
        return Ok(rejected(Rejection::Denied));
    }
    let (received, at) = (applying.buckets.now(), applying.op.occurred_at);
    let Some(mut found) = facts::meter(applying.tx, applying.caller, meter, received)? else {
        return Ok(rejected(Rejection::NotFound));
    };
    let Ok(text) = clean_note(text) else { return Ok(invalid("text")) };
    if let Some(outcome) = applying.written_before(Entity::Note, note.0)? {
        return Ok(outcome);
    }
    if is_skewed(at, received) {
        found.review.insert(Review::ClockSkew);
    }
    // A clock that is years off says nothing at all: then it was written when it came.
    let at = if is_time(at, received) { at } else { received };
    let fact = NewFact { meter: found.meter, author: applying.caller.num, at, received, review: &found.review };
    facts::add_note(applying.tx, applying.buckets, note, &fact, &text)?;
    ops::audit(applying, (Entity::Note, note.0), [("meter", String::new(), meter.to_string()), ("text", String::new(), text)])?;
    Ok(Outcome::Applied { conflicts: Vec::new() })
}
