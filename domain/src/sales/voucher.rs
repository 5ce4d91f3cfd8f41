//! Vouchers: what a code gives, to whom, how often, and why not.

use crate::billing::tariff::TariffClass;
use crate::core::text::compact;
use crate::{CustomerId, Millilitres, Rupiah, UtcMillis};
use serde::{Deserialize, Serialize};

/// A voucher's code: 3 to 32 of `A–Z 0–9 -`. Small letters are taken for capitals.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VoucherCode(String);

/// The text is not a voucher's code.
#[derive(Debug, thiserror::Error)]
#[error("a code has 3 to 32 letters, digits and '-'")]
pub struct BadCode;

impl VoucherCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for VoucherCode {
    type Error = BadCode;
    fn try_from(text: String) -> Result<Self, BadCode> {
        let code = compact(&text).to_ascii_uppercase();
        let clean = code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-');
        if (3..=32).contains(&code.len()) && clean { Ok(Self(code)) } else { Err(BadCode) }
    }
}

impl std::str::FromStr for VoucherCode {
    type Err = BadCode;
    fn from_str(text: &str) -> Result<Self, BadCode> {
        text.to_owned().try_into()
    }
}

impl From<VoucherCode> for String {
    fn from(code: VoucherCode) -> Self {
        code.0
    }
}

/// What a voucher gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Benefit {
    /// Off the price, in thousandths of it.
    Percentage(i64),
    /// Off the price.
    FixedAmount(Rupiah),
    /// Water on top, credited at the price it would cost the connection now.
    BonusVolume(Millilitres),
}

/// A voucher's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoucherState {
    /// Not yet given out.
    Draft,
    /// In use.
    Active,
    /// Held back for a while.
    Paused,
    /// Its time is over.
    Expired,
    /// All uses are used.
    Depleted,
}

impl VoucherState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Draft, Self::Active, Self::Paused, Self::Expired, Self::Depleted];

    /// The state as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Expired => "expired",
            Self::Depleted => "depleted",
        }
    }

    /// The state of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// A voucher's terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voucher {
    /// Its code.
    pub code: VoucherCode,
    /// What it gives.
    pub benefit: Benefit,
    /// The least purchase that it takes.
    pub minimum_purchase: Rupiah,
    /// The most that it takes off.
    pub maximum_discount: Option<Rupiah>,
    /// Uses altogether.
    pub total_limit: Option<i64>,
    /// Uses of one customer.
    pub customer_limit: Option<i64>,
    /// From when on.
    pub valid_from: UtcMillis,
    /// Until before when.
    pub valid_until: UtcMillis,
    /// Only these classes; all if empty.
    pub classes: Vec<TariffClass>,
    /// Only these customers; all if empty.
    pub customers: Vec<CustomerId>,
    /// Its state as an admin left it.
    pub state: VoucherState,
}

/// How often a voucher is taken: reserved and used alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// By anybody.
    pub total: i64,
    /// By this customer.
    pub by_customer: i64,
}

/// A purchase that a voucher is held against.
#[derive(Clone, Copy, Debug)]
pub struct Occasion {
    /// Who buys.
    pub customer: CustomerId,
    /// For a connection of which class.
    pub class: TariffClass,
    /// For how much.
    pub amount: Rupiah,
    /// When.
    pub now: UtcMillis,
    /// How often the voucher is taken.
    pub taken: Taken,
}

/// Why a voucher cannot be used, in the order in which it is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// A draft, or held back.
    NotActive,
    /// Its time has not come.
    NotYet,
    /// Its time is over.
    Expired,
    /// Not for this class or this customer.
    NotEligible,
    /// All uses are taken.
    Depleted,
    /// This customer's uses are taken.
    UsedUp,
    /// The purchase is too small.
    BelowMinimum {
        /// What it takes.
        minimum: Rupiah,
    },
    /// It would give nothing.
    GivesNothing,
}

impl Refusal {
    /// The words of all of them.
    pub const WORDS: [&str; 8] =
        ["not_active", "not_yet", "expired", "not_eligible", "depleted", "used_up", "below_minimum", "gives_nothing"];

    /// Its word, as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotActive => "not_active",
            Self::NotYet => "not_yet",
            Self::Expired => "expired",
            Self::NotEligible => "not_eligible",
            Self::Depleted => "depleted",
            Self::UsedUp => "used_up",
            Self::BelowMinimum { .. } => "below_minimum",
            Self::GivesNothing => "gives_nothing",
        }
    }
}

