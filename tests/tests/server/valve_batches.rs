//! Valves that admins open and close by the hundred, over the real API: what the preview says is what happens, orders go out so many in a minute
//! whatever the server does, and what was not sent can be withdrawn.

use crate::api::send;
use domain::MeterId;
use domain::core::local_time::{DAY_MS, MINUTE_MS};
use domain::valve::batch::{ItemState, NoOrder, PER_MINUTE};
use domain::valve::decision::Policy;
use protocol::metering::messages::OrderAckState;
use protocol::valve::batches::{Ending, OrderBatch, OrderBatches, OrderPreview};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sync_server::core::Clock;
use sync_server::jobs::money;
use sync_server::jobs::orders::once_at;
use sync_server::metering::fleet;
use sync_server::metering::install;
use sync_server::server::Server;
use sync_server::valve::policy;
use tests::crowd::{Reported, add_meter};
use tests::field::clean;
use tests::valve::{Hands, Meter, at, start_at_noon, working_day};
use tests::world::Running;
use uuid::Uuid;

const PATH: &str = "/admin/v1/valve/batches";
const PREVIEW: &str = "/admin/v1/valve/batches/preview";
const WITHDRAW: &str = "/admin/v1/valve/batches/withdraw";
const ONE: &str = "/admin/v1/valve/orders";

/// A server at noon of a working day, whose utility closes no valves for want of credit: all orders are people's.
async fn quiet_noon() -> (Running, Hands) {
    let (running, hands) = start_at_noon().await;
    let off = running.server.app.store.writer.work(|tx| {
        let utility = fleet::utility(tx)?;
        policy::set_valves(tx, utility, Policy::Off)
    });
    off.await.expect("set");
    (running, hands)
}

/// Meters that have reported an open valve just now.
async fn crowd(running: &Running, hands: &Hands, count: usize) -> Vec<MeterId> {
    let now = hands.now();
    let added = running
        .server
        .app
        .store
        .writer
        .work(move |tx| (0..count).map(|place| add_meter(tx, place, Reported::Valve(now))).collect::<Result<Vec<_>, _>>());
    let added = added.await.expect("added");
    running.server.app.store.writer.forget_meters().await.expect("read anew");
    added
}

async fn token(running: &Running) -> String {
    running.tokens("admin").await.access_token
}

fn body(key: Uuid, meters: &[MeterId], confirmed: usize) -> Value {
    json!({ "key": key, "meters": meters, "do": "close_valve", "reason": "Kuras pipa induk", "confirmed": confirmed })
}

async fn begin(running: &Running, body: Value) -> (StatusCode, Value) {
    send(running, Method::POST, PATH, Some(&token(running).await), Some(body)).await
}

/// Begins a batch of meters that all can.
async fn begun(running: &Running, meters: &[MeterId]) -> Uuid {
    let key = Uuid::now_v7();
    let (status, answer) = begin(running, body(key, meters, meters.len())).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    key
}

fn word(answer: &Value) -> &str {
    answer["detail"].as_str().unwrap_or_default().split(':').next().unwrap_or_default()
}

async fn newest(running: &Running) -> OrderBatch {
    let found: OrderBatches = running.get(&token(running).await, PATH).await;
    found.batches.into_iter().next().expect("a batch")
}

/// How many orders of batches there are, whatever became of them.
async fn ordered(running: &Running) -> i64 {
    let count = running.server.app.store.read(|db| {
        let sql = "SELECT COUNT(*) FROM order_batch_meter WHERE state = 'ordered'";
        Ok(db.query_row(sql, [], |row| row.get(0))?)
    });
    count.await.expect("counted")
}

async fn audited(running: &Running, kind: &'static str) -> i64 {
    let count = running.server.app.store.read(move |db| {
        Ok(db.query_row("SELECT COUNT(*) FROM audit WHERE kind = ?1 AND user IS NOT NULL", [kind], |row| row.get(0))?)
    });
    count.await.expect("counted")
}

