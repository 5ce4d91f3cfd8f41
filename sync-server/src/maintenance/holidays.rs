//! Days off as admins manage them: what the decree of a year says, and what the utility has set beside it, for all of its zones or for one. Schedules
//! by calendar follow.

use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use crate::maintenance::rows::holidays as rows;
use crate::maintenance::rows::schedules::{realign_all, zones};
use crate::maintenance::schedules::still_admin;
use crate::metering::rows::zones::is_recorded;
use domain::LocalDay;
use domain::maintenance::schedule::holidays::{HolidayKind, WorkHoliday, known};
use domain::maintenance::schedule::plan::NAME;
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use protocol::maintenance::holidays::{HolidayChange, HolidayRow, MOST_HOLIDAYS, WorkHolidays};
use std::ops::RangeInclusive;
use uuid::Uuid;

/// Its name in the audit log.
const SET: &str = "set_work_holiday";

/// Years of which days can be set.
const YEARS: RangeInclusive<i16> = 2020..=2100;

fn refused(sentence: &str) -> Error {
    Error::problem(Code::BadRequest, sentence)
}

/// The holidays of a year at a utility.
///
/// # Errors
/// It is no year of ours (`holiday_year`), or the database.
pub fn list(db: &Db, utility: i64, year: i16) -> Result<WorkHolidays, Error> {
    let first = YEARS.contains(&year).then(|| LocalDay::from_ymd(year, 1, 1)).flatten();
    let last = first.and_then(|_| LocalDay::from_ymd(year, 12, 31));
    let stretch = first.zip(last).ok_or_else(|| refused("holiday_year: years are from 2020 to 2100"))?;
    let (certainty, of_decree) = known(year);
    let shown = |holiday: WorkHoliday, zone, is_set| {
        let WorkHoliday { day, name, kind } = holiday;
        HolidayRow { day, name, kind, zone, is_set }
    };
    let set = rows::between(db, utility, stretch)?;
    // What is set for the whole utility stands in the place of what the decree says of the day.
    let is_replaced = |day: LocalDay| set.iter().any(|(holiday, zone)| zone.is_none() && holiday.day == day);
    let mut days: Vec<HolidayRow> =
        of_decree.into_iter().filter(|holiday| !is_replaced(holiday.day)).map(|holiday| shown(holiday, None, false)).collect();
    days.extend(set.iter().map(|(holiday, zone)| shown(holiday.clone(), *zone, true)));
    days.sort_by_key(|row| (row.day, row.zone));
    Ok(WorkHolidays { year, certainty, days })
}

/// Sets what a day is, or takes that back, once for each key; returns the holidays of its year.
///
/// # Errors
/// It cannot be set (`holiday_name`, `holiday_year`, `holiday_most`), there is no such zone, or the database.
pub fn change(tx: &mut Tx<'_>, admin: &Caller, asked: &HolidayChange) -> Result<WorkHolidays, Error> {
    let admin = &still_admin(tx, admin)?;
    let (utility, year) = (admin.utility, asked.day.ymd().0);
    if is_recorded(tx, utility, SET, asked.key)? {
        return list(tx, utility, year);
    }
    if !YEARS.contains(&year) {
        return Err(refused("holiday_year: years are from 2020 to 2100"));
    }
    let (zone, zone_name) = match asked.zone {
        None => (rows::EVERYWHERE, String::new()),
        Some(id) => {
            let found = zones(tx, utility)?.into_iter().find(|(.., zone)| zone.id == id).map(|(key, _, zone)| (key, zone.name));
            found.ok_or_else(|| Error::problem(Code::NotFound, "there is no such zone"))?
        }
    };
    let before = rows::of_day(tx, (utility, zone), asked.day)?;
    let after = asked.kind.map(|kind| WorkHoliday { day: asked.day, name: asked.name.clone(), kind });
    if before == after {
        return list(tx, utility, year);
    }
    match &after {
        Some(holiday) => {
            let has_name = NAME.contains(&holiday.name.chars().count());
            if !has_name && (holiday.kind != HolidayKind::Working || !holiday.name.is_empty()) {
                return Err(refused("holiday_name: a holiday's name has 3 to 60 characters"));
            }
            if before.is_none() && rows::count(tx, utility)? >= MOST_HOLIDAYS {
                return Err(refused("holiday_most: 500 days are as many as can be set"));
            }
            rows::write(tx, (utility, zone), holiday)?;
        }
        None => rows::delete(tx, (utility, zone), asked.day)?,
    }
    realign_all(tx, utility)?;
    let entry = audit::Entry::by(admin, (SET, asked.key), (Office::Maintenance as u8, Uuid::nil()));
    let of = |holiday: Option<WorkHoliday>| holiday.map_or_else(String::new, |holiday| said(&holiday));
    let changes = [("holiday", of(before), of(after)), ("zone", String::new(), zone_name)];
    audit::record(tx, &entry, changes.into_iter().filter(|(_, before, after)| before != after))?;
    list(tx, utility, year)
}

/// A day as the audit log has it: `2026-12-25 Natal`.
fn said(holiday: &WorkHoliday) -> String {
    let (year, month, day) = holiday.day.ymd();
    let name = if holiday.kind == HolidayKind::Working { "–" } else { holiday.name.as_str() };
    format!("{year:04}-{month:02}-{day:02} {name}").trim_end().to_owned()
}
