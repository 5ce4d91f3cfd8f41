//! A schedule as its author sets it: what is done, at which meters, when it falls due, and on which time of a day.

use crate::core::text::visible;
use crate::maintenance::schedule::due::OnOffDay;
use crate::maintenance::schedule::rule::{BadRule, Rule};
use crate::maintenance::work_order::{WorkKind, clean_text};
use crate::metering::meter::LONGEST_MODEL;
use crate::{LocalDay, MeterId, Millilitres, UserId, ZoneId};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// When work at a meter falls due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Trigger {
    /// On days.
    Calendar {
        /// The rule's text as its author wrote it ([`Rule`]).
        rule: String,
        /// From which local day on. Where the rule counts from a day, it is this one.
        start: LocalDay,
    },
    /// Each time so much has passed the meter since it was first looked at, or since its last work by this schedule fell due.
    Volume {
        /// How much.
        every: Millilitres,
    },
    /// When its battery is lower than this.
    Battery {
        /// Per cent.
        below: u8,
    },
    /// When its health is lower than this.
    Health {
        /// Points of 100.
        below: u8,
    },
    /// When it has been in service for so many years, and for as many more each time: water meters are verified anew (`tera ulang`) every five.
    Age {
        /// Years.
        years: u8,
    },
}

/// At which meters. What says nothing leaves nobody out; only meters that are installed are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Selection {
    /// Those of these zones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<ZoneId>,
    /// Those of this model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// These.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub meters: Vec<MeterId>,
}

/// A schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Plan {
    /// What it is called.
    pub name: String,
    /// What is done.
    pub work: WorkKind,
    /// When it falls due.
    pub trigger: Trigger,
    /// At which meters.
    #[serde(default)]
    pub selection: Selection,
    /// What becomes of Sundays and holidays.
    pub on_off_day: OnOffDay,
    /// When its window opens: minutes after local midnight.
    pub from_minute: u16,
    /// How long its window is open, minutes.
    pub window_minutes: u16,
    /// How long one job takes, as its author expects, minutes.
    pub job_minutes: u16,
    /// For how many days ahead work is announced.
    pub horizon_days: u16,
    /// Who does it: a technician of the meter's zone; anybody of it where nobody is named, or the one who is named works elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technician: Option<UserId>,
    /// What is written about each job.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// For how many days ahead work is announced, unless somebody says otherwise.
pub const USUAL_HORIZON: u16 = 60;

/// Characters of a schedule's name.
pub const NAME: RangeInclusive<usize> = 3..=60;
/// Days ahead.
pub const HORIZON: RangeInclusive<u16> = 7..=366;
/// Minutes of a job.
pub const JOB: RangeInclusive<u16> = 5..=720;
/// Cubic metres between two jobs.
pub const VOLUME: RangeInclusive<i64> = 1..=100_000;
/// Years between two jobs.
pub const AGE: RangeInclusive<u8> = 1..=20;
/// Meters that are named one by one at most.
pub const MOST_METERS: usize = 500;
/// Zones at most.
pub const MOST_ZONES: usize = 100;

/// Minutes of a day.
const DAY_MINUTES: u16 = 1_440;

/// What cannot be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The name.
    Name,
    /// The rule, or the day from which on it holds.
    Rule,
    /// A limit of volume, battery, health or age.
    Limit,
    /// The window of the day, or how long a job takes.
    Hours,
    /// The days ahead.
    Horizon,
    /// Which meters.
    Meters,
    /// The text.
    Text,
}

impl Wrong {
    /// The word by which it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "work_schedule_name",
            Self::Rule => "work_schedule_rule",
            Self::Limit => "work_schedule_limit",
            Self::Hours => "work_schedule_hours",
            Self::Horizon => "work_schedule_horizon",
            Self::Meters => "work_schedule_meters",
            Self::Text => "work_schedule_text",
        }
    }
}

impl Plan {
    /// What of it cannot be set, by the order of a form.
    pub fn faults(&self) -> Vec<Wrong> {
        let name = visible(&self.name);
        let is_right = |wrong: Wrong| match wrong {
            Wrong::Name => NAME.contains(&name.trim().chars().count()),
            Wrong::Rule => match &self.trigger {
                Trigger::Calendar { rule, start } => Rule::parse(rule).is_ok() && FIRST_START.contains(&start.0),
                _ => true,
            },
            Wrong::Limit => match self.trigger {
                Trigger::Calendar { .. } => true,
                Trigger::Volume { every } => every.0 % CUBIC_METRE == 0 && VOLUME.contains(&(every.0 / CUBIC_METRE)),
                Trigger::Battery { below } => (1..=90).contains(&below),
                Trigger::Health { below } => (1..=100).contains(&below),
                Trigger::Age { years } => AGE.contains(&years),
            },
            Wrong::Hours => {
                let fits = self.from_minute < DAY_MINUTES && (1..=DAY_MINUTES - self.from_minute).contains(&self.window_minutes);
                fits && JOB.contains(&self.job_minutes) && self.job_minutes <= self.window_minutes
            }
            Wrong::Horizon => HORIZON.contains(&self.horizon_days),
            Wrong::Meters => {
                let Selection { zones, model, meters } = &self.selection;
                let is_model = model.as_ref().is_none_or(|model| !model.is_empty() && model.len() <= LONGEST_MODEL);
                zones.len() <= MOST_ZONES && meters.len() <= MOST_METERS && is_model
            }
            Wrong::Text => clean_text(&self.text).is_ok(),
        };
        let all = [Wrong::Name, Wrong::Rule, Wrong::Limit, Wrong::Hours, Wrong::Horizon, Wrong::Meters, Wrong::Text];
        all.into_iter().filter(|wrong| !is_right(*wrong)).collect()
    }

    /// Why the text of its rule of days cannot be used; none where it can be, or where there is no such rule.
    pub fn bad_rule(&self) -> Option<BadRule> {
        match &self.trigger {
            Trigger::Calendar { rule, .. } => Rule::parse(rule).err(),
            _ => None,
        }
    }
}

/// Millilitres of a cubic metre.
const CUBIC_METRE: i64 = 1_000_000;

/// Days from which on a rule may hold: 2020 to 2100.
const FIRST_START: RangeInclusive<i32> = 18_262..=47_482;

/// How many times an amount has passed since a register was at `base`, and where the base is then. A register that went back begins anew.
pub fn passed(base: Millilitres, register: Millilitres, every: Millilitres) -> (i64, Millilitres) {
    let since = register.0 - base.0;
    if since < 0 || every.0 <= 0 {
        return (0, register);
    }
    let times = since / every.0;
    (times, Millilitres(base.0 + times * every.0))
}
