//! Pemeliharaan's calendar from a device's cache: a month, a week and a week technician by technician, with 5,000 open orders of a month and 50
//! technicians, beside as many orders of other months, which must cost nothing.
//!
//! `bench calendar 20000` does it with so many open orders.

use super::{Line, Outcome, figure};
use client::queries::{work_calendar, work_rows};
use client::store::Store;
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::core::position::Position;
use domain::maintenance::work_order::{WorkKind, WorkState};
use domain::{LocalDay, LocalMonth, MeterId, TimeZone, UserId, UtcMillis, WorkOrderId, ZoneId};
use protocol::sync::rows::{Person, WorkOrder, Zone};
use protocol::ui::{CalendarSpan, WorkCalendarQuery};
use rusqlite::{Connection, params};
use serde_json::json;
use std::time::Instant;
use uuid::Uuid;

/// Open orders of the month that is looked at, and of each of the months around it that are filled as well.
const ORDERS: usize = 5_000;
const AROUND: std::ops::RangeInclusive<i32> = -1..=2;

/// Who does them, a tenth of them nobody's; and where.
const TECHNICIANS: usize = 50;
const ZONES: usize = 20;

/// Times each question is asked.
const ASKED: usize = 100;

/// The goal, in milliseconds.
const ANSWER_MS: f64 = 100.0;

const CACHE: &str = "cache: encrypted, WAL; warm";

/// November 2026.
const MONTH: LocalMonth = LocalMonth(2026 * 12 + 10);

