//! Work by the days of a month: counts and the first orders of each day, all orders of one, what is nobody's, and what each technician has to do.
//! Costs the orders of six weeks, each read once.

use crate::error::Error;
use crate::queries::read;
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::maintenance::work_order::WorkState;
use domain::maintenance::workload::{Job, Load};
use domain::{LocalDay, LocalMonth, TimeZone, UserId};
use protocol::sync::rows;
use protocol::sync::rows::Entity;
use protocol::ui::maintenance::{LoadDay, SHOWN_OF_DAY, SHOWN_OF_LIST, TechnicianLoad, WorkDay};
use protocol::ui::{WorkCalendar, WorkCalendarQuery, WorkRow};
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, HashMap};

/// Orders of six weeks at most.
const MOST: u32 = 20_000;

/// Orders that are nobody's that are shown at most.
const TRAY: usize = 50;

/// Days of a week.
const WEEK: i32 = 7;

/// The days of the weeks of a month, Monday to Sunday: the first and the last.
pub fn weeks_of(month: LocalMonth) -> (LocalDay, LocalDay) {
    let first = month.first_day();
    let last = first.plus(month.days() - 1);
    (first.plus(-(first.weekday() as i32)), last.plus(WEEK - 1 - last.weekday() as i32))
}

/// The calendar of a month.
///
/// # Errors
/// The cache cannot be read.
pub fn work_calendar(db: &Connection, asked: WorkCalendarQuery) -> Result<WorkCalendar, Error> {
    let (first, last) = weeks_of(asked.month);
    let mut days: BTreeMap<LocalDay, WorkDay> = BTreeMap::new();
    let mut jobs: BTreeMap<(String, UserId), BTreeMap<LocalDay, Vec<Job>>> = BTreeMap::new();
    let mut calendar = WorkCalendar::default();
    for row in rows_between(db, first, last)? {
        let day = row.time_zone.day_of(row.order.from);
        if row.order.state == WorkState::Cancelled || !(first..=last).contains(&day) {
            continue;
        }
        if row.order.state.is_open() {
            if let Some(person) = &row.order.technician {
                let of = jobs.entry((person.name.clone(), person.id)).or_default();
                of.entry(day).or_default().push(Job::new(row.order.window(), row.order.minutes));
            } else if row.order.state == WorkState::Scheduled {
                calendar.unassigned += 1;
                if calendar.tray.len() < TRAY {
                    calendar.tray.push(row.clone());
                }
            }
        }
        if asked.day == Some(day) && calendar.of_day.len() < SHOWN_OF_LIST {
            calendar.of_day.push(row.clone());
        }
        let of_day = days.entry(day).or_insert_with(|| WorkDay { day, open: 0, done: 0, first: Vec::new() });
        if row.order.state.is_open() {
            of_day.open += 1;
        } else {
            of_day.done += 1;
        }
        if of_day.first.len() < SHOWN_OF_DAY {
            of_day.first.push(row);
        }
    }
    calendar.days = days.into_values().collect();
    calendar.loads = jobs.into_iter().map(|((name, id), of)| TechnicianLoad { id, name, days: loads(of) }).collect();
    Ok(calendar)
}

fn loads(of: BTreeMap<LocalDay, Vec<Job>>) -> Vec<LoadDay> {
    let of_day = |(day, jobs): (LocalDay, Vec<Job>)| {
        let load = Load::of(&jobs);
        let minutes = u32::try_from(load.minutes).unwrap_or(u32::MAX);
        LoadDay { day, jobs: load.jobs, minutes, too_much: load.is_too_much(), overlaps: load.overlaps }
    };
    of.into_iter().map(of_day).collect()
}

/// The orders whose windows open on local days, what is to be done first, each by when.
fn rows_between(db: &Connection, first: LocalDay, last: LocalDay) -> Result<Vec<WorkRow>, Error> {
    let zones = time_zones(db)?;
    // The easternmost day begins first, the westernmost ends last.
    let from = i64::from(first.0) * DAY_MS - TimeZone::Jayapura.offset_ms();
    let until = i64::from(last.0 + 1) * DAY_MS - TimeZone::Jakarta.offset_ms() + HOUR_MS;
    let mut query = db.prepare_cached(
        "SELECT w.body, m.serial, c.address, m.zone, b.id IS NOT NULL FROM work_order w LEFT JOIN meter m ON m.id = w.meter
         LEFT JOIN connection c ON c.id = m.connection LEFT JOIN base_row b ON b.entity = ?1 AND b.id = w.id
         WHERE w.open IN (0, 1) AND w.at >= ?2 AND w.at < ?3 ORDER BY w.open DESC, w.at, w.id LIMIT ?4",
    )?;
    let found = query.query_map(params![Entity::WorkOrder as u8, from, until, MOST], |row| {
        let parts: (String, Option<String>, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (zone, waiting): (Option<String>, bool) = (row.get(3)?, row.get(4)?);
        Ok((parts, zone, waiting))
    })?;
    let mut rows = Vec::new();
    for row in found {
        let ((body, serial, address), zone, waiting) = row?;
        let time_zone = zone.as_ref().and_then(|zone| zones.get(zone).copied()).unwrap_or(TimeZone::Jakarta);
        let zone = zone.and_then(|zone| zone.parse().ok());
        let (serial, address) = (serial.unwrap_or_default(), address.unwrap_or_default());
        rows.push(WorkRow { order: read(&body)?, serial, address, time_zone, zone, waiting });
    }
    Ok(rows)
}

fn time_zones(db: &Connection) -> Result<HashMap<String, TimeZone>, Error> {
    let mut query = db.prepare_cached("SELECT id, body FROM zone")?;
    let found = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<Vec<(String, String)>, _>>()?;
    found.into_iter().map(|(id, body)| Ok((id, read::<rows::Zone>(&body)?.time_zone))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weeks_of_a_month_begin_on_a_monday_and_end_on_a_sunday() {
        for month in 24_300..24_360 {
            let month = LocalMonth(month);
            let (first, last) = weeks_of(month);
            assert_eq!((first.weekday(), last.weekday()), (0, 6));
            assert!(first <= month.first_day() && month.first_day().0 - first.0 < WEEK);
            assert!(last.0 - (month.first_day().0 + month.days() - 1) < WEEK);
        }
    }
}
