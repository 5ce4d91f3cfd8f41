//! Work orders as rows.

pub mod feeds;
pub mod generated;
pub mod holidays;
pub mod leave;
pub mod schedules;

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::field::rows::records::name_of;
use domain::maintenance::work_order::{Progress, Window, WorkKind, WorkStep};
use domain::{LocalDay, MeterId, UserId, UtcMillis, WorkOrderId};
use protocol::sync::rows::{Person, WorkOrder};
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// A work order to announce.
pub struct NewOrder<'a> {
    /// Identifier.
    pub id: WorkOrderId,
    /// Key of the meter.
    pub meter: i64,
    /// What is to be done.
    pub work: WorkKind,
    /// When.
    pub window: Window,
    /// Key and name of whoever is to do it; none: anybody of the zone.
    pub technician: Option<(i64, String)>,
    /// What is written about it.
    pub text: &'a str,
    /// Key of whoever announces it.
    pub author: i64,
    /// When it was announced.
    pub at: UtcMillis,
    /// How long it takes, as its author expects, minutes.
    pub minutes: Option<u16>,
    /// The schedule that announces it.
    pub schedule: Option<BySchedule<'a>>,
}

/// The schedule that announces an order.
#[derive(Clone, Copy)]
pub struct BySchedule<'a> {
    /// Its key.
    pub key: i64,
    /// Its name.
    pub name: &'a str,
    /// The rule's day.
    pub rule_day: LocalDay,
}

/// Writes a new order.
///
/// # Errors
/// There is an order of this identifier, or the database.
pub fn insert(tx: &mut Tx<'_>, new: &NewOrder<'_>) -> Result<(), Error> {
    let author_name = name_of(tx, new.author)?;
    let (technician, technician_name) = new.technician.as_ref().map_or((None, ""), |(key, name)| (Some(*key), name.as_str()));
    let mut insert = tx.db.prepare_cached(
        "INSERT INTO work_order (id, meter, work, window_from, window_until, technician, technician_name, remark, author, author_name, at,
           minutes, schedule, schedule_name, rule_day)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?;
    insert.execute(params![
        new.id.0.as_bytes(),
        new.meter,
        new.work.as_str(),
        new.window.from.0,
        new.window.until.0,
        technician,
        technician_name,
        new.text,
        new.author,
        author_name,
        new.at.0,
        new.minutes,
        new.schedule.map(|by| by.key),
        new.schedule.map_or("", |by| by.name),
        new.schedule.map(|by| by.rule_day.0)
    ])?;
    Ok(())
}

/// A technician who works in the zone in which a meter is and may sign in: key and name.
///
/// # Errors
/// The database.
pub fn technician_of(db: &Db, meter: i64, user: UserId) -> Result<Option<(i64, String)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT u.num, u.name FROM user u JOIN user_zone l ON l.user = u.num JOIN connection c ON c.zone = l.zone
         JOIN installation i ON i.connection = c.num AND i.until IS NULL
         WHERE u.id = ?1 AND i.meter = ?2 AND u.role = 'technician' AND u.active = 1",
    )?;
    Ok(query.query_row(params![user.0.as_bytes(), meter], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// An order as it is stored, as far as its steps need it.
pub struct StoredOrder {
    /// Its key.
    pub num: i64,
    /// Its identifier.
    pub id: [u8; 16],
    /// Key of its meter.
    pub meter: i64,
    /// How far it is.
    pub progress: Progress,
    /// When it is to be done.
    pub window: Window,
    /// The name of whoever is to do it; empty: anybody of the zone.
    pub technician: String,
}

fn progress(row: &Row<'_>, first: usize) -> rusqlite::Result<Progress> {
    let instant = |column| row.get::<_, Option<i64>>(column).map(|at| at.map(UtcMillis));
    Ok(Progress { begun_at: instant(first)?, completed_at: instant(first + 1)?, cancelled_at: instant(first + 2)? })
}

/// A row of key, identifier, meter, the three instants, the window and the technician's name.
fn stored(row: &Row<'_>) -> rusqlite::Result<StoredOrder> {
    let window = Window { from: UtcMillis(row.get(6)?), until: UtcMillis(row.get(7)?) };
    let (num, id, meter, technician) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(8)?);
    Ok(StoredOrder { num, id, meter, progress: progress(row, 3)?, window, technician })
}

/// An order of a meter, by the order's identifier.
///
/// # Errors
/// The database.
pub fn find(db: &Db, id: WorkOrderId, meter: i64) -> Result<Option<StoredOrder>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num, id, meter, begun_at, completed_at, cancelled_at, window_from, window_until, technician_name
         FROM work_order WHERE id = ?1 AND meter = ?2",
    )?;
    let found = query.query_row(params![id.0.as_bytes(), meter], stored);
    Ok(found.optional()?)
}

