//! The client as its hosts see it: one call, one stream of events.

use crate::error::Error;
use crate::session::{Secrets, Vault};
use crate::store::{Store, get, set};
use crate::transport::Transport;
use crate::{live, queries, sync};
use domain::UtcMillis;
use protocol::auth::{Profile, SignIn, Tokens};
use protocol::live::Watch;
use protocol::problem::{Code, Problem};
use protocol::ui::{Answer, Event, Keeping, Outcome, Phase, Preferences, Request, Secret, Session, SyncState};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;

/// Events that a slow listener may be behind; one that is further behind reads everything anew.
const EVENTS: usize = 1_024;

/// An access token with less than this left is not used any more, in milliseconds.
const TOKEN_MARGIN_MS: i64 = 30_000;

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

/// A running client.
pub struct Client {
    inner: Arc<Inner>,
    tasks: Vec<JoinHandle<()>>,
}

/// What its tasks share.
pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) transport: Transport,
    vault: Arc<dyn Vault>,
    device: String,
    access: tokio::sync::Mutex<Option<(String, UtcMillis)>>,
    /// Held by whoever signs in, signs out or refreshes: an answer that comes late must not undo what came after it was asked for.
    turn: tokio::sync::Mutex<()>,
    user: Mutex<Option<Profile>>,
    preferences: Mutex<Preferences>,
    sync: Mutex<SyncState>,
    events: broadcast::Sender<Event>,
    watched: watch::Sender<Watch>,
    nudge: watch::Sender<()>,
}