/// What a voucher gives on a purchase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Off the price.
    pub discount: Rupiah,
    /// Credited on top.
    pub bonus: Rupiah,
}

/// Holds a voucher against a purchase. `bonus_worth` says what a volume would cost the connection now.
///
/// # Errors
/// The first reason why it cannot be used.
pub fn grant(voucher: &Voucher, at: &Occasion, bonus_worth: impl FnOnce(Millilitres) -> Rupiah) -> Result<Grant, Refusal> {
    let reached = |limit: Option<i64>, taken: i64| limit.is_some_and(|limit| taken >= limit);
    let for_class = voucher.classes.is_empty() || voucher.classes.contains(&at.class);
    let for_customer = voucher.customers.is_empty() || voucher.customers.contains(&at.customer);
    match voucher.state {
        VoucherState::Draft | VoucherState::Paused => return Err(Refusal::NotActive),
        VoucherState::Expired => return Err(Refusal::Expired),
        VoucherState::Depleted => return Err(Refusal::Depleted),
        VoucherState::Active => {}
    }
    if at.now < voucher.valid_from {
        return Err(Refusal::NotYet);
    }
    if at.now >= voucher.valid_until {
        return Err(Refusal::Expired);
    }
    if !for_class || !for_customer {
        return Err(Refusal::NotEligible);
    }
    if reached(voucher.total_limit, at.taken.total) {
        return Err(Refusal::Depleted);
    }
    if reached(voucher.customer_limit, at.taken.by_customer) {
        return Err(Refusal::UsedUp);
    }
    if at.amount < voucher.minimum_purchase {
        return Err(Refusal::BelowMinimum { minimum: voucher.minimum_purchase });
    }
    let most = voucher.maximum_discount.unwrap_or(Rupiah(i64::MAX));
    let off = |exact: Rupiah| Grant { discount: exact.min(most).min(at.amount).max(Rupiah(0)), bonus: Rupiah(0) };
    let granted = match voucher.benefit {
        Benefit::Percentage(per_mille) => {
            let exact = i128::from(at.amount.0) * i128::from(per_mille.clamp(0, 1_000)) / 1_000;
            off(Rupiah(exact as i64))
        }
        Benefit::FixedAmount(amount) => off(amount),
        Benefit::BonusVolume(volume) => Grant { discount: Rupiah(0), bonus: bonus_worth(volume).min(most).max(Rupiah(0)) },
    };
    if granted == Grant::default() { Err(Refusal::GivesNothing) } else { Ok(granted) }
}

/// What a voucher gives, as far as a device can say that received it earlier: `said` is why the server refused it then, and `bonus` what its
/// water was worth. How often it is taken, and for whom it is, only the server knows.
///
/// # Errors
/// The first reason why it cannot be used.
pub fn grant_as_received(
    voucher: &Voucher,
    (said, bonus): (Option<Refusal>, Rupiah),
    (amount, now): (Rupiah, UtcMillis),
) -> Result<Grant, Refusal> {
    if let Some(kept @ (Refusal::NotActive | Refusal::NotEligible | Refusal::Depleted | Refusal::UsedUp)) = said {
        return Err(kept);
    }
    let class = voucher.classes.first().copied().unwrap_or(TariffClass::Residential);
    let customer = voucher.customers.first().copied().unwrap_or(CustomerId(uuid::Uuid::nil()));
    let open = Voucher { total_limit: None, customer_limit: None, ..voucher.clone() };
    grant(&open, &Occasion { customer, class, amount, now, taken: Taken::default() }, |_| bonus)
}

/// A use of a voucher, from checkout to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UseState {
    /// Held for a purchase that is not paid: counts as taken.
    Reserved,
    /// Paid.
    Consumed,
    /// Given back: the purchase expired or failed.
    Released,
}

impl UseState {
    /// The state as it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Consumed => "consumed",
            Self::Released => "released",
        }
    }

    /// Whether a use in this state counts towards the voucher's limits.
    pub const fn is_taken(self) -> bool {
        matches!(self, Self::Reserved | Self::Consumed)
    }
}

#[cfg(test)]
#[path = "voucher_tests.rs"]
mod tests;
