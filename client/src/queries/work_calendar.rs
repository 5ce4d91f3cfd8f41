//! Work by the days of a month or a week, and technician by technician: counts and the first orders of each day, all orders of one, what is nobody's,
//! and what each technician has to do. Costs the orders of these days, each read once, and a look at the meter of each that is shown.

use crate::error::Error;
use crate::queries::read;
use crate::queries::work::PLACE;
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::core::position::Position;
use domain::maintenance::work_order::WorkState;
use domain::maintenance::workload::{Job, Load, crowded};
use domain::{LocalDay, MeterId, TimeZone, UserId, UtcMillis, WorkOrderId};
use protocol::sync::rows;
use protocol::sync::rows::{Entity, Person, WorkOrder};
use protocol::ui::maintenance::{CalendarSpan, Lane, LaneDay, LoadDay, SHOWN_OF_LANE, SHOWN_OF_LIST, TechnicianLoad, WorkDay};
use protocol::ui::{WorkCalendar, WorkCalendarQuery, WorkRow};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, HashMap};

/// Orders of six weeks of each sort, those to be done and the others, at most.
const MOST: u32 = 20_000;

/// Orders that are nobody's that are shown at most.
const TRAY: usize = 50;

/// An order with what is needed to know on which local day it is.
struct Found {
    order: WorkOrder,
    day: LocalDay,
    time_zone: TimeZone,
}

/// Whose it is, to be sorted by: nobody's first, then by name.
type Whose = Option<(String, UserId)>;

impl Found {
    fn whose(&self) -> Whose {
        self.order.technician.as_ref().map(|person| (person.name.clone(), person.id))
    }

    fn is_of(&self, technician: Option<UserId>) -> bool {
        technician.is_none_or(|id| self.order.technician.as_ref().is_some_and(|person| person.id == id))
    }

    fn job(&self) -> Job {
        Job::new(self.order.window(), self.order.minutes)
    }
}

/// The calendar of some days.
///
/// # Errors
/// The cache cannot be read.
pub fn work_calendar(db: &Connection, asked: WorkCalendarQuery) -> Result<WorkCalendar, Error> {
    let (first, last) = asked.span.days();
    let found = found(db, first, last)?;
    let is_by_technician = matches!(asked.span, CalendarSpan::Technicians(_));
    let mut days: BTreeMap<LocalDay, Vec<&Found>> = BTreeMap::new();
    let mut jobs: BTreeMap<(String, UserId), BTreeMap<LocalDay, Vec<Job>>> = BTreeMap::new();
    let (mut of_day, mut tray, mut unassigned) = (Vec::new(), Vec::new(), 0);
    for one in &found {
        let is_open = one.order.state.is_open();
        if let Some(whose) = one.whose().filter(|_| is_open) {
            jobs.entry(whose).or_default().entry(one.day).or_default().push(one.job());
        } else if one.order.state == WorkState::Scheduled {
            unassigned += 1;
            tray.push(one);
        }
        if asked.day == Some(one.day) && one.is_of(asked.technician) {
            of_day.push(one);
        }
        days.entry(one.day).or_default().push(one);
    }
    let tray = if is_by_technician { Vec::new() } else { shown(db, tray, TRAY)? };
    let lanes = if is_by_technician { lanes(db, &found)? } else { Vec::new() };
    let of_day = shown(db, of_day, SHOWN_OF_LIST)?;
    let days = days.into_iter().map(|(day, of)| work_day(db, day, of, asked.span.shown())).collect::<Result<_, _>>()?;
    let loads = jobs.into_iter().map(|((name, id), of)| TechnicianLoad { id, name, days: loads(of) }).collect();
    Ok(WorkCalendar { days, of_day, unassigned, tray, loads, lanes })
}

/// The orders of some days as a file has them: those that are not cancelled, by when they are done.
///
/// # Errors
/// The cache cannot be read.
pub fn work_rows(db: &Connection, span: CalendarSpan) -> Result<Vec<WorkRow>, Error> {
    let (first, last) = span.days();
    let mut found = found(db, first, last)?;
    found.sort_by_key(|one| (one.day, one.order.from, one.order.id));
    shown(db, found.iter().collect(), usize::MAX)
}

