//! Admin's client ⇄ server: the day of a utility, from figures of which a device holds no rows (`GET /admin/v1/summary`).

use domain::billing::ledger::Account;
use domain::{LocalDay, Millilitres, Rupiah, TimeZone, UtcMillis};
use serde::{Deserialize, Serialize};

/// The day of a utility, as it was at an instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DaySummary {
    /// When it was made, by the server's clock: what is said of today goes up to here.
    pub at: UtcMillis,
    /// The time zone of its days and hours: that of most of the utility's meters.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub time_zone: TimeZone,
    /// The local day it is.
    pub day: LocalDay,
    /// Connections that have a meter.
    pub metered: i64,
    /// Used today so far.
    pub today: UsedDay,
    /// Used yesterday.
    pub yesterday: UsedDay,
    /// Used the day before yesterday.
    pub day_before: UsedDay,
    /// What came in and went back since the month began, or since yesterday where that is longer ago: by account of the ledger and way to
    /// pay. Their sum is what was received.
    pub receipts: Vec<ReceiptLine>,
    /// Purchases that wait for their payment.
    pub waiting: WaitingSum,
    /// What waits for an admin.
    pub due: Due,
}

/// What all connections of a utility used in a local day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UsedDay {
    /// By local hour, mL; nothing where nothing was measured.
    pub hours: Vec<Option<i64>>,
    /// Used by the time of day at which the summary was made, as far as its hours are known.
    pub by_now: Millilitres,
    /// How much of that time was measured at the connections that have a meter, per mille.
    pub coverage: u16,
}

/// Money of one way, in three stretches of time: above zero came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReceiptLine {
    /// `cash`, `gateway_clearing`, `refunds` or `chargebacks`.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub account: Account,
    /// The way to pay, of what came by the gateway; nothing where an admin gave it to a purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Since the local day began.
    pub today: Rupiah,
    /// In the local day before.
    pub yesterday: Rupiah,
    /// Since the local month began.
    pub month: Rupiah,
}

/// Purchases that wait for their payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WaitingSum {
    /// How many.
    pub count: i64,
    /// What is to be paid for them.
    pub amount: Rupiah,
}

/// How much waits for an admin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Due {
    /// Reports of the gateway that nobody could match or explain.
    pub payment_cases: i64,
    /// Refunds by bank transfer that a second admin has to decide on.
    pub bank_refunds: i64,
    /// Opening balances that a second admin has to decide on.
    #[serde(default)]
    pub openings: i64,
    /// Messages that could not be sent.
    pub dead_letters: i64,
}
