//! The rules, one after the other, on an interval that was absorbed.

use super::burst::{FLOWS, LEARNED_DAYS, Measure};
use super::case::{Case, Change, Evidence, Rule};
use super::day::Day;
use super::dry::{DAY_S, LEVELS, NoPause, USE_S};
use super::open::OpenCase;
use super::setting::MeterSetting;
use super::state::{LeakState, Passed};
use crate::{Millilitres, UtcMillis};

/// Marks an early notice in the level.
const EARLY: u8 = 128;

/// The local hour at which a night is over, and how many hours it has (product.md, 3a: 00–05).
const NIGHT: u32 = 5;

/// The least flow of a night is a mean over so many hours that a step is no more than 5 L/h of it; a register that needs more than two
/// says nothing of a night. mL/h.
const NIGHT_STEP: u32 = 5_000;

/// A register that stands still for fifteen days is stuck: families are away for two weeks around Lebaran. Seconds.
const STUCK_S: u32 = 15 * 86_400;

/// Refills are distinguished in intervals up to this, seconds.
const REFILL_PACE_S: u32 = 120;

/// Changes so far, and what they need.
struct Found<'a> {
    meter: &'a MeterSetting<'a>,
    passed: &'a Passed,
    changes: &'a mut Vec<Change>,
}

impl LeakState {
    /// Takes an interval into all rules and appends what changes.
    pub(super) fn run_rules(&mut self, meter: &MeterSetting<'_>, passed: &Passed, changes: &mut Vec<Change>) {
        let mut found = Found { meter, passed, changes };
        self.clear_normal(&mut found);
        self.grow(&mut found);
        if passed.has_course {
            let hour_before = self.hours.now;
            self.hours.add(passed.hour, passed.ml, passed.seconds);
            if passed.hour > hour_before {
                self.hour_ends(hour_before, &mut found);
            }
            self.pass(passed);
            self.burst(&mut found);
        } else {
            self.pass_without_course(passed);
        }
        if self.sustained.is_running() {
            self.pauses.restart_early();
        }
        self.refills(&mut found);
        self.continuous(&mut found);
        self.closed_valve(&mut found);
        self.stuck(&mut found);
    }

    fn pass(&mut self, passed: &Passed) {
        if passed.still {
            self.pauses.still(passed.seconds, !self.open.is_leaking());
            return;
        }
        if !self.open.is_open(Rule::StuckAtZero) {
            self.days.quiet = self.days.quiet.max(u8::try_from(self.pauses.run_s / 86_400).unwrap_or(u8::MAX));
        }
        self.pauses.flowing(passed.seconds);
    }

    fn clear_normal(&mut self, found: &mut Found<'_>) {
        for rule in Rule::ALL.into_iter().filter(|_| !found.meter.normals.is_empty()) {
            let is_normal = |open: OpenCase| found.meter.is_normal(rule, open.rate, found.passed.at);
            if self.open.get(rule).is_some_and(is_normal) {
                self.clear(rule, found);
            }
        }
    }

    /// Adds to the losses of the open cases: what flowed, and not more than runs away.
    fn grow(&mut self, found: &mut Found<'_>) {
        for rule in Rule::ALL {
            let Some(before) = self.open.get(rule).filter(|_| rule != Rule::StuckAtZero) else { continue };
            let runs = u64::from(before.rate) * u64::from(found.passed.seconds) / 3_600;
            let lost = found.passed.ml.min(u32::try_from(runs).unwrap_or(u32::MAX));
            let after = OpenCase { loss: before.loss.saturating_add(lost), ..before };
            self.open.set(rule, after);
            if after.says_more_than(&before) {
                found.changes.push(Change::Updated { at: found.passed.at, case: self.case(rule, after) });
            }
        }
    }

    fn open(&mut self, rule: Rule, start: u32, rate: u32, loss: u32, found: &mut Found<'_>) {
        if self.open.is_open(rule) || found.meter.is_normal(rule, rate, found.passed.at) {
            return;
        }
        let open = OpenCase { start: start.max(1), rate, loss };
        self.open.set(rule, open);
        found.changes.push(Change::Opened { at: found.passed.at, case: self.case(rule, open) });
    }

    fn clear(&mut self, rule: Rule, found: &mut Found<'_>) {
        if let Some(open) = self.open.get(rule) {
            found.changes.push(Change::Cleared { at: found.passed.at, case: self.case(rule, open) });
            self.open.close(rule);
        }
    }

