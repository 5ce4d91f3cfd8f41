//! What people said to cases, as rows.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::alerts::case::{CaseAnswer, Cause, Status};
use domain::leaks::Normal;
use domain::{UserId, UtcMillis};
use protocol::sync::rows::CaseStep;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, params};

/// Writes what somebody said to a case.
///
/// # Errors
/// The database.
pub fn insert(
    tx: &mut Tx<'_>,
    (case, user): (i64, i64),
    at: UtcMillis,
    (answer, remark): (CaseAnswer, &str),
) -> Result<(), Error> {
    tx.db
        .prepare_cached("INSERT INTO case_step (meter_case, at, user, answer, remark) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![case, at.0, user, answer.as_str(), remark])?;
    Ok(())
}

/// Whether something was said to a case after an instant.
///
/// # Errors
/// The database.
pub fn is_any_after(db: &Db, case: i64, at: UtcMillis) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM case_step WHERE meter_case = ?1 AND at > ?2)")?;
    Ok(query.query_row([case, at.0], |row| row.get(0))?)
}

/// Writes how far people said that a case is; none: nobody said anything that holds still.
///
/// # Errors
/// The database.
pub fn keep_status(tx: &mut Tx<'_>, case: i64, status: Option<Status>, at: UtcMillis) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE meter_case SET answered = ?2, answered_at = ?3 WHERE num = ?1")?.execute(params![
        case,
        status.map(Status::as_str),
        status.map(|_| at.0)
    ])?;
    Ok(())
}

/// The word of a repair before an instant does not hold any more: it still runs. Returns whether there was such a word.
///
/// # Errors
/// The database.
pub fn refute_repair(tx: &mut Tx<'_>, case: i64, before: UtcMillis) -> Result<bool, Error> {
    let changed = tx
        .db
        .prepare_cached(
            "UPDATE meter_case SET answered = NULL, answered_at = NULL, notified_at = NULL
             WHERE num = ?1 AND answered = 'resolved' AND answered_at < ?2",
        )?
        .execute(params![case, before.0])?;
    Ok(changed > 0)
}

/// Answers that the row of a case carries at most; the audit log has all.
const SHOWN: i64 = 50;

/// What people said to a case last, the oldest first. The words of a household that has left the connection are not its successor's.
///
/// # Errors
/// The database.
pub fn of_case(db: &Db, case: i64) -> Result<Vec<CaseStep>, Error> {
    let mut query = db.prepare_cached(
        "SELECT at, CASE WHEN known THEN name ELSE '' END, answer, CASE WHEN known THEN remark ELSE '' END FROM (
           SELECT s.num, s.at, u.name, s.answer, s.remark, u.role <> 'customer' OR EXISTS (
             SELECT 1 FROM meter_case k JOIN connection c ON c.num = k.connection
             JOIN user_customer l ON l.customer = c.customer WHERE k.num = s.meter_case AND l.user = u.num) AS known
           FROM case_step s JOIN user u ON u.num = s.user WHERE s.meter_case = ?1 ORDER BY s.at DESC, s.num DESC LIMIT +?2) ORDER BY at, num",
    )?;
    let steps = query.query_map([case, SHOWN], |row| {
        let word: String = row.get(2)?;
        let answer =
            CaseAnswer::from_word(&word).ok_or_else(|| rusqlite::Error::FromSqlConversionFailure(2, Type::Text, word.into()))?;
        Ok(CaseStep { at: UtcMillis(row.get(0)?), by: row.get(1)?, answer, remark: row.get(3)? })
    })?;
    Ok(steps.collect::<Result<_, _>>()?)
}

/// Keeps that the use of a case is normal at its connection. What was said of it before ends where this begins.
///
/// # Errors
/// The database.
pub fn keep_normal(tx: &mut Tx<'_>, (case, connection): (i64, i64), cause: Cause, normal: &Normal) -> Result<(), Error> {
    end_normal(tx, case, normal.from)?;
    tx.db
        .prepare_cached(
            "INSERT INTO leak_normal (meter_case, connection, cause, since, until, rate) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![case, connection, cause.as_str(), normal.from.0, normal.until.0, normal.rate])?;
    Ok(())
}

/// The use of a case is not normal any more from an instant on.
///
/// # Errors
/// The database.
pub fn end_normal(tx: &mut Tx<'_>, case: i64, at: UtcMillis) -> Result<(), Error> {
    tx.db
        .prepare_cached("UPDATE leak_normal SET until = ?2 WHERE meter_case = ?1 AND until > ?2")?
        .execute(params![case, at.0])?;
    Ok(())
}

/// Somebody whose a case at a connection can be: key and name of an admin of its utility, or of a technician of its zone, who may sign in.
///
/// # Errors
/// The database.
pub fn assignable(db: &Db, connection: i64, user: UserId) -> Result<Option<(i64, String)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT u.num, u.name FROM user u JOIN connection c ON c.utility = u.utility
         WHERE c.num = ?1 AND u.id = ?2 AND u.active = 1 AND (u.role = 'admin' OR u.role = 'technician' AND EXISTS (
           SELECT 1 FROM user_zone l WHERE l.user = u.num AND l.zone = c.zone))",
    )?;
    Ok(query.query_row(params![connection, user.0.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// Writes whose a case is, by key and name.
///
/// # Errors
/// The database.
pub fn write_assignee(tx: &mut Tx<'_>, case: i64, to: Option<(i64, String)>) -> Result<(), Error> {
    let (key, name) = to.map_or((None, String::new()), |(key, name)| (Some(key), name));
    tx.db
        .prepare_cached("UPDATE meter_case SET assignee = ?2, assignee_name = ?3 WHERE num = ?1")?
        .execute(params![case, key, name])?;
    Ok(())
}
