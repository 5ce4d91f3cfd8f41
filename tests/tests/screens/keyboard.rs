//! The keyboard alone: rows, panels, the palette, single keys and their switch, forms that ask before they are discarded, faults that lead to
//! their fields, and charts that are walked point by point.

use fantoccini::Client;
use fantoccini::key::Key;
use sync_server::core::now;
use tests::driver::{picture, press as press_at, text, until};
use tests::host::{Host, sign_in};
use tests::keys::{press, run, typed};
use tests::steps::{fill, focus, press_found};
use tests::world::World;

const FOCUSED_ROW: &str = "(document.activeElement.closest('tr')?.innerText ?? '')";

async fn palette(page: &Client, wanted: &str) {
    page.active_element()
        .await
        .expect("a focus")
        .send_keys(&format!("{}k{}", char::from(Key::Control), char::from(Key::Null)))
        .await
        .expect("pressed");
    until(page, "the palette", "document.activeElement?.id === 'palette-text'").await;
    typed(page, wanted).await;
}

async fn rows_and_panels(page: &Client) {
    until(page, "the first page", "document.querySelector('.summary-page')").await;
    typed(page, "gd").await;
    until(page, "the fleet", "document.querySelectorAll('tbody tr').length === 2").await;
    typed(page, "j").await;
    until(page, "the first row", &format!("{FOCUSED_ROW}.includes('WM-TEST-A')")).await;
    typed(page, "jk").await;
    until(page, "it again", &format!("{FOCUSED_ROW}.includes('WM-TEST-A')")).await;
    press(page, &[Key::Enter]).await;
    until(page, "the panel with the focus in it", "document.activeElement?.closest('.side')?.innerText.includes('WM-TEST-A')")
        .await;
    picture(page, "keys-panel").await;
    press(page, &[Key::Escape]).await;
    until(page, "no panel, and the row", &format!("!document.querySelector('.side') && {FOCUSED_ROW}.includes('WM-TEST-A')"))
        .await;
    typed(page, "x").await;
    typed(page, "j").await;
    typed(page, "X").await;
    until(
        page,
        "two picked",
        "document.querySelector('.picked [data-count=\"2\"]') && document.querySelectorAll('tr[data-picked]').length === 2",
    )
    .await;
    picture(page, "keys-picked").await;
    press(page, &[Key::Escape]).await;
    until(page, "none picked", "!document.querySelector('.picked [data-count]') && !document.querySelector('[data-picked]')")
        .await;
    typed(page, "/").await;
    until(page, "the search", "document.activeElement?.type === 'search'").await;
    typed(page, "jx?").await;
    until(page, "letters in the field", "document.activeElement.value === 'jx?' && !document.querySelector('.dialog')").await;
    run(page, "document.activeElement.blur()").await;
    typed(page, "?").await;
    until(page, "the list of keys", "document.querySelector('.dialog .keys')").await;
    picture(page, "keys-help").await;
    press(page, &[Key::Escape]).await;
    until(page, "no list", "!document.querySelector('.dialog')").await;
}

async fn palette_and_pages(page: &Client) {
    palette(page, "plgn").await;
    until(page, "the page", "document.querySelector('.palette [aria-selected=true]')?.innerText.includes('Pelanggan')").await;
    press(page, &[Key::Enter]).await;
    until(page, "it", "location.hash.startsWith('#/pelanggan') && !document.querySelector('.dialog')").await;
    typed(page, "gd").await;
    until(page, "the fleet again", "location.hash.startsWith('#/perangkat')").await;
    palette(page, "test-b").await;
    until(page, "the meter", "[...document.querySelectorAll('.palette li')].some((it) => it.innerText.includes('WM-TEST-B'))")
        .await;
    picture(page, "keys-palette").await;
    // By the arrows, to the line that is read out.
    let is_there =
        "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.innerText.includes('WM-TEST-B')";
    for _ in 0..12 {
        if run(page, &format!("return {is_there}")).await == true {
            break;
        }
        press(page, &[Key::Down]).await;
    }
    press(page, &[Key::Enter]).await;
    until(page, "its panel", "document.activeElement?.closest('.side')?.innerText.includes('WM-TEST-B')").await;
    press(page, &[Key::Escape]).await;
    typed(page, "gp").await;
    until(page, "the customers", "document.querySelectorAll('.customer-row').length === 2").await;
}

