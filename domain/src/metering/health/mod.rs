//! The health of a meter: what wears out, fails or goes wrong in the meter itself, as a score from 0 to 100 with its reasons.
//!
//! [`Observed`] is what is kept of a meter from its reports, in constant time for each and within 200 bytes. [`Condition`] is what follows from
//! it and from the meter's events, orders and installations; it travels to devices, and changes seldom. [`assess`] judges it at an instant,
//! the same on a phone and on the server. docs/HEALTH.md has the limits and weights in words, and where they are wrong.

mod assess;
mod battery;
mod limits;
mod observed;
mod silence;
mod stamps;

pub use assess::{
    ATTENTION, Aspect, Condition, Evidence, Facts, Health, LOW_BATTERY, Reason, assess, changes_at, is_over, silence_limit_s,
};
pub use limits::{BATTERY, Limits, SILENCE_S};
pub use observed::{Observed, Report};

#[cfg(test)]
mod limits_tests;
#[cfg(test)]
mod tests;
