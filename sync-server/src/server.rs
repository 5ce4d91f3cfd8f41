//! The server as a whole: opens, serves, and ends in order.

use crate::alerts::{channels, sending};
use crate::config::Config;
use crate::core::Clock;
use crate::core::feed::forget_tombstones;
use crate::core::http::serve;
use crate::core::http::serve::Caps;
use crate::error::Error;
use crate::field::blob_files::{Blobs, KEEP_MS};
use crate::field::blobs;
use crate::metering::ingest::mqtt;
use crate::metering::live::Hub;
use crate::people::auth::limits::Limits;
use crate::people::auth::token::Key;
use crate::pipeline::Pipeline;
use crate::reports::papers::Papers;
use crate::router::router;
use crate::sales::payments;
use crate::sales::payments::Payments;
use crate::state::{App, Store};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

/// Connections have this long to end once the server stops.
const GRACE: Duration = Duration::from_secs(5);

/// Devices that bring evidence at the same time.
const EVIDENCE: usize = 4;

/// Passwords hashed at a time.
const HASHING: usize = 2;

/// How often what was refused of meters is written down.
const COUNTING: Duration = Duration::from_secs(2);

/// A running server.
pub struct Server {
    /// Where HTTP is.
    pub http: SocketAddr,
    /// Where MQTT is.
    pub mqtt: SocketAddr,
    /// Its parts.
    pub app: App,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// The process has one recorder of metrics, however many servers a test starts in it.
fn metrics() -> Result<PrometheusHandle, Error> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    let handle = HANDLE.get_or_init(|| {
        let seconds = [0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0];
        let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &seconds).ok()?;
        builder.install_recorder().ok()
    });
    handle.clone().ok_or_else(|| Error::Setup("another recorder of metrics is installed in this process".into()))
}

impl Server {
    /// Opens the store and begins to listen.
    ///
    /// # Errors
    /// The store cannot be opened, or an address is taken.
    pub async fn start(config: &Config) -> Result<Self, Error> {
        Self::start_with(config, Clock::default()).await
    }

    /// The same with a clock of the caller's.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn start_with(config: &Config, clock: Clock) -> Result<Self, Error> {
        config.make_private()?;
        let live = Arc::new(Hub::default());
        let (stop, stopping) = watch::channel(false);
        let taken = |what: &'static str, address: SocketAddr| {
            move |error| Error::Setup(format!("{what} cannot listen on {address}: {error}; choose another with --{what}"))
        };
        let http = TcpListener::bind(config.http).await.map_err(taken("http", config.http))?;
        let mqtt = TcpListener::bind(config.mqtt).await.map_err(taken("mqtt", config.mqtt))?;
        let (http_address, mqtt_address) = (http.local_addr()?, mqtt.local_addr()?);
        let gateway = config.payments.clone().map(|service| Payments::open(service, http_address)).transpose()?.map(Arc::new);
        let now = clock.now();
        let app = App {
            store: Store::open(&config.database(), clock, |db| Pipeline::begin(db, Arc::clone(&live), now))?,
            blobs: Blobs::open(config.blobs())?,
            live,
            presence: Arc::default(),
            listeners: Arc::default(),
            refusals: Arc::default(),
            key: Key::open(&config.token_key())?,
            proxies: Arc::new(config.trusted_proxies.clone()),
            sessions: config.sessions,
            limits: Arc::new(Limits::default()),
            hashing: Arc::new(Semaphore::new(HASHING)),
            evidence: Arc::new(Semaphore::new(EVIDENCE)),
            bringing: Arc::default(),
            payments: gateway.clone(),
            enclosures: Arc::new(Papers::by(config.receipts.clone())),
            metrics: metrics()?,
            stopping,
        };
        let channels = channels::open(&config.alerts, &app.key)?;
        let providers: Vec<_> = channels.iter().map(|channel| channel.provider()).collect();
        app.store.writer.work(move |tx| sending::begin(tx, &providers)).await?;
        let mut tasks = vec![
            tokio::spawn(serve_http(app.clone(), http)),
            tokio::spawn(mqtt::serve(app.clone(), mqtt)),
            tokio::spawn(housekeeping(app.clone())),
            tokio::spawn(crate::jobs::money::run(app.clone())),
            tokio::spawn(crate::jobs::orders::run(app.clone())),
            tokio::spawn(crate::jobs::balances::run(app.clone())),
            tokio::spawn(crate::jobs::judging::run(app.clone())),
            tokio::spawn(crate::jobs::checklists::run(app.clone())),
            tokio::spawn(crate::jobs::leaks::run(app.clone())),
            tokio::spawn(crate::jobs::health::run(app.clone())),
            tokio::spawn(crate::jobs::results::run(app.clone())),
            tokio::spawn(crate::jobs::revenue::run(app.clone())),
            tokio::spawn(crate::jobs::schedules::run(app.clone())),
            tokio::spawn(crate::jobs::work_notifications::run(app.clone())),
            tokio::spawn(crate::jobs::zone_losses::run(app.clone())),
            tokio::spawn(crate::jobs::neighbours::run(app.clone())),
            tokio::spawn(crate::jobs::draws::run(app.clone())),
            tokio::spawn(crate::jobs::reports::run(app.clone())),
            tokio::spawn(crate::jobs::alerts::tidy(app.clone())),
            tokio::spawn(crate::jobs::alerts::announce(app.clone())),
        ];
        tasks.extend(channels.into_iter().map(|channel| tokio::spawn(crate::jobs::alerts::run(app.clone(), channel))));
        tasks.extend(gateway.map(|gateway| tokio::spawn(payments::watch(app.clone(), gateway))));
        Ok(Self { http: http_address, mqtt: mqtt_address, app, stop, tasks })
    }

    /// Stops listening, lets what is under way end, and returns when all that was acknowledged is on disk.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            // A connection that does not end in time is cut; nothing of it was acknowledged.
            let abort = task.abort_handle();
            if tokio::time::timeout(GRACE, task).await.is_err() {
                abort.abort();
            }
        }
    }
}

