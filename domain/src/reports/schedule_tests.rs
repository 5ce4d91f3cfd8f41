//! When reports are due: once in each period, in each zone, at the ends of months as well.

use super::*;
use crate::core::local_time::DAY_MS;
use crate::reports::Period;
use proptest::prelude::*;
use uuid::Uuid;

fn on(year: i16, month: i8, day: i8) -> LocalDay {
    LocalDay::from_ymd(year, month, day).unwrap()
}

fn rhythms() -> impl Strategy<Value = Rhythm> {
    prop_oneof![
        Just(Rhythm::Day),
        (0_usize..7).prop_map(|day| Rhythm::Week(Weekday::ALL[day])),
        (0_usize..29).prop_map(|day| Rhythm::Month(MonthDay::all().nth(day).unwrap())),
    ]
}

fn timings() -> impl Strategy<Value = Timing> {
    (rhythms(), 0_u16..1_440).prop_map(|(rhythm, minute)| Timing { rhythm, at: MinuteOfDay::try_from(minute).unwrap() })
}

fn zones() -> impl Strategy<Value = TimeZone> {
    (0_usize..3).prop_map(|place| TimeZone::ALL[place])
}

/// Whether a report is due on a day, by another way than the rule's: by the names of its day.
fn is_due_on(rhythm: Rhythm, day: LocalDay) -> bool {
    let (_, _, of_month) = day.ymd();
    match rhythm {
        Rhythm::Day => true,
        Rhythm::Week(on) => day.weekday() == usize::from(u8::from(on)),
        Rhythm::Month(MonthDay::LAST) => day.plus(1).ymd().2 == 1,
        Rhythm::Month(on) => i16::from(of_month) == i16::from(u8::from(on)),
    }
}

fn content(name: &str, source: ReportSource, recipients: Vec<UserId>) -> ScheduleContent {
    let timing = Timing { rhythm: Rhythm::Month(MonthDay::LAST), at: MinuteOfDay::at(6, 0) };
    let (language, state) = (Language::Id, ScheduleState::On);
    ScheduleContent { name: name.into(), source, timing, recipients, email: true, language, state }
}

fn of_kind(kind: ReportKind) -> ReportSource {
    ReportSource::Design(Box::new(Design::of(kind)))
}

#[test]
fn a_report_of_the_first_is_of_the_month_before_and_one_of_the_last_day_as_well() {
    let zone = TimeZone::Makassar;
    let timing = |rhythm| Timing { rhythm, at: MinuteOfDay::at(6, 0) };
    let first = timing(Rhythm::Month(MonthDay::try_from(1).unwrap()));
    let due = first.next_after(zone.start_of(on(2027, 2, 28)), zone);
    assert_eq!(due, first.on(on(2027, 3, 1), zone));
    assert_eq!(first.rhythm.days().period(on(2027, 3, 1)), Period { first: on(2027, 2, 1), last: on(2027, 2, 28) });
    let last = timing(Rhythm::Month(MonthDay::LAST));
    let dues = [on(2028, 2, 1), on(2027, 2, 1), on(2026, 12, 31)].map(|day| last.next_after(zone.start_of(day), zone));
    assert_eq!(dues, [on(2028, 2, 29), on(2027, 2, 28), on(2026, 12, 31)].map(|day| last.on(day, zone)));
    let monday = timing(Rhythm::Week(Weekday::ALL[0]));
    // The first of January 2027 is a Friday.
    assert_eq!(monday.next_after(zone.start_of(on(2027, 1, 1)), zone), monday.on(on(2027, 1, 4), zone));
    assert_eq!(monday.rhythm.days().period(on(2027, 1, 4)), Period { first: on(2026, 12, 28), last: on(2027, 1, 3) });
}

