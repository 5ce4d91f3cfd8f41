//! Faults of simulated meters, by the demo controls: what the server stores of a meter that is given one over HTTP, and after it has ended.

use domain::core::local_time::DAY_MS;
use domain::people::ConnectionKind;
use domain::{MeterId, TimeZone, UtcMillis};
use protocol::metering::live::Frame;
use serde_json::json;
use simulators::controls;
use simulators::faults::fleet::{Fleet, MeterView};
use simulators::meters::live::{self, Misbehaviour};
use simulators::meters::property::Property;
use simulators::plan::{Controls, Plan, PlannedMeter};
use std::time::Duration;
use sync_server::core::now;
use sync_server::metering::live::Reader;
use tests::world::{Running, World};
use tokio::time::timeout;

/// Longer than a meter that reports every second needs for anything here.
const SOON: Duration = Duration::from_secs(60);

/// L/h, of a burst.
const RATE: i64 = 1_500;

const ZONE: TimeZone = TimeZone::Jakarta;

/// The world's first meter, simulated.
fn plan(world: &World) -> Plan {
    let device = &world.meters[0];
    let meter = PlannedMeter {
        id: device.id,
        serial: device.serial.clone(),
        secret: device.secret.clone(),
        kind: ConnectionKind::Residential,
        time_zone: ZONE,
        interval_s: 1,
        customer: "Pelanggan".into(),
        leak: None,
    };
    let gateway = ("gateway".into(), world.gateway.clone());
    Plan { password: String::new(), gateway, since: now().plus(-3 * DAY_MS), meters: vec![meter], controls: None }
}

/// A reading, and by how much its register is higher than an ordinary one would be, mL.
type Beyond = (UtcMillis, i64);

/// Follows what the server stores of the meter.
struct Follower<'r> {
    running: &'r Running,
    frames: Reader<MeterId, Frame>,
    ordinary: Property,
}

impl Follower<'_> {
    async fn beyond(&mut self, from: UtcMillis) -> Vec<Beyond> {
        let read = self.running.server.app.store.read(move |db| {
            let mut query = db.prepare("SELECT t, register FROM reading WHERE t >= ?1 ORDER BY t")?;
            Ok(query.query_map([from.0], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<Vec<(i64, i64)>, _>>()?)
        });
        let readings = read.await.expect("reads").into_iter();
        readings.map(|(t, register)| (UtcMillis(t), register - self.ordinary.at(UtcMillis(t)).0.0)).collect()
    }

    /// Waits until the readings from an instant on are as they are wanted.
    async fn readings(&mut self, from: UtcMillis, wanted: impl Fn(&[Beyond]) -> bool) -> Vec<Beyond> {
        let found = async {
            loop {
                let readings = self.beyond(from).await;
                if wanted(&readings) {
                    return readings;
                }
                self.frames.mailbox.fetch().await;
            }
        };
        timeout(SOON, found).await.expect("in time")
    }

    /// Waits until the last event that is stored is of a kind; returns the kinds of all.
    async fn events(&mut self, last: &str) -> Vec<String> {
        let found = async {
            loop {
                let read = self.running.server.app.store.read(|db| {
                    let mut query = db.prepare("SELECT kind FROM meter_event ORDER BY t")?;
                    Ok(query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?)
                });
                let kinds = read.await.expect("reads");
                if kinds.last().is_some_and(|kind| kind == last) {
                    return kinds;
                }
                self.frames.mailbox.fetch().await;
            }
        };
        timeout(SOON, found).await.expect("in time")
    }
}

async fn asked(controls: &Controls, request: reqwest::RequestBuilder) -> MeterView {
    let answer = request.bearer_auth(&controls.token).send().await.expect("an answer");
    answer.error_for_status().expect("done").json().await.expect("a meter")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leak_and_tampering_by_the_demo_controls_reach_the_server_and_end() {
    let running = World::new().start().await;
    let plan = plan(&running.world);
    let serial = running.world.meters[0].serial.clone();
    let fleet = Fleet::new(&plan);
    let controls = controls::serve(0, fleet.clone()).await.expect("serves");
    let ordinary = Property::new(0, ConnectionKind::Residential, ZONE, plan.meters[0].first_day(plan.since)).expect("real data");
    let mut frames = running.server.app.live.meters.join();
    frames.listen(vec![running.world.meters[0].id]);
    let mut follower = Follower { running: &running, frames, ordinary };
    let broker = running.server.mqtt;
    let meters = tokio::spawn(async move { live::run(broker, &plan, &fleet, Misbehaviour::default()).await });
    let http = reqwest::Client::new();
    let (faults, this) = (format!("http://{}/faults", controls.address), format!("http://{}/faults/{serial}", controls.address));

    let before = follower.readings(UtcMillis(0), |readings| readings.len() > 2).await;
    assert!(before.iter().all(|(_, beyond)| *beyond == 0), "it is ordinary: {before:?}");

    let burst = json!({ "meter": serial, "kind": "burst", "rate_lph": RATE });
    asked(&controls, http.post(&faults).json(&burst)).await;
    let leaking = follower.readings(now(), |readings| readings.last().is_some_and(|last| last.1 > 2_500)).await;
    let (first, last) = (leaking[0], leaking[leaking.len() - 1]);
    let rate = (last.1 - first.1) * 3_600 / last.0.since(first.0);
    assert!((rate - RATE).abs() < RATE / 10, "{rate} L/h of {leaking:?}");

    let ended = asked(&controls, http.delete(&this)).await;
    assert_eq!(ended.fault, None);
    let after = follower.readings(now(), |readings| readings.len() > 2).await;
    assert!(after.iter().all(|(_, beyond)| *beyond == ended.leaked_ml), "nothing runs any more: {after:?}");

    asked(&controls, http.post(&faults).json(&json!({ "meter": serial, "kind": "tamper" }))).await;
    assert_eq!(follower.events("cover_open").await, ["cover_open"]);
    asked(&controls, http.delete(&this)).await;
    assert_eq!(follower.events("cover_closed").await, ["cover_open", "cover_closed"]);
    let again = follower.readings(now(), |readings| readings.len() > 2).await;
    assert!(again.iter().all(|(_, beyond)| *beyond == ended.leaked_ml), "and it reports as before: {again:?}");

    meters.abort();
    running.server.stop().await;
}
