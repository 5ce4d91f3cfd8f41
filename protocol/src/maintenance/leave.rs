//! `GET /admin/v1/work-leave` and `POST /admin/v1/work-leave`: days on which technicians do not work. Whoever plans is warned of them; nothing is moved.

use crate::core::typed;
use domain::core::json::strict;
use domain::maintenance::leave::{LeaveDays, LeaveKind};
use domain::{LocalDay, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Leaves of a utility at most that are listed.
pub const MOST_LEAVES: i64 = 500;

/// Days back of which leave is listed: a plan of last month is looked at as well.
pub const LEAVE_BACK_DAYS: i32 = 62;

/// The leave of a utility's technicians.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WorkLeave {
    /// Leave that is not over for long, by its first day.
    pub leaves: Vec<LeaveRow>,
    /// Technicians who may sign in, by name.
    pub technicians: Vec<LeaveTechnician>,
    /// Today.
    pub today: LocalDay,
}

/// A technician whose leave can be entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LeaveTechnician {
    /// Identifier.
    pub id: UserId,
    /// Name.
    pub name: String,
}

/// A leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LeaveRow {
    /// Identifier.
    pub id: Uuid,
    /// Whose.
    pub technician: UserId,
    /// The name.
    pub name: String,
    /// Which days.
    pub days: LeaveDays,
    /// Why.
    pub kind: LeaveKind,
    /// What is written about it; mostly nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remark: String,
}

/// Enters a leave, or removes it. The same `key` happens once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LeaveChange {
    /// Chosen by who asks; it stands in the audit log.
    pub key: Uuid,
    /// Which; chosen by who enters it.
    pub leave: Uuid,
    /// What is done.
    pub absence: LeaveDeed,
}

/// What an admin does about a leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum LeaveDeed {
    /// Enter it. No day of it may be in another leave of the same technician.
    Enter {
        /// Whose.
        technician: UserId,
        /// Which days.
        #[serde(deserialize_with = "strict")]
        days: LeaveDays,
        /// Why.
        kind: LeaveKind,
        /// What is written about it: 120 characters at most.
        #[serde(default, deserialize_with = "typed::line", skip_serializing_if = "String::is_empty")]
        remark: String,
    },
    /// Remove it.
    Remove,
}

/// Characters of what is written about a leave at most.
pub const LONGEST_REMARK: usize = 120;

impl LeaveDeed {
    /// Its name in the audit log.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Enter { .. } => "enter_leave",
            Self::Remove => "remove_leave",
        }
    }
}
