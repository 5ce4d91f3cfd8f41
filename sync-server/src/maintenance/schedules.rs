//! Schedules as admins manage them: added, set otherwise, paused and ended, each with its audit entry, once for each key, and never over somebody
//! else's change; and what one would do.

use crate::billing::tariffs::today;
use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit, scope};
use crate::error::Error;
use crate::maintenance::due_days::InZone;
use crate::maintenance::expand::RuleDays;
use crate::maintenance::rows::schedules::{StoredSchedule, zones};
use crate::maintenance::rows::{generated, holidays, schedules as rows};
use crate::metering::rows::zones::{is_recorded, technician};
use domain::core::text::visible;
use domain::maintenance::schedule::due::DueDay;
use domain::maintenance::schedule::holidays::{Certainty, HolidayKind, known};
use domain::maintenance::schedule::plan::{Plan, Trigger, Wrong};
use domain::maintenance::schedule::rule::BadRule;
use domain::maintenance::work_order::clean_text;
use domain::people::permission::{Permission, allows};
use domain::{LocalDay, TimeZone, UserId, UtcMillis, ZoneId};
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use protocol::maintenance::schedules::{
    MOST_ORDERS, MOST_SCHEDULES, NEXT_SHOWN, PREVIEWED, PreviewDay, ScheduleDeed, SchedulePreview, ScheduleRow, ScheduleState,
    Schedules, WorkScheduleChange,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What changed of a schedule: field, before, after.
type Changes = Vec<(&'static str, String, String)>;

fn refused(sentence: &str) -> Error {
    Error::problem(Code::BadRequest, sentence)
}

const fn sentence(wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::Name => "work_schedule_name: a schedule's name has 3 to 60 characters",
        Wrong::Rule => "work_schedule_rule: its first day is between 2020 and 2100",
        Wrong::Limit => "work_schedule_limit: this is no limit that can be set",
        Wrong::Hours => "work_schedule_hours: the window ends on its day, and one job of 5 minutes to 12 hours fits into it",
        Wrong::Horizon => "work_schedule_horizon: work is announced 7 to 366 days ahead",
        Wrong::Meters => "work_schedule_meters: 100 zones and 500 meters at most are named",
        Wrong::Text => "work_schedule_text: the note has 500 characters at most",
    }
}

const fn rule_sentence(bad: BadRule) -> &'static str {
    match bad {
        BadRule::Form => {
            "work_schedule_rule: it is written as NAME=VALUE;NAME=VALUE in capitals, without RRULE: and spaces, in 500 characters at most"
        }
        BadRule::Part => {
            "work_schedule_rule: it names days by FREQ, INTERVAL, COUNT, UNTIL, WKST, BYMONTH, BYWEEKNO, BYYEARDAY, BYMONTHDAY, BYDAY and BYSETPOS, and has no other part"
        }
        BadRule::Twice => "work_schedule_rule: one of its parts stands there twice",
        BadRule::Value => {
            "work_schedule_rule: one of its parts has a value that it cannot have: FREQ is DAILY, WEEKLY, MONTHLY or YEARLY, INTERVAL 1 to 366, COUNT 1 to 10,000, UNTIL a day as 20271231 or an instant as 20271231T100000Z"
        }
        BadRule::NoFrequency => "work_schedule_rule: it has no FREQ",
        BadRule::TwoEnds => "work_schedule_rule: it ends by COUNT or by UNTIL, and not by both",
        BadRule::Mixture => {
            "work_schedule_rule: its parts cannot be used together: 1MO is for MONTHLY (-4 to 5) and YEARLY, and not beside MO or BYWEEKNO; BYMONTHDAY not for WEEKLY; BYYEARDAY and BYWEEKNO for YEARLY, BYWEEKNO with BYDAY; BYSETPOS beside another BY"
        }
    }
}

