//! The client as its hosts see it: one call, one stream of events.

use crate::alerts::notice;
use crate::alerts::notice::Clock;
use crate::error::Error;
use crate::field::blobs;
use crate::metering::live;
use crate::people::session::{Secrets, Vault};
use crate::store::outbox::Counts;
use crate::store::outbox::queue;
use crate::store::{Store, get, set};
use crate::sync::push;
use crate::transport::Transport;
use crate::{queries, sync};
use domain::people::Language;
use domain::{UserId, UtcMillis};
use engine::device::{Reader, Sender};
use protocol::core::problem::{Code, Problem};
use protocol::metering::live::Watch;
use protocol::people::auth::Profile;
use protocol::ui::{Answer, Event, Keeping, Outcome, Phase, Preferences, Request, Secret, Session, SyncState};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;

/// Events that a slow listener may be behind; one that is further behind reads everything anew.
const EVENTS: usize = 1_024;

/// How a client is set up.
pub struct Config {
    /// Folder of the cache.
    pub data: PathBuf,
    /// The server, such as `https://air.example.id`.
    pub server: String,
    /// Where secrets are kept.
    pub vault: Box<dyn Vault>,
    /// What the list of signed-in devices calls this one.
    pub device: String,
}

/// Puts a receipt on paper: a PDF, or why not. Hosts bring it, so that nothing else that runs a client carries a typesetter.
pub type Paper = Arc<dyn Fn(&domain::sales::receipt::Receipt) -> Result<Vec<u8>, String> + Send + Sync>;

/// A running client.
pub struct Client {
    pub(crate) inner: Arc<Inner>,
    tasks: Vec<JoinHandle<()>>,
}

/// What its tasks share.
pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) transport: Transport,
    pub(crate) vault: Arc<dyn Vault>,
    /// The key of the files that are open, as the vault keeps it.
    pub(crate) cache_key: String,
    pub(crate) device: String,
    pub(crate) paper: OnceLock<Paper>,
    pub(crate) access: tokio::sync::Mutex<Option<(String, UtcMillis)>>,
    /// Held by whoever signs in, signs out or refreshes: an answer that comes late must not undo what came after it was asked for.
    pub(crate) turn: tokio::sync::Mutex<()>,
    pub(crate) user: Mutex<Option<Profile>>,
    preferences: Mutex<Preferences>,
    pub(crate) sync: Mutex<SyncState>,
    events: broadcast::Sender<Event>,
    pub(crate) watched: watch::Sender<Watch>,
    nudge: watch::Sender<()>,
    /// Changes when something new waits in the outbox, or somebody signs in.
    outbox_work: watch::Sender<()>,
    /// Whether operations are being sent.
    pub(crate) draining: watch::Sender<bool>,
    pub(crate) data: PathBuf,
    /// The machine's two halves; each is driven by one task.
    pub(crate) reader: Arc<Mutex<Reader>>,
    pub(crate) sender: Arc<Mutex<Sender>>,
    /// Whether the cache was proven in this run.
    pub(crate) verified: Mutex<bool>,
    /// By which notices are judged.
    pub(crate) clock: Clock,
    /// Turns true when the first host listens: what is told before is told to nobody.
    pub(crate) listened: watch::Sender<bool>,
}

