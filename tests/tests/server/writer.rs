//! The writer goes on whatever one message or job does: what fails is left out alone.

use domain::UtcMillis;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use sync_server::core::feed::BucketAdvanced;
use sync_server::core::turns;
use sync_server::core::writer::{self, Pipeline};
use sync_server::core::{Clock, Db, Tx, migrate, now, open_connection};
use sync_server::error::Error;
use sync_server::metering::intake::{Counts, Intake, MeterMessage, Source};
use tests::world::{World, reading};
use tokio::sync::oneshot;

/// A message of a meter, and what is answered to it.
fn message(meter: i64, register: i64) -> (Intake, oneshot::Receiver<Option<Counts>>) {
    let (answer, answered) = oneshot::channel();
    let at = UtcMillis(now().0 - 3_600_000 + register);
    let intake = Intake {
        meter,
        message: MeterMessage::Readings(vec![reading(at, register, 0)]),
        received: now(),
        source: Source::Mqtt,
        answer: Box::new(move |counts| drop(answer.send(counts))),
    };
    (intake, answered)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_cannot_be_taken_in_keeps_no_other_of_its_group_from_it() {
    let running = World::new().start().await;
    let writer = running.server.app.store.writer.clone();
    // Both ways: at the front of a group, and behind a job of it.
    for job_first in [false, true] {
        // While this job holds the writer, the rest becomes one group.
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let held = writer.enqueue(move |_| wait.recv().map_err(|_| Error::Stopped)).await.expect("queued");
        let base = if job_first { 50_000 } else { 1_000 };
        let job = if job_first { Some(writer.enqueue(|_| Ok(7)).await.expect("queued")) } else { None };
        let mut answers = Vec::new();
        // There is no meter 999; the others go on, before it and behind it, of the same meter and of another.
        for (place, meter) in [1, 2, 999, 1, 999, 2].into_iter().enumerate() {
            let (intake, answered) = message(meter, base + place as i64 * 100);
            writer.intake(intake).await.expect("queued");
            answers.push(answered);
        }
        go.send(()).expect("it waits");
        held.await.expect("answered").expect("done");
        if let Some(job) = job {
            assert_eq!(job.await.expect("answered").expect("done"), 7);
        }
        let mut stored = Vec::new();
        for answered in answers {
            stored.push(answered.await.expect("answered").map(|counts| counts.stored));
        }
        assert_eq!(stored, [Some(1), Some(1), None, Some(1), None, Some(1)], "behind a job: {job_first}");
    }
    running.server.app.store.writer.publish(false).await.expect("published");
    let report = running.server.app.store.read(|db| sync_server::check::check(db)).await.expect("checked");
    assert_eq!((report.findings, report.readings), (Vec::<String>::new(), 8), "sums are those of the readings");
    running.server.stop().await;
}

/// Writes numbers; some of them panic, in each place where something can.
struct Numbers {
    pending: Vec<i64>,
}

const PANICS_AT_ONCE: i64 = 13;
const PANICS_AT_FLUSH: i64 = 14;
const PANICS_WHEN_ANSWERED: i64 = 15;

impl Pipeline for Numbers {
    type Intake = (i64, Answered);
    type Counts = ();
    type Signals = ();

    fn weight(_: &Self::Intake) -> usize {
        1
    }

    fn meter((number, _): &Self::Intake) -> i64 {
        *number
    }

    fn source(_: &Self::Intake) -> (turns::Source, usize) {
        (turns::Source::SERVER, 0)
    }

    fn take_in(&mut self, tx: &mut Tx<'_>, (number, _): &Self::Intake) -> Result<(), Error> {
        tx.db.execute("INSERT INTO meta (key, value) VALUES (?1, '')", [format!("n{number}")])?;
        assert_ne!(*number, PANICS_AT_ONCE);
        self.pending.push(*number);
        Ok(())
    }

    fn answer((number, answered): Self::Intake, counts: Option<()>) {
        answered.lock().expect("not poisoned").push((number, counts.is_some()));
        assert_ne!(number, PANICS_WHEN_ANSWERED);
    }

    fn flush(&mut self, _: &mut Tx<'_>) -> Result<(), Error> {
        assert!(!self.pending.contains(&PANICS_AT_FLUSH));
        self.pending.clear();
        Ok(())
    }

    fn forget(&mut self, _: BTreeSet<i64>) {}

    fn undo(&mut self, _: BTreeSet<i64>) {
        self.pending.clear();
    }

    fn forget_all(&mut self, _: &Db) -> Result<(), Error> {
        self.pending.clear();
        Ok(())
    }

    fn publish(&mut self, _: &mut Tx<'_>, _: bool) -> Result<usize, Error> {
        panic!("publishing")
    }

    fn finish(&mut self, _: &mut Tx<'_>) -> Result<(), Error> {
        Ok(())
    }

    fn committed(&mut self, (): (), _: &[BucketAdvanced], _: bool) {}
}

type Answered = Arc<Mutex<Vec<(i64, bool)>>>;

/// A writer of numbers over a database in a folder, and where it keeps its answers.
fn writer_in(folder: &std::path::Path) -> (writer::Handle<(i64, Answered)>, Answered) {
    let mut db = open_connection(&folder.join("indowater.db"), rusqlite::OpenFlags::default()).expect("a database");
    migrate::run(&mut db).expect("the schema");
    let answered = Answered::default();
    let numbers = Numbers { pending: Vec::new() };
    (writer::start(db, numbers, Clock::default()).expect("a writer"), answered)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_message_is_answered_however_it_arrives_between_jobs() {
    const EACH: i64 = 3_000;
    let folder = tempfile::tempdir().expect("a folder");
    let (writer, answered) = writer_in(folder.path());
    let senders = (1..=4).map(|sender| {
        let (writer, answered) = (writer.clone(), Arc::clone(&answered));
        tokio::spawn(async move {
            for number in (0..EACH).map(|number| sender * 100_000 + number) {
                writer.intake((number, Arc::clone(&answered))).await.expect("queued");
                // So that the queue runs empty again and again, with messages just about to come.
                if number % 7 == 0 {
                    writer.work(|_| Ok(())).await.expect("done");
                }
            }
        })
    });
    for sender in senders.collect::<Vec<_>>() {
        sender.await.expect("sent");
    }
    writer.work(|_| Ok(())).await.expect("done after all of them");
    let answered = answered.lock().expect("not poisoned");
    assert_eq!(answered.iter().filter(|(_, stored)| *stored).count() as i64, 4 * EACH);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_panic_ends_the_writer_nor_takes_its_neighbours_along() {
    let folder = tempfile::tempdir().expect("a folder");
    let (writer, kept) = writer_in(folder.path());
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let held = writer.enqueue(move |_| wait.recv().map_err(|_| Error::Stopped)).await.expect("queued");
    for number in [1, PANICS_AT_ONCE, 2, PANICS_AT_FLUSH, 3, PANICS_WHEN_ANSWERED, 4] {
        writer.intake((number, Arc::clone(&kept))).await.expect("queued");
    }
    let panics = writer.enqueue(|_: &mut Tx<'_>| -> Result<(), Error> { panic!("a job") }).await.expect("queued");
    go.send(()).expect("it waits");
    held.await.expect("answered").expect("done");
    assert!(matches!(panics.await.expect("answered"), Err(Error::Panicked)));
    writer.publish(false).await.expect_err("it panics");
    let count =
        writer.work(|tx| Ok(tx.db.query_row("SELECT COUNT(*) FROM meta WHERE key LIKE 'n%'", [], |row| row.get::<_, i64>(0))?));
    assert_eq!(count.await.expect("the writer goes on"), 5);
    let answered = kept.lock().expect("not poisoned").clone();
    assert_eq!(
        answered,
        [
            (1, true),
            (PANICS_AT_ONCE, false),
            (2, true),
            (PANICS_AT_FLUSH, false),
            (3, true),
            (PANICS_WHEN_ANSWERED, true),
            (4, true)
        ]
    );
}
