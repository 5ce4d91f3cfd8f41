//! Periods, what they are compared with, and growth.

use crate::revenue::{Comparison, DayRange, Period, Step, growth, shares};
use crate::{LocalDay, LocalMonth};
use proptest::prelude::*;

fn day(year: i16, month: i8, day: i8) -> LocalDay {
    LocalDay::from_ymd(year, month, day).expect("a real day")
}

fn days(from: LocalDay, to: LocalDay) -> DayRange {
    DayRange { from, to }
}

fn month(year: i32, month: i32) -> Period {
    Period::Month { month: LocalMonth(year * 12 + month - 1) }
}

fn compared(period: Period, today: LocalDay) -> DayRange {
    period.compared_with(Comparison::Earlier, today).expect("an earlier stretch")
}

#[test]
fn a_month_that_goes_on_is_compared_with_the_same_days_of_the_month_before() {
    let november = month(2026, 11);
    assert_eq!(compared(november, day(2026, 11, 28)), days(day(2026, 10, 1), day(2026, 10, 28)));
    assert_eq!(compared(november, day(2026, 11, 30)), days(day(2026, 10, 1), day(2026, 10, 31)), "its last day: all of both");
    assert_eq!(compared(november, day(2027, 1, 5)), days(day(2026, 10, 1), day(2026, 10, 31)), "it is over");
}

#[test]
fn the_end_of_march_is_compared_with_all_of_february_and_not_with_days_of_march() {
    let march = month(2026, 3);
    for today in [28, 29, 30, 31] {
        assert_eq!(compared(march, day(2026, 3, today)), days(day(2026, 2, 1), day(2026, 2, 28)), "the {today}th");
    }
    assert_eq!(compared(month(2028, 3), day(2028, 3, 30)), days(day(2028, 2, 1), day(2028, 2, 29)), "a leap year");
    assert_eq!(compared(month(2026, 2), day(2026, 2, 27)), days(day(2026, 1, 1), day(2026, 1, 27)));
    assert_eq!(compared(month(2026, 2), day(2026, 2, 28)), days(day(2026, 1, 1), day(2026, 1, 31)), "all of February");
}

#[test]
fn quarters_and_years_are_compared_by_months_and_days_of_the_month() {
    let quarter = Period::Quarter { month: LocalMonth(2026 * 12 + 4) };
    assert_eq!(quarter.range(), days(day(2026, 4, 1), day(2026, 6, 30)));
    assert_eq!(compared(quarter, day(2026, 5, 31)), days(day(2026, 1, 1), day(2026, 2, 28)));
    let year = Period::Year { year: 2028 };
    assert_eq!(compared(year, day(2028, 2, 29)), days(day(2027, 1, 1), day(2027, 2, 28)));
    assert_eq!(compared(year, day(2028, 12, 31)), days(day(2027, 1, 1), day(2027, 12, 31)));
}

#[test]
fn weeks_days_and_ranges_are_compared_by_the_number_of_days() {
    let week = Period::Week { day: day(2026, 11, 25) };
    assert_eq!(week.range(), days(day(2026, 11, 23), day(2026, 11, 29)));
    assert_eq!(compared(week, day(2026, 11, 25)), days(day(2026, 11, 16), day(2026, 11, 18)));
    let range = Period::Range(days(day(2026, 11, 11), day(2026, 11, 20)));
    assert_eq!(compared(range, day(2026, 11, 20)), days(day(2026, 11, 1), day(2026, 11, 10)));
    assert_eq!(compared(range, day(2026, 11, 13)), days(day(2026, 11, 1), day(2026, 11, 3)));
    let one = Period::Day { day: day(2026, 3, 1) };
    assert_eq!(compared(one, day(2026, 3, 1)), days(day(2026, 2, 28), day(2026, 2, 28)));
}

#[test]
fn a_year_before_is_the_same_period_of_that_year() {
    let before = |period: Period| period.compared_with(Comparison::YearBefore, day(2030, 1, 1));
    assert_eq!(before(month(2028, 2)), Some(days(day(2027, 2, 1), day(2027, 2, 28))));
    let leap_day = Period::Day { day: day(2028, 2, 29) };
    assert_eq!(before(leap_day), Some(days(day(2027, 2, 28), day(2027, 2, 28))));
    assert_eq!(leap_day.compared_with(Comparison::None, day(2030, 1, 1)), None);
}

