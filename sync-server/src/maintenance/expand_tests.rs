//! The days of rules against an expansion that looks at each day by itself, and what the crate is known to do otherwise.

use super::*;
use domain::maintenance::schedule::preset::Preset;
use proptest::prelude::*;

fn day(year: i16, month: i8, day: i8) -> LocalDay {
    LocalDay::from_ymd(year, month, day).unwrap()
}

fn of(rule: &str, start: LocalDay) -> RuleDays<'_> {
    RuleDays { rule, start, from_minute: 480, zone: TimeZone::Jakarta }
}

fn next(rule: &str, start: LocalDay, most: usize) -> Vec<LocalDay> {
    of(rule, start).next(start, most).unwrap()
}

#[test]
fn a_month_that_is_too_short_has_its_last_day_or_none() {
    let start = day(2027, 1, 1);
    assert_eq!(next("FREQ=MONTHLY;BYMONTHDAY=-1", start, 3), [day(2027, 1, 31), day(2027, 2, 28), day(2027, 3, 31)]);
    assert_eq!(next("FREQ=MONTHLY;BYMONTHDAY=30", start, 3), [day(2027, 1, 30), day(2027, 3, 30), day(2027, 4, 30)]);
    let thirtieth = Preset::MonthlyOn { every: 1, day: 30 }.rule();
    assert_eq!(next(&thirtieth, start, 3), [day(2027, 1, 30), day(2027, 2, 28), day(2027, 3, 30)]);
    assert_eq!(next("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", start, 2), [day(2028, 2, 29), day(2032, 2, 29)]);
    let leap = Preset::Yearly { every: 1, month: 2, day: 29 }.rule();
    assert_eq!(next(&leap, start, 2), [day(2027, 2, 28), day(2028, 2, 29)]);
}

#[test]
fn a_day_that_two_parts_give_is_there_once_and_a_rule_without_days_ends() {
    let start = day(2027, 1, 1);
    assert_eq!(next("FREQ=MONTHLY;BYMONTHDAY=31,-1", start, 2), [day(2027, 1, 31), day(2027, 2, 28)]);
    assert!(next("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", start, 2).is_empty());
    assert_eq!(next("FREQ=DAILY;COUNT=2", start, 9).len(), 2, "as many as there are, and no more are expected");
    assert!(of("FREQ=DAILY;UNTIL=20261231", start).next(start, 9).unwrap().is_empty());
}

#[test]
fn a_start_that_is_no_day_of_its_rule_is_none() {
    assert_eq!(next("FREQ=WEEKLY;BYDAY=MO", day(2027, 1, 1), 2), [day(2027, 1, 4), day(2027, 1, 11)]);
}

#[test]
fn an_end_counts_by_the_clock_of_the_zone() {
    let (start, many) = (day(2027, 1, 1), 99);
    let last = |rule: &str, zone| RuleDays { zone, ..of(rule, start) }.next(start, many).unwrap().last().copied();
    // 01.00 UTC is 08.00 in Jakarta, when work begins, and 10.00 in Jayapura.
    assert_eq!(last("FREQ=DAILY;UNTIL=20270110T010000Z", TimeZone::Jakarta), Some(day(2027, 1, 10)));
    assert_eq!(last("FREQ=DAILY;UNTIL=20270110T005959Z", TimeZone::Jakarta), Some(day(2027, 1, 9)));
    assert_eq!(last("FREQ=DAILY;UNTIL=20270110T005959Z", TimeZone::Jayapura), Some(day(2027, 1, 10)));
    for zone in TimeZone::ALL {
        assert_eq!(last("FREQ=DAILY;UNTIL=20270110", zone), Some(day(2027, 1, 10)));
        assert_eq!(last("FREQ=DAILY;UNTIL=20270110T075959", zone), Some(day(2027, 1, 9)));
    }
}

