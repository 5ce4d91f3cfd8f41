//! Tests of who is notified of work, and when.

use super::*;
use crate::core::local_time::MINUTE_MS;
use crate::maintenance::work_order::WorkStep;
use proptest::prelude::*;

/// 1 December 2026, 00.00 UTC.
const NOW: UtcMillis = UtcMillis(1_796_083_200_000);

/// Two hours, so many hours from now on.
fn window(hours: i64) -> Window {
    let from = NOW.plus(hours * HOUR_MS);
    Window { from, until: from.plus(2 * HOUR_MS) }
}

/// A repair that a person has planned.
fn repair(hours: i64) -> Visit {
    Visit { work: WorkKind::Repair, window: window(hours), is_by_schedule: false, standing: Standing::Waits }
}

#[test]
fn a_visit_is_announced_once_and_again_where_it_was_moved() {
    assert_eq!(repair(400).due(None, NOW), VisitDue::Notify(VisitState::Planned));
    assert_eq!(repair(400).due(Some(window(400)), NOW), VisitDue::Nothing);
    assert_eq!(repair(30).due(Some(window(400)), NOW), VisitDue::Notify(VisitState::Moved));
    // What is over, or goes on already, is nothing to wait for.
    for hours in [-30, 0] {
        assert_eq!(repair(hours).due(None, NOW), VisitDue::Nothing);
        assert_eq!(repair(hours).due(Some(window(400)), NOW), VisitDue::Clear);
    }
}

#[test]
fn a_visit_of_a_schedule_is_announced_when_it_has_come_near() {
    let days = |hours| Visit { is_by_schedule: true, ..repair(hours) };
    assert_eq!(days(7 * 24).due(None, NOW), VisitDue::Notify(VisitState::Planned));
    assert_eq!(days(7 * 24 + 1).due(None, NOW), VisitDue::Nothing);
    assert_eq!(days(7 * 24 + 1).due(Some(window(5)), NOW), VisitDue::Notify(VisitState::Moved), "its customer waits for it");
}

#[test]
fn work_that_is_only_a_look_is_no_visit() {
    let looks: Vec<_> = WorkKind::ALL.iter().filter(|work| !is_visit(**work)).map(|work| work.as_str()).collect();
    assert_eq!(looks, ["routine", "inspection"]);
    let look = Visit { work: WorkKind::Inspection, ..repair(30) };
    assert_eq!((look.due(None, NOW), look.due(Some(window(30)), NOW)), (VisitDue::Nothing, VisitDue::Clear));
}

#[test]
fn what_was_begun_is_cleared_and_what_was_cancelled_is_said_where_it_was_announced() {
    let begun = Visit { standing: Standing::Begun, ..repair(30) };
    assert_eq!((begun.due(Some(window(30)), NOW), begun.due(None, NOW)), (VisitDue::Clear, VisitDue::Nothing));
    let cancelled = Visit { standing: Standing::Cancelled, ..repair(30) };
    assert_eq!(cancelled.due(Some(window(30)), NOW), VisitDue::Notify(VisitState::Cancelled));
    assert_eq!(cancelled.due(None, NOW), VisitDue::Nothing);
    assert_eq!(cancelled.due(Some(window(-2)), NOW), VisitDue::Clear, "its window is over");
}

#[test]
fn how_far_an_order_is_says_whether_somebody_waits_for_it() {
    let of = |steps: &[WorkStep]| {
        let progress = steps.iter().fold(Progress::default(), |progress, step| progress.with(*step, NOW));
        Standing::of(&progress)
    };
    assert_eq!(of(&[]), Standing::Waits);
    assert_eq!(of(&[WorkStep::Completed]), Standing::Begun);
    assert_eq!(of(&[WorkStep::Cancelled]), Standing::Cancelled);
}

#[test]
fn an_assignment_is_soon_within_two_days_until_its_window_is_over() {
    let soon: Vec<bool> = [-3, -2, -1, 48, 49].map(|hours| is_soon(window(hours), NOW)).to_vec();
    assert_eq!(soon, [false, false, true, true, false]);
}

#[test]
fn a_reminder_is_for_tomorrow_in_the_propertys_zone_and_for_what_was_announced() {
    // 07.00 in Jakarta, 09.00 in Jayapura, of 1 December; 18 hours later it is 01.00 of the next day in Jakarta.
    let visit = repair(18);
    for zone in TimeZone::ALL {
        let today = zone.day_of(NOW);
        assert!(visit.is_reminded(Some(visit.window), (zone, today)), "{zone:?}");
        assert!(!visit.is_reminded(Some(visit.window), (zone, today.plus(1))) && !visit.is_reminded(None, (zone, today)));
        assert!(!visit.is_reminded(Some(window(19)), (zone, today)), "another window was announced");
        let begun = Visit { standing: Standing::Begun, ..visit };
        assert!(!begun.is_reminded(Some(visit.window), (zone, today)));
    }
}

proptest! {
    #[test]
    fn what_is_looked_for_is_due_on_its_own_day_from_its_hour_on_and_not_long_after(minutes in 0_i64..200_000, zone in 0_usize..3) {
        let (zone, now) = (TimeZone::ALL[zone], NOW.plus(minutes * MINUTE_MS));
        for daily in Daily::ALL {
            let begins = zone.start_of(zone.day_of(now)).plus(daily.hour() * HOUR_MS);
            let is_due = begins <= now && now.since(begins) < LATE_MS;
            prop_assert_eq!(daily.due(zone, now), is_due.then_some(zone.day_of(now)));
        }
    }

    #[test]
    fn what_follows_from_a_notification_holds_and_is_not_said_again(
        hours in -900_i64..900, before in -900_i64..900, work in 0_usize..9, by_schedule in any::<bool>(), state in 0_usize..3,
    ) {
        let standing = [Standing::Waits, Standing::Begun, Standing::Cancelled][state];
        let visit = Visit { work: WorkKind::ALL[work], window: window(hours), is_by_schedule: by_schedule, standing };
        for announced in [None, Some(window(before)), Some(window(hours))] {
            // What is announced behind it.
            let after = match visit.due(announced, NOW) {
                VisitDue::Nothing => announced,
                VisitDue::Clear | VisitDue::Notify(VisitState::Cancelled) => None,
                VisitDue::Notify(_) => {
                    prop_assert!(visit.window.from > NOW && is_visit(visit.work), "{:?}", visit);
                    Some(visit.window)
                }
            };
            let again = visit.due(after, NOW);
            prop_assert_eq!(again, VisitDue::Nothing, "{:?} {:?}", visit, announced);
        }
    }
}
