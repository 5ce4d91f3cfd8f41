//! Meters now: each an MQTT client of its own that reports at its interval, carries out orders, and fails as meters fail.

use crate::clock::now;
use crate::faults::fleet::{Fleet, Handle};
use crate::faults::kind::Fault;
use crate::meters::property::Property;
use crate::plan::{Plan, PlannedMeter};
use domain::core::local_time::DAY_MS;
use domain::{Flow, Millilitres, UtcMillis};
use protocol::metering::messages::{
    Channel, Event as MeterEvent, MeterOrder, OrderAck, OrderAckState, OrderAction, Status, Telemetry, Topic, ValveReport,
};
use rumqttc::{AsyncClient, Event, EventLoop, LastWill, MqttOptions, Packet, QoS};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// What a meter has published before it restarts goes out within this. An order whose answer was lost would be sent again to the meter that comes
/// back, and would restart it for ever.
const RESTARTS_AFTER: Duration = Duration::from_secs(1);

/// How meters misbehave from the start; each number is one meter in so many, 0 none.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub struct Misbehaviour {
    /// One meter in so many sends nothing, until its silence is ended
    #[arg(long, default_value_t = 0)]
    pub silent: usize,
    /// One report in so many is sent twice
    #[arg(long, default_value_t = 0)]
    pub duplicate: u64,
    /// One report in so many is held back and sent after the next
    #[arg(long, default_value_t = 0)]
    pub late: u64,
    /// Clocks are off by up to so many seconds, each meter by its own
    #[arg(long, default_value_t = 0)]
    pub drift_s: i64,
    /// So many meters, the first of the plan, report every five seconds, as a meter does that somebody watches
    #[arg(long, default_value_t = 0)]
    pub lively: usize,
    /// One meter in so many restarts every few minutes
    #[arg(long, default_value_t = 0)]
    pub reboot: usize,
}

/// Runs every meter of a plan, until the process ends. The fleet is that of the plan: what is wrong with a meter there shows in what it
/// sends.
///
/// # Errors
/// The real data is damaged.
pub async fn run(broker: SocketAddr, plan: &Plan, fleet: &Fleet, misbehaviour: Misbehaviour) -> std::io::Result<()> {
    let mut meters = tokio::task::JoinSet::new();
    for (index, (planned, handle)) in plan.meters.iter().zip(fleet.meters()).enumerate() {
        let is_silent = misbehaviour.silent > 0 && index % misbehaviour.silent == misbehaviour.silent - 1;
        if is_silent {
            handle.begin(Fault::Silence, None);
        }
        meters.spawn(Meter::new(index, planned.clone(), Arc::clone(handle), plan.since, misbehaviour)?.run(broker));
    }
    while meters.join_next().await.is_some() {}
    Ok(())
}

struct Meter {
    index: usize,
    planned: PlannedMeter,
    property: Property,
    handle: Arc<Handle>,
    misbehaviour: Misbehaviour,
    interval: Duration,
    /// A shorter interval that an order set for a while, and until when.
    temporary_interval: Option<(Duration, UtcMillis)>,
    valve: ValveReport,
    seq: u32,
    /// What the property model used while the valve was closed, in mL: subtracted from its register, since the real one does not turn.
    unused_ml: i64,
    /// The register at which the valve was closed; `None` while it is open.
    closed_at: Option<i64>,
    /// A report that is sent after the next one.
    delayed: Option<Telemetry>,
}

impl Meter {
    fn new(
        index: usize,
        planned: PlannedMeter,
        handle: Arc<Handle>,
        installed_since: UtcMillis,
        misbehaviour: Misbehaviour,
    ) -> std::io::Result<Self> {
        let property = planned.property(index, installed_since).map_err(std::io::Error::other)?;
        Ok(Self {
            index,
            interval: Duration::from_secs(u64::from(planned.interval_s)),
            temporary_interval: None,
            planned,
            property,
            handle,
            misbehaviour,
            // A few are closed, as some always are.
            valve: if index % 50 == 49 { ValveReport::Closed } else { ValveReport::Open },
            seq: 0,
            unused_ml: 0,
            closed_at: None,
            delayed: None,
        })
    }

    fn topic(&self, channel: Channel) -> String {
        Topic { serial: self.planned.serial.clone(), channel }.to_string()
    }