/// Each day by itself: whether a rule of the subset has it.
fn has(rule: &Rule, start: LocalDay, at: LocalDay) -> bool {
    use domain::maintenance::schedule::rule::Frequency;
    let (year, month, number) = at.ymd();
    let (first_year, first_month, first_number) = start.ymd();
    let every = i32::from(rule.interval);
    let week = |day: LocalDay| (day.0 - day.weekday() as i32) / 7;
    let in_period = match rule.frequency {
        Frequency::Daily => (at.0 - start.0) % every == 0,
        Frequency::Weekly => (week(at) - week(start)) % every == 0,
        Frequency::Monthly => (at.month().0 - start.month().0) % every == 0,
        Frequency::Yearly => (i32::from(year) - i32::from(first_year)) % every == 0,
    };
    let is_weekday = rule.by_day.iter().any(|(nth, weekday)| {
        let (before, behind) = ((i32::from(number) - 1) / 7 + 1, (at.month().days() - i32::from(number)) / 7 + 1);
        at.weekday() == usize::from(*weekday) && nth.is_none_or(|nth| i32::from(nth) == before || i32::from(nth) == -behind)
    });
    let from_end = i32::from(number) - at.month().days() - 1;
    let is_number =
        rule.by_month_day.iter().any(|wanted| i32::from(*wanted) == i32::from(number) || i32::from(*wanted) == from_end);
    let no_part = rule.by_day.is_empty() && rule.by_month_day.is_empty();
    let by_start = match rule.frequency {
        Frequency::Daily => true,
        Frequency::Weekly => at.weekday() == start.weekday(),
        Frequency::Monthly => number == first_number,
        Frequency::Yearly => number == first_number && (!rule.by_month.is_empty() || month == first_month),
    };
    in_period
        && (rule.by_month.is_empty() || rule.by_month.contains(&i16::from(month)))
        && (rule.by_day.is_empty() || is_weekday)
        && (rule.by_month_day.is_empty() || is_number)
        && (!no_part || by_start)
}

/// Rules of days, weeks, months and years of which each day can be judged by itself.
fn rules() -> impl Strategy<Value = String> {
    let every = 1..5_u16;
    let weekdays = prop::sample::subsequence(vec!["MO", "TU", "WE", "TH", "FR", "SA", "SU"], 1..4);
    let nth = prop::sample::subsequence(vec!["1MO", "2TU", "-1FR", "-2SU", "5WE"], 1..3);
    let numbers = prop::sample::subsequence(vec!["1", "15", "28", "29", "30", "31", "-1", "-2", "-31"], 1..4);
    let months = prop::sample::subsequence(vec!["1", "2", "3", "6", "9", "12"], 1..4);
    prop_oneof![
        every.clone().prop_map(|n| format!("FREQ=DAILY;INTERVAL={n}")),
        (every.clone(), months.clone()).prop_map(|(n, of)| format!("FREQ=DAILY;INTERVAL={n};BYMONTH={}", of.join(","))),
        (every.clone(), weekdays.clone()).prop_map(|(n, of)| format!("FREQ=WEEKLY;INTERVAL={n};BYDAY={}", of.join(","))),
        every.clone().prop_map(|n| format!("FREQ=WEEKLY;INTERVAL={n}")),
        (every.clone(), numbers.clone()).prop_map(|(n, of)| format!("FREQ=MONTHLY;INTERVAL={n};BYMONTHDAY={}", of.join(","))),
        (every.clone(), nth).prop_map(|(n, of)| format!("FREQ=MONTHLY;INTERVAL={n};BYDAY={}", of.join(","))),
        (every.clone(), weekdays).prop_map(|(n, of)| format!("FREQ=MONTHLY;INTERVAL={n};BYDAY={}", of.join(","))),
        every.clone().prop_map(|n| format!("FREQ=MONTHLY;INTERVAL={n}")),
        (every.clone(), months, numbers).prop_map(|(n, of, on)| format!(
            "FREQ=YEARLY;INTERVAL={n};BYMONTH={};BYMONTHDAY={}",
            of.join(","),
            on.join(",")
        )),
        every.prop_map(|n| format!("FREQ=YEARLY;INTERVAL={n}")),
    ]
}

proptest! {
    #[test]
    fn the_days_of_a_rule_are_those_that_a_look_at_each_day_finds(
        rule in rules(), start in 20_454..22_000_i32, zone in 0..3_usize, minute in 0..1_440_u16,
    ) {
        let (start, until) = (LocalDay(start), LocalDay(start + 1_500));
        let read = Rule::parse(&rule).unwrap();
        let expected: Vec<LocalDay> = (start.0..=until.0).map(LocalDay).filter(|day| has(&read, start, *day)).collect();
        let days = RuleDays { rule: &rule, start, from_minute: minute, zone: TimeZone::ALL[zone] };
        prop_assert_eq!(&days.between(start, until).unwrap(), &expected, "{}", rule);
        // A question about a part is answered as the part of the whole.
        let (from, to) = (start.plus(400), start.plus(900));
        let part: Vec<LocalDay> = expected.into_iter().filter(|day| (from..=to).contains(day)).collect();
        prop_assert_eq!(days.between(from, to).unwrap(), part);
    }
}
