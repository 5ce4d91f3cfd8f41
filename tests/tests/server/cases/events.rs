//! What a meter reports of itself.

use super::open_cases;
use domain::alerts::case::{Cause, Found};
use protocol::sync::rows::MeterCase;
use serde_json::json;
use std::time::Instant;
use sync_server::core::now;
use sync_server::metering::install::install;
use tests::alerts::number;
use tests::field::{clean, sign_in, until};
use tests::valve::Meter;
use tests::work::{report, stored};
use tests::world::{Kept, World, client_with};

/// Messages of an alarm that does not end.
const STORM: i64 = 3_600;

#[tokio::test(flavor = "multi_thread")]
async fn a_forced_cover_reaches_the_admin_in_two_seconds_and_a_storm_of_it_is_one_case() {
    let running = World::new().start().await;
    let folder = running.world.folder.path().to_owned();
    let mut devices = Vec::new();
    for name in ["admin", "technician", "customer"] {
        let client = client_with(&folder.join(name), &running.url(), &Kept::default()).await;
        sign_in(&client, name).await;
        devices.push(client);
    }
    let device = running.world.meters[0].clone();
    let mut meter = Meter::connect(running.server.mqtt, &device).await;
    let begun = Instant::now();
    let first = now().0;
    meter.publish_as("event", &json!({ "t": first, "kind": "cover_open", "reg": 7_000 })).await;
    let seen = until(&devices[0], "the case", async || open_cases(&devices[0]).await.into_iter().next()).await;
    assert!(begun.elapsed().as_secs_f64() < 2.0, "{:?}", begun.elapsed());
    let MeterCase { cause, found, .. } = seen.case;
    assert_eq!(cause, Cause::CoverOpen);
    assert!(matches!(found, Found::Events { count: 1, register: Some(register), .. } if register.0 == 7_000), "{found:?}");
    until(&devices[1], "the case", async || open_cases(&devices[1]).await.into_iter().next()).await;

    for step in 1..STORM {
        meter.publish_as("event", &json!({ "t": first + step, "kind": "cover_open", "reg": 7_000 + step })).await;
    }
    let stored = running.server.app.store.read(|db| {
        let sql = "SELECT COUNT(*), MAX(json_extract(found, '$.count')), MAX(rev), (SELECT COUNT(*) FROM notification WHERE kind = 'tamper')
            FROM meter_case";
        Ok(db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?)
    });
    let (cases, counted, revisions, notified): (i64, i64, i64, i64) = stored.await.expect("reads");
    assert_eq!((cases, counted), (1, STORM));
    assert!(revisions <= 4, "it is published once a minute at most: {revisions}");
    assert_eq!(notified, 1, "the admin, once");
    assert!(open_cases(&devices[2]).await.is_empty(), "what befell the meter is not the customer's to judge");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cover_forced_where_a_meter_is_now_is_not_counted_to_a_case_of_where_it_was() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let mut meter = Meter::connect(running.server.mqtt, &device).await;
    report(&mut meter, "cover_open", now()).await;
    let one = || ("cover_open".to_owned(), false, true, 1);
    assert_eq!(stored(&running, 1).await, [one()]);
    // It is put up at the other connection, while nobody has answered yet.
    let moved = running.server.app.store.writer.work(|tx| {
        let num = |sql: &str| tx.db.query_row(sql, [], |row| row.get::<_, i64>(0));
        let meter = num("SELECT num FROM meter WHERE serial = 'WM-TEST-A'")?;
        let place = num("SELECT connection FROM installation JOIN meter ON num = meter WHERE serial = 'WM-TEST-B'")?;
        install(tx, meter, place, tx.now)
    });
    moved.await.expect("put up");
    running.server.app.store.writer.forget_meters().await.expect("read anew");
    report(&mut meter, "cover_open", now()).await;
    assert_eq!(stored(&running, 1).await, [one(), one()]);
    assert_eq!(number(&running, "SELECT COUNT(DISTINCT connection) FROM meter_case").await, 2);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM notification WHERE kind = 'tamper'").await, 2, "the admin of each");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_come_the_latest_first_leave_the_registers_of_the_first_and_the_last() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let mut meter = Meter::connect(running.server.mqtt, &device).await;
    let begun = now().0 - 60_000;
    for step in [2, 0, 1, 3] {
        meter.publish_as("event", &json!({ "t": begun + step, "kind": "magnet", "reg": 7_000 + step })).await;
    }
    let register = "SELECT json_extract(found, '$.register') FROM meter_case";
    let last = "SELECT json_extract(found, '$.register_last') FROM meter_case";
    assert_eq!((number(&running, register).await, number(&running, last).await), (7_000, 7_003));
    meter.publish_as("event", &json!({ "t": begun - 1, "kind": "magnet", "reg": 6_999 })).await;
    assert_eq!((number(&running, register).await, number(&running, last).await), (6_999, 7_003));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_alarm_of_a_meter_whose_clock_begins_at_1970_counts() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let mut meter = Meter::connect(running.server.mqtt, &device).await;
    for register in [7_000, 7_100] {
        meter.publish_as("event", &json!({ "t": 0, "kind": "cover_open", "reg": register })).await;
        // It is stored under the time at which it was received: the next one comes in another millisecond.
        let received_by = now();
        while now() <= received_by {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(stored(&running, 1).await, [("cover_open".to_owned(), false, true, 2)]);
    assert_eq!(number(&running, "SELECT json_extract(found, '$.register_last') FROM meter_case").await, 7_100);
    clean(running).await;
}
