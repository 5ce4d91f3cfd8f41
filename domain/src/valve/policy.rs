//! What a utility may set about valves and emergency credit.

use crate::{LocalDay, Rupiah};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Emergency credit at most: more would be a loan.
pub const MOST_LENT: Rupiah = Rupiah(1_000_000);

/// Emergency credit at least, where any is lent: below the smallest price of a cubic metre it is of no use.
pub const LEAST_LENT: Rupiah = Rupiah(1_000);

/// Days ahead in which a holiday may be: next year's are known by then.
pub const HOLIDAYS_AHEAD: i32 = 2 * 366;

/// Characters of a holiday's name.
pub const NAME: RangeInclusive<usize> = 3..=60;

/// Why something cannot be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// A day has the hours 0 to 23.
    Hours,
    /// It is neither nothing nor between [`LEAST_LENT`] and [`MOST_LENT`].
    Lent,
    /// A holiday needs a name of that length.
    Name,
    /// The day is over, has begun, or is too far ahead.
    Day,
}

impl Wrong {
    /// The word by which it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hours => "hours",
            Self::Lent => "lent",
            Self::Name => "holiday_name",
            Self::Day => "holiday_day",
        }
    }
}

/// A day on which valves stay open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Holiday {
    /// The local day.
    pub day: LocalDay,
    /// What is celebrated; empty where the command line made it.
    #[serde(default)]
    pub name: String,
}

/// Checks from which local hour on, and until before which, valves stay open at night; the same hour twice leaves no night protected.
///
/// # Errors
/// There is no such hour.
pub const fn check_hours((from, until): (u8, u8)) -> Result<(), Wrong> {
    if from <= 23 && until <= 23 { Ok(()) } else { Err(Wrong::Hours) }
}

/// Checks how much is lent between two purchases; with nothing, none is.
///
/// # Errors
/// It is below nothing, too little, or too much.
pub fn check_lent(amount: Rupiah) -> Result<(), Wrong> {
    if amount == Rupiah(0) || (LEAST_LENT..=MOST_LENT).contains(&amount) { Ok(()) } else { Err(Wrong::Lent) }
}

/// Checks a holiday that is to be added on `today`. Today itself may be one: valves stay open from then on, which harms nobody.
///
/// # Errors
/// Its name is too short or too long, or the day is over or too far ahead.
pub fn check_new(holiday: &Holiday, today: LocalDay) -> Result<(), Wrong> {
    if !NAME.contains(&holiday.name.trim().chars().count()) {
        return Err(Wrong::Name);
    }
    if (today.0..=today.0 + HOLIDAYS_AHEAD).contains(&holiday.day.0) { Ok(()) } else { Err(Wrong::Day) }
}

/// Checks that a holiday can be taken back on `today`: only one that has not begun, because people rely on a day that has.
///
/// # Errors
/// It has begun, or is over.
pub fn check_removed(day: LocalDay, today: LocalDay) -> Result<(), Wrong> {
    if day > today { Ok(()) } else { Err(Wrong::Day) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holiday(name: &str, day: i32) -> Holiday {
        Holiday { day: LocalDay(day), name: name.into() }
    }

    #[test]
    fn hours_are_those_of_a_day() {
        for (hours, fits) in [((0, 0), true), ((20, 8), true), ((23, 23), true), ((24, 8), false), ((20, 24), false)] {
            assert_eq!(check_hours(hours).is_ok(), fits, "{hours:?}");
        }
    }

    #[test]
    fn emergency_credit_is_off_or_an_amount_that_helps() {
        for (amount, fits) in [(0, true), (1_000, true), (1_000_000, true), (-1, false), (999, false), (1_000_001, false)] {
            assert_eq!(check_lent(Rupiah(amount)).is_ok(), fits, "{amount}");
        }
    }

    #[test]
    fn a_holiday_has_a_name_and_is_to_come() {
        let today = LocalDay(20_000);
        assert_eq!(check_new(&holiday("Natal", 20_000), today), Ok(()));
        assert_eq!(check_new(&holiday("Natal", 19_999), today), Err(Wrong::Day));
        assert_eq!(check_new(&holiday("Natal", 20_000 + HOLIDAYS_AHEAD), today), Ok(()));
        assert_eq!(check_new(&holiday("Natal", 20_001 + HOLIDAYS_AHEAD), today), Err(Wrong::Day));
        assert_eq!(check_new(&holiday(" x ", 20_001), today), Err(Wrong::Name));
        assert_eq!(check_new(&holiday(&"x".repeat(61), 20_001), today), Err(Wrong::Name));
        assert_eq!(check_removed(LocalDay(20_001), today), Ok(()));
        assert_eq!(check_removed(today, today), Err(Wrong::Day), "people rely on it already");
    }
}
