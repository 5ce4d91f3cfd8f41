//! The states of a meter order, from its creation to its end (product.md, 4a).

use serde::{Deserialize, Serialize};

/// How far a command is. An acknowledgement alone is not success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Created; not sent to the meter yet.
    Pending,
    /// Handed to the meter's connection: from here on it may be carried out.
    Sent,
    /// The meter has it.
    Acknowledged,
    /// The meter says that it is done.
    Completed,
    /// The meter says that it could not do it.
    Failed,
    /// Its time was over, or its reason gone, before the meter said what became of it.
    Expired,
}

/// Something that happens to a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrderEvent {
    /// It was handed to the meter's connection.
    Sent,
    /// The meter says that it has it.
    Acknowledged,
    /// The meter says that it is done.
    Completed,
    /// The meter says that it could not do it.
    Failed,
    /// Its time is over, or its reason gone.
    Over,
}

impl OrderState {
    /// All of them, in the order of a meter order's states.
    pub const ALL: [Self; 6] = [Self::Pending, Self::Sent, Self::Acknowledged, Self::Completed, Self::Failed, Self::Expired];

    /// The state as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Acknowledged => "acknowledged",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Expired => "expired",
        }
    }

    /// The state of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether something can still become of it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Sent | Self::Acknowledged)
    }

    /// The state after an event. Events may come late, twice, and in any order: an open order only goes forward, and one that has ended stays
    /// as it ended, so that of two last words the first one stands.
    pub fn after(self, event: OrderEvent) -> Self {
        if !self.is_open() {
            return self;
        }
        match event {
            OrderEvent::Sent => self.max(Self::Sent),
            OrderEvent::Acknowledged => self.max(Self::Acknowledged),
            OrderEvent::Completed => Self::Completed,
            OrderEvent::Failed => Self::Failed,
            OrderEvent::Over => Self::Expired,
        }
    }
}

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
