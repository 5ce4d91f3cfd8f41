//! Scheduled notices over random households: in the future, each worse than the one before, the same whenever they are worked out, and none
//! that the app would not have shown.

use super::*;
use crate::Rupiah;
use crate::alerts::notice::{Basis, FRESH_MS, REACH_MS};
use crate::billing::balance::{Standing, Thresholds, level};
use crate::billing::forecast::BalanceForecast;
use crate::core::local_time::{DAY_MS, HOUR_MS};
use proptest::prelude::*;
use uuid::Uuid;

const START: UtcMillis = UtcMillis(1_800_000_000_000);

fn known(posted: i64, full: i64, per_day: i64, at: UtcMillis) -> Known {
    let balance = Rupiah(posted);
    let tenths_of_days = (per_day > 0).then(|| (posted.max(0) * 10) / per_day);
    let standing = Standing { balance, tenths_of_days_left: tenths_of_days };
    let thresholds = Thresholds::default();
    Known {
        balance,
        posted: balance,
        full: Rupiah(full),
        lasts: BalanceForecast { per_day: Rupiah(per_day), tenths_of_days, ..BalanceForecast::default() },
        thresholds,
        level: level(Level::Ok, standing, thresholds),
        at,
        until: at,
    }
}

/// The notices of somebody who has no quiet hours.
fn awake(notified: NotifiedLevel, known: &Known, now: UtcMillis) -> Vec<Expected> {
    let at_once = Preferences { quiet: None, ..Preferences::default() };
    expected(notified, known, now, (&at_once, TimeZone::Jakarta))
}

fn of(connection: u128, level: Level, at: UtcMillis) -> Scheduled {
    let connection = ConnectionId(Uuid::from_u128(connection));
    Scheduled { id: id(connection, level), connection, level, at }
}

#[test]
fn a_balance_that_runs_down_is_expected_at_each_level() {
    let found = awake(NotifiedLevel::default(), &known(80_000, 200_000, 10_000, START), START);
    let at: Vec<_> = found.iter().map(|one| (one.now.level, one.at.plus(-BEHIND_MS).since(START))).collect();
    let half = DAY_MS / 2;
    assert_eq!(at, [(Level::Warning, 3 * DAY_MS), (Level::Critical, 5 * DAY_MS + half), (Level::Empty, 8 * DAY_MS)]);
    assert_eq!(found[0].now.standing.balance, Rupiah(50_000));
}

#[test]
fn a_warning_of_the_night_is_expected_in_the_morning_and_a_worse_one_at_once() {
    let zone = TimeZone::Jayapura;
    let midnight = zone.start_of(zone.day_of(START));
    let shown = |since: i64| {
        let low = known(80_000, 200_000, 10_000, midnight.plus(since));
        let found = expected(NotifiedLevel::default(), &low, midnight.plus(since), (&Preferences::default(), zone));
        found.iter().map(|one| (one.now.level, one.at.since(midnight))).collect::<Vec<_>>()
    };
    // Reached at 22.00, so shown at 07.00; the critical one is reached half a day later, at 10.00, and an empty one at night.
    let (warning, critical, empty) = (4 * DAY_MS + 7 * HOUR_MS, 6 * DAY_MS + 10 * HOUR_MS, 8 * DAY_MS + 22 * HOUR_MS);
    let wanted = [(Level::Warning, warning), (Level::Critical, critical + BEHIND_MS), (Level::Empty, empty + BEHIND_MS)];
    assert_eq!(shown(22 * HOUR_MS), wanted);
    // Reached at noon, it does not wait.
    assert_eq!(shown(12 * HOUR_MS)[0], (Level::Warning, 3 * DAY_MS + 12 * HOUR_MS + BEHIND_MS));
}

#[test]
fn a_warning_that_would_wait_until_a_worse_notice_was_shown_is_left_out() {
    let zone = TimeZone::Jakarta;
    let evening = zone.start_of(zone.day_of(START)).plus(21 * HOUR_MS);
    // A rupiah a second: a warning at 22.00, the critical level seven hours later.
    let low = known(53_601, 200_000, 86_400, evening);
    let lasts = BalanceForecast { tenths_of_days: None, ..low.lasts };
    let low = Known { lasts, level: Level::Ok, ..low };
    let levels = |found: Vec<Expected>| found.iter().map(|one| one.now.level).collect::<Vec<_>>();
    let asleep = expected(NotifiedLevel::default(), &low, evening, (&Preferences::default(), zone));
    assert_eq!(levels(asleep), [Level::Critical, Level::Empty]);
    assert_eq!(levels(awake(NotifiedLevel::default(), &low, evening)), LEVELS);
}

