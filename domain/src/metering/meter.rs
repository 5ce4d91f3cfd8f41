//! Meters: what they are, how they are doing, and what a model can measure.

use crate::core::text::visible;
use crate::{Flow, Millilitres, UtcMillis};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Levels that a battery can have, per cent. A meter that measures none sends others, such as -1 and 255, and some send millivolts.
pub const BATTERY_LEVELS: RangeInclusive<i16> = 0..=100;

/// Seconds between reports that a meter can have: a week at most.
pub const REPORT_INTERVALS: RangeInclusive<u32> = 1..=7 * 86_400;

/// The life cycle of a meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LifeCycle {
    /// In service.
    Active,
    /// Taken out of service.
    Inactive,
    /// Being worked on.
    Maintenance,
    /// Known to be broken.
    Faulty,
}

impl LifeCycle {
    /// The word as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Maintenance => "maintenance",
            Self::Faulty => "faulty",
        }
    }
}

/// The longest name of a model, in characters.
pub const LONGEST_MODEL: usize = 64;

/// A maker's model as it is kept; it may be empty. `None` if it is too long, or no text.
pub fn model_name(text: &str) -> Option<String> {
    let model = visible(text).trim().to_owned();
    let is_text = model.chars().count() <= LONGEST_MODEL && !model.chars().any(char::is_control);
    is_text.then_some(model)
}

/// Whether a meter reports, judged by its own interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Connectivity {
    /// Reported within twice its interval.
    Online,
    /// Silent for more than twice its interval.
    Stale,
    /// Silent for more than four times its interval, or its last will says so, or it never reported.
    Offline,
}

impl Connectivity {
    /// Judges silence (product.md, Meter): stale at 2×, offline at 4× the interval.
    ///
    /// `said_offline` is the meter's last will, which counts only until a newer report.
    pub fn judge(last_report: Option<UtcMillis>, interval_s: u32, said_offline: bool, now: UtcMillis) -> Self {
        let Some(report) = last_report else { return Self::Offline };
        let silent = now.since(report);
        let interval = i64::from(interval_s.max(1)) * 1_000;
        if said_offline || silent > 4 * interval {
            Self::Offline
        } else if silent > 2 * interval {
            Self::Stale
        } else {
            Self::Online
        }
    }
}

/// A valve, as the meter last reported it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Valve {
    /// Water can flow.
    Open,
    /// Water cannot flow.
    Closed,
    /// Water flows less than it could.
    Partial,
    /// The meter has not said.
    #[default]
    Unknown,
}

impl Valve {
    /// The state as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Partial => "partial",
            Self::Unknown => "unknown",
        }
    }

    /// The state of a stored text; what is not known is [`Valve::Unknown`].
    pub fn from_str_or_unknown(text: &str) -> Self {
        match text {
            "open" => Self::Open,
            "closed" => Self::Closed,
            "partial" => Self::Partial,
            _ => Self::Unknown,
        }
    }
}

/// What a model of meter can physically register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capability {
    /// The permanent flow Q3 (ISO 4064-1).
    pub q3: Flow,
    /// Where the register returns to zero.
    pub register_modulus: Millilitres,
}

impl Capability {
    /// A household meter: Q3 = 2.5 m³/h, register of 99,999.999 m³.
    pub const HOUSEHOLD: Self = Self { q3: Flow::litres_per_hour(2_500), register_modulus: Millilitres::cubic_metres(100_000) };

    /// A bulk meter of a permanent flow Q3 in whole cubic metres an hour, with a register of 99,999,999.999 m³: of one that returns to zero
    /// earlier, that is taken for a register that was set anew.
    pub const fn bulk(q3: u32) -> Self {
        Self { q3: Flow::litres_per_hour(q3 as i64 * 1_000), register_modulus: Millilitres::cubic_metres(100_000_000) }
    }

    /// The overload flow Q4 = 1.25 × Q3 (ISO 4064-1), above which a reading is physically impossible.
    pub const fn q4(&self) -> Flow {
        Flow(self.q3.0 * 5 / 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_judged_by_the_meters_own_interval() {
        let report = Some(UtcMillis(0));
        let after = |seconds: i64, interval| Connectivity::judge(report, interval, false, UtcMillis(seconds * 1_000));
        assert_eq!(after(120, 60), Connectivity::Online);
        assert_eq!(after(121, 60), Connectivity::Stale);
        assert_eq!(after(241, 60), Connectivity::Offline);
        assert_eq!(after(241, 3_600), Connectivity::Online);
        assert_eq!(Connectivity::judge(None, 60, false, UtcMillis(0)), Connectivity::Offline);
        assert_eq!(Connectivity::judge(report, 60, true, UtcMillis(1)), Connectivity::Offline);
    }

    #[test]
    fn a_model_is_a_short_line_without_what_cannot_be_seen() {
        assert_eq!(model_name(" Elster\u{200b} V100 ").as_deref(), Some("Elster V100"));
        assert_eq!(model_name("").as_deref(), Some(""));
        assert_eq!(model_name("a\nb"), None);
        assert_eq!(model_name(&"x".repeat(LONGEST_MODEL + 1)), None);
    }
}
