//! The reading connections: a thread each, fed from one queue.
//!
//! Measured with a thousand devices that one change wakes: jobs on the runtime's own blocking threads spent twice as long in going to
//! sleep and waking up as in reading. A thread that finds the next job in the queue does neither.

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
    inline: Vec<Mutex<Connection>>,
}

impl Readers {
    /// Starts a thread for each of `connections`; `inline` are kept for reads on the caller's own thread.
    ///
    /// # Errors
    /// A thread cannot be started.
    pub fn start(connections: Vec<Connection>, inline: Vec<Connection>) -> Result<Self, Error> {
        let (queue, jobs) = channel();
        let jobs = Arc::new(Mutex::new(jobs));
        for connection in connections {
            let jobs = Arc::clone(&jobs);
            std::thread::Builder::new().name("store-reader".into()).spawn(move || serve(&jobs, connection))?;
        }
        Ok(Self { queue, inline: inline.into_iter().map(Mutex::new).collect() })
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
    pub fn try_inline<R, F: FnOnce(&mut Connection) -> R>(&self, read: F) -> Result<R, F> {
        match self.inline.iter().find_map(|connection| connection.try_lock().ok()) {
            Some(mut connection) => Ok(read(&mut connection)),
            None => Err(read),
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
