//! A stand-in of Midtrans: its HTTP API and its payment page, with no money in it. It speaks as the real one does (Snap, Core API,
//! notifications), so that the server finds no difference but the address.

mod api;
mod book;
mod html;
mod notify;
mod page;
mod words;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use book::Book;
use domain::UtcMillis;
use notify::Notifier;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;

/// The key of the demo: it opens nothing but a stand-in.
pub const DEMO_KEY: &str = "SB-Mid-server-simulasi";

/// Bytes of a request at most.
const BODY: usize = 64 * 1024;

/// How the stand-in is set up.
#[derive(Clone, Debug, clap::Args)]
pub struct Settings {
    /// Where it listens; port 0 takes any free one
    #[arg(long, default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// The server key that requests and notifications are signed with
    #[arg(long, env = "INDOWATER_PAYMENTS_SERVER_KEY", default_value = DEMO_KEY, hide_env_values = true)]
    pub server_key: String,
    /// Where notifications go, if a request does not say it by X-Override-Notification
    #[arg(long)]
    pub notify: Option<String>,
}

/// What every request can reach.
struct Gateway {
    address: SocketAddr,
    /// The right `Authorization`.
    credential: String,
    book: Mutex<Book>,
    notifier: Notifier,
}

impl Gateway {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the payment page of a token is.
    fn page_url(&self, token: &str) -> String {
        format!("http://{}/snap/v4/redirection/{token}", self.address)
    }

    /// Expires the transactions that nobody paid in time, and notifies the merchant.
    fn expire(&self, now: UtcMillis) {
        let expired = self.book().expire(now);
        for transaction in expired {
            self.notifier.send(transaction);
        }
    }
}

/// Opens the stand-in's listener.
///
/// # Errors
/// The address is taken.
pub async fn listen(settings: &Settings) -> std::io::Result<TcpListener> {
    TcpListener::bind(settings.listen).await
}

/// Serves until the process ends.
///
/// # Errors
/// The listener fails.
pub async fn serve(listener: TcpListener, settings: &Settings) -> std::io::Result<()> {
    let gateway = Arc::new(Gateway {
        address: listener.local_addr()?,
        credential: format!("Basic {}", STANDARD.encode(format!("{}:", settings.server_key))),
        book: Mutex::default(),
        notifier: Notifier::new(settings.server_key.clone(), settings.notify.clone()),
    });
    let clock = Arc::clone(&gateway);
    tokio::spawn(async move {
        let mut every = tokio::time::interval(Duration::from_secs(1));
        loop {
            every.tick().await;
            clock.expire(crate::clock::now());
        }
    });
    let router = Router::new()
        .route("/", get(page::home))
        .route("/find", get(page::find))
        .route("/font.woff2", get(page::font))
        .route("/snap/v1/transactions", post(api::snap))
        .route("/snap/v4/redirection/{token}", get(page::show))
        .route("/snap/v4/redirection/{token}/choose", post(page::choose))
        .route("/snap/v4/redirection/{token}/{step}", post(page::act))
        .route("/v2/charge", post(api::charge))
        .route("/v2/{order}/status", get(api::status))
        .route("/v2/{order}/cancel", post(api::cancel))
        .route("/v2/{order}/expire", post(api::expire))
        .route("/v2/{order}/refund", post(api::refund))
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(gateway);
    axum::serve(listener, router).await
}
