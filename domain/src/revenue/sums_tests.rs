//! Sums of random histories against an oracle over the raw postings; partitions add up to the whole, and figures to one another.

use crate::billing::charging::Charged;
use crate::billing::ledger::{Account, Channel, Event, Settled};
use crate::billing::tariff::TariffClass;
use crate::revenue::{CountedTransfer, Dimension, Figures, RevenueSums, Sum, Sums, TransferKind};
use crate::sales::voucher::Grant;
use crate::{LocalDay, LocalMonth, Rupiah, UserId, ZoneId};
use proptest::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

fn id(number: u8) -> Uuid {
    Uuid::from_u128(u128::from(number) + 1)
}

fn event() -> impl Strategy<Value = Event> {
    let money = |most: i64| (0..most).prop_map(Rupiah);
    let signed = |most: i64| (-most..most).prop_map(Rupiah);
    let granted = (money(50_000), money(5_000)).prop_map(|(discount, bonus)| Grant { discount, bonus });
    let charged = (signed(90_000), signed(9_000)).prop_map(|(water, tax)| Charged { water, tax });
    prop_oneof![
        (any::<bool>(), 1_i64..1_000_000, granted.clone(), money(20_000)).prop_map(|(cash, paid, granted, lent)| {
            let channel = if cash { Channel::Cash } else { Channel::Gateway };
            Event::Purchase { settled: Settled { channel, paid: Rupiah(paid), granted }, lent }
        }),
        (1_i64..90_000, granted.clone()).prop_map(|(amount, granted)| Event::Refund { amount: Rupiah(amount), granted }),
        (1_i64..90_000, granted).prop_map(|(amount, granted)| Event::Chargeback { amount: Rupiah(amount), granted }),
        charged.clone().prop_map(Event::Charge),
        charged.clone().prop_map(Event::ChargeCorrection),
        charged.prop_map(Event::MonthlyFee),
        money(20_000).prop_map(Event::EmergencyCredit),
        signed(50_000).prop_map(Event::Adjustment),
        signed(900_000).prop_map(Event::OpeningBalance),
        signed(900_000).prop_map(Event::OpeningReversal),
        money(9_000).prop_map(Event::GatewayFee),
    ]
}

fn any_transfer() -> impl Strategy<Value = CountedTransfer> {
    let of = (event(), 20_400_i32..20_470, 0_u8..24, 0_u8..3);
    let by = (
        proptest::option::of(prop_oneof![Just("cash"), Just("qris"), Just("va_bca")]),
        proptest::option::of(0_usize..4),
        proptest::option::of(0_u8..2),
        proptest::option::of(0_u8..3),
        proptest::option::of(24_308_i32..24_312),
    );
    (of, by).prop_map(|((event, day, hour, zone), (method, class, campaign, collector, month))| CountedTransfer {
        day: LocalDay(day),
        hour,
        kind: TransferKind::from_word(event.kind()),
        method: method.map(str::to_owned),
        class: class.map(|class| TariffClass::ALL[class]),
        zone: ZoneId(id(zone)),
        campaign: campaign.map(id),
        collector: collector.map(|collector| UserId(id(collector))),
        month: month.map(LocalMonth),
        postings: event.transfer("key".into()).expect("it adds up").postings,
    })
}

/// Transfers of one day and hour of two zones, so that many of them count for the same.
fn few_divisions() -> impl Strategy<Value = CountedTransfer> {
    (any_transfer(), 0_u8..2).prop_map(|(transfer, zone)| CountedTransfer {
        day: LocalDay(20_400),
        hour: 7,
        class: None,
        zone: ZoneId(id(zone)),
        campaign: None,
        collector: None,
        month: None,
        ..transfer
    })
}

fn sums_of<'f>(facts: impl IntoIterator<Item = &'f CountedTransfer>) -> RevenueSums {
    let mut sums = RevenueSums::default();
    facts.into_iter().for_each(|fact| sums.add(fact));
    sums
}

/// The balances of accounts, by going through each posting that counts.
fn naive(facts: &[CountedTransfer], counts: impl Fn(&CountedTransfer) -> bool) -> BTreeMap<Account, i64> {
    let mut balances = BTreeMap::new();
    for posting in facts.iter().filter(|fact| counts(fact)).flat_map(|fact| &fact.postings) {
        *balances.entry(posting.account).or_default() += posting.amount.0;
    }
    balances
}

fn agrees(figures: &Figures, balances: &BTreeMap<Account, i64>) -> bool {
    let on = |account: Account| balances.get(&account).copied().unwrap_or(0);
    let received = -on(Account::Cash) - on(Account::GatewayClearing) - on(Account::Refunds) - on(Account::Chargebacks);
    figures.received.0 == received
        && figures.consumed.0 == on(Account::Revenue)
        && figures.fees.0 == on(Account::Fees)
        && figures.tax.0 == on(Account::Tax)
        && figures.discounts.0 == -on(Account::Discounts)
        && figures.voucher_cost.0 == -on(Account::VoucherCost)
        && figures.gateway_fees.0 == -on(Account::GatewayFees)
        && figures.unearned_change.0 == on(Account::Credit) + on(Account::Emergency)
}

