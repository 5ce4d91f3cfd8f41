//! Where a purchase stands: what may become of it, whether it is one of the purchases that people look up, and when its time is over.

use crate::UtcMillis;
use crate::core::local_time::MINUTE_MS;
use crate::sales::payment::State;

/// A purchase can be paid, and holds its voucher, for this long after checkout.
pub const PAYABLE_MS: i64 = 60 * MINUTE_MS;

/// The state of a purchase. What went back after it settled is counted beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PurchaseState {
    /// Offered.
    Quoted,
    /// Waits for its payment.
    Pending,
    /// Paid and credited.
    Settled,
    /// Neither checked out nor paid in time.
    Expired,
    /// Its payment failed, or it was cancelled.
    Failed,
}

/// Why a purchase cannot be cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotCancelled {
    /// It was paid: it is credited, and an admin can give money back.
    Paid,
}

impl PurchaseState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Quoted, Self::Pending, Self::Settled, Self::Expired, Self::Failed];

    /// The state as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Quoted => "quoted",
            Self::Pending => "pending",
            Self::Settled => "settled",
            Self::Expired => "expired",
            Self::Failed => "failed",
        }
    }

    /// The state of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether nothing is expected of it any more. It can still be paid late, and is credited then.
    pub const fn has_ended(self) -> bool {
        matches!(self, Self::Settled | Self::Expired | Self::Failed)
    }

    /// Whether people look it up as a purchase. A quote that nobody took is none; nor is what ended before anybody was shown how to pay it.
    pub const fn is_purchase(self, was_payable: bool) -> bool {
        match self {
            Self::Pending | Self::Settled => true,
            Self::Expired | Self::Failed => was_payable,
            Self::Quoted => false,
        }
    }

    /// What cancelling makes of it. What has ended unpaid stays as it is: cancelling it again changes nothing.
    ///
    /// # Errors
    /// It was paid.
    pub const fn cancelled(self) -> Result<Self, NotCancelled> {
        match self {
            Self::Settled => Err(NotCancelled::Paid),
            Self::Quoted | Self::Pending => Ok(Self::Failed),
            Self::Expired | Self::Failed => Ok(self),
        }
    }

    /// Whether it ended because it was cancelled, and was not refused: by the state of its last payment.
    pub fn was_cancelled(self, payment: Option<&str>) -> bool {
        self == Self::Failed && payment.is_none_or(|word| word == State::Cancelled.as_str())
    }
}

/// Until when what was checked out at an instant can be paid. A whole second, because a gateway counts in no less: what it says is then what
/// everybody says.
pub const fn payable_until(checked_out_at: UtcMillis) -> UtcMillis {
    UtcMillis((checked_out_at.0 + PAYABLE_MS).div_euclid(1_000) * 1_000)
}

/// The span that a gateway is asked for, which counts in whole minutes: when it begins, and its minutes. It ends when the time to pay is over,
/// and no sooner or later; none where that is so already.
pub const fn span_to_pay(now: UtcMillis, until: UtcMillis) -> Option<(UtcMillis, i64)> {
    let left = until.0 - now.0;
    if left <= 0 {
        return None;
    }
    let minutes = (left + MINUTE_MS - 1).div_euclid(MINUTE_MS);
    Some((UtcMillis(until.0 - minutes * MINUTE_MS), minutes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_quote_that_nobody_took_is_no_purchase_and_one_that_could_be_paid_stays_one() {
        for state in PurchaseState::ALL {
            assert_eq!(PurchaseState::of(state.as_str()), Some(state));
            let (payable, unpayable) = (state.is_purchase(true), state.is_purchase(false));
            match state {
                PurchaseState::Quoted => assert!(!payable && !unpayable),
                PurchaseState::Pending | PurchaseState::Settled => assert!(payable && unpayable),
                PurchaseState::Expired | PurchaseState::Failed => assert!(payable && !unpayable),
            }
        }
    }

    #[test]
    fn what_was_paid_is_not_cancelled_and_cancelling_twice_is_cancelling_once() {
        for state in PurchaseState::ALL {
            match state.cancelled() {
                Err(NotCancelled::Paid) => assert_eq!(state, PurchaseState::Settled),
                Ok(after) => assert_eq!((after.has_ended(), after.cancelled()), (true, Ok(after))),
            }
        }
        assert!(PurchaseState::Failed.was_cancelled(Some("cancelled")) && !PurchaseState::Failed.was_cancelled(Some("denied")));
        assert!(PurchaseState::Failed.was_cancelled(None) && !PurchaseState::Expired.was_cancelled(None));
    }

    proptest! {
        #[test]
        fn the_gateways_time_ends_with_ours(now in 0_i64..4_000_000_000_000, since in 0_i64..2 * PAYABLE_MS) {
            let until = payable_until(UtcMillis(now));
            prop_assert!(until.0 % 1_000 == 0 && (0..1_000).contains(&(now + PAYABLE_MS - until.0)));
            let later = UtcMillis(now + since);
            match span_to_pay(later, until) {
                None => prop_assert!(later >= until),
                Some((begins, minutes)) => {
                    prop_assert_eq!(begins.plus(minutes * MINUTE_MS), until);
                    prop_assert!(begins <= later && later.since(begins) < MINUTE_MS);
                }
            }
        }
    }
}
