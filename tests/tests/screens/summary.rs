//! Ringkasan and the way to everything else: numbers that add up and lead to their lists, the day's receipts, what is shown offline, the palette's
//! acts, and on a phone five tabs, of which the last opens the rest of the menu.

use crate::admin::preferences;
use fantoccini::Client;
use fantoccini::key::Key;
use serde_json::{Value, json};
use sync_server::core::now;
use tests::axe::{self, ANY, audit};
use tests::driver::{picture, press as press_at, until};
use tests::host::{Host, sign_in};
use tests::keys::{press, run, typed};
use tests::steps::{focus, go, shown};
use tests::world::{Running, World};

/// A meter that has just reported, and one that never has; and cash.
async fn a_day(running: &Running) {
    let readings: Vec<_> = (0..=60)
        .map(|minute| json!({ "serial": "WM-TEST-A", "t": now().0 - (60 - minute) * 60_000, "reg": 1_000_000 + minute * 900, "bat": 12 }))
        .collect();
    let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).json(&readings);
    let answer = request.basic_auth("gateway", Some(&running.world.gateway)).send().await.expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
    running.server.app.store.writer.publish(false).await.expect("published");
    let admin = running.tokens("admin").await.access_token;
    let cash = json!({ "id": uuid::Uuid::now_v7(), "connection": running.world.meters[0].connection, "amount": 50_000 });
    let _: Value = running.post(&admin, "/admin/v1/money/cash", &cash).await;
}

fn tile(of: &str) -> String {
    format!("Number(document.querySelector('[data-tile={of}]')?.dataset.count)")
}

/// Each number of the fleet leads to as many rows, under the tile that is pressed there.
async fn numbers_lead_to_lists(page: &Client) {
    let sum = ["online", "stale", "offline"].map(tile).join(" + ");
    until(page, "all meters", &format!("document.querySelector('.summary-page [data-total=\"2\"]') && {sum} === 2")).await;
    until(page, "a battery that is low as well", &format!("{} === 1", tile("low-battery"))).await;
    for (of, word) in [("offline", "luring"), ("low-battery", "baterai")] {
        until(page, of, &format!("{} === 1", tile(of))).await;
        press_at(page, &format!("[data-tile={of}]")).await;
        let filtered = format!(
            "location.hash.startsWith('#/perangkat') && location.hash.includes('saring={word}') && document.querySelectorAll('tbody tr').length === 1 \
             && document.querySelectorAll('.tiles [aria-pressed=true]').length === 1"
        );
        until(page, "the filtered list", &filtered).await;
        run(page, "document.activeElement.blur()").await;
        typed(page, "gr").await;
        until(page, "the summary again", "location.hash.startsWith('#/ringkasan') && document.querySelector('[data-tile]')")
            .await;
    }
    let places = [
        ("severe", "#/peringatan", "tingkat=critical"),
        ("dead-letters", "#/peringatan", "bagian=kirim"),
        ("waiting", "#/keuangan", "bagian=menunggu"),
        ("conflicts", "#/antrean", ""),
    ];
    for (of, page_of, query) in places {
        until(page, of, &format!("document.querySelector('[data-tile={of}]')")).await;
        press_at(page, &format!("[data-tile={of}]")).await;
        let there = format!("location.hash.startsWith('{page_of}') && location.hash.includes('{query}')");
        until(page, "its list", &there).await;
        if of == "waiting" {
            until(page, "that part alone", "document.querySelector('#waiting-head') && !document.querySelector('#bank-head')")
                .await;
        }
        run(page, "history.back()").await;
        until(page, "back at the summary", "document.querySelector('.summary-page [data-tile]')").await;
    }
}

