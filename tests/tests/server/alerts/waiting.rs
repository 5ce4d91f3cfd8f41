//! What waits: quiet hours in the property's own zone, several notifications in one message, leases that end, and what has passed meanwhile.

use domain::alerts::kinds::{AlertKind, Provider};
use domain::alerts::preferences::{Digest, DigestOf, MinuteOfDay, Preferences, QuietHours};
use domain::billing::balance::Level;
use domain::core::local_time::{HOUR_MS, MINUTE_MS};
use domain::{TimeZone, UtcMillis};
use rusqlite::params;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use sync_server::alerts::config::{Alerts, Webhook};
use sync_server::alerts::enqueue::clear;
use sync_server::alerts::rows::deliveries;
use sync_server::jobs::alerts::remove_old;
use tests::alerts::{CUSTOMER, MovedClock, low, notify, number, prefer, start, states, until_states};
use tests::field::clean;
use tests::receiver::{Receiver, reply};
use tests::world::{Running, World};

/// A server with webhooks, whose first customer has one.
async fn with_webhook(receiver: &Receiver, clock: &MovedClock, preferences: Preferences) -> Running {
    with_webhook_in(World::new(), receiver, clock, preferences).await
}

/// The same in a world.
async fn with_webhook_in(world: World, receiver: &Receiver, clock: &MovedClock, preferences: Preferences) -> Running {
    let webhook = Some(Webhook { enabled: true, allow_private: true });
    let running = start(world, Alerts { webhook, ..Alerts::default() }, clock.clock()).await;
    prefer(&running, CUSTOMER, Preferences { webhook: Some(receiver.url()), ..preferences }).await;
    running
}

/// Local 22.00, in quiet hours, of a day.
fn at_night(zone: TimeZone) -> UtcMillis {
    zone.start_of(zone.day_of(sync_server::core::now())).plus(22 * HOUR_MS)
}

