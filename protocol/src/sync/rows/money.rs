//! Rows of money: a connection's credit, its statement, tariffs, and what stands on receipts. None of them is ever edited on a device.

use domain::alerts::notice::Known;
use domain::billing::balance::{Level, Thresholds};
use domain::billing::forecast::BalanceForecast;
use domain::billing::tariff::TariffVersion;
use domain::sales::letterhead;
use domain::{ConnectionId, LocalMonth, Rupiah, UtcMillis, UtilityId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A connection's credit, under the connection's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    /// Which connection.
    pub connection: ConnectionId,
    /// What is in the ledger.
    pub posted: Rupiah,
    /// Used and not yet posted.
    pub running: Rupiah,
    /// Emergency credit that is owed: the next purchase repays it first.
    pub lent: Rupiah,
    /// What can be borrowed now; none where nothing can.
    #[serde(default)]
    pub can_borrow: Option<Rupiah>,
    /// The balance after the last purchase, at which the picture of the tank is full.
    pub full: Rupiah,
    /// How long it lasts, at `at`.
    pub lasts: BalanceForecast,
    /// At which limits the customer wants a notice.
    pub thresholds: Thresholds,
    /// How low it is.
    pub level: Level,
    /// When it was computed.
    pub at: UtcMillis,
}

impl Credit {
    /// What is shown: posted less running.
    pub const fn balance(&self) -> Rupiah {
        Rupiah(self.posted.0 - self.running.0)
    }

    /// What notices are decided by, with the instant of its meter's last report.
    pub fn known(&self, reported: Option<UtcMillis>) -> Known {
        Known {
            balance: self.balance(),
            posted: self.posted,
            full: self.full,
            lasts: self.lasts,
            thresholds: self.thresholds,
            level: self.level,
            at: self.at,
            until: reported.map_or(self.at, |reported| reported.max(self.at)),
        }
    }
}

/// A line of a connection's statement, under `{connection}/{no}`: never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StatementLine {
    /// Which connection.
    pub connection: ConnectionId,
    /// Its place: lines are read in this order.
    pub no: i64,
    /// When it was posted.
    pub at: UtcMillis,
    /// `purchase`, `charge`, `charge_correction`, `monthly_fee`, `refund`, `chargeback`, `emergency_credit`, `adjustment`, `opening_balance` or
    /// `opening_reversal`.
    pub kind: String,
    /// What it did to the credit.
    pub amount: Rupiah,
    /// The credit after it.
    pub after: Rupiah,
    /// The local month that it charges: `year * 12 + (month - 1)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<i32>))]
    pub month: Option<LocalMonth>,
    /// The purchase that it is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase: Option<Uuid>,
    /// Why, where a person did it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// A tariff as it holds from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tariff {
    /// Identifier.
    pub id: Uuid,
    /// Its terms.
    #[serde(flatten)]
    pub version: TariffVersion,
}

/// What a utility puts on its receipts, under the utility's id, once an admin has set it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letterhead {
    /// The utility.
    pub id: UtilityId,
    /// Its name.
    pub name: String,
    /// What stands beside it.
    #[serde(flatten)]
    pub letterhead: letterhead::Letterhead,
}
