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
}

impl<'a> InZone<'a> {
    /// A schedule of a utility in a zone (key), as of an instant.
    ///
    /// # Errors
    /// The database.
    pub fn new(db: &Db, plan: &'a Plan, (utility, zone): (i64, i64), time: TimeZone, now: UtcMillis) -> Result<Self, Error> {
        Ok(Self { plan, zone: time, off: holidays::off_days(db, utility, zone)?, today: time.day_of(now) })
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

    /// The days of a rule of days from one day to another, both included, with when their work is done.
    ///
    /// # Errors
    /// It is no rule.
    pub fn dues_between(&self, (from, until): (LocalDay, LocalDay)) -> Result<Vec<DueDay>, Error> {
        let Some(days) = self.days() else { return Ok(Vec::new()) };
        Ok(dues(&days.between(from, until)?, self.plan.on_off_day, &self.off))
    }

    /// The next days of a rule of days, so many at most, with when their work is done: those of before today as well whose work is moved to a day that
    /// is to come.
    ///
    /// # Errors
    /// It is no rule.
    pub fn next(&self, most: usize) -> Result<Vec<DueDay>, Error> {
        let Some(days) = self.days() else { return Ok(Vec::new()) };
        let mut all = days.between(self.today.plus(-2 * FURTHEST_SHIFT), self.today.plus(-1))?;
        all.extend(days.next(self.today, most)?);
        let is_to_come = |due: &DueDay| due.rule_day >= self.today || due.day.is_some_and(|day| day >= self.today);
        Ok(dues(&all, self.plan.on_off_day, &self.off).into_iter().filter(is_to_come).take(most).collect())
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
    use domain::maintenance::schedule::plan::Selection;
    use domain::maintenance::work_order::WorkKind;

    #[test]
    fn work_of_a_day_that_is_over_is_next_where_it_was_moved_to_one_to_come() {
        let day = |month, of| LocalDay::from_ymd(2026, month, of).expect("a day");
        let plan = Plan {
            name: "Inspeksi bulanan".into(),
            work: WorkKind::Inspection,
            trigger: Trigger::Calendar { rule: "FREQ=MONTHLY;BYMONTHDAY=22".into(), start: day(1, 22) },
            selection: Selection::default(),
            on_off_day: OnOffDay::Next,
            from_minute: 480,
            window_minutes: 120,
            job_minutes: 45,
            horizon_days: 60,
            technician: None,
            text: String::new(),
        };
        // The 18th to the 24th of March are off: Nyepi and Idulfitri.
        let of = |today| InZone { plan: &plan, zone: TimeZone::Jakarta, off: OffDays::new([]), today };
        let next = |today| of(today).next(2).expect("days");
        let due = |rule_day, day| DueDay { rule_day, day: Some(day) };
        assert_eq!(next(day(3, 23)), [due(day(3, 22), day(3, 25)), due(day(4, 22), day(4, 22))]);
        assert_eq!(next(day(3, 26)), [due(day(4, 22), day(4, 22)), due(day(5, 22), day(5, 22))]);
    }
}
