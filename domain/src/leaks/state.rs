//! The state of a meter: absorbs intervals, one at a time and in order, and says what changes of the meter's cases.

use super::burst::Sustained;
use super::case::{Case, Change, Rule};
use super::closed::Closed;
use super::day::Days;
use super::dry::Pauses;
use super::hours::Hours;
use super::night::Nights;
use super::open::Open;
use super::packed::{Packed, packed};
use super::refills::Refills;
use super::setting::{Interval, MeterSetting, Source};
use super::step::Step;
use crate::UtcMillis;
use crate::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::metering::meter::Valve;
use crate::metering::reading::GAP_MS;
use serde::{Deserialize, Serialize};

/// A case that no reading supports for a week is over: whether it goes on is not known any more. Milliseconds.
pub const SILENT_MS: i64 = 7 * DAY_MS;

/// In an interval longer than this nobody knows when water flowed, unless none did. Hourly meters are late by minutes. Milliseconds.
const COURSE_MS: i64 = 90 * MINUTE_MS;

/// Less than this is standing still: no household meter starts to turn at less (ISO 4064-1: Q1 of an R160 meter with a Q3 of 2.5 m³/h is
/// 15.6 L/h), and what is beneath is noise of an ultrasonic one. mL/h.
const STILL: i64 = 1_000;

/// A register whose step is not known yet is taken for one that steps in litres, as most do. mL.
const USUAL_STEP: u32 = 1_000;

/// The form in which states are stored; another is not read, and its meter is computed anew.
const FORM: u8 = 2;

/// All that is known of a meter: at most 400 bytes, in memory and as bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Vec<u8>", try_from = "Vec<u8>")]
pub struct LeakState {
    /// The end of the last interval, in milliseconds since 1970; zero before the first.
    until: i64,
    last_ms: u32,
    last_ml: u32,
    /// About how long this meter's intervals are, seconds.
    pub(super) pace_s: u16,
    pub(super) step: Step,
    pub(super) hours: Hours,
    pub(super) pauses: Pauses,
    pub(super) sustained: Sustained,
    pub(super) nights: Nights,
    pub(super) days: Days,
    pub(super) refills: Refills,
    pub(super) closed: Closed,
    pub(super) open: Open,
    /// Which pause the case of continuous flow is about; 128 more for an early notice.
    pub(super) level: u8,
}
packed!(LeakState {
    until,
    last_ms,
    last_ml,
    pace_s,
    step,
    hours,
    pauses,
    sustained,
    nights,
    days,
    refills,
    closed,
    open,
    level,
});

/// An interval does not follow what was absorbed. Take a copy of the state that is not [`LeakState::until`] later than `from`, or a new
/// one, and absorb all intervals since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an interval begins before what was absorbed")]
pub struct OutOfOrder {
    /// Where the interval begins.
    pub from: UtcMillis,
}

/// An interval in the units of the rules.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passed {
    /// When the interval ended.
    pub at: UtcMillis,
    /// Seconds since 1970.
    pub from: u32,
    /// Seconds since 1970.
    pub to: u32,
    /// How long the interval was, seconds.
    pub seconds: u32,
    /// What flowed in it, mL.
    pub ml: u32,
    /// The register's step, mL.
    pub step: u32,
    /// Whether nothing flowed: less than [`STILL`].
    pub still: bool,
    /// Whether the interval is short enough to say when it flowed.
    pub has_course: bool,
    /// The local hour that its middle lies in, counted from 1970.
    pub hour: u32,
    /// Whether its meter reported the valve closed.
    pub closed: bool,
}

impl LeakState {
    /// Up to when intervals were absorbed.
    pub const fn until(&self) -> UtcMillis {
        UtcMillis(self.until)
    }

    /// Absorbs the interval that follows. The same interval again changes nothing.
    ///
    /// # Errors
    /// [`OutOfOrder`] if it begins before what was absorbed, or does not end after it begins.
    pub fn absorb(&mut self, meter: &MeterSetting<'_>, interval: &Interval) -> Result<Vec<Change>, OutOfOrder> {
        let ml = u32::try_from(interval.volume.0.max(0)).unwrap_or(u32::MAX);
        let long = interval.to.since(interval.from);
        let last_ms = u32::try_from(long).unwrap_or(u32::MAX);
        if (interval.to.0, last_ms, ml) == (self.until, self.last_ms, self.last_ml) {
            return Ok(Vec::new());
        }
        if long <= 0 || interval.from.0 < self.until {
            return Err(OutOfOrder { from: interval.from });
        }
        // Whoever was silent for a week has no case any more, also where the next reading ends that silence.
        let mut changes = self.sweep(interval.to);
        self.gap(interval.from.0 - self.until);
        if interval.source == Source::Meter {
            self.step.learn(ml);
        }
        (self.until, self.last_ms, self.last_ml) = (interval.to.0, last_ms, ml);
        let passed = self.passed(meter, interval, ml);
        self.run_rules(meter, &passed, &mut changes);
        Ok(changes)
    }

