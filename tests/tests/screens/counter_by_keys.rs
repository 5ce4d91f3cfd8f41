//! The admin's hour at the counter with the keyboard alone: a customer with an apostrophe in the name, her meter, cash and its receipt, a
//! refund in part, and all of it in Audit.

use domain::sync::edit::CustomerField;
use fantoccini::Client;
use fantoccini::key::Key;
use tests::driver::{picture, text, until};
use tests::host::{Host, sign_in};
use tests::keys::{press, run, typed};
use tests::ops::{edit, op, push};
use tests::world::World;
use uuid::Uuid;

/// What has the focus, as a screen reader names it.
const NAMED: &str = "(document.activeElement?.getAttribute('aria-label') || document.activeElement?.innerText || '').trim()";

/// Tab until what is called so has the focus.
async fn tab_to(page: &Client, name: &str) {
    let is_there = format!("return {NAMED}.startsWith({name:?}) && !document.activeElement.disabled");
    for _ in 0..120 {
        if run(page, &is_there).await == true {
            return;
        }
        press(page, &[Key::Tab]).await;
    }
    panic!("Tab does not come to {name}: {}", text(page).await);
}

async fn enter(page: &Client, name: &str) {
    until(page, name, &format!("document.body.innerText.includes({name:?})")).await;
    tab_to(page, name).await;
    press(page, &[Key::Enter]).await;
}

/// Tab until a field has the focus.
async fn tab_to_field(page: &Client, id: &str) {
    until(page, id, &format!("document.getElementById({id:?})")).await;
    for _ in 0..40 {
        if run(page, "return document.activeElement?.id").await == id {
            return;
        }
        press(page, &[Key::Tab]).await;
    }
    panic!("Tab does not come to {id}");
}

async fn find_her_and_her_meter(page: &Client) {
    until(page, "the first page", "document.querySelector('.summary-page')").await;
    typed(page, "gp").await;
    until(page, "the customers", "document.querySelectorAll('.customer-row').length === 2").await;
    typed(page, "/").await;
    until(page, "the search", "document.activeElement?.type === 'search'").await;
    typed(page, "oneil").await;
    until(page, "her alone", "document.querySelectorAll('.customer-row').length === 1 && document.querySelector('.customer-row').innerText.includes('O\\'Neil')")
        .await;
    press(page, &[Key::Enter]).await;
    until(page, "her row", "document.activeElement?.matches('.customer-row')").await;
    press(page, &[Key::Enter]).await;
    until(page, "her panel", "document.activeElement?.closest('.side')?.innerText.includes('O\\'Neil')").await;
    enter(page, "WM-TEST-A").await;
    until(
        page,
        "her meter",
        "location.hash.startsWith('#/perangkat') && document.activeElement?.closest('.side')?.innerText.includes('WM-TEST-A')",
    )
    .await;
    enter(page, "Siti O'Neil").await;
    until(
        page,
        "her again",
        "location.hash.startsWith('#/pelanggan') && document.activeElement?.closest('.side')?.innerText.includes('O\\'Neil')",
    )
    .await;
}

async fn cash_and_a_refund(page: &Client) {
    enter(page, "Isi tunai").await;
    tab_to_field(page, "money-amount").await;
    typed(page, "100000").await;
    press(page, &[Key::Enter]).await;
    enter(page, "Terima Rp100.000 tunai").await;
    until(page, "what was taken", "document.querySelector('[data-receipt]')").await;
    enter(page, "Tanda terima").await;
    until(page, "its file", "document.querySelector('.toasts')?.innerText.includes('.pdf')").await;
    picture(page, "counter-receipt").await;
    enter(page, "Tutup").await;
    until(page, "back at what opened it", &format!("!document.querySelector('.dialog') && {NAMED}.startsWith('Isi tunai')"))
        .await;
    enter(page, "Pembelian").await;
    enter(page, "Kembalikan").await;
    tab_to_field(page, "refund-amount").await;
    press(page, &[Key::End]).await;
    typed(page, &char::from(Key::Backspace).to_string().repeat(12)).await;
    typed(page, "20000").await;
    tab_to_field(page, "refund-reason").await;
    typed(page, "Salah hitung di loket").await;
    enter(page, "Lanjut").await;
    enter(page, "Kembalikan Rp20.000").await;
    until(page, "no dialog", "!document.querySelector('.dialog')").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_serves_a_customer_at_the_counter_with_the_keyboard_alone() {
    let running = World::new().start().await;
    let name = edit(running.world.customers[0], &[(CustomerField::Name, "Pelanggan", "Siti O'Neil")]);
    push(&running, "admin", vec![op(Uuid::now_v7(), 1, None, &name)]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_280, 800)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    find_her_and_her_meter(page).await;
    cash_and_a_refund(page).await;
    typed(page, "ga").await;
    until(page, "Audit", "location.hash.startsWith('#/audit')").await;
    let all = ["Isi tunai", "Pengembalian tunai", "Siti O'Neil"];
    for what in all {
        until(page, what, &format!("document.querySelector('main').innerText.includes({what:?})")).await;
    }
    picture(page, "counter-audit").await;
    host.end().await;
    running.server.stop().await;
}
