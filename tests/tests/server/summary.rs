//! The use of a utility's day: by the hour, in one time zone, from connections in two; for its admins alone, and of no other utility.

use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::{Millilitres, TimeZone};
use protocol::summary::DaySummary;
use serde_json::json;
use sync_server::core::{Clock, now};
use tests::town::Town;
use tests::world::{Running, World};

const SUMMARY: &str = "/admin/v1/summary";

/// Millilitres that each of the two meters passes in an hour.
const FLOWS: [i64; 2] = [1_000, 2_000];

/// Brings a reading of both meters at each full hour from an instant on, so many hours long.
async fn hourly(running: &Running, start: i64, hours: i64) {
    let readings: Vec<_> = (0..=hours)
        .flat_map(|hour| {
            let of = |(meter, flow): (usize, i64)| {
                json!({ "serial": running.world.meters[meter].serial, "t": start + hour * HOUR_MS, "reg": 1_000_000 + hour * flow })
            };
            FLOWS.into_iter().enumerate().map(of).collect::<Vec<_>>()
        })
        .collect();
    let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).json(&readings);
    let answer = request.basic_auth("gateway", Some(&running.world.gateway)).send().await.expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_has_three_days_by_the_hour_from_connections_in_two_time_zones() {
    let zone = TimeZone::Jakarta;
    // Half past ten in the morning of yesterday, for this server.
    let today = zone.start_of(zone.day_of(now()).plus(-1));
    let at = today.plus(10 * HOUR_MS + HOUR_MS / 2);
    let running = World::new().start_with(Clock::new(move || at)).await;
    let admin = running.tokens("admin").await.access_token;
    let nothing: DaySummary = running.get(&admin, SUMMARY).await;
    assert_eq!((nothing.metered, nothing.today.by_now, nothing.today.coverage), (2, Millilitres(0), 0));
    assert!(nothing.today.hours.iter().all(Option::is_none), "nothing was measured");

    // The last reading is of ten o'clock; half an hour is yet to be measured.
    hourly(&running, today.0 - 2 * DAY_MS, 2 * 24 + 10).await;
    let summary: DaySummary = running.get(&admin, SUMMARY).await;
    let each = FLOWS.iter().sum::<i64>();
    assert_eq!((summary.at, summary.time_zone, summary.day), (at, zone, zone.day_of(today)), "of two as many the western one");
    for day in [&summary.yesterday, &summary.day_before] {
        assert_eq!(day.hours, vec![Some(each); 24]);
        assert_eq!((day.by_now, day.coverage), (Millilitres(each * 10 + each / 2), 1_000), "by half past ten");
    }
    let so_far: Vec<_> = (0..24).map(|hour| (hour < 10).then_some(each)).collect();
    assert_eq!((summary.today.hours, summary.today.by_now), (so_far, Millilitres(each * 10)));
    assert_eq!(summary.today.coverage, 952, "ten hours of ten and a half");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_says_nothing_of_another_utility() {
    let running = World::new().start().await;
    hourly(&running, now().0 - 6 * HOUR_MS, 6).await;
    let admin = running.tokens("admin").await.access_token;
    let cash = json!({ "id": uuid::Uuid::now_v7(), "connection": running.world.meters[0].connection, "amount": 50_000 });
    let _: serde_json::Value = running.post(&admin, "/admin/v1/money/cash", &cash).await;
    let ours: DaySummary = running.get(&admin, SUMMARY).await;
    assert!(ours.metered == 2 && !ours.receipts.is_empty(), "{ours:?}");
    let town = Town::new(&running).await;
    let theirs: DaySummary = running.get(&town.people[0].token, SUMMARY).await;
    assert_eq!((theirs.metered, theirs.receipts.len()), (0, 0));
    let days = [&theirs.today, &theirs.yesterday, &theirs.day_before];
    assert!(days.iter().all(|day| day.hours.iter().all(Option::is_none)), "{theirs:?}");
    running.server.stop().await;
}
