//! Back on a phone closes what is open over a page before it leaves the page, and the page is where it was when somebody comes back.

use tempfile::TempDir;
use tests::driver::{picture, press, until};
use tests::host::{Host, sign_in};
use tests::keys::run;
use tests::steps::{answer_again, fail_held, go, hold, press_found, press_in};
use tests::world::{Running, World, email};

/// An admin's phone on its first page, with its server and the folder of its files.
async fn an_admins_phone() -> (Running, TempDir, Host) {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    sign_in(&host, "admin").await;
    until(&host.driven.page, "the first page", "document.querySelector('.summary-page')").await;
    (running, folder, host)
}

#[tokio::test(flavor = "multi_thread")]
async fn back_on_a_phone_closes_sheets_and_dialogs_before_it_leaves_a_page() {
    let (running, _folder, host) = an_admins_phone().await;
    let page = &host.driven.page;
    go(page, "perangkat").await;
    until(page, "the fleet", "document.querySelectorAll('.fleet-list li').length === 2").await;
    press(page, ".tabs a[href*=pelanggan]").await;
    until(page, "the customers", "document.querySelectorAll('.customer-row').length === 2").await;
    let back = async || run(page, "history.back()").await;
    let open = async || {
        press(page, ".customer-row").await;
        until(page, "the sheet", "document.querySelector('.sheet .money-of')").await;
    };
    let on_customers = "location.hash.startsWith('#/pelanggan') && document.querySelectorAll('.customer-row').length === 2";
    open().await;
    press_in(page, ".sheet", "Isi tunai").await;
    until(page, "a dialog over the sheet", "document.querySelectorAll('.dialog').length === 2").await;
    picture(page, "back-two").await;
    back().await;
    until(page, "the dialog goes first", "document.querySelectorAll('.dialog').length === 1 && document.querySelector('.sheet')")
        .await;
    back().await;
    until(page, "then the sheet, and the page stays", &format!("!document.querySelector('.dialog') && {on_customers}")).await;
    run(page, "history.forward()").await;
    until(page, "forward breaks nothing", on_customers).await;
    open().await;
    press(page, ".sheet [aria-label=Tutup]").await;
    until(page, "closed by its cross", &format!("!document.querySelector('.dialog') && {on_customers}")).await;
    open().await;
    press(page, ".backdrop").await;
    until(page, "closed beside it", &format!("!document.querySelector('.dialog') && {on_customers}")).await;
    back().await;
    until(page, "what was closed is no page of its own", "location.hash.startsWith('#/perangkat')").await;
    run(page, "history.forward()").await;
    until(page, "forward", on_customers).await;
    host.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dialog_that_waits_for_an_answer_stays_with_what_was_refused_although_somebody_wanted_to_close_it_before() {
    let (running, _folder, host) = an_admins_phone().await;
    let page = &host.driven.page;
    go(page, "pengguna").await;
    let technician = format!("document.querySelector('[data-user=\"{}\"]')", email("technician"));
    until(page, "the technician", &technician).await;
    let zones = format!("[...{technician}.querySelectorAll('button')].find((it) => it.innerText.trim() === 'Zona')");
    press_found(page, "the way to the zones", &zones).await;
    until(page, "the zones", "document.querySelector('.dialog [data-zone] button')").await;
    hold(page, "\"change_zone\"").await;
    press(page, ".dialog [data-zone] button").await;
    until(page, "that it is on its way", "document.querySelector('.dialog [data-zone] button:disabled')").await;
    run(page, "history.back()").await;
    until(page, "that its entry was left", "history.state && !history.state.layer").await;
    let drawn = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50)))";
    page.execute_async(drawn, vec![]).await.expect("drawn");
    fail_held(page).await;
    until(page, "that nothing is on its way", "!document.querySelector('.dialog [data-zone] button:disabled')").await;
    page.execute_async(drawn, vec![]).await.expect("drawn");
    let refused = run(page, "return document.querySelector('.dialog [role=alert]')?.innerText ?? ''").await;
    assert!(refused.as_str().is_some_and(|text| text.contains("Terjadi kesalahan")), "{refused}");
    answer_again(page).await;
    run(page, "history.back()").await;
    until(page, "the page alone", "!document.querySelector('.dialog') && location.hash.startsWith('#/pengguna')").await;
    host.end().await;
    running.server.stop().await;
}
