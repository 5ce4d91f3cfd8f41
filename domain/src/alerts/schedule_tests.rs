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

fn of(connection: u128, level: Level, at: UtcMillis) -> Scheduled {
    let connection = ConnectionId(Uuid::from_u128(connection));
    Scheduled { id: id(connection, level), connection, level, at }
}

#[test]
fn a_balance_that_runs_down_is_expected_at_each_level() {
    let found = expected(NotifiedLevel::default(), &known(80_000, 200_000, 10_000, START), START);
    let at: Vec<_> = found.iter().map(|one| (one.now.level, one.at.plus(-BEHIND_MS).since(START))).collect();
    let half = DAY_MS / 2;
    assert_eq!(at, [(Level::Warning, 3 * DAY_MS), (Level::Critical, 5 * DAY_MS + half), (Level::Empty, 8 * DAY_MS)]);
    assert_eq!(found[0].now.standing.balance, Rupiah(50_000));
}

#[test]
fn nothing_is_expected_of_a_balance_that_stands() {
    assert_eq!(expected(NotifiedLevel::default(), &known(80_000, 200_000, 0, START), START), []);
    assert_eq!(expected(NotifiedLevel::default(), &known(-1, 200_000, 10_000, START), START), []);
}

#[test]
fn what_the_system_showed_is_not_shown_again_until_a_top_up() {
    let low = known(80_000, 200_000, 10_000, START);
    let warning = expected(NotifiedLevel::default(), &low, START)[0];
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
        let found = expected(notified, &known, now);
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
        let found = expected(notified, &known, START);
        if let Some(first) = found.first() {
            let later = START.plus((first.at.since(START) - BEHIND_MS - 1) * part / 1_000);
            prop_assert_eq!(expected(notified, &known, later), found);
        }
    }
}
