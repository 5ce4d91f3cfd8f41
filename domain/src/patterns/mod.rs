//! How a connection uses water: by the hours of the week, at night, on weekdays and weekends, and since when it is more or less than before.
//!
//! [`Patterns`] is all that is kept of a connection: its days of the last twelve weeks with their hours. It takes one day at a time, in any
//! order and as often as a day changes, and says the same as if it had been given the last version of each day once. Everything is whole
//! millilitres. Each [`Evidence`] names what was seen, on how many of how many days, and how much water it is: an advice says it in words.
//! Where readings are fine enough, a day's draws are known as well ([`DayDraws`]): flushes, showers, a machine, a garden. Who has the readings
//! makes them ([`analyse`]), and they are put beside the day.
//! It is the same on a device and on a server; docs/PATTERNS.md has what it finds and what it cannot.

mod draws;
mod evidence;
mod fixtures;
mod kept;
mod profile;
mod shift;
mod stats;
mod summary;

pub use draws::{Cistern, Coarse, DayDraws, FINE_MS, Found, Series, Use, analyse};
pub use evidence::{Evidence, Kind};
pub use fixtures::{Fixture, FixtureUse, Fixtures, HowSure};
pub use kept::{KEPT_DAYS, Patterns, is_whole};
pub use profile::{Cell, Profile};
pub use shift::{SIDE, Shift, shifts};
pub use summary::{Night, Peak, Summary, WeekSplit};

#[cfg(test)]
mod fixtures_tests;
#[cfg(test)]
mod tests;
