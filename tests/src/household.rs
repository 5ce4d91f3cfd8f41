//! A household whose credit runs down: a few days of use behind it, money at the counter, and a meter that speaks MQTT.

use crate::world::{Device, Running, reading};
use domain::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use domain::patterns::{Cistern, DayDraws, Found, Use};
use domain::{ConnectionId, Millilitres, Rupiah, TimeZone, UtcMillis};
use protocol::sales::money::{AdjustmentRequest, Purchase, QuoteAsked, Statement};
use protocol::sync::rows::Credit;
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use std::time::Duration;
use sync_server::core::now;
use sync_server::jobs;
use uuid::Uuid;

/// What it uses in three hours of a usual day.
const USE: Millilitres = Millilitres::litres(375);
/// Days of use behind it.
const DAYS: i64 = 5;

/// Pays for a connection at the counter, by an admin's token.
pub async fn pay(running: &Running, admin: &str, connection: ConnectionId, amount: Rupiah) {
    let asked = QuoteAsked { id: Uuid::now_v7(), connection, amount, code: None };
    let _: Purchase = running.post(admin, "/admin/v1/money/cash", &asked).await;
}

/// Gives the first customer so many days of use up to half an hour ago, by the hour: 30 L in each hour from 06.00 to 21.00 in Jakarta, nothing at
/// night, and in all hours of the last ten days 12 L that run away.
pub async fn leaking(running: &Running, days: i64) {
    let meter = &running.world.meters[0];
    let until = now().0 - 30 * MINUTE_MS;
    let (mut register, mut past) = (0, Vec::new());
    for hour in (0..=days * 24).rev() {
        let t = UtcMillis(until - hour * HOUR_MS);
        past.push(serde_json::json!({ "serial": meter.serial, "t": t, "reg": register, "flow": 0 }));
        let by_day = (6..21).contains(&TimeZone::Jakarta.hour_of(t));
        register += i64::from(by_day) * 30_000 + i64::from(hour <= 10 * 24) * 12_000;
    }
    let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).json(&past);
    let sent = request.basic_auth("gateway", Some(&running.world.gateway)).send().await.expect("an answer");
    assert!(sent.status().is_success());
    running.server.app.store.writer.publish(false).await.expect("published");
}

/// Has the days of the first customer's supply say what water was drawn for, as if somebody had looked. Devices that sign in from now on get it.
pub async fn drawn(running: &Running, draws: &DayDraws) {
    let text = serde_json::to_string(draws).expect("JSON");
    let write = running
        .server
        .app
        .store
        .writer
        .work(move |tx| Ok(tx.db.execute("UPDATE usage_day SET draws = ?1, drawn = rev WHERE connection = 1", [&text])?));
    assert!(write.await.expect("written") > 0);
}

/// A day of two people whose flapper does not close: eleven fills of 9 L in the night.
pub fn with_flapper() -> DayDraws {
    let uses = |count, each: i64, minutes| Use { count, volume: Millilitres::litres(each * i64::from(count)), minutes };
    DayDraws::Fine(Found {
        flush: uses(21, 9, 84),
        shower: uses(2, 45, 17),
        tap: uses(30, 1, 30),
        cistern: Some(Cistern { volume: Millilitres::litres(9), flow: Some(Millilitres(2_500)), minutes: 5 }),
        showers: vec![8, 9],
        night_fills: uses(11, 9, 11),
        ..Found::default()
    })
}

/// The first customer's supply.
pub struct Household {
    device: Device,
    register: Millilitres,
    customer: String,
    admin: String,
}

