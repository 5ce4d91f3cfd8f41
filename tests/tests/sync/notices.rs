//! Low balances on a device, with a real server: notified once for a level, computed while the server cannot be reached, over with a top-up.

use client::core::clock::Clock;
use client::{Client, Config};
use domain::alerts::notice::Basis;
use domain::billing::balance::Level;
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::{Millilitres, Rupiah, UtcMillis};
use protocol::ui::{Answer, Event, Notice, Phase, Request};
use std::path::Path;
use std::time::Duration;
use sync_server::core::now;
use tests::field::{phase, sign_in, until};
use tests::household::Household;
use tests::world::{Kept, Running, World};
use tokio::sync::broadcast::Receiver;
use tokio::sync::watch;
use tokio::time::timeout;

/// A device whose notices go by a clock of the test's.
struct Device {
    client: Client,
    events: Receiver<Event>,
}

impl Device {
    async fn start(folder: &Path, url: &str, keyring: &Kept, clock: &watch::Sender<UtcMillis>) -> Self {
        let config =
            Config { data: folder.to_owned(), server: url.into(), vault: Box::new(keyring.clone()), device: "test".into() };
        let client = Client::start_by(config, Clock::Set(clock.subscribe())).await.expect("the client starts");
        let events = client.events();
        Self { client, events }
    }

    async fn next(&mut self) -> Notice {
        let notice = async {
            loop {
                if let Ok(Event::Notice(notice)) = self.events.recv().await {
                    return *notice;
                }
            }
        };
        timeout(Duration::from_secs(30), notice).await.expect("a notice")
    }

    /// The notices up to now.
    fn so_far(&mut self) -> Vec<Notice> {
        let mut notices = Vec::new();
        while let Ok(event) = self.events.try_recv() {
            if let Event::Notice(notice) = event {
                notices.push(*notice);
            }
        }
        notices
    }

    async fn open(&self) -> Vec<(Level, Rupiah, Basis)> {
        match self.client.call(Request::Notices).await.expect("an answer") {
            Answer::Notices(open) => open.into_iter().map(|one| (one.level, one.balance, one.basis)).collect(),
            other => panic!("{other:?}"),
        }
    }

    async fn until_open(&self, count: usize) {
        let changed = async || (self.open().await.len() == count).then_some(());
        until(&self.client, "the banner", changed).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_is_notified_once_across_restarts_and_computed_offline() {
    let running = World::new().start().await;
    let config = sync_server::config::Config { http: running.server.http, mqtt: running.server.mqtt, ..running.world.config() };
    let mut household = Household::with(&running, Rupiah(50_500)).await;
    let (folder, keyring) = (running.world.folder.path().join("phone"), Kept::default());
    let (clock, _) = watch::channel(now());
    let mut device = Device::start(&folder, &running.url(), &keyring, &clock).await;
    sign_in(&device.client, "customer").await;
    phase(&device.client, Phase::Live).await;
    assert_eq!(device.open().await, []);
    household.uses(&running, Millilitres::litres(900)).await;
    let warning = device.next().await;
    let (credit, received_at) = household.credit(&running).await;
    assert_eq!((warning.level, warning.basis, warning.label.as_str()), (Level::Warning, Basis::Known, "Rumah"));
    assert_eq!((warning.balance, warning.tenths_of_days), (credit.balance(), credit.lasts.tenths_of_days));
    assert_eq!(device.open().await, [(Level::Warning, credit.balance(), Basis::Known)]);

    drop(device);
    let mut device = Device::start(&folder, &running.url(), &keyring, &clock).await;
    phase(&device.client, Phase::Live).await;
    device.until_open(1).await;
    let Running { world, server } = running;
    server.stop().await;
    phase(&device.client, Phase::Offline).await;
    assert_eq!(device.so_far(), [], "it was notified before the restart");

    let (critical, level) = credit.known(Some(received_at)).worsens(now()).expect("it runs down");
    assert_eq!(level, Level::Critical);
    clock.send_replace(critical.plus(HOUR_MS));
    let notice = device.next().await;
    assert_eq!((notice.level, notice.basis), (Level::Critical, Basis::Reckoned));
    assert!(notice.balance < credit.balance() && notice.balance > Rupiah(0), "{notice:?}");
    clock.send_replace(critical.plus(2 * HOUR_MS));
    drop(device);
    let mut device = Device::start(&folder, &format!("http://{}", config.http), &keyring, &clock).await;
    phase(&device.client, Phase::Offline).await;
    device.until_open(1).await;

    let running = world.start_again(&config).await;
    household.pay(&running, Rupiah(500_000)).await;
    device.client.call(Request::SyncNow).await.expect("asked");
    device.until_open(0).await;
    let over = async { while !matches!(device.events.recv().await, Ok(Event::NoticeOver(_))) {} };
    timeout(Duration::from_secs(30), over).await.expect("it is over");
    assert_eq!(device.so_far(), [], "nothing after the top-up");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dismissed_banner_returns_only_at_a_worse_level_and_for_its_user() {
    let running = World::new().start().await;
    let household = Household::with(&running, Rupiah(40_000)).await;
    let (folder, keyring) = (running.world.folder.path().join("phone"), Kept::default());
    let (clock, _) = watch::channel(now());
    let mut device = Device::start(&folder, &running.url(), &keyring, &clock).await;
    sign_in(&device.client, "customer").await;
    let notice = device.next().await;
    assert_eq!(notice.level, Level::Warning);
    device.until_open(1).await;
    device.client.call(Request::PutNoticeAway { connection: notice.connection }).await.expect("put away");
    assert_eq!(device.open().await, []);
    household.adjust(&running, Rupiah(20_000)).await;
    assert_eq!(device.next().await.level, Level::Critical);
    device.until_open(1).await;
    // A day later the same level is notified again.
    clock.send_replace(now().plus(DAY_MS + HOUR_MS));
    assert_eq!(device.next().await.level, Level::Critical);
    device.client.call(Request::SignOut { everywhere: false, with_unsent: false }).await.expect("signed out");
    assert_eq!(device.open().await, []);
    let over = async { while !matches!(device.events.recv().await, Ok(Event::NoticeOver(_))) {} };
    timeout(Duration::from_secs(30), over).await.expect("it is taken off the screen");
    sign_in(&device.client, "admin").await;
    phase(&device.client, Phase::Live).await;
    assert_eq!(device.open().await, []);
    running.server.stop().await;
}
