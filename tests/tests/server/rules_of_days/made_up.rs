//! Rules of days, made up from a seed: each frequency with what it may have, most of them rules that people would not write.
//!
//! Hardly any has no day for good: every program searches thousands of years for one. So months are not combined with days that they may lack,
//! places are not beyond what a period has, and a number of periods does not miss the months or weekdays that are asked for.

use domain::LocalDay;
use domain::maintenance::schedule::rule::WEEKDAYS;
use fastrand::Rng;

/// A rule with its beginning.
pub struct MadeUp {
    pub rule: String,
    pub start: LocalDay,
    pub minute: u16,
}

/// Days on which calendars differ: leap days, ends of months, the turns of years with 52 and 53 weeks.
const STARTS: [(i16, i8, i8); 8] =
    [(2024, 2, 29), (2028, 2, 29), (2025, 1, 31), (2026, 12, 31), (2027, 1, 1), (2026, 4, 30), (2027, 2, 28), (2024, 12, 30)];

/// Days from 1 January 2024 on in which the others begin: five years.
const FIRST: usize = 19_723;
const LAST: usize = FIRST + 1_827;

/// So many of them.
pub fn rules(count: usize, seed: u64) -> Vec<MadeUp> {
    let mut random = Rng::with_seed(seed);
    (0..count).map(|_| one(&mut random)).collect()
}

fn one(random: &mut Rng) -> MadeUp {
    let start = if one_in(random, 3) {
        let (year, month, day) = pick(random, &STARTS);
        LocalDay::from_ymd(year, month, day).expect("a day")
    } else {
        LocalDay(random.usize(FIRST..LAST) as i32)
    };
    let minute = random.usize(..1_440) as u16;
    let mut parts = match random.usize(..4) {
        0 => daily(random),
        1 => weekly(random),
        2 => monthly(random),
        _ => yearly(random),
    };
    if one_in(random, 3) {
        parts.push(format!("WKST={}", pick(random, &WEEKDAYS)));
    }
    match random.usize(..4) {
        0 => parts.push(format!("COUNT={}", random.usize(1..=16))),
        1 => parts.push(until(random, start, minute)),
        _ => {}
    }
    MadeUp { rule: parts.join(";"), start, minute }
}

fn one_in(random: &mut Rng, many: usize) -> bool {
    random.usize(..many) == 0
}

fn pick<T: Copy>(random: &mut Rng, of: &[T]) -> T {
    of[random.usize(..of.len())]
}

/// One to so many different ones, and how many.
fn several(random: &mut Rng, most: usize, one: impl Fn(&mut Rng) -> String) -> (String, usize) {
    let mut found: Vec<String> = Vec::new();
    for _ in 0..random.usize(1..=most) {
        let next = one(random);
        if !found.contains(&next) {
            found.push(next);
        }
    }
    (found.join(","), found.len())
}

/// From 1 on, or from the end.
fn signed(random: &mut Rng, most: usize) -> String {
    let value = random.usize(1..=most);
    if one_in(random, 3) { format!("-{value}") } else { value.to_string() }
}

fn weekdays(random: &mut Rng) -> (String, usize) {
    several(random, 4, |random| pick(random, &WEEKDAYS).to_owned())
}

/// Weekdays of a month or year: the fifth from the end of a month is no rule, nor is the 53rd from the end of a year.
fn ordinals(random: &mut Rng, most: usize) -> String {
    let one = |random: &mut Rng| {
        let nth = signed(random, most);
        let nth = if nth == format!("-{most}") { format!("-{}", most - 1) } else { nth };
        format!("{nth}{}", pick(random, &WEEKDAYS))
    };
    format!("BYDAY={}", several(random, 3, one).0)
}

fn months(random: &mut Rng) -> String {
    format!("BYMONTH={}", several(random, 4, |random| random.usize(1..=12).to_string()).0)
}

/// Days of a month; where months are named, those that each month has.
fn month_days(random: &mut Rng, has_months: bool) -> (String, usize) {
    let most = if has_months { 28 } else { 31 };
    let (days, count) = several(random, 4, |random| signed(random, most));
    (format!("BYMONTHDAY={days}"), count)
}

/// `BYSETPOS`, in one of four rules.
fn places(random: &mut Rng, parts: &mut Vec<String>, most: usize) {
    if one_in(random, 4) {
        parts.push(format!("BYSETPOS={}", several(random, 2, |random| signed(random, most)).0));
    }
}

