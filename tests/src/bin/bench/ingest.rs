//! Readings in, acknowledged: ours over MQTT beside PocketBase over HTTP, and beside Mosquitto with a subscriber that writes SQLite.

use super::peers::{Mosquitto, PocketBase};
use super::postgres::Copied;
use super::{Line, Outcome, median};
use domain::UtcMillis;
use protocol::metering::messages::Telemetry;
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use rusqlite::{Connection, OpenFlags};
use simulators::plan::{Plan, PlannedMeter};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;
use sync_server::core::open_connection;
use tests::memory::memory_mb;
use tests::server::check;
use tests::world::{program, reading};

/// Connections, ours and theirs.
pub const CONNECTIONS: usize = 50;
/// Readings of a batch.
pub const BATCH: usize = 100;
/// Interleaved repeats.
const REPEATS: usize = 5;
/// Readings of one run of ours, one a message, and in batches; theirs are fewer, so that a run takes as long.
const OURS: (usize, usize) = (100_000, 600_000);
const THEIRS: (usize, usize) = (15_000, 25_000);

/// A server of ours with the demo's meters.
pub struct Ours {
    child: Child,
    mqtt: u16,
    plan: Plan,
    folder: tempfile::TempDir,
    /// Seconds of a meter's time that were used up.
    used: i64,
}

impl Ours {
    fn start() -> Outcome<Self> {
        Self::start_with(|_, _| Ok(()))
    }

    /// The same, with its database made ready by a function that gets since when its meters are installed.
    pub fn start_with(prepare: impl FnOnce(&mut Connection, UtcMillis) -> Outcome) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        Command::new(program("simulators")).arg("demo").arg("--data").arg(folder.path()).stdout(Stdio::null()).status()?;
        let plan = Plan::read(&folder.path().join("demo.json"))?;
        prepare(&mut open_connection(&folder.path().join("indowater.db"), OpenFlags::SQLITE_OPEN_READ_WRITE)?, plan.since)?;
        let mut server = Command::new(program("sync-server"));
        server.arg("serve").arg("--data").arg(folder.path()).args(["--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0"]);
        let mut child = server.env("RUST_LOG", "error").stdout(Stdio::piped()).spawn()?;
        let line = child.stdout.take().and_then(|out| BufReader::new(out).lines().nth(1)).ok_or("the server said nothing")??;
        let mqtt = line.rsplit(':').next().unwrap_or_default().parse()?;
        Ok(Self { child, mqtt, plan, folder, used: 0 })
    }

    /// Publishes so many readings over all connections; returns readings a second until the last PUBACK.
    pub async fn run(&mut self, readings: usize, batch: usize) -> Outcome<f64> {
        let each = readings / CONNECTIONS / batch;
        let base = self.plan.since.0 + 86_400_000 + self.used * 1_000;
        self.used += (each * batch) as i64;
        let mut connections = tokio::task::JoinSet::new();
        let started = Instant::now();
        for meter in self.plan.meters.iter().take(CONNECTIONS).cloned() {
            connections.spawn(publish(self.mqtt, meter, base, self.used, each, batch));
        }
        while let Some(done) = connections.join_next().await {
            done??;
        }
        Ok((each * batch * CONNECTIONS) as f64 / started.elapsed().as_secs_f64())
    }

    /// Its database.
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("indowater.db")
    }

    /// How many readings it has.
    pub fn stored(&self) -> Outcome<usize> {
        let db = open_connection(&self.database(), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        Ok(db.query_row("SELECT COUNT(*) FROM reading", [], |row| row.get::<_, i64>(0))? as usize)
    }

    /// Fails unless `sync-server check` is content with it.
    pub fn check(&self) -> Outcome {
        Ok(check(self.folder.path()).map(drop)?)
    }

    /// The most memory it had, in MB.
    pub fn memory_mb(&self) -> Option<f64> {
        memory_mb(self.child.id())
    }
}

impl Drop for Ours {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The bytes of the files of a folder.
pub fn bytes(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().contains(".db"))
        .filter_map(|entry| entry.metadata().ok())
        .map(|m| m.len())
        .sum()
}

/// Readings a second apart whose register never falls behind an earlier run's.
pub fn readings(base: i64, used: i64, from: usize, count: usize) -> Vec<Telemetry> {
    (from..from + count)
        .map(|step| reading(UtcMillis(base + step as i64 * 1_000), (used + step as i64) * 10 + used * 20, 600))
        .collect()
}

