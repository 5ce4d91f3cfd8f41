//! Another time for a visit, as its customer chooses it: which windows are offered, and why none is. The server says with a notification what may be
//! chosen from, so that a device without a network offers what the server will take.

use crate::core::local_time::HOUR_MS;
use crate::core::words::words;
use crate::maintenance::notifications::{Standing, Visit};
use crate::maintenance::priority::Priority;
use crate::maintenance::schedule::holidays::OffDays;
use crate::maintenance::work_order::{Window, WorkKind};
use crate::{LocalDay, TimeZone, UtcMillis};
use serde::{Deserialize, Serialize};

/// How often its customer may move a visit.
pub const MOST_MOVES: u8 = 2;

/// A visit is moved by its customer so long before its window opens at least, and into one that opens in so long at least, ms.
pub const NOTICE_MS: i64 = 24 * HOUR_MS;

/// Days that are offered before and after the day that the utility has set.
const AROUND_DAYS: i32 = 14;

/// The local hours of the windows of a day: morning and afternoon.
const HALF_DAYS: [(i64, i64); 2] = [(8, 12), (13, 17)];

words! {
    /// Why a customer cannot move a visit.
    VisitRefusal {
        /// The utility alone sets its time.
        Fixed = "fixed",
        /// Its window opens too soon.
        TooLate = "too_late",
        /// It was moved by its customer often enough.
        UsedUp = "used_up",
        /// There is no other window.
        NoneLeft = "none_left",
        /// The window that was chosen is none of those that are offered.
        NotOffered = "not_offered",
    }
}

/// What a customer may choose from, as a visit is announced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct VisitChoice {
    /// How often its customer may move it still.
    pub left: u8,
    /// The first day that is offered.
    pub first: LocalDay,
    /// The last one.
    pub last: LocalDay,
    /// Those between on which nobody comes: Sundays and holidays.
    #[serde(default)]
    pub off: Vec<LocalDay>,
}

/// Whether a customer may move work of a kind: not what is broken.
const fn can_wait(work: WorkKind) -> bool {
    match work {
        WorkKind::Routine
        | WorkKind::Preventive
        | WorkKind::Inspection
        | WorkKind::Calibration
        | WorkKind::Cleaning
        | WorkKind::Replacement
        | WorkKind::TeraUlang => true,
        WorkKind::Repair | WorkKind::Emergency => false,
    }
}

impl VisitChoice {
    /// That of a visit of a priority, which the utility has set to begin at an instant and its customer has moved so often; none where the utility
    /// alone sets its time. Tera ulang is not put off: a seal is good until a day that is the authority's.
    pub fn of(
        (visit, priority): (&Visit, Priority),
        (set, moves): (UtcMillis, u8),
        (zone, off): (TimeZone, &OffDays),
    ) -> Option<Self> {
        if visit.standing != Standing::Waits || !can_wait(visit.work) || priority == Priority::Urgent {
            return None;
        }
        let day = zone.day_of(set);
        let after = if visit.work == WorkKind::TeraUlang { 0 } else { AROUND_DAYS };
        let (first, last) = (day.plus(-AROUND_DAYS), day.plus(after));
        let off = (first.0..=last.0).map(LocalDay).filter(|day| off.is_off(*day)).collect();
        Some(Self { left: MOST_MOVES.saturating_sub(moves), first, last, off })
    }

    /// The windows of all days, those that are over as well.
    fn windows(&self, zone: TimeZone) -> impl Iterator<Item = Window> {
        // A device takes what it is sent: never more days than a server offers.
        let days = (self.first.0..=self.last.0).take(2 * AROUND_DAYS as usize + 1).map(LocalDay);
        days.filter(move |day| !self.off.contains(day)).flat_map(move |day| {
            let at = move |hour: i64| zone.start_of(day).plus(hour * HOUR_MS);
            HALF_DAYS.map(|(from, until)| Window { from: at(from), until: at(until) })
        })
    }
}

/// The windows that a customer is offered at an instant in place of the one that holds, the earliest first.
///
/// # Errors
/// Why there is none.
pub fn offered(
    choice: Option<&VisitChoice>,
    window: Window,
    (zone, now): (TimeZone, UtcMillis),
) -> Result<Vec<Window>, VisitRefusal> {
    let choice = choice.ok_or(VisitRefusal::Fixed)?;
    if window.from.since(now) < NOTICE_MS {
        return Err(VisitRefusal::TooLate);
    }
    if choice.left == 0 {
        return Err(VisitRefusal::UsedUp);
    }
    let is_possible = |other: &Window| other.from.since(now) >= NOTICE_MS && *other != window;
    let found: Vec<Window> = choice.windows(zone).filter(is_possible).collect();
    if found.is_empty() { Err(VisitRefusal::NoneLeft) } else { Ok(found) }
}

/// Whether a customer may move a visit from the window that holds to another one at an instant.
///
/// # Errors
/// Why not.
pub fn may_move(
    choice: Option<&VisitChoice>,
    (window, to): (Window, Window),
    at: (TimeZone, UtcMillis),
) -> Result<(), VisitRefusal> {
    let found = offered(choice, window, at)?;
    if found.contains(&to) { Ok(()) } else { Err(VisitRefusal::NotOffered) }
}

#[cfg(test)]
#[path = "visit_tests.rs"]
mod tests;