#[tokio::test(flavor = "multi_thread")]
async fn quiet_hours_are_those_of_the_propertys_zone_in_all_three() {
    for zone in TimeZone::ALL {
        let receiver = Receiver::start(|_| reply(200, json!({}))).await;
        let clock = MovedClock::at(at_night(zone));
        let world = World::new();
        world.set_time_zone(zone);
        let running = with_webhook_in(world, &receiver, &clock, Preferences::default()).await;
        notify(&running, CUSTOMER, "warning", low(Level::Warning, 40_000)).await;
        notify(&running, CUSTOMER, "critical", low(Level::Critical, 20_000)).await;
        until_states(&running, &["webhook queued", "webhook sent"]).await;
        clock.pass(9 * HOUR_MS - 1);
        // What is due then is sent before anything that comes later: the second critical one shows that the first warning was not due.
        notify(&running, CUSTOMER, "again", low(Level::Critical, 10_000)).await;
        until_states(&running, &["webhook queued", "webhook sent", "webhook sent"]).await;
        clock.pass(1);
        until_states(&running, &["webhook sent"; 3]).await;
        assert_eq!(receiver.received()[2].json()["notifications"][0]["severity"], "warning", "{zone:?}");
        clean(running).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_before_quiet_hours_is_tried_again_behind_them_and_what_is_critical_within_them() {
    let is_ill = Arc::new(AtomicBool::new(true));
    let ill = Arc::clone(&is_ill);
    let receiver = Receiver::start(move |_| reply(if ill.load(Ordering::SeqCst) { 503 } else { 200 }, json!({}))).await;
    let clock = MovedClock::at(at_night(TimeZone::Jakarta).plus(-61 * MINUTE_MS));
    let running = with_webhook(&receiver, &clock, Preferences::default()).await;
    notify(&running, CUSTOMER, "warning", low(Level::Warning, 40_000)).await;
    notify(&running, CUSTOMER, "critical", low(Level::Critical, 20_000)).await;
    until_states(&running, &["webhook failed", "webhook failed"]).await;
    is_ill.store(false, Ordering::SeqCst);
    // It is 21.01, and both are due again.
    clock.pass(2 * MINUTE_MS);
    until_states(&running, &["webhook failed", "webhook sent"]).await;
    assert_eq!(receiver.count(), 3);
    clock.pass(10 * HOUR_MS - MINUTE_MS - 1);
    notify(&running, CUSTOMER, "again", low(Level::Critical, 10_000)).await;
    until_states(&running, &["webhook failed", "webhook sent", "webhook sent"]).await;
    clock.pass(1);
    until_states(&running, &["webhook sent"; 3]).await;
    assert_eq!(receiver.received()[4].json()["notifications"][0]["severity"], "warning");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_goes_to_the_address_that_its_user_has_by_then_or_nowhere() {
    let receiver = async || Receiver::start(|_| reply(200, json!({}))).await;
    let (before, now) = (receiver().await, receiver().await);
    let clock = MovedClock::at(at_night(TimeZone::Jakarta));
    let running = with_webhook(&before, &clock, Preferences::default()).await;
    notify(&running, CUSTOMER, "one", low(Level::Warning, 40_000)).await;
    until_states(&running, &["webhook queued"]).await;
    prefer(&running, CUSTOMER, Preferences { webhook: Some(now.url()), ..Preferences::default() }).await;
    clock.pass(10 * HOUR_MS);
    until_states(&running, &["webhook sent"]).await;
    assert_eq!((before.count(), now.count()), (0, 1));
    // The next night the user takes the address away.
    clock.pass(14 * HOUR_MS);
    notify(&running, CUSTOMER, "two", low(Level::Warning, 30_000)).await;
    until_states(&running, &["webhook sent", "webhook queued"]).await;
    prefer(&running, CUSTOMER, Preferences::default()).await;
    clock.pass(10 * HOUR_MS);
    until_states(&running, &["webhook sent", "webhook cancelled"]).await;
    let why = "SELECT last_error FROM delivery WHERE state = 'cancelled'";
    let why = running.server.app.store.read(move |db| Ok(db.query_row(why, [], |row| row.get::<_, String>(0))?));
    assert_eq!(why.await.expect("reads"), "its user is not reached there any more");
    assert_eq!((before.count(), now.count()), (0, 1));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_the_same_instant_comes_as_one_message() {
    let receiver = Receiver::start(|_| reply(200, json!({}))).await;
    let clock = MovedClock::at(at_night(TimeZone::Jakarta));
    let digest = Digest { of: DigestOf::NotCritical, at: MinuteOfDay::at(8, 0) };
    let running = with_webhook(&receiver, &clock, Preferences { digest, quiet: None, ..Preferences::default() }).await;
    for n in 0..23 {
        notify(&running, CUSTOMER, n, low(Level::Warning, n)).await;
        clock.pass(MINUTE_MS);
    }
    clock.pass(10 * HOUR_MS);
    until_states(&running, &["webhook sent"; 23]).await;
    let received = receiver.received();
    assert_eq!(received.len(), 1, "one message");
    let body = received[0].json();
    assert_eq!((body["notifications"].as_array().map(Vec::len), &body["more"]), (Some(20), &json!(3)));
    assert_eq!(body["title"], "23 pemberitahuan");
    // A day later there is another one.
    notify(&running, CUSTOMER, "next", low(Level::Warning, 0)).await;
    clock.pass(24 * HOUR_MS);
    until_states(&running, &["webhook sent"; 24]).await;
    assert_eq!((receiver.count(), receiver.received()[1].json()["title"].as_str()), (2, Some("Saldo air menipis")));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_passed_before_it_was_due_is_not_sent() {
    let receiver = Receiver::start(|_| reply(200, json!({}))).await;
    let clock = MovedClock::at(at_night(TimeZone::Jakarta));
    let running = with_webhook(&receiver, &clock, Preferences::default()).await;
    notify(&running, CUSTOMER, 1, low(Level::Warning, 40_000)).await;
    running.server.app.store.writer.work(|tx| clear(tx, 1, AlertKind::LowBalance)).await.expect("cleared");
    notify(&running, CUSTOMER, 2, low(Level::Warning, 30_000)).await;
    clock.pass(9 * HOUR_MS);
    until_states(&running, &["webhook sent", "webhook sent"]).await;
    assert_eq!(receiver.received()[0].json()["notifications"].as_array().map(Vec::len), Some(1), "the one that still holds");
    clock.pass(15 * HOUR_MS);
    notify(&running, CUSTOMER, 3, low(Level::Warning, 10_000)).await;
    running.server.app.store.writer.work(|tx| clear(tx, 1, AlertKind::LowBalance)).await.expect("cleared");
    clock.pass(12 * HOUR_MS);
    until_states(&running, &["webhook sent", "webhook sent", "webhook cancelled"]).await;
    assert_eq!(receiver.count(), 1);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_that_ended_is_taken_again_and_who_lost_it_records_nothing() {
    let clock = MovedClock::at(sync_server::core::now());
    let running = start(World::new(), Alerts::default(), clock.clock()).await;
    let writer = &running.server.app.store.writer;
    writer.work(|tx| sync_server::alerts::sending::begin(tx, &[Provider::Email])).await.expect("set up");
    for n in 0..3 {
        notify(&running, CUSTOMER, n, low(Level::Critical, n)).await;
    }
    let lease = async || {
        let lease = |tx: &mut sync_server::core::Tx<'_>| deliveries::lease(tx, Provider::Email, tx.now.plus(5 * MINUTE_MS), 2);
        writer.work(lease).await.expect("leased")
    };
    let first = lease().await;
    assert_eq!((first.len(), lease().await.len(), lease().await.len()), (2, 1, 0), "each is taken once, so many at most");
    clock.pass(5 * MINUTE_MS);
    let again = lease().await;
    assert_eq!(again.iter().map(|of| (of.num, of.message, of.attempt)).collect::<Vec<_>>(), {
        first.iter().map(|of| (of.num, of.message, of.attempt + 1)).collect::<Vec<_>>()
    });
    let record = async |num: i64, attempt: u32| {
        let sent =
            move |tx: &mut sync_server::core::Tx<'_>| deliveries::record(tx, (num, attempt), &deliveries::Outcome::Sent("x"));
        writer.work(sent).await.expect("recorded")
    };
    assert!(!record(first[0].num, first[0].attempt).await, "the lease was lost");
    assert!(record(again[0].num, again[0].attempt).await && !record(again[0].num, again[0].attempt).await, "once");
    assert_eq!(states(&running).await, ["email sent", "email leased", "email leased"]);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_its_provider_leaves_dead_letters_and_old_notifications_go() {
    let receiver = Receiver::start(|_| reply(200, json!({}))).await;
    let clock = MovedClock::at(at_night(TimeZone::Jakarta));
    let running = with_webhook(&receiver, &clock, Preferences::default()).await;
    notify(&running, CUSTOMER, 1, low(Level::Warning, 40_000)).await;
    let world = running.world;
    running.server.stop().await;
    let running = start(world, Alerts::default(), clock.clock()).await;
    assert_eq!(states(&running).await, ["webhook dead"]);
    notify(&running, CUSTOMER, 2, low(Level::Warning, 30_000)).await;
    assert_eq!(states(&running).await.len(), 1, "nothing is queued that nobody would send");
    clock.pass(90 * 24 * HOUR_MS);
    remove_old(&running.server.app).await.expect("removed");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM notification").await, 2, "they are 90 days old and no older");
    clock.pass(1);
    let mut left = 3;
    // A transaction that began before the clock was moved is of the instant before.
    for _ in 0..20 {
        remove_old(&running.server.app).await.expect("removed");
        left = number(&running, "SELECT (SELECT COUNT(*) FROM notification) + (SELECT COUNT(*) FROM delivery)").await;
        if left == 0 {
            break;
        }
    }
    assert_eq!(left, 0);
    let rows = running.server.app.store.read(|db| {
        Ok(db.query_row("SELECT COUNT(*), SUM(removed) FROM change WHERE entity = ?1", params![16], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?)
    });
    assert_eq!(rows.await.expect("reads"), (2_i64, 2_i64), "devices receive that they are gone");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quiet_hours_over_noon_and_a_channel_that_is_off_hold_as_well() {
    let receiver = Receiver::start(|_| reply(200, json!({}))).await;
    let noon = at_night(TimeZone::Jakarta).plus(-10 * HOUR_MS);
    let clock = MovedClock::at(noon);
    let quiet = Some(QuietHours { from: MinuteOfDay::at(11, 30), to: MinuteOfDay::at(12, 30) });
    let running = with_webhook(&receiver, &clock, Preferences { quiet, ..Preferences::default() }).await;
    notify(&running, CUSTOMER, 1, low(Level::Warning, 40_000)).await;
    assert_eq!(states(&running).await, ["webhook queued"]);
    clock.pass(30 * MINUTE_MS);
    until_states(&running, &["webhook sent"]).await;
    let off = domain::alerts::preferences::Switch {
        kind: AlertKind::LowBalance,
        channel: domain::alerts::kinds::Channel::Webhook,
        on: false,
    };
    let switches = vec![off];
    prefer(&running, CUSTOMER, Preferences { switches, quiet, webhook: Some(receiver.url()), ..Preferences::default() }).await;
    assert!(notify(&running, CUSTOMER, 2, low(Level::Critical, 4_000)).await);
    assert_eq!(states(&running).await, ["webhook sent"], "in the app's list alone");
    clean(running).await;
}
