//! The clock of a technician's device is slow, fast or set by hand: what was read is charged at the time when it was read, or not at all.

use domain::UtcMillis;
use domain::core::local_time::{HOUR_MS, MINUTE_MS};
use protocol::ui::{Answer, OutboxState, Phase, Request};
use serde_json::{Value, json};
use sync_server::core::{Clock, now};
use tests::field::{clean, database, outbox, phase, reading, sign_in, submit, until};
use tests::world::{Running, World};
use uuid::Uuid;

/// The register at the beginning, in mL.
const R: i64 = 1_000_000_000;
/// How slow the device is.
const SLOW: i64 = 140 * MINUTE_MS;

/// The meter's own readings, every hour from `start` on.
async fn hourly(running: &Running, start: UtcMillis, registers: &[i64]) {
    let serial = &running.world.meters[0].serial;
    let list: Vec<_> = registers
        .iter()
        .zip(0..)
        .map(|(reg, hour)| json!({ "serial": serial, "t": start.plus(hour * HOUR_MS), "reg": R + reg }))
        .collect();
    let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).json(&list);
    let answer = request.basic_auth("gateway", Some(&running.world.gateway)).send().await.expect("an answer");
    assert!(answer.status().is_success());
}

/// Pushes an operation as it is on the wire.
async fn push(running: &Running, op: &Value, sent: Option<Value>) -> Value {
    let token = running.tokens("technician").await.access_token;
    let mut asked = json!({ "outbox": Uuid::now_v7(), "ops": [op] });
    if let Some(sent) = sent {
        asked["sent"] = sent;
    }
    let request = reqwest::Client::new().post(format!("{}/sync/v1/push", running.url())).bearer_auth(token).json(&asked);
    request.send().await.expect("an answer").json().await.expect("JSON")
}

/// A manual reading of R + 900,000 mL, saved at the instant at which it was taken, by the device's clock.
fn by_eye(running: &Running, at: UtcMillis, clock: Option<Value>) -> Value {
    let command = json!({ "kind": "record_reading", "reading": Uuid::now_v7(), "meter": running.world.meters[0].id, "at": at,
        "register": R + 900_000 });
    let mut op = json!({ "id": Uuid::now_v7(), "seq": 1, "lane": "field", "v": 1, "command": command, "occurred_at": at });
    if let Some(clock) = clock {
        op["clock"] = clock;
    }
    op
}

/// What was used in all, and of the manual reading when it was and why to look at it.
fn charged(running: &Running) -> (i64, i64, String) {
    let db = database(&running.world);
    let sql = "SELECT (SELECT SUM(volume) FROM usage_day), at, review FROM manual_reading";
    db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).expect("a manual reading")
}

