//! `GET /admin/v1/holidays` and `POST /admin/v1/holidays`: days on which a utility does no planned work, as the decree of a year has them and as it
//! has set itself. They are none of the days on which valves stay open (`valve::policy`): those are a promise to customers.

use crate::core::typed;
use domain::maintenance::schedule::holidays::{Certainty, HolidayKind};
use domain::{LocalDay, ZoneId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Holidays that one utility has set at most.
pub const MOST_HOLIDAYS: i64 = 500;

/// A year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HolidaysAsked {
    /// Which.
    pub year: i16,
}

/// The holidays of a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WorkHolidays {
    /// Which.
    pub year: i16,
    /// How sure those are that the program knows.
    pub certainty: Certainty,
    /// The days, in their order.
    pub days: Vec<HolidayRow>,
}

/// A holiday as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct HolidayRow {
    /// The local day.
    pub day: LocalDay,
    /// What is celebrated.
    pub name: String,
    /// What it is.
    pub kind: HolidayKind,
    /// Where it holds; none: in the whole utility.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<ZoneId>,
    /// Whether the utility has set it; the others are the program's.
    pub is_set: bool,
}

/// Sets what a day is, or takes that back. The same `key` happens once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct HolidayChange {
    /// Chosen by who asks; it stands in the audit log.
    pub key: Uuid,
    /// Which local day.
    pub day: LocalDay,
    /// Where; none: in the whole utility.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<ZoneId>,
    /// What it is; none takes back what was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<HolidayKind>,
    /// What is celebrated: 3 to 60 characters where it is set to be a holiday.
    #[serde(default, deserialize_with = "typed::line", skip_serializing_if = "String::is_empty")]
    pub name: String,
}
