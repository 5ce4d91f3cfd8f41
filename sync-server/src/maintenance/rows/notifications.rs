//! Work orders as somebody is notified of them.

use super::{holidays, instants, priority, turns};
use crate::core::Db;
use crate::error::Error;
use domain::core::local_time::DAY_MS;
use domain::maintenance::notifications::{Standing, Visit, is_visit};
use domain::maintenance::priority::Priority;
use domain::maintenance::visit::VisitChoice;
use domain::maintenance::work_order::{LONGEST_WINDOW_DAYS, Progress, Window, WorkKind};
use domain::{TimeZone, UtcMillis, WorkOrderId};
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// An order by its identifier and the key of its meter.
pub type OrderAt = ([u8; 16], i64);

/// Days after which what is overdue is counted no more: nobody does it any longer, and the count of a day reads no more than a year.
const COUNTED_DAYS: i64 = 366;

/// An order at a meter that is installed.
pub struct NoticedOrder {
    /// Its key.
    pub num: i64,
    /// Its identifier.
    pub id: WorkOrderId,
    /// Key of the meter.
    pub meter: i64,
    /// Its revision.
    pub rev: i64,
    /// Key of the connection.
    pub connection: i64,
    /// The property's zone.
    pub time_zone: TimeZone,
    /// The meter's serial number.
    pub serial: String,
    /// Key of whoever is to do it; none: anybody of the zone.
    pub technician: Option<i64>,
    /// What its customer waits for.
    pub visit: Visit,
    /// What its customer may choose from in place of that; none where the utility alone sets it.
    pub choice: Option<VisitChoice>,
}

/// What decides of an order what its customer may choose from, besides the visit.
struct ChosenFrom {
    priority: Priority,
    /// Keys of the utility and the zone, whose days off hold.
    place: (i64, i64),
    /// When the window begins that the utility has set, and how often the customer has moved it.
    set: (UtcMillis, u8),
}

fn kind(row: &Row<'_>, column: usize) -> rusqlite::Result<WorkKind> {
    let word: String = row.get(column)?;
    WorkKind::from_word(&word).ok_or_else(|| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, word.into()))
}

/// An order by its identifier; none where its meter is installed nowhere.
///
/// # Errors
/// The database.
pub fn order(db: &Db, id: [u8; 16]) -> Result<Option<NoticedOrder>, Error> {
    let mut query = db.prepare_cached(
        "SELECT w.num, w.rev, c.num, z.time_zone, m.serial, w.technician, w.work, w.window_from, w.window_until, w.schedule IS NOT NULL,
           w.begun_at, w.completed_at, w.cancelled_at, w.meter, w.priority, c.utility, z.num, COALESCE(w.utility_from, w.window_from),
           w.customer_moves
         FROM work_order w JOIN meter m ON m.num = w.meter JOIN installation i ON i.meter = w.meter AND i.until IS NULL
         JOIN connection c ON c.num = i.connection JOIN zone z ON z.num = c.zone WHERE w.id = ?1",
    )?;
    let read = |row: &Row<'_>| -> rusqlite::Result<(Progress, ChosenFrom, NoticedOrder)> {
        let window = Window { from: UtcMillis(row.get(7)?), until: UtcMillis(row.get(8)?) };
        let (work, is_by_schedule) = (kind(row, 6)?, row.get(9)?);
        let set = (UtcMillis(row.get(17)?), row.get(18)?);
        let from = ChosenFrom { priority: priority(row, 14)?, place: (row.get(15)?, row.get(16)?), set };
        let order = NoticedOrder {
            num: row.get(0)?,
            id: WorkOrderId(Uuid::from_bytes(id)),
            meter: row.get(13)?,
            rev: row.get(1)?,
            connection: row.get(2)?,
            time_zone: TimeZone::from_iana(&row.get::<_, String>(3)?).unwrap_or(TimeZone::Jakarta),
            serial: row.get(4)?,
            technician: row.get(5)?,
            visit: Visit { work, window, is_by_schedule, standing: Standing::Waits },
            choice: None,
        };
        Ok((instants(row, 10)?, from, order))
    };
    let Some((known, from, mut order)) = query.query_row([id], read).optional()? else { return Ok(None) };
    order.visit.standing = Standing::of(&turns::over(db, order.num, known)?);
    let (utility, zone) = from.place;
    let off = holidays::off_days(db, utility, zone)?;
    order.choice = VisitChoice::of((&order.visit, from.priority), from.set, (order.time_zone, &off));
    Ok(Some(order))
}

