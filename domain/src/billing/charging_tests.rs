//! Random months of readings: shuffled, repeated, late, over a changed tariff, posted at any time in between. The
//! ledger ends with what an independent walk over the true volumes says, to the rupiah.

use super::*;
use crate::billing::ledger::{Account, Event};
use crate::billing::tariff::{Block, BlockMode, TariffClass};
use crate::metering::reading::DayUse;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const FIRST: LocalDay = LocalDay(20_758);

fn version(from: i32, mode: BlockMode, price: i64, tax_per_mille: i64, lifeline: i64) -> TariffVersion {
    let block = |up_to: Option<i64>, price| Block { up_to: up_to.map(Millilitres::litres), price_per_m3: Rupiah(price) };
    TariffVersion {
        class: TariffClass::Residential,
        effective_from: FIRST.plus(from),
        mode,
        blocks: vec![block(Some(20), price), block(Some(45), price * 2), block(None, price * 3 + 7)],
        monthly_fee: Rupiah(10_000),
        minimum_top_up: Rupiah(25_000),
        tax_per_mille,
        lifeline_per_day: Millilitres(lifeline),
        decree: String::new(),
    }
}

/// Water × 10⁶ by walking over each day in blocks of its own, with plain arithmetic on the ends of the days.
fn oracle(versions: &[TariffVersion], days: &BTreeMap<LocalDay, i64>) -> (i64, i64) {
    let (mut position, mut water, mut tax) = (0_i128, 0_i128, 0_i128);
    for (&day, &used) in days {
        let Some(version) = versions.iter().rfind(|version| version.effective_from <= day) else { continue };
        let used = i128::from((used - version.lifeline_per_day.0).max(0));
        // The integral of the price from nought to a position, from the open block down.
        let integral = |to: i128| -> i128 {
            if version.mode == BlockMode::Flat {
                return to * i128::from(version.blocks[0].price_per_m3.0);
            }
            let (mut top, mut sum) = (to, 0);
            for at in (0..version.blocks.len()).rev() {
                let start = if at == 0 { 0 } else { version.blocks[at - 1].up_to.map_or(0, |end| i128::from(end.0)) };
                sum += (top - start).max(0) * i128::from(version.blocks[at].price_per_m3.0);
                top = top.min(start);
            }
            sum
        };
        let cost = integral(position + used) - integral(position);
        position += used;
        water += cost;
        tax += cost * i128::from(version.tax_per_mille);
    }
    ((water / 1_000_000) as i64, (tax / 1_000_000_000) as i64)
}

/// A reading on its way: which segment of use it closes. It can come again, and later than others.
#[derive(Clone, Copy, Debug)]
struct Piece {
    day: LocalDay,
    volume: i64,
    id: usize,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn whatever_order_readings_come_in_the_ledger_ends_with_the_oracles_sum(
        volumes in proptest::collection::vec((0_i32..30, 0_i64..9_000), 1..40),
        order in proptest::collection::vec(any::<u16>(), 40),
        repeated in proptest::collection::vec(0_usize..40, 0..10),
        posts in proptest::collection::vec(0_usize..50, 0..8),
        change in 0_i32..40,
        flat in any::<bool>(),
        (tax, lifeline) in (0_i64..120, 0_i64..3_000),
    ) {
        let mode = if flat { BlockMode::Flat } else { BlockMode::Marginal };
        let versions = [version(-400, BlockMode::Marginal, 1_503, 0, 0), version(change, mode, 2_001, tax, lifeline.max(1_500) - 1_500)];
        let mut pieces: Vec<_> = volumes.iter().enumerate()
            .map(|(id, &(day, volume))| Piece { day: FIRST.plus(day), volume, id }).collect();
        pieces.sort_by_key(|piece| order[piece.id]);
        for again in repeated {
            if let Some(piece) = pieces.get(again).copied() {
                pieces.push(piece);
            }
        }
        let (mut seen, mut days, mut run, mut ledger) = (BTreeSet::new(), BTreeMap::<LocalDay, DayUse>::new(), MonthRun::default(), (0, 0));
        for (at, piece) in pieces.iter().enumerate() {
            if seen.insert(piece.id) {
                let part = DayUse { volume: Millilitres(piece.volume), ..DayUse::default() };
                days.entry(piece.day).or_default().combine(&part, 1);
            }
            let volume = days.values().map(|day| day.volume).sum();
            let list = || Ok::<_, ()>(days.iter().map(|(&day, used)| DayVolume { day, volume: used.volume }).collect());
            run.due = due(&versions, FIRST.month(), volume, list).expect("no store to fail");
            if posts.contains(&at) {
                post(&mut run, &mut ledger, at);
            }
            let shown = ledger.0 - run.running().0;
            prop_assert_eq!(shown, -run.due.total().0, "posted less running is credit less charges at any time");
        }
        post(&mut run, &mut ledger, usize::MAX);
        let truth = days.iter().map(|(&day, used)| (day, used.volume.0)).collect();
        let (water, tax) = oracle(&versions, &truth);
        prop_assert_eq!(ledger, (-(water + tax), water));
        prop_assert_eq!(run.to_post(), None, "nothing is posted twice");
    }
}

fn post(run: &mut MonthRun, ledger: &mut (i64, i64), at: usize) {
    if let Some(difference) = run.to_post() {
        let transfer = Event::Charge(difference).transfer(format!("charge:{at}")).expect("balanced");
        ledger.0 += transfer.on(Account::Credit).0;
        ledger.1 += transfer.on(Account::Revenue).0;
        run.posted = run.due;
    }
}

#[test]
fn the_fee_is_that_of_the_first_day_and_none_before_the_connection_is_there() {
    let versions = [version(-400, BlockMode::Marginal, 1_500, 100, 0)];
    let fee = |since| monthly_fee(&versions, FIRST.plus(since), FIRST.month()).map(Charged::total);
    assert_eq!(fee(-90), Some(Rupiah(11_000)));
    assert_eq!(fee(12), Some(Rupiah(11_000)));
    assert_eq!(fee(30), None, "from December on");
}

proptest! {
    #[test]
    fn what_days_and_hours_cost_adds_up_to_the_month(
        volumes in proptest::collection::vec(0_i64..9_000, 1..30), change in 0_i32..40, whole in any::<bool>(),
        (tax, lifeline) in (0_i64..120, 0_i64..3_000),
    ) {
        let mode = if whole { BlockMode::WholeVolume } else { BlockMode::Marginal };
        let versions = [version(-400, BlockMode::Marginal, 1_503, 0, 0), version(change, mode, 2_001, tax, lifeline)];
        let days: Vec<_> = volumes.iter().zip(0..).map(|(volume, at)| DayVolume { day: FIRST.plus(at), volume: Millilitres(*volume) }).collect();
        let by_day = day_costs(&versions, &days);
        let sum: i64 = by_day.iter().map(|(_, cost)| cost.0).sum();
        prop_assert_eq!(sum, month_charge(&versions, &days).total().0);
        let last = days.len() - 1;
        let parts = [Millilitres(volumes[last] / 3), Millilitres(volumes[last] - volumes[last] / 3)];
        let hours: i64 = part_costs(&versions, &days[..last], days[last].day, &parts).iter().map(|cost| cost.0).sum();
        prop_assert_eq!(hours, by_day[last].1.0);
    }
}
