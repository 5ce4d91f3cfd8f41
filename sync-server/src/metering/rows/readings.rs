//! Readings as rows: windows of readings around new ones, and the rows that a verdict changes.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::intake::Source;
use crate::metering::meter::Meter;
use domain::metering::meter::Valve;
use domain::metering::reading::absorb::{APPEND_BEHIND, Stored, WindowEnd};
use domain::metering::reading::{ClockState, Point, Trust, Verdict};
use domain::{Millilitres, UtcMillis};
use protocol::metering::messages::{Event, Telemetry};
use protocol::metering::reviews::{Declared, UnusualReading};
use rusqlite::{OptionalExtension, Row, params};
use std::collections::BTreeSet;

/// A window for `absorb`.
pub struct Window {
    /// The readings in it, in order of time.
    pub stored: Vec<Stored>,
    /// Whether there is more before it.
    pub begin: WindowEnd,
    /// Whether there is more behind it.
    pub end: WindowEnd,
}

/// A meter's last reading that judging takes.
#[derive(Clone, Copy)]
pub struct Tail {
    /// The reading.
    pub last: Point,
    /// Whether it and those before it follow one another so simply that a later one can be appended.
    pub is_plain: bool,
}

const COLUMNS: &str = "t, register, verdict, source, declared";

fn read_stored(meter: &Meter) -> impl Fn(&Row<'_>) -> rusqlite::Result<Stored> + '_ {
    |row| {
        let t = UtcMillis(row.get(0)?);
        let code: u8 = row.get(2)?;
        let verdict = Verdict::from_code(code).ok_or(rusqlite::Error::IntegralValueOutOfRange(2, i64::from(code)))?;
        let clock = if verdict == Verdict::ClockWrong { ClockState::Wrong } else { ClockState::Believed };
        let trust = match row.get(4)? {
            Some(true) => Trust::DeclaredRight,
            Some(false) => Trust::DeclaredWrong,
            None if row.get::<_, u8>(3)? == Source::Manual as u8 => Trust::ByEye,
            None => Trust::Meter,
        };
        let point = Point { t, register: Millilitres(row.get(1)?), connection: meter.place_at(t), clock, trust };
        Ok(Stored { point, verdict })
    }
}

/// Verdicts below this settle; see `Verdict`.
pub const SETTLES_BELOW: u8 = Verdict::Contradicted as u8;

/// Verdicts from this on are left out of judging; the index `reading_left_out` has the same bound.
const LEFT_OUT_FROM: u8 = Verdict::ClockWrong as u8;

/// Reads the readings from the `before`-th before the first of `times` to the `behind`-th after the last of them.
///
/// Readings that judging leaves out are read only where a new one has the same time: a meter may have any number of them.
///
/// # Errors
/// The database.
pub fn load_window(
    db: &Db,
    meter: &Meter,
    times: &BTreeSet<UtcMillis>,
    (before, behind): (usize, usize),
) -> Result<Window, Error> {
    let (Some(first), Some(last)) = (times.first(), times.last()) else {
        return Ok(Window { stored: Vec::new(), begin: WindowEnd::History, end: WindowEnd::History });
    };
    let read = |from: i64, to: i64, order: &str, count: i64| -> Result<Vec<Stored>, Error> {
        let mut query = db.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM reading WHERE meter = ?1 AND t > ?2 AND t < ?3 AND verdict < {LEFT_OUT_FROM}
             ORDER BY t {order} LIMIT +?4"
        ))?;
        let rows = query.query_map(params![meter.num, from, to, count], read_stored(meter))?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    let reach = |found: usize, wanted: usize| if found < wanted { WindowEnd::History } else { WindowEnd::More };
    let mut stored = read(i64::MIN, first.0, "DESC", before as i64)?;
    let begin = reach(stored.len(), before);
    stored.reverse();
    stored.extend(read(first.0.saturating_sub(1), last.0.saturating_add(1), "ASC", i64::MAX)?);
    let after = read(last.0, i64::MAX, "ASC", behind as i64)?;
    let end = reach(after.len(), behind);
    stored.extend(after);
    stored.extend(load_left_out(db, meter, times)?);
    stored.sort_by_key(|stored| stored.point.t);
    Ok(Window { stored, begin, end })
}

