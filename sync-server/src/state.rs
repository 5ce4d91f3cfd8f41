//! What every request can reach.

use crate::alerts::enclosures::Enclosures;
use crate::core::http::client_address::TrustedProxies;
use crate::field::blob_files::Blobs;
use crate::metering::ingest::mqtt::listeners::Listeners;
use crate::metering::ingest::mqtt::presence::Presence;
use crate::metering::ingest::refusals::Refusals;
use crate::metering::intake::Intake;
use crate::metering::live::Hub;
use crate::people::accounts::SessionEnds;
use crate::people::auth::limits::Limits;
use crate::people::auth::token::Key;
use crate::sales::payments::Payments;
use metrics_exporter_prometheus::PrometheusHandle;
use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use tokio::sync::{Semaphore, watch};
use uuid::Uuid;

/// The database, with its one writer.
pub type Store = crate::core::Store<Intake>;

/// The server's parts.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub store: Store,
    /// Pictures.
    pub blobs: Blobs,
    /// Live values, and the signals to sessions and links.
    pub live: Arc<Hub>,
    /// Connected MQTT clients.
    pub presence: Arc<Presence>,
    /// Which of them gets a meter's orders.
    pub listeners: Arc<Listeners>,
    /// What of meters was refused since it was last written down.
    pub refusals: Arc<Refusals>,
    /// Signs tokens.
    pub key: Key,
    /// Proxies whose word about a client's address is taken.
    pub proxies: Arc<TrustedProxies>,
    /// When sessions end by themselves.
    pub sessions: SessionEnds,
    /// Limits on guessing.
    pub limits: Arc<Limits>,
    /// Turns at hashing passwords, which takes 19 MiB and a core each.
    pub hashing: Arc<Semaphore>,
    /// Turns at bringing evidence, of which each holds a body of megabytes.
    pub evidence: Arc<Semaphore>,
    /// Sessions of which one is being brought.
    pub bringing: Arc<Mutex<HashSet<Uuid>>>,
    /// The payment gateway, where there is one.
    pub payments: Option<Arc<Payments>>,
    /// Makes the files that go with mails.
    pub enclosures: Arc<dyn Enclosures>,
    /// The metrics.
    pub metrics: PrometheusHandle,
    /// Turns true when the server is to stop.
    pub stopping: watch::Receiver<bool>,
}

impl App {
    /// Returns when the server is to stop.
    pub async fn stopped(&self) {
        let mut stopping = self.stopping.clone();
        // The sender is gone only when the server is: that is a stop as well.
        let _ = stopping.wait_for(|stopping| *stopping).await;
    }
}
