//! Admin's client ⇄ server: money that somebody has to look at, refunds by bank transfer, and the limits of methods.

use crate::core::typed;
use crate::sales::openings::WaitingOpenings;
use domain::sales::payment::MethodLimit;
use domain::sales::receipt::PurchaseNumber;
use domain::{ConnectionId, CustomerId, Rupiah, UserId, UtcMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What waits for an admin, the oldest first, and what waits for its payment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MoneyReview {
    /// Reports of the gateway that nobody could match or explain.
    pub cases: Vec<PaymentCase>,
    /// Refunds by bank transfer that a second admin has to decide on.
    pub bank_refunds: Vec<BankRefund>,
    /// Purchases that wait for their payment, those first whose time ends first; 200 at most.
    #[serde(default)]
    pub waiting: Vec<WaitingPurchase>,
    /// Opening balances that a second admin has to decide on, by import.
    #[serde(default)]
    pub openings: Vec<WaitingOpenings>,
}

/// A purchase that waits for its payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WaitingPurchase {
    /// Its identifier.
    pub id: Uuid,
    /// Whose.
    pub customer: CustomerId,
    /// For which connection.
    pub connection: ConnectionId,
    /// Customer and connection, in words.
    pub whose: String,
    /// What is to be paid.
    pub to_pay: Rupiah,
    /// How, once that was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// When it was quoted.
    pub quoted_at: UtcMillis,
    /// Until when it can be paid.
    pub expires_at: UtcMillis,
}

/// Something that the gateway reported, and that a person has to decide on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PaymentCase {
    /// Its identifier.
    pub id: Uuid,
    /// Why it is a case: `unknown_order`, `wrong_amount`, `unreadable`, `unknown_status`, `odd`, `contradicted`, `unanswered`, `refunded_twice`,
    /// `credited_twice`, or the review mark of its purchase.
    pub kind: String,
    /// The order, as the gateway names it.
    pub order: String,
    /// The gateway's own name of the transaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway_id: Option<String>,
    /// The purchase that it is about, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase: Option<Uuid>,
    /// Customer and connection of that purchase.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub whose: String,
    /// How much money, where the report says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Rupiah>,
    /// The gateway's word for the status.
    pub reported: String,
    /// The gateway's word for the method.
    pub method: String,
    /// What is known of who paid.
    pub payer: String,
    /// More about why, in English.
    pub detail: String,
    /// When it was reported first.
    pub at: UtcMillis,
    /// When it was reported last.
    pub last_at: UtcMillis,
    /// How often.
    pub times: i64,
    /// `open`, `assigned`, `noted`, or `matched` by the server itself.
    pub state: String,
    /// What the admin said who decided.
    pub note: String,
    /// Whether money came with it that can be given to a purchase.
    pub can_assign: bool,
    /// Purchases that its money could be for.
    pub candidates: Vec<CaseCandidate>,
}

/// A purchase that money could be for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CaseCandidate {
    /// Its identifier.
    pub purchase: Uuid,
    /// Customer and connection.
    pub whose: String,
    /// What is to be paid.
    pub to_pay: Rupiah,
    /// When it was quoted.
    pub at: UtcMillis,
    /// Its state.
    pub state: String,
}

/// Decides about a case. The same `key` happens once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CaseDecision {
    /// Chosen by who asks.
    pub key: Uuid,
    /// Which case.
    pub of: Uuid,
    /// The purchase that its money is credited to; none where it is settled elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase: Option<Uuid>,
    /// The number of that purchase, where its identifier is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>))]
    pub number: Option<PurchaseNumber>,
    /// Why: 3 to 500 characters.
    #[serde(deserialize_with = "typed::line")]
    pub note: String,
}

/// Records a refund by bank transfer. The same `key` is the same refund, and its identifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BankRefundRequest {
    /// Chosen by who asks.
    pub key: Uuid,
    /// Of which purchase.
    pub of: Uuid,
    /// How much.
    pub amount: Rupiah,
    /// Why: 3 to 500 characters.
    #[serde(deserialize_with = "typed::line")]
    pub reason: String,
    /// The bank's reference of the transfer: 1 to 60 characters.
    #[serde(deserialize_with = "typed::code")]
    pub reference: String,
    /// Bank, account and name of who got it: 120 characters at most.
    #[serde(default, deserialize_with = "typed::line")]
    pub recipient: String,
}

/// Approves or rejects a refund by bank transfer that another admin recorded. The same `key` happens once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BankRefundDecision {
    /// Chosen by who asks.
    pub key: Uuid,
    /// Which refund.
    pub of: Uuid,
    /// Whether the money went.
    pub approve: bool,
    /// What was looked at: 3 to 500 characters.
    #[serde(deserialize_with = "typed::line")]
    pub note: String,
}

/// A refund by bank transfer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BankRefund {
    /// Its identifier.
    pub id: Uuid,
    /// Of which purchase.
    pub purchase: Uuid,
    /// Customer and connection.
    pub whose: String,
    /// How much.
    pub amount: Rupiah,
    /// The bank's reference.
    pub reference: String,
    /// Who got it.
    pub recipient: String,
    /// Why.
    pub reason: String,
    /// Who recorded it.
    pub asked_by: UserId,
    /// Name of who recorded it.
    pub asked_by_name: String,
    /// When.
    pub asked_at: UtcMillis,
    /// `asked`, `approved` or `rejected`.
    pub state: String,
}

/// The limits of all methods, in the order in which they are offered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MethodLimits {
    /// One for each method.
    #[cfg_attr(feature = "schema", schema(value_type = Vec<Object>))]
    pub limits: Vec<MethodLimit>,
}

/// Sets the limit of a method. The same `key` happens once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LimitRequest {
    /// Chosen by who asks.
    pub key: Uuid,
    /// The limit.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub limit: MethodLimit,
}
