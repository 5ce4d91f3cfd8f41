//! How long the meter stands still, and on how many of its days it did not: the rule of continuous flow.
//!
//! The pauses of a household are compared with eight lengths. For each is kept since when no pause was as long, and on how many days none
//! was. The register's step needs no treatment of its own: the larger it is, the longer are the pauses that it shows on every day.

use super::packed::packed;

/// Lengths of pauses in seconds: from a quarter of an hour, each double the one before.
pub(super) const LEVELS: [u32; 8] = [900, 1_800, 3_600, 7_200, 14_400, 28_800, 57_600, 115_200];

/// Days that are counted before those counted are halved, so that the newer ones weigh more.
const DAYS: u8 = 120;

/// Days that are needed before the meter's own days say anything.
pub(super) const LEARNED_DAYS: u8 = 7;

/// So long a meter has not paused, in hours, and on how many of a million days that may be usual for it to be a leak all the same. One in
/// 500 days is less than one false alarm a year; a second and third day without a pause are less usual than the first, but guests stay.
const NEEDED: [(u32, u32); 4] = [(24, 2_000), (48, 20_000), (72, 60_000), (168, 200_000)];

/// Without a pause of an hour or less for two weeks, water flows that nobody uses, or so many people live here that somebody has to say
/// that it is normal; whatever was usual before. Seconds.
const NEVER_S: u32 = 14 * 86_400;

/// The longest pause that counts for [`NEVER_S`]: an hour. Its place in [`LEVELS`].
const HOUR: usize = 2;

/// The early notice needs this long without a pause of a quarter of an hour (product.md, 3a). Seconds.
const EARLY_S: u32 = 7_200;

/// Days that are needed before there is an early notice.
const EARLY_DAYS: u8 = 14;

/// Pauses of a meter, now and on its days so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pauses {
    /// How long the register has stood still up to now, seconds.
    pub run_s: u32,
    /// For each level: how long no pause was as long, seconds.
    pub wet_s: [u32; 8],
    /// The longest pause that reached into today, seconds.
    longest_s: u32,
    /// For each level: days without such a pause.
    misses: [u8; 8],
    /// Days counted.
    pub days: u8,
    /// The longest that this meter usually goes without a pause of a quarter of an hour, minutes.
    stretch_min: u16,
}
packed!(Pauses { run_s, wet_s, longest_s, misses, days, stretch_min });

/// A meter that does not pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoPause {
    /// The place of the length in [`LEVELS`].
    pub level: usize,
    /// On how many of a million days that is usual.
    pub usual_ppm: u32,
    /// Whether less than a day has passed.
    pub early: bool,
}

impl Pauses {
    /// Time passed in which the register stood still. `learns`: what ends is usual, and no leak.
    pub fn still(&mut self, seconds: u32, learns: bool) {
        let before = self.run_s;
        self.run_s = self.run_s.saturating_add(seconds);
        self.longest_s = self.longest_s.max(self.run_s);
        if learns && before < LEVELS[0] && self.run_s >= LEVELS[0] {
            let stretch = u16::try_from(self.wet_s[0].saturating_sub(before) / 60).unwrap_or(u16::MAX);
            self.stretch_min = self.stretch_min.max(stretch);
        }
        for (wet, level) in self.wet_s.iter_mut().zip(LEVELS) {
            *wet = if self.run_s >= level { 0 } else { wet.saturating_add(seconds) };
        }
    }

    /// Time passed in which water flowed.
    pub fn flowing(&mut self, seconds: u32) {
        self.run_s = 0;
        self.wet_s.iter_mut().for_each(|wet| *wet = wet.saturating_add(seconds));
    }

    /// Time passed of which is not known whether the register stood still: neither a pause nor the lack of one.
    pub fn unknown(&mut self) {
        self.run_s = 0;
    }

    /// So much time passed unseen that what was before says nothing about now.
    pub fn lost(&mut self) {
        (self.run_s, self.longest_s, self.wet_s) = (0, 0, [0; 8]);
    }

    /// A local day has ended. `counts`: it was measured and no leak ran in it.
    pub fn day_ends(&mut self, counts: bool) {
        if counts {
            if self.days == DAYS {
                self.days /= 2;
                self.misses.iter_mut().for_each(|misses| *misses = misses.div_ceil(2));
            }
            self.days += 1;
            for (misses, level) in self.misses.iter_mut().zip(LEVELS) {
                *misses += u8::from(self.longest_s < level);
            }
            self.stretch_min -= self.stretch_min / 128;
        }
        self.longest_s = self.run_s;
    }

    /// On how many of a million days this meter has no pause of a level. Where few or none were seen, the longer levels say more: in any
    /// household a pause half as long is missing on a quarter of the days at the most, and mostly on far fewer.
    pub fn usual_ppm(&self, level: usize) -> u32 {
        let days = u32::from(self.days) + 1;
        let of = |at: usize| (u32::from(self.misses[at]) * 2 + 1) * 500_000 / days >> (2 * (at - level));
        (level..LEVELS.len()).map(of).min().unwrap_or(1_000_000)
    }

    /// Whether the meter does not pause where it should. `resolution_s`: no shorter pause can be seen.
    pub fn missing(&self, resolution_s: u32) -> Option<NoPause> {
        let seen = || (0..LEVELS.len()).filter(move |level| LEVELS[*level] >= resolution_s);
        let never = seen().find(|level| *level <= HOUR && self.wet_s[*level] >= NEVER_S);
        if self.days < LEARNED_DAYS {
            return never.map(|level| NoPause { level, usual_ppm: self.usual_ppm(level), early: false });
        }
        let is_unusual = |level: &usize| {
            let (wet, usual) = (self.wet_s[*level], self.usual_ppm(*level));
            let long_enough = wet >= LEVELS[*level] / 2 * 3;
            long_enough && NEEDED.iter().any(|(hours, most)| wet >= hours * 3_600 && usual <= *most)
        };
        let found = seen().find(is_unusual).or(never);
        found.map(|level| NoPause { level, usual_ppm: self.usual_ppm(level), early: false })
    }

    /// Whether fine data says after hours what [`Self::missing`] says after a day: twice as long without a pause as ever before.
    pub fn missing_early(&self, resolution_s: u32) -> Option<NoPause> {
        let usual = u32::from(self.stretch_min) * 60;
        let is_long = self.wet_s[0] >= EARLY_S.max(usual.saturating_mul(2));
        let fine = resolution_s <= LEVELS[0] / 3 && self.days >= EARLY_DAYS;
        (fine && is_long).then(|| NoPause { level: 0, usual_ppm: self.usual_ppm(0), early: true })
    }

    /// Whether the register has stood still long enough to say that what a case of a level was about is over.
    pub fn is_over(&self, level: usize) -> bool {
        self.run_s >= LEVELS[(level + 1).min(LEVELS.len() - 1)]
    }
}