/// This device's clock.
pub(crate) fn now() -> UtcMillis {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    UtcMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Client {
    /// Opens the cache and begins to sync, if somebody is signed in.
    ///
    /// # Errors
    /// The folder cannot be written, or the keyring cannot be used.
    pub async fn start(config: Config) -> Result<Self, Error> {
        std::fs::create_dir_all(&config.data)?;
        let vault: Arc<dyn Vault> = config.vault.into();
        let secrets = read_or_make(Arc::clone(&vault)).await?;
        let key = secrets.cache_key_hex().ok_or_else(|| Error::Keyring("the key of the cache is not a key".into()))?;
        let store = Store::open(&cache_file(&config.data, vault.keeping())?, &key)?;
        let (user, preferences) = store.read(|db| Ok((get(db, "user:profile")?, get(db, "preferences")?))).await?;
        let user = user.and_then(|text| serde_json::from_str(&text).ok()).filter(|_| secrets.refresh_token.is_some());
        let preferences = preferences.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let (watched, watching) = watch::channel(Watch::default());
        let inner = Arc::new(Inner {
            store,
            transport: Transport::new(&config.server)?,
            vault,
            device: config.device,
            access: tokio::sync::Mutex::new(None),
            turn: tokio::sync::Mutex::new(()),
            user: Mutex::new(user),
            preferences: Mutex::new(preferences),
            sync: Mutex::new(SyncState { phase: Phase::Idle, fresh_at: None, skew_ms: 0 }),
            events: broadcast::Sender::new(EVENTS),
            watched,
            nudge: watch::Sender::new(()),
        });
        let tasks = vec![tokio::spawn(sync::run(Arc::clone(&inner))), tokio::spawn(live::run(Arc::clone(&inner), watching))];
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

    /// What the client tells unasked, from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.inner.events.subscribe()
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
    for name in ["cache-this-run.db", "cache-this-run.db-wal", "cache-this-run.db-shm"] {
        match std::fs::remove_file(data.join(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
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
            Request::SignOut { everywhere } => self.sign_out(everywhere).await?,
            Request::SetPreferences(preferences) => self.set_preferences(preferences).await?,
            Request::Home { connection } => {
                Answer::Home(self.store.read(move |db| queries::home(db, connection, now)).await?.map(Box::new))
            }
            Request::Usage { connection, span } => {
                Answer::Usage(self.store.read(move |db| queries::usage(db, connection, span, now)).await?.map(Box::new))
            }
            Request::Fleet(asked) => Answer::Fleet(self.store.read(move |db| queries::fleet(db, &asked, now)).await?),
            Request::Device { meter } => {
                Answer::Device(self.store.read(move |db| queries::device(db, meter, now)).await?.map(Box::new))
            }
            Request::Zones => Answer::Zones(self.store.read(move |db| queries::zones(db, now)).await?),
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
                self.nudge.send_replace(());
                Answer::Sync(*lock(&self.sync))
            }
        })
    }

    fn session(&self) -> Session {
        Session { user: lock(&self.user).clone(), keeping: self.vault.keeping(), preferences: *lock(&self.preferences) }
    }

    async fn sign_in(&self, email: String, password: Secret) -> Result<Answer, Error> {
        let asked = SignIn { email, password: password.0, device: self.device.clone() };
        let tokens = self.transport.sign_in(&asked).await?;
        let _turn = self.turn.lock().await;
        // Another user's rows must not be seen for a moment, and are not mixed with this one's.
        self.forget_access_token().await;
        self.store.clear().await?;
        self.keep(tokens).await?;
        self.nudge.send_replace(());
        self.tell_session();
        Ok(Answer::Session(self.session()))
    }

    async fn sign_out(&self, everywhere: bool) -> Result<Answer, Error> {
        // Without the server this device still forgets; the session then ends there when its tokens do.
        if let Ok(token) = self.access_token().await
            && let Err(error) = self.transport.sign_out(&token, everywhere).await
        {
            if everywhere {
                return Err(error);
            }
            tracing::info!(%error, "signed out here only");
        }
        let _turn = self.turn.lock().await;
        self.end_session().await?;
        Ok(Answer::Session(self.session()))
    }

    async fn end_session(&self) -> Result<(), Error> {
        self.write_refresh_token(None).await?;
        *self.access.lock().await = None;
        *lock(&self.user) = None;
        self.watched.send_replace(Watch::default());
        self.store.clear().await?;
        self.nudge.send_replace(());
        self.tell_session();
        Ok(())
    }

    async fn set_preferences(&self, preferences: Preferences) -> Result<Answer, Error> {
        let text = serde_json::to_string(&preferences)?;
        self.store.write(move |db| set(db, "preferences", &text)).await?;
        *lock(&self.preferences) = preferences;
        self.tell_session();
        Ok(Answer::Session(self.session()))
    }

    /// Takes new tokens: the refresh token is kept before the old one is given up.
    async fn keep(&self, tokens: Tokens) -> Result<(), Error> {
        self.write_refresh_token(Some(tokens.refresh_token)).await?;
        let text = serde_json::to_string(&tokens.user)?;
        self.store.write(move |db| set(db, "user:profile", &text)).await?;
        *lock(&self.user) = Some(tokens.user);
        *self.access.lock().await = Some((tokens.access_token, tokens.access_expires_at));
        Ok(())
    }

    async fn write_refresh_token(&self, refresh_token: Option<String>) -> Result<(), Error> {
        let vault = Arc::clone(&self.vault);
        let job = move || {
            let secrets = match vault.read()? {
                Some(secrets) => secrets,
                None => Secrets::fresh()?,
            };
            vault.write(&Secrets { refresh_token, ..secrets })
        };
        tokio::task::spawn_blocking(job).await.map_err(|error| Error::Keyring(error.to_string()))?
    }

    /// An access token with some time left, got anew if need be. A session that is over on the server is ended here.
    pub(crate) async fn access_token(&self) -> Result<String, Error> {
        if let Some(token) = self.held_token().await {
            return Ok(token);
        }
        let _turn = self.turn.lock().await;
        if let Some(token) = self.held_token().await {
            return Ok(token);
        }
        let vault = Arc::clone(&self.vault);
        let secrets =
            tokio::task::spawn_blocking(move || vault.read()).await.map_err(|error| Error::Keyring(error.to_string()))??;
        let signed_out = || Problem::new(Code::Unauthenticated, "nobody is signed in");
        let refresh_token = secrets.and_then(|secrets| secrets.refresh_token).ok_or_else(signed_out)?;
        match self.transport.refresh(refresh_token).await {
            Ok(tokens) => {
                let token = tokens.access_token.clone();
                self.keep(tokens).await?;
                Ok(token)
            }
            Err(Error::Problem(problem)) if matches!(problem.code, Code::Unauthenticated | Code::SessionRevoked) => {
                tracing::info!("the session has ended on the server");
                self.end_session().await?;
                self.set_phase(Phase::SignedOut);
                Err(Error::Problem(problem))
            }
            Err(error) => Err(error),
        }
    }

    async fn held_token(&self) -> Option<String> {
        let server_now = now().plus(lock(&self.sync).skew_ms);
        let held = self.access.lock().await;
        held.as_ref().filter(|(_, until)| until.since(server_now) > TOKEN_MARGIN_MS).map(|(token, _)| token.clone())
    }

    pub(crate) async fn forget_access_token(&self) {
        *self.access.lock().await = None;
    }

    pub(crate) fn is_signed_in(&self) -> bool {
        lock(&self.user).is_some()
    }

    /// Changes when somebody signs in or out, or asks to sync at once. A receiver misses nothing that came while it was not asked.
    pub(crate) fn nudges(&self) -> watch::Receiver<()> {
        self.nudge.subscribe()
    }

    pub(crate) fn tell(&self, event: Event) {
        // Nobody listens while no screen is open.
        let _ = self.events.send(event);
    }

    fn tell_session(&self) {
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
