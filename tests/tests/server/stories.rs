//! Readings that contradict one another, over the server: what is charged, what is marked for review, and a person's word on it.

use domain::UtcMillis;
use domain::core::local_time::MINUTE_MS;
use rusqlite::OpenFlags;
use serde_json::{Value, json};
use sync_server::billing::tariffs;
use sync_server::check;
use sync_server::core::{now, open_connection};
use sync_server::jobs;
use tests::field::{applied, clean, database, reading, send};
use tests::valve::{ZONE, adjust, at, held, order_states, working_day};
use tests::world::{Running, World};

/// Sends registers of the first meter by its gateway.
async fn report(running: &Running, readings: &[(UtcMillis, i64)]) {
    let serial = running.world.meters[0].serial.as_str();
    let body: Vec<Value> = readings.iter().map(|(t, reg)| json!({ "serial": serial, "t": t.0, "reg": reg })).collect();
    let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url()));
    let answer = request.basic_auth("gateway", Some(&running.world.gateway)).json(&body).send().await.expect("an answer");
    let answer: Value = answer.json().await.expect("JSON");
    assert_eq!((&answer["stored"], &answer["refused"]), (&readings.len().into(), &json!([])));
}

/// What is summed of all connections, in millilitres.
fn used(running: &Running) -> i64 {
    let sql = "SELECT COALESCE(SUM(volume), 0) FROM usage_day";
    database(&running.world).query_row(sql, [], |row| row.get(0)).expect("the sums")
}

fn text(running: &Running, sql: &str) -> String {
    database(&running.world).query_row(sql, [], |row| row.get(0)).expect(sql)
}

