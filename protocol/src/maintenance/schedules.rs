//! `GET /admin/v1/schedules`, `POST /admin/v1/schedules/change` and `POST /admin/v1/schedules/preview`.

use domain::core::json::strict;
use domain::maintenance::schedule::due::DueDay;
use domain::maintenance::schedule::plan::Plan;
use domain::{LocalDay, UtcMillis, ZoneId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Days of a rule that a preview shows.
pub const PREVIEWED: usize = 12;

/// Days of each schedule that the list shows.
pub const NEXT_SHOWN: usize = 3;

/// Schedules of a utility at most.
pub const MOST_SCHEDULES: usize = 200;

/// Orders that one schedule may announce ahead at most: each is a row of every admin's device.
pub const MOST_ORDERS: u32 = 50_000;

/// The schedules of a utility.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Schedules {
    /// The schedules by name, those that have ended last.
    pub schedules: Vec<ScheduleRow>,
    /// Models of which a meter is installed.
    pub models: Vec<String>,
    /// The utility's zones: identifier and name.
    pub zones: Vec<ScheduleZone>,
    /// Whoever can be named: technicians who may sign in.
    pub technicians: Vec<ScheduleTechnician>,
    /// Today.
    pub today: LocalDay,
}

/// A zone that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ScheduleZone {
    /// Identifier.
    pub id: ZoneId,
    /// Name.
    pub name: String,
}

/// A technician who can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ScheduleTechnician {
    /// Identifier.
    pub id: domain::UserId,
    /// Name.
    pub name: String,
}

/// How a schedule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ScheduleState {
    /// It announces work.
    Active,
    /// It announces none until it goes on; what it has announced stays.
    Paused,
    /// It announces none any more.
    Ended,
}

impl ScheduleState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Active, Self::Paused, Self::Ended];

    /// The word as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Ended => "ended",
        }
    }

    /// The one of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// A schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ScheduleRow {
    /// Identifier.
    pub id: Uuid,
    /// Counts its changes; a change names the one that it follows.
    pub rev: i64,
    /// What was set.
    pub plan: Plan,
    /// How it is.
    pub state: ScheduleState,
    /// Who changed it last: a name.
    pub author: String,
    /// When.
    pub at: UtcMillis,
    /// Its next days, where it goes by days; those of its first zone.
    pub next: Vec<DueDay>,
    /// Orders that it has announced and nobody has begun.
    pub waiting: u32,
    /// Meters that it is about now.
    pub meters: u32,
    /// Whether the server has still to bring its orders into line with it.
    pub in_work: bool,
}

/// Changes a schedule, or adds it. The same `key` happens once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WorkScheduleChange {
    /// Chosen by who asks; it stands in the audit log.
    pub key: Uuid,
    /// Which; chosen by who adds one.
    pub schedule: Uuid,
    /// What is done.
    pub act: ScheduleDeed,
}

/// What an admin does about a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ScheduleDeed {
    /// Add it.
    Add {
        /// What it is.
        #[serde(deserialize_with = "strict")]
        plan: Plan,
    },
    /// Set it otherwise: orders that nobody has begun follow, all others stay.
    Change {
        /// [`ScheduleRow::rev`] of what was read: refused with `work_schedule_changed` if somebody else has changed it meanwhile.
        rev: i64,
        /// What it is from now on.
        #[serde(deserialize_with = "strict")]
        plan: Plan,
    },
    /// Announce nothing until it goes on.
    Pause {
        /// As with [`Self::Change`].
        rev: i64,
    },
    /// Go on.
    Resume {
        /// As with [`Self::Change`].
        rev: i64,
    },
    /// Announce nothing any more, and cancel what nobody has begun.
    End {
        /// As with [`Self::Change`].
        rev: i64,
    },
}

impl ScheduleDeed {
    /// Its name in the audit log.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Add { .. } => "add_schedule",
            Self::Change { .. } => "change_schedule",
            Self::Pause { .. } => "pause_schedule",
            Self::Resume { .. } => "resume_schedule",
            Self::End { .. } => "end_schedule",
        }
    }
}

/// What a schedule would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SchedulePreviewRequest {
    /// The schedule.
    pub plan: Plan,
}

/// What it would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SchedulePreview {
    /// The next days of its rule, with when their work is done; none where it does not go by days.
    pub days: Vec<PreviewDay>,
    /// Meters that it is about now.
    pub meters: u32,
    /// Orders that it would announce at once; none where that is judged meter by meter, once it is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orders: Option<u32>,
    /// Years among these days whose holidays are not all known ([`domain::maintenance::schedule::holidays::Certainty`]).
    pub uncertain_years: Vec<i16>,
}

/// A day of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PreviewDay {
    /// The day, and when its work is done.
    pub due: DueDay,
    /// The holiday on the rule's own day; empty where there is none, or it is a Sunday.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub holiday: String,
}
