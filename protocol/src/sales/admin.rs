//! Admin's client ⇄ server: campaigns of vouchers, versions of tariffs, and the purchases of a connection.

use crate::core::typed;
use crate::sales::money::Purchase;
use crate::sync::rows::StatementLine;
use domain::billing::tariff::TariffVersion;
use domain::core::json::object;
use domain::sales::campaign::Codes;
use domain::sales::voucher::{Voucher, VoucherCode, VoucherState};
use domain::{ConnectionId, CustomerId, LocalDay, Rupiah, UtcMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Campaigns of one answer at most.
pub const CAMPAIGNS: usize = 200;
/// Codes of a campaign that are listed one by one.
pub const CODES: usize = 50;
/// Purchases of one answer at most.
pub const PURCHASES: usize = 20;

/// Which campaigns are wanted; what is not said leaves nothing out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignQuery {
    /// In the name, or the beginning of a code.
    #[serde(default, skip_serializing_if = "String::is_empty", deserialize_with = "typed::line")]
    pub search: String,
    /// Where they stand now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<VoucherState>,
}

/// Campaigns, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Campaigns {
    /// 200 of them at most.
    pub rows: Vec<Campaign>,
    /// How many more there are: searching finds them.
    pub left_out: u32,
}

/// Vouchers that were made at once, with what became of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Campaign {
    /// Its identifier.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// How many codes it has.
    pub codes: i64,
    /// Terms of each, and one of the codes.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub voucher: Voucher,
    /// Where it stands now: over where its time or all of its uses are.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub state: VoucherState,
    /// Uses that wait for a payment.
    pub reserved: i64,
    /// Uses that were paid for.
    pub consumed: i64,
    /// Taken off prices so far, by the ledger: less what went back.
    pub discount: Rupiah,
    /// Credited as water so far, by the ledger.
    pub bonus: Rupiah,
    /// What customers paid in purchases with it, less what went back.
    pub paid: Rupiah,
    /// When it was made.
    pub at: UtcMillis,
    /// By whom; empty for the server itself.
    pub author: String,
}

impl Campaign {
    /// What it has cost.
    pub const fn cost(&self) -> Rupiah {
        Rupiah(self.discount.0 + self.bonus.0)
    }

    /// Uses it has altogether; `None` if they are not limited.
    pub fn uses(&self) -> Option<i64> {
        self.voucher.total_limit.map(|limit| limit.saturating_mul(self.codes))
    }
}

/// A campaign, day by day and code by code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CampaignDetail {
    /// The campaign.
    pub campaign: Campaign,
    /// Days on which something happened, in order; the last 366 of them.
    pub days: Vec<CampaignDay>,
    /// Its codes, those in use first; 50 at most.
    pub codes: Vec<CodeUse>,
    /// Names of the customers whom it is for.
    pub customers: Vec<Named>,
}

/// What a campaign gave on a local day of the connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CampaignDay {
    /// The day.
    pub day: LocalDay,
    /// Uses that were paid for.
    pub uses: i64,
    /// Taken off prices; below zero where more went back.
    pub discount: Rupiah,
    /// Credited as water.
    pub bonus: Rupiah,
}

/// A code and its uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CodeUse {
    /// The code.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub code: VoucherCode,
    /// Uses reserved or paid for.
    pub taken: i64,
}

/// Somebody, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Named {
    /// Who.
    pub id: CustomerId,
    /// Name.
    pub name: String,
}

/// A new campaign. The same `id` again is the same campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NewCampaign {
    /// Chosen by who asks.
    pub id: Uuid,
    /// Its name.
    #[serde(default, deserialize_with = "typed::line")]
    pub name: String,
    /// One code that is chosen, or many that are drawn.
    #[serde(default, deserialize_with = "object")]
    pub codes: NewCodes,
    /// Terms. Its code is the campaign's if it has one; a series draws its own.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub voucher: Voucher,
}

/// The codes of a new campaign.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum NewCodes {
    /// The voucher's own.
    #[default]
    One,
    /// Random ones.
    Series {
        /// How many: 1 to 5,000.
        count: i64,
        /// What they begin with; may be empty.
        #[serde(default, deserialize_with = "typed::code")]
        prefix: String,
    },
}

impl NewCodes {
    /// As the rules of campaigns have them.
    pub const fn codes(&self) -> Codes {
        match self {
            Self::One => Codes::One,
            Self::Series { count, .. } => Codes::Series(*count),
        }
    }
}

/// Moves a campaign to `active` or `paused`. The same `key` happens once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CampaignMove {
    /// Chosen by who asks.
    pub key: Uuid,
    /// Which campaign.
    pub of: Uuid,
    /// Where to.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub to: VoucherState,
}

/// All versions of all classes, each class in the order in which they were made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Tariffs {
    /// The local day it is where the utility's day begins first: a new version begins after it.
    pub today: LocalDay,
    /// The versions.
    pub versions: Vec<TariffRow>,
}

/// A version with who made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TariffRow {
    /// Its identifier.
    pub id: Uuid,
    /// The version.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub version: TariffVersion,
    /// By whom; empty for the server itself.
    pub author: String,
    /// When it was made.
    pub at: UtcMillis,
    /// When it was withdrawn, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Withdrawn>,
}

/// That a version was withdrawn before it began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Withdrawn {
    /// When.
    pub at: UtcMillis,
    /// By whom.
    pub by: String,
}

/// Withdraws a version that has not begun. The same `key` again changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TariffWithdrawal {
    /// Chosen by who asks.
    pub key: Uuid,
    /// Which version.
    pub of: Uuid,
}

/// A new version. The same `id` again is the same version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NewTariff {
    /// Chosen by who asks.
    pub id: Uuid,
    /// The version; it begins tomorrow or later.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub version: TariffVersion,
}

/// Which page of a connection's purchases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchasesAsked {
    /// Whose.
    pub connection: ConnectionId,
    /// [`PurchasePage::next`] of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
}

/// Purchases, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PurchasePage {
    /// The purchases.
    pub rows: Vec<PurchaseRow>,
    /// Where to go on; none at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<i64>,
}

/// A purchase as an admin sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PurchaseRow {
    /// The purchase.
    pub purchase: Purchase,
    /// Its name at the gateway.
    pub order: Option<String>,
    /// How it stands at the gateway, where that is more than the purchase says: `refunded`, `charged_back` …
    pub payment: Option<String>,
    /// Who bought it.
    pub buyer: String,
    /// Why somebody should look at it: `another_amount`, `voucher_gone`, `paid_twice`, `returned_too_much`; empty if nobody need.
    pub review: String,
    /// What the payer paid on top for the gateway, which is not the utility's.
    #[serde(default)]
    pub fee: Rupiah,
    /// What of `purchase.paid` was paid on top of the purchase, such as by paying twice: it has no voucher, and goes back first.
    #[serde(default)]
    pub extra: Rupiah,
    /// The lines of the statement by which money of it went back, the oldest first.
    #[serde(default)]
    pub returns: Vec<StatementLine>,
}
