//! Somebody who receives requests over HTTP/1.1 and HTTP/2, keeps them whole, and answers as a test says.

use axum::Router;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::StatusCode;
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A request as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// `HTTP/1.1` or `HTTP/2.0`.
    pub version: String,
    /// Method and path: `POST /3/device/abc`.
    pub line: String,
    /// Headers, by their names in small letters.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
}

impl Received {
    /// A header; empty where it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(String::as_str).unwrap_or_default()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }
}

/// An answer: the status, more headers, and the body.
pub type Reply = (u16, Vec<(&'static str, String)>, Value);

/// A reply with a body alone.
pub fn reply(status: u16, body: Value) -> Reply {
    (status, Vec::new(), body)
}

/// A receiver on a free port, until it is dropped.
pub struct Receiver {
    /// Where it listens.
    pub http: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    task: JoinHandle<()>,
}

impl Receiver {
    /// Starts one.
    pub async fn start(script: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let http = listener.local_addr().expect("an address");
        let (received, script): (Arc<Mutex<Vec<Received>>>, _) = (Arc::default(), Arc::new(script));
        let kept = Arc::clone(&received);
        let answer = move |request: Request| {
            let (kept, script) = (Arc::clone(&kept), Arc::clone(&script));
            async move {
                let (head, body) = request.into_parts();
                let body = to_bytes(body, 1 << 20).await.unwrap_or_default();
                let text = |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
                let received = Received {
                    version: format!("{:?}", head.version),
                    line: format!("{} {}", head.method, head.uri.path()),
                    headers: head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
                    body: String::from_utf8_lossy(&body).into_owned(),
                };
                let (status, headers, body) = script(&received);
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(received);
                let mut response = axum::response::Response::new(axum::body::Body::from(body.to_string()));
                *response.status_mut() = StatusCode::from_u16(status).expect("a status");
                for (name, value) in headers {
                    response.headers_mut().insert(name, value.parse().expect("a header"));
                }
                response
            }
        };
        let router = Router::new().fallback(answer);
        let task = tokio::spawn(async move { axum::serve(listener, router).await.expect("serves") });
        Self { http, received, task }
    }

    /// `http://…`.
    pub fn url(&self) -> String {
        format!("http://{}", self.http)
    }

    /// What came so far.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How much came so far.
    pub fn count(&self) -> usize {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}
