//! Random lives of a connection: whatever happens, postings add up to zero and the balance is credit less charges.

use crate::billing::charging::Charged;
use crate::billing::ledger::*;
use crate::sales::voucher::Grant;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
enum Step {
    Buy { paid: i64, discount: i64, bonus: i64, cash: bool },
    Back { of: usize, per_mille: i64, by_bank: bool },
    Charge(i64, i64),
    Correct(i64),
    Fee(i64),
    Lend(i64),
    Adjust(i64),
    Open(i64),
    TakeBack(usize),
    GatewayFee(i64),
    Again(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1_i64..1_000_000, 0_i64..50_000, 0_i64..5_000, any::<bool>()).prop_map(|(paid, discount, bonus, cash)| Step::Buy {
            paid,
            discount,
            bonus,
            cash
        }),
        (0_usize..8, 1_i64..=1_000, any::<bool>()).prop_map(|(of, per_mille, by_bank)| Step::Back { of, per_mille, by_bank }),
        (0_i64..90_000, 0_i64..9_000).prop_map(|(water, tax)| Step::Charge(water, tax)),
        (-9_000_i64..9_000).prop_map(Step::Correct),
        (0_i64..50_000).prop_map(Step::Fee),
        (1_i64..20_000).prop_map(Step::Lend),
        (-50_000_i64..50_000).prop_map(Step::Adjust),
        (-900_000_i64..900_000).prop_map(Step::Open),
        (0_usize..4).prop_map(Step::TakeBack),
        (0_i64..9_000).prop_map(Step::GatewayFee),
        (0_usize..20).prop_map(Step::Again),
    ]
}

/// A ledger as simple as can be: accounts, and the keys that were seen.
#[derive(Default)]
struct Book {
    accounts: BTreeMap<Account, i64>,
    seen: BTreeSet<String>,
    done: Vec<Transfer>,
}

impl Book {
    fn take(&mut self, transfer: Transfer) {
        if self.seen.insert(transfer.key.clone()) {
            for posting in &transfer.postings {
                *self.accounts.entry(posting.account).or_default() += posting.amount.0;
            }
            self.done.push(transfer);
        }
    }

    fn of(&self, account: Account) -> i64 {
        self.accounts.get(&account).copied().unwrap_or(0)
    }
}

/// What the customer should have, counted apart from postings.
#[derive(Default)]
struct Oracle {
    credit: i64,
    lent: i64,
    purchases: Vec<(Settled, i64)>,
    /// Opening balances that stand.
    openings: Vec<i64>,
    /// What customers paid, less what went back.
    received: i64,
    gateway_fees: i64,
}

