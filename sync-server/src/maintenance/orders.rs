//! Work orders: announced, begun, held, put off, completed and cancelled; and kept by the admins and by whoever works in the meter's zone.

use crate::core::feed::RowId;
use crate::core::{Db, Tx, holders};
use crate::error::Error;
use crate::field::rows::records::name_of;
use crate::maintenance::rows::notifications::NoticedOrder;
use crate::maintenance::rows::{NewOrder, StoredOrder, turns};
use crate::maintenance::{notifications, records, rows};
use crate::metering::rows::kept;
use domain::UtcMillis;
use domain::field::field_record::Review;
use domain::maintenance::priority::Priority;
use domain::maintenance::record::late_behind;
use domain::maintenance::work_order::{Progress, Turn, Window, WorkStep, authorising};
use protocol::sync::rows::Entity;
use std::collections::BTreeSet;

/// Announces work at a meter.
///
/// # Errors
/// There is an order of this identifier, or the database.
pub fn announce(tx: &mut Tx<'_>, new: &NewOrder<'_>) -> Result<(), Error> {
    rows::insert(tx, new)?;
    put(tx, new.meter, *new.id.0.as_bytes(), 1)?;
    notifications::announced(tx, new)
}

/// What somebody says of how far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// It took a turn. Work begins by going on.
    Turned(Turn),
    /// It is done.
    Completed,
    /// It is not to be done any more.
    Cancelled,
}

impl Happened {
    /// How far an order is with that at an instant.
    pub fn over(self, known: &Progress, at: UtcMillis) -> Progress {
        let known = known.clone();
        match self {
            Self::Turned(turn) => known.turned(turn, at),
            Self::Completed => known.with(WorkStep::Completed, at),
            Self::Cancelled => known.with(WorkStep::Cancelled, at),
        }
    }
}

/// What is said of an order, and by whom.
pub struct Reported<'a> {
    /// What.
    pub what: Happened,
    /// When it happened.
    pub at: UtcMillis,
    /// Key of whoever says so.
    pub by: i64,
    /// What is written about it.
    pub text: &'a str,
    /// What is odd about it, beside that it may have happened after the order's end, which follows from its instants.
    pub odd: &'a BTreeSet<Review>,
}

/// What came of what was said of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It was known.
    Known,
    /// It was known, but not that somebody says so who was not to: why somebody should check the order now.
    Marked(BTreeSet<Review>),
    /// How far the order is now.
    Further(Progress),
}

/// What is odd about whoever says something, and not about the clock that dates it.
const OF_AUTHOR: [Review; 2] = [Review::NotAssigned, Review::OutOfZone];

/// Writes what is said of an order, and marks those of its records that were done behind its end then. What follows for the events of its meter is for
/// whoever judges those ([`judged_otherwise_from`](domain::maintenance::work_order::judged_otherwise_from)).
///
/// # Errors
/// The database.
pub fn take(tx: &mut Tx<'_>, order: &StoredOrder, said: &Reported<'_>) -> Result<Taken, Error> {
    let after = said.what.over(&order.progress, said.at);
    let mut review = order.review.clone();
    if after == order.progress {
        // Its instant says nothing new, so a doubtful clock does no harm.
        review.extend(said.odd.iter().filter(|odd| OF_AUTHOR.contains(odd)));
        if review == order.review {
            return Ok(Taken::Known);
        }
        let rev = rows::write_progress(tx, order.num, (&after, &review), said.by)?;
        put(tx, order.meter, order.id, rev)?;
        return Ok(Taken::Marked(review));
    }
    review.extend(said.odd);
    if after.has_late_work() {
        review.insert(Review::LateWork);
    } else {
        review.remove(&Review::LateWork);
    }
    let by = name_of(tx, said.by)?;
    turns::write(tx, order.num, (&order.progress, &after), (said.text, &by))?;
    let rev = rows::write_progress(tx, order.num, (&after, &review), said.by)?;
    put(tx, order.meter, order.id, rev)?;
    if let Some(ended) = late_behind(&order.progress, &after) {
        records::mark_late(tx, (order.num, order.meter), ended)?;
    }
    notifications::followed(tx, (order.id, order.meter), &after)?;
    Ok(Taken::Further(after))
}

/// Says how pressing an order is.
///
/// # Errors
/// The database.
pub fn prioritise(tx: &mut Tx<'_>, order: &StoredOrder, priority: Priority) -> Result<(), Error> {
    let rev = rows::write_priority(tx, order.num, priority)?;
    put(tx, order.meter, order.id, rev)
}

/// Moves an order that is to be begun to another window, as a person has set it.
///
/// # Errors
/// Somebody is at it, or the database.
pub fn move_to(tx: &mut Tx<'_>, order: &StoredOrder, window: Window) -> Result<(), Error> {
    let rev = rows::write_window(tx, order.num, window)?;
    put(tx, order.meter, order.id, rev)?;
    notifications::settle(tx, (order.id, order.meter))
}

/// Moves an order to another window, as its customer has chosen it.
///
/// # Errors
/// The database.
pub fn move_as_chosen(tx: &mut Tx<'_>, order: &NoticedOrder, window: Window) -> Result<(), Error> {
    let (rev, id) = (rows::write_chosen_window(tx, order.num, window)?, *order.id.0.as_bytes());
    put(tx, order.meter, id, rev)?;
    notifications::settle(tx, (id, order.meter))
}

/// Says who is to do an order that is to be begun, by key and name, as a person has set it.
///
/// # Errors
/// Somebody is at it, or the database.
pub fn assign(tx: &mut Tx<'_>, order: &StoredOrder, technician: Option<&(i64, String)>) -> Result<(), Error> {
    let rev = rows::write_technician(tx, order.num, technician)?;
    put(tx, order.meter, order.id, rev)
}

/// The order, by key, that authorises what happened at a meter at an instant.
///
/// # Errors
/// The database.
pub fn authorising_at(db: &Db, meter: i64, at: UtcMillis) -> Result<Option<i64>, Error> {
    let begun = rows::begun(db, meter)?;
    Ok(authorising(begun.iter().map(|(order, progress)| (*order, progress)), at))
}

/// Sends an order of a meter to whoever holds it, at a revision.
///
/// # Errors
/// The database.
pub fn put(tx: &mut Tx<'_>, meter: i64, id: [u8; 16], rev: i64) -> Result<(), Error> {
    for bucket in buckets(tx, meter, id)? {
        tx.put(bucket, Entity::WorkOrder, &RowId::of(id), rev)?;
    }
    Ok(())
}

/// The buckets of an order of a meter, and of what is recorded under it: those of the meter's field records, and that of a zone which goes on
/// holding it after the meter was taken down there.
///
/// # Errors
/// The database.
pub fn buckets(tx: &mut Tx<'_>, meter: i64, order: [u8; 16]) -> Result<Vec<i64>, Error> {
    let mut found = holders::of_field_records(tx, meter)?;
    for zone in kept::zones(tx, meter, order)? {
        if !found.contains(&zone) {
            found.push(zone);
        }
    }
    Ok(found)
}