/// The query of [`ahead`].
const AHEAD: &str = "SELECT w.id, w.meter, w.work FROM work_order w
    CROSS JOIN installation i ON i.meter = w.meter AND i.until IS NULL
    CROSS JOIN connection c ON c.num = i.connection CROSS JOIN zone z ON z.num = c.zone
    WHERE w.window_from >= ?1 AND w.window_from < ?2 AND z.time_zone = ?3 AND w.completed_at IS NULL AND w.cancelled_at IS NULL
    AND (?4 = 1 OR w.begun_at IS NULL) AND ?4 = EXISTS (
      SELECT 1 FROM notification n WHERE n.connection = i.connection AND n.kind = 'work' AND n.cleared_at IS NULL
      AND n.dedupe_key >= 'visit:' || lower(hex(w.id)) || ':' AND n.dedupe_key < 'visit:' || lower(hex(w.id)) || ';')
    ORDER BY w.window_from, w.num";

/// Visits in a time zone whose window opens from an instant on and before another one: those that are announced to their customers, or those that
/// are not and that nobody has begun.
///
/// # Errors
/// The database.
pub fn ahead(db: &Db, (from, until): (UtcMillis, UtcMillis), zone: TimeZone, is_announced: bool) -> Result<Vec<OrderAt>, Error> {
    let mut query = db.prepare_cached(AHEAD)?;
    let found = query
        .query_map(params![from.0, until.0, zone.iana(), is_announced], |row| Ok(((row.get(0)?, row.get(1)?), kind(row, 2)?)))?;
    let found: Vec<(OrderAt, WorkKind)> = found.collect::<Result<_, _>>()?;
    Ok(found.into_iter().filter(|(_, work)| is_visit(*work)).map(|(order, _)| order).collect())
}

/// The jobs of a technician's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jobs {
    /// Key of the technician.
    pub technician: i64,
    /// How many.
    pub jobs: u32,
    /// When the first window of the day opens.
    pub first_at: Option<UtcMillis>,
}

/// The query of [`workdays`].
const WORKDAYS: &str =
    "SELECT w.technician, COUNT(*), MIN(CASE WHEN w.window_from >= ?2 THEN w.window_from END) FROM work_order w
    CROSS JOIN installation i ON i.meter = w.meter AND i.until IS NULL
    CROSS JOIN connection c ON c.num = i.connection CROSS JOIN zone z ON z.num = c.zone
    CROSS JOIN user u ON u.num = w.technician AND u.active = 1
    WHERE w.window_from >= ?1 AND w.window_from < ?3 AND w.window_until > ?2 AND w.completed_at IS NULL AND w.cancelled_at IS NULL
    GROUP BY w.technician HAVING SUM(z.time_zone = ?4) > 0 ORDER BY w.technician";

/// The jobs of each technician who has one in a time zone between two instants.
///
/// # Errors
/// The database.
pub fn workdays(db: &Db, (from, until): (UtcMillis, UtcMillis), zone: TimeZone) -> Result<Vec<Jobs>, Error> {
    let mut query = db.prepare_cached(WORKDAYS)?;
    let earliest = from.plus(-LONGEST_WINDOW_DAYS * DAY_MS);
    let found = query.query_map(params![earliest.0, from.0, until.0, zone.iana()], |row| {
        let first_at = row.get::<_, Option<i64>>(2)?.map(UtcMillis);
        Ok(Jobs { technician: row.get(0)?, jobs: row.get(1)?, first_at })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The query of [`overdue`].
const OVERDUE: &str = "SELECT m.utility, COUNT(*) FROM work_order w CROSS JOIN meter m ON m.num = w.meter
    WHERE w.window_from >= ?1 AND w.window_from < ?2 AND w.window_until <= ?2
    AND w.begun_at IS NULL AND w.completed_at IS NULL AND w.cancelled_at IS NULL GROUP BY m.utility ORDER BY m.utility";

/// The utilities (key) with orders whose window is over at an instant and that nobody has begun, and how many.
///
/// # Errors
/// The database.
pub fn overdue(db: &Db, at: UtcMillis) -> Result<Vec<(i64, u32)>, Error> {
    let mut query = db.prepare_cached(OVERDUE)?;
    let found = query.query_map(params![at.plus(-COUNTED_DAYS * DAY_MS).0, at.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rows::plan::{empty, plan};

    #[test]
    fn what_is_due_is_found_by_its_window() {
        let db = empty();
        for sql in [AHEAD, WORKDAYS, OVERDUE] {
            let steps = plan(&db, sql);
            let is_by_window = |step: &String| step.contains("work_order_window (window_from>? AND window_from<?)");
            assert!(steps.first().is_some_and(is_by_window), "{sql}: {steps:?}");
            assert!(!steps.iter().any(|step| step.starts_with("SCAN")), "{sql}: {steps:?}");
        }
        let announced = plan(&db, AHEAD);
        assert!(announced.iter().any(|step| step.contains("INDEX notification_open ")), "{announced:?}");
        assert!(!announced.iter().any(|step| step.contains("TEMP B-TREE")), "{announced:?}");
    }
}
