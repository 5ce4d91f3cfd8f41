//! Much water without a pause: bursts, and the long uses of a meter that are none.
//!
//! A hose, a pool or a tank behind a float valve takes as much as a burst pipe does, and for as long. Nothing in the flow tells them apart
//! but that they come again: with about the same flow, at the same hours, and end. So uses of this kind are remembered. People who take one
//! shower after the other take as much as well, but not evenly: this takes longer to be called a burst.

use super::habit::Habit;
use super::packed::packed;
use super::recent::{Beneath, Recent};

/// From how many per mille of Q3 on, and after how many seconds, an even flow is a burst that is like no use before. Kamstrup's meters ask
/// for 5, 10 or 20 % in 30 minutes; 5 % are a running tap, so that they have to last longer.
pub(super) const FLOWS: [(i64, u32); 2] = [(50, 7_200), (100, 1_800)];

/// The place of the higher of [`FLOWS`].
const HIGH: usize = 1;

/// How many in how many means are at the floor, and how many times as long as a burst needs the flow has to go on for that.
type Even = ((u32, u32), (u32, u32));

/// An even flow: three means in four are at its floor, or two in three after 34 minutes instead of 30. Of invented households' showers,
/// one after the other for half an hour, the first is true about once in 15 household-years, and of 92 bursts in 100.
const EVEN: [Even; 2] = [((3, 4), (1, 1)), ((2, 3), (17, 15))];

/// A flow as even as this, while it goes on, is remembered as one use; what is less even was people.
const ONE_USE: (u32, u32) = (4, 5);

/// A flow that is not even has to go on for 38 minutes instead of 30; and it is no busy hour if half of it is at the floor.
const UNEVEN: (u32, u32) = (19, 15);
const HALF: (u32, u32) = (1, 2);

/// Until a meter has shown its habits for two weeks, a flow has to last six times as long: weekly watering comes twice in them.
const UNLEARNED: u32 = 6;

/// See [`UNLEARNED`]. Days.
pub(super) const LEARNED_DAYS: u8 = 14;

/// Uses at least this long are remembered: shorter ones, with what [`Habit::may_last_s`] adds, explain no burst. Seconds.
const REMEMBERED_S: u32 = 1_200;

/// People keep much water running, one after the other, for up to three times as long as a burst needs; and half as much through the opening
/// hours of a shop, 16 at the most. Seconds.
const BUSY_TIMES: u32 = 3;
const SHOP_S: u32 = 57_600;

/// The shortest time over which a flow is judged, seconds: a tap that is closed for a minute interrupts a use.
const BUCKET_S: u32 = 60;

/// A flow of a month is one, whatever the register's step. Seconds.
const MOST_S: u32 = 30 * 86_400;

/// The longest time of a mean by which the lower flow is judged, seconds.
const FINE_S: u32 = 300;

/// Steps of the register within that time at the flow of a burst: fewer, and the flow is too uncertain.
const BUCKET_STEPS: u64 = 4;

/// So many means make a run: in fewer, each of them longer, people pause unseen.
const BUCKETS: u32 = 8;

/// A flow at or above a limit that goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    /// The least of its flows, L/h, without the first and the last, in which it may have begun and ended; [`u16::MAX`] before.
    floor: u16,
    last: u16,
    /// The floor while it last was even, L/h; zero if it never was.
    even: u16,
    /// Of how many means, up to 255.
    count: u8,
    /// For how long.
    pub for_s: u32,
    /// For how long the flow was that of a known use; [`TOO_LONG`] once one went on for longer than ever.
    known_s: u32,
    /// For how long it was the same use.
    same_s: u32,
}
packed!(Run { floor, last, even, count, for_s, known_s, same_s });

/// A flow is a known use if it goes on like this for so long: any shower has the flow of a hose for some minutes. Seconds.
const SAME_S: u32 = 600;

/// See [`Run::known_s`].
const TOO_LONG: u32 = u32::MAX;

impl Run {
    /// For how long there was no explanation.
    fn unexplained_s(&self) -> u32 {
        if self.known_s == TOO_LONG { self.for_s } else { self.for_s - self.known_s }
    }

    /// Whether a flow ends it: one that is beneath the limit, but not a single one beneath it by less than a tenth, since pressure
    /// changes. All in mL/h.
    fn is_ended_by(&self, flow: u32, blur: u32, limit: u32) -> bool {
        let was_above = self.count > 0 && u32::from(self.last).saturating_mul(1_000).saturating_add(blur) >= limit;
        flow < if was_above { limit / 10 * 9 } else { limit }
    }

