//! Requests to the server over HTTP, and WebSocket links for what the server sends by itself.

use crate::error::Error;
use protocol::core::audit::{AuditPage, AuditQuery};
use protocol::core::problem::{Code, Problem};
use protocol::people::auth::{PasswordByCode, PasswordChange, Refresh, SignIn, SignOut, Tokens};
use protocol::sales::money::{Offer, OffersAsked, Why, WhyAsked};
use protocol::sync::pull::{Bucket, Hello, Manifest, PROTOCOL, Page, Pull, Pulled, Range, Wake, Welcome};
use protocol::sync::push::{Evidence, EvidenceTaken, OperationEnvelope, Push, Pushed};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::net::IpAddr;
use std::time::Duration;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderValue, header::AUTHORIZATION};

/// A WebSocket to the server.
pub type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

/// Without a connection after this long the server cannot be reached.
const CONNECT: Duration = Duration::from_secs(5);
/// Without a byte for this long the answer will not come.
const STALL: Duration = Duration::from_secs(15);
/// For a part of the operations of weeks over a slow network.
const EVIDENCE: Duration = Duration::from_secs(120);

/// Requests to one server.
#[derive(Clone)]
pub struct Transport {
    http: reqwest::Client,
    base: String,
}

impl Transport {
    /// For the server at `base`, such as `https://air.example.id`. Without TLS only a server on this machine is spoken to: passwords and
    /// tokens would be readable on the way.
    ///
    /// # Errors
    /// The address is none, or has no TLS and is elsewhere; or the system's TLS cannot be set up.
    pub fn new(base: &str) -> Result<Self, Error> {
        check_address(base)?;
        let http = built(reqwest::Client::builder().read_timeout(STALL))?;
        Ok(Self { http, base: base.trim_end_matches('/').to_owned() })
    }