/// How many readings a meter has between two instants; what is over `most` is not counted.
///
/// # Errors
/// The database.
pub fn count_between(db: &Db, meter: i64, (from, to): (UtcMillis, UtcMillis), most: usize) -> Result<usize, Error> {
    let mut query =
        db.prepare_cached("SELECT COUNT(*) FROM (SELECT 1 FROM reading WHERE meter = ?1 AND t > ?2 AND t < ?3 LIMIT +?4)")?;
    let count: i64 = query.query_row(params![meter, from.0, to.0, most as i64], |row| row.get(0))?;
    Ok(count as usize)
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

/// Reads the last of a meter's readings that judging takes, and the latest time of one that it leaves out.
///
/// # Errors
/// The database.
pub fn load_tail(db: &Db, meter: &Meter) -> Result<(Option<Tail>, Option<UtcMillis>), Error> {
    let mut latest = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM reading WHERE meter = ?1 AND verdict < {LEFT_OUT_FROM} ORDER BY t DESC LIMIT +?2"
    ))?;
    let found =
        latest.query_map(params![meter.num, APPEND_BEHIND as i64], read_stored(meter))?.collect::<Result<Vec<Stored>, _>>()?;
    let plain = found.iter().take_while(|stored| stored.verdict.is_ordinary()).count();
    let is_plain = plain == APPEND_BEHIND || found.get(plain).is_some_and(|stored| stored.verdict == Verdict::First);
    let left_out = db
        .prepare_cached("SELECT MAX(t) FROM reading INDEXED BY reading_left_out WHERE meter = ?1 AND verdict >= 18")?
        .query_row([meter.num], |row| row.get::<_, Option<i64>>(0))?;
    Ok((found.first().map(|stored| Tail { last: stored.point, is_plain }), left_out.map(UtcMillis)))
}

/// All readings of a meter, in order of time.
///
/// # Errors
/// The database.
pub fn load_all(db: &Db, meter: &Meter) -> Result<Vec<Stored>, Error> {
    let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} FROM reading WHERE meter = ?1 ORDER BY t"))?;
    let stored = query.query_map([meter.num], read_stored(meter))?;
    Ok(stored.collect::<Result<_, _>>()?)
}

/// The register of a meter's last reading that settles.
///
/// # Errors
/// The database.
pub fn last_settled(db: &Db, meter: i64) -> Result<Option<Millilitres>, Error> {
    let mut query =
        db.prepare_cached("SELECT register FROM reading WHERE meter = ?1 AND verdict < ?2 ORDER BY t DESC LIMIT 1")?;
    Ok(query.query_row(params![meter, SETTLES_BELOW], |row| row.get(0)).optional()?.map(Millilitres))
}

/// The condition of the index `reading_unusual`.
const IS_UNUSUAL: &str = "(verdict > 3 OR verdict = 0 OR declared IS NOT NULL)";