#[test]
fn shares_are_of_what_is_above_zero_and_to_the_nearest() {
    assert_eq!(shares(&[200, 100, 0, -100]), [Some(667), Some(333), None, None]);
    assert_eq!(shares(&[i64::MAX, i64::MAX, 1]), [Some(500), Some(500), Some(0)], "past the range");
    assert_eq!(shares(&[-5, 0]), [None, None]);
}

#[test]
fn growth_has_no_figure_where_there_was_nothing() {
    assert_eq!(growth(0, 5_000), None);
    assert_eq!(growth(200, 300), Some(500));
    assert_eq!(growth(-200, -100), Some(500), "less went out");
    assert_eq!(growth(300, 0), Some(-1_000));
    assert_eq!(growth(1, i64::MAX), Some(i64::MAX), "past the range");
}

#[test]
fn growth_is_the_nearest_tenth_of_a_percent_on_either_side_of_zero() {
    assert_eq!(
        [growth(1_000, 1_125), growth(3, 1), growth(3, 5), growth(5, 0)],
        [Some(125), Some(-667), Some(667), Some(-1_000)]
    );
    assert_eq!([growth(2_000, 2_001), growth(2_000, 1_999), growth(-2_000, -1_999)], [Some(1), Some(-1), Some(1)]);
    assert_eq!([growth(3_000, 3_001), growth(3_000, 2_999)], [Some(0), Some(0)]);
}

proptest! {
    #[test]
    fn growth_there_and_its_opposite_differ_by_the_sign_alone(earlier in 1_i64..1_000_000_000_000, by in 0_i64..1_000_000_000_000) {
        let (more, less) = (growth(earlier, earlier + by), growth(earlier, earlier - by));
        prop_assert_eq!(more, less.map(|less| -less));
        let off = i128::from(more.unwrap_or_default()) * i128::from(earlier) - i128::from(by) * 1_000;
        prop_assert!(off.abs() * 2 <= i128::from(earlier));
    }
}

#[test]
fn periods_that_cannot_be_are_told_from_those_that_can() {
    assert!(month(2026, 11).is_possible() && Period::Year { year: 1970 }.is_possible());
    assert!(!Period::Year { year: 30_000 }.is_possible());
    assert!(!Period::Range(days(day(2026, 2, 2), day(2026, 2, 1))).is_possible(), "no day");
    assert!(!Period::Range(days(LocalDay(0), LocalDay(80_000))).is_possible(), "too many");
    assert!(!Period::Week { day: LocalDay(i32::MAX) }.is_possible());
}

fn any_period() -> impl Strategy<Value = Period> {
    let of = 18_000_i32..24_000;
    prop_oneof![
        of.clone().prop_map(|day| Period::Day { day: LocalDay(day) }),
        of.clone().prop_map(|day| Period::Week { day: LocalDay(day) }),
        of.clone().prop_map(|day| Period::Month { month: LocalDay(day).month() }),
        of.clone().prop_map(|day| Period::Quarter { month: LocalDay(day).month() }),
        (2020_i16..2036).prop_map(|year| Period::Year { year }),
        (of, 1_i32..900)
            .prop_map(|(from, length)| { Period::Range(DayRange { from: LocalDay(from), to: LocalDay(from + length - 1) }) }),
    ]
}

proptest! {
    #[test]
    fn steps_cut_a_period_into_parts_without_a_gap(period in any_period(), step in 0_usize..3) {
        let range = period.range();
        let parts = [Step::Day, Step::Week, Step::Month][step].parts(range);
        prop_assert_eq!(parts.first().map(|part| part.from), Some(range.from));
        prop_assert_eq!(parts.last().map(|part| part.to), Some(range.to));
        prop_assert!(parts.windows(2).all(|two| two[0].to.plus(1) == two[1].from));
        prop_assert_eq!(parts.iter().map(|part| part.days()).sum::<i32>(), range.days());
    }

    #[test]
    fn the_period_behind_begins_the_day_after_and_leads_back(period in any_period()) {
        let next = period.after();
        prop_assert_eq!(next.range().from, period.range().to.plus(1));
        prop_assert_eq!(next.before().range(), period.range());
    }

    #[test]
    fn what_a_period_is_compared_with_is_before_it_and_never_longer(period in any_period(), into in 0_i32..400) {
        let range = period.range();
        let today = range.from.plus(into);
        let so_far = period.so_far(today);
        let earlier = compared(period, today);
        prop_assert!(period.is_possible());
        prop_assert!(earlier.to < range.from && earlier.days() > 0);
        if today < range.to {
            prop_assert!(earlier.days() <= so_far.days() + 3, "quarters before may be some days longer by their months");
        }
        prop_assert!(so_far.days() >= 1 && range.contains(so_far.to));
    }
}
