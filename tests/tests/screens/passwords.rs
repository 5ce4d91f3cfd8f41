//! Passwords on the screens: changed in Akun with the present one, and set anew by a code that an admin reads out.

use fantoccini::Client;
use tests::axe::{self, ANY, audit};
use tests::driver::{picture, press as press_at, until};
use tests::host::{Host, sign_in};
use tests::steps::{confirm, fill, go, press, press_found, shown};
use tests::world::{PASSWORD, World, email};

const NEW: &str = "sungai-jernih-7";

/// Fills in fields of a form, and sends it.
async fn send(page: &Client, values: &[(&str, &str)]) {
    for (id, value) in values {
        fill(page, id, value).await;
    }
    press_at(page, "button[type=submit]").await;
}

async fn on_account(page: &Client) {
    go(page, "akun").await;
    until(page, "Akun", "document.querySelector('.account')").await;
}

async fn sign_out(page: &Client) {
    on_account(page).await;
    press(page, "Keluar").await;
    until(page, "the form", "document.querySelector('#email')").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_a_password_is_changed_and_a_lost_one_is_set_by_an_admins_code() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = &host.driven.page;
    sign_in(&host, "customer").await;
    until(page, "the menu", "document.querySelector('.tabs')").await;
    on_account(page).await;
    press(page, "Ganti kata sandi").await;
    until(page, "the form", "document.querySelector('#password-new')").await;
    send(page, &[("password-current", "salah-salah-salah"), ("password-new", "pendek")]).await;
    until(page, "what is wrong", "document.body.innerText.includes('Paling sedikit 10 karakter')").await;
    send(page, &[("password-new", NEW)]).await;
    until(page, "what is wrong", "document.body.innerText.includes('Kata sandi sekarang salah')").await;
    picture(page, "password-change").await;
    send(page, &[("password-current", PASSWORD)]).await;
    until(page, "that it is done", "document.querySelector('.toast')?.innerText.includes('Kata sandi diganti')").await;
    sign_out(page).await;

    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.tabs')").await;
    go(page, "pengguna").await;
    let line = format!("document.querySelector('[data-user=\"{}\"]')", email("customer"));
    until(page, "the customer", &line).await;
    let ask = format!("[...{line}.querySelectorAll('button')].find(b => b.innerText.includes('Kode kata sandi'))");
    press_found(page, "the way to the code", &ask).await;
    until(page, "the question", "document.querySelector('.dialog')").await;
    press(page, "Kode kata sandi").await;
    let code = until(page, "the code", "document.querySelector('.dialog [data-password]')?.innerText").await;
    let code = code.as_str().expect("a code").to_lowercase().replace('-', " ");
    picture(page, "password-code").await;
    confirm(page, "Tutup").await;
    sign_out(page).await;

    press(page, "Lupa kata sandi").await;
    until(page, "the form", "document.querySelector('#lost-code')").await;
    let findings = audit(page, &axe::script(), "a lost password", ANY).await;
    assert_eq!(findings, Vec::<String>::new());
    let (who, another) = (email("customer"), "danau-tenang-9");
    send(page, &[("lost-email", &who), ("lost-code", "AAAA-AAAA"), ("lost-password", another)]).await;
    until(page, "that it is wrong", "document.body.innerText.includes('Kode ini tidak cocok')").await;
    picture(page, "password-lost").await;
    send(page, &[("lost-code", &code)]).await;
    until(page, "Beranda", "document.querySelector('.tabs')").await;
    sign_out(page).await;
    send(page, &[("email", &who), ("password", NEW)]).await;
    until(page, "that the old one is void", "document.body.innerText.includes('Email atau kata sandi salah')").await;
    send(page, &[("password", another)]).await;
    until(page, "Beranda", "document.querySelector('.tabs')").await;
    host.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_whoever_leaves_everywhere_with_unsent_changes_is_not_signed_out_on_one_device_alone() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = &host.driven.page;
    sign_in(&host, "customer").await;
    until(page, "the menu", "document.querySelector('.tabs')").await;
    on_account(page).await;
    let edit = "document.querySelector('.account button[aria-label=\"Ubah profil\"]')";
    until(page, "the own profile", edit).await;
    running.server.stop().await;
    until(page, "the offline bar", "document.querySelector('.offline-bar')").await;
    press_found(page, "the way to edit it", edit).await;
    fill(page, "profile-name", "Nama Baru").await;
    press(page, "Simpan").await;
    shown(page, "Disimpan di perangkat ini").await;
    press(page, "Keluar di semua perangkat").await;
    until(page, "the question", "document.querySelector('.dialog')").await;
    press(page, "Keluar di semua perangkat").await;
    shown(page, "Ada perubahan yang belum terkirim").await;
    press(page, "Keluar tanpa mengirim").await;
    until(page, "why not", "document.querySelector('.account [role=alert]')?.innerText.includes('Server tidak terjangkau')")
        .await;
    host.end().await;
}