    fn options(&self, broker: SocketAddr) -> MqttOptions {
        let mut options = MqttOptions::new(self.planned.serial.as_str(), broker.ip().to_string(), broker.port());
        options.set_credentials(self.planned.serial.as_str(), &self.planned.secret);
        options.set_keep_alive(Duration::from_secs(120));
        let gone = Status { online: false, fw: None, interval_s: None };
        let gone = serde_json::to_vec(&gone).unwrap_or_default();
        options.set_last_will(LastWill::new(self.topic(Channel::Status), gone, QoS::AtLeastOnce, true));
        options
    }

    /// Runs one MQTT session after another: a new one whenever a session breaks. A silent meter has none.
    async fn run(mut self, broker: SocketAddr) {
        // Meters do not report in step.
        tokio::time::sleep(self.interval.mul_f64((self.index % 61) as f64 / 61.0 / 4.0)).await;
        loop {
            while self.handle.is_silent() {
                self.handle.changed(true).await;
            }
            let (client, eventloop) = AsyncClient::new(self.options(broker), 64);
            if let Err(error) = self.session(&client, eventloop).await {
                tracing::debug!(serial = %self.planned.serial, %error, "a meter lost its MQTT session");
            }
            tokio::time::sleep(Duration::from_secs(2 + (self.index % 5) as u64)).await;
        }
    }

    async fn session(
        &mut self,
        client: &AsyncClient,
        mut eventloop: EventLoop,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        client.subscribe(self.topic(Channel::Order), QoS::AtLeastOnce).await?;
        client.publish(self.topic(Channel::Status), QoS::AtLeastOnce, true, self.status()?).await?;
        let reboots = self.misbehaviour.reboot > 0 && self.index.is_multiple_of(self.misbehaviour.reboot);
        let mut until = Instant::now() + Duration::from_secs(if reboots { 180 + self.index as u64 % 120 } else { 1 << 30 });
        let mut next = Instant::now();
        let handle = Arc::clone(&self.handle);
        loop {
            tokio::select! {
                event = eventloop.poll() => {
                    if let Event::Incoming(Packet::Publish(message)) = event? {
                        if self.carry_out(client, &message.payload).await? {
                            until = Instant::now() + RESTARTS_AFTER;
                        }
                        next = Instant::now() + self.pause();
                    }
                }
                () = tokio::time::sleep_until(next) => {
                    self.report(client).await?;
                    next = Instant::now() + self.pause();
                }
                () = tokio::time::sleep_until(until) => return Err("restarted".into()),
                () = handle.changed(false) => {
                    self.notice(client).await?;
                    next = Instant::now() + self.pause();
                }
            }
        }
    }

