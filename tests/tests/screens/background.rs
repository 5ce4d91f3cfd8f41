//! The app without its window, on a desktop with a panel, a window manager and a notification daemon: a closed window still warns and is found
//! again; where there is no tray, or nobody wants it, closing ends the app. And notifications of cases.

use client::Client;
use client::alerts::words::of_alert;
use domain::alerts::case::Cause;
use domain::alerts::content::Content;
use domain::people::Language;
use domain::{Millilitres, NotificationId, Rupiah, leaks};
use protocol::ui::{AlertsQuery, AlertsRequest, AlertsResponse, Answer, Phase, Request};
use sync_server::core::now;
use tests::alerts::{CUSTOMER, notify};
use tests::cases::leak;
use tests::driver::{picture, press, until};
use tests::field;
use tests::host::{Host, sign_in};
use tests::household::{Household, pay};
use tests::notified::{Notified, Shown};
use tests::steps::go;
use tests::world::{PASSWORD, Running, World, email};

fn signed_in(name: &str) -> [(&'static str, String); 1] {
    [("INDOWATER_SIGN_IN", format!("{}:{PASSWORD}", email(name)))]
}

/// A customer's other device.
async fn tablet(running: &Running) -> Client {
    let tablet = running.client("tablet").await;
    field::sign_in(&tablet, "customer").await;
    field::phase(&tablet, Phase::Live).await;
    tablet
}

async fn alerts(client: &Client, asked: AlertsRequest) -> AlertsResponse {
    match client.call(Request::Alerts(asked)).await.expect("an answer") {
        Answer::Alerts(response) => *response,
        other => panic!("{other:?}"),
    }
}

/// What a device is to show of the notifications that it has, the oldest first; it waits for so many.
async fn words(client: &Client, count: usize) -> Vec<(NotificationId, Shown)> {
    let list = async || {
        let asked = AlertsQuery { limit: 50, ..AlertsQuery::default() };
        let AlertsResponse::List(window) = alerts(client, AlertsRequest::List(asked)).await else { panic!("no list") };
        (window.rows.len() >= count).then_some(window.rows)
    };
    let rows = field::until(client, "notifications", list).await;
    let shown = |row: &protocol::ui::AlertRow| {
        let words = of_alert(row, Language::Id);
        (row.notification.id, Shown { title: words.title, text: words.text })
    };
    rows.iter().rev().map(shown).collect()
}

/// A leak at a connection whose balance is in order, so that nothing else is notified of.
async fn with_credit_and_leak(running: &Running) {
    let admin = running.tokens("admin").await.access_token;
    pay(running, &admin, running.world.meters[0].connection, Rupiah(3_000_000)).await;
    leak(running).await;
}

async fn notify_of(running: &Running, no: u32) {
    let (cause, severity) = (Cause::CoverOpen, leaks::Severity::Severe);
    let content = Content::Case { no, cause, severity, start: now(), rate: 0, loss: Millilitres::ZERO };
    assert!(notify(running, CUSTOMER, format!("case {no}"), content).await);
}

/// Once on a device, whatever ends in between, and taken away when it was read on another one.
#[tokio::test(flavor = "multi_thread")]
async fn screens_in_the_window_notify_once_of_a_case_and_take_it_away_when_it_was_read() {
    let running = World::new().start().await;
    let (url, folder) = (running.url(), tempfile::tempdir().expect("a folder"));
    let desktop = Notified::start(folder.path());
    let tablet = tablet(&running).await;
    with_credit_and_leak(&running).await;
    let (first, leaks) = words(&tablet, 1).await.remove(0);
    let mut app = desktop.app(&url, &signed_in("customer"));
    app.says("a notification is shown");
    desktop.until_on_screen(1);
    alerts(&tablet, AlertsRequest::Read { notifications: vec![first] }).await;
    desktop.until_on_screen(0);
    assert_eq!(desktop.history(), std::slice::from_ref(&leaks));

    notify_of(&running, 100).await;
    app.says("a notification is shown");
    assert_eq!(desktop.shown(2).len(), 2);
    app.kill();
    let mut app = desktop.app(&url, &[]);
    app.says("balances were evaluated");
    // What the app would show a second time would come before what is new.
    notify_of(&running, 101).await;
    app.says("a notification is shown");
    let others = words(&tablet, 3).await.into_iter().filter(|(id, _)| *id != first).map(|(_, shown)| shown);
    let expected: Vec<Shown> = [leaks].into_iter().chain(others).collect();
    assert_eq!(desktop.shown(3), expected, "none twice");
    app.kill();
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_in_the_window_a_pressed_notification_opens_its_case() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    with_credit_and_leak(&running).await;
    let desktop = Notified::start(folder.path());
    let host = Host::of(desktop.driven(&running.url()).await);
    sign_in(&host, "customer").await;
    desktop.press();
    let page = &host.driven.page;
    until(page, "the case", "document.querySelector('.case-loss') && location.hash.startsWith('#/peringatan/')").await;
    picture(page, "notice-case-window").await;
    host.end().await;
    running.server.stop().await;
}

/// The window is closed, found again by the icon and by a second start, and the app ended by the icon's menu. Meanwhile it notifies once, also
/// when it was started hidden.
#[tokio::test(flavor = "multi_thread")]
async fn screens_in_the_window_that_is_closed_to_the_tray_notify_all_the_same() {
    let running = World::new().start().await;
    let (url, folder) = (running.url(), tempfile::tempdir().expect("a folder"));
    let mut household = Household::with(&running, Rupiah(50_500)).await;
    let desktop = Notified::start(folder.path());
    let (mut panel, windows) = (desktop.panel().await, desktop.windows());

    let mut app = desktop.app(&url, &signed_in("customer"));
    app.says("balances were evaluated low=0 notices=0");
    let icon = panel.icon(0).await;
    assert_eq!(icon.line("Saldo Rumah: ").await.1.split(": ").nth(1).map(|rest| rest.starts_with("Rp")), Some(true));
    let plain = std::fs::read(icon.picture().await).expect("a picture");
    windows.close();
    app.says("the window is hidden");
    windows.until_window(false);

    household.uses(&running, Millilitres::litres(900)).await;
    app.says("balances were evaluated low=1 notices=1");
    desktop.until_on_screen(1);
    assert_eq!(icon.line("belum dibaca").await.1, "1 peringatan belum dibaca");
    // The number is drawn on it.
    let counted = icon.picture_after(&plain).await;
    if let Some(pictures) = std::env::var_os("INDOWATER_PICTURES") {
        std::fs::copy(&counted, std::path::Path::new(&pictures).join("tray-icon.png")).expect("copied");
    }
    let shown = desktop.shown(1);
    assert_eq!((shown.len(), shown[0].title.as_str()), (1, "Saldo air menipis"));

    icon.press("Buka").await;
    windows.until_window(true);
    windows.close();
    windows.until_window(false);
    // A second start shows the first one, and ends.
    desktop.app(&url, &[]).ends();
    windows.until_window(true);
    windows.close();
    windows.until_window(false);
    icon.press("Keluar").await;
    app.ends();

    let before = panel.count();
    let mut app = desktop.hidden(&url);
    app.says("balances were evaluated low=1 notices=0");
    let icon = panel.icon(before).await;
    assert!(!windows.has_window(), "it was started hidden");
    household.adjust(&running, Rupiah(20_000)).await;
    app.says("balances were evaluated low=1 notices=1");
    desktop.until_on_screen(1);
    household.pay(&running, Rupiah(500_000)).await;
    app.says("balances were evaluated low=0 notices=0");
    desktop.until_on_screen(0);
    let shown = desktop.history();
    let titles: Vec<_> = shown.iter().map(|shown| shown.title.as_str()).collect();
    assert_eq!(titles, ["Saldo air menipis", "Saldo air hampir habis"], "once at each level, and nothing after the top-up");
    icon.press("Keluar").await;
    app.ends();
    running.server.stop().await;
}

/// A window that nobody would find again is not hidden.
#[tokio::test(flavor = "multi_thread")]
async fn screens_in_the_window_end_with_it_without_a_tray_and_for_an_admin() {
    let running = World::new().start().await;
    let _household = Household::with(&running, Rupiah(80_000)).await;
    let (url, folders) = (running.url(), [(); 2].map(|()| tempfile::tempdir().expect("a folder")));
    let desktop = Notified::start(folders[0].path());
    let windows = desktop.windows();
    let mut app = desktop.app(&url, &signed_in("customer"));
    app.says("balances were evaluated");
    windows.close();
    app.says("the app ends with its window");
    app.ends();
    drop((windows, desktop));

    let desktop = Notified::start(folders[1].path());
    let (mut panel, windows) = (desktop.panel().await, desktop.windows());
    let app = desktop.app(&url, &signed_in("admin"));
    let icon = panel.icon(0).await;
    icon.line("Keluar").await;
    assert!(icon.lines().await.iter().all(|(_, line)| !line.contains("Saldo")), "an admin has no balance");
    windows.close();
    // Nobody has chosen that it goes on.
    app.ends();
    running.server.stop().await;
}

/// *Akun* says what closing does and what starts by itself; in a browser there is neither.
#[tokio::test(flavor = "multi_thread")]
async fn screens_set_what_goes_on_without_a_window() {
    let running = World::new().start().await;
    let folders = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
    let desktop = Notified::start(folders[0].path());
    let (_panel, windows) = (desktop.panel().await, desktop.windows());
    let host = Host::of(desktop.driven(&running.url()).await);
    let page = &host.driven.page;
    sign_in(&host, "customer").await;
    until(page, "the menu", "document.querySelector('.rail, .tabs')").await;
    go(page, "akun").await;
    let pressed = |setting: &str, place: usize| {
        format!(
            "document.querySelector('[data-setting={setting}] button:nth-of-type({place})')?.getAttribute('aria-pressed') === 'true'"
        )
    };
    until(page, "that it goes on", &pressed("background", 1)).await;
    until(page, "that nothing starts it", &pressed("autostart", 2)).await;
    picture(page, "background-window").await;
    press(page, "[data-setting=autostart] button:nth-of-type(1)").await;
    until(page, "that it starts by itself", &pressed("autostart", 1)).await;
    let entry = std::fs::read_to_string(desktop.autostart()).expect("an entry");
    assert!(entry.contains("indowater --hidden"), "{entry}");
    press(page, "[data-setting=autostart] button:nth-of-type(2)").await;
    until(page, "that nothing starts it", &pressed("autostart", 2)).await;
    assert!(!desktop.autostart().exists());
    press(page, "[data-setting=background] button:nth-of-type(2)").await;
    until(page, "that closing ends it", &pressed("background", 2)).await;
    windows.close();
    windows.until_window(false);
    host.end().await;
    let mut app = desktop.app(&running.url(), &[]);
    app.says("the tray's icon changes");
    windows.close();
    app.ends();

    let host = Host::browser(&running, folders[1].path()).await;
    let page = &host.driven.page;
    sign_in(&host, "customer").await;
    until(page, "the menu", "document.querySelector('.rail, .tabs')").await;
    go(page, "akun").await;
    until(page, "the page", "document.querySelector('.account .with-keys')").await;
    assert_eq!(page.execute("return !!document.querySelector('[data-setting]')", vec![]).await.expect("asked"), false);
    host.end().await;
    running.server.stop().await;
}
