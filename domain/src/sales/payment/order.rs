//! The name of a payment at the gateway.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// Midtrans' `order_id`: 1 to 50 characters of `A–Z a–z 0–9 - _ . ~`, so that it stands in a URL as it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrderId(String);

/// The text is no order's name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("an order's name has 1 to 50 characters of A–Z, a–z, 0–9, '-', '_', '.' and '~'")]
pub struct BadOrder;

impl OrderId {
    /// The order of a payment with an identifier of its own.
    pub fn of(payment: Uuid) -> Self {
        Self(format!("IW-{}", payment.simple()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for OrderId {
    type Error = BadOrder;
    fn try_from(text: String) -> Result<Self, BadOrder> {
        let fits = (1..=50).contains(&text.len());
        let clean = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~'));
        // Dots alone would name a folder in a URL's path.
        let is_dots = text.bytes().all(|b| b == b'.');
        if fits && clean && !is_dots { Ok(Self(text)) } else { Err(BadOrder) }
    }
}

impl std::str::FromStr for OrderId {
    type Err = BadOrder;
    fn from_str(text: &str) -> Result<Self, BadOrder> {
        text.to_owned().try_into()
    }
}

impl From<OrderId> for String {
    fn from(order: OrderId) -> Self {
        order.0
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_never_leaves_its_place_in_a_url_and_fits_into_fifty_characters() {
        for bad in ["", "..", ".", "a/b", "a?b", "a b", "é", &"x".repeat(51)] {
            assert!(bad.parse::<OrderId>().is_err(), "{bad:?} was taken");
        }
        assert!("IW-1".parse::<OrderId>().is_ok());
        let own = OrderId::of(Uuid::from_u128(7));
        assert_eq!(own.as_str().parse::<OrderId>(), Ok(own.clone()));
        assert_eq!(own.as_str().len(), 35);
    }
}
