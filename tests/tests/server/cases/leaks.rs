//! The rules of leaks over readings as they arrive.

use domain::core::local_time::{DAY_MS, MINUTE_MS};
use serde_json::json;
use simulators::meters::households::Household;
use simulators::meters::leaks::{Leak, Profile};
use sync_server::core::now;
use tests::cases::judge;
use tests::field::clean;
use tests::world::{Running, World};

/// Days of use before the leak, so that the rules know the household.
const BEFORE: usize = 25;

/// Days with it.
const WITH: usize = 3;

/// Minutes between two readings.
const EVERY: usize = 15;

/// The registers of a household in which a leak begins, `(time, mL)`, up to now.
fn history(seed: u64, rate: i64) -> Vec<(i64, i64)> {
    let days = BEFORE + WITH;
    let minutes = Household::new(seed, 2).minutes(days);
    let start = now().0 - days as i64 * DAY_MS;
    let mut leak = Leak::new(Profile::Steady, rate, seed);
    let (mut register, mut readings) = (5_000_000, vec![(start, 5_000_000)]);
    for (minute, used) in minutes.iter().enumerate() {
        let since = minute as i64 - (BEFORE * 1_440) as i64;
        register += used + if since >= 0 { leak.next_minute(since) } else { 0 };
        if (minute + 1) % EVERY == 0 {
            readings.push((start + (minute as i64 + 1) * MINUTE_MS, register));
        }
    }
    readings
}

async fn send(running: &Running, serial: &str, readings: &[(i64, i64)]) {
    let body: Vec<_> = readings.iter().map(|(t, register)| json!({ "serial": serial, "t": t, "reg": register })).collect();
    let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).json(&body);
    let answer = request.basic_auth("gateway", Some(&running.world.gateway)).send().await.expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
}

/// Cause, start, whether it goes on, by meter; withdrawn ones are none.
async fn stored(running: &Running, meter: i64) -> Vec<(String, i64, bool)> {
    let read = running.server.app.store.read(move |db| {
        let mut query = db.prepare(
            "SELECT cause, start, cleared_at IS NULL FROM meter_case WHERE meter = ?1 AND withdrawn_at IS NULL ORDER BY start, cause",
        )?;
        Ok(query.query_map([meter], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<Result<Vec<_>, _>>()?)
    });
    read.await.expect("reads")
}

#[tokio::test(flavor = "multi_thread")]
async fn late_and_repeated_readings_leave_the_cases_of_the_whole_history() {
    let running = World::new().start().await;
    let readings = history(17, 40_000);
    // One meter's readings arrive in their order, the other's as they come: parts in disorder, a third of them twice, judged in between.
    send(&running, "WM-TEST-A", &readings).await;
    judge(&running).await;
    let mut parts: Vec<_> = readings.chunks(96).collect();
    let mut order = fastrand::Rng::with_seed(17);
    order.shuffle(&mut parts);
    for (place, part) in parts.iter().enumerate() {
        send(&running, "WM-TEST-B", part).await;
        if place % 3 == 0 {
            send(&running, "WM-TEST-B", part).await;
        }
        if place % 4 == 0 {
            judge(&running).await;
        }
    }
    judge(&running).await;
    let (in_order, as_they_came) = (stored(&running, 1).await, stored(&running, 2).await);
    let leak = now().0 - (WITH as i64) * DAY_MS;
    assert!(in_order.iter().any(|(_, start, open)| *open && (start - leak).abs() < DAY_MS), "the leak is found: {in_order:?}");
    assert_eq!(as_they_came, in_order);
    // `check` judges both from their first reading on.
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leak_is_notified_once_and_cleared_when_it_is_over() {
    let running = World::new().start().await;
    let readings = history(17, 40_000);
    for part in readings.chunks(readings.len() / 7) {
        send(&running, "WM-TEST-A", part).await;
        judge(&running).await;
    }
    let notified = async || {
        let read = running.server.app.store.read(|db| {
            let sql = "SELECT user, cleared_at IS NULL FROM notification WHERE kind = 'leak' ORDER BY user";
            let mut query = db.prepare(sql)?;
            Ok(query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<Vec<(i64, bool)>, _>>()?)
        });
        read.await.expect("reads")
    };
    let first = notified().await;
    assert_eq!(first.len(), 1, "one user has this connection, and 40 L an hour wakes no admin: {first:?}");
    assert!(first[0].1);
    // A dry day at the end: the leak is repaired. The clock is the server's own, so the day lies behind the readings.
    let (last, register) = readings[readings.len() - 1];
    let clock = running.server.app.store.clock.now();
    assert!(clock.0 - last < DAY_MS);
    let dry: Vec<_> = (1..=3).map(|step| (last + step * MINUTE_MS, register)).collect();
    send(&running, "WM-TEST-A", &dry).await;
    judge(&running).await;
    assert_eq!(notified().await.len(), 1);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_meter_s_case_is_cleared_by_time_alone() {
    let running = World::new().start().await;
    send(&running, "WM-TEST-A", &history(17, 40_000)).await;
    judge(&running).await;
    assert!(stored(&running, 1).await.iter().any(|(.., open)| *open));
    let later = running.server.app.store.clock.now().plus(8 * DAY_MS);
    sync_server::jobs::leaks::once_at(&running.server.app, later).await.expect("swept");
    assert!(!stored(&running, 1).await.iter().any(|(.., open)| *open));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silence_that_ends_leaves_the_cases_of_the_whole_history() {
    let running = World::new().start().await;
    let readings = history(17, 40_000);
    // The meter is silent for the last days of its readings, is swept meanwhile, and then sends what it had kept.
    let kept = readings.len() - 96;
    send(&running, "WM-TEST-A", &readings[..kept]).await;
    judge(&running).await;
    assert!(stored(&running, 1).await.iter().any(|(.., open)| *open));
    let later = running.server.app.store.clock.now().plus(8 * DAY_MS);
    sync_server::jobs::leaks::once_at(&running.server.app, later).await.expect("swept");
    assert!(!stored(&running, 1).await.iter().any(|(.., open)| *open), "nobody knows whether it runs still");
    send(&running, "WM-TEST-A", &readings[kept..]).await;
    send(&running, "WM-TEST-B", &readings).await;
    judge(&running).await;
    let (silent, judged_at_once) = (stored(&running, 1).await, stored(&running, 2).await);
    assert!(silent.iter().any(|(.., open)| *open), "what it had kept says that it runs: {silent:?}");
    assert_eq!(silent, judged_at_once);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_becomes_worse_is_notified_again_and_one_that_does_not_is_not() {
    let running = World::new().start().await;
    send(&running, "WM-TEST-A", &history(17, 40_000)).await;
    judge(&running).await;
    let notified = async |severity: &'static str| {
        let work = running.server.app.store.writer.work(move |tx| {
            let sql = "UPDATE meter_case SET severity = ?1 WHERE cleared_at IS NULL RETURNING num";
            let case: i64 = tx.db.query_row(sql, [severity], |row| row.get(0))?;
            sync_server::cases::shown::notify(tx, case)?;
            let sql = "SELECT COUNT(*) FROM notification WHERE kind = 'leak'";
            Ok(tx.db.query_row(sql, [], |row| row.get::<_, i64>(0))?)
        });
        work.await.expect("notified")
    };
    assert_eq!(notified("moderate").await, 1, "its customer");
    assert_eq!(notified("severe").await, 3, "its customer again, and the admin");
    assert_eq!(notified("severe").await, 3);
    running.server.stop().await;
}