    /// The server's address, without a slash at its end.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) async fn call<A: DeserializeOwned>(&self, request: RequestBuilder) -> Result<A, Error> {
        let unreachable = |error: reqwest::Error| Error::Unreachable(error.without_url().to_string());
        let response = request.send().await.map_err(|error| match error.is_connect() {
            true => Error::Unreached(error.without_url().to_string()),
            false => unreachable(error),
        })?;
        let status = response.status();
        let body = response.bytes().await.map_err(unreachable)?;
        if status.is_success() {
            return Ok(serde_json::from_slice(&body)?);
        }
        Err(Error::Problem(serde_json::from_slice(&body).unwrap_or_else(|_| of_proxy(status))))
    }

    pub(crate) fn request(&self, method: Method, path: &str, token: Option<&str>) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Requests bytes.
    ///
    /// # Errors
    /// The server's problem, or that it cannot be reached.
    pub(crate) async fn bytes(&self, request: RequestBuilder) -> Result<Vec<u8>, Error> {
        let unreachable = |error: reqwest::Error| Error::Unreachable(error.without_url().to_string());
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        let body = response.bytes().await.map_err(unreachable)?;
        if status.is_success() {
            return Ok(body.into());
        }
        Err(Error::Problem(serde_json::from_slice(&body).unwrap_or_else(|_| of_proxy(status))))
    }

    async fn post<A: DeserializeOwned>(&self, path: &str, token: Option<&str>, body: &impl Serialize) -> Result<A, Error> {
        self.call(self.request(Method::POST, path, token).json(body)).await
    }

    /// Signs in.
    ///
    /// # Errors
    /// The server's problem, or that it cannot be reached.
    pub async fn sign_in(&self, asked: &SignIn) -> Result<Tokens, Error> {
        self.post("/auth/v1/sign-in", None, asked).await
    }

    /// Sets another password of whoever is signed in.
    ///
    /// # Errors
    /// The server's problem, or that it cannot be reached.
    pub async fn change_password(&self, token: &str, asked: &PasswordChange) -> Result<(), Error> {
        self.post("/auth/v1/password", Some(token), asked).await
    }

    /// Sets another password by a code.
    ///
    /// # Errors
    /// The server's problem, or that it cannot be reached.
    pub async fn set_password_by_code(&self, asked: &PasswordByCode) -> Result<(), Error> {
        self.post("/auth/v1/password/code", None, asked).await
    }

    /// Refreshes the tokens.
    ///
    /// # Errors
    /// The server's problem, or that it cannot be reached.
    pub async fn refresh(&self, refresh_token: String) -> Result<Tokens, Error> {
        self.post("/auth/v1/refresh", None, &Refresh { refresh_token }).await
    }

    /// Signs out.
    ///
    /// # Errors
    /// The server's problem, or that it cannot be reached.
    pub async fn sign_out(&self, token: &str, everywhere: bool) -> Result<(), Error> {
        self.post("/auth/v1/sign-out", Some(token), &SignOut { everywhere }).await
    }

    /// Versions and the server's clock.
    ///
    /// # Errors
    /// The server's problem, or that it cannot be reached.
    pub async fn hello(&self, token: &str) -> Result<Welcome, Error> {
        let hello = Hello { protocol: PROTOCOL, app: env!("CARGO_PKG_VERSION").into() };
        self.post("/sync/v1/hello", Some(token), &hello).await
    }

    /// Pulls changes.
    ///
    /// # Errors
    /// The server's problem, or that it cannot be reached.
    pub async fn pull(&self, token: &str, asked: &Pull) -> Result<Pulled, Error> {
        self.post("/sync/v1/pull", Some(token), asked).await
    }

    /// Pushes operations.
    ///
    /// # Errors
    /// The server's problem, or that it cannot be reached; then it is unknown whether they were applied.
    pub async fn push(&self, token: &str, asked: &Push) -> Result<Pushed, Error> {
        self.post("/sync/v1/push", Some(token), asked).await
    }

    /// Hands in a part of the operations that were not sent before the session was ended remotely. `more`: another part follows.
    ///
    /// # Errors
    /// The server's problem, or that it cannot be reached.
    pub async fn evidence(&self, refresh_token: &str, ops: Vec<OperationEnvelope>, more: bool) -> Result<(), Error> {
        // No byte of an answer comes while the body is sent, and this one is sent in one piece.
        let patient = Self { http: built(reqwest::Client::builder().timeout(EVIDENCE))?, base: self.base.clone() };
        let part = Evidence { refresh_token: refresh_token.into(), ops, more };
        let taken: EvidenceTaken = patient.post("/sync/v1/evidence", Some(refresh_token), &part).await?;
        tracing::info!(kept = taken.kept, "the server has taken evidence");
        Ok(())
    }

    /// A page of a range of a bucket's rows.
    ///
    /// # Errors
    /// The server's problem, or that it cannot be reached.
    pub async fn page(&self, token: &str, bucket: &Bucket, range: &Range) -> Result<Page, Error> {
        self.call(self.request(Method::GET, &format!("/sync/v1/snapshot/{bucket}"), Some(token)).query(range)).await
    }

    /// The manifest of a bucket.
    ///
    /// # Errors
    /// The server's problem, or that it cannot be reached.
    pub async fn manifest(&self, token: &str, bucket: &Bucket, after: Option<&str>) -> Result<Manifest, Error> {
        let request = self.request(Method::GET, &format!("/sync/v1/manifest/{bucket}"), Some(token));
        self.call(request.query(&after.map(|key| [("after", key)]))).await
    }

    /// Waits for wakes, so many seconds at most, which must be less than an answer may stall; none if none came.
    ///
    /// # Errors
    /// The server's problem, or that it cannot be reached.
    pub async fn wait(&self, token: &str, timeout_s: u32) -> Result<Vec<Wake>, Error> {
        let request = self.request(Method::GET, "/sync/v1/wait", Some(token)).query(&[("timeout", timeout_s)]);
        self.call(request).await
    }

    /// A page of the audit log.
    ///
    /// # Errors
    /// The server's problem, or that it cannot be reached.
    pub async fn audit(&self, token: &str, asked: &AuditQuery) -> Result<AuditPage, Error> {
        self.call(self.request(Method::GET, "/admin/v1/audit", Some(token)).query(asked)).await
    }

    /// Sends a request about money: `what` is the last part of the address.
    ///
    /// # Errors
    /// The server's problem, or that it cannot be reached; then it is unknown whether it was done, and the same request may be sent again.
    pub async fn money<A: DeserializeOwned>(&self, token: &str, what: &str, asked: &impl Serialize) -> Result<A, Error> {
        self.post(&format!("/money/v1/{what}"), Some(token), asked).await
    }

    /// The vouchers that are offered for a purchase.
    ///
    /// # Errors
    /// The server's problem, or that it cannot be reached.
    pub async fn offers(&self, token: &str, asked: &OffersAsked) -> Result<Vec<Offer>, Error> {
        self.call(self.request(Method::GET, "/money/v1/offers", Some(token)).query(asked)).await
    }

    /// Why a month costs what it costs.
    ///
    /// # Errors
    /// The server's problem, or that it cannot be reached.
    pub async fn why(&self, token: &str, asked: &WhyAsked) -> Result<Why, Error> {
        self.call(self.request(Method::GET, "/money/v1/why", Some(token)).query(asked)).await
    }

    /// Opens a WebSocket.
    ///
    /// # Errors
    /// It is refused, or the server cannot be reached.
    pub async fn socket(&self, token: &str, path: &str) -> Result<Socket, Error> {
        use tokio_tungstenite::tungstenite::Error as Ws;
        let unreachable = |error: Ws| Error::Unreachable(error.to_string());
        let url = format!("ws{}{path}", self.base.strip_prefix("http").unwrap_or(&self.base));
        let mut request = url.into_client_request().map_err(unreachable)?;
        let bearer = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|error| Error::Protocol(error.to_string()))?;
        request.headers_mut().insert(AUTHORIZATION, bearer);
        let opening = tokio_tungstenite::connect_async(request);
        match tokio::time::timeout(STALL, opening).await {
            Ok(Ok((socket, _))) => Ok(socket),
            // A refused link has a status and nothing else; refreshing the token costs little.
            Ok(Err(Ws::Http(response))) if response.status() == StatusCode::UNAUTHORIZED => {
                Err(Problem::new(Code::Unauthenticated, "the link is refused").into())
            }
            Ok(Err(Ws::Http(response))) => Err(Error::Problem(of_proxy(response.status()))),
            Ok(Err(error)) => Err(unreachable(error)),
            Err(_) => Err(Error::Unreachable("no answer".into())),
        }
    }
}

