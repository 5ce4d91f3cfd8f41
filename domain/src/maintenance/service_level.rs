//! How an order stands to its targets: until when somebody is to be there and it is to be done, when that came, and whether it was kept; and whether a
//! repair did at the first visit. It follows from the set of what is known of the order, and not from the order in which that became known.

use crate::UtcMillis;
use crate::core::local_time::{DAY_MS, HOUR_MS};
use crate::core::words::words;
use crate::maintenance::priority::Targets;
use crate::maintenance::progress::{Progress, TurnKind, WorkState};
use crate::maintenance::work_order::Window;
use serde::{Deserialize, Serialize};

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
    /// When it was reached; none while it is not.
    pub reached: Option<UtcMillis>,
    /// Whether it was kept.
    pub kept: Kept,
}

impl Target {
    fn new(due: UtcMillis, reached: Option<UtcMillis>, now: UtcMillis) -> Self {
        let kept = match reached {
            Some(reached) if reached <= due => Kept::Met,
            None if now <= due => Kept::Running,
            Some(_) | None => Kept::Missed,
        };
        Self { due, reached, kept }
    }

    /// Whether its time is over and it is not reached.
    pub fn is_open_and_late(&self) -> bool {
        self.kept == Kept::Missed && self.reached.is_none()
    }

    /// Milliseconds by which it was, or is, missed at an instant; none where it is not.
    pub fn late_ms(&self, now: UtcMillis) -> Option<i64> {
        (self.kept == Kept::Missed).then(|| self.reached.unwrap_or(now).since(self.due))
    }
}

/// How an order stands to its targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceLevel {
    /// From when on hours count.
    pub since: UtcMillis,
    /// Somebody is there: the work began, or was put off at the door.
    pub response: Target,
    /// It is done.
    pub repair: Target,
}

impl ServiceLevel {
    /// Milliseconds until a target was reached, none where it was not. What was reached before hours counted took no time.
    pub fn took_ms(&self, target: &Target) -> Option<i64> {
        target.reached.map(|reached| reached.since(self.since).max(0))
    }
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
    Some(ServiceLevel { since, response, repair: Target::new(due(targets.repair_h), progress.completed_at, now) })
}

/// Days within which another repair of the same meter says that the one before did not do.
pub const FIXED_DAYS: i64 = 30;

/// Whether a repair did at the first visit, as far as is known: it was not put off before it was done, and no other one was announced for the meter
/// within [`FIXED_DAYS`] behind its end. None while it is not done. `others`: when the other repairs of the meter were announced, and those of the
/// meter that was put in its place.
pub fn is_first_time_fix(progress: &Progress, others: impl IntoIterator<Item = UtcMillis>) -> Option<bool> {
    let (done, one_visit) = (progress.completed_at?, progress.is_one_visit()?);
    let soon = done.plus(FIXED_DAYS * DAY_MS);
    let again = others.into_iter().any(|announced| done < announced && announced <= soon);
    Some(one_visit && !again)
}

#[cfg(test)]
#[path = "service_level_tests.rs"]
mod tests;
