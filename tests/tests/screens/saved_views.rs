//! A view that is kept on one device and found on the other, in a real browser: at a desk, and on a phone.

use fantoccini::Client as Page;
use fantoccini::key::Key;
use tests::axe::in_themes;
use tests::driver::{press, until};
use tests::field::{clean, database};
use tests::host::{Host, sign_in};
use tests::keys::{self, run};
use tests::steps::{fill, go, press as named};
use tests::world::{Running, World};

/// What waits is sent.
async fn sent(page: &Page) {
    go(page, "antrean").await;
    let all = "document.querySelector('[data-state=op-sent]') && !document.querySelector('[data-state=op-waiting], [data-state=op-sending]')";
    until(page, "that nothing waits", all).await;
}

fn kept(running: &Running) -> i64 {
    let sql = "SELECT COUNT(*) FROM saved_view WHERE list = 'meters' AND name = 'Meter luring' AND query IS NOT NULL";
    database(&running.world).query_row(sql, [], |row| row.get(0)).expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_keep_a_view_on_one_device_and_find_it_on_the_other() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.rail')").await;
    go(page, "perangkat?saring=luring&urut=zona").await;
    until(page, "the filter", "document.querySelector('.tiles [aria-pressed=true]')").await;
    named(page, "Tampilan").await;
    until(page, "no view yet", "document.querySelector('.dialog .empty')").await;
    let mut findings = in_themes(page, "views-empty", &["light", "dark"]).await;
    named(page, "Simpan tampilan").await;
    until(page, "that it has no name", "document.querySelector('#view-name')?.ariaInvalid === 'true'").await;
    fill(page, "view-name", "Meter luring").await;
    named(page, "Simpan tampilan").await;
    until(page, "it is kept", "document.querySelector('.dialog .list')?.innerText.includes('Meter luring')").await;
    until(page, "an empty form", "document.querySelector('#view-name')?.value === ''").await;
    findings.extend(in_themes(page, "views", &["light", "dark"]).await);
    keys::press(page, &[Key::Escape]).await;
    until(page, "no dialog", "!document.querySelector('.dialog')").await;
    sent(page).await;
    assert_eq!(kept(&running), 1);
    host.end().await;

    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.tabs')").await;
    go(page, "perangkat").await;
    named(page, "Tampilan").await;
    until(page, "the view", "document.querySelector('.dialog .list')?.innerText.includes('Meter luring')").await;
    let wide = run(page, "return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
    assert_eq!(wide, 0, "nothing is wider than the screen");
    findings.extend(in_themes(page, "views-phone", &["light", "dark"]).await);
    named(page, "Meter luring").await;
    let shown =
        "!document.querySelector('.dialog') && location.hash.includes('saring=luring') && location.hash.includes('urut=zona')";
    until(page, "what was kept", shown).await;
    named(page, "Tampilan").await;
    until(page, "the view", "document.querySelector('.dialog [aria-label=\"Hapus tampilan Meter luring\"]')").await;
    press(page, ".dialog [aria-label=\"Hapus tampilan Meter luring\"]").await;
    until(page, "no view", "document.querySelector('.dialog .empty')").await;
    keys::press(page, &[Key::Escape]).await;
    until(page, "no dialog", "!document.querySelector('.dialog')").await;
    sent(page).await;
    assert_eq!(kept(&running), 0);
    host.end().await;
    clean(running).await;
    assert_eq!(findings, Vec::<String>::new());
}
