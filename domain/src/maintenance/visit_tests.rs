//! Tests of what a customer is offered in place of a visit's window.

use super::*;
use crate::maintenance::schedule::holidays::HolidayKind;
use proptest::prelude::*;

/// Tuesday 1 December 2026, 00.00 UTC.
const NOW: UtcMillis = UtcMillis(1_796_083_200_000);

const ZONE: TimeZone = TimeZone::Jakarta;

/// So many hours from a local hour of a day on, in days from today.
fn window(day: i32, hour: i64, long: i64) -> Window {
    let from = ZONE.start_of(ZONE.day_of(NOW).plus(day)).plus(hour * HOUR_MS);
    Window { from, until: from.plus(long * HOUR_MS) }
}

fn visit(work: WorkKind, window: Window) -> Visit {
    Visit { work, window, is_by_schedule: false, standing: Standing::Waits }
}

/// What is chosen from where a visit was not moved yet.
fn choice(work: WorkKind, window: Window) -> Option<VisitChoice> {
    VisitChoice::of((&visit(work, window), Priority::Normal), (window.from, 0), (ZONE, &OffDays::new([])))
}

#[test]
fn what_is_broken_urgent_or_begun_is_moved_by_the_utility_alone() {
    let of = window(3, 9, 2);
    let fixed: Vec<_> = WorkKind::ALL.iter().filter(|work| choice(**work, of).is_none()).map(|work| work.as_str()).collect();
    assert_eq!(fixed, ["repair", "emergency"]);
    let off = OffDays::new([]);
    let cleaning = visit(WorkKind::Cleaning, of);
    let with = |visit: &Visit, priority| VisitChoice::of((visit, priority), (of.from, 0), (ZONE, &off));
    assert!(with(&cleaning, Priority::High).is_some() && with(&cleaning, Priority::Urgent).is_none());
    for standing in [Standing::Begun, Standing::Cancelled] {
        assert_eq!(with(&Visit { standing, ..cleaning }, Priority::Normal), None);
    }
    assert_eq!(offered(None, of, (ZONE, NOW)), Err(VisitRefusal::Fixed));
}

#[test]
fn half_days_of_working_days_are_offered_from_a_day_ahead_on() {
    // 07.00 of a Tuesday in Jakarta. The visit is on Friday.
    let of = window(3, 9, 2);
    let holiday = (ZONE.day_of(NOW).plus(2), HolidayKind::Local);
    let off = OffDays::new([holiday]);
    let choice = VisitChoice::of((&visit(WorkKind::Cleaning, of), Priority::Normal), (of.from, 0), (ZONE, &off)).unwrap();
    let found = offered(Some(&choice), of, (ZONE, NOW)).unwrap();
    let first = [window(1, 8, 4), window(1, 13, 4), window(3, 8, 4), window(3, 13, 4), window(4, 8, 4), window(4, 13, 4)];
    assert_eq!(found[..6], first, "neither of today nor of the holiday");
    assert_eq!(found[6], window(6, 8, 4), "nor of the Sunday");
    assert_eq!(found.last(), Some(&window(17, 13, 4)), "14 days behind the visit");
}

#[test]
fn tera_ulang_is_not_put_off() {
    let found = offered(choice(WorkKind::TeraUlang, window(3, 9, 2)).as_ref(), window(3, 9, 2), (ZONE, NOW)).unwrap();
    assert_eq!(found.last(), Some(&window(3, 13, 4)));
}

#[test]
fn a_visit_is_moved_twice_and_not_within_a_day_of_its_window() {
    let of = window(3, 9, 2);
    let to = window(4, 8, 4);
    let moved = |moves, now| {
        let off = OffDays::new([]);
        let choice = VisitChoice::of((&visit(WorkKind::Cleaning, of), Priority::Normal), (of.from, moves), (ZONE, &off));
        may_move(choice.as_ref(), (of, to), (ZONE, now))
    };
    assert_eq!(
        [0, 1, 2, 3].map(|moves| moved(moves, NOW).err()),
        [None, None, Some(VisitRefusal::UsedUp), Some(VisitRefusal::UsedUp)]
    );
    let latest = of.from.plus(-NOTICE_MS);
    assert_eq!((moved(0, latest), moved(0, latest.plus(1))), (Ok(()), Err(VisitRefusal::TooLate)));
}

#[test]
fn nothing_is_offered_where_all_days_are_over_or_off() {
    let of = window(40, 9, 2);
    let choice = choice(WorkKind::Cleaning, window(3, 9, 2)).unwrap();
    assert_eq!(offered(Some(&choice), of, (ZONE, window(38, 9, 2).from)), Err(VisitRefusal::NoneLeft));
    let off = (choice.first.0..=choice.last.0).map(LocalDay).collect();
    let none = VisitChoice { off, ..choice };
    assert_eq!(offered(Some(&none), window(3, 9, 2), (ZONE, NOW)), Err(VisitRefusal::NoneLeft));
}

proptest! {
    #[test]
    fn what_is_offered_is_a_half_day_of_a_working_day_in_reach_and_may_be_chosen(
        set in 0_i32..60, held in 0_i32..60, hour in 0_i64..24, moves in 0_u8..3, zone in 0_usize..3, work in 0_usize..9,
        holidays in proptest::collection::vec(0_i32..60, 0..8),
    ) {
        let (zone, today) = (TimeZone::ALL[zone], TimeZone::ALL[zone].day_of(NOW));
        let at = |day: i32, hour: i64| zone.start_of(today.plus(day)).plus(hour * HOUR_MS);
        let of = Window { from: at(held, hour), until: at(held, hour + 2) };
        let off = OffDays::new(holidays.into_iter().map(|day| (today.plus(day), HolidayKind::Local)));
        let visit = visit(WorkKind::ALL[work], of);
        let choice = VisitChoice::of((&visit, Priority::Normal), (at(set, hour), moves), (zone, &off));
        match offered(choice.as_ref(), of, (zone, NOW)) {
            Ok(found) => {
                prop_assert!(moves < MOST_MOVES && of.from.since(NOW) >= NOTICE_MS);
                prop_assert!(found.windows(2).all(|two| two[0].until < two[1].from), "in their order, none twice");
                for to in found {
                    let day = zone.day_of(to.from);
                    prop_assert!(!off.is_off(day) && zone.day_of(to.until) == day && to != of, "{:?}", to);
                    prop_assert!(to.from.since(NOW) >= NOTICE_MS && to.until.since(to.from) == 4 * HOUR_MS);
                    prop_assert!((day.0 - today.plus(set).0).abs() <= AROUND_DAYS);
                    prop_assert_eq!(may_move(choice.as_ref(), (of, to), (zone, NOW)), Ok(()));
                    let later = Window { from: to.from.plus(1), until: to.until };
                    prop_assert_eq!(may_move(choice.as_ref(), (of, later), (zone, NOW)), Err(VisitRefusal::NotOffered));
                }
            }
            Err(why) => prop_assert_eq!(may_move(choice.as_ref(), (of, of), (zone, NOW)), Err(why)),
        }
    }

    #[test]
    fn a_device_offers_what_the_server_takes_whatever_the_choice_went_through(set in 0_i32..60, moves in 0_u8..2) {
        let of = window(set, 9, 2);
        let choice = VisitChoice::of((&visit(WorkKind::Cleaning, of), Priority::Normal), (of.from, moves), (ZONE, &OffDays::new([])));
        let text = serde_json::to_string(&choice).unwrap();
        let read: Option<VisitChoice> = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(offered(read.as_ref(), of, (ZONE, NOW)), offered(choice.as_ref(), of, (ZONE, NOW)));
    }
}
