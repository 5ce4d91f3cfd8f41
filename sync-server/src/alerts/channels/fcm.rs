//! Push messages by Firebase Cloud Messaging, HTTP v1: a token of the service account's, then one request for each device. A repeat has the
//! same tag, and takes the place of the first on the phone.

use crate::alerts::channels::http::Answer;
use crate::alerts::channels::jwt::{KeptToken, SigningKey};
use crate::alerts::channels::{Channel, Failure, Letter, http, setup};
use crate::alerts::config;
use crate::error::Error;
use domain::UtcMillis;
use domain::alerts::kinds::{Provider, Severity};
use futures_util::future::BoxFuture;
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

/// What a token of ours may do.
const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";

/// How long our claim for a token is good, in seconds.
const CLAIM_S: i64 = 3_600;

/// A token is renewed so long before it ends, in seconds.
const EARLY_S: i64 = 300;

/// The client.
pub struct Fcm {
    http: Client,
    service: String,
    account: Account,
    key: SigningKey,
    token: KeptToken,
}

/// What the file of a service account says.
#[derive(Deserialize)]
struct Account {
    project_id: String,
    client_email: String,
    private_key: String,
    token_uri: String,
}

/// A token as Google answers it.
#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: i64,
}

impl Fcm {
    /// By its configuration.
    ///
    /// # Errors
    /// The file of the service account cannot be read, or its key be used; an address is not encrypted.
    pub fn open(config: &config::Fcm) -> Result<Self, Error> {
        let file = config.service_account.display();
        let text = std::fs::read_to_string(&config.service_account).map_err(|error| setup("fcm", format!("{file}: {error}")))?;
        // An error of the reader could print a part of the key.
        let account: Account =
            serde_json::from_str(&text).map_err(|_| setup("fcm", format!("{file} is no service account's file")))?;
        let token_uri = http::service("fcm", &account.token_uri)?;
        let key = SigningKey::rsa(&account.private_key).map_err(|error| setup("fcm", error))?;
        let http = http::builder().build().map_err(|error| setup("fcm", error))?;
        let account = Account { token_uri, private_key: String::new(), ..account };
        Ok(Self { http, service: http::service("fcm", &config.service)?, account, key, token: KeptToken::default() })
    }

    /// A token: the one that is kept, or another.
    async fn token(&self, now: UtcMillis) -> Result<String, Failure> {
        let now = now.0.div_euclid(1_000);
        if let Some(token) = self.token.get(now) {
            return Ok(token);
        }
        let (account, until) = (&self.account, now + CLAIM_S);
        let claims = json!({ "iss": account.client_email, "scope": SCOPE, "aud": account.token_uri, "iat": now, "exp": until });
        let assertion = self.key.sign(None, &claims).map_err(|error| Failure::temporary(error.to_string()))?;
        let form = format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={assertion}");
        let request = self.http.post(&account.token_uri).header("content-type", "application/x-www-form-urlencoded").body(form);
        let answer = http::send(request).await?;
        // A refused account is the operator's to mend: until then everything waits.
        let refused = |answer: &Answer| answer.later(answer.json()["error"].as_str().unwrap_or("no token"));
        if !answer.status.is_success() {
            return Err(refused(&answer));
        }
        let granted: Granted = serde_json::from_slice(&answer.body).map_err(|_| answer.later("the token cannot be read"))?;
        self.token.keep(granted.access_token.clone(), now + granted.expires_in - EARLY_S);
        Ok(granted.access_token)
    }

    async fn push(&self, letter: &Letter) -> Result<String, Failure> {
        let token = self.token(letter.now).await?;
        let url = format!("{}/v1/projects/{}/messages:send", self.service, self.account.project_id);
        let answer = http::send(self.http.post(url).bearer_auth(token).json(&body(letter))).await?;
        let json = answer.json();
        if answer.status.is_success() {
            return Ok(json["name"].as_str().unwrap_or_default().to_owned());
        }
        Err(self.failure(&answer, &json))
    }

    fn failure(&self, answer: &Answer, json: &Value) -> Failure {
        let error = &json["error"];
        let details = error["details"].as_array().map(Vec::as_slice).unwrap_or_default();
        let code = details.iter().find_map(|detail| detail["errorCode"].as_str()).or(error["status"].as_str());
        let code = code.unwrap_or_default();
        let mut violations = details.iter().filter_map(|detail| detail["fieldViolations"].as_array()).flatten();
        let is_no_token = violations.any(|violation| violation["field"] == "message.token");
        match (answer.status, code) {
            (_, "UNREGISTERED" | "SENDER_ID_MISMATCH") => Failure::gone(answer.why(code)),
            (StatusCode::BAD_REQUEST, _) if is_no_token => Failure::gone(answer.why(code)),
            (StatusCode::UNAUTHORIZED, _) => {
                self.token.forget();
                answer.later(code)
            }
            // The account lacks a right, or the project is not there: the operator's to mend.
            (StatusCode::FORBIDDEN, _) => answer.later(code),
            _ => answer.failure(code),
        }
    }
}

impl Channel for Fcm {
    fn provider(&self) -> Provider {
        Provider::Fcm
    }

    fn send<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Result<String, Failure>> {
        Box::pin(self.push(letter))
    }
}

/// What is sent: words to show, and what the app opens.
fn body(letter: &Letter) -> Value {
    let is_critical = letter.severity() == Severity::Critical;
    let tag = letter.message.to_string();
    let first = letter.items.first();
    let mut data = json!({ "message": tag, "severity": letter.severity().as_str() });
    if let Some(item) = first {
        data["notification"] = item.id.to_string().into();
        data["kind"] = item.kind.as_str().into();
    }
    if let Some(connection) = first.and_then(|item| item.connection) {
        data["connection"] = connection.to_string().into();
    }
    json!({ "message": {
        "token": letter.address,
        "notification": { "title": letter.words.title, "body": letter.push_text() },
        "data": data,
        "android": {
            "priority": if is_critical { "HIGH" } else { "NORMAL" }, "collapse_key": tag, "notification": { "tag": tag },
        },
    } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::rows::outbound::Recipient;
    use crate::alerts::words::Words;
    use domain::people::Language;
    use uuid::Uuid;

    #[test]
    fn a_digest_of_long_texts_is_no_larger_than_google_takes() {
        let recipient = Recipient::made(Language::Id);
        let words = Words { title: "20 pemberitahuan".into(), text: "\u{1f6b0}".repeat(5_000), footer: String::new() };
        let (message, address) = (Uuid::nil(), "token".into());
        let letter = Letter { message, address, recipient, items: Vec::new(), more: 0, words, file: None, now: UtcMillis(0) };
        let length = body(&letter).to_string().len();
        assert!(length <= 4_096, "{length} bytes");
    }
}
