//! Re-judging is bounded: whatever one meter sends, and in whatever order, others have their turns in between, and what is stored is what a
//! walk of all readings comes to.

use domain::UtcMillis;
use domain::core::local_time::DAY_MS;
use protocol::metering::messages::Telemetry;
use std::sync::{Arc, Mutex};
use sync_server::core::now;
use sync_server::core::writer::Handle;
use sync_server::error::Error;
use sync_server::metering::intake::{Counts, Intake, MeterMessage, Source};
use tests::field::clean;
use tests::world::{World, reading};
use tokio::sync::oneshot;

/// The key of the meter that sends much.
const FLOOD: i64 = 1;

/// The key of another meter.
const OTHER: i64 = 2;

/// Names in the order in which they were answered.
type Answered = Arc<Mutex<Vec<String>>>;

/// A message, and what is answered to it; its name is written down when it is.
fn message(name: &str, meter: i64, readings: Vec<Telemetry>, answered: &Answered) -> (Intake, oneshot::Receiver<Option<Counts>>) {
    let (sends, receives) = oneshot::channel();
    let (name, answered) = (name.to_owned(), Arc::clone(answered));
    let answer = move |counts| {
        answered.lock().expect("not poisoned").push(name);
        let _ = sends.send(counts);
    };
    let message = MeterMessage::Readings(readings);
    (Intake { meter, message, received: now(), source: Source::Mqtt, answer: Box::new(answer) }, receives)
}

/// Stores a reading of each second, in messages of 500.
async fn store(writer: &Handle<Intake>, start: i64, registers: impl ExactSizeIterator<Item = i64>) {
    let mut readings = registers.zip(0..).map(|(register, second)| reading(UtcMillis(start + second * 1_000), register, 0));
    loop {
        let part: Vec<Telemetry> = readings.by_ref().take(500).collect();
        if part.is_empty() {
            return;
        }
        let (intake, answer) = message("history", FLOOD, part, &Answered::default());
        writer.intake(intake).await.expect("queued");
        answer.await.expect("answered").expect("stored");
    }
}

/// Queues messages while the writer is held, and one of another meter behind them; returns what became of them, and how many were answered
/// before that one.
async fn beside(writer: &Handle<Intake>, flood: Vec<Vec<Telemetry>>) -> (Vec<Counts>, usize) {
    let answered = Answered::default();
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let held = writer.enqueue(move |_| wait.recv().map_err(|_| Error::Stopped)).await.expect("queued");
    let mut answers = Vec::new();
    for readings in flood {
        let (intake, answer) = message("flood", FLOOD, readings, &answered);
        writer.intake(intake).await.expect("queued");
        answers.push(answer);
    }
    let (intake, other) = message("other", OTHER, vec![reading(now(), 1_000, 0)], &answered);
    writer.intake(intake).await.expect("queued");
    go.send(()).expect("it waits");
    held.await.expect("answered").expect("done");
    other.await.expect("answered").expect("stored");
    let mut counts = Vec::new();
    for answer in answers {
        counts.push(answer.await.expect("answered").expect("stored"));
    }
    let before = answered.lock().expect("not poisoned").iter().position(|name| name == "other").expect("answered");
    (counts, before)
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_hundred_thousand_contradictions_no_message_judges_all_of_them_at_once() {
    const READINGS: i64 = 100_000;
    let running = World::new().start().await;
    let writer = running.server.app.store.writer.clone();
    let start = now().0 - 2 * DAY_MS;
    let register = |second: i64| 500_000_000 + second % 2 * 50_000_000;
    store(&writer, start, (0..READINGS as usize).map(|second| register(second as i64))).await;
    // Three that agree, as if the other register had always been the right one.
    let agree = (0..3).map(|second| reading(UtcMillis(start + (READINGS + second) * 1_000), 550_000_000, 0)).collect();
    let (counts, _) = beside(&writer, vec![agree]).await;
    assert!((3..5_000).contains(&counts[0].walked), "{} readings were judged again", counts[0].walked);
    // Some, with so much stored between two of them that all of it would be judged again.
    let among = |shift: i64| {
        let at = |place: i64| UtcMillis(start + place * 1_600_000 + shift);
        (0..READINGS / 1_600).map(|place| reading(at(place), 500_000_000, 0)).collect()
    };
    let (counts, before) = beside(&writer, vec![among(300), among(600)]).await;
    assert_eq!(before, 0, "the other meter has its turn before the first of such messages is done");
    assert!(counts.iter().all(|counts| i64::from(counts.stored) == READINGS / 1_600), "{counts:?}");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readings_that_come_late_one_by_one_keep_nobody_waiting_for_all_of_them() {
    const READINGS: i64 = 10_000;
    let running = World::new().start().await;
    let writer = running.server.app.store.writer.clone();
    let start = now().0 - DAY_MS;
    store(&writer, start, (0..READINGS as usize).map(|second| second as i64 * 10)).await;
    // In no order, and in every other message a register that cannot be.
    let late = |place: i64| {
        let second = place * 7_919 % READINGS;
        reading(UtcMillis(start + second * 1_000 + 500), second * 10 + place % 2 * 90_000_000, 0)
    };
    let (counts, before) = beside(&writer, (0..200).map(|place| vec![late(place)]).collect()).await;
    assert!(before < 100, "{before} of 200 were judged before it");
    assert!(counts.iter().all(|counts| counts.stored == 1 && counts.late == 1), "{counts:?}");
    // In one message with few stored ones between two of them, and many in all.
    let among = (0..READINGS / 100).map(|place| reading(UtcMillis(start + place * 100_000 + 700), place * 1_000, 0)).collect();
    let (counts, before) = beside(&writer, vec![among]).await;
    assert_eq!((before, i64::from(counts[0].stored)), (0, READINGS / 100));
    // The meter contradicts itself and goes offline while much of that waits: what it said last stands.
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let held = writer.enqueue(move |_| wait.recv().map_err(|_| Error::Stopped)).await.expect("queued");
    for place in 0..200 {
        let newest = reading(UtcMillis(start + (READINGS + place) * 1_000), 100_000 + place % 2 * 90_000_000, 0);
        writer.intake(message("flood", FLOOD, vec![newest], &Answered::default()).0).await.expect("queued");
    }
    let (mut will, answer) = message("will", FLOOD, Vec::new(), &Answered::default());
    will.message = MeterMessage::Online(false);
    writer.intake(will).await.expect("queued");
    go.send(()).expect("it waits");
    held.await.expect("answered").expect("done");
    answer.await.expect("answered").expect("stored");
    let sql = "SELECT said_offline, (SELECT count(*) FROM reading) FROM meter_state WHERE meter = 1";
    let read =
        running.server.app.store.read(|db| Ok(db.query_row(sql, [], |row| Ok((row.get::<_, bool>(0)?, row.get::<_, i64>(1)?)))?));
    assert_eq!(read.await.expect("read"), (true, READINGS + 400 + READINGS / 100 + 2));
    clean(running).await;
}
