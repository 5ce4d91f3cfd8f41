//! Work orders: a technician's job at a meter. How far one is follows from the instants at which it was begun, completed and cancelled, in
//! whichever order these become known; and so does whether something that happened at the meter was authorised by it.

use crate::UtcMillis;
use crate::core::local_time::{DAY_MS, HOUR_MS};
use crate::core::text::visible;
use crate::core::words::words;
use crate::sync::edit::Invalid;
use serde::{Deserialize, Serialize};

words! {
    /// What is done (product.md, 4e).
    WorkKind {
        /// What is due by itself.
        Routine = "routine",
        /// So that nothing breaks.
        Preventive = "preventive",
        /// A look at it.
        Inspection = "inspection",
        /// The meter is compared with a standard.
        Calibration = "calibration",
        /// It is cleaned.
        Cleaning = "cleaning",
        /// The meter, or a part of it, is replaced.
        Replacement = "replacement",
        /// It is repaired.
        Repair = "repair",
        /// It cannot wait.
        Emergency = "emergency",
        /// The meter is verified anew by the authority.
        TeraUlang = "tera_ulang",
    }
}

words! {
    /// How far a work order is.
    WorkState {
        /// It was announced.
        Scheduled = "scheduled",
        /// A technician is at it.
        InProgress = "in_progress",
        /// It is done.
        Completed = "completed",
        /// It is not to be done any more.
        Cancelled = "cancelled",
    }
}

impl WorkState {
    /// Whether somebody has to do it still.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Scheduled | Self::InProgress)
    }
}

/// Work that nobody has ended authorises nothing any more so long after it began: a day's work, and no night behind it. Milliseconds.
pub const LONGEST_WORK_MS: i64 = 12 * HOUR_MS;

/// What is known of how far a work order is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// When the work began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun_at: Option<UtcMillis>,
    /// When it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<UtcMillis>,
    /// When it was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<UtcMillis>,
}

/// Something that happens to a work order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkStep {
    /// The work begins.
    Begun,
    /// The work is done.
    Completed,
    /// The work is not to be done any more.
    Cancelled,
}

impl Progress {
    /// How far it is. What was done was done, also where the word that it was cancelled did not arrive in time.
    pub const fn state(self) -> WorkState {
        match (self.begun_at, self.completed_at, self.cancelled_at) {
            (_, Some(_), _) => WorkState::Completed,
            (_, None, Some(_)) => WorkState::Cancelled,
            (Some(_), None, None) => WorkState::InProgress,
            (None, None, None) => WorkState::Scheduled,
        }
    }

    /// The same with a step at an instant. Of two words about one step the earlier instant holds, so that the order in which they arrive makes
    /// no difference.
    #[must_use]
    pub fn with(mut self, step: WorkStep, at: UtcMillis) -> Self {
        let known = match step {
            WorkStep::Begun => &mut self.begun_at,
            WorkStep::Completed => &mut self.completed_at,
            WorkStep::Cancelled => &mut self.cancelled_at,
        };
        *known = Some(known.map_or(at, |known| known.min(at)));
        self
    }

    /// When the work ended, whichever way.
    pub fn ended_at(self) -> Option<UtcMillis> {
        [self.completed_at, self.cancelled_at].into_iter().flatten().min()
    }

    /// From when until when it authorises what happens to its meter: its end, whichever way it came, is none of it, and however long the work
    /// took it is [`LONGEST_WORK_MS`] at most. None where it did not begin.
    pub fn authorised(self) -> Option<(UtcMillis, UtcMillis)> {
        let begun = self.begun_at?;
        let longest = begun.plus(LONGEST_WORK_MS);
        Some((begun, self.ended_at().map_or(longest, |ended| ended.min(longest))))
    }

    /// Whether the work was in progress at an instant, and not for too long. What happened to its meter then was authorised.
    pub fn authorises(self, at: UtcMillis) -> bool {
        self.authorised().is_some_and(|(from, until)| from <= at && at < until)
    }

    /// Whether the work is in progress at an instant, as far as anybody said, and authorises nothing any more.
    pub fn is_overlong(self, at: UtcMillis) -> bool {
        self.state() == WorkState::InProgress && self.authorised().is_some_and(|(_, until)| until <= at)
    }
}

/// Which of a meter's orders authorises what happened to it at an instant: of several the one that was begun first, and of two that were begun
/// at once the one with the lower key.
pub fn authorising<K: Copy + Ord>(orders: impl IntoIterator<Item = (K, Progress)>, at: UtcMillis) -> Option<K> {
    let at_work = orders.into_iter().filter(|(_, progress)| progress.authorises(at));
    at_work.min_by_key(|(key, progress)| (progress.begun_at, *key)).map(|(key, _)| key)
}

/// From when on what happened at a meter may be authorised otherwise once what is known of one of its orders changes; none where it cannot be.
pub fn judged_otherwise_from(before: Progress, after: Progress) -> Option<UtcMillis> {
    if before.authorised() == after.authorised() {
        return None;
    }
    [before.begun_at, after.begun_at].into_iter().flatten().min()
}

/// Days that a window may be long, and that it may lie ahead.
const LONGEST_WINDOW_DAYS: i64 = 31;
const FURTHEST_DAYS: i64 = 366;

/// Characters of what is written about a work order at most.
pub const LONGEST_TEXT: usize = 500;

/// When a work order is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// From when on.
    pub from: UtcMillis,
    /// Until when.
    pub until: UtcMillis,
}

impl Window {
    /// Whether it can be announced at an instant: it ends behind its beginning and within 31 days, and begins within a year. One that is over
    /// is announced as well: somebody was called, and it is written down afterwards.
    pub fn is_possible(self, now: UtcMillis) -> bool {
        let long = self.until.since(self.from);
        self.from.0 >= 0 && (1..=LONGEST_WINDOW_DAYS * DAY_MS).contains(&long) && self.from.since(now) <= FURTHEST_DAYS * DAY_MS
    }
}

/// What is written about a work order, as it is kept; it may be nothing.
///
/// # Errors
/// It is longer than [`LONGEST_TEXT`], or no text.
pub fn clean_text(text: &str) -> Result<String, Invalid> {
    let text = visible(text);
    let text = text.trim();
    if text.chars().count() > LONGEST_TEXT {
        return Err(Invalid::TooLong);
    }
    if text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')) {
        return Err(Invalid::Malformed);
    }
    Ok(text.to_owned())
}

#[cfg(test)]
#[path = "work_order_tests.rs"]
mod tests;
