//! Bandingkan on a device: year against year over 24 months of 12 connections, from the cache, beside a plain `GROUP BY` over hours.

use super::{Line, Outcome, median};
use client::queries::comparison;
use client::store::Store;
use domain::billing::tariff::{TariffClass, defaults};
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::people::ConnectionKind;
use domain::{ConnectionId, CustomerId, LocalDay, Millilitres, TimeZone, UtcMillis, ZoneId};
use protocol::sync::rows::{Connection as Place, Tariff, UsageDay};
use protocol::ui::{Comparing, ComparisonQuery};
use rusqlite::{Connection, params};
use std::time::Instant;
use uuid::Uuid;

/// A landlord's.
const CONNECTIONS: u128 = 12;
/// Questions of each sort.
const ASKED: usize = 500;
/// The days: all of 2025 and of 2026, but for the one that goes on.
const FIRST: (i16, i8, i8) = (2025, 1, 1);
const TODAY: (i16, i8, i8) = (2026, 12, 31);

const ZONE: TimeZone = TimeZone::Jakarta;

fn day((year, month, day): (i16, i8, i8)) -> Outcome<LocalDay> {
    LocalDay::from_ymd(year, month, day).ok_or_else(|| "no such day".into())
}

fn connection(place: u128) -> ConnectionId {
    ConnectionId(Uuid::from_u128(100 + place))
}

/// What an hour of a day uses: a household with mornings, evenings and weekends.
fn used(place: u128, day: LocalDay, hour: usize) -> i64 {
    let usual = [5, 3, 2, 2, 4, 20, 45, 50, 30, 20, 18, 22, 25, 20, 15, 15, 20, 40, 55, 45, 30, 20, 12, 8][hour];
    let weekend = if day.weekday() >= 5 { 14 } else { 10 };
    usual * weekend * 100 + i64::from(day.0 % 17) * 90 + place as i64 * 40
}

/// Runs the benchmark.
///
/// # Errors
/// The cache or the plain database cannot be written or read.
pub fn run() -> Outcome<Vec<Line>> {
    let folder = tempfile::tempdir()?;
    let (first, today) = (day(FIRST)?, day(TODAY)?);
    let store = Store::open(&folder.path().join("cache.db"), &"00".repeat(32))?;
    store.write_now(|db| fill(db, first, today))?;
    let plain = Connection::open(folder.path().join("plain.db"))?;
    fill_plain(&plain, first, today)?;
    let now = ZONE.start_of(today).plus(12 * HOUR_MS);
    let (mut ours, mut theirs) = (Vec::with_capacity(ASKED), Vec::with_capacity(ASKED));
    for asked in 0..ASKED {
        let place = asked as u128 % CONNECTIONS;
        ours.push(of_ours(&store, place, now)?);
        theirs.push(of_plain(&plain, place, today)?);
    }
    let (_, spread) = median(ours.clone());
    Ok(vec![Line {
        work: format!("year against year, {CONNECTIONS} connections: p95 of {ASKED}"),
        peer: "GROUP BY over hours, plain SQLite".into(),
        ours: p95(ours),
        theirs: Some(p95(theirs)),
        unit: "ms",
        better: "lower",
        spread,
        memory_mb: None,
        durability: "cache: encrypted, WAL; with rupiah, coverage, trend and forecast; the peer has volumes only".into(),
    }])
}

fn p95(mut took: Vec<f64>) -> f64 {
    took.sort_by(f64::total_cmp);
    took.get(took.len() * 95 / 100).copied().unwrap_or_default()
}

fn of_ours(store: &Store, place: u128, now: UtcMillis) -> Outcome<f64> {
    let comparing = Comparing::Years { year: None };
    let query = ComparisonQuery { connection: Some(connection(place)), comparing, by_weekday: false };
    let started = Instant::now();
    let view = store.read_now(|db| comparison(db, query, now))?.ok_or("there is no such connection")?;
    let took = started.elapsed().as_secs_f64() * 1_000.0;
    let counted = view.compared.map_or(0, |days| days.counted);
    if counted < 364 { Err(format!("{counted} days were compared").into()) } else { Ok(took) }
}

