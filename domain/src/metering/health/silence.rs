//! How long a meter is usually silent, by the longest silence of each day on which it reported.

use crate::UtcMillis;
use crate::core::local_time::DAY_MS;
use crate::leaks::packed::packed;

/// Days that are kept.
const DAYS: usize = 14;

/// On fewer days than this nothing is usual.
const LEAST_DAYS: usize = 3;

/// What is kept of a meter's silences, by the server's clock, which they are measured by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Silences {
    /// The newest UTC day on which a silence ended, counted from 1970; zero before the first.
    day: u16,
    /// The longest silence that ended on that day and on each before it, seconds; zero where none did.
    longest: [u32; DAYS],
}
packed!(Silences { day, longest });

impl Silences {
    /// A report was received, and the one before it then.
    pub(super) fn absorb(&mut self, before: UtcMillis, received: UtcMillis) {
        let seconds = u32::try_from(received.since(before).max(0) / 1_000).unwrap_or(u32::MAX);
        let Ok(day) = u16::try_from(received.0.div_euclid(DAY_MS)) else { return };
        if seconds == 0 {
            return;
        }
        if day > self.day {
            let by = usize::from(day - self.day).min(DAYS);
            self.longest.copy_within(..DAYS - by, by);
            self.longest[..by].fill(0);
            self.day = day;
        }
        if let Some(longest) = self.longest.get_mut(usize::from(self.day - day)) {
            *longest = seconds.max(*longest);
        }
    }

    /// How long the meter is silent on its usual days, in whole minutes, as seconds: the second longest of all, because the longest may be a
    /// fault that is over. None while too few days are known.
    pub(super) fn usual_s(&self) -> Option<u32> {
        let mut longest = self.longest;
        longest.sort_unstable_by(|one, other| other.cmp(one));
        let known = longest.iter().filter(|seconds| **seconds > 0).count();
        (known >= LEAST_DAYS).then(|| longest[1].div_ceil(60).saturating_mul(60))
    }
}
