//! What a receipt says (product.md, 2a). It is put on paper by the crate `reports`, and made on the device, so that it needs no network.

use crate::core::search::search_form;
use crate::people::Language;
use crate::sales::letterhead::Letterhead;
use crate::sales::payment::Method;
use crate::sales::voucher::{Grant, VoucherCode};
use crate::{Rupiah, TimeZone, UtcMillis};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// The number of a purchase as it is read aloud and stands on every screen and paper: the last eight digits of its identifier, which are
/// random. Two purchases may have the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PurchaseNumber(pub u32);

/// A text is no number of a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no number of a purchase, such as 1A2B-3C4D")]
pub struct NoPurchaseNumber;

impl PurchaseNumber {
    /// The number of a purchase.
    pub const fn of(purchase: Uuid) -> Self {
        Self(purchase.as_u128() as u32)
    }
}

impl fmt::Display for PurchaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}-{:04X}", self.0 >> 16, self.0 & 0xffff)
    }
}

impl FromStr for PurchaseNumber {
    type Err = NoPurchaseNumber;

    /// As somebody types it: small letters do, and whatever stands between the digits.
    fn from_str(text: &str) -> Result<Self, NoPurchaseNumber> {
        let digits = search_form(text);
        if digits.len() != 8 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(NoPurchaseNumber);
        }
        u32::from_str_radix(&digits, 16).map(Self).map_err(|_| NoPurchaseNumber)
    }
}

impl TryFrom<String> for PurchaseNumber {
    type Error = NoPurchaseNumber;

    fn try_from(text: String) -> Result<Self, NoPurchaseNumber> {
        text.parse()
    }
}

impl From<PurchaseNumber> for String {
    fn from(number: PurchaseNumber) -> Self {
        number.to_string()
    }
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
    /// What else the utility puts on it, as of now: its figures are the purchase's own.
    #[serde(default)]
    pub letterhead: Letterhead,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_purchase_is_read_as_it_is_shown_however_it_is_typed() {
        let purchase: Uuid = "019ad2c0-7b1e-7c55-8f00-00aa1b2c0d3e".parse().expect("an identifier");
        let number = PurchaseNumber::of(purchase);
        assert_eq!(number.to_string(), "1B2C-0D3E");
        for typed in ["1B2C-0D3E", "1b2c0d3e", " 1b2c – 0d3e ", "1B2C 0D3E"] {
            assert_eq!(typed.parse(), Ok(number), "{typed}");
        }
        for typed in ["", "1B2C", "1B2C-0D3G", "1B2C-0D3E-1", &purchase.to_string()] {
            assert_eq!(typed.parse::<PurchaseNumber>(), Err(NoPurchaseNumber), "{typed}");
        }
        for number in [0, 1, 0xffff, 0x1_0000, u32::MAX].map(PurchaseNumber) {
            assert_eq!(number.to_string().parse(), Ok(number));
        }
    }
}
