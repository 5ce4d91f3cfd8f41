//! What reports of technicians are counted from: work orders and manual readings, as this device holds them. Costs those of the time that is asked for.

use crate::error::Error;
use crate::queries::read;
use domain::core::local_time::DAY_MS;
use domain::maintenance::service_level::FIXED_DAYS;
use domain::reports::kinds::{ReadBy, WorkDone};
use domain::{MeterId, UtcMillis};
use protocol::sync::rows::{ManualReading, WorkOrder};
use rusqlite::{Connection, OptionalExtension, params};

/// Days that a window is long at most: work that was due in some days began to be due so long before them.
const LONGEST_WINDOW_DAYS: i64 = 31;

/// The work whose window begins within a stretch, by the index of work that is over or not, with the meter in whose place its own was put.
const DONE: &str = "SELECT w.body,
    (SELECT s.old FROM meter_swap s WHERE s.meter = w.meter AND json_extract(s.body, '$.entered')
     AND s.at <= json_extract(w.body, '$.at') ORDER BY s.at DESC LIMIT 1)
  FROM work_order w WHERE w.open IN (0, 1) AND w.at >= ?1 AND w.at < ?2";

/// The swap that took a meter down first after an instant: which meter it put up, and when.
const NEXT: &str =
    "SELECT meter, at FROM meter_swap WHERE old = ?1 AND at > ?2 AND json_extract(body, '$.entered') ORDER BY at LIMIT 1";

/// The name of the zone of the connection where a meter was at an instant, as swaps say: it is where the meter is now that was put up there last. Empty
/// where that is nowhere.
fn zone_then(db: &Connection, meter: MeterId, at: UtcMillis) -> Result<String, Error> {
    let mut next = db.prepare_cached(NEXT)?;
    let (mut meter, mut at) = (meter.to_string(), at.0);
    while let Some(put_up) = next.query_row(params![meter, at], |row| Ok((row.get(0)?, row.get(1)?))).optional()? {
        (meter, at) = put_up;
    }
    let mut zone = db.prepare_cached(
        "SELECT COALESCE(json_extract(z.body, '$.name'), '') FROM meter m JOIN zone z ON z.id = m.zone WHERE m.id = ?1",
    )?;
    Ok(zone.query_row([meter], |row| row.get(0)).optional()?.unwrap_or_default())
}

/// The work orders that were due from one instant to before another, and those after them that say whether a repair held.
///
/// # Errors
/// The cache cannot be read.
pub fn work_done(db: &Connection, (from, until): (UtcMillis, UtcMillis)) -> Result<Vec<WorkDone>, Error> {
    let mut query = db.prepare_cached(DONE)?;
    let stretch = [from.plus(-LONGEST_WINDOW_DAYS * DAY_MS).0, until.plus((LONGEST_WINDOW_DAYS + FIXED_DAYS) * DAY_MS).0];
    let found = query.query_map(stretch, |row| Ok((row.get(0)?, row.get(1)?)))?;
    let found = found.collect::<Result<Vec<(String, Option<String>)>, _>>()?;
    let with_zone = |(body, before): (String, Option<String>)| -> Result<WorkDone, Error> {
        let order: WorkOrder = read(&body)?;
        let at = order.begun_at.or(order.completed_at).unwrap_or(order.at);
        let zone = zone_then(db, order.meter, at)?;
        Ok(done(order, zone, before.as_deref()))
    };
    found.into_iter().map(with_zone).collect()
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

/// The manual readings from one instant to before another, each by the zone where its meter was then and its author.
///
/// # Errors
/// The cache cannot be read.
pub fn readings_done(db: &Connection, (from, until): (UtcMillis, UtcMillis)) -> Result<Vec<ReadBy>, Error> {
    let mut query = db.prepare_cached("SELECT body FROM manual_reading WHERE at >= ?1 AND at < ?2")?;
    let found = query.query_map([from.0, until.0], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    let with_zone = |body: String| -> Result<ReadBy, Error> {
        let reading: ManualReading = read(&body)?;
        Ok((zone_then(db, reading.meter, reading.at)?, reading.author))
    };
    found.into_iter().map(with_zone).collect()
}

#[cfg(test)]
mod tests {
    use super::{DONE, NEXT};
    use crate::queries::plan::plan;
    use crate::store::Store;

    #[test]
    fn work_and_the_swaps_before_it_are_found_by_indexes() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("cache.db"), &"00".repeat(32)).unwrap();
        for (sql, found_by) in [
            (DONE, "work_order_open (open=? AND at>? AND at<?)"),
            (DONE, "meter_swap_meter (meter=? AND at<?)"),
            (NEXT, "meter_swap_old (old=? AND at>?)"),
        ] {
            let steps = plan(&store, sql, &[1, 2]);
            assert!(steps.iter().any(|step| step.contains(found_by)), "{found_by}: {steps:?}");
            assert!(!steps.iter().any(|step| step.starts_with("SCAN")), "{steps:?}");
        }
    }
}