fn work_day(db: &Connection, day: LocalDay, of: Vec<&Found>, most: usize) -> Result<WorkDay, Error> {
    let count = |is_open: bool| of.iter().filter(|one| one.order.state.is_open() == is_open).count() as u32;
    let (open, done) = (count(true), count(false));
    Ok(WorkDay { day, open, done, first: shown(db, of, most)? })
}

fn loads(of: BTreeMap<LocalDay, Vec<Job>>) -> Vec<LoadDay> {
    let of_day = |(day, jobs): (LocalDay, Vec<Job>)| {
        let load = Load::of(&jobs);
        let minutes = u32::try_from(load.minutes).unwrap_or(u32::MAX);
        LoadDay { day, jobs: load.jobs, minutes, too_much: load.is_too_much(), overlaps: load.overlaps }
    };
    of.into_iter().map(of_day).collect()
}

/// The days technician by technician, what is nobody's first.
fn lanes(db: &Connection, found: &[Found]) -> Result<Vec<Lane>, Error> {
    let mut of: BTreeMap<Whose, BTreeMap<LocalDay, Vec<&Found>>> = BTreeMap::from([(None, BTreeMap::new())]);
    for one in found {
        of.entry(one.whose()).or_default().entry(one.day).or_default().push(one);
    }
    let lane = |(whose, days): (Whose, BTreeMap<LocalDay, Vec<&Found>>)| -> Result<Lane, Error> {
        let technician = whose.map(|(name, id)| Person { id, name });
        let days = days.into_iter().map(|(day, of)| lane_day(db, day, of, technician.is_some())).collect::<Result<_, _>>()?;
        Ok(Lane { technician, days })
    };
    of.into_iter().map(lane).collect()
}

fn lane_day(db: &Connection, day: LocalDay, mut of: Vec<&Found>, is_somebodys: bool) -> Result<LaneDay, Error> {
    of.sort_by_key(|one| (one.order.from, one.order.id));
    let open: Vec<&Found> = of.iter().copied().filter(|one| is_somebodys && one.order.state.is_open()).collect();
    let jobs: Vec<Job> = open.iter().map(|one| one.job()).collect();
    let crowded: Vec<WorkOrderId> =
        open.iter().zip(crowded(&jobs)).filter(|(_, is_so)| *is_so).map(|(one, _)| one.order.id).collect();
    Ok(LaneDay { day, jobs: of.len() as u32, first: shown(db, of, SHOWN_OF_LANE)?, crowded })
}

