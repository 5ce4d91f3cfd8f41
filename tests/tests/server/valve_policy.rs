//! What an admin sets about valves and emergency credit: validated, never over somebody else's change, and followed at once.

use crate::api::send;
use domain::valve::policy::Holiday;
use domain::{LocalDay, Rupiah};
use protocol::metering::messages::OrderAction;
use protocol::valve::policy::ValvePolicy;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sync_server::jobs::money::once_at;
use sync_server::metering::fleet;
use sync_server::valve::policy;
use tests::field::clean;
use tests::valve::{Meter, adjust, at, order_states, start_at_noon, working_day};
use tests::world::{Running, World};
use uuid::Uuid;

const PATH: &str = "/admin/v1/valve/policy";

async fn read(running: &Running, token: &str) -> ValvePolicy {
    running.get(token, PATH).await
}

/// Sets something; `key` makes it happen once.
async fn set(running: &Running, token: &str, (key, rev): (Uuid, i64), set: Value) -> (StatusCode, Value) {
    let body = json!({ "key": key, "rev": rev, "set": set });
    send(running, Method::POST, PATH, Some(token), Some(body)).await
}

fn word(answer: &Value) -> &str {
    answer["detail"].as_str().unwrap_or_default().split(':').next().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_made_once_and_never_over_somebody_elses() {
    let running = World::new().start().await;
    let token = running.tokens("admin").await.access_token;
    let before = read(&running, &token).await;
    assert_eq!((before.closes, before.from_hour, before.until_hour), (false, 20, 8));
    assert_eq!(before.emergency_credit, Rupiah(10_000));
    let key = Uuid::now_v7();
    let hours = json!({ "what": "closing", "closes": true, "from_hour": 18, "until_hour": 9 });
    for _ in 0..2 {
        let (status, answer) = set(&running, &token, (key, before.rev), hours.clone()).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }
    let after = read(&running, &token).await;
    assert_eq!((after.closes, after.from_hour, after.until_hour), (true, 18, 9));
    assert!(after.rev > before.rev);
    let late = json!({ "what": "emergency_credit", "amount": 20_000 });
    let (status, answer) = set(&running, &token, (Uuid::now_v7(), before.rev), late.clone()).await;
    assert_eq!((status, word(&answer)), (StatusCode::BAD_REQUEST, "policy_changed"));
    assert_eq!(read(&running, &token).await, after, "what was refused changes nothing");
    // The command line is somebody else as well.
    let work = running.server.app.store.writer.work(|tx| {
        let utility = fleet::utility(tx)?;
        policy::add_holiday(tx, utility, LocalDay(30_000))
    });
    work.await.expect("set");
    let (_, answer) = set(&running, &token, (Uuid::now_v7(), after.rev), late.clone()).await;
    assert_eq!(word(&answer), "policy_changed");
    let newest = read(&running, &token).await.rev;
    assert_eq!(set(&running, &token, (Uuid::now_v7(), newest), late).await.0, StatusCode::OK);
    let entries = running.server.app.store.read(|db| {
        let mut query = db.prepare("SELECT changes FROM audit WHERE kind = 'set_valve_policy' ORDER BY num")?;
        Ok(query.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?)
    });
    let entries = entries.await.expect("the log");
    let [hours, lent] = entries.as_slice() else { panic!("{entries:?}") };
    assert!(hours.contains("[\"20-8\",\"18-9\"]") && hours.contains("[\"off\",\"on\"]"), "{hours}");
    assert!(lent.contains("[\"10000\",\"20000\"]"), "{lent}");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_set_is_refused_with_its_word() {
    let running = World::new().start().await;
    let token = running.tokens("admin").await.access_token;
    let ValvePolicy { rev, today, .. } = read(&running, &token).await;
    let closing = |from: u8, until: u8| json!({ "what": "closing", "closes": true, "from_hour": from, "until_hour": until });
    let holiday = |day: i32, name: &str| json!({ "what": "add_holiday", "day": day, "name": name });
    for (wanted, refusal) in [
        (closing(24, 8), "hours"),
        (closing(20, 25), "hours"),
        (json!({ "what": "emergency_credit", "amount": 999 }), "lent"),
        (json!({ "what": "emergency_credit", "amount": -1 }), "lent"),
        (json!({ "what": "emergency_credit", "amount": 1_000_001 }), "lent"),
        (holiday(today.0 + 1, " x"), "holiday_name"),
        (holiday(today.0 - 1, "Kemarin"), "holiday_day"),
        (holiday(today.0 + 900, "Jauh sekali"), "holiday_day"),
        (json!({ "what": "remove_holiday", "day": today.0 }), "holiday_day"),
    ] {
        let (status, answer) = set(&running, &token, (Uuid::now_v7(), rev), wanted.clone()).await;
        assert_eq!((status, word(&answer)), (StatusCode::BAD_REQUEST, refusal), "{wanted}");
    }
    assert_eq!(read(&running, &token).await.rev, rev);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn holidays_hold_closes_back_from_the_moment_they_are_set() {
    let (running, hands) = start_at_noon().await;
    let (token, day) = (running.tokens("admin").await.access_token, working_day());
    adjust(&running, 100_000).await;
    let before = read(&running, &token).await;
    assert_eq!(before.today, day);
    assert!(!before.holidays.iter().any(|holiday| holiday.day == day));
    let next = before.holidays.iter().find(|holiday| holiday.day > day).map(|holiday| holiday.day).expect("one to come");
    // Taken back, the day after is a working day; made one again, it is not.
    let remove = json!({ "what": "remove_holiday", "day": next });
    assert_eq!(set(&running, &token, (Uuid::now_v7(), before.rev), remove).await.0, StatusCode::OK);
    let without = read(&running, &token).await;
    assert!(!without.holidays.iter().any(|holiday| holiday.day == next));
    let named = json!({ "what": "add_holiday", "day": next, "name": "Hari Jadi" });
    assert_eq!(set(&running, &token, (Uuid::now_v7(), without.rev), named).await.0, StatusCode::OK);
    let with = read(&running, &token).await;
    assert!(with.holidays.contains(&Holiday { day: next, name: "Hari Jadi".into() }));
    // Today as well: the next evaluation leaves valves alone.
    let today = json!({ "what": "add_holiday", "day": day, "name": "Duka nasional" });
    let made = set(&running, &token, (Uuid::now_v7(), with.rev), today).await;
    assert_eq!(made.0, StatusCode::OK, "{}", made.1);
    // Whatever was ordered before there was credit has ended.
    let orders = order_states(&running).await;
    assert!(adjust(&running, -200_000).await.0 < 0);
    hands.set(at(day, 13));
    once_at(&running.server.app, hands.now()).await.expect("evaluated");
    assert_eq!(order_states(&running).await, orders, "no valve is closed on a holiday");
    // It ends with the day, and this is the reason: without it the same hour closes.
    let work = running.server.app.store.writer.work(move |tx| {
        let utility = fleet::utility(tx)?;
        policy::remove_holiday(tx, utility, day)
    });
    work.await.expect("no holiday");
    once_at(&running.server.app, hands.now()).await.expect("evaluated");
    assert_eq!(order_states(&running).await.len(), orders.len() + 1);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_that_waits_is_not_delivered_on_a_day_that_was_made_a_holiday() {
    let (running, hands) = start_at_noon().await;
    let (token, day) = (running.tokens("admin").await.access_token, working_day());
    once_at(&running.server.app, hands.now()).await.expect("evaluated");
    let last = async || order_states(&running).await.pop();
    assert_eq!(last().await.as_deref(), Some("close_valve pending"));
    let rev = read(&running, &token).await.rev;
    let today = json!({ "what": "add_holiday", "day": day, "name": "Duka nasional" });
    assert_eq!(set(&running, &token, (Uuid::now_v7(), rev), today).await.0, StatusCode::OK);
    let mut meter = Meter::connect(running.server.mqtt, &running.world.meters[0]).await;
    assert!(!meter.has_order().await, "it is not closed on a holiday");
    assert_eq!(last().await.as_deref(), Some("close_valve expired protected"));
    // It was wanted: without the holiday it is ordered again, and delivered.
    let work = running.server.app.store.writer.work(move |tx| {
        let utility = fleet::utility(tx)?;
        policy::remove_holiday(tx, utility, day)
    });
    work.await.expect("no holiday");
    once_at(&running.server.app, hands.now()).await.expect("evaluated");
    assert_eq!(meter.next_order().await.action, OrderAction::CloseValve);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn emergency_credit_that_is_set_is_offered_with_the_next_pull() {
    let running = World::new().start().await;
    let (token, customer) = (running.tokens("admin").await.access_token, running.tokens("customer").await.access_token);
    let connection = running.world.meters[0].connection;
    let rev = read(&running, &token).await.rev;
    let off = json!({ "what": "emergency_credit", "amount": 0 });
    assert_eq!(set(&running, &token, (Uuid::now_v7(), rev), off).await.0, StatusCode::OK);
    let body = json!({ "key": Uuid::now_v7(), "connection": connection });
    let lend = send(&running, Method::POST, "/money/v1/emergency", Some(&customer), Some(body.clone())).await;
    assert_eq!(lend.0, StatusCode::BAD_REQUEST, "none is lent");
    let rev = read(&running, &token).await.rev;
    let on = json!({ "what": "emergency_credit", "amount": 25_000 });
    assert_eq!(set(&running, &token, (Uuid::now_v7(), rev), on).await.0, StatusCode::OK);
    let published = running
        .server
        .app
        .store
        .read(|db| Ok(db.query_row("SELECT COUNT(*) FROM pending_billing_changes", [], |row| row.get::<_, i64>(0))?));
    assert_eq!(published.await.expect("counted"), 0, "each connection's credit was published with it");
    let path = "/sync/v1/snapshot/customer:".to_owned() + &running.world.customers[0].to_string();
    let (status, page) = send(&running, Method::GET, &path, Some(&customer), None).await;
    assert!(status == StatusCode::OK && page.to_string().contains("\"can_borrow\":25000"), "{page}");
    let lend = send(&running, Method::POST, "/money/v1/emergency", Some(&customer), Some(body)).await;
    assert_eq!(lend.0, StatusCode::OK, "{}", lend.1);
    clean(running).await;
}
