//! The score of a meter with its reasons: what is wrong, by which evidence, and how many points that costs.

use super::limits::Limits;
use crate::UtcMillis;
use crate::core::local_time::{DAY_MS, HOUR_MS};
use crate::core::words::words;
use crate::leaks::Severity;
use crate::metering::meter::LifeCycle;
use crate::metering::reading::CLOCK_TOLERANCE_MS;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// A meter with fewer points than this needs attention: each reason that somebody has to do something about costs more than what is left.
pub const ATTENTION: u8 = 80;

/// A battery below this is low where nothing else is set, per cent.
pub const LOW_BATTERY: u8 = 20;

/// A battery that will be empty in fewer days than this is low: a round of replacements is planned for a quarter of a year.
const LOW_DAYS: i64 = 90;

/// A battery that was low is so no more from so many days on.
const WELL_DAYS: i64 = 105;

/// Shorter silences are nobody's concern: networks and batteries are changed in that time. Seconds.
const LEAST_SILENCE_S: u32 = 30 * 60;

/// A voltage that was reported as low counts for so long: the battery may have recovered. Milliseconds.
const VOLTAGE_MS: i64 = 30 * DAY_MS;

/// A signal weaker than this is lost now and then, and one weaker than the second often; dBm, as modules of mobile networks have it.
const WEAK_DBM: (i16, i16) = (-105, -115);

/// After so many years a water meter is to be verified anew (*tera ulang*), and after twice as many it is past its second time.
const VERIFIED_YEARS: (i64, i64) = (5, 10);

/// An installation that is said to be older than this has no date: 2000-01-01.
const DATED_SINCE: UtcMillis = UtcMillis(946_684_800_000);

const YEAR_MS: i64 = 365 * DAY_MS + DAY_MS / 4;

words! {
    /// What of a meter is judged.
    Aspect {
        /// Whether it reports.
        Silence = "silence",
        /// Its battery.
        Battery = "battery",
        /// Its clock.
        Clock = "clock",
        /// Its voltage, as it says itself.
        Voltage = "voltage",
        /// Whether its valve is as it said that it had moved it.
        Valve = "valve",
        /// The signal by which it reports.
        Signal = "signal",
        /// For how long it is in service.
        Age = "age",
    }
}

/// What is known of a meter's health beside its newest values. None of it changes with time alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// How long it is silent on its usual days, seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual_silence_s: Option<u32>,
    /// The newest level of its battery, per cent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub battery: Option<u8>,
    /// When its battery will be empty, by how it fell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub empty_at: Option<UtcMillis>,
    /// Milliseconds by which its clock is ahead; negative where it is behind.
    #[serde(default)]
    pub skew_ms: i64,
    /// When it last reported that its voltage is low.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low_voltage_at: Option<UtcMillis>,
    /// Since when it is known that its valve is not as the newest order left it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valve_contradicts_at: Option<UtcMillis>,
    /// When it was installed for the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_service_since: Option<UtcMillis>,
    /// What its utility has set for meters of its class.
    #[serde(default, skip_serializing_if = "Limits::is_empty")]
    pub limits: Limits,
}

/// A meter as it is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Its life cycle.
    pub life_cycle: LifeCycle,
    /// Seconds between its reports.
    pub interval_s: u32,
    /// When something was received of it last; none where nothing ever was.
    pub reported_at: Option<UtcMillis>,
    /// Signal, dBm.
    pub rssi: Option<i16>,
    /// The rest.
    pub condition: Condition,
}

/// What a reason goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of")]
pub enum Evidence {
    /// For [`Aspect::Silence`].
    Silence {
        /// Nothing was received for so many seconds …
        for_s: u32,
        /// … and so many are expected at the most.
        limit_s: u32,
    },
    /// For [`Aspect::Battery`].
    Battery {
        /// Per cent.
        level: u8,
        /// Whole days until it will be empty, by how it fell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        days: Option<u32>,
    },
    /// For [`Aspect::Clock`].
    Clock {
        /// Seconds by which it is ahead; negative where it is behind.
        skew_s: i64,
    },
    /// For [`Aspect::Voltage`].
    Voltage {
        /// When the meter last reported it.
        at: UtcMillis,
    },
    /// For [`Aspect::Valve`].
    Valve {
        /// Since when it is known.
        since: UtcMillis,
    },
    /// For [`Aspect::Signal`].
    Signal {
        /// dBm.
        dbm: i16,
    },
    /// For [`Aspect::Age`].
    Age {
        /// Whole years.
        years: u8,
    },
}

