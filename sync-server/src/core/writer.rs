//! The one writer: a thread that takes what has queued up, does it in one transaction, and answers when that is on disk.
//!
//! Group commit is what makes `synchronous = FULL` affordable: one fsync for everything that came while the last one ran. The queue
//! is bounded, so when the disk is slower than the meters, the meters wait; memory does not grow.

use crate::core::feed::BucketAdvanced;
use crate::core::intake_run::{self, Taken};
use crate::core::rows::scope_invalidations;
pub use crate::core::tx::in_savepoint;
use crate::core::{Clock, Db, Tx};
use crate::error::Error;
use rusqlite::{Connection, TransactionBehavior};
use std::collections::BTreeSet;
use std::iter::Peekable;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;
use tokio::sync::{mpsc, oneshot};

/// Jobs that may wait for the writer.
const QUEUE: usize = 4_096;

/// Jobs that share one transaction at most: it bounds how long the first of them waits for the last.
const GROUP: usize = 1_024;

/// Readings that share one transaction at most, or what weighs as much, for the same reason.
const GROUP_READINGS: usize = 20_000;

/// What a job weighs beside a reading, by the time it takes.
const JOB: usize = 20;

/// A pause after a transaction that could not begin.
const RETRY_DELAY: std::time::Duration = std::time::Duration::from_millis(200);

/// Called with whether the group is on disk.
type Answer = Box<dyn FnOnce(Result<(), Error>) + Send>;
type Work = Box<dyn FnOnce(&mut Tx<'_>) -> Answer + Send>;
/// How the messages in front of a group are taken in.
type TakeRun<P> = fn(&mut P, &mut Tx<'_>, &mut [Taken<P>]) -> Result<(), Error>;

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

    /// Key of the meter that a message is of.
    fn meter(intake: &Self::Intake) -> i64;

    /// Takes a message in. What it adds to sums may be kept until [`Self::flush`].
    ///
    /// # Errors
    /// The database; what was done since the last flush must then be rolled back, and [`Self::undo`] called.
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

    /// Forgets what messages of these meters have left since the last flush, after they were rolled back.
    fn undo(&mut self, meters: BTreeSet<i64>);

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

enum Job<I> {
    Intake(I),
    Work { jobs: usize, work: Work },
    Publish { due_only: bool, done: oneshot::Sender<Result<usize, Error>> },
    Forget,
}

/// The way to the writer.
pub struct Handle<I> {
    queue: mpsc::Sender<Job<I>>,
}

impl<I> Clone for Handle<I> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone() }
    }
}