/// Opens the first customer's form.
async fn edit(page: &Client) {
    typed(page, "j").await;
    until(page, "a row", "document.activeElement?.matches('.customer-row')").await;
    press(page, &[Key::Enter]).await;
    until(page, "the panel", "document.activeElement?.closest('.side')").await;
    let button = "[...document.querySelectorAll('.side button')].find((it) => it.innerText.trim() === 'Ubah')";
    until(page, "its button", button).await;
    run(page, &format!("{button}.focus()")).await;
    press(page, &[Key::Enter]).await;
    until(page, "the form", "document.querySelector('#customer-city')").await;
}

async fn forms(page: &Client) {
    edit(page).await;
    focus(page, "#customer-city").await;
    press(page, &[Key::Escape]).await;
    until(page, "an untouched form goes unasked", "!document.querySelector('.side') && !document.querySelector('.dialog')").await;
    until(page, "the row", "document.activeElement?.matches('.customer-row')").await;
    run(page, "document.activeElement.blur()").await;
    edit(page).await;
    focus(page, "#customer-city").await;
    typed(page, "Bandung").await;
    press(page, &[Key::Escape]).await;
    until(page, "the question", "document.querySelector('.dialog[data-of=discard]')").await;
    picture(page, "keys-discard").await;
    press(page, &[Key::Escape]).await;
    until(
        page,
        "what was typed",
        "!document.querySelector('.dialog') && document.querySelector('#customer-city')?.value === 'Bandung'",
    )
    .await;
    palette(page, "perangkat").await;
    until(page, "the page", "document.querySelector('.palette [aria-selected=true]')?.innerText.includes('Perangkat')").await;
    press(page, &[Key::Enter]).await;
    until(page, "the question before another page", "document.querySelector('.dialog[data-of=discard]')").await;
    press(page, &[Key::Escape]).await;
    until(page, "the page as it was", "!document.querySelector('.dialog') && document.querySelector('#customer-city')?.value === 'Bandung' && location.hash.startsWith('#/pelanggan')").await;
    press_at(page, ".customer-row[aria-pressed=false]").await;
    until(page, "the question before another row", "document.querySelector('.dialog[data-of=discard]')").await;
    press(page, &[Key::Escape]).await;
    until(
        page,
        "the same form",
        "!document.querySelector('.dialog') && document.querySelector('#customer-city')?.value === 'Bandung'",
    )
    .await;
    focus(page, "#customer-postal_code").await;
    typed(page, "12").await;
    fill(page, "customer-nik", "99").await;
    press(page, &[Key::Enter]).await;
    until(page, "both faults by name", "document.querySelectorAll('.faults a').length === 2").await;
    let said = text(page).await;
    assert!(said.contains("Kode pos: ") && said.contains("NIK: "), "{said}");
    until(page, "the first wrong field", "document.activeElement?.getAttribute('aria-invalid') === 'true'").await;
    picture(page, "keys-faults").await;
    run(page, "[...document.querySelectorAll('.faults a')].find((it) => it.innerText.startsWith('NIK')).focus()").await;
    press(page, &[Key::Enter]).await;
    until(page, "its field", "document.activeElement?.id === 'customer-nik'").await;
    let colour = "getComputedStyle(document.querySelector('.faults a')).color === getComputedStyle(document.querySelector('.faults .number')).color";
    until(page, "links in the app's own colours", colour).await;
    // Back is Escape's other name.
    run(page, "history.back()").await;
    until(page, "the question", "document.querySelector('.dialog[data-of=discard]')").await;
    run(page, "[...document.querySelectorAll('.dialog button')].find((it) => it.innerText.trim() === 'Buang isian').focus()")
        .await;
    press(page, &[Key::Enter]).await;
    until(
        page,
        "the list alone",
        "!document.querySelector('.side') && !document.querySelector('.dialog') && location.hash.startsWith('#/pelanggan')",
    )
    .await;
}

