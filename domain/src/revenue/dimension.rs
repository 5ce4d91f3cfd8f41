//! By what revenue is divided. Each dimension alone: a day has no sums of, say, a class in a zone, so that it stays small.

use serde::{Deserialize, Serialize};

/// By what sums are divided. The values of each add up to the whole, those without a value among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Dimension {
    /// Not at all: the whole.
    #[default]
    All,
    /// The way to pay of the purchase: `cash`, or the word of a method of the payment gateway.
    Method,
    /// The connection's tariff class on the local day.
    Class,
    /// The connection's zone when it was posted: its identifier.
    Zone,
    /// The campaign of the purchase's voucher: its identifier.
    Campaign,
    /// Who took or gave the cash: the user's identifier.
    Collector,
    /// The local hour, `0` to `23`.
    Hour,
    /// The local month to which it belongs: its number.
    Month,
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::All, Self::Method, Self::Class, Self::Zone, Self::Campaign, Self::Collector, Self::Hour, Self::Month];

    /// The dimension as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Method => "method",
            Self::Class => "class",
            Self::Zone => "zone",
            Self::Campaign => "campaign",
            Self::Collector => "collector",
            Self::Hour => "hour",
            Self::Month => "month",
        }
    }

    /// The dimension of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.as_str() == word)
    }

    /// Its number in rows of days, which never means another one.
    pub const fn code(self) -> u8 {
        match self {
            Self::All => 0,
            Self::Method => 1,
            Self::Class => 2,
            Self::Zone => 3,
            Self::Campaign => 4,
            Self::Collector => 5,
            Self::Hour => 6,
            Self::Month => 7,
        }
    }

    /// The dimension of a number, if this program knows it.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::Dimension;

    #[test]
    fn each_dimension_has_a_word_and_a_number_of_its_own() {
        for dimension in Dimension::ALL {
            assert_eq!(Dimension::from_word(dimension.as_str()), Some(dimension));
            assert_eq!(Dimension::from_code(dimension.code()), Some(dimension));
        }
    }
}
