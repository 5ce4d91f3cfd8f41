//! Manual readings: a register read by eye is a reading like any other, judged by the same walk, in the same transaction.

use crate::error::Error;
use crate::field::blobs;
use crate::field::records;
use crate::field::records::NewFieldRecord;
use crate::metering::rows::installations::was_installed;
use crate::metering::rows::readings::{register_before, verdict_at};
use crate::metering::telemetry;
use crate::sync::apply::{Applying, invalid, rejected};
use crate::sync::rows::readings;
use domain::field::field_record::{Explanation, Review, contradicts, is_register, is_skewed, is_time, review_reading};
use domain::people::permission::Permission;
use domain::{BlobId, ManualReadingId, MeterId, Millilitres, UtcMillis};
use protocol::sync::push::{Outcome, Rejection};
use protocol::sync::rows::Entity;

/// Seconds to wait for a picture that is still being uploaded.
const PICTURE_S: u32 = 5;

/// A reading by eye.
pub struct ReadByEye {
    /// Of which meter.
    pub meter: MeterId,
    /// When, by its author's clock.
    pub at: UtcMillis,
    /// What the register showed.
    pub register: Millilitres,
    /// A picture of it.
    pub photo: Option<BlobId>,
    /// What its author says about it.
    pub explained: Explanation,
}

/// Counts a reading among those of its meter, unless its time is what is wrong; returns why somebody should look at it. `stamped` is that time
/// as it was sent.
fn count(
    applying: &mut Applying<'_, '_>,
    meter: i64,
    (at, register): (UtcMillis, Millilitres),
    stamped: UtcMillis,
) -> Result<Vec<Review>, Error> {
    let (received, timing) = (applying.tx.now, applying.judge(stamped));
    let before = register_before(applying.tx, meter, at)?;
    let own = readings::registers_around(applying.tx, meter, at)?;
    let mut marks = Vec::new();
    let made = if applying.is_of_sheet(stamped) { at } else { timing.correct(applying.op.occurred_at) };
    if is_skewed(at, received) || is_skewed(made, received) {
        marks.push(Review::ClockSkew);
    } else if !timing.is_sure {
        marks.push(Review::ClockDoubtful);
    }
    // Of a doubtful time and the meter's own registers it is the time that is wrong: such a reading is kept for review, and charged never.
    if !timing.is_sure && contradicts(register, own) {
        marks.push(Review::Implausible);
    } else if telemetry::record(applying.tx, meter, (at, register), received)?.conflicts > 0 {
        marks.push(Review::Differs);
    } else if let Some(verdict) = verdict_at(applying.tx, meter, at)? {
        marks.extend(review_reading(verdict, register, before));
    }
    Ok(marks)
}

/// What to answer if a reading is there already. Sheets are imported by several people, on several devices, and more than once: one of the same
/// meter, instant and register that says nothing more is that reading, under its own identity or another one.
fn there_already(
    applying: &Applying<'_, '_>,
    id: ManualReadingId,
    (meter, at): (i64, UtcMillis),
    taken: &ReadByEye,
) -> Result<Option<Outcome>, Error> {
    let is_same = Outcome::Applied { conflicts: Vec::new() };
    match applying.written_before(Entity::ManualReading, id.0)? {
        // Its instant may have been corrected otherwise, by the clock of another device.
        Some(Outcome::Rejected { .. }) if records::is_reading(applying.tx, id, meter, taken.register)? => Ok(Some(is_same)),
        None if taken.photo.is_none() && taken.explained.is_empty() => {
            let is_there = records::has_reading(applying.tx, meter, (at, taken.register))?;
            Ok(is_there.then_some(is_same))
        }
        other => Ok(other),
    }
}

/// Takes a manual reading.
pub fn record(applying: &mut Applying<'_, '_>, id: ManualReadingId, taken: &ReadByEye) -> Result<Outcome, Error> {
    if !applying.may(Permission::WriteFieldRecords) {
        return Ok(rejected(Rejection::Denied));
    }
    let ReadByEye { meter, at: stamped, register, photo, ref explained } = *taken;
    let (received, author) = (applying.tx.now, applying.caller.num);
    let at = applying.judge(stamped).correct(stamped);
    let Some(mut found) = records::meter(applying.tx, applying.caller, meter, received)? else {
        return Ok(rejected(Rejection::NotFound));
    };
    if !is_register(register, &found.capability) {
        return Ok(invalid("register"));
    }
    let Ok(explained) = explained.clean() else { return Ok(invalid("explained")) };
    if !is_time(at, received) {
        return Ok(invalid("at"));
    }
    if let Some(outcome) = there_already(applying, id, (found.meter, at), taken)? {
        return Ok(outcome);
    }
    if let Some(photo) = photo
        && !blobs::is_owner(applying.tx, photo, author)?
    {
        return Ok(Outcome::RetryAfter { seconds: PICTURE_S });
    }
    // It may come after the meter was taken down: what counts is where the meter was when it was read.
    if was_installed(applying.tx, found.meter, at)? {
        found.review.remove(&Review::NotInstalled);
    }
    let marks = count(applying, found.meter, (at, register), stamped)?;
    found.review.extend(marks);
    let record = NewFieldRecord { meter: found.meter, author, at, received, review: &found.review };
    records::add_reading(applying.tx, id, &record, (register, photo, &explained))?;
    let none = String::new;
    // What the clock said, where it was corrected, and what that comes to.
    let said = if at == stamped { none() } else { stamped.0.to_string() };
    let values = [("at", said, at.0.to_string()), ("register", none(), register.0.to_string())];
    let pictured = photo.map(|photo| ("photo", none(), photo.to_string()));
    let Explanation { reason, no_photo } = explained;
    let said = [("reason", none(), reason), ("no_photo", none(), no_photo)].into_iter().filter(|(_, _, text)| !text.is_empty());
    applying.audit((Entity::ManualReading, id.0), values.into_iter().chain(pictured).chain(said))?;
    Ok(Outcome::Applied { conflicts: Vec::new() })
}
