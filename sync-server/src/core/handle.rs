//! How jobs are handed to the writer: by whose turn, at what cost, and how their answers come back.

use crate::core::queue::Closing;
use crate::core::scope::Caller;
use crate::core::slices::{Outcomes, Sequence, Undone};
use crate::core::turns::{Cost, Lane, Source};
use crate::core::writer::{Job, Work, in_savepoint};
use crate::core::{Tx, scope};
use crate::error::Error;
use std::sync::Arc;
use tokio::sync::oneshot;

/// What a job weighs beside a reading, by the time it takes.
pub(super) const JOB: usize = 20;

/// Items that share one job at most, so that its turn is short.
const SLICE: usize = 100;

/// What a job takes in memory while it waits, beside what its items say.
pub(super) const JOB_BYTES: usize = 512;

/// The way to the writer.
pub struct Handle<I> {
    pub(super) queue: Arc<Closing<Job<I>>>,
    /// Whose work is handed over.
    pub(super) source: Source,
    /// Weight, source and bytes of a message.
    pub(super) cost: fn(&I) -> (Source, Cost),
}

impl<I> Clone for Handle<I> {
    fn clone(&self) -> Self {
        Self { queue: Arc::clone(&self.queue), source: self.source, cost: self.cost }
    }
}

impl<I: Send + 'static> Handle<I> {
    /// The same for what somebody asks for: it waits in the lane of `source`. A user who has too much under way is refused.
    #[must_use]
    pub fn of(&self, source: Source) -> Self {
        Self { source, ..self.clone() }
    }

    /// The same for a request of a user, whose rights are checked once more when it has its turn.
    pub fn by(&self, caller: &Caller) -> UserHandle<I> {
        UserHandle { handle: self.of(caller.source()), caller: caller.clone() }
    }

    /// Hands readings over; what comes of them goes to the intake's own answer, once it is on disk. Waits while the queue, or the meter's
    /// lane, is full.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub async fn intake(&self, intake: I) -> Result<(), Error> {
        let (source, cost) = (self.cost)(&intake);
        self.queue.0.put(source, cost, Job::Intake(intake)).await
    }

    /// Puts a job into the lane. Where there is no room, a user's request is refused with the time after which to try again; meters and the
    /// server's own work wait.
    async fn put(&self, cost: Cost, job: Job<I>) -> Result<(), Error> {
        match self.source.lane {
            Lane::User(_) => self.queue.0.try_put(self.source, cost, job),
            Lane::Server | Lane::Meter(_) => self.queue.0.put(self.source, cost, job).await,
        }
    }

    /// Does `work` in a savepoint of a group's transaction and returns when it is on disk. If it fails, all of it is rolled back.
    ///
    /// # Errors
    /// What `work` says, [`Error::Stopped`], or a refusal where the user has too much under way.
    pub async fn work<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        self.enqueue(work).await?.await.map_err(|_| Error::Stopped)?
    }

    /// The same in two steps, for several that are to be done in this order: the answer comes on what is returned. It is not done if that
    /// is dropped before its turn.
    ///
    /// # Errors
    /// [`Error::Stopped`], or a refusal where the user has too much under way.
    pub async fn enqueue<W, R>(&self, work: W) -> Result<oneshot::Receiver<Result<R, Error>>, Error>
    where
        W: FnOnce(&mut Tx<'_>) -> Result<R, Error> + Send + 'static,
        R: Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let cost = Cost { weight: JOB, bytes: JOB_BYTES + size_of::<W>() };
        let work: Work = Box::new(move |tx| {
            if answer.is_closed() {
                return Box::new(|_| {});
            }
            let outcome = in_savepoint(tx, work);
            Box::new(move |committed| {
                let _ = answer.send(committed.and(outcome));
            })
        });
        self.put(cost, Job::Work { jobs: 1, work }).await?;
        Ok(answered)
    }

    /// Does `work` with each item in order, as so many jobs, of which each stays or goes by itself; the answers come on what is returned.
    /// They are done in slices: each begins with a copy of `work` as it was handed over, is on disk with one commit, and is not begun if one
    /// before it was rolled back or what is returned was dropped. One savepoint does for a slice where all goes well, as it mostly does:
    /// each savepoint copies every page that is written in it. `bytes`: what an item holds in memory.
    ///
    /// # Errors
    /// [`Error::Stopped`], or a refusal where the user has too much under way; slices before the one refused may have been done.
    pub async fn enqueue_each<T: Send + 'static, R: Send + 'static>(
        &self,
        items: Vec<T>,
        bytes: impl Fn(&T) -> usize,
        work: impl FnMut(&mut Tx<'_>, &T) -> Result<R, Error> + Clone + Send + 'static,
    ) -> Result<Outcomes<R>, Error> {
        let sequence = Sequence::default();
        let mut answers = Vec::with_capacity(items.len().div_ceil(SLICE));
        let mut items = items.into_iter();
        loop {
            let slice: Vec<T> = items.by_ref().take(SLICE).collect();
            if slice.is_empty() {
                return Ok(Outcomes(answers));
            }
            let jobs = slice.len();
            let cost = Cost { weight: jobs * JOB, bytes: JOB_BYTES + slice.iter().map(&bytes).sum::<usize>() };
            let (answer, answered) = oneshot::channel();
            let (mut work, sequence) = (work.clone(), sequence.clone());
            let undone = Undone::of(&sequence);
            let work: Work = Box::new(move |tx| {
                if answer.is_closed() || sequence.is_broken() {
                    drop(undone);
                    return Box::new(|_| {});
                }
                let outcomes = each_in_savepoint(tx, &slice, &mut work);
                undone.done();
                Box::new(move |committed| {
                    // Without its commit nothing happened; whoever waits learns that from the channel that closes.
                    match committed {
                        Ok(()) => drop(answer.send(outcomes)),
                        Err(_) => sequence.break_off(),
                    }
                })
            });
            self.put(cost, Job::Work { jobs, work }).await?;
            answers.push(answered);
        }
    }

    /// Writes change rows for what ingest changed; returns for how many meters.
    ///
    /// # Errors
    /// The database, or [`Error::Stopped`].
    pub async fn publish(&self, due_only: bool) -> Result<usize, Error> {
        let (done, answered) = oneshot::channel();
        self.queue.0.put(Source::SERVER, Cost { weight: JOB, bytes: JOB_BYTES }, Job::Publish { due_only, done }).await?;
        answered.await.map_err(|_| Error::Stopped)?
    }

    /// Makes the writer read meters and installations anew, after they were changed.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub async fn forget_meters(&self) -> Result<(), Error> {
        self.queue.0.put(Source::SERVER, Cost { weight: JOB, bytes: JOB_BYTES }, Job::Forget).await
    }

    /// Whether the writer still takes jobs.
    pub fn is_alive(&self) -> bool {
        !self.queue.0.is_closed()
    }

    /// Jobs waiting.
    pub fn queued(&self) -> usize {
        self.queue.0.waiting()
    }
}

