//! A phone's notices for the time in which the app does not run, with a real server and a double of the plugin's commands: asked for after a
//! sync, again at start, cancelled by a top-up and a sign-out; and what the phone has shown is not shown again.

use client::alerts::schedule::{TimedNotice, Timer};
use client::core::clock::Clock;
use client::{Client, Config};
use domain::alerts::preferences::{MinuteOfDay, QuietHours};
use domain::alerts::schedule::{BEHIND_MS, SAME_MS, id};
use domain::billing::balance::Level;
use domain::core::local_time::{HOUR_MS, MINUTE_MS};
use domain::people::Language;
use domain::{ConnectionId, Rupiah, TimeZone, UtcMillis};
use protocol::ui::{AlertsRequest, Answer, Event, Phase, Preferences, Request};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use sync_server::core::now;
use tests::alerts::{CUSTOMER, prefer};
use tests::field::{phase, sign_in, until};
use tests::household::Household;
use tests::world::{Kept, Running, World};
use tokio::sync::broadcast::Receiver;
use tokio::sync::watch;
use tokio::time::timeout;

/// What a phone has been asked.
#[derive(Clone, Default, Debug)]
struct Asked {
    /// What it is to show: when, and the text.
    pending: BTreeMap<i32, (UtcMillis, String)>,
    /// How often something was scheduled.
    scheduled: usize,
    /// What was ever cancelled.
    cancelled: Vec<i32>,
    /// Whether it does not permit notifications, and how often it has said so.
    forbids: bool,
    refused: usize,
}

/// A phone, which outlives the app.
#[derive(Clone)]
struct Phone(Arc<watch::Sender<Asked>>);

impl Timer for Phone {
    fn schedule(&self, notice: TimedNotice) -> Result<(), String> {
        let forbids = self.0.borrow().forbids;
        self.0.send_modify(|asked| {
            if forbids {
                asked.refused += 1;
            } else {
                asked.scheduled += 1;
                asked.pending.insert(notice.id, (notice.at, notice.words.text));
            }
        });
        if forbids { Err("notifications are not permitted".into()) } else { Ok(()) }
    }

    fn cancel(&self, ids: Vec<i32>) -> Result<(), String> {
        self.0.send_modify(|asked| {
            asked.pending.retain(|id, _| !ids.contains(id));
            asked.cancelled.extend(ids);
        });
        Ok(())
    }
}

impl Phone {
    fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Asked::default())))
    }

    async fn until(&self, what: &str, mut is: impl FnMut(&Asked) -> bool) -> Asked {
        let mut changes = self.0.subscribe();
        let found = timeout(Duration::from_secs(60), changes.wait_for(|asked| is(asked))).await;
        match found {
            Ok(Ok(asked)) => asked.clone(),
            _ => panic!("{what} did not come, but {:?}", self.0.borrow()),
        }
    }

    /// Waits until it has what was expected, and nothing else.
    async fn until_armed(&self, expected: &BTreeMap<i32, UtcMillis>) -> Asked {
        self.until(&format!("{expected:?}"), |asked| {
            asked.pending.len() == expected.len()
                && asked.pending.iter().all(|(id, (at, _))| expected.get(id).is_some_and(|due| at.since(*due).abs() < SAME_MS))
        })
        .await
    }

    /// It was switched off and on, and has forgotten everything.
    fn starts_anew(&self) {
        self.0.send_modify(|asked| asked.pending.clear());
    }
}

/// The app on the phone.
struct Device {
    client: Client,
    events: Receiver<Event>,
}

impl Device {
    async fn start(folder: &Path, url: &str, keyring: &Kept, clock: &watch::Sender<UtcMillis>, phone: &Phone) -> Self {
        let config =
            Config { data: folder.to_owned(), server: url.into(), vault: Box::new(keyring.clone()), device: "test".into() };
        let client = Client::start_by(config, Clock::Set(clock.subscribe())).await.expect("the client starts");
        client.set_timer(Arc::new(phone.clone()));
        let events = client.events();
        Self { client, events }
    }

    /// The notices up to now.
    fn so_far(&mut self) -> Vec<Level> {
        let mut notices = Vec::new();
        while let Ok(event) = self.events.try_recv() {
            if let Event::Notice(notice) = event {
                notices.push(notice.level);
            }
        }
        notices
    }

    async fn until_open(&self, level: Level) {
        let open = async || match self.client.call(Request::Notices).await.expect("an answer") {
            Answer::Notices(open) => open.iter().any(|one| one.level == level).then_some(()),
            other => panic!("{other:?}"),
        };
        until(&self.client, "the banner", open).await;
    }
}

/// What somebody wants who has these quiet hours.
fn quiet(quiet: Option<QuietHours>) -> domain::alerts::preferences::Preferences {
    domain::alerts::preferences::Preferences { quiet, ..Default::default() }
}

