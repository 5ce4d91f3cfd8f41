//! Valves in tests: a working day to decide on, a meter that answers as the test asks, and the meter orders of the server's database.

use crate::world::{Device, Running, World};
use domain::core::local_time::HOUR_MS;
use domain::valve::decision::Policy;
use domain::{LocalDay, Rupiah, TimeZone, UtcMillis};
use protocol::metering::messages::{MeterOrder, OrderAck, OrderAckState};
use protocol::sales::money::{AdjustmentRequest, BalanceNow};
use rumqttc::{AsyncClient, Event, EventLoop, MqttOptions, Packet, QoS};
use rusqlite::Connection;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use sync_server::core::{Clock, Tx, now};
use sync_server::error::Error;
use sync_server::metering::fleet;
use sync_server::valve::policy;
use tokio::time::timeout;
use uuid::Uuid;

/// The longest that anything here takes.
const SOON: Duration = Duration::from_secs(20);

/// The zone of the world's first connection.
pub const ZONE: TimeZone = TimeZone::ALL[0];

/// A local working day from tomorrow on, with another one behind it whatever day the test runs on: an order that is good until its
/// evening can be carried out now.
pub fn working_day() -> LocalDay {
    working_day_after(ZONE.day_of(now()))
}

fn working_day_after(today: LocalDay) -> LocalDay {
    (1..=4).map(|ahead| today.plus(ahead)).find(|day| day.weekday() < 4).expect("at most three days are no Monday to Thursday")
}

/// An hour of a local day.
pub fn at(day: LocalDay, hour: i64) -> UtcMillis {
    ZONE.start_of(day).plus(hour * HOUR_MS)
}

/// Makes a utility close valves, on [`working_day`] alone: whatever day the test runs on, the server's own jobs close none.
///
/// # Errors
/// The database.
pub fn only_on_the_working_day(tx: &mut Tx<'_>) -> Result<(), Error> {
    let utility = fleet::utility(tx)?;
    policy::set_valves(tx, utility, Policy::On)?;
    let (today, working) = (ZONE.day_of(now()), working_day());
    (-1..30)
        .map(|ahead| today.plus(ahead))
        .filter(|day| *day != working)
        .try_for_each(|day| policy::add_holiday(tx, utility, day))
}

/// A server of a world whose utility closes valves on [`working_day`] alone.
pub async fn start() -> Running {
    start_with(Clock::default()).await
}

/// The same with a clock that stands at three in the night before [`working_day`]: the server's own jobs find protected hours, and
/// the instants of the test alone decide.
pub async fn start_at_night() -> Running {
    let night = at(working_day(), 3);
    start_with(Clock::new(move || night)).await
}

/// The same with a clock that the test moves: it begins at noon of [`working_day`], when credit that is gone closes valves.
pub async fn start_at_noon() -> (Running, Hands) {
    let hands = Hands(Arc::new(AtomicI64::new(at(working_day(), 12).0)));
    let shown = hands.clone();
    (start_with(Clock::new(move || shown.now())).await, hands)
}

/// The hands of a server's clock.
#[derive(Clone)]
pub struct Hands(Arc<AtomicI64>);

impl Hands {
    /// The instant that the clock shows.
    pub fn now(&self) -> UtcMillis {
        UtcMillis(self.0.load(Ordering::SeqCst))
    }

    /// Moves it to an instant.
    pub fn set(&self, to: UtcMillis) {
        self.0.store(to.0, Ordering::SeqCst);
    }
}

async fn start_with(clock: Clock) -> Running {
    let running = World::new().start_with(clock).await;
    running.server.app.store.writer.work(only_on_the_working_day).await.expect("set");
    running
}

/// Gives (above zero) or takes credit of the world's first connection, as an admin by the API; returns the balance with it.
pub async fn adjust(running: &Running, amount: i64) -> Rupiah {
    let token = running.tokens("admin").await.access_token;
    let of = running.world.meters[0].connection.0;
    let asked = AdjustmentRequest { key: Uuid::now_v7(), of, amount: Rupiah(amount), reason: "Uji katup".into() };
    running.post::<BalanceNow>(&token, "/admin/v1/money/adjust", &asked).await.balance
}

/// A meter that publishes what a test makes it publish.
pub struct Meter {
    device: Device,
    client: AsyncClient,
    events: EventLoop,
    waiting: Vec<MeterOrder>,
}

impl Meter {
    /// Connects and subscribes to its orders.
    pub async fn connect(mqtt: SocketAddr, device: &Device) -> Self {
        let mut meter = Self::quiet(mqtt, device);
        meter.client.subscribe(topic(device, "command"), QoS::AtLeastOnce).await.expect("queued");
        meter.until(|packet| matches!(packet, Packet::SubAck(_))).await;
        meter
    }

    /// One without a subscription.
    pub fn quiet(mqtt: SocketAddr, device: &Device) -> Self {
        let mut options = MqttOptions::new(format!("test-{}", Uuid::new_v4()), mqtt.ip().to_string(), mqtt.port());
        options.set_credentials(device.serial.as_str(), &device.secret);
        let (client, events) = AsyncClient::new(options, 16);
        Self { device: device.clone(), client, events, waiting: Vec::new() }
    }

