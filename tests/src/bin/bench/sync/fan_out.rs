//! A thousand devices that listen, and one change: the time until each has got a wake and has pulled it.
//!
//! The devices are as light as the protocol allows, since they share the machine with the server: a WebSocket and a connection each.

use super::super::{Line, Outcome, figure};
use super::device::command;
use super::utility::Utility;
use futures_util::StreamExt;
use protocol::people::auth::{SignIn, Tokens};
use protocol::sync::pull::{Cursor, Pull, Pulled};
use protocol::sync::push::{OPERATION_VERSION, OperationEnvelope, Push};
use std::sync::Arc;
use std::time::{Duration, Instant};
use sync_server::core::now;
use tests::world::{PASSWORD, email};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Barrier, mpsc};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::header::AUTHORIZATION;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use uuid::Uuid;

/// Devices.
const DEVICES: usize = 1_000;

/// Changes, one after another.
const CHANGES: usize = 20;

/// A device that has not pulled after this will not.
const WITHIN: Duration = Duration::from_secs(30);

/// A connection that asks one thing after another.
struct Asking {
    stream: TcpStream,
    host: String,
    token: String,
}

impl Asking {
    async fn pull(&mut self, asked: &Pull) -> Outcome<Pulled> {
        let body = serde_json::to_vec(asked)?;
        let head = format!(
            "POST /sync/v1/pull HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            self.host,
            self.token,
            body.len()
        );
        self.stream.write_all(&[head.as_bytes(), &body].concat()).await?;
        let mut answer = Vec::with_capacity(4_096);
        loop {
            if self.stream.read_buf(&mut answer).await? == 0 {
                return Err("the server hung up".into());
            }
            let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
            let head = std::str::from_utf8(&answer[..end])?.to_ascii_lowercase();
            if !head.starts_with("http/1.1 200") {
                return Err(format!("the server said {}", head.lines().next().unwrap_or_default()).into());
            }
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).ok_or("no length")?;
            if answer.len() >= end + 4 + length.trim().parse::<usize>()? {
                return Ok(serde_json::from_slice(&answer[end + 4..])?);
            }
        }
    }
}

/// Listens and pulls, and says when it has a change.
async fn listen(host: String, token: String, ready: Arc<Barrier>, has: mpsc::UnboundedSender<Instant>) -> Outcome {
    let mut request = format!("ws://{host}/sync/v1/wake").into_client_request()?;
    request.headers_mut().insert(AUTHORIZATION, format!("Bearer {token}").parse()?);
    let small = WebSocketConfig::default().read_buffer_size(4 * 1024);
    let (mut wake, _) = tokio_tungstenite::connect_async_with_config(request, Some(small), true).await?;
    let mut line = Asking { stream: TcpStream::connect(&host).await?, host, token };
    line.stream.set_nodelay(true)?;
    // What is there already is not the matter here: the device is as one that has taken its first rows.
    let heads = line.pull(&Pull::default()).await?.add;
    let cursors = heads.into_iter().map(|head| Cursor { bucket: head.bucket, epoch: head.epoch, seq: head.seq });
    let mut asked = Pull { cursors: cursors.collect(), ..Pull::default() };
    ready.wait().await;
    while let Some(message) = wake.next().await {
        if !message?.is_text() {
            continue;
        }
        let pulled = line.pull(&asked).await?;
        if pulled.changes.is_empty() {
            continue;
        }
        let at = Instant::now();
        for change in pulled.changes {
            for cursor in asked.cursors.iter_mut().filter(|cursor| cursor.bucket == change.bucket) {
                cursor.seq = change.seq;
            }
        }
        has.send(at)?;
    }
    Err("the line was closed".into())
}

pub async fn run() -> Outcome<Vec<Line>> {
    let utility = Utility::start(1_000, DEVICES)?;
    let host = utility.url.trim_start_matches("http://").to_owned();
    let (ready, (has, mut had)) = (Arc::new(Barrier::new(DEVICES + 1)), mpsc::unbounded_channel());
    let mut devices = tokio::task::JoinSet::new();
    for token in utility.technicians.iter().cloned() {
        devices.spawn(listen(host.clone(), token, Arc::clone(&ready), has.clone()));
    }
    tokio::select! {
        _ = ready.wait() => {}
        Some(ended) = devices.join_next() => return Err(format!("a device ended: {ended:?}").into()),
        () = tokio::time::sleep(Duration::from_secs(60)) => return Err("the devices were not ready within a minute".into()),
    }
    let http = reqwest::Client::new();
    let signed = SignIn { email: email("admin"), password: PASSWORD.into(), device: "bench".into(), device_token: None };
    let tokens: Tokens = http.post(format!("{}/auth/v1/sign-in", utility.url)).json(&signed).send().await?.json().await?;
    let mut took = Vec::with_capacity(DEVICES * CHANGES);
    for round in 0..CHANGES {
        // Every twentieth customer is in the first zone, where the devices are.
        let command = serde_json::value::to_raw_value(&command(utility.customers[round * 20], round))?;
        let op = OperationEnvelope {
            id: Uuid::now_v7(),
            seq: round as u64 + 1,
            lane: "master".into(),
            after: None,
            v: OPERATION_VERSION,
            operation: command,
            occurred_at: now(),
            clock: None,
        };
        let asked = Push { outbox: Uuid::nil(), epoch: None, sent: None, ops: vec![op] };
        let started = Instant::now();
        let request = http.post(format!("{}/sync/v1/push", utility.url)).bearer_auth(&tokens.access_token).json(&asked);
        request.send().await?.error_for_status()?.bytes().await?;
        for _ in 0..DEVICES {
            let at = tokio::time::timeout(WITHIN, had.recv()).await.map_err(|_| "a device has not pulled")?;
            took.push(at.ok_or("the devices ended")?.duration_since(started).as_secs_f64() * 1_000.0);
        }
    }
    took.sort_by(f64::total_cmp);
    let at = |part: f64| took[((took.len() as f64 * part).ceil() as usize).saturating_sub(1)];
    let line = |name: &str, part: f64| {
        figure(&format!("one change, {DEVICES} devices: {name}"), at(part), 0.0, "server WAL + FULL; from the push until pulled")
    };
    Ok(vec![line("median", 0.5), line("p95", 0.95), line("longest", 1.0)])
}