    /// What time alone changes, up to an instant: cases of a meter that has been silent for a week are cleared. May be called as often as
    /// one likes; what a later [`Self::absorb`] finds is the same with and without.
    pub fn sweep(&mut self, now: UtcMillis) -> Vec<Change> {
        let at = UtcMillis(self.until.saturating_add(SILENT_MS));
        if self.until == 0 || now < at {
            return Vec::new();
        }
        let cleared = self.cases().into_iter().map(|case| Change::Cleared { at, case }).collect();
        self.open = Open::default();
        cleared
    }

    /// The cases that are open.
    pub fn cases(&self) -> Vec<Case> {
        Rule::ALL.into_iter().filter_map(|rule| self.open.get(rule).map(|open| self.case(rule, open))).collect()
    }

    /// As it is stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(size_of::<Self>() + 1);
        FORM.pack(&mut out);
        self.pack(&mut out);
        out
    }

    /// From what was stored; `None` if that is another form, whose meter has to be computed anew.
    pub fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let is_ours = u8::unpack(&mut bytes)? == FORM;
        let state = Self::unpack(&mut bytes)?;
        (is_ours && bytes.is_empty()).then_some(state)
    }

    fn passed(&mut self, meter: &MeterSetting<'_>, interval: &Interval, ml: u32) -> Passed {
        let long = interval.to.since(interval.from);
        let has_course = long <= COURSE_MS;
        let (from, to) = (seconds(interval.from), seconds(interval.to));
        let middle = UtcMillis(interval.from.0 + long / 2);
        let local = middle.0.saturating_add(meter.zone.offset_ms()).div_euclid(HOUR_MS);
        let passed_s = to - from;
        if has_course {
            // Grows at once, so that a pause is not taken for one that could have been seen, and shrinks slowly: a meter that is watched
            // live reports every few seconds for a while.
            let pace_s = passed_s as u16;
            self.pace_s = if pace_s >= self.pace_s { pace_s } else { self.pace_s - (self.pace_s - pace_s).div_ceil(64) };
        }
        Passed {
            at: interval.to,
            from,
            to,
            seconds: passed_s,
            ml,
            step: self.step_of(meter),
            still: i64::from(ml) * HOUR_MS < STILL * long,
            has_course,
            hour: u32::try_from(local).unwrap_or_default(),
            closed: interval.valve == Valve::Closed,
        }
    }

    /// The step of the meter's register, mL: as its model says, as its increments say, or the usual one.
    pub(super) fn step_of(&self, meter: &MeterSetting<'_>) -> u32 {
        let given = meter.step.and_then(|step| u32::try_from(step.0).ok());
        given.or_else(|| self.step.known()).unwrap_or(USUAL_STEP).max(1)
    }

    /// Time of which nothing is known. It is no pause, and what went on before it may have ended in it.
    fn gap(&mut self, long_ms: i64) {
        if self.until == 0 || long_ms == 0 {
            return;
        }
        self.pauses.unknown();
        self.sustained.lost();
        self.refills.lost();
        if long_ms > GAP_MS {
            self.pauses.lost();
        }
    }

    /// An interval without a course: the register stood still in all of it, or nobody knows when it turned.
    pub(super) fn pass_without_course(&mut self, passed: &Passed) {
        if passed.ml == 0 {
            self.pauses.still(passed.seconds, !self.open.is_leaking());
            return;
        }
        self.gap(i64::from(passed.seconds) * 1_000);
    }
}

impl From<LeakState> for Vec<u8> {
    fn from(state: LeakState) -> Self {
        state.to_bytes()
    }
}

impl TryFrom<Vec<u8>> for LeakState {
    type Error = &'static str;
    fn try_from(bytes: Vec<u8>) -> Result<Self, Self::Error> {
        Self::from_bytes(&bytes).ok_or("not a state of this form")
    }
}

/// What a whole history comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// The state after it.
    pub state: LeakState,
    /// All that changed on the way, in order.
    pub changes: Vec<Change>,
}

/// Computes anew from a state and all intervals behind it, in order.
///
/// # Errors
/// [`OutOfOrder`] if they do not follow one another.
pub fn replay<'a>(
    state: LeakState,
    meter: &MeterSetting<'_>,
    intervals: impl IntoIterator<Item = &'a Interval>,
) -> Result<Replayed, OutOfOrder> {
    let mut replayed = Replayed { state, changes: Vec::new() };
    for interval in intervals {
        replayed.changes.append(&mut replayed.state.absorb(meter, interval)?);
    }
    Ok(replayed)
}

/// Seconds since 1970.
fn seconds(at: UtcMillis) -> u32 {
    u32::try_from(at.0 / 1_000).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
