//! Much water without a pause: bursts, and the long uses of a meter that are none.
//!
//! A hose, a pool or a tank behind a float valve takes as much as a burst pipe does, and for as long. Nothing in the flow tells them apart
//! but that they come again: with about the same flow, at the same hours, and end. So uses of this kind are remembered.

use super::packed::packed;

/// From how many per mille of Q3 on, and after how many seconds, a flow is a burst that is like no use before. Kamstrup's meters ask for
/// 5, 10 or 20 % in 30 minutes; 5 % are a running tap, so that they have to last longer.
pub(super) const FLOWS: [(i64, u32); 2] = [(50, 7_200), (100, 1_800)];

/// The place of the higher of [`FLOWS`].
const HIGH: usize = 1;

/// Until a meter has shown its habits for two weeks, a flow has to last six times as long: weekly watering comes twice in them.
const UNLEARNED: u32 = 6;

/// See [`UNLEARNED`]. Days.
pub(super) const LEARNED_DAYS: u8 = 14;

/// Uses at least this long are remembered: shorter ones, with what [`Habit::may_last_s`] adds, explain no burst. Seconds.
const REMEMBERED_S: u32 = 1_200;

/// The shortest time over which a flow is judged, seconds: a tap that is closed for a minute interrupts a use.
const BUCKET_S: u32 = 60;

/// Steps of the register within that time at the flow of a burst: fewer, and the flow is too uncertain.
const BUCKET_STEPS: u64 = 4;

/// So many means make a run: in fewer, each of them longer, people pause unseen.
const BUCKETS: u32 = 8;

/// A use that came so often is known: a burst that was repaired came once.
const OFTEN: u32 = 3;

/// A use that was seen at so many different hours may come at any.
const ANY_HOUR: u32 = 8;

/// A flow at or above a limit that goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    /// The least of its flows, mL/h, without the first and the last, in which it may have begun and ended; [`u32::MAX`] before.
    pub floor: u32,
    last: u32,
    /// For how long.
    pub for_s: u32,
    ml: u32,
    /// For how long the flow was that of a known use; [`TOO_LONG`] once one went on for longer than ever.
    known_s: u32,
    /// For how long it was the same use.
    same_s: u32,
}
packed!(Run { floor, last, for_s, ml, known_s, same_s });

/// See [`Run::known_s`].
const TOO_LONG: u32 = u32::MAX;

impl Run {
    /// mL/h.
    fn mean(&self) -> u32 {
        u32::try_from(u64::from(self.ml) * 3_600 / u64::from(self.for_s.max(1))).unwrap_or(u32::MAX)
    }

    /// Whether people use water at will: a hose, a float valve, a timer and a burst run evenly, with a least flow of three quarters of the
    /// mean and more.
    fn is_uneven(&self) -> bool {
        u64::from(self.floor) * 4 < u64::from(self.mean()) * 3
    }

    /// For how long there was no explanation.
    fn unexplained_s(&self) -> u32 {
        if self.known_s == TOO_LONG { self.for_s } else { self.for_s - self.known_s }
    }
}

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

    /// Whether a flow in L/h is about as strong: give or take a third.
    fn is_like(self, rate: u32) -> bool {
        let own = u32::from(self.rate);
        self.count() > 0 && rate.saturating_mul(4) >= own * 3 && rate.saturating_mul(3) <= own * 4
    }

    /// Whether it comes at hours of the day: often enough seen, at these or the hours beside them.
    fn comes_at(self, hours: u32) -> bool {
        let own = self.hours_and_count & HOURS;
        let around = (hours | hours << 1 | hours >> 1 | hours << 23 | hours >> 23) & HOURS;
        self.count() >= OFTEN && (own.count_ones() >= ANY_HOUR || own & around != 0)
    }

    /// Whether a flow at an hour of the day may be this use again.
    fn may_be(self, rate: u32, hour: u32) -> bool {
        self.is_like(rate) && self.comes_at(1 << hour)
    }

    /// Whether a run through hours of the day may be a busy hour again: its flow is not above that of any such hour by a quarter.
    fn is_busy_hour(self, run: &Run, hours: u32) -> bool {
        let known = self.count() >= OFTEN && self.hours_and_count & hours != 0;
        known && run.for_s <= self.may_last_s() && run.floor / 1_000 * 4 <= u32::from(self.rate) * 5
    }

    /// For how long it may go on: a quarter and five minutes longer than ever, seconds.
    fn may_last_s(self) -> u32 {
        u32::from(self.longest_min) * 75 + 300
    }

    /// Takes a busy hour: the highest least flow counts.
    fn take_busy(&mut self, run: &Run, hours: u32) {
        let floor = u16::try_from(run.floor / 1_000).unwrap_or(u16::MAX);
        self.rate = self.rate.max(floor);
        self.came(run, hours);
    }

    fn take(&mut self, rate: u32, run: &Run, hours: u32) {
        let minutes = u16::try_from(run.for_s / 60).unwrap_or(u16::MAX);
        if !self.is_like(rate) {
            *self =
                Self { rate: u16::try_from(rate).unwrap_or(u16::MAX), longest_min: minutes, hours_and_count: 1 << 24 | hours };
            return;
        }
        self.rate = u16::try_from((u32::from(self.rate) * 3 + rate) / 4).unwrap_or(u16::MAX);
        self.came(run, hours);
    }

    fn came(&mut self, run: &Run, hours: u32) {
        self.longest_min = self.longest_min.max(u16::try_from(run.for_s / 60).unwrap_or(u16::MAX));
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
    /// Those of the lower flow, and those of the higher.
    low: [Habit; 2],
    high: [Habit; 3],
    /// Uneven uses of the higher flow: the busy hours of a house, one shower after the other.
    busy: Habit,
    /// For each run the place of the use that explains it among the habits.
    same: [u8; 2],
}
packed!(Sustained { bucket_ml, bucket_s, runs, low, high, busy, same });

