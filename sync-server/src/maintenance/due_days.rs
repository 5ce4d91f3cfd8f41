//! On which days work of a schedule is done in a zone, by its rule, its zone's days off, and what a zone's clock says.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::maintenance::expand::RuleDays;
use crate::maintenance::rows::generated::Target;
use crate::maintenance::rows::holidays;
use crate::maintenance::rows::schedules::StoredSchedule;
use domain::core::local_time::MINUTE_MS;
use domain::maintenance::schedule::due::{DueDay, FURTHEST_SHIFT, OnOffDay, dues, shift};
use domain::maintenance::schedule::holidays::OffDays;
use domain::maintenance::schedule::plan::{Plan, Trigger};
use domain::maintenance::work_order::Window;
use domain::{LocalDay, TimeZone, UtcMillis};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// A schedule in one of its zones.
pub struct InZone<'a> {
    /// What was set.
    pub plan: &'a Plan,
    /// The zone's time.
    pub zone: TimeZone,
    /// Its days off.
    pub off: OffDays,
    /// Its local day now.
    pub today: LocalDay,
    /// The days of its horizon, once they were asked for.
    ahead: OnceCell<Vec<(LocalDay, LocalDay)>>,
}

impl<'a> InZone<'a> {
    /// A schedule of a utility in a zone (key), as of an instant.
    ///
    /// # Errors
    /// The database.
    pub fn new(db: &Db, plan: &'a Plan, (utility, zone): (i64, i64), time: TimeZone, now: UtcMillis) -> Result<Self, Error> {
        let off = holidays::off_days(db, utility, zone)?;
        Ok(Self { plan, zone: time, off, today: time.day_of(now), ahead: OnceCell::new() })
    }

    /// The days of a rule of days whose work is done from one day to another, both included; none of them is left out. Nothing for other rules.
    ///
    /// # Errors
    /// It is no rule.
    pub fn done_between(&self, (from, until): (LocalDay, LocalDay)) -> Result<Vec<(LocalDay, LocalDay)>, Error> {
        let dues = self.dues_between((from.plus(-2 * FURTHEST_SHIFT), until.plus(FURTHEST_SHIFT)))?;
        let done = dues.into_iter().filter_map(|due| Some((due.rule_day, due.day?)));
        Ok(done.filter(|(_, day)| (from..=until).contains(day)).collect())
    }

    /// Those from today to the end of the horizon. A rule is walked over from its first day on, which may take a second: once for the zone, and not
    /// for each of its meters.
    ///
    /// # Errors
    /// It is no rule.
    pub fn ahead(&self) -> Result<&[(LocalDay, LocalDay)], Error> {
        if let Some(known) = self.ahead.get() {
            return Ok(known);
        }
        let days = self.done_between((self.today, self.horizon()))?;
        Ok(self.ahead.get_or_init(|| days))
    }

    /// The days of a rule of days from one day to another, both included, with when their work is done.
    ///
    /// # Errors
    /// It is no rule.
    pub fn dues_between(&self, (from, until): (LocalDay, LocalDay)) -> Result<Vec<DueDay>, Error> {
        let Some(days) = self.days() else { return Ok(Vec::new()) };
        Ok(dues(&days.between(from, until)?, self.plan.on_off_day, &self.off))
    }

    /// The next days of a rule of days, so many at most, with when their work is done.
    ///
    /// # Errors
    /// It is no rule.
    pub fn next(&self, most: usize) -> Result<Vec<DueDay>, Error> {
        let Some(days) = self.days() else { return Ok(Vec::new()) };
        Ok(dues(&days.next(self.today, most)?, self.plan.on_off_day, &self.off))
    }

    /// When work is done that is due by itself from a day on: then, or on the next working day unless work stays on days off. It is never left
    /// out, for it would be done never.
    pub fn first_day_on_or_after(&self, day: LocalDay) -> Option<LocalDay> {
        let on_off_day = if self.plan.on_off_day == OnOffDay::Keep { OnOffDay::Keep } else { OnOffDay::Next };
        shift(day, on_off_day, &self.off)
    }

    /// The same of what is due now: from tomorrow on.
    pub fn soon(&self) -> Option<LocalDay> {
        self.first_day_on_or_after(self.today.plus(1))
    }

    /// The window of a day.
    pub fn window(&self, day: LocalDay) -> Window {
        let from = self.zone.start_of(day).plus(i64::from(self.plan.from_minute) * MINUTE_MS);
        Window { from, until: from.plus(i64::from(self.plan.window_minutes) * MINUTE_MS) }
    }

    /// The last day of the horizon.
    pub fn horizon(&self) -> LocalDay {
        self.today.plus(i32::from(self.plan.horizon_days))
    }

    fn days(&self) -> Option<RuleDays<'_>> {
        match &self.plan.trigger {
            Trigger::Calendar { rule, start } => {
                Some(RuleDays { rule, start: *start, from_minute: self.plan.from_minute, zone: self.zone })
            }
            _ => None,
        }
    }
}

/// A schedule's zones as they are met, by key.
pub type Zones<'a> = BTreeMap<i64, InZone<'a>>;

/// A zone of a schedule, read once in a step.
///
/// # Errors
/// The database.
pub fn zone_of<'z, 's>(
    tx: &Tx<'_>,
    schedule: &'s StoredSchedule,
    target: Target,
    zones: &'z mut Zones<'s>,
) -> Result<&'z InZone<'s>, Error> {
    let read = || InZone::new(tx, &schedule.plan, (schedule.utility, target.zone), target.time_zone, tx.now);
    let found = match zones.entry(target.zone) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(free) => free.insert(read()?),
    };
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Millilitres;
    use domain::maintenance::schedule::plan::Selection;
    use domain::maintenance::work_order::WorkKind;

    fn plan(trigger: Trigger) -> Plan {
        Plan {
            name: "Inspeksi".into(),
            work: WorkKind::Inspection,
            trigger,
            selection: Selection::default(),
            on_off_day: OnOffDay::Keep,
            from_minute: 480,
            window_minutes: 120,
            job_minutes: 45,
            horizon_days: 7,
            technician: None,
            text: String::new(),
        }
    }

    fn in_zone(plan: &Plan, today: LocalDay) -> InZone<'_> {
        InZone { plan, zone: TimeZone::Jakarta, off: OffDays::default(), today, ahead: OnceCell::new() }
    }

    #[test]
    fn the_days_ahead_are_walked_over_once_however_many_meters_ask() {
        let today = LocalDay(20_787);
        let daily = plan(Trigger::Calendar { rule: "FREQ=DAILY".into(), start: LocalDay(18_262) });
        let zone = in_zone(&daily, today);
        let first = zone.ahead().unwrap();
        assert_eq!(first, zone.done_between((today, today.plus(7))).unwrap());
        assert_eq!(first.len(), 8);
        assert!(std::ptr::eq(first, zone.ahead().unwrap()), "they are those that were found");
        let by_volume = plan(Trigger::Volume { every: Millilitres::cubic_metres(1) });
        assert!(in_zone(&by_volume, today).ahead().unwrap().is_empty());
    }
}