impl<I: Send + 'static> Handle<I> {
    /// Hands readings over; what comes of them goes to the intake's own answer, once it is on disk. Waits while the queue is full.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub async fn intake(&self, intake: I) -> Result<(), Error> {
        self.queue.send(Job::Intake(intake)).await.map_err(|_| Error::Stopped)
    }

    /// Does `work` in a savepoint of a group's transaction and returns when it is on disk. If it fails, nothing of it stays.
    ///
    /// # Errors
    /// What `work` says, or [`Error::Stopped`].
    pub async fn work<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        self.enqueue(work).await?.await.map_err(|_| Error::Stopped)?
    }

    /// The same in two steps, for several that are to be done in this order: the answer comes on what is returned.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub async fn enqueue<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<R, Error> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<R, Error>>, Error> {
        let (answer, answered) = oneshot::channel();
        let work: Work = Box::new(move |tx| {
            let outcome = in_savepoint(tx, work);
            Box::new(move |committed| {
                let _ = answer.send(committed.and(outcome));
            })
        });
        self.queue.send(Job::Work { jobs: 1, work }).await.map_err(|_| Error::Stopped)?;
        Ok(answered)
    }

    /// Does `work` with each item in order, as so many jobs, of which each stays or goes by itself; the answers come on what is returned.
    /// All of them are on disk with one commit, and one savepoint does for all where all go well, as they mostly do: each savepoint copies
    /// every page that is written in it.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub async fn enqueue_each<T: Send + 'static, R: Send + 'static>(
        &self,
        items: Vec<T>,
        mut work: impl FnMut(&mut Tx<'_>, &T) -> Result<R, Error> + Send + 'static,
    ) -> Result<oneshot::Receiver<Vec<Result<R, Error>>>, Error> {
        let (answer, answered) = oneshot::channel();
        let jobs = items.len();
        let work: Work = Box::new(move |tx| {
            let all = in_savepoint(tx, |tx| items.iter().map(|item| work(tx, item)).collect::<Result<Vec<_>, _>>());
            let outcomes: Vec<Result<R, Error>> = match all {
                Ok(all) => all.into_iter().map(Ok).collect(),
                Err(_) => items.iter().map(|item| in_savepoint(tx, |tx| work(tx, item))).collect(),
            };
            Box::new(move |committed| {
                // Without its commit nothing happened; whoever waits learns that from the channel that closes.
                if committed.is_ok() {
                    let _ = answer.send(outcomes);
                }
            })
        });
        self.queue.send(Job::Work { jobs, work }).await.map_err(|_| Error::Stopped)?;
        Ok(answered)
    }

    /// Writes change rows for what ingest changed; returns for how many meters.
    ///
    /// # Errors
    /// The database, or [`Error::Stopped`].
    pub async fn publish(&self, due_only: bool) -> Result<usize, Error> {
        let (done, answered) = oneshot::channel();
        self.queue.send(Job::Publish { due_only, done }).await.map_err(|_| Error::Stopped)?;
        answered.await.map_err(|_| Error::Stopped)?
    }

    /// Makes the writer read meters and installations anew, after they were changed.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub async fn forget_meters(&self) -> Result<(), Error> {
        self.queue.send(Job::Forget).await.map_err(|_| Error::Stopped)
    }

    /// Whether the writer still takes jobs.
    pub fn is_alive(&self) -> bool {
        !self.queue.is_closed()
    }

    /// Jobs waiting.
    pub fn queued(&self) -> usize {
        QUEUE - self.queue.capacity()
    }
}

/// Starts the writing thread.
///
/// # Errors
/// The thread cannot be started, or the database.
pub fn start<P: Pipeline>(connection: Connection, pipeline: P, clock: Clock) -> Result<Handle<P::Intake>, Error> {
    let (queue, jobs) = mpsc::channel(QUEUE);
    scope_invalidations::watch(&connection)?;
    std::thread::Builder::new().name("store-writer".into()).spawn(move || Writer { connection, pipeline, clock }.run(jobs))?;
    Ok(Handle { queue })
}

struct Writer<P> {
    connection: Connection,
    pipeline: P,
    clock: Clock,
}

/// Who is to be answered once a group is on disk, or is rolled back.
struct Answers<P: Pipeline> {
    jobs: Vec<Answer>,
    intakes: Vec<Taken<P>>,
    progress: Progress,
}

/// How far a transaction came.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// It did not begin.
    Waiting,
    /// At the messages in front; no job was begun.
    InFront,
    /// Behind them.
    Behind,
}

/// Takes the messages that are next in the queue, as long as the group may become longer.
fn next_run<P: Pipeline>(
    jobs: &mut Peekable<impl Iterator<Item = Job<P::Intake>>>,
    readings: &mut usize,
) -> impl Iterator<Item = Taken<P>> {
    let mut run = Vec::new();
    while *readings < GROUP_READINGS
        && let Some(Job::Intake(intake)) = jobs.next_if(|job| matches!(job, Job::Intake(_)))
    {
        *readings += P::weight(&intake);
        run.push((intake, None));
    }
    run.into_iter()
}