/// The newest readings of a meter that do not simply follow the one before, or of which something was declared.
///
/// # Errors
/// The database.
pub fn unusual(db: &Db, meter: i64, most: i64) -> Result<Vec<UnusualReading>, Error> {
    let mut query = db.prepare_cached(&format!(
        "SELECT t, register, verdict, source, declared FROM reading WHERE meter = ?1 AND {IS_UNUSUAL} ORDER BY t DESC LIMIT +?2"
    ))?;
    let found = query.query_map(params![meter, most], |row| {
        let code: u8 = row.get(2)?;
        Ok(UnusualReading {
            t: UtcMillis(row.get(0)?),
            register: Millilitres(row.get(1)?),
            verdict: Verdict::from_code(code).ok_or(rusqlite::Error::IntegralValueOutOfRange(2, i64::from(code)))?,
            by_eye: row.get::<_, u8>(3)? == Source::Manual as u8,
            declared: row.get::<_, Option<bool>>(4)?.map(|right| if right { Declared::Right } else { Declared::Wrong }),
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// What was declared of a reading; the outer is `None` if there is no such reading.
///
/// # Errors
/// The database.
pub fn declared(db: &Db, meter: i64, t: UtcMillis) -> Result<Option<Option<Declared>>, Error> {
    let mut query = db.prepare_cached("SELECT declared FROM reading WHERE meter = ?1 AND t = ?2")?;
    let found = query.query_row(params![meter, t.0], |row| row.get::<_, Option<bool>>(0)).optional()?;
    Ok(found.map(|declared| declared.map(|right| if right { Declared::Right } else { Declared::Wrong })))
}

/// Keeps what a person declared of a reading.
///
/// # Errors
/// The database.
pub fn declare(tx: &mut Tx<'_>, meter: i64, t: UtcMillis, right: Option<bool>) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE reading SET declared = ?3 WHERE meter = ?1 AND t = ?2")?.execute(params![meter, t.0, right])?;
    Ok(())
}

/// A meter whose readings an older release judged by other rules.
///
/// # Errors
/// The database.
pub fn next_to_judge(db: &Db) -> Result<Option<i64>, Error> {
    Ok(db.prepare_cached("SELECT meter FROM meter_to_judge LIMIT 1")?.query_row([], |row| row.get(0)).optional()?)
}

/// Its readings are judged.
///
/// # Errors
/// The database.
pub fn mark_judged(tx: &mut Tx<'_>, meter: i64) -> Result<(), Error> {
    tx.db.prepare_cached("DELETE FROM meter_to_judge WHERE meter = ?1")?.execute([meter])?;
    Ok(())
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

/// The statement of [`write_reading`] for a reading that was sent.
pub const WRITE: &str = "INSERT INTO reading (meter, t, register, flow, bits, verdict, source, received_at, valve)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
    ON CONFLICT (meter, t) DO UPDATE SET register = excluded.register, verdict = excluded.verdict,
      valve = COALESCE(valve, excluded.valve), source = CASE WHEN source = 4 THEN excluded.source ELSE source END";

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
    tx.db.prepare_cached(WRITE)?.execute(params![
        meter,
        t,
        register,
        sent.flow.map(|f| f.0),
        sent.bits,
        verdict,
        source as u8,
        received.0,
        sent.valve.map(Valve::from).and_then(stored_valve)
    ])?;
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

/// A valve's state with a reading: whether water can flow, where the meter says it.
const fn stored_valve(valve: Valve) -> Option<bool> {
    match valve {
        Valve::Open | Valve::Partial => Some(true),
        Valve::Closed => Some(false),
        Valve::Unknown => None,
    }
}

/// Writes a meter event, with that it is yet to be looked into; the same again changes nothing. One of a clock that cannot be right happened when it
/// was received: such a clock may give each event the same time, and another one would seem to be the first that is sent again.
///
/// # Errors
/// The database.
pub fn write_event(tx: &mut Tx<'_>, meter: i64, event: &Event, received: UtcMillis) -> Result<(), Error> {
    let t = match ClockState::judge(event.t, received) {
        ClockState::Believed => event.t.0,
        ClockState::Wrong => received.0,
    };
    let kind = event.kind.as_str();
    let written = tx
        .db
        .prepare_cached("INSERT OR IGNORE INTO meter_event (meter, t, kind, register, received_at) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![meter, t, kind, event.reg.map(|register| register.0), received.0])?;
    if written > 0 {
        let mut insert = tx.db.prepare_cached("INSERT INTO pending_event (meter, t, kind) VALUES (?1, ?2, ?3)")?;
        insert.execute(params![meter, t, kind])?;
    }
    Ok(())
}

/// The last settled register of a meter before an instant.
///
/// # Errors
/// The database.
pub fn register_before(db: &Db, meter: i64, t: UtcMillis) -> Result<Option<Millilitres>, Error> {
    Ok(settled_before(db, meter, t)?.map(|(_, register)| register))
}

/// The same with its time.
///
/// # Errors
/// The database.
pub fn settled_before(db: &Db, meter: i64, t: UtcMillis) -> Result<Option<(UtcMillis, Millilitres)>, Error> {
    let mut query = db
        .prepare_cached("SELECT t, register FROM reading WHERE meter = ?1 AND t < ?2 AND verdict < ?3 ORDER BY t DESC LIMIT 1")?;
    let read = |row: &Row<'_>| Ok((UtcMillis(row.get(0)?), Millilitres(row.get(1)?)));
    Ok(query.query_row(params![meter, t.0, SETTLES_BELOW], read).optional()?)
}

/// The verdict on the reading of an instant.
///
/// # Errors
/// The database.
pub fn verdict_at(db: &Db, meter: i64, t: UtcMillis) -> Result<Option<Verdict>, Error> {
    let mut query = db.prepare_cached("SELECT verdict FROM reading WHERE meter = ?1 AND t = ?2")?;
    let code: Option<u8> = query.query_row(params![meter, t.0], |row| row.get(0)).optional()?;
    Ok(code.and_then(Verdict::from_code))
}