fn ending(batch: &OrderBatch, state: ItemState) -> Option<&Ending> {
    batch.endings.iter().find(|ending| ending.state == state)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_preview_says_of_many_valves_is_what_is_written_down() {
    let (running, hands) = quiet_noon().await;
    let now = hands.now();
    let made = running.server.app.store.writer.work(move |tx| {
        let silent = Reported::Valve(now.plus(-2 * DAY_MS));
        let all = [Reported::Valve(now), Reported::Valve(now), Reported::Valve(now), Reported::NoValve(now), silent];
        all.into_iter().enumerate().map(|(place, reported)| add_meter(tx, place, reported)).collect::<Result<Vec<_>, _>>()
    });
    let mut meters = made.await.expect("added");
    let token = token(&running).await;
    // One of them has the same order of a person; the world's own meters have never reported.
    let one = json!({ "key": Uuid::now_v7(), "meter": meters[2], "do": "close_valve", "reason": "Pipa pecah" });
    assert_eq!(send(&running, Method::POST, ONE, Some(&token), Some(one)).await.0, StatusCode::OK);
    meters.extend(running.world.meters.iter().map(|device| device.id));
    meters.extend([MeterId(Uuid::now_v7()), meters[0]]);
    let asked = json!({ "meters": meters, "do": "close_valve" });
    let preview: OrderPreview = running.post(&token, PREVIEW, &asked).await;
    assert_eq!((preview.selected, preview.can, preview.per_minute), (8, 2, PER_MINUTE), "who is named twice counts once");
    let said: Vec<_> = preview.refused.iter().map(|group| (group.why, group.count)).collect();
    let expected = [(NoOrder::Unknown, 1), (NoOrder::NoValve, 1), (NoOrder::Silent, 3), (NoOrder::OrderOpen, 1)];
    assert_eq!(said, expected);
    assert_eq!(ordered(&running).await, 0, "a preview orders nothing");
    let key = Uuid::now_v7();
    let (status, answer) = begin(&running, body(key, &meters, 3)).await;
    assert_eq!((status, word(&answer)), (StatusCode::BAD_REQUEST, "confirmed"));
    assert_eq!(word(&begin(&running, body(key, &meters[3..5], 0)).await.1), "nothing");
    assert_eq!(word(&begin(&running, body(key, &[], 0)).await.1), "meters");
    // To SQLite a text ends where it has its first NUL.
    for reason in ["ab", "\u{0}Kuras pipa"] {
        let mut without = body(key, &meters, 2);
        without["reason"] = json!(reason);
        assert_eq!(word(&begin(&running, without).await.1), "valve_reason", "{reason:?}");
    }
    for _ in 0..2 {
        assert_eq!(begin(&running, body(key, &meters, 2)).await.0, StatusCode::OK, "the same again is the same batch");
    }
    once_at(&running.server.app, hands.now()).await.expect("released");
    let batch = newest(&running).await;
    assert_eq!((batch.id, batch.total(), batch.count(ItemState::Pending), batch.count(ItemState::Refused)), (key, 8, 2, 6));
    for group in &preview.refused {
        let ended = batch.endings.iter().find(|ending| ending.why == group.why.as_str()).expect("its group");
        assert_eq!((ended.count, &ended.examples), (group.count, &group.examples), "{:?}", group.why);
    }
    assert_eq!((audited(&running, "order_valves").await, audited(&running, "order_valve").await), (1, 3));
    // Those who have it now cannot get it again; and nobody else's batch is there.
    let again: OrderPreview = running.post(&self::token(&running).await, PREVIEW, &asked).await;
    assert_eq!(again.can, 0);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_protected_hours_many_valves_are_closed_with_a_reason_of_its_own_alone() {
    let (running, hands) = quiet_noon().await;
    hands.set(at(working_day(), 21));
    let meters = crowd(&running, &hands, 2).await;
    let token = token(&running).await;
    let preview = async |extra: Value| {
        let mut asked = json!({ "meters": meters, "do": "close_valve" });
        asked.as_object_mut().expect("an object").extend(extra.as_object().cloned().unwrap_or_default());
        running.post::<OrderPreview>(&token, PREVIEW, &asked).await
    };
    let refused = preview(json!({})).await;
    assert_eq!((refused.can, refused.refused[0].why, refused.refused[0].count), (0, NoOrder::Protected, 2));
    assert_eq!(preview(json!({ "despite": true })).await.can, 2);
    assert_eq!(preview(json!({ "do": "open_valve" })).await.can, 2, "opening needs none");
    let key = Uuid::now_v7();
    assert_eq!(word(&begin(&running, body(key, &meters, 2)).await.1), "nothing");
    let mut despite = body(key, &meters, 2);
    despite["despite_protected"] = json!("Air menggenangi jalan");
    assert_eq!(begin(&running, despite).await.0, StatusCode::OK);
    once_at(&running.server.app, hands.now()).await.expect("released");
    let batch = newest(&running).await;
    assert_eq!((batch.count(ItemState::Pending), batch.despite_protected.as_str()), (2, "Air menggenangi jalan"));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_go_out_so_many_in_a_minute_also_after_the_server_was_started_anew() {
    let (running, hands) = quiet_noon().await;
    let many = PER_MINUTE as usize * 2 + 10;
    let meters = crowd(&running, &hands, many).await;
    begun(&running, &meters).await;
    let begin = hands.now();
    // The server's own job may have done some of it already; together they never do more.
    for seconds in [0, 0, 30, 59] {
        hands.set(begin.plus(seconds * 1_000));
        once_at(&running.server.app, hands.now()).await.expect("released");
        assert_eq!(ordered(&running).await, i64::from(PER_MINUTE), "after {seconds} s");
    }
    hands.set(begin.plus(MINUTE_MS));
    once_at(&running.server.app, hands.now()).await.expect("released");
    assert_eq!(ordered(&running).await, i64::from(2 * PER_MINUTE));
    let Running { world, server } = running;
    server.stop().await;
    let shown = hands.clone();
    let server = Server::start_with(&world.config(), Clock::new(move || shown.now())).await.expect("it starts again");
    let running = Running { world, server };
    once_at(&running.server.app, hands.now()).await.expect("released");
    assert_eq!(ordered(&running).await, i64::from(2 * PER_MINUTE), "it knows what went out before");
    hands.set(begin.plus(2 * MINUTE_MS));
    once_at(&running.server.app, hands.now()).await.expect("released");
    assert_eq!(ordered(&running).await, many as i64, "and goes on where it was");
    let batch = newest(&running).await;
    assert_eq!((batch.count(ItemState::Pending), batch.count(ItemState::Waiting)), (many as u32, 0));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_meter_was_sent_is_withdrawn_and_goes_out_no_more() {
    let (running, hands) = quiet_noon().await;
    let meters = crowd(&running, &hands, PER_MINUTE as usize + 5).await;
    let of = begun(&running, &meters).await;
    once_at(&running.server.app, hands.now()).await.expect("released");
    assert_eq!(newest(&running).await.count(ItemState::Waiting), 5);
    let token = token(&running).await;
    for _ in 0..2 {
        let asked = json!({ "key": Uuid::now_v7(), "of": of });
        assert_eq!(send(&running, Method::POST, WITHDRAW, Some(&token), Some(asked)).await.0, StatusCode::OK);
    }
    let batch = newest(&running).await;
    assert_eq!(batch.count(ItemState::Withdrawn), meters.len() as u32);
    assert!(!batch.is_open());
    assert_eq!(once_at(&running.server.app, hands.now().plus(2 * MINUTE_MS)).await.expect("released"), 0);
    assert_eq!(audited(&running, "withdraw_valve_orders").await, 1, "what was withdrawn is not withdrawn again");
    assert_eq!(audited(&running, "withdraw_valve_order").await, i64::from(PER_MINUTE));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_meter_of_a_batch_is_followed_to_its_own_end() {
    let (running, hands) = quiet_noon().await;
    let [a, b] = running.world.meters.clone();
    let mut one = Meter::connect(running.server.mqtt, &a).await;
    let mut other = Meter::connect(running.server.mqtt, &b).await;
    one.report("open", hands.now()).await;
    other.report("open", hands.now()).await;
    let mut meters = crowd(&running, &hands, 1).await;
    meters.extend([a.id, b.id]);
    begun(&running, &meters).await;
    once_at(&running.server.app, hands.now()).await.expect("released");
    let (close, refused) = (one.next_order().await, other.next_order().await);
    let sent = newest(&running).await;
    assert_eq!((sent.count(ItemState::Sent), sent.count(ItemState::Pending)), (2, 1));
    one.answer(close.id, OrderAckState::Acknowledged).await;
    assert_eq!(newest(&running).await.count(ItemState::Acknowledged), 1);
    one.answer(close.id, OrderAckState::Completed).await;
    other.refuse(refused.id, "Katup macet").await;
    // The third has no connection: its time is over when protected hours begin.
    money::once_at(&running.server.app, at(working_day(), 20).plus(2 * MINUTE_MS)).await.expect("expired");
    let batch = newest(&running).await;
    assert!(!batch.is_open(), "{batch:?}");
    assert_eq!((batch.count(ItemState::Completed), batch.count(ItemState::Failed), batch.count(ItemState::Expired)), (1, 1, 1));
    assert_eq!(ending(&batch, ItemState::Failed).map(|ending| ending.why.as_str()), Some("Katup macet"));
    let silent = ending(&batch, ItemState::Expired).expect("the silent one");
    assert_eq!((silent.why.as_str(), silent.examples[0].id), ("silent", meters[0]));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_that_waits_gets_no_order_once_something_else_was_decided() {
    let (running, hands) = quiet_noon().await;
    // So many before them that these wait.
    let first = crowd(&running, &hands, PER_MINUTE as usize).await;
    let now = hands.now();
    let rest =
        running.server.app.store.writer.work(move |tx| {
            (1_000..1_003).map(|place| add_meter(tx, place, Reported::Valve(now))).collect::<Result<Vec<_>, _>>()
        });
    let rest = rest.await.expect("added");
    begun(&running, &first).await;
    once_at(&running.server.app, hands.now()).await.expect("released");
    begun(&running, &rest).await;
    assert_eq!(newest(&running).await.count(ItemState::Waiting), 3);
    let token = token(&running).await;
    let preview: OrderPreview = running.post(&token, PREVIEW, &json!({ "meters": rest, "do": "open_valve" })).await;
    assert_eq!(preview.refused.iter().map(|group| group.why).collect::<Vec<_>>(), [NoOrder::Queued]);
    // One is opened by hand, one is moved to another customer's connection, and whoever began it leaves.
    let by_hand = json!({ "key": Uuid::now_v7(), "meter": rest[0], "do": "open_valve", "reason": "Ada yang sakit" });
    assert_eq!(send(&running, Method::POST, ONE, Some(&token), Some(by_hand)).await.0, StatusCode::OK);
    let moved = rest[1];
    let change = running.server.app.store.writer.work(move |tx| {
        let num: i64 = tx.db.query_row("SELECT num FROM meter WHERE id = ?1", [moved.0.as_bytes()], |row| row.get(0))?;
        let place: i64 = tx.db.query_row(
            "SELECT connection FROM installation JOIN meter ON num = meter WHERE serial = 'WM-TEST-B' AND until IS NULL",
            [],
            |row| row.get(0),
        )?;
        install::install(tx, num, place, tx.now)
    });
    change.await.expect("moved");
    running.server.app.store.writer.forget_meters().await.expect("read anew");
    hands.set(hands.now().plus(MINUTE_MS));
    once_at(&running.server.app, hands.now()).await.expect("released");
    let batch = newest(&running).await;
    assert_eq!(ending(&batch, ItemState::Withdrawn).map(|ending| ending.why.as_str()), Some("overtaken"));
    assert_eq!(ending(&batch, ItemState::Refused).map(|ending| ending.why.as_str()), Some("moved"));
    assert_eq!(batch.count(ItemState::Pending), 1);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_goes_out_for_an_admin_who_may_not_sign_in_any_more() {
    let (running, hands) = quiet_noon().await;
    let meters = crowd(&running, &hands, PER_MINUTE as usize + 2).await;
    begun(&running, &meters).await;
    once_at(&running.server.app, hands.now()).await.expect("released");
    let gone = running.server.app.store.writer.work(|tx| {
        tx.db.execute("UPDATE user SET active = 0 WHERE role = 'admin'", [])?;
        Ok(())
    });
    gone.await.expect("gone");
    once_at(&running.server.app, hands.now().plus(2 * MINUTE_MS)).await.expect("released");
    assert_eq!(ordered(&running).await, i64::from(PER_MINUTE));
    let refused = running.server.app.store.read(|db| {
        let sql = "SELECT COUNT(*) FROM order_batch_meter WHERE why = 'no_author'";
        Ok(db.query_row(sql, [], |row| row.get::<_, i64>(0))?)
    });
    assert_eq!(refused.await.expect("counted"), 2);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_valve_that_a_person_has_closed_needs_no_order_and_another_closed_one_is_named() {
    let (running, hands) = quiet_noon().await;
    let [a, b] = running.world.meters.clone();
    let mut one = Meter::connect(running.server.mqtt, &a).await;
    let mut other = Meter::connect(running.server.mqtt, &b).await;
    one.report("open", hands.now()).await;
    other.report("closed", hands.now()).await;
    begun(&running, &[a.id]).await;
    once_at(&running.server.app, hands.now()).await.expect("released");
    let close = one.next_order().await;
    one.carry_out(close.id).await;
    hands.set(hands.now().plus(MINUTE_MS));
    one.report("closed", hands.now()).await;
    let token = token(&running).await;
    let asked = |action: &str| json!({ "meters": [a.id, b.id], "do": action });
    let preview: OrderPreview = running.post(&token, PREVIEW, &asked("close_valve")).await;
    assert_eq!((preview.can, preview.already), (1, 1), "closed, and not by a person");
    assert_eq!(preview.refused.iter().map(|group| (group.why, group.count)).collect::<Vec<_>>(), [(NoOrder::Already, 1)]);
    let preview: OrderPreview = running.post(&token, PREVIEW, &asked("open_valve")).await;
    assert_eq!((preview.can, preview.already), (2, 0));
    let (status, answer) = begin(&running, body(Uuid::now_v7(), &[a.id, b.id], 1)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(ending(&newest(&running).await, ItemState::Refused).map(|ending| ending.why.as_str()), Some("already"));
    clean(running).await;
}
