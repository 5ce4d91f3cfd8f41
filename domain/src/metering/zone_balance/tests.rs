//! The balance against simulated zones whose losses are known, and its parts against the whole.

use super::*;
use crate::Rupiah;
use crate::core::local_time::DAY_MS;
use proptest::prelude::*;

const ZONE: TimeZone = TimeZone::Makassar;
const FIRST: LocalDay = LocalDay(20_000);
/// Days of history before the balance.
const BEFORE: i32 = 20;

fn measured(volume: i64) -> Measured {
    let night = HourUse { volume: Millilitres(volume / 50), covered_ms: 2 * HOUR_MS };
    Measured { volume: Millilitres(volume), covered_ms: DAY_MS, night }
}

fn period(days: i32) -> BalancePeriod {
    let last = FIRST.plus(days - 1);
    // At noon of the day after it: all reports of its last day have come.
    BalancePeriod { zone: ZONE, first: FIRST, last, now: ZONE.start_of(last.plus(1)).plus(DAY_MS / 2) }
}

fn span(known_until: UtcMillis) -> Span {
    Span { since: ZONE.start_of(FIRST.plus(-400)), until: None, known_until: Some(known_until) }
}

fn always() -> Vec<Stay> {
    vec![Stay { since: None, until: None }]
}

fn connection(now: UtcMillis, days: Vec<(LocalDay, Measured)>) -> ConnectionDays {
    ConnectionDays { stays: always(), spans: vec![span(now)], days, charged_from: Some(FIRST.plus(-400)), is_faulty: false }
}

fn inflow(now: UtcMillis, volumes: &[i64]) -> Inflow {
    let days = volumes.iter().enumerate().map(|(place, volume)| (FIRST.plus(place as i32), measured(*volume)));
    Inflow { span: span(now), days: days.collect() }
}

fn reckon(period: BalancePeriod, inflows: &[Inflow], connections: &[ConnectionDays]) -> Balance {
    let mut reckoning = Reckoning::new(period, inflows);
    for connection in connections {
        let _ = reckoning.add(connection);
    }
    reckoning.finish()
}

/// Numbers that look like chance and are the same each time (Knuth's linear congruence).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as i64) % end
    }
}

#[test]
fn the_unexplained_part_is_within_two_percent_of_the_loss_with_one_meter_in_twenty_silent() {
    for seed in 0..12 {
        let (mut chance, days, households) = (Chance(seed), 7, 600);
        let period = period(days);
        let mut went_in = vec![0_i64; days as usize];
        let mut connections = Vec::new();
        for household in 0..households {
            let usual = 300_000 + chance.below(400_000);
            let is_silent = household % 20 == 0;
            // Silent from some day before the balance on.
            let silent_from = FIRST.plus(-1 - chance.below(4) as i32);
            let mut known = Vec::new();
            for day in (-BEFORE..days).map(|at| FIRST.plus(at)) {
                let volume = usual * (80 + chance.below(41)) / 100;
                if let Some(sum) = usize::try_from(day.0 - FIRST.0).ok().and_then(|place| went_in.get_mut(place)) {
                    *sum += volume;
                }
                if !is_silent || day < silent_from {
                    known.push((day, measured(volume)));
                }
            }
            let until = if is_silent { ZONE.start_of(silent_from) } else { period.now };
            connections.push(connection(until, known));
        }
        let losses: Vec<i64> = went_in.iter().map(|used| used / 4 + chance.below(used / 50)).collect();
        let volumes: Vec<i64> = went_in.iter().zip(&losses).map(|(used, lost)| used + lost).collect();
        let balance = reckon(period, &[inflow(period.now, &volumes)], &connections);
        assert_eq!(balance.counted, 7);
        assert!((940..=960).contains(&balance.coverage), "one in twenty is silent: {}", balance.coverage);
        for (day, truth) in balance.days.iter().zip(&losses) {
            let off = (day.parts.unexplained.0 - truth).abs();
            assert!(off * 50 <= *truth, "seed {seed}, {:?}: {} for {truth}", day.day, day.parts.unexplained.0);
        }
    }
}

#[test]
fn a_day_on_which_a_bulk_meter_is_silent_or_missing_is_left_out_on_both_sides() {
    let period = period(3);
    let days = (0..3).map(|at| (FIRST.plus(at), measured(100))).collect();
    let one = connection(period.now, days);
    let mut silent = inflow(period.now, &[150, 150, 150]);
    silent.span.known_until = Some(ZONE.start_of(FIRST.plus(1)).plus(HOUR_MS));
    let balance = reckon(period, &[silent], std::slice::from_ref(&one));
    let states: Vec<_> = balance.days.iter().map(|day| day.state).collect();
    assert_eq!(states, [DayState::Counted, DayState::InflowUnknown, DayState::InflowUnknown]);
    assert_eq!((balance.total.inflow.0, balance.total.charged.0, balance.total.unexplained.0), (150, 100, 50));
    assert_eq!(balance.days[1].parts.unexplained, Millilitres::ZERO, "of what went in too little is known");

    let mut begun = inflow(period.now, &[150, 150, 150]);
    begun.span.since = ZONE.start_of(FIRST.plus(1)).plus(HOUR_MS);
    let balance = reckon(period, &[begun], &[one]);
    let states: Vec<_> = balance.days.iter().map(|day| day.state).collect();
    assert_eq!(states, [DayState::NoInflow, DayState::NoInflow, DayState::Counted]);
}

