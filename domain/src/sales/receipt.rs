//! What a receipt says (product.md, 2a). It is put on paper by the crate `reports`, and made on the device, so that it needs no network.

use crate::people::Language;
use crate::sales::payment::Method;
use crate::sales::voucher::{Grant, VoucherCode};
use crate::{Rupiah, TimeZone, UtcMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The number of a purchase as it is read aloud: the last eight letters of its identifier, which are random.
pub fn short_number(purchase: Uuid) -> String {
    let text = purchase.simple().to_string().to_uppercase();
    format!("{}-{}", &text[24..28], &text[28..])
}

/// Whether it was money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Money {
    /// It was.
    Real,
    /// It was the demo's: the paper says so, across all of it.
    Simulation,
}

/// How it was paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Paid {
    /// In cash at the counter.
    Cash,
    /// A voucher took all of it off: no money moved.
    Voucher,
    /// Through the gateway: how, and its order there.
    Gateway(Method, String),
}

/// What a voucher gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gift {
    /// Its code.
    pub code: VoucherCode,
    /// What it took off the price, and credited on top, in rupiah: as the ledger has it.
    pub granted: Grant,
}

/// Money of the purchase that went back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// When.
    pub at: UtcMillis,
    /// What left the balance with it: the money, and a voucher's share.
    pub taken: Rupiah,
    /// Why; empty where nobody gave a reason.
    pub reason: String,
}

/// What a receipt says. Amounts are those of the settlement; what follows from them is computed where it is printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The language.
    pub language: Language,
    /// Whether it was money.
    pub money: Money,
    /// The utility's name.
    pub utility: String,
    /// The receipt's number.
    pub number: String,
    /// The customer's name and number.
    pub customer: (String, String),
    /// The connection's label and address.
    pub connection: (String, String),
    /// The meter's serial.
    pub meter: Option<String>,
    /// When it was paid.
    pub paid_at: UtcMillis,
    /// The property's zone: the receipt gives the time there, with its name (WIB, WITA, WIT).
    pub time_zone: TimeZone,
    /// How it was paid.
    pub paid: Paid,
    /// What was paid.
    pub amount: Rupiah,
    /// With a voucher, where it was credited.
    pub voucher: Option<Gift>,
    /// What of it went back since, nought for most.
    pub returned: Rupiah,
    /// Each time that money went back, as far as this device knows.
    #[serde(default)]
    pub returns: Vec<Return>,
}
