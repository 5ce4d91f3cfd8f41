//! Readings as rows: windows of readings around new ones, and the rows that a verdict changes.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::intake::Source;
use crate::metering::meter::Meter;
use domain::metering::reading::absorb::{Stored, WindowEnd};
use domain::metering::reading::{ClockState, Point, Verdict};
use domain::{Millilitres, UtcMillis};
use protocol::metering::messages::{Event, Telemetry};
use rusqlite::{OptionalExtension, Row, params};
use std::collections::BTreeSet;

/// A window for `absorb`.
pub struct Window {
    /// The last reading that settles before the first new one.
    pub anchor: Option<Point>,
    /// What is stored behind it.
    pub stored: Vec<Stored>,
    /// Whether there is more.
    pub end: WindowEnd,
}

const COLUMNS: &str = "t, register, verdict";

fn read_stored(meter: &Meter) -> impl Fn(&Row<'_>) -> rusqlite::Result<Stored> + '_ {
    |row| {
        let t = UtcMillis(row.get(0)?);
        let code: u8 = row.get(2)?;
        let verdict = Verdict::from_code(code).ok_or(rusqlite::Error::IntegralValueOutOfRange(2, i64::from(code)))?;
        let clock = if verdict == Verdict::ClockWrong { ClockState::Wrong } else { ClockState::Believed };
        let point = Point { t, register: Millilitres(row.get(1)?), connection: meter.connection_at(t), clock };
        Ok(Stored { point, verdict })
    }
}

/// Verdicts below this settle; see `Verdict`.
const SETTLES_BELOW: u8 = Verdict::Negative as u8;

/// Verdicts from this on are left out of judging; the index `reading_left_out` has the same bound.
const LEFT_OUT_FROM: u8 = Verdict::ClockWrong as u8;

/// Reads the readings from the last settled one before the first of `times` to the `behind`-th after the last of them.
///
/// Readings that judging leaves out are read only where a new one has the same time: a meter may have any number of them.
///
/// # Errors
/// The database.
pub fn load_window(db: &Db, meter: &Meter, times: &BTreeSet<UtcMillis>, behind: usize) -> Result<Window, Error> {
    let (Some(first), Some(last)) = (times.first(), times.last()) else {
        return Ok(Window { anchor: None, stored: Vec::new(), end: WindowEnd::History });
    };
    let anchor = db
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM reading WHERE meter = ?1 AND t < ?2 AND verdict < ?3 ORDER BY t DESC LIMIT 1"
        ))?
        .query_row(params![meter.num, first.0, SETTLES_BELOW], read_stored(meter))
        .optional()?;
    let from = anchor.map_or(i64::MIN, |stored| stored.point.t.0);
    let mut within = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM reading WHERE meter = ?1 AND t > ?2 AND t <= ?3 AND verdict < {LEFT_OUT_FROM} ORDER BY t"
    ))?;
    let mut stored = within.query_map(params![meter.num, from, last.0], read_stored(meter))?.collect::<Result<Vec<_>, _>>()?;
    let mut after = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM reading WHERE meter = ?1 AND t > ?2 AND verdict < {LEFT_OUT_FROM} ORDER BY t LIMIT ?3"
    ))?;
    let more = after.query_map(params![meter.num, last.0, behind as i64], read_stored(meter))?.collect::<Result<Vec<_>, _>>()?;
    let end = if more.len() < behind { WindowEnd::History } else { WindowEnd::More };
    stored.extend(more);
    stored.extend(load_left_out(db, meter, times)?);
    stored.sort_by_key(|stored| stored.point.t);
    Ok(Window { anchor: anchor.map(|stored| stored.point), stored, end })
}

/// Reads the readings at these times that judging leaves out.
///
/// # Errors
/// The database.
pub fn load_left_out(db: &Db, meter: &Meter, times: &BTreeSet<UtcMillis>) -> Result<Vec<Stored>, Error> {
    let mut exact =
        db.prepare_cached(&format!("SELECT {COLUMNS} FROM reading WHERE meter = ?1 AND t = ?2 AND verdict >= {LEFT_OUT_FROM}"))?;
    let mut found = Vec::new();
    for t in times {
        found.extend(exact.query_row(params![meter.num, t.0], read_stored(meter)).optional()?);
    }
    Ok(found)
}

