//! Client ⇄ server: buying credit, what became of it, and what an admin does at the counter.

use crate::core::typed;
use crate::sync::rows::StatementLine;
use domain::billing::tariff::Slice;
use domain::sales::payment::Method;
use domain::sales::voucher::{Refusal, Voucher, VoucherCode};
use domain::{ConnectionId, LocalDay, LocalMonth, Millilitres, Rupiah, UtcMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Lines of one page of a statement.
pub const LINES: u32 = 100;

/// Asks for a quote. The same `id` again is the same quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct QuoteAsked {
    /// Chosen by who asks; the purchase keeps it.
    pub id: Uuid,
    /// For which connection.
    pub connection: ConnectionId,
    /// How much credit.
    pub amount: Rupiah,
    /// With a voucher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>))]
    pub code: Option<VoucherCode>,
}

/// Takes a quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CheckoutAsked {
    /// The quote's identifier.
    pub id: Uuid,
}

/// Begins to pay a purchase that waits; the same again answers the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PayAsked {
    /// The purchase.
    pub id: Uuid,
    /// How: `qris`, `gopay`, `va_bca`, `va_bni`, `va_bri`, `va_permata` or `page`.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub method: Method,
    /// Where the app is, for the way back from the gateway's page: an address on the customer's own machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<String>,
}

/// Names a purchase: to cancel it, or to have the gateway asked whether it was paid. The same again is safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PurchaseNamed {
    /// The purchase.
    pub id: Uuid,
}

/// What the customer needs to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Instructions {
    /// The number to transfer to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The text of the QR code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qr: Option<String>,
    /// The gateway's page, or the e-wallet's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Where a simulated payment is paid, if no money moves: every screen says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub simulator: Option<String>,
    /// Until when it can be paid.
    pub expires_at: UtcMillis,
}

/// A payment that was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Paying {
    /// Its name at the gateway.
    pub order: String,
    /// How to pay.
    #[serde(flatten)]
    pub how: Instructions,
}

/// A purchase, from quote to credit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Purchase {
    /// Its identifier.
    pub id: Uuid,
    /// For which connection.
    pub connection: ConnectionId,
    /// `quoted`, `pending`, `settled`, `expired` or `failed`.
    pub state: String,
    /// `gateway` or `cash`.
    pub channel: String,
    /// How it is paid through the gateway, once that was chosen: a word of [`PayAsked::method`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Its payment's name at the gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// Where that payment stands: `pending`, `denied` … A purchase can wait for its money when a payment of it has failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<String>,
    /// Whether that payment is simulated: no money moves, and every screen and paper says so.
    #[serde(default)]
    pub simulated: bool,
    /// How much credit.
    pub amount: Rupiah,
    /// The voucher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>))]
    pub code: Option<VoucherCode>,
    /// What the voucher takes off.
    pub discount: Rupiah,
    /// What the voucher credits on top.
    pub bonus: Rupiah,
    /// What is to be paid.
    pub to_pay: Rupiah,
    /// What came.
    pub paid: Rupiah,
    /// What of it went back.
    pub returned: Rupiah,
    /// When it was quoted.
    pub at: UtcMillis,
    /// Until when it can be taken or paid.
    pub expires_at: UtcMillis,
    /// When it was credited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_at: Option<UtcMillis>,
    /// What is needed to pay it, while it waits for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<Instructions>,
}

/// Which page of a connection's statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementAsked {
    /// Whose.
    pub connection: ConnectionId,
    /// [`Statement::next`] of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
}

/// A connection's money, the newest line first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Statement {
    /// Posted less running.
    pub balance: Rupiah,
    /// Used and not yet posted.
    pub running: Rupiah,
    /// What was posted.
    pub lines: Vec<StatementLine>,
    /// Where to go on; none at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<i64>,
}

/// Asks for emergency credit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LoanAsked {
    /// For which connection.
    pub connection: ConnectionId,
}

/// An amount with its reason: an adjustment of a connection, or cash that is given back for a purchase. The same `key` happens once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AdjustmentRequest {
    /// Chosen by who asks.
    pub key: Uuid,
    /// The connection, or the purchase.
    pub of: Uuid,
    /// How much.
    pub amount: Rupiah,
    /// Why: 3 to 500 characters.
    #[serde(deserialize_with = "typed::line")]
    pub reason: String,
}

/// A balance, after something was done to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BalanceNow {
    /// Posted less running.
    pub balance: Rupiah,
}

/// A new voucher of a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NewVoucher {
    /// The campaign's name.
    #[serde(default, deserialize_with = "typed::line")]
    pub campaign: String,
    /// Its terms.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub voucher: Voucher,
}

/// Asks which vouchers a customer could use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffersAsked {
    /// For which connection.
    pub connection: ConnectionId,
    /// For how much credit.
    pub amount: Rupiah,
}

/// Asks what a voucher's code would give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoucherAsked {
    /// For which connection.
    pub connection: ConnectionId,
    /// For how much credit, if that was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Rupiah>,
    /// The code.
    pub code: VoucherCode,
}

/// A voucher as it is offered: those that can be used come first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Offer {
    /// Its terms.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub voucher: Voucher,
    /// What its campaign is called.
    pub campaign: String,
    /// What it takes off this purchase.
    pub discount: Rupiah,
    /// What it credits on top of it.
    pub bonus: Rupiah,
    /// Why it cannot be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<Object>))]
    pub refusal: Option<Refusal>,
}

/// Asks why a month costs what it costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyAsked {
    /// Of which connection.
    pub connection: ConnectionId,
    /// Which local month: `year * 12 + (month - 1)`.
    pub month: LocalMonth,
}

/// Why a month costs what it costs: `slices` add up to `water`; `water + tax + fee` is the sum of `lines` and `running`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Why {
    /// Which month.
    #[cfg_attr(feature = "schema", schema(value_type = i32))]
    pub month: LocalMonth,
    /// Its days on which something was used: their volumes are `free` and those of the slices.
    pub days: Vec<WhyDay>,
    /// Free: under the lifeline, or before it was charged.
    pub free: Millilitres,
    /// By version and block.
    #[cfg_attr(feature = "schema", schema(value_type = Vec<Object>))]
    pub slices: Vec<Slice>,
    /// The decrees that set its prices, in order; none for the prices a utility began with.
    #[serde(default)]
    pub decrees: Vec<WhyDecree>,
    /// Water.
    pub water: Rupiah,
    /// Tax on it.
    pub tax: Rupiah,
    /// The monthly fee with its tax.
    pub fee: Rupiah,
    /// What of it is in the ledger: lines of the statement that charge the month.
    pub lines: Vec<StatementLine>,
    /// What is not.
    pub running: Rupiah,
}

/// A decree that set prices of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WhyDecree {
    /// The first local day on which its prices held.
    #[cfg_attr(feature = "schema", schema(value_type = i32))]
    pub since: LocalDay,
    /// Its number.
    pub number: String,
}

/// A day of it, with the readings it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WhyDay {
    /// Which.
    #[cfg_attr(feature = "schema", schema(value_type = i32))]
    pub day: LocalDay,
    /// Used.
    pub volume: Millilitres,
    /// Readings of the day.
    pub readings: u32,
    /// Its first and last reading, in order of time; a volume between two days is split by time.
    pub from: Option<WhyReading>,
    /// See `from`.
    pub until: Option<WhyReading>,
}

/// A reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WhyReading {
    /// When.
    pub t: UtcMillis,
    /// The register.
    pub register: Millilitres,
}