impl Evidence {
    /// What it is about.
    pub const fn aspect(self) -> Aspect {
        match self {
            Self::Silence { .. } => Aspect::Silence,
            Self::Battery { .. } => Aspect::Battery,
            Self::Clock { .. } => Aspect::Clock,
            Self::Voltage { .. } => Aspect::Voltage,
            Self::Valve { .. } => Aspect::Valve,
            Self::Signal { .. } => Aspect::Signal,
            Self::Age { .. } => Aspect::Age,
        }
    }
}

/// Why points are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// By what.
    pub evidence: Evidence,
    /// How many points it costs.
    pub points: u8,
}

impl Reason {
    /// How bad it is.
    pub const fn severity(self) -> Severity {
        match self.points {
            40.. => Severity::Severe,
            21.. => Severity::Moderate,
            _ => Severity::Minor,
        }
    }
}

/// How healthy a meter is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// From 0 to 100, the healthiest.
    pub score: u8,
    /// What costs points, the worst first.
    pub reasons: Vec<Reason>,
}

impl Health {
    /// Whether somebody should look at the meter.
    pub const fn needs_attention(&self) -> bool {
        self.score < ATTENTION
    }

    /// The reason of an aspect.
    pub fn reason(&self, aspect: Aspect) -> Option<Reason> {
        self.reasons.iter().copied().find(|reason| reason.evidence.aspect() == aspect)
    }
}

/// Judges a meter at an instant. None where there is nothing to judge: nothing was ever received of it, or it is out of service or being worked
/// on, and silence is as it should be.
pub fn assess(facts: &Facts, now: UtcMillis) -> Option<Health> {
    let reported_at = facts.reported_at.filter(|_| matches!(facts.life_cycle, LifeCycle::Active | LifeCycle::Faulty))?;
    let found = [
        silence(facts, now.since(reported_at)),
        battery(&facts.condition, now),
        clock(facts),
        voltage(&facts.condition, now),
        facts.condition.valve_contradicts_at.map(|since| (Evidence::Valve { since }, 30)),
        signal(facts.rssi),
        age(&facts.condition, now),
    ];
    let mut reasons: Vec<Reason> = found.into_iter().flatten().map(|(evidence, points)| Reason { evidence, points }).collect();
    reasons.sort_by_key(|reason| Reverse(reason.points));
    let score = reasons.iter().fold(100_u8, |score, reason| score.saturating_sub(reason.points));
    Some(Health { score, reasons })
}

/// Seconds of silence that are expected of a meter at the most: four times its interval, and what its utility has set for its class, or half as
/// long again as it is usually silent where that has set nothing.
pub fn silence_limit_s(interval_s: u32, condition: &Condition) -> u32 {
    let usual = condition.usual_silence_s.map_or(0, |usual| usual.saturating_add(usual / 2));
    let expected = condition.limits.silence_s.unwrap_or(LEAST_SILENCE_S.max(usual));
    expected.max(interval_s.saturating_mul(4))
}

/// A reason before it has its place.
type Found = (Evidence, u8);

fn silence(facts: &Facts, silent_ms: i64) -> Option<Found> {
    let limit_s = silence_limit_s(facts.interval_s, &facts.condition);
    let for_s = u32::try_from(silent_ms.max(0) / 1_000).unwrap_or(u32::MAX);
    let points = match i64::from(for_s) * 1_000 {
        _ if for_s <= limit_s => return None,
        silent if silent > 3 * DAY_MS => 60,
        silent if silent > DAY_MS => 40,
        _ => 25,
    };
    Some((Evidence::Silence { for_s, limit_s }, points))
}

/// Days that a battery lasts from an instant on; none where that is not known.
fn days_left(condition: &Condition, now: UtcMillis) -> Option<i64> {
    condition.empty_at.map(|empty| empty.since(now).max(0) / DAY_MS)
}