/// Why a plan cannot be set.
fn fault(plan: &Plan, wrong: Wrong) -> Error {
    let bad = plan.bad_rule().filter(|_| wrong == Wrong::Rule);
    refused(bad.map_or_else(|| sentence(wrong), rule_sentence))
}

/// The caller as the database has it now: a right may have gone while the call waited for its turn.
///
/// # Errors
/// It has, or the database.
pub fn still_admin(tx: &Tx<'_>, admin: &Caller) -> Result<Caller, Error> {
    let still = scope::caller(tx, admin.session)?.filter(|caller| allows(caller.role, Permission::ManageWork));
    still.ok_or_else(|| Error::problem(Code::Denied, "you are no admin any more"))
}

/// The schedules of a utility.
///
/// # Errors
/// The database.
pub fn list(db: &Db, utility: i64, now: UtcMillis) -> Result<Schedules, Error> {
    let all = rows::all(db, utility)?.iter().map(|stored| shown(db, stored, now)).collect::<Result<Vec<_>, _>>()?;
    Ok(Schedules {
        schedules: all,
        models: rows::models(db, utility)?,
        zones: zones(db, utility)?.into_iter().map(|(.., zone)| zone).collect(),
        technicians: rows::technicians(db, utility)?,
        today: today(db, utility, now)?,
    })
}

fn shown(db: &Db, stored: &StoredSchedule, now: UtcMillis) -> Result<ScheduleRow, Error> {
    let meters = generated::by_zone(db, stored.utility, &stored.plan.selection)?;
    let next =
        if stored.state == ScheduleState::Active { next(db, stored.utility, &stored.plan, NEXT_SHOWN, now)? } else { Vec::new() };
    Ok(ScheduleRow {
        id: stored.id,
        rev: stored.rev,
        plan: stored.plan.clone(),
        state: stored.state,
        author: stored.author_name.clone(),
        at: stored.at,
        next,
        waiting: generated::count_not_begun(db, stored.num)?,
        meters: meters.iter().map(|(.., meters)| meters).sum(),
        in_work: stored.realign || stored.due_at <= now,
    })
}

/// The next days of a plan in the first of its zones, or in the first of the utility where it is about no meter.
fn next(db: &Db, utility: i64, plan: &Plan, most: usize, now: UtcMillis) -> Result<Vec<DueDay>, Error> {
    first_zone(db, utility, plan, now)?.map_or(Ok(Vec::new()), |zone| zone.next(most))
}

fn first_zone<'p>(db: &Db, utility: i64, plan: &'p Plan, now: UtcMillis) -> Result<Option<InZone<'p>>, Error> {
    first_key(db, utility, plan)?.map(|(zone, time)| InZone::new(db, plan, (utility, zone), time, now)).transpose()
}

/// The key of that zone, and its time.
fn first_key(db: &Db, utility: i64, plan: &Plan) -> Result<Option<(i64, TimeZone)>, Error> {
    let of_meters = generated::by_zone(db, utility, &plan.selection)?.first().map(|(zone, time, _)| (*zone, *time));
    match of_meters {
        Some(found) => Ok(Some(found)),
        None => Ok(zones(db, utility)?.first().map(|(zone, time, _)| (*zone, *time))),
    }
}

/// A plan as it is kept, if it can be: its texts without what cannot be seen, its zones, meters and technician those of the utility. A technician whom
/// the schedule named before may have left: its work is for anybody then, and the rest of it can be changed all the same.
fn checked(db: &Db, utility: i64, (plan, named): (&Plan, Option<UserId>), now: UtcMillis) -> Result<Plan, Error> {
    if let Some(wrong) = plan.faults().first() {
        return Err(fault(plan, *wrong));
    }
    let known: BTreeSet<_> = zones(db, utility)?.into_iter().map(|(.., zone)| zone.id).collect();
    if !plan.selection.zones.iter().all(|zone| known.contains(zone)) {
        return Err(Error::problem(Code::NotFound, "there is no such zone"));
    }
    if let Some(technician) = plan.technician.filter(|technician| named != Some(*technician)) {
        let technicians = rows::technicians(db, utility)?;
        if !technicians.iter().any(|one| one.id == technician) {
            return Err(Error::problem(Code::NotFound, "there is no such technician"));
        }
    }
    let orders = announced_at_once(db, utility, plan, now)?;
    if orders.is_some_and(|orders| orders > MOST_ORDERS) {
        return Err(refused(
            "work_schedule_many: it would announce more than 50,000 orders at once: choose fewer meters or days",
        ));
    }
    let text = clean_text(&plan.text).map_err(|_| refused(sentence(Wrong::Text)))?;
    Ok(Plan { name: visible(&plan.name).trim().to_owned(), text, ..plan.clone() })
}

