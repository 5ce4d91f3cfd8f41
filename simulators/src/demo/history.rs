//! The demo's past readings, sent as a meter gateway sends them: over HTTP, in batches, each acknowledged when it is stored.

use crate::meters::live::battery;
use crate::meters::property::day_before;
use crate::plan::{Plan, PlannedMeter};
use domain::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use domain::{Flow, LocalDay, UtcMillis};
use protocol::metering::messages::{GatewayReading, IngestAnswer, Telemetry};
use std::io::Error;

/// Readings in one request.
const BATCH: usize = 5_000;

/// How densely the past is read.
#[derive(Clone, Copy, Debug)]
pub struct Depth {
    /// The last days with a reading every hour.
    pub hourly_days: i64,
    /// The last days with a reading every minute, for the showcase meters.
    pub minute_days: i64,
    /// How many meters are showcase meters.
    pub showcase: usize,
}

impl Depth {
    /// Sixty days by the hour, two days by the minute for twelve meters.
    pub const DEMO: Self = Self { hourly_days: 60, minute_days: 2, showcase: 12 };
}

/// The instants at which a meter read itself, oldest first.
fn instants(depth: Depth, index: usize, meter: &PlannedMeter, first: LocalDay, now: UtcMillis) -> Vec<UtcMillis> {
    let zone = meter.time_zone;
    let hourly_from = zone.start_of(day_before(zone, now, depth.hourly_days));
    let minute_from = if index < depth.showcase { now.plus(-depth.minute_days * DAY_MS) } else { now };
    let mut at = Vec::new();
    let mut t = zone.start_of(first);
    while t <= now {
        at.push(t);
        let step = match t {
            t if t < hourly_from => DAY_MS,
            t if t.plus(HOUR_MS) <= minute_from || minute_from == now => HOUR_MS,
            _ => MINUTE_MS,
        };
        t = t.plus(step);
    }
    at
}

/// Sends the past of every meter from `since` on; returns how many readings the server stored.
///
/// # Errors
/// The server cannot be reached, or refuses something.
pub async fn send(server: &str, plan: &Plan, depth: Depth, since: UtcMillis, now: UtcMillis) -> std::io::Result<u64> {
    let http = reqwest::Client::new();
    let (name, secret) = &plan.gateway;
    let mut stored = 0;
    let mut batch = Vec::with_capacity(BATCH);
    for (index, meter) in plan.meters.iter().enumerate() {
        let first = meter.first_day(plan.since);
        let mut property = meter.property(index, plan.since).map_err(Error::other)?;
        let times: Vec<UtcMillis> = instants(depth, index, meter, first, now).into_iter().filter(|t| *t > since).collect();
        let newest = times.last().copied();
        for t in times {
            let (reg, flow) = property.at(t);
            let reading = Telemetry {
                t,
                reg,
                flow: Some(Flow(flow)),
                valve: Some(protocol::metering::messages::ValveReport::Open),
                // Batteries of the past are not simulated.
                bat: (newest == Some(t)).then(|| battery(index)),
                rssi: None,
                kpa: None,
                c: None,
                bits: None,
                seq: None,
            };
            batch.push(GatewayReading { serial: meter.serial.to_string(), reading });
            if batch.len() == BATCH {
                stored += post(&http, server, name, secret, &batch).await?;
                batch.clear();
            }
        }
    }
    if !batch.is_empty() {
        stored += post(&http, server, name, secret, &batch).await?;
    }
    Ok(stored)
}

async fn post(http: &reqwest::Client, server: &str, name: &str, secret: &str, batch: &[GatewayReading]) -> std::io::Result<u64> {
    let request = http.post(format!("{server}/ingest/v1/telemetry")).basic_auth(name, Some(secret)).json(batch);
    let response = request.send().await.and_then(reqwest::Response::error_for_status).map_err(Error::other)?;
    let answer: IngestAnswer = response.json().await.map_err(Error::other)?;
    match answer.refused.first() {
        None => Ok(u64::from(answer.stored)),
        Some(refused) => Err(Error::other(format!("the server refused {refused:?}"))),
    }
}
