//! Schedules: rules that are read and refused, days that are shifted by a table by hand, and what can be set.

use super::due::{DueDay, FURTHEST_SHIFT, OnOffDay, dues, shift};
use super::holidays::{Certainty, HolidayKind, OffDays, known};
use super::plan::{Plan, Selection, Trigger, Wrong, passed};
use super::preset::Preset;
use super::rule::{BadRule, Frequency, Rule, Until};
use crate::maintenance::work_order::WorkKind;
use crate::{LocalDay, Millilitres, TimeZone};
use proptest::prelude::*;

fn day(year: i16, month: i8, day: i8) -> LocalDay {
    LocalDay::from_ymd(year, month, day).expect("a day")
}

#[test]
fn a_rule_is_read_with_all_its_parts() {
    let rule = Rule::parse("FREQ=MONTHLY;INTERVAL=2;BYDAY=1MO,-1FR;BYMONTH=1,7;UNTIL=20271231T100000Z;WKST=SU").expect("a rule");
    assert_eq!((rule.frequency, rule.interval), (Frequency::Monthly, 2));
    assert_eq!(rule.by_day, [(Some(1), 0), (Some(-1), 4)]);
    let until = TimeZone::Jakarta.start_of(day(2027, 12, 31)).plus(17 * 3_600_000);
    assert_eq!((rule.until, rule.ends_at(TimeZone::Jakarta)), (Some(Until::At(until)), Some(until)));
    let whole_day = Rule::parse("FREQ=DAILY;UNTIL=20271231").expect("a rule").ends_at(TimeZone::Jayapura);
    assert_eq!(whole_day.map(|at| at.plus(1)), Some(TimeZone::Jayapura.start_of(day(2028, 1, 1))));
}

#[test]
fn what_programs_read_in_several_ways_is_no_rule() {
    for (text, why) in [
        ("", BadRule::Form),
        ("FREQ=DAILY;", BadRule::Form),
        ("freq=daily", BadRule::Form),
        ("FREQ=DAILY\r\nEXDATE:20260101", BadRule::Form),
        ("INTERVAL=2", BadRule::NoFrequency),
        ("FREQ=HOURLY", BadRule::Value),
        ("FREQ=DAILY;BYHOUR=8", BadRule::Part),
        ("FREQ=DAILY;INTERVAL=0", BadRule::Value),
        ("FREQ=DAILY;INTERVAL=2;INTERVAL=3", BadRule::Twice),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", BadRule::TwoEnds),
        ("FREQ=WEEKLY;BYDAY=1MO", BadRule::Mixture),
        ("FREQ=WEEKLY;BYMONTHDAY=1", BadRule::Mixture),
        ("FREQ=MONTHLY;BYSETPOS=1", BadRule::Mixture),
        ("FREQ=MONTHLY;BYDAY=6MO", BadRule::Mixture),
        ("FREQ=MONTHLY;BYDAY=-5MO", BadRule::Mixture),
        ("FREQ=YEARLY;BYDAY=-53MO", BadRule::Mixture),
        ("FREQ=MONTHLY;BYDAY=SU,1SA", BadRule::Mixture),
        ("FREQ=YEARLY;BYWEEKNO=20", BadRule::Mixture),
        ("FREQ=YEARLY;BYWEEKNO=20;BYMONTH=5", BadRule::Mixture),
        ("FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=-32", BadRule::Mixture),
        ("FREQ=WEEKLY;BYDAY=MO;BYSETPOS=8", BadRule::Mixture),
        ("FREQ=MONTHLY;BYMONTHDAY=0", BadRule::Value),
        ("FREQ=MONTHLY;BYMONTHDAY=32", BadRule::Value),
        ("FREQ=YEARLY;BYMONTH=13", BadRule::Value),
        ("FREQ=DAILY;UNTIL=20260230", BadRule::Value),
    ] {
        assert_eq!(Rule::parse(text), Err(why), "{text}");
    }
}

