//! What the rules are given: a meter's setting, and one interval between two of its settled readings.

use super::case::Rule;
use crate::core::local_time::DAY_MS;
use crate::metering::meter::Valve;
use crate::{Flow, Millilitres, TimeZone, UtcMillis};
use serde::{Deserialize, Serialize};

/// How long a person's "this is normal" holds unless it is confirmed: 90 days (issue 17). Milliseconds.
pub const NORMAL_MS: i64 = 90 * DAY_MS;

/// Where the reading at the end of an interval comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The meter counted it.
    #[default]
    Meter,
    /// A person or a camera read it: its last digits say nothing about the meter's step.
    ByEye,
}

/// What flowed between two settled readings that follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// When the earlier register was read.
    pub from: UtcMillis,
    /// When the later one was.
    pub to: UtcMillis,
    /// Their difference, zero or more.
    pub volume: Millilitres,
    /// Where the valve was all the while; [`Valve::Closed`] only if both readings say so.
    pub valve: Valve,
    /// Where the later reading comes from.
    pub source: Source,
}

/// A person's word that a flow is no leak. One that is taken back is no longer passed in; one that is confirmed gets a new `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Normal {
    /// What it was said of. Of a rule that judges the floor it holds for all of these: it is the same water.
    pub rule: Rule,
    /// From when on.
    pub from: UtcMillis,
    /// Until when.
    pub until: UtcMillis,
    /// Up to which rate, in mL/h; a quarter more is allowed for.
    pub rate: u32,
}

impl Normal {
    /// Said at an instant of a case's rule and rate, for [`NORMAL_MS`].
    pub const fn said(rule: Rule, rate: u32, at: UtcMillis) -> Self {
        Self { rule, from: at, until: UtcMillis(at.0.saturating_add(NORMAL_MS)), rate }
    }

    fn covers(&self, rule: Rule, rate: u32, at: UtcMillis) -> bool {
        let same = self.rule == rule || self.rule.is_floor() && rule.is_floor();
        same && self.from <= at && at < self.until && u64::from(rate) * 4 <= u64::from(self.rate) * 5
    }
}

/// What the rules have to know of a meter beside its readings.
#[derive(Clone, Copy, Debug)]
pub struct MeterSetting<'a> {
    /// The property's time zone.
    pub zone: TimeZone,
    /// The meter's permanent flow Q3.
    pub q3: Flow,
    /// By how much its register steps, if its model says so; else it is inferred.
    pub step: Option<Millilitres>,
    /// What people declared normal.
    pub normals: &'a [Normal],
}

impl MeterSetting<'_> {
    pub(super) fn is_normal(&self, rule: Rule, rate: u32, at: UtcMillis) -> bool {
        self.normals.iter().any(|normal| normal.covers(rule, rate, at))
    }

    /// So many per mille of Q3, in mL/h.
    pub(super) fn of_q3(&self, per_mille: i64) -> u32 {
        u32::try_from(self.q3.0.saturating_mul(60 * per_mille) / 1_000).unwrap_or(u32::MAX)
    }
}
