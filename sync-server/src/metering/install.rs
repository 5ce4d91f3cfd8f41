//! Installing a meter: who measures where from when on, with everything that follows from it, however late it is told.

use crate::billing::charging;
use crate::billing::tariffs::Prices;
use crate::core::Tx;
use crate::core::feed::RowId;
use crate::error::Error;
use crate::field::records;
use crate::metering::fleet::{holders, put_connection, put_meter};
use crate::metering::publish::publish_meter;
use crate::metering::readings::load_meter;
use crate::metering::usage;
use domain::metering::reading::absorb::{Stored, WindowEnd, absorb};
use domain::metering::reading::{ClockState, DayUse, Point, Verdict};
use domain::{LocalDay, Millilitres, UtcMillis};
use protocol::core::problem::Code;
use protocol::sync::rows::Entity;
use protocol::sync::rows::kinds::Key;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;

/// What a meter's readings come to: each with its verdict, and what was used where on which day.
#[derive(Default)]
pub struct Walked {
    /// The readings in order of time.
    pub readings: Vec<Stored>,
    /// By key of the connection.
    pub usage: BTreeMap<(i64, LocalDay), DayUse>,
}

/// Walks all readings of a meter, from nothing.
///
/// # Errors
/// The database.
pub fn walk(db: &Connection, num: i64) -> Result<Walked, Error> {
    let meter = load_meter(db, num)?;
    let mut query = db.prepare_cached("SELECT t, register, verdict FROM reading WHERE meter = ?1 ORDER BY t")?;
    let points = query
        .query_map([num], |row| {
            let t = UtcMillis(row.get(0)?);
            let wrong = row.get::<_, u8>(2)? == Verdict::ClockWrong as u8;
            let clock = if wrong { ClockState::Wrong } else { ClockState::Believed };
            Ok(Point { t, register: Millilitres(row.get(1)?), connection: meter.place_at(t), clock })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let zone = |connection| meter.zone_of(connection);
    // With the whole history at hand the window cannot be too short.
    let absorbed = absorb(None, &[], WindowEnd::History, &points, &meter.capability, &zone).unwrap_or_default();
    let usage = absorbed.usage.into_iter();
    let usage = usage.filter_map(|((connection, day), used)| Some(((meter.num_of(connection)?, day), used))).collect();
    Ok(Walked { readings: absorbed.changed, usage })
}

/// Installs a meter at a connection from an instant on. The meter that was there, and the place where this one was, end then; readings
/// that came already are judged and summed anew. The writer must forget its meters afterwards.
///
/// # Errors
/// Something was installed there, or this meter elsewhere, at that instant or later; or the database.
pub fn install(tx: &mut Tx<'_>, meter: i64, connection: i64, since: UtcMillis) -> Result<(), Error> {
    let latest: Option<i64> = tx
        .db
        .prepare_cached("SELECT MAX(MAX(since), COALESCE(MAX(until), 0)) FROM installation WHERE meter = ?1 OR connection = ?2")?
        .query_row([meter, connection], |row| row.get(0))?;
    if latest.is_some_and(|latest| latest >= since.0) {
        return Err(Error::problem(
            Code::BadRequest,
            "a meter was installed there, or this one elsewhere, at that time or later",
        ));
    }
    let displaced: Option<i64> = tx
        .db
        .prepare_cached("SELECT meter FROM installation WHERE connection = ?1 AND until IS NULL")?
        .query_row([connection], |row| row.get(0))
        .optional()?;
    let left: Option<i64> = tx
        .db
        .prepare_cached("SELECT connection FROM installation WHERE meter = ?1 AND until IS NULL")?
        .query_row([meter], |row| row.get(0))
        .optional()?;
    let meters: Vec<i64> = [Some(meter), displaced].into_iter().flatten().collect();
    let mut before = Vec::with_capacity(meters.len());
    for num in &meters {
        before.push((holders(tx, *num)?, records::holders(tx, *num)?, walk(tx, *num)?));
    }
    tx.db.execute(
        "UPDATE installation SET until = ?2 WHERE (meter = ?1 OR connection = ?3) AND until IS NULL",
        params![meter, since.0, connection],
    )?;
    tx.db.execute(
        "INSERT INTO installation (meter, since, connection) VALUES (?1, ?2, ?3)",
        params![meter, since.0, connection],
    )?;
    for (num, (held, told, walked)) in meters.iter().zip(before) {
        settle(tx, *num, &walked)?;
        move_rows(tx, *num, &held)?;
        records::follow(tx, *num, &told)?;
        publish_meter(tx, &mut Prices::default(), *num)?;
    }
    for place in [Some(connection), left].into_iter().flatten() {
        tx.db.execute("UPDATE connection SET rev = rev + 1 WHERE num = ?1", [place])?;
        put_connection(tx, place)?;
    }
    Ok(())
}

/// Writes what differs from what a meter's readings came to before its places changed.
pub(crate) fn settle(tx: &mut Tx<'_>, num: i64, before: &Walked) -> Result<(), Error> {
    let mut after = walk(tx, num)?;
    let mut judge = tx.db.prepare_cached("UPDATE reading SET verdict = ?3 WHERE meter = ?1 AND t = ?2")?;
    for (old, new) in before.readings.iter().zip(&after.readings).filter(|(old, new)| old.verdict != new.verdict) {
        debug_assert_eq!(old.point.t, new.point.t, "the same readings were walked");
        judge.execute(params![num, new.point.t.0, new.verdict as u8])?;
    }
    for (key, used) in &before.usage {
        after.usage.entry(*key).or_default().combine(used, -1);
    }
    let mut prices = Prices::default();
    for ((connection, day), part) in after.usage.into_iter().filter(|(_, part)| *part != DayUse::default()) {
        let mut used = usage::load_day(tx, connection, day)?.unwrap_or_default();
        used.combine(&part, 1);
        usage::write_day(tx, connection, day, &used)?;
        usage::add_month(tx, connection, day.month().0, part.volume.0, part.covered_ms)?;
        charging::recompute(tx, &mut prices, connection, day.month())?;
    }
    tx.db.execute("UPDATE meter_state SET dirty = 1 WHERE meter = ?1", [num])?;
    Ok(())
}

/// Takes a meter out of the buckets that hold it no longer, and puts it into those that do.
pub(crate) fn move_rows(tx: &mut Tx<'_>, num: i64, held: &[i64]) -> Result<(), Error> {
    let id: [u8; 16] = tx.db.query_row("SELECT id FROM meter WHERE num = ?1", [num], |row| row.get(0))?;
    let holding = holders(tx, num)?;
    for gone in held.iter().filter(|bucket| !holding.contains(bucket)) {
        for entity in Entity::ALL.into_iter().filter(|entity| entity.kind().key == Key::Meter) {
            tx.remove(*gone, entity, &RowId::of(id))?;
        }
    }
    put_meter(tx, num)
}
