//! A technician's phone: a finger that presses twice, one's own notes, an implausible reading, the meters behind a number, and the way back.

use fantoccini::Client;
use sync_server::config::Config;
use sync_server::core::now;
use sync_server::server::Server;
use tests::driver::{picture, press, text, until};
use tests::field::database;
use tests::host::{Host, sign_in};
use tests::keys::run;
use tests::steps::{confirm, fill, go, press as named, press_found, search};
use tests::world::{Running, World};

const NOTES: &str = "document.querySelectorAll('.notes [data-note]')";

/// A note whose button is pressed twice in one moment, and once more before the answer can be there.
async fn one_note(page: &Client) {
    named(page, "Tulis catatan").await;
    fill(page, "note", "Kaca buram").await;
    let twice = "const b = [...document.querySelectorAll('form button')].find(b => b.innerText.trim() === 'Simpan catatan'); \
                 b.click(); b.click(); b.closest('form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))";
    run(page, twice).await;
    until(page, "the note", &format!("{NOTES}.length === 1 && !document.querySelector('#note')")).await;
    until(page, "it is sent", "document.querySelector('.sync-mark[data-unsent=\"0\"]')").await;
    assert_eq!(run(page, &format!("return {NOTES}.length")).await, 1);
}

/// What leaves the page is asked about first: Back, and a link.
async fn asked_before_it_goes(page: &Client) {
    named(page, "Tulis catatan").await;
    fill(page, "note", "Belum selesai").await;
    let here = run(page, "return location.hash").await;
    run(page, "history.back()").await;
    until(page, "the question", "document.querySelector('.dialog[data-of=discard]')").await;
    confirm(page, "Lanjut mengisi").await;
    until(
        page,
        "what was typed",
        "!document.querySelector('.dialog') && document.querySelector('#note')?.value === 'Belum selesai'",
    )
    .await;
    assert_eq!(run(page, "return location.hash").await, here);
    named(page, "Batal").await;
    until(page, "no form", "!document.querySelector('#note')").await;
}

async fn mended_and_taken_back_offline(running: Running, page: &Client) -> Running {
    let config = Config { http: running.server.http, mqtt: running.server.mqtt, ..running.world.config() };
    let Running { world, server } = running;
    server.stop().await;
    until(page, "the offline bar", "document.querySelector('.offline-bar')").await;
    named(page, "Perbaiki").await;
    fill(page, "note-mended", "Kaca pecah").await;
    picture(page, "work-mend").await;
    named(page, "Simpan").await;
    until(
        page,
        "the new words",
        &format!("{NOTES}[0]?.innerText.includes('Kaca pecah') && {NOTES}[0].innerText.includes('Menunggu')"),
    )
    .await;
    let running = Running { server: Server::start(&config).await.expect("the same addresses"), world };
    until(page, "an empty outbox", "document.querySelector('.sync-mark[data-unsent=\"0\"][data-phase=sync-live]')").await;
    until(
        page,
        "that it was mended",
        &format!("{NOTES}[0]?.innerText.includes('Diperbaiki') && !{NOTES}[0].innerText.includes('Menunggu')"),
    )
    .await;
    named(page, "Tarik").await;
    until(page, "the question", "document.querySelector('.dialog')?.innerText.includes('Tarik catatan ini?')").await;
    picture(page, "work-take-back").await;
    confirm(page, "Tarik").await;
    until(page, "no note", &format!("{NOTES}.length === 0 && !document.querySelector('.dialog')")).await;
    until(page, "it is sent", "document.querySelector('.sync-mark[data-unsent=\"0\"]')").await;
    running
}