/// The meter's readings with the technician's among them, pushed a quarter of an hour after the last by a device of which this is known.
async fn pushed(clock: Option<Value>, sent: Option<Value>) -> (i64, i64, String) {
    let running = World::new().start().await;
    let start = now().plus(-4 * HOUR_MS - 15 * MINUTE_MS);
    hourly(&running, start, &[0, 300_000, 600_000, 850_000, 1_000_000]).await;
    let truly = start.plus(190 * MINUTE_MS);
    let op = by_eye(&running, truly.plus(-SLOW), clock);
    let first = push(&running, &op, sent.clone()).await;
    assert_eq!(first["results"][0]["status"], "applied", "{first}");
    let found = charged(&running);
    // The same operation again, by a device that knows more or less by now, is the same.
    for sent in [sent, None, Some(json!({ "at": now(), "clock": { "skew_ms": 5 } }))] {
        let again = push(&running, &op, sent).await;
        assert_eq!((&again["results"][0]["duplicate"], &again["results"][0]["status"]), (&json!(true), &json!("applied")));
    }
    assert_eq!(charged(&running), found);
    let off = found.1 - truly.0;
    clean(running).await;
    (found.0, off, found.2)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_by_a_slow_clock_is_charged_when_it_was_taken_if_the_skew_was_known() {
    let (used, off, review) = pushed(Some(json!({ "skew_ms": SLOW })), None).await;
    assert_eq!((used, off, review.as_str()), (1_000_000, 0, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_skew_that_is_known_only_when_it_is_pushed_counts_for_the_whole_run() {
    let run = Uuid::now_v7();
    let clock = json!({ "monotonic": { "run": run, "ms": 5_000 } });
    // The reading was taken 65 min before the push.
    let monotonic = json!({ "run": run, "ms": 5_000 + 65 * MINUTE_MS });
    let sent = json!({ "at": now().plus(-SLOW), "clock": { "skew_ms": SLOW, "monotonic": monotonic } });
    let (used, off, review) = pushed(Some(clock.clone()), Some(sent)).await;
    assert_eq!((used, review.as_str()), (1_000_000, ""));
    assert!(off.abs() < MINUTE_MS, "{off}");
    // The clock was set right by hand in between: the run tells it all the same.
    let sent = json!({ "at": now(), "clock": { "skew_ms": 0, "monotonic": monotonic } });
    let (used, off, review) = pushed(Some(clock), Some(sent)).await;
    assert_eq!((used, review.as_str()), (1_000_000, ""));
    assert!(off.abs() < MINUTE_MS, "{off}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_of_which_nothing_is_known_is_doubtful_and_not_charged_against_the_meter() {
    for clock in [None, Some(json!({ "monotonic": { "run": Uuid::now_v7(), "ms": 5_000 } }))] {
        let (used, off, review) = pushed(clock, None).await;
        assert_eq!((used, off, review.as_str()), (1_000_000, -SLOW, "clock_doubtful,implausible"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_of_a_reading_in_a_sheet_stands_whatever_the_clock_of_the_device_that_imported_it() {
    for clock in [Some(json!({ "skew_ms": SLOW })), None] {
        let running = World::new().start().await;
        let start = now().plus(-4 * HOUR_MS - 15 * MINUTE_MS);
        hourly(&running, start, &[0, 300_000, 600_000, 850_000, 1_000_000]).await;
        let of_sheet = start.plus(190 * MINUTE_MS);
        let mut op = by_eye(&running, of_sheet, clock);
        (op["lane"], op["occurred_at"]) = (json!("import"), json!(now().plus(-SLOW)));
        let answer = push(&running, &op, None).await;
        assert_eq!(answer["results"][0]["status"], "applied", "{answer}");
        assert_eq!(charged(&running), (1_000_000, of_sheet.0, String::new()));
        clean(running).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fast_clock_is_corrected_as_well_and_the_audit_log_says_what_it_said() {
    let running = World::new().start().await;
    let start = now().plus(-4 * HOUR_MS - 15 * MINUTE_MS);
    hourly(&running, start, &[0, 300_000, 600_000, 850_000, 1_000_000]).await;
    let truly = start.plus(190 * MINUTE_MS);
    let stamped = truly.plus(SLOW);
    let answer = push(&running, &by_eye(&running, stamped, Some(json!({ "skew_ms": -SLOW }))), None).await;
    assert_eq!(answer["results"][0]["status"], "applied", "{answer}");
    assert_eq!(charged(&running), (1_000_000, truly.0, String::new()));
    let changes: String = database(&running.world)
        .query_row("SELECT changes FROM audit ORDER BY num DESC LIMIT 1", [], |row| row.get(0))
        .expect("an entry");
    assert!(changes.contains(&stamped.0.to_string()) && changes.contains(&truly.0.to_string()), "{changes}");
    // A note is dated by the same rule.
    let command =
        json!({ "kind": "add_note", "note": Uuid::now_v7(), "meter": running.world.meters[0].id, "text": "Segel utuh" });
    let op = json!({ "id": Uuid::now_v7(), "seq": 2, "lane": "field", "v": 1, "command": command, "occurred_at": truly.plus(-SLOW),
        "clock": { "skew_ms": SLOW } });
    push(&running, &op, None).await;
    let (at, review): (i64, String) = database(&running.world)
        .query_row("SELECT at, review FROM note", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("a note");
    assert_eq!((at, review.as_str()), (truly.0, ""));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_itself_says_what_it_knows_of_its_clock() {
    // This machine's clock is the device's; the server's is 2 h 20 min ahead of it, or behind.
    for slow in [SLOW, -SLOW] {
        let running = World::new().start_with(Clock::new(move || now().plus(slow))).await;
        let client = running.client("technician").await;
        sign_in(&client, "technician").await;
        phase(&client, Phase::Live).await;
        let (before, after) = (now().plus(slow - MINUTE_MS), now().plus(slow + MINUTE_MS));
        submit(&client, reading(&running.world.meters[0], now(), 1_000, None)).await;
        until(&client, "the reading", async || {
            outbox(&client).await.iter().all(|item| item.state == OutboxState::Sent).then_some(())
        })
        .await;
        let (at, review): (i64, String) = database(&running.world)
            .query_row("SELECT at, review FROM manual_reading", [], |row| Ok((row.get(0)?, row.get(1)?)))
            .expect("a manual reading");
        assert!((before.0..after.0).contains(&at), "{} ms off", at - before.0);
        assert_eq!(review, "");
        running.server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_that_reports_is_online_on_a_device_whose_clock_is_wrong() {
    for slow in [SLOW, -SLOW] {
        let running = World::new().start_with(Clock::new(move || now().plus(slow))).await;
        hourly(&running, now().plus(slow), &[0]).await;
        let client = running.client("technician").await;
        sign_in(&client, "technician").await;
        until(&client, "a meter that is online", async || match client.call(Request::Zones).await.expect("an answer") {
            Answer::Zones(zones) => zones.iter().any(|zone| zone.counts.online == 1).then_some(()),
            other => panic!("{other:?}"),
        })
        .await;
        running.server.stop().await;
    }
}