/// Refuses a rule that never has a day, such as each 30th of February: whenever its next day is asked for, that would be searched for in vain, among
/// 100,000 months or years.
fn require_days(plan: &Plan) -> Result<(), Error> {
    let Trigger::Calendar { rule, start } = &plan.trigger else { return Ok(()) };
    // What cannot be set for another reason is refused for that one.
    if plan.faults().iter().any(|wrong| *wrong != Wrong::Name) {
        return Ok(());
    }
    // Of the zones it is the one in which each day begins first: an end leaves it every day that it leaves another one.
    let days = RuleDays { rule, start: *start, from_minute: plan.from_minute, zone: TimeZone::Jayapura };
    if days.next(*start, 1)?.is_empty() {
        return Err(refused("work_schedule_days: this rule never has a day"));
    }
    Ok(())
}

/// What is asked for, if it is no rule that never has a day. It is to be looked at before the writer's turn, since a search may take long.
///
/// # Errors
/// It is one (`work_schedule_days`).
pub fn with_days(asked: WorkScheduleChange) -> Result<WorkScheduleChange, Error> {
    match &asked.act {
        ScheduleDeed::Add { plan } | ScheduleDeed::Change { plan, .. } => require_days(plan)?,
        ScheduleDeed::Pause { .. } | ScheduleDeed::Resume { .. } | ScheduleDeed::End { .. } => {}
    }
    Ok(asked)
}

/// How many orders a plan would announce at once; none where only each meter by itself can say.
fn announced_at_once(db: &Db, utility: i64, plan: &Plan, now: UtcMillis) -> Result<Option<u32>, Error> {
    match plan.trigger {
        Trigger::Calendar { .. } => {
            let mut orders = 0_u32;
            for (zone, time, meters) in generated::by_zone(db, utility, &plan.selection)? {
                let zone = InZone::new(db, plan, (utility, zone), time, now)?;
                let days = zone.done_between((zone.today, zone.horizon()))?.len();
                orders = orders.saturating_add(meters.saturating_mul(u32::try_from(days).unwrap_or(u32::MAX)));
            }
            Ok(Some(orders))
        }
        Trigger::Volume { .. } => Ok(Some(0)),
        Trigger::Battery { below } => Ok(Some(generated::low_batteries(db, utility, &plan.selection, below)?)),
        Trigger::Age { years } => {
            let (year, month, day) = today(db, utility, now)?.plus(i32::from(plan.horizon_days)).ymd();
            let before = LocalDay::from_ymd(year - i16::from(years), month, day.min(28)).unwrap_or(LocalDay(0));
            let at = UtcMillis(i64::from(before.0) * domain::core::local_time::DAY_MS);
            Ok(Some(generated::in_service_by(db, utility, &plan.selection, at)?))
        }
        Trigger::Health { .. } => Ok(None),
    }
}