#[test]
fn a_day_that_not_each_month_has_is_none() {
    for day in [0, 29, 30, 32, 255] {
        assert_eq!(MonthDay::try_from(day), Err(NoSuchDay), "{day}");
    }
    assert!(Weekday::try_from(7).is_err() && MonthDay::all().count() == 29);
    let text = serde_json::to_string(&Rhythm::Month(MonthDay::LAST)).unwrap();
    assert_eq!(text, r#"{"every":"month","on":31}"#);
    assert_eq!(serde_json::from_str::<Rhythm>(r#"{"every":"day"}"#).unwrap(), Rhythm::Day);
    assert!(serde_json::from_str::<Rhythm>(r#"{"every":"week","on":7}"#).is_err());
}

#[test]
fn a_schedule_has_a_name_recipients_and_a_kind_that_the_server_fills() {
    let somebody = || vec![UserId(Uuid::from_u128(2)), UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2))];
    let kept = content(" Bulanan ", of_kind(ReportKind::Revenue), somebody()).clean().unwrap();
    assert_eq!((kept.name.as_str(), kept.recipients.len()), ("Bulanan", 2));
    assert_eq!(kept.clone().clean(), Ok(kept.clone()));
    let ReportSource::Design(design) = &kept.source else { panic!("{kept:?}") };
    assert_eq!(design.days, Days::LastMonth, "the rhythm says which days");
    for kind in ReportKind::ALL {
        let is_kept = content("A", of_kind(*kind), somebody()).clean().is_ok();
        assert_eq!(is_kept, ReportKind::SCHEDULED.contains(kind), "{kind:?}");
    }
    assert_eq!(content(" ", of_kind(ReportKind::Revenue), somebody()).clean(), Err(ScheduleField::Name));
    assert_eq!(content("A", of_kind(ReportKind::Revenue), Vec::new()).clean(), Err(ScheduleField::Recipients));
    let many = (0..21).map(|of| UserId(Uuid::from_u128(of))).collect();
    assert_eq!(content("A", of_kind(ReportKind::Revenue), many).clean(), Err(ScheduleField::Recipients));
    let text = serde_json::to_string(&kept).unwrap();
    assert_eq!(serde_json::from_str::<ScheduleContent>(&text).unwrap(), kept);
}

proptest! {
    #[test]
    fn each_due_day_has_one_due_instant_and_no_other_day_has_any(timing in timings(), zone in zones(), day in 10_000_i32..60_000, ms in 0..DAY_MS) {
        let mut due = zone.start_of(LocalDay(day)).plus(ms);
        let (from, mut dues) = (due, Vec::new());
        for _ in 0..40 {
            due = timing.next_after(due, zone);
            dues.push(zone.day_of(due));
            prop_assert_eq!(due, timing.on(zone.day_of(due), zone));
        }
        let last = *dues.last().unwrap();
        let expected: Vec<LocalDay> = (zone.day_of(from).0..=last.0).map(LocalDay)
            .filter(|day| is_due_on(timing.rhythm, *day) && timing.on(*day, zone) > from).collect();
        prop_assert_eq!(dues, expected);
    }

    #[test]
    fn the_periods_of_due_days_follow_one_another_without_a_gap(timing in timings(), zone in zones(), day in 10_000_i32..60_000) {
        let first = timing.next_after(zone.start_of(LocalDay(day)), zone);
        let second = timing.next_after(first, zone);
        let period = |due| timing.rhythm.days().period(zone.day_of(due));
        prop_assert!(period(first).last < zone.day_of(first), "it is over when it is due");
        prop_assert_eq!(period(first).last.plus(1), period(second).first);
    }

    #[test]
    fn the_latest_is_the_last_one_that_is_due(timing in timings(), zone in zones(), day in 10_000_i32..60_000, ms in 0..DAY_MS, later in 0_i64..400) {
        let at = zone.start_of(LocalDay(day)).plus(ms);
        let (due_day, latest) = timing.latest(at, zone);
        prop_assert!(latest <= at && zone.day_of(latest) == due_day);
        prop_assert!(timing.next_after(latest, zone) > at);
        // Whatever stood still: what was due first, those between, and the latest are each counted once.
        let until = at.plus(later * DAY_MS);
        let first = timing.next_after(at, zone);
        let (_, last) = timing.latest(until, zone);
        let mut count = 0;
        let mut due = first;
        while due <= until {
            count += 1;
            due = timing.next_after(due, zone);
        }
        prop_assert_eq!(timing.missed(first, last, zone), u32::max(count, 1) - 1);
    }
}

#[test]
fn a_list_is_no_design_whatever_comes_first() {
    let good = r#"{"of":{"kind":"revenue","days":{"days":"this_month"}},"from":"design"}"#;
    assert!(serde_json::from_str::<ReportSource>(good).is_ok());
    for bad in [
        r#"{"of":["revenue",{"days":"this_month"}],"from":"design"}"#,
        r#"{"of":{"kind":"revenue","days":["this_month"]},"from":"design"}"#,
    ] {
        assert!(serde_json::from_str::<ReportSource>(bad).is_err(), "{bad}");
    }
}
