//! Notifications in tests: a clock that a test moves, servers with channels, notifications without their causes, and what the queue says.

use crate::world::{Running, World};
use domain::Rupiah;
use domain::UtcMillis;
use domain::alerts::content::Content;
use domain::alerts::preferences::Preferences;
use domain::billing::balance::Level;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use sync_server::alerts::config::Alerts;
use sync_server::alerts::enqueue::{NewNotification, enqueue};
use sync_server::alerts::rows::settings;
use sync_server::config::Config;
use sync_server::core::Clock;
use sync_server::server::Server;

/// The longest that anything here takes.
const SOON: Duration = Duration::from_secs(60);

/// The key of the world's first customer's user, whose connection is the first.
pub const CUSTOMER: i64 = 3;

/// The key of the second customer's user, whose connection is the second.
pub const OTHER: i64 = 4;

/// A clock that stands until a test moves it.
#[derive(Clone)]
pub struct MovedClock(Arc<AtomicI64>);

impl MovedClock {
    /// A clock that shows an instant.
    pub fn at(instant: UtcMillis) -> Self {
        Self(Arc::new(AtomicI64::new(instant.0)))
    }

    /// What it shows.
    pub fn now(&self) -> UtcMillis {
        UtcMillis(self.0.load(Ordering::SeqCst))
    }

    /// Moves it on.
    pub fn pass(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }

    /// The same for a server.
    pub fn clock(&self) -> Clock {
        let clock = self.clone();
        Clock::new(move || clock.now())
    }
}

/// A server of a world with channels.
pub async fn start(world: World, alerts: Alerts, clock: Clock) -> Running {
    let config = Config { alerts, ..world.config() };
    Running { server: Server::start_with(&config, clock).await.expect("the server starts"), world }
}

/// What a notification of a balance says.
pub fn low(level: Level, balance: i64) -> Content {
    Content::LowBalance { level, balance: Rupiah(balance), tenths_of_days: None, limit: None }
}

/// Notifies a user of the world, without a cause; returns whether it is new.
pub async fn notify(running: &Running, user: i64, key: impl ToString, content: Content) -> bool {
    let connection = Some(if user == OTHER { 2 } else { 1 });
    let new = NewNotification { user, connection, meter: None, dedupe_key: key.to_string(), content };
    running.server.app.store.writer.work(move |tx| enqueue(tx, &new)).await.expect("notified")
}

/// Sets what a user wants.
pub async fn prefer(running: &Running, user: i64, preferences: Preferences) {
    let work = move |tx: &mut sync_server::core::Tx<'_>| settings::keep_preferences(tx, user, &preferences);
    running.server.app.store.writer.work(work).await.expect("kept");
}

/// The states of all deliveries, in their order: `email sent`.
pub async fn states(running: &Running) -> Vec<String> {
    running.server.app.store.read(|db| Ok(states_of(db))).await.expect("reads")
}

/// The same of a database.
pub fn states_of(db: &Connection) -> Vec<String> {
    let mut query = db.prepare("SELECT provider || ' ' || state FROM delivery ORDER BY num").expect("SQL");
    query.query_map([], |row| row.get(0)).expect("reads").collect::<Result<_, _>>().expect("text")
}

/// A number out of the server's database.
pub async fn number(running: &Running, sql: &'static str) -> i64 {
    running.server.app.store.read(move |db| Ok(db.query_row(sql, [], |row| row.get(0))?)).await.expect(sql)
}

/// Returns when the deliveries are in these states.
pub async fn until_states(running: &Running, expected: &[&str]) {
    until("the deliveries", async || {
        let is = states(running).await;
        (is == expected).then_some(()).ok_or(format!("{is:?}"))
    })
    .await;
}

/// Returns what comes of something that comes soon, or fails with what was there instead.
pub async fn until<R>(what: &str, mut look: impl AsyncFnMut() -> Result<R, String>) -> R {
    let began = Instant::now();
    loop {
        match look().await {
            Ok(found) => return found,
            Err(is) => assert!(began.elapsed() < SOON, "{what} did not come: {is}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