fn daily(random: &mut Rng) -> Vec<String> {
    let every = if one_in(random, 2) { random.usize(1..=40) } else { 1 };
    let mut parts = vec!["FREQ=DAILY".to_owned(), format!("INTERVAL={every}")];
    let has_months = one_in(random, 4);
    if has_months {
        parts.push(months(random));
    }
    if one_in(random, 3) {
        parts.push(month_days(random, has_months).0);
    }
    if every % 7 != 0 && one_in(random, 3) {
        parts.push(format!("BYDAY={}", weekdays(random).0));
    }
    if parts.len() > 2 {
        places(random, &mut parts, 1);
    }
    parts
}

fn weekly(random: &mut Rng) -> Vec<String> {
    let mut parts = vec!["FREQ=WEEKLY".to_owned()];
    if one_in(random, 2) {
        parts.push(format!("INTERVAL={}", random.usize(1..=7)));
    }
    if one_in(random, 5) {
        parts.push(months(random));
    }
    if !one_in(random, 4) {
        let (days, count) = weekdays(random);
        parts.push(format!("BYDAY={days}"));
        places(random, &mut parts, count);
    }
    parts
}

fn monthly(random: &mut Rng) -> Vec<String> {
    let mut parts = vec!["FREQ=MONTHLY".to_owned()];
    let has_months = one_in(random, 4);
    if one_in(random, 2) {
        // With these every month has its turn.
        let every = if has_months { pick(random, &[1, 5, 7]) } else { random.usize(1..=8) };
        parts.push(format!("INTERVAL={every}"));
    }
    if has_months {
        parts.push(months(random));
    }
    match random.usize(..5) {
        0 => {}
        1 => {
            let (days, count) = month_days(random, has_months);
            parts.push(days);
            places(random, &mut parts, count.min(2));
        }
        2 => {
            parts.push(ordinals(random, 5));
            places(random, &mut parts, 1);
        }
        3 => {
            parts.push(format!("BYDAY={}", weekdays(random).0));
            places(random, &mut parts, 4);
        }
        _ => {
            parts.push(month_days(random, has_months).0);
            parts.push(format!("BYDAY={}", weekdays(random).0));
            places(random, &mut parts, 1);
        }
    }
    parts
}

fn yearly(random: &mut Rng) -> Vec<String> {
    let mut parts = vec!["FREQ=YEARLY".to_owned()];
    if one_in(random, 3) {
        parts.push(format!("INTERVAL={}", pick(random, &[1, 3, 5])));
    }
    match random.usize(..8) {
        0 => {}
        1 => parts.push(months(random)),
        2 => {
            parts.push(months(random));
            parts.push(month_days(random, true).0);
        }
        3 => {
            parts.push(month_days(random, false).0);
            places(random, &mut parts, 3);
        }
        4 => {
            parts.push(format!("BYYEARDAY={}", several(random, 4, |random| signed(random, 366)).0));
        }
        5 => {
            parts.push(format!("BYWEEKNO={}", several(random, 3, |random| signed(random, 53)).0));
            parts.push(format!("BYDAY={}", weekdays(random).0));
            places(random, &mut parts, 1);
        }
        6 => {
            let most = if one_in(random, 2) { 53 } else { 5 };
            if most == 5 {
                parts.push(months(random));
            }
            parts.push(ordinals(random, most));
            places(random, &mut parts, 1);
        }
        // The leap day.
        _ => parts.push("BYMONTH=2;BYMONTHDAY=29".to_owned()),
    }
    parts
}

/// An end: any minute of eight years, or the very minute at which work begins in one of the zones, which still counts.
fn until(random: &mut Rng, start: LocalDay, minute: u16) -> String {
    let day = random.usize(..3_000) as i32;
    let minutes =
        if one_in(random, 3) { i32::from(minute) - 60 * random.usize(7..=9) as i32 } else { random.usize(..1_440) as i32 };
    let day = start.plus(day + minutes.div_euclid(1_440));
    let ((year, month, day), minute) = (day.ymd(), minutes.rem_euclid(1_440));
    format!("UNTIL={year:04}{month:02}{day:02}T{:02}{:02}00Z", minute / 60, minute % 60)
}
