//! What reports of technicians are counted from: work orders and manual readings, as this device holds them. Costs those of the time that is asked for.

use crate::error::Error;
use crate::queries::read;
use domain::UtcMillis;
use domain::core::local_time::DAY_MS;
use domain::maintenance::service_level::FIXED_DAYS;
use domain::reports::kinds::{ReadBy, WorkDone};
use protocol::sync::rows::{ManualReading, WorkOrder};
use rusqlite::Connection;

/// Days that a window is long at most: work that was due in some days began to be due so long before them.
const LONGEST_WINDOW_DAYS: i64 = 31;

/// The work whose window begins within a stretch, by the index of work that is over or not, with its zone and the meter in whose place its own was put.
const DONE: &str = "SELECT w.body, COALESCE(json_extract(z.body, '$.name'), ''),
    (SELECT s.old FROM meter_swap s WHERE s.meter = w.meter AND json_extract(s.body, '$.entered')
     AND s.at <= json_extract(w.body, '$.at') ORDER BY s.at DESC LIMIT 1)
  FROM work_order w LEFT JOIN meter m ON m.id = w.meter LEFT JOIN zone z ON z.id = m.zone
  WHERE w.open IN (0, 1) AND w.at >= ?1 AND w.at < ?2";

/// The work orders that were due from one instant to before another, and those after them that say whether a repair held.
///
/// # Errors
/// The cache cannot be read.
pub fn work_done(db: &Connection, (from, until): (UtcMillis, UtcMillis)) -> Result<Vec<WorkDone>, Error> {
    let mut query = db.prepare_cached(DONE)?;
    let stretch = [from.plus(-LONGEST_WINDOW_DAYS * DAY_MS).0, until.plus((LONGEST_WINDOW_DAYS + FIXED_DAYS) * DAY_MS).0];
    let found = query.query_map(stretch, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let found = found.collect::<Result<Vec<(String, String, Option<String>)>, _>>()?;
    found.into_iter().map(|(body, zone, before)| Ok(done(read(&body)?, zone, before.as_deref()))).collect()
}

fn done(order: WorkOrder, zone: String, before: Option<&str>) -> WorkDone {
    let (progress, window) = (order.progress(), order.window());
    let planned = order.technician.map(|person| person.name).unwrap_or_default();
    let technician = [order.completed_by, order.begun_by, planned].into_iter().find(|name| !name.is_empty());
    WorkDone {
        meter: order.meter,
        before: before.and_then(|old| old.parse().ok()),
        zone,
        technician: technician.unwrap_or_default(),
        work: order.work,
        priority: order.priority,
        at: order.at,
        window,
        progress,
    }
}

/// The manual readings from one instant to before another, each by its meter's zone and its author.
///
/// # Errors
/// The cache cannot be read.
pub fn readings_done(db: &Connection, (from, until): (UtcMillis, UtcMillis)) -> Result<Vec<ReadBy>, Error> {
    let mut query = db.prepare_cached(
        "SELECT r.body, COALESCE(json_extract(z.body, '$.name'), '') FROM manual_reading r LEFT JOIN meter m ON m.id = r.meter
         LEFT JOIN zone z ON z.id = m.zone WHERE r.at >= ?1 AND r.at < ?2",
    )?;
    let found = query.query_map([from.0, until.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let found = found.collect::<Result<Vec<(String, String)>, _>>()?;
    found.into_iter().map(|(body, zone)| Ok((zone, read::<ManualReading>(&body)?.author))).collect()
}

#[cfg(test)]
mod tests {
    use super::DONE;
    use crate::queries::plan::plan;
    use crate::store::Store;

    #[test]
    fn work_and_the_swaps_before_it_are_found_by_indexes() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("cache.db"), &"00".repeat(32)).unwrap();
        let steps = plan(&store, DONE, &[1, 2]);
        for found_by in ["work_order_open (open=? AND at>? AND at<?)", "meter_swap_meter (meter=? AND at<?)"] {
            assert!(steps.iter().any(|step| step.contains(found_by)), "{found_by}: {steps:?}");
        }
        assert!(!steps.iter().any(|step| step.starts_with("SCAN")), "{steps:?}");
    }
}
