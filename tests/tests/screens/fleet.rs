//! Perangkat for many meters, in a real browser: the grid by its keys, meters that are ticked in one form and stay ticked in the others, an order to
//! all of them with its end, and a meter that is replaced.

use fantoccini::Client as Page;
use fantoccini::key::Key;
use protocol::metering::messages::{MeterOrder, OrderAction};
use protocol::valve::batches::OrderBatches;
use rusqlite::OpenFlags;
use sync_server::cli::provision::transact;
use sync_server::core::{now, open_connection};
use tests::axe::in_themes;
use tests::crowd::{Reported, add_meter};
use tests::driver::{picture, press, until};
use tests::field::clean;
use tests::host::{Host, sign_in};
use tests::keys::{press as keys, run, typed};
use tests::steps::{confirm, fill, focus, go, press as named, set, shown};
use tests::valve::Meter;
use tests::world::{Running, World};

/// Meters beside the two of the world.
const MORE: usize = 120;

async fn crowded() -> Running {
    let world = World::new();
    let mut db = open_connection(&world.config().database(), OpenFlags::SQLITE_OPEN_READ_WRITE).expect("the database");
    transact(&mut db, |tx| (0..MORE).try_for_each(|place| add_meter(tx, place, Reported::Valve(now())).map(drop)))
        .expect("more meters");
    drop(db);
    world.start().await
}

async fn ticked(page: &Page, count: usize) {
    until(page, &format!("{count} ticked"), &format!("document.querySelector('[data-picked-count=\"{count}\"]')")).await;
}

async fn focused(page: &Page, place: usize) {
    let script = format!("document.activeElement.closest('li')?.ariaPosInSet === '{place}'");
    until(page, &format!("card {place}"), &script).await;
}

/// The grid is walked by keys, and draws and watches only what is near.
async fn grid(page: &Page, findings: &mut Vec<String>) {
    let total = MORE + 2;
    until(page, "the cards", &format!("document.querySelector('.cards li[aria-setsize=\"{total}\"]')")).await;
    until(page, "several columns", "Number(document.querySelector('.cards').dataset.columns) > 1").await;
    let drawn = format!("document.querySelectorAll('.meter-card').length < {total}");
    until(page, "only those near", &drawn).await;
    let columns = run(page, "return Number(document.querySelector('.cards').dataset.columns)").await.as_u64().expect("a number");
    focus(page, ".cards").await;
    keys(page, &[Key::Down]).await;
    focused(page, 1).await;
    typed(page, "j").await;
    focused(page, 2).await;
    keys(page, &[Key::Down]).await;
    focused(page, 2 + columns as usize).await;
    typed(page, "k").await;
    focused(page, 1 + columns as usize).await;
    keys(page, &[Key::End]).await;
    focused(page, total).await;
    keys(page, &[Key::Home]).await;
    focused(page, 1).await;
    findings.extend(in_themes(page, "fleet-grid", &["light", "dark"]).await);
    keys(page, &[Key::Enter]).await;
    until(page, "its panel", "document.querySelector('.side h2')").await;
    until(page, "it in the address", "location.hash.includes('bentuk=kisi') && location.hash.includes('buka=')").await;
    keys(page, &[Key::Escape]).await;
    until(page, "no panel", "!document.querySelector('.side')").await;
}

/// What is ticked in one form is ticked in the others.
async fn picking(page: &Page) {
    named(page, "Pilih").await;
    ticked(page, 0).await;
    focus(page, ".cards").await;
    keys(page, &[Key::Down]).await;
    focused(page, 1).await;
    typed(page, "x").await;
    ticked(page, 1).await;
    keys(page, &[Key::End]).await;
    focused(page, MORE + 2).await;
    typed(page, "X").await;
    ticked(page, MORE + 2).await;
    picture(page, "fleet-ticked").await;
    named(page, "Tabel").await;
    until(page, "a ticked row", "document.querySelector('tbody [data-tick]:checked')").await;
    press(page, "tbody [data-tick]").await;
    ticked(page, MORE + 1).await;
    until(page, "no panel for a tick", "!document.querySelector('.side')").await;
    named(page, "Peta").await;
    ticked(page, MORE + 1).await;
    named(page, "Kosongkan").await;
    ticked(page, 0).await;
    named(page, "Kisi").await;
}

/// Opens the valves of what is ticked, with a reason and the number typed.
async fn order(host: &Host, count: usize) {
    let page = &host.driven.page;
    named(page, "Buka katup").await;
    until(page, "what it would do", &format!("document.querySelector('[data-preview=orders][data-can=\"{count}\"]')")).await;
    named(page, &format!("Buka {count} katup")).await;
    shown(host, "Alasan berisi 3 sampai 200 karakter").await;
    fill(host, "orders-reason", "Pipa induk selesai dikuras").await;
    fill(host, "orders-typed", &(count + 1).to_string()).await;
    named(page, &format!("Buka {count} katup")).await;
    shown(host, "Tulis jumlah meter yang mendapat perintah").await;
    fill(host, "orders-typed", &count.to_string()).await;
    named(page, &format!("Buka {count} katup")).await;
    until(page, "its page", "location.hash.startsWith('#/perangkat/perintah') && !document.querySelector('.dialog')").await;
}