#[test]
fn a_preset_is_found_again_in_its_own_text_and_in_no_other() {
    let presets = [
        (Preset::Daily { every: 10 }, "FREQ=DAILY;INTERVAL=10"),
        (Preset::Weekly { every: 1, weekday: 0 }, "FREQ=WEEKLY;BYDAY=MO"),
        (Preset::MonthlyOn { every: 3, day: 15 }, "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15"),
        (Preset::MonthlyOn { every: 1, day: 30 }, "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"),
        (Preset::MonthlyLast { every: 6 }, "FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=-1"),
        (Preset::Yearly { every: 1, month: 2, day: 29 }, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1"),
    ];
    for (preset, text) in presets {
        assert_eq!((preset.rule().as_str(), Preset::of(text)), (text, Some(preset)));
        assert!(Rule::parse(text).is_ok(), "{text}");
    }
    for other in ["FREQ=WEEKLY;BYDAY=MO,TU", "FREQ=DAILY;COUNT=3", "FREQ=MONTHLY;BYDAY=1MO", "FREQ=YEARLY"] {
        assert_eq!(Preset::of(other), None, "{other}");
    }
    assert_eq!(Preset::MonthlyOn { every: 1, day: 31 }.first_from(day(2027, 2, 3)), day(2027, 2, 28));
}

/// By hand, with the calendar of the decree for 2026 and what is known of 2027: the rule's day; skipped; next; previous.
#[test]
fn work_is_moved_off_sundays_and_holidays_as_a_table_by_hand_says() {
    let off = OffDays::new([]);
    let table = [
        // A Monday without anything.
        (day(2026, 1, 5), Some(day(2026, 1, 5)), day(2026, 1, 5), day(2026, 1, 5)),
        // New Year, a Thursday.
        (day(2026, 1, 1), None, day(2026, 1, 2), day(2025, 12, 31)),
        // Isra Mikraj, a Friday: Saturday is worked.
        (day(2026, 1, 16), None, day(2026, 1, 17), day(2026, 1, 15)),
        // A Sunday before the joint leave and the holiday of Imlek.
        (day(2026, 2, 15), None, day(2026, 2, 18), day(2026, 2, 14)),
        // Nyepi and Idulfitri with their joint leave: the 18th to the 24th of March.
        (day(2026, 3, 18), None, day(2026, 3, 25), day(2026, 3, 17)),
        (day(2026, 3, 21), None, day(2026, 3, 25), day(2026, 3, 17)),
        (day(2026, 3, 24), None, day(2026, 3, 25), day(2026, 3, 17)),
        // Easter Sunday; Good Friday has a working Saturday behind it.
        (day(2026, 4, 3), None, day(2026, 4, 4), day(2026, 4, 2)),
        (day(2026, 4, 5), None, day(2026, 4, 6), day(2026, 4, 4)),
        // Ascension with its joint leave.
        (day(2026, 5, 15), None, day(2026, 5, 16), day(2026, 5, 13)),
        // Waisak on a Sunday, Pancasila on the Monday.
        (day(2026, 5, 31), None, day(2026, 6, 2), day(2026, 5, 30)),
        (day(2026, 6, 1), None, day(2026, 6, 2), day(2026, 5, 30)),
        (day(2026, 8, 17), None, day(2026, 8, 18), day(2026, 8, 15)),
        (day(2026, 12, 25), None, day(2026, 12, 26), day(2026, 12, 23)),
        // 2027: New Year on a Friday; Imlek on a Saturday with a Sunday behind it.
        (day(2027, 1, 1), None, day(2027, 1, 2), day(2026, 12, 31)),
        (day(2027, 2, 6), None, day(2027, 2, 8), day(2027, 2, 5)),
        (day(2027, 3, 26), None, day(2027, 3, 27), day(2027, 3, 25)),
        (day(2027, 3, 28), None, day(2027, 3, 29), day(2027, 3, 27)),
        // Labour Day on a Saturday.
        (day(2027, 5, 1), None, day(2027, 5, 3), day(2027, 4, 30)),
        (day(2027, 5, 6), None, day(2027, 5, 7), day(2027, 5, 5)),
        (day(2027, 12, 25), None, day(2027, 12, 27), day(2027, 12, 24)),
    ];
    for (rule_day, skipped, next, previous) in table {
        assert_eq!(shift(rule_day, OnOffDay::Skip, &off), skipped, "{:?}", rule_day.ymd());
        assert_eq!(shift(rule_day, OnOffDay::Next, &off), Some(next), "{:?}", rule_day.ymd());
        assert_eq!(shift(rule_day, OnOffDay::Previous, &off), Some(previous), "{:?}", rule_day.ymd());
        assert_eq!(shift(rule_day, OnOffDay::Keep, &off), Some(rule_day));
    }
}

/// As a utility would enter the days of 2027 that are not known without their decree. Invented where they are not certain: what is tested is the
/// rule, not the moon.
const ENTERED_OF_2027: [(i8, i8, HolidayKind); 14] = [
    (2, 5, HolidayKind::National),
    (2, 8, HolidayKind::JointLeave),
    (3, 8, HolidayKind::National),
    (3, 9, HolidayKind::JointLeave),
    (3, 10, HolidayKind::National),
    (3, 11, HolidayKind::National),
    (3, 12, HolidayKind::JointLeave),
    (3, 15, HolidayKind::JointLeave),
    (5, 7, HolidayKind::JointLeave),
    (5, 17, HolidayKind::National),
    (5, 20, HolidayKind::National),
    // Its own foundation day, a Thursday, and two that it takes back: joint leave that it works on, and Labour Day.
    (7, 1, HolidayKind::Local),
    (5, 7, HolidayKind::Working),
    (5, 1, HolidayKind::Working),
];

/// By hand: a calendar of 2027 with those days and the Sundays, the rule's day, next, previous. Skipped is what is not its own next.
#[test]
fn work_of_2027_is_moved_by_an_entered_list_as_a_table_by_hand_says() {
    let entered = ENTERED_OF_2027.into_iter().map(|(month, of, kind)| (day(2027, month, of), kind));
    let off = OffDays::new(entered);
    let table = [
        // Friday 5 and Saturday 6 February are off, Sunday 7, and Monday 8 by joint leave.
        ((2, 4), (2, 4), (2, 4)),
        ((2, 5), (2, 9), (2, 4)),
        ((2, 6), (2, 9), (2, 4)),
        ((2, 7), (2, 9), (2, 4)),
        ((2, 8), (2, 9), (2, 4)),
        // Sunday 7 to Friday 12 March; Saturday 13 is worked; Sunday 14 and Monday 15 are off again.
        ((3, 7), (3, 13), (3, 6)),
        ((3, 10), (3, 13), (3, 6)),
        ((3, 12), (3, 13), (3, 6)),
        ((3, 13), (3, 13), (3, 13)),
        ((3, 14), (3, 16), (3, 13)),
        ((3, 15), (3, 16), (3, 13)),
        // What is known without a decree holds beside it: Good Friday, Easter.
        ((3, 26), (3, 27), (3, 25)),
        ((3, 28), (3, 29), (3, 27)),
        // Labour Day is worked here, and so is the joint leave behind Ascension.
        ((5, 1), (5, 1), (5, 1)),
        ((5, 2), (5, 3), (5, 1)),
        ((5, 6), (5, 7), (5, 5)),
        ((5, 7), (5, 7), (5, 7)),
        // A Monday behind a Sunday; a Thursday.
        ((5, 16), (5, 18), (5, 15)),
        ((5, 17), (5, 18), (5, 15)),
        ((5, 20), (5, 21), (5, 19)),
        ((6, 1), (6, 2), (5, 31)),
        ((7, 1), (7, 2), (6, 30)),
        ((8, 17), (8, 18), (8, 16)),
        ((12, 25), (12, 27), (12, 24)),
        // The last day of the year is a Friday, and worked.
        ((12, 31), (12, 31), (12, 31)),
    ];
    let of = |(month, of): (i8, i8)| day(2027, month, of);
    for (rule_day, next, previous) in table {
        let (rule_day, next, previous) = (of(rule_day), of(next), of(previous));
        assert_eq!(shift(rule_day, OnOffDay::Next, &off), Some(next), "{:?}", rule_day.ymd());
        assert_eq!(shift(rule_day, OnOffDay::Previous, &off), Some(previous), "{:?}", rule_day.ymd());
        assert_eq!(shift(rule_day, OnOffDay::Skip, &off), (rule_day == next).then_some(rule_day), "{:?}", rule_day.ymd());
        assert_eq!(shift(rule_day, OnOffDay::Keep, &off), Some(rule_day));
    }
    // Before the decree the same days are worked, but for those that are certain.
    let without = OffDays::new([]);
    assert!(!without.is_off(day(2027, 3, 10)) && without.is_off(day(2027, 2, 6)));
}

#[test]
fn the_decree_of_2026_has_seventeen_holidays_and_eight_days_of_joint_leave() {
    let (certainty, days) = known(2026);
    let of = |kind| days.iter().filter(|holiday| holiday.kind == kind).count();
    assert_eq!((certainty, of(HolidayKind::National), of(HolidayKind::JointLeave)), (Certainty::Decreed, 17, 8));
    assert!(days.is_sorted_by_key(|holiday| holiday.day) && known(2027).1.is_sorted_by_key(|holiday| holiday.day));
    assert_eq!((known(2027).0, known(2028)), (Certainty::Provisional, (Certainty::Unknown, Vec::new())));
}

#[test]
fn what_a_utility_sets_stands_over_what_is_known() {
    let off = OffDays::new([
        (day(2026, 5, 15), HolidayKind::Working),
        (day(2027, 3, 10), HolidayKind::National),
        (day(2026, 7, 1), HolidayKind::Local),
        (day(2026, 7, 1), HolidayKind::Working),
    ]);
    assert!(!off.is_off(day(2026, 5, 15)) && off.is_off(day(2027, 3, 10)) && !off.is_off(day(2026, 7, 1)));
    assert!(off.is_off(day(2026, 7, 5)), "a Sunday");
}

#[test]
fn two_days_that_come_to_the_same_are_done_once() {
    let off = OffDays::new([]);
    let days = [day(2026, 3, 20), day(2026, 3, 22), day(2026, 3, 25), day(2026, 3, 26)];
    let done: Vec<Option<LocalDay>> = dues(&days, OnOffDay::Next, &off).into_iter().map(|due| due.day).collect();
    assert_eq!(done, [Some(day(2026, 3, 25)), None, None, Some(day(2026, 3, 26))]);
}

#[test]
fn a_volume_has_passed_as_often_as_it_has_and_a_register_that_went_back_begins_anew() {
    let m3 = Millilitres::cubic_metres;
    assert_eq!(passed(m3(20), m3(519), m3(500)), (0, m3(20)));
    assert_eq!(passed(m3(20), m3(520), m3(500)), (1, m3(520)));
    assert_eq!(passed(m3(20), m3(1_700), m3(500)), (3, m3(1_520)));
    assert_eq!(passed(m3(900), m3(3), m3(500)), (0, m3(3)));
}

fn plan() -> Plan {
    Plan {
        name: "Inspeksi bulanan".into(),
        work: WorkKind::Inspection,
        trigger: Trigger::Calendar { rule: "FREQ=MONTHLY;BYMONTHDAY=-1".into(), start: day(2026, 12, 31) },
        selection: Selection::default(),
        on_off_day: OnOffDay::Previous,
        from_minute: 480,
        window_minutes: 480,
        job_minutes: 45,
        horizon_days: 60,
        technician: None,
        text: String::new(),
    }
}

#[test]
fn what_cannot_be_set_is_named() {
    assert!(plan().faults().is_empty());
    let with = |change: fn(&mut Plan)| {
        let mut plan = plan();
        change(&mut plan);
        plan.faults()
    };
    assert_eq!(with(|plan| plan.name = " a ".into()), [Wrong::Name]);
    assert_eq!(with(|plan| plan.window_minutes = 961), [Wrong::Hours]);
    assert_eq!(with(|plan| plan.job_minutes = 481), [Wrong::Hours]);
    assert_eq!(with(|plan| plan.horizon_days = 6), [Wrong::Horizon]);
    assert_eq!(with(|plan| plan.trigger = Trigger::Volume { every: Millilitres(1_500_000) }), [Wrong::Limit]);
    assert_eq!(with(|plan| plan.trigger = Trigger::Age { years: 0 }), [Wrong::Limit]);
    let broken = Trigger::Calendar { rule: "FREQ=SECONDLY".into(), start: day(2026, 1, 1) };
    let mut wrong = plan();
    (wrong.trigger, wrong.text) = (broken, "x".repeat(501));
    assert_eq!(wrong.faults(), [Wrong::Rule, Wrong::Text]);
}

#[test]
fn a_plan_is_kept_as_json_and_read_again() {
    for trigger in [
        plan().trigger,
        Trigger::Volume { every: Millilitres::cubic_metres(500) },
        Trigger::Battery { below: 20 },
        Trigger::Health { below: 60 },
        Trigger::Age { years: 5 },
    ] {
        let made = Plan { trigger, ..plan() };
        let text = serde_json::to_string(&made).expect("JSON");
        assert_eq!(serde_json::from_str::<Plan>(&text).expect("a plan"), made, "{text}");
    }
}

proptest! {
    /// Whatever is off: work is never moved onto a day off, nor past a day that is none.
    #[test]
    fn shifted_work_lands_on_the_nearest_working_day(
        rule_day in 20_454..21_184_i32, holidays in prop::collection::vec(20_430..21_210_i32, 0..60), forward in any::<bool>(),
    ) {
        let off = OffDays::new(holidays.into_iter().map(|day| (LocalDay(day), HolidayKind::Local)));
        let rule_day = LocalDay(rule_day);
        let how = if forward { OnOffDay::Next } else { OnOffDay::Previous };
        let step = if forward { 1 } else { -1 };
        match shift(rule_day, how, &off) {
            Some(done) => {
                prop_assert!(!off.is_off(done));
                let between = (0..).map(|by| rule_day.plus(step * by)).take_while(|day| *day != done);
                prop_assert!(between.take(40).all(|day| off.is_off(day)));
            }
            None => prop_assert!((0..=FURTHEST_SHIFT).all(|by| off.is_off(rule_day.plus(step * by)))),
        }
    }

    /// No day has work twice, and each is the shift of its rule's day.
    #[test]
    fn no_day_has_work_twice(first in 20_454..20_900_i32, gaps in prop::collection::vec(1..9_i32, 1..40)) {
        let off = OffDays::new([]);
        let days: Vec<LocalDay> = gaps.iter().scan(first, |at, gap| { *at += gap; Some(LocalDay(*at)) }).collect();
        for how in OnOffDay::ALL.iter().copied() {
            let found = dues(&days, how, &off);
            let mut done: Vec<LocalDay> = found.iter().filter_map(|due: &DueDay| due.day).collect();
            prop_assert!(found.iter().all(|due| due.day.is_none_or(|day| shift(due.rule_day, how, &off) == Some(day))));
            let all = done.len();
            done.sort_unstable();
            done.dedup();
            prop_assert_eq!(done.len(), all);
        }
    }
}