/// This device's clock.
pub(crate) fn now() -> UtcMillis {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    UtcMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Client {
    /// Opens the cache and begins to sync, if somebody is signed in.
    ///
    /// # Errors
    /// The folder cannot be written, or the keyring cannot be used.
    pub async fn start(config: Config) -> Result<Self, Error> {
        Self::start_by(config, Clock::System).await
    }

    /// The same, with notices judged by another clock.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn start_by(config: Config, clock: Clock) -> Result<Self, Error> {
        std::fs::create_dir_all(&config.data)?;
        let vault: Arc<dyn Vault> = config.vault.into();
        let secrets = read_or_make(Arc::clone(&vault)).await?;
        let key = secrets.cache_key_hex().ok_or_else(|| Error::Keyring("the key of the cache is not a key".into()))?;
        let store = Store::open(&cache_file(&config.data, vault.keeping())?, &key)?;
        let (user, preferences) = store.read(|db| Ok((get(db, "user:profile")?, get(db, "preferences")?))).await?;
        let user = user.and_then(|text| serde_json::from_str(&text).ok()).or(secrets.user);
        let user = user.filter(|_| secrets.refresh_token.is_some());
        let preferences = preferences.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let (watched, watching) = watch::channel(Watch::default());
        let inner = Arc::new(Inner {
            store,
            transport: Transport::new(&config.server)?,
            vault,
            cache_key: secrets.cache_key,
            device: config.device,
            paper: OnceLock::new(),
            access: tokio::sync::Mutex::new(None),
            turn: tokio::sync::Mutex::new(()),
            user: Mutex::new(user),
            preferences: Mutex::new(preferences),
            sync: Mutex::new(SyncState::default()),
            events: broadcast::Sender::new(EVENTS),
            watched,
            nudge: watch::Sender::new(()),
            outbox_work: watch::Sender::new(()),
            draining: watch::Sender::new(false),
            data: config.data,
            reader: Arc::default(),
            sender: Arc::default(),
            verified: Mutex::default(),
            clock,
            listened: watch::Sender::new(false),
        });
        inner.open_outbox().await;
        let tasks = vec![
            tokio::spawn(sync::run(Arc::clone(&inner))),
            tokio::spawn(push::run(Arc::clone(&inner))),
            tokio::spawn(blobs::run(Arc::clone(&inner))),
            tokio::spawn(live::run(Arc::clone(&inner), watching)),
            tokio::spawn(notice::run(Arc::clone(&inner))),
        ];
        Ok(Self { inner, tasks })
    }

    /// Signs a demo's user in, given as `email:password`, unless that user is signed in already.
    ///
    /// # Errors
    /// What signing in says.
    pub async fn sign_in_as(&self, pair: &str) -> Result<(), Problem> {
        let (email, password) = pair.split_once(':').ok_or_else(|| Problem::new(Code::BadRequest, "expected email:password"))?;
        if lock(&self.inner.user).as_ref().is_some_and(|user| user.email == email) {
            return Ok(());
        }
        let request = Request::SignIn { email: email.into(), password: Secret(password.into()) };
        self.call(request).await.map(|_| ())
    }

    /// Lets the client make papers; the first word stands.
    pub fn set_paper(&self, paper: Paper) {
        let _ = self.inner.paper.set(paper);
    }

    /// What the client tells unasked, from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        let events = self.inner.events.subscribe();
        self.inner.listened.send_replace(true);
        events
    }

    /// Answers a screen.
    ///
    /// # Errors
    /// What went wrong, with a code the screen has words for.
    pub async fn call(&self, request: Request) -> Outcome {
        self.inner.answer(request).await.map_err(|error| {
            if !matches!(error, Error::Problem(_)) {
                tracing::info!(%error, "a call failed");
            }
            error.to_problem()
        })
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// The cache's file. Where its key is kept for this run only, what an earlier run left is noise, and is removed.
fn cache_file(data: &Path, keeping: Keeping) -> Result<PathBuf, Error> {
    if keeping == Keeping::Keyring {
        return Ok(data.join("cache.db"));
    }
    for file in std::fs::read_dir(data)? {
        let path = file?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("cache-this-run") || name.starts_with("outbox-this-run") {
            std::fs::remove_file(&path)?;
        }
    }
    Ok(data.join("cache-this-run.db"))
}

async fn read_or_make(vault: Arc<dyn Vault>) -> Result<Secrets, Error> {
    let job = move || match vault.read()? {
        Some(secrets) => Ok(secrets),
        None => {
            let secrets = Secrets::fresh()?;
            vault.write(&secrets)?;
            Ok(secrets)
        }
    };
    tokio::task::spawn_blocking(job).await.map_err(|error| Error::Keyring(error.to_string()))?
}

impl Inner {
    async fn answer(&self, request: Request) -> Result<Answer, Error> {
        let now = now();
        Ok(match request {
            Request::Session => Answer::Session(self.session()),
            Request::SignIn { email, password } => self.sign_in(email, password).await?,
            Request::SignOut { everywhere, with_unsent } => {
                if !with_unsent {
                    self.nothing_waits().await?;
                }
                self.sign_out(everywhere).await?
            }
            Request::SetPreferences(preferences) => self.set_preferences(preferences).await?,
            Request::Home { connection } => {
                Answer::Home(self.store.read(move |db| queries::home(db, connection, now)).await?.map(Box::new))
            }
            Request::Usage { connection, span } => {
                Answer::Usage(self.store.read(move |db| queries::usage(db, connection, span, now)).await?.map(Box::new))
            }
            Request::Fleet(asked) => Answer::Fleet(self.store.read(move |db| queries::fleet(db, &asked, now)).await?),
            Request::Meter { meter } => {
                Answer::Meter(self.store.read(move |db| queries::device(db, meter, now)).await?.map(Box::new))
            }
            Request::Zones => Answer::Zones(self.store.read(move |db| queries::zones(db, now)).await?),
            Request::Customers(asked) => Answer::Customers(self.store.read(move |db| queries::customers(db, &asked)).await?),
            Request::Customer { customer } => {
                Answer::Customer(self.store.read(move |db| queries::customer(db, customer)).await?.map(Box::new))
            }
            Request::FieldRecords { meter } => {
                Answer::FieldRecords(self.store.read(move |db| queries::field_records(db, meter)).await?.map(Box::new))
            }
            Request::Attach { base64 } => self.attach(&base64).await?,
            Request::Picture { photo } => self.picture(photo).await?,
            Request::Submit(command) => self.submit(command).await?,
            Request::Outbox => Answer::Outbox(self.store.read(queue::list).await?),
            Request::OutboxWindow(asked) => Answer::OutboxWindow(self.store.read(move |db| queue::window(db, asked)).await?),
            Request::Amend { op, command } => self.amend(op, command).await?,
            Request::Retry { op } => self.retry(op).await?,
            Request::Discard { op } => self.discard(op).await?,
            Request::Conflicts => Answer::Conflicts(self.store.read(queries::conflicts).await?),
            Request::ConflictsWindow(asked) => {
                Answer::ConflictsWindow(self.store.read(move |db| queries::conflicts_window(db, asked)).await?)
            }
            Request::Audit(asked) => self.audit(asked).await?,
            Request::Admin(asked) => self.office(asked).await?,
            Request::Money(asked) => self.money(asked).await?,
            Request::Notices => Answer::Notices(self.notices().await?),
            Request::PutNoticeAway { connection } => self.put_notice_away(connection).await?,
            Request::Account => {
                let user = lock(&self.user).clone().ok_or_else(|| Problem::new(Code::Unauthenticated, "nobody is signed in"))?;
                Answer::Account(self.store.read(move |db| queries::account(db, user)).await?)
            }
            Request::Watch(watch) => {
                self.watched.send_replace(watch);
                Answer::Done
            }
            Request::SyncState => Answer::Sync(*lock(&self.sync)),
            Request::SyncNow => {
                self.nudge();
                self.wake_outbox();
                Answer::Sync(*lock(&self.sync))
            }
        })
    }

    pub(crate) fn keeping(&self) -> Keeping {
        self.vault.keeping()
    }

    pub(crate) fn session(&self) -> Session {
        Session { user: lock(&self.user).clone(), keeping: self.vault.keeping(), preferences: *lock(&self.preferences) }
    }

    async fn set_preferences(&self, preferences: Preferences) -> Result<Answer, Error> {
        let text = serde_json::to_string(&preferences)?;
        self.store.write(move |db| set(db, "preferences", &text)).await?;
        *lock(&self.preferences) = preferences;
        self.tell_session();
        Ok(Answer::Session(self.session()))
    }

    pub(crate) async fn set_language(&self, language: Language) -> Result<(), Error> {
        let preferences = Preferences { language, ..*lock(&self.preferences) };
        self.set_preferences(preferences).await.map(|_| ())
    }

    pub(crate) async fn forget_access_token(&self) {
        *self.access.lock().await = None;
    }

    pub(crate) fn user_id(&self) -> Option<UserId> {
        lock(&self.user).as_ref().map(|user| user.id)
    }

    pub(crate) fn is_signed_in(&self) -> bool {
        lock(&self.user).is_some()
    }

    /// Changes when somebody signs in or out, or asks to sync at once. A receiver misses nothing that came while it was not asked.
    pub(crate) fn nudges(&self) -> watch::Receiver<()> {
        self.nudge.subscribe()
    }

    /// Asks for a round of sync.
    pub(crate) fn nudge(&self) {
        self.nudge.send_replace(());
    }

    pub(crate) fn outbox_work(&self) -> watch::Receiver<()> {
        self.outbox_work.subscribe()
    }

    pub(crate) fn wake_outbox(&self) {
        self.outbox_work.send_replace(());
    }

    pub(crate) fn phase(&self) -> Phase {
        lock(&self.sync).phase
    }

    pub(crate) fn set_counts(&self, counts: Counts) {
        let state = {
            let mut sync = lock(&self.sync);
            (sync.waiting, sync.parked) = (counts.waiting, counts.parked);
            *sync
        };
        self.tell(Event::Sync(state));
    }

    pub(crate) fn tell(&self, event: Event) {
        // Nobody listens while no screen is open.
        let _ = self.events.send(event);
    }

    /// What is told, from now on.
    pub(crate) fn heard(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    pub(crate) fn tell_session(&self) {
        self.tell(Event::Session(Box::new(self.session())));
    }

    pub(crate) fn set_phase(&self, phase: Phase) {
        let state = {
            let mut sync = lock(&self.sync);
            // That the session was ended elsewhere stays said until somebody signs in.
            let ended = sync.phase == Phase::SignedOut && phase == Phase::Idle;
            if sync.phase == phase || ended {
                return;
            }
            sync.phase = phase;
            *sync
        };
        self.tell(Event::Sync(state));
    }

    pub(crate) fn set_skew(&self, skew_ms: i64) {
        lock(&self.sync).skew_ms = skew_ms;
    }

    pub(crate) async fn set_fresh(&self) {
        let state = {
            let mut sync = lock(&self.sync);
            sync.fresh_at = Some(now());
            sync.phase = Phase::Live;
            *sync
        };
        self.tell(Event::Sync(state));
    }
}
