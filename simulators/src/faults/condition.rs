//! What is wrong with one meter at an instant: the fault it has, and what earlier ones have left in its register.
//!
//! Nothing here reads a clock. Instants are true ones, in UTC milliseconds; they have to be given in order.

use super::kind::Fault;
use crate::meters::leaks::Leak;
use domain::UtcMillis;
use domain::core::local_time::MINUTE_MS;
use protocol::metering::messages::EventKind;

/// What a tampered meter notices, and how many milliseconds after it began.
const TAMPERING: [(i64, EventKind); 3] = [(0, EventKind::CoverOpen), (10_000, EventKind::Tilt), (20_000, EventKind::Magnet)];
/// After so many it is silent.
const TAMPERED_MS: i64 = 30_000;
/// At so many per cent a meter says that its battery is low.
const LOW_BATTERY: i64 = 20;

/// What a fault does to a meter's messages at an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// All water that has run by faults so far, mL: the register is higher by it, unless a valve was closed.
    pub leaked_ml: i64,
    /// Flow by the fault now, mL/min.
    pub flow: i64,
    /// The meter's clock is ahead by so many milliseconds.
    pub clock_ms: i64,
    /// Battery in per cent, where the fault decides it.
    pub battery: Option<i16>,
    /// Nothing is reported.
    pub is_silent: bool,
}

/// A leak by the millisecond: [`Leak`] gives whole minutes, each is shared out evenly.
#[derive(Clone, Debug)]
struct Flowing {
    leak: Leak,
    minute: i64,
    before: i64,
    now: i64,
}

impl Flowing {
    fn new(mut leak: Leak) -> Self {
        Self { minute: 0, before: 0, now: leak.next_minute(0), leak }
    }

    /// What has run after so many milliseconds, mL, and the flow then, mL/min.
    fn after(&mut self, ms: i64) -> (i64, i64) {
        while self.minute < ms / MINUTE_MS {
            self.before += self.now;
            self.minute += 1;
            self.now = self.leak.next_minute(self.minute);
        }
        let within = (ms - self.minute * MINUTE_MS).clamp(0, MINUTE_MS);
        (self.before + self.now * within / MINUTE_MS, self.now)
    }
}

/// The fault that a meter has.
#[derive(Clone, Debug)]
pub struct Active {
    /// Which.
    pub fault: Fault,
    /// Since when.
    pub since: UtcMillis,
    /// When it ends by itself.
    pub until: Option<UtcMillis>,
    flowing: Option<Flowing>,
    /// Battery when it began, per cent.
    battery: i64,
    /// Events of it that were taken.
    taken: usize,
}

impl Active {
    fn elapsed(&self, t: UtcMillis) -> i64 {
        t.since(self.since).max(0)
    }

    /// What the meter notices, by milliseconds since it began, in order.
    fn events(&self) -> Vec<(i64, EventKind)> {
        match self.fault {
            Fault::Tamper => TAMPERING.to_vec(),
            Fault::LowBattery { over_s } => {
                let fall = (self.battery - LOW_BATTERY).max(0);
                vec![(over_s * 1_000 * fall / self.battery.max(1), EventKind::LowVoltage)]
            }
            _ => Vec::new(),
        }
    }

    /// From which millisecond on it is silent.
    fn silent_after(&self) -> Option<i64> {
        match self.fault {
            Fault::Tamper => Some(TAMPERED_MS),
            Fault::LowBattery { over_s } => Some(over_s * 1_000),
            Fault::Silence => Some(0),
            _ => None,
        }
    }

    fn effect(&mut self, t: UtcMillis) -> Effect {
        let elapsed = self.elapsed(t);
        let (leaked_ml, flow) = self.flowing.as_mut().map_or((0, 0), |flowing| flowing.after(elapsed));
        let battery = match self.fault {
            Fault::LowBattery { over_s } => {
                let left = (over_s * 1_000 - elapsed).max(0);
                i16::try_from(self.battery * left / (over_s * 1_000)).ok()
            }
            _ => None,
        };
        let clock_ms = if let Fault::ClockJump { by_s } = self.fault { by_s * 1_000 } else { 0 };
        let is_silent = self.silent_after().is_some_and(|after| elapsed >= after);
        Effect { leaked_ml, flow, clock_ms, battery, is_silent }
    }
}

