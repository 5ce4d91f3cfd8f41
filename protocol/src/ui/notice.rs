//! A low balance, as a banner and a notification word it. Which sentence it takes is decided here, for the screen and the host alike; the sentences
//! are in `assets/i18n`.

use domain::alerts::notice::Basis;
use domain::billing::balance::Level;
use domain::{ConnectionId, Rupiah, UtcMillis};
use serde::{Deserialize, Serialize};

/// A low balance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Of which connection.
    pub connection: ConnectionId,
    /// What its customer calls it.
    pub label: String,
    /// How low; never [`Level::Ok`].
    pub level: Level,
    /// What is left.
    pub balance: Rupiah,
    /// Tenths of a day that it lasts; `None` where that is not known.
    pub tenths_of_days: Option<i64>,
    /// The customer's threshold by rupiah, where it alone makes the balance low.
    pub limit: Option<Rupiah>,
    /// Whether the server sent the balance, or it was estimated.
    pub basis: Basis,
    /// At which instant, by this device's clock.
    pub at: UtcMillis,
}

impl Notice {
    /// The key of its title.
    pub const fn title_key(&self) -> &'static str {
        match (self.level, self.basis) {
            (Level::Empty, Basis::Known) => "notice-empty",
            (Level::Empty, Basis::Reckoned) => "notice-empty-likely",
            (Level::Critical, _) => "notice-critical",
            (Level::Warning | Level::Ok, _) => "notice-warning",
        }
    }

    /// The key of the sentence about what is left, of `{ $place }`, `{ $balance }` and, in some of them, `{ $days }` and `{ $limit }`. Where only the
    /// threshold by rupiah was crossed it is named: that much water for months is otherwise no reason.
    pub const fn text_key(&self) -> &'static str {
        match (self.level, self.tenths_of_days, self.limit) {
            (Level::Empty, ..) => "notice-gone",
            (_, Some(..10), _) => "notice-left-hours",
            (_, Some(10..20), _) => "notice-left-day",
            (_, Some(_), Some(limit)) if self.balance.0 <= limit.0 => "notice-below-limit",
            (_, Some(_), Some(_)) => "notice-near-limit",
            (_, Some(_), None) => "notice-left-days",
            (_, None, _) => "notice-left",
        }
    }

    /// The values of that sentence.
    pub fn values(&self) -> [(&'static str, String); 4] {
        let days = self.tenths_of_days.unwrap_or_default() / 10;
        let limit = self.limit.unwrap_or_default();
        [
            ("place", self.label.clone()),
            ("balance", self.balance.to_string()),
            ("days", days.to_string()),
            ("limit", limit.to_string()),
        ]
    }

    /// The key of a sentence that follows where the figures are not the server's.
    pub const fn basis_key(&self) -> Option<&'static str> {
        match self.basis {
            Basis::Known => None,
            Basis::Reckoned => Some("notice-reckoned"),
        }
    }
}
