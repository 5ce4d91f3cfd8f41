//! Neraca air in a browser: a bulk meter that is registered by its form, the balance as a bar, columns that are walked by the keys, and tables; its
//! limit, its offline state, and zones by what is lost on the map.

use crate::admin::preferences;
use domain::TimeZone;
use fantoccini::Client;
use fantoccini::key::Key;
use protocol::metering::zone_balance::ZoneBalance;
use serde_json::json;
use sync_server::core::now;
use tests::axe::{self, ANY, audit};
use tests::bulk::{STEP_MS, change, course, flows, register, used};
use tests::driver::{picture, press as press_at, until};
use tests::host::{Host, sign_in};
use tests::keys::{press as keys, run};
use tests::steps::{confirm, fill, focus, go, press, press_in, shown};
use tests::world::{Running, World};

/// Days of which something is known.
const DAYS: i32 = 4;

/// A bulk meter of the first zone with four days, of which its household used a part.
async fn four_days(running: &Running) {
    let (zone, time, at) = (running.world.zones[0], TimeZone::Jakarta, now());
    let start = time.start_of(time.day_of(at).plus(-DAYS));
    let steps = at.since(start) / STEP_MS;
    change(running, zone, register("INDUK-1", start)).await;
    flows(running, "INDUK-1", &course(start, steps, 60_000), at).await;
    used(running, "WM-TEST-A", &course(start, steps, 40_000)).await;
}

/// The form, from what is wrong with it to the meter that is there.
async fn registered(host: &Host, running: &Running) {
    let page = &host.driven.page;
    go(host, &format!("pengaturan/zona/{}/neraca", running.world.zones[1])).await;
    shown(host, "Belum ada meter induk").await;
    assert_eq!(audit(page, &axe::script(), "no bulk meter", ANY).await, Vec::<String>::new());
    press(host, "Daftarkan meter induk").await;
    until(page, "the form", "document.querySelector('.dialog #inflow-q3')").await;
    fill(host, "inflow-serial", "INDUK-2").await;
    fill(host, "inflow-q3", "0").await;
    press(host, "Daftarkan meter induk").await;
    until(page, "what is wrong", "document.querySelector('[data-summary] a[href=\"#inflow-q3\"]')").await;
    assert_eq!(audit(page, &axe::script(), "the form", ANY).await, Vec::<String>::new());
    fill(host, "inflow-q3", "63").await;
    confirm(host, "Daftarkan meter induk").await;
    until(page, "it", "!document.querySelector('.dialog') && document.querySelector('[data-inflow=\"INDUK-2\"]')").await;
    shown(host, "Belum ada hari yang lengkap").await;
    press(host, "Batas peringatan").await;
    until(page, "the limit", "document.querySelector('.dialog input#balance-limit')").await;
    fill(host, "balance-limit", "15").await;
    confirm(host, "Simpan").await;
    until(page, "it", "document.querySelector('[data-limit=\"150\"]')").await;
    press(host, "Lepas meter induk").await;
    until(page, "the question", "document.querySelector('.dialog #inflow-until')").await;
    confirm(host, "Lepas meter induk").await;
    shown(host, "Sudah dilepas").await;
}

/// The balance of the first zone, with the same numbers as the server's, read by eye, by keys and as a table.
async fn read(host: &Host, running: &Running) {
    let page = &host.driven.page;
    let zone = running.world.zones[0];
    go(host, "pengaturan/zona").await;
    until(page, "the zone", "document.querySelector('[data-zone=Barat] .actions a')").await;
    press_at(page, "[data-zone=Barat] .actions a").await;
    let token = running.token("admin").await;
    let found: ZoneBalance = running.get(&token, &format!("/admin/v1/zones/balance?zone={zone}&days=30")).await;
    assert_eq!(found.balance.counted, DAYS as u32, "{:?}", found.balance.days);
    let unexplained = found.balance.total.unexplained.0;
    until(page, "the bar", &format!("document.querySelector('.balance-bar')?.dataset.unexplained === '{unexplained}'")).await;
    until(page, "its parts", "document.querySelectorAll('.balance-parts tbody tr').length === 7").await;
    focus(page, ".balance-days").await;
    keys(page, &[Key::End]).await;
    until(page, "yesterday in words", "document.querySelector('#balance-said')?.innerText.includes('terukur di sambungan')")
        .await;
    keys(page, &[Key::Home]).await;
    until(page, "a day that is left out", "document.querySelector('#balance-said')?.innerText.includes('tidak dihitung')").await;
    run(page, "document.activeElement.blur()").await;
    until(page, "the night", "document.querySelector('[data-night]')").await;
    press_in(page, ".segmented", "7 hari").await;
    until(page, "a week", "document.querySelectorAll('.balance-days > div').length === 7").await;
    of_own_days(host, running).await;
}

