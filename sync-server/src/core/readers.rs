//! The reading connections: a thread each, fed from one queue.
//!
//! Measured with a thousand devices that one change wakes: jobs on the runtime's own blocking threads spent twice as long in going to
//! sleep and being woken as in reading. A thread that finds the next job in the queue does neither.

use crate::error::Error;
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// The way to the reading connections.
pub struct Readers {
    queue: Sender<Job>,
    /// For what is read on the caller's own thread.
    near: Vec<Mutex<Connection>>,
}

impl Readers {
    /// Starts a thread for each of `connections`; `near` are kept for glances.
    ///
    /// # Errors
    /// A thread cannot be started.
    pub fn start(connections: Vec<Connection>, near: Vec<Connection>) -> Result<Self, Error> {
        let (queue, jobs) = channel();
        let jobs = Arc::new(Mutex::new(jobs));
        for connection in connections {
            let jobs = Arc::clone(&jobs);
            std::thread::Builder::new().name("store-reader".into()).spawn(move || serve(&jobs, connection))?;
        }
        Ok(Self { queue, near: near.into_iter().map(Mutex::new).collect() })
    }

    /// Reads on one of the threads.
    ///
    /// # Errors
    /// What `read` says; [`Error::Panicked`] if it panics.
    pub async fn read<R: Send + 'static>(
        &self,
        read: impl FnOnce(&mut Connection) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let (answer, answered) = oneshot::channel();
        let job = move |connection: &mut Connection| {
            // Whoever asked may have left.
            let _ = answer.send(catch_unwind(AssertUnwindSafe(|| read(connection))).unwrap_or(Err(Error::Panicked)));
        };
        self.queue.send(Box::new(job)).map_err(|_| Error::Stopped)?;
        answered.await.map_err(|_| Error::Stopped)?
    }

    /// Reads on this thread, if a connection is free for it; otherwise gives the job back.
    pub fn try_inline<R, F: FnOnce(&mut Connection) -> R>(&self, look: F) -> Result<R, F> {
        match self.near.iter().find_map(|connection| connection.try_lock().ok()) {
            Some(mut connection) => Ok(look(&mut connection)),
            None => Err(look),
        }
    }
}

/// Takes jobs until nobody is left who could send one.
fn serve(jobs: &Mutex<Receiver<Job>>, mut connection: Connection) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match job {
            Ok(job) => job(&mut connection),
            Err(_) => return,
        }
    }
}
