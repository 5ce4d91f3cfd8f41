//! Months that are closed: which one is next, what may be reopened, and the figures of a month by the ledger's definitions (docs/LEDGER.md).

use crate::billing::ledger::Account;
use crate::{LocalMonth, Rupiah};
use serde::{Deserialize, Serialize};

/// The figures of a month of a utility: what was posted in it, by the local months of the utility's time zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MonthFigures {
    /// Came in over the counter.
    pub cash: Rupiah,
    /// Came in by the payment gateway, before its fees.
    pub gateway: Rupiah,
    /// Paid back.
    pub refunds: Rupiah,
    /// Taken back by banks.
    pub chargebacks: Rupiah,
    /// Water that was charged.
    pub consumed: Rupiah,
    /// Monthly fees.
    pub fees: Rupiah,
    /// Tax.
    pub tax: Rupiah,
    /// What vouchers took off prices.
    pub discounts: Rupiah,
    /// What vouchers credited as water.
    pub voucher_cost: Rupiah,
    /// What the payment gateway cost.
    pub gateway_fees: Rupiah,
    /// What admins gave, less what they took.
    pub adjustments: Rupiah,
    /// What connections had before, as imports brought it.
    pub opening: Rupiah,
    /// What the utility owes in water at the end of the month.
    pub unearned: Rupiah,
}

impl MonthFigures {
    /// The figures, by what the month's transfers moved on each account of the utility, and by all that `credit` and `emergency` hold at its end.
    pub fn of(moved: impl Fn(Account) -> Rupiah, unearned: Rupiah) -> Self {
        let (plus, minus) = (|account| moved(account), |account| Rupiah(moved(account).0.saturating_neg()));
        Self {
            cash: minus(Account::Cash),
            gateway: minus(Account::GatewayClearing),
            refunds: plus(Account::Refunds),
            chargebacks: plus(Account::Chargebacks),
            consumed: plus(Account::Revenue),
            fees: plus(Account::Fees),
            tax: plus(Account::Tax),
            discounts: minus(Account::Discounts),
            voucher_cost: minus(Account::VoucherCost),
            gateway_fees: minus(Account::GatewayFees),
            adjustments: minus(Account::Adjustments),
            opening: minus(Account::OpeningBalances),
            unearned,
        }
    }

    /// *Received*: what customers paid, less what went back to them.
    pub const fn received(&self) -> Rupiah {
        Rupiah(self.cash.0 + self.gateway.0 - self.refunds.0 - self.chargebacks.0)
    }

    /// By how much the unearned balance grew in the month.
    pub const fn growth(&self) -> Rupiah {
        let came = self.received().0 + self.discounts.0 + self.voucher_cost.0 + self.adjustments.0 + self.opening.0;
        Rupiah(came - self.consumed.0 - self.fees.0 - self.tax.0)
    }
}

/// How far a utility is with closing its months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Books {
    /// The month of the first transfer; none where nothing was posted yet.
    pub first: Option<LocalMonth>,
    /// The last month that is closed.
    pub closed: Option<LocalMonth>,
    /// The month that it is.
    pub running: LocalMonth,
}

/// Why a month is not closed, or not reopened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotClosed {
    /// It is not over.
    NotOver,
    /// It is closed already.
    Closed,
    /// An earlier month is open, or nothing was posted before it.
    Order,
    /// Cash of some days was not counted, and nobody said why.
    OpenDays,
    /// Only the last month that is closed can be reopened.
    NotLast,
}

impl NotClosed {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotOver => "month_not_over",
            Self::Closed => "month_closed",
            Self::Order => "month_order",
            Self::OpenDays => "month_open_days",
            Self::NotLast => "month_not_last",
        }
    }
}

impl Books {
    /// The month that is to be closed next, over or not; none where nothing was posted yet.
    pub fn next(self) -> Option<LocalMonth> {
        match self.closed {
            Some(closed) => Some(LocalMonth(closed.0 + 1)),
            None => self.first,
        }
    }

    /// Whether a month can be closed, with so many days of cash that were not counted and so long a reason for that.
    ///
    /// # Errors
    /// Why not.
    pub fn may_close(self, month: LocalMonth, open_days: usize, reason: &str) -> Result<(), NotClosed> {
        if self.closed.is_some_and(|closed| month <= closed) {
            return Err(NotClosed::Closed);
        }
        if month >= self.running {
            return Err(NotClosed::NotOver);
        }
        if self.next() != Some(month) {
            return Err(NotClosed::Order);
        }
        let is_explained = super::cash_day::REASON.contains(&reason.trim().chars().count());
        if open_days > 0 && !is_explained { Err(NotClosed::OpenDays) } else { Ok(()) }
    }

