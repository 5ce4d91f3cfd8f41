//! Leaks and anomalies of a meter: eight rules over the volumes between its readings (product.md, 3a).
//!
//! A leak is a floor under the use of water: while it lasts, the meter never stands still for long. A garden hose, a pool or a washing
//! machine uses more, but begins and ends. So the rules mostly ask how long the meter stood still, compared with how long *this* meter
//! stands still on its other days, and never only how much flowed.
//!
//! [`LeakState`] is all that is known of a meter. It absorbs one interval between two settled readings at a time, in order, and returns
//! what changes of the meter's cases. It is a function of the intervals alone: absorbing a history once more gives the same cases.
//! docs/DETECTION.md has what the rules find and what they miss.

mod burst;
mod case;
mod closed;
mod day;
mod dry;
mod habit;
mod hours;
mod night;
mod open;
pub(crate) mod packed;
mod recent;
mod refills;
mod rules;
mod setting;
mod state;
mod step;

pub use case::{Case, Change, Evidence, Rule, Severity};
pub use setting::{Interval, MeterSetting, NORMAL_MS, Normal, Source};
pub use state::{LeakState, OutOfOrder, Replayed, SILENT_MS, replay};
