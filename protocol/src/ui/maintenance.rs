//! What screens ask about maintenance: schedules, holidays and calendars of the server, and the calendar of work as this device has it.

use crate::maintenance::feeds::{CalendarFeeds, FeedChange};
use crate::maintenance::holidays::{HolidayChange, HolidaysAsked, WorkHolidays};
use crate::maintenance::schedules::{SchedulePreview, SchedulePreviewRequest, Schedules, WorkScheduleChange};
use crate::ui::WorkRow;
use domain::{LocalDay, LocalMonth, UserId};
use serde::{Deserialize, Serialize};

/// What an admin's screen requests of the server.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "maintenance", content = "with")]
pub enum MaintenanceRequest {
    /// The schedules.
    Schedules,
    /// Change one.
    ChangeSchedule(Box<WorkScheduleChange>),
    /// What one would do.
    PreviewSchedule(Box<SchedulePreviewRequest>),
    /// The holidays of a year.
    Holidays(HolidaysAsked),
    /// Set one.
    SetHoliday(HolidayChange),
    /// Addresses of calendars.
    Feeds,
    /// Make or revoke one.
    ChangeFeed(FeedChange),
}

impl MaintenanceRequest {
    /// Whether it only reads, so that the last response may be shown again.
    pub const fn is_read(&self) -> bool {
        matches!(self, Self::Schedules | Self::Holidays(_) | Self::Feeds)
    }
}

/// The response; its variant follows from the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "maintenance", content = "with")]
pub enum MaintenanceResponse {
    /// To [`MaintenanceRequest::Schedules`] and [`MaintenanceRequest::ChangeSchedule`].
    Schedules(Schedules),
    /// To [`MaintenanceRequest::PreviewSchedule`].
    Preview(SchedulePreview),
    /// To [`MaintenanceRequest::Holidays`] and [`MaintenanceRequest::SetHoliday`].
    Holidays(WorkHolidays),
    /// To [`MaintenanceRequest::Feeds`] and [`MaintenanceRequest::ChangeFeed`]; an address that was made has the server's in front.
    Feeds(CalendarFeeds),
}

/// Which part of the calendar of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkCalendarQuery {
    /// The month.
    pub month: LocalMonth,
    /// The day whose orders are wanted, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<LocalDay>,
}

/// Orders that a day of the month shows by themselves.
pub const SHOWN_OF_DAY: usize = 3;

/// Orders of one day, and of those that are nobody's, at most.
pub const SHOWN_OF_LIST: usize = 200;

/// Work by the days of a month, and the days around it that fill its weeks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkCalendar {
    /// Days with work, in their order.
    pub days: Vec<WorkDay>,
    /// The orders of the wanted day.
    pub of_day: Vec<WorkRow>,
    /// Orders of the month that nobody is named for and nobody has begun: how many, and the earliest.
    pub unassigned: u32,
    /// The earliest of them.
    pub tray: Vec<WorkRow>,
    /// What technicians have to do in the month, by name.
    pub loads: Vec<TechnicianLoad>,
}

/// The work of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkDay {
    /// The local day, each order by its own zone.
    pub day: LocalDay,
    /// Orders that are to be done.
    pub open: u32,
    /// Orders that are done.
    pub done: u32,
    /// The first of them, those to be done before the others.
    pub first: Vec<WorkRow>,
}

/// What one technician has to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TechnicianLoad {
    /// Who.
    pub id: UserId,
    /// The name.
    pub name: String,
    /// Days with work, in their order.
    pub days: Vec<LoadDay>,
}

/// What somebody has to do on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadDay {
    /// The local day.
    pub day: LocalDay,
    /// Jobs.
    pub jobs: u32,
    /// Minutes.
    pub minutes: u32,
    /// Whether it is more than a day's work.
    pub too_much: bool,
    /// Whether some of it overlaps.
    pub overlaps: bool,
}
