//! How pressing work is, within which hours it is begun and done, and whether that was kept.

use crate::UtcMillis;
use crate::core::local_time::HOUR_MS;
use crate::core::words::words;
use crate::maintenance::progress::{Progress, TurnKind, WorkState};
use crate::maintenance::work_order::Window;
use serde::{Deserialize, Serialize};

words! {
    /// How pressing work is.
    #[derive(Default)]
    Priority {
        /// It can wait.
        Low = "low",
        /// As work usually is.
        #[default]
        Normal = "normal",
        /// Before other work.
        High = "high",
        /// Before all other work.
        Urgent = "urgent",
    }
}

impl Priority {
    /// Whether work is as pressing as it usually is.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// Hours of a target at most: a year.
pub const LONGEST_TARGET_H: u16 = 366 * 24;

/// Within how many hours work of a priority is begun and done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    /// Hours until somebody is there.
    pub response_h: u16,
    /// Hours until it is done.
    pub repair_h: u16,
}

impl Targets {
    /// Whether they can be kept at all: an hour at least, and it is not done before somebody is there.
    pub const fn is_possible(self) -> bool {
        self.response_h >= 1 && self.response_h <= self.repair_h && self.repair_h <= LONGEST_TARGET_H
    }
}

/// The targets of each priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceLevels {
    /// Of [`Priority::Low`].
    pub low: Targets,
    /// Of [`Priority::Normal`].
    pub normal: Targets,
    /// Of [`Priority::High`].
    pub high: Targets,
    /// Of [`Priority::Urgent`].
    pub urgent: Targets,
}

impl Default for ServiceLevels {
    /// As long as a utility sets none: urgent work within two hours and done the same day, usual work the next day and done within three, what
    /// can wait within three days and done within two weeks.
    fn default() -> Self {
        let targets = |response_h, repair_h| Targets { response_h, repair_h };
        Self { low: targets(72, 336), normal: targets(24, 72), high: targets(8, 24), urgent: targets(2, 8) }
    }
}

impl ServiceLevels {
    /// Those of a priority.
    pub const fn of(&self, priority: Priority) -> Targets {
        match priority {
            Priority::Low => self.low,
            Priority::Normal => self.normal,
            Priority::High => self.high,
            Priority::Urgent => self.urgent,
        }
    }
}

words! {
    /// Whether a target was kept.
    Kept {
        /// Its time is not over yet.
        Running = "running",
        /// It was kept.
        Met = "met",
        /// It was not.
        Missed = "missed",
    }
}

/// A target of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Until when.
    pub due: UtcMillis,
    /// Whether it was kept.
    pub kept: Kept,
}

impl Target {
    fn new(due: UtcMillis, done: Option<UtcMillis>, now: UtcMillis) -> Self {
        let kept = match done {
            Some(done) if done <= due => Kept::Met,
            None if now <= due => Kept::Running,
            Some(_) | None => Kept::Missed,
        };
        Self { due, kept }
    }
}

/// How an order stands to its targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceLevel {
    /// Somebody is there: the work began, or was put off at the door.
    pub response: Target,
    /// It is done.
    pub repair: Target,
}

/// How an order stands to its targets at an instant; none where it was cancelled. Hours count from its announcement, or from the beginning of its
/// window where that is later: what is announced for next month is not late this month. They go on while work is held or put off, because the
/// customer waits then too.
pub fn service_level(
    targets: Targets,
    (announced, window): (UtcMillis, Window),
    progress: &Progress,
    now: UtcMillis,
) -> Option<ServiceLevel> {
    if progress.state() == WorkState::Cancelled {
        return None;
    }
    let since = announced.max(window.from);
    let due = |hours: u16| since.plus(i64::from(hours) * HOUR_MS);
    let put_off = progress.turns.iter().find(|(_, turn)| turn.kind() == TurnKind::Deferred).map(|(at, _)| *at);
    let there = [progress.begun_at, put_off, progress.completed_at].into_iter().flatten().min();
    let response = Target::new(due(targets.response_h), there, now);
    Some(ServiceLevel { response, repair: Target::new(due(targets.repair_h), progress.completed_at, now) })
}

#[cfg(test)]
#[path = "priority_tests.rs"]
mod tests;
