//! Opening balances: what a connection had before this ledger knew it, as an import brings it; how much of it one admin books alone, and until
//! when it is taken back.

use crate::core::local_time::DAY_MS;
use crate::core::words::words;
use crate::sales::payment::MOST_PURCHASE;
use crate::{Rupiah, UtcMillis};
use serde::{Deserialize, Serialize};

/// The largest opening balance on either side of zero: as much as one purchase can be for.
pub const MOST: Rupiah = MOST_PURCHASE;

/// How long after it was brought an opening balance can be taken back.
pub const TAKE_BACK_MS: i64 = 3 * DAY_MS;

/// The events by which somebody has gone on from a balance. Water, fees and their corrections are none: they cost the same whatever the balance
/// was.
pub const ACTS: [&str; 5] = ["purchase", "refund", "chargeback", "emergency_credit", "adjustment"];

/// Whether an amount can be an opening balance: some rupiah, above zero or owed, and no more than [`MOST`].
pub const fn is_amount(amount: Rupiah) -> bool {
    amount.0 != 0 && amount.0.unsigned_abs() <= MOST.0.unsigned_abs()
}

words! {
    /// How far an opening balance is.
    OpeningState {
        /// A second admin has to decide. Nothing is booked.
        Waiting = "waiting",
        /// It is in the ledger.
        Booked = "booked",
        /// A second admin has declined it: nothing was booked.
        Declined = "declined",
        /// It was taken back: withdrawn while it waited, or reversed by another transfer.
        TakenBack = "taken_back",
    }
}

/// How much one admin books alone; a utility sets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OpeningLimits {
    /// Of one connection, Rp, on either side of zero.
    pub per_row: Rupiah,
    /// Of one import, Rp: its balances added up without their signs.
    pub per_import: Rupiah,
}

/// The amounts are no limits.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("no limit is below zero, and that of an import is at least that of a row and Rp999,999,999,999 at most")]
pub struct BadOpeningLimits;

impl Default for OpeningLimits {
    fn default() -> Self {
        Self { per_row: Rupiah(1_000_000), per_import: Rupiah(50_000_000) }
    }
}

impl OpeningLimits {
    /// The largest limit that can be set.
    pub const CEILING: Rupiah = Rupiah(999_999_999_999);

    /// The same, if its amounts can be limits. With a limit of zero everything waits for a second admin.
    ///
    /// # Errors
    /// They cannot.
    pub const fn checked(self) -> Result<Self, BadOpeningLimits> {
        let is_good = self.per_row.0 >= 0 && self.per_import.0 >= self.per_row.0 && self.per_import.0 <= Self::CEILING.0;
        if is_good { Ok(self) } else { Err(BadOpeningLimits) }
    }

    /// Whether a second admin has to decide about an amount of an import of which `alone` was booked without one so far.
    pub const fn needs_second(self, amount: Rupiah, alone: Rupiah) -> bool {
        let size = amount.0.saturating_abs();
        size > self.per_row.0 || alone.0.saturating_add(size) > self.per_import.0
    }
}

/// What taking an opening balance back comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakingBack {
    /// It waits no more; nothing had been booked.
    Withdrawn,
    /// A transfer the other way round is booked.
    Reversed,
    /// It is not booked and does not wait: there is nothing to take back.
    Nothing,
}

