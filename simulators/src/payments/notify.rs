//! Notifications: signed, sent again while they are not taken, in no certain order, as Midtrans' come.

use super::book::Transaction;
use super::words;
use domain::sales::payment::sign;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Pauses before a notification is sent again.
const PAUSES: [Duration; 5] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(5), Duration::from_secs(15), Duration::from_secs(60)];

/// Notifications under way at a time.
const AT_ONCE: usize = 64;

/// A merchant has this long to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Sends notifications.
pub struct Notifier {
    http: reqwest::Client,
    server_key: String,
    url: Option<String>,
    turns: Arc<Semaphore>,
}

impl Notifier {
    /// One that signs with a key, and sends to `url` the notifications of transactions that name no address.
    pub fn new(server_key: String, url: Option<String>) -> Self {
        Self { http: reqwest::Client::new(), server_key, url, turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Sends what a transaction came to, in the background.
    pub fn send(&self, transaction: Transaction) {
        let Some(url) = transaction.notify.clone().or_else(|| self.url.clone()) else { return };
        let mut body = words::body(&transaction);
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let signature = sign(&text("order_id"), &text("status_code"), &text("gross_amount"), &self.server_key);
        body["signature_key"] = json!(signature);
        let (http, turns) = (self.http.clone(), Arc::clone(&self.turns));
        tokio::spawn(async move {
            for pause in std::iter::once(Duration::ZERO).chain(PAUSES) {
                tokio::time::sleep(pause).await;
                let Ok(_turn) = turns.acquire().await else { return };
                let answer = http.post(&url).timeout(PATIENCE).json(&body).send().await;
                match answer.and_then(reqwest::Response::error_for_status) {
                    Ok(_) => return,
                    Err(error) => tracing::warn!(order = %transaction.order, %error, "a notification was not taken"),
                }
            }
        });
    }
}
