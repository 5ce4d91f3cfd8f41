//! What the rules of leaks know of each meter, and which readings they are yet to judge.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::intake::Source as ReadingSource;
use domain::alerts::case::Cause;
use domain::leaks::{LeakState, Normal};
use domain::metering::meter::Valve;
use domain::metering::reading::Verdict;
use domain::{Millilitres, UtcMillis};
use rusqlite::{OptionalExtension, Row, params};

/// The query of [`due`].
pub const DUE: &str = "SELECT meter FROM leak_due WHERE due_at <= ?1 ORDER BY due_at LIMIT +?2";

/// Meters that are due at an instant, those first that wait the longest.
///
/// # Errors
/// The database.
pub fn due(db: &Db, at: UtcMillis, limit: i64) -> Result<Vec<i64>, Error> {
    let mut query = db.prepare_cached(DUE)?;
    Ok(query.query_map([at.0, limit], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// From when on a meter's readings are yet to be judged; none if all are.
///
/// # Errors
/// The database.
pub fn due_since(db: &Db, meter: i64) -> Result<Option<UtcMillis>, Error> {
    let mut query = db.prepare_cached("SELECT since FROM leak_due WHERE meter = ?1")?;
    Ok(query.query_row([meter], |row| row.get(0)).optional()?.map(UtcMillis))
}

/// All that was due of a meter is judged.
///
/// # Errors
/// The database.
pub fn settle_due(tx: &mut Tx<'_>, meter: i64) -> Result<(), Error> {
    tx.db.prepare_cached("DELETE FROM leak_due WHERE meter = ?1")?.execute([meter])?;
    Ok(())
}

/// What was due of a meter up to an instant is judged; the rest is due now.
///
/// # Errors
/// The database.
pub fn postpone(tx: &mut Tx<'_>, meter: i64, judged: UtcMillis) -> Result<(), Error> {
    tx.db
        .prepare_cached("UPDATE leak_due SET since = ?2 + 1, due_at = ?3 WHERE meter = ?1")?
        .execute(params![meter, judged.0, tx.now.0])?;
    Ok(())
}

/// A state of a meter.
pub struct KeptState {
    /// Key of the connection at which it was.
    pub connection: i64,
    /// Up to which reading it goes.
    pub until: UtcMillis,
    /// The state.
    pub state: LeakState,
    /// Whether its cases are over because the meter has been silent for long since.
    pub is_silent: bool,
}

fn read_state(row: &Row<'_>) -> rusqlite::Result<Option<KeptState>> {
    let (connection, until, bytes): (_, _, Vec<u8>) = (row.get(0)?, UtcMillis(row.get(1)?), row.get(2)?);
    let open: i64 = row.get(3)?;
    let kept = |state: LeakState| KeptState { connection, until, state, is_silent: open == 0 && !state.cases().is_empty() };
    Ok(LeakState::from_bytes(&bytes).map(kept))
}

/// The state of a meter; none if it has none, or one of another form.
///
/// # Errors
/// The database.
pub fn state(db: &Db, meter: i64) -> Result<Option<KeptState>, Error> {
    let mut query = db.prepare_cached("SELECT connection, until, state, cases FROM leak_state WHERE meter = ?1")?;
    Ok(query.query_row([meter], read_state).optional()?.flatten())
}

/// The last checkpoint of a meter that ends before an instant.
///
/// # Errors
/// The database.
pub fn checkpoint_before(db: &Db, meter: i64, before: UtcMillis) -> Result<Option<KeptState>, Error> {
    let mut query = db.prepare_cached(
        "SELECT connection, until, state, 1 FROM leak_checkpoint WHERE meter = ?1 AND until < ?2 ORDER BY until DESC LIMIT 1",
    )?;
    Ok(query.query_row(params![meter, before.0], read_state).optional()?.flatten())
}

/// Keeps the state of a meter.
///
/// # Errors
/// The database.
pub fn keep_state(tx: &mut Tx<'_>, meter: i64, kept: &KeptState) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO leak_state (meter, connection, until, cases, state) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (meter) DO UPDATE SET connection = excluded.connection, until = excluded.until, cases = excluded.cases,
               state = excluded.state",
        )?
        .execute(params![meter, kept.connection, kept.until.0, kept.state.cases().len() as i64, kept.state.to_bytes()])?;
    Ok(())
}

/// Keeps a checkpoint of a meter.
///
/// # Errors
/// The database.
pub fn keep_checkpoint(tx: &mut Tx<'_>, meter: i64, kept: &KeptState) -> Result<(), Error> {
    tx.db
        .prepare_cached("INSERT OR REPLACE INTO leak_checkpoint (meter, until, connection, state) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![meter, kept.until.0, kept.connection, kept.state.to_bytes()])?;
    Ok(())
}

/// When the checkpoints of a meter end.
///
/// # Errors
/// The database.
pub fn checkpoints(db: &Db, meter: i64) -> Result<Vec<UtcMillis>, Error> {
    let mut query = db.prepare_cached("SELECT until FROM leak_checkpoint WHERE meter = ?1")?;
    Ok(query.query_map([meter], |row| row.get(0).map(UtcMillis))?.collect::<Result<_, _>>()?)
}

/// Forgets one checkpoint of a meter.
///
/// # Errors
/// The database.
pub fn forget_checkpoint(tx: &mut Tx<'_>, meter: i64, until: UtcMillis) -> Result<(), Error> {
    tx.db.prepare_cached("DELETE FROM leak_checkpoint WHERE meter = ?1 AND until = ?2")?.execute(params![meter, until.0])?;
    Ok(())
}

/// Forgets what is known of a meter from an instant on.
///
/// # Errors
/// The database.
pub fn forget_from(tx: &mut Tx<'_>, meter: i64, from: UtcMillis) -> Result<(), Error> {
    tx.db.prepare_cached("DELETE FROM leak_checkpoint WHERE meter = ?1 AND until >= ?2")?.execute(params![meter, from.0])?;
    tx.db.prepare_cached("DELETE FROM leak_state WHERE meter = ?1")?.execute([meter])?;
    Ok(())
}

/// The cases of a meter's state are over: it has been silent for long. The state stays, since readings may come late.
///
/// # Errors
/// The database.
pub fn mark_silent(tx: &mut Tx<'_>, meter: i64) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE leak_state SET cases = 0 WHERE meter = ?1")?.execute([meter])?;
    Ok(())
}

/// A meter of which something failed is tried again at an instant, so that it holds up no others.
///
/// # Errors
/// The database.
pub fn try_again(tx: &mut Tx<'_>, meter: i64, at: UtcMillis) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE leak_due SET due_at = ?2 WHERE meter = ?1")?.execute(params![meter, at.0])?;
    Ok(())
}

/// The query of [`silent`].
pub const SILENT: &str = "SELECT meter FROM leak_state INDEXED BY leak_state_open WHERE cases > 0 AND until < ?1
    AND NOT EXISTS (SELECT 1 FROM leak_due d WHERE d.meter = leak_state.meter) ORDER BY until LIMIT +?2";

/// Meters with open cases whose last reading lies before an instant. One that has readings to be judged is not silent.
///
/// # Errors
/// The database.
pub fn silent(db: &Db, before: UtcMillis, limit: i64) -> Result<Vec<i64>, Error> {
    let mut query = db.prepare_cached(SILENT)?;
    Ok(query.query_map([before.0, limit], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// A reading that settles, as the rules need it.
#[derive(Clone, Copy, Debug)]
pub struct SettledReading {
    /// When.
    pub t: UtcMillis,
    /// The register.
    pub register: Millilitres,
    /// How it follows the one before.
    pub verdict: Verdict,
    /// Whether somebody read it by eye.
    pub by_eye: bool,
    /// What the meter said of its valve.
    pub valve: Valve,
}

/// Readings of a meter that settle, from an instant on, in order of time. Whoever reads a register says nothing of the valve: what the meter said
/// last holds there, so that a closed valve does not seem to open where somebody looks at the meter.
///
/// # Errors
/// The database.
pub fn settled(db: &Db, meter: i64, from: UtcMillis, limit: usize) -> Result<Vec<SettledReading>, Error> {
    let mut query = db.prepare_cached(
        "SELECT t, register, verdict, source, CASE WHEN source = ?5 AND valve IS NULL AND verdict <> ?6 THEN (
           SELECT b.valve FROM reading b WHERE b.meter = r.meter AND b.t < r.t AND b.source <> ?5 AND b.verdict < ?3 ORDER BY b.t DESC LIMIT 1)
         ELSE valve END FROM reading r WHERE meter = ?1 AND t >= ?2 AND verdict < ?3 ORDER BY t LIMIT +?4",
    )?;
    let (settles_below, first, by_eye) = (Verdict::Contradicted as u8, Verdict::First as u8, ReadingSource::Manual as u8);
    let values = params![meter, from.0, settles_below, limit as i64, by_eye, first];
    let rows = query.query_map(values, |row| {
        let code: u8 = row.get(2)?;
        Ok(SettledReading {
            t: UtcMillis(row.get(0)?),
            register: Millilitres(row.get(1)?),
            verdict: Verdict::from_code(code).ok_or(rusqlite::Error::IntegralValueOutOfRange(2, i64::from(code)))?,
            by_eye: row.get::<_, u8>(3)? == by_eye,
            valve: match row.get(4)? {
                Some(true) => Valve::Open,
                Some(false) => Valve::Closed,
                None => Valve::Unknown,
            },
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Use that was called normal at a connection.
///
/// # Errors
/// The database.
pub fn normals(db: &Db, connection: i64) -> Result<Vec<Normal>, Error> {
    let mut query = db.prepare_cached("SELECT cause, since, until, rate FROM leak_normal WHERE connection = ?1")?;
    let rows = query.query_map([connection], |row| {
        let cause: String = row.get(0)?;
        let (from, until, rate) = (UtcMillis(row.get(1)?), UtcMillis(row.get(2)?), row.get(3)?);
        let rule = Cause::from_word(&cause).and_then(Cause::rule);
        Ok(rule.map(|rule| Normal { rule, from, until, rate }))
    })?;
    Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rows::plan::empty;

    #[test]
    fn a_valve_stays_as_the_meter_said_where_somebody_reads_its_register() {
        let db = empty();
        let (first, accepted) = (Verdict::First as u8, Verdict::Accepted as u8);
        let (meter, person) = (ReadingSource::Mqtt as u8, ReadingSource::Manual as u8);
        let sent = [
            (10, first, meter, Some(false)),
            (20, accepted, person, None),
            (30, accepted, person, None),
            (40, accepted, meter, Some(true)),
            (50, accepted, person, None),
            (60, accepted, meter, None),
            (70, accepted, person, None),
            (80, accepted, meter, Some(false)),
            // Put up elsewhere, where somebody reads it first.
            (90, first, person, None),
        ];
        for (t, verdict, source, valve) in sent {
            db.execute(
                "INSERT INTO reading (meter, t, register, verdict, source, received_at, valve) VALUES (1, ?1, ?1, ?2, ?3, ?1, ?4)",
                params![t, verdict, source, valve],
            )
            .unwrap();
        }
        let from = |t: i64| -> Vec<Valve> { settled(&db, 1, UtcMillis(t), 100).unwrap().iter().map(|of| of.valve).collect() };
        use Valve::{Closed, Open, Unknown};
        assert_eq!(from(0), [Closed, Closed, Closed, Open, Open, Unknown, Unknown, Closed, Unknown]);
        assert_eq!(from(30), from(0)[2..].to_vec(), "wherever the rules begin");
    }
}
