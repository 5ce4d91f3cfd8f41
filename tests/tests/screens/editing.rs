//! Two people, two hosts, one customer: edited in both while the server is gone, merged when it is back, decided on the screen.

use crate::admin::open_first_customer;
use sync_server::config::Config;
use sync_server::server::Server;
use tests::driver::{picture, until};
use tests::host::{Host, sign_in};
use tests::steps::{fill, go, press};
use tests::world::{Running, World};

async fn open_customer(host: &Host) {
    let page = &host.driven.page;
    sign_in(host, "admin").await;
    until(page, "the menu", "document.querySelector('.rail, .tabs')").await;
    go(page, "pelanggan").await;
    open_first_customer(page).await;
    until(page, "the customer", "document.querySelector('.facts')").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_merge_what_two_hosts_edited_offline_and_let_a_person_decide_the_rest() {
    let running = World::new().start().await;
    let config = Config { http: running.server.http, mqtt: running.server.mqtt, ..running.world.config() };
    let (one, two) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let window = Host::window(&running, one.path()).await;
    let browser = Host::browser_of(&running, two.path(), (1_280, 800)).await;
    for host in [&window, &browser] {
        open_customer(host).await;
    }
    let Running { world, server } = running;
    server.stop().await;
    for (host, field, value, name, picture_name) in [
        (&window, "customer-city", "Bandung", "Sari Lestari", "window-offline"),
        (&browser, "customer-province", "Jawa Barat", "Sari L. Utami", "browser-offline"),
    ] {
        let page = &host.driven.page;
        until(page, "the offline bar", "document.querySelector('.offline-bar')").await;
        press(host, "Ubah").await;
        until(page, "the form", "document.querySelector('#customer-name')").await;
        fill(host, field, value).await;
        fill(host, "customer-name", name).await;
        press(host, "Simpan").await;
        until(page, "the new name at once", &format!("document.querySelector('.card h2')?.innerText === '{name}'")).await;
        until(page, "the change in the mark", "document.querySelector('.sync-mark[data-unsent=\"1\"]')").await;
        picture(&host.driven.page, picture_name).await;
    }
    let running = Running { server: Server::start(&config).await.expect("the same addresses"), world };
    for host in [&window, &browser] {
        let page = &host.driven.page;
        until(page, "an empty outbox", "document.querySelector('.sync-mark[data-unsent=\"0\"][data-phase=sync-live]')").await;
        until(
            page,
            "both fields",
            "document.body.innerText.includes('Bandung') && document.body.innerText.includes('Jawa Barat')",
        )
        .await;
        until(page, "the field to be decided", "document.querySelector('[data-conflict=name]')").await;
        picture(&host.driven.page, if std::ptr::eq(host, &window) { "window-conflict" } else { "browser-conflict" }).await;
    }
    let stands =
        until(&browser.driven.page, "what stands", "document.querySelectorAll('[data-conflict=name] dd')[1]?.innerText").await;
    let waits =
        until(&browser.driven.page, "what waits", "document.querySelectorAll('[data-conflict=name] dd')[2]?.innerText").await;
    let mut both = [stands.as_str().unwrap_or_default(), waits.as_str().unwrap_or_default()];
    both.sort_unstable();
    assert_eq!(both, ["Sari L. Utami", "Sari Lestari"], "nothing that was wanted is lost");
    press(&browser, "Pakai").await;
    for host in [&window, &browser] {
        let page = &host.driven.page;
        until(page, "no conflict", "!document.querySelector('[data-conflict]')").await;
        until(page, "the decided name", &format!("document.querySelector('.card h2')?.innerText === {waits}")).await;
    }
    go(&browser, "antrean").await;
    until(&browser.driven.page, "what was sent", "document.querySelectorAll('[data-state=op-sent]').length === 2").await;
    picture(&browser.driven.page, "browser-outbox").await;
    window.end().await;
    browser.end().await;
    running.server.stop().await;
}