/// The orders that are not cancelled whose windows open on local days: those to be done first, each by when.
fn found(db: &Connection, first: LocalDay, last: LocalDay) -> Result<Vec<Found>, Error> {
    let zones = time_zones(db)?;
    // The easternmost day begins first, the westernmost ends last.
    let from = i64::from(first.0) * DAY_MS - TimeZone::Jayapura.offset_ms();
    let until = i64::from(last.0 + 1) * DAY_MS - TimeZone::Jakarta.offset_ms() + HOUR_MS;
    // One after the other: each is in the order of its index, and nothing is sorted.
    let mut query = db.prepare_cached(&format!(
        "SELECT w.body, h.zone FROM work_order w {PLACE}
         WHERE w.open = ?1 AND w.at >= ?2 AND w.at < ?3 ORDER BY w.at, w.id LIMIT +?4"
    ))?;
    let mut all = Vec::new();
    for open in [1, 0] {
        let mut rows = query.query(params![open, from, until, MOST])?;
        while let Some(row) = rows.next()? {
            let order: WorkOrder = read(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?;
            let zone: Option<String> = row.get(1)?;
            let time_zone = zone.as_ref().and_then(|zone| zones.get(zone).copied()).unwrap_or(TimeZone::Jakarta);
            let day = time_zone.day_of(order.from);
            if order.state != WorkState::Cancelled && (first..=last).contains(&day) {
                all.push(Found { order, day, time_zone });
            }
        }
    }
    name_once(&mut all);
    Ok(all)
}

/// Gives each technician one name, that of the order which was announced last: an order keeps the name of when it was given, and whoever was renamed
/// is still one person with one day's work.
fn name_once(all: &mut [Found]) {
    let mut names: HashMap<UserId, (UtcMillis, String)> = HashMap::new();
    for order in all.iter().map(|one| &one.order) {
        let Some(person) = &order.technician else { continue };
        let latest = names.entry(person.id).or_insert_with(|| (order.at, person.name.clone()));
        if latest.0 < order.at {
            *latest = (order.at, person.name.clone());
        }
    }
    for person in all.iter_mut().filter_map(|one| one.order.technician.as_mut()) {
        if let Some((_, name)) = names.get(&person.id)
            && *name != person.name
        {
            person.name.clone_from(name);
        }
    }
}

/// The first of some orders with their meters, as screens show them.
fn shown(db: &Connection, of: Vec<&Found>, most: usize) -> Result<Vec<WorkRow>, Error> {
    of.into_iter().take(most).map(|one| row(db, one)).collect()
}

fn row(db: &Connection, one: &Found) -> Result<WorkRow, Error> {
    let mut waits = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM base_row WHERE entity = ?1 AND id = ?2)")?;
    let waiting = waits.query_row(params![Entity::WorkOrder as u8, one.order.id.to_string()], |row| row.get(0))?;
    let (serial, address, position, zone) = meter(db, one.order.meter)?.unwrap_or_default();
    let zone = zone.and_then(|zone| zone.parse().ok());
    Ok(WorkRow { order: one.order.clone(), serial, address, time_zone: one.time_zone, zone, position, waiting })
}

/// The serial of a meter, where it is or the one that was put in its place, and its own zone.
type Place = (String, String, Option<Position>, Option<String>);

fn meter(db: &Connection, meter: MeterId) -> Result<Option<Place>, Error> {
    let mut query = db.prepare_cached(&format!(
        "SELECT COALESCE(m.serial, json_extract(s.body, '$.old_serial'), ''), c.address, json_extract(c.body, '$.position[0]'),
           json_extract(c.body, '$.position[1]'), m.zone FROM (SELECT ?1 AS meter) w {PLACE} LEFT JOIN connection c ON c.id = h.connection"
    ))?;
    let found = query.query_row([meter.to_string()], |row| {
        let (lat, lon): (Option<i32>, Option<i32>) = (row.get(2)?, row.get(3)?);
        let position = lat.zip(lon).and_then(|(lat, lon)| Position::new(lat, lon));
        Ok((row.get(0)?, row.get::<_, Option<String>>(1)?.unwrap_or_default(), position, row.get(4)?))
    });
    Ok(found.optional()?)
}

