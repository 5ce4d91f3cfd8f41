//! Notices over random households: once for a level in a day, at once when it is worse, silence after a top-up.

use super::*;
use proptest::prelude::*;

const START: UtcMillis = UtcMillis(1_800_000_000_000);

/// A credit as the server would compute it.
fn credit(before: Level, posted: i64, full: i64, per_day: i64, at: UtcMillis) -> Known {
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
        level: level(before, standing, thresholds),
        at,
        until: at,
    }
}

#[test]
fn an_old_balance_is_reckoned_down_to_zero_and_no_further_than_fourteen_days() {
    let known = credit(Level::Ok, 100_000, 200_000, 4_000, START);
    assert_eq!(known.at(START.plus(FRESH_MS - 1)).basis, Basis::Known);
    let day = known.at(START.plus(DAY_MS));
    let left = Standing { balance: Rupiah(96_000), tenths_of_days_left: Some(240) };
    assert_eq!(day, Now { standing: left, level: Level::Ok, basis: Basis::Reckoned, limit: None });
    let far = known.at(START.plus(400 * DAY_MS));
    assert_eq!((far.standing.balance, far.level), (Rupiah(44_000), Level::Warning));
    let gone = credit(Level::Ok, 100_000, 200_000, 20_000, START).at(START.plus(6 * DAY_MS));
    assert_eq!((gone.standing.balance, gone.level), (Rupiah(0), Level::Empty));
    assert_eq!(known.at(START.plus(-DAY_MS)).basis, Basis::Known, "a clock that is behind reckons nothing");
}

#[test]
fn a_meter_that_reported_since_says_that_nothing_was_used() {
    let known = Known { until: START.plus(5 * DAY_MS), ..credit(Level::Ok, 60_000, 200_000, 9_000, START) };
    assert_eq!(known.at(START.plus(5 * DAY_MS + FRESH_MS - 1)).standing.balance, Rupiah(60_000));
    assert_eq!(known.worsens(START).map(|(_, level)| level), Some(Level::Warning));
}

#[test]
fn the_next_level_is_foreseen_to_the_millisecond() {
    let known = credit(Level::Ok, 80_000, 200_000, 10_000, START);
    let (warning, level) = known.worsens(START).expect("it runs out");
    assert_eq!((warning, level), (START.plus(3 * DAY_MS), Level::Warning), "30,000 more than the threshold");
    let (critical, level) = known.worsens(warning).expect("it goes on");
    assert_eq!((critical, level), (START.plus(5 * DAY_MS + DAY_MS / 2), Level::Critical));
    let (empty, level) = known.worsens(critical).expect("and on");
    assert_eq!((empty, level), (START.plus(8 * DAY_MS), Level::Empty));
    assert_eq!(known.worsens(empty), None);
}

#[test]
fn a_top_up_that_is_too_small_is_followed_by_silence_until_it_gets_worse() {
    let notified = evaluate(NotifiedLevel::default(), &credit(Level::Ok, 20_000, 100_000, 0, START), START).notified;
    let after = credit(Level::Critical, 45_000, 45_000, 0, START.plus(1));
    let topped = evaluate(notified, &after, START.plus(1));
    assert_eq!(topped.action, NoticeAction::Nothing);
    let low = credit(Level::Warning, 24_000, 45_000, 0, START.plus(2));
    assert!(
        matches!(evaluate(topped.notified, &low, START.plus(2)).action, NoticeAction::Notify(_)),
        "critical again, 20 hours before a day is over"
    );
}

#[test]
fn a_reckoning_that_was_too_dark_does_not_make_the_level_new() {
    let known = credit(Level::Ok, 60_000, 100_000, 20_000, START);
    let dark = evaluate(NotifiedLevel::default(), &known, START.plus(2 * DAY_MS));
    assert!(matches!(dark.action, NoticeAction::Notify(Now { level: Level::Critical, basis: Basis::Reckoned, .. })));
    let true_one = credit(Level::Ok, 59_000, 100_000, 500, START.plus(2 * DAY_MS + 1));
    let light = evaluate(dark.notified, &true_one, START.plus(2 * DAY_MS + 1));
    assert_eq!((light.action, light.notified.last.map(|last| last.level)), (NoticeAction::Nothing, Some(Level::Critical)));
    let critical = credit(Level::Ok, 24_000, 100_000, 500, START.plus(2 * DAY_MS + 2));
    assert_eq!(
        evaluate(light.notified, &critical, START.plus(2 * DAY_MS + 2)).action,
        NoticeAction::Nothing,
        "it was notified an instant ago"
    );
}

#[test]
fn a_banner_that_was_put_away_comes_back_when_it_gets_worse() {
    let put_away = |level| NotifiedLevel { put_away: level, ..NotifiedLevel::default() };
    assert!(is_shown(&put_away(None), Level::Warning) && is_shown(&put_away(Some(Level::Warning)), Level::Critical));
    assert!(!is_shown(&put_away(Some(Level::Critical)), Level::Critical) && !is_shown(&put_away(None), Level::Ok));
    let better = credit(Level::Critical, 40_000, 100_000, 0, START);
    let notified = evaluate(put_away(Some(Level::Critical)), &better, START).notified;
    assert_eq!(notified.put_away, Some(Level::Warning), "critical would be worse now");
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Use(i64),
    TopUp(i64),
    Pass(i64),
    Sync,
    LateSync(usize),
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_i64..20_000).prop_map(Step::Use),
        1 => (10_000_i64..120_000).prop_map(Step::TopUp),
        4 => (0..2 * DAY_MS).prop_map(Step::Pass),
        4 => Just(Step::Sync),
        1 => (0_usize..8).prop_map(Step::LateSync),
        1 => Just(Step::Restart),
    ]
}

