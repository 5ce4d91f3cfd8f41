//! How a customer pays.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A bank at which a virtual account can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bank {
    /// Bank Central Asia.
    Bca,
    /// Bank Negara Indonesia.
    Bni,
    /// Bank Rakyat Indonesia.
    Bri,
    /// Permata.
    Permata,
}

impl Bank {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Bca, Self::Bni, Self::Bri, Self::Permata];

    /// Midtrans' word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bca => "bca",
            Self::Bni => "bni",
            Self::Bri => "bri",
            Self::Permata => "permata",
        }
    }

    /// The name that customers know.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bca => "BCA",
            Self::Bni => "BNI",
            Self::Bri => "BRI",
            Self::Permata => "Permata",
        }
    }
}

/// How a customer pays; its word is `va_bca`, `qris`, `gopay`, or `page`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Method {
    /// By transfer to a number that is good for this payment only.
    VirtualAccount(Bank),
    /// By scanning a code.
    Qris,
    /// With an e-wallet.
    Gopay,
    /// To be chosen on the gateway's own page (Snap).
    Page,
}

/// There is no such way to pay.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such way to pay")]
pub struct BadMethod;

impl Method {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 7] = [
        Self::Qris,
        Self::Gopay,
        Self::VirtualAccount(Bank::Bca),
        Self::VirtualAccount(Bank::Bni),
        Self::VirtualAccount(Bank::Bri),
        Self::VirtualAccount(Bank::Permata),
        Self::Page,
    ];

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VirtualAccount(Bank::Bca) => "va_bca",
            Self::VirtualAccount(Bank::Bni) => "va_bni",
            Self::VirtualAccount(Bank::Bri) => "va_bri",
            Self::VirtualAccount(Bank::Permata) => "va_permata",
            Self::Qris => "qris",
            Self::Gopay => "gopay",
            Self::Page => "page",
        }
    }
}

impl std::str::FromStr for Method {
    type Err = BadMethod;
    fn from_str(word: &str) -> Result<Self, BadMethod> {
        Self::ALL.into_iter().find(|method| method.as_str() == word).ok_or(BadMethod)
    }
}

impl TryFrom<String> for Method {
    type Error = BadMethod;
    fn try_from(word: String) -> Result<Self, BadMethod> {
        word.parse()
    }
}

impl From<Method> for String {
    fn from(method: Method) -> Self {
        method.as_str().to_owned()
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_is_read_from_its_own_word() {
        for method in Method::ALL {
            assert_eq!(method.as_str().parse(), Ok(method));
        }
        assert_eq!("cash".parse::<Method>(), Err(BadMethod));
    }
}
