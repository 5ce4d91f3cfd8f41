//! How long the meter stands still, and on how many of its days it did not: the rule of continuous flow.
//!
//! The pauses of a household are compared with eight lengths. For each is kept since when no pause was as long, and on how many days none
//! was. The register's step needs no treatment of its own: the larger it is, the longer are the pauses that it shows on every day.

use super::packed::packed;

/// Lengths of pauses in seconds: five minutes for the early notice, and from a quarter of an hour on each double the one before.
pub(super) const LEVELS: [u32; 8] = [300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 57_600];

/// Days that are counted before those counted are halved, so that the newer ones weigh more.
const DAYS: u8 = 120;

/// Days that are needed before the meter's own days say anything.
pub(super) const LEARNED_DAYS: u8 = 7;

/// On how many of a million days a pause may be missing for a leak to be one after a day: one in 333 days is about one a year if it were no
/// rarer, and it is: it is an upper bound.
const NEEDED_DUE: u32 = 3_000;

/// The same where a meter has not paused for so many hours: a second and third day without a pause are less usual than the first, but guests
/// stay.
const NEEDED: [(u32, u32); 3] = [(48, 30_000), (72, 60_000), (168, 200_000)];

/// Without a pause of an hour or less for two weeks, water flows that nobody uses, or so many people live here that somebody has to say
/// that it is normal; whatever was usual before. Seconds.
const NEVER_S: u32 = 14 * 86_400;

/// The longest pause that counts for [`NEVER_S`]: an hour. Its place in [`LEVELS`].
const HOUR: usize = 3;

/// Days on which a pause may be missing for it to say anything of shorter ones: a quarter. Of a million.
const FEW_PPM: u32 = 250_000;

/// A leak pauses itself: a cistern is refilled once in an hour at the least, and a register that steps shows a leak of 2 L/h, the least
/// that is looked for, only so often. Pauses of twice that may be looked for. Seconds, mL/h.
const LEAK_PAUSES_S: u32 = 3_600;
const LEAST: u32 = 2_000;

/// The least leak that has to be found within a day, mL/h, and the most that a cistern takes at once, mL: with the register's step, this is
/// the longest pause of such a leak. It never takes less than seven tenths: a refill or a step may come a little later. Only of smaller leaks do longer pauses say anything, and these may wait for a
/// second day.
const DUE: u32 = 10_000;
const REFILL: u32 = 2_500;

/// Of households in general about one in so many days has no pause of an hour: what a new meter is taken for.
const GENERAL_DAYS: u32 = 500;

/// A case that is over within three days after it began may have been repaired, or was people's use: it counts as one day without a pause.
const USE_DAYS: u8 = 1;
pub(super) const USE_S: u32 = 3 * 86_400;

/// A day, seconds.
pub(super) const DAY_S: u32 = 86_400;

/// The early notice needs this long without a pause of five minutes (product.md, 3a). Seconds.
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
    /// For each level a bit: that today, at some instant, there had been no such pause for 24 hours.
    today: u8,
    /// For each level: days of which that was so.
    misses: [u8; 8],
    /// Days counted.
    pub days: u8,
    /// The longest that this meter usually goes without a pause of five minutes, minutes.
    stretch_min: u16,
}
packed!(Pauses { run_s, wet_s, today, misses, days, stretch_min });

/// A meter that does not pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoPause {
    /// The place of the length in [`LEVELS`].
    pub level: usize,
    /// Whether less than a day has passed.
    pub early: bool,
}

impl Pauses {
    /// Time passed in which the register stood still. `learns`: what ends is usual, and no leak.
    pub fn still(&mut self, seconds: u32, learns: bool) {
        let before = self.run_s;
        self.run_s = self.run_s.saturating_add(seconds);
        if learns && before < LEVELS[0] && self.run_s >= LEVELS[0] {
            let stretch = u16::try_from(self.wet_s[0].saturating_sub(before) / 60).unwrap_or(u16::MAX);
            self.stretch_min = self.stretch_min.max(stretch);
        }
        for (wet, level) in self.wet_s.iter_mut().zip(LEVELS) {
            *wet = if self.run_s >= level { 0 } else { wet.saturating_add(seconds) };
        }
        self.note();
    }

    /// Time passed in which water flowed.
    pub fn flowing(&mut self, seconds: u32) {
        self.run_s = 0;
        self.wet_s.iter_mut().for_each(|wet| *wet = wet.saturating_add(seconds));
        self.note();
    }

    fn note(&mut self) {
        for (level, wet) in self.wet_s.iter().enumerate() {
            self.today |= u8::from(*wet >= DAY_S) << level;
        }
    }

    /// Time passed of which is not known whether the register stood still: neither a pause nor the lack of one.
    pub fn unknown(&mut self) {
        self.run_s = 0;
    }

    /// So much time passed unseen that what was before says nothing about now.
    pub fn lost(&mut self) {
        (self.run_s, self.today, self.wet_s) = (0, 0, [0; 8]);
    }