    fn continuous(&mut self, found: &mut Found<'_>) {
        let rule = Rule::ContinuousFlow;
        if let Some(open) = self.open.get(rule) {
            let level = usize::from(self.level % EARLY);
            if self.pauses.is_over(level) {
                if self.level < EARLY && found.passed.to.saturating_sub(open.start) < USE_S {
                    self.pauses.was_use(level);
                }
                self.clear(rule, found);
                self.pauses.restart();
            }
            return;
        }
        if self.open.has_floor() || self.open.is_open(Rule::Burst) {
            return;
        }
        let floor = || self.floor(DAY_S, found.passed.step);
        let missing = self.pauses.missing(self.pace_s.into(), found.passed.step, floor);
        let missing = missing.or_else(|| self.pauses.missing_early(self.pace_s.into()));
        let Some(NoPause { level, early }) = missing else { return };
        let for_s = self.pauses.wet_s[level];
        let rate = self.floor(for_s, found.passed.step).unwrap_or_default();
        let loss = u64::from(rate) * u64::from(for_s) / 3_600;
        self.level = level as u8 + if early { EARLY } else { 0 };
        self.open(rule, found.passed.to.saturating_sub(for_s), rate, u32::try_from(loss).unwrap_or(u32::MAX), found);
    }

    /// What has flowed at the least of late, mL/h: over hours enough that a step of the register is no more than 2.5 L/h of it; where
    /// an hour was dry, over longer ones. `None` if that was not measured.
    fn floor(&self, for_s: u32, step: u32) -> Option<u32> {
        // Not the hour in which it began.
        let hours = (for_s / 3_600).saturating_sub(1).clamp(1, 24);
        let window = (step / (NIGHT_STEP / 2)).clamp(1, 24);
        let floors = [1, 2, 4, 8].into_iter().filter_map(|times| self.hours.floor(hours, (window * times).min(hours)));
        floors.reduce(|floor, longer| if floor > 0 { floor } else { longer })
    }

    fn burst(&mut self, found: &mut Found<'_>) {
        let passed = found.passed;
        let measure = Measure {
            limits: FLOWS.map(|(per_mille, _)| found.meter.of_q3(per_mille)),
            step: passed.step,
            hour: passed.hour % 24,
            learned: self.pauses.days >= LEARNED_DAYS,
        };
        let flow = self.sustained.add(passed.ml, passed.seconds, &measure);
        if let Some(open) = self.open.get(Rule::Burst) {
            if flow.is_some_and(|flow| flow < open.rate / 2) && !self.sustained.is_strong() {
                self.clear(Rule::Burst, found);
                self.sustained.end_all(&measure, passed.seconds);
            }
        } else if let Some(burst) = flow.and_then(|_| self.sustained.burst(&measure, passed.seconds)) {
            let loss = u64::from(burst.floor) * u64::from(burst.for_s) / 3_600;
            self.open(
                Rule::Burst,
                passed.to.saturating_sub(burst.for_s),
                burst.floor,
                u32::try_from(loss).unwrap_or(u32::MAX),
                found,
            );
        }
    }

    fn refills(&mut self, found: &mut Found<'_>) {
        let (passed, rule) = (found.passed, Rule::ToiletRefills);
        if passed.seconds > REFILL_PACE_S {
            self.refills.lost();
        } else {
            self.refills.add(passed.from, passed.ml, passed.still, passed.step);
        }
        if self.open.is_open(rule) {
            if self.refills.is_over(passed.to) {
                self.clear(rule, found);
            }
        } else if self.refills.is_leaking_toilet() && !self.open.has_floor() && !self.open.is_open(Rule::Burst) {
            let loss = u32::from(self.refills.each) * u32::from(self.refills.count);
            self.open(rule, self.refills.first(), self.refills.rate(), loss, found);
        }
    }

    fn closed_valve(&mut self, found: &mut Found<'_>) {
        let (passed, rule) = (found.passed, Rule::ClosedValve);
        if !passed.closed {
            self.closed = Default::default();
            self.clear(rule, found);
            return;
        }
        self.closed.add(passed.ml, passed.seconds);
        if let Some(at_least) = self.closed.at_least(passed.step) {
            let start = passed.to.saturating_sub(self.closed.for_s);
            self.open(rule, start, self.closed.rate(), at_least, found);
        }
    }

    fn stuck(&mut self, found: &mut Found<'_>) {
        let (rule, still_s) = (Rule::StuckAtZero, self.pauses.run_s);
        if still_s == 0 {
            self.clear(rule, found);
        } else if still_s >= STUCK_S.max(u32::from(self.days.quiet) * 3 * 86_400) && self.days.is_used() && !found.passed.closed {
            self.open(rule, found.passed.to.saturating_sub(still_s), 0, 0, found);
        }
    }

