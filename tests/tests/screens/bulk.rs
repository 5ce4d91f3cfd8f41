//! Pelanggan for many at once, in a real browser: narrowed by facets, ticked across what is drawn and what is not, previewed, changed, taken back,
//! and kept as a view.

use fantoccini::Client as Page;
use fantoccini::key::Key;
use tests::axe::in_themes;
use tests::driver::{picture, press, until};
use tests::field::{clean, database};
use tests::host::{Host, sign_in};
use tests::keys::{self, run, typed};
use tests::steps::{choose, fill, focus, go, press as named, search};
use tests::world::{Running, World};

/// Customers without a connection, beside the two of the world.
const MORE: usize = 300;

async fn crowded() -> Running {
    let world = World::new();
    world.add_customers(MORE);
    world.start().await
}

fn listed(many: usize) -> String {
    format!("document.querySelector('.window li[aria-setsize=\"{many}\"]')")
}

async fn ticked(page: &Page, count: usize) {
    until(page, &format!("{count} ticked"), &format!("document.querySelector('[data-picked-count=\"{count}\"]')")).await;
}

/// Facets narrow the list, say how many each value leaves, and are in the address.
async fn facets(page: &Page) {
    named(page, "Saring").await;
    let count = |facet: &str, value: &str, count: usize| {
        format!("document.querySelector('[data-facet={facet}] [data-value={value}] .facet-count')?.innerText === '{count}'")
    };
    until(page, "who has no meter", &count("meter", "missing", MORE)).await;
    until(page, "who has one", &count("meter", "installed", 2)).await;
    press(page, "[data-facet=meter] [data-value=installed]").await;
    until(page, "those with a meter", &format!("{} && location.hash.includes('meter=installed')", listed(2))).await;
    let zone = "[...document.querySelectorAll('[data-facet=zone] .pick')].filter((it) => it.innerText.startsWith('Barat')).map((it) => it.click() ?? true)[0]";
    until(page, "a zone", zone).await;
    until(page, "the one there", &listed(1)).await;
    until(page, "what another status would leave", &count("status", "suspended", 0)).await;
    page.refresh().await.expect("loaded again");
    until(page, "the same", &format!("{} && document.querySelector('[data-facet=zone] [aria-pressed=true]')", listed(1))).await;
    named(page, "Tampilan").await;
    until(page, "no view yet", "document.querySelector('.dialog .empty')").await;
    fill(page, "view-name", "Barat dengan meter").await;
    named(page, "Simpan tampilan").await;
    until(page, "it is kept", "document.querySelector('.dialog .list')?.innerText.includes('Barat dengan meter')").await;
    until(page, "an empty form", "document.querySelector('#view-name')?.value === ''").await;
    keys::press(page, &[Key::Escape]).await;
    until(page, "no dialog", "!document.querySelector('.dialog')").await;
    named(page, "Hapus filter").await;
    until(page, "everybody", &listed(MORE + 2)).await;
    named(page, "Tampilan").await;
    named(page, "Barat dengan meter").await;
    until(page, "the view again", &format!("!document.querySelector('.dialog') && {}", listed(1))).await;
    named(page, "Hapus filter").await;
    until(page, "everybody", &listed(MORE + 2)).await;
    named(page, "Saring").await;
}

/// A row, a stretch by the keyboard, all that match, and one of them not.
async fn ticks(page: &Page) {
    named(page, "Pilih").await;
    until(page, "boxes", "document.querySelector('.window [data-tick]')").await;
    ticked(page, 0).await;
    focus(page, ".window").await;
    keys::press(page, &[Key::Down]).await;
    until(page, "the first row", "document.activeElement.closest('li')?.ariaPosInSet === '1'").await;
    typed(page, "x").await;
    ticked(page, 1).await;
    keys::press(page, &[Key::End]).await;
    let last = format!("document.activeElement.closest('li')?.ariaPosInSet === '{}'", MORE + 2);
    until(page, "the last row", &last).await;
    typed(page, "X").await;
    ticked(page, MORE + 2).await;
    named(page, "Kosongkan").await;
    ticked(page, 0).await;
    search(page, "warga").await;
    until(page, "those who are found", &listed(MORE)).await;
    named(page, "Pilih semua").await;
    ticked(page, MORE).await;
    press(page, ".window [data-tick]").await;
    ticked(page, MORE - 1).await;
    picture(page, "bulk-ticked").await;
}

