//! A leak in a real browser: its customer sees what it costs and since when, says that it is normal and takes that back; an admin sees what was
//! said, and looks into a forced cover.

use fantoccini::Client as Page;
use serde_json::json;
use sync_server::core::now;
use tests::axe::in_themes;
use tests::cases::leak;
use tests::driver::{press, until};
use tests::host::{Host, sign_in};
use tests::steps::{go, press_found};
use tests::valve::Meter;
use tests::world::World;

/// Presses the button with a word.
async fn answer(page: &Page, word: &str) {
    let script =
        format!("[...document.querySelectorAll('.case-answers button')].find((button) => button.innerText.includes({word:?}))");
    press_found(page, word, &script).await;
    press(page, ".dialog [type=submit]").await;
    until(page, "that it is kept", "!document.querySelector('.dialog')").await;
}

/// What axe says of the page in each theme.
async fn findings(page: &Page, what: &str) -> Vec<String> {
    in_themes(page, &format!("case-{what}"), &["light", "dark", "sunlight"]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_show_a_leak_and_take_what_its_customer_says() {
    let running = World::new().start().await;
    leak(&running).await;
    for (size, width, height) in [("phone", 390, 844), ("desktop", 1_440, 900)] {
        let folder = tempfile::tempdir().expect("a folder");
        let host = Host::browser_of(&running, folder.path(), (width, height)).await;
        let page = &host.driven.page;
        sign_in(&host, "customer").await;
        go(page, "peringatan").await;
        press(page, "[data-case] a").await;
        let said = until(page, "what it costs", "document.querySelector('.case-loss')?.innerText").await;
        assert!(said.as_str().is_some_and(|said| said.contains(" per jam") && said.contains('L')), "{said}");
        until(page, "its hours", "document.querySelectorAll('.case-bars .of-case').length > 12").await;
        let sentence = until(page, "the sentence", "document.querySelector('figcaption')?.innerText").await;
        assert!(sentence.as_str().is_some_and(|sentence| sentence.contains(" 0 jam tanpa aliran")), "{sentence}");
        assert_eq!(findings(page, size).await, Vec::<String>::new());
        answer(page, "Ini normal").await;
        until(page, "how far it is", "document.querySelector('.case .chip:nth-of-type(2)')?.innerText === 'Bukan masalah'").await;
        until(page, "what was said", "document.querySelector('[data-answer=normal]')").await;
        answer(page, "Batalkan").await;
        until(page, "that it is open", "document.querySelector('.case .chip:nth-of-type(2)')?.innerText === 'Terdeteksi'").await;
        host.end().await;
    }
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_show_an_admin_a_forced_cover_and_take_a_judgement() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    go(page, "peringatan").await;
    until(page, "the page", "document.querySelector('.alerts')").await;
    let mut meter = Meter::connect(running.server.mqtt, &running.world.meters[0]).await;
    meter.publish_as("event", &json!({ "t": now().0, "kind": "cover_open", "reg": 7_000_000 })).await;
    press(page, "[data-case=cover_open] a").await;
    let said = until(page, "who and where", "document.querySelector('.case .card')?.innerText").await;
    assert!(said.as_str().is_some_and(|said| said.contains("Pelanggan") && said.contains("WM-TEST-A")), "{said}");
    assert_eq!(findings(page, "cover").await, Vec::<String>::new());
    answer(page, "Terbukti").await;
    until(page, "how far it is", "document.querySelector('.case .chip:nth-of-type(2)')?.innerText === 'Terbukti'").await;
    until(page, "who said it", "document.querySelector('[data-answer=confirmed]')?.innerText.includes('admin')").await;
    host.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_below_open_cases_say_only_that_there_are_no_notifications() {
    let running = World::new().start().await;
    leak(&running).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = &host.driven.page;
    sign_in(&host, "technician").await;
    go(page, "peringatan").await;
    until(page, "the case", "document.querySelector('[data-case]')").await;
    let empty = "document.querySelector('[data-part=terbuka] .empty')?.innerText.includes('Tidak ada pemberitahuan')";
    until(page, "that nobody was notified", empty).await;
    until(
        page,
        "that the case is above",
        "document.querySelector('[data-part=terbuka]').innerText.includes('tercantum di atas')",
    )
    .await;
    press(page, "[data-mine]").await;
    let nothing_above = "!document.querySelector('[data-case]') && [...document.querySelectorAll('[data-part=terbuka] .empty')]
        .some(empty => empty.innerText.includes('Tidak ada pemberitahuan') && !empty.innerText.includes('tercantum di atas'))";
    until(page, "that no case is above", nothing_above).await;
    host.end().await;
    running.server.stop().await;
}
