//! One window of local days beside another: what counts on both sides, how they differ, where use is going, and what the month will come to.
//!
//! Everything here is a function of the rows of days, which already are a function of the set of readings: a meter that was replaced, or came from
//! another connection, has set its start there and is no use (`reading`). Days are the property's, so nothing here knows of a zone.

pub mod calendars;
mod days;
pub mod forecast;
mod seasons;
#[cfg(test)]
mod tests;
pub mod trend;
mod window;

pub use days::{Compared, DayKind, DayValue, Pair, Side};
pub use seasons::{CalendarEffect, Weekdays, around, effect, weekdays};
pub use window::{Lined, MOST_DAYS, Window, equal_parts, pairs};