/// A device: what it remembers, the rows it was notified, and what it said.
struct Device {
    notified: NotifiedLevel,
    rows: Vec<Known>,
    notices: Vec<(UtcMillis, Level)>,
    /// The worst that was notified in the last 24 hours, and since which top-up.
    bound: Option<Notice>,
}

impl Device {
    fn evaluate(&mut self, known: &Known, now: UtcMillis) -> Result<(), TestCaseError> {
        let before = self.notified;
        let done = evaluate(before, known, now);
        prop_assert_eq!(
            evaluate(done.notified, known, now),
            Evaluation { notified: done.notified, action: NoticeAction::Nothing },
            "looking again"
        );
        let is = known.at(now);
        let newest = before.seen.is_none_or(|seen| seen.at <= known.at);
        let is_top_up = newest && before.seen.is_some_and(|seen| known.posted > seen.posted || known.full != seen.full);
        if is_top_up && is.level <= self.bound.map_or(Level::Ok, |bound| bound.level) {
            prop_assert_eq!(done.action, NoticeAction::Nothing, "a top-up is no notice of a low balance");
            self.bound = (is.level != Level::Ok).then_some(Notice { level: is.level, at: now });
        }
        match done.action {
            NoticeAction::Notify(notified) => {
                prop_assert_eq!(notified, is);
                prop_assert_ne!(notified.level, Level::Ok);
                if let Some(bound) = self.bound {
                    prop_assert!(notified.level > bound.level || now.since(bound.at) >= DAY_MS, "twice for a level in a day");
                }
                self.notices.push((now, notified.level));
                self.bound = Some(Notice { level: notified.level, at: now });
            }
            NoticeAction::Nothing if newest && is.level != Level::Ok => {
                let bound = self.bound;
                prop_assert!(bound.is_some_and(|bound| is.level <= bound.level), "worse than what was notified, and not said");
                prop_assert!(bound.is_some_and(|bound| now.since(bound.at) < DAY_MS), "a day has passed");
            }
            NoticeAction::Nothing => {}
        }
        self.notified = done.notified;
        Ok(())
    }
}

fn live(steps: &[Step], per_day: i64, kept: bool) -> Result<Vec<(UtcMillis, Level)>, TestCaseError> {
    let (mut posted, mut full, mut now, mut before) = (100_000, 100_000, START, Level::Ok);
    let first = credit(before, posted, full, per_day, now);
    let mut device = Device { notified: NotifiedLevel::default(), rows: vec![first], notices: Vec::new(), bound: None };
    for step in steps {
        let newest = device.rows[device.rows.len() - 1];
        match *step {
            Step::Use(amount) => posted -= amount,
            Step::TopUp(amount) => {
                posted += amount;
                full = posted;
            }
            Step::Pass(ms) => {
                now = now.plus(ms + 1);
                device.evaluate(&newest, now)?;
            }
            Step::Sync => {
                now = now.plus(1);
                let row = credit(before, posted, full, per_day, now);
                before = row.level;
                device.rows.push(row);
                device.evaluate(&row, now)?;
            }
            Step::LateSync(ago) if kept => {
                let late = device.rows[device.rows.len().saturating_sub(2 + ago)];
                device.evaluate(&late, now)?;
                device.evaluate(&newest, now)?;
            }
            Step::Restart if kept => {
                let text = serde_json::to_string(&device.notified).expect("JSON");
                device.notified = serde_json::from_str(&text).expect("what was written");
            }
            Step::LateSync(_) | Step::Restart => {}
        }
    }
    Ok(device.notices)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn each_level_is_notified_once_a_day_and_restarts_and_late_rows_change_nothing(steps in proptest::collection::vec(step(), 1..60), per_day in 0_i64..15_000) {
        prop_assert_eq!(live(&steps, per_day, true)?, live(&steps, per_day, false)?);
    }

    #[test]
    fn what_is_foreseen_is_the_first_instant_of_a_worse_level(posted in -5_000_i64..300_000, per_day in 0_i64..60_000, ago in 0..20 * DAY_MS, probe in 0..14 * DAY_MS) {
        let (known, now) = (credit(Level::Ok, posted, 300_000, per_day, START), START.plus(ago));
        let today = known.at(now).level;
        match known.worsens(now) {
            Some((t, level)) => {
                prop_assert!(t > now && level > today);
                prop_assert_eq!(known.at(t).level, level);
                prop_assert_eq!(known.at(t.plus(-1)).level, today);
                let between = now.plus(probe % (t.since(now)));
                prop_assert_eq!(known.at(between).level, today);
            }
            None => prop_assert_eq!(known.at(now.plus(probe)).level, today),
        }
    }

    #[test]
    fn a_reckoned_balance_is_never_better_than_the_known_one(posted in -5_000_i64..300_000, per_day in 0_i64..60_000, since in 0..40 * DAY_MS) {
        let known = credit(Level::Ok, posted, 300_000, per_day, START);
        let is = known.at(START.plus(since));
        prop_assert!(is.standing.balance <= known.balance && is.level >= known.level);
        prop_assert!(known.balance <= Rupiah(0) || is.standing.balance >= Rupiah(0));
    }
}
