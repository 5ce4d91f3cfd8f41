//! Revenue of 24 months of a large utility: a question from the cache and on the server, a page of transfers, and what counting costs purchases.
//!
//! `bench revenue` does all of it; `bench revenue questions`, `pages` or `purchases` one part.

use super::ledger::InProcess;
use super::{Line, Outcome, figure, median};
use client::queries::{RevenueMemory, revenue as view};
use client::store::Store;
use domain::billing::ledger::{Account, Channel, Event, Settled};
use domain::billing::tariff::TariffClass;
use domain::revenue::{CountedTransfer, DayRange, Dimension, Period, RevenueSums, TransferKind};
use domain::sales::voucher::Grant;
use domain::{LocalDay, Rupiah, TimeZone, UserId, UtcMillis, UtilityId, ZoneId};
use protocol::revenue::RevenueTransfersAsked;
use protocol::sync::rows::RevenueDay;
use protocol::ui::RevenueQuestion;
use rusqlite::{Connection, OpenFlags, params};
use std::collections::BTreeMap;
use std::time::Instant;
use sync_server::core::{now, open_connection, transact};
use sync_server::revenue::rows::sums;
use sync_server::revenue::{self, collect, transfers};
use tests::world::World;
use uuid::Uuid;

/// Days of the synthetic utility: 24 months.
const DAYS: i32 = 730;
/// Its zones, collectors and campaigns.
const ZONES: u128 = 40;
const COLLECTORS: u128 = 12;
const CAMPAIGNS: u128 = 6;
/// Connections, each of which is charged every day; purchases of a day; days of which the transfers are there.
const CONNECTIONS: i64 = 100_000;
const BOUGHT: i64 = 7_000;
const DENSE: i64 = 4;
/// Questions of each sort.
const ASKED: usize = 500;
/// Pairs of runs of purchases.
const REPEATS: usize = 5;

const SERVER: &str = "server: SQLite, WAL; warm";
const CACHE: &str = "cache: encrypted, WAL; days in memory";

pub async fn run(arguments: &[String]) -> Outcome<Vec<Line>> {
    let only = arguments.first().map(String::as_str);
    let wanted = |part: &str| only.is_none_or(|only| only == part);
    let mut lines = Vec::new();
    if wanted("questions") {
        lines.extend(questions()?);
    }
    if wanted("pages") {
        lines.extend(pages()?);
    }
    if wanted("purchases") {
        lines.push(purchases().await?);
    }
    Ok(lines)
}

/// The days of the utility: the last one is the day it is.
fn days() -> impl Iterator<Item = LocalDay> {
    let today = TimeZone::Jakarta.day_of(now());
    (0..DAYS).map(move |back| today.plus(back - DAYS + 1))
}

/// A day of 100,000 connections in 40 zones, as large as one gets: every value of every dimension occurs.
fn day_sums(day: LocalDay) -> RevenueSums {
    let mut sums = RevenueSums::default();
    for zone in 0..ZONES {
        for (place, class) in TariffClass::ALL.into_iter().enumerate() {
            let number = zone as usize * 4 + place;
            let settled = Settled {
                channel: if number.is_multiple_of(3) { Channel::Cash } else { Channel::Gateway },
                paid: Rupiah(50_000 + number as i64),
                granted: Grant { discount: Rupiah(100), bonus: Rupiah(10) },
            };
            let charged = domain::billing::charging::Charged { water: Rupiah(3_000), tax: Rupiah(30) };
            for event in [Event::Purchase { settled, lent: Rupiah(0) }, Event::Charge(charged), Event::MonthlyFee(charged)] {
                let is_purchase = event.kind() == "purchase";
                let is_cash = settled.channel == Channel::Cash;
                let method = if is_cash { "cash" } else { ["qris", "gopay", "va_bca", "va_bni"][number % 4] };
                sums.add(&CountedTransfer {
                    day,
                    hour: (number % 24) as u8,
                    kind: TransferKind::from_word(event.kind()),
                    method: is_purchase.then(|| method.to_owned()),
                    class: Some(class),
                    zone: ZoneId(Uuid::from_u128(zone + 1)),
                    campaign: is_purchase.then(|| Uuid::from_u128(1_000 + number as u128 % CAMPAIGNS)),
                    collector: (is_purchase && is_cash).then(|| UserId(Uuid::from_u128(2_000 + number as u128 % COLLECTORS))),
                    month: (!is_purchase).then(|| day.month()),
                    postings: event.transfer("key".into()).map(|transfer| transfer.postings).unwrap_or_default(),
                });
            }
        }
    }
    sums
}

