//! Client ⇄ server: buying credit, what became of it, and what an admin does at the counter.

use domain::payment::Method;
use domain::voucher::{Voucher, VoucherCode};
use domain::{ConnectionId, LocalMonth, Rupiah, UtcMillis};
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
    /// `quoted`, `pending`, `settled`, `expired` or `failed`.
    pub state: String,
    /// How much credit.
    pub amount: Rupiah,
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
    /// Until when it can be taken or paid.
    pub expires_at: UtcMillis,
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

/// A line of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StatementLine {
    /// When it was posted.
    pub at: UtcMillis,
    /// `purchase`, `charge`, `charge_correction`, `monthly_fee`, `refund`, `chargeback`, `emergency_credit` or `adjustment`.
    pub kind: String,
    /// What it did to the credit.
    pub amount: Rupiah,
    /// The credit after it.
    pub after: Rupiah,
    /// The local month that it charges: `year * 12 + (month - 1)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<i32>))]
    pub month: Option<LocalMonth>,
    /// Why, where a person did it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
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
pub struct Reasoned {
    /// Chosen by who asks.
    pub key: Uuid,
    /// The connection, or the purchase.
    pub of: Uuid,
    /// How much.
    pub amount: Rupiah,
    /// Why: 3 to 500 characters.
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
    #[serde(default)]
    pub campaign: String,
    /// Its terms.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub voucher: Voucher,
}
