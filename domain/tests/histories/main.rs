//! Random histories of a connection whose meters are replaced: readings come shuffled, repeated, late and contradicted, terms change amid a
//! month, and meanwhile it is posted, bought, given back. Whatever the order, it comes to what a naive oracle says, to the rupiah.

mod field;
mod office;
mod oracle;

use domain::billing::ledger::{Account, Channel};
use domain::billing::tariff::{Block, BlockMode, TariffClass, TariffVersion};
use domain::{LocalDay, LocalMonth, Millilitres, Rupiah};
use field::{History, START, history};
use office::{MINIMUM, Office, USES};
use oracle::{Bought, Gift};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What somebody does between two messages.
#[derive(Clone, Copy, Debug)]
enum Act {
    Post,
    Buy { amount: i64, with_voucher: bool, cash: bool },
    Back { of: usize, per_mille: i64, by_bank: bool },
    Again(usize),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        Just(Act::Post),
        (25_000_i64..200_000, any::<bool>(), any::<bool>()).prop_map(|(amount, with_voucher, cash)| Act::Buy {
            amount,
            with_voucher,
            cash
        }),
        (0_usize..4, 1_i64..=1_000, any::<bool>()).prop_map(|(of, per_mille, by_bank)| Act::Back { of, per_mille, by_bank }),
        (0_usize..20).prop_map(Act::Again),
    ]
}

fn gift() -> impl Strategy<Value = Gift> {
    prop_oneof![
        (1_i64..=1_000).prop_map(Gift::Percent),
        (1_i64..60_000).prop_map(Gift::Off),
        (1_000_000_i64..5_000_000).prop_map(Gift::Water),
    ]
}

/// Terms: the first hold from the day on from which the connection is charged, the others begin later, mostly amid a month.
fn terms() -> impl Strategy<Value = Vec<TariffVersion>> {
    let mode = prop_oneof![Just(BlockMode::Marginal), Just(BlockMode::Flat), Just(BlockMode::WholeVolume)];
    let blocks = (proptest::collection::btree_set(1_i64..30_000_000, 0..4), proptest::collection::vec(1_i64..12_000, 5));
    let lifeline = prop_oneof![2 => Just(0_i64), 1 => 1_i64..2_000_000];
    let version = (mode, blocks, 0_i64..120, lifeline, 0_i64..20_000, 0_i32..30);
    proptest::collection::vec(version, 1..4).prop_map(|versions| {
        let mut from = START.plus(-5);
        let made = versions.into_iter().map(|(mode, (ends, prices), tax_per_mille, lifeline, fee, later)| {
            from = from.plus(later + 1);
            let ends = ends.into_iter().map(|end| Some(Millilitres(end))).chain([None]);
            TariffVersion {
                class: TariffClass::Residential,
                effective_from: from,
                mode,
                blocks: ends.zip(prices).map(|(up_to, price)| Block { up_to, price_per_m3: Rupiah(price) }).collect(),
                monthly_fee: Rupiah(fee),
                minimum_top_up: Rupiah(25_000),
                // Most utilities charge none.
                tax_per_mille: if tax_per_mille > 60 { 0 } else { tax_per_mille },
                lifeline_per_day: Millilitres(lifeline),
                decree: String::new(),
            }
        });
        made.collect()
    })
}

/// What the oracle knows of money.
struct Purse {
    gift: Gift,
    uses: i64,
    bought: Vec<Bought>,
}

/// Does it at the office, and notes beside it what it should come to.
fn perform(act: Act, office: &mut Office, purse: &mut Purse, today: LocalDay) {
    match act {
        Act::Post => office.post(today),
        Act::Again(which) => {
            if let Some(again) = office.book.done.get(which).cloned() {
                let before = office.book.accounts.clone();
                office.book.take(again);
                assert_eq!(before, office.book.accounts, "a replay changes nothing");
            }
        }
        Act::Buy { amount, with_voucher, cash } => {
            let used = office.used(today.month());
            let Some(version) = office.version(today).cloned() else { return };
            let good = with_voucher && purse.uses < USES && amount >= MINIMUM;
            let bought = Bought::with(amount, good.then_some(purse.gift), &version, used);
            purse.uses += i64::from(bought.discount + bought.bonus > 0);
            purse.bought.push(bought);
            let channel = if cash { Channel::Cash } else { Channel::Gateway };
            office.sell(amount, with_voucher, channel, today).expect("there are terms");
        }
        Act::Back { of, per_mille, by_bank } => {
            let Some(bought) = purse.bought.get_mut(of) else { return };
            let amount = ((bought.paid - bought.returned) * per_mille + 999) / 1_000;
            if amount > 0 {
                bought.returned += amount;
                office.take_back(of, amount, by_bank, today);
            }
        }
    }
}

