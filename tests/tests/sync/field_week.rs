//! What a technician's device downloads for a week without a network, how much that is on the wire, and that a download which was cut goes on.
#![allow(clippy::print_stdout, reason = "a measurement prints what it measured")]

use domain::UtcMillis;
use domain::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use protocol::sync::push::Operation;
use protocol::ui::{Answer, FieldRecords, FleetQuery, Phase, READY_DAYS, Request, WorkReady};
use serde_json::{Value, json};
use std::time::Duration;
use sync_server::core::now;
use tests::device::Device;
use tests::field::{applied, reading};
use tests::line::{Carried, Line};
use tests::ops::{op, push_with};
use tests::rounds::{GATEWAY, add_meters, announce, answered, ready, sign_in, until};
use tests::world::{self, Running, World};
use uuid::Uuid;

/// Meters with a job each, and one of them that has no place on the map, as in the demo.
const JOBS: usize = 60;
const WITHOUT_PLACE: usize = 1;

/// Days of readings: one an hour by each meter, as the demo has them, and one a day by eye.
const DAYS: i64 = 35;

/// Bytes of a week at most, both ways together, as they are on the wire.
const MOST: u64 = 15_000_000;

/// Readings in one request of a gateway, and operations in one push.
const BATCH: usize = 5_000;
const OPS: usize = 1_000;

const SOON: Duration = Duration::from_secs(120);

/// What a meter's register shows so many hours after the first, mL: nothing at night, and the same in each other hour.
fn register(place: usize, hour: i64) -> i64 {
    let (days, hour) = (hour / 24, hour % 24);
    (place as i64 + 1) * 1_000_000 + (days * 18 + (hour - 6).max(0)) * 20_000
}

/// Readings of the meters themselves.
async fn hourly(running: &Running, meters: &[world::Device], start: UtcMillis) {
    let of = |(place, meter): (usize, &world::Device)| -> Vec<Value> {
        let at = |hour: i64| json!({ "serial": meter.serial, "t": start.plus(hour * HOUR_MS), "reg": register(place, hour), "flow": 0 });
        (0..DAYS * 24).map(at).collect()
    };
    let readings: Vec<Value> = meters.iter().enumerate().flat_map(of).collect();
    for batch in readings.chunks(BATCH) {
        let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).json(&batch);
        let answer = request.basic_auth(GATEWAY, Some(&running.world.gateway)).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{}", answer.status());
    }
}

/// Readings by eye, at half past ten of each day.
async fn by_eye(running: &Running, meters: &[world::Device], start: UtcMillis) {
    let of = |(place, meter)| {
        (0..DAYS).map(move |day| {
            let at = start.plus(day * DAY_MS + 10 * HOUR_MS + 30 * MINUTE_MS);
            reading(meter, at, register(place, day * 24 + 10) / 1_000, None)
        })
    };
    let readings: Vec<Operation> = meters.iter().enumerate().flat_map(of).collect();
    let token = running.token("technician").await;
    for part in readings.chunks(OPS) {
        let ops = part.iter().zip(1..).map(|(reading, seq)| op(Uuid::now_v7(), seq, None, reading)).collect();
        let results = push_with(running, &token, ops).await;
        assert!(results.iter().all(applied), "{:?}", results.iter().find(|result| !applied(result)));
    }
}

/// A world with a week of jobs, and the readings of five weeks before.
async fn week() -> (Running, Vec<world::Device>) {
    let world = World::new();
    let first = now().plus(-DAYS * DAY_MS);
    let start = UtcMillis(first.0 - first.0 % HOUR_MS);
    let meters = add_meters(&world, JOBS, start.plus(-DAY_MS));
    let running = world.start().await;
    let every = READY_DAYS * DAY_MS / JOBS as i64;
    announce(&running, &meters, |place| now().plus(place as i64 * every)).await;
    hourly(&running, &meters, start).await;
    by_eye(&running, &meters, start).await;
    running.server.app.store.writer.publish(false).await.expect("published");
    (running, meters)
}

async fn live(device: &mut Device) {
    until(device, ("the download", SOON), |sync| sync.phase == Phase::Live).await;
}

/// That a device without a network has all that a week needs: the jobs with their meters and checklists, the map of the zone, and the readings by eye.
async fn assert_whole(device: &mut Device, meters: &[world::Device]) {
    let jobs = JOBS as u32;
    assert_eq!(ready(device).await, WorkReady { jobs, whole: jobs, photos: 0, bytes: 0 });
    let Answer::FleetMap(map) = answered(device, &Request::FleetMap(FleetQuery::default())).await else { panic!("no map") };
    assert_eq!(map.points.len(), JOBS - WITHOUT_PLACE);
    assert_eq!(map.zones.iter().filter(|zone| zone.outline.is_some()).count(), 1, "{:?}", map.zones);
    for records in records(device, meters).await {
        let records = records.expect("each meter");
        assert_eq!(records.readings.len() as i64, DAYS);
        assert!(records.reported.is_some(), "the last register is known");
    }
}

/// What people wrote down about each meter, as far as a device holds it.
async fn records(device: &mut Device, meters: &[world::Device]) -> Vec<Option<Box<FieldRecords>>> {
    let mut all = Vec::new();
    for meter in meters {
        match answered(device, &Request::FieldRecords { meter: meter.id }).await {
            Answer::FieldRecords(records) => all.push(records),
            other => panic!("{other:?}"),
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_for_a_technician_is_below_15_mb_and_a_cut_download_goes_on() {
    let (running, meters) = week().await;
    let line = Line::start(running.server.http).await.expect("a line");
    let folder = running.world.folder.path();
    let mut device = Device::start(&folder.join("one"), &line.url());
    sign_in(&mut device, "technician").await;
    live(&mut device).await;
    let Carried { up, down: whole, .. } = line.carried();
    assert!(up + whole <= MOST, "{up} bytes up and {whole} down");
    line.break_now();
    until(&mut device, ("the line's end", SOON), |sync| sync.phase == Phase::Offline).await;
    assert_whole(&mut device, &meters).await;
    device.end().await;

    line.mend();
    let mut device = Device::start(&folder.join("two"), &line.url());
    line.break_after(whole / 2);
    sign_in(&mut device, "technician").await;
    until(&mut device, ("the line's end", SOON), |sync| sync.phase == Phase::Offline).await;
    let held: usize = records(&mut device, &meters).await.iter().flatten().map(|records| records.readings.len()).sum();
    assert!(held < JOBS * DAYS as usize, "it was cut before its end");
    let before = line.carried().down;
    line.mend();
    device.kill_and_start().await;
    live(&mut device).await;
    let rest = line.carried().down - before;
    println!("week of {JOBS} jobs: {up} bytes up, {whole} down; {rest} down after a cut in the middle");
    assert!(rest < whole * 4 / 5, "{rest} of {whole} bytes came again");
    line.break_now();
    assert_whole(&mut device, &meters).await;
    device.end().await;
    running.server.stop().await;
}
