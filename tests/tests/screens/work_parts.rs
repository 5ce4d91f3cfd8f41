//! Suku cadang in real browsers: an admin adds a part, receives, moves and counts it, on a phone and on a desktop; a technician without a network is
//! shown what is left in the van, also where that is below zero, and records it all the same.

use crate::maintenance::findings;
use domain::UserId;
use domain::maintenance::record::{PartSource, RecordContent};
use domain::maintenance::stock::StockPlace;
use domain::{PartId, WorkOrderId, WorkRecordId};
use fantoccini::Client as Page;
use protocol::maintenance::parts::{PartChange, PartDeed, PartStock};
use protocol::sync::push::Operation;
use protocol::sync::work::NewWorkRecord;
use sync_server::core::now;
use tests::driver::{picture, press, until};
use tests::host::{Host, sign_in};
use tests::steps::{fill, go, press_in};
use tests::work::{announce, say};
use tests::world::{Device, Running, World};
use uuid::Uuid;

/// That gaskets were used under an order, out of the van.
fn used((order, device): (WorkOrderId, &Device), name: &str, count: u16) -> Operation {
    let content = RecordContent::Part { step: None, name: name.into(), serial: String::new(), count, from: PartSource::Van };
    Operation::AddWorkRecord(NewWorkRecord { record: WorkRecordId(Uuid::now_v7()), order, meter: device.id, at: now(), content })
}

/// Fills the form of pieces that a button of a part opens, and waits for what is in a place then.
async fn move_pieces(page: &Page, part: &str, (word, pieces): (&str, &str), left: &str) {
    press_in(page, &format!("[data-part={part:?}]"), word).await;
    fill(page, "stock-pieces", pieces).await;
    assert_eq!(findings(page, &format!("stock-{word}")).await, Vec::<String>::new());
    press(page, "#stock-form [type=submit]").await;
    let there = format!(
        "!document.querySelector('#stock-form') && document.querySelector('[data-part={part:?}] [data-pieces=\"{left}\"]')"
    );
    until(page, left, &there).await;
}

/// An admin keeps the stock of a part.
async fn keep_stock(running: &Running, (size, width, height): (&str, u32, u32), order: (WorkOrderId, &Device)) {
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(running, folder.path(), (width, height)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the first page", "document.querySelector('.summary-page')").await;
    go(page, "pemeliharaan/suku-cadang").await;
    until(page, "the list", "document.querySelector('.maintenance .empty, .maintenance [data-part]')").await;
    assert_eq!(findings(page, &format!("stock-begins-{size}")).await, Vec::<String>::new());
    press_in(page, ".maintenance .page-head", "Tambah suku cadang").await;
    press(page, "#stock-form [type=submit]").await;
    until(page, "what is wrong", "document.querySelector('#stock-form .faults a')").await;
    let name = format!("Paking {size}");
    fill(page, "stock-name", &name).await;
    assert_eq!(findings(page, &format!("stock-form-{size}")).await, Vec::<String>::new());
    press(page, "#stock-form [type=submit]").await;
    until(page, "the part", &format!("document.querySelector('[data-part={name:?}]')")).await;

    move_pieces(page, &name, ("Terima", "12"), "12").await;
    move_pieces(page, &name, ("Pindahkan", "5"), "5").await;
    until(page, "what is left in the store", &format!("document.querySelector('[data-part={name:?}] [data-pieces=\"7\"]')"))
        .await;
    say(running, "technician", used(order, &name, 6)).await;
    go(page, "pemeliharaan/cuti").await;
    until(page, "another page", "!document.querySelector('[data-part]')").await;
    go(page, "pemeliharaan/suku-cadang").await;
    let below = format!("document.querySelector('[data-part={name:?}] [data-pieces=\"-1\"]')");
    until(page, "that it has to be counted", &format!("{below}?.innerText.includes('Perlu dihitung')")).await;
    assert_eq!(findings(page, &format!("stock-{size}")).await, Vec::<String>::new());
    picture(page, &format!("stock-{size}")).await;
    // The place that has to be counted is chosen.
    move_pieces(page, &name, ("Hitung", "4"), "4").await;
    until(page, "that nothing has to be counted", &format!("!({below})")).await;

    fill(page, "stock-search", "tidak ada").await;
    press_in(page, ".maintenance .empty", "Hapus filter").await;
    until(page, "the part again", &format!("document.querySelector('[data-part={name:?}]')")).await;
    host.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_an_admin_receives_moves_and_counts_parts() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let order = announce(&running, &device, now()).await;
    for of in [("phone", 390, 844), ("desktop", 1_440, 900)] {
        keep_stock(&running, of, (order, &device)).await;
    }
    running.server.stop().await;
}

/// Two gaskets are in the technician's van.
async fn two_in_the_van(running: &Running, technician: UserId) {
    let (token, part, van) = (running.token("admin").await, PartId(Uuid::now_v7()), StockPlace::Van { technician });
    let deeds = [
        PartDeed::Add { name: "Paking".into() },
        PartDeed::Receive { pieces: 2 },
        PartDeed::Move { from: StockPlace::Store, to: van, pieces: 2 },
    ];
    for stock in deeds {
        let asked = PartChange { key: Uuid::now_v7(), part, stock };
        let _: PartStock = running.post(&token, "/admin/v1/parts", &asked).await;
    }
}

/// Opens the form of the step that asks for a part.
async fn ask(page: &Page) {
    press(page, "[data-do=\"11\"]").await;
    until(page, "its form", "document.querySelector('.dialog[data-of=record] #part-name')").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_a_technician_offline_is_shown_what_is_left_in_the_van_and_uses_more() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    two_in_the_van(&running, running.tokens("technician").await.user.id).await;
    let order = announce(&running, &device, now()).await;
    say(&running, "technician", Operation::BeginWork { order, meter: device.id, at: now() }).await;
    let folder = tempfile::tempdir().expect("a folder");
    let phone = Host::browser(&running, folder.path()).await;
    let page = &phone.driven.page;
    sign_in(&phone, "technician").await;
    until(page, "that the device is ready", "document.querySelector('[data-ready=ready-whole]')").await;
    go(page, &format!("pekerjaan/{order}")).await;
    ask(page).await;
    until(page, "the van", "document.querySelector('[data-van-part=Paking]')").await;
    running.server.stop().await;
    until(page, "the offline bar", "document.querySelector('.offline-bar')").await;
    press(page, "[data-van-part=Paking]").await;
    until(page, "what is left", "document.querySelector('[data-left=\"1\"]')").await;
    fill(page, "part-count", "3").await;
    until(page, "that it is below zero", "document.querySelector('.banner.warn[data-left=\"-1\"]')").await;
    assert_eq!(findings(page, "van").await, Vec::<String>::new());
    picture(page, "stock-van").await;
    press(page, ".dialog [type=submit]").await;
    let done = "!document.querySelector('.dialog') && document.querySelector('[data-no=\"11\"][data-step-state=done]')";
    until(page, "that it is recorded all the same", done).await;
    // What waits to be sent is out of the van already.
    ask(page).await;
    until(page, "what is left now", "document.querySelector('[data-van-part=Paking]')?.innerText.includes('−1')").await;
    phone.end().await;
}
