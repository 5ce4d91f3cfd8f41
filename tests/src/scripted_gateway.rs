//! A payment gateway whose answers a test writes: what the real one is known to say, and what no gateway should.

use crate::payments::KEY;
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use sync_server::sales::payments::config::{Endpoint, ServerKey, Service};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// An answer: the status of HTTP, and the text.
pub type ScriptedAnswer = (u16, String);

/// What is answered to a method, a path and a body.
pub type Script = dyn Fn(&str, &str, &Value) -> ScriptedAnswer + Send + Sync;

/// A gateway on a free port, until it is dropped.
pub struct ScriptedGateway {
    /// Where it listens.
    pub http: SocketAddr,
    /// What was asked so far: `GET /v2/IW-1/status`.
    pub asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl ScriptedGateway {
    /// Starts one.
    pub async fn start(script: impl Fn(&str, &str, &Value) -> ScriptedAnswer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let (http, script, asked) = (listener.local_addr().expect("an address"), Arc::new(script), Arc::default());
        let seen = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&script) as Arc<Script>, Arc::clone(&seen)));
            }
        });
        Self { http, asked, task }
    }

    /// A server's configuration for it; notifications are the test's to send.
    pub fn service(&self) -> Service {
        let (at, nowhere) = (format!("http://{}", self.http), Some("http://127.0.0.1:9/".to_owned()));
        Service { server_key: ServerKey::new(KEY), service: Endpoint::At(at), notify: nowhere, finish: None }
    }

    /// How often something was asked that begins and ends so.
    pub fn count(&self, begins: &str, ends: &str) -> usize {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.iter().filter(|line| line.starts_with(begins) && line.ends_with(ends)).count()
    }
}

impl Drop for ScriptedGateway {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(mut stream: TcpStream, script: Arc<Script>, asked: Arc<Mutex<Vec<String>>>) {
    let mut request = Vec::new();
    let (head, length) = loop {
        let mut part = [0; 4096];
        let Ok(count @ 1..) = stream.read(&mut part).await else { return };
        request.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&request).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
        if body.len() >= length.unwrap_or(0) {
            break (head.to_owned(), length.unwrap_or(0));
        }
    };
    let body = serde_json::from_slice(&request[request.len() - length..]).unwrap_or(Value::Null);
    let mut line = head.lines().next().unwrap_or_default().split(' ');
    let (method, path) = (line.next().unwrap_or_default().to_owned(), line.next().unwrap_or_default().to_owned());
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{method} {path}"));
    let (status, text) = script(&method, &path, &body);
    let head =
        format!("HTTP/1.1 {status} X\r\ncontent-type: text/html\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", text.len());
    // Whoever asked may be gone.
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(text.as_bytes()).await;
}