/// What the palette does for an admin from anywhere: the form of a tariff, and the search for who pays cash.
async fn acts(page: &Client) {
    let palette = async |wanted: &str| {
        let keys = format!("{}k{}", char::from(Key::Control), char::from(Key::Null));
        page.active_element().await.expect("a focus").send_keys(&keys).await.expect("pressed");
        until(page, "the palette", "document.activeElement?.id === 'palette-text'").await;
        typed(page, wanted).await;
        let first = format!("document.querySelector('.palette [aria-selected=true]')?.innerText.includes({wanted:?})");
        until(page, wanted, &first).await;
        press(page, &[Key::Enter]).await;
    };
    palette("Buat versi tarif baru").await;
    until(page, "the form", "location.hash.startsWith('#/pengaturan/tarif') && document.querySelector('.dialog #tariff-decree')")
        .await;
    press(page, &[Key::Escape]).await;
    until(page, "no form", "!document.querySelector('.dialog')").await;
    go(page, "ringkasan").await;
    until(page, "the summary", "document.querySelector('.summary-page')").await;
    palette("Isi tunai").await;
    until(page, "the search", "location.hash.startsWith('#/pelanggan') && document.activeElement?.id === 'customers-search'")
        .await;
    palette("Meter luring").await;
    until(page, "the meters", "location.hash.includes('saring=luring') && document.querySelectorAll('tbody tr').length === 1")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_lead_an_admin_from_the_days_numbers_to_their_lists() {
    let running = World::new().start().await;
    a_day(&running).await;
    let axe = axe::script();
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_280, 900)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    numbers_lead_to_lists(page).await;
    until(page, "the receipts to the rupiah", "document.querySelector('[data-receipt=sum][data-today=\"50000\"]')").await;
    until(page, "the use", "document.querySelectorAll('#summary-bars > div').length === 24").await;
    focus(page, "#summary-bars").await;
    press(page, &[Key::End]).await;
    until(page, "the last hour in words", "document.querySelector('#summary-bars-said')?.innerText.startsWith('Pukul 23.00')")
        .await;
    run(page, "document.activeElement.blur()").await;
    let mut findings = Vec::new();
    for (language, theme, title) in [("id", "light", "Ringkasan"), ("en", "dark", "Summary")] {
        preferences(&host, language, theme).await;
        until(page, title, &format!("document.querySelector('h1')?.innerText === '{title}'")).await;
        picture(page, &format!("summary-{language}")).await;
        findings.extend(audit(page, &axe, &format!("summary {language} {theme}"), ANY).await);
    }
    preferences(&host, "id", "light").await;
    acts(page).await;
    go(&host, "ringkasan").await;
    until(page, "the receipts again", "document.querySelector('[data-receipt=sum]')").await;
    running.server.stop().await;
    until(page, "the offline bar", "document.querySelector('.offline-bar')").await;
    shown(&host, "Data per").await;
    until(
        page,
        "what was known",
        "document.querySelector('[data-receipt=sum][data-today=\"50000\"]') && document.querySelector('[data-total=\"2\"]')",
    )
    .await;
    findings.extend(audit(page, &axe, "summary offline", ANY).await);
    host.end().await;
    assert_eq!(findings, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_on_a_phone_have_five_tabs_and_the_rest_of_the_menu_by_keyboard() {
    let running = World::new().start().await;
    let axe = axe::script();
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the first page", "document.querySelector('.summary-page')").await;
    let mut findings = Vec::new();
    for (language, theme, last) in [("id", "light", "Lainnya"), ("en", "dark", "More")] {
        preferences(&host, language, theme).await;
        let tabs = "[...document.querySelectorAll('.tabs > *')]";
        let whole = format!(
            "{tabs}.length === 5 && {tabs}.every((it) => it.getBoundingClientRect().right <= innerWidth && it.scrollWidth <= it.clientWidth) \
             && {tabs}.at(-1).innerText.trim() === '{last}'"
        );
        until(page, "five tabs, none cut", &whole).await;
        findings.extend(audit(page, &axe, &format!("tabs {language}"), ANY).await);
        focus(page, "#tabs-more").await;
        press(page, &[Key::Enter]).await;
        until(page, "the sheet with the focus in it", "document.activeElement?.closest('.sheet .more-list')").await;
        picture(page, &format!("tabs-more-{language}")).await;
        findings.extend(audit(page, &axe, &format!("more {language}"), ANY).await);
        press(page, &[Key::Escape]).await;
        until(page, "back at what opened it", "!document.querySelector('.dialog') && document.activeElement?.id === 'tabs-more'")
            .await;
        press(page, &[Key::Enter]).await;
        until(page, "the sheet again", "document.activeElement?.closest('.sheet .more-list')").await;
        for _ in 0..8 {
            if run(page, "return document.activeElement.getAttribute('href')").await == "#/audit" {
                break;
            }
            press(page, &[Key::Tab]).await;
        }
        press(page, &[Key::Enter]).await;
        until(page, "Audit", "location.hash.startsWith('#/audit') && !document.querySelector('.dialog')").await;
        until(page, "where it is in the menu", "document.querySelector('#tabs-more').classList.contains('current')").await;
        press_at(page, ".tabs a[href*=ringkasan]").await;
        until(page, "the first page", "document.querySelector('.summary-page')").await;
    }
    // The sheet is an entry of the history that Back closes.
    press_at(page, "#tabs-more").await;
    until(page, "the sheet", "document.querySelector('.sheet .more-list')").await;
    run(page, "history.back()").await;
    until(page, "no sheet, and the page", "!document.querySelector('.dialog') && document.querySelector('.summary-page')").await;
    host.end().await;
    running.server.stop().await;
    assert_eq!(findings, Vec::<String>::new());
}
