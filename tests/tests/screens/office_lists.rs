//! Pelanggan and Perangkat: searched as people type, sorted by their columns, linked with each other, and left as they were for whoever comes
//! back, loads again or is sent a link.

use domain::Rupiah;
use domain::core::local_time::DAY_MS;
use domain::sync::edit::CustomerField;
use fantoccini::Client;
use protocol::sales::money::QuoteAsked;
use serde_json::{Value, json};
use sync_server::billing::charging;
use sync_server::core::now;
use tests::axe::{self, ANY};
use tests::driver::{picture, press, until};
use tests::host::{Host, sign_in};
use tests::ops::{edit, op, push};
use tests::steps::{go, press_found, search, set};
use tests::world::{Running, World};
use uuid::Uuid;

/// Customers beside those of the world, without a connection.
const MORE: usize = 120;

/// A world in which one customer has paid, the other owes the fee of the month, and the first one's meter reported three days ago.
async fn begun() -> Running {
    let world = World::new();
    world.add_customers(MORE);
    let running = world.start().await;
    let [one, other] = running.world.customers;
    let names = [
        edit(one, &[(CustomerField::Name, "Pelanggan", "Nur'aini Putri"), (CustomerField::Phone, "", "+62 812-3456-789")]),
        edit(other, &[(CustomerField::Name, "Pelanggan", "José D'Souza")]),
    ];
    push(&running, "admin", (1..).zip(&names).map(|(seq, edit)| op(Uuid::now_v7(), seq, None, edit)).collect()).await;
    let admin = running.tokens("admin").await.access_token;
    let cash =
        QuoteAsked { id: Uuid::now_v7(), connection: running.world.meters[0].connection, amount: Rupiah(100_000), code: None };
    let _: Value = running.post(&admin, "/admin/v1/money/cash", &cash).await;
    let id = running.world.meters[1].connection.0;
    let fee = running.server.app.store.writer.work(move |tx| {
        let num = tx.db.query_row("SELECT num FROM connection WHERE id = ?1", [id.as_bytes()], |row| row.get(0))?;
        charging::post(tx, num)
    });
    fee.await.expect("posted");
    let old = now().plus(-3 * DAY_MS);
    let body = json!([{ "serial": running.world.meters[0].serial, "t": old, "reg": 5_000, "flow": 0, "valve": "open" }]);
    let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).json(&body);
    let sent = request.basic_auth("gateway", Some(&running.world.gateway)).send().await.expect("an answer");
    assert!(sent.status().is_success());
    running.server.app.store.writer.publish(false).await.expect("published");
    running
}

async fn run(page: &Client, script: &str) -> Value {
    page.execute(script, vec![]).await.expect("runs")
}

const NAMES: &str = "[...document.querySelectorAll('.window .customer-row .who .number')].map(e => e.innerText)";

fn found(many: usize) -> String {
    format!("document.querySelector('.window li[aria-setsize=\"{many}\"]')")
}

/// Every way of writing leads to the same person.
async fn searches(page: &Client) {
    for typed in
        ["nuraini", "NUR AINI", "nur-aini", "Nur’aini", "wm test a", "WMTESTA", "0812 3456", "+62812-3456-789", "jl uji 0"]
    {
        search(page, typed).await;
        let her = format!("{} && {NAMES}[0] === \"Nur'aini Putri\"", found(1));
        until(page, &format!("who is found by {typed}"), &her).await;
    }
    search(page, "jose dsouza").await;
    until(page, "José", &format!("{} && {NAMES}[0] === \"José D'Souza\"", found(1))).await;
    search(page, "warga 01").await;
    until(page, "those who begin so", &found(20)).await;
    // The driver's own clearing is no typing.
    set(page, "main input[type=search]", "").await;
    until(page, "all", &found(MORE + 2)).await;
}

fn head(word: &str, sorted: &str) -> String {
    format!("document.querySelector('[data-sort={word}]').ariaSort === '{sorted}'")
}

/// Balances, arrears and zones are columns, and sort the list either way.
async fn sorting(page: &Client) {
    let sort_by = async |word: &str| press(page, &format!("[data-sort={word}] button")).await;
    sort_by("saldo").await;
    until(page, "who owes first", &format!("{} && {NAMES}[0] === \"José D'Souza\"", head("saldo", "ascending"))).await;
    let row = "document.querySelector('.window .customer-row').innerText";
    until(page, "what is owed", &format!("{row}.includes('Rp10.000') && {row}.includes('Timur')")).await;
    sort_by("saldo").await;
    until(page, "who has most", &format!("{} && {NAMES}[0] === \"Nur'aini Putri\"", head("saldo", "descending"))).await;
    sort_by("tunggakan").await;
    until(page, "who owes most", &format!("{} && {NAMES}[0] === \"José D'Souza\"", head("tunggakan", "descending"))).await;
    sort_by("data").await;
    until(page, "who was read last", &format!("{} && {NAMES}[0] === \"Nur'aini Putri\"", head("data", "descending"))).await;
    // A tile and a search go together.
    press(page, ".tiles .stat").await;
    until(page, "who is in arrears", &format!("{} && {NAMES}[0] === \"José D'Souza\"", found(1))).await;
    search(page, "nuraini").await;
    until(page, "nobody", "document.querySelector('main .empty')").await;
    press(page, ".tiles .stat").await;
    until(page, "her", &format!("{} && {NAMES}[0] === \"Nur'aini Putri\"", found(1))).await;
}

