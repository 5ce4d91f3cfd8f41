//! The reading connections: a thread each, fed from one queue.
//!
//! Measured with a thousand devices that one change wakes: jobs on the runtime's own blocking threads spent twice as long in going to
//! sleep and waking up as in reading. A thread that finds the next job in the queue does neither.

use crate::core::queue::{Closing, Queue};
use crate::core::turns::{Cost, Lane, Limits, Load, SHARE, Source};
use crate::error::Error;
use rusqlite::Connection;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// What may wait for a connection.
const QUEUE: Limits = Limits {
    total: Load { count: 16_384, bytes: 64 << 20 },
    utility: Load { count: 14_336, bytes: 56 << 20 },
    lane: Load { count: 4_096, bytes: 16 << 20 },
};

/// What a read takes in memory while it waits, beside what it was handed.
const JOB_BYTES: usize = 512;

/// The way to the reading connections.
pub struct Readers {
    queue: Closing<Job>,
    /// For what is read on the caller's own thread.
    inline: Vec<Mutex<Connection>>,
}

impl Readers {
    /// Starts a thread for each of `connections`; `inline` are kept for reads on the caller's own thread.
    ///
    /// # Errors
    /// A thread cannot be started.
    pub fn start(connections: Vec<Connection>, inline: Vec<Connection>) -> Result<Self, Error> {
        let queue = Arc::new(Queue::new(QUEUE));
        for connection in connections {
            let jobs = Arc::clone(&queue);
            std::thread::Builder::new().name("store-reader".into()).spawn(move || serve(&jobs, connection))?;
        }
        Ok(Self { queue: Closing(queue), inline: inline.into_iter().map(Mutex::new).collect() })
    }

    /// Reads on one of the threads, in the turn of `source`. What nobody waits for any more by then is not read.
    ///
    /// # Errors
    /// What `read` says; [`Error::Panicked`] if it panics; a refusal where a user has too much under way.
    pub async fn read<W, R>(&self, source: Source, read: W) -> Result<R, Error>
    where
        W: FnOnce(&mut Connection) -> Result<R, Error> + Send + 'static,
        R: Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let cost = Cost { weight: SHARE, bytes: JOB_BYTES + size_of::<W>() };
        let job: Job = Box::new(move |connection| {
            if !answer.is_closed() {
                let _ = answer.send(catch_unwind(AssertUnwindSafe(|| read(connection))).unwrap_or(Err(Error::Panicked)));
            }
        });
        match source.lane {
            Lane::User(_) => self.queue.0.try_put(source, cost, job)?,
            Lane::Server | Lane::Meter(_) => self.queue.0.put(source, cost, job).await?,
        }
        answered.await.map_err(|_| Error::Stopped)?
    }

    /// Reads on this thread, if a connection is free for it; otherwise gives the job back.
    pub fn try_inline<R, F: FnOnce(&mut Connection) -> R>(&self, read: F) -> Result<R, F> {
        match self.inline.iter().find_map(|connection| connection.try_lock().ok()) {
            Some(mut connection) => Ok(read(&mut connection)),
            None => Err(read),
        }
    }
}

/// Takes jobs until nobody is left who could send one.
fn serve(jobs: &Queue<Job>, mut connection: Connection) {
    let mut taken = VecDeque::with_capacity(1);
    loop {
        jobs.take(1, usize::MAX, &mut taken);
        let Some(job) = taken.pop_front() else { return };
        job(&mut connection);
    }
}
