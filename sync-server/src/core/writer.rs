//! The one writer: a thread that takes what has queued up, does it in one transaction, and answers when that is on disk.
//!
//! Group commit is what makes `synchronous = FULL` affordable: one fsync for everything that came while the last one ran. The queue
//! is bounded, so when the disk is slower than the meters, the meters wait; memory does not grow. Its sources take turns
//! ([`crate::core::turns`]), and a transaction ends soon where only a few of them have much to do, so that nobody waits long for another.

use crate::core::feed::BucketAdvanced;
use crate::core::handle::{JOB, JOB_BYTES};
use crate::core::intake_run::{self, Taken};
use crate::core::queue::{Closing, Queue};
use crate::core::rows::scope_invalidations;
use crate::core::turns::{Cost, Limits, Load, SHARE, Source};
pub use crate::core::tx::in_savepoint;
use crate::core::{Clock, Db, Tx};
use crate::error::Error;
use rusqlite::{Connection, TransactionBehavior};
use std::collections::{BTreeSet, HashSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

pub use crate::core::handle::{Handle, UserHandle};

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

    /// Whose message it is, and the bytes that it holds while it waits.
    fn source(intake: &Self::Intake) -> (Source, usize);

    /// Key of the meter that a message is of.
    fn meter(intake: &Self::Intake) -> i64;

    /// Takes a message in. What it adds to sums may be kept until [`Self::flush`].
    ///
    /// # Errors
    /// The database; what was done since the last flush must then be rolled back, and [`Self::undo`] called.
    fn take_in(&mut self, tx: &mut Tx<'_>, intake: &Self::Intake) -> Result<Self::Counts, Error>;

    /// How much of a message was taken in.
    fn share(_: &Self::Counts) -> Share {
        Share::Whole
    }

    /// What is left of a message of which not all was taken in. Its answer comes when the last of it is on disk.
    fn rest(intake: Self::Intake, _: Self::Counts) -> Self::Intake {
        intake
    }

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

/// How much of a message one transaction takes in: one that makes much to be judged anew is taken in over several, so that others have their
/// turns in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// All of it.
    Whole,
    /// A part.
    Part,
    /// Nothing: what came before it in the transaction was enough.
    Nothing,
}

/// What the writer does.
pub(super) enum Job<I> {
    Intake(I),
    Work { jobs: usize, work: Work },
    Publish { due_only: bool, done: oneshot::Sender<Result<usize, Error>> },
    Forget,
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
    Ok(Handle { queue: Arc::new(Closing(queue)), source: Source::SERVER, cost: cost_of::<P> })
}

fn cost_of<P: Pipeline>(intake: &P::Intake) -> (Source, Cost) {
    let (source, bytes) = P::source(intake);
    (source, Cost { weight: P::weight(intake), bytes: JOB_BYTES + bytes })
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

impl<I> Group<'_, I> {
    /// Fetches more where nothing is left and the group may become longer.
    fn refill(&mut self) {
        // With no more than a lane's share at a time, one source alone would pay an fsync for each share.
        if self.jobs.is_empty() && self.taken < GROUP && self.started.elapsed() < FURTHER_ROUNDS {
            self.queue.take_more(GROUP - self.taken, SHARE, self.jobs);
        }
    }

    /// The next job of those that are here: what comes meanwhile may be a message, which is taken above it.
    fn next(&mut self) -> Option<Job<I>> {
        let job = self.jobs.pop_front();
        self.taken += usize::from(job.is_some());
        job
    }

    /// Takes the messages that are next, as long as the group may become longer.
    fn next_run<P: Pipeline<Intake = I>>(&mut self, readings: &mut usize) -> Vec<Taken<P>> {
        let mut run = Vec::new();
        while *readings < GROUP_READINGS {
            self.refill();
            match self.jobs.pop_front() {
                Some(Job::Intake(intake)) => {
                    self.taken += 1;
                    *readings += P::weight(&intake);
                    run.push((intake, None));
                }
                Some(other) => {
                    self.jobs.push_front(other);
                    break;
                }
                None => break,
            }
        }
        run
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
            let mut jobs = Group { queue, jobs: group, started, taken: 0 };
            let mut readings = 0;
            let intakes = jobs.next_run::<P>(&mut readings);
            let mut answers = Answers { jobs: Vec::new(), intakes, progress: Progress::Waiting };
            let mut outcome = self.attempt((intake_run::together, readings), &mut jobs, &mut answers);
            if outcome.is_err() && answers.progress == Progress::InFront {
                intake_run::undo(&mut self.pipeline, &answers.intakes);
                outcome = self.attempt((intake_run::one_by_one, readings), &mut jobs, &mut answers);
            }
            metrics::histogram!("indowater_commit_seconds").record(started.elapsed().as_secs_f64());
            if let Err(error) = &outcome {
                tracing::error!(%error, "a group was rolled back");
                if answers.progress == Progress::Waiting {
                    // The transaction could not even begin. Nobody is left waiting, and the disk gets a pause.
                    answers.intakes.extend(jobs.jobs.drain(..).filter_map(|job| match job {
                        Job::Intake(intake) => Some((intake, None)),
                        _ => None,
                    }));
                    std::thread::sleep(RETRY_DELAY);
                }
                if let Err(error) = self.pipeline.forget_all(&self.connection) {
                    tracing::error!(%error, "what is unpublished could not be read; it is published after the next start");
                }
            }
            if outcome.is_ok() {
                answers.put_back(queue);
            }
            answers.send(outcome.is_ok());
        }
    }

    /// [`Self::transact`], of which no panic ends the writer.
    fn attempt(
        &mut self,
        (take_front, readings): (TakeRun<P>, usize),
        jobs: &mut Group<'_, P::Intake>,
        answers: &mut Answers<P>,
    ) -> Result<(), Error> {
        catch_unwind(AssertUnwindSafe(|| self.transact((take_front, readings), jobs, answers))).unwrap_or(Err(Error::Panicked))
    }

    /// Does a group in one transaction: the messages in front, which `answers` has, by `take_front`, and then `jobs`.
    fn transact(
        &mut self,
        (take_front, mut readings): (TakeRun<P>, usize),
        jobs: &mut Group<'_, P::Intake>,
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
            answers.intakes.extend(jobs.next_run::<P>(&mut readings));
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
    /// Puts back what is left of messages that were not taken in wholly. Lanes of which nothing was have the next turns, in their order.
    fn put_back(&mut self, queue: &Queue<Job<P::Intake>>) {
        let share = |taken: &Taken<P>| taken.1.as_ref().map_or(Share::Whole, P::share);
        if self.intakes.iter().all(|taken| share(taken) == Share::Whole) {
            return;
        }
        let lane = |taken: &Taken<P>| P::source(&taken.0).0.lane;
        let served: HashSet<_> = self.intakes.iter().filter(|taken| share(taken) != Share::Nothing).map(lane).collect();
        let (whole, left): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.intakes).into_iter().partition(|taken| share(taken) == Share::Whole);
        self.intakes = whole;
        // From the last to the first, each in front of those behind it.
        for (intake, counts) in left.into_iter().rev() {
            let rest = P::rest(intake, counts.unwrap_or_default());
            let (source, cost) = cost_of::<P>(&rest);
            queue.put_back(source, cost, Job::Intake(rest), !served.contains(&source.lane));
        }
    }

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
