//! Field records as rows: notes, manual readings and swaps, who may write one about which meter, and which buckets hold them.

use crate::core::feed::RowId;
use crate::core::scope::Caller;
use crate::core::{Db, Tx, holders};
use crate::error::Error;
use crate::field::rows::{records, swaps};
use domain::field::field_record::{Explanation, Review};
use domain::field::meter_swap::Swap;
use domain::metering::meter::Capability;
use domain::people::Role;
use domain::{BlobId, ManualReadingId, MeterId, MeterSwapId, Millilitres, NoteId, UtcMillis};
use protocol::sync::rows::Entity;
use protocol::sync::rows::kinds::{Follows, Key};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Work of somebody who was assigned before is accepted for this long: as long as a tombstone is kept (sync.md, Rules).
const PAST_MS: i64 = 90 * domain::core::local_time::DAY_MS;

/// A meter about which somebody may write.
pub struct InScope {
    /// Its key.
    pub meter: i64,
    /// What it can register.
    pub capability: Capability,
    /// What is odd about its author or its place.
    pub review: BTreeSet<Review>,
}

/// The meter, if the author may write about it: admins about any of the utility, technicians about those that are or were in a zone
/// that is or was theirs.
///
/// # Errors
/// The database.
pub fn meter(db: &Db, caller: &Caller, id: MeterId, now: UtcMillis) -> Result<Option<InScope>, Error> {
    let Some((meter, capability)) = records::meter(db, caller.utility, id)? else { return Ok(None) };
    let zones = records::zones_of_meter(db, meter, caller, now.plus(-PAST_MS))?;
    let here = zones.iter().find(|zone| zone.is_now);
    let mut review = BTreeSet::new();
    if here.is_none() && !zones.is_empty() {
        review.insert(Review::NotInstalled);
    }
    match caller.role {
        Role::Admin => {}
        Role::Customer => return Ok(None),
        Role::Technician if here.is_some_and(|zone| zone.assigned) => {}
        Role::Technician if here.is_none() && zones.iter().any(|zone| zone.assigned) => {}
        Role::Technician if zones.iter().any(|zone| zone.assigned || zone.assigned_before) => {
            review.insert(Review::OutOfZone);
        }
        Role::Technician => return Ok(None),
    }
    Ok(Some(InScope { meter, capability, review }))
}

/// What every kind of field record has.
pub struct NewFieldRecord<'a> {
    /// Key of the meter.
    pub meter: i64,
    /// Key of the author.
    pub author: i64,
    /// When it was, by the author's clock.
    pub at: UtcMillis,
    /// When the server received it.
    pub received: UtcMillis,
    /// Why somebody should check it.
    pub review: &'a BTreeSet<Review>,
}

/// Key of the author of a field record, if it is there.
///
/// # Errors
/// The database.
pub fn author_of(db: &Db, entity: Entity, id: Uuid) -> Result<Option<i64>, Error> {
    records::author(db, entity, id)
}

/// Writes a note, and puts it into the buckets that hold its meter's field records.
///
/// # Errors
/// The database.
pub fn add_note(tx: &mut Tx<'_>, id: NoteId, record: &NewFieldRecord<'_>, text: &str) -> Result<(), Error> {
    records::insert_note(tx, id, record, text)?;
    put(tx, record.meter, Entity::Note, *id.0.as_bytes())
}

/// A note that its author may mend or take back.
pub struct OwnNote {
    /// Key of the meter that it is about.
    pub meter: i64,
    /// Its text.
    pub text: String,
    /// Whether it was taken back.
    pub is_taken_back: bool,
}

/// A user's own note about a meter; nobody else's is there for them.
///
/// # Errors
/// The database.
pub fn own_note(db: &Db, id: NoteId, meter: i64, author: i64) -> Result<Option<OwnNote>, Error> {
    records::own_note(db, id, meter, author)
}

/// Writes a note's new text, which is another revision of it.
///
/// # Errors
/// The database.
pub fn mend_note(tx: &mut Tx<'_>, id: NoteId, meter: i64, text: &str) -> Result<(), Error> {
    records::update_note(tx, id, text)?;
    put(tx, meter, Entity::Note, *id.0.as_bytes())
}

/// Takes a note back: out of every bucket that holds it.
///
/// # Errors
/// The database.
pub fn take_note_back(tx: &mut Tx<'_>, id: NoteId, meter: i64) -> Result<(), Error> {
    records::mark_taken_back(tx, id)?;
    for bucket in holders::of_field_records(tx, meter)? {
        tx.remove(bucket, Entity::Note, &RowId::of(*id.0.as_bytes()))?;
    }
    Ok(())
}