/// What `sync-server check` finds, once the server has stopped.
fn findings(file: std::path::PathBuf) -> Vec<String> {
    let db = open_connection(&file, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("opens");
    check::check(&db).expect("checks").findings
}

async fn ask(running: &Running, path: &str, body: Option<Value>) -> (u16, Value) {
    let token = running.tokens("admin").await.access_token;
    let client = reqwest::Client::new();
    let url = format!("{}{path}", running.url());
    let request = body.map_or_else(|| client.get(&url), |body| client.post(&url).json(&body));
    let response = request.bearer_auth(token).send().await.expect("an answer");
    (response.status().as_u16(), response.json().await.expect("JSON"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_manual_reading_is_marked_and_charged_never_once_the_meter_contradicts_it() {
    let running = World::new().start().await;
    let meter = running.world.meters[0].clone();
    let start = UtcMillis(now().0 - 49 * 60 * MINUTE_MS);
    let (later, after) = (start.plus(48 * 60 * MINUTE_MS), |minutes: i64| start.plus((48 * 60 + minutes) * MINUTE_MS));
    for (at, litres) in [(start, 207_410), (later, 307_410)] {
        let results = send(&running, "technician", &[reading(&meter, at, litres, None)]).await;
        assert!(applied(&results[0]));
    }
    assert_eq!(used(&running), 100_000_000, "nothing contradicts it yet");
    report(&running, &[(after(5), 207_430_000)]).await;
    assert_eq!(used(&running), 20_000, "the meter's first word outweighs it");
    report(&running, &[(after(10), 207_440_000), (after(15), 207_450_000)]).await;
    assert_eq!(used(&running), 40_000);
    assert_eq!(text(&running, "SELECT review FROM manual_reading ORDER BY at DESC LIMIT 1"), "implausible");
    assert_eq!(text(&running, "SELECT review FROM manual_reading ORDER BY at LIMIT 1"), "");
    let file = running.world.config().database();
    running.server.stop().await;
    assert_eq!(findings(file), Vec::<String>::new());
}

/// What was charged for water, in rupiah.
fn charged(running: &Running) -> i64 {
    database(&running.world)
        .query_row("SELECT COALESCE(SUM(due_water), 0) FROM month_charge", [], |row| row.get(0))
        .expect("a sum")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_reading_costs_sixty_rupiah_and_closes_no_valve_once_the_meter_contradicts_it() {
    let running = tests::valve::start().await;
    let meter = running.world.meters[0].clone();
    // In the middle of last month: all of it is in one month.
    let start = UtcMillis(ZONE.start_of(ZONE.day_of(now()).month().first_day()).0 - 15 * 24 * 60 * MINUTE_MS);
    let charged_from = ZONE.day_of(start);
    let charge = running.server.app.store.writer.work(move |tx| tariffs::charge_from(tx, 1, charged_from));
    charge.await.expect("charged");
    let noon = async || jobs::money::once_at(&running.server.app, at(working_day(), 12)).await.expect("evaluated");
    noon().await;
    let owed = adjust(&running, 1).await.0;
    adjust(&running, 100_000 - owed).await;
    noon().await;
    let orders = order_states(&running).await;
    assert!(orders.iter().all(|order| !order.ends_with("pending")), "{orders:?}");
    let hours = |hours: i64, minutes: i64| start.plus((hours * 60 + minutes) * MINUTE_MS);
    assert!(applied(&send(&running, "technician", &[reading(&meter, start, 207_410, None)]).await[0]));
    assert!(applied(&send(&running, "technician", &[reading(&meter, hours(48, 0), 307_410, None)]).await[0]));
    noon().await;
    assert_eq!((used(&running), charged(&running)), (100_000_000, 415_000), "nothing contradicts it yet");
    let orders = order_states(&running).await;
    assert!(orders.last().is_some_and(|order| order == "close_valve pending"), "{orders:?}");
    for (minutes, register, volume, rupiah) in
        [(5, 207_430_000, 20_000, 30), (10, 207_440_000, 30_000, 45), (15, 207_450_000, 40_000, 60)]
    {
        report(&running, &[(hours(48, minutes), register)]).await;
        assert_eq!((used(&running), charged(&running)), (volume, rupiah));
    }
    noon().await;
    let orders = order_states(&running).await;
    assert!(orders.iter().all(|order| !order.ends_with("pending")) && !held(&running).await, "{orders:?}");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn outliers_of_every_figure_are_charged_never_however_they_come() {
    const R: i64 = 1_000_000_000;
    let (minutes, day) = (5 * MINUTE_MS, 24 * 60 * MINUTE_MS);
    let cases: [(&[i64], i64, i64); 4] = [
        (&[R, R + 100_000, R, R, R], minutes, 0),
        (&[60_000_000, 0, 0, 0, 60_400_000], day, 400_000),
        // Two wrong ones beside each other, and two apart.
        (&[R, R + 100_000, R + 100_000, R, R + 1_000, R + 2_000], minutes, 2_000),
        (&[R, R + 1_000, 7, R + 2_000, R + 90_000_000, R + 3_000, R + 4_000], minutes, 4_000),
    ];
    for (registers, spacing, right) in cases {
        let start = now().0 - 20 * day;
        let readings: Vec<_> =
            registers.iter().zip(0..).map(|(register, place)| (UtcMillis(start + place * spacing), *register)).collect();
        let (odd, even): (Vec<usize>, Vec<usize>) = (0..readings.len()).partition(|place| place % 2 == 1);
        for order in [(0..readings.len()).collect(), (0..readings.len()).rev().collect(), [odd, even].concat()] {
            let running = World::new().start().await;
            for place in &order {
                report(&running, &readings[*place..=*place]).await;
            }
            assert_eq!(used(&running), right, "{registers:?} in order {order:?}");
            running.server.stop().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_word_on_a_reading_is_audited_and_everything_follows() {
    let running = World::new().start().await;
    let meter = running.world.meters[0].id;
    let start = now().0 - 60 * MINUTE_MS;
    let readings: Vec<(UtcMillis, i64)> = [0, 100_000, 0, 10_000, 20_000]
        .iter()
        .zip(0..)
        .map(|(more, place)| (UtcMillis(start + place * 5 * MINUTE_MS), 1_000_000_000 + more))
        .collect();
    report(&running, &readings).await;
    assert_eq!(used(&running), 20_000);

    let list = format!("/admin/v1/readings?meter={}", meter.0);
    let (status, answer) = ask(&running, &list, None).await;
    let unusual = answer["readings"].as_array().expect("readings").clone();
    assert_eq!((status, unusual.len()), (200, 2), "the first, and the one that is contradicted: {answer}");
    assert_eq!((&unusual[0]["verdict"], &unusual[0]["register"]), (&json!("contradicted"), &json!(1_000_100_000)));

    let key = uuid::Uuid::now_v7();
    let body = |declared: Value, reason: &str| json!({ "key": key, "meter": meter, "t": readings[1].0, "declared": declared, "reason": reason });
    let (status, _) = ask(&running, "/admin/v1/readings/declare", Some(body(json!("right"), " "))).await;
    assert_eq!((status, used(&running)), (400, 20_000), "no reason, no change");
    for _ in 0..2 {
        let (status, answer) = ask(&running, "/admin/v1/readings/declare", Some(body(json!("right"), "Foto dilihat"))).await;
        assert_eq!((status, &answer["readings"].as_array().expect("readings").len()), (200, &3), "{answer}");
        assert_eq!(used(&running), 120_000, "100,000 until then; the register was set back, and 20,000 since");
    }
    let (status, _) = ask(&running, "/admin/v1/readings/declare", Some(body(Value::Null, "Salah lihat"))).await;
    assert_eq!((status, used(&running)), (200, 20_000), "taken back");
    let entries = "SELECT group_concat(changes, ' ') FROM audit WHERE kind = 'declare_reading'";
    let said = text(&running, entries);
    assert_eq!((said.matches("Foto dilihat").count(), said.matches("Salah lihat").count()), (1, 1), "{said}");
    let file = running.world.config().database();
    running.server.stop().await;
    assert_eq!(findings(file), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_behind_readings_that_contradict_one_another_for_ever_judges_a_few_hundred_again() {
    let running = World::new().start().await;
    let start = now().0 - 20_000 * MINUTE_MS;
    let alternating = |place: i64| (UtcMillis(start + place * MINUTE_MS), 500_000_000 + (place % 2) * 50_000_000);
    for first in (0..5_000).step_by(500) {
        report(&running, &(first..first + 500).map(alternating).collect::<Vec<_>>()).await;
    }
    let verdicts = || -> Vec<i64> {
        let db = database(&running.world);
        let mut query = db.prepare("SELECT verdict FROM reading WHERE t < ?1 ORDER BY t").expect("a query");
        let found = query.query_map([start + 5_000 * MINUTE_MS], |row| row.get(0)).expect("rows");
        found.collect::<Result<_, _>>().expect("verdicts")
    };
    let before = verdicts();
    report(&running, &(5_000..5_003).map(|place| (UtcMillis(start + place * MINUTE_MS), 550_000_000)).collect::<Vec<_>>()).await;
    let changed = before.iter().zip(verdicts()).position(|(old, new)| *old != new).map_or(0, |first| before.len() - first);
    assert!(changed < 1_100, "{changed} readings back were judged otherwise");
    let file = running.world.config().database();
    running.server.stop().await;
    assert_eq!(findings(file), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_flow_behind_an_outlier_is_that_since_the_reading_before_it() {
    let running = World::new().start().await;
    let start = now().0 - 60 * MINUTE_MS;
    // Two litres a minute, and once a register that cannot be.
    for (minutes, more) in [(0, 0), (5, 10_000), (10, 50_000_000), (15, 30_000)] {
        report(&running, &[(UtcMillis(start + minutes * MINUTE_MS), 1_000_000_000 + more)]).await;
    }
    let shown = "SELECT CAST(flow AS TEXT) || ' of ' || register FROM meter_state";
    assert_eq!(text(&running, shown), "2000 of 1000030000");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_flow_is_that_since_the_reading_before_however_readings_are_put_into_messages() {
    let start = now().0 - 180 * MINUTE_MS;
    // An hour in which nothing flows, and one of ten litres a minute.
    let readings =
        [(0, 0), (60, 0), (120, 600_000)].map(|(minutes, more)| (UtcMillis(start + minutes * MINUTE_MS), 1_000_000_000 + more));
    for messages in [&[1, 1, 1][..], &[1, 2], &[2, 1], &[3]] {
        let running = World::new().start().await;
        let mut rest = &readings[..];
        for count in messages {
            let (message, others) = rest.split_at(*count);
            report(&running, message).await;
            rest = others;
        }
        assert_eq!(text(&running, "SELECT CAST(flow AS TEXT) FROM meter_state"), "10000", "{messages:?}");
        clean(running).await;
    }
    let running = World::new().start().await;
    report(&running, &readings[..1]).await;
    assert_eq!(
        text(&running, "SELECT CAST(flow AS TEXT) FROM meter_state"),
        "0",
        "nothing is known of what flowed before the first"
    );
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn manual_readings_that_contradict_what_a_meter_said_last_correct_the_register_that_is_shown() {
    let running = World::new().start().await;
    let meter = running.world.meters[0].clone();
    let start = UtcMillis(now().0 - 60 * MINUTE_MS);
    let after = |minutes: i64| start.plus(minutes * MINUTE_MS);
    report(&running, &[(start, 1_000_000_000), (after(5), 1_000_100_000)]).await;
    let shown = "SELECT CAST(register AS TEXT) || ' at ' || t FROM meter_state";
    assert_eq!(text(&running, shown), format!("1000100000 at {}", after(5).0));
    for (minutes, litres) in [(10, 1_000_005), (15, 1_000_010), (20, 1_000_015)] {
        assert!(applied(&send(&running, "technician", &[reading(&meter, after(minutes), litres, None)]).await[0]));
    }
    assert_eq!(used(&running), 15_000, "three against one");
    assert_eq!(text(&running, shown), format!("1000000000 at {}", after(5).0), "the meter itself has said nothing new");
    // It was right, and so is what is read now, which is no report of the meter.
    assert!(applied(&send(&running, "technician", &[reading(&meter, after(25), 1_000_120, None)]).await[0]));
    let body = json!({
        "key": uuid::Uuid::now_v7(), "meter": meter.id, "t": after(5).0, "declared": "right", "reason": "Foto dilihat"
    });
    assert_eq!(ask(&running, "/admin/v1/readings/declare", Some(body)).await.0, 200);
    assert_eq!((used(&running), text(&running, shown)), (120_000, format!("1000100000 at {}", after(5).0)));
    clean(running).await;
}