async fn implausible(page: &Client) {
    press(page, "#record").await;
    fill(page, "register", "00900,000").await;
    until(page, "a warning", "document.querySelector('[data-found=warn]')").await;
    named(page, "Simpan pembacaan").await;
    until(page, "both that are missing", "document.querySelectorAll('.dialog [aria-invalid=true]').length === 2").await;
    picture(page, "work-implausible").await;
    fill(page, "reading-reason", "Meter diganti minggu lalu").await;
    fill(page, "reading-no-photo", "Kamera rusak").await;
    let twice = "const b = [...document.querySelectorAll('.dialog button')].find(b => b.innerText.trim() === 'Simpan pembacaan'); b.click(); b.click()";
    run(page, twice).await;
    until(page, "the reading", "document.querySelector('[data-reading]')?.innerText.includes('Meter diganti minggu lalu')").await;
    until(page, "it is sent", "document.querySelector('.sync-mark[data-unsent=\"0\"]')").await;
    assert_eq!(run(page, "return document.querySelectorAll('[data-reading]').length").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_technician_writes_mends_and_reads_once_whatever_the_finger_does() {
    let running = World::new().start().await;
    let meter = running.world.meters[0].clone();
    database(&running.world).execute("UPDATE customer SET phone = '0812-1111-2222'", []).expect("a telephone");
    let body = serde_json::json!([{ "serial": meter.serial, "t": now().0 - 60_000, "reg": 1_000_000, "flow": 0 }]);
    let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url()));
    request.basic_auth("gateway", Some(&running.world.gateway)).json(&body).send().await.expect("taken");
    running.server.app.store.writer.publish(false).await.expect("published");
    let (one, two) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let tablet = Host::browser(&running, one.path()).await;
    let page = &tablet.driven.page;
    sign_in(&tablet, "technician").await;
    until(page, "the meter", "document.querySelector('.meters a')").await;
    press(page, ".meters a").await;
    until(page, "the way to it", "document.querySelector('.reach a[href=\"tel:+6281211112222\"]') && document.querySelector('.reach a[href*=\"Jl.%20Uji%200\"]')")
        .await;
    picture(page, "work-meter").await;
    one_note(page).await;
    asked_before_it_goes(page).await;
    let running = mended_and_taken_back_offline(running, page).await;
    implausible(page).await;
    let counted = |sql: &str| database(&running.world).query_row(sql, [], |row| row.get::<_, i64>(0)).expect("counted");
    assert_eq!(counted("SELECT COUNT(*) FROM note"), 1);
    assert_eq!(counted("SELECT COUNT(*) FROM manual_reading WHERE reason <> '' AND no_photo <> ''"), 1);
    assert_eq!(counted("SELECT COUNT(*) FROM audit WHERE kind IN ('add_note', 'edit_note', 'take_back_note')"), 3);
    let desk = Host::browser_of(&running, two.path(), (1_280, 800)).await;
    let page = &desk.driven.page;
    sign_in(&desk, "admin").await;
    until(page, "the first page", "document.querySelector('.summary-page')").await;
    go(page, "perangkat").await;
    until(page, "the fleet", "document.querySelectorAll('tbody tr').length === 2").await;
    let row = "[...document.querySelectorAll('tbody tr')].find(r => r.innerText.includes('WM-TEST-A'))";
    press_found(page, "the meter", row).await;
    until(page, "the reason", "document.querySelector('[data-reading]')?.innerText.includes('Meter diganti minggu lalu')").await;
    assert!(text(page).await.contains("Kamera rusak"));
    assert_eq!(run(page, &format!("return {NOTES}.length")).await, 0, "what was taken back is nobody's");
    go(page, "audit").await;
    until(
        page,
        "all of it on record",
        "document.body.innerText.includes('Catatan ditarik') && document.body.innerText.includes('Perbaikan catatan')",
    )
    .await;
    tablet.end().await;
    desk.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_leads_to_its_meters_and_back_leads_to_the_list_as_it_was() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = &host.driven.page;
    sign_in(&host, "technician").await;
    let chip = |only: &str| format!("document.querySelector('.zones [data-only={only}]')");
    until(page, "the zone", &format!("{}?.innerText.trim() === 'Luring 1'", chip("offline"))).await;
    press(page, ".zones [data-only=offline]").await;
    until(
        page,
        "exactly those",
        "document.querySelector('[data-matching=\"1\"]') && document.querySelectorAll('.meters li').length === 1",
    )
    .await;
    picture(page, "work-zone").await;
    press(page, ".zones [data-only=online]").await;
    until(page, "none of those", "document.querySelector('[data-matching=\"0\"]') && !document.querySelector('.meters li')")
        .await;
    run(page, "history.back()").await;
    until(page, "those before", "document.querySelector('[data-matching=\"1\"]')").await;
    search(page, "test-a").await;
    until(page, "what was searched for", "document.querySelector('.meters li')?.innerText.includes('WM-TEST-A')").await;
    press(page, ".meters a").await;
    until(page, "its page", "document.querySelector('#record')").await;
    press(page, "#record").await;
    until(page, "a sheet", "document.querySelector('.sheet #register')").await;
    run(page, "history.back()").await;
    until(page, "the sheet closes first", "!document.querySelector('.sheet') && document.querySelector('#record')").await;
    run(page, "history.forward()").await;
    until(page, "forward breaks nothing", "document.querySelector('#record')").await;
    // The arrow on the page and the phone's own Back lead to the same list.
    press(page, ".page-head a[href=\"#/hari-ini\"]").await;
    let as_it_was = "document.querySelector('main input[type=search]')?.value === 'test-a' && document.querySelector('[data-matching=\"1\"]')";
    until(page, "the list as it was", as_it_was).await;
    until(page, "its number pressed", &format!("{}.ariaPressed === 'true'", chip("offline"))).await;
    until(page, "the page in the menu", "document.querySelector('.tabs a[aria-current=page]')?.innerText.includes('Hari Ini')")
        .await;
    // Whatever sign is typed is looked for, and still there when the page is loaded again.
    search(page, "a&b=c+d %").await;
    until(page, "it in the address", "location.hash.includes('search=a%26b%3Dc%2Bd%20%25')").await;
    page.refresh().await.expect("loaded again");
    until(page, "all of it again", "document.querySelector('main input[type=search]')?.value === 'a&b=c+d %'").await;
    host.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_for_a_meter_is_asked_about_and_is_never_another_meters() {
    let running = World::new().start().await;
    let other = running.world.meters[1].id;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = &host.driven.page;
    sign_in(&host, "technician").await;
    until(page, "the meter", "document.querySelector('.meters a')").await;
    press(page, ".meters a").await;
    until(page, "its page", "document.querySelector('#record')").await;
    press(page, "#record").await;
    fill(page, "register", "00001,234").await;
    run(page, "history.back()").await;
    until(
        page,
        "the sheet closes, and keeps what was typed",
        "!document.querySelector('#register') && document.querySelector('[data-filled=true]')",
    )
    .await;
    run(page, "history.back()").await;
    until(page, "the question", "document.querySelector('.dialog[data-of=discard]')").await;
    confirm(page, "Lanjut mengisi").await;
    until(page, "the page", "!document.querySelector('.dialog')").await;
    press(page, "#record").await;
    until(page, "what was typed", "document.querySelector('#register')?.value === '00001,234'").await;
    named(page, "Batal").await;
    until(page, "nothing begun", "!document.querySelector('#register') && !document.querySelector('[data-filled=true]')").await;
    // Another meter's address shows nothing of this one; here it is one that the technician may not see.
    run(page, &format!("location.hash = '#/meter/{other}'")).await;
    until(page, "nothing of the first meter", "document.querySelector('main .empty') && !document.querySelector('#record')")
        .await;
    let said = text(page).await;
    assert!(!said.contains("WM-TEST-A"), "{said}");
    run(page, "history.back()").await;
    until(
        page,
        "the first meter again",
        "document.querySelector('h1')?.innerText === 'WM-TEST-A' && document.querySelector('#record')",
    )
    .await;
    host.end().await;
    running.server.stop().await;
}
