//! Meters that report: an MQTT session each, and in each report another flow.

use super::town::Device;
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use sync_server::core::now;
use tests::world::reading;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

/// After so long a meter whose session broke, or that was not let in, tries again.
const AGAIN: Duration = Duration::from_secs(1);

/// Meters that report until this is dropped.
pub struct Meters {
    acknowledged: Arc<AtomicU64>,
    _tasks: JoinSet<()>,
}

impl Meters {
    /// Begins with all of them.
    pub fn begin(port: u16, devices: &[Device], every: Duration) -> Self {
        let acknowledged = Arc::new(AtomicU64::new(0));
        let mut tasks = JoinSet::new();
        for (place, device) in devices.iter().cloned().enumerate() {
            tasks.spawn(report(port, device, place, every, Arc::clone(&acknowledged)));
        }
        Self { acknowledged, _tasks: tasks }
    }

    /// Reports that the server has stored so far.
    pub fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Ordering::Relaxed)
    }
}

async fn report(port: u16, device: Device, place: usize, every: Duration, acknowledged: Arc<AtomicU64>) {
    // Meters do not report in step.
    tokio::time::sleep(every.mul_f64((place % 997) as f64 / 997.0)).await;
    let topic = format!("indowater/v1/{}/telemetry", device.serial);
    let (mut register, mut step) = (place as i64 * 1_000, place as i64);
    loop {
        let mut options = MqttOptions::new(device.serial.as_str(), "127.0.0.1", port);
        options.set_credentials(device.serial.as_str(), &device.secret).set_keep_alive(Duration::from_secs(120));
        let (client, mut events) = AsyncClient::new(options, 8);
        let mut tick = interval(every);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                event = events.poll() => match event {
                    Ok(Event::Incoming(Packet::PubAck(_))) => {
                        acknowledged.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok(_) => {}
                    Err(_) => break,
                },
                _ = tick.tick() => {
                    step += 1;
                    // From 1 to 9.9 litres a minute.
                    let flow = 1_000 + step * 37 % 90 * 100;
                    register += flow * every.as_millis() as i64 / 60_000;
                    let payload = serde_json::to_vec(&reading(now(), register, flow)).unwrap_or_default();
                    // One that the line does not take is lost, as in a meter without a memory.
                    let _ = client.try_publish(&topic, QoS::AtLeastOnce, false, payload);
                }
            }
        }
        tokio::time::sleep(AGAIN).await;
    }
}
