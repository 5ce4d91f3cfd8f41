//! The health of meters as rows: what is kept of each, how it was judged, and when it is judged next.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::rows::classes;
use domain::UtcMillis;
use domain::metering::health::{Condition, Facts, Observed};
use domain::metering::meter::LifeCycle;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};

/// What is kept of a meter's reports.
pub struct Kept {
    /// What was observed.
    pub observed: Observed,
    /// Whether it was found silent when it was judged last.
    pub is_silent: bool,
}

/// What is kept of a meter. What is in another form begins anew.
///
/// # Errors
/// The database.
pub fn kept(db: &Db, meter: i64) -> Result<Option<Kept>, Error> {
    let mut query = db.prepare_cached("SELECT observed, silent FROM meter_health WHERE meter = ?1")?;
    let found = query.query_row([meter], |row| Ok(Kept { observed: observed(row, 0)?, is_silent: row.get(1)? }));
    Ok(found.optional()?)
}

/// Keeps what was observed of a meter; `is_due`: it is to be judged anew now.
///
/// # Errors
/// The database.
pub fn keep(tx: &mut Tx<'_>, meter: i64, observed: &Observed, is_due: bool) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO meter_health (meter, observed) VALUES (?1, ?2) ON CONFLICT (meter) DO UPDATE SET
               observed = excluded.observed, judge_at = CASE WHEN ?3 THEN 0 ELSE judge_at END",
        )?
        .execute(params![meter, observed.to_bytes(), is_due])?;
    Ok(())
}

/// A meter as it is to be judged.
pub struct Judged {
    /// What it is judged by now.
    pub facts: Facts,
    /// What it was judged by last, as far as that is kept.
    pub before: Condition,
    /// Whether it was found silent then.
    pub was_silent: bool,
    /// When it was judged last; zero before the first time.
    pub judged_at: UtcMillis,
    /// When it is judged next; zero where something has changed since.
    pub judge_at: UtcMillis,
    /// Key of the connection where it is.
    pub connection: Option<i64>,
}

/// Reads what a meter is judged by; none where nothing is kept of it.
///
/// # Errors
/// The database.
pub fn judged(db: &Db, meter: i64) -> Result<Option<Judged>, Error> {
    let limits = classes::of_meter(db, meter)?.limits;
    let mut query = db.prepare_cached(
        "SELECT m.life_cycle, m.interval_s, COALESCE(s.reported_at, s.received_at), s.rssi, h.observed, h.condition, h.silent,
           h.judged_at, h.judge_at,
           (SELECT i.connection FROM installation i WHERE i.meter = m.num AND i.until IS NULL),
           (SELECT MIN(i.since) FROM installation i WHERE i.meter = m.num),
           (SELECT MAX(e.received_at) FROM meter_event e WHERE e.meter = m.num AND e.kind = 'low_voltage'),
           (SELECT CASE WHEN o.seen = 'contradicts' THEN o.seen_at END FROM meter_order o
            WHERE o.meter = m.num AND o.seen IS NOT NULL ORDER BY o.num DESC LIMIT 1)
         FROM meter_health h JOIN meter m ON m.num = h.meter LEFT JOIN meter_state s ON s.meter = h.meter WHERE h.meter = ?1",
    )?;
    let found = query.query_row([meter], |row| {
        let instant = |column| row.get::<_, Option<i64>>(column).map(|at| at.map(UtcMillis));
        let observed = observed(row, 4)?;
        let beside = Condition {
            low_voltage_at: instant(11)?,
            valve_contradicts_at: instant(12)?,
            in_service_since: instant(10)?,
            limits,
            ..Condition::default()
        };
        let facts = Facts {
            life_cycle: life_cycle(row, 0)?,
            interval_s: row.get(1)?,
            // A meter whose clock was never right has no newest values, and reports all the same.
            reported_at: instant(2)?.or_else(|| observed.received_until()),
            rssi: row.get(3)?,
            condition: observed.condition(beside),
        };
        Ok(Judged {
            facts,
            before: condition(row, 5)?.unwrap_or_default(),
            was_silent: row.get(6)?,
            judged_at: UtcMillis(row.get(7)?),
            judge_at: UtcMillis(row.get(8)?),
            connection: row.get(9)?,
        })
    });
    Ok(found.optional()?)
}

/// Writes how a meter was judged, now, and when it is judged next.
///
/// # Errors
/// The database.
pub fn write(tx: &mut Tx<'_>, meter: i64, condition: &Condition, is_silent: bool, next: UtcMillis) -> Result<(), Error> {
    let text = serde_json::to_string(condition)
        .map_err(|error| Error::Setup(format!("the condition of a meter cannot be written: {error}")))?;
    tx.db
        .prepare_cached("UPDATE meter_health SET condition = ?2, silent = ?3, judged_at = ?4, judge_at = ?5 WHERE meter = ?1")?
        .execute(params![meter, text, is_silent, tx.now.0, next.0])?;
    Ok(())
}

/// A meter is judged at an instant, and not before: something failed.
///
/// # Errors
/// The database.
pub fn postpone(tx: &mut Tx<'_>, meter: i64, at: UtcMillis) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE meter_health SET judge_at = ?2 WHERE meter = ?1")?.execute(params![meter, at.0])?;
    Ok(())
}

/// The query of [`due`].
pub const DUE: &str = "SELECT meter FROM meter_health WHERE judge_at <= ?1 ORDER BY judge_at LIMIT +?2";

/// Meters that are to be judged at an instant, those first that wait the longest.
///
/// # Errors
/// The database.
pub fn due(db: &Db, at: UtcMillis, limit: i64) -> Result<Vec<i64>, Error> {
    let mut query = db.prepare_cached(DUE)?;
    Ok(query.query_map([at.0, limit], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// All meters of which something is kept.
///
/// # Errors
/// The database.
pub fn all(db: &Db) -> Result<Vec<i64>, Error> {
    Ok(db.prepare("SELECT meter FROM meter_health")?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

fn observed(row: &Row<'_>, column: usize) -> rusqlite::Result<Observed> {
    let bytes: Option<Vec<u8>> = row.get(column)?;
    Ok(bytes.as_deref().and_then(Observed::from_bytes).unwrap_or_default())
}

/// A stored condition.
pub(crate) fn condition(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Condition>> {
    let text: Option<String> = row.get(column)?;
    let read = |text: &str| serde_json::from_str(text);
    let failed = |error: serde_json::Error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error));
    text.as_deref().map(read).transpose().map_err(failed)
}

pub(super) fn life_cycle(row: &Row<'_>, column: usize) -> rusqlite::Result<LifeCycle> {
    let word: String = row.get(column)?;
    serde_json::from_value(serde_json::Value::String(word))
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}
