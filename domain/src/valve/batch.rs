//! Valves that a person opens or closes by the hundred: which meters get no order and why, how many orders go out in a minute, and how far each is.

use crate::UtcMillis;
use crate::core::local_time::{DAY_MS, MINUTE_MS};
use crate::valve::by_hand;
use crate::valve::by_hand::ByHand;
use crate::valve::decision::ValveTask;
use crate::valve::order::OrderState;
use serde::{Deserialize, Serialize};

/// Meters of one batch at most.
pub const MOST_METERS: usize = 10_000;

/// Orders of batches that go out to the meters of one utility in any minute at most: a mistake is noticed before it has reached everybody, and
/// not all valves change the pressure of the pipes at once.
pub const PER_MINUTE: u32 = 60;

/// The stretch in which [`PER_MINUTE`] holds, in milliseconds.
pub const WINDOW_MS: i64 = MINUTE_MS;

/// A meter that has not reported for longer gets no order of a batch: nobody would notice that it was never carried out. By hand it can be
/// ordered one by one.
pub const SILENT_MS: i64 = DAY_MS;

/// Why a meter gets no order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum NoOrder {
    /// The utility has no such meter.
    Unknown,
    /// It is installed nowhere.
    NotInstalled,
    /// It is at another connection than when it was asked for.
    Moved,
    /// It reports, and never has a valve been among what it reports.
    NoValve,
    /// It has not reported for a day, or never.
    Silent,
    /// A person has ordered the same, and that has not ended.
    OrderOpen,
    /// A person has closed it, and it is reported closed: closing it changes nothing.
    Already,
    /// It waits in another batch.
    Queued,
    /// Valves stay open now, and no reason was given to close them all the same.
    Protected,
    /// Whoever began the batch is no admin any more.
    NoAuthor,
}

impl NoOrder {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Unknown,
        Self::NotInstalled,
        Self::Moved,
        Self::NoValve,
        Self::Silent,
        Self::OrderOpen,
        Self::Already,
        Self::Queued,
        Self::Protected,
        Self::NoAuthor,
    ];

    /// The word by which it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::NotInstalled => "not_installed",
            Self::Moved => "moved",
            Self::NoValve => "no_valve",
            Self::Silent => "silent",
            Self::OrderOpen => "order_open",
            Self::Already => "already",
            Self::Queued => "queued",
            Self::Protected => "protected",
            Self::NoAuthor => "no_author",
        }
    }

    /// The reason of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|refusal| refusal.as_str() == word)
    }
}

impl From<by_hand::Refusal> for NoOrder {
    fn from(refusal: by_hand::Refusal) -> Self {
        match refusal {
            by_hand::Refusal::NotInstalled => Self::NotInstalled,
            by_hand::Refusal::NoValve => Self::NoValve,
            by_hand::Refusal::Ordered => Self::OrderOpen,
            by_hand::Refusal::Protected => Self::Protected,
        }
    }
}

/// Whether a meter has been silent for too long, or has never reported.
pub fn is_silent(reported_at: Option<UtcMillis>, now: UtcMillis) -> bool {
    reported_at.is_none_or(|at| now.since(at) > SILENT_MS)
}

/// Whether an order would change nothing; `is_as_wanted` says whether the valve is reported to be so. A valve that is closed for want of credit
/// gets its order, which keeps it closed whatever is bought; one that is open gets another day.
pub fn is_done(task: ValveTask, is_as_wanted: bool, by_hand: ByHand) -> bool {
    task == ValveTask::Close && is_as_wanted && by_hand == ByHand::Closed
}

/// How many orders may go out now, if `sent` went out in the stretch of [`WINDOW_MS`] that ends now.
pub const fn may_go(sent: u32) -> u32 {
    PER_MINUTE.saturating_sub(sent)
}

/// How far a meter of a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ItemState {
    /// Its turn has not come.
    Waiting,
    /// It was ordered, and the meter has not been sent it.
    Pending,
    /// The meter was sent it.
    Sent,
    /// The meter has it.
    Acknowledged,
    /// The meter says that it is done.
    Completed,
    /// The meter says that it could not do it.
    Failed,
    /// Its time was over before the meter said what became of it.
    Expired,
    /// It gets no order.
    Refused,
    /// It was withdrawn before the meter was sent anything.
    Withdrawn,
}

impl ItemState {
    /// All of them, in the order of their lives.
    pub const ALL: [Self; 9] = [
        Self::Waiting,
        Self::Pending,
        Self::Sent,
        Self::Acknowledged,
        Self::Completed,
        Self::Failed,
        Self::Expired,
        Self::Refused,
        Self::Withdrawn,
    ];

    /// The word by which it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Acknowledged => "acknowledged",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Of a meter that was ordered; `is_withdrawn` says whether the order was taken back before it was sent.
    pub const fn of(order: OrderState, is_withdrawn: bool) -> Self {
        match order {
            OrderState::Pending => Self::Pending,
            OrderState::Sent => Self::Sent,
            OrderState::Acknowledged => Self::Acknowledged,
            OrderState::Completed => Self::Completed,
            OrderState::Failed => Self::Failed,
            OrderState::Expired if is_withdrawn => Self::Withdrawn,
            OrderState::Expired => Self::Expired,
        }
    }

    /// Whether something can still become of it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Pending | Self::Sent | Self::Acknowledged)
    }

    /// Whether it can still be withdrawn.
    pub const fn can_be_withdrawn(self) -> bool {
        matches!(self, Self::Waiting | Self::Pending)
    }
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
