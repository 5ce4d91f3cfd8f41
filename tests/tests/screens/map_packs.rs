//! *Peta luring* in a real browser, with the server gone: a technician sees that there are no streets, imports a pack, sees them on the map, and
//! removes the pack.

use crate::map::{WEST, focus_map, place};
use fantoccini::{Client as Page, Locator};
use std::path::Path;
use tests::axe::in_themes;
use tests::driver::{picture, until};
use tests::host::{Host, sign_in};
use tests::keys::run;
use tests::map_pack::town_pack;
use tests::world::{Running, World};

const THEMES: &[&str] = &["light", "dark", "sunlight"];

/// Writes a file and chooses it, as the system's dialog would.
async fn choose(page: &Page, folder: &Path, name: &str, bytes: &[u8]) {
    let file = folder.join(name);
    std::fs::write(&file, bytes).expect("written");
    let input = page.find(Locator::Id("map-pack-file")).await.expect("the input");
    input.send_keys(&file.display().to_string()).await.expect("chosen");
}

async fn no_streets(page: &Page) {
    run(page, "location.hash = '#/peta'").await;
    focus_map(page, "field-map").await;
    until(page, "that there are no streets", "document.querySelector('[data-streets=none]')").await;
    until(page, "no tile", "document.querySelector('#field-map').dataset.tiles === '0'").await;
    run(page, "document.querySelector('[data-streets] a').click()").await;
    until(page, "the page", "location.hash === '#/akun/peta' && document.querySelector('#map-pack-file')").await;
    until(page, "that there is no pack", "document.querySelector('.empty')").await;
    assert_eq!(in_themes(page, "map-packs-none", &["light"]).await, Vec::<String>::new());
}

async fn imported(page: &Page, folder: &Path) {
    choose(page, folder, "catatan.pmtiles", b"nama;alamat\n").await;
    until(page, "that it is no pack", "document.querySelector('[data-fault=not_a_pack]')").await;
    choose(page, folder, "bandung.pmtiles", &town_pack()).await;
    until(
        page,
        "the pack",
        "document.querySelector('[data-pack=\"bandung.pmtiles\"]') && !document.querySelector('[data-fault]')",
    )
    .await;
    assert_eq!(in_themes(page, "map-packs", THEMES).await, Vec::<String>::new());
}

async fn drawn(page: &Page) {
    run(page, "location.hash = '#/peta'").await;
    focus_map(page, "field-map").await;
    until(page, "streets", "Number(document.querySelector('#field-map').dataset.tiles) > 0").await;
    until(page, "whose they are", "document.querySelector('.map-credit')?.innerText === '© OpenStreetMap'").await;
    until(page, "no word of none", "!document.querySelector('[data-streets]')").await;
    assert_eq!(in_themes(page, "map-streets", THEMES).await, Vec::<String>::new());
    picture(page, "map-streets").await;
}

async fn removed(page: &Page) {
    run(page, "location.hash = '#/akun/peta'").await;
    until(page, "the pack", "document.querySelector('[data-pack] button')").await;
    run(page, "document.querySelector('[data-pack] button').click()").await;
    until(page, "the question", "document.querySelector('[data-of=map-pack] .button.danger')").await;
    run(page, "document.querySelector('[data-of=map-pack] .button.danger').click()").await;
    until(page, "that there is no pack", "document.querySelector('.empty') && !document.querySelector('.dialog')").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_draw_the_streets_of_a_pack_that_was_imported_without_a_network() {
    let running = World::new().start().await;
    place(&running, 0, ("", WEST)).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (390, 844)).await;
    sign_in(&host, "technician").await;
    let page = &host.driven.page;
    until(page, "the newest rows", "document.querySelector('.sync-mark[data-phase=sync-live]')").await;
    let Running { server, world: _world } = running;
    server.stop().await;
    until(page, "the offline bar", "document.querySelector('.offline-bar')").await;
    no_streets(page).await;
    imported(page, folder.path()).await;
    drawn(page).await;
    removed(page).await;
    host.end().await;
}