/// Every sum of the office against the oracle's.
fn judge(
    office: &Office,
    purse: &Purse,
    versions: &[TariffVersion],
    history: &History,
    last: LocalMonth,
) -> Result<(), TestCaseError> {
    let days = oracle::days(&history.flowed);
    let found: BTreeMap<LocalDay, i64> =
        office.usage.iter().map(|(day, used)| (*day, used.volume.0)).filter(|(_, volume)| *volume != 0).collect();
    prop_assert_eq!(&found, &days, "what flowed here, and nothing of what old meters passed elsewhere");
    let (mut water, mut tax) = (0, 0);
    for (month, state) in &office.months {
        let charged = oracle::month(versions, &days, *month);
        prop_assert_eq!((state.run.posted.water.0, state.run.posted.tax.0), charged, "{:?}", month);
        water += charged.0;
        tax += charged.1;
    }
    let fees = oracle::fees(versions, versions[0].effective_from, last);
    let credit: i64 = purse.bought.iter().map(Bought::credit).sum();
    let book = &office.book;
    prop_assert_eq!(book.of(Account::Revenue), water);
    prop_assert_eq!(book.of(Account::Fees) + book.of(Account::Tax), fees + tax);
    prop_assert_eq!(book.of(Account::Credit), credit - water - tax - fees, "balance = credit − charges");
    prop_assert_eq!(office.shown(), book.of(Account::Credit), "nothing is left to post");
    prop_assert_eq!(book.accounts.values().sum::<i64>(), 0);
    for transfer in &book.done {
        prop_assert_eq!(transfer.postings.iter().map(|posting| posting.amount.0).sum::<i64>(), 0, "{}", transfer.key);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn with_meters_replaced_and_readings_in_any_order_every_rupiah_is_the_oracles(
        history in history(),
        versions in terms(),
        gift in gift(),
        acts in proptest::collection::vec((act(), any::<prop::sample::Index>()), 0..12),
        order in proptest::collection::vec(any::<u16>(), 120),
        repeated in proptest::collection::vec(any::<prop::sample::Index>(), 0..10),
        batch in 1_usize..12,
    ) {
        let mut messages: Vec<_> = history.messages.iter().enumerate().map(|(at, message)| (order[at % order.len()], *message)).collect();
        messages.extend(repeated.iter().map(|again| (order[again.index(order.len())], *again.get(&history.messages))));
        // Half of the histories come shuffled, half in order of time, with what is repeated beside its first copy.
        messages.sort_by_key(|(key, message)| if batch % 2 == 0 { (0, u64::from(*key)) } else { (message.point.t.0 as u64, u64::from(*key)) });
        let messages: Vec<_> = messages.into_iter().map(|(_, message)| message).collect();
        let (mut office, mut purse) = (Office::new(&versions, versions[0].effective_from, gift), Purse { gift, uses: 0, bought: vec![] });
        let batches: Vec<_> = messages.chunks(batch).collect();
        let (first, last) = (START, history.last_day().plus(3));
        for (at, part) in batches.iter().enumerate() {
            office.hear(part);
            let today = first.plus((last.0 - first.0) * at as i32 / batches.len() as i32);
            for (act, _) in acts.iter().filter(|(_, when)| when.index(batches.len()) == at) {
                perform(*act, &mut office, &mut purse, today);
            }
            let due: i64 = office.months.values().map(|month| month.run.due.total().0).sum();
            let fees: i64 = office.book.done.iter().filter(|done| done.kind == "monthly_fee").map(|fee| fee.on(Account::Credit).0).sum();
            let credit: i64 = purse.bought.iter().map(Bought::credit).sum();
            prop_assert_eq!(office.shown(), credit - due + fees, "at any time, whatever is posted of it");
        }
        office.post(last);
        judge(&office, &purse, &versions, &history, last.month())?;

        let (usage, accounts) = (office.usage.clone(), office.book.accounts.clone());
        prop_assert_eq!(office.hear(&messages), 0, "the same readings again change no row");
        for again in office.book.done.clone() {
            office.book.take(again);
        }
        office.post(last);
        prop_assert_eq!((office.usage, office.book.accounts), (usage, accounts));
    }
}