    /// With a mean more, of a flow in L/h.
    fn with(self, flow: u32, seconds: u32) -> Self {
        let flow = u16::try_from(flow).unwrap_or(u16::MAX);
        let run = if self.count == 0 { Self { floor: u16::MAX, ..self } } else { self };
        let floor = if self.count > 1 { run.floor.min(run.last) } else { u16::MAX };
        Self { floor, last: flow, count: run.count.saturating_add(1), for_s: run.for_s + seconds, ..run }
    }
}

/// What is a burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Burst {
    /// What flowed at the least, mL/h …
    pub floor: u32,
    /// … for so many seconds.
    pub for_s: u32,
}

/// Runs that go on, and habits, for each of [`FLOWS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sustained {
    bucket_ml: u32,
    bucket_s: u32,
    recent: Recent,
    /// The runs that go on; without length where none does.
    pub runs: [Run; 2],
    /// Even uses of the lower flow, and those of the higher.
    low: [Habit; 2],
    high: [Habit; 3],
    /// Uneven uses: the busy hours of a house, one shower after the other.
    busy: [Habit; 2],
    /// For each run the place of the use that explains it among the habits.
    same: [u8; 2],
}
packed!(Sustained { bucket_ml, bucket_s, recent, runs, low, high, busy, same });

