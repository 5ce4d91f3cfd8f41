//! A cashier's day: the cash that they took over the counter less what they gave back, against what was counted. A day is closed once; what is
//! booked for it after that is counted by itself, as a follow-up.

use crate::{LocalDay, Rupiah};
use serde::{Deserialize, Serialize};

/// The most that can be counted, on either side of zero: below it, more was given back than taken.
pub const MOST: Rupiah = Rupiah(999_999_999_999);

/// Characters of a reason.
pub const REASON: std::ops::RangeInclusive<usize> = 3..=500;

/// The cash of a cashier and a day that is booked and was not counted yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Booked {
    /// Taken for purchases.
    pub taken: Rupiah,
    /// Given back.
    pub given_back: Rupiah,
    /// How many transfers it is.
    pub transfers: i64,
}

impl Booked {
    /// What should be there.
    pub const fn due(self) -> Rupiah {
        Rupiah(self.taken.0.saturating_sub(self.given_back.0))
    }

    /// Both together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self {
            taken: Rupiah(self.taken.0.saturating_add(other.taken.0)),
            given_back: Rupiah(self.given_back.0.saturating_add(other.given_back.0)),
            transfers: self.transfers.saturating_add(other.transfers),
        }
    }
}

/// What somebody says to have counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count<'a> {
    /// Of which day.
    pub day: LocalDay,
    /// The day that it is.
    pub today: LocalDay,
    /// How often the day was counted already: once by its closing, and once by each follow-up.
    pub done: u32,
    /// How often it was when they looked: 0 is to close the day.
    pub part: u32,
    /// What is booked and not counted.
    pub booked: Booked,
    /// What they saw as due.
    pub seen: Rupiah,
    /// What they counted.
    pub counted: Rupiah,
    /// Why it differs.
    pub reason: &'a str,
}

/// Why a day is not closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotCounted {
    /// It has not come yet.
    Future,
    /// It was closed, or this part of it was counted.
    Closed,
    /// Nothing is booked that was not counted.
    Nothing,
    /// More was booked since they looked.
    Changed,
    /// Nobody counts so much.
    Amount,
    /// There is a difference, and no reason of 3 to 500 characters.
    Reason,
}

impl NotCounted {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Future => "cash_future",
            Self::Closed => "cash_closed",
            Self::Nothing => "cash_nothing",
            Self::Changed => "cash_changed",
            Self::Amount => "cash_amount",
            Self::Reason => "cash_reason",
        }
    }
}

/// Counted less due: above zero there is too much, below it some is missing.
pub const fn difference(counted: Rupiah, due: Rupiah) -> Rupiah {
    Rupiah(counted.0.saturating_sub(due.0))
}

impl Count<'_> {
    /// The difference, if the day can be closed, or counted further, like this.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self) -> Result<Rupiah, NotCounted> {
        if self.day > self.today {
            return Err(NotCounted::Future);
        }
        if self.part != self.done {
            return Err(NotCounted::Closed);
        }
        if self.booked.transfers == 0 {
            return Err(if self.done > 0 { NotCounted::Closed } else { NotCounted::Nothing });
        }
        if self.seen != self.booked.due() {
            return Err(NotCounted::Changed);
        }
        if self.counted.0.unsigned_abs() > MOST.0.unsigned_abs() {
            return Err(NotCounted::Amount);
        }
        let difference = difference(self.counted, self.booked.due());
        let is_explained = REASON.contains(&self.reason.trim().chars().count());
        if difference.0 != 0 && !is_explained { Err(NotCounted::Reason) } else { Ok(difference) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: LocalDay = LocalDay(20_000);

    fn count(booked: Booked, counted: i64, reason: &str) -> Count<'_> {
        let seen = booked.due();
        Count { day: DAY, today: DAY, done: 0, part: 0, booked, seen, counted: Rupiah(counted), reason }
    }

    fn some(taken: i64) -> Booked {
        Booked { taken: Rupiah(taken), given_back: Rupiah(0), transfers: 1 }
    }

    #[test]
    fn a_day_is_closed_once_and_counted_on_only_where_something_came_later() {
        let open = count(some(50_000), 50_000, "");
        assert_eq!(open.check(), Ok(Rupiah(0)));
        assert_eq!(Count { done: 1, ..open }.check(), Err(NotCounted::Closed), "somebody was faster");
        assert_eq!(Count { done: 1, part: 1, ..open }.check(), Ok(Rupiah(0)), "what came late is counted");
        let empty = Count { booked: Booked::default(), ..open };
        assert_eq!(empty.check(), Err(NotCounted::Nothing));
        assert_eq!(Count { done: 1, part: 1, ..empty }.check(), Err(NotCounted::Closed));
        assert_eq!(Count { day: DAY.plus(1), ..open }.check(), Err(NotCounted::Future));
        assert_eq!(Count { seen: Rupiah(40_000), ..open }.check(), Err(NotCounted::Changed));
        assert_eq!(Count { counted: Rupiah(i64::MIN), ..open }.check(), Err(NotCounted::Amount));
    }

    #[test]
    fn money_that_goes_and_comes_in_equal_parts_is_a_day_of_its_own() {
        let both = Booked { taken: Rupiah(20_000), given_back: Rupiah(20_000), transfers: 2 };
        assert_eq!(count(both, 0, "").check(), Ok(Rupiah(0)));
        let more_back = Booked { taken: Rupiah(0), given_back: Rupiah(5_000), transfers: 1 };
        assert_eq!(count(more_back, -5_000, "").check(), Ok(Rupiah(0)));
    }

    proptest! {
        #[test]
        fn a_difference_needs_a_reason_and_none_needs_none(due in -1_000_000_i64..1_000_000, off in -1_000_i64..1_000, reason in "[a-z ]{0,8}") {
            let booked = Booked { taken: Rupiah(due.max(0)), given_back: Rupiah(-due.min(0)), transfers: 1 };
            let checked = count(booked, due + off, &reason).check();
            if off == 0 || reason.trim().len() >= 3 {
                prop_assert_eq!(checked, Ok(Rupiah(off)));
            } else {
                prop_assert_eq!(checked, Err(NotCounted::Reason));
            }
        }

        #[test]
        fn whatever_comes_when_each_transfer_is_counted_once_and_the_differences_are_the_whole_difference(
            transfers in proptest::collection::vec((-50_000_i64..50_000, any::<bool>(), -500_i64..500), 1..40),
        ) {
            let (mut open, mut done, mut counted, mut differences) = (Booked::default(), 0_u32, 0_i64, 0_i64);
            let mut all = Booked::default();
            for (amount, closes, off) in transfers {
                let one = Booked { taken: Rupiah(amount.max(0)), given_back: Rupiah(-amount.min(0)), transfers: 1 };
                open = open.with(one);
                all = all.with(one);
                if closes {
                    let said = Rupiah(open.due().0 + off);
                    let asked = Count { done, part: done, counted: said, ..count(open, 0, "sebab") };
                    prop_assert_eq!(asked.check(), Ok(Rupiah(off)));
                    prop_assert_eq!(Count { part: done + 1, ..asked }.check(), Err(NotCounted::Closed));
                    counted += said.0;
                    differences += off;
                    done += 1;
                    open = Booked::default();
                }
            }
            prop_assert_eq!(counted + open.due().0, all.due().0 + differences);
        }
    }
}
