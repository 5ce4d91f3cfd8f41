//! A technician in a basement, an admin at a desk: a reading with a photo and a note are taken with no server, and seen when it is back.

use std::path::Path;
use sync_server::config::Config;
use sync_server::core::now;
use sync_server::server::Server;
use tests::driver::{picture, press as press_at, text, until};
use tests::host::{Host, sign_in};
use tests::steps::{attach, confirm, fill, go, press, press_found};
use tests::world::{Running, World};

async fn record(host: &Host) {
    let page = &host.driven.page;
    press(host, "Catat pembacaan").await;
    fill(page, "register", "00012,345").await;
    // A tap beside the form costs nothing.
    press_at(page, ".backdrop").await;
    until(page, "no form", "!document.querySelector('#register')").await;
    press(host, "Catat pembacaan").await;
    until(page, "what was typed", "document.querySelector('#register')?.value === '00012,345'").await;
    until(page, "how it was read", "document.body.innerText.includes('Terbaca 12,345\u{a0}m³')").await;
    let photo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/demo/meter.jpg").canonicalize().expect("a picture");
    attach(page, "photo", &photo).await;
    until(page, "the picture", "document.querySelector('.preview img')?.naturalWidth > 0").await;
    picture(&host.driven.page, "facts-form").await;
    confirm(host, "Simpan pembacaan").await;
    until(page, "the reading at once", "document.querySelector('[data-reading]')?.innerText.includes('12,345\u{a0}m³')").await;
    until(page, "that it waits", "document.querySelector('[data-reading]')?.innerText.includes('Menunggu')").await;
    until(page, "its picture", "document.querySelector('[data-reading] .thumb img')?.naturalWidth > 0").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_a_technician_records_a_reading_offline_and_the_admin_sees_it() {
    let running = World::new().start().await;
    let config = Config { http: running.server.http, mqtt: running.server.mqtt, ..running.world.config() };
    let (one, two) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let tablet = Host::browser(&running, one.path()).await;
    let page = &tablet.driven.page;
    sign_in(&tablet, "technician").await;
    until(page, "the meter", "document.querySelector('.meters a')").await;
    press_at(page, ".meters a").await;
    until(page, "its page", "document.querySelector('#record')").await;
    let Running { world, server } = running;
    server.stop().await;
    until(page, "the offline bar", "document.querySelector('.offline-bar')").await;
    record(&tablet).await;
    press(&tablet, "Tulis catatan").await;
    fill(page, "note", "Kaca buram").await;
    press(&tablet, "Simpan catatan").await;
    // It is in the list before the form has its answer, and nobody leaves a form that is filled without being asked.
    until(page, "the note at once", "document.querySelector('.notes li')?.innerText.includes('Kaca buram')").await;
    until(page, "no form", "!document.querySelector('#note')").await;
    until(page, "both in the mark", "document.querySelector('.sync-mark[data-unsent=\"2\"]')").await;
    picture(&tablet.driven.page, "facts-offline").await;
    go(page, "antrean").await;
    until(page, "what waits, in words", "document.body.innerText.includes('Pembacaan manual · WM-TEST-A')").await;
    let said = text(page).await;
    assert!(said.contains("12,345\u{a0}m³ · dengan foto") && said.contains("Kaca buram"), "{said}");
    picture(&tablet.driven.page, "facts-outbox").await;
    page.execute("history.back()", vec![]).await.expect("goes");

    let running = Running { server: Server::start(&config).await.expect("the same addresses"), world };
    until(page, "an empty outbox", "document.querySelector('.sync-mark[data-unsent=\"0\"][data-phase=sync-live]')").await;
    until(page, "nothing waits", "!document.querySelector('main').innerText.includes('Menunggu')").await;
    let desk = Host::browser_of(&running, two.path(), (1_280, 800)).await;
    let page = &desk.driven.page;
    sign_in(&desk, "admin").await;
    until(page, "the first page", "document.querySelector('.summary-page')").await;
    go(page, "perangkat").await;
    until(page, "the fleet", "document.querySelectorAll('tbody tr').length === 2").await;
    let row = "[...document.querySelectorAll('tbody tr')].find(r => r.innerText.includes('WM-TEST-A'))";
    press_found(page, "the meter", row).await;
    until(page, "the reading", "document.querySelector('[data-reading]')?.innerText.includes('12,345\u{a0}m³')").await;
    until(page, "its picture", "document.querySelector('[data-reading] .thumb img')?.naturalWidth > 0").await;
    until(page, "the note", "document.querySelector('.notes li')?.innerText.includes('Kaca buram')").await;
    picture(&desk.driven.page, "facts-admin").await;
    tablet.end().await;
    desk.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_a_reading_changed_before_it_is_sent_says_why_it_is_unusual() {
    let running = World::new().start().await;
    let meter = running.world.meters[0].clone();
    let body = serde_json::json!([{ "serial": meter.serial, "t": now().0 - 60_000, "reg": 1_000_000, "flow": 0 }]);
    let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url()));
    request.basic_auth("gateway", Some(&running.world.gateway)).json(&body).send().await.expect("taken");
    running.server.app.store.writer.publish(false).await.expect("published");
    let folder = tempfile::tempdir().expect("a folder");
    let tablet = Host::browser(&running, folder.path()).await;
    let page = &tablet.driven.page;
    sign_in(&tablet, "technician").await;
    until(page, "the meter", "document.querySelector('.meters a')").await;
    press_at(page, ".meters a").await;
    until(page, "its register", "document.querySelector('.register')?.innerText.includes('1,000\u{a0}m³')").await;
    running.server.stop().await;
    until(page, "the offline bar", "document.querySelector('.offline-bar')").await;
    press(&tablet, "Catat pembacaan").await;
    fill(page, "register", "00001,000").await;
    until(page, "that it can be", "document.querySelector('[data-found=ok]')").await;
    confirm(&tablet, "Simpan pembacaan").await;
    until(page, "that it waits", "document.querySelector('.sync-mark[data-unsent=\"1\"]')").await;
    go(page, "antrean").await;
    let edit = "[...document.querySelectorAll('.outbox [data-state=op-waiting] button')].filter(b => b.innerText.trim() === 'Ubah').map(b => b.click() ?? true)[0]";
    until(page, "the operation", edit).await;
    until(
        page,
        "its form, not held against itself",
        "document.querySelector('#amend-register')?.value === '1,000' && document.querySelector('[data-found=ok]')",
    )
    .await;
    fill(page, "amend-register", "00900,000").await;
    until(page, "a warning", "document.querySelector('.dialog [data-found=warn]')").await;
    press(&tablet, "Simpan").await;
    until(page, "both that are missing", "document.querySelectorAll('.dialog .faults a').length === 2 && document.querySelectorAll('.dialog [aria-invalid=true]').length === 2").await;
    picture(page, "facts-amend").await;
    fill(page, "reading-reason", "Meter diganti minggu lalu").await;
    fill(page, "reading-no-photo", "Kamera rusak").await;
    press(&tablet, "Simpan").await;
    until(page, "the number with its reason", "!document.querySelector('.dialog') && document.querySelector('.outbox')?.innerText.includes('900,000\u{a0}m³') && document.querySelector('.outbox').innerText.includes('Meter diganti minggu lalu')").await;
    tablet.end().await;
}
