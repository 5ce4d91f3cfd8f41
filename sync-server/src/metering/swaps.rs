//! Meters that people in the field put in the place of others: what becomes of such a fact, however late it arrives. Where it can be entered, the
//! old meter counts until its final register, the new one from its first, and the old one signs in no more; readings that came meanwhile are judged
//! anew (adr/0054, adr/0060).

use crate::core::scope::Caller;
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::field::records::{NewFieldRecord, NewSwap, add_reading, add_swap, mark_installed};
use crate::metering::credentials;
use crate::metering::fleet::{NewMeter, add_meter};
use crate::metering::install::install;
use crate::metering::rows::{inflows, installations, meters, readings};
use crate::metering::telemetry;
use domain::field::field_record::{Explanation, Review, review_reading};
use domain::field::meter_swap::{BEFORE_MS, Entry, SerialAt, Swap, enter};
use domain::metering::meter::LifeCycle;
use domain::{BlobId, ManualReadingId, MeterId, Millilitres, Serial, UtcMillis};
use protocol::sync::rows::Meter;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A swap of a meter that its author may write about.
pub struct ReportedSwap<'a> {
    /// Key of the meter that was taken down.
    pub old: i64,
    /// When, corrected as far as can be; not ahead of the server's clock.
    pub at: UtcMillis,
    /// Whether it names a swap that was not entered: then it is not known which meter was taken down, and its registers do not count.
    pub follows_kept: bool,
    /// What is odd about its author, its place and its time.
    pub review: BTreeSet<Review>,
    /// Whether the final register counts: one of a doubtful time that the meter's own registers contradict does not.
    pub counts_final: bool,
    /// What was said.
    pub swap: &'a Swap,
}

/// What became of a swap.
pub struct TakenSwap {
    /// Why somebody should look at it.
    pub review: BTreeSet<Review>,
    /// What the audit log says of the old meter's credential, which ended with it; empty if there was none, or the meter is there still.
    pub credential: String,
    /// The meter that was put up although it was out of service.
    pub put_back: Option<MeterId>,
}

/// Where the meter is that has a serial number, with its key.
fn serial_at(db: &Db, utility: i64, serial: &Serial, (old, here): (i64, Option<i64>)) -> Result<(SerialAt, Option<i64>), Error> {
    let Some((num, owner)) = meters::of_serial(db, serial)? else { return Ok((SerialAt::Nowhere, None)) };
    if owner != utility || num == old || inflows::is_one(db, num)? {
        return Ok((SerialAt::Elsewhere, None));
    }
    let place = match installations::connection_of(db, num)? {
        None if meters::life_cycle(db, num)? == LifeCycle::Inactive => SerialAt::Retired,
        None => SerialAt::Stock,
        at if at == here => SerialAt::Here,
        Some(_) => SerialAt::Elsewhere,
    };
    Ok((place, Some(num)))
}