impl Oracle {
    fn event(&mut self, step: &Step) -> Option<Event> {
        let water = |water, tax| Charged { water: Rupiah(water), tax: Rupiah(tax) };
        Some(match *step {
            Step::Buy { paid, discount, bonus, cash } => {
                let channel = if cash { Channel::Cash } else { Channel::Gateway };
                let granted = Grant { discount: Rupiah(discount), bonus: Rupiah(bonus) };
                let settled = Settled { channel, paid: Rupiah(paid), granted };
                let lent = self.lent;
                self.purchases.push((settled, 0));
                let whole = paid + discount + bonus;
                self.lent = (lent - whole).max(0);
                self.credit += (whole - lent).max(0);
                self.received += paid;
                Event::Purchase { settled, lent: Rupiah(lent) }
            }
            Step::Back { of, per_mille, by_bank } => {
                let (settled, back) = self.purchases.get_mut(of)?;
                let amount = ((settled.paid.0 - *back) * per_mille + 999) / 1_000;
                if amount == 0 {
                    return None;
                }
                let granted = undo_share(settled, Rupiah(*back), Rupiah(amount));
                *back += amount;
                self.credit -= amount + granted.discount.0 + granted.bonus.0;
                self.received -= amount;
                let amount = Rupiah(amount);
                if by_bank { Event::Chargeback { amount, granted } } else { Event::Refund { amount, granted } }
            }
            Step::Charge(used, tax) => {
                self.credit -= used + tax;
                Event::Charge(water(used, tax))
            }
            Step::Correct(used) => {
                self.credit -= used;
                Event::ChargeCorrection(water(used, 0))
            }
            Step::Fee(fee) => {
                self.credit -= fee;
                Event::MonthlyFee(water(fee, 0))
            }
            Step::Lend(amount) => {
                self.credit += amount;
                self.lent += amount;
                Event::EmergencyCredit(Rupiah(amount))
            }
            Step::Adjust(amount) => {
                self.credit += amount;
                Event::Adjustment(Rupiah(amount))
            }
            Step::Open(amount) => {
                self.credit += amount;
                self.openings.push(amount);
                Event::OpeningBalance(Rupiah(amount))
            }
            Step::TakeBack(which) => {
                if which >= self.openings.len() {
                    return None;
                }
                let amount = self.openings.remove(which);
                self.credit -= amount;
                Event::OpeningReversal(Rupiah(amount))
            }
            Step::GatewayFee(fee) => {
                self.gateway_fees += fee;
                Event::GatewayFee(Rupiah(fee))
            }
            Step::Again(_) => return None,
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn postings_add_up_to_zero_replays_change_nothing_and_the_balance_is_credit_less_charges(
        steps in proptest::collection::vec(step(), 1..20),
    ) {
        let (mut book, mut oracle) = (Book::default(), Oracle::default());
        for (at, step) in steps.iter().enumerate() {
            if let Step::Again(which) = step {
                if let Some(again) = book.done.get(*which).cloned() {
                    let before = book.accounts.clone();
                    book.take(again);
                    prop_assert_eq!(&before, &book.accounts);
                }
            } else if let Some(event) = oracle.event(step) {
                book.take(event.transfer(format!("step:{at}")).expect("balanced"));
            }
        }
        prop_assert_eq!(book.accounts.values().sum::<i64>(), 0);
        for transfer in &book.done {
            prop_assert_eq!(transfer.postings.iter().map(|posting| posting.amount.0).sum::<i64>(), 0);
        }
        prop_assert_eq!(book.of(Account::Credit), oracle.credit);
        prop_assert_eq!(book.of(Account::Emergency), -oracle.lent);
        prop_assert_eq!(book.of(Account::OpeningBalances), -oracle.openings.iter().sum::<i64>());
        let received = -(book.of(Account::GatewayClearing) + book.of(Account::Cash)) - book.of(Account::Refunds) - book.of(Account::Chargebacks);
        prop_assert_eq!(received, oracle.received, "what the gateway keeps is none of what customers paid");
        prop_assert_eq!(book.of(Account::GatewayFees), -oracle.gateway_fees);
        prop_assert_eq!(book.of(Account::GatewayWithheld), oracle.gateway_fees);
        for (settled, back) in &oracle.purchases {
            if *back == settled.paid.0 {
                let all = undo_share(settled, Rupiah(0), settled.paid);
                prop_assert_eq!(all, settled.granted, "all of a gift goes back with all of the money");
            }
        }
    }
}

#[test]
fn emergency_credit_is_repaid_first() {
    let settled = Settled { channel: Channel::Gateway, paid: Rupiah(50_000), granted: Grant::default() };
    let transfer = Event::Purchase { settled, lent: Rupiah(10_000) }.transfer("p".into()).expect("balanced");
    assert_eq!((transfer.on(Account::Credit), transfer.on(Account::Emergency)), (Rupiah(40_000), Rupiah(10_000)));
    assert_eq!(transfer.on(Account::GatewayClearing), Rupiah(-50_000));
}

#[test]
fn what_does_not_add_up_is_no_transfer() {
    let one = [Posting { account: Account::Cash, amount: Rupiah(1) }];
    assert_eq!(Transfer::new("x", "k".into(), &one), Err(Unbalanced(1)));
}