#[test]
fn a_bulk_meter_that_was_replaced_at_noon_leaves_no_gap() {
    let period = period(2);
    let noon = ZONE.start_of(FIRST).plus(12 * HOUR_MS);
    let mut old = inflow(period.now, &[70]);
    (old.span.until, old.span.known_until) = (Some(noon), Some(noon.plus(-60_000)));
    let mut new = inflow(period.now, &[80, 160]);
    new.span.since = noon;
    let balance = reckon(period, &[new.clone(), old.clone()], &[]);
    assert_eq!((balance.counted, balance.total.inflow.0), (2, 310), "both count on that day");
    old.span.known_until = Some(noon.plus(-7 * HOUR_MS));
    let balance = reckon(period, &[new, old], &[]);
    assert_eq!(balance.days[0].state, DayState::InflowUnknown, "its last seven hours are nobody's");
}

#[test]
fn days_before_the_first_reading_of_a_bulk_meter_or_of_its_register_are_left_out() {
    let period = period(4);
    let start = ZONE.start_of(FIRST);
    let mut reckoning = Reckoning::new(period, &[inflow(period.now, &[0, 80, 160, 170])]);
    reckoning.leave_out((start, start.plus(DAY_MS + 7 * HOUR_MS)));
    reckoning.leave_out((start.plus(3 * DAY_MS + HOUR_MS), start.plus(3 * DAY_MS + 7 * HOUR_MS)));
    let balance = reckoning.finish();
    let states: Vec<_> = balance.days.iter().map(|day| day.state).collect();
    assert_eq!(states, [DayState::InflowUnknown, DayState::InflowUnknown, DayState::Counted, DayState::Counted]);
    assert_eq!((balance.counted, balance.total.inflow.0, balance.days[1].night), (2, 330, None));
}

#[test]
fn what_is_not_charged_silent_late_or_moved_away_is_told_apart() {
    let period = period(2);
    let last = ZONE.start_of(FIRST.plus(1));
    let history = |until: i32| (-BEFORE..until).map(|at| (FIRST.plus(at), measured(240))).collect::<Vec<_>>();
    let uncharged = ConnectionDays { charged_from: Some(FIRST.plus(1)), ..connection(period.now, history(2)) };
    // Its last report was at the beginning of the last day, and it is noon of the day after: a day and a half ago.
    let silent = connection(last, history(1));
    // Half of the last day is yet to come.
    let late = connection(last.plus(DAY_MS / 2 + 60_000), {
        let mut days = history(1);
        days.push((FIRST.plus(1), measured(120)));
        days
    });
    let moved = ConnectionDays {
        stays: vec![Stay { since: None, until: Some(last.plus(-HOUR_MS)) }],
        ..connection(period.now, history(2))
    };
    let balance = reckon(period, &[inflow(period.now, &[1_000, 1_000])], &[uncharged, silent, late, moved]);
    let parts: Vec<_> = balance.days.iter().map(|day| day.parts).collect();
    let of = |parts: &BalanceParts| (parts.charged.0, parts.uncharged.0, parts.silent.0, parts.late.0);
    assert_eq!(of(&parts[0]), (480, 240, 0, 0), "who moved away before the day ended is not of the zone");
    assert_eq!(of(&parts[1]), (360, 0, 240, 119));
    assert_eq!(balance.total.lost().0, 2_000 - 840);
    assert_eq!(balance.total.explained() + balance.total.unexplained, balance.total.lost());
}

#[test]
fn a_faulty_meter_misses_what_its_usual_day_has_more() {
    let period = period(2);
    let mut days: Vec<_> = (-BEFORE..0).map(|at| (FIRST.plus(at), measured(300))).collect();
    days.extend([(FIRST, measured(50)), (FIRST.plus(1), measured(400))]);
    let faulty = ConnectionDays { is_faulty: true, ..connection(period.now, days) };
    let balance = reckon(period, &[inflow(period.now, &[1_000, 1_000])], &[faulty]);
    let silent: Vec<_> = balance.days.iter().map(|day| day.parts.silent.0).collect();
    assert_eq!(silent, [250, 0]);
    let mut never = connection(period.now, Vec::new());
    never.spans[0].known_until = None;
    let mut reckoning = Reckoning::new(period, &[inflow(period.now, &[9, 9])]);
    let missing = reckoning.add(&never);
    assert!(!missing.has_usual && missing.silent == Millilitres::ZERO && missing.silent_ms == 2 * DAY_MS);
}

