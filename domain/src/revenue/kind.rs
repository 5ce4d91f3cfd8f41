//! What transfers are about, as sums name it. The words are those of the ledger (docs/LEDGER.md, *Events*).

use serde::{Deserialize, Serialize};

/// What a transfer is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferKind {
    /// A purchase was paid.
    Purchase,
    /// Money of a purchase was paid back.
    Refund,
    /// A bank took money of a purchase back.
    Chargeback,
    /// Water was used.
    Charge,
    /// A month that was over costs another sum than was posted.
    ChargeCorrection,
    /// The month's fee.
    MonthlyFee,
    /// Emergency credit was lent.
    EmergencyCredit,
    /// An admin gave or took.
    Adjustment,
    /// What a connection had before.
    OpeningBalance,
    /// An opening balance was taken back.
    OpeningReversal,
    /// The payment gateway kept a fee.
    GatewayFee,
    /// Something that this program does not know: a newer server posts it. Its accounts count all the same.
    Other,
}

impl TransferKind {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Purchase,
        Self::Refund,
        Self::Chargeback,
        Self::Charge,
        Self::ChargeCorrection,
        Self::MonthlyFee,
        Self::EmergencyCredit,
        Self::Adjustment,
        Self::OpeningBalance,
        Self::OpeningReversal,
        Self::GatewayFee,
        Self::Other,
    ];

    /// The kind as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Purchase => "purchase",
            Self::Refund => "refund",
            Self::Chargeback => "chargeback",
            Self::Charge => "charge",
            Self::ChargeCorrection => "charge_correction",
            Self::MonthlyFee => "monthly_fee",
            Self::EmergencyCredit => "emergency_credit",
            Self::Adjustment => "adjustment",
            Self::OpeningBalance => "opening_balance",
            Self::OpeningReversal => "opening_reversal",
            Self::GatewayFee => "gateway_fee",
            Self::Other => "other",
        }
    }

    /// The kind of a word.
    pub fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).unwrap_or(Self::Other)
    }

    /// Its number in rows of days, which never means another kind.
    pub const fn code(self) -> u8 {
        match self {
            Self::Other => 0,
            Self::Purchase => 1,
            Self::Refund => 2,
            Self::Chargeback => 3,
            Self::Charge => 4,
            Self::ChargeCorrection => 5,
            Self::MonthlyFee => 6,
            Self::EmergencyCredit => 7,
            Self::Adjustment => 8,
            Self::OpeningBalance => 9,
            Self::OpeningReversal => 10,
            Self::GatewayFee => 11,
        }
    }

    /// The kind of a number.
    pub fn from_code(code: u8) -> Self {
        Self::ALL.into_iter().find(|kind| kind.code() == code).unwrap_or(Self::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_a_word_and_a_number_of_its_own() {
        for kind in TransferKind::ALL {
            assert_eq!(TransferKind::from_word(kind.as_str()), kind);
            assert_eq!(TransferKind::from_code(kind.code()), kind);
        }
        assert_eq!(TransferKind::from_code(200), TransferKind::Other);
        assert_eq!(TransferKind::from_word("rebate"), TransferKind::Other);
    }
}
