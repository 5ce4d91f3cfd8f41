//! Midtrans' words for a transaction.

use std::fmt;

/// `transaction_status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// A card's amount is held, not taken.
    Authorize,
    /// Waits for the customer.
    Pending,
    /// A card was charged; it settles within a day, unless it is cancelled.
    Capture,
    /// The money has come.
    Settlement,
    /// Refused by the bank or by fraud detection.
    Deny,
    /// Taken back before it settled.
    Cancel,
    /// Nobody paid in time.
    Expire,
    /// Went wrong at the gateway.
    Failure,
    /// All of it was given back.
    Refund,
    /// A part of it was given back.
    PartialRefund,
    /// The customer's bank took it back.
    Chargeback,
    /// The customer's bank took a part back.
    PartialChargeback,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Authorize,
        Self::Pending,
        Self::Capture,
        Self::Settlement,
        Self::Deny,
        Self::Cancel,
        Self::Expire,
        Self::Failure,
        Self::Refund,
        Self::PartialRefund,
        Self::Chargeback,
        Self::PartialChargeback,
    ];

    /// Midtrans' word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::Pending => "pending",
            Self::Capture => "capture",
            Self::Settlement => "settlement",
            Self::Deny => "deny",
            Self::Cancel => "cancel",
            Self::Expire => "expire",
            Self::Failure => "failure",
            Self::Refund => "refund",
            Self::PartialRefund => "partial_refund",
            Self::Chargeback => "chargeback",
            Self::PartialChargeback => "partial_chargeback",
        }
    }

    /// The status of a word; `None` for one that we do not know.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// `fraud_status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fraud {
    /// Accepted, or not checked.
    Accept,
    /// Waits for a review: not paid yet.
    Challenge,
    /// Fraud: not paid.
    Deny,
}

impl Fraud {
    /// The word's meaning. Most methods send none, which is fine; an unknown one has to be reviewed.
    pub fn of(word: Option<&str>) -> Self {
        match word {
            None | Some("accept") => Self::Accept,
            Some("deny") => Self::Deny,
            Some(_) => Self::Challenge,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_a_word_of_its_own_and_a_new_word_is_none() {
        for status in Status::ALL {
            assert_eq!(Status::of(status.as_str()), Some(status));
        }
        assert_eq!(Status::of("SETTLEMENT"), None);
        assert_eq!(Fraud::of(Some("made_up_later")), Fraud::Challenge);
    }
}