/// Whether a server's address may be used.
fn check_address(base: &str) -> Result<(), Error> {
    let refused = |why: &str| Error::Problem(Problem::new(Code::BadRequest, format!("the server's address {why}")));
    let url = reqwest::Url::parse(base).map_err(|_| refused("is none: write it as https://air.example.id"))?;
    let is_here = match url.host_str() {
        None | Some("") => return Err(refused("has no name: write it as https://air.example.id")),
        Some("localhost") => true,
        Some(host) => host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback()),
    };
    match url.scheme() {
        _ if !url.username().is_empty() || url.password().is_some() => Err(refused("has a user or a password in it")),
        "https" => Ok(()),
        "http" if is_here => Ok(()),
        "http" => Err(refused("must begin with https://: without it, passwords could be read on the way")),
        _ => Err(refused("must begin with https://")),
    }
}

fn built(client: reqwest::ClientBuilder) -> Result<reqwest::Client, Error> {
    // A redirect is never the server's: it has none. Following one would hand tokens and passwords to wherever it leads.
    let client = client
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT)
        .user_agent(concat!("indowater/", env!("CARGO_PKG_VERSION")));
    client.build().map_err(|error| Error::Unreachable(error.to_string()))
}

/// The problem for an answer that carries none: it is of a proxy in between, so that its status proves nothing about sessions, rights or rows.
/// No session is ended and no row deleted for it.
fn of_proxy(status: StatusCode) -> Problem {
    let code = match status.as_u16() {
        413 => Code::TooLarge,
        429 => Code::RateLimited,
        _ => Code::Busy,
    };
    Problem::new(code, format!("something between here and the server answered {status}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_tls_only_this_machine_is_spoken_to() {
        for good in
            ["https://air.example.id", "https://192.0.2.1:8443/", "http://127.0.0.1:8080", "http://[::1]:80", "http://localhost"]
        {
            assert!(Transport::new(good).is_ok(), "{good}");
        }
        let bad = [
            "http://air.example.id",
            "http://192.168.1.7:8080",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "ftp://127.0.0.1",
            "air.example.id",
            "",
            "http://[fe80::1]",
            "https://user:secret@air.example.id",
            "http://0.0.0.0",
        ];
        for bad in bad {
            let refused = Transport::new(bad).err().map(|error| error.to_problem());
            assert!(
                refused.is_some_and(|problem| problem.detail.contains("https://") || problem.detail.contains("password")),
                "{bad}"
            );
        }
    }
}
