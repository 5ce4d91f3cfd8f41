//! A meter's credential in a real browser: given out anew with its password shown once, then taken away, and what is said without a network.

use tests::axe::in_themes;
use tests::driver::{picture, press, until};
use tests::host::{Host, sign_in};
use tests::steps::{go, press_found};
use tests::world::{Running, World};

#[tokio::test(flavor = "multi_thread")]
async fn screens_give_a_meter_a_credential_that_is_shown_once_and_revoke_it() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the first page", "document.querySelector('.summary-page')").await;
    go(page, "perangkat").await;
    let row = "[...document.querySelectorAll('tbody tr')].find((row) => row.innerText.includes('WM-TEST-A'))";
    press_found(page, "the meter", row).await;
    until(page, "its credential", "document.querySelector('[data-credential=set]')").await;
    let button = |word: &str| {
        format!("[...document.querySelectorAll('button')].filter((one) => one.innerText.trim() === {word:?}).at(-1)")
    };
    press_found(page, "Keluarkan kredensial baru", &button("Keluarkan kredensial baru")).await;
    press(page, ".dialog .button.danger").await;
    until(page, "the password", "document.querySelector('[data-secret]')?.innerText.length === 32").await;
    assert_eq!(in_themes(page, "credential-given", &["light", "dark"]).await, Vec::<String>::new());
    picture(page, "credential-given").await;
    press_found(page, "Tutup", &button("Tutup")).await;
    until(page, "that it is gone", "!document.querySelector('[data-secret]')").await;
    press_found(page, "Cabut kredensial", &button("Cabut kredensial")).await;
    press(page, ".dialog .button.danger").await;
    until(page, "that it has none", "document.querySelector('[data-credential=none]')").await;
    let Running { server, .. } = running;
    server.stop().await;
    until(page, "that it is not done offline", &format!("{}.disabled", button("Keluarkan kredensial"))).await;
    host.end().await;
}
