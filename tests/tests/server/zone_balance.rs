//! Bulk meters of zones and their water balances over the real API: days are those of each time zone and equal what the readings themselves say,
//! a meter is a zone's or a connection's and never both, and what is lost for a week is said once.

use crate::api::send;
use domain::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use domain::metering::zone_balance::DayState;
use domain::{LocalDay, Millilitres, TimeZone, UtcMillis, ZoneId};
use protocol::metering::zone_balance::{ZoneBalance, ZoneInflows, ZoneLosses};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sync_server::core::{Clock, now};
use sync_server::jobs::{health, zone_losses};
use tests::bulk::{Course, STEP_MS, course, flows, register, used};
use tests::field::{self, clean};
use tests::world::{Running, World};
use uuid::Uuid;

const INFLOW: &str = "/admin/v1/zones/inflow";

/// What passed between two instants at which there are readings.
fn passed(course: &Course, from: UtcMillis, to: UtcMillis) -> i64 {
    let at = |wanted: UtcMillis| course.iter().find(|(t, _)| *t == wanted).expect("a reading").1;
    at(to) - at(from)
}

fn passed_on(course: &Course, zone: TimeZone, day: LocalDay) -> i64 {
    passed(course, zone.start_of(day), zone.start_of(day.plus(1)))
}

/// Noon of the day before yesterday in Jakarta, which is the same day in all zones.
fn noon() -> UtcMillis {
    let zone = TimeZone::Jakarta;
    zone.start_of(zone.day_of(now()).plus(-2)).plus(12 * HOUR_MS)
}

async fn at_noon() -> (Running, UtcMillis) {
    let at = noon();
    (World::new().start_with(Clock::new(move || at)).await, at)
}

async fn ask(running: &Running, (key, zone): (Uuid, ZoneId), inflow: Value) -> (StatusCode, Value) {
    let token = running.token("admin").await;
    let body = json!({ "key": key, "zone": zone, "inflow": inflow });
    send(running, Method::POST, INFLOW, Some(&token), Some(body)).await
}

async fn done(running: &Running, zone: ZoneId, inflow: Value) -> ZoneInflows {
    let (status, answer) = ask(running, (Uuid::now_v7(), zone), inflow).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    serde_json::from_value(answer).expect("bulk meters")
}

