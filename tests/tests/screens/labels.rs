//! Labels of meters in a browser: meters are ticked in Perangkat and their sheet is made, without a server as well, and on a phone.

use crate::exports::{catch, caught};
use tests::axe::in_themes;
use tests::driver::until;
use tests::host::{Host, sign_in};
use tests::keys::run;
use tests::steps::{go, press};
use tests::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn screens_print_the_labels_of_the_meters_that_are_ticked_also_without_a_server() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    sign_in(&host, "admin").await;
    let page = &host.driven.page;
    until(page, "the menu", "document.querySelector('.rail')").await;
    go(&host, "perangkat").await;
    until(page, "the fleet", "document.querySelectorAll('tbody tr').length === 2").await;
    running.server.stop().await;
    until(page, "the offline bar", "document.querySelector('.offline-bar')").await;
    press(&host, "Pilih").await;
    until(page, "the bar", "document.querySelector('[data-picked-count]')").await;
    press(&host, "Pilih semua").await;
    until(page, "both", "document.querySelector('[data-picked-count=\"2\"]')").await;
    press(&host, "Cetak label").await;
    until(page, "the dialog", "document.querySelector('.dialog [data-labels=\"2\"]')").await;
    let mut findings = in_themes(page, "labels", &["light", "dark"]).await;
    catch(page).await;
    press(&host, "Buat PDF").await;
    let (name, _, text) = caught(page).await;
    assert!(name.starts_with("label-") && name.ends_with(".pdf") && text.starts_with("%PDF-"), "{name}");
    until(page, "that the dialog is closed", "!document.querySelector('.dialog')").await;
    until(page, "what is ticked stays", "document.querySelector('[data-picked-count=\"2\"]')").await;
    host.end().await;
    findings.extend(on_a_phone().await);
    assert_eq!(findings, Vec::<String>::new());
}

async fn on_a_phone() -> Vec<String> {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    sign_in(&host, "admin").await;
    let page = &host.driven.page;
    until(page, "the menu", "document.querySelector('.tabs')").await;
    go(&host, "perangkat").await;
    until(page, "the fleet", "document.querySelectorAll('.fleet-list li').length === 2").await;
    press(&host, "Pilih").await;
    until(page, "the bar", "document.querySelector('[data-picked-count]')").await;
    press(&host, "Pilih semua").await;
    until(page, "both", "document.querySelector('[data-picked-count=\"2\"]')").await;
    press(&host, "Cetak label").await;
    until(page, "the dialog", "document.querySelector('.dialog [data-labels=\"2\"]')").await;
    let wider = run(page, "return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
    assert_eq!(wider, 0, "nothing is wider than the phone");
    let findings = in_themes(page, "labels-phone", &["light", "dark"]).await;
    host.end().await;
    running.server.stop().await;
    findings
}
