//! Admin's client ⇄ server: what a utility sets about valves and emergency credit.

use crate::core::typed;
use domain::valve::policy::Holiday;
use domain::{LocalDay, Rupiah};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What holds at a utility.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ValvePolicy {
    /// Counts the changes; a change names the one that it follows.
    pub rev: i64,
    /// The local day in that zone of the utility whose day begins first.
    pub today: LocalDay,
    /// Whether valves are closed when credit is gone.
    pub closes: bool,
    /// Local hour from which on the night is protected.
    pub from_hour: u8,
    /// Local hour until before which it is; the same as `from_hour` where no night is.
    pub until_hour: u8,
    /// What is lent between two purchases; nothing where none is.
    pub emergency_credit: Rupiah,
    /// Holidays from today on, in their order.
    pub holidays: Vec<Holiday>,
}

/// Changes a part of it. The same `key` happens once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ValvePolicyChange {
    /// Chosen by who asks.
    pub key: Uuid,
    /// [`ValvePolicy::rev`] of what was read: refused with `policy_changed` if somebody else has changed it meanwhile.
    pub rev: i64,
    /// What is set.
    pub set: PolicySetting,
}

/// A part of what a utility sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum PolicySetting {
    /// Whether valves are closed at all, and when not.
    Closing {
        /// Whether they are.
        closes: bool,
        /// Local hour from which on the night is protected.
        from_hour: u8,
        /// Local hour until before which it is.
        until_hour: u8,
    },
    /// How much is lent between two purchases.
    EmergencyCredit {
        /// Nothing, or Rp1.000 to Rp1.000.000.
        amount: Rupiah,
    },
    /// Make a day a holiday.
    AddHoliday {
        /// Today or later.
        day: LocalDay,
        /// What is celebrated.
        #[serde(default, deserialize_with = "typed::line")]
        name: String,
    },
    /// Take a holiday back that has not begun.
    RemoveHoliday {
        /// Which.
        day: LocalDay,
    },
}
