//! Notifications on devices, with a real server: read without a network and sent once, read on all devices, and what their user wants.

use client::Client;
use domain::alerts::case::Cause;
use domain::alerts::content::Content;
use domain::alerts::kinds::{AlertKind, Channel};
use domain::alerts::preferences::Preferences;
use domain::billing::balance::{Level, Thresholds};
use domain::core::local_time::DAY_MS;
use domain::leaks::Severity;
use domain::{Millilitres, NotificationId, Rupiah};
use protocol::alerts::{AlertSettings, ThresholdsRequest};
use protocol::core::problem::{Code, Problem};
use protocol::ui::{AlertsPart, AlertsQuery, AlertsRequest, AlertsResponse, AlertsWindow, Answer, Event, Phase, Request};
use std::time::Duration;
use sync_server::alerts::config::Alerts;
use sync_server::alerts::enqueue::clear;
use sync_server::core::{Clock, now};
use sync_server::server::Server;
use tests::alerts::{CUSTOMER, low, notify, number, start};
use tests::field::{clean, phase, sign_in, until};
use tests::household::Household;
use tests::world::{Kept, Running, World, client_with};
use tokio::time::timeout;
use uuid::Uuid;

async fn ask(client: &Client, asked: AlertsRequest) -> Result<AlertsResponse, Problem> {
    match client.call(Request::Alerts(asked)).await? {
        Answer::Alerts(response) => Ok(*response),
        other => panic!("{other:?}"),
    }
}

async fn list(client: &Client, asked: AlertsQuery) -> AlertsWindow {
    match ask(client, AlertsRequest::List(AlertsQuery { limit: 50, ..asked })).await.expect("an answer") {
        AlertsResponse::List(window) => window,
        other => panic!("{other:?}"),
    }
}

async fn unread(client: &Client) -> u32 {
    match ask(client, AlertsRequest::Unread).await.expect("an answer") {
        AlertsResponse::Unread(count) => count,
        other => panic!("{other:?}"),
    }
}

async fn until_unread(client: &Client, count: u32) {
    until(client, "what is unread", async || (unread(client).await == count).then_some(())).await;
}

async fn read(client: &Client, notifications: Vec<NotificationId>) {
    assert_eq!(ask(client, AlertsRequest::Read { notifications }).await.expect("kept"), AlertsResponse::Read);
}

