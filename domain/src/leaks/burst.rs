//! Much water without a pause: bursts, and the long uses of a meter that are none.
//!
//! A hose, a pool or a tank behind a float valve takes as much as a burst pipe does, and for as long. Nothing in the flow tells them apart
//! but that they come again: with about the same flow, at the same hours, and end. So uses of this kind are remembered.

use super::packed::{Packed, packed};

/// From how many per mille of Q3 on, and after how many seconds, a flow is a burst that is like no use before. Kamstrup's meters ask for
/// 5, 10 or 20 % in 30 minutes; 5 % are a running tap, so that they have to last longer. A little less than 10 %, because a register that
/// steps shows up to a step less.
pub(super) const FLOWS: [(i64, u32); 2] = [(50, 7_200), (95, 1_800)];

/// Until a meter has shown its habits for two weeks, a flow has to last six times as long: weekly watering comes twice in them.
const UNLEARNED: u32 = 6;

/// See [`UNLEARNED`]. Days.
pub(super) const LEARNED_DAYS: u8 = 14;

/// Uses at least this long are remembered: half of what makes a burst. Seconds.
const REMEMBERED_S: u32 = 900;

/// The shortest time over which a flow is judged, seconds: a tap that is closed for a minute interrupts a use.
const BUCKET_S: u32 = 120;

/// Steps of the register within that time at the flow of a burst: fewer, and the flow is too uncertain.
const BUCKET_STEPS: u64 = 8;

/// A use that was seen at so many different hours may come at any.
const ANY_HOUR: u32 = 8;

/// A flow at or above a limit that goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    /// When it began, in seconds since 1970.
    pub start: u32,
    /// The least of its means, mL/h.
    pub floor: u32,
    /// For how long.
    pub for_s: u32,
}
packed!(Run { start, floor, for_s });

/// A long use that this meter has had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Habit {
    /// Its flow, L/h.
    rate: u16,
    /// The longest it took, minutes.
    longest_min: u16,
    /// Hours of the day at which it went on, a bit each, and above these how often it came, up to 255.
    hours_and_count: u32,
}
packed!(Habit { rate, longest_min, hours_and_count });

const HOURS: u32 = 0x00FF_FFFF;

impl Habit {
    const fn count(self) -> u32 {
        self.hours_and_count >> 24
    }

    /// Whether a flow is about as strong.
    fn is_like(self, rate: u32) -> bool {
        let own = u32::from(self.rate);
        self.count() > 0 && rate * 10 >= own * 7 && rate * 7 <= own * 10
    }

    /// Whether a run is this use again: twice seen, as strong, at its hours or the hour beside, and not much longer than ever.
    fn explains(self, run: &Run, hours: u32) -> bool {
        let around = (hours << 1 | hours >> 1 | hours << 23 | hours >> 23 | hours) & HOURS;
        let own = self.hours_and_count & HOURS;
        let at_hour = own.count_ones() >= ANY_HOUR || own & around != 0;
        let longest_s = u32::from(self.longest_min) * 90 + 600;
        self.count() >= 2 && self.is_like(run.floor / 1_000) && at_hour && run.for_s <= longest_s
    }

    fn take(&mut self, run: &Run, hours: u32) {
        let rate = (run.floor / 1_000).min(u32::from(u16::MAX));
        let minutes = u16::try_from(run.for_s / 60).unwrap_or(u16::MAX);
        if !self.is_like(rate) {
            *self = Self { rate: rate as u16, longest_min: minutes, hours_and_count: 1 << 24 | hours };
            return;
        }
        self.rate = ((u32::from(self.rate) * 3 + rate) / 4) as u16;
        self.longest_min = self.longest_min.max(minutes);
        let count = (self.count() + 1).min(255);
        self.hours_and_count = count << 24 | (self.hours_and_count | hours) & HOURS;
    }
}

/// Runs that go on, and habits, for each of [`FLOWS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sustained {
    bucket_ml: u32,
    bucket_s: u32,
    /// The runs that go on; without length where none does.
    pub runs: [Run; 2],
    habits: [[Habit; 3]; 2],
}

