//! Work orders as rows.

pub mod feeds;
pub mod generated;
pub mod holidays;
pub mod leave;
pub mod notifications;
pub mod parts;
pub mod records;
pub mod schedules;
pub mod templates;
pub mod turns;

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::field::rows::records::{name_of, reviews, words};
use domain::field::field_record::Review;
use domain::maintenance::priority::Priority;
use domain::maintenance::template::TemplateVersion;
use domain::maintenance::work_order::{Progress, Window, WorkKind};
use domain::{LocalDay, MeterId, UserId, UtcMillis, WorkOrderId, WorkTemplateId};
use protocol::sync::rows::{Person, WorkOrder};
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};
use std::collections::BTreeSet;
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
    /// How pressing it is.
    pub priority: Priority,
    /// Its checklist; none: the one of its kind that comes with the program.
    pub template: Option<TemplateVersion>,
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
           minutes, schedule, schedule_name, rule_day, priority, template, template_version)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
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
        new.schedule.map(|by| by.rule_day.0),
        new.priority.as_str(),
        new.template.map(|template| *template.id.0.as_bytes()),
        new.template.map(|template| template.version)
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
    /// Who that is.
    pub technician_id: Option<UserId>,
    /// How pressing it is.
    pub priority: Priority,
    /// Why somebody should check what was said of it.
    pub review: BTreeSet<Review>,
}

/// What is known of an order but for its turns, which are rows of their own.
fn instants(row: &Row<'_>, first: usize) -> rusqlite::Result<Progress> {
    let instant = |column| row.get::<_, Option<i64>>(column).map(|at| at.map(UtcMillis));
    let (begun_at, completed_at, cancelled_at) = (instant(first)?, instant(first + 1)?, instant(first + 2)?);
    Ok(Progress { begun_at, completed_at, cancelled_at, turns: Vec::new() })
}

/// The priority that a column has.
fn priority(row: &Row<'_>, column: usize) -> rusqlite::Result<Priority> {
    let word: String = row.get(column)?;
    Priority::from_word(&word).ok_or_else(|| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, word.into()))
}

/// A row of key, identifier, meter, the three instants, the window, the technician's name and identifier, the priority and the review; without its
/// turns.
fn stored(row: &Row<'_>) -> rusqlite::Result<StoredOrder> {
    let window = Window { from: UtcMillis(row.get(6)?), until: UtcMillis(row.get(7)?) };
    let (num, id, meter, technician) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(8)?);
    let technician_id = row.get::<_, Option<[u8; 16]>>(9)?.map(|id| UserId(Uuid::from_bytes(id)));
    let (priority, review) = (priority(row, 10)?, reviews(&row.get::<_, String>(11)?).into_iter().collect());
    Ok(StoredOrder { num, id, meter, progress: instants(row, 3)?, window, technician, technician_id, priority, review })
}

/// An order of a meter, by the order's identifier.
///
/// # Errors
/// The database.
pub fn find(db: &Db, id: WorkOrderId, meter: i64) -> Result<Option<StoredOrder>, Error> {
    let mut query = db.prepare_cached(
        "SELECT w.num, w.id, w.meter, w.begun_at, w.completed_at, w.cancelled_at, w.window_from, w.window_until, w.technician_name, u.id,
           w.priority, w.review
         FROM work_order w LEFT JOIN user u ON u.num = w.technician WHERE w.id = ?1 AND w.meter = ?2",
    )?;
    let Some(found) = query.query_row(params![id.0.as_bytes(), meter], stored).optional()? else { return Ok(None) };
    let progress = turns::over(db, found.num, found.progress.clone())?;
    Ok(Some(StoredOrder { progress, ..found }))
}

/// Writes how far an order is now and why somebody should check it, as somebody (key) says; returns its new revision. Whoever said first what holds
/// still stays on record. Its turns are rows of their own ([`turns::write`]). What its schedule had withdrawn and was done all the same is its day's
/// work, unless that was announced again meanwhile.
///
/// # Errors
/// The database.
pub fn write_progress(
    tx: &mut Tx<'_>,
    order: i64,
    (after, review): (&Progress, &BTreeSet<Review>),
    by: i64,
) -> Result<i64, Error> {
    let (name, review) = (name_of(tx, by)?, words(review));
    let instant = |at: Option<UtcMillis>| at.map(|at| at.0);
    let mut update = tx.db.prepare_cached(
        "UPDATE work_order SET begun_at = ?2, begun_by = CASE WHEN begun_at IS ?2 THEN begun_by ELSE ?6 END,
           completed_at = ?3, completed_by = CASE WHEN completed_at IS ?3 THEN completed_by ELSE ?6 END,
           cancelled_at = ?4, review = ?5, changed_at = ?7, rev = rev + 1,
           withdrawn = CASE WHEN withdrawn = 0 OR (?3 IS NOT NULL AND NOT EXISTS (
             SELECT 1 FROM work_order o WHERE o.schedule = work_order.schedule AND o.meter = work_order.meter
             AND o.rule_day = work_order.rule_day AND o.withdrawn = 0)) THEN 0 ELSE 1 END
         WHERE num = ?1 RETURNING rev",
    )?;
    let (begun, completed, cancelled) = (instant(after.begun_at), instant(after.completed_at), instant(after.cancelled_at));
    let values = params![order, begun, completed, cancelled, review, name, tx.now.0];
    Ok(update.query_row(values, |row| row.get(0))?)
}