#[test]
fn the_night_minimum_is_the_night_in_which_least_went_in() {
    let period = period(3);
    let days = (0..3).map(|at| (FIRST.plus(at), measured(5_000))).collect();
    let mut bulk = inflow(period.now, &[20_000, 10_000, 5_000]);
    bulk.days[2].1.night.covered_ms = HOUR_MS;
    let balance = reckon(period, &[bulk], &[connection(period.now, days)]);
    let night = balance.night_minimum.expect("two nights were measured");
    assert_eq!((night.day, night.inflow.0, night.measured.0, night.coverage), (FIRST.plus(1), 200, 100, 1_000));
    assert_eq!(balance.days[2].night, None, "half of that night is not known");
}

#[test]
fn a_limit_is_passed_by_seven_days_in_a_row_and_kept_by_one() {
    let of = |volumes: &[i64]| {
        let days = volumes.iter().enumerate().map(|(at, inflow)| {
            let mut parts = BalanceParts { inflow: Millilitres(*inflow), charged: Millilitres(80), ..BalanceParts::default() };
            parts.close();
            DayBalance { day: FIRST.plus(at as i32), state: DayState::Counted, parts, coverage: 1_000, night: None }
        });
        days.collect::<Vec<_>>()
    };
    let bad = of(&[100; 7]);
    assert_eq!(judge_loss(&bad, 199), LossJudged::Over);
    assert_eq!(judge_loss(&bad, 200), LossJudged::Within, "as much as the limit is no more than it");
    assert_eq!(judge_loss(&bad[1..], 199), LossJudged::Nothing, "six days");
    let mut broken = bad.clone();
    broken[3].state = DayState::InflowUnknown;
    assert_eq!(judge_loss(&broken, 199), LossJudged::Nothing);
    assert_eq!(judge_loss(&of(&[100, 100, 100, 100, 100, 100, 81]), 199), LossJudged::Within);
    assert_eq!(judge_loss(&[], 1), LossJudged::Nothing);
}

#[test]
fn water_is_worth_whole_rupiah_of_what_a_cubic_metre_cost() {
    assert_eq!(average_price(Rupiah(45_000), Millilitres::cubic_metres(10)), Some(Rupiah(4_500)));
    assert_eq!(average_price(Rupiah(0), Millilitres::cubic_metres(10)), None);
    assert_eq!(average_price(Rupiah(5), Millilitres::ZERO), None);
    assert_eq!(worth(Millilitres::litres(1_500), Rupiah(4_501)), Rupiah(6_752), "half a rupiah is rounded up");
    assert_eq!(worth(Millilitres::litres(-2_000), Rupiah(4_500)), Rupiah(-9_000));
    assert_eq!((per_mille(Millilitres(-1), Millilitres(3)), per_mille(Millilitres(1), Millilitres(0))), (Some(-333), None));
}

proptest! {
    #[test]
    fn the_parts_of_each_day_and_of_all_days_are_what_went_in(
        inflows in proptest::collection::vec(0_i64..10_000_000, 5),
        households in proptest::collection::vec((proptest::collection::vec(0_i64..1_000_000, 25), -6_i64..6, -9_i32..9, any::<bool>()), 0..12),
    ) {
        let period = period(5);
        let connections: Vec<_> = households
            .iter()
            .map(|(volumes, known, charged, is_faulty)| {
                let days = (-BEFORE..5).zip(volumes).map(|(at, volume)| (FIRST.plus(at), measured(*volume))).collect();
                let until = period.now.min(ZONE.start_of(FIRST).plus(known * DAY_MS + 5 * HOUR_MS));
                ConnectionDays { is_faulty: *is_faulty, charged_from: Some(FIRST.plus(*charged)), ..connection(until, days) }
            })
            .collect();
        let balance = reckon(period, &[inflow(period.now, &inflows)], &connections);
        let mut sum = BalanceParts::default();
        for (day, inflow) in balance.days.iter().zip(&inflows) {
            let parts = day.parts;
            prop_assert_eq!(parts.inflow.0, *inflow);
            prop_assert_eq!(parts.charged + parts.explained() + parts.unexplained, parts.inflow);
            prop_assert!(parts.silent >= Millilitres::ZERO && parts.late >= Millilitres::ZERO);
            sum.add(&parts);
        }
        prop_assert_eq!(balance.total, sum);
        let naive: i64 = connections.iter().flat_map(|of| &of.days).filter(|(day, _)| *day >= FIRST).map(|(_, of)| of.volume.0).sum();
        prop_assert_eq!(balance.total.measured().0, naive);
    }
}
