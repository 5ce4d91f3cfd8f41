//! A washing machine: some fast fills of some litres, with minutes between them, within three hours.

use super::runs::Run;

/// What a fill is: mL, in how many minutes, and how much in its fullest one.
const FILL: std::ops::RangeInclusive<i64> = 4_000..=25_000;
const FILL_MINUTES: usize = 5;
const FILL_FLOW: i64 = 5_000;

/// From one fill to the next, and from the first to the last at the least and at most, minutes.
const PAUSE: usize = 50;
const CYCLE: std::ops::RangeInclusive<usize> = 20..=180;

/// Fills at the least, and what they take together at most, mL.
const FILLS: usize = 3;
const MOST: i64 = 150_000;

/// Short draws of so much between the fills are the machine's: rinsing. mL.
const RINSE: i64 = 1_000;

/// Minutes behind the beginning of the last fill.
const AFTER: usize = 5;

/// A cycle, by the minutes in which its first and its last fill begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cycle {
    pub first: usize,
    pub last: usize,
}

impl Cycle {
    /// Whether a run is of this cycle.
    pub fn has(self, run: &Run) -> bool {
        let is_within = (self.first..=self.last + AFTER).contains(&run.at);
        is_within && run.flow.len() <= FILL_MINUTES && run.volume() >= RINSE
    }
}

fn is_fill(run: &Run) -> bool {
    let is_fast = run.flow.iter().max().is_some_and(|most| *most >= FILL_FLOW);
    is_fast && run.flow.len() <= FILL_MINUTES && FILL.contains(&run.volume())
}

/// The cycles among runs that are in their order.
pub(super) fn cycles(runs: &[Run]) -> Vec<Cycle> {
    let mut fills: Vec<(usize, i64)> = runs.iter().filter(|run| is_fill(run)).map(|run| (run.at, run.volume())).collect();
    fills.sort_unstable();
    let (mut found, mut from): (Vec<Cycle>, usize) = (Vec::new(), 0);
    while let Some((first, _)) = fills.get(from).copied() {
        let together = |pair: &[(usize, i64)]| pair[1].0 - pair[0].0 <= PAUSE && pair[1].0 - first <= *CYCLE.end();
        let count = 1 + fills[from..].windows(2).take_while(|pair| together(pair)).count();
        let of_cycle = &fills[from..from + count];
        let last = of_cycle.last().map_or(first, |(at, _)| *at);
        let volume: i64 = of_cycle.iter().map(|(_, volume)| volume).sum();
        if count >= FILLS && CYCLE.contains(&(last - first)) && volume <= MOST {
            // A later cycle does not take what is behind the last fill of one before it.
            found.push(Cycle { first, last });
            from += count;
        } else {
            from += 1;
        }
    }
    found
}
