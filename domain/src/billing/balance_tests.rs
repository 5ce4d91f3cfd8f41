//! Levels, notices and valves at their edges.

use super::*;
use proptest::prelude::*;

fn rupiah(balance: i64) -> Standing {
    Standing { balance: Rupiah(balance), tenths_of_days_left: None }
}

#[test]
fn levels_worsen_at_the_threshold_and_clear_at_120_per_cent() {
    let usual = Thresholds::default();
    let now = |before, balance| level(before, rupiah(balance), usual);
    assert_eq!(now(Level::Ok, 50_001), Level::Ok);
    assert_eq!(now(Level::Ok, 50_000), Level::Warning);
    assert_eq!(now(Level::Warning, 60_000), Level::Warning);
    assert_eq!(now(Level::Warning, 60_001), Level::Ok);
    assert_eq!(now(Level::Warning, 25_000), Level::Critical);
    assert_eq!(now(Level::Critical, 30_000), Level::Critical);
    assert_eq!(now(Level::Critical, 30_001), Level::Warning);
    assert_eq!(now(Level::Critical, 0), Level::Empty);
    assert_eq!(now(Level::Empty, 1), Level::Critical);
    assert_eq!(now(Level::Empty, 1_000_000), Level::Ok);
}

#[test]
fn days_left_count_beside_rupiah() {
    let standing = |tenths| Standing { balance: Rupiah(900_000), tenths_of_days_left: Some(tenths) };
    let now = |before, tenths| level(before, standing(tenths), Thresholds::default());
    assert_eq!(now(Level::Ok, 31), Level::Ok);
    assert_eq!(now(Level::Ok, 30), Level::Warning);
    assert_eq!(now(Level::Warning, 36), Level::Warning);
    assert_eq!(now(Level::Warning, 37), Level::Ok);
    assert_eq!(now(Level::Ok, 10), Level::Critical);
}

#[test]
fn a_level_is_notified_once_a_day_unless_it_gets_worse() {
    let last = Some(Notice { level: Level::Warning, at: UtcMillis(0) });
    assert!(must_tell(Level::Warning, None, UtcMillis(0)));
    assert!(!must_tell(Level::Warning, last, UtcMillis(DAY_MS - 1)));
    assert!(must_tell(Level::Warning, last, UtcMillis(DAY_MS)));
    assert!(must_tell(Level::Critical, last, UtcMillis(1)));
    assert!(!must_tell(Level::Ok, None, UtcMillis(0)));
}

#[test]
fn a_valve_closes_only_on_a_working_day_and_opens_above_ten_thousand() {
    let zone = TimeZone::Jakarta;
    let friday = LocalDay::from_ymd(2026, 11, 20).expect("a Friday");
    let at = |day: LocalDay, hour: i64| zone.start_of(day).plus(hour * HOUR_MS);
    let usual = Protected::default();
    let wish = |balance, day, hour| valve(Rupiah(balance), false, at(day, hour), zone, &usual);
    assert_eq!(wish(0, friday, 19), ValveWish::Close);
    assert_eq!(wish(1, friday, 19), ValveWish::Leave);
    for (day, hour) in [(friday, 20), (friday, 7), (friday.plus(1), 12), (friday.plus(2), 12)] {
        assert_eq!(wish(-500, day, hour), ValveWish::Leave);
    }
    assert_eq!(usual.ends(at(friday, 20), zone), Some(at(friday.plus(3), 8)), "Monday at eight");
    let holiday = Protected { holidays: vec![friday.plus(3)], ..usual.clone() };
    assert_eq!(holiday.ends(at(friday, 20), zone), Some(at(friday.plus(4), 8)));
    assert_eq!(valve(REOPENS_ABOVE, true, at(friday, 12), zone, &usual), ValveWish::Leave);
    assert_eq!(valve(Rupiah(10_001), true, at(friday, 23), zone, &usual), ValveWish::Open);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn a_level_settles_at_once_and_is_never_better_than_the_balance(balance in -100_000_i64..200_000, before in 0..4, tenths in proptest::option::of(0_i64..100)) {
        let before = [Level::Ok, Level::Warning, Level::Critical, Level::Empty][before as usize];
        let standing = Standing { balance: Rupiah(balance), tenths_of_days_left: tenths };
        let found = level(before, standing, Thresholds::default());
        prop_assert_eq!(level(found, standing, Thresholds::default()), found);
        prop_assert!(found >= level(Level::Ok, standing, Thresholds::default()));
        prop_assert_eq!(found == Level::Empty, balance <= 0);
    }
}

#[test]
fn arrears_are_a_balance_below_zero_and_what_was_lent() {
    let owed = |balance, lent| arrears(Rupiah(balance), Rupiah(lent)).0;
    assert_eq!([owed(5_000, 0), owed(0, 0), owed(-3_000, 0)], [0, 0, 3_000]);
    assert_eq!([owed(5_000, 20_000), owed(-3_000, 20_000)], [20_000, 23_000]);
}

#[test]
fn of_a_balance_that_lasts_for_months_the_threshold_by_rupiah_is_why_it_is_low() {
    let thresholds = Thresholds { rupiah: Rupiah(75_000), days: 3 };
    let why = |level, tenths| rupiah_alone(level, Standing { balance: Rupiah(60_000), tenths_of_days_left: tenths }, thresholds);
    assert_eq!(why(Level::Warning, Some(1_210)), Some(Rupiah(75_000)));
    assert_eq!(why(Level::Critical, Some(1_210)), Some(Rupiah(75_000)));
    assert_eq!((why(Level::Warning, Some(30)), why(Level::Warning, Some(36))), (None, None), "its days are as few");
    assert_eq!(why(Level::Warning, Some(37)), Some(Rupiah(75_000)));
    assert_eq!((why(Level::Warning, None), why(Level::Ok, Some(1_210)), why(Level::Empty, Some(0))), (None, None, None));
}