fn time_zones(db: &Connection) -> Result<HashMap<String, TimeZone>, Error> {
    let mut query = db.prepare_cached("SELECT id, body FROM zone")?;
    let found = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<Vec<(String, String)>, _>>()?;
    found.into_iter().map(|(id, body)| Ok((id, read::<rows::Zone>(&body)?.time_zone))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use domain::maintenance::priority::Priority;
    use domain::maintenance::work_order::{DeferReason, TurnKind, WorkKind, WorkStage};
    use domain::{LocalMonth, ZoneId};
    use protocol::sync::rows::WorkTurn;
    use uuid::Uuid;

    /// A Monday.
    const MONDAY: LocalDay = LocalDay(20_787);

    fn person(id: u128, name: &str) -> Person {
        Person { id: UserId(Uuid::from_u128(id)), name: name.into() }
    }

    /// An order at the meter in Jayapura, or at one that this device does not hold.
    fn order(id: u128, from: UtcMillis, technician: Option<Person>, is_held: bool) -> WorkOrder {
        WorkOrder {
            id: WorkOrderId(Uuid::from_u128(id)),
            meter: MeterId(Uuid::from_u128(if is_held { 1 } else { 2 })),
            work: WorkKind::Inspection,
            state: WorkState::Scheduled,
            from,
            until: from.plus(HOUR_MS),
            technician,
            text: String::new(),
            author: "Ratna".into(),
            at: from,
            begun_at: None,
            begun_by: String::new(),
            completed_at: None,
            completed_by: String::new(),
            cancelled_at: None,
            minutes: Some(45),
            schedule: String::new(),
            priority: Priority::Normal,
            template: None,
            turns: Vec::new(),
            review: Vec::new(),
        }
    }

    fn store(orders: &[WorkOrder]) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("cache.db"), &"00".repeat(32)).unwrap();
        let zone =
            rows::Zone { id: ZoneId(Uuid::from_u128(1)), name: "Timur".into(), time_zone: TimeZone::Jayapura, outline: None };
        store
            .write_now(|db| {
                let (meter, zone_id) = (Uuid::from_u128(1).to_string(), zone.id.to_string());
                let body = serde_json::to_string(&zone).unwrap();
                db.execute("INSERT INTO zone (id, rev, body) VALUES (?1, 1, ?2)", params![zone_id, body])?;
                db.execute(
                    "INSERT INTO connection (id, rev, customer, zone, address, body) VALUES ('c', 1, '', ?1, 'Jl. Melati 1', ?2)",
                    params![zone_id, r#"{"position":[-2500000,140700000]}"#],
                )?;
                db.execute(
                    "INSERT INTO meter (id, rev, serial, connection, zone, body) VALUES (?1, 1, 'WM-1', 'c', ?2, '{}')",
                    params![meter, zone_id],
                )?;
                for order in orders {
                    let values = params![
                        order.id.to_string(),
                        order.meter.to_string(),
                        order.from.0,
                        i64::from(order.state.is_open()),
                        serde_json::to_string(order).unwrap()
                    ];
                    db.execute("INSERT INTO work_order (id, rev, meter, at, open, body) VALUES (?1, 1, ?2, ?3, ?4, ?5)", values)?;
                }
                Ok(())
            })
            .unwrap();
        (folder, store)
    }

    fn ask(store: &Store, span: CalendarSpan, day: LocalDay, technician: Option<UserId>) -> WorkCalendar {
        store.read_now(|db| work_calendar(db, WorkCalendarQuery { span, day: Some(day), technician })).unwrap()
    }

    #[test]
    fn work_that_was_put_off_is_to_be_done_and_nobodys_again() {
        let mut late = order(1, TimeZone::Jayapura.start_of(MONDAY), None, true);
        let turned = |at, turn, reason| WorkTurn { at: UtcMillis(at), turn, reason, text: String::new(), by: "Budi".into() };
        late.turns = vec![turned(1, TurnKind::Going, None), turned(2, TurnKind::Deferred, Some(DeferReason::NoPart))];
        (late.begun_at, late.state) = (Some(UtcMillis(1)), late.progress().state());
        let (_folder, store) = store(&[late]);
        let week = ask(&store, CalendarSpan::Week(MONDAY), MONDAY, None);
        assert_eq!((week.days[0].open, week.unassigned, week.tray[0].order.stage()), (1, 1, WorkStage::Deferred));
    }

    #[test]
    fn work_at_a_meter_that_was_swapped_is_where_the_new_one_is_and_in_no_zone_of_its_own() {
        let (_folder, store) = store(&[order(1, TimeZone::Jayapura.start_of(MONDAY), None, false)]);
        let [old, new] = [2, 1].map(|number| Uuid::from_u128(number).to_string());
        let values = params![new, old, r#"{"entered":true,"old_serial":"WM-0"}"#];
        let sql = "INSERT INTO meter_swap (id, rev, meter, old, at, body) VALUES ('s', 1, ?1, ?2, 1, ?3)";
        store.write_now(|db| Ok(db.execute(sql, values)?)).unwrap();
        let week = ask(&store, CalendarSpan::Week(MONDAY), MONDAY, None);
        let row = &week.tray[0];
        assert_eq!((row.serial.as_str(), row.address.as_str(), row.time_zone), ("WM-0", "Jl. Melati 1", TimeZone::Jayapura));
        assert_eq!(row.zone, None, "no technician can be named for it");
    }

    #[test]
    fn whoever_was_renamed_is_one_person_with_one_days_work() {
        let east = TimeZone::Jayapura.start_of(MONDAY);
        let (before, after) = (person(1, "Budi"), person(1, "Budi Santoso"));
        // 90 minutes of work do not go into 75.
        let orders = [order(1, east, Some(before), true), order(2, east.plus(HOUR_MS / 4), Some(after.clone()), true)];
        let (_folder, store) = store(&orders);
        let found = ask(&store, CalendarSpan::Technicians(MONDAY), MONDAY, None);
        let loads: Vec<_> = found.loads.iter().map(|of| (of.name.as_str(), of.days[0].jobs, of.days[0].overlaps)).collect();
        assert_eq!(loads, [("Budi Santoso", 2, true)]);
        let whose: Vec<_> = found.lanes.iter().map(|lane| lane.technician.clone()).collect();
        assert_eq!(whose, [None, Some(after)]);
    }

    #[test]
    fn a_week_has_each_order_on_its_own_zones_day_and_by_technician_what_is_crowded() {
        let east = TimeZone::Jayapura.start_of(MONDAY);
        let (budi, sari) = (person(1, "Budi"), person(2, "Sari"));
        let mut done = order(5, east.plus(DAY_MS), Some(sari.clone()), true);
        (done.state, done.completed_at) = (WorkState::Completed, Some(east.plus(DAY_MS)));
        let orders = [
            // The first hour of Monday in the east is Sunday in the west.
            order(1, east, Some(budi.clone()), true),
            order(2, east.plus(HOUR_MS / 4), Some(budi.clone()), true),
            order(3, east.plus(HOUR_MS / 4), None, true),
            order(4, east, Some(budi.clone()), false),
            done,
            order(6, east.plus(7 * DAY_MS), None, true),
        ];
        let (_folder, store) = store(&orders);
        let week = ask(&store, CalendarSpan::Week(MONDAY.plus(3)), MONDAY, None);
        let counts: Vec<_> = week.days.iter().map(|of| (of.day, of.open, of.done, of.first.len())).collect();
        assert_eq!(counts, [(MONDAY, 3, 0, 3), (MONDAY.plus(1), 0, 1, 1)]);
        assert_eq!((week.unassigned, week.tray.len(), week.lanes.len()), (1, 1, 0));
        let first = &week.of_day[0];
        assert_eq!((first.serial.as_str(), first.address.as_str(), first.zone.is_some()), ("WM-1", "Jl. Melati 1", true));
        assert_eq!(first.position, Position::new(-2_500_000, 140_700_000));

        let lanes = ask(&store, CalendarSpan::Technicians(MONDAY), MONDAY, Some(budi.id));
        let whose: Vec<_> = lanes.lanes.iter().map(|lane| lane.technician.clone()).collect();
        assert_eq!(whose, [None, Some(budi.clone()), Some(sari)]);
        // 90 minutes of work do not go into 75.
        let day = &lanes.lanes[1].days[0];
        assert_eq!((day.day, day.jobs, day.crowded.len()), (MONDAY, 2, 2));
        assert!(lanes.lanes[0].days[0].crowded.is_empty() && lanes.loads[0].days[0].overlaps);
        assert_eq!(lanes.of_day.len(), 2, "of that day only Budi's");
        assert!(lanes.tray.is_empty() && lanes.days.iter().all(|of| of.first.is_empty()));

        // The month has it too, and the order of the unknown meter on Jakarta's day, which is the one before.
        let month = ask(&store, CalendarSpan::Month(MONDAY.month()), MONDAY.plus(-1), None);
        assert_eq!(month.of_day.iter().map(|row| row.order.id).collect::<Vec<_>>(), [orders[3].id]);
        let rows = store.read_now(|db| work_rows(db, CalendarSpan::Month(MONDAY.month()))).unwrap();
        assert_eq!(rows.len(), orders.len() - 1, "all but that of the week behind it");
        assert!(ask(&store, CalendarSpan::Month(LocalMonth(MONDAY.month().0 + 3)), MONDAY, None).days.is_empty());
    }
}
