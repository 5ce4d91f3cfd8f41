//! The transfers behind a figure (`GET /admin/v1/revenue/transfers`).

use domain::billing::ledger::Account;
use domain::revenue::Dimension;
use domain::{ConnectionId, CustomerId, LocalDay, LocalMonth, Rupiah, UtcMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Transfers of a page at most.
pub const PAGE: u32 = 200;

/// Which transfers are wanted: those of local days that count for a value of a dimension.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RevenueTransfersAsked {
    /// The first local day.
    pub from: LocalDay,
    /// The last one.
    pub to: LocalDay,
    /// By what they are divided; not at all if it is not said.
    #[serde(default)]
    pub dimension: Dimension,
    /// The value there, as [`crate::ui::RevenueSlice::value`] has it; those without a value if it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Those with a posting on this account alone, such as `cash`; all of them if it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Account>,
    /// Those of this kind alone, such as `charge_correction`; all of them if it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Behind the page before, by its [`RevenueTransfers::next`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// How many at most: 50 if it is not said, 200 at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of transfers, by day, kind and place in the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RevenueTransfers {
    /// The transfers. A page can have fewer than was asked for, and none, with more behind it: it looks at so many at most.
    pub rows: Vec<RevenueTransfer>,
    /// What the next page is asked for with; none if this was the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A transfer, with what revenue divides it by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RevenueTransfer {
    /// Its number in the ledger.
    pub no: i64,
    /// What it is about, in the ledger's words.
    pub kind: String,
    /// When it was posted.
    pub at: UtcMillis,
    /// On which local day of its connection.
    pub day: LocalDay,
    /// In which local hour.
    pub hour: u8,
    /// Its connection.
    pub connection: ConnectionId,
    /// What the connection is called.
    pub label: String,
    /// Whose connection it is now.
    pub customer: CustomerId,
    /// That customer's name.
    pub customer_name: String,
    /// What it did to the account asked for; to the connection's credit if none was asked for.
    pub amount: Rupiah,
    /// All its postings.
    pub postings: Vec<RevenuePosting>,
    /// The local month that it charges.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<i32>))]
    pub month: Option<LocalMonth>,
    /// The purchase that it is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase: Option<Uuid>,
    /// The way to pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The connection's tariff class then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The name of the zone in which it counts.
    pub zone: String,
    /// The name of the campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// The name of who did it; none for the server itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// Why, where a person did it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// One posting of a transfer; above zero credits the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RevenuePosting {
    /// Which account.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub account: Account,
    /// How much.
    pub amount: Rupiah,
}