async fn switched_off(page: &Client) {
    run(page, "document.activeElement.blur()").await;
    typed(page, "gn").await;
    let off = "[...document.querySelectorAll('.with-keys button')].find((it) => it.innerText.trim() === 'Mati')";
    until(page, "the switch", off).await;
    picture(page, "keys-switch").await;
    press_found(page, "the switch", off).await;
    until(page, "no single keys", "document.documentElement.dataset.keys === 'off'").await;
    run(page, "document.activeElement.blur()").await;
    typed(page, "gd").await;
    typed(page, "?").await;
    assert_eq!(run(page, "return location.hash.startsWith('#/akun') && !document.querySelector('.dialog')").await, true);
    palette(page, "perangkat").await;
    press(page, &[Key::Enter]).await;
    until(page, "what Ctrl does is left", "location.hash.startsWith('#/perangkat')").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_goes_through_lists_forms_and_pages_with_the_keyboard_alone() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_280, 800)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    rows_and_panels(page).await;
    palette_and_pages(page).await;
    forms(page).await;
    switched_off(page).await;
    host.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_is_walked_point_by_point_and_read_out() {
    let running = World::new().start().await;
    let meter = &running.world.meters[0];
    // Up to now: some of it is of today, also where today has just begun.
    for (minutes, register) in [(120, 1_000_000), (60, 1_040_000), (0, 1_052_000)] {
        let body = serde_json::json!([{ "serial": meter.serial, "t": now().0 - minutes * 60_000, "reg": register, "flow": 0 }]);
        let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url()));
        request.basic_auth("gateway", Some(&running.world.gateway)).json(&body).send().await.expect("taken");
    }
    running.server.app.store.writer.publish(false).await.expect("published");
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_280, 800)).await;
    let page = &host.driven.page;
    sign_in(&host, "customer").await;
    until(page, "the day", "document.querySelector('.bars')").await;
    focus(page, ".bars").await;
    press(page, &[Key::Right, Key::Right]).await;
    until(page, "the second hour", "document.querySelector('#bars-said')?.innerText.startsWith('Pukul 01.00: ')").await;
    until(page, "its bar", "document.querySelectorAll('.bars > div')[1].hasAttribute('data-at')").await;
    picture(page, "keys-hours").await;
    typed(page, "gp").await;
    // Beranda has a chart of this name as well.
    until(
        page,
        "the chart",
        "document.querySelector('h1')?.innerText === 'Pemakaian' && document.querySelector('#usage-chart[data-drawn]')",
    )
    .await;
    focus(page, "#usage-chart").await;
    press(page, &[Key::End]).await;
    until(page, "the last point in words", "document.querySelector('#usage-chart-said')?.textContent.length > 3").await;
    // To a point that has a value.
    for _ in 0..31 {
        if run(page, "return document.querySelector('#usage-chart-said').textContent.match(/\\d\\s?(L|m³)/) !== null").await
            == true
        {
            break;
        }
        press(page, &[Key::Left]).await;
    }
    let last = run(page, "return document.querySelector('#usage-chart-said').textContent").await;
    until(
        page,
        "what a pointer would show",
        "[...document.querySelectorAll('#usage-chart div')].some((it) => /\\d\\s?(L|m³)/.test(it.innerText ?? ''))",
    )
    .await;
    picture(page, "keys-chart").await;
    press(page, &[Key::Left]).await;
    until(page, "another point", &format!("document.querySelector('#usage-chart-said').textContent !== {last}")).await;
    press(page, &[Key::Escape]).await;
    until(page, "silence", "document.querySelector('#usage-chart-said').textContent === ''").await;
    host.end().await;
    running.server.stop().await;
}
