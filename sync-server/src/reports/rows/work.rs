//! What a report of technicians is filled from: work orders, and manual readings.

use crate::core::Db;
use crate::error::Error;
use crate::maintenance::rows::turns;
use domain::core::local_time::DAY_MS;
use domain::maintenance::priority::Priority;
use domain::maintenance::service_level::FIXED_DAYS;
use domain::maintenance::work_order::{Progress, Window, WorkKind};
use domain::reports::kinds::{ReadBy, WorkDone};
use domain::{MeterId, UtcMillis};
use rusqlite::{Row, params};
use uuid::Uuid;

/// Days that a window is long at most: work that was due in some days began to be due so long before them.
const LONGEST_WINDOW_DAYS: i64 = 31;

/// The work whose window begins within a stretch, by the index of windows, with the zone of the connection where its meter was when the work began, or
/// was announced where it has not. The order of the tables is said, since the planner would rather read all
/// work that the utility's meters ever had.
const DONE: &str = "SELECT o.num, m.id, COALESCE(z.name, ''), o.work, o.priority, o.at, o.window_from, o.window_until,
    o.begun_at, o.completed_at, o.cancelled_at, COALESCE(NULLIF(o.completed_by, ''), NULLIF(o.begun_by, ''), o.technician_name),
    (SELECT b.id FROM meter_swap s JOIN meter b ON b.num = s.old_meter
     WHERE s.meter = m.num AND s.new_meter = m.num AND s.at <= o.at ORDER BY s.at DESC LIMIT 1)
  FROM work_order o CROSS JOIN meter m LEFT JOIN connection c ON c.num = COALESCE(
    (SELECT i.connection FROM installation i WHERE i.meter = o.meter AND i.since <= COALESCE(o.begun_at, o.completed_at, o.at)
     ORDER BY i.since DESC LIMIT 1),
    (SELECT i.connection FROM installation i WHERE i.meter = o.meter ORDER BY i.since LIMIT 1))
  LEFT JOIN zone z ON z.num = c.zone WHERE o.window_from >= ?2 AND o.window_from < ?3 AND m.num = o.meter AND m.utility = ?1";

fn instant(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<UtcMillis>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(UtcMillis))
}

/// An order with its key, without its turns.
fn order(row: &Row<'_>) -> rusqlite::Result<(i64, WorkDone)> {
    let (work, priority): (String, String) = (row.get(3)?, row.get(4)?);
    let (begun_at, completed_at, cancelled_at) = (instant(row, 8)?, instant(row, 9)?, instant(row, 10)?);
    let order = WorkDone {
        meter: MeterId(Uuid::from_bytes(row.get(1)?)),
        before: row.get::<_, Option<[u8; 16]>>(12)?.map(|id| MeterId(Uuid::from_bytes(id))),
        zone: row.get(2)?,
        technician: row.get(11)?,
        // A word that the schema's own CHECK would refuse is read as usual work that nothing is asked of.
        work: WorkKind::from_word(&work).unwrap_or(WorkKind::Routine),
        priority: Priority::from_word(&priority).unwrap_or_default(),
        at: UtcMillis(row.get(5)?),
        window: Window { from: UtcMillis(row.get(6)?), until: UtcMillis(row.get(7)?) },
        progress: Progress { begun_at, completed_at, cancelled_at, turns: Vec::new() },
    };
    Ok((row.get(0)?, order))
}

/// The work orders of a utility that were due from one instant to before another, and those after them that say whether a repair held. It costs those
/// whose windows begin within that time, and a search for the turns of each.
///
/// # Errors
/// The database.
pub fn done(db: &Db, utility: i64, (from, until): (UtcMillis, UtcMillis)) -> Result<Vec<WorkDone>, Error> {
    let mut query = db.prepare_cached(DONE)?;
    let (first, last) = (from.plus(-LONGEST_WINDOW_DAYS * DAY_MS), until.plus((LONGEST_WINDOW_DAYS + FIXED_DAYS) * DAY_MS));
    let found = query.query_map(params![utility, first.0, last.0], order)?;
    let found = found.collect::<Result<Vec<_>, _>>()?;
    let with_turns = |(key, order): (i64, WorkDone)| -> Result<WorkDone, Error> {
        let progress = turns::over(db, key, order.progress)?;
        Ok(WorkDone { progress, ..order })
    };
    found.into_iter().map(with_turns).collect()
}

/// The manual readings of a utility from one instant to before another, each by the zone of the connection where its meter was then and its author. It
/// reads those of each meter by an index.
///
/// # Errors
/// The database.
pub fn readings(db: &Db, utility: i64, (from, until): (UtcMillis, UtcMillis)) -> Result<Vec<ReadBy>, Error> {
    let mut query = db.prepare_cached(
        "SELECT COALESCE(z.name, ''), r.author_name FROM meter m CROSS JOIN manual_reading r
         LEFT JOIN connection c ON c.num = COALESCE(
           (SELECT i.connection FROM installation i WHERE i.meter = r.meter AND i.since <= r.at ORDER BY i.since DESC LIMIT 1),
           (SELECT i.connection FROM installation i WHERE i.meter = r.meter ORDER BY i.since LIMIT 1))
         LEFT JOIN zone z ON z.num = c.zone WHERE m.utility = ?1 AND r.meter = m.num AND r.at >= ?2 AND r.at < ?3",
    )?;
    let found = query.query_map(params![utility, from.0, until.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::DONE;
    use crate::core::rows::plan::{empty, plan};
    use crate::maintenance::rows::turns::OF_ORDER;

    #[test]
    fn work_is_found_by_its_window_and_its_turns_by_their_order() {
        let db = empty();
        for (sql, found_by) in
            [(DONE, "work_order_window (window_from>? AND window_from<?)"), (OF_ORDER, "PRIMARY KEY (work_order=?)")]
        {
            let steps = plan(&db, sql);
            assert!(steps.iter().any(|step| step.contains(found_by)), "{sql}: {steps:?}");
            assert!(!steps.iter().any(|step| step.starts_with("SCAN")), "{sql}: {steps:?}");
        }
    }
}
