//! Two records of one person merged in a real browser: the other one found, both compared, one chosen for each field, and the number typed.

use fantoccini::Client as Page;
use tests::axe::in_themes;
use tests::driver::{press, until};
use tests::field::{clean, database};
use tests::host::{Host, sign_in};
use tests::keys::run;
use tests::steps::{fill, go, press_found};
use tests::world::{Running, World};

/// A world with one more record, without a connection: *Warga 0000*.
async fn doubled() -> Running {
    let world = World::new();
    world.add_customers(1);
    world.start().await
}

/// Opens the first customer of the world, and the dialog of it.
async fn opened(page: &Page) {
    go(page, "pelanggan").await;
    until(page, "the list", "document.querySelectorAll('.customer-row').length === 3").await;
    let row = "[...document.querySelectorAll('.customer-row')].find((it) => it.innerText.includes('000') && it.innerText.includes('Pelanggan'))";
    press_found(page, "the customer", row).await;
    let open = "[...document.querySelectorAll('button')].find((it) => it.innerText.trim().startsWith('Gabungkan'))";
    press_found(page, "the way there", open).await;
    until(page, "the search", "document.querySelector('#merge-search')").await;
}

/// Finds the other record, and compares both.
async fn compared(page: &Page, findings: &mut Vec<String>, name: &str) {
    fill(page, "merge-search", "Warga").await;
    until(page, "the other one", "document.querySelector('[data-other]')?.innerText.includes('Warga 0000')").await;
    findings.extend(in_themes(page, &format!("merge-search{name}"), &["light", "dark"]).await);
    press(page, "[data-other]").await;
    until(page, "both", "document.querySelector('[data-merge=compare] [data-field=name]')").await;
    until(page, "that nothing goes yet", "document.querySelector('.dialog .button.danger')?.disabled").await;
}

/// Takes the other one's name, types the number, and merges.
async fn merged(page: &Page) {
    press(page, "[data-field=name] input[value=gone]").await;
    fill(page, "merge-typed", "90000").await;
    press(page, ".dialog .button.danger").await;
    until(page, "no dialog", "!document.querySelector('.dialog')").await;
    until(page, "the name", "document.querySelector('main')?.innerText.includes('Warga 0000')").await;
}

fn count(running: &Running) -> i64 {
    let sql = "SELECT COUNT(*) FROM customer";
    database(&running.world).query_row(sql, [], |row| row.get(0)).expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_merge_two_records_of_one_person() {
    let running = doubled().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.rail')").await;
    opened(page).await;
    let mut findings = Vec::new();
    compared(page, &mut findings, "").await;
    findings.extend(in_themes(page, "merge-compare", &["light", "dark"]).await);
    merged(page).await;
    until(page, "two of them", "document.querySelectorAll('.customer-row').length === 2").await;
    assert_eq!(count(&running), 2);
    host.end().await;
    clean(running).await;
    assert_eq!(findings, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_compare_two_records_on_a_phone() {
    let running = doubled().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.tabs')").await;
    opened(page).await;
    let mut findings = Vec::new();
    compared(page, &mut findings, "-phone").await;
    let wide = run(page, "return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
    assert_eq!(wide, 0, "nothing is wider than the screen");
    findings.extend(in_themes(page, "merge-compare-phone", &["light", "dark"]).await);
    host.end().await;
    clean(running).await;
    assert_eq!(findings, Vec::<String>::new());
}
