//! The one writer: a thread that takes what has queued up, does it in one transaction, and answers when that is on disk.
//!
//! Group commit is what makes `synchronous = FULL` affordable: one fsync for everything that came while the last one ran. The queue
//! is bounded, so when the disk is slower than the meters, the meters wait; memory does not grow. Its sources take turns
//! ([`crate::core::turns`]), and a transaction ends soon where only a few of them have much to do, so that nobody waits long for another.

use crate::core::feed::BucketAdvanced;
use crate::core::handle::{JOB, JOB_BYTES};
use crate::core::queue::{Closing, Queue};
use crate::core::rows::scope_invalidations;
use crate::core::turns::{Cost, Limits, Load, SHARE, Source};
use crate::core::{Clock, Db, Tx};
use crate::error::Error;
use rusqlite::{Connection, TransactionBehavior};
use std::collections::{BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

pub use crate::core::handle::Handle;

/// What may wait for the writer.
const QUEUE: Limits = Limits {
    total: Load { count: 4_096, bytes: 64 << 20 },
    utility: Load { count: 3_584, bytes: 56 << 20 },
    lane: Load { count: 256, bytes: 8 << 20 },
};

/// Jobs that share one transaction at most: it bounds how long the first of them waits for the last.
const GROUP: usize = 1_024;

/// Readings that share one transaction at most, or what weighs as much, for the same reason.
const GROUP_READINGS: usize = 20_000;

/// How long a transaction goes on with further rounds after every lane has given its share: an fsync is dear where one source has much to do,
/// and others must not wait long for it.
const FURTHER_ROUNDS: Duration = Duration::from_millis(10);

/// A pause after a transaction that could not begin.
const RETRY_DELAY: Duration = Duration::from_millis(200);

/// Called with whether the group is on disk.
pub(super) type Answer = Box<dyn FnOnce(Result<(), Error>) + Send>;
pub(super) type Work = Box<dyn FnOnce(&mut Tx<'_>) -> Answer + Send>;

/// What the nouns do in each transaction of the writer, around its jobs; `crate::pipeline` puts it together.
pub trait Pipeline: Send + 'static {
    /// What meters send.
    type Intake: Send + 'static;
    /// What became of one.
    type Counts: Clone + Default;
    /// What is signalled to sessions and links once a transaction is on disk.
    type Signals;

    /// What a message weighs: its readings.
    fn weight(intake: &Self::Intake) -> usize;

    /// Whose message it is, and the bytes that it holds while it waits.
    fn source(intake: &Self::Intake) -> (Source, usize);

    /// Takes a message in. What it adds to sums may be kept until [`Self::flush`].
    ///
    /// # Errors
    /// The database; the transaction must then be rolled back.
    fn take_in(&mut self, tx: &mut Tx<'_>, intake: &Self::Intake) -> Result<Self::Counts, Error>;

    /// Answers a message: what became of it once that is on disk, `None` if it was not kept.
    fn answer(intake: Self::Intake, counts: Option<Self::Counts>);

    /// Writes what [`Self::take_in`] has kept, so that a job finds every sum.
    ///
    /// # Errors
    /// As [`Self::take_in`].
    fn flush(&mut self, tx: &mut Tx<'_>) -> Result<(), Error>;

    /// Forgets what is remembered of meters whose readings a job has written by itself.
    fn forget(&mut self, meters: BTreeSet<i64>);

    /// Forgets everything that is remembered, after a rollback or after meters were changed.
    ///
    /// # Errors
    /// The database.
    fn forget_all(&mut self, db: &Db) -> Result<(), Error>;

    /// Writes change rows for what ingest changed; returns for how many meters.
    ///
    /// # Errors
    /// As [`Self::take_in`].
    fn publish(&mut self, tx: &mut Tx<'_>, due_only: bool) -> Result<usize, Error>;

    /// Does what follows from the jobs of the transaction, and collects what is to be signalled.
    ///
    /// # Errors
    /// As [`Self::take_in`].
    fn finish(&mut self, tx: &mut Tx<'_>) -> Result<Self::Signals, Error>;

    /// Signals what is on disk now. `scopes_changed`: somebody's rights or scope are not what they were.
    fn committed(&mut self, signals: Self::Signals, advanced: &[BucketAdvanced], scopes_changed: bool);
}

/// What the writer does.
pub(super) enum Job<I> {
    Intake(I),
    Work { jobs: usize, work: Work },
    Publish { due_only: bool, done: oneshot::Sender<Result<usize, Error>> },
    Forget,
}

/// Does `work` in a savepoint: if it fails or panics, nothing of it stays.
///
/// # Errors
/// What `work` says, [`Error::Panicked`], or [`Error::Stopped`] if the transaction has ended under it.
pub fn in_savepoint<R>(tx: &mut Tx<'_>, work: impl FnOnce(&mut Tx<'_>) -> Result<R, Error>) -> Result<R, Error> {
    // A full or failing disk can end the transaction under a job; a savepoint would then be a transaction of its own.
    if tx.is_autocommit() {
        return Err(Error::Stopped);
    }
    tx.db.prepare_cached("SAVEPOINT job")?.execute([])?;
    tx.feed.mark();
    let now = tx.now;
    // A fault in one job must not end the writer, which everybody's water depends on. What the job left half done is rolled back.
    let outcome = catch_unwind(AssertUnwindSafe(|| work(tx))).unwrap_or(Err(Error::Panicked));
    // A job may do its work as of another instant; the next one does not.
    tx.now = now;
    if outcome.is_ok() {
        tx.db.prepare_cached("RELEASE job")?.execute([])?;
    } else {
        tx.feed.back();
        tx.db.execute_batch("ROLLBACK TO job; RELEASE job")?;
    }
    outcome
}

/// Starts the writing thread.
///
/// # Errors
/// The thread cannot be started, or the database.
pub fn start<P: Pipeline>(connection: Connection, pipeline: P, clock: Clock) -> Result<Handle<P::Intake>, Error> {
    let queue = Arc::new(Queue::new(QUEUE));
    scope_invalidations::watch(&connection)?;
    let jobs = Ending(Arc::clone(&queue));
    std::thread::Builder::new().name("store-writer".into()).spawn(move || Writer { connection, pipeline, clock }.run(&jobs.0))?;
    let cost = |intake: &P::Intake| {
        let (source, bytes) = P::source(intake);
        (source, Cost { weight: P::weight(intake), bytes: JOB_BYTES + bytes })
    };
    Ok(Handle { queue: Arc::new(Closing(queue)), source: Source::SERVER, cost })
}

/// Ends the queue with the writer: what waits is dropped, and whoever waits for it learns that from the channel that closes.
struct Ending<I>(Arc<Queue<Job<I>>>);

impl<I> Drop for Ending<I> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// The jobs of one transaction.
struct Group<'a, I> {
    queue: &'a Queue<Job<I>>,
    jobs: &'a mut VecDeque<Job<I>>,
    started: Instant,
    /// Jobs given out.
    taken: usize,
}

impl<I> Iterator for Group<'_, I> {
    type Item = Job<I>;

    fn next(&mut self) -> Option<Job<I>> {
        // With no more than a lane's share at a time, one source alone would pay an fsync for each share.
        if self.jobs.is_empty() && self.taken < GROUP && self.started.elapsed() < FURTHER_ROUNDS {
            self.queue.take_more(GROUP - self.taken, SHARE, self.jobs);
        }
        self.taken += 1;
        self.jobs.pop_front()
    }
}

struct Writer<P> {
    connection: Connection,
    pipeline: P,
    clock: Clock,
}

/// Who is to be answered once a group is on disk, or is rolled back.
struct Answers<P: Pipeline> {
    jobs: Vec<Answer>,
    intakes: Vec<(P::Intake, P::Counts)>,
}

impl<P: Pipeline> Writer<P> {
    fn run(mut self, jobs: &Queue<Job<P::Intake>>) {
        let mut group = VecDeque::with_capacity(GROUP);
        loop {
            jobs.take(GROUP, GROUP_READINGS, &mut group);
            if group.is_empty() {
                break;
            }
            self.commit(jobs, &mut group);
        }
        // A last checkpoint leaves one file behind rather than three; the log is as durable, so a failure costs nothing.
        let _ = self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    fn commit(&mut self, queue: &Queue<Job<P::Intake>>, group: &mut VecDeque<Job<P::Intake>>) {
        while !group.is_empty() {
            let started = Instant::now();
            let mut answers = Answers { jobs: Vec::new(), intakes: Vec::new() };
            let outcome = self.transact(&mut Group { queue, jobs: group, started, taken: 0 }, &mut answers);
            metrics::histogram!("indowater_commit_seconds").record(started.elapsed().as_secs_f64());
            if let Err(error) = &outcome {
                tracing::error!(%error, "a group was rolled back");
                if answers.jobs.is_empty() && answers.intakes.is_empty() {
                    // The transaction could not even begin. Nobody is left waiting, and the disk gets a pause.
                    for job in group.drain(..) {
                        if let Job::Intake(intake) = job {
                            P::answer(intake, None);
                        }
                    }
                    std::thread::sleep(RETRY_DELAY);
                }
                if let Err(error) = self.pipeline.forget_all(&self.connection) {
                    tracing::error!(%error, "what is unpublished could not be read; it is published after the next start");
                }
            }
            answers.send(outcome.is_ok());
        }
    }

    fn transact(&mut self, jobs: &mut impl Iterator<Item = Job<P::Intake>>, answers: &mut Answers<P>) -> Result<(), Error> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut tx = Tx::new(&transaction, self.clock.now());
        let mut published = Vec::new();
        let mut readings = 0;
        while readings < GROUP_READINGS {
            match jobs.next() {
                None => break,
                Some(Job::Intake(intake)) => {
                    readings += P::weight(&intake);
                    // On an error the group is rolled back, and its senders are answered that nothing was kept.
                    let taken = self.pipeline.take_in(&mut tx, &intake);
                    answers.intakes.push((intake, taken.as_ref().cloned().unwrap_or_default()));
                    taken?;
                }
                Some(Job::Work { jobs, work }) => {
                    readings += jobs * JOB;
                    self.pipeline.flush(&mut tx)?;
                    answers.jobs.push(work(&mut tx));
                    // A full or failing disk can end the whole transaction under a job: what came after it would then be outside of it.
                    if transaction.is_autocommit() {
                        return Err(Error::Stopped);
                    }
                    self.pipeline.forget(tx.take_touched_meters());
                }
                Some(Job::Publish { due_only, done }) => {
                    self.pipeline.flush(&mut tx)?;
                    published.push((done, self.pipeline.publish(&mut tx, due_only)?));
                }
                Some(Job::Forget) => {
                    self.pipeline.flush(&mut tx)?;
                    self.pipeline.forget_all(&transaction)?;
                }
            }
        }
        self.pipeline.flush(&mut tx)?;
        let signals = self.pipeline.finish(&mut tx)?;
        let scopes_changed = scope_invalidations::take(&mut tx)?;
        let advanced = tx.feed.save(&transaction)?;
        transaction.commit()?;
        for (done, count) in published {
            let _ = done.send(Ok(count));
        }
        self.pipeline.committed(signals, &advanced, scopes_changed);
        Ok(())
    }
}

impl<P: Pipeline> Answers<P> {
    fn send(self, committed: bool) {
        for (intake, counts) in self.intakes {
            P::answer(intake, committed.then_some(counts));
        }
        for answer in self.jobs {
            answer(if committed { Ok(()) } else { Err(Error::Stopped) });
        }
    }
}