    /// A local day has ended. `counts`: it was measured and no leak ran in it.
    pub fn day_ends(&mut self, counts: bool) {
        if counts {
            if self.days == DAYS {
                self.days /= 2;
                self.misses.iter_mut().for_each(|misses| *misses = misses.div_ceil(2));
            }
            self.days += 1;
            for (level, misses) in self.misses.iter_mut().enumerate() {
                *misses += self.today >> level & 1;
            }
            self.stretch_min -= self.stretch_min / 128;
        }
        self.today = 0;
    }

    /// On how many of a million days this meter has no pause of a level in 24 hours. Where few or none were seen, the longer pauses say
    /// more, as long as they are missing on few days themselves: a pause half as long is missing on a quarter of these at the most.
    pub fn usual_ppm(&self, level: usize) -> u32 {
        let days = u32::from(self.days) + 1;
        let seen = |at: usize| (u32::from(self.misses[at]) * 2 + 1) * 500_000 / days;
        let longer = (level + 1..LEVELS.len()).filter(|at| seen(*at) <= FEW_PPM).map(|at| seen(at) >> (2 * (at - level)));
        longer.chain([seen(level)]).min().unwrap_or(1_000_000)
    }

    /// The same for a pause that a leak which is due in a day cannot have. What was seen of it outweighs what longer ones say; and of pauses
    /// up to an hour a meter is taken for one as others are, where it has not shown otherwise.
    fn usual_due_ppm(&self, level: usize) -> u32 {
        let general = if level <= HOUR { GENERAL_DAYS } else { 1 };
        let seen = (u32::from(self.misses[level]) * 2 + 1) * 500_000 / (u32::from(self.days) + general);
        if self.misses[level] == 0 { self.usual_ppm(level).min(seen) } else { seen }
    }

    /// Whether the meter does not pause where it should. `resolution_s`: no shorter pause can be seen. `step`: the register's, mL.
    /// `floor`: what flowed at the least in the last day, mL/h, if that is known.
    pub fn missing(&self, resolution_s: u32, step: u32, floor: impl Fn() -> Option<u32>) -> Option<NoPause> {
        if self.wet_s[LEVELS.len() - 1] < DAY_S {
            return None;
        }
        let longest = LEAK_PAUSES_S.max(step / LEAST * 3_600).saturating_mul(2);
        let due = (u64::from(REFILL + step) * 3_600 / u64::from(DUE)).max(resolution_s.into());
        let due = LEVELS.iter().position(|level| u64::from(*level) >= due).unwrap_or(LEVELS.len() - 1);
        let seen = || (0..LEVELS.len()).filter(move |level| (resolution_s..=longest).contains(&LEVELS[*level]));
        let is_due = || floor().is_some_and(|floor| floor >= DUE / 10 * 7);
        let is_some = || floor().is_none_or(|floor| floor >= LEAST / 8 * 5);
        let is_unusual = |level: &usize| {
            let (wet, usual) = (self.wet_s[*level], self.usual_ppm(*level));
            let after_a_day = *level <= due && wet >= DAY_S && self.usual_due_ppm(*level) <= NEEDED_DUE;
            let later = || NEEDED.iter().any(|(hours, most)| wet >= hours * 3_600 && usual <= *most);
            self.days >= LEARNED_DAYS && (after_a_day && is_due() || later() && is_some())
        };
        let is_never = |level: &usize| *level <= HOUR && self.wet_s[*level] >= NEVER_S;
        let level = seen().find(is_unusual).or_else(|| seen().find(is_never))?;
        Some(NoPause { level, early: false })
    }

    /// Whether fine data says after hours what [`Self::missing`] says after a day: twice as long without a pause as ever before.
    pub fn missing_early(&self, resolution_s: u32) -> Option<NoPause> {
        let usual = u32::from(self.stretch_min) * 60;
        let is_long = self.wet_s[0] >= EARLY_S.max(usual.saturating_mul(2));
        let fine = resolution_s <= LEVELS[0] / 2 && self.days >= EARLY_DAYS;
        (fine && is_long).then_some(NoPause { level: 0, early: true })
    }

    /// The early notice counts from now: what flowed up to here is for the rule of bursts to judge.
    pub fn restart_early(&mut self) {
        self.wet_s[0] = 0;
    }

    /// A case of a level was over soon: what it was about counts as other days do. A day without a pause has no longer one either.
    pub fn was_use(&mut self, level: usize) {
        if self.days <= DAYS - USE_DAYS {
            self.days += USE_DAYS;
            self.misses.iter_mut().skip(level).for_each(|misses| *misses += USE_DAYS);
        }
    }

    /// What flowed without a pause is over, for pauses of any length.
    pub fn restart(&mut self) {
        self.wet_s = [0; 8];
    }

    /// Whether the register has stood still long enough to say that what a case of a level was about is over.
    pub fn is_over(&self, level: usize) -> bool {
        self.run_s >= LEVELS[(level + 1).min(LEVELS.len() - 1)]
    }
}