    async fn packet(&mut self) -> Packet {
        loop {
            let event = timeout(SOON, self.events.poll()).await.expect("something comes").expect("connected");
            if let Event::Incoming(packet) = event {
                if let Packet::Publish(message) = &packet {
                    self.waiting.push(serde_json::from_slice(&message.payload).expect("an order"));
                }
                return packet;
            }
        }
    }

    async fn until(&mut self, is_it: impl Fn(&Packet) -> bool) {
        while !is_it(&self.packet().await) {}
    }

    /// The next order.
    pub async fn next_order(&mut self) -> MeterOrder {
        while self.waiting.is_empty() {
            self.packet().await;
        }
        self.waiting.remove(0)
    }

    /// Whether an order came that the test has not taken yet, once everything that was sent before now has come.
    pub async fn has_order(&mut self) -> bool {
        // After the first of these the server claims pending orders; they come before it answers the others.
        for _ in 0..3 {
            self.publish_as("status", &serde_json::json!({ "online": true })).await;
        }
        !self.waiting.is_empty()
    }

    /// Publishes under its own serial, and returns when that is acknowledged: it is on disk, or never will be.
    pub async fn publish_as(&mut self, channel: &str, payload: &serde_json::Value) {
        let topic = topic(&self.device, channel);
        self.client.publish(topic, QoS::AtLeastOnce, false, payload.to_string()).await.expect("queued");
        self.until(|packet| matches!(packet, Packet::PubAck(_))).await;
    }

    /// Answers an order.
    pub async fn answer(&mut self, id: Uuid, state: OrderAckState) {
        self.publish_as("ack", &serde_json::to_value(OrderAck { id, state, why: None }).expect("JSON")).await;
    }

    /// Refuses an order, and says why.
    pub async fn refuse(&mut self, id: Uuid, why: &str) {
        let ack = OrderAck { id, state: OrderAckState::Failed, why: Some(why.to_owned()) };
        self.publish_as("ack", &serde_json::to_value(ack).expect("JSON")).await;
    }

    /// Answers an order as a meter does that carries it out.
    pub async fn carry_out(&mut self, id: Uuid) {
        self.answer(id, OrderAckState::Acknowledged).await;
        self.answer(id, OrderAckState::Completed).await;
    }

    /// Reports its valve.
    pub async fn report(&mut self, valve: &str, t: UtcMillis) {
        self.publish_as("telemetry", &serde_json::json!({ "t": t, "reg": 1_000, "flow": 0, "valve": valve })).await;
    }

    /// Publishes to any topic; whether the session survived.
    pub async fn try_publish(&mut self, topic: String, payload: String) -> bool {
        self.client.publish(topic, QoS::AtLeastOnce, false, payload).await.expect("queued");
        loop {
            match timeout(SOON, self.events.poll()).await.expect("something comes") {
                Ok(Event::Incoming(Packet::PubAck(_))) => return true,
                Ok(_) => {}
                Err(_) => return false,
            }
        }
    }

    /// Whether it may subscribe to any topic.
    pub async fn may_subscribe(&mut self, topic: String) -> bool {
        self.client.subscribe(topic, QoS::AtLeastOnce).await.expect("queued");
        loop {
            if let Packet::SubAck(ack) = self.packet().await {
                return ack.return_codes.iter().all(|code| matches!(code, rumqttc::SubscribeReasonCode::Success(_)));
            }
        }
    }
}

/// A topic of a meter's.
pub fn topic(device: &Device, channel: &str) -> String {
    format!("indowater/v1/{}/{channel}", device.serial)
}

/// Orders of the world's first meter, oldest first: `do state`, with how each ended where that is known.
pub fn commands(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut query = db.prepare(
        "SELECT trim(d.do || ' ' || d.state || ' ' || d.why) FROM meter_order d JOIN meter m ON m.num = d.meter
         WHERE m.serial = 'WM-TEST-A' ORDER BY d.num",
    )?;
    query.query_map([], |row| row.get(0))?.collect()
}

/// The same of a running server.
pub async fn order_states(running: &Running) -> Vec<String> {
    running.server.app.store.read(|db| Ok(commands(db)?)).await.expect("reads")
}

/// Whether the first connection's valve counts as closed for want of credit.
pub fn is_held(db: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT closed_for_credit IS NOT NULL FROM supply_state s JOIN connection c ON c.num = s.connection ORDER BY c.num LIMIT 1";
    db.query_row(sql, [], |row| row.get(0))
}

/// The same of a running server.
pub async fn held(running: &Running) -> bool {
    running.server.app.store.read(|db| Ok(is_held(db)?)).await.expect("reads")
}

/// The plan of the world's first meter, for the simulators.
pub fn write_plan(world: &World, file: &Path) {
    let device = &world.meters[0];
    let plan = serde_json::json!({
        "password": "", "gateway": ["gateway", world.gateway], "since": now().plus(-10 * domain::core::local_time::DAY_MS),
        "meters": [{
            "id": device.id, "serial": device.serial, "secret": device.secret, "kind": "residential", "time_zone": ZONE, "interval_s": 60,
        }],
    });
    std::fs::write(file, plan.to_string()).expect("a plan");
}
