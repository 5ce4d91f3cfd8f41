//! Peringatan, in a real browser: a notification that arrives, is counted, leads to Beli and is read; what somebody wants, seen by another
//! device; and an admin who sends again what could not be sent.

use client::Client;
use domain::alerts::kinds::{AlertKind, Channel};
use domain::alerts::preferences::{MinuteOfDay, Preferences};
use domain::billing::balance::Level;
use domain::{Millilitres, Rupiah};
use fantoccini::Client as Page;
use protocol::ui::{AlertsRequest, AlertsResponse, Answer, Phase, Request};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use sync_server::alerts::config::{Alerts, Webhook};
use sync_server::core::Clock;
use tests::alerts::{CUSTOMER, low, notify, prefer, start, until_states};
use tests::axe::in_themes;
use tests::driver::{press, until};
use tests::field;
use tests::host::{Host, sign_in};
use tests::household::Household;
use tests::receiver::{Receiver, reply};
use tests::steps::{answer_again, fail, fill, go, press as named, set, shown};
use tests::world::{Running, World};

/// What axe says of the page in each theme.
async fn findings(page: &Page, what: &str) -> Vec<String> {
    in_themes(page, &format!("alerts-{what}"), &["light", "dark"]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_count_a_notification_lead_to_beli_and_have_it_read() {
    let running = World::new().start().await;
    let mut household = Household::with(&running, Rupiah(40_000)).await;
    household.uses(&running, Millilitres::litres(10)).await;
    for (size, width, height) in [("phone", 390, 844), ("desktop", 1_440, 900)] {
        if size == "desktop" {
            household.adjust(&running, Rupiah(20_000)).await;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let host = Host::browser_of(&running, folder.path(), (width, height)).await;
        let page = &host.driven.page;
        sign_in(&host, "customer").await;
        until(page, "how many are unread", "document.querySelector('[data-unread=\"1\"]')").await;
        go(page, "peringatan").await;
        let said = until(page, "the notification", "document.querySelector('.alert-row.unread')?.innerText").await;
        let said = said.as_str().unwrap_or_default().to_owned();
        let title = if size == "phone" { "Saldo air menipis" } else { "Saldo air hampir habis" };
        assert!(said.contains(title) && said.contains("Rumah: sisa Rp"), "{said}");
        assert_eq!(findings(page, &format!("list-{size}")).await, Vec::<String>::new());
        press(page, ".alert-row.unread .alert-press").await;
        until(page, "Beli", "location.hash === '#/beli'").await;
        until(page, "nothing unread", "!document.querySelector('[data-unread]:not(.sync-mark)')").await;
        go(page, "peringatan").await;
        until(page, "it is read", "document.querySelector('.alert-row.read') && !document.querySelector('.alert-row.unread')")
            .await;
        go(page, "peringatan?bagian=riwayat").await;
        until(page, "the history", "document.querySelector('[data-part=riwayat] .alert-row')").await;
        host.end().await;
    }
    household.pay(&running, Rupiah(500_000)).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    sign_in(&host, "customer").await;
    go(&host.driven.page, "peringatan").await;
    until(
        &host.driven.page,
        "nothing open",
        "document.querySelector('.empty')?.innerText.includes('Tidak ada peringatan terbuka')",
    )
    .await;
    assert_eq!(findings(&host.driven.page, "empty").await, Vec::<String>::new());
    host.end().await;
    running.server.stop().await;
}

/// What another device of the customer gets.
async fn settings(client: &Client) -> Preferences {
    match client.call(Request::Alerts(AlertsRequest::Settings)).await.expect("an answer") {
        Answer::Alerts(response) => match *response {
            AlertsResponse::Settings { settings, .. } => settings.preferences,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

/// A customer's other device, and a screen at the settings.
async fn at_settings(running: &Running, folder: &Path) -> (Client, Host) {
    let tablet = running.client("tablet").await;
    field::sign_in(&tablet, "customer").await;
    field::phase(&tablet, Phase::Live).await;
    let host = Host::browser(running, folder).await;
    sign_in(&host, "customer").await;
    go(&host.driven.page, "peringatan/pengaturan").await;
    (tablet, host)
}

async fn with_webhooks() -> Running {
    let webhook = Some(Webhook { enabled: true, allow_private: true });
    start(World::new(), Alerts { webhook, ..Alerts::default() }, Clock::default()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_save_what_somebody_wants_for_every_device() {
    let running = with_webhooks().await;
    let _household = Household::with(&running, Rupiah(90_000)).await;
    let folder = tempfile::tempdir().expect("a folder");
    let (tablet, host) = at_settings(&running, folder.path()).await;
    let page = &host.driven.page;
    until(page, "the channels", "document.querySelectorAll('.alert-matrix thead th').length === 3").await;
    until(page, "what is absent", "document.querySelector('.alert-settings').innerText.includes('Belum disiapkan')").await;
    until(page, "the preview", "document.querySelector('[data-preview]')?.innerText.length > 10").await;
    assert_eq!(findings(page, "settings").await, Vec::<String>::new());
    press(page, "tr[data-kind=leak] input[data-channel=webhook]").await;
    press(page, "#alerts-quiet-on").await;
    fill(page, "alerts-webhook", "https://hook.example/a").await;
    press(page, ".alert-settings form:not([data-limit]) [type=submit]").await;
    until(page, "that it is saved", "document.querySelector('.toast')?.innerText.includes('disimpan')").await;
    let wanted = settings(&tablet).await;
    assert!(!wanted.want(AlertKind::Leak, Channel::Webhook) && wanted.want(AlertKind::Leak, Channel::InApp));
    assert_eq!((wanted.quiet, wanted.webhook.as_deref()), (None, Some("https://hook.example/a")));
    let Running { world: _world, server } = running;
    server.stop().await;
    until(page, "why nothing can be saved", "document.querySelector('#alerts-away')").await;
    until(page, "that it is disabled", "document.querySelector('[data-limit] [type=submit]').disabled").await;
    host.end().await;
}

/// When quiet hours begin.
const QUIET_FROM: &str = "#alerts-quiet-from";

#[tokio::test(flavor = "multi_thread")]
async fn screens_ask_for_a_time_of_quiet_hours_that_was_cleared_and_keep_no_old_one() {
    let running = with_webhooks().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (tablet, host) = at_settings(&running, folder.path()).await;
    let page = &host.driven.page;
    until(page, "the hours", "document.querySelector('#alerts-quiet-from')?.value === '21:00'").await;
    set(page, QUIET_FROM, "").await;
    until(page, "that it is missing", "document.querySelector('#alerts-quiet-from[aria-invalid=true]')?.value === ''").await;
    let save = ".alert-settings form:not([data-limit]) [type=submit]";
    press(page, save).await;
    until(page, "what is wrong", "document.querySelector('[data-summary]')").await;
    assert_eq!(findings(page, "no-time").await, Vec::<String>::new());
    set(page, QUIET_FROM, "22:30").await;
    until(page, "that nothing is wrong", "!document.querySelector('[data-summary]')").await;
    press(page, save).await;
    until(page, "that it is saved", "document.querySelector('.toast')?.innerText.includes('disimpan')").await;
    let quiet = settings(&tablet).await.quiet.expect("quiet hours");
    assert_eq!((quiet.from, quiet.to), (MinuteOfDay::at(22, 30), MinuteOfDay::at(7, 0)));
    host.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_let_an_admin_send_again_what_could_not_be_sent() {
    let works = Arc::new(AtomicBool::new(false));
    let answers = Arc::clone(&works);
    let receiver =
        Receiver::start(move |_| if answers.load(Ordering::SeqCst) { reply(204, json!({})) } else { reply(404, json!({})) })
            .await;
    let running = with_webhooks().await;
    prefer(&running, CUSTOMER, Preferences { webhook: Some(receiver.url()), ..Preferences::default() }).await;
    notify(&running, CUSTOMER, 1, low(Level::Critical, 24_000)).await;
    until_states(&running, &["webhook dead"]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.rail a[href*=peringatan]')").await;
    fail(page, "\"dead_letters\"").await;
    go(page, "peringatan?bagian=kirim").await;
    until(page, "the numbers alone", "document.querySelector('[data-provider=webhook]')").await;
    shown(page, "Data tidak bisa ditampilkan").await;
    answer_again(page).await;
    named(page, "Coba lagi").await;
    let said = until(page, "the dead letter", "document.querySelector('[data-letter]')?.innerText").await;
    let said = said.as_str().unwrap_or_default().to_owned();
    assert!(said.contains("customer@test.example") && said.contains("Saldo menipis") && said.contains("404"), "{said}");
    until(page, "the numbers", "document.querySelector('[data-provider=webhook] [data-state=dead]').innerText === '1'").await;
    assert_eq!(findings(page, "queue").await, Vec::<String>::new());
    let apart = "const left = of => document.querySelector(of).getBoundingClientRect().left; \
                 return Math.abs(Math.round(left('.dead-letters [data-all]') - left('[data-letter] input')))";
    assert_eq!(page.execute(apart, vec![]).await.expect("measured"), 0, "all boxes stand in one column");
    works.store(true, Ordering::SeqCst);
    press(page, "[data-letter] input").await;
    press(page, ".dead-letters .bar > .button").await;
    press(page, ".dialog .button.primary").await;
    until(page, "what became of it", "document.querySelector('.toast')?.innerText.includes('1 pesan')").await;
    until_states(&running, &["webhook sent"]).await;
    until(page, "nothing left", "!document.querySelector('[data-letter]') && document.body.innerText.includes('Semua terkirim')")
        .await;
    host.end().await;
    running.server.stop().await;
}