fn any_period(rng: &mut fastrand::Rng) -> Period {
    let today = TimeZone::Jakarta.day_of(now());
    let day = today.plus(-rng.i32(0..DAYS));
    match rng.u8(..6) {
        0 => Period::Day { day },
        1 => Period::Week { day },
        2 => Period::Month { month: day.month() },
        3 => Period::Quarter { month: day.month() },
        4 => Period::Year { year: day.ymd().0 },
        _ => Period::Range(DayRange { from: day, to: today.plus(-rng.i32(0..=today.0 - day.0)) }),
    }
}

fn p95(mut took: Vec<f64>) -> f64 {
    took.sort_by(f64::total_cmp);
    took.get(took.len() * 95 / 100).copied().unwrap_or_default()
}

fn timed<R>(work: impl FnOnce() -> R) -> (R, f64) {
    let started = Instant::now();
    let done = work();
    (done, started.elapsed().as_secs_f64() * 1_000.0)
}

fn questions() -> Outcome<Vec<Line>> {
    let world = World::new();
    let mut db = open_connection(&world.config().database(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let utility: i64 = db.query_row("SELECT num FROM utility", [], |row| row.get(0))?;
    let store = Store::open(&world.folder.path().join("cache.db"), &"00".repeat(32))?;
    let (mut bytes, mut cells) = (0, 0);
    for day in days() {
        let of_day = day_sums(day);
        transact(&mut db, now(), |tx| sums::add(tx, (utility, day), &of_day))?;
        let row = RevenueDay::new((UtilityId(Uuid::from_u128(1)), day), now(), &of_day, BTreeMap::new());
        let body = serde_json::to_string(&row)?;
        (bytes, cells) = (bytes + body.len(), cells + of_day.cells().len());
        store.write_now(|db| {
            db.execute(
                "INSERT INTO revenue_day (id, rev, day, at, body) VALUES (?1, 1, ?2, ?3, ?4)",
                params![format!("{}/{}", row.id, day.0), day.0, row.at.0, body],
            )?;
            Ok(())
        })?;
    }
    let (mut rng, memory) = (fastrand::Rng::with_seed(1), RevenueMemory::default());
    let ask = |rng: &mut fastrand::Rng| -> Outcome<f64> {
        let (period, breakdown) = (Some(any_period(rng)), Dimension::ALL[rng.usize(..8)]);
        let asked = RevenueQuestion { period, breakdown, ..RevenueQuestion::default() };
        let (answer, took) = timed(|| store.read_now(|db| view(db, &memory, asked, now())));
        answer?;
        Ok(took)
    };
    let first = ask(&mut rng)?;
    let cached = (0..ASKED).map(|_| ask(&mut rng)).collect::<Outcome<Vec<f64>>>()?;
    let today = TimeZone::Jakarta.day_of(now());
    let mut on_server = Vec::with_capacity(ASKED);
    for _ in 0..ASKED {
        let (range, dimension) = (any_period(&mut rng).so_far(today), Dimension::ALL[rng.usize(..8)]);
        let (answer, took) = timed(|| revenue::sums(&db, utility, range, dimension));
        answer?;
        on_server.push(took);
    }
    let size = format!("{CACHE}; {DAYS} days of {} sums, {} bytes each", cells / DAYS as usize, bytes / DAYS as usize);
    Ok(vec![
        figure(&format!("Pendapatan, any period and breakdown: p95 of {ASKED}"), p95(cached), 0.0, &size),
        figure("the first question after a start", first, 0.0, "cache: encrypted, WAL; every day read and parsed"),
        figure(&format!("sums on the server: p95 of {ASKED}"), p95(on_server), 0.0, SERVER),
    ])
}

/// Fills a ledger with some days of every connection, as they are in a large utility.
fn fill(db: &Connection, utility: i64) -> Outcome {
    db.execute_batch("PRAGMA synchronous = OFF; BEGIN")?;
    db.execute(
        "WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < ?2)
         INSERT INTO connection (id, utility, customer, zone, kind, label, address, tariff_class)
         SELECT randomblob(16), ?1, (SELECT MIN(num) FROM customer), (SELECT MIN(num) + (n % 2) FROM zone), 'residential', 'Rumah', 'Jl. Uji',
           CASE n % 20 WHEN 0 THEN 'commercial' ELSE 'residential' END FROM many",
        params![utility, CONNECTIONS],
    )?;
    db.execute("INSERT INTO account (utility, connection, kind) SELECT ?1, num, 'credit' FROM connection", [utility])?;
    for kind in [Account::Revenue, Account::Cash] {
        db.execute("INSERT INTO account (utility, kind) VALUES (?1, ?2)", params![utility, kind.as_str()])?;
    }
    let today = TimeZone::Jakarta.start_of(TimeZone::Jakarta.day_of(now()));
    for day in 1..=DENSE {
        let midnight = today.plus(-day * 86_400_000);
        for (kind, account, most, amount) in [("charge", "revenue", CONNECTIONS, 3_000), ("purchase", "cash", BOUGHT, -50_000)] {
            transfers_of(db, (utility, day, midnight), (kind, account), (most, amount))?;
        }
    }
    db.execute("DELETE FROM pending_billing_changes", [])?;
    db.execute_batch("COMMIT; PRAGMA synchronous = FULL")?;
    Ok(())
}

fn transfers_of(
    db: &Connection,
    (utility, day, midnight): (i64, i64, UtcMillis),
    (kind, account): (&str, &str),
    (most, amount): (i64, i64),
) -> Outcome {
    let before: i64 = db.query_row("SELECT COALESCE(MAX(num), 0) FROM transfer", [], |row| row.get(0))?;
    db.execute(
        "INSERT INTO transfer (utility, key, kind, at, connection, month)
         SELECT ?1, ?2 || ':' || ?3 || ':' || num, ?2, ?4 + num % 80000000, num, CASE ?2 WHEN 'charge' THEN 24000 END FROM connection LIMIT +?5",
        params![utility, kind, day, midnight.0, most],
    )?;
    db.execute(
        "INSERT INTO posting (account, transfer, amount, after) SELECT (SELECT num FROM account WHERE kind = ?1), num, ?2, 0
         FROM transfer WHERE num > ?3",
        params![account, amount, before],
    )?;
    db.execute(
        "INSERT INTO posting (account, transfer, amount, after) SELECT a.num, t.num, -?1, 0
         FROM transfer t JOIN account a ON a.connection = t.connection AND a.kind = 'credit' WHERE t.num > ?2",
        params![amount, before],
    )?;
    Ok(())
}

fn pages() -> Outcome<Vec<Line>> {
    let world = World::new();
    let mut db = open_connection(&world.config().database(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let utility: i64 = db.query_row("SELECT num FROM utility", [], |row| row.get(0))?;
    fill(&db, utility)?;
    let started = Instant::now();
    let mut counted = 0;
    loop {
        let (part, _) = transact(&mut db, now(), |tx| collect::collect(tx, 2_000))?;
        counted += part;
        if part == 0 {
            break;
        }
    }
    let each = started.elapsed().as_secs_f64() * 1_000.0 / counted.max(1) as f64;
    let zones: Vec<String> = world.zones.iter().map(ToString::to_string).collect();
    let mut rng = fastrand::Rng::with_seed(2);
    let today = TimeZone::Jakarta.day_of(now());
    let mut took = Vec::with_capacity(ASKED);
    let mut after = None;
    for _ in 0..ASKED {
        let (dimension, value) = match rng.u8(..5) {
            0 => (Dimension::All, None),
            1 => (Dimension::Class, Some(["commercial", "residential"][rng.usize(..2)].to_owned())),
            2 => (Dimension::Zone, Some(zones[rng.usize(..2)].clone())),
            3 => (Dimension::Hour, Some(rng.u8(..24).to_string())),
            _ => (Dimension::Method, None),
        };
        let account = Some([Account::Revenue, Account::Cash, Account::Credit][rng.usize(..3)]);
        let (from, to) = (today.plus(-DAYS), today);
        let asked =
            RevenueTransfersAsked { from, to, dimension, value, account, kind: None, after: after.take(), limit: Some(50) };
        let (page, ms) = timed(|| transfers::page(&db, utility, &asked));
        // Every other question goes on where the last one ended.
        after = page?.next.filter(|_| rng.bool());
        took.push(ms);
    }
    let dense = format!("{SERVER}; {CONNECTIONS} charges and {BOUGHT} purchases a day, {DENSE} days of them");
    Ok(vec![
        figure(&format!("a page of 50 transfers: p95 of {ASKED}"), p95(took), 0.0, &dense),
        figure("counting a transfer of before, 2,000 together", each, 0.0, "WAL + FULL"),
    ])
}

/// Purchases at the counter on a server that counts them for revenue, beside one that never does.
async fn purchases() -> Outcome<Line> {
    let (mut with, mut without) = (InProcess::start().await?, InProcess::start().await?);
    without.never_count().await?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for repeat in 0..REPEATS {
        // Whoever comes second finds the disk as the first left it, so they take turns.
        for place in [repeat % 2, 1 - repeat % 2] {
            if place == 0 {
                ours.push(with.run().await?);
            } else {
                theirs.push(without.run().await?);
            }
        }
    }
    let (counted, received) = with.cash_counted().await?;
    if counted != received || without.cash_counted().await?.0 != 0 {
        return Err(format!("Rp{received} were received, and Rp{counted} counted").into());
    }
    let ((ours, spread), (theirs, _)) = (median(ours), median(theirs));
    Ok(Line {
        work: "10,000 purchases by 50 writers, counted".into(),
        peer: "ours, not counted".into(),
        ours,
        theirs: Some(theirs),
        unit: "purchases/s",
        better: "higher",
        spread,
        memory_mb: None,
        durability: "both WAL + FULL, group commit; goal 0.95 ×".into(),
    })
}