/// Writes when something happened to an order, and by whom (key); returns its new revision.
///
/// # Errors
/// The database.
pub fn write_step(tx: &mut Tx<'_>, order: i64, step: WorkStep, (at, by): (UtcMillis, i64)) -> Result<i64, Error> {
    let said = match step {
        WorkStep::Begun => Some(
            "UPDATE work_order SET begun_at = ?2, begun_by = ?3, changed_at = ?4, rev = rev + 1 WHERE num = ?1 RETURNING rev",
        ),
        WorkStep::Completed => Some(
            "UPDATE work_order SET completed_at = ?2, completed_by = ?3, changed_at = ?4, rev = rev + 1 WHERE num = ?1 RETURNING rev",
        ),
        WorkStep::Cancelled => None,
    };
    let Some(sql) = said else {
        let sql = "UPDATE work_order SET cancelled_at = ?2, changed_at = ?3, rev = rev + 1 WHERE num = ?1 RETURNING rev";
        return Ok(tx.db.prepare_cached(sql)?.query_row(params![order, at.0, tx.now.0], |row| row.get(0))?);
    };
    let name = name_of(tx, by)?;
    Ok(tx.db.prepare_cached(sql)?.query_row(params![order, at.0, name, tx.now.0], |row| row.get(0))?)
}

/// Writes another window of an order that nobody has begun, as a person has set it; returns its new revision.
///
/// # Errors
/// The database.
pub fn write_window(tx: &mut Tx<'_>, order: i64, window: Window) -> Result<i64, Error> {
    let mut query = tx.db.prepare_cached(
        "UPDATE work_order SET window_from = ?2, window_until = ?3, moved = 1, changed_at = ?4, rev = rev + 1 WHERE num = ?1 RETURNING rev",
    )?;
    Ok(query.query_row(params![order, window.from.0, window.until.0, tx.now.0], |row| row.get(0))?)
}

/// Writes who is to do an order that nobody has begun, as a person has set it, by key and name; returns its new revision.
///
/// # Errors
/// The database.
pub fn write_technician(tx: &mut Tx<'_>, order: i64, technician: Option<&(i64, String)>) -> Result<i64, Error> {
    let (key, name) = technician.map_or((None, ""), |(key, name)| (Some(*key), name.as_str()));
    let mut query = tx.db.prepare_cached(
        "UPDATE work_order SET technician = ?2, technician_name = ?3, moved = 1, changed_at = ?4, rev = rev + 1 WHERE num = ?1 RETURNING rev",
    )?;
    Ok(query.query_row(params![order, key, name, tx.now.0], |row| row.get(0))?)
}

/// The orders of a meter that were begun: key, and how far each is.
///
/// # Errors
/// The database.
pub fn begun(db: &Db, meter: i64) -> Result<Vec<(i64, Progress)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num, begun_at, completed_at, cancelled_at FROM work_order WHERE meter = ?1 AND begun_at IS NOT NULL",
    )?;
    let orders = query.query_map([meter], |row| Ok((row.get(0)?, progress(row, 1)?)))?;
    Ok(orders.collect::<Result<_, _>>()?)
}

/// The body of an order's row.
///
/// # Errors
/// The database.
pub fn body(db: &Db, id: Uuid) -> Result<Option<WorkOrder>, Error> {
    let mut query = db.prepare_cached(
        "SELECT w.id, m.id, w.work, w.window_from, w.window_until, u.id, w.technician_name, w.remark, w.author_name, w.at,
           w.begun_at, w.completed_at, w.cancelled_at, w.begun_by, w.completed_by, w.minutes, w.schedule_name
         FROM work_order w JOIN meter m ON m.num = w.meter LEFT JOIN user u ON u.num = w.technician WHERE w.id = ?1",
    )?;
    let found = query.query_row([id.as_bytes()], |row| {
        let (work, technician): (String, Option<[u8; 16]>) = (row.get(2)?, row.get(5)?);
        let name: String = row.get(6)?;
        let progress = progress(row, 10)?;
        Ok(WorkOrder {
            id: WorkOrderId(Uuid::from_bytes(row.get(0)?)),
            meter: MeterId(Uuid::from_bytes(row.get(1)?)),
            work: WorkKind::from_word(&work)
                .ok_or_else(|| rusqlite::Error::FromSqlConversionFailure(2, Type::Text, work.into()))?,
            state: progress.state(),
            from: UtcMillis(row.get(3)?),
            until: UtcMillis(row.get(4)?),
            technician: technician.map(|id| Person { id: UserId(Uuid::from_bytes(id)), name }),
            text: row.get(7)?,
            author: row.get(8)?,
            at: UtcMillis(row.get(9)?),
            begun_at: progress.begun_at,
            begun_by: row.get(13)?,
            completed_at: progress.completed_at,
            completed_by: row.get(14)?,
            cancelled_at: progress.cancelled_at,
            minutes: row.get(15)?,
            schedule: row.get(16)?,
        })
    });
    Ok(found.optional()?)
}