/// What is expected of the household's balance as the server has it: each level by another way than the client's.
async fn expected(running: &Running, household: &Household, connection: ConnectionId) -> BTreeMap<i32, UtcMillis> {
    let (credit, received_at) = household.credit(running).await;
    let known = credit.known(Some(received_at));
    let (mut at, mut found) = (now(), BTreeMap::new());
    while let Some((due, level)) = known.worsens(at) {
        found.insert(id(connection, level), due.plus(BEHIND_MS));
        at = due;
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_is_asked_for_each_level_again_at_start_and_not_after_a_top_up() {
    let running = World::new().start().await;
    prefer(&running, CUSTOMER, quiet(None)).await;
    let household = Household::with(&running, Rupiah(80_000)).await;
    let connection = running.world.meters[0].connection;
    let (folder, keyring, phone) = (running.world.folder.path().join("phone"), Kept::default(), Phone::new());
    let (clock, _) = watch::channel(now());
    let device = Device::start(&folder, &running.url(), &keyring, &clock, &phone).await;
    sign_in(&device.client, "customer").await;
    phase(&device.client, Phase::Live).await;
    let due = expected(&running, &household, connection).await;
    assert!(due.len() >= 2, "it runs down: {due:?}");
    let asked = phone.until_armed(&due).await;
    for (at, text) in asked.pending.values() {
        assert!(*at > now() && text.starts_with("Rumah: sisa Rp") && text.contains("Perkiraan "), "{text}");
    }

    drop(device);
    phone.starts_anew();
    let device = Device::start(&folder, &running.url(), &keyring, &clock, &phone).await;
    let again = phone.until_armed(&due).await;
    assert_eq!(again.scheduled - asked.scheduled, due.len(), "each once");
    let english = Preferences { language: Language::En, ..Preferences::default() };
    device.client.call(Request::SetPreferences(english)).await.expect("set");
    phone.until("English", |asked| asked.pending.values().all(|(_, text)| text.contains("An estimate "))).await;

    device.client.call(Request::SignOut { everywhere: false, with_unsent: false }).await.expect("signed out");
    let none = BTreeMap::new();
    phone.until_armed(&none).await;
    sign_in(&device.client, "customer").await;
    phone.until_armed(&due).await;
    household.pay(&running, Rupiah(500_000)).await;
    device.client.call(Request::SyncNow).await.expect("asked");
    let after = phone.until_armed(&expected(&running, &household, connection).await).await;
    assert!(!after.pending.contains_key(&id(connection, Level::Warning)), "two weeks are no warning: {after:?}");
    assert!(due.keys().all(|id| after.cancelled.contains(id)), "{after:?}");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_phone_has_shown_is_not_shown_again() {
    let running = World::new().start().await;
    prefer(&running, CUSTOMER, quiet(None)).await;
    let household = Household::with(&running, Rupiah(80_000)).await;
    let connection = running.world.meters[0].connection;
    let (folder, keyring, phone) = (running.world.folder.path().join("phone"), Kept::default(), Phone::new());
    let (clock, _) = watch::channel(now());
    let url = running.url();
    phone.0.send_modify(|asked| asked.forbids = true);
    let device = Device::start(&folder, &url, &keyring, &clock, &phone).await;
    sign_in(&device.client, "customer").await;
    phase(&device.client, Phase::Live).await;
    let due = expected(&running, &household, connection).await;
    phone.until("that it refuses", |asked| asked.refused >= due.len()).await;
    phone.0.send_modify(|asked| asked.forbids = false);
    device.client.call(Request::SyncNow).await.expect("asked");
    phone.until_armed(&due).await;
    drop(device);
    let Running { world: _world, server } = running;
    server.stop().await;

    let [warning, critical] = [Level::Warning, Level::Critical].map(|level| due[&id(connection, level)]);
    clock.send_replace(warning.plus(HOUR_MS));
    let mut device = Device::start(&folder, &url, &keyring, &clock, &phone).await;
    device.until_open(Level::Warning).await;
    let later = due.into_iter().filter(|(_, at)| *at > warning).collect();
    phone.until_armed(&later).await;
    assert_eq!(device.so_far(), [], "the phone has shown the warning");

    // The app runs when the next level is reached: it notifies by itself, and the phone does not.
    clock.send_replace(critical.plus(-1));
    phone.until("that it is cancelled", |asked| !asked.pending.contains_key(&id(connection, Level::Critical))).await;
    assert_eq!(device.so_far(), [Level::Critical]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phones_warning_waits_for_the_end_of_quiet_hours() {
    let running = World::new().start().await;
    prefer(&running, CUSTOMER, quiet(None)).await;
    let household = Household::with(&running, Rupiah(80_000)).await;
    let connection = running.world.meters[0].connection;
    let (folder, keyring, phone) = (running.world.folder.path().join("phone"), Kept::default(), Phone::new());
    let (clock, _) = watch::channel(now());
    let device = Device::start(&folder, &running.url(), &keyring, &clock, &phone).await;
    sign_in(&device.client, "customer").await;
    phase(&device.client, Phase::Live).await;
    let due = expected(&running, &household, connection).await;
    phone.until_armed(&due).await;

    // From an hour before the warning to two hours behind it.
    let warning = id(connection, Level::Warning);
    let around = |at: UtcMillis, minutes: i64| MinuteOfDay::of(at.plus(minutes * MINUTE_MS), TimeZone::Jakarta);
    let hours = QuietHours { from: around(due[&warning], -60), to: around(due[&warning], 120) };
    let later = hours.to.next_after(due[&warning], TimeZone::Jakarta);
    let wanted = Box::new(quiet(Some(hours)));
    device.client.call(Request::Alerts(AlertsRequest::SetSettings(wanted))).await.expect("set");
    let mut waiting = due.clone();
    waiting.insert(warning, later);
    phone.until_armed(&waiting).await;
    drop(device);

    // Without a network the app knows them still.
    let url = running.url();
    let Running { world: _world, server } = running;
    server.stop().await;
    phone.starts_anew();
    let device = Device::start(&folder, &url, &keyring, &clock, &phone).await;
    phone.until_armed(&waiting).await;
    drop(device);
}