/// The next order of the valve.
async fn valve_order(device: &mut Meter) -> MeterOrder {
    loop {
        let order = device.next_order().await;
        if order.action != OrderAction::SetInterval {
            return order;
        }
    }
}

/// How many meters of the newest order are in a state.
fn count(state: &str, many: usize) -> String {
    format!("document.querySelector('.card [data-state={state}] .value')?.innerText === '{many}'")
}

async fn orders(host: &Host, running: &Running, device: &mut Meter, findings: &mut Vec<String>) {
    let page = &host.driven.page;
    set(page, "main input[type=search]", "wmtesta").await;
    until(page, "one meter", "document.querySelector('.cards li[aria-setsize=\"1\"]')").await;
    named(page, "Pilih semua").await;
    ticked(page, 1).await;
    order(host, 1).await;
    let open = valve_order(device).await;
    assert_eq!(open.action, OrderAction::OpenValve);
    until(page, "that it was sent", &count("sent", 1)).await;
    device.carry_out(open.id).await;
    until(page, "its end", &format!("{} && document.querySelector('[data-orders][data-open=\"0\"]')", count("completed", 1)))
        .await;
    go(host, "perangkat?bentuk=kisi&cari=wmbulk").await;
    until(page, "the others", &format!("document.querySelector('.cards li[aria-setsize=\"{MORE}\"]')")).await;
    named(page, "Pilih").await;
    named(page, "Pilih semua").await;
    ticked(page, MORE).await;
    order(host, MORE).await;
    // Not all of them can go out in the same minute.
    let some = |state: &str| format!("Number(document.querySelector('.card [data-state={state}] .value')?.innerText) > 0");
    until(page, "those that went out, and those that wait", &format!("{} && {}", some("pending"), some("waiting"))).await;
    findings.extend(in_themes(page, "fleet-orders", &["light", "dark"]).await);
    named(page, &format!("Tarik {MORE} yang belum dikirim")).await;
    until(page, "the question", "document.querySelector('.dialog')").await;
    confirm(page, "Tarik kembali").await;
    until(page, "all of it withdrawn", &count("withdrawn", MORE)).await;
    let token = running.tokens("admin").await.access_token;
    let found: OrderBatches = running.get(&token, "/admin/v1/valve/batches").await;
    assert_eq!(found.batches.len(), 2, "what was pressed once was ordered once");
    assert!(found.batches.iter().all(|batch| !batch.is_open()), "{found:?}");
}

async fn replacing(host: &Host, running: &Running, findings: &mut Vec<String>) {
    let page = &host.driven.page;
    go(host, &format!("perangkat?buka={}", running.world.meters[1].id)).await;
    until(page, "its installation", "document.querySelector('.side [data-life=active]')").await;
    named(page, "Ganti meter").await;
    until(page, "the form", "document.querySelector('#meter-serial')").await;
    named(page, "Ganti meter").await;
    shown(host, "Nomor seri berisi huruf, angka").await;
    findings.extend(in_themes(page, "meter-replace", &["light", "dark"]).await);
    fill(host, "meter-last", "12,345").await;
    fill(host, "meter-serial", "WM-TEST-A").await;
    fill(host, "meter-first", "0,020").await;
    fill(host, "meter-reason", "Layar mati").await;
    named(page, "Ganti meter").await;
    shown(host, "Sudah ada meter dengan nomor seri ini").await;
    fill(host, "meter-serial", "WM-BARU-9").await;
    named(page, "Ganti meter").await;
    until(page, "it is done", "!document.querySelector('.dialog')").await;
    until(page, "the old one out of service", "document.querySelector('.side [data-life=inactive]')").await;
    go(host, "perangkat?cari=wmbaru9").await;
    until(page, "the new one", "document.querySelector('tr[data-row=\"WM-BARU-9\"]')").await;
    go(host, "perangkat?saring=dicabut").await;
    until(page, "the old one where it belongs", "document.querySelector('tr[data-row=\"WM-TEST-B\"]')").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_show_the_fleet_as_a_grid_order_many_valves_and_replace_a_meter() {
    let running = crowded().await;
    let folder = tempfile::tempdir().expect("a folder");
    let mut device = Meter::connect(running.server.mqtt, &running.world.meters[0].clone()).await;
    device.report("open", now()).await;
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    sign_in(&host, "admin").await;
    let page = &host.driven.page;
    until(page, "the menu", "document.querySelector('.rail')").await;
    run(page, "document.documentElement.dataset.motion = 'still'").await;
    go(&host, "perangkat?bentuk=kisi").await;
    let mut findings = Vec::new();
    grid(page, &mut findings).await;
    picking(page).await;
    orders(&host, &running, &mut device, &mut findings).await;
    replacing(&host, &running, &mut findings).await;
    assert_eq!(findings, Vec::<String>::new());
    host.end().await;
    clean(running).await;
}
