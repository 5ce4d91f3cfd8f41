//! Meter events: those that are yet to be looked into, and which case each is part of.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::alerts::case::{Cause, Found};
use domain::{Millilitres, UtcMillis};
use rusqlite::{OptionalExtension, params};

/// An event that a meter reported.
pub struct PendingEvent {
    /// Its key among the pending ones.
    pub num: i64,
    /// Key of the meter.
    pub meter: i64,
    /// When, by the meter's clock.
    pub t: UtcMillis,
    /// When it was received.
    pub received_at: UtcMillis,
    /// Its kind, as it is stored.
    pub kind: String,
    /// The register then.
    pub register: Option<Millilitres>,
}

/// Pending events, in the order in which they came.
///
/// # Errors
/// The database.
pub fn pending(db: &Db, limit: i64) -> Result<Vec<PendingEvent>, Error> {
    let mut query = db.prepare_cached(
        "SELECT p.num, p.meter, p.t, e.received_at, p.kind, e.register FROM pending_event p
         JOIN meter_event e ON e.meter = p.meter AND e.t = p.t AND e.kind = p.kind ORDER BY p.num LIMIT +?1",
    )?;
    let events = query.query_map([limit], |row| {
        Ok(PendingEvent {
            num: row.get(0)?,
            meter: row.get(1)?,
            t: UtcMillis(row.get(2)?),
            received_at: UtcMillis(row.get(3)?),
            kind: row.get(4)?,
            register: row.get::<_, Option<i64>>(5)?.map(Millilitres),
        })
    })?;
    Ok(events.collect::<Result<_, _>>()?)
}

/// An event was looked into.
///
/// # Errors
/// The database.
pub fn remove_pending(tx: &mut Tx<'_>, num: i64) -> Result<(), Error> {
    tx.db.prepare_cached("DELETE FROM pending_event WHERE num = ?1")?.execute([num])?;
    Ok(())
}

/// Writes of which case an event is a part, and at which instant it counts as having happened.
///
/// # Errors
/// The database.
pub fn keep(tx: &mut Tx<'_>, event: &PendingEvent, at: UtcMillis, case: i64) -> Result<(), Error> {
    tx.db
        .prepare_cached("UPDATE meter_event SET at = ?4, meter_case = ?5 WHERE meter = ?1 AND t = ?2 AND kind = ?3")?
        .execute(params![event.meter, event.t.0, event.kind, at.0, case])?;
    Ok(())
}

/// An event that is part of a case.
pub struct JudgedEvent {
    /// When, by the meter's clock: with meter and cause its key.
    pub t: UtcMillis,
    /// What.
    pub cause: Cause,
    /// The instant at which it counts as having happened.
    pub at: UtcMillis,
    /// Key of its case.
    pub case: i64,
    /// Key of the work order that authorises that case.
    pub order: Option<i64>,
}

/// The events of a meter that are part of a case, from an instant on.
///
/// # Errors
/// The database.
pub fn judged_from(db: &Db, meter: i64, from: UtcMillis) -> Result<Vec<JudgedEvent>, Error> {
    let mut query = db.prepare_cached(
        "SELECT e.t, e.kind, e.at, e.meter_case, k.work_order FROM meter_event e JOIN meter_case k ON k.num = e.meter_case
         WHERE e.meter = ?1 AND e.at >= ?2 AND e.meter_case IS NOT NULL ORDER BY e.at, e.t",
    )?;
    let events = query.query_map(params![meter, from.0], |row| {
        let kind: String = row.get(1)?;
        let (t, at, case, order) = (UtcMillis(row.get(0)?), UtcMillis(row.get(2)?), row.get(3)?, row.get(4)?);
        Ok(Cause::from_word(&kind).map(|cause| JudgedEvent { t, cause, at, case, order }))
    })?;
    Ok(events.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// A meter whose events an older release judged by other rules, and from when on.
///
/// # Errors
/// The database.
pub fn next_to_judge(db: &Db) -> Result<Option<(i64, UtcMillis)>, Error> {
    let mut query = db.prepare_cached("SELECT meter, since FROM event_to_judge LIMIT 1")?;
    Ok(query.query_row([], |row| Ok((row.get(0)?, UtcMillis(row.get(1)?)))).optional()?)
}

/// Whether the events of a meter are yet to be judged anew.
///
/// # Errors
/// The database.
pub fn is_to_judge(db: &Db, meter: i64) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM event_to_judge WHERE meter = ?1)")?;
    Ok(query.query_row([meter], |row| row.get(0))?)
}