/// A meter's condition.
#[derive(Clone, Debug)]
pub struct Condition {
    seed: u64,
    begun: u64,
    active: Option<Active>,
    /// What ended faults have let run, mL.
    leaked_ml: i64,
    /// Events of ended faults that nobody has taken.
    owed: Vec<(UtcMillis, EventKind)>,
}

impl Condition {
    /// Nothing is wrong. The seed decides what faults leave open, such as how much a cistern takes.
    pub fn new(seed: u64) -> Self {
        Self { seed, begun: 0, active: None, leaked_ml: 0, owed: Vec::new() }
    }

    /// The fault it has.
    pub fn active(&self) -> Option<&Active> {
        self.active.as_ref()
    }

    /// Gives it a fault, in the place of the one it has; `for_s` seconds if that is said. `battery` is what it reported last, per cent.
    pub fn begin(&mut self, fault: Fault, t: UtcMillis, for_s: Option<i64>, battery: i16) {
        self.end(t);
        let flowing = match fault {
            Fault::Water { profile, rate_lph, over_s } => {
                let leak = Leak::new(profile, rate_lph * 1_000, self.seed ^ self.begun.rotate_left(32));
                Some(Flowing::new(leak.rising_in(over_s / 60)))
            }
            _ => None,
        };
        self.begun += 1;
        let until = for_s.map(|seconds| t.plus(seconds * 1_000));
        self.active = Some(Active { fault, since: t, until, flowing, battery: i64::from(battery), taken: 0 });
    }

    /// Ends its fault, and returns it: from then on it is an ordinary meter, with what has run in its register.
    pub fn end(&mut self, t: UtcMillis) -> Option<Fault> {
        let t = self.active.as_ref()?.until.map_or(t, |until| until.min(t));
        self.owed = self.due(t);
        let mut active = self.active.take()?;
        self.leaked_ml += active.effect(t).leaked_ml;
        if active.fault == Fault::Tamper {
            self.owed.push((t, EventKind::CoverClosed));
        }
        Some(active.fault)
    }

    fn end_in_time(&mut self, t: UtcMillis) {
        if self.active.as_ref().and_then(|active| active.until).is_some_and(|until| until <= t) {
            self.end(t);
        }
    }

    /// What its fault does to a report at an instant.
    pub fn at(&mut self, t: UtcMillis) -> Effect {
        self.end_in_time(t);
        let effect = self.active.as_mut().map_or_else(Effect::default, |active| active.effect(t));
        Effect { leaked_ml: self.leaked_ml + effect.leaked_ml, ..effect }
    }

    /// What it has noticed and nobody has taken yet, in order.
    fn due(&mut self, t: UtcMillis) -> Vec<(UtcMillis, EventKind)> {
        let mut due = std::mem::take(&mut self.owed);
        if let Some(active) = &mut self.active {
            let elapsed = active.elapsed(t);
            let new = active.events().into_iter().skip(active.taken).take_while(|(after, _)| *after <= elapsed);
            let new: Vec<_> = new.map(|(after, kind)| (active.since.plus(after), kind)).collect();
            active.taken += new.len();
            due.extend(new);
        }
        due
    }

    /// Takes what it has noticed since the last call, in order.
    pub fn take_events(&mut self, t: UtcMillis) -> Vec<(UtcMillis, EventKind)> {
        self.end_in_time(t);
        self.due(t)
    }

    /// When a meter that was silent, or was not, has to look again: silence begins or ends, something is noticed, or the fault ends. An
    /// instant that is over means at once.
    pub fn next_change(&mut self, t: UtcMillis, was_silent: bool) -> Option<UtcMillis> {
        if self.at(t).is_silent != was_silent || !self.owed.is_empty() {
            return Some(t);
        }
        let active = self.active.as_ref()?;
        let event = active.events().get(active.taken).map(|(after, _)| active.since.plus(*after));
        let silence = active.silent_after().map(|after| active.since.plus(after)).filter(|at| *at > t);
        [event, silence, active.until].into_iter().flatten().min()
    }
}

#[cfg(test)]
#[path = "condition_tests.rs"]
mod tests;
