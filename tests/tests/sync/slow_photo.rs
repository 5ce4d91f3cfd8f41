//! A photo over the slowest line that there is: 32 kbit/s, cut every 20 seconds. It goes on where it was, in ranges that fit between two cuts.
#![allow(clippy::print_stdout, reason = "a measurement prints what it measured")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::WorkRecordId;
use domain::maintenance::record::RecordContent;
use protocol::sync::push::Operation;
use protocol::sync::work::NewWorkRecord;
use protocol::ui::{Answer, Phase, Request};
use std::time::{Duration, Instant};
use sync_server::core::now;
use tests::device::Device;
use tests::field::{attached, clean};
use tests::line::Line;
use tests::rounds::{answered, photo, ready, sign_in, until};
use tests::work::{announce, recorded};
use tests::world::World;
use uuid::Uuid;

/// 32 kbit/s.
const BYTES_PER_S: u64 = 4_000;
const CUT_EVERY: Duration = Duration::from_secs(20);

/// More than the line carries between two cuts.
const LENGTH: usize = 100_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_arrives_over_32_kbit_per_second_that_are_cut_every_20_seconds() {
    let running = World::new().start().await;
    let meter = running.world.meters[0].clone();
    let order = announce(&running, &meter, now()).await;
    let mut line = Line::start(running.server.http).await.expect("a line");
    let mut device = Device::start(&running.world.folder.path().join("phone"), &line.url());
    sign_in(&mut device, "technician").await;
    until(&mut device, ("the first sync", Duration::from_secs(60)), |sync| sync.phase == Phase::Live).await;
    assert_eq!(ready(&mut device).await.whole, 1);

    line.make_bad(BYTES_PER_S, CUT_EVERY);
    let (began, before, bytes, at) = (Instant::now(), line.carried(), photo(32, LENGTH), now());
    let blob = attached(&bytes);
    let Answer::Attached(kept) = answered(&mut device, &Request::Attach { base64: STANDARD.encode(&bytes) }).await else {
        panic!("no name")
    };
    assert_eq!(kept, blob);
    let content = RecordContent::Photo { step: None, blob, taken_at: at, position: None };
    let record = NewWorkRecord { record: WorkRecordId(Uuid::now_v7()), order, meter: meter.id, at, content };
    answered(&mut device, &Request::Submit(Operation::AddWorkRecord(record))).await;
    until(&mut device, ("the photo", Duration::from_secs(180)), |sync| sync.waiting == 0).await;

    let carried = line.carried();
    let (up, cuts) = (carried.up - before.up, carried.cuts - before.cuts);
    println!("photo of {LENGTH} bytes: {:?}, {up} bytes sent, {cuts} cuts", began.elapsed());
    assert!(cuts >= 1, "it was cut on its way");
    // What was lost is paid for as well: that is a range at each cut at most, and not the photo again and again.
    assert!(up < 2 * LENGTH as u64, "{up} bytes for {LENGTH}, with {cuts} cuts");
    assert_eq!(recorded(&running, order).await.len(), 1);
    assert_eq!(running.server.app.blobs.read(blob).expect("reads"), Some(bytes));
    device.end().await;
    clean(running).await;
}