    /// That it is there, and how often it reports.
    fn status(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&Status { online: true, fw: Some("2.4.1".into()), interval_s: Some(self.interval.as_secs() as u32) })
    }

    /// Until the next report.
    fn pause(&self) -> Duration {
        let lively = (self.index < self.misbehaviour.lively).then_some(Duration::from_secs(5));
        let ordered = self.temporary_interval.filter(|(_, until)| now() < *until).map(|(interval, _)| interval);
        lively.or(ordered).unwrap_or(self.interval).min(self.interval)
    }

    fn read(&mut self) -> Telemetry {
        let t = now();
        let (reg, flow) = self.register(t);
        self.seq += 1;
        let reading = Telemetry {
            t: self.stamped(t),
            reg,
            flow: Some(flow),
            valve: Some(self.valve),
            bat: Some(self.handle.effect(t).battery.unwrap_or_else(|| battery(self.index))),
            rssi: Some(-58 - (self.index * 17 % 44) as i16),
            kpa: Some(180 + (self.index * 31 % 120) as i32),
            c: Some(26 + (self.index % 4) as i16),
            bits: Some(0),
            seq: Some(self.seq),
        };
        self.handle.reported(reading);
        reading
    }

    /// An instant by the meter's own clock.
    fn stamped(&self, t: UtcMillis) -> UtcMillis {
        let drift_s = match self.misbehaviour.drift_s {
            0 => 0,
            most => (self.index as i64 * 7_919) % (2 * most + 1) - most,
        };
        t.plus(drift_s * 1_000 + self.handle.effect(t).clock_ms)
    }

    /// The register, and the flow.
    fn register(&mut self, t: UtcMillis) -> (Millilitres, Flow) {
        let (drawn, flow) = self.drawn(t);
        if self.valve == ValveReport::Closed && self.closed_at.is_none() {
            self.closed_at = Some(drawn);
        }
        match self.closed_at {
            Some(register) => (Millilitres(register), Flow(0)),
            None => (Millilitres(drawn - self.unused_ml), Flow(flow)),
        }
    }

    /// What would have been drawn by an instant if the valve had never been closed, mL, and the flow then, mL/min: by the property, and by
    /// faults.
    fn drawn(&mut self, t: UtcMillis) -> (i64, i64) {
        let effect = self.handle.effect(t);
        let (register, flow) = self.property.at(t);
        (register.0 + effect.leaked_ml, flow + effect.flow)
    }

    /// Says what the meter has noticed, and reports. One that is silent now ends its session without a word.
    async fn notice(&mut self, client: &AsyncClient) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        if self.handle.is_silent() {
            return Err("silent".into());
        }
        for (t, kind) in self.handle.take_events() {
            let event = MeterEvent { t: self.stamped(t), kind, reg: Some(self.register(now()).0) };
            client.publish(self.topic(Channel::Event), QoS::AtLeastOnce, false, serde_json::to_vec(&event)?).await?;
        }
        self.report(client).await
    }

    async fn report(&mut self, client: &AsyncClient) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let reading = self.read();
        let every = |n: u64| n > 0 && u64::from(self.seq) % n == n - 1;
        if every(self.misbehaviour.late) && self.delayed.is_none() {
            self.delayed = Some(reading);
            return Ok(());
        }
        let mut sent = vec![reading];
        if every(self.misbehaviour.duplicate) {
            sent.push(reading);
        }
        sent.extend(self.delayed.take());
        for reading in sent {
            client.publish(self.topic(Channel::Telemetry), QoS::AtLeastOnce, false, serde_json::to_vec(&reading)?).await?;
        }
        Ok(())
    }

    /// Carries out an order; returns whether the meter restarts now.
    async fn carry_out(
        &mut self,
        client: &AsyncClient,
        payload: &[u8],
    ) -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
        let Ok(order) = serde_json::from_slice::<MeterOrder>(payload) else { return Ok(false) };
        if order.until.is_some_and(|until| until < now()) {
            return Ok(false);
        }
        let ack = |state| serde_json::to_vec(&OrderAck { id: order.id, state, why: None });
        client.publish(self.topic(Channel::OrderAck), QoS::AtLeastOnce, false, ack(OrderAckState::Acknowledged)?).await?;
        match order.action {
            OrderAction::CloseValve if self.closed_at.is_none() => {
                self.valve = ValveReport::Closed;
                self.closed_at = Some(self.drawn(now()).0 - self.unused_ml);
            }
            OrderAction::OpenValve => {
                self.valve = ValveReport::Open;
                if let Some(closed_at) = self.closed_at.take() {
                    self.unused_ml = self.drawn(now()).0 - closed_at;
                }
            }
            OrderAction::SetInterval => {
                let interval = Duration::from_secs(u64::from(order.interval_s.unwrap_or(60).max(1)));
                match order.until {
                    Some(until) => self.temporary_interval = Some((interval, until)),
                    None => {
                        self.interval = interval;
                        client.publish(self.topic(Channel::Status), QoS::AtLeastOnce, true, self.status()?).await?;
                    }
                }
            }
            OrderAction::CloseValve | OrderAction::ReadNow | OrderAction::Restart => {}
        }
        self.report(client).await?;
        client.publish(self.topic(Channel::OrderAck), QoS::AtLeastOnce, false, ack(OrderAckState::Completed)?).await?;
        Ok(order.action == OrderAction::Restart)
    }
}

/// The level of a meter's battery, per cent. Most are well; a few are not.
pub(crate) fn battery(index: usize) -> i16 {
    let age = index as i64 * 37 % 100;
    let wear = now().0 / DAY_MS % 7;
    if index % 41 == 40 { 8 + (wear % 3) as i16 } else { (64 + age * 35 / 100) as i16 }
}