async fn settings(client: &Client, asked: AlertsRequest) -> Result<(AlertSettings, bool), Problem> {
    match ask(client, asked).await? {
        AlertsResponse::Settings { settings, since } => Ok((*settings, since.is_some())),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_without_a_network_stays_read_and_the_server_is_sent_it_once() {
    let running = start(World::new(), Alerts::default(), Clock::default()).await;
    let config = sync_server::config::Config { http: running.server.http, mqtt: running.server.mqtt, ..running.world.config() };
    notify(&running, CUSTOMER, 1, low(Level::Warning, 40_000)).await;
    notify(&running, CUSTOMER, 2, low(Level::Critical, 20_000)).await;
    let (folder, keyring) = (running.world.folder.path().join("phone"), Kept::default());
    let phone = client_with(&folder, &running.url(), &keyring).await;
    sign_in(&phone, "customer").await;
    until_unread(&phone, 2).await;
    let url = running.url();
    let Running { world, server } = running;
    server.stop().await;
    phase(&phone, Phase::Offline).await;

    let found = list(&phone, AlertsQuery::default()).await;
    assert_eq!((found.total, found.unread, found.kinds.as_slice()), (2, 2, [AlertKind::LowBalance].as_slice()));
    assert!(found.rows.iter().all(|row| row.is_unread && row.place.as_deref() == Some("Rumah")));
    let newest = found.rows[0].notification.id;
    read(&phone, vec![newest, NotificationId(Uuid::now_v7())]).await;
    assert_eq!(unread(&phone).await, 1, "at once");
    drop(phone);
    let phone = client_with(&folder, &url, &keyring).await;
    assert_eq!(unread(&phone).await, 1, "after a restart");
    let found = list(&phone, AlertsQuery::default()).await;
    assert_eq!(found.rows.iter().map(|row| row.is_unread).collect::<Vec<_>>(), [false, true]);

    let running = Running { server: Server::start(&config).await.expect("the same addresses"), world };
    phase(&phone, Phase::Live).await;
    let said = async || {
        let found = list(&phone, AlertsQuery::default()).await;
        found.rows[0].notification.read_at.is_some().then_some(())
    };
    until(&phone, "its row", said).await;
    phone.call(Request::SyncNow).await.expect("asked");
    phase(&phone, Phase::Live).await;
    assert_eq!(number(&running, "SELECT COUNT(*) FROM notification WHERE read_at IS NOT NULL").await, 1);
    assert_eq!(number(&running, "SELECT SUM(rev) FROM notification").await, 3, "one of two was changed, once");
    drop(phone);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_on_one_device_is_read_on_the_other_and_what_has_passed_is_history() {
    let running = start(World::new(), Alerts::default(), Clock::default()).await;
    for key in 1..=3 {
        notify(&running, CUSTOMER, key, low(Level::Warning, 40_000)).await;
    }
    let (phone, tablet) = (running.client("phone").await, running.client("tablet").await);
    for client in [&phone, &tablet] {
        sign_in(client, "customer").await;
        until_unread(client, 3).await;
    }
    let all = list(&phone, AlertsQuery::default()).await;
    read(&phone, vec![all.rows[1].notification.id]).await;
    until_unread(&tablet, 2).await;
    assert_eq!(ask(&tablet, AlertsRequest::ReadAll).await.expect("kept"), AlertsResponse::Read);
    assert_eq!(unread(&tablet).await, 0);
    until_unread(&phone, 0).await;
    assert_eq!(list(&phone, AlertsQuery::default()).await.total, 3, "read, and open as long as the balance is low");

    notify(&running, CUSTOMER, 4, low(Level::Critical, 20_000)).await;
    until_unread(&phone, 1).await;
    let critical = AlertsQuery { severity: Some(domain::alerts::kinds::Severity::Critical), ..AlertsQuery::default() };
    assert_eq!(list(&phone, critical).await.total, 1);
    assert_eq!(list(&phone, AlertsQuery { kind: Some(AlertKind::Leak), ..AlertsQuery::default() }).await.total, 0);
    let passed = running.server.app.store.writer.work(|tx| clear(tx, 1, AlertKind::LowBalance));
    passed.await.expect("cleared");
    until_unread(&phone, 0).await;
    assert_eq!(list(&phone, AlertsQuery::default()).await.total, 0);
    let history = list(&phone, AlertsQuery { part: AlertsPart::History, ..AlertsQuery::default() }).await;
    assert_eq!((history.total, history.rows[0].notification.severity.as_str()), (4, "critical"), "the newest first");
    drop((phone, tablet));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_user_wants_is_the_servers_and_can_be_read_without_it() {
    let running = World::new().start().await;
    let (phone, tablet) = (running.client("phone").await, running.client("tablet").await);
    for client in [&phone, &tablet] {
        sign_in(client, "customer").await;
        phase(client, Phase::Live).await;
    }
    let (before, _) = settings(&tablet, AlertsRequest::Settings).await.expect("an answer");
    assert_eq!((before.preferences, before.channels), (Preferences::default(), vec![Channel::InApp]));
    let mut wanted = Preferences { quiet: None, ..Preferences::default() };
    wanted.set(AlertKind::Leak, Channel::InApp, false);
    let asked = AlertsRequest::SetSettings(Box::new(wanted.clone()));
    assert_eq!(settings(&phone, asked.clone()).await.expect("set").0.preferences, wanted);
    assert_eq!(settings(&tablet, AlertsRequest::Settings).await.expect("an answer").0.preferences, wanted);
    running.server.stop().await;
    for client in [&phone, &tablet] {
        let (kept, is_old) = settings(client, AlertsRequest::Settings).await.expect("kept");
        assert_eq!((kept.preferences, is_old), (wanted.clone(), true));
        assert_eq!(settings(client, asked.clone()).await.expect_err("nothing is queued").code, Code::Unreachable);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn thresholds_are_those_of_the_credit_on_every_device() {
    let running = World::new().start().await;
    let _household = Household::with(&running, Rupiah(80_000)).await;
    let connection = running.world.meters[0].connection;
    let (phone, tablet) = (running.client("phone").await, running.client("tablet").await);
    let held = async |client: &Client| match ask(client, AlertsRequest::Thresholds).await.expect("an answer") {
        AlertsResponse::Thresholds(all) => all.first().map(|of| of.credit.thresholds),
        other => panic!("{other:?}"),
    };
    for client in [&phone, &tablet] {
        sign_in(client, "customer").await;
        until(client, "the credit", async || held(client).await).await;
    }
    let own = Thresholds { rupiah: Rupiah(90_000), days: 9 };
    // By the limits of its own the balance is low, by the others it is not.
    for (thresholds, expected, count) in [(Some(own), own, 1), (None, Thresholds::default(), 0)] {
        let asked = AlertsRequest::SetThresholds(ThresholdsRequest { key: Uuid::now_v7(), connection, thresholds });
        match ask(&phone, asked).await.expect("set") {
            AlertsResponse::ThresholdsSet(now) => assert_eq!((now.thresholds, now.own), (expected, thresholds.is_some())),
            other => panic!("{other:?}"),
        }
        until(&tablet, "its row", async || (held(&tablet).await == Some(expected)).then_some(())).await;
        until_unread(&tablet, count).await;
    }
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_new_is_shown_on_a_device_whose_clock_is_days_ahead_and_until_its_user_signs_out() {
    // This machine's clock is the device's.
    let slow = Clock::new(|| now().plus(-2 * DAY_MS));
    let running = start(World::new(), Alerts::default(), slow.clone()).await;
    let phone = running.client("phone").await;
    let mut events = phone.events();
    sign_in(&phone, "customer").await;
    phase(&phone, Phase::Live).await;
    let (cause, severity, start) = (Cause::CoverOpen, Severity::Severe, slow.now());
    let found = Content::Case { no: 1, cause, severity, start, rate: 0, loss: Millilitres::ZERO };
    assert!(notify(&running, CUSTOMER, 1, found).await);
    let shown = async {
        loop {
            if let Ok(Event::Alert(row)) = events.recv().await {
                return row.notification.id;
            }
        }
    };
    let shown = timeout(Duration::from_secs(30), shown).await.expect("it is shown");
    phone.call(Request::SignOut { everywhere: false, with_unsent: false }).await.expect("signed out");
    let over = async {
        loop {
            if let Ok(Event::AlertOver(id)) = events.recv().await {
                return id;
            }
        }
    };
    assert_eq!(timeout(Duration::from_secs(30), over).await.expect("it is taken away"), shown, "nothing stays on the screen");
    running.server.stop().await;
}
