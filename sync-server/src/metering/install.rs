//! Installing a meter: which one measures at a connection from when on, with everything that follows from it, however late it is entered; and
//! taking one down.

use crate::billing::prices::Prices;
use crate::core::feed::RowId;
use crate::core::{Db, Tx, holders};
use crate::error::Error;
use crate::field::records;
use crate::metering::fleet::{put_connection, put_meter};
use crate::metering::judging::{Judged, judge_all, settle};
use crate::metering::publish::publish_meter;
use crate::metering::rows::{connections, inflows, installations, meters, state};
use crate::valve::orders;
use domain::UtcMillis;
use protocol::core::problem::Code;
use protocol::sync::rows::Entity;
use protocol::sync::rows::kinds::Key;

/// A meter before its installations, or the holders of its connection, change.
pub(crate) struct Before {
    meter: i64,
    holders: Vec<i64>,
    field_holders: Vec<i64>,
    /// None where readings and sums stay as they are.
    judged: Option<Judged>,
}

impl Before {
    /// Reads what a meter is before.
    pub(crate) fn read(tx: &mut Tx<'_>, meter: i64) -> Result<Self, Error> {
        Ok(Self { judged: Some(judge_all(tx, meter)?), ..Self::of_holders(tx, meter)? })
    }

    /// Reads by whom a meter is held before others hold it, where nothing else changes.
    pub(crate) fn of_holders(tx: &mut Tx<'_>, meter: i64) -> Result<Self, Error> {
        let holders = holders::of_meter(tx, meter)?;
        Ok(Self { meter, holders, field_holders: holders::of_field_records(tx, meter)?, judged: None })
    }

    /// Writes what differs after: verdicts, sums, and the buckets of the meter, its state and its field records.
    pub(crate) fn apply(self, tx: &mut Tx<'_>) -> Result<(), Error> {
        match &self.judged {
            Some(judged) => settle(tx, self.meter, judged)?,
            // Its newest values go to those who hold it from now on.
            None => state::mark_unpublished(tx, self.meter)?,
        }
        move_meter(tx, self.meter, &self.holders)?;
        records::follow(tx, self.meter, &self.field_holders)?;
        // What another time zone made of the days is another revision, in the same transaction.
        publish_meter(tx, &mut Prices::default(), self.meter)
    }
}

/// Takes a meter out of the buckets that hold it no longer, and puts it into those that do.
fn move_meter(tx: &mut Tx<'_>, meter: i64, before: &[i64]) -> Result<(), Error> {
    let id = meters::id(tx, meter)?;
    let after = holders::of_meter(tx, meter)?;
    for bucket in before.iter().filter(|bucket| !after.contains(bucket)) {
        for entity in Entity::ALL.into_iter().filter(|entity| entity.kind().key == Key::Meter) {
            tx.remove(*bucket, entity, &RowId::of(id))?;
        }
    }
    put_meter(tx, meter)
}

/// Whether a connection has no meter, and had none at an instant or later.
///
/// # Errors
/// The database.
pub fn is_free(db: &Db, connection: i64, since: UtcMillis) -> Result<bool, Error> {
    let latest = installations::latest(db, -1, connection)?;
    Ok(latest.is_none_or(|latest| latest < since) && installations::meter_at(db, connection)?.is_none())
}

/// Installs a meter at a connection from an instant on. The installations of the meter that was there, and of this one elsewhere, end then;
/// readings that came already are judged and summed anew. The writer must forget its meters afterwards.
///
/// # Errors
/// Something was installed there, or this meter elsewhere, at that instant or later; it is or was a bulk meter of a zone (`inflow_meter`); or the
/// database.
pub fn install(tx: &mut Tx<'_>, meter: i64, connection: i64, since: UtcMillis) -> Result<(), Error> {
    if inflows::is_one(tx, meter)? {
        return Err(Error::problem(Code::BadRequest, "inflow_meter: it measures what goes into a zone, or did"));
    }
    if installations::latest(tx, meter, connection)?.is_some_and(|latest| latest >= since) {
        return Err(Error::problem(
            Code::BadRequest,
            "a meter was installed there, or this one elsewhere, at that time or later",
        ));
    }
    let displaced = installations::meter_at(tx, connection)?;
    let left = installations::connection_of(tx, meter)?;
    let mut before = Vec::with_capacity(2);
    for meter in [Some(meter), displaced].into_iter().flatten() {
        before.push(Before::read(tx, meter)?);
    }
    installations::end(tx, meter, connection, since)?;
    if let Some(displaced) = displaced {
        orders::end_displaced(tx, displaced, connection)?;
    }
    if let Some(left) = left {
        orders::end_displaced(tx, meter, left)?;
    }
    installations::insert(tx, meter, connection, since)?;
    before.into_iter().try_for_each(|before| before.apply(tx))?;
    for connection in [Some(connection), left].into_iter().flatten() {
        connections::revise(tx, connection)?;
        put_connection(tx, connection)?;
    }
    Ok(())
}

/// Ends the installation of a meter at its connection at an instant, and leaves the connection without one. The writer must forget its meters
/// afterwards.
///
/// # Errors
/// The database.
pub fn uninstall(tx: &mut Tx<'_>, meter: i64, connection: i64, until: UtcMillis) -> Result<(), Error> {
    let before = Before::read(tx, meter)?;
    installations::end(tx, meter, connection, until)?;
    orders::end_displaced(tx, meter, connection)?;
    before.apply(tx)?;
    connections::revise(tx, connection)?;
    put_connection(tx, connection)
}