/// Reads a meter's last readings that judging takes, in order of time, and the latest time of one that it leaves out.
///
/// # Errors
/// The database.
pub fn load_latest(db: &Db, meter: &Meter, limit: usize) -> Result<(Vec<Stored>, Option<UtcMillis>), Error> {
    let mut latest = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM reading WHERE meter = ?1 AND verdict < {LEFT_OUT_FROM} ORDER BY t DESC LIMIT ?2"
    ))?;
    let mut found = latest.query_map(params![meter.num, limit as i64], read_stored(meter))?.collect::<Result<Vec<_>, _>>()?;
    found.reverse();
    let left_out = db
        .prepare_cached("SELECT MAX(t) FROM reading INDEXED BY reading_left_out WHERE meter = ?1 AND verdict >= 18")?
        .query_row([meter.num], |row| row.get::<_, Option<i64>>(0))?;
    Ok((found, left_out.map(UtcMillis)))
}

/// The times, registers and verdicts of all readings of a meter, in order of time.
///
/// # Errors
/// The database.
pub fn load_all(db: &Db, meter: &Meter) -> Result<Vec<Point>, Error> {
    let mut query = db.prepare_cached("SELECT t, register, verdict FROM reading WHERE meter = ?1 ORDER BY t")?;
    let points = query.query_map([meter.num], |row| {
        let t = UtcMillis(row.get(0)?);
        let wrong = row.get::<_, u8>(2)? == Verdict::ClockWrong as u8;
        let clock = if wrong { ClockState::Wrong } else { ClockState::Believed };
        Ok(Point { t, register: Millilitres(row.get(1)?), connection: meter.connection_at(t), clock })
    })?;
    Ok(points.collect::<Result<_, _>>()?)
}

/// Writes another verdict on a reading.
///
/// # Errors
/// The database.
pub fn write_verdict(tx: &mut Tx<'_>, meter: i64, t: UtcMillis, verdict: Verdict) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE reading SET verdict = ?3 WHERE meter = ?1 AND t = ?2")?.execute(params![
        meter,
        t.0,
        verdict as u8
    ])?;
    Ok(())
}

/// Writes a reading, or what is new of one that is there. `sent` is `None` if this message did not bring it.
///
/// # Errors
/// The database.
pub fn write_reading(
    tx: &mut Tx<'_>,
    meter: i64,
    stored: &Stored,
    sent: Option<&Telemetry>,
    source: Source,
    received: UtcMillis,
) -> Result<(), Error> {
    let (t, register, verdict) = (stored.point.t.0, stored.point.register.0, stored.verdict as u8);
    let Some(sent) = sent else {
        tx.db
            .prepare_cached("UPDATE reading SET register = ?3, verdict = ?4 WHERE meter = ?1 AND t = ?2")?
            .execute(params![meter, t, register, verdict])?;
        return Ok(());
    };
    tx.db.prepare_cached(
        "INSERT INTO reading (meter, t, register, flow, bits, verdict, source, received_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (meter, t) DO UPDATE SET register = excluded.register, verdict = excluded.verdict",
    )?
    .execute(params![meter, t, register, sent.flow.map(|f| f.0), sent.bits, verdict, source as u8, received.0])?;
    Ok(())
}

/// Writes the register of a reading conflict that is not used.
///
/// # Errors
/// The database.
pub fn write_conflict(tx: &mut Tx<'_>, meter: i64, t: UtcMillis, refused: Millilitres, received: UtcMillis) -> Result<(), Error> {
    tx.db
        .prepare_cached("INSERT OR IGNORE INTO reading_conflict (meter, t, register, received_at) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![meter, t.0, refused.0, received.0])?;
    Ok(())
}

/// Writes a meter event; the same again changes nothing.
///
/// # Errors
/// The database.
pub fn write_event(tx: &mut Tx<'_>, meter: i64, event: &Event, received: UtcMillis) -> Result<(), Error> {
    tx.db
        .prepare_cached("INSERT OR IGNORE INTO meter_event (meter, t, kind, register, received_at) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![meter, event.t.0, event.kind.as_str(), event.reg.map(|register| register.0), received.0])?;
    Ok(())
}