/// What a plan would do.
///
/// # Errors
/// It cannot be set, or the database.
pub fn preview(db: &Db, utility: i64, plan: &Plan, now: UtcMillis) -> Result<SchedulePreview, Error> {
    // A name is chosen last: what a rule gives is shown before it.
    if let Some(wrong) = plan.faults().into_iter().find(|wrong| *wrong != Wrong::Name) {
        return Err(fault(plan, wrong));
    }
    require_days(plan)?;
    let dues = next(db, utility, plan, PREVIEWED, now)?;
    let stretch = dues.first().zip(dues.last()).map(|(first, last)| (first.rule_day, last.rule_day));
    let set = stretch.map(|stretch| holidays::between(db, utility, stretch)).transpose()?.unwrap_or_default();
    let first = first_key(db, utility, plan)?.map(|(zone, _)| zone);
    let here = zones(db, utility)?.into_iter().find(|(key, ..)| first == Some(*key)).map(|(.., zone)| zone.id);
    let set_at = |place: Option<ZoneId>, day: LocalDay| {
        set.iter().find(|(holiday, zone)| *zone == place && holiday.day == day).map(|(holiday, _)| holiday.clone())
    };
    let name = |day: LocalDay| {
        let found = here
            .and_then(|zone| set_at(Some(zone), day))
            .or_else(|| set_at(None, day))
            .or_else(|| known(day.ymd().0).1.into_iter().find(|holiday| holiday.day == day));
        found.filter(|holiday| holiday.kind != HolidayKind::Working).map_or_else(String::new, |holiday| holiday.name)
    };
    let years: BTreeSet<i16> = dues.iter().map(|due| due.rule_day.ymd().0).collect();
    Ok(SchedulePreview {
        days: dues.into_iter().map(|due| PreviewDay { due, holiday: name(due.rule_day) }).collect(),
        meters: generated::by_zone(db, utility, &plan.selection)?.iter().map(|(.., meters)| meters).sum(),
        orders: announced_at_once(db, utility, plan, now)?,
        uncertain_years: years.into_iter().filter(|year| known(*year).0 != Certainty::Decreed).collect(),
    })
}

/// Does what an admin asks for, once for each key. The schedules as they are then are read elsewhere ([`list`]): their meters and days are counted for
/// each of them, which is no work for the writer.
///
/// # Errors
/// It cannot be set (`work_schedule_…`), there is no such schedule, zone or technician, somebody has changed it meanwhile (`work_schedule_changed`), or the
/// database.
pub fn change(tx: &mut Tx<'_>, admin: &Caller, asked: &WorkScheduleChange) -> Result<(), Error> {
    let admin = &still_admin(tx, admin)?;
    let kind = asked.act.kind();
    if !is_recorded(tx, admin.utility, kind, asked.key)? {
        let changes = apply(tx, admin, asked)?;
        let entry = audit::Entry::by(admin, (kind, asked.key), (Office::Maintenance as u8, asked.schedule));
        audit::record(tx, &entry, changes)?;
    }
    Ok(())
}

fn apply(tx: &mut Tx<'_>, admin: &Caller, asked: &WorkScheduleChange) -> Result<Changes, Error> {
    let utility = admin.utility;
    match &asked.act {
        ScheduleDeed::Add { plan } => {
            if rows::exists(tx, asked.schedule)? {
                return Err(refused("work_schedule_taken: there is a schedule of this identifier already"));
            }
            if rows::all(tx, utility)?.len() >= MOST_SCHEDULES {
                return Err(refused("work_schedule_most: 200 schedules are as many as there can be"));
            }
            let plan = checked(tx, utility, (plan, None), tx.now)?;
            rows::insert(tx, (utility, admin.num), asked.schedule, &plan)?;
            let technician = technician_of(tx, utility, &plan)?;
            let said = described(&plan, technician).into_iter().map(|(field, value)| (field, String::new(), value));
            Ok(said.filter(|(.., value)| !value.is_empty()).collect())
        }
        ScheduleDeed::Change { rev, plan } => {
            let stored = unchanged(tx, utility, asked.schedule, *rev)?;
            if stored.state == ScheduleState::Ended {
                return Err(refused("work_schedule_ended: it has ended: make another one"));
            }
            let plan = checked(tx, utility, (plan, stored.plan.technician), tx.now)?;
            rows::write(tx, stored.num, admin.num, (&plan, stored.state))?;
            let (before, after) = (technician_of(tx, utility, &stored.plan)?, technician_of(tx, utility, &plan)?);
            let pairs = described(&stored.plan, before).into_iter().zip(described(&plan, after));
            Ok(pairs
                .map(|((field, before), (_, after))| (field, before, after))
                .filter(|(_, before, after)| before != after)
                .collect())
        }
        ScheduleDeed::Pause { rev } => set_state(tx, admin, (asked.schedule, *rev), ScheduleState::Paused),
        ScheduleDeed::Resume { rev } => set_state(tx, admin, (asked.schedule, *rev), ScheduleState::Active),
        ScheduleDeed::End { rev } => set_state(tx, admin, (asked.schedule, *rev), ScheduleState::Ended),
    }
}