/// One's own days, which begin with those that were shown, are in the address, and are followed when it names others.
async fn of_own_days(host: &Host, running: &Running) {
    let page = &host.driven.page;
    let choose =
        |word: &str| format!("[...document.querySelectorAll('.segmented button')].find(b => b.innerText === {word:?}).click()");
    let set = |value: &str| {
        let field = "document.querySelector('#balance-from')";
        format!("{field}.value = {value}; {field}.dispatchEvent(new Event('change', {{ bubbles: true }}))")
    };
    let columns = |number: i32| format!("document.querySelectorAll('.balance-days > div').length === {number}");
    run(page, &choose("Pilih hari")).await;
    until(page, "both days", "document.querySelector('#balance-from')?.value < document.querySelector('#balance-to')?.value")
        .await;
    assert_eq!(audit(page, &axe::script(), "a range", ANY).await, Vec::<String>::new());
    run(page, &set("document.querySelector('#balance-to').value")).await;
    until(page, "one day", &columns(1)).await;
    let yesterday = TimeZone::Jakarta.day_of(now()).0 - 1;
    let address = format!("location.hash.includes('dari={yesterday}') && location.hash.includes('sampai={yesterday}')");
    until(page, "the day in the address", &address).await;
    run(page, &set("'2020-01-01'")).await;
    until(page, "that it is too long", "document.querySelector('#balance-to-said')?.innerText.includes('92')").await;
    until(page, "nothing else asked for", &format!("{} && {address}", columns(1))).await;
    let two = format!("pengaturan/zona/{}/neraca?dari={}&sampai={yesterday}", running.world.zones[0], yesterday - 1);
    go(host, &two).await;
    until(page, "the days of the address", &format!("{} && !document.querySelector('#balance-to-said')", columns(2))).await;
    run(page, &choose("7 hari")).await;
    until(page, "a week", &columns(7)).await;
}

async fn as_table(host: &Host) {
    let page = &host.driven.page;
    press(host, "Lihat tabel").await;
    until(page, "the days", "document.querySelectorAll('.table-wrap.low tbody tr').length === 7").await;
    assert_eq!(audit(page, &axe::script(), "the table", ANY).await, Vec::<String>::new());
    press(host, "Lihat grafik").await;
}

async fn on_the_map(page: &Client, host: &Host) {
    go(host, "perangkat?bentuk=peta").await;
    until(page, "the map", "document.querySelector('#fleet-map[data-drawn]')").await;
    press(host, "Kehilangan air").await;
    until(page, "the losses", "document.querySelector('[data-losses=\"2\"]')").await;
    assert_eq!(audit(page, &axe::script(), "the losses on the map", ANY).await, Vec::<String>::new());
    press(host, "Kehilangan air").await;
    until(page, "no losses", "!document.querySelector('[data-losses]')").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_show_a_zones_balance_on_phone_and_desktop() {
    let running = World::new().start().await;
    four_days(&running).await;
    for (name, size) in [("phone", (390, 844)), ("desktop", (1_440, 900))] {
        let folder = tempfile::tempdir().expect("a folder");
        let host = Host::browser_of(&running, folder.path(), size).await;
        let page = &host.driven.page;
        sign_in(&host, "admin").await;
        until(page, "the first page", "document.querySelector('h1')").await;
        read(&host, &running).await;
        let mut findings = Vec::new();
        for (language, theme, title) in [("en", "dark", "Water balance"), ("id", "light", "Neraca air")] {
            preferences(&host, language, theme).await;
            until(page, title, &format!("document.querySelector('h1')?.innerText === '{title}'")).await;
            picture(page, &format!("zone-balance-{name}-{language}")).await;
            findings.extend(audit(page, &axe::script(), &format!("balance {name} {language}"), ANY).await);
        }
        assert_eq!(findings, Vec::<String>::new());
        as_table(&host).await;
        if name == "desktop" {
            registered(&host, &running).await;
            on_the_map(page, &host).await;
        }
        host.end().await;
    }
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_show_the_last_balance_while_the_server_is_away() {
    let running = World::new().start().await;
    four_days(&running).await;
    change(&running, running.world.zones[0], json!({ "what": "limit", "per_mille": 200 })).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (390, 844)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the first page", "document.querySelector('h1')").await;
    go(&host, &format!("pengaturan/zona/{}/neraca", running.world.zones[0])).await;
    until(page, "the balance", "document.querySelector('.balance-bar')").await;
    running.server.stop().await;
    go(&host, "pengaturan/zona").await;
    until(page, "that it is away", "document.querySelector('.offline-bar')").await;
    go(&host, &format!("pengaturan/zona/{}/neraca", running.world.zones[0])).await;
    until(page, "the last one", "document.querySelector('.balance-bar') && document.querySelector('.banner.warn')").await;
    let off = "[...document.querySelectorAll('.balance-inflows .button')].every(b => b.disabled)";
    until(page, "nothing to change", off).await;
    host.end().await;
}