/// Back from a page with a panel: the panel is closed first.
async fn back(page: &Client) {
    page.back().await.expect("back");
    until(page, "no panel", "!document.querySelector('.side')").await;
    page.back().await.expect("back");
}

/// From the customer to the meter and back, with all as it was.
async fn linked(page: &Client) {
    press(page, ".window .customer-row").await;
    until(page, "the meter at her connection", "document.querySelector('.meter-at a')?.innerText.includes('WM-TEST-A')").await;
    let age = "document.querySelector('.meter-at').innerText.includes('3 hari lalu')";
    until(page, "how old its values are", age).await;
    picture(page, "customer-beside").await;
    let beside = run(page, "return document.querySelector('.fleet > .card.wide').offsetWidth").await.as_f64().expect("a width");
    press(page, "[aria-label=\"Lebar penuh\"]").await;
    until(page, "the whole width", "document.querySelector('.detail.full') && !document.querySelector('.window')").await;
    let full = run(page, "return document.querySelector('.fleet > .card.wide').offsetWidth").await.as_f64().expect("a width");
    assert!(full > beside * 1.5, "{beside} became {full}");
    picture(page, "customer-full").await;
    press(page, ".meter-at a").await;
    until(page, "the meter", "location.hash.startsWith('#/perangkat?buka=') && document.querySelector('.with-panel h2')").await;
    let panel = "document.querySelector('.fleet > .card.wide').innerText";
    until(page, "its valve and register as of then", &format!("{panel}.split('3 hari lalu').length > 3")).await;
    picture(page, "meter-beside").await;
    let her = "[...document.querySelectorAll('.fleet > .card.wide a')].find(a => a.innerText.includes('aini'))";
    press_found(page, "her name", her).await;
    until(page, "her page", "location.hash.startsWith('#/pelanggan?buka=') && document.querySelector('.meter-at')").await;
    back(page).await;
    until(page, "the meter again", "location.hash.startsWith('#/perangkat?buka=') && document.querySelector('.side')").await;
    back(page).await;
    let as_it_was = "document.querySelector('.detail.full') && ['cari=nuraini', 'urut=data', 'arah=turun', 'buka='].every(p => location.hash.includes(p))";
    until(page, "her page as it was", as_it_was).await;
    press(page, "[aria-label=\"Lebar penuh\"]").await;
    until(page, "the list as it was", &format!("{} && {}", found(1), head("data", "descending"))).await;
    page.refresh().await.expect("loaded again");
    until(page, "the same again", &format!("{} && document.querySelector('.meter-at')", found(1))).await;
}

/// Where somebody was in a long list is where they are again.
async fn place(page: &Client) {
    go(page, "pelanggan").await;
    until(page, "all", &format!("{} && !document.querySelector('.meter-at')", found(MORE + 2))).await;
    run(page, "document.querySelector('.window').scrollTop = 3000").await;
    until(page, "the place in the address", "location.hash.includes('baris=50')").await;
    go(page, "audit").await;
    until(page, "another page", "!document.querySelector('.window')").await;
    page.back().await.expect("back");
    until(page, "the same place", "document.querySelector('.window')?.scrollTop === 3000").await;
    page.refresh().await.expect("loaded again");
    until(page, "the same place", "document.querySelector('.window')?.scrollTop === 3000").await;
    // The fleet is sorted, filtered and searched in the same way.
    go(page, "perangkat?cari=wmtesta&urut=status").await;
    let one = "document.querySelectorAll('tbody tr').length === 1 && document.querySelector('th[aria-sort=ascending]')?.innerText.includes('Status')";
    until(page, "what the link says", one).await;
    let online = "[...document.querySelectorAll('.tiles .stat')].find(t => t.innerText.includes('Daring'))";
    press_found(page, "those that report", online).await;
    until(page, "none of them reports", "document.querySelector('main .empty') && location.hash.includes('saring=daring')").await;
    let counted =
        "[...document.querySelectorAll('.tiles .stat')].find(t => t.innerText.includes('Luring')).innerText.includes('1')";
    assert_eq!(run(page, &format!("return {counted}")).await, true, "tiles count what the search finds");
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_and_meters_are_found_sorted_linked_and_left_as_they_were() {
    let running = begun().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.rail')").await;
    go(page, "pelanggan").await;
    until(page, "the list", &found(MORE + 2)).await;
    picture(page, "customers").await;
    let findings = axe::audit(page, &axe::script(), "customers", ANY).await;
    searches(page).await;
    sorting(page).await;
    linked(page).await;
    place(page).await;
    host.end().await;
    running.server.stop().await;
    assert_eq!(findings, Vec::<String>::new());
}
