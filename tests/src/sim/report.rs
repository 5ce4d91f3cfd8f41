//! What a simulation came to, and how a failing schedule is made short.

use super::{Broken, CHECKS, Counts, FAULTS, Sabotage, Schedule, Templates, play};

/// What a simulation came to.
#[derive(Clone, Debug)]
pub struct Report {
    /// Whether every promise held.
    pub outcome: Result<(), Broken>,
    /// What was met.
    pub counts: Counts,
    /// What happened, in short.
    pub trace: u64,
}

impl Counts {
    /// Adds what another run met.
    pub fn add(&mut self, other: &Self) {
        for (name, count) in &other.faults {
            *self.faults.entry(name).or_default() += count;
        }
        for (name, count) in &other.checks {
            *self.checks.entry(name).or_default() += count;
        }
    }

    /// Faults and checks that were never met.
    pub fn missing(&self) -> Vec<&'static str> {
        let faults = FAULTS.iter().filter(|name| !self.faults.contains_key(*name));
        let checks = CHECKS.iter().filter(|name| !self.checks.contains_key(*name));
        faults.chain(checks).copied().collect()
    }
}

/// Leaves out of a failing schedule whatever it fails without: halves first, then less and less, within so many tries.
pub fn shrink(templates: &Templates, schedule: &Schedule, sabotage: Option<Sabotage>, tries: usize) -> Schedule {
    let mut shortest = schedule.clone();
    let mut tries = tries;
    let mut size = shortest.steps.len() / 2;
    while size > 0 && tries > 0 {
        let mut at = 0;
        while at < shortest.steps.len() && tries > 0 {
            tries -= 1;
            let mut steps = shortest.steps.clone();
            steps.drain(at..(at + size).min(steps.len()));
            let shorter = Schedule { steps, ..shortest.clone() };
            if play(templates, &shorter, sabotage).outcome.is_err() {
                shortest = shorter;
            } else {
                at += size;
            }
        }
        size /= 2;
    }
    shortest
}