    fn hour_ends(&mut self, before: u32, found: &mut Found<'_>) {
        let is_leaking = self.open.is_leaking();
        let crossed = |hour: u32| (before + 24 - hour) / 24 < (found.passed.hour + 24 - hour) / 24;
        let (night, day) = (crossed(NIGHT), crossed(0));
        if let Some(open) = self.open.get(Rule::ContinuousFlow) {
            let rate = self.floor(found.passed.to.saturating_sub(open.start), found.passed.step);
            let rate = rate.filter(|rate| *rate > 0).unwrap_or(open.rate);
            self.open.set(Rule::ContinuousFlow, OpenCase { rate, ..open });
        }
        if night && !self.sustained.is_running() {
            self.night_ends(is_leaking, found);
        }
        if day {
            let volume = self.hours.day();
            self.pauses.day_ends(volume.is_some() && !is_leaking);
            if let Some(volume) = volume {
                self.day_ends(volume, found);
            }
        }
    }

    fn night_ends(&mut self, is_leaking: bool, found: &mut Found<'_>) {
        let step = found.passed.step;
        let window = step.div_ceil(NIGHT_STEP).max(1);
        let Some(least) = self.hours.least(0, NIGHT, window.min(NIGHT)).filter(|_| window <= 2) else { return };
        let night = self.nights.add(least.saturating_sub(step / window), !is_leaking);
        if night.usual {
            self.clear(Rule::NightFlow, found);
            self.clear(Rule::GradualRise, found);
        } else if !self.open.has_floor() && !self.open.is_open(Rule::Burst) {
            let lost = least.saturating_mul(NIGHT);
            let start = |nights: u32| found.passed.to.saturating_sub(((nights - 1) * 24 + NIGHT) * 3_600);
            if night.above {
                self.open(Rule::NightFlow, start(2), least, lost.saturating_mul(2), found);
            } else if night.risen {
                let nights = u32::from(self.nights.rising);
                let rate = self.nights.fast.saturating_sub(self.nights.slow);
                self.open(Rule::GradualRise, start(nights), rate, rate.saturating_mul(NIGHT * nights), found);
            }
        }
    }

    fn day_ends(&mut self, volume: u32, found: &mut Found<'_>) {
        match self.days.add(volume) {
            Day::Usual => self.clear(Rule::DayAboveNorm, found),
            Day::Above(more) if !self.open.is_leaking() => {
                let start = found.passed.to.saturating_sub(u32::from(self.days.over) * 86_400);
                self.open(Rule::DayAboveNorm, start, more / 24, more, found);
            }
            Day::Above(_) => {}
        }
    }

    /// A case with what its rule decides by, as the state has it now.
    pub(super) fn case(&self, rule: Rule, open: OpenCase) -> Case {
        let evidence = match rule {
            Rule::ContinuousFlow => {
                let level = usize::from(self.level % EARLY).min(LEVELS.len() - 1);
                Evidence::ContinuousFlow {
                    dry_s: LEVELS[level],
                    for_s: self.pauses.wet_s[level],
                    usual_ppm: self.pauses.usual_ppm(level),
                    early: self.level >= EARLY,
                }
            }
            Rule::Burst => {
                let for_s = self.sustained.runs.iter().map(|run| run.for_s).max().unwrap_or_default();
                Evidence::Burst { floor: open.rate, for_s }
            }
            Rule::NightFlow => Evidence::NightFlow { least: open.rate, usual: self.nights.high },
            Rule::GradualRise => {
                Evidence::GradualRise { now: self.nights.fast, before: self.nights.slow, nights: self.nights.rising }
            }
            Rule::DayAboveNorm => {
                let norm = i64::from(self.days.norm);
                Evidence::DayAboveNorm { day: norm + i64::from(open.rate) * 24, norm, days: self.days.over }
            }
            Rule::ToiletRefills => {
                let (each, every_s) = (self.refills.each.into(), self.refills.every_s.into());
                Evidence::ToiletRefills { refills: self.refills.count, each, every_s }
            }
            Rule::ClosedValve => Evidence::ClosedValve { at_least: open.loss, for_s: self.closed.for_s },
            Rule::StuckAtZero => {
                Evidence::StuckAtZero { for_s: self.pauses.run_s, usual_days: self.days.quiet, norm: i64::from(self.days.norm) }
            }
        };
        let start = UtcMillis(i64::from(open.start) * 1_000);
        Case { rule, severity: open.severity(), start, rate: open.rate, loss: Millilitres(i64::from(open.loss)), evidence }
    }
}