/// What a run is measured by: the limits of [`FLOWS`] in mL/h, the register's step in mL, and the local hour at the end of the interval.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure {
    pub limits: [u32; 2],
    pub step: u32,
    pub hour: u32,
    /// Whether the meter's habits are known.
    pub learned: bool,
}

impl Measure {
    /// Over how many seconds at the least a flow has to be measured.
    fn least_s(&self) -> u32 {
        let steps_s = u64::from(self.step) * BUCKET_STEPS * 3_600 / u64::from(self.limits[HIGH].max(1));
        u32::try_from(steps_s).unwrap_or(u32::MAX).max(BUCKET_S)
    }

    /// The same in whole intervals.
    fn bucket_s(&self, interval_s: u32) -> u32 {
        self.least_s().div_ceil(interval_s.max(1)).saturating_mul(interval_s)
    }
}

impl Sustained {
    /// Adds what flowed. Returns the flow in mL/h if a bucket has been filled by it.
    pub fn add(&mut self, ml: u32, seconds: u32, measure: &Measure) -> Option<u32> {
        self.bucket_ml = self.bucket_ml.saturating_add(ml);
        self.bucket_s += seconds;
        if self.bucket_s < measure.least_s() {
            return None;
        }
        let flow = u32::try_from(u64::from(self.bucket_ml) * 3_600 / u64::from(self.bucket_s)).unwrap_or(u32::MAX);
        // A register shows up to a step less than what flowed.
        let at_most =
            flow.saturating_add(u32::try_from(u64::from(measure.step) * 3_600 / u64::from(self.bucket_s)).unwrap_or(u32::MAX));
        for place in 0..FLOWS.len() {
            if at_most < measure.limits[place] {
                self.end(place, measure.hour);
                continue;
            }
            let mut run = self.runs[place];
            if run.for_s == 0 {
                run = Run { floor: u32::MAX, last: u32::MAX, ..Run::default() };
            } else {
                (run.floor, run.last) = (run.floor.min(run.last), flow);
            }
            (run.for_s, run.ml) = (run.for_s + self.bucket_s, run.ml.saturating_add(self.bucket_ml));
            self.runs[place] = self.explained(place, run, flow / 1_000, measure.hour);
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

    fn habits(&self, place: usize) -> &[Habit] {
        if place == HIGH { &self.high } else { &self.low }
    }

    /// A run with a bucket more, of a flow in L/h: whether a known use explains that.
    fn explained(&mut self, place: usize, run: Run, rate: u32, hour: u32) -> Run {
        let may_be = self.habits(place).iter().enumerate().filter(|(_, habit)| habit.may_be(rate, hour));
        let Some((at, habit)) = may_be.max_by_key(|(_, habit)| habit.longest_min).filter(|_| run.known_s < TOO_LONG) else {
            return run;
        };
        let (most_s, before) = (habit.may_last_s(), std::mem::replace(&mut self.same[place], at as u8));
        let same_s = if usize::from(before) == at { run.same_s } else { 0 } + self.bucket_s;
        let known_s = if same_s > most_s { TOO_LONG } else { run.known_s + self.bucket_s };
        Run { known_s, same_s, ..run }
    }

    /// The run that is a burst, if one is.
    pub fn burst(&self, measure: &Measure, interval_s: u32) -> Option<Run> {
        (0..FLOWS.len()).rev().find_map(|place| {
            let run = self.runs[place];
            let needed = FLOWS[place].1.max(measure.bucket_s(interval_s) * BUCKETS) * if measure.learned { 1 } else { UNLEARNED };
            let is_busy = place == HIGH && run.is_uneven() && self.busy.is_busy_hour(&run, hours_of(&run, measure.hour));
            (run.unexplained_s() >= needed && run.floor < u32::MAX && !is_busy).then_some(run)
        })
    }

    fn end(&mut self, place: usize, hour: u32) {
        let run = std::mem::take(&mut self.runs[place]);
        if run.for_s < REMEMBERED_S {
            return;
        }
        let (rate, hours) = (run.mean() / 1_000, hours_of(&run, hour));
        if run.is_uneven() {
            if place == HIGH {
                self.busy.take_busy(&run, hours);
            }
            return;
        }
        let habits: &mut [Habit] = if place == HIGH { &mut self.high } else { &mut self.low };
        let like = habits.iter().position(|habit| habit.is_like(rate));
        let rarest = (0..habits.len()).min_by_key(|at| habits[*at].count()).unwrap_or(0);
        habits[like.unwrap_or(rarest)].take(rate, &run, hours);
    }
}

/// The hours of the day through which a run that ends in an hour has gone, a bit each.
fn hours_of(run: &Run, hour: u32) -> u32 {
    (0..=(run.for_s / 3_600).min(23)).fold(0, |bits, back| bits | 1 << ((hour + 24 - back) % 24))
}