fn set_state(tx: &mut Tx<'_>, admin: &Caller, (id, rev): (Uuid, i64), to: ScheduleState) -> Result<Changes, Error> {
    let stored = unchanged(tx, admin.utility, id, rev)?;
    if stored.state == ScheduleState::Ended {
        return Err(refused("work_schedule_ended: it has ended: make another one"));
    }
    rows::write(tx, stored.num, admin.num, (&stored.plan, to))?;
    let named = ("name", String::new(), stored.plan.name);
    Ok(vec![named, ("schedule_state", stored.state.as_str().to_owned(), to.as_str().to_owned())])
}

/// A schedule, if it is as whoever changes it has read it.
fn unchanged(db: &Db, utility: i64, id: Uuid, rev: i64) -> Result<StoredSchedule, Error> {
    let found = rows::find(db, utility, id)?.ok_or_else(|| Error::problem(Code::NotFound, "there is no such schedule"))?;
    if found.rev != rev {
        return Err(refused("work_schedule_changed: somebody has changed it meanwhile: read it again"));
    }
    Ok(found)
}

/// The name of whoever a plan names; empty: anybody of the zone.
fn technician_of(db: &Db, utility: i64, plan: &Plan) -> Result<String, Error> {
    let Some(id) = plan.technician else { return Ok(String::new()) };
    // Of somebody who is no technician any more, only the identifier is known.
    Ok(technician(db, utility, id)?.map_or_else(|| id.to_string(), |(_, found)| found.name))
}

/// A plan as the audit log has it: its fields and their values, with the name of its technician.
fn described(plan: &Plan, technician: String) -> [(&'static str, String); 10] {
    let (trigger, start) = match &plan.trigger {
        Trigger::Calendar { rule, start } => (rule.clone(), iso(*start)),
        Trigger::Volume { every } => (format!("volume {}", every.0), String::new()),
        Trigger::Battery { below } => (format!("battery {below}"), String::new()),
        Trigger::Health { below } => (format!("health {below}"), String::new()),
        Trigger::Age { years } => (format!("age {years}"), String::new()),
    };
    let of = &plan.selection;
    let meters = [of.model.clone().unwrap_or_default(), ids(&of.zones), ids(&of.meters)];
    [
        ("name", plan.name.clone()),
        ("work", plan.work.as_str().to_owned()),
        ("schedule_rule", trigger),
        ("starts", start),
        ("schedule_meters", meters.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")),
        ("on_off_day", plan.on_off_day.as_str().to_owned()),
        ("schedule_hours", format!("{}+{}/{}", plan.from_minute, plan.window_minutes, plan.job_minutes)),
        ("schedule_horizon", plan.horizon_days.to_string()),
        ("technician", technician),
        ("text", plan.text.clone()),
    ]
}

fn iso(day: LocalDay) -> String {
    let (year, month, day) = day.ymd();
    format!("{year:04}-{month:02}-{day:02}")
}

fn ids(of: &[impl ToString]) -> String {
    of.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
