//! A valve that a person opens or closes: what may be ordered, until when the order holds, and what it leaves to the balance.

use crate::billing::balance::Protected;
use crate::core::local_time::{DAY_MS, HOUR_MS};
use crate::valve::decision::{Cause, OrderRecord, Seen, ValveTask, until};
use crate::valve::order::OrderState;
use crate::{TimeZone, UtcMillis};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Characters of a reason.
pub const REASON: RangeInclusive<usize> = 3..=200;

/// Whether a text says enough, and not too much, to be a reason; control characters but those of lines and columns say nothing.
pub fn is_reason(text: &str) -> bool {
    let is_text = !text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'));
    is_text && REASON.contains(&text.trim().chars().count())
}

/// A valve that a person has opened is not closed for want of credit for so long.
pub const STAYS_OPEN_MS: i64 = DAY_MS;

/// A close order that holds in protected hours as well holds for so long.
const CLOSE_HOLDS_MS: i64 = 12 * HOUR_MS;

/// What people have decided about a valve. While it stands, nothing is ordered for the balance's sake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by_hand")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ByHand {
    /// Nothing: the balance decides.
    #[default]
    Nothing,
    /// A person's order is open.
    Ordered,
    /// A person has closed it. It stays closed until a person opens it, whatever is bought.
    Closed,
    /// A person has opened it.
    Open {
        /// It is not closed for want of credit before this instant.
        until: UtcMillis,
    },
}

impl ByHand {
    /// Follows from the newest order that may have moved the valve, and from whether a person's order is open.
    pub fn of(newest: Option<&OrderRecord>, is_ordered: bool) -> Self {
        if is_ordered {
            return Self::Ordered;
        }
        let Some((order, ended)) = newest.and_then(|order| Some((order, order.ended_at?))) else { return Self::Nothing };
        match order.task {
            _ if order.cause != Cause::Person || !has_moved(order) => Self::Nothing,
            ValveTask::Close => Self::Closed,
            ValveTask::Open => Self::Open { until: ended.plus(STAYS_OPEN_MS) },
        }
    }

    /// Whether nothing is ordered for the balance's sake at an instant.
    pub fn stands(self, at: UtcMillis) -> bool {
        match self {
            Self::Nothing => false,
            Self::Ordered | Self::Closed => true,
            Self::Open { until } => at < until,
        }
    }

    /// The first instant from `now` on at which the balance may decide, where it comes by itself.
    pub fn ends(self, now: UtcMillis) -> Option<UtcMillis> {
        match self {
            Self::Nothing => Some(now),
            Self::Ordered | Self::Closed => None,
            Self::Open { until } => Some(until.max(now)),
        }
    }
}

/// Whether a person's order counts as done: the meter says so, and its valve has not been reported to be otherwise. Then the order before it is
/// what the valve follows from, so that whoever has paid is opened for although a by-hand order did not work.
pub fn has_moved(order: &OrderRecord) -> bool {
    order.state == OrderState::Completed && order.seen.is_none_or(|(seen, _)| seen != Seen::Contradicts)
}

/// What is known of a meter whose valve is to be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Whether it is installed at a connection.
    pub is_installed: bool,
    /// Whether it has ever reported anything.
    pub has_reported: bool,
    /// Whether it has ever reported a valve, or carried out an order of one.
    pub has_valve: bool,
}

/// Why a valve is not moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The meter is installed nowhere.
    NotInstalled,
    /// The meter reports, and never has a valve been among what it reports.
    NoValve,
    /// A person has ordered the same already.
    Ordered,
    /// Valves stay open now, and no reason was given to close this one all the same.
    Protected,
}

impl Refusal {
    /// The word by which it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotInstalled => "not_installed",
            Self::NoValve => "no_valve",
            Self::Ordered => "order_open",
            Self::Protected => "protected",
        }
    }
}

impl Place {
    /// Whether its valve can be moved at all. Of a meter that has reported nothing yet nobody knows, so it is tried.
    ///
    /// # Errors
    /// It cannot.
    pub const fn can_be_moved(self) -> Result<(), Refusal> {
        match (self.is_installed, self.has_reported, self.has_valve) {
            (false, ..) => Err(Refusal::NotInstalled),
            (true, true, false) => Err(Refusal::NoValve),
            _ => Ok(()),
        }
    }
}

/// What a person wants of a valve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// To open or to close it.
    pub task: ValveTask,
    /// Whether a reason was given to close it in protected hours.
    pub despite_protected: bool,
}

impl Wanted {
    /// Until when the order holds: a close until protected hours begin, unless it was ordered despite them.
    ///
    /// # Errors
    /// It is protected now.
    pub fn holds_until(self, now: UtcMillis, zone: TimeZone, protected: &Protected) -> Result<UtcMillis, Refusal> {
        let is_protected = self.task == ValveTask::Close && protected.covers(now, zone);
        match (is_protected, self.despite_protected) {
            (true, false) => Err(Refusal::Protected),
            (true, true) => Ok(now.plus(CLOSE_HOLDS_MS)),
            (false, _) => Ok(until(self.task, now, zone, protected)),
        }
    }

    /// The open orders of the meter's valve end in favour of this one: all that are the balance's, and whatever wants the opposite.
    ///
    /// # Errors
    /// One of them is a person's who wants the same.
    pub fn displaces<'a>(self, open: impl IntoIterator<Item = &'a OrderRecord>) -> Result<(), Refusal> {
        let is_same = |order: &OrderRecord| order.task == self.task && order.cause == Cause::Person;
        if open.into_iter().any(is_same) { Err(Refusal::Ordered) } else { Ok(()) }
    }
}

#[cfg(test)]
#[path = "by_hand_tests.rs"]
mod tests;
