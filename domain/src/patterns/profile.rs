//! Sums by weekday and hour, which a day can be taken out of again.

use super::kept::is_measured;
use crate::metering::reading::DayUse;
use crate::{LocalDay, Millilitres};

/// An hour of a weekday.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What was used in it on all days together.
    pub volume: Millilitres,
    /// On how many days it was measured.
    pub days: u32,
}

impl Cell {
    /// What is used in it on a day; `None` where it was never measured.
    pub fn mean(self) -> Option<Millilitres> {
        (self.days > 0).then(|| Millilitres(self.volume.0 / i64::from(self.days)))
    }
}

/// What is used by weekday, Monday first, and local hour.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    cells: [[Cell; 24]; 7],
}

impl Profile {
    /// Adds the measured hours of a day.
    pub(super) fn add(&mut self, day: LocalDay, used: &DayUse) {
        for (cell, hour) in self.of_day(day).iter_mut().zip(&used.hours) {
            if is_measured(hour) {
                cell.volume += hour.volume;
                cell.days += 1;
            }
        }
    }

    /// Takes a day out that was added as it is here.
    pub(super) fn take(&mut self, day: LocalDay, used: &DayUse) {
        for (cell, hour) in self.of_day(day).iter_mut().zip(&used.hours) {
            if is_measured(hour) {
                cell.volume -= hour.volume;
                cell.days = cell.days.saturating_sub(1);
            }
        }
    }

    fn of_day(&mut self, day: LocalDay) -> &mut [Cell; 24] {
        &mut self.cells[day.weekday() % 7]
    }

    /// An hour of a weekday, Monday as 0.
    pub fn cell(&self, weekday: usize, hour: usize) -> Cell {
        self.cells.get(weekday).and_then(|hours| hours.get(hour)).copied().unwrap_or_default()
    }

    /// An hour of all weekdays together.
    pub fn hour(&self, hour: usize) -> Cell {
        let of_week = (0..7).map(|weekday| self.cell(weekday, hour));
        of_week.fold(Cell::default(), |sum, cell| Cell { volume: sum.volume + cell.volume, days: sum.days + cell.days })
    }
}
