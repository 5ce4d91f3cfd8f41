//! Announces the work of schedules for a horizon of days, in steps of bounded length, each in a transaction of its own. Whatever is interrupted
//! goes on where it was: what was announced is found by schedule, meter and the rule's day, which the schema allows once.

use crate::core::Tx;
use crate::error::Error;
use crate::maintenance::align::{align, withdraw_lost};
use crate::maintenance::conditions::{holds, of_age};
use crate::maintenance::due_days::{Zones, zone_of};
use crate::maintenance::orders;
use crate::maintenance::rows;
use crate::maintenance::rows::generated::Target;
use crate::maintenance::rows::schedules::{NEVER, StoredSchedule};
use crate::maintenance::rows::{BySchedule, NewOrder, generated, schedules};
use domain::core::local_time::HOUR_MS;
use domain::maintenance::priority::Priority;
use domain::maintenance::schedule::plan::{Trigger, passed};
use domain::{LocalDay, UtcMillis, WorkOrderId};
use protocol::maintenance::schedules::ScheduleState;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use uuid::Uuid;

/// Meters that one step looks at.
const METERS: usize = 200;

/// Orders that one step announces, and a few of its last meter more.
const ORDERS: u32 = 400;

/// How often a schedule is looked at again: for meters that were installed meanwhile, days that have come into its horizon, and conditions.
const AGAIN_MS: i64 = HOUR_MS;

/// An import is taken back within 72 hours. Until then nothing is announced at what it has brought.
const TAKEN_BACK_MS: i64 = 72 * HOUR_MS;

/// Days after which work by a condition is announced again that still holds, from the day of the last on: what was mended reports it by then.
const REST_DAYS: i32 = 14;

/// Of each zone (key) the days within the horizon: the rule's, and when its work is done. A rule is expanded once in a step for each of them, not
/// for each meter.
type DaysOfZones = BTreeMap<i64, Vec<(LocalDay, LocalDay)>>;

/// Does the next step of a schedule (key).
///
/// # Errors
/// The database; then nothing of the step is done.
pub fn step(tx: &mut Tx<'_>, num: i64) -> Result<(), Error> {
    let Some(schedule) = schedules::by_key(tx, num)? else { return Ok(()) };
    if schedule.realign {
        return align(tx, &schedule);
    }
    if schedule.state != ScheduleState::Active {
        return schedules::write_walk(tx, num, (false, 0, NEVER));
    }
    let which = (schedule.utility, &schedule.plan.selection);
    let targets = generated::targets(tx, which, (schedule.walked, METERS), tx.now.plus(-TAKEN_BACK_MS))?;
    let is_last = targets.len() < METERS;
    let reach = targets.last().filter(|_| !is_last).map_or(i64::MAX, |target| target.meter);
    withdraw_lost(tx, schedule.num, (schedule.walked, reach))?;
    let (mut zones, mut days, mut announced, mut walked) = (Zones::new(), DaysOfZones::new(), 0, schedule.walked);
    for target in targets {
        if announced >= ORDERS {
            return schedules::write_walk(tx, num, (false, walked, UtcMillis(0)));
        }
        announced += announce_at(tx, &schedule, target, (&mut zones, &mut days))?;
        walked = target.meter;
    }
    let next = if is_last { (false, 0, tx.now.plus(AGAIN_MS)) } else { (false, walked, UtcMillis(0)) };
    schedules::write_walk(tx, num, next)
}

/// Announces what is missing at a meter; returns how much.
fn announce_at<'s>(
    tx: &mut Tx<'_>,
    schedule: &'s StoredSchedule,
    target: Target,
    (zones, of_zones): (&mut Zones<'s>, &mut DaysOfZones),
) -> Result<u32, Error> {
    let zone = zone_of(tx, schedule, target, zones)?;
    let days = match &schedule.plan.trigger {
        Trigger::Calendar { .. } => match of_zones.entry(target.zone) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(free) => free.insert(zone.done_between((zone.today, zone.horizon()))?).clone(),
        },
        Trigger::Age { years } => of_age(tx, target.meter, *years, zone)?.into_iter().collect(),
        Trigger::Volume { .. } | Trigger::Battery { .. } | Trigger::Health { .. } => {
            let soon = zone.soon();
            // A volume counts anew from where it fell due: it is not looked at while its day has work that was done ahead of time.
            let is_free = match soon {
                Some(day) => !generated::has_order(tx, schedule.num, target.meter, day)?,
                None => false,
            };
            let is_due = is_free && rests(tx, schedule, target.meter, zone.today)? && is_due_now(tx, schedule, target.meter)?;
            soon.filter(|_| is_due).map(|day| (day, day)).into_iter().collect()
        }
    };
    let mut announced = 0;
    for (rule_day, day) in days {
        if generated::has_order(tx, schedule.num, target.meter, rule_day)? {
            continue;
        }
        let technician = match schedule.plan.technician {
            Some(user) => rows::technician_of(tx, target.meter, user)?,
            None => None,
        };
        let new = NewOrder {
            id: WorkOrderId(Uuid::now_v7()),
            meter: target.meter,
            work: schedule.plan.work,
            window: zone.window(day),
            technician,
            text: &schedule.plan.text,
            author: schedule.author,
            at: tx.now,
            minutes: Some(schedule.plan.job_minutes),
            priority: Priority::default(),
            template: None,
            schedule: Some(BySchedule { key: schedule.num, name: &schedule.plan.name, rule_day }),
        };
        orders::announce(tx, &new)?;
        announced += 1;
    }
    Ok(announced)
}

/// Whether nothing by a condition is announced at a meter, nor was a short while ago.
fn rests(tx: &Tx<'_>, schedule: &StoredSchedule, meter: i64, today: LocalDay) -> Result<bool, Error> {
    let newest = generated::newest_order(tx, schedule.num, meter)?;
    let rests = |rule_day: LocalDay| match schedule.plan.trigger {
        // What has passed is counted from the last time on by itself.
        Trigger::Volume { .. } => true,
        _ => today.0 - rule_day.0 > REST_DAYS,
    };
    Ok(newest.is_none_or(|(is_open, rule_day)| !is_open && rests(rule_day)))
}

/// Whether work by a condition is due at a meter now. A volume that has passed counts from there on anew.
fn is_due_now(tx: &mut Tx<'_>, schedule: &StoredSchedule, meter: i64) -> Result<bool, Error> {
    let Trigger::Volume { every } = schedule.plan.trigger else { return holds(tx, schedule, meter) };
    let Some((register, _)) = generated::newest(tx, meter)? else { return Ok(false) };
    let known = generated::base(tx, schedule.num, meter)?;
    let (times, base) = known.map_or((0, register), |known| passed(known, register, every));
    if known != Some(base) {
        generated::write_base(tx, schedule.num, meter, base)?;
    }
    Ok(times > 0)
}
