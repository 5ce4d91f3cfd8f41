//! Valves by the real server, over real MQTT: closed when credit is gone, opened when it has come, whatever a meter says or does not say.

use domain::valve::decision::Cause;
use protocol::metering::messages::{MeterOrder, OrderAckState, OrderAction};
use protocol::valve::orders::MeterOrderList;
use reqwest::StatusCode;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use sync_server::core::now;
use sync_server::jobs::money::once_at;
use sync_server::metering::live::Order;
use sync_server::valve::orders::{NewOrder, create};
use tests::field::clean;
use tests::payments::file;
use tests::server::{ServerProcess, check};
use tests::valve::{
    Meter, adjust, at, commands, held, is_held, order_states, start, start_at_night, topic, working_day, write_plan,
};
use tests::world::{Running, program};
use tokio::time::timeout;
use uuid::Uuid;

/// Noon of the working day: the first connection's credit is gone, for the month's fee was posted and nothing was bought.
async fn noon(running: &Running) {
    once_at(&running.server.app, at(working_day(), 12)).await.expect("evaluated");
}

fn is(states: &[String], expected: &[&str]) {
    assert_eq!(states, expected.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_reaches_its_end_once_and_late_or_repeated_answers_change_nothing() {
    let running = start().await;
    let device = running.world.meters[0].clone();
    noon(&running).await;
    is(&order_states(&running).await, &["close_valve pending"]);
    assert!(!held(&running).await, "no meter has received it");
    let mut meter = Meter::connect(running.server.mqtt, &device).await;
    let close = meter.next_order().await;
    assert_eq!(close.action, OrderAction::CloseValve);
    assert!(close.until.is_some_and(|until| until <= at(working_day(), 20)), "not carried out in protected hours");
    is(&order_states(&running).await, &["close_valve sent"]);
    assert!(held(&running).await, "from here on it may be closed");
    for _ in 0..2 {
        meter.answer(close.id, OrderAckState::Acknowledged).await;
        is(&order_states(&running).await, &["close_valve acknowledged"]);
    }
    meter.answer(close.id, OrderAckState::Completed).await;
    for late in [OrderAckState::Completed, OrderAckState::Acknowledged, OrderAckState::Failed] {
        meter.answer(close.id, late).await;
        is(&order_states(&running).await, &["close_valve completed"]);
    }
    let owed = adjust(&running, 1).await.0;
    assert_eq!(adjust(&running, 10_000 - owed).await.0, 10_000);
    is(&order_states(&running).await, &["close_valve completed"]);
    assert_eq!(adjust(&running, 1).await.0, 10_001);
    let open = meter.next_order().await;
    assert_eq!(open.action, OrderAction::OpenValve, "as soon as the balance is above Rp10,000, whatever the hour");
    meter.carry_out(open.id).await;
    is(&order_states(&running).await, &["close_valve completed", "open_valve completed"]);
    assert!(!held(&running).await);
    clean(running).await;
}

struct Simulator(Child);

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits for a live value of the first meter that is as wanted.
async fn frame(
    reader: &mut sync_server::metering::live::Reader<domain::MeterId, protocol::metering::live::Frame>,
    valve: &str,
) -> protocol::metering::live::Frame {
    let waiting = async {
        loop {
            if let Some(frame) = reader.mailbox.fetch().await.into_iter().find(|frame| frame.valve.as_str() == valve) {
                return frame;
            }
        }
    };
    timeout(Duration::from_secs(60), waiting).await.unwrap_or_else(|_| panic!("the valve is never {valve}"))
}

/// A simulated meter reports before it acknowledges that it is done: that comes right behind the value.
async fn done(running: &Running, expected: &[&str]) {
    let waiting = async {
        while order_states(running).await != expected {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(10), waiting).await.expect("done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_simulated_meter_closes_when_credit_is_gone_and_opens_with_a_top_up() {
    let running = start().await;
    let plan = running.world.folder.path().join("plan.json");
    write_plan(&running.world, &plan);
    let mut reader = running.server.app.live.meters.join();
    reader.listen(vec![running.world.meters[0].id]);
    let mut simulator = Command::new(program("simulators"));
    simulator.args(["live", "--mqtt", &running.server.mqtt.to_string(), "--plan"]).arg(&plan).stdout(Stdio::null());
    let _simulator = Simulator(simulator.spawn().expect("the simulator starts"));
    frame(&mut reader, "open").await;
    // One that has run out is not carried out, however late it comes.
    let order = |action, until| Order { meter: 1, order: MeterOrder { id: Uuid::now_v7(), action, interval_s: None, until } };
    running.server.app.live.order(order(OrderAction::CloseValve, Some(now().plus(-1_000))));
    for _ in 0..2 {
        running.server.app.live.order(order(OrderAction::ReadNow, None));
        frame(&mut reader, "open").await;
    }
    noon(&running).await;
    let closed = frame(&mut reader, "closed").await;
    assert_eq!(closed.flow, Some(domain::Flow(0)), "nothing flows");
    done(&running, &["close_valve completed"]).await;
    assert!(held(&running).await);
    adjust(&running, 100_000).await;
    frame(&mut reader, "open").await;
    done(&running, &["close_valve completed", "open_valve completed"]).await;
    assert!(!held(&running).await);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn protected_hours_delay_a_close_and_never_an_open() {
    let running = start_at_night().await;
    let day = working_day();
    // The day before is a holiday, or a weekend that the working day comes after; its own night and evening are protected.
    for (day, hour) in [(day.plus(-1), 12), (day, 7), (day, 20), (day.plus(1), 12)] {
        once_at(&running.server.app, at(day, hour)).await.expect("evaluated");
        is(&order_states(&running).await, &[]);
    }
    // Nothing is due before that night ends: a holiday that is taken back makes it due anew, for the day behind is a working day too.
    let work = running.server.app.store.writer.work(move |tx| {
        let utility = sync_server::metering::fleet::utility(tx)?;
        sync_server::valve::policy::remove_holiday(tx, utility, day.plus(1))
    });
    work.await.expect("no holiday");
    once_at(&running.server.app, at(day.plus(1), 8)).await.expect("evaluated");
    is(&order_states(&running).await, &["close_valve pending"]);
    adjust(&running, 100_000).await;
    is(&order_states(&running).await, &["close_valve expired withdrawn"]);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unanswered_order_expires_and_one_without_its_reason_is_withdrawn() {
    let running = start().await;
    let day = working_day();
    noon(&running).await;
    once_at(&running.server.app, at(day, 21)).await.expect("evaluated");
    is(&order_states(&running).await, &["close_valve expired silent"]);
    let mut meter = Meter::connect(running.server.mqtt, &running.world.meters[0].clone()).await;
    assert!(!meter.has_order().await, "what has run out is not sent");
    // The working day comes again.
    running.server.app.store.writer.work(|tx| Ok(tx.db.execute("UPDATE supply_state SET due_at = 0", [])?)).await.expect("due");
    once_at(&running.server.app, at(day, 9)).await.expect("evaluated");
    let close = meter.next_order().await;
    is(&order_states(&running).await, &["close_valve expired silent", "close_valve sent"]);
    meter.carry_out(close.id).await;
    clean(running).await;

    let running = start().await;
    noon(&running).await;
    is(&order_states(&running).await, &["close_valve pending"]);
    adjust(&running, 100_000).await;
    is(&order_states(&running).await, &["close_valve expired withdrawn"]);
    let mut meter = Meter::connect(running.server.mqtt, &running.world.meters[0].clone()).await;
    assert!(!meter.has_order().await, "nobody closes or opens anything");
    assert!(!held(&running).await);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_top_up_overtakes_a_close_that_is_under_way_and_the_meter_ends_open() {
    let running = start().await;
    let device = running.world.meters[0].clone();
    noon(&running).await;
    let mut meter = Meter::connect(running.server.mqtt, &device).await;
    let close = meter.next_order().await;
    adjust(&running, 100_000).await;
    let open = meter.next_order().await;
    assert_eq!((close.action, open.action), (OrderAction::CloseValve, OrderAction::OpenValve), "in this order");
    meter.carry_out(close.id).await;
    drop(meter);
    // It connects anew before it has answered: only what is still wanted is sent again.
    let mut meter = Meter::connect(running.server.mqtt, &device).await;
    let again = meter.next_order().await;
    assert_eq!((again.action, again.id), (OrderAction::OpenValve, open.id), "the same command under the same identifier");
    meter.carry_out(again.id).await;
    assert!(!meter.has_order().await);
    is(&order_states(&running).await, &["close_valve expired overtaken", "open_valve completed"]);
    assert!(!held(&running).await);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_before_the_answer_sends_the_order_again_and_takes_it() {
    let running = start().await;
    noon(&running).await;
    let Running { world, server } = running;
    server.stop().await;
    let (data, device) = (world.folder.path().to_owned(), world.meters[0].clone());
    let mut process = ServerProcess::start(&data).await;
    let mut meter = Meter::connect(process.mqtt, &device).await;
    let close = meter.next_order().await;
    process.kill_and_start().await;
    let mut meter = Meter::connect(process.mqtt, &device).await;
    let again = meter.next_order().await;
    assert_eq!((again.id, again.action), (close.id, OrderAction::CloseValve));
    meter.answer(close.id, OrderAckState::Acknowledged).await;
    process.kill_and_start().await;
    let mut meter = Meter::connect(process.mqtt, &device).await;
    assert_eq!(meter.next_order().await.id, close.id, "acknowledged is not done: the meter may have restarted over it");
    meter.carry_out(close.id).await;
    process.kill();
    check(&data).expect("commands and holds agree");
    let db = file(&data);
    is(&commands(&db).expect("reads"), &["close_valve completed"]);
    assert!(is_held(&db).expect("reads"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_meter_and_its_gateway_receive_and_answer_its_orders() {
    let running = start().await;
    let [ours, other] = running.world.meters.clone();
    noon(&running).await;
    let mut meter = Meter::connect(running.server.mqtt, &ours).await;
    let close = meter.next_order().await;
    let answer = serde_json::json!({ "id": close.id, "state": "completed" }).to_string();
    let mut stranger = Meter::quiet(running.server.mqtt, &other);
    assert!(!stranger.may_subscribe(topic(&ours, "command")).await);
    stranger.publish_as("ack", &serde_json::from_str(&answer).expect("JSON")).await;
    stranger.publish_as("ack", &serde_json::json!({ "id": Uuid::now_v7(), "state": "completed" })).await;
    assert!(!stranger.try_publish(topic(&ours, "ack"), answer.clone()).await, "it is put out");
    let mut stranger = Meter::quiet(running.server.mqtt, &other);
    stranger
        .try_publish(topic(&ours, "command"), serde_json::json!({ "id": Uuid::now_v7(), "do": "open_valve" }).to_string())
        .await;
    assert!(!meter.has_order().await, "only the server commands");
    is(&order_states(&running).await, &["close_valve sent"]);
    let gateway = tests::world::Device {
        serial: "gateway".parse().expect("a name"),
        secret: running.world.gateway.clone(),
        ..ours.clone()
    };
    let mut gateway = Meter::quiet(running.server.mqtt, &gateway);
    assert!(gateway.try_publish(topic(&ours, "ack"), answer).await);
    is(&order_states(&running).await, &["close_valve completed"]);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_valve_that_somebody_closed_is_neither_closed_nor_opened_for_the_balances_sake() {
    let running = start().await;
    let device = running.world.meters[0].clone();
    let mut meter = Meter::connect(running.server.mqtt, &device).await;
    meter.report("closed", now()).await;
    noon(&running).await;
    is(&order_states(&running).await, &[]);
    adjust(&running, 100_000).await;
    assert!(!meter.has_order().await);
    assert!(!held(&running).await);

    // One that was closed for credit and then by an admin is the admin's.
    meter.report("open", now()).await;
    adjust(&running, -100_000).await;
    noon(&running).await;
    let close = meter.next_order().await;
    meter.carry_out(close.id).await;
    let work = running.server.app.store.writer.work(|tx| {
        let num = |sql: &str| tx.db.query_row(sql, [], |row| row.get::<_, i64>(0));
        let new = NewOrder {
            meter: num("SELECT num FROM meter WHERE serial = 'WM-TEST-A'")?,
            connection: None,
            action: OrderAction::CloseValve,
            interval_s: None,
            until: tx.now.plus(60_000),
            cause: Cause::Person,
            who: Some(num("SELECT num FROM user WHERE role = 'admin'")?),
            reason: "Pipa pecah",
            despite_protected: "",
        };
        assert!(create(tx, &new)?.is_some());
        assert!(create(tx, &new)?.is_none(), "one that is open is enough");
        Ok(())
    });
    work.await.expect("asked");
    let theirs = meter.next_order().await;
    meter.carry_out(theirs.id).await;
    adjust(&running, 200_000).await;
    assert!(!meter.has_order().await);
    is(&order_states(&running).await, &["close_valve completed", "close_valve completed"]);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn admins_read_a_meters_commands_and_nobody_else_does() {
    let running = start().await;
    noon(&running).await;
    let path = format!("/admin/v1/commands?meter={}", running.world.meters[0].id);
    let admin = running.tokens("admin").await.access_token;
    let listed: MeterOrderList = running.get(&admin, &path).await;
    let [close] = listed.commands.as_slice() else { panic!("{listed:?}") };
    assert_eq!((close.action, close.state.as_str(), close.cause.as_str()), (OrderAction::CloseValve, "pending", "credit"));
    for who in ["technician", "customer", "other"] {
        let token = running.tokens(who).await.access_token;
        let answer = reqwest::Client::new().get(format!("{}{path}", running.url())).bearer_auth(token).send().await;
        assert_eq!(answer.expect("an answer").status(), StatusCode::FORBIDDEN, "{who}");
    }
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_taking_one_message_at_a_time_gets_the_orders_of_all_its_meters() {
    use rumqttc::v5::mqttbytes::QoS;
    use rumqttc::v5::mqttbytes::v5::{Filter, Packet};
    use rumqttc::v5::{AsyncClient, Event, MqttOptions};
    let running = start().await;
    noon(&running).await;
    let mut options = MqttOptions::new("gateway", "127.0.0.1", running.server.mqtt.port());
    options.set_credentials("gateway", &running.world.gateway).set_receive_maximum(Some(1));
    let (client, mut events) = AsyncClient::new(options, 8);
    let filters = running.world.meters.iter().map(|meter| Filter::new(topic(meter, "command"), QoS::AtLeastOnce));
    client.subscribe_many(filters).await.expect("queued");
    let mut topics = std::collections::BTreeSet::new();
    while topics.len() < 2 {
        let event = timeout(Duration::from_secs(20), events.poll()).await.expect("both come").expect("connected");
        if let Event::Incoming(Packet::Publish(message)) = event {
            topics.insert(message.topic);
        }
    }
    clean(running).await;
}
