//! Work on all cores, in order: workers are given jobs by turns, and what comes of them is taken in the order in which they were given, however
//! long each takes.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Scope, available_parallelism};

/// Jobs that a worker may have waiting.
const WAITING: usize = 16;

/// Bytes of jobs on their way, with which no further one is given: rows can be large.
const BYTES: usize = 4 << 20;

/// Workers at most.
const WORKERS: usize = 4;

/// Workers, and what they have on their way.
pub struct Lanes<J, R> {
    lanes: Vec<(SyncSender<J>, Receiver<R>)>,
    next: usize,
    /// The lane and the bytes of each job that is on its way, the oldest first.
    given: VecDeque<(usize, usize)>,
    bytes: usize,
}

/// How many workers there should be on this device.
pub fn workers() -> usize {
    available_parallelism().map_or(1, usize::from).clamp(1, WORKERS)
}

impl<J: Send, R: Send> Lanes<J, R> {
    /// Starts a worker for each function, one at least. They end with this, or with the scope.
    pub fn start<'scope, W>(scope: &'scope Scope<'scope, '_>, works: impl IntoIterator<Item = W>) -> Self
    where
        J: 'scope,
        R: 'scope,
        W: FnMut(J) -> R + Send + 'scope,
    {
        let lane = |mut work: W| {
            let (jobs, given) = sync_channel(WAITING);
            let (done, results) = sync_channel(WAITING);
            scope.spawn(move || {
                while let Ok(job) = given.recv() {
                    if done.send(work(job)).is_err() {
                        break;
                    }
                }
            });
            (jobs, results)
        };
        Self { lanes: works.into_iter().map(lane).collect(), next: 0, given: VecDeque::new(), bytes: 0 }
    }

    /// Whether a result has to be taken before the next job is given: then no worker ever waits for whoever gives, nor the other way round.
    pub fn is_full(&self) -> bool {
        self.given.len() >= self.lanes.len() * WAITING || self.bytes >= BYTES
    }

    /// Gives a job of so many bytes.
    pub fn give(&mut self, job: J, bytes: usize) {
        let lane = self.next;
        self.next = (lane + 1) % self.lanes.len();
        self.given.push_back((lane, bytes));
        self.bytes += bytes;
        // A worker that has panicked takes nothing; its scope panics as well when it ends.
        let _ = self.lanes[lane].0.send(job);
    }

    /// What came of the oldest job, as soon as it is done; `None` if there is none.
    pub fn take(&mut self) -> Option<R> {
        let (lane, bytes) = self.given.pop_front()?;
        self.bytes -= bytes;
        self.lanes[lane].1.recv().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_jobs_however_long_each_takes() {
        let found = std::thread::scope(|scope| {
            // Every seventh takes much longer than the others.
            let work = |job: u64| {
                let steps = if job.is_multiple_of(7) { job * 20 } else { 0 };
                (0..steps).for_each(|step| _ = std::hint::black_box(step));
                job * job
            };
            let mut lanes = Lanes::start(scope, [work; 3]);
            let mut found = Vec::new();
            for job in 0..1_000 {
                while lanes.is_full() {
                    found.extend(lanes.take());
                }
                lanes.give(job, 1);
            }
            while let Some(result) = lanes.take() {
                found.push(result);
            }
            found
        });
        assert_eq!(found, (0..1_000).map(|job| job * job).collect::<Vec<u64>>());
    }

    #[test]
    fn large_jobs_wait_for_each_other_and_workers_end_when_nobody_takes() {
        std::thread::scope(|scope| {
            let mut lanes = Lanes::start(scope, [|job: u32| job; 2]);
            lanes.give(1, BYTES);
            assert!(lanes.is_full());
            assert_eq!(lanes.take(), Some(1));
            assert!(!lanes.is_full());
            lanes.give(2, 1);
        });
    }
}
