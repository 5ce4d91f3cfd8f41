//! What others wait for while one user and one meter send as much as they can: an edit of another user, a reading of another meter.

use super::{Line, Outcome, figure};
use domain::core::local_time::DAY_MS;
use domain::people::Role;
use domain::sync::edit::CustomerField;
use domain::{CustomerId, UserId, UtcMillis};
use protocol::people::auth::{SignIn, Tokens};
use protocol::sync::push::{OperationEnvelope, Push};
use reqwest::{Client, StatusCode};
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use rusqlite::OpenFlags;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use sync_server::cli::provision::transact;
use sync_server::core::{now, open_connection};
use sync_server::metering::fleet;
use sync_server::people::accounts;
use sync_server::people::accounts::NewUser;
use sync_server::people::auth::password;
use tests::ops::{edit, op};
use tests::server::{ServerProcess, check};
use tests::world::{Device, PASSWORD, World, email, reading};
use tokio::sync::watch;
use uuid::Uuid;

/// Connections of the user who pushes without end.
const PUSHING: usize = 20;
/// Operations of each push.
const OPS: usize = 2_000;
/// Readings of each message of the meter that sends without end.
const BATCH: usize = 500;
/// How long others are timed, and how long the load runs before.
const TIMED: Duration = Duration::from_secs(30);
const BEFORE: Duration = Duration::from_secs(3);
/// Between two edits, and between two readings, of the others.
const EVERY: Duration = Duration::from_millis(100);
/// After a refusal; less than is asked for.
const AGAIN: Duration = Duration::from_millis(50);

/// Readings of a meter that contradict one another, before others are timed beside more of them.
const CONTRADICTING: usize = 100_000;

const DURABILITY: &str = "WAL + FULL; beside 20 connections with 2,000 operations each and a meter with 500 readings a message";

const CONTRADICTIONS: &str = "WAL + FULL; beside a meter of which 100,000 and more readings contradict one another";

pub async fn run() -> Outcome<Vec<Line>> {
    let world = World::new();
    let customers = prepare(&world)?;
    let server = ServerProcess::start(world.folder.path()).await;
    let (busy, other) = (token(&server.url(), "admin").await?, token(&server.url(), "second").await?);
    let (stop, stopped) = watch::channel(false);
    let mut load = tokio::task::JoinSet::new();
    for customer in customers.iter().skip(1).copied() {
        load.spawn(push_on(server.url(), busy.clone(), customer, stopped.clone()));
    }
    let flood = Flood { meter: world.meters[0].clone(), days_ago: 300, register: |step| step * 10, stopped };
    load.spawn(publish_on(server.mqtt.port(), flood, Arc::default()));
    tokio::time::sleep(BEFORE).await;
    let (edits, readings) = tokio::join!(
        time_edits(server.url(), other, customers[0]),
        time_readings(server.mqtt.port(), world.meters[1].clone(), 3)
    );
    stop.send(true)?;
    let mut taken = 0;
    while let Some(done) = load.join_next().await {
        taken += done??;
    }
    let beside_contradictions = time_beside_contradictions(server.mqtt.port(), &world).await?;
    drop(server);
    check(world.folder.path())?;
    let (edits, readings) = (edits?, readings?);
    Ok(vec![
        figure("edit p99", at(&edits, 0.99), 0.0, DURABILITY),
        figure("edit p50", at(&edits, 0.5), 0.0, DURABILITY),
        figure("puback p99", at(&readings, 0.99), 0.0, DURABILITY),
        figure("puback p50", at(&readings, 0.5), 0.0, DURABILITY),
        figure("puback p99 beside contradictions", at(&beside_contradictions, 0.99), 0.0, CONTRADICTIONS),
        figure("puback p50 beside contradictions", at(&beside_contradictions, 0.5), 0.0, CONTRADICTIONS),
        Line { unit: "taken", better: "higher", ..figure("operations and readings of the load", taken as f64, 0.0, DURABILITY) },
    ])
}

