//! Amounts as a gateway writes them: `"100000.00"`. The text is kept, because the signature is of the text and not of the number.

use crate::Rupiah;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount as it was sent, known to be whole rupiah.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GrossAmount {
    text: String,
    amount: Rupiah,
}

/// The text is no amount of whole rupiah.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("an amount is 1 to 15 digits, with nothing or \".00\" behind them")]
pub struct BadAmount;

impl GrossAmount {
    /// The text as it was sent.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The amount.
    pub fn rupiah(&self) -> Rupiah {
        self.amount
    }
}

impl From<Rupiah> for GrossAmount {
    /// As Midtrans writes it, with two decimals that are always zero.
    fn from(amount: Rupiah) -> Self {
        Self { text: format!("{}.00", amount.0), amount }
    }
}

impl TryFrom<String> for GrossAmount {
    type Error = BadAmount;
    fn try_from(text: String) -> Result<Self, BadAmount> {
        let digits = match text.split_once('.') {
            None => text.as_str(),
            Some((whole, "0" | "00")) => whole,
            Some(_) => return Err(BadAmount),
        };
        let clean = (1..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        let amount = digits.parse().ok().filter(|_| clean).map(Rupiah).ok_or(BadAmount)?;
        Ok(Self { text, amount })
    }
}

impl std::str::FromStr for GrossAmount {
    type Err = BadAmount;
    fn from_str(text: &str) -> Result<Self, BadAmount> {
        text.to_owned().try_into()
    }
}

impl From<GrossAmount> for String {
    fn from(amount: GrossAmount) -> Self {
        amount.text
    }
}

impl fmt::Display for GrossAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_kept_as_it_was_sent_and_the_amount_is_whole() {
        for (text, amount) in [("100000.00", 100_000), ("100000", 100_000), ("0100000.0", 100_000), ("0", 0)] {
            let read: GrossAmount = text.parse().unwrap();
            assert_eq!((read.as_str(), read.rupiah()), (text, Rupiah(amount)));
        }
        assert_eq!(GrossAmount::from(Rupiah(50_000)).as_str(), "50000.00");
    }

    #[test]
    fn cents_signs_words_and_more_than_a_ledger_holds_are_no_amount() {
        for bad in ["", ".", ".00", "1.50", "1.000", "-5", "+5", "1e6", "Rp5", " 5", "5 ", "1,00", "9999999999999999", "٣"] {
            assert_eq!(bad.parse::<GrossAmount>(), Err(BadAmount), "{bad:?} was taken");
        }
    }
}
