//! Levels and what they cost to keep: thresholds of a customer, how long a balance lasts, and that unchanged connections cost nothing.

use domain::Rupiah;
use domain::billing::balance::Level;
use domain::core::local_time::{DAY_MS, HOUR_MS};
use protocol::core::problem::Problem;
use protocol::sales::money::{BalanceNow, LoanAsked};
use rusqlite::{Connection, params};
use std::time::Instant;
use sync_server::billing::credit;
use sync_server::core::{migrate, now};
use sync_server::jobs::money::{once, once_at};
use sync_server::metering::fleet;
use sync_server::valve::{evaluation, policy, rows};
use tests::field::clean;
use tests::valve::{Meter, ZONE, adjust, at, held, order_states, start, working_day};
use tests::views::plan;
use tests::world::{Running, World};

async fn sql(running: &Running, sql: &'static str) -> usize {
    running.server.app.store.writer.work(move |tx| Ok(tx.db.execute(sql, [])?)).await.expect(sql)
}

async fn level(running: &Running) -> Level {
    running.server.app.store.read(|db| credit::kept_level(db, 1)).await.expect("reads")
}

/// How many connections are due now.
async fn due(running: &Running) -> usize {
    running.server.app.store.read(|db| evaluation::due(db, now())).await.expect("reads").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customers_own_threshold_in_rupiah_is_what_counts() {
    let running = World::new().start().await;
    let balance = adjust(&running, 1).await.0;
    adjust(&running, 80_000 - balance).await;
    assert_eq!(level(&running).await, Level::Ok);
    sql(&running, "UPDATE customer SET low_rupiah = 90000 WHERE num = 1").await;
    once(&running.server.app).await.expect("evaluated");
    assert_eq!(level(&running).await, Level::Warning);
    sql(&running, "UPDATE customer SET low_rupiah = 0 WHERE num = 1").await;
    once(&running.server.app).await.expect("evaluated");
    assert_eq!(level(&running).await, Level::Ok);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_balance_that_is_large_and_does_not_last_is_low() {
    let running = World::new().start().await;
    let start = ZONE.start_of(ZONE.day_of(now()).plus(-8));
    // Two cubic metres a day.
    let body: Vec<_> = (0..=8 * 24)
        .map(|hour| serde_json::json!({ "serial": "WM-TEST-A", "t": start.plus(hour * HOUR_MS).0, "reg": hour * 2_000_000 / 24 }))
        .collect();
    let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).json(&body);
    let answer = request.basic_auth("gateway", Some(&running.world.gateway)).send().await.expect("an answer");
    assert!(answer.status().is_success());
    let balance = adjust(&running, 1).await.0;
    adjust(&running, 300_000 - balance).await;
    assert_eq!(level(&running).await, Level::Ok);
    sql(&running, "UPDATE customer SET low_rupiah = 0, low_days = 90 WHERE num = 1").await;
    once(&running.server.app).await.expect("evaluated");
    let expected = running.server.app.store.read(|db| {
        Ok(db.query_row("SELECT json_extract(body, '$.lasts.tenths_of_days') FROM credit WHERE connection = 1", [], |row| {
            row.get::<_, Option<i64>>(0)
        })?)
    });
    let tenths = expected.await.expect("reads");
    assert!(tenths.is_some_and(|tenths| tenths < 900), "{tenths:?}");
    assert_eq!(level(&running).await, Level::Warning, "it lasts {tenths:?} tenths of a day");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn emergency_credit_is_what_the_utility_lends_and_brings_the_water_back() {
    let running = start().await;
    let device = running.world.meters[0].clone();
    let mut meter = Meter::connect(running.server.mqtt, &device).await;
    once_at(&running.server.app, at(working_day(), 12)).await.expect("evaluated");
    let close = meter.next_order().await;
    meter.carry_out(close.id).await;
    let balance = adjust(&running, 1).await.0;
    adjust(&running, -500 - balance).await;
    let customer = running.tokens("customer").await.access_token;
    let lend = format!("{}/money/v1/emergency", running.url());
    let asked_for = LoanAsked { connection: device.connection };
    let set = async |amount: i64| {
        let work = running.server.app.store.writer.work(move |tx| {
            let utility = fleet::utility(tx)?;
            policy::set_emergency_credit(tx, utility, Rupiah(amount))
        });
        work.await.expect("set");
    };
    set(0).await;
    let answer = reqwest::Client::new().post(&lend).bearer_auth(&customer).json(&asked_for).send().await.expect("an answer");
    assert_eq!(answer.status(), 400);
    let _: Problem = answer.json().await.expect("a problem");
    set(7_000).await;
    let lent: BalanceNow = running.post(&customer, "/money/v1/emergency", &asked_for).await;
    assert_eq!(lent.balance, Rupiah(6_500));
    let open = meter.next_order().await;
    meter.carry_out(open.id).await;
    assert_eq!(order_states(&running).await, ["close_valve completed", "open_valve completed"]);
    assert!(!held(&running).await);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_changes_the_row_only_when_the_balance_level_changes() {
    let running = World::new().start().await;
    let balance = adjust(&running, 1).await.0;
    adjust(&running, 61_000 - balance).await;
    once(&running.server.app).await.expect("evaluated");
    assert_eq!(due(&running).await, 0);
    let device = running.world.meters[0].clone();
    let mut meter = Meter::quiet(running.server.mqtt, &device);
    let first = now().plus(-4 * HOUR_MS);
    // It is charged from the connection's first day on, which may have begun since.
    let (connection, day) = (device.connection, domain::TimeZone::ALL[0].day_of(first));
    let charged = running.server.app.store.writer.work(move |tx| {
        let num = tx.db.query_row("SELECT num FROM connection WHERE id = ?1", [connection.0.as_bytes()], |row| row.get(0))?;
        sync_server::billing::tariffs::charge_from(tx, num, day)
    });
    charged.await.expect("charged");
    once(&running.server.app).await.expect("evaluated");
    let mut read = async |minute: i64, litres: i64| {
        let t = first.plus(minute * 60_000);
        meter.publish_as("telemetry", &serde_json::json!({ "t": t, "reg": litres * 1_000, "valve": "open" })).await;
    };
    read(0, 0).await;
    once(&running.server.app).await.expect("evaluated");
    // Rp1,500 a cubic metre: six of them cost 9,000, and 52,000 are left.
    read(150, 6_000).await;
    assert_eq!((due(&running).await, level(&running).await), (0, Level::Ok));
    // Two more bring 49,000.
    read(200, 8_000).await;
    assert_eq!(due(&running).await, 1);
    once(&running.server.app).await.expect("evaluated");
    assert_eq!((due(&running).await, level(&running).await), (0, Level::Warning));
    clean(running).await;
}

/// A database with so many connections at which nothing is to be done before tomorrow.
fn quiet(count: i64) -> Connection {
    let mut db = Connection::open_in_memory().expect("memory");
    migrate::run(&mut db).expect("the schema");
    db.execute_batch(
        "INSERT INTO utility (id, name) VALUES (x'01', 'Uji'); INSERT INTO zone (id, utility, name, time_zone) VALUES (x'01', 1, 'Z', 'Asia/Jakarta');
         INSERT INTO customer (id, utility, number, name) VALUES (x'01', 1, '1', 'P');",
    )
    .expect("a utility");
    db.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         INSERT INTO connection (id, utility, customer, zone, kind, label, address, tariff_class)
         SELECT CAST(i AS BLOB), 1, 1, 1, 'residential', '', '', 'residential' FROM n",
        [count],
    )
    .expect("connections");
    db.execute("INSERT INTO connection_class (connection, since, class) SELECT num, 0, tariff_class FROM connection", [])
        .expect("classes");
    let tomorrow = now().plus(DAY_MS).0;
    assert_eq!(db.execute("UPDATE supply_state SET due_at = ?1", params![tomorrow]).expect("quiet") as i64, count);
    db
}

#[test]
fn a_hundred_thousand_unchanged_connections_cost_nothing() {
    let db = quiet(100_000);
    let steps = plan(&db, rows::supply::DUE, params![now().0, 10]);
    assert_eq!(steps, ["SEARCH supply_state USING COVERING INDEX supply_due (due_at<?)"]);
    let started = Instant::now();
    for _ in 0..100 {
        assert_eq!(evaluation::due(&db, now()).expect("reads"), Vec::<i64>::new());
    }
    let each = started.elapsed() / 100;
    assert!(each.as_micros() < 1_000, "{each:?}");
    db.execute("UPDATE supply_state SET due_at = 0 WHERE connection IN (7, 70000)", []).expect("due");
    let turns = evaluation::due(&db, now()).expect("reads");
    assert_eq!(turns, [7, 70_000]);
}
