//! Groups of connections: by how much water they use, and by how they top up.

use crate::Millilitres;
use serde::{Deserialize, Serialize};

/// How much a connection uses in a month, on average over the months asked for. The limits are those of a household's blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum UseSegment {
    /// Nothing was measured.
    None,
    /// Up to 10 m³.
    UpTo10,
    /// More than that, up to 20 m³.
    UpTo20,
    /// More than that, up to 50 m³.
    UpTo50,
    /// More than 50 m³.
    Over50,
}

impl UseSegment {
    /// All of them, from the least.
    pub const ALL: [Self; 5] = [Self::None, Self::UpTo10, Self::UpTo20, Self::UpTo50, Self::Over50];

    /// The group of whoever used a volume in a number of months.
    pub fn of(volume: Millilitres, months: i64) -> Self {
        let up_to = |cubic_metres: i64| volume.0 <= Millilitres::cubic_metres(cubic_metres).0.saturating_mul(months);
        match volume.0 {
            ..=0 => Self::None,
            _ if up_to(10) => Self::UpTo10,
            _ if up_to(20) => Self::UpTo20,
            _ if up_to(50) => Self::UpTo50,
            _ => Self::Over50,
        }
    }
}

/// What is known of the purchases for a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bought {
    /// Purchases in the months asked for.
    pub purchases: i64,
    /// Of them those made when nothing was left: at a posted balance of zero or below.
    pub when_empty: i64,
    /// Whether there were purchases in earlier months.
    pub before: bool,
    /// How many months are asked for.
    pub months: i64,
}

/// How somebody tops up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Habit {
    /// Three times a month and more.
    Weekly,
    /// Once a month and more.
    Monthly,
    /// Less often.
    Seldom,
    /// At least two of three purchases were made when nothing was left.
    OnlyWhenEmpty,
    /// For the first time in these months.
    New,
    /// Earlier, and not in these months.
    Lapsed,
    /// Never yet.
    Never,
}

impl Habit {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Weekly, Self::Monthly, Self::Seldom, Self::OnlyWhenEmpty, Self::New, Self::Lapsed, Self::Never];

    /// The habit that purchases show: each connection has one.
    pub const fn of(bought: Bought) -> Self {
        let Bought { purchases, when_empty, before, months } = bought;
        match (purchases, before) {
            (..=0, true) => Self::Lapsed,
            (..=0, false) => Self::Never,
            (_, false) => Self::New,
            _ if when_empty * 3 >= purchases * 2 => Self::OnlyWhenEmpty,
            _ if purchases >= months * 3 => Self::Weekly,
            _ if purchases >= months => Self::Monthly,
            _ => Self::Seldom,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn use_is_grouped_by_the_month_and_a_limit_belongs_to_what_is_below_it() {
        let of = |litres: i64, months| UseSegment::of(Millilitres::litres(litres), months);
        assert_eq!(of(0, 3), UseSegment::None);
        assert_eq!(of(30_000, 3), UseSegment::UpTo10);
        assert_eq!(of(30_001, 3), UseSegment::UpTo20);
        assert_eq!(of(150_000, 3), UseSegment::UpTo50);
        assert_eq!(of(150_001, 3), UseSegment::Over50);
    }

    #[test]
    fn each_connection_has_one_habit() {
        let of = |purchases, when_empty, before| Habit::of(Bought { purchases, when_empty, before, months: 2 });
        assert_eq!(of(0, 0, false), Habit::Never);
        assert_eq!(of(0, 0, true), Habit::Lapsed);
        assert_eq!(of(5, 5, false), Habit::New);
        assert_eq!(of(3, 2, true), Habit::OnlyWhenEmpty);
        assert_eq!(of(6, 1, true), Habit::Weekly);
        assert_eq!(of(5, 1, true), Habit::Monthly);
        assert_eq!(of(1, 0, true), Habit::Seldom);
    }
}