#[test]
fn nothing_is_expected_of_a_balance_that_stands() {
    assert_eq!(awake(NotifiedLevel::default(), &known(80_000, 200_000, 0, START), START), []);
    assert_eq!(awake(NotifiedLevel::default(), &known(-1, 200_000, 10_000, START), START), []);
}

#[test]
fn what_the_system_showed_is_not_shown_again_until_a_top_up() {
    let low = known(80_000, 200_000, 10_000, START);
    let warning = awake(NotifiedLevel::default(), &low, START)[0];
    let after = warning.at.plus(HOUR_MS);
    let seen = evaluate(NotifiedLevel::default(), &low, START).notified;
    assert!(matches!(evaluate(seen, &low, after).action, NoticeAction::Notify(_)), "without the ledger it is new");
    let shown = was_shown(seen, Level::Warning, warning.at);
    assert_eq!(evaluate(shown, &low, after).action, NoticeAction::Nothing);
    let paid = known(300_000, 300_000, 10_000, after);
    let cleared = evaluate(shown, &paid, after);
    assert_eq!((cleared.action, cleared.notified.last), (NoticeAction::Nothing, None));
    let worse = was_shown(was_shown(seen, Level::Critical, after), Level::Warning, after.plus(1));
    assert_eq!(worse.last, Some(Notice { level: Level::Critical, at: after }), "a milder one does not hide a worse one");
}

#[test]
fn only_what_differs_is_changed() {
    let [warning, critical] = [of(1, Level::Warning, START), of(1, Level::Critical, START.plus(DAY_MS))];
    assert_eq!(change(&[warning, critical], &[warning, critical]), Change::default());
    let near = Scheduled { at: START.plus(SAME_MS - 1), ..warning };
    assert_eq!(change(&[warning], &[near]), Change::default());
    let moved = Scheduled { at: START.plus(SAME_MS), ..warning };
    assert_eq!(change(&[warning], &[moved]), Change { cancel: vec![warning.id], schedule: vec![moved] });
    assert_eq!(change(&[warning, critical], &[critical]), Change { cancel: vec![warning.id], schedule: vec![] });
}

#[test]
fn each_level_of_a_connection_has_its_own_number() {
    let connection = ConnectionId(Uuid::from_u128(0x0191_0000_0000_7000_8123_4567_89ab_cdef));
    let [warning, critical, empty] = ids(connection);
    assert!(warning != critical && critical != empty && warning != empty);
    assert_eq!(warning, id(connection, Level::Warning));
}

proptest! {
    #[test]
    fn expected_notices_are_ahead_and_each_is_worse(
        posted in -10_000i64..600_000, per_day in 0i64..40_000, late in 0..REACH_MS, noticed in 0u8..4
    ) {
        let (known, now) = (known(posted, 600_000, per_day, START), START.plus(late));
        let last = [None, Some(Level::Warning), Some(Level::Critical), Some(Level::Empty)][usize::from(noticed)];
        let notified = NotifiedLevel { last: last.map(|level| Notice { level, at: START }), ..NotifiedLevel::default() };
        let found = awake(notified, &known, now);
        prop_assert!(found.len() <= LEVELS.len());
        let mut before = (now.plus(BEHIND_MS), known.at(now).level);
        for one in found {
            prop_assert!(one.at > before.0 && one.now.level > before.1);
            prop_assert!(one.at <= START.plus(REACH_MS + BEHIND_MS) && one.at > START.plus(FRESH_MS));
            prop_assert_eq!(one.now.basis, Basis::Reckoned);
            before = (one.at, one.now.level);
        }
    }

    /// A device that works them out again, before the first, finds the same.
    #[test]
    fn expected_notices_do_not_depend_on_when_they_are_worked_out(posted in 0i64..600_000, per_day in 1i64..40_000, part in 0i64..1_000) {
        let known = known(posted, 600_000, per_day, START);
        let notified = evaluate(NotifiedLevel::default(), &known, START).notified;
        let found = awake(notified, &known, START);
        if let Some(first) = found.first() {
            let later = START.plus((first.at.since(START) - BEHIND_MS - 1) * part / 1_000);
            prop_assert_eq!(awake(notified, &known, later), found);
        }
    }
}
