//! A forecast of days that are as they always are, of odd ones, and of any.

use super::*;
use proptest::prelude::*;

/// 21 November 2026, a Saturday: twenty days are over and ten are left.
fn today() -> LocalDay {
    LocalDay::from_ymd(2026, 11, 21).unwrap()
}

fn past(days: i32, volume: impl Fn(LocalDay) -> i64) -> Vec<PastDay> {
    let day = |back: i32| today().plus(-back);
    let known = |day: LocalDay| PastDay { day, volume: Millilitres(volume(day)), is_complete: true };
    (1..=days).rev().map(|back| known(day(back))).collect()
}

#[test]
fn a_house_that_uses_the_same_each_day_comes_to_as_many_days_as_the_month_has() {
    let forecast = month_end(&past(84, |_| 500_000), today(), Millilitres::ZERO).unwrap();
    assert_eq!(forecast.so_far, Millilitres::litres(10_000));
    assert!((forecast.volume.0 - 15_000_000).abs() <= 10, "{forecast:?}");
    assert_eq!((forecast.low, forecast.high), (forecast.volume, forecast.volume), "nothing ever varied");
    assert_eq!((forecast.ahead.len(), forecast.ahead[0].0), (10, today()));
}

#[test]
fn weekdays_and_a_trend_are_carried_on() {
    let sundays = past(84, |day| if day.weekday() == 6 { 900_000 } else { 400_000 });
    let forecast = month_end(&sundays, today(), Millilitres::ZERO).unwrap();
    let of = |number: i8| forecast.ahead.iter().find(|(day, _)| day.ymd().2 == number).unwrap().1;
    assert!(of(22).0 > of(23).0 * 14 / 10, "a Sunday beside a Monday: {forecast:?}");
    let growing = past(84, |day| 500_000 + i64::from(day.0 - today().0) * 2_000);
    let forecast = month_end(&growing, today(), Millilitres::ZERO).unwrap();
    assert!(forecast.ahead.last().unwrap().1 > forecast.ahead[0].1, "{forecast:?}");
}

#[test]
fn a_pool_that_was_filled_is_in_the_month_and_not_in_the_days_ahead() {
    let pool = today().plus(-3);
    let usual = month_end(&past(84, |_| 500_000), today(), Millilitres::ZERO).unwrap();
    let filled = month_end(&past(84, |day| if day == pool { 8_500_000 } else { 500_000 }), today(), Millilitres::ZERO).unwrap();
    assert_eq!(filled.so_far - usual.so_far, Millilitres::cubic_metres(8));
    let ahead = |forecast: &MonthForecast| forecast.ahead.iter().map(|(_, volume)| volume.0).sum::<i64>();
    assert!(ahead(&filled) < ahead(&usual) * 15 / 10, "{filled:?}");
}

#[test]
fn what_today_has_used_already_is_the_least_that_it_comes_to() {
    let days = past(84, |day| 450_000 + i64::from(day.weekday() as u8) * 20_000);
    let used = Millilitres::cubic_metres(9);
    let forecast = month_end(&days, today(), used).unwrap();
    assert_eq!(forecast.ahead[0], (today(), used));
    assert!(forecast.low.0 >= forecast.so_far.0 + used.0);
}

#[test]
fn days_that_are_not_known_are_expected_like_those_ahead_and_too_few_say_nothing() {
    let mut days = past(84, |_| 500_000);
    let gone = days.remove(80).day;
    let forecast = month_end(&days, today(), Millilitres::ZERO).unwrap();
    assert!(forecast.ahead.iter().any(|(day, _)| *day == gone) && forecast.ahead.len() == 11);
    // What was shared out over a gap is in the month, and says nothing of the days ahead.
    days.iter_mut().for_each(|day| day.is_complete = day.day.0 >= today().0 - FEWEST as i32);
    assert_eq!(month_end(&days, today(), Millilitres::ZERO), None, "thirteen measured days");
    assert_eq!(month_end(&[], today(), Millilitres::ZERO), None);
}

#[test]
fn a_house_that_was_connected_within_the_month_is_expected_to_use_nothing_before() {
    // The fifth of November is its first day.
    let forecast = month_end(&past(16, |_| 500_000), today(), Millilitres::ZERO).unwrap();
    assert_eq!((forecast.so_far, forecast.ahead.len(), forecast.ahead[0].0), (Millilitres::litres(8_000), 10, today()));
}

#[test]
fn an_empty_house_comes_to_nothing() {
    let forecast = month_end(&past(84, |_| 0), today(), Millilitres::ZERO).unwrap();
    assert_eq!((forecast.volume, forecast.high), (Millilitres::ZERO, Millilitres::ZERO));
}

proptest! {
    #[test]
    fn a_forecast_lies_in_its_band_and_is_no_less_than_what_was_used(
        volumes in prop::collection::vec(0_i64..3_000_000, 84), complete in prop::collection::vec(prop::bool::weighted(0.9), 84),
        used in 0_i64..2_000_000,
    ) {
        let mut days = past(84, |day| volumes[(today().0 - day.0 - 1) as usize]);
        days.iter_mut().zip(&complete).for_each(|(day, complete)| day.is_complete = *complete);
        let forecast = month_end(&days, today(), Millilitres(used)).unwrap();
        prop_assert!(forecast.low <= forecast.volume && forecast.volume <= forecast.high, "{forecast:?}");
        prop_assert!(forecast.low.0 >= forecast.so_far.0 + used);
        let ahead: i64 = forecast.ahead.iter().map(|(_, volume)| volume.0).sum();
        prop_assert_eq!(forecast.so_far.0 + ahead, forecast.volume.0);
        // Twice the water is twice the forecast, but for what is rounded.
        days.iter_mut().for_each(|day| day.volume.0 *= 2);
        let twice = month_end(&days, today(), Millilitres(used * 2)).unwrap();
        prop_assert!((twice.volume.0 - 2 * forecast.volume.0).abs() <= 200, "{twice:?} {forecast:?}");
    }
}

#[test]
fn days_ahead_share_what_is_left_of_each_end_of_the_band() {
    let forecast = month_end(&past(84, |day| 300_000 + i64::from(day.0 % 5) * 90_000), today(), Millilitres::ZERO).unwrap();
    assert!(forecast.low < forecast.volume && forecast.volume < forecast.high, "{forecast:?}");
    for end in [forecast.low, forecast.volume, forecast.high] {
        let shared: i64 = forecast.ahead.iter().map(|(_, expected)| forecast.share(*expected, end).0).sum();
        let off = (end - forecast.so_far).0 - shared;
        assert!((0..=forecast.ahead.len() as i64).contains(&off), "a millilitre a day is lost by rounding: {off}");
    }
    let dry = MonthForecast { volume: forecast.so_far, ..forecast };
    assert_eq!(dry.share(Millilitres(5), dry.high), Millilitres::ZERO, "nothing is left to share");
}
