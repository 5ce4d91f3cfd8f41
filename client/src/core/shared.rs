//! The state that all tasks of a client share, and the signals between them. It knows the store and the transport, and none of the tasks.

use crate::core::clock::{Clock, monotonic, now, server_time};
use crate::core::held_report::HeldReport;
use crate::core::jobs::Jobs;
use crate::core::outgoing::Outgoing;
use crate::core::vault::Vault;
use crate::error::Error;
use crate::queries::RevenueMemory;
use crate::queries::roster::Rosters;
use crate::store::outbox::counts;
use crate::store::rows::meta::set;
use crate::store::{Store, outbox};
use crate::transport::Transport;
use domain::field::device_clock::{DeviceClock, MonotonicReading, Stamp};
use domain::people::Language;
use domain::{UserId, UtcMillis};
use engine::device::{Reader, Sender};
use protocol::metering::live::Watch;
use protocol::people::auth::Profile;
use protocol::ui::{Event, Keeping, Phase, Preferences, Session, SyncState};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;
use tokio::sync::{broadcast, watch};

/// Events that a slow listener may be behind; one that is further behind reads everything anew.
const EVENTS: usize = 1_024;

/// Makes the PDF of a receipt or a list, or returns why it cannot. Hosts bring it, so that nothing else that runs a client carries a typesetter.
pub type Paper = Arc<dyn Fn(&domain::exports::Printed) -> Result<Vec<u8>, String> + Send + Sync>;

/// What a client is started with.
pub(crate) struct Parts {
    pub store: Store,
    pub transport: Transport,
    pub vault: Arc<dyn Vault>,
    pub cache_key: String,
    pub device: String,
    pub data: PathBuf,
    pub clock: Clock,
    pub user: Option<Profile>,
    pub preferences: Preferences,
}

/// What the tasks of a client share.
pub(crate) struct Shared {
    pub store: Store,
    pub transport: Transport,
    pub vault: Arc<dyn Vault>,
    /// The key of the files that are open, as the vault keeps it.
    pub cache_key: String,
    /// What the list of signed-in devices calls this one.
    pub device: String,
    /// Folder of the files.
    pub data: PathBuf,
    /// By which notices are judged.
    pub clock: Clock,
    pub paper: OnceLock<Paper>,
    /// What runs for imports, and for batches of customers.
    pub imports: Arc<Jobs>,
    /// The list of customers in memory.
    pub rosters: Arc<Rosters>,
    /// The days of revenue in memory.
    pub revenue_days: Arc<RevenueMemory>,
    /// The report that is looked at.
    pub report: Arc<HeldReport>,
    /// What is exported.
    pub outgoing: Arc<Outgoing>,
    /// The access token, and until when it is valid.
    pub access: tokio::sync::Mutex<Option<(String, UtcMillis)>>,
    /// Held while somebody signs in or out, or tokens are refreshed: a late answer must not undo what was done after its request.
    pub session_lock: tokio::sync::Mutex<()>,
    pub user: Mutex<Option<Profile>>,
    pub sync: Mutex<SyncState>,
    pub watched: watch::Sender<Watch>,
    /// Whether operations are being sent.
    pub draining: watch::Sender<bool>,
    /// The sync engine's two halves; each is driven by one task.
    pub reader: Arc<Mutex<Reader>>,
    pub sender: Arc<Mutex<Sender>>,
    /// Whether the cache was verified in this run.
    pub verified: Mutex<bool>,
    /// Turns true when the first host subscribes: events before that reach nobody.
    pub has_listener: watch::Sender<bool>,
    preferences: Mutex<Preferences>,
    /// The server's time when it was measured last, and this device's monotonic clock then.
    measured: Mutex<Option<(UtcMillis, MonotonicReading)>>,
    events: broadcast::Sender<Event>,
    sync_requests: watch::Sender<()>,
    /// Changes when something new waits in the outbox, or somebody signs in.
    outbox_work: watch::Sender<()>,
}