/// What would be done is said before, and is done for everybody who was ticked.
async fn changed(page: &Page, findings: &mut Vec<String>) {
    named(page, "Ubah yang dipilih").await;
    choose(page, ".dialog select", "suspended").await;
    let changes = format!("document.querySelector('[data-preview=bulk] .total dd')?.innerText === '{}'", MORE - 1);
    until(page, "what would change", &changes).await;
    findings.extend(in_themes(page, "bulk-preview", &["light", "dark"]).await);
    press(page, ".dialog .button.primary").await;
    until(page, "its page", "location.hash.startsWith('#/pelanggan/perubahan') && !document.querySelector('.dialog')").await;
    until(page, "that it is done", "document.querySelector('[data-batch][data-stage=done]')").await;
    let sent = format!("document.querySelector('[data-sent=op-sent] .value')?.innerText === '{}'", MORE - 1);
    until(page, "all of it sent", &sent).await;
    findings.extend(in_themes(page, "bulk-result", &["light", "dark"]).await);
}

fn suspended(running: &Running) -> i64 {
    let sql = "SELECT COUNT(*) FROM customer WHERE status = 'suspended'";
    database(&running.world).query_row(sql, [], |row| row.get(0)).expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_change_many_customers_at_once_and_take_it_back() {
    let running = crowded().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.rail')").await;
    go(page, "pelanggan").await;
    until(page, "the list", &listed(MORE + 2)).await;
    facets(page).await;
    ticks(page).await;
    let mut findings = Vec::new();
    changed(page, &mut findings).await;
    assert_eq!(suspended(&running), MORE as i64 - 1);
    named(page, "Tarik kembali").await;
    until(page, "the question", "document.querySelector('.dialog .sums')").await;
    press(page, ".dialog .button.danger").await;
    until(page, "that it was taken back", "document.querySelector('[data-batch][data-stage=undone]')").await;
    let sent = format!("document.querySelector('[data-sent=op-sent] .value')?.innerText === '{}'", 2 * (MORE - 1));
    until(page, "that it was sent", &sent).await;
    assert_eq!(suspended(&running), 0);
    host.end().await;
    clean(running).await;
    assert_eq!(findings, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_tick_and_preview_on_a_phone() {
    let running = crowded().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.tabs')").await;
    go(page, "pelanggan").await;
    until(page, "the list", &listed(MORE + 2)).await;
    named(page, "Saring").await;
    until(page, "the facets", "document.querySelector('[data-facet=status] .pick')").await;
    let mut findings = in_themes(page, "bulk-facets-phone", &["light", "dark"]).await;
    named(page, "Saring").await;
    named(page, "Pilih").await;
    named(page, "Pilih semua").await;
    ticked(page, MORE + 2).await;
    findings.extend(in_themes(page, "bulk-ticked-phone", &["light", "dark"]).await);
    named(page, "Ubah yang dipilih").await;
    named(page, "Golongan tarif").await;
    choose(page, ".dialog select", "commercial").await;
    let refused = "document.querySelector('[data-refused=no_connection]')?.innerText.includes('300')";
    until(page, "who has no connection", refused).await;
    until(page, "the two who have", "document.querySelector('[data-preview=bulk] .total dd')?.innerText === '2'").await;
    let wide = run(page, "return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
    assert_eq!(wide, 0, "nothing is wider than the screen");
    findings.extend(in_themes(page, "bulk-preview-phone", &["light", "dark"]).await);
    named(page, "Zona").await;
    choose(page, ".dialog select", &running.world.zones[1].to_string()).await;
    let moves = "document.querySelector('[data-preview=bulk] .total dd')?.innerText === '1' && document.querySelector('.dialog select').value";
    until(page, "the one who is elsewhere", &format!("{moves} === '{}'", running.world.zones[1])).await;
    let wide = run(page, "return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
    assert_eq!(wide, 0, "nothing is wider than the screen");
    findings.extend(in_themes(page, "bulk-zone-phone", &["light", "dark"]).await);
    keys::press(page, &[Key::Escape]).await;
    until(page, "no dialog", "!document.querySelector('.dialog')").await;
    host.end().await;
    clean(running).await;
    assert_eq!(findings, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_move_the_connections_of_many_to_another_zone() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.rail')").await;
    go(page, "pelanggan").await;
    until(page, "the list", &listed(2)).await;
    named(page, "Pilih").await;
    named(page, "Pilih semua").await;
    ticked(page, 2).await;
    named(page, "Ubah yang dipilih").await;
    named(page, "Zona").await;
    choose(page, ".dialog select", &running.world.zones[1].to_string()).await;
    let same = "document.querySelector('[data-preview=bulk] .sums div:nth-child(2) dd')?.innerText === '1'";
    until(page, "who is there already", same).await;
    let mut findings = in_themes(page, "bulk-zone", &["light", "dark"]).await;
    press(page, ".dialog .button.primary").await;
    until(page, "that it is done", "document.querySelector('[data-batch][data-stage=done]')").await;
    until(page, "what was done", "document.querySelector('[data-batch] h2')?.innerText.includes('Timur')").await;
    until(page, "all of it sent", "document.querySelector('[data-sent=op-sent] .value')?.innerText === '1'").await;
    let sql = "SELECT COUNT(*) FROM connection WHERE zone = (SELECT num FROM zone WHERE name = 'Timur')";
    assert_eq!(database(&running.world).query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a number"), 2);
    go(page, "antrean").await;
    until(page, "from where to where", "document.querySelector('.op .changes')?.innerText.includes('Barat')").await;
    findings.extend(in_themes(page, "outbox-zone", &["light", "dark"]).await);
    host.end().await;
    clean(running).await;
    assert_eq!(findings, Vec::<String>::new());
}

/// Everybody is ticked, and the dialog of a message is open.
async fn writing(page: &Page) {
    go(page, "pelanggan").await;
    until(page, "the list", &listed(2)).await;
    named(page, "Pilih").await;
    named(page, "Pilih semua").await;
    ticked(page, 2).await;
    named(page, "Kirim pesan").await;
    until(page, "whom it reaches", "document.querySelector('[data-preview=message] .total dd')?.innerText === '2'").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_write_a_message_to_many_on_a_phone_and_a_customer_reads_it() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.tabs')").await;
    writing(page).await;
    named(page, "Kirim pesan ini").await;
    until(page, "that it has no title", "document.querySelector('#announcement-title-id')?.ariaInvalid === 'true'").await;
    let mut findings = in_themes(page, "message-wrong-phone", &["light", "dark"]).await;
    fill(page, "announcement-title-id", "Air mati besok").await;
    fill(page, "announcement-text-id", "Pukul 08.00 sampai 12.00. Mohon maaf.").await;
    let wide = run(page, "return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
    assert_eq!(wide, 0, "nothing is wider than the screen");
    findings.extend(in_themes(page, "message-phone", &["light", "dark"]).await);
    named(page, "Kirim pesan ini").await;
    until(page, "no dialog", "!document.querySelector('.dialog')").await;
    host.end().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = &host.driven.page;
    sign_in(&host, "customer").await;
    until(page, "the menu", "document.querySelector('.tabs')").await;
    go(page, "peringatan").await;
    let read = "document.querySelector('[data-alert=announcement]')?.innerText.includes('Air mati besok')";
    until(page, "the message", read).await;
    findings.extend(in_themes(page, "message-read-phone", &["light", "dark"]).await);
    host.end().await;
    clean(running).await;
    assert_eq!(findings, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_write_a_message_in_both_languages_at_the_desk() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.rail')").await;
    writing(page).await;
    press(page, "#announcement-english").await;
    for (id, text) in [
        ("announcement-title-id", "Air mati besok"),
        ("announcement-text-id", "Pukul 08.00 sampai 12.00."),
        ("announcement-title-en", "No water tomorrow"),
        ("announcement-text-en", "From 8 to 12."),
    ] {
        fill(page, id, text).await;
    }
    let findings = in_themes(page, "message", &["light", "dark"]).await;
    named(page, "Kirim pesan ini").await;
    until(page, "no dialog", "!document.querySelector('.dialog')").await;
    let said = || -> i64 {
        let sql = "SELECT COUNT(*) FROM announcement WHERE words LIKE '%No water tomorrow%'";
        database(&running.world).query_row(sql, [], |row| row.get(0)).expect("a number")
    };
    go(page, "antrean").await;
    until(
        page,
        "that nothing waits",
        "document.querySelector('main') && !document.querySelector('[data-state=op-waiting], [data-state=op-sending]')",
    )
    .await;
    assert_eq!(said(), 1);
    host.end().await;
    clean(running).await;
    assert_eq!(findings, Vec::<String>::new());
}
