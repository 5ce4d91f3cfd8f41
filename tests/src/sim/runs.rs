//! Many seeds, on every core.

use super::{Counts, Sabotage, Schedule, Templates, play};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// One seed in so many is played twice.
const TWICE: u64 = 20;

/// What a run came to.
#[derive(Debug, Default)]
pub struct Run {
    /// What was met.
    pub counts: Counts,
    /// The first seed found that breaks a promise, and which.
    pub failed: Option<(u64, String)>,
}

/// Plays seeds until one fails; of some it sees that a second run is the same.
pub fn run(templates: &Templates, seeds: Range<u64>) -> Run {
    let next = AtomicU64::new(seeds.start);
    let run = Mutex::new(Run::default());
    let lock = || run.lock().unwrap_or_else(PoisonError::into_inner);
    let work = || {
        while lock().failed.is_none() {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return;
            }
            let schedule = Schedule::draw(seed);
            let report = play(templates, &schedule, None);
            let again = seed.is_multiple_of(TWICE).then(|| play(templates, &schedule, None).trace);
            let outcome = match again {
                Some(trace) if trace != report.trace => Err("two runs of this seed differ".to_owned()),
                _ => report.outcome.map_err(|broken| broken.0),
            };
            let mut run = lock();
            run.counts.add(&report.counts);
            if let Err(broken) = outcome {
                run.failed.get_or_insert((seed, broken));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(work);
        }
    });
    run.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// The first seed by which a rule that is broken on purpose is found, and what is said of it.
pub fn breakable(templates: &Templates, rule: Sabotage, within: u64) -> Option<(u64, String)> {
    (0..within).find_map(|seed| play(templates, &Schedule::draw(seed), Some(rule)).outcome.err().map(|broken| (seed, broken.0)))
}
