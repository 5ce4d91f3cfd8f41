//! The client as its hosts use it: one call, one stream of events.

use crate::alerts::notice;
use crate::alerts::schedule::Timer;
use crate::alerts::tray::Tray;
use crate::alerts::words;
use crate::alerts::words::Words;
use crate::core::clock::Clock;
use crate::core::shared::{Paper, Parts, Shared, lock};
use crate::core::vault::{Secrets, Vault};
use crate::error::Error;
use crate::field::blobs;
use crate::metering::live;
use crate::queries;
use crate::store::Store;
use crate::store::outbox::queue;
use crate::store::rows::chosen;
use crate::store::rows::meta::get;
use crate::sync::{pull, push};
use crate::transport::Transport;
use domain::people::Role;
use domain::{ConnectionId, MeterId, UtcMillis};
use protocol::core::problem::{Code, Problem};
use protocol::metering::live::Watch;
use protocol::ui::{
    AlertRow, Answer, CustomerQuery, Event, FleetQuery, Keeping, Notice, Outcome, Request, Secret, WorkRequest, WorkResponse,
    WorkRow,
};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;

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
    shared: Arc<Shared>,
    timer: Arc<OnceLock<Arc<dyn Timer>>>,
    tasks: Vec<JoinHandle<()>>,
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
        keep_private(&config.data);
        let vault: Arc<dyn Vault> = config.vault.into();
        let secrets = read_secrets(Arc::clone(&vault)).await?;
        let key = secrets.cache_key_hex().ok_or_else(|| Error::Keyring("the key of the cache is not a key".into()))?;
        let store = Store::open(&cache_file(&config.data, vault.keeping())?, &key)?;
        let (user, preferences) = store.read(|db| Ok((get(db, "user:profile")?, get(db, "preferences")?))).await?;
        let user = user.and_then(|text| serde_json::from_str(&text).ok()).or(secrets.user);
        let user = user.filter(|_| secrets.refresh_token.is_some());
        let preferences = preferences.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let shared = Arc::new(Shared::new(Parts {
            store,
            transport: Transport::new(&config.server)?,
            vault,
            cache_key: secrets.cache_key,
            device: config.device,
            data: config.data,
            clock,
            user,
            preferences,
        }));
        shared.open_outbox().await;
        let timer = Arc::default();
        let tasks = vec![
            tokio::spawn(pull::run(Arc::clone(&shared))),
            tokio::spawn(push::run(Arc::clone(&shared))),
            tokio::spawn(blobs::run(Arc::clone(&shared))),
            tokio::spawn(live::run(Arc::clone(&shared), shared.watched.subscribe())),
            tokio::spawn(notice::run(Arc::clone(&shared), Arc::clone(&timer))),
        ];
        Ok(Self { shared, timer, tasks })
    }

    /// Signs a demo's user in, given as `email:password`, unless that user is signed in already.
    ///
    /// # Errors
    /// Signing in fails.
    pub async fn sign_in_as(&self, pair: &str) -> Result<(), Problem> {
        let (email, password) = pair.split_once(':').ok_or_else(|| Problem::new(Code::BadRequest, "expected email:password"))?;
        if lock(&self.shared.user).as_ref().is_some_and(|user| user.email == email) {
            return Ok(());
        }
        let request = Request::SignIn { email: email.into(), password: Secret(password.into()) };
        self.call(request).await.map(|_| ())
    }

    /// Sets how papers are made; only the first call has an effect.
    pub fn set_paper(&self, paper: Paper) {
        let _ = self.shared.paper.set(paper);
    }

    /// Sets what shows notices while the app does not run; only the first call has an effect, and only before there are [`Self::events`].
    pub fn set_timer(&self, timer: Arc<dyn Timer>) {
        let _ = self.timer.set(timer);
    }

    /// What an icon of the desktop shows.
    ///
    /// # Errors
    /// The cache cannot be read.
    pub async fn tray(&self) -> Result<Tray, Error> {
        self.shared.tray().await
    }

    /// Whether the app goes on when its window is closed, as its user wants it.
    pub fn is_kept_in_background(&self) -> bool {
        let session = self.shared.session();
        session.preferences.background.is_on(session.user.map(|user| user.role))
    }

    /// Lets nothing be read or written any more: before the program ends.
    pub fn stop(&self) {
        self.shared.store.stop();
    }

    /// Whether somebody is signed in.
    pub fn is_signed_in(&self) -> bool {
        self.shared.is_signed_in()
    }

    /// The client's events, from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        let events = self.shared.events();
        self.shared.has_listener.send_replace(true);
        events
    }

    /// A notice's words in the language of this device's screens.
    pub fn words(&self, notice: &Notice) -> Words {
        words::of_notice(notice, self.shared.session().preferences.language)
    }

    /// A notification's words in the same language.
    pub fn words_of_alert(&self, row: &AlertRow) -> Words {
        words::of_alert(row, self.shared.session().preferences.language)
    }

    /// Answers a screen.
    ///
    /// # Errors
    /// A problem with a code for which the screen has words.
    pub async fn call(&self, request: Request) -> Outcome {
        answer(&self.shared, request).await.map_err(|error| {
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

/// The cache's file. Where its key is kept for this run only, the files of an earlier run cannot be read any more, and are removed.
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

async fn read_secrets(vault: Arc<dyn Vault>) -> Result<Secrets, Error> {
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

async fn answer(client: &Arc<Shared>, request: Request) -> Result<Answer, Error> {
    let now = client.server_now();
    Ok(match request {
        Request::Session => Answer::Session(client.session()),
        Request::SignIn { email, password } => client.sign_in(email, password).await?,
        Request::ChangePassword { current, new } => client.change_password(current, new).await?,
        Request::ResetPassword { email, code, password } => client.reset_password(email, code, password).await?,
        Request::SignOut { everywhere, with_unsent } => sign_out(client, everywhere, with_unsent).await?,
        Request::SetPreferences(preferences) => Answer::Session(client.set_preferences(preferences).await?),
        Request::ChooseConnection { connection } => choose(client, connection).await?,
        Request::Home { connection } => Answer::Home(found(client, move |db| queries::home(db, connection, now)).await?),
        Request::Properties => properties(client).await?,
        Request::Usage { connection, span } => {
            Answer::Usage(found(client, move |db| queries::usage(db, connection, span, now)).await?)
        }
        Request::UsageComparison(asked) => {
            Answer::UsageComparison(found(client, move |db| queries::comparison(db, asked, now)).await?)
        }
        Request::Summary => Answer::Summary(client.store.read(move |db| queries::summary(db, now)).await?),
        Request::Fleet(asked) => Answer::Fleet(client.store.read(move |db| queries::fleet(db, &asked, now)).await?),
        Request::Meter { meter } => Answer::Meter(found(client, move |db| queries::device(db, meter, now)).await?),
        Request::Zones => Answer::Zones(client.store.read(move |db| queries::zones(db, now)).await?),
        Request::Work => Answer::Work(to_do(client).await?),
        Request::WorkOf(asked) => Answer::WorkOf(work_of(client, asked, now).await?),
        Request::WorkCalendar(asked) => client.work_calendar(asked).await?,
        Request::Customers(asked) => customers(client, asked).await?,
        Request::Customer { customer } => Answer::Customer(found(client, move |db| queries::customer(db, customer)).await?),
        Request::Refusals { meter } => client.refusals(meter).await?,
        Request::FieldRecords { meter } => field_records(client, meter).await?,
        Request::Attach { base64 } => client.attach(&base64).await?,
        Request::Picture { photo } => client.photo(photo).await?,
        Request::Photos(asked) => client.photos(asked).await?,
        Request::Submit(operation) => client.submit(operation).await?,
        Request::SubmitAs { op, command } => client.submit_as(op, command).await?,
        Request::Outbox => Answer::Outbox(client.store.read(queue::list).await?),
        Request::OutboxWindow(asked) => Answer::OutboxWindow(client.store.read(move |db| queue::window(db, asked)).await?),
        Request::Amend { op, command } => client.amend(op, command).await?,
        Request::Retry { op } => client.retry(op).await?,
        Request::Discard { op } => client.discard(op).await?,
        Request::Conflicts => Answer::Conflicts(client.store.read(queries::conflicts).await?),
        Request::ConflictsWindow(asked) => {
            Answer::ConflictsWindow(client.store.read(move |db| queries::conflicts_window(db, asked)).await?)
        }
        Request::Audit(asked) => client.audit(asked).await?,
        Request::Admin(asked) => client.admin(asked).await?,
        Request::Money(asked) => client.money(asked).await?,
        Request::Revenue(asked) => client.revenue(asked).await?,
        Request::Reports(asked) => client.reports(asked).await?,
        Request::Tips(asked) => client.tips(asked).await?,
        Request::Imports(asked) => client.imports(asked).await?,
        Request::Bulk(asked) => client.bulk(asked).await?,
        Request::Exports(asked) => client.exports(asked).await?,
        Request::Views(asked) => client.views(asked).await?,
        Request::Maps(asked) => client.maps(asked).await?,
        Request::Cases(asked) => Answer::Cases(client.store.read(move |db| queries::cases(db, asked)).await?),
        Request::Case(name) => Answer::Case(found(client, move |db| queries::case(db, name, now)).await?),
        Request::Alerts(asked) => client.alerts(asked).await?,
        Request::Notices => Answer::Notices(client.notices().await?),
        Request::PutNoticeAway { connection } => client.put_notice_away(connection).await?,
        Request::Account => account(client).await?,
        // Only the shell of a desktop has any of it, and answers by itself.
        Request::Desktop | Request::SetAutostart { .. } => Answer::Desktop(None),
        Request::Watch(watch) => watched(client, watch),
        Request::FleetMap(asked) => fleet_map(client, asked).await?,
        Request::MetersBetween(range) => meter_ids(client, move |db| queries::meters_between(db, &range, now)).await?,
        Request::MetersSelected(asked) => meter_ids(client, move |db| queries::meters_selected(db, &asked, now)).await?,
        Request::SyncState => Answer::Sync(*lock(&client.sync)),
        Request::SyncNow => sync_now(client),
    })
}

async fn choose(client: &Shared, connection: ConnectionId) -> Result<Answer, Error> {
    client.store.write(move |db| chosen::choose(db, connection)).await?;
    Ok(Answer::Done)
}

async fn field_records(client: &Shared, meter: MeterId) -> Result<Answer, Error> {
    Ok(Answer::FieldRecords(found(client, move |db| queries::field_records(db, meter)).await?))
}

async fn customers(client: &Shared, asked: CustomerQuery) -> Result<Answer, Error> {
    let rosters = Arc::clone(&client.rosters);
    Ok(Answer::Customers(client.store.read(move |db| queries::customers(db, &rosters, &asked)).await?))
}

async fn to_do(client: &Shared) -> Result<Vec<WorkRow>, Error> {
    let user = client.user_id();
    client.store.read(move |db| queries::work(db, user)).await
}

async fn work_of(client: &Shared, asked: WorkRequest, now: UtcMillis) -> Result<WorkResponse, Error> {
    let store = &client.store;
    Ok(match asked {
        WorkRequest::Order { order } => WorkResponse::Order(found(client, move |db| queries::work_detail(db, order)).await?),
        WorkRequest::ToReview => WorkResponse::ToReview(store.read(queries::work_to_review).await?),
        WorkRequest::Templates => WorkResponse::Templates(store.read(queries::work_templates).await?),
        WorkRequest::Van => WorkResponse::Van(store.read(queries::van_parts).await?),
        WorkRequest::Ready => WorkResponse::Ready(store.read(move |db| queries::work_ready(db, now)).await?),
    })
}

fn watched(client: &Shared, watch: Watch) -> Answer {
    client.watched.send_replace(watch);
    Answer::Done
}

fn sync_now(client: &Shared) -> Answer {
    client.request_sync();
    client.request_push();
    Answer::Sync(*lock(&client.sync))
}

/// What a query finds in the cache, if anything.
async fn found<T: Send + 'static>(
    client: &Shared,
    query: impl FnOnce(&Connection) -> Result<Option<T>, Error> + Send + 'static,
) -> Result<Option<Box<T>>, Error> {
    Ok(client.store.read(query).await?.map(Box::new))
}

/// An admin's device holds every connection of the utility, and a technician's those of zones: none of them is their own.
async fn properties(client: &Shared) -> Result<Answer, Error> {
    let is_customer = lock(&client.user).as_ref().is_some_and(|user| user.role == Role::Customer);
    let now = client.server_now();
    let query = move |db: &Connection| if is_customer { queries::properties(db, now) } else { Ok(Vec::new()) };
    Ok(Answer::Properties(client.store.read(query).await?))
}

async fn account(client: &Shared) -> Result<Answer, Error> {
    let user = lock(&client.user).clone().ok_or_else(|| Problem::new(Code::Unauthenticated, "nobody is signed in"))?;
    Ok(Answer::Account(client.store.read(move |db| queries::account(db, user)).await?))
}

/// The meters that a query finds in the cache.
async fn meter_ids(
    client: &Shared,
    query: impl FnOnce(&Connection) -> Result<Vec<MeterId>, Error> + Send + 'static,
) -> Result<Answer, Error> {
    Ok(Answer::MeterIds(client.store.read(query).await?))
}

async fn fleet_map(client: &Shared, asked: FleetQuery) -> Result<Answer, Error> {
    let now = client.server_now();
    Ok(Answer::FleetMap(Box::new(client.store.read(move |db| queries::fleet_map(db, &asked, now)).await?)))
}

async fn sign_out(client: &Shared, everywhere: bool, with_unsent: bool) -> Result<Answer, Error> {
    if !with_unsent {
        client.refuse_unsent().await?;
    }
    client.sign_out(everywhere).await
}

/// Takes the rights of others away from the folder of a device's files. What they hold is encrypted; who has an account here is not.
#[cfg(unix)]
fn keep_private(folder: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    if let Err(error) = std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)) {
        tracing::warn!(%error, "others can list the app's folder");
    }
}

#[cfg(not(unix))]
fn keep_private(_: &std::path::Path) {}