fn battery(condition: &Condition, now: UtcMillis) -> Option<Found> {
    let level = condition.battery?;
    let days = days_left(condition, now);
    let limit = condition.limits.battery();
    let by_level = match level {
        _ if level >= limit => 0,
        // Below half of it.
        _ if level < limit / 2 => 45,
        _ => 25,
    };
    let by_days = match days {
        Some(..7) => 45,
        Some(7..30) => 35,
        Some(30..LOW_DAYS) => 25,
        _ => 0,
    };
    let days = days.map(|days| u32::try_from(days).unwrap_or(u32::MAX));
    let points = if by_level > by_days { by_level } else { by_days };
    (points > 0).then_some((Evidence::Battery { level, days }, points))
}

/// Milliseconds that a meter's clock may be off: what readings may be ahead by, and twice its interval, within which it sends what it read.
fn clock_limit_ms(facts: &Facts) -> i64 {
    CLOCK_TOLERANCE_MS.max(i64::from(facts.interval_s) * 2_000)
}

fn clock(facts: &Facts) -> Option<Found> {
    let skew_ms = facts.condition.skew_ms;
    let behind_ms = skew_ms.saturating_neg();
    let points = match skew_ms {
        // Nothing of it is believed, and so nothing is charged.
        CLOCK_TOLERANCE_MS.. => 45,
        _ if behind_ms <= clock_limit_ms(facts) => return None,
        _ if behind_ms > HOUR_MS => 35,
        _ => 25,
    };
    Some((Evidence::Clock { skew_s: skew_ms / 1_000 }, points))
}

fn voltage(condition: &Condition, now: UtcMillis) -> Option<Found> {
    let at = condition.low_voltage_at.filter(|at| now.since(*at) < VOLTAGE_MS)?;
    Some((Evidence::Voltage { at }, 25))
}

fn signal(rssi: Option<i16>) -> Option<Found> {
    let dbm = rssi.filter(|dbm| *dbm < WEAK_DBM.0)?;
    Some((Evidence::Signal { dbm }, if dbm < WEAK_DBM.1 { 10 } else { 5 }))
}

fn age(condition: &Condition, now: UtcMillis) -> Option<Found> {
    let since = condition.in_service_since.filter(|since| *since >= DATED_SINCE)?;
    let years = now.since(since) / YEAR_MS;
    let points = match years {
        _ if years >= VERIFIED_YEARS.1 => 20,
        _ if years >= VERIFIED_YEARS.0 => 10,
        _ => return None,
    };
    Some((Evidence::Age { years: u8::try_from(years).unwrap_or(u8::MAX) }, points))
}

/// Whether a case of an aspect is over: later than when its reason is gone, where that wavers.
pub fn is_over(aspect: Aspect, facts: &Facts, now: UtcMillis) -> bool {
    // What the meter said of its voltage holds whether it reports or not.
    if aspect == Aspect::Voltage {
        return voltage(&facts.condition, now).is_none();
    }
    let Some(health) = assess(facts, now) else { return true };
    if health.reason(aspect).is_some() {
        return false;
    }
    match aspect {
        Aspect::Battery => {
            let well = facts.condition.limits.battery_well();
            let is_full = facts.condition.battery.is_none_or(|level| level >= well);
            is_full && days_left(&facts.condition, now).is_none_or(|days| days >= WELL_DAYS)
        }
        Aspect::Clock => facts.condition.skew_ms.saturating_abs() <= clock_limit_ms(facts) / 2,
        Aspect::Silence | Aspect::Voltage | Aspect::Valve | Aspect::Signal | Aspect::Age => true,
    }
}

/// The next instant at which what is judged of a meter changes by time alone, if nothing more is received of it; none if never.
pub fn changes_at(facts: &Facts, now: UtcMillis) -> Option<UtcMillis> {
    let limit_ms = i64::from(silence_limit_s(facts.interval_s, &facts.condition)) * 1_000;
    let silence =
        facts.reported_at.map(|reported| [limit_ms, DAY_MS, 3 * DAY_MS].map(|after| reported.plus(after.max(limit_ms) + 1_000)));
    let battery = facts.condition.empty_at.map(|empty| [LOW_DAYS, 30, 7].map(|days| empty.plus(1 - days * DAY_MS)));
    let voltage = facts.condition.low_voltage_at.map(|at| at.plus(VOLTAGE_MS));
    let instants = silence.into_iter().chain(battery).flatten().chain(voltage);
    instants.filter(|at| *at > now).min()
}
