//! What the providers over HTTP have in common: no redirects, bounded answers, and what a status means.

use crate::alerts::channels::{Failure, TIMEOUT, setup};
use crate::error::Error;
use domain::alerts::retry::Refusal;
use domain::core::local_time::HOUR_MS;
use reqwest::{Client, ClientBuilder, RequestBuilder, Response, StatusCode, Url, header};
use std::net::IpAddr;

/// Bytes of an answer at most.
const LONGEST: usize = 64 * 1024;

/// Characters of a reason that are kept.
const LONGEST_WHY: usize = 200;

/// The longest pause that is granted to a provider. Milliseconds.
const LONGEST_PAUSE_MS: i64 = 6 * HOUR_MS;

/// An answer: the status, the pause that it asks for, and the body.
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// Not again before so many milliseconds have passed.
    pub not_before_ms: Option<i64>,
    /// The body, cut where it is too long.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON; null where it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The status and a reason, in a line.
    pub fn why(&self, reason: &str) -> String {
        let line: String =
            reason.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(LONGEST_WHY).collect();
        format!("{} {line}", self.status.as_u16()).trim_end().to_owned()
    }

    /// The failure that a status means by itself: later for what is the provider's fault or the rate's, never for anything else.
    pub fn failure(&self, reason: &str) -> Failure {
        let is_temporary = self.status.is_server_error()
            || matches!(self.status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS);
        if is_temporary { self.later(reason) } else { Failure::permanent(self.why(reason)) }
    }

    /// That it may be taken later, whatever the status.
    pub fn later(&self, reason: &str) -> Failure {
        let refusal = Refusal::Temporary { not_before_ms: self.not_before_ms };
        Failure { refusal, ..Failure::temporary(self.why(reason)) }
    }
}

/// A client that follows no redirect, which could carry a key elsewhere.
pub fn builder() -> ClientBuilder {
    Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none())
}

/// The address of a service, which is encrypted or on this machine; without a slash at its end.
///
/// # Errors
/// It is neither, or no address.
pub fn service(section: &str, address: &str) -> Result<String, Error> {
    let url: Url = address.parse().map_err(|error| setup(section, format!("the service's address: {error}")))?;
    if url.scheme() != "https" && !is_here(&url) {
        return Err(setup(section, "a service that is not on this machine has an https:// address"));
    }
    Ok(address.trim_end_matches('/').to_owned())
}

/// Whether an address is on this machine.
pub fn is_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Sends a request and reads its answer. What comes of the body of a success is enough: it was taken, and sent again it would arrive twice.
///
/// # Errors
/// There was none: it may be taken later, and may have been taken.
pub async fn send(request: RequestBuilder) -> Result<Answer, Failure> {
    // The address could have a secret of the user's in it.
    let unreachable = |error: reqwest::Error| Failure::temporary(describe(&error.without_url()));
    let mut response = request.send().await.map_err(unreachable)?;
    let (status, not_before_ms) = (response.status(), retry_after(&response));
    let mut body = Vec::new();
    while body.len() < LONGEST {
        let part = match response.chunk().await {
            Ok(Some(part)) => part,
            Err(error) if !status.is_success() => return Err(unreachable(error)),
            Ok(None) | Err(_) => break,
        };
        body.extend_from_slice(&part[..part.len().min(LONGEST - body.len())]);
    }
    Ok(Answer { status, not_before_ms, body })
}

/// An error with what lies behind it.
fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text.chars().take(LONGEST_WHY).collect()
}

fn retry_after(response: &Response) -> Option<i64> {
    let text = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    let seconds: i64 = text.trim().parse().ok()?;
    Some(seconds.saturating_mul(1_000).clamp(0, LONGEST_PAUSE_MS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    #[test]
    fn a_service_is_encrypted_or_on_this_machine() {
        for (address, expected) in [
            ("https://fcm.googleapis.com/", Some("https://fcm.googleapis.com")),
            ("http://127.0.0.1:9/", Some("http://127.0.0.1:9")),
            ("http://[::1]:9", Some("http://[::1]:9")),
            ("http://fcm.googleapis.com", None),
            ("http://127.0.0.1.example", None),
            ("fcm", None),
        ] {
            assert_eq!(service("fcm", address).ok().as_deref(), expected, "{address}");
        }
    }

    #[tokio::test]
    async fn a_message_that_was_taken_is_taken_although_the_rest_of_the_answer_does_not_come() {
        for (status, is_taken) in [("200 OK", true), ("503 Service Unavailable", false)] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("http://{}/", listener.local_addr().unwrap());
            let provider = tokio::spawn(async move {
                let (mut line, _) = listener.accept().await.unwrap();
                assert!(line.read(&mut [0; 4_096]).await.unwrap() > 0);
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 9\r\n\r\nhalf");
                line.write_all(answer.as_bytes()).await.unwrap();
                line.shutdown().await.unwrap();
                // Closed with something unread, the line would lose the answer as well.
                let _ = line.read_to_end(&mut Vec::new()).await;
            });
            let answer = send(builder().build().unwrap().post(url).body("x")).await;
            provider.await.unwrap();
            assert_eq!(answer.ok().map(|answer| answer.body), is_taken.then(|| b"half".to_vec()), "{status}");
        }
    }

    #[test]
    fn only_a_provider_that_is_ill_or_busy_is_tried_again() {
        let of =
            |status: u16| Answer { status: StatusCode::from_u16(status).unwrap(), not_before_ms: Some(7_000), body: Vec::new() };
        for status in [408, 425, 429, 500, 502, 503] {
            assert_eq!(of(status).failure("").refusal, Refusal::Temporary { not_before_ms: Some(7_000) }, "{status}");
        }
        for status in [301, 400, 401, 403, 404, 410, 413] {
            assert_eq!(of(status).failure("").refusal, Refusal::Permanent, "{status}");
        }
        assert_eq!(of(400).why("a\r\nb"), "400 a  b");
    }
}