/// What a run is measured by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure {
    /// The limits of [`FLOWS`], mL/h.
    pub limits: [u32; 2],
    /// The register's step, mL.
    pub step: u32,
    /// The local hour that the middle of the interval lies in, 0 to 23.
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

    /// For how long a flow above a limit has to go on, by means over so many seconds.
    fn needed_s(&self, place: usize, bucket_s: u32) -> u32 {
        FLOWS[place].1.max(bucket_s.saturating_mul(BUCKETS)).min(MOST_S)
    }

    /// By how much a register blurs a flow over so many seconds, mL/h.
    fn blur(&self, seconds: u32) -> u32 {
        u32::try_from(u64::from(self.step) * 3_600 / u64::from(seconds.max(1))).unwrap_or(u32::MAX)
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
        let for_s = self.bucket_s;
        let flow = u32::try_from(u64::from(self.bucket_ml) * 3_600 / u64::from(for_s)).unwrap_or(u32::MAX);
        let blur = measure.blur(for_s);
        self.recent.add(flow, measure.limits[HIGH]);
        for place in 0..FLOWS.len() {
            // A register shows up to a step less than what flowed.
            if self.runs[place].is_ended_by(flow.saturating_add(blur), blur, measure.limits[place]) {
                self.end(place, measure, for_s);
                continue;
            }
            let run = self.explained(place, self.runs[place].with(flow / 1_000, for_s), flow / 1_000, blur / 2_000, measure.hour);
            let beneath = self.recent.beneath(run.count.into(), measure.limits[HIGH], blur);
            let even = beneath.filter(|beneath| run.for_s >= REMEMBERED_S && beneath.is_even(ONE_USE));
            let even = even.map_or(run.even, |beneath| u16::try_from(beneath.level / 1_000).unwrap_or(u16::MAX));
            self.runs[place] = Run { even, ..run };
        }
        (self.bucket_ml, self.bucket_s) = (0, 0);
        Some(flow)
    }

    /// What flows is not known any more.
    pub fn lost(&mut self) {
        (self.bucket_ml, self.bucket_s, self.runs) = (0, 0, [Run::default(); 2]);
    }

    /// A burst is over: what still flows is another use. `interval_s`: how long an interval is.
    pub fn end_all(&mut self, measure: &Measure, interval_s: u32) {
        (0..FLOWS.len()).for_each(|place| self.end(place, measure, measure.bucket_s(interval_s)));
    }

    /// Whether much has flowed for longer than a usual use takes.
    pub fn is_running(&self) -> bool {
        self.runs[0].for_s >= REMEMBERED_S
    }

    /// Whether as much flows as the higher limit asks for.
    pub const fn is_strong(&self) -> bool {
        self.runs[HIGH].for_s > 0
    }

    fn habits(&self, place: usize) -> &[Habit] {
        if place == HIGH { &self.high } else { &self.low }
    }

    /// A run with a bucket more, of a flow in L/h: whether a known use explains that. What is more than the use ever took is somebody's
    /// use on top of it and not explained, but does not end it either; what is less ends it.
    fn explained(&mut self, place: usize, run: Run, rate: u32, blur: u32, hour: u32) -> Run {
        let (same, for_s) = (usize::from(self.same[place]), self.bucket_s);
        let may_be = |habit: &Habit| habit.comes_at(hour) && !habit.is_above(rate, blur);
        let known = self.habits(place).iter().enumerate().filter(|(_, habit)| may_be(habit));
        let exact = known.clone().filter(|(_, habit)| !habit.is_below(rate, blur));
        let best = exact.max_by_key(|(at, habit)| (*at == same && run.same_s > 0, habit.may_last_s()));
        let Some((at, habit)) = best else {
            return Run { same_s: if known.count() == 0 { 0 } else { run.same_s }, ..run };
        };
        let (most_s, before) = (habit.may_last_s(), std::mem::replace(&mut self.same[place], at as u8));
        let same_s = if usize::from(before) == at { run.same_s } else { 0 } + for_s;
        let more_s = if same_s < SAME_S { 0 } else { for_s + if same_s - for_s < SAME_S { same_s - for_s } else { 0 } };
        let known_s = if run.known_s == TOO_LONG || same_s > most_s { TOO_LONG } else { (run.known_s + more_s).min(run.for_s) };
        Run { known_s, same_s, ..run }
    }

    /// The burst that goes on, if one does. `interval_s`: how long an interval is.
    pub fn burst(&self, measure: &Measure, interval_s: u32) -> Option<Burst> {
        let bucket_s = measure.bucket_s(interval_s).min(MOST_S);
        (0..FLOWS.len()).rev().find_map(|place| {
            let run = self.runs[place];
            let beneath = self.recent.beneath(run.count.into(), measure.limits[HIGH], measure.blur(bucket_s))?;
            let needed_s = measure.needed_s(place, bucket_s) * if measure.learned { 1 } else { UNLEARNED };
            // By longer means, the lower flow is that of a shop or a large family, whose pauses nobody sees.
            let is_judged = place == HIGH || bucket_s <= FINE_S;
            let is_burst =
                is_judged && u32::from(run.count) >= BUCKETS && self.is_burst(place, &run, &beneath, measure, needed_s);
            is_burst.then(|| burst_of(&run, &beneath, bucket_s))
        })
    }

    /// Whether a run has gone on for too long without an explanation.
    fn is_burst(&self, place: usize, run: &Run, beneath: &Beneath, measure: &Measure, needed_s: u32) -> bool {
        let may_be = |habit: &Habit| habit.comes_at(measure.hour) && habit.is_like_ever(beneath.level / 1_000);
        let is_known = run.known_s < TOO_LONG && self.habits(place).iter().any(may_be);
        let is_even = |(part, longer): &Even| beneath.is_even(*part) && run.for_s >= needed_s / longer.1 * longer.0;
        if !is_known && EVEN.iter().any(is_even) {
            return true;
        }
        let (rate, hours) = (beneath.floor / 1_000, hours_of(run.for_s, measure.hour));
        let is_people = is_known || !beneath.is_even(HALF);
        let is_busy = || is_people && self.busy[place].is_busy(rate, run.unexplained_s(), hours);
        run.unexplained_s() >= needed_s / UNEVEN.1 * UNEVEN.0 && !is_busy()
    }

    /// A run has ended: what it was is remembered.
    fn end(&mut self, place: usize, measure: &Measure, bucket_s: u32) {
        let run = std::mem::take(&mut self.runs[place]);
        if run.for_s < REMEMBERED_S {
            return;
        }
        let (hours, busy_s) = (hours_of(run.for_s, measure.hour), run.unexplained_s());
        let habits: &mut [Habit] = if place == HIGH { &mut self.high } else { &mut self.low };
        let like = habits.iter().position(|habit| habit.is_like(run.even.into()));
        let is_people = run.even == 0 || like.is_some_and(|at| habits[at].is_known());
        let most_s = if place == HIGH { measure.needed_s(place, bucket_s) * BUSY_TIMES } else { SHOP_S };
        if is_people && (REMEMBERED_S..=most_s).contains(&busy_s) {
            self.busy[place].take_busy(run.floor, busy_s, hours);
        }
        if run.even > 0 {
            let rarest = (0..habits.len()).min_by_key(|at| habits[*at].count()).unwrap_or(0);
            habits[like.unwrap_or(rarest)].take(run.even, run.for_s, hours);
        }
    }
}

/// A burst that a run has come to: all of it, or its last half hour if that was stronger.
fn burst_of(run: &Run, beneath: &Beneath, bucket_s: u32) -> Burst {
    let floor = u32::from(run.floor) * 1_000;
    if floor.saturating_mul(9) >= beneath.floor.saturating_mul(8) {
        return Burst { floor, for_s: run.for_s };
    }
    Burst { floor: beneath.floor, for_s: beneath.of.saturating_mul(bucket_s).min(run.for_s) }
}

/// The hours of the day through which a run that took so many seconds and ends in an hour has gone, a bit each.
fn hours_of(for_s: u32, hour: u32) -> u32 {
    (0..=(for_s / 3_600).min(23)).fold(0, |bits, back| bits | 1 << ((hour + 24 - back) % 24))
}