async fn serve_http(app: App, listener: TcpListener) {
    serve::serve(listener, router(app.clone()), Caps::default(), async move { app.stopped().await }).await;
}

/// Publishes what ingest changed, and keeps memory from growing.
async fn housekeeping(app: App) {
    let mut often = tokio::time::interval(Duration::from_secs(1));
    let mut counting = tokio::time::interval(COUNTING);
    let mut seldom = tokio::time::interval(Duration::from_secs(30));
    let mut hourly = tokio::time::interval(Duration::from_secs(3_600));
    loop {
        tokio::select! {
            _ = counting.tick() => write_refusals(&app).await,
            _ = often.tick() => {
                if let Err(error) = app.store.writer.publish(true).await {
                    tracing::error!(%error, "changes could not be published");
                }
            }
            _ = seldom.tick() => {
                app.metrics.run_upkeep();
                app.limits.prune();
            }
            _ = hourly.tick() => {
                if let Err(error) = app.store.writer.work(mqtt::kept::forget_over).await {
                    tracing::error!(%error, "MQTT sessions whose life is over could not be forgotten");
                }
                let forget = app.store.writer.work(forget_tombstones);
                if let Err(error) = forget.await {
                    tracing::error!(%error, "tombstones could not be forgotten");
                }
                if let Err(error) = tidy(&app).await {
                    tracing::error!(%error, "pictures that nobody names could not be removed");
                }
            }
            () = app.stopped() => return write_refusals(&app).await,
        }
    }
}

/// Writes down what was refused of meters since the last time.
async fn write_refusals(app: &App) {
    if let Err(error) = app.refusals.write(&app.store).await {
        tracing::warn!(%error, "what was refused of meters could not be written down");
    }
}

/// Removes pictures that never became whole, or that nothing ever named.
async fn tidy(app: &App) -> Result<(), Error> {
    let before = app.store.clock.now().plus(-KEEP_MS);
    let unnamed = app.store.writer.work(move |tx| blobs::take_unnamed(tx, before)).await?;
    let files = app.blobs.clone();
    let removed = tokio::task::spawn_blocking(move || {
        files.remove(&unnamed);
        files.remove_parts(before)
    });
    removed.await.map_err(|_| Error::Stopped)?
}
