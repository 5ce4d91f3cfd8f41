//! A queue between many tasks and a few threads, with [`Turns`] in it.

use crate::core::turns::{Cost, Full, Limits, Source, Turns};
use crate::error::Error;
use protocol::core::problem::{Code, Problem};
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Seconds after which whoever was refused may try again.
const RETRY_S: u32 = 1;

/// The queue. It is shared by those who put something in and those who take it out.
pub struct Queue<T> {
    state: Mutex<State<T>>,
    /// Something waits, or the queue is closed.
    filled: Condvar,
    /// Something was taken while somebody waited for room.
    room: Notify,
}

struct State<T> {
    turns: Turns<T>,
    is_closed: bool,
    /// Threads asleep until something comes.
    asleep: usize,
    /// Tasks that wait for room.
    crowded: usize,
}

impl<T> Queue<T> {
    /// Nothing waits.
    pub fn new(limits: Limits) -> Self {
        let state = State { turns: Turns::new(limits), is_closed: false, asleep: 0, crowded: 0 };
        Self { state: Mutex::new(state), filled: Condvar::new(), room: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts something in.
    ///
    /// # Errors
    /// [`Error::Stopped`]; [`Code::RateLimited`] or [`Code::Busy`] if its lane or all of them hold as much as they may.
    pub fn try_put(&self, source: Source, cost: Cost, item: T) -> Result<(), Error> {
        self.put_in(source, cost, item).map_err(|refused| refused.map_or(Error::Stopped, |(full, _)| refusal(full)))
    }

    /// The same, waiting for room.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub async fn put(&self, source: Source, cost: Cost, item: T) -> Result<(), Error> {
        let Err(refused) = self.put_in(source, cost, item) else { return Ok(()) };
        let (_, mut item) = refused.ok_or(Error::Stopped)?;
        let _crowded = Crowded::of(self);
        loop {
            let mut room = std::pin::pin!(self.room.notified());
            room.as_mut().enable();
            let Err(refused) = self.put_in(source, cost, item) else { return Ok(()) };
            item = refused.ok_or(Error::Stopped)?.1;
            room.await;
        }
    }

    fn put_in(&self, source: Source, cost: Cost, item: T) -> Result<(), Option<(Full, T)>> {
        let mut state = self.state();
        if state.is_closed {
            return Err(None);
        }
        state.turns.push(source, cost, item).map_err(Some)?;
        if state.asleep > 0 {
            self.filled.notify_one();
        }
        Ok(())
    }

    /// Waits until something is there, and takes one round of it. Nothing is taken only when the queue is closed and empty.
    pub fn take(&self, count: usize, weight: usize, taken: &mut VecDeque<T>) {
        let mut state = self.state();
        while state.turns.is_empty() && !state.is_closed {
            state.asleep += 1;
            state = self.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.asleep -= 1;
        }
        self.take_from(state, (count, weight), taken);
    }

    /// Takes one more round of what is there.
    pub fn take_more(&self, count: usize, weight: usize, taken: &mut VecDeque<T>) {
        self.take_from(self.state(), (count, weight), taken);
    }

    fn take_from(&self, mut state: MutexGuard<'_, State<T>>, (count, weight): (usize, usize), taken: &mut VecDeque<T>) {
        state.turns.round(count, weight, taken);
        let somebody_waits = state.crowded > 0;
        drop(state);
        if somebody_waits {
            self.room.notify_waiters();
        }
    }

    /// Puts back what was taken and is not done yet, also into a queue that takes nothing more in: it waited already.
    pub fn put_back(&self, source: Source, cost: Cost, item: T, is_next: bool) {
        self.state().turns.put_back(source, cost, item, is_next);
    }

    /// Takes nothing more in. What waits is still given out.
    pub fn close(&self) {
        self.state().is_closed = true;
        self.filled.notify_all();
        self.room.notify_waiters();
    }

    /// Takes nothing more in, and drops what waits.
    pub fn abandon(&self) {
        self.close();
        let mut waiting = VecDeque::new();
        loop {
            self.take_more(usize::MAX, usize::MAX, &mut waiting);
            // Dropped outside of the lock: what waits may hold the last handle of something.
            if waiting.drain(..).count() == 0 {
                return;
            }
        }
    }

    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        self.state().is_closed
    }

    /// How many things wait.
    pub fn waiting(&self) -> usize {
        self.state().turns.load().count
    }
}

/// Somebody who waits for room, for as long as this lives.
struct Crowded<'a, T>(&'a Queue<T>);

impl<'a, T> Crowded<'a, T> {
    fn of(queue: &'a Queue<T>) -> Self {
        queue.state().crowded += 1;
        Self(queue)
    }
}

impl<T> Drop for Crowded<'_, T> {
    fn drop(&mut self) {
        self.0.state().crowded -= 1;
    }
}

fn refusal(full: Full) -> Error {
    metrics::counter!("indowater_queue_refusals_total").increment(1);
    let (code, detail) = match full {
        Full::Lane => (Code::RateLimited, "too much of yours is under way"),
        Full::Utility => (Code::Busy, "too much of your utility's is under way"),
        Full::Total => (Code::Busy, "too much is under way"),
    };
    Error::Problem(Problem { retry_after_s: Some(RETRY_S), ..Problem::new(code, detail) })
}

/// Closes the queue when the last of those who put something in is gone.
pub struct Closing<T>(pub std::sync::Arc<Queue<T>>);

impl<T> Drop for Closing<T> {
    fn drop(&mut self) {
        self.0.close();
    }
}
