//! What admins ask of a meter beside moving its valve, over the real API and real MQTT: to read, to restart, to report at another interval.

use crate::api::send;
use domain::core::local_time::{HOUR_MS, MINUTE_MS};
use domain::valve::by_hand::ByHand;
use domain::valve::order::OrderState;
use protocol::valve::orders::MeterValve;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sync_server::core::now;
use sync_server::jobs::money::once_at;
use sync_server::metering::install;
use tests::field::clean;
use tests::valve::Meter;
use tests::world::{Running, World};
use uuid::Uuid;

const PATH: &str = "/admin/v1/meters/ask";

fn body(running: &Running, key: Uuid, action: &str) -> Value {
    json!({ "key": key, "meter": running.world.meters[0].id, "do": action, "reason": "Angkanya janggal" })
}

async fn ask(running: &Running, path: &str, body: Value) -> (StatusCode, Value) {
    send(running, Method::POST, path, Some(&running.token("admin").await), Some(body)).await
}

/// The word by which something is refused.
async fn refused(running: &Running, body: Value) -> String {
    let (status, answer) = ask(running, PATH, body.clone()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{body}: {answer}");
    answer["detail"].as_str().unwrap_or_default().split(':').next().unwrap_or_default().to_owned()
}

async fn orders(running: &Running) -> MeterValve {
    let path = format!("/admin/v1/valve/orders?meter={}", running.world.meters[0].id);
    running.get(&running.token("admin").await, &path).await
}

async fn count(running: &Running, sql: &'static str) -> i64 {
    let read = running.server.app.store.read(move |db| Ok(db.query_row(sql, [], |row| row.get::<_, i64>(0))?));
    read.await.expect("counted")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_reads_restarts_and_reports_at_another_interval_once_for_each_key() {
    let running = World::new().start().await;
    let mut device = Meter::connect(running.server.mqtt, &running.world.meters[0].clone()).await;
    for (action, interval_s) in [("read_now", None), ("restart", None), ("set_interval", Some(900))] {
        let key = Uuid::now_v7();
        let mut asked = body(&running, key, action);
        asked["interval_s"] = json!(interval_s);
        for _ in 0..2 {
            assert_eq!(ask(&running, PATH, asked.clone()).await.0, StatusCode::OK, "the same again is the same order");
        }
        let order = device.next_order().await;
        assert_eq!((order.id, order.action.as_str(), order.interval_s), (key, action, interval_s));
        assert_eq!(order.until.is_none(), interval_s.is_some(), "only an interval stays");
        device.answer(order.id, protocol::metering::messages::OrderAckState::Acknowledged).await;
        assert_eq!(orders(&running).await.orders[0].state, OrderState::Acknowledged);
        device.carry_out(order.id).await;
        let newest = orders(&running).await.orders.remove(0);
        assert_eq!((newest.id, newest.state, newest.interval_s), (key, OrderState::Completed, interval_s));
        assert_eq!((newest.who.as_deref(), newest.reason.as_str()), (Some("admin"), "Angkanya janggal"));
    }
    assert!(!device.has_order().await, "what was asked twice was sent once");
    let interval = "SELECT interval_s FROM meter WHERE serial = 'WM-TEST-A'";
    assert_eq!(count(&running, interval).await, 900, "the meter is judged by the interval at which it reports");
    assert_eq!(count(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'order_meter' AND user IS NOT NULL").await, 3);
    let valve = orders(&running).await;
    assert_eq!((valve.by_hand, valve.for_credit), (ByHand::Nothing, false), "its valve is no matter of theirs");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_meter_can_be_asked_is_refused_with_its_word_and_changes_nothing() {
    let running = World::new().start().await;
    let with = |action: &str, field: &str, value: Value| {
        let mut asked = body(&running, Uuid::now_v7(), action);
        asked[field] = value;
        asked
    };
    for reason in ["", "ab", &"x".repeat(201)] {
        assert_eq!(refused(&running, with("read_now", "reason", json!(reason))).await, "valve_reason");
    }
    for interval_s in [0, 59, 86_401] {
        assert_eq!(refused(&running, with("set_interval", "interval_s", json!(interval_s))).await, "order_interval");
    }
    for asked in [body(&running, Uuid::now_v7(), "set_interval"), with("restart", "interval_s", json!(60))] {
        assert_eq!(ask(&running, PATH, asked).await.0, StatusCode::BAD_REQUEST);
    }
    assert_eq!(ask(&running, PATH, body(&running, Uuid::now_v7(), "open_valve")).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(ask(&running, PATH, with("read_now", "meter", json!(Uuid::now_v7()))).await.0, StatusCode::NOT_FOUND);
    assert!(orders(&running).await.orders.is_empty());
    let key = Uuid::now_v7();
    assert_eq!(ask(&running, PATH, body(&running, key, "read_now")).await.0, StatusCode::OK);
    assert_eq!(refused(&running, body(&running, Uuid::now_v7(), "read_now")).await, "order_open");
    assert_eq!(refused(&running, body(&running, key, "restart")).await, "key");
    let swap = running.server.app.store.writer.work(|tx| {
        let num = |sql: &str| tx.db.query_row(sql, [], |row| row.get::<_, i64>(0));
        let other = num("SELECT num FROM meter WHERE serial = 'WM-TEST-B'")?;
        let place =
            num("SELECT connection FROM installation JOIN meter ON num = meter WHERE serial = 'WM-TEST-A' AND until IS NULL")?;
        install::install(tx, other, place, tx.now)
    });
    swap.await.expect("replaced");
    running.server.app.store.writer.forget_meters().await.expect("read anew");
    assert_eq!(refused(&running, body(&running, Uuid::now_v7(), "restart")).await, "not_installed");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_meter_was_asked_that_is_away_is_withdrawn_or_expires() {
    let running = World::new().start().await;
    let key = Uuid::now_v7();
    assert_eq!(ask(&running, PATH, body(&running, key, "restart")).await.0, StatusCode::OK);
    assert_eq!(orders(&running).await.orders[0].state, OrderState::Pending, "nobody was there to get it");
    let back = json!({ "key": Uuid::now_v7(), "of": key });
    assert_eq!(ask(&running, "/admin/v1/valve/orders/withdraw", back).await.0, StatusCode::OK);
    let withdrawn = orders(&running).await.orders.remove(0);
    assert_eq!((withdrawn.state, withdrawn.why.as_str()), (OrderState::Expired, "withdrawn"));
    assert_eq!(count(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'withdraw_meter_order'").await, 1);
    assert_eq!(ask(&running, PATH, body(&running, Uuid::now_v7(), "read_now")).await.0, StatusCode::OK);
    once_at(&running.server.app, now().plus(HOUR_MS - MINUTE_MS)).await.expect("looked");
    assert_eq!(orders(&running).await.orders[0].state, OrderState::Pending, "it holds for an hour");
    once_at(&running.server.app, now().plus(HOUR_MS + 2 * MINUTE_MS)).await.expect("expired");
    let silent = orders(&running).await.orders.remove(0);
    assert_eq!((silent.state, silent.why.as_str(), silent.sent_at), (OrderState::Expired, "silent", None));
    let mut device = Meter::connect(running.server.mqtt, &running.world.meters[0].clone()).await;
    assert!(!device.has_order().await, "a meter that comes back does nothing that is over");
    clean(running).await;
}