async fn refused(running: &Running, zone: ZoneId, inflow: Value) -> String {
    let (status, answer) = ask(running, (Uuid::now_v7(), zone), inflow.clone()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{inflow}: {answer}");
    answer["detail"].as_str().unwrap_or_default().split(':').next().unwrap_or_default().to_owned()
}

async fn number(running: &Running, sql: String) -> i64 {
    let found = running.server.app.store.read(move |db| Ok(db.query_row(&sql, [], |row| row.get(0))?));
    found.await.expect("a number")
}

async fn balance(running: &Running, zone: ZoneId, query: &str) -> ZoneBalance {
    let token = running.token("admin").await;
    running.get(&token, &format!("/admin/v1/zones/balance?zone={zone}{query}")).await
}

/// Adds a zone in Jayapura's time, without connections.
async fn far_zone(running: &Running) -> ZoneId {
    let (token, id) = (running.token("admin").await, ZoneId(Uuid::now_v7()));
    let change = json!({ "what": "add", "name": "Jauh", "time_zone": "Asia/Jayapura" });
    let body = json!({ "key": id, "zone": id, "change": change });
    let added = send(running, Method::POST, "/admin/v1/zones/change", Some(&token), Some(body)).await;
    assert_eq!(added.0, StatusCode::OK, "{}", added.1);
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_balance_is_what_the_readings_say_by_the_days_of_each_time_zone() {
    let (running, at) = at_noon().await;
    let [west, east] = running.world.zones;
    let zones = [west, east, far_zone(&running).await];
    for (place, (zone, time)) in zones.into_iter().zip(TimeZone::ALL).enumerate() {
        let (today, serial) = (time.day_of(at), format!("INDUK-{place}"));
        let start = time.start_of(today.plus(-3));
        done(&running, zone, register(&serial, start)).await;
        let steps = at.since(start) / STEP_MS;
        let went_in = course(start, steps, 200_000);
        flows(&running, &serial, &went_in, at).await;
        let household = (place < 2).then(|| course(start, steps, 20_000));
        if let Some(household) = &household {
            used(&running, ["WM-TEST-A", "WM-TEST-B"][place], household).await;
        }
        let found = balance(&running, zone, &format!("&from={}&to={}", today.0 - 3, today.0)).await;
        assert_eq!((found.time_zone, found.balance.counted, found.price_per_m3), (time, 3, None));
        let mut unexplained = 0;
        for day in &found.balance.days[..3] {
            let inflow = passed_on(&went_in, time, day.day);
            let measured = household.as_ref().map_or(0, |household| passed_on(household, time, day.day));
            assert_eq!((day.state, day.parts.inflow.0, day.parts.measured().0), (DayState::Counted, inflow, measured));
            assert_eq!(day.parts.uncharged.0, measured, "the connections of the world are charged from today on");
            assert_eq!(day.parts.unexplained.0, inflow - measured);
            unexplained += day.parts.unexplained.0;
        }
        assert_eq!(found.balance.days[3].state, DayState::InflowUnknown, "today is not over");
        assert_eq!(found.balance.total.unexplained.0, unexplained);
        assert_eq!(found.balance.coverage, if household.is_some() { 1_000 } else { 0 });
        let nights = (-3..0).map(|back| time.start_of(today.plus(back)));
        let least = nights.map(|start| passed(&went_in, start.plus(2 * HOUR_MS), start.plus(4 * HOUR_MS))).min();
        assert_eq!(found.balance.night_minimum.map(|night| night.inflow.0), least, "by the zone's own clock");
    }
    let losses: ZoneLosses = running.get(&running.token("admin").await, "/admin/v1/zones/losses").await;
    assert_eq!(losses.zones.iter().map(|zone| zone.counted).collect::<Vec<_>>(), [3, 3, 3]);
    assert_eq!(losses.zones[2].unexplained, Some(1_000), "nobody is connected there");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM month_charge WHERE connection < 0".into()).await, 0, "nobody pays for it");
    let held = "SELECT COUNT(*) FROM change c JOIN bucket b ON b.num = c.bucket JOIN meter m ON m.id = c.id
         WHERE m.serial LIKE 'INDUK%' AND b.name <> 'admin'";
    assert_eq!(number(&running, held.into()).await, 0, "no technician's or customer's device holds it");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM usage_day WHERE connection < 0 AND dirty = 1".into()).await, 0);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_bulk_meter_leaves_no_gap_and_a_silent_household_is_named() {
    let (running, at) = at_noon().await;
    let (zone, time) = (running.world.zones[0], TimeZone::Jakarta);
    let today = time.day_of(at);
    let (start, swap) = (time.start_of(today.plus(-2)), time.start_of(today.plus(-1)).plus(12 * HOUR_MS));
    let old = done(&running, zone, register("INDUK-LAMA", start)).await;
    let steps = swap.since(start) / STEP_MS;
    let before = course(start, steps, 200_000);
    flows(&running, "INDUK-LAMA", &before, at).await;
    done(&running, zone, json!({ "what": "remove", "id": old.meters[0].id, "until": swap })).await;
    let after = course(swap, at.since(swap) / STEP_MS, 300_000);
    done(&running, zone, register("INDUK-BARU", swap)).await;
    flows(&running, "INDUK-BARU", &after, at).await;
    // The household is silent since twenty days, of which the week before is its usual one.
    let silent_from = time.start_of(today.plus(-20));
    let known = course(silent_from.plus(-7 * DAY_MS), 7 * 48, 20_000);
    used(&running, "WM-TEST-A", &known).await;
    let found = balance(&running, zone, "&days=2").await;
    assert_eq!(found.balance.counted, 2, "{:?}", found.balance.days);
    let last = time.start_of(today.plus(-1));
    // The old one's last reading that counts is the one before it was removed.
    let of_old = passed(&before, last, swap.plus(-STEP_MS));
    assert_eq!(found.balance.days[1].parts.inflow.0, of_old + passed(&after, swap, time.start_of(today)));
    let usual = (passed(&known, silent_from.plus(-7 * DAY_MS), silent_from)) / 7;
    let [silent] = found.silent.as_slice() else { panic!("{:?}", found.silent) };
    assert_eq!((silent.serial.as_str(), silent.known_until, found.silent_count), ("WM-TEST-A", Some(silent_from), 1));
    assert!((silent.volume.0 - 2 * usual).abs() < usual / 10, "{} for twice {usual}", silent.volume.0);
    assert_eq!(found.balance.total.silent, silent.volume);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn days_on_which_a_bulk_meter_had_not_reported_yet_or_its_register_began_anew_do_not_count() {
    let (running, at) = at_noon().await;
    let (zone, time) = (running.world.zones[0], TimeZone::Jakarta);
    let today = time.day_of(at);
    let since = time.start_of(today.plus(-5));
    done(&running, zone, register("INDUK-1", since)).await;
    // It reports from the second morning on, is silent for a day and a half, and begins at another register.
    for (from, hours) in [(30, 42), (108, 24)] {
        let begun = since.plus(from * HOUR_MS);
        flows(&running, "INDUK-1", &course(begun, hours * HOUR_MS / STEP_MS, 200_000), at).await;
    }
    let found = balance(&running, zone, "&days=5").await;
    let states: Vec<DayState> = found.balance.days.iter().map(|day| day.state).collect();
    let unknown = DayState::InflowUnknown;
    assert_eq!(states, [unknown, unknown, DayState::Counted, unknown, unknown]);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_is_a_zones_or_a_connections_and_what_cannot_be_is_refused() {
    let (running, at) = at_noon().await;
    let [west, east] = running.world.zones;
    let (key, since) = (Uuid::now_v7(), at.plus(-DAY_MS));
    for _ in 0..2 {
        let (status, answer) = ask(&running, (key, west), register("INDUK-1", since)).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }
    let limit = |per_mille: Value| json!({ "what": "limit", "per_mille": per_mille });
    assert_eq!(done(&running, west, limit(json!(150))).await.limit, Some(150));
    let of = |inflow: Value, changed: Value| {
        let mut inflow = inflow;
        inflow.as_object_mut().expect("an object").extend(changed.as_object().expect("an object").clone());
        inflow
    };
    for (inflow, word) in [
        (register("INDUK-1", at), "inflow_taken"),
        (register("WM-TEST-A", at), "inflow_meter"),
        (register("INDUK-2", at.plus(DAY_MS)), "meter_time"),
        (of(register("INDUK-2", at), json!({ "q3": 0 })), "inflow_q3"),
        (of(register("INDUK-2", at), json!({ "model": "x".repeat(65) })), "meter_model"),
        (json!({ "what": "remove", "id": key, "until": since }), "meter_time"),
        (limit(json!(0)), "inflow_limit"),
        (limit(json!(1_001)), "inflow_limit"),
    ] {
        assert_eq!(refused(&running, west, inflow.clone()).await, word, "{inflow}");
    }
    let of_other = ask(&running, (Uuid::now_v7(), east), json!({ "what": "remove", "id": key })).await;
    assert_eq!(of_other.0, StatusCode::NOT_FOUND, "it is another zone's");
    let retire = "/admin/v1/meters/retire";
    let token = running.token("admin").await;
    let id = done(&running, west, limit(json!(150))).await.meters[0].meter;
    let body = json!({ "key": Uuid::now_v7(), "meter": id, "reason": "Rusak" });
    let (status, answer) = send(&running, Method::POST, retire, Some(&token), Some(body)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(answer["detail"].as_str().is_some_and(|detail| detail.starts_with("inflow_meter")), "{answer}");
    let left = done(&running, west, json!({ "what": "remove", "id": key })).await;
    assert_eq!(left.meters[0].until, Some(at));
    assert_eq!(refused(&running, west, json!({ "what": "remove", "id": key })).await, "inflow_ended");
    // Free again, it may measure what goes into another zone.
    assert_eq!(done(&running, east, register("INDUK-1", at)).await.meters.len(), 1);
    let kinds = "SELECT COUNT(*) FROM audit WHERE kind IN ('register_inflow', 'remove_inflow', 'limit_zone_loss')";
    assert_eq!(number(&running, kinds.into()).await, 4, "what was done twice or changed nothing is there once");
    let today = TimeZone::Jakarta.day_of(at).0;
    let future = format!("&from={today}&to={}", today + 1);
    for query in
        ["&days=0", "&days=93", "&from=1", "&from=20000&to=19999", "&from=20000&to=20092", future.as_str(), "&days=3&from=1&to=2"]
    {
        let path = format!("/admin/v1/zones/balance?zone={west}{query}");
        assert_eq!(send(&running, Method::GET, &path, Some(&token), None).await.0, StatusCode::BAD_REQUEST, "{query}");
    }
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_lost_for_a_week_is_said_to_the_admins_once() {
    let (running, at) = at_noon().await;
    let (zone, time) = (far_zone(&running).await, TimeZone::Jayapura);
    let start = time.start_of(time.day_of(at).plus(-8));
    done(&running, zone, register("INDUK-1", start)).await;
    flows(&running, "INDUK-1", &course(start, at.since(start) / STEP_MS, 200_000), at).await;
    let said = "SELECT COUNT(*) FROM notification WHERE content LIKE '%zone_loss%'";
    let app = &running.server.app;
    zone_losses::once_at(app, at).await.expect("judged");
    assert_eq!(number(&running, said.into()).await, 0, "nobody has set a limit");
    done(&running, zone, json!({ "what": "limit", "per_mille": 999 })).await;
    for _ in 0..2 {
        zone_losses::once_at(app, at).await.expect("judged");
    }
    assert_eq!(number(&running, said.into()).await, 1, "one admin, once");
    // At the limit itself nothing is said, and another limit is another matter.
    done(&running, zone, json!({ "what": "limit", "per_mille": 1_000 })).await;
    zone_losses::once_at(app, at).await.expect("judged");
    done(&running, zone, json!({ "what": "limit", "per_mille": 200 })).await;
    zone_losses::once_at(app, at.plus(MINUTE_MS)).await.expect("judged");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM zone WHERE loss_notified_at IS NOT NULL".into()).await, 1);
    let found = balance(&running, zone, "&days=7").await;
    assert_eq!((found.balance.counted, found.inflows.limit, found.balance.total.charged), (7, Some(200), Millilitres::ZERO));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zone_that_cannot_be_judged_keeps_no_other_from_it() {
    let (running, at) = at_noon().await;
    let ([west, _], far, time) = (running.world.zones, far_zone(&running).await, TimeZone::Jayapura);
    let start = time.start_of(time.day_of(at).plus(-8));
    done(&running, west, register("INDUK-0", start)).await;
    done(&running, far, register("INDUK-1", start)).await;
    flows(&running, "INDUK-1", &course(start, at.since(start) / STEP_MS, 200_000), at).await;
    for zone in [west, far] {
        done(&running, zone, json!({ "what": "limit", "per_mille": 999 })).await;
    }
    // Nobody can read what measures the first zone.
    let broken = "UPDATE zone_inflow SET id = x'00' WHERE meter = (SELECT num FROM meter WHERE serial = 'INDUK-0')";
    field::change(&running.world, broken);
    zone_losses::once_at(&running.server.app, at).await.expect("the others are judged");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM notification WHERE content LIKE '%zone_loss%'".into()).await, 1);
    let passed = "SELECT COUNT(*) FROM zone WHERE loss_notified_at IS NOT NULL AND name = 'Jauh'";
    assert_eq!(number(&running, passed.into()).await, 1);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_silence_of_a_bulk_meter_is_said_to_the_admins_once() {
    let (running, at) = at_noon().await;
    let [west, _] = running.world.zones;
    let start = at.plus(-3 * DAY_MS);
    done(&running, west, register("INDUK-1", start)).await;
    let first_day = course(start, DAY_MS / STEP_MS, 200_000);
    flows(&running, "INDUK-1", &first_day, start.plus(DAY_MS)).await;
    let said = "SELECT COUNT(*) FROM notification WHERE content LIKE '%inflow_silent%' AND content LIKE '%INDUK-1%'";
    for _ in 0..2 {
        // As if something had changed meanwhile.
        field::change(&running.world, "UPDATE meter_health SET judge_at = 0");
        health::once_at(&running.server.app, at, start).await.expect("judged");
        assert_eq!(number(&running, said.into()).await, 1, "one admin, once");
    }
    let cases = "SELECT COUNT(*) FROM meter_case k JOIN meter m ON m.num = k.meter WHERE m.serial = 'INDUK-1'";
    assert_eq!(number(&running, cases.into()).await, 0, "a case belongs to a connection");
    clean(running).await;
}
