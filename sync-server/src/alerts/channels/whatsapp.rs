//! Messages by the WhatsApp Cloud API, from a template that Meta has approved. The API knows no key against repeats: a message that it took
//! without our learning of it is sent once more.

use crate::alerts::channels::http::Answer;
use crate::alerts::channels::{Channel, Failure, Letter, http, setup};
use crate::alerts::config;
use crate::error::Error;
use domain::alerts::kinds::Provider;
use futures_util::future::BoxFuture;
use reqwest::Client;
use serde_json::{Value, json};

/// Characters of a parameter at most, so that the whole message has at most 1,024.
const LONGEST_PARAMETER: usize = 480;

/// Codes that say: later. Rates, pauses, a service that is ill; and a token or a right that is the operator's to mend.
const LATER: &[i64] =
    &[0, 1, 2, 3, 4, 10, 190, 368, 80_007, 130_429, 131_000, 131_016, 131_031, 131_048, 131_056, 131_057, 133_004];

/// The client.
pub struct Whatsapp {
    http: Client,
    config: config::Whatsapp,
    service: String,
}

impl Whatsapp {
    /// By its configuration.
    ///
    /// # Errors
    /// The address is not encrypted.
    pub fn open(config: &config::Whatsapp) -> Result<Self, Error> {
        let http = http::builder().build().map_err(|error| setup("whatsapp", error))?;
        Ok(Self { http, config: config.clone(), service: http::service("whatsapp", &config.service)? })
    }

    async fn post(&self, letter: &Letter) -> Result<String, Failure> {
        let url = format!("{}/{}/messages", self.service, self.config.phone_number_id);
        let request = self.http.post(url).bearer_auth(self.config.token.expose()).json(&self.body(letter));
        let answer = http::send(request).await?;
        let json = answer.json();
        match json["messages"][0]["id"].as_str() {
            Some(id) if answer.status.is_success() => Ok(id.to_owned()),
            _ => Err(failure(&answer, &json)),
        }
    }

    fn body(&self, letter: &Letter) -> Value {
        let parameter = |text: &str| json!({ "type": "text", "text": one_line(text) });
        json!({
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": letter.address,
            "type": "template",
            "template": {
                "name": self.config.template,
                "language": { "code": letter.recipient.language },
                "components": [{ "type": "body", "parameters": [parameter(&letter.words.title), parameter(&letter.words.text)] }],
            },
            "biz_opaque_callback_data": letter.message,
        })
    }
}

impl Channel for Whatsapp {
    fn provider(&self) -> Provider {
        Provider::Whatsapp
    }

    fn send<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Result<String, Failure>> {
        Box::pin(self.post(letter))
    }
}

fn failure(answer: &Answer, json: &Value) -> Failure {
    let error = &json["error"];
    let reason = format!("{} {}", error["code"], error["message"].as_str().unwrap_or_default());
    match error["code"].as_i64() {
        Some(code) if LATER.contains(&code) => answer.later(&reason),
        // An answer that is none of theirs says nothing about the message.
        None if answer.status.is_success() => answer.later("an answer that cannot be read"),
        _ => answer.failure(&reason),
    }
}

/// A parameter of a template has no line ends, tabs, or more than four spaces in a row.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(LONGEST_PARAMETER).collect()
}
