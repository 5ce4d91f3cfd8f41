//! Valves that admins open and close, over the real API and real MQTT: every way in which an order ends, what is refused, and what the balance
//! may do after it.

use crate::api::send;
use domain::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use domain::people::Role;
use domain::valve::by_hand::ByHand;
use domain::valve::order::OrderState;
use domain::{MeterId, UserId, UtilityId};
use protocol::metering::messages::{OrderAckState, OrderAction};
use protocol::valve::orders::{MeterOrderRow, MeterValve};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use sync_server::core::now;
use sync_server::jobs::money::once_at;
use sync_server::metering::{fleet, install};
use sync_server::people::accounts;
use sync_server::people::accounts::NewUser;
use sync_server::people::auth::password;
use sync_server::valve::policy;
use tests::field::clean;
use tests::valve::{Hands, Meter, adjust, at, held, order_states, start, start_at_noon, working_day, write_plan};
use tests::world::{PASSWORD, Running, email, program};
use tokio::time::timeout;
use uuid::Uuid;

const PATH: &str = "/admin/v1/valve/orders";
const WITHDRAW: &str = "/admin/v1/valve/orders/withdraw";

/// An admin at the world's first meter.
struct Admin<'a> {
    running: &'a Running,
    name: &'static str,
    token: RefCell<String>,
    meter: MeterId,
}

impl<'a> Admin<'a> {
    async fn of(running: &'a Running, name: &'static str) -> Self {
        let admin = Self { running, name, token: RefCell::default(), meter: running.world.meters[0].id };
        admin.sign_in().await;
        admin
    }

    /// Signs in, again where the clock was moved: a token is good for minutes.
    async fn sign_in(&self) {
        let token = self.running.tokens(self.name).await.access_token;
        self.token.replace(token);
    }

    fn token(&self) -> String {
        self.token.borrow().clone()
    }

    async fn valve(&self) -> MeterValve {
        self.running.get(&self.token(), &format!("{PATH}?meter={}", self.meter)).await
    }

    /// The orders of people, the oldest first: `do state`, with how each ended where that is known.
    async fn theirs(&self) -> Vec<String> {
        let valve = self.valve().await;
        let theirs = valve.orders.iter().rev().filter(|order| order.cause == "person");
        let line = |order: &MeterOrderRow| format!("{} {} {}", order.action.as_str(), order.state.as_str(), order.why);
        theirs.map(|order| line(order).trim_end().to_owned()).collect()
    }

    async fn newest(&self) -> MeterOrderRow {
        self.valve().await.orders.first().cloned().expect("an order")
    }

    async fn send(&self, path: &str, body: Value) -> (StatusCode, Value) {
        send(self.running, Method::POST, path, Some(&self.token()), Some(body)).await
    }

    /// Orders it, which is taken.
    async fn order(&self, action: &str) -> Uuid {
        let key = Uuid::now_v7();
        let (status, answer) = self.send(PATH, body(key, self.meter, action)).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        key
    }

    /// The word by which something is refused.
    async fn refused(&self, path: &str, body: Value) -> String {
        let (status, answer) = self.send(path, body.clone()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}: {answer}");
        answer["detail"].as_str().unwrap_or_default().split(':').next().unwrap_or_default().to_owned()
    }
}

fn body(key: Uuid, meter: MeterId, action: &str) -> Value {
    json!({ "key": key, "meter": meter, "do": action, "reason": "Pipa pecah di halaman" })
}

/// A meter that has reported its valve.
async fn meter(running: &Running, hands: &Hands, valve: &str) -> Meter {
    let mut meter = Meter::connect(running.server.mqtt, &running.world.meters[0].clone()).await;
    meter.report(valve, hands.now()).await;
    meter
}

