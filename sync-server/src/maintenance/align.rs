//! Brings orders that nobody has begun into line with their schedule after it, or a holiday, has changed. What was begun, done or cancelled stays as
//! it is; so does when and by whom a person has set it to be done.

use crate::core::Tx;
use crate::error::Error;
use crate::maintenance::conditions::{anniversaries, holds};
use crate::maintenance::due_days::{InZone, Zones, zone_of};
use crate::maintenance::notifications;
use crate::maintenance::orders::put;
use crate::maintenance::rows::generated::{Lost, Set, Target, Waiting};
use crate::maintenance::rows::schedules::{NEVER, StoredSchedule};
use crate::maintenance::rows::{generated, schedules};
use crate::maintenance::{records, rows};
use domain::maintenance::schedule::due::FURTHEST_SHIFT;
use domain::maintenance::schedule::plan::Trigger;
use domain::maintenance::work_order::Window;
use domain::{LocalDay, UtcMillis};
use protocol::maintenance::schedules::ScheduleState;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Orders that one step looks at.
const ORDERS: usize = 200;

/// Days ahead and back of which the days of a rule are looked at: all that a horizon has reached.
const FURTHEST: i32 = 400;

/// Of each zone (key): by the rule's day when its work is done; none where it is left out.
type DaysOfZones = BTreeMap<i64, BTreeMap<LocalDay, Option<LocalDay>>>;

/// Brings the next orders of a schedule into line with it. After the last of them it goes on to announce.
///
/// # Errors
/// The database; then nothing of the step is done.
pub fn align(tx: &mut Tx<'_>, schedule: &StoredSchedule) -> Result<(), Error> {
    let waiting = generated::not_begun(tx, schedule.num, schedule.walked, ORDERS)?;
    let is_last = waiting.len() < ORDERS;
    let (mut zones, mut days, mut walked) = (Zones::new(), DaysOfZones::new(), schedule.walked);
    for order in &waiting {
        align_one(tx, schedule, order, (&mut zones, &mut days))?;
        walked = order.num;
    }
    let next = match (is_last, schedule.state) {
        (false, _) => (true, walked, UtcMillis(0)),
        (true, ScheduleState::Active) => (false, 0, UtcMillis(0)),
        (true, ScheduleState::Paused | ScheduleState::Ended) => (false, 0, NEVER),
    };
    schedules::write_walk(tx, schedule.num, next)
}

fn align_one<'s>(
    tx: &mut Tx<'_>,
    schedule: &'s StoredSchedule,
    order: &Waiting,
    (zones, days): (&mut Zones<'s>, &mut DaysOfZones),
) -> Result<(), Error> {
    if schedule.state == ScheduleState::Ended {
        return withdraw(tx, order);
    }
    let Some(target) = generated::target_of(tx, schedule.utility, &schedule.plan.selection, order.meter)? else {
        return withdraw(tx, order);
    };
    let zone = zone_of(tx, schedule, target, zones)?;
    // What should have been done before today is still to be done.
    let is_late = zone.zone.day_of(order.window.from) < zone.today;
    let Some(day) = due_day(tx, schedule, (order, target), (zone, days))? else {
        return if is_late { Ok(()) } else { withdraw(tx, order) };
    };
    // Nobody works on a day that is over: what a day off that was entered late would move back there stays where it is.
    let (window, technician) = if order.moved || is_late || day < zone.today {
        (order.window, order.set.technician.clone())
    } else {
        let named = match schedule.plan.technician {
            Some(user) => rows::technician_of(tx, order.meter, user)?,
            None => None,
        };
        (zone.window(day), named)
    };
    let plan = &schedule.plan;
    let set = Set {
        work: plan.work,
        technician,
        text: plan.text.clone(),
        minutes: Some(plan.job_minutes),
        schedule: plan.name.clone(),
    };
    rewrite(tx, order, window, &set)
}

/// On which day an order is done now; none where its schedule has it no more.
fn due_day(
    tx: &Tx<'_>,
    schedule: &StoredSchedule,
    (order, target): (&Waiting, Target),
    (zone, days): (&InZone<'_>, &mut DaysOfZones),
) -> Result<Option<LocalDay>, Error> {
    let stays = zone.zone.day_of(order.window.from);
    match &schedule.plan.trigger {
        Trigger::Calendar { .. } => {
            let of_zone = match days.entry(target.zone) {
                Entry::Occupied(known) => known.into_mut(),
                // Those of before as well: a person may have moved their work to a day that is to come.
                Entry::Vacant(free) => {
                    let (back, ahead) = (FURTHEST + 2 * FURTHEST_SHIFT, FURTHEST + FURTHEST_SHIFT);
                    let around = zone.dues_between((zone.today.plus(-back), zone.today.plus(ahead)))?;
                    free.insert(around.into_iter().map(|due| (due.rule_day, due.day)).collect())
                }
            };
            // A day off cancels the work of that day, but not work that a person has moved to another day.
            let has_left = order.moved && stays != order.rule_day && !zone.off.is_off(stays);
            Ok(of_zone.get(&order.rule_day).and_then(|day| day.or(has_left.then_some(stays))))
        }
        // Of a horizon of a year there may be two, of which the earlier one is to be done as well.
        Trigger::Age { years } => Ok(anniversaries(tx, order.meter, *years, zone)?.contains(&order.rule_day).then_some(stays)),
        Trigger::Volume { .. } | Trigger::Battery { .. } | Trigger::Health { .. } => {
            Ok(holds(tx, schedule, order.meter)?.then_some(stays))
        }
    }
}

fn rewrite(tx: &mut Tx<'_>, order: &Waiting, window: Window, set: &Set) -> Result<(), Error> {
    if order.window == window && order.set == *set {
        return Ok(());
    }
    let rev = generated::rewrite(tx, order.num, window, set)?;
    put(tx, order.meter, order.id, rev)?;
    notifications::settle(tx, (order.id, order.meter))
}

fn withdraw(tx: &mut Tx<'_>, order: &Waiting) -> Result<(), Error> {
    withdraw_at(tx, (order.num, order.id, order.meter))
}

fn withdraw_at(tx: &mut Tx<'_>, (order, id, meter): Lost) -> Result<(), Error> {
    let (rev, ended) = (generated::withdraw(tx, order)?, tx.now);
    put(tx, meter, id, rev)?;
    notifications::ended(tx, (id, meter))?;
    // Something is recorded before work begins as well, and by a clock that was set back it was done after this.
    records::mark_late(tx, (order, meter), ended)
}

/// Withdraws the work of a schedule (key) that nobody has begun at meters, behind a key and up to another one, that were taken down: the meter in
/// their place has work of its own.
///
/// # Errors
/// The database.
pub fn withdraw_lost(tx: &mut Tx<'_>, schedule: i64, meters: (i64, i64)) -> Result<(), Error> {
    for lost in generated::at_no_place(tx, schedule, meters)? {
        withdraw_at(tx, lost)?;
    }
    Ok(())
}
