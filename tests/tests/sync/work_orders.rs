//! A technician's work on devices, with a real server: done without a network and across a restart, sent once when the server is back, and read by an admin.

use client::Client;
use domain::field::field_record::Explanation;
use domain::maintenance::record::{RecordContent, StepValue};
use domain::maintenance::template::StepNo;
use domain::maintenance::work_order::WorkStage;
use domain::{BlobId, ManualReadingId, Millilitres, UtcMillis, WorkOrderId, WorkRecordId};
use protocol::sync::push::Operation;
use protocol::sync::work::{NewWorkRecord, WorkMoment};
use protocol::ui::{Answer, Phase, Request, WorkDetail, WorkReady, WorkRequest, WorkResponse};
use sync_server::core::now;
use sync_server::server::Server;
use tests::field::{attach, clean, outbox, phase, picture, sign_in, submit, until};
use tests::work::announce;
use tests::world::{Device, Kept, Running, World, client_with};
use uuid::Uuid;

async fn detail(client: &Client, order: WorkOrderId) -> Option<WorkDetail> {
    match client.call(Request::WorkOf(WorkRequest::Order { order })).await.expect("an answer") {
        Answer::WorkOf(WorkResponse::Order(found)) => found.map(|found| *found),
        other => panic!("{other:?}"),
    }
}

async fn ready(client: &Client) -> WorkReady {
    match client.call(Request::WorkOf(WorkRequest::Ready)).await.expect("an answer") {
        Answer::WorkOf(WorkResponse::Ready(ready)) => ready,
        other => panic!("{other:?}"),
    }
}

fn recorded((order, device): (WorkOrderId, &Device), at: UtcMillis, content: RecordContent) -> Operation {
    let (record, meter) = (WorkRecordId(Uuid::now_v7()), device.id);
    Operation::AddWorkRecord(NewWorkRecord { record, order, meter, at, content })
}

fn photo(blob: BlobId, at: UtcMillis) -> RecordContent {
    RecordContent::Photo { step: Some(StepNo(1)), blob, taken_at: at, position: None }
}

/// A reading, and the answer that names it.
fn read((order, device): (WorkOrderId, &Device), at: UtcMillis) -> [Operation; 2] {
    let (reading, register) = (ManualReadingId(Uuid::now_v7()), Millilitres::litres(12_345));
    let (meter, explained) = (device.id, Explanation::default());
    let value = StepValue::Reading { register, reading: Some(reading) };
    let answer = RecordContent::Answer { step: StepNo(4), value };
    [Operation::RecordReading { reading, meter, at, register, photo: None, explained }, recorded((order, device), at, answer)]
}

#[tokio::test(flavor = "multi_thread")]
async fn work_done_without_a_network_is_on_the_server_once_after_a_restart() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let order = announce(&running, &device, now()).await;
    let (config, url) = (running.same_addresses(), running.url());
    let (folder, keyring) = (running.world.folder.path().join("phone"), Kept::default());
    let phone = client_with(&folder, &url, &keyring).await;
    sign_in(&phone, "technician").await;
    let whole = WorkReady { jobs: 1, whole: 1, photos: 0, bytes: 0 };
    until(&phone, "the order with its meter", async || (ready(&phone).await == whole).then_some(())).await;
    let Running { world, server } = running;
    server.stop().await;
    phase(&phone, Phase::Offline).await;

    let (meter, at) = (device.id, now().plus(-60_000));
    let here = (order, &device);
    submit(&phone, Operation::BeginWork { order, meter, at }).await;
    let bytes = picture(40_000, 7);
    let blob = attach(&phone, &bytes).await;
    submit(&phone, recorded(here, at.plus(1_000), photo(blob, at))).await;
    submit(&phone, Operation::HoldWork(WorkMoment { order, meter, at: at.plus(2_000) })).await;
    let held = detail(&phone, order).await.expect("the order");
    assert_eq!((held.row.order.stage(), held.records.len(), held.records[0].waiting), (WorkStage::OnHold, 1, true));
    assert_eq!(ready(&phone).await, WorkReady { jobs: 1, whole: 1, photos: 1, bytes: bytes.len() as u64 });
    drop(phone);

    let phone = client_with(&folder, &url, &keyring).await;
    submit(&phone, Operation::ResumeWork(WorkMoment { order, meter, at: at.plus(3_000) })).await;
    for operation in read(here, at.plus(4_000)) {
        submit(&phone, operation).await;
    }
    submit(&phone, Operation::CompleteWork { order, meter, at: at.plus(5_000) }).await;
    let shown = detail(&phone, order).await.expect("the order");
    assert_eq!((shown.row.order.stage(), shown.records.len()), (WorkStage::Completed, 2));
    let items = outbox(&phone).await;
    assert_eq!(items.len(), 7);
    assert!(items.iter().any(|item| item.size > bytes.len() as u64), "the picture counts: {items:?}");

    let running = Running { server: Server::start(&config).await.expect("the same addresses"), world };
    until(&phone, "that all is sent", async || {
        let sent = detail(&phone, order).await.is_some_and(|of| !of.row.waiting && of.records.iter().all(|row| !row.waiting));
        (sent && ready(&phone).await.photos == 0).then_some(())
    })
    .await;
    let desk = running.client("desk").await;
    sign_in(&desk, "admin").await;
    let read = until(&desk, "the work", async || detail(&desk, order).await.filter(|of| of.records.len() == 2)).await;
    assert_eq!(read.row.order.stage(), WorkStage::Completed);
    let turns: Vec<_> = read.row.order.turns.iter().map(|turn| turn.turn.as_str()).collect();
    assert_eq!(turns, ["going", "held", "going"]);
    assert!(read.records.iter().all(|row| row.record.review.is_empty()), "{:?}", read.records);
    drop((phone, desk));
    clean(running).await;
}