/// Its events are judged.
///
/// # Errors
/// The database.
pub fn mark_judged(tx: &mut Tx<'_>, meter: i64) -> Result<(), Error> {
    tx.db.prepare_cached("DELETE FROM event_to_judge WHERE meter = ?1")?.execute([meter])?;
    Ok(())
}

/// Makes an event part of another case.
///
/// # Errors
/// The database.
pub fn move_to(tx: &mut Tx<'_>, meter: i64, (cause, t): (Cause, UtcMillis), case: i64) -> Result<(), Error> {
    tx.db
        .prepare_cached("UPDATE meter_event SET meter_case = ?4 WHERE meter = ?1 AND t = ?2 AND kind = ?3")?
        .execute(params![meter, t.0, cause.as_str(), case])?;
    Ok(())
}

/// How many events are part of a case.
///
/// # Errors
/// The database.
pub fn count(db: &Db, case: i64) -> Result<u32, Error> {
    let mut query = db.prepare_cached("SELECT COUNT(*) FROM meter_event WHERE meter_case = ?1")?;
    Ok(query.query_row([case], |row| row.get(0))?)
}

/// What the events of a case come to, and when the first of them happened; none if it has none.
///
/// # Errors
/// The database.
pub fn sum(db: &Db, case: i64) -> Result<Option<(UtcMillis, Found)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT COUNT(*), MIN(at), MAX(at),
           (SELECT register FROM meter_event WHERE meter_case = ?1 AND register IS NOT NULL ORDER BY at LIMIT 1),
           (SELECT register FROM meter_event WHERE meter_case = ?1 AND register IS NOT NULL ORDER BY at DESC LIMIT 1)
         FROM meter_event WHERE meter_case = ?1",
    )?;
    Ok(query.query_row([case], |row| {
        let instants = row.get::<_, Option<i64>>(1)?.zip(row.get::<_, Option<i64>>(2)?);
        let (count, register, register_last) = (row.get(0)?, row.get::<_, Option<i64>>(3)?, row.get::<_, Option<i64>>(4)?);
        let (register, register_last) = (register.map(Millilitres), register_last.map(Millilitres));
        Ok(instants
            .map(|(first, last)| (UtcMillis(first), Found::Events { count, last: UtcMillis(last), register, register_last })))
    })?)
}

/// The case of a cause at a meter at a connection that a work order authorises, by key.
///
/// # Errors
/// The database.
pub fn authorised_case(db: &Db, (meter, connection): (i64, i64), cause: Cause, order: i64) -> Result<Option<i64>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num FROM meter_case WHERE meter = ?1 AND cause = ?2 AND connection = ?3 AND work_order = ?4 AND withdrawn_at IS NULL
         ORDER BY num DESC LIMIT 1",
    )?;
    Ok(query.query_row(params![meter, cause.as_str(), connection, order], |row| row.get(0)).optional()?)
}

/// A work order authorises a case: it is over with its last event.
///
/// # Errors
/// The database.
pub fn authorise(tx: &mut Tx<'_>, case: i64, order: i64, last: UtcMillis) -> Result<(), Error> {
    tx.db
        .prepare_cached("UPDATE meter_case SET work_order = ?2, cleared_at = ?3 WHERE num = ?1")?
        .execute(params![case, order, last.0])?;
    Ok(())
}

/// No work order authorises a case any more: it is open, and nobody was notified of it.
///
/// # Errors
/// The database.
pub fn end_authorisation(tx: &mut Tx<'_>, case: i64) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "UPDATE meter_case SET work_order = NULL, cleared_at = NULL, notified_at = NULL WHERE num = ?1 AND work_order IS NOT NULL",
        )?
        .execute([case])?;
    Ok(())
}

/// A case that has no events any more is withdrawn.
///
/// # Errors
/// The database.
pub fn withdraw(tx: &mut Tx<'_>, case: i64) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE meter_case SET withdrawn_at = ?2 WHERE num = ?1")?.execute([case, tx.now.0])?;
    Ok(())
}
