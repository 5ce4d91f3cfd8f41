//! Spare parts on devices, with a real server: what one admin enters is there offline for another, and what a technician uses without a network is taken
//! from the van at once on the device, and once on the server.

use client::Client;
use domain::maintenance::record::{PartSource, RecordContent};
use domain::maintenance::stock::{Pieces, StockPlace};
use domain::{PartId, UserId, WorkRecordId};
use protocol::core::problem::{Code, Problem};
use protocol::maintenance::parts::{PartChange, PartDeed, PartStock};
use protocol::sync::push::Operation;
use protocol::sync::work::NewWorkRecord;
use protocol::ui::{AdminRequest, AdminResponse, Answer, MaintenanceRequest, MaintenanceResponse, Phase, Request, WorkDetail};
use protocol::ui::{WorkRequest, WorkResponse};
use sync_server::core::now;
use sync_server::server::Server;
use tests::field::{clean, phase, sign_in, submit, until};
use tests::work::announce;
use tests::world::{Kept, Running, World, client_with};
use uuid::Uuid;

/// The stock, and whether it is as it was read before.
async fn ask(client: &Client, asked: MaintenanceRequest) -> Result<(PartStock, bool), Problem> {
    let Answer::Admin { response, since } = client.call(Request::Admin(AdminRequest::Maintenance(asked))).await? else {
        panic!("another answer")
    };
    match *response {
        AdminResponse::Maintenance(response) => match *response {
            MaintenanceResponse::Parts(found) => Ok((found, since.is_some())),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn change(part: PartId, stock: PartDeed) -> MaintenanceRequest {
    MaintenanceRequest::ChangeParts(Box::new(PartChange { key: Uuid::now_v7(), part, stock }))
}

/// Two gaskets come, and go into a van.
async fn two_in_the_van(client: &Client, part: PartId, technician: UserId) {
    let (from, to) = (StockPlace::Store, StockPlace::Van { technician });
    let deeds =
        [PartDeed::Add { name: "Paking".into() }, PartDeed::Receive { pieces: 2 }, PartDeed::Move { from, to, pieces: 2 }];
    for stock in deeds {
        ask(client, change(part, stock)).await.expect("done");
    }
}

/// What a device knows of its technician's van.
async fn in_van(client: &Client) -> Vec<(String, i64)> {
    match client.call(Request::WorkOf(WorkRequest::Van)).await.expect("an answer") {
        Answer::WorkOf(WorkResponse::Van(parts)) => parts.into_iter().map(|part| (part.name, part.pieces.0)).collect(),
        other => panic!("{other:?}"),
    }
}

async fn detail(client: &Client, request: WorkRequest) -> Option<WorkDetail> {
    match client.call(Request::WorkOf(request)).await.expect("an answer") {
        Answer::WorkOf(WorkResponse::Order(found)) => found.map(|found| *found),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_used_offline_are_out_of_the_van_at_once_and_on_the_server_once() {
    let running = World::new().start().await;
    let (device, part) = (running.world.meters[0].clone(), PartId(Uuid::now_v7()));
    let technician = running.tokens("technician").await.user.id;
    let (config, url) = (running.same_addresses(), running.url());
    let [first, second, folder] = ["first", "second", "phone"].map(|name| running.world.folder.path().join(name));
    let first = client_with(&first, &url, &Kept::default()).await;
    let second = client_with(&second, &url, &Kept::default()).await;
    let phone = client_with(&folder, &url, &Kept::default()).await;
    sign_in(&first, "admin").await;
    sign_in(&second, "admin").await;
    two_in_the_van(&first, part, technician).await;
    let (read, is_old) = ask(&second, MaintenanceRequest::Parts).await.expect("read");
    assert!(!is_old && read.parts.iter().any(|row| row.id == part), "{read:?}");
    let order = announce(&running, &device, now()).await;
    sign_in(&phone, "technician").await;
    let of_order = WorkRequest::Order { order };
    until(&phone, "the order", async || detail(&phone, of_order).await.map(drop)).await;
    until(&phone, "the van", async || (in_van(&phone).await == [("Paking".to_owned(), 2)]).then_some(())).await;

    let Running { world, server } = running;
    server.stop().await;
    phase(&phone, Phase::Offline).await;
    let (kept, is_old) = ask(&second, MaintenanceRequest::Parts).await.expect("kept");
    assert!(is_old && kept == read, "{kept:?}");
    let refused = ask(&second, change(part, PartDeed::Receive { pieces: 1 })).await.expect_err("it needs the server");
    assert_eq!(refused.code, Code::Unreachable);
    let content =
        RecordContent::Part { step: None, name: "paking".into(), serial: String::new(), count: 3, from: PartSource::Van };
    let record = NewWorkRecord { record: WorkRecordId(Uuid::now_v7()), order, meter: device.id, at: now(), content };
    submit(&phone, Operation::AddWorkRecord(record)).await;
    assert_eq!(in_van(&phone).await, [("Paking".to_owned(), -1)]);

    let running = Running { server: Server::start(&config).await.expect("the same addresses"), world };
    until(&phone, "that it is sent", async || {
        let is_sent = detail(&phone, of_order).await.is_some_and(|of| of.records.iter().all(|row| !row.waiting));
        (is_sent && in_van(&phone).await == [("Paking".to_owned(), -1)]).then_some(())
    })
    .await;
    let (found, _) = ask(&first, MaintenanceRequest::Parts).await.expect("read");
    let van = StockPlace::Van { technician };
    assert!(found.parts[0].held.iter().any(|held| held.place == van && held.pieces == Pieces(-1)), "{found:?}");
    drop((first, second, phone));
    clean(running).await;
}