async fn publish(port: u16, meter: PlannedMeter, base: i64, used: i64, messages: usize, batch: usize) -> Outcome {
    let mut options = MqttOptions::new(meter.serial.as_str(), "127.0.0.1", port);
    options.set_credentials(meter.serial.as_str(), &meter.secret).set_inflight(100).set_max_packet_size(1 << 20, 1 << 20);
    let (client, mut events) = AsyncClient::new(options, 100);
    let topic = format!("indowater/v1/{}/telemetry", meter.serial);
    let sender = tokio::spawn(async move {
        for message in 0..messages {
            let sent = readings(base, used, message * batch, batch);
            let payload = if batch == 1 { serde_json::to_vec(&sent[0]) } else { serde_json::to_vec(&sent) };
            client.publish(&topic, QoS::AtLeastOnce, false, payload.unwrap_or_default()).await?;
        }
        Ok::<_, rumqttc::ClientError>(client)
    });
    let mut acknowledged = 0;
    while acknowledged < messages {
        if let Event::Incoming(Packet::PubAck(_)) = events.poll().await? {
            acknowledged += 1;
        }
    }
    drop(sender.await??);
    Ok(())
}

fn line(work: &str, peer: &str, ours: &[f64], theirs: &[f64], durability: &str, memory: Option<f64>) -> Line {
    let ((ours, spread), (theirs, _)) = (median(ours.to_vec()), median(theirs.to_vec()));
    Line {
        work: work.into(),
        peer: peer.into(),
        ours,
        theirs: (theirs > 0.0).then_some(theirs),
        unit: "readings/s",
        better: "higher",
        spread,
        memory_mb: memory,
        durability: durability.into(),
    }
}

pub async fn run() -> Outcome<Vec<Line>> {
    let mut ours = Ours::start()?;
    let pocketbase = PocketBase::start().await?;
    let mosquitto = Mosquitto::start()?;
    let copied = Copied::start();
    let (mut one, mut many, mut pb_one, mut pb_many, mut broker, mut copy) = (vec![], vec![], vec![], vec![], vec![], vec![]);
    let before = bytes(ours.folder.path());
    for _ in 0..REPEATS {
        one.push(ours.run(OURS.0, 1).await?);
        pb_one.push(pocketbase.run(THEIRS.0, 1).await?);
        many.push(ours.run(OURS.1, BATCH).await?);
        pb_many.push(pocketbase.run(THEIRS.1, BATCH).await?);
        broker.push(mosquitto.run(OURS.1 / 2).await?);
        if let Some(copied) = &copied {
            copy.push(copied.run(OURS.1)?);
        }
    }
    let total = (OURS.0 + OURS.1) * REPEATS;
    let memory = ours.memory_mb();
    // A figure for readings that are not there would be worth nothing.
    let stored = ours.stored()?;
    if stored != total {
        return Err(format!("{total} readings were acknowledged, {stored} are stored").into());
    }
    let full = "ours WAL + FULL, PUBACK after commit";
    let normal = "theirs WAL + NORMAL";
    let mut lines = vec![
        line(
            "one reading a message, 50 connections",
            "PocketBase record create",
            &one,
            &pb_one,
            &format!("{full}; {normal}"),
            memory,
        ),
        line(
            "100 readings a message, 50 connections",
            "PocketBase batch API",
            &many,
            &pb_many,
            &format!("{full}; {normal}"),
            memory,
        ),
        line(
            "100 readings a message, 50 connections",
            "Mosquitto + subscriber to SQLite",
            &many,
            &broker,
            &format!("{full}; theirs WAL + FULL, 100 rows a commit, PUBACK before it"),
            memory,
        ),
    ];
    lines.push(line(
        "the same rows, no network",
        "PostgreSQL 15 COPY (ceiling)",
        &many,
        &copy,
        &format!("{full}; theirs synchronous_commit = on, one transaction"),
        None,
    ));
    let per_reading = (bytes(ours.folder.path()) - before) as f64 / total as f64;
    lines.push(size("PocketBase", per_reading, pocketbase.bytes_per_row((THEIRS.0 + THEIRS.1) * REPEATS)));
    lines.push(size("Mosquitto + subscriber", per_reading, mosquitto.bytes_per_row(OURS.1 / 2 * REPEATS)));
    Ok(lines)
}

fn size(peer: &str, ours: f64, theirs: f64) -> Line {
    Line {
        work: "disk".into(),
        peer: peer.into(),
        ours,
        theirs: Some(theirs),
        unit: "B/reading",
        better: "lower",
        spread: 0.0,
        memory_mb: None,
        durability: "database and log, after the runs".into(),
    }
}