/// Writes how pressing an order is; returns its new revision.
///
/// # Errors
/// The database.
pub fn write_priority(tx: &mut Tx<'_>, order: i64, priority: Priority) -> Result<i64, Error> {
    let sql = "UPDATE work_order SET priority = ?2, changed_at = ?3, rev = rev + 1 WHERE num = ?1 RETURNING rev";
    let mut update = tx.db.prepare_cached(sql)?;
    Ok(update.query_row(params![order, priority.as_str(), tx.now.0], |row| row.get(0))?)
}

/// Writes another window of an order that nobody has begun, as a person of the utility has set it; returns its new revision.
///
/// # Errors
/// The database.
pub fn write_window(tx: &mut Tx<'_>, order: i64, window: Window) -> Result<i64, Error> {
    let mut query = tx.db.prepare_cached(
        "UPDATE work_order SET window_from = ?2, window_until = ?3, utility_from = NULL, moved = 1, changed_at = ?4, rev = rev + 1
         WHERE num = ?1 RETURNING rev",
    )?;
    Ok(query.query_row(params![order, window.from.0, window.until.0, tx.now.0], |row| row.get(0))?)
}

/// Writes another window of an order, as its customer has chosen it; returns its new revision. The one that the utility has set stays known.
///
/// # Errors
/// The database.
pub fn write_chosen_window(tx: &mut Tx<'_>, order: i64, window: Window) -> Result<i64, Error> {
    let mut query = tx.db.prepare_cached(
        "UPDATE work_order SET window_from = ?2, window_until = ?3, utility_from = COALESCE(utility_from, window_from),
           customer_moves = customer_moves + 1, moved = 1, changed_at = ?4, rev = rev + 1 WHERE num = ?1 RETURNING rev",
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
    let orders = query.query_map([meter], |row| Ok((row.get(0)?, instants(row, 1)?)))?;
    let mut orders: Vec<(i64, Progress)> = orders.collect::<Result<_, _>>()?;
    for (order, progress) in &mut orders {
        *progress = turns::over(db, *order, std::mem::take(progress))?;
    }
    Ok(orders)
}

/// The body of an order's row.
///
/// # Errors
/// The database.
pub fn body(db: &Db, id: Uuid) -> Result<Option<WorkOrder>, Error> {
    let mut query = db.prepare_cached(
        "SELECT w.id, m.id, w.work, w.window_from, w.window_until, u.id, w.technician_name, w.remark, w.author_name, w.at,
           w.begun_at, w.completed_at, w.cancelled_at, w.begun_by, w.completed_by, w.minutes, w.schedule_name, w.priority, w.review,
           w.template, w.template_version, w.num
         FROM work_order w JOIN meter m ON m.num = w.meter LEFT JOIN user u ON u.num = w.technician WHERE w.id = ?1",
    )?;
    let found = query.query_row([id.as_bytes()], |row| Ok((row.get::<_, i64>(21)?, shown(row)?))).optional()?;
    let Some((num, mut order)) = found else { return Ok(None) };
    order.turns = turns::shown(db, num)?;
    order.state = order.progress().state();
    Ok(Some(order))
}

/// An order as its row shows it, without its turns.
fn shown(row: &Row<'_>) -> rusqlite::Result<WorkOrder> {
    let (work, technician): (String, Option<[u8; 16]>) = (row.get(2)?, row.get(5)?);
    let (name, template): (String, Option<[u8; 16]>) = (row.get(6)?, row.get(19)?);
    let version: Option<u32> = row.get(20)?;
    let progress = instants(row, 10)?;
    Ok(WorkOrder {
        id: WorkOrderId(Uuid::from_bytes(row.get(0)?)),
        meter: MeterId(Uuid::from_bytes(row.get(1)?)),
        work: WorkKind::from_word(&work).ok_or_else(|| rusqlite::Error::FromSqlConversionFailure(2, Type::Text, work.into()))?,
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
        priority: priority(row, 17)?,
        template: template
            .zip(version)
            .map(|(id, version)| TemplateVersion { id: WorkTemplateId(Uuid::from_bytes(id)), version }),
        turns: Vec::new(),
        review: reviews(&row.get::<_, String>(18)?),
    })
}
