//! What screens ask about maintenance: schedules, holidays, leave, spare parts and calendars of the server, and the calendar of work as this device
//! has it.

use crate::maintenance::feeds::{CalendarFeeds, FeedChange};
use crate::maintenance::holidays::{HolidayChange, HolidaysAsked, WorkHolidays};
use crate::maintenance::leave::{LeaveChange, WorkLeave};
use crate::maintenance::parts::{PartChange, PartStock};
use crate::maintenance::schedules::{SchedulePreview, SchedulePreviewRequest, Schedules, WorkScheduleChange};
use crate::sync::rows::Person;
use crate::ui::WorkRow;
use domain::{LocalDay, LocalMonth, UserId, WorkOrderId};
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
    /// The leave of technicians.
    Leave,
    /// Enter or remove one.
    ChangeLeave(Box<LeaveChange>),
    /// The stock of spare parts.
    Parts,
    /// Change the list of them, or move pieces.
    ChangeParts(Box<PartChange>),
    /// Addresses of calendars.
    Feeds,
    /// Make or revoke one.
    ChangeFeed(FeedChange),
}

impl MaintenanceRequest {
    /// Whether it only reads, so that the last response may be shown again.
    pub const fn is_read(&self) -> bool {
        matches!(self, Self::Schedules | Self::Holidays(_) | Self::Leave | Self::Parts | Self::Feeds)
    }
}

/// The response; its variant follows from the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaintenanceResponse {
    /// To [`MaintenanceRequest::Schedules`] and [`MaintenanceRequest::ChangeSchedule`].
    Schedules(Schedules),
    /// To [`MaintenanceRequest::PreviewSchedule`].
    Preview(SchedulePreview),
    /// To [`MaintenanceRequest::Holidays`] and [`MaintenanceRequest::SetHoliday`].
    Holidays(WorkHolidays),
    /// To [`MaintenanceRequest::Leave`] and [`MaintenanceRequest::ChangeLeave`].
    Leave(WorkLeave),
    /// To [`MaintenanceRequest::Parts`] and [`MaintenanceRequest::ChangeParts`].
    Parts(PartStock),
    /// To [`MaintenanceRequest::Feeds`] and [`MaintenanceRequest::ChangeFeed`]; an address that was made has the server's in front.
    Feeds(CalendarFeeds),
}

/// Days of a week.
pub const WEEK: i32 = 7;

/// What the calendar of work is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "span", content = "of")]
pub enum CalendarSpan {
    /// A month, and the days around it that fill its weeks.
    Month(LocalMonth),
    /// The week of a day, Monday to Sunday.
    Week(LocalDay),
    /// The week of a day, technician by technician.
    Technicians(LocalDay),
}

impl CalendarSpan {
    /// Its first and its last day: a Monday and a Sunday.
    pub fn days(self) -> (LocalDay, LocalDay) {
        let monday = |day: LocalDay| day.plus(-(day.weekday() as i32));
        match self {
            Self::Month(month) => {
                let (first, last) = (month.first_day(), month.first_day().plus(month.days() - 1));
                (monday(first), monday(last).plus(WEEK - 1))
            }
            Self::Week(day) | Self::Technicians(day) => (monday(day), monday(day).plus(WEEK - 1)),
        }
    }

    /// Orders that a day shows by themselves: a technician's days have those of the week.
    pub const fn shown(self) -> usize {
        match self {
            Self::Month(_) => SHOWN_OF_DAY,
            Self::Week(_) => SHOWN_OF_WEEKDAY,
            Self::Technicians(_) => 0,
        }
    }
}

/// Which part of the calendar of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkCalendarQuery {
    /// What it is of.
    pub span: CalendarSpan,
    /// The day whose orders are wanted, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<LocalDay>,
    /// Of that day only those of a technician.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technician: Option<UserId>,
}

/// Orders that a day of the month shows by themselves.
pub const SHOWN_OF_DAY: usize = 3;

/// Orders that a day of the week shows by themselves.
pub const SHOWN_OF_WEEKDAY: usize = 30;

/// Orders that a technician's day shows by themselves.
pub const SHOWN_OF_LANE: usize = 6;

/// Orders of one day, and of those that are nobody's, at most.
pub const SHOWN_OF_LIST: usize = 200;

/// Work by the days of a month or a week.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkCalendar {
    /// Days with work, in their order.
    pub days: Vec<WorkDay>,
    /// The orders of the wanted day.
    pub of_day: Vec<WorkRow>,
    /// Orders of these days that nobody is named for and nobody has begun: how many.
    pub unassigned: u32,
    /// The earliest of them; none where the lanes have them.
    pub tray: Vec<WorkRow>,
    /// What technicians have to do on these days, by name.
    pub loads: Vec<TechnicianLoad>,
    /// The days technician by technician, where they are wanted so: first what is nobody's, then by name those who have work.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lanes: Vec<Lane>,
}

/// The days of a technician.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    /// Whose; none: what nobody is named for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technician: Option<Person>,
    /// Days with work, in their order.
    pub days: Vec<LaneDay>,
}

/// The work of a technician on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneDay {
    /// The local day, each order by its own zone.
    pub day: LocalDay,
    /// Orders, those that are done among them.
    pub jobs: u32,
    /// The first of them, by when they are done.
    pub first: Vec<WorkRow>,
    /// Those that cannot be done within their windows together with others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crowded: Vec<WorkOrderId>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_begins_on_a_monday_ends_on_a_sunday_and_has_what_it_is_of() {
        for month in (24_300..24_360).map(LocalMonth) {
            let (first, last) = CalendarSpan::Month(month).days();
            assert_eq!((first.weekday(), last.weekday()), (0, 6));
            assert!(first <= month.first_day() && month.first_day().0 - first.0 < WEEK);
            let end = month.first_day().plus(month.days() - 1);
            assert!(end <= last && last.0 - end.0 < WEEK);
        }
        for day in (20_000..20_040).map(LocalDay) {
            let (first, last) = CalendarSpan::Week(day).days();
            assert_eq!((first.weekday(), last.0 - first.0), (0, WEEK - 1));
            assert!((first..=last).contains(&day));
            assert_eq!(CalendarSpan::Technicians(day).days(), (first, last));
        }
    }
}
