//! Webhooks: a signed request to an address of the user's own. The receiver checks `IndoWater-Signature`, which covers the time and the body,
//! and recognises a repeat by `Idempotency-Key`.

use crate::alerts::channels::public::{PublicOnly, is_public};
use crate::alerts::channels::{Channel, Failure, Letter, http, setup};
use crate::alerts::config;
use crate::alerts::words;
use crate::error::Error;
use crate::people::auth::token::Key;
use domain::alerts::kinds::Provider;
use futures_util::future::BoxFuture;
use hmac::{Hmac, Mac};
use reqwest::{Client, Url};
use serde_json::{Value, json};
use sha2::Sha256;
use std::fmt::Write;
use std::net::IpAddr;
use std::sync::Arc;

/// Calls webhooks.
pub struct Webhook {
    http: Client,
    key: Key,
    allow_private: bool,
}

impl Webhook {
    /// By its configuration; `key` derives the keys of users.
    ///
    /// # Errors
    /// No TLS.
    pub fn open(config: &config::Webhook, key: Key) -> Result<Self, Error> {
        // A proxy would look up names for us, and could reach what we must not.
        let builder = http::builder().no_proxy();
        let builder = if config.allow_private { builder } else { builder.https_only(true).dns_resolver(Arc::new(PublicOnly)) };
        let http = builder.build().map_err(|error| setup("webhook", error))?;
        Ok(Self { http, key, allow_private: config.allow_private })
    }

    /// The address, if it may be called.
    fn allowed(&self, address: &str) -> Result<Url, Failure> {
        let url: Url = address.parse().map_err(|_| Failure::permanent("the address is none"))?;
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let is_private = host.parse::<IpAddr>().map_or(host == "localhost", |address| !is_public(address));
        if is_private && !self.allow_private {
            return Err(Failure::permanent("the address is in a private network"));
        }
        if url.scheme() != "https" && !(self.allow_private && http::is_here(&url)) {
            return Err(Failure::permanent("the address is not encrypted"));
        }
        Ok(url)
    }

    async fn call(&self, letter: &Letter) -> Result<String, Failure> {
        let url = self.allowed(&letter.address)?;
        let body = body(letter).to_string();
        let key = self.key.webhook(letter.recipient.id, &letter.address);
        let request = self
            .http
            .post(url)
            .header("content-type", "application/json")
            .header("idempotency-key", letter.message.to_string())
            .header("indowater-signature", signature(&key, letter.now.0.div_euclid(1_000), &body))
            .body(body);
        let answer = http::send(request).await?;
        if answer.status.is_success() { Ok(String::new()) } else { Err(answer.failure("")) }
    }
}

impl Channel for Webhook {
    fn provider(&self) -> Provider {
        Provider::Webhook
    }

    fn send<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Result<String, Failure>> {
        Box::pin(self.call(letter))
    }
}

/// What is sent.
fn body(letter: &Letter) -> Value {
    let language = letter.recipient.language;
    let notifications: Vec<Value> = letter
        .items
        .iter()
        .map(|item| {
            let (title, text) = words::of_item(item, language);
            json!({
                "id": item.id, "kind": item.kind, "severity": item.severity, "connection": item.connection, "place": item.place,
                "content": item.content, "title": title, "text": text, "at": item.at,
            })
        })
        .collect();
    json!({
        "message": letter.message, "user": letter.recipient.id, "title": letter.words.title, "text": letter.words.text,
        "language": language, "notifications": notifications, "more": letter.more,
    })
}

/// `t=SECONDS,v1=HEX`: HMAC-SHA256 by the user's key over the seconds, a dot and the body.
fn signature(key: &str, seconds: i64, body: &str) -> String {
    let mut text = format!("t={seconds},v1=");
    // HMAC takes a key of any length.
    if let Ok(mut mac) = <Hmac<Sha256> as Mac>::new_from_slice(key.as_bytes()) {
        mac.update(format!("{seconds}.{body}").as_bytes());
        for byte in mac.finalize().into_bytes() {
            // Writing into a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::alerts::retry::Refusal;

    #[test]
    fn a_signature_is_that_of_a_known_example() {
        // printf '1700000000.{}' | openssl dgst -sha256 -hmac key
        let expected = "t=1700000000,v1=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae";
        assert_eq!(signature("key", 1_700_000_000, "{}"), expected);
        assert_ne!(signature("key", 1_700_000_001, "{}"), expected);
    }

    #[test]
    fn an_address_of_a_private_network_is_refused_for_good_unless_that_is_set() {
        let dir = tempfile::tempdir().unwrap();
        let key = Key::open(&dir.path().join("key")).unwrap();
        let of = |allow_private| Webhook::open(&config::Webhook { enabled: true, allow_private }, key.clone()).unwrap();
        for (address, public, private) in [
            ("https://hook.example/a", true, true),
            ("https://8.8.8.8/", true, true),
            ("http://hook.example/a", false, false),
            ("https://127.0.0.1/", false, true),
            ("http://127.0.0.1:9/", false, true),
            ("http://localhost:9/", false, true),
            ("https://[::1]/", false, true),
            ("https://10.0.0.5/", false, true),
            ("http://10.0.0.5/", false, false),
            ("https://169.254.169.254/latest/meta-data", false, true),
            ("https://2130706433/", false, true),
            ("https://0x7f.1/", false, true),
            ("ftp://hook.example", false, false),
        ] {
            assert_eq!(of(false).allowed(address).is_ok(), public, "{address}");
            assert_eq!(of(true).allowed(address).is_ok(), private, "{address}");
            let refusal = of(false).allowed(address).err().map(|failure| failure.refusal);
            assert!(refusal.is_none_or(|refusal| refusal == Refusal::Permanent), "{address}");
        }
    }
}
