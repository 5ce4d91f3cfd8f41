//! The one writer: a thread that takes what has queued up, does it in one transaction, and answers when that is on disk.
//!
//! Group commit is what makes `synchronous = FULL` affordable: one fsync for everything that came while the last one ran. The queue
//! is bounded, so when the disk is slower than the meters, the meters wait; memory does not grow.

use crate::billing::prices::Prices;
use crate::core::scope_invalidations;
use crate::core::{Clock, Tx};
use crate::error::Error;
use crate::metering::intake::{Counts, Intake};
use crate::metering::live::Hub;
use crate::metering::telemetry::MeterStateCache;
use crate::valve::pending_orders;
use rusqlite::{Connection, TransactionBehavior};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
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

enum Job {
    Intake(Intake),
    Work { jobs: usize, work: Work },
    Publish { due_only: bool, done: oneshot::Sender<Result<usize, Error>> },
    Forget,
}

/// The way to the writer.
#[derive(Clone)]
pub struct Handle {
    queue: mpsc::Sender<Job>,
}

impl Handle {
    /// Hands readings over; what comes of them goes to the intake's own answer, once it is on disk. Waits while the queue is full.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub async fn intake(&self, intake: Intake) -> Result<(), Error> {
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
                // Without its commit nothing happened; whoever waits hears that from the answer that does not come.
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

fn in_savepoint<R>(tx: &mut Tx<'_>, work: impl FnOnce(&mut Tx<'_>) -> Result<R, Error>) -> Result<R, Error> {
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

/// Looks at the connections whose money a group has moved, each once however often that was. One that cannot be looked at stays due.
fn reevaluate_moved(tx: &mut Tx<'_>) -> Result<(), Error> {
    for connection in crate::valve::evaluation::moved(tx)? {
        if let Err(error) = in_savepoint(tx, |tx| crate::valve::evaluation::reevaluate(tx, connection)) {
            tracing::error!(connection, %error, "a connection could not be looked at");
        }
    }
    Ok(())
}

/// Tells devices what a group did to money. What cannot be told stays to be told, and keeps nothing else from happening.
fn publish_billing_changes(tx: &mut Tx<'_>, prices: &mut Prices) {
    if let Err(error) = in_savepoint(tx, |tx| crate::pipeline::publish_billing_changes(tx, prices)) {
        tracing::error!(%error, "what is new of money could not be told");
    }
}

/// Starts the writing thread.
///
/// # Errors
/// The thread cannot be started, or the state it begins with cannot be read.
pub fn start(connection: Connection, live: Arc<Hub>, clock: Clock) -> Result<Handle, Error> {
    let (queue, jobs) = mpsc::channel(QUEUE);
    let meter_cache = MeterStateCache::load(&connection)?;
    scope_invalidations::watch(&connection)?;
    pending_orders::watch(&connection)?;
    std::thread::Builder::new()
        .name("store-writer".into())
        .spawn(move || Writer { connection, meter_cache, live, clock }.run(jobs))?;
    Ok(Handle { queue })
}

struct Writer {
    connection: Connection,
    meter_cache: MeterStateCache,
    live: Arc<Hub>,
    clock: Clock,
}

/// What a group owes its senders once it is on disk, or is not.
#[derive(Default)]
struct Owed {
    answers: Vec<Answer>,
    intakes: Vec<(Intake, Counts)>,
}

impl Writer {
    fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        let mut group = Vec::with_capacity(GROUP);
        while jobs.blocking_recv_many(&mut group, GROUP) > 0 {
            self.commit(&mut group);
        }
        // A last checkpoint leaves one file behind rather than three; the log is as durable, so a failure costs nothing.
        let _ = self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    fn commit(&mut self, group: &mut Vec<Job>) {
        let mut rest = group.drain(..).peekable();
        while rest.peek().is_some() {
            let started = Instant::now();
            let mut owed = Owed::default();
            let outcome = self.transact(&mut rest, &mut owed);
            metrics::histogram!("indowater_commit_seconds").record(started.elapsed().as_secs_f64());
            if let Err(error) = &outcome {
                tracing::error!(%error, "a group was rolled back");
                if owed.answers.is_empty() && owed.intakes.is_empty() {
                    // The transaction could not even begin. Nobody is left waiting, and the disk gets a moment.
                    for job in rest.by_ref() {
                        if let Job::Intake(intake) = job {
                            (intake.answer)(None);
                        }
                    }
                    std::thread::sleep(RETRY_DELAY);
                }
                if let Err(error) = self.meter_cache.forget_all(&self.connection) {
                    tracing::error!(%error, "what is unpublished could not be read; it is published after the next start");
                }
            }
            Self::answer(owed, outcome.is_ok());
        }
    }

    fn transact(&mut self, jobs: &mut impl Iterator<Item = Job>, owed: &mut Owed) -> Result<(), Error> {
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut context = Tx::new(&tx, self.clock.now());
        let mut published = Vec::new();
        let mut readings = 0;
        while readings < GROUP_READINGS {
            match jobs.next() {
                None => break,
                Some(Job::Intake(intake)) => {
                    readings += intake.weight();
                    // On an error the group is rolled back, and its senders are answered that nothing was kept.
                    let taken = self.meter_cache.take_in(&mut context, &intake);
                    owed.intakes.push((intake, taken.as_ref().cloned().unwrap_or_default()));
                    taken?;
                }
                Some(Job::Work { jobs, work }) => {
                    readings += jobs * JOB;
                    // A job may write readings by itself: it must find every sum, and what is remembered of its meters is then old.
                    self.meter_cache.flush(&mut context)?;
                    owed.answers.push(work(&mut context));
                    // A full or failing disk can end the whole transaction under a job: what came after it would then be outside of it.
                    if tx.is_autocommit() {
                        return Err(Error::Stopped);
                    }
                    self.meter_cache.forget(context.take_touched_meters());
                }
                Some(Job::Publish { due_only, done }) => {
                    self.meter_cache.flush(&mut context)?;
                    let MeterStateCache { dirty, prices, .. } = &mut self.meter_cache;
                    let count = crate::metering::publish::publish(&mut context, dirty, prices, due_only)?;
                    published.push((done, count));
                }
                Some(Job::Forget) => {
                    self.meter_cache.flush(&mut context)?;
                    self.meter_cache.forget_all(&tx)?;
                }
            }
        }
        self.meter_cache.flush(&mut context)?;
        reevaluate_moved(&mut context)?;
        publish_billing_changes(&mut context, &mut self.meter_cache.prices);
        let scopes_changed = scope_invalidations::take(&mut context)?;
        let ordered = pending_orders::take(&mut context)?;
        let advanced = context.feed.save(&tx)?;
        tx.commit()?;
        if scopes_changed {
            self.live.invalidate_scopes();
        }
        for (done, count) in published {
            let _ = done.send(Ok(count));
        }
        for frame in self.meter_cache.take_frames() {
            self.live.publish(frame);
        }
        self.live.wake(&advanced);
        self.live.command(&ordered);
        Ok(())
    }

    fn answer(owed: Owed, committed: bool) {
        for (intake, counts) in owed.intakes {
            if committed {
                counts.record();
            }
            (intake.answer)(committed.then_some(counts));
        }
        for answer in owed.answers {
            answer(if committed { Ok(()) } else { Err(Error::Stopped) });
        }
    }
}
