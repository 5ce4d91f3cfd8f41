//! Work records: added under an order by whoever works at its meter. They happened, and are never refused for how far the order is, for whose it is
//! or for their time; what is odd about one is marked.

use crate::error::Error;
use crate::field::blobs;
use crate::maintenance::records;
use crate::maintenance::rows::records::NewRecord;
use crate::sync::apply::work::{applied, order};
use crate::sync::apply::work_done::{dated, odd_author};
use crate::sync::apply::{Applying, invalid, rejected};
use domain::field::field_record::Review;
use domain::maintenance::record::{RecordContent, review_work};
use domain::people::permission::Permission;
use protocol::sync::push::{Outcome, Rejection};
use protocol::sync::rows::Entity;
use protocol::sync::work::NewWorkRecord;
use std::collections::BTreeSet;

/// Seconds to wait for a picture that is still being uploaded.
const PICTURE_S: u32 = 5;

/// Adds a record.
pub fn add(applying: &mut Applying<'_, '_>, new: NewWorkRecord) -> Result<Outcome, Error> {
    if !applying.may(Permission::WriteFieldRecords) {
        return Ok(rejected(Rejection::Denied));
    }
    let NewWorkRecord { record: id, order: of, meter, at: stamped, content } = new;
    let (found, scope) = match order(applying, (of, meter))? {
        Ok(found) => found,
        Err(outcome) => return Ok(outcome),
    };
    let content = match content.clean() {
        Ok(content) => content,
        Err((field, _)) => return Ok(invalid(field)),
    };
    if let Some(outcome) = applying.written_before(Entity::WorkRecord, id.0)? {
        return Ok(outcome);
    }
    let author = applying.caller.num;
    if let Some(photo) = content.blob()
        && !blobs::is_owner(applying.tx, photo, author)?
    {
        return Ok(Outcome::RetryAfter { seconds: PICTURE_S });
    }
    if !records::has_room(applying.tx, found.num)? {
        return Ok(invalid("record"));
    }
    let (at, odd_clock) = dated(applying, stamped);
    let content = taken(applying, content);
    let of_order = review_work(&found.progress, found.technician_id, applying.caller.id, at);
    let review: BTreeSet<Review> = of_order.into_iter().chain(odd_clock).chain(odd_author(&scope)).collect();
    let under = (found.num, found.meter);
    records::add(applying.tx, &NewRecord { id, under, author, at, content: &content, review: &review })?;
    // What the clock said, where it was corrected, and what that comes to.
    let said = if at == stamped { String::new() } else { stamped.0.to_string() };
    let values = audited(&content).into_iter().map(|(field, value)| (field, String::new(), value));
    applying.audit((Entity::WorkRecord, id.0), [("at", said, at.0.to_string())].into_iter().chain(values))?;
    Ok(applied())
}

/// A picture was taken by the clock that dates its record.
fn taken(applying: &Applying<'_, '_>, content: RecordContent) -> RecordContent {
    match content {
        RecordContent::Photo { step, blob, taken_at, position } => {
            let (taken_at, _) = dated(applying, taken_at);
            RecordContent::Photo { step, blob, taken_at, position }
        }
        other => other,
    }
}

/// A record as the audit log has it: what it is, for which step, and what people wrote or photographed.
fn audited(content: &RecordContent) -> Vec<(&'static str, String)> {
    let step = content.step().map(|step| ("step", step.0.to_string()));
    let photo = content.blob().map(|photo| ("photo", photo.to_string()));
    let said = match content {
        RecordContent::Note { text, .. } => Some(("text", text.clone())),
        RecordContent::Part { name, .. } => Some(("name", name.clone())),
        RecordContent::Signature { signer, .. } => Some(("name", signer.clone())),
        RecordContent::Cost { amount, .. } => Some(("amount", amount.0.to_string())),
        _ => None,
    };
    [Some(("record", content.kind().to_owned())), step, photo, said].into_iter().flatten().collect()
}
