//! Who is notified of work, and when: a customer of a visit, a technician of a day's jobs and of one that somebody has assigned, the admins of what is
//! overdue. What somebody was notified of is the server's to keep: it gives each notification a key that is there once.

use crate::core::local_time::{DAY_MS, HOUR_MS};
use crate::core::words::words;
use crate::maintenance::progress::{Progress, WorkStage};
use crate::maintenance::work_order::{Window, WorkKind};
use crate::{LocalDay, TimeZone, UtcMillis};
use serde::{Deserialize, Serialize};

/// A visit that a schedule has announced is announced to its customer so long before its window opens, ms; one that a person has planned at once.
pub const VISIT_AHEAD_MS: i64 = 7 * DAY_MS;

/// A technician is notified of an assignment whose window opens within so long, ms. What is later is in the day's jobs.
const SOON_MS: i64 = 48 * HOUR_MS;

/// What is looked for once a day is left out where its hour is over by so long, ms: the server stood still meanwhile.
const LATE_MS: i64 = 3 * HOUR_MS;

words! {
    /// What a customer is notified of about a visit.
    VisitState {
        /// Somebody comes.
        Planned = "planned",
        /// Somebody comes at another time than was said before.
        Moved = "moved",
        /// Somebody comes tomorrow.
        Reminder = "reminder",
        /// Nobody comes any more.
        Cancelled = "cancelled",
    }
}

/// Whether a customer is notified of work of a kind: it closes their water for a while, or somebody has to be let in or to sign. The others read and
/// look at a meter (adr/0066).
pub const fn is_visit(work: WorkKind) -> bool {
    match work {
        WorkKind::Routine | WorkKind::Inspection => false,
        WorkKind::Preventive
        | WorkKind::Calibration
        | WorkKind::Cleaning
        | WorkKind::Replacement
        | WorkKind::Repair
        | WorkKind::Emergency
        | WorkKind::TeraUlang => true,
    }
}

/// Whether an assignment is to be done so soon that its technician is notified of it at once.
pub fn is_soon(window: Window, now: UtcMillis) -> bool {
    window.until > now && window.from.since(now) <= SOON_MS
}

/// How far an order is, as far as somebody waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is to be begun.
    Waits,
    /// Somebody is at it, or it is done.
    Begun,
    /// It is not to be done any more.
    Cancelled,
}

impl Standing {
    /// That of an order.
    pub fn of(progress: &Progress) -> Self {
        match progress.stage(false) {
            WorkStage::Scheduled | WorkStage::Assigned | WorkStage::Deferred => Self::Waits,
            WorkStage::InProgress | WorkStage::OnHold | WorkStage::Completed => Self::Begun,
            WorkStage::Cancelled => Self::Cancelled,
        }
    }
}

/// An order at a customer's connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// What is done.
    pub work: WorkKind,
    /// When.
    pub window: Window,
    /// Whether a schedule has announced the order.
    pub is_by_schedule: bool,
    /// How far it is.
    pub standing: Standing,
}

/// What is to be done about what a customer was notified of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VisitDue {
    /// It holds, or there is nothing.
    Nothing,
    /// It has passed, and nothing follows.
    Clear,
    /// It has passed, and the customer is notified of this.
    Notify(VisitState),
}

impl Visit {
    /// What is due as of an instant, where a window was announced to the customer and has not passed.
    pub fn due(&self, announced: Option<Window>, now: UtcMillis) -> VisitDue {
        let is_ahead = is_visit(self.work) && self.window.from > now;
        let is_near = !self.is_by_schedule || self.window.from.since(now) <= VISIT_AHEAD_MS;
        match (self.standing, announced) {
            (Standing::Waits, Some(window)) if window == self.window && is_visit(self.work) => VisitDue::Nothing,
            (Standing::Waits, Some(_)) if is_ahead => VisitDue::Notify(VisitState::Moved),
            (Standing::Waits, None) if is_ahead && is_near => VisitDue::Notify(VisitState::Planned),
            (Standing::Cancelled, Some(window)) if window.until > now => VisitDue::Notify(VisitState::Cancelled),
            (_, Some(_)) => VisitDue::Clear,
            (_, None) => VisitDue::Nothing,
        }
    }

    /// Whether the customer is reminded on a day: what was announced holds, and is tomorrow.
    pub fn is_reminded(&self, announced: Option<Window>, (zone, day): (TimeZone, LocalDay)) -> bool {
        self.standing == Standing::Waits
            && is_visit(self.work)
            && announced == Some(self.window)
            && zone.day_of(self.window.from) == day.plus(1)
    }
}

/// What is looked for once a day, at an hour of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Daily {
    /// The jobs of each technician's day.
    Workday,
    /// What is overdue.
    Overdue,
    /// Visits that have come near.
    Visits,
    /// Visits of tomorrow.
    Reminders,
}

impl Daily {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Workday, Self::Overdue, Self::Visits, Self::Reminders];

    /// At which local hour.
    pub const fn hour(self) -> i64 {
        match self {
            Self::Workday => 6,
            Self::Overdue => 8,
            Self::Visits => 9,
            Self::Reminders => 16,
        }
    }

    /// The local day for which it is looked for at an instant; none before its hour, and long after it.
    pub fn due(self, zone: TimeZone, now: UtcMillis) -> Option<LocalDay> {
        let day = zone.day_of(now);
        let since = now.since(zone.start_of(day).plus(self.hour() * HOUR_MS));
        (0..LATE_MS).contains(&since).then_some(day)
    }
}

#[cfg(test)]
#[path = "notifications_tests.rs"]
mod tests;