/// Enters a swap, or keeps it for a person to look at; returns what became of it.
///
/// # Errors
/// The database.
pub fn take(tx: &mut Tx<'_>, author: &Caller, said: ReportedSwap<'_>) -> Result<TakenSwap, Error> {
    let ReportedSwap { old, at, follows_kept, mut review, counts_final, swap } = said;
    let now = installations::connection_of(tx, old)?;
    let here = match now {
        Some(connection) => Some(connection),
        None => installations::last_connection(tx, old)?,
    };
    let (serial, found) = serial_at(tx, author.utility, &swap.serial, (old, here))?;
    let changed = match here {
        // No meter has the key -1.
        Some(connection) => installations::latest(tx, found.unwrap_or(-1), connection)?,
        None => None,
    };
    let entry = if follows_kept { Entry::Kept(Review::NotEntered) } else { enter(at, now.is_some(), changed, serial) };
    let mut final_marks = BTreeSet::new();
    let last = swap.final_register.filter(|_| !follows_kept).map(|register| (at.plus(-BEFORE_MS), register));
    if let Some(last) = last.filter(|_| counts_final && entry != Entry::Kept(Review::EnteredBefore)) {
        final_marks.extend(count(tx, old, last)?);
    }
    let (mut credential, mut put_back) = (String::new(), None);
    let held_with = match (entry, now) {
        (Entry::Entered, Some(connection)) => {
            credential = credentials::clear(tx, old)?;
            // Where an older release took it down, its secret is there still.
            if let Some(found) = found.filter(|_| serial.doubt().is_some()) {
                credentials::clear(tx, found)?;
            }
            put_up(tx, author, (old, connection, at), (swap, found))?
        }
        // Who has entered it before has put up the same meter.
        (Entry::Kept(Review::EnteredBefore), _) => found.unwrap_or(old),
        _ => old,
    };
    if let Some(last) = last.filter(|_| entry != Entry::Kept(Review::EnteredBefore)) {
        if !counts_final {
            final_marks.insert(Review::Implausible);
        }
        let read = Read { name: b"final", meter: old, at: last.0, register: last.1, photo: swap.final_photo };
        review.extend(write(tx, author, &read, (swap, &swap.explained), final_marks)?);
    }
    match entry {
        Entry::Kept(why) => {
            review.insert(why);
        }
        Entry::Entered => {
            if let Some(doubt) = serial.doubt() {
                review.insert(doubt);
                put_back = Some(MeterId(Uuid::from_bytes(meters::id(tx, held_with)?)));
            }
            let read = Read { name: b"first", meter: held_with, at, register: swap.first_register, photo: swap.first_photo };
            review.extend(write(tx, author, &read, (swap, &Explanation::default()), BTreeSet::new())?);
        }
    }
    let record = NewFieldRecord { meter: held_with, author: author.num, at, received: tx.now, review: &review };
    add_swap(tx, &NewSwap { record, old, is_entered: entry == Entry::Entered, swap })?;
    tx.touch_meter(old);
    tx.touch_meter(held_with);
    Ok(TakenSwap { review, credential, put_back })
}

/// Takes a register among the readings of a meter; returns why somebody should look at it.
fn count(tx: &mut Tx<'_>, meter: i64, read: (UtcMillis, Millilitres)) -> Result<Option<Review>, Error> {
    let received = tx.now;
    let counts = telemetry::record(tx, meter, read, received)?;
    Ok((counts.conflicts > 0).then_some(Review::Differs))
}

/// Puts up the new meter in the place of the old one, which ends; returns its key.
fn put_up(
    tx: &mut Tx<'_>,
    author: &Caller,
    (old, connection, at): (i64, i64, UtcMillis),
    (swap, found): (&Swap, Option<i64>),
) -> Result<i64, Error> {
    let new = match found {
        Some(num) => num,
        None => add_meter(tx, author.utility, &new_meter(swap))?,
    };
    // Its first register is there before it is installed, so that all that follows is published at once.
    count(tx, new, (at, swap.first_register))?;
    meters::write_life_cycle(tx, old, LifeCycle::Inactive)?;
    meters::write_life_cycle(tx, new, LifeCycle::Active)?;
    install(tx, new, connection, at)?;
    mark_installed(tx, old, at, false)?;
    mark_installed(tx, new, at, true)?;
    Ok(new)
}

fn new_meter(swap: &Swap) -> NewMeter {
    NewMeter {
        id: MeterId(swap.swap.0),
        serial: swap.serial.clone(),
        model: swap.model.clone(),
        capability: swap.capability(),
        interval_s: Meter::INTERVAL_S,
        // It gets its credential when it is set up.
        secret_hash: None,
    }
}

/// A register of a swap.
struct Read {
    /// What tells it from the other one.
    name: &'static [u8],
    meter: i64,
    at: UtcMillis,
    register: Millilitres,
    photo: Option<BlobId>,
}

/// Writes a register of a swap as a manual reading, once it is judged; returns why somebody should look at it.
fn write(
    tx: &mut Tx<'_>,
    author: &Caller,
    read: &Read,
    (swap, explained): (&Swap, &Explanation),
    mut review: BTreeSet<Review>,
) -> Result<BTreeSet<Review>, Error> {
    let Read { name, meter, at, register, photo } = *read;
    if review.is_empty()
        && let Some(verdict) = readings::verdict_at(tx, meter, at)?
    {
        let before = readings::register_before(tx, meter, at)?;
        review.extend(review_reading(verdict, register, before));
    }
    let id = ManualReadingId(Uuid::new_v5(&swap.swap.0, name));
    let record = NewFieldRecord { meter, author: author.num, at, received: tx.now, review: &review };
    add_reading(tx, id, &record, (register, photo, explained))?;
    Ok(review)
}