fn add(whole: &Figures, part: &Figures) -> Figures {
    let sum = |a: Rupiah, b: Rupiah| Rupiah(a.0 + b.0);
    Figures {
        received: sum(whole.received, part.received),
        gateway: sum(whole.gateway, part.gateway),
        cash: sum(whole.cash, part.cash),
        refunds: sum(whole.refunds, part.refunds),
        chargebacks: sum(whole.chargebacks, part.chargebacks),
        consumed: sum(whole.consumed, part.consumed),
        corrections: sum(whole.corrections, part.corrections),
        fees: sum(whole.fees, part.fees),
        tax: sum(whole.tax, part.tax),
        discounts: sum(whole.discounts, part.discounts),
        voucher_cost: sum(whole.voucher_cost, part.voucher_cost),
        adjustments: sum(whole.adjustments, part.adjustments),
        openings: sum(whole.openings, part.openings),
        gateway_fees: sum(whole.gateway_fees, part.gateway_fees),
        unearned_change: sum(whole.unearned_change, part.unearned_change),
        purchases: whole.purchases + part.purchases,
    }
}

proptest! {
    #[test]
    fn sums_are_what_the_postings_add_up_to(facts in proptest::collection::vec(any_transfer(), 0..60)) {
        let sums = sums_of(&facts);
        prop_assert!(agrees(&Figures::of(sums.whole()), &naive(&facts, |_| true)));
        for dimension in Dimension::ALL {
            for (value, of) in sums.values(dimension) {
                let of_value = naive(&facts, |fact| fact.value(dimension) == value);
                prop_assert!(agrees(&Figures::of(&of), &of_value), "{:?} {:?}", dimension, value);
            }
        }
    }

    #[test]
    fn the_parts_of_every_dimension_add_up_to_the_whole(facts in proptest::collection::vec(any_transfer(), 0..60)) {
        let sums = sums_of(&facts);
        let whole = Figures::of(sums.whole());
        for dimension in Dimension::ALL {
            let parts = sums.values(dimension);
            let added = parts.iter().fold(Figures::default(), |sum, (_, part)| add(&sum, &Figures::of(part)));
            prop_assert_eq!(added, whole, "{:?}", dimension);
        }
    }

    #[test]
    fn days_can_be_merged_in_any_grouping(facts in proptest::collection::vec(any_transfer(), 0..40), cut in 0_usize..40, other in 0_usize..40) {
        let (a, b) = (cut.min(other).min(facts.len()), cut.max(other).min(facts.len()));
        let [first, second, third] = [&facts[..a], &facts[a..b], &facts[b..]].map(sums_of);
        let merged = |left: &RevenueSums, right: &RevenueSums| {
            let mut sums = left.clone();
            sums.merge(right, &Dimension::ALL);
            sums
        };
        let whole = sums_of(&facts);
        prop_assert_eq!(&merged(&merged(&first, &second), &third), &whole);
        prop_assert_eq!(&merged(&first, &merged(&second, &third)), &whole);
        prop_assert_eq!(&merged(&third, &merged(&first, &second)), &whole);
    }

    #[test]
    fn transfers_that_count_alike_are_added_together_as_one_by_one(facts in proptest::collection::vec(few_divisions(), 0..60)) {
        let mut alike: BTreeMap<CountedTransfer, Sums> = BTreeMap::new();
        for fact in &facts {
            let like = CountedTransfer { postings: Vec::new(), ..fact.clone() };
            alike.entry(like).or_default().add_postings(fact.kind, &fact.postings);
        }
        let mut together = RevenueSums::default();
        alike.iter().for_each(|(like, sums)| together.add_alike(like, sums));
        let mut by_posting = RevenueSums::default();
        for (fact, posting) in facts.iter().flat_map(|fact| fact.postings.iter().map(move |posting| (fact, posting))) {
            for dimension in Dimension::ALL {
                let sum = Sum { amount: posting.amount, count: 1 };
                by_posting.add_to(dimension, fact.value(dimension).as_deref(), (fact.kind, posting.account), sum);
            }
        }
        prop_assert_eq!(&together, &by_posting);
        prop_assert_eq!(&together, &sums_of(&facts));
    }

    #[test]
    fn figures_and_the_bridge_follow_from_one_another(facts in proptest::collection::vec(any_transfer(), 0..60)) {
        let figures = Figures::of(sums_of(&facts).whole());
        prop_assert!(figures.is_exact());
        let bridge = figures.bridge();
        prop_assert_eq!(bridge.gross.0 - bridge.discounts.0 - bridge.returned.0, bridge.received.0);
        prop_assert_eq!(bridge.received.0 - bridge.fees.0 - bridge.tax.0, bridge.net.0);
        let paid = facts.iter().filter(|fact| fact.kind == TransferKind::Purchase).count();
        prop_assert_eq!(figures.purchases, paid as i64);
    }
}