pub fn run(arguments: &[String]) -> Outcome<Vec<Line>> {
    let count = arguments.first().map_or(Ok(ORDERS), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let store = Store::open(&folder.path().join("cache.db"), &"00".repeat(32))?;
    let mut problem = None;
    store.write_now(|db| {
        problem = fill(db, count).err();
        Ok(())
    })?;
    if let Some(problem) = problem {
        return Err(problem);
    }
    let days: Vec<LocalDay> = (0..MONTH.days()).map(|day| MONTH.first_day().plus(day)).collect();
    type Span = fn(LocalDay) -> CalendarSpan;
    let spans: [(&str, Span); 3] = [
        ("month", |day| CalendarSpan::Month(day.month())),
        ("week", CalendarSpan::Week),
        ("week by technician", CalendarSpan::Technicians),
    ];
    let mut lines = Vec::new();
    for (name, span) in spans {
        let mut took = Vec::with_capacity(ASKED);
        for at in 0..ASKED {
            let day = days[at % days.len()];
            let asked = WorkCalendarQuery { span: span(day), day: Some(day), technician: None };
            let started = Instant::now();
            let found = store.read_now(|db| work_calendar(db, asked))?;
            // What a host sends to its screen is part of the answer.
            let bytes = serde_json::to_vec(&found)?.len();
            took.push(started.elapsed().as_secs_f64() * 1_000.0);
            if found.days.is_empty() || bytes == 0 {
                return Err(format!("{name} of {day:?} has no work").into());
            }
        }
        took.sort_by(f64::total_cmp);
        let at = |hundredths: usize| took[(took.len() * hundredths / 100).min(took.len() - 1)];
        let work = |part: &str| format!("{name}, {count} open orders: {part} of {ASKED}");
        lines.push(figure(&work("p50"), at(50), 0.0, CACHE));
        lines.push(Line { peer: "goal".into(), theirs: Some(ANSWER_MS), ..figure(&work("p95"), at(95), 0.0, CACHE) });
    }
    let started = Instant::now();
    let rows = store.read_now(|db| work_rows(db, CalendarSpan::Month(MONTH)))?.len();
    lines.push(figure(&format!("{rows} rows of a month for a file"), started.elapsed().as_secs_f64() * 1_000.0, 0.0, CACHE));
    Ok(lines)
}

/// Fills a cache: as many meters as there are orders of a month, and the orders of some months.
fn fill(db: &Connection, count: usize) -> Outcome {
    let zones: Vec<ZoneId> = (0..ZONES).map(|place| ZoneId(Uuid::from_u128(1_000 + place as u128))).collect();
    for (place, id) in zones.iter().enumerate() {
        let (name, time_zone) = (format!("Wilayah {place}"), TimeZone::ALL[place % TimeZone::ALL.len()]);
        let body = serde_json::to_string(&Zone { id: *id, name, time_zone, outline: None })?;
        db.execute("INSERT INTO zone (id, rev, body) VALUES (?1, 1, ?2)", params![id.to_string(), body])?;
    }
    let technicians: Vec<Person> = (0..TECHNICIANS)
        .map(|place| Person { id: UserId(Uuid::from_u128(5_000 + place as u128)), name: format!("Teknisi {place:02}") })
        .collect();
    let mut rng = fastrand::Rng::with_seed(11);
    for place in 0..count {
        meter(db, (place, zones[place % ZONES]), &mut rng)?;
    }
    for month in AROUND.map(|months| LocalMonth(MONTH.0 + months)) {
        for place in 0..count {
            let zone = TimeZone::ALL[place % ZONES % TimeZone::ALL.len()];
            let day = month.first_day().plus(rng.i32(0..month.days()));
            let from = zone.start_of(day).plus(rng.i64(7..15) * HOUR_MS);
            let technician = technicians.get(rng.usize(0..TECHNICIANS * 10 / 9)).cloned();
            let id = WorkOrderId(Uuid::from_u128(((month.0 as u128) << 64) + place as u128));
            insert(db, &order(id, place, (from, technician)))?;
        }
    }
    Ok(())
}

/// A meter at a connection.
fn meter(db: &Connection, (place, zone): (usize, ZoneId), rng: &mut fastrand::Rng) -> Outcome {
    let (meter, connection) = (meter_of(place).to_string(), Uuid::from_u128((2 << 64) + place as u128).to_string());
    let position = Position::new(-6_900_000 + rng.i32(0..90_000), 107_600_000 + rng.i32(0..90_000));
    // The calendar reads nothing else of these bodies.
    let body = json!({ "position": position }).to_string();
    let address = format!("Jl. Melati {place}");
    db.execute(
        "INSERT INTO connection (id, rev, customer, zone, address, body) VALUES (?1, 1, '', ?2, ?3, ?4)",
        params![connection, zone.to_string(), address, body],
    )?;
    db.execute(
        "INSERT INTO meter (id, rev, serial, connection, zone, body) VALUES (?1, 1, ?2, ?3, ?4, '{}')",
        params![meter, format!("WM-{place:06}"), connection, zone.to_string()],
    )?;
    Ok(())
}

fn meter_of(place: usize) -> MeterId {
    MeterId(Uuid::from_u128((3 << 64) + place as u128))
}

/// An order of two hours.
fn order(id: WorkOrderId, place: usize, (from, technician): (UtcMillis, Option<Person>)) -> WorkOrder {
    WorkOrder {
        id,
        meter: meter_of(place),
        work: WorkKind::ALL[place % WorkKind::ALL.len()],
        state: WorkState::Scheduled,
        from,
        until: from.plus(2 * HOUR_MS),
        technician,
        text: "Bawa segel".into(),
        author: "Ratna Wijaya".into(),
        at: from.plus(-30 * DAY_MS),
        begun_at: None,
        begun_by: String::new(),
        completed_at: None,
        completed_by: String::new(),
        cancelled_at: None,
        minutes: Some((15 + place % 4 * 15) as u16),
        schedule: "Inspeksi bulanan".into(),
    }
}

fn insert(db: &Connection, order: &WorkOrder) -> Outcome {
    let body = serde_json::to_string(order)?;
    db.prepare_cached("INSERT INTO work_order (id, rev, meter, at, open, body) VALUES (?1, 1, ?2, ?3, 1, ?4)")?
        .execute(params![order.id.to_string(), order.meter.to_string(), order.from.0, body])?;
    Ok(())
}