impl Packed for Sustained {
    fn pack(&self, out: &mut Vec<u8>) {
        (self.bucket_ml.pack(out), self.bucket_s.pack(out), self.runs.pack(out));
        self.habits.iter().for_each(|habits| habits.pack(out));
    }
    fn unpack(from: &mut &[u8]) -> Option<Self> {
        let (bucket_ml, bucket_s, runs) = (Packed::unpack(from)?, Packed::unpack(from)?, Packed::unpack(from)?);
        Some(Self { bucket_ml, bucket_s, runs, habits: [Packed::unpack(from)?, Packed::unpack(from)?] })
    }
}

/// What a run is measured by: the limits of [`FLOWS`] in mL/h, the register's step in mL, and the local hour at the end of the interval.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure {
    pub limits: [u32; 2],
    pub step: u32,
    pub hour: u32,
    /// Whether the meter's habits are known.
    pub learned: bool,
}

impl Sustained {
    /// Adds what flowed until `to`. Returns the flow in mL/h if a bucket has been filled by it.
    pub fn add(&mut self, to: u32, ml: u32, seconds: u32, measure: &Measure) -> Option<u32> {
        self.bucket_ml = self.bucket_ml.saturating_add(ml);
        self.bucket_s += seconds;
        let steps_s = u64::from(measure.step) * BUCKET_STEPS * 3_600 / u64::from(measure.limits[1].max(1));
        if u64::from(self.bucket_s) < steps_s.max(u64::from(BUCKET_S)) {
            return None;
        }
        let flow = u32::try_from(u64::from(self.bucket_ml) * 3_600 / u64::from(self.bucket_s)).unwrap_or(u32::MAX);
        for place in 0..FLOWS.len() {
            let run = self.runs[place];
            if flow < measure.limits[place] {
                self.end(place, measure.hour);
            } else if run.for_s == 0 {
                self.runs[place] = Run { start: to.saturating_sub(self.bucket_s), floor: flow, for_s: self.bucket_s };
            } else {
                self.runs[place] = Run { floor: run.floor.min(flow), for_s: run.for_s + self.bucket_s, ..run };
            }
        }
        (self.bucket_ml, self.bucket_s) = (0, 0);
        Some(flow)
    }

    /// What flows is not known any more.
    pub fn lost(&mut self) {
        (self.bucket_ml, self.bucket_s, self.runs) = (0, 0, [Run::default(); 2]);
    }

    /// Whether much has flowed for longer than a usual use takes.
    pub fn is_running(&self) -> bool {
        self.runs[0].for_s >= REMEMBERED_S
    }

    /// The run that is a burst, if one is.
    pub fn burst(&self, measure: &Measure, interval_s: u32) -> Option<Run> {
        (0..FLOWS.len()).rev().find_map(|place| {
            let run = self.runs[place];
            let needed = FLOWS[place].1.max(interval_s * 2) * if measure.learned { 1 } else { UNLEARNED };
            let hours = hours_of(&run, measure.hour);
            let known = || self.habits.iter().flatten().any(|habit| habit.explains(&run, hours));
            (run.for_s >= needed && !known()).then_some(run)
        })
    }

    fn end(&mut self, place: usize, hour: u32) {
        let run = std::mem::take(&mut self.runs[place]);
        if run.for_s < REMEMBERED_S {
            return;
        }
        let rate = run.floor / 1_000;
        let habits = &mut self.habits[place];
        let like = habits.iter().position(|habit| habit.is_like(rate));
        let rarest = (0..habits.len()).min_by_key(|at| habits[*at].count()).unwrap_or(0);
        habits[like.unwrap_or(rarest)].take(&run, hours_of(&run, hour));
    }
}

/// The hours of the day through which a run that ends in an hour has gone, a bit each.
fn hours_of(run: &Run, hour: u32) -> u32 {
    (0..=(run.for_s / 3_600).min(23)).fold(0, |bits, back| bits | 1 << ((hour + 24 - back) % 24))
}