/// The way to the writer for the requests of one user.
pub struct UserHandle<I> {
    handle: Handle<I>,
    caller: Caller,
}

impl<I: Send + 'static> UserHandle<I> {
    /// As [`Handle::work`], if the session goes on and the role is the same by then: both are read in the transaction of the effect.
    ///
    /// # Errors
    /// As [`Handle::work`] and [`scope::require_unchanged`].
    pub async fn work<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let caller = self.caller.clone();
        let checked = move |tx: &mut Tx<'_>| {
            scope::require_unchanged(tx, &caller)?;
            work(tx)
        };
        self.handle.work(checked).await
    }
}

/// Does `work` with each item: in one savepoint where all goes well, in one for each otherwise.
fn each_in_savepoint<T, R>(
    tx: &mut Tx<'_>,
    items: &[T],
    work: &mut impl FnMut(&mut Tx<'_>, &T) -> Result<R, Error>,
) -> Vec<Result<R, Error>> {
    match in_savepoint(tx, |tx| items.iter().map(|item| work(tx, item)).collect::<Result<Vec<_>, _>>()) {
        Ok(all) => all.into_iter().map(Ok).collect(),
        Err(_) => items.iter().map(|item| in_savepoint(tx, |tx| work(tx, item))).collect(),
    }
}