/// A second admin, and a customer for each connection; the first of them is the second admin's.
fn prepare(world: &World) -> Outcome<Vec<CustomerId>> {
    let mut db = open_connection(&world.folder.path().join("indowater.db"), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let customers: Vec<CustomerId> = (0..=PUSHING).map(|_| CustomerId(Uuid::now_v7())).collect();
    let password_hash = password::hash(PASSWORD)?;
    transact(&mut db, |tx| {
        let utility = tx.db.query_row("SELECT num FROM utility", [], |row| row.get(0))?;
        for (place, customer) in customers.iter().enumerate() {
            fleet::add_customer(tx, utility, *customer, &format!("1{place:02}"), "Pelanggan")?;
        }
        let second = NewUser {
            id: UserId(Uuid::now_v7()),
            utility,
            email: email("second"),
            name: "second".into(),
            password_hash,
            role: Role::Admin,
        };
        accounts::add(tx, &second)
    })?;
    Ok(customers)
}

async fn token(url: &str, name: &str) -> Outcome<String> {
    let asked = SignIn { email: email(name), password: PASSWORD.into(), device: "bench".into(), device_token: None };
    let answer = Client::new().post(format!("{url}/auth/v1/sign-in")).json(&asked).send().await?.error_for_status()?;
    Ok(answer.json::<Tokens>().await?.access_token)
}

fn envelope(customer: CustomerId, step: u64) -> OperationEnvelope {
    let city = |step: u64| if step == 0 { String::new() } else { format!("Kota {step}") };
    op(Uuid::now_v7(), step, None, &edit(customer, &[(CustomerField::City, &city(step), &city(step + 1))]))
}

/// Pushes without end; returns how many operations were taken.
async fn push_on(url: String, token: String, customer: CustomerId, stopped: watch::Receiver<bool>) -> Outcome<usize> {
    let (client, mut taken) = (Client::new(), 0);
    while !*stopped.borrow() {
        let ops = (0..OPS).map(|step| envelope(customer, (taken + step) as u64)).collect();
        let body = Push { outbox: Uuid::now_v7(), epoch: None, sent: None, ops };
        while !*stopped.borrow() {
            let answer = client.post(format!("{url}/sync/v1/push")).bearer_auth(&token).json(&body).send().await?;
            match answer.status() {
                StatusCode::OK => {
                    answer.bytes().await?;
                    taken += OPS;
                    break;
                }
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => tokio::time::sleep(AGAIN).await,
                other => return Err(format!("a push was answered {other}").into()),
            }
        }
    }
    Ok(taken)
}

fn mqtt(port: u16, meter: &Device) -> (AsyncClient, rumqttc::EventLoop, String) {
    let mut options = MqttOptions::new(meter.serial.as_str(), "127.0.0.1", port);
    options.set_credentials(meter.serial.as_str(), &meter.secret).set_inflight(100).set_max_packet_size(1 << 20, 1 << 20);
    let (client, events) = AsyncClient::new(options, 100);
    (client, events, format!("indowater/v1/{}/telemetry", meter.serial))
}

/// Times another meter's readings while one goes on to send what contradicts all that it sent before.
async fn time_beside_contradictions(port: u16, world: &World) -> Outcome<Vec<f64>> {
    let (stop, stopped) = watch::channel(false);
    // Two registers by turns, and at times one of them three times, as if the meter had been replaced.
    let register = |step: i64| if step % 1_000 < 3 || step % 2 == 0 { 1_000_000_000 } else { 1_050_000_000 };
    let taken = Arc::new(AtomicUsize::new(0));
    let flood = Flood { meter: world.meters[0].clone(), days_ago: 100, register, stopped };
    let load = tokio::spawn(publish_on(port, flood, taken.clone()));
    let mut tick = tokio::time::interval(EVERY);
    while taken.load(Ordering::Relaxed) < CONTRADICTING && !load.is_finished() {
        tick.tick().await;
    }
    let timed = time_readings(port, world.meters[1].clone(), 2).await;
    stop.send(true)?;
    load.await??;
    timed
}

/// A meter that sends without end.
struct Flood {
    meter: Device,
    /// How long ago its first reading was.
    days_ago: i64,
    /// The register of each step of a second.
    register: fn(i64) -> i64,
    stopped: watch::Receiver<bool>,
}

/// Publishes without end; returns how many readings were acknowledged, and counts them meanwhile.
async fn publish_on(port: u16, flood: Flood, taken: Arc<AtomicUsize>) -> Outcome<usize> {
    let Flood { meter, days_ago, register, stopped } = flood;
    let (client, mut events, topic) = mqtt(port, &meter);
    let ended = stopped.clone();
    let sender = tokio::spawn(async move {
        let first = now().0 - days_ago * DAY_MS;
        for message in 0.. {
            if *ended.borrow() {
                break;
            }
            let sent = |step: i64| reading(UtcMillis(first + step * 1_000), register(step), 600);
            let batch: Vec<_> = (0..BATCH as i64).map(|step| sent(message * BATCH as i64 + step)).collect();
            client.publish(&topic, QoS::AtLeastOnce, false, serde_json::to_vec(&batch).unwrap_or_default()).await?;
        }
        Ok::<_, rumqttc::ClientError>(client)
    });
    while !*stopped.borrow() {
        if let Ok(Ok(Event::Incoming(Packet::PubAck(_)))) = tokio::time::timeout(EVERY, events.poll()).await {
            taken.fetch_add(BATCH, Ordering::Relaxed);
        }
    }
    sender.abort();
    Ok(taken.load(Ordering::Relaxed))
}

/// Milliseconds of each of one user's edits, one after another.
async fn time_edits(url: String, token: String, customer: CustomerId) -> Outcome<Vec<f64>> {
    let (client, mut took, began) = (Client::new(), Vec::new(), Instant::now());
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while began.elapsed() < TIMED {
        tick.tick().await;
        let body = Push { outbox: Uuid::now_v7(), epoch: None, sent: None, ops: vec![envelope(customer, took.len() as u64)] };
        let started = Instant::now();
        let asked = client.post(format!("{url}/sync/v1/push")).bearer_auth(&token).json(&body);
        asked.send().await?.error_for_status()?.bytes().await?;
        took.push(started.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(took)
}

/// Milliseconds from each of one meter's readings to its PUBACK, one after another.
async fn time_readings(port: u16, meter: Device, days_ago: i64) -> Outcome<Vec<f64>> {
    let (client, mut events, topic) = mqtt(port, &meter);
    let (answered, mut answers) = tokio::sync::mpsc::unbounded_channel();
    let polling = tokio::spawn(async move {
        while let Ok(event) = events.poll().await {
            if matches!(event, Event::Incoming(Packet::ConnAck(_) | Packet::PubAck(_))) && answered.send(()).is_err() {
                return;
            }
        }
    });
    answers.recv().await.ok_or("the meter was not let in")?;
    let (mut took, began, first) = (Vec::new(), Instant::now(), now().0 - days_ago * DAY_MS);
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while began.elapsed() < TIMED {
        tick.tick().await;
        let step = took.len() as i64;
        let payload = serde_json::to_vec(&reading(UtcMillis(first + step * 1_000), step * 10, 600))?;
        let started = Instant::now();
        client.publish(&topic, QoS::AtLeastOnce, false, payload).await?;
        answers.recv().await.ok_or("the connection ended")?;
        took.push(started.elapsed().as_secs_f64() * 1_000.0);
    }
    polling.abort();
    Ok(took)
}

/// What so large a part of some figures does not pass.
fn at(figures: &[f64], part: f64) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(((sorted.len() as f64 * part).ceil() as usize).saturating_sub(1)).copied().unwrap_or(f64::NAN)
}