struct Simulator(Child);

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Asks until the valve is as wanted.
async fn until(admin: &Admin<'_>, what: &str, is_so: impl Fn(&MeterValve) -> bool) -> MeterValve {
    let waiting = async {
        loop {
            let valve = admin.valve().await;
            if is_so(&valve) {
                return valve;
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    };
    timeout(Duration::from_secs(60), waiting).await.unwrap_or_else(|_| panic!("{what} did not come"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_simulated_meter_closes_and_opens_by_hand_and_each_step_has_its_time() {
    let running = start().await;
    let plan = running.world.folder.path().join("plan.json");
    write_plan(&running.world, &plan);
    let mut simulator = Command::new(program("simulators"));
    simulator.args(["live", "--mqtt", &running.server.mqtt.to_string(), "--plan"]).arg(&plan).stdout(Stdio::null());
    let _simulator = Simulator(simulator.spawn().expect("the simulator starts"));
    let admin = Admin::of(&running, "admin").await;
    let reported = async || {
        let read = running.server.app.store.read(|db| {
            let sql = "SELECT COALESCE(MAX(valve), '') FROM meter_state JOIN meter ON num = meter WHERE serial = 'WM-TEST-A'";
            Ok(db.query_row(sql, [], |row| row.get::<_, String>(0))?)
        });
        read.await.expect("reads")
    };
    let is_reported = async |valve: &str| {
        while reported().await != valve {
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    };
    timeout(Duration::from_secs(60), is_reported("open")).await.expect("it reports");
    // Every day of this world but one is a holiday.
    assert!(admin.valve().await.protected_until.is_some_and(|until| until > now()));
    let mut asked = body(Uuid::now_v7(), admin.meter, "close_valve");
    assert_eq!(admin.refused(PATH, asked.clone()).await, "protected");
    asked["despite_protected"] = json!("Air menggenangi jalan");
    for _ in 0..2 {
        assert_eq!(admin.send(PATH, asked.clone()).await.0, StatusCode::OK, "the same again is the same order");
    }
    let closed = until(&admin, "the end", |valve| !valve.orders[0].state.is_open()).await;
    let [order] = closed.orders.as_slice() else { panic!("{closed:?}") };
    assert_eq!((order.action, order.state), (OrderAction::CloseValve, OrderState::Completed));
    assert_eq!((order.who.as_deref(), order.cause.as_str()), (Some("admin"), "person"));
    assert_eq!((order.reason.as_str(), order.despite_protected.as_str()), ("Pipa pecah di halaman", "Air menggenangi jalan"));
    assert!(order.until > now().plus(11 * HOUR_MS), "it holds in protected hours as well");
    let steps = [Some(order.made_at), order.sent_at, order.acknowledged_at, order.ended_at].map(|at| at.expect("a step"));
    assert!(steps.is_sorted(), "{steps:?}");
    assert_eq!(closed.by_hand, ByHand::Closed);
    timeout(Duration::from_secs(60), is_reported("closed")).await.expect("no water flows");
    admin.order("open_valve").await;
    let opened = until(&admin, "the end", |valve| valve.orders.len() == 2 && !valve.orders[0].state.is_open()).await;
    assert_eq!(opened.orders[0].state, OrderState::Completed);
    assert!(matches!(opened.by_hand, ByHand::Open { until } if (until.since(now()) - DAY_MS).abs() < MINUTE_MS), "{opened:?}");
    timeout(Duration::from_secs(60), is_reported("open")).await.expect("water flows");
    let audited = running.server.app.store.read(|db| {
        let sql = "SELECT COUNT(*) FROM audit WHERE kind = 'order_valve' AND user IS NOT NULL";
        Ok(db.query_row(sql, [], |row| row.get::<_, i64>(0))?)
    });
    assert_eq!(audited.await.expect("counted"), 2);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_by_hand_fails_expires_or_is_withdrawn_and_says_so() {
    let (running, hands) = start_at_noon().await;
    let admin = Admin::of(&running, "admin").await;
    adjust(&running, 100_000).await;
    let mut device = meter(&running, &hands, "open").await;
    admin.order("close_valve").await;
    let order = device.next_order().await;
    assert_eq!(order.until, Some(at(working_day(), 20)), "until protected hours begin");
    device.refuse(order.id, "Katup macet").await;
    let failed = admin.valve().await;
    assert_eq!((failed.orders[0].state, failed.orders[0].why.as_str()), (OrderState::Failed, "Katup macet"));
    assert_eq!(failed.by_hand, ByHand::Nothing, "the valve is as it was");
    // Sent, and never answered.
    let sent = admin.order("close_valve").await;
    assert_eq!(device.next_order().await.id, sent);
    assert_eq!(admin.valve().await.by_hand, ByHand::Ordered);
    let body = |of: Uuid| json!({ "key": Uuid::now_v7(), "of": of });
    assert_eq!(admin.refused(WITHDRAW, body(sent)).await, "sent");
    drop(device);
    once_at(&running.server.app, at(working_day(), 20).plus(2 * MINUTE_MS)).await.expect("expired");
    let silent = admin.newest().await;
    assert_eq!((silent.state, silent.why.as_str()), (OrderState::Expired, "silent"));
    // The meter is away: nothing was sent, so it can be withdrawn, twice as well as once.
    let waiting = admin.order("open_valve").await;
    for _ in 0..2 {
        assert_eq!(admin.send(WITHDRAW, body(waiting)).await.0, StatusCode::OK);
    }
    let withdrawn = admin.newest().await;
    assert_eq!((withdrawn.state, withdrawn.why.as_str(), withdrawn.sent_at), (OrderState::Expired, "withdrawn", None));
    let mut device = Meter::connect(running.server.mqtt, &running.world.meters[0].clone()).await;
    assert!(!device.has_order().await, "it never learns of it");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_ordered_is_refused_with_its_word_and_changes_nothing() {
    let (running, hands) = start_at_noon().await;
    let admin = Admin::of(&running, "admin").await;
    adjust(&running, 100_000).await;
    let with = |field: &str, value: Value| {
        let mut asked = body(Uuid::now_v7(), admin.meter, "close_valve");
        asked[field] = value;
        asked
    };
    for reason in ["", "  ab ", &"x".repeat(201)] {
        assert_eq!(admin.refused(PATH, with("reason", json!(reason))).await, "valve_reason");
    }
    assert_eq!(admin.refused(PATH, with("despite_protected", json!("x"))).await, "valve_reason");
    assert_eq!(admin.send(PATH, with("do", json!("restart"))).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(admin.send(PATH, with("meter", json!(Uuid::now_v7()))).await.0, StatusCode::NOT_FOUND);
    assert_eq!(admin.refused(PATH, with("connection", json!(running.world.meters[1].connection))).await, "moved");
    let mut device = Meter::connect(running.server.mqtt, &running.world.meters[0].clone()).await;
    device.publish_as("telemetry", &json!({ "t": hands.now(), "reg": 1_000, "flow": 0 })).await;
    assert_eq!(admin.refused(PATH, with("reason", json!("Pipa pecah"))).await, "no_valve");
    assert_eq!(admin.valve().await.refusal.as_deref(), Some("no_valve"));
    device.report("open", hands.now().plus(1_000)).await;
    assert_eq!(admin.theirs().await, Vec::<String>::new());
    drop(device);
    // By the connection as well.
    let at_place = json!({ "key": Uuid::now_v7(), "connection": running.world.meters[0].connection, "do": "close_valve", "reason": "Pipa pecah" });
    assert_eq!(admin.send(PATH, at_place).await.0, StatusCode::OK);
    assert_eq!(admin.refused(PATH, body(Uuid::now_v7(), admin.meter, "close_valve")).await, "order_open");
    // The opposite takes its place at once: a mistake is undone before it is sent to the meter.
    admin.order("open_valve").await;
    assert_eq!(admin.theirs().await, ["close_valve expired withdrawn", "open_valve pending"]);
    let swap = running.server.app.store.writer.work(|tx| {
        let num = |sql: &str| tx.db.query_row(sql, [], |row| row.get::<_, i64>(0));
        let other = num("SELECT num FROM meter WHERE serial = 'WM-TEST-B'")?;
        let place =
            num("SELECT connection FROM installation JOIN meter ON num = meter WHERE serial = 'WM-TEST-A' AND until IS NULL")?;
        install::install(tx, other, place, tx.now)
    });
    swap.await.expect("replaced");
    running.server.app.store.writer.forget_meters().await.expect("read anew");
    assert_eq!(admin.refused(PATH, body(Uuid::now_v7(), admin.meter, "open_valve")).await, "not_installed");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_valve_opened_by_hand_without_credit_stays_open_for_a_day_and_one_closed_by_hand_until_a_person_opens_it() {
    let (running, hands) = start_at_noon().await;
    let (admin, day) = (Admin::of(&running, "admin").await, working_day());
    let mut device = meter(&running, &hands, "open").await;
    once_at(&running.server.app, hands.now()).await.expect("evaluated");
    let close = device.next_order().await;
    device.carry_out(close.id).await;
    assert!(admin.valve().await.for_credit);
    assert_eq!(admin.refused(WITHDRAW, json!({ "key": Uuid::now_v7(), "of": close.id })).await, "by_balance");
    admin.order("open_valve").await;
    let open = device.next_order().await;
    device.carry_out(open.id).await;
    assert!(!held(&running).await, "a person decides now");
    // The working day after: the balance decides once a day is over, and not before.
    let work = running.server.app.store.writer.work(move |tx| {
        let utility = fleet::utility(tx)?;
        policy::remove_holiday(tx, utility, day.plus(1))
    });
    work.await.expect("no holiday");
    for later in [at(day, 13), at(day, 19), at(day.plus(1), 9), at(day.plus(1), 12).plus(-1)] {
        hands.set(later);
        once_at(&running.server.app, later).await.expect("evaluated");
        assert_eq!(order_states(&running).await, ["close_valve completed", "open_valve completed"], "{later:?}");
    }
    hands.set(at(day.plus(1), 12).plus(MINUTE_MS));
    admin.sign_in().await;
    once_at(&running.server.app, hands.now()).await.expect("evaluated");
    let again = device.next_order().await;
    assert_eq!(again.action, OrderAction::CloseValve, "there is no credit still");
    // A person's close takes the place of the balance's, and outlasts what is bought.
    admin.order("close_valve").await;
    let theirs = device.next_order().await;
    assert_eq!(order_states(&running).await[2..], ["close_valve expired overtaken", "close_valve sent"]);
    adjust(&running, 200_000).await;
    assert!(!device.has_order().await, "it waits for the person's order");
    device.carry_out(theirs.id).await;
    adjust(&running, 50_000).await;
    once_at(&running.server.app, hands.now().plus(HOUR_MS)).await.expect("evaluated");
    assert!(!device.has_order().await);
    assert_eq!((admin.valve().await.by_hand, held(&running).await), (ByHand::Closed, false));
    admin.order("open_valve").await;
    let open = device.next_order().await;
    device.carry_out(open.id).await;
    assert!(matches!(admin.valve().await.by_hand, ByHand::Open { .. }));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_paid_is_opened_for_although_a_by_hand_open_did_not_work() {
    let (running, hands) = start_at_noon().await;
    let admin = Admin::of(&running, "admin").await;
    let mut device = meter(&running, &hands, "open").await;
    once_at(&running.server.app, hands.now()).await.expect("evaluated");
    let close = device.next_order().await;
    device.carry_out(close.id).await;
    admin.order("open_valve").await;
    let open = device.next_order().await;
    device.answer(open.id, OrderAckState::Completed).await;
    assert!(!held(&running).await, "its meter says that it is open");
    hands.set(hands.now().plus(20 * MINUTE_MS));
    admin.sign_in().await;
    device.report("closed", hands.now()).await;
    once_at(&running.server.app, hands.now()).await.expect("evaluated");
    let seen = admin.valve().await;
    assert_eq!((seen.orders[0].seen.as_deref(), seen.by_hand, seen.for_credit), (Some("contradicts"), ByHand::Nothing, true));
    assert!(adjust(&running, 100_000).await.0 > 10_000);
    let opened = device.next_order().await;
    assert_eq!(opened.action, OrderAction::OpenValve);
    device.carry_out(opened.id).await;
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_moves_a_valve_of_another_utility_or_learns_of_its_orders() {
    let (running, hands) = start_at_noon().await;
    let admin = Admin::of(&running, "admin").await;
    let mut device = meter(&running, &hands, "open").await;
    device.publish_as("status", &json!({ "online": true })).await;
    drop(device);
    adjust(&running, 100_000).await;
    let order = admin.order("close_valve").await;
    let work = running.server.app.store.writer.work(|tx| {
        let utility = fleet::add_utility(tx, UtilityId(Uuid::now_v7()), "Lain")?;
        let (id, password_hash) = (UserId(Uuid::now_v7()), password::hash(PASSWORD)?);
        let user = NewUser { id, utility, email: email("stranger"), name: "Lain".into(), password_hash, role: Role::Admin };
        accounts::add(tx, &user).map(|_| ())
    });
    work.await.expect("another utility");
    let stranger = Admin::of(&running, "stranger").await;
    let path = format!("{PATH}?meter={}", admin.meter);
    let get = send(&running, Method::GET, &path, Some(&stranger.token()), None).await;
    assert_eq!(get.0, StatusCode::NOT_FOUND);
    let place = json!({ "key": Uuid::now_v7(), "connection": running.world.meters[0].connection, "do": "open_valve", "reason": "Coba saja" });
    for (path, body) in [
        (PATH, body(Uuid::now_v7(), admin.meter, "open_valve")),
        (PATH, place),
        (WITHDRAW, json!({ "key": Uuid::now_v7(), "of": order })),
    ] {
        assert_eq!(stranger.send(path, body.clone()).await.0, StatusCode::NOT_FOUND, "{body}");
    }
    assert_eq!(
        stranger.refused(PATH, body(order, admin.meter, "close_valve")).await,
        "key",
        "an order's identifier says nothing"
    );
    let set = json!({ "key": Uuid::now_v7(), "rev": 0, "set": { "what": "emergency_credit", "amount": 5_000 } });
    assert_eq!(stranger.send("/admin/v1/valve/policy", set).await.0, StatusCode::OK);
    let own: protocol::valve::policy::ValvePolicy = running.get(&admin.token(), "/admin/v1/valve/policy").await;
    assert_eq!(own.emergency_credit, domain::Rupiah(10_000), "what another utility sets is its own");
    assert_eq!(admin.theirs().await, ["close_valve pending"]);
    clean(running).await;
}