    /// Whether a month can be reopened.
    ///
    /// # Errors
    /// It is not the last one that is closed.
    pub fn may_reopen(self, month: LocalMonth) -> Result<(), NotClosed> {
        if self.closed == Some(month) { Ok(()) } else { Err(NotClosed::NotLast) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::charging::Charged;
    use crate::billing::ledger::{Channel, Event, Settled, Transfer};
    use crate::sales::voucher::Grant;
    use proptest::prelude::*;

    #[test]
    fn months_are_closed_in_order_once_and_when_they_are_over() {
        let month = LocalMonth;
        let books = Books { first: Some(month(100)), closed: None, running: month(103) };
        assert_eq!(books.may_close(month(100), 0, ""), Ok(()));
        assert_eq!(books.may_close(month(101), 0, ""), Err(NotClosed::Order));
        assert_eq!(books.may_close(month(99), 0, ""), Err(NotClosed::Order));
        assert_eq!(books.may_close(month(103), 0, ""), Err(NotClosed::NotOver));
        assert_eq!(books.may_close(month(100), 2, " "), Err(NotClosed::OpenDays));
        assert_eq!(books.may_close(month(100), 2, "kasir sakit"), Ok(()));
        let closed = Books { closed: Some(month(101)), ..books };
        assert_eq!(closed.may_close(month(101), 0, ""), Err(NotClosed::Closed));
        assert_eq!(closed.may_close(month(102), 0, ""), Ok(()));
        assert_eq!((closed.may_reopen(month(101)), closed.may_reopen(month(100))), (Ok(()), Err(NotClosed::NotLast)));
        assert_eq!(Books { first: None, closed: None, running: month(5) }.next(), None);
    }

    fn event() -> impl Strategy<Value = Event> {
        let water = |water, tax| Charged { water: Rupiah(water), tax: Rupiah(tax) };
        prop_oneof![
            (1_i64..900_000, 0_i64..9_000, 0_i64..9_000, any::<bool>(), 0_i64..20_000).prop_map(
                |(paid, discount, bonus, cash, lent)| {
                    let channel = if cash { Channel::Cash } else { Channel::Gateway };
                    let granted = Grant { discount: Rupiah(discount), bonus: Rupiah(bonus) };
                    Event::Purchase { settled: Settled { channel, paid: Rupiah(paid), granted }, lent: Rupiah(lent) }
                }
            ),
            (1_i64..90_000, 0_i64..900).prop_map(|(amount, discount)| {
                Event::Refund { amount: Rupiah(amount), granted: Grant { discount: Rupiah(discount), bonus: Rupiah(0) } }
            }),
            (1_i64..90_000).prop_map(|amount| Event::Chargeback { amount: Rupiah(amount), granted: Grant::default() }),
            (0_i64..90_000, 0_i64..9_000).prop_map(move |(used, tax)| Event::Charge(water(used, tax))),
            (-9_000_i64..9_000).prop_map(move |used| Event::ChargeCorrection(water(used, 0))),
            (0_i64..50_000).prop_map(move |fee| Event::MonthlyFee(water(fee, 0))),
            (1_i64..20_000).prop_map(|amount| Event::EmergencyCredit(Rupiah(amount))),
            (-50_000_i64..50_000).prop_map(|amount| Event::Adjustment(Rupiah(amount))),
            (-50_000_i64..50_000).prop_map(|amount| Event::OpeningBalance(Rupiah(amount))),
            (1_i64..9_000).prop_map(|fee| Event::GatewayFee(Rupiah(fee))),
        ]
    }

    proptest! {
        #[test]
        fn the_figures_of_any_month_explain_how_its_unearned_balance_grew(
            before in proptest::collection::vec(event(), 0..10), of_month in proptest::collection::vec(event(), 0..20),
        ) {
            let booked = |events: &[Event]| -> Vec<Transfer> {
                events.iter().map(|event| event.transfer("k".into()).expect("balanced")).collect()
            };
            let sum = |transfers: &[Transfer], account| transfers.iter().map(|transfer| transfer.on(account).0).sum::<i64>();
            let (before, of_month) = (booked(&before), booked(&of_month));
            let owed = |transfers: &[Transfer]| sum(transfers, Account::Credit) + sum(transfers, Account::Emergency);
            let unearned = Rupiah(owed(&before) + owed(&of_month));
            let figures = MonthFigures::of(|account| Rupiah(sum(&of_month, account)), unearned);
            prop_assert_eq!(figures.growth().0, owed(&of_month));
            prop_assert_eq!(figures.unearned.0 - figures.growth().0, owed(&before));
            // All balances together are zero, so that the unearned balance follows from the utility's own accounts.
            let own = Account::ALL.into_iter().filter(|account| !account.is_of_connection());
            let others: i64 = own.map(|account| sum(&before, account) + sum(&of_month, account)).sum();
            prop_assert_eq!(unearned.0, -others);
        }
    }
}