impl Household {
    /// One that has used three cubic metres a day up to half an hour ago, and has so much credit.
    pub async fn with(running: &Running, balance: Rupiah) -> Self {
        let device = running.world.meters[0].clone();
        let (customer, admin) = (running.tokens("customer").await.access_token, running.tokens("admin").await.access_token);
        let mut household = Self { device, register: Millilitres::ZERO, customer, admin };
        let until = now().plus(-30 * MINUTE_MS);
        let mut past = Vec::new();
        for step in (0..=DAYS * DAY_MS / (3 * HOUR_MS)).rev() {
            let t = until.plus(-step * 3 * HOUR_MS);
            past.push(serde_json::json!({ "serial": household.device.serial, "t": t, "reg": household.register.0, "flow": 0 }));
            household.register += USE;
        }
        household.register -= USE;
        let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).json(&past);
        let sent = request.basic_auth("gateway", Some(&running.world.gateway)).send().await.expect("an answer");
        assert!(sent.status().is_success());
        running.server.app.store.writer.publish(false).await.expect("published");
        // What a usual day takes is worked out once a day, and may have been before these days came.
        let forget = running.server.app.store.writer.work(|tx| Ok(tx.db.execute("UPDATE credit SET usual_of = 0", [])?));
        forget.await.expect("forgotten");
        household.pay(running, Rupiah(300_000)).await;
        // The level is kept while there is plenty: it clears at more than it comes at.
        jobs::money::once(&running.server.app).await.expect("posted");
        household.adjust(running, balance).await;
        household
    }

    /// Pays at the counter.
    pub async fn pay(&self, running: &Running, amount: Rupiah) {
        pay(running, &self.admin, self.device.connection, amount).await;
    }

    /// Has the admin set the balance to an amount.
    pub async fn adjust(&self, running: &Running, balance: Rupiah) {
        let amount = Rupiah(balance.0 - self.balance(running).await.0);
        let asked = AdjustmentRequest { key: Uuid::now_v7(), of: self.device.connection.0, amount, reason: "Uji coba".into() };
        let _: serde_json::Value = running.post(&self.admin, "/admin/v1/money/adjust", &asked).await;
    }

    /// What the server says is left.
    pub async fn balance(&self, running: &Running) -> Rupiah {
        let path = format!("/money/v1/statement?connection={}", self.device.connection);
        running.get::<Statement>(&self.customer, &path).await.balance
    }

    /// The row that devices get, as it is now, and when the meter last reported.
    pub async fn credit(&self, running: &Running) -> (Credit, UtcMillis) {
        let (connection, meter) = (self.device.connection.0, self.device.id.0);
        let read = running.server.app.store.read(move |db| {
            let body: String = db.query_row(
                "SELECT r.body FROM credit r JOIN connection c ON c.num = r.connection WHERE c.id = ?1",
                [connection.as_bytes()],
                |row| row.get(0),
            )?;
            let last_report = db.query_row(
                "SELECT s.t FROM meter_state s JOIN meter m ON m.num = s.meter WHERE m.id = ?1",
                [meter.as_bytes()],
                |row| row.get(0),
            )?;
            Ok((body, last_report))
        });
        let (body, last_report) = read.await.expect("a row");
        (serde_json::from_str(&body).expect("a credit"), UtcMillis(last_report))
    }

    /// Uses water: the meter publishes it, and the server has acknowledged it when this returns.
    pub async fn uses(&mut self, running: &Running, volume: Millilitres) {
        self.register += volume;
        let mut options = MqttOptions::new("household", "127.0.0.1", running.server.mqtt.port());
        options.set_credentials(self.device.serial.as_str(), &self.device.secret);
        let (meter, mut events) = AsyncClient::new(options, 8);
        let payload = serde_json::to_vec(&reading(now(), self.register.0, 0)).expect("JSON");
        let topic = format!("indowater/v1/{}/telemetry", self.device.serial);
        meter.publish(topic, QoS::AtLeastOnce, false, payload).await.expect("queued");
        let acknowledged = async { while !matches!(events.poll().await, Ok(Event::Incoming(Packet::PubAck(_)))) {} };
        tokio::time::timeout(Duration::from_secs(10), acknowledged).await.expect("acknowledged");
    }
}
