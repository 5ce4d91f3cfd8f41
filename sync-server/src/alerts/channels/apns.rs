//! Push messages by Apple's Push Notification service: HTTP/2 with a token of our own. `apns-id` and `apns-collapse-id` are the message's
//! identifier, so that a repeat takes the place of the first on the phone.

use crate::alerts::channels::http::Answer;
use crate::alerts::channels::jwt::{KeptToken, SigningKey};
use crate::alerts::channels::{Channel, Failure, Letter, http, setup};
use crate::alerts::config;
use crate::error::Error;
use domain::UtcMillis;
use domain::alerts::kinds::{Provider, Severity};
use domain::alerts::retry::GIVEN_UP_AFTER_MS;
use futures_util::future::BoxFuture;
use reqwest::{Client, StatusCode, Url};
use serde_json::{Value, json};

/// A token is renewed after this, in seconds: Apple wants it between 20 and 60 minutes.
const RENEWED_S: i64 = 40 * 60;

/// The client.
pub struct Apns {
    http: Client,
    config: config::Apns,
    service: String,
    key: SigningKey,
    token: KeptToken,
}

impl Apns {
    /// By its configuration.
    ///
    /// # Errors
    /// The key cannot be read or used; the address is not encrypted.
    pub fn open(config: &config::Apns) -> Result<Self, Error> {
        let file = config.key.display();
        let pem = std::fs::read_to_string(&config.key).map_err(|error| setup("apns", format!("{file}: {error}")))?;
        let key = SigningKey::ecdsa(&pem).map_err(|error| setup("apns", error))?;
        let service = http::service("apns", &config.service)?;
        // Without TLS nothing says that both speak HTTP/2.
        let is_plain = service.parse::<Url>().is_ok_and(|url| url.scheme() == "http");
        let builder = if is_plain { http::builder().http2_prior_knowledge() } else { http::builder() };
        let http = builder.build().map_err(|error| setup("apns", error))?;
        Ok(Self { http, config: config.clone(), service, key, token: KeptToken::default() })
    }

    fn token(&self, now: UtcMillis) -> Result<String, Failure> {
        let now = now.0.div_euclid(1_000);
        if let Some(token) = self.token.get(now) {
            return Ok(token);
        }
        let claims = json!({ "iss": self.config.team_id, "iat": now });
        let token = self.key.sign(Some(&self.config.key_id), &claims).map_err(|error| Failure::temporary(error.to_string()))?;
        self.token.keep(token.clone(), now + RENEWED_S);
        Ok(token)
    }

    async fn push(&self, letter: &Letter) -> Result<String, Failure> {
        let (id, is_critical) = (letter.message.to_string(), letter.severity() == Severity::Critical);
        let until = letter.now.plus(GIVEN_UP_AFTER_MS).0.div_euclid(1_000);
        let request = self
            .http
            .post(format!("{}/3/device/{}", self.service, letter.address))
            .bearer_auth(self.token(letter.now)?)
            .header("apns-id", &id)
            .header("apns-collapse-id", &id)
            .header("apns-topic", &self.config.topic)
            .header("apns-push-type", "alert")
            .header("apns-priority", if is_critical { "10" } else { "5" })
            .header("apns-expiration", until.to_string())
            .json(&body(letter));
        let answer = http::send(request).await?;
        if answer.status.is_success() { Ok(id) } else { Err(self.failure(&answer)) }
    }

    fn failure(&self, answer: &Answer) -> Failure {
        let json = answer.json();
        let reason = json["reason"].as_str().unwrap_or_default();
        match (answer.status, reason) {
            (StatusCode::GONE, _) | (_, "BadDeviceToken" | "DeviceTokenNotForTopic" | "Unregistered") => {
                Failure::gone(answer.why(reason))
            }
            // The key is the operator's to mend; one that is only too old is renewed.
            (StatusCode::FORBIDDEN, _) => {
                self.token.forget();
                answer.later(reason)
            }
            _ => answer.failure(reason),
        }
    }
}

impl Channel for Apns {
    fn provider(&self) -> Provider {
        Provider::Apns
    }

    fn send<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Result<String, Failure>> {
        Box::pin(self.push(letter))
    }
}

fn body(letter: &Letter) -> Value {
    let mut body = json!({
        "aps": { "alert": { "title": letter.words.title, "body": letter.push_text() }, "sound": "default" },
        "message": letter.message, "severity": letter.severity(),
    });
    if let Some(item) = letter.items.first() {
        body["notification"] = json!(item.id);
        body["kind"] = json!(item.kind);
        body["connection"] = json!(item.connection);
    }
    body
}