/// Writes a manual reading, and puts it into the buckets that hold its meter's field records. What was used by it is
/// [`crate::metering::telemetry::record`]'s.
///
/// # Errors
/// The database.
pub fn add_reading(
    tx: &mut Tx<'_>,
    id: ManualReadingId,
    record: &NewFieldRecord<'_>,
    read: (Millilitres, Option<BlobId>, &Explanation),
) -> Result<(), Error> {
    records::insert_reading(tx, id, record, read)?;
    put(tx, record.meter, Entity::ManualReading, *id.0.as_bytes())
}

/// A meter that somebody put in the place of another one.
pub struct NewSwap<'a> {
    /// What every field record has; its meter is the one with which it is held.
    pub record: NewFieldRecord<'a>,
    /// Key of the meter that was taken down.
    pub old: i64,
    /// Whether it is entered; then the record's meter is the one that was put up.
    pub is_entered: bool,
    /// What was said.
    pub swap: &'a Swap,
}

/// The meter with which a swap of a utility is held, and whether it is the one that the swap put up; none if there is no such swap.
///
/// # Errors
/// The database.
pub fn held_with(db: &Db, utility: i64, swap: MeterSwapId) -> Result<Option<(MeterId, bool)>, Error> {
    swaps::held_with(db, utility, swap.0)
}

/// Writes a swap, and puts it into the buckets that hold its meter's field records. What follows from it is [`crate::metering::swaps`]'s.
///
/// # Errors
/// The database.
pub fn add_swap(tx: &mut Tx<'_>, new: &NewSwap<'_>) -> Result<(), Error> {
    swaps::insert(tx, new)?;
    put(tx, new.record.meter, Entity::MeterSwap, *new.swap.swap.0.as_bytes())
}

/// Whether a manual reading is of this meter and register.
///
/// # Errors
/// The database.
pub fn is_reading(db: &Db, id: ManualReadingId, meter: i64, register: Millilitres) -> Result<bool, Error> {
    records::is_reading(db, id, meter, register)
}

/// Whether a meter has a manual reading of this instant and register.
///
/// # Errors
/// The database.
pub fn has_reading(db: &Db, meter: i64, read: (UtcMillis, Millilitres)) -> Result<bool, Error> {
    records::has_reading(db, meter, read)
}

/// Marks the manual readings of a meter at an instant for review, or takes the mark off, after others have shown what they are worth.
///
/// # Errors
/// The database.
pub fn review_again(tx: &mut Tx<'_>, meter: i64, at: UtcMillis, is_refused: bool) -> Result<(), Error> {
    for (id, mut review) in records::readings_at(tx, meter, at)? {
        let changes = if is_refused { review.insert(Review::Implausible) } else { review.remove(&Review::Implausible) };
        if changes {
            records::write_review(tx, id, &review)?;
            put(tx, meter, Entity::ManualReading, id)?;
        }
    }
    Ok(())
}

/// Marks the manual readings of a meter from an instant on as read where it was not installed, or takes that mark off, after it has become known
/// where it was.
///
/// # Errors
/// The database.
pub fn mark_installed(tx: &mut Tx<'_>, meter: i64, since: UtcMillis, is_installed: bool) -> Result<(), Error> {
    for (id, mut review) in records::readings_since(tx, meter, since)? {
        let changes = if is_installed { review.remove(&Review::NotInstalled) } else { review.insert(Review::NotInstalled) };
        if changes {
            records::write_review(tx, id, &review)?;
            put(tx, meter, Entity::ManualReading, id)?;
        }
    }
    Ok(())
}

fn put(tx: &mut Tx<'_>, meter: i64, entity: Entity, id: [u8; 16]) -> Result<(), Error> {
    let rev = records::revision(tx, entity, id)?;
    for bucket in holders::of_field_records(tx, meter)? {
        tx.put(bucket, entity, &RowId::of(id), rev)?;
    }
    Ok(())
}

/// Moves a meter's field records to where it is now: out of the buckets that held them before, and into those that do now.
///
/// # Errors
/// The database.
pub fn follow(tx: &mut Tx<'_>, meter: i64, before: &[i64]) -> Result<(), Error> {
    let now = holders::of_field_records(tx, meter)?;
    // Those whose key is the meter's move with its own row.
    let follows = |entity: &Entity| entity.kind().follows == Follows::Meter && entity.kind().key == Key::Own;
    for entity in Entity::ALL.into_iter().filter(follows) {
        for id in records::of_meter(tx, entity, meter)? {
            for gone in before.iter().filter(|bucket| !now.contains(bucket)) {
                tx.remove(*gone, entity, &RowId::of(id))?;
            }
            for into in now.iter().filter(|bucket| !before.contains(bucket)) {
                tx.put(*into, entity, &RowId::of(id), records::revision(tx, entity, id)?)?;
            }
        }
    }
    Ok(())
}