/// Takes an opening balance back that was brought at `since`; `None` if that is refused: it is booked, and the time is over or somebody has gone on
/// from that balance ([`ACTS`]).
pub const fn taking_back(state: OpeningState, since: UtcMillis, now: UtcMillis, is_built_on: bool) -> Option<TakingBack> {
    match state {
        OpeningState::Waiting => Some(TakingBack::Withdrawn),
        OpeningState::Declined | OpeningState::TakenBack => Some(TakingBack::Nothing),
        OpeningState::Booked if is_built_on || now.0.saturating_sub(since.0) > TAKE_BACK_MS => None,
        OpeningState::Booked => Some(TakingBack::Reversed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::charging::Charged;
    use crate::billing::ledger::{Account, Event};
    use crate::sales::voucher::Grant;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn one_admin_never_books_more_than_the_limits_whatever_comes_in_which_order(
            amounts in proptest::collection::vec(-3_000_000_i64..3_000_000, 1..60),
            per_row in 0_i64..2_000_000, more in 0_i64..20_000_000,
        ) {
            let limits = OpeningLimits { per_row: Rupiah(per_row), per_import: Rupiah(per_row + more) }.checked().expect("limits");
            let mut alone = 0;
            for amount in amounts {
                if limits.needs_second(Rupiah(amount), Rupiah(alone)) {
                    prop_assert!(amount.abs() > per_row || alone + amount.abs() > per_row + more, "it waits for nothing");
                } else {
                    prop_assert!(amount.abs() <= per_row);
                    alone += amount.abs();
                }
            }
            prop_assert!(alone <= per_row + more);
        }

        #[test]
        fn what_is_taken_back_leaves_every_account_as_it_was(amount in -50_000_000_i64..50_000_000) {
            let booked = Event::OpeningBalance(Rupiah(amount)).transfer("opening:1".into()).expect("balanced");
            let back = Event::OpeningReversal(Rupiah(amount)).transfer("opening_back:1".into()).expect("balanced");
            for account in Account::ALL {
                prop_assert_eq!(booked.on(account).0 + back.on(account).0, 0);
            }
            prop_assert_eq!(booked.on(Account::Credit), Rupiah(amount));
            prop_assert_eq!(booked.on(Account::Adjustments), Rupiah(0), "adjustments are counted apart");
        }
    }

    #[test]
    fn a_million_is_booked_by_one_admin_and_a_rupiah_more_by_two() {
        let limits = OpeningLimits::default();
        assert!(!limits.needs_second(Rupiah(1_000_000), Rupiah(0)) && !limits.needs_second(Rupiah(-1_000_000), Rupiah(0)));
        assert!(limits.needs_second(Rupiah(1_000_001), Rupiah(0)) && limits.needs_second(Rupiah(-1_000_001), Rupiah(0)));
        assert!(!limits.needs_second(Rupiah(1_000_000), Rupiah(49_000_000)));
        assert!(limits.needs_second(Rupiah(1), Rupiah(50_000_000)), "the import's own limit");
        assert!(limits.needs_second(Rupiah(i64::MIN), Rupiah(0)) && limits.needs_second(Rupiah(5), Rupiah(i64::MAX)));
        let none = OpeningLimits { per_row: Rupiah(0), per_import: Rupiah(0) }.checked().expect("limits");
        assert!(none.needs_second(Rupiah(1), Rupiah(0)));
        for (per_row, per_import) in [(-1, 5), (6, 5), (0, 1_000_000_000_000)] {
            let limits = OpeningLimits { per_row: Rupiah(per_row), per_import: Rupiah(per_import) };
            assert_eq!(limits.checked(), Err(BadOpeningLimits));
        }
        assert!(is_amount(MOST) && is_amount(Rupiah(-MOST.0)) && !is_amount(Rupiah(0)) && !is_amount(Rupiah(MOST.0 + 1)));
        assert!(!is_amount(Rupiah(i64::MIN)));
    }

    #[test]
    fn what_is_booked_is_taken_back_for_three_days_unless_somebody_has_gone_on_from_it() {
        let at = |ms| UtcMillis(ms);
        let booked = |now, is_built_on| taking_back(OpeningState::Booked, at(0), at(now), is_built_on);
        assert_eq!(booked(TAKE_BACK_MS, false), Some(TakingBack::Reversed));
        assert_eq!((booked(TAKE_BACK_MS + 1, false), booked(5, true)), (None, None));
        let late = |state| taking_back(state, at(0), at(2 * TAKE_BACK_MS), true);
        assert_eq!(late(OpeningState::Waiting), Some(TakingBack::Withdrawn), "nothing was booked");
        for over in [OpeningState::Declined, OpeningState::TakenBack] {
            assert_eq!(late(over), Some(TakingBack::Nothing));
        }
    }

    #[test]
    fn acts_are_events_of_people_and_water_is_none() {
        let (some, none) = (Rupiah(1), Grant::default());
        let settled =
            crate::billing::ledger::Settled { channel: crate::billing::ledger::Channel::Cash, paid: some, granted: none };
        let acts = [
            Event::Purchase { settled, lent: Rupiah(0) },
            Event::Refund { amount: some, granted: none },
            Event::Chargeback { amount: some, granted: none },
            Event::EmergencyCredit(some),
            Event::Adjustment(some),
        ];
        assert_eq!(acts.map(|event| event.kind()), ACTS);
        let charged = Charged { water: some, tax: Rupiah(0) };
        for event in [Event::Charge(charged), Event::ChargeCorrection(charged), Event::MonthlyFee(charged)] {
            assert!(!ACTS.contains(&event.kind()));
        }
    }
}
