//! Work orders: a technician's job at a meter. What is done, when, and what is written about it; how far one is, [`crate::maintenance::progress`] says.

pub use crate::maintenance::progress::{
    DeferReason, LONGEST_WORK_MS, MOST_TURNS, Progress, Turn, TurnKind, WorkStage, WorkState, WorkStep, authorising,
    judged_otherwise_from,
};

use crate::UtcMillis;
use crate::core::local_time::DAY_MS;
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

/// Days that a window may be long.
pub const LONGEST_WINDOW_DAYS: i64 = 31;

/// Days that it may lie ahead.
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