/// Locks; a panic of another holder is no reason to stop.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub fn new(parts: Parts) -> Self {
        let rosters = Arc::new(Rosters::of(&parts.store));
        Self {
            store: parts.store,
            transport: parts.transport,
            vault: parts.vault,
            cache_key: parts.cache_key,
            device: parts.device,
            data: parts.data,
            clock: parts.clock,
            paper: OnceLock::new(),
            imports: Arc::default(),
            rosters,
            revenue_days: Arc::default(),
            report: Arc::default(),
            outgoing: Arc::default(),
            access: tokio::sync::Mutex::new(None),
            session_lock: tokio::sync::Mutex::new(()),
            user: Mutex::new(parts.user),
            sync: Mutex::new(SyncState::default()),
            watched: watch::Sender::new(Watch::default()),
            draining: watch::Sender::new(false),
            reader: Arc::default(),
            sender: Arc::default(),
            verified: Mutex::default(),
            has_listener: watch::Sender::new(false),
            preferences: Mutex::new(parts.preferences),
            measured: Mutex::default(),
            events: broadcast::Sender::new(EVENTS),
            sync_requests: watch::Sender::new(()),
            outbox_work: watch::Sender::new(()),
        }
    }

    pub fn keeping(&self) -> Keeping {
        self.vault.keeping()
    }

    pub fn session(&self) -> Session {
        Session { user: lock(&self.user).clone(), keeping: self.vault.keeping(), preferences: *lock(&self.preferences) }
    }

    pub async fn set_preferences(&self, preferences: Preferences) -> Result<Session, Error> {
        let text = serde_json::to_string(&preferences)?;
        self.store.write(move |db| set(db, "preferences", &text)).await?;
        *lock(&self.preferences) = preferences;
        self.emit_session();
        Ok(self.session())
    }

    pub async fn set_language(&self, language: Language) -> Result<(), Error> {
        let preferences = Preferences { language, ..*lock(&self.preferences) };
        self.set_preferences(preferences).await.map(|_| ())
    }

    pub async fn forget_access_token(&self) {
        *self.access.lock().await = None;
    }

    pub fn user_id(&self) -> Option<UserId> {
        lock(&self.user).as_ref().map(|user| user.id)
    }

    pub fn is_signed_in(&self) -> bool {
        lock(&self.user).is_some()
    }

    /// Changes when somebody signs in or out, or asks to sync at once. A receiver misses nothing that came while it was not polled.
    pub fn sync_requests(&self) -> watch::Receiver<()> {
        self.sync_requests.subscribe()
    }

    /// Asks for a round of sync.
    pub fn request_sync(&self) {
        self.sync_requests.send_replace(());
    }

    pub fn outbox_work(&self) -> watch::Receiver<()> {
        self.outbox_work.subscribe()
    }

    /// Asks for the outbox to be sent.
    pub fn request_push(&self) {
        self.outbox_work.send_replace(());
    }

    pub fn phase(&self) -> Phase {
        lock(&self.sync).phase
    }

    /// By how much the server's clock is ahead of this device's.
    pub fn skew_ms(&self) -> i64 {
        lock(&self.sync).skew_ms
    }

    pub fn set_counts(&self, counts: outbox::Counts) {
        let state = {
            let mut sync = lock(&self.sync);
            (sync.waiting, sync.parked) = (counts.waiting, counts.parked);
            *sync
        };
        self.emit(Event::Sync(state));
    }

    /// Counts the outbox again for the screens.
    pub async fn refresh_counts(&self) {
        match self.store.read(counts).await {
            Ok(counts) => self.set_counts(counts),
            Err(error) => tracing::error!(%error, "the outbox cannot be read"),
        }
    }

    pub fn emit(&self, event: Event) {
        // There is no receiver while no screen is open.
        let _ = self.events.send(event);
    }

    /// The events from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    pub fn emit_session(&self) {
        self.emit(Event::Session(Box::new(self.session())));
    }

    pub fn set_phase(&self, phase: Phase) {
        let state = {
            let mut sync = lock(&self.sync);
            // That the session was ended remotely is shown until somebody signs in.
            let ended = sync.phase == Phase::SignedOut && phase == Phase::Idle;
            if sync.phase == phase || ended {
                return;
            }
            sync.phase = phase;
            *sync
        };
        self.emit(Event::Sync(state));
    }

    /// Keeps the server's time, of an answer that was asked for at an instant and has come now.
    pub fn set_server_time(&self, read: UtcMillis, asked: Instant) {
        let (stamp, waited) = (self.stamp(), asked.elapsed().as_millis());
        let expected = stamp.clock.skew_ms.map(|_| stamp.instant());
        let server = server_time(expected, read, i64::try_from(waited).unwrap_or(i64::MAX));
        lock(&self.sync).skew_ms = server.since(now());
        *lock(&self.measured) = Some(server).zip(monotonic());
    }

    /// The instant now by this device's clock, with what is known of that clock. The skew is that of now, also where the clock was set since
    /// the server's time was measured.
    pub fn stamp(&self) -> Stamp {
        let (at, monotonic) = (now(), monotonic());
        let skew_ms = lock(&self.measured).zip(monotonic).and_then(|((server, then), now)| {
            let since = (now.run == then.run).then(|| now.ms.saturating_sub(then.ms))?;
            Some(server.plus(since).since(at))
        });
        Stamp { at, clock: DeviceClock { skew_ms, monotonic } }
    }

    /// The instant now by the server's clock, as far as this device knows it: what the cache has is dated by that one.
    pub fn server_now(&self) -> UtcMillis {
        self.stamp().instant()
    }

    /// As of when the cache is: now, while there is a link to the server; otherwise since all data had come.
    pub fn as_of(&self) -> Option<UtcMillis> {
        let sync = *lock(&self.sync);
        if sync.phase == Phase::Live { Some(now()) } else { sync.fresh_at }
    }

    pub async fn set_fresh(&self) {
        let state = {
            let mut sync = lock(&self.sync);
            sync.fresh_at = Some(now());
            sync.phase = Phase::Live;
            *sync
        };
        self.emit(Event::Sync(state));
    }
}