/// The same sums by month, as somebody would write them who has hours in a table.
fn of_plain(db: &Connection, place: u128, today: LocalDay) -> Outcome<f64> {
    let sql =
        "SELECT month, SUM(volume) FROM hour WHERE connection = ?1 AND month BETWEEN ?2 AND ?3 GROUP BY month ORDER BY month";
    let month = today.month().0;
    let started = Instant::now();
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query(params![place as i64, month - 23, month])?;
    let mut sums: Vec<(i32, i64)> = Vec::with_capacity(24);
    while let Some(row) = rows.next()? {
        sums.push((row.get(0)?, row.get(1)?));
    }
    let took = started.elapsed().as_secs_f64() * 1_000.0;
    if sums.len() == 24 { Ok(took) } else { Err(format!("{} months were summed", sums.len()).into()) }
}

/// The rows of a customer with all connections, as sync brings them.
fn fill(db: &Connection, first: LocalDay, today: LocalDay) -> Result<(), client::error::Error> {
    let (zone, customer) = (ZoneId(Uuid::from_u128(1)), CustomerId(Uuid::from_u128(2)));
    let of_zone = serde_json::json!({ "id": zone, "name": "Uji", "time_zone": ZONE }).to_string();
    db.execute("INSERT INTO zone (id, rev, body) VALUES (?1, 1, ?2)", params![zone.to_string(), of_zone])?;
    for (place, version) in defaults(LocalDay(0)).into_iter().enumerate() {
        let id = Uuid::from_u128(1_000 + place as u128);
        let body = serde_json::to_string(&Tariff { id, version })?;
        db.execute("INSERT INTO tariff (id, rev, body) VALUES (?1, 1, ?2)", params![id.to_string(), body])?;
    }
    for place in 0..CONNECTIONS {
        let id = connection(place);
        let row = Place {
            id,
            customer,
            zone,
            kind: ConnectionKind::Residential,
            label: format!("Rumah {place:02}"),
            address: format!("Jl. Uji {place}"),
            tariff_class: TariffClass::Residential,
            position: None,
            meter: None,
        };
        let body = serde_json::to_string(&row)?;
        db.execute(
            "INSERT INTO connection (id, rev, customer, zone, address, body) VALUES (?1, 1, ?2, ?3, ?4, ?5)",
            params![id.to_string(), customer.to_string(), zone.to_string(), row.address, body],
        )?;
        for day in (first.0..today.0).map(LocalDay) {
            let hours: Vec<(i64, i64)> = (0..24).map(|hour| (used(place, day, hour), HOUR_MS)).collect();
            let volume = Millilitres(hours.iter().map(|(volume, _)| *volume).sum());
            let body = serde_json::to_string(&UsageDay { connection: id, day, volume, covered_ms: DAY_MS, hours, draws: None })?;
            db.prepare_cached("INSERT INTO usage_day (id, rev, connection, day, body) VALUES (?1, 1, ?2, ?3, ?4)")?
                .execute(params![format!("{id}/{}", day.0), id.to_string(), day.0, body])?;
        }
    }
    Ok(())
}

/// The same hours, a row each.
fn fill_plain(db: &Connection, first: LocalDay, today: LocalDay) -> Outcome {
    db.execute_batch(
        "PRAGMA journal_mode = WAL; BEGIN;
         CREATE TABLE hour (connection INTEGER, month INTEGER, day INTEGER, hour INTEGER, volume INTEGER, PRIMARY KEY (connection, month, day, hour))
           WITHOUT ROWID",
    )?;
    for place in 0..CONNECTIONS {
        for day in (first.0..today.0).map(LocalDay) {
            for hour in 0..24 {
                db.prepare_cached("INSERT INTO hour VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
                    place as i64,
                    day.month().0,
                    day.0,
                    hour as i64,
                    used(place, day, hour)
                ])?;
            }
        }
    }
    db.execute_batch("COMMIT")?;
    Ok(())
}