impl<P: Pipeline> Writer<P> {
    fn run(mut self, mut jobs: mpsc::Receiver<Job<P::Intake>>) {
        let mut group = Vec::with_capacity(GROUP);
        while jobs.blocking_recv_many(&mut group, GROUP) > 0 {
            self.commit(&mut group);
        }
        // A last checkpoint leaves one file behind rather than three; the log is as durable, so a failure costs nothing.
        let _ = self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    fn commit(&mut self, group: &mut Vec<Job<P::Intake>>) {
        let mut rest = group.drain(..).peekable();
        while rest.peek().is_some() {
            let started = Instant::now();
            let mut readings = 0;
            let intakes = next_run::<P>(&mut rest, &mut readings).collect();
            let mut answers = Answers { jobs: Vec::new(), intakes, progress: Progress::Waiting };
            let mut outcome = self.attempt((intake_run::together, readings), &mut rest, &mut answers);
            if outcome.is_err() && answers.progress == Progress::InFront {
                intake_run::undo(&mut self.pipeline, &answers.intakes);
                outcome = self.attempt((intake_run::one_by_one, readings), &mut rest, &mut answers);
            }
            metrics::histogram!("indowater_commit_seconds").record(started.elapsed().as_secs_f64());
            if let Err(error) = &outcome {
                tracing::error!(%error, "a group was rolled back");
                if answers.progress == Progress::Waiting {
                    // The transaction could not even begin. Nobody is left waiting, and the disk gets a pause.
                    answers.intakes.extend(rest.by_ref().filter_map(|job| match job {
                        Job::Intake(intake) => Some((intake, None)),
                        _ => None,
                    }));
                    std::thread::sleep(RETRY_DELAY);
                }
                if let Err(error) = self.pipeline.forget_all(&self.connection) {
                    tracing::error!(%error, "what is unpublished could not be read; it is published after the next start");
                }
            }
            answers.send(outcome.is_ok());
        }
    }

    /// [`Self::transact`], of which no panic ends the writer.
    fn attempt(
        &mut self,
        (take_front, readings): (TakeRun<P>, usize),
        jobs: &mut Peekable<impl Iterator<Item = Job<P::Intake>>>,
        answers: &mut Answers<P>,
    ) -> Result<(), Error> {
        catch_unwind(AssertUnwindSafe(|| self.transact((take_front, readings), jobs, answers))).unwrap_or(Err(Error::Panicked))
    }

    /// Does a group in one transaction: the messages in front, which `answers` has, by `take_front`, and then `jobs`.
    fn transact(
        &mut self,
        (take_front, mut readings): (TakeRun<P>, usize),
        jobs: &mut Peekable<impl Iterator<Item = Job<P::Intake>>>,
        answers: &mut Answers<P>,
    ) -> Result<(), Error> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut tx = Tx::new(&transaction, self.clock.now());
        answers.progress = Progress::InFront;
        take_front(&mut self.pipeline, &mut tx, &mut answers.intakes)?;
        answers.progress = Progress::Behind;
        let mut published = Vec::new();
        while readings < GROUP_READINGS {
            let first = answers.intakes.len();
            answers.intakes.extend(next_run::<P>(jobs, &mut readings));
            if answers.intakes.len() > first {
                intake_run::in_between(&mut self.pipeline, &mut tx, &mut answers.intakes[first..])?;
                continue;
            }
            match jobs.next() {
                // Messages are taken above.
                None | Some(Job::Intake(_)) => break,
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
    /// Answers everybody. Whoever panics at that, and has been reported by it, keeps nobody else from the answer.
    fn send(self, committed: bool) {
        for (intake, counts) in self.intakes {
            let _ = catch_unwind(AssertUnwindSafe(|| P::answer(intake, counts.filter(|_| committed))));
        }
        for answer in self.jobs {
            let _ = catch_unwind(AssertUnwindSafe(|| answer(if committed { Ok(()) } else { Err(Error::Stopped) })));
        }
    }
}
