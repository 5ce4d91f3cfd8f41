//! Flow with a closed valve: it does not close, or somebody has led water around the meter's valve.

use super::packed::packed;

/// What may pass while a valve closes and its seat settles, mL.
const SETTLES: u32 = 1_000;

/// What has flowed since the valve closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Closed {
    ml: u32,
    /// For how long, seconds.
    pub for_s: u32,
}
packed!(Closed { ml, for_s });

impl Closed {
    /// Adds what flowed while the valve was closed.
    pub fn add(&mut self, ml: u32, seconds: u32) {
        self.ml = self.ml.saturating_add(ml);
        self.for_s = self.for_s.saturating_add(seconds);
    }

    /// What has flowed at the least, mL, if that is more than nothing: the first step may have been due before the valve closed.
    pub fn at_least(&self, step: u32) -> Option<u32> {
        self.ml.checked_sub(step.max(1)).filter(|ml| *ml >= SETTLES)
    }

    /// The mean flow, mL/h.
    pub fn rate(&self) -> u32 {
        u32::try_from(u64::from(self.ml) * 3_600 / u64::from(self.for_s.max(1))).unwrap_or(u32::MAX)
    }
}
