//! One meter in the writer's memory: its last readings and its newest values.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::field::records::review_again;
use crate::metering::intake::{Counts, Intake, MeterState, Source};
use crate::metering::meter::Meter;
use crate::metering::rows::installations::load_meter;
use crate::metering::rows::readings::{
    Tail, count_between, last_settled, load_left_out, load_tail, load_window, settled_before, write_conflict, write_reading,
};
use crate::metering::rows::state;
use crate::metering::telemetry::health::CachedHealth;
use domain::metering::meter::Valve;
use domain::metering::reading::absorb::{Absorbed, BEFORE, BEHIND, Stored, WindowEnd, absorb, append};
use domain::metering::reading::{Arrival, ClockState, DayUse, EARLIEST, Point, Trust, Verdict, flow_is_plausible};
use domain::{Flow, LocalDay, UtcMillis};
use protocol::metering::live::Frame;
use protocol::metering::messages::Telemetry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// With more stored readings than this between new ones, these are absorbed in groups, one after the other.
const BETWEEN: usize = 256;

/// A meter as the writer keeps it in memory.
pub(super) struct CachedMeter {
    pub meter: Meter,
    /// Its last reading that judging takes; the outer is `None` where it has to be read anew.
    tail: Option<Option<Tail>>,
    /// The latest time of a reading that judging leaves out: a new one that is not later is compared with what is stored.
    left_out_until: Option<UtcMillis>,
    /// Stored readings that were walked since somebody asked.
    pub walked: usize,
    pub state: Option<MeterState>,
    /// What its health is judged by.
    health: CachedHealth,
}

impl CachedMeter {
    /// Reads a meter.
    ///
    /// # Errors
    /// No such meter, or the database.
    pub fn load(tx: &mut Tx<'_>, num: i64) -> Result<Self, Error> {
        let meter = load_meter(tx, num)?;
        let (tail, left_out_until) = load_tail(tx, &meter)?;
        let (state, health) = (state::load(tx, num)?, CachedHealth::load(tx, num)?);
        Ok(Self { state, meter, tail: Some(tail), left_out_until, walked: 0, health })
    }

    fn tail(&mut self, tx: &mut Tx<'_>) -> Result<Option<Tail>, Error> {
        if let Some(tail) = self.tail {
            return Ok(tail);
        }
        let (tail, left_out_until) = load_tail(tx, &self.meter)?;
        (self.tail, self.left_out_until) = (Some(tail), left_out_until);
        Ok(tail)
    }

    /// Whether readings from an instant on may simply follow what is stored.
    ///
    /// # Errors
    /// The database.
    pub fn may_append(&mut self, tx: &mut Tx<'_>, first: UtcMillis) -> Result<bool, Error> {
        let tail = self.tail(tx)?;
        let is_later = tail.is_none_or(|tail| tail.is_plain && tail.last.t < first);
        Ok(is_later && self.left_out_until.is_none_or(|t| t < first))
    }

    /// How many of these readings, which are in order of time, are absorbed together: so many that few stored ones lie between them.
    ///
    /// # Errors
    /// The database.
    pub fn group(&mut self, tx: &mut Tx<'_>, readings: &[&Telemetry]) -> Result<usize, Error> {
        let newest = self.tail(tx)?.map(|tail| tail.last.t);
        let mut between = 0;
        for (place, pair) in readings.windows(2).enumerate() {
            if newest.is_none_or(|newest| pair[0].t >= newest) {
                break;
            }
            between += count_between(tx, self.meter.num, (pair[0].t, pair[1].t), BETWEEN + 1 - between)?;
            if between > BETWEEN {
                return Ok(place + 1);
            }
        }
        Ok(readings.len())
    }

    /// Judges new readings: behind the last one if they simply follow it, by walking those around them otherwise.
    ///
    /// # Errors
    /// The database.
    pub fn absorb(
        &mut self,
        tx: &mut Tx<'_>,
        readings: &[&Telemetry],
        source: Source,
        received: UtcMillis,
    ) -> Result<Absorbed, Error> {
        let tail = self.tail(tx)?;
        let point = |reading: &&Telemetry| Point {
            t: reading.t,
            register: reading.reg,
            connection: self.meter.place_at(reading.t),
            clock: ClockState::judge(reading.t, received),
            trust: source.trust(),
        };
        let points: Vec<Point> = readings.iter().map(point).collect();
        let Some(first) = points.first().map(|point| point.t) else { return Ok(Absorbed::default()) };
        let zone = |connection| self.meter.zone_of(connection);
        let rules = self.meter.rules();
        let appended = tail
            .filter(|tail| tail.is_plain && self.left_out_until.is_none_or(|t| t < first))
            .and_then(|tail| append(&tail.last, &points, &rules, &zone));
        if let Some(absorbed) = appended {
            return Ok(absorbed);
        }
        let times: BTreeSet<UtcMillis> = points.iter().map(|point| point.t).collect();
        let whole = (WindowEnd::History, WindowEnd::History);
        if points.iter().all(|point| point.connection.is_none()) {
            let same = load_left_out(tx, &self.meter, &times)?;
            return Ok(absorb(whole, &same, &points, &rules, &zone).unwrap_or_default());
        }
        let (mut before, mut behind) = (BEFORE, BEHIND);
        loop {
            let window = load_window(tx, &self.meter, &times, (before, behind))?;
            self.walked += window.stored.len().max(1);
            if let Ok(absorbed) = absorb((window.begin, window.end), &window.stored, &points, &rules, &zone) {
                return Ok(absorbed);
            }
            (before, behind) = (before * 4, behind * 4);
        }
    }

    /// Writes readings as they were judged, and counts them.
    ///
    /// # Errors
    /// The database.
    pub fn write(&self, tx: &mut Tx<'_>, absorbed: &Absorbed, readings: &[&Telemetry], intake: &Intake) -> Result<Counts, Error> {
        let mut counts = Counts::default();
        let mut sent: BTreeMap<UtcMillis, &Telemetry> = BTreeMap::new();
        for (reading, arrival) in readings.iter().zip(&absorbed.arrivals) {
            match arrival {
                Arrival::InOrder => counts.stored += 1,
                Arrival::Late => {
                    counts.stored += 1;
                    counts.late += 1;
                }
                Arrival::Duplicate => counts.duplicates += 1,
                Arrival::Conflict { refused } => {
                    counts.conflicts += 1;
                    write_conflict(tx, intake.meter, reading.t, *refused, intake.received)?;
                }
            }
            sent.entry(reading.t).or_insert(*reading);
        }
        for stored in &absorbed.changed {
            let brought = sent.get(&stored.point.t).copied();
            write_reading(tx, intake.meter, stored, brought, intake.source, intake.received)?;
            if brought.is_none() && stored.point.trust == Trust::ByEye {
                review_again(tx, intake.meter, stored.point.t, !stored.verdict.settles())?;
            }
            if stored.verdict != Verdict::Accepted {
                *counts.verdicts.entry(stored.verdict).or_default() += 1;
            }
        }
        Ok(counts)
    }

    /// Updates the newest values in memory; returns whether something changed that is to be published at once.
    ///
    /// # Errors
    /// The database.
    pub fn update(
        &mut self,
        tx: &mut Tx<'_>,
        readings: &[&Telemetry],
        changed: &[Stored],
        received: UtcMillis,
    ) -> Result<bool, Error> {
        self.keep_tail(changed);
        let brought = |stored: &Stored| readings.binary_search_by_key(&stored.point.t, |reading| reading.t).is_ok();
        // An older reading that is judged otherwise now may be the one whose register was kept.
        let is_overturned = !changed.iter().all(brought);
        if is_overturned && let Some(state) = &mut self.state {
            state.register = last_settled(tx, self.meter.num)?.unwrap_or(state.register);
        }
        let newest = changed.iter().rev().find(|stored| stored.point.clock == ClockState::Believed);
        let Some(newest) = newest.filter(|stored| self.state.as_ref().is_none_or(|state| stored.point.t >= state.t)) else {
            return Ok(self.take_late_valve(readings) || is_overturned);
        };
        let Some(reading) = readings.iter().find(|reading| reading.t == newest.point.t) else {
            return Ok(self.take_late_valve(readings) || is_overturned);
        };
        let before = self.state.clone();
        let old = before.clone().unwrap_or_default();
        let settles = newest.verdict.settles();
        let flow = match reading.flow {
            Some(flow) => flow_is_plausible(flow, &self.meter.capability).then_some(flow),
            None => {
                let is_next = readings.len() == 1 && !is_overturned;
                self.mean_flow(tx, &newest.point, before.as_ref(), is_next)?.or(old.flow)
            }
        };
        // What the last reading of a message leaves out, one before it may say.
        let since = before.as_ref().map_or(EARLIEST, |state| state.t);
        let said = || readings.iter().rev().filter(|reading| (since..=newest.point.t).contains(&reading.t));
        let valve_since = before.as_ref().map_or(EARLIEST, valve_known_until);
        let mut of_valve = readings.iter().rev().filter(|reading| (valve_since..=newest.point.t).contains(&reading.t));
        let valve = of_valve.find_map(|reading| Some((reading.valve?, reading.t)));
        let state = MeterState {
            t: newest.point.t,
            received_at: received,
            reported_at: received,
            register: if settles { newest.point.register } else { old.register },
            flow: flow.filter(|_| settles),
            valve: valve.map_or(old.valve, |(valve, _)| valve.into()),
            valve_t: valve.map(|(_, t)| t).or(old.valve_t),
            battery: said().find_map(|reading| reading.bat).or(old.battery),
            rssi: said().find_map(|reading| reading.rssi).or(old.rssi),
            kpa: said().find_map(|reading| reading.kpa).or(old.kpa),
            celsius: said().find_map(|reading| reading.c).or(old.celsius),
            said_offline: false,
        };
        let urgent = before.is_none() || state.valve != old.valve || old.said_offline;
        self.state = Some(state);
        Ok(urgent)
    }

    /// Takes up what readings that came late say of the valve, where no later one has said anything of it; returns whether it is another one.
    fn take_late_valve(&mut self, readings: &[&Telemetry]) -> bool {
        let Some(state) = &mut self.state else { return false };
        let (known, newest) = (valve_known_until(state), state.t);
        let mut late = readings.iter().rev().filter(|reading| known < reading.t && reading.t <= newest);
        let Some((valve, t)) = late.find_map(|reading| Some((Valve::from(reading.valve?), reading.t))) else { return false };
        state.valve_t = Some(t);
        std::mem::replace(&mut state.valve, valve) != valve
    }

    /// The mean flow from the reading before one that settles to it; none flows where it is the first. That of the state is the one before only
    /// where `is_next` (no other came with it, and none was judged otherwise) and where it settled: else its register is older than its time.
    fn mean_flow(&self, db: &Db, newest: &Point, state: Option<&MeterState>, is_next: bool) -> Result<Option<Flow>, Error> {
        let of_state = state.map(|state| (state.t, state.register));
        let is_known = is_next && state.is_none_or(|state| state.flow.is_some());
        let before = if is_known { of_state } else { settled_before(db, self.meter.num, newest.t)?.or(of_state) };
        let Some((t, register)) = before else { return Ok(Some(Flow(0))) };
        let mean = Flow::mean(newest.register - register, newest.t.since(t));
        Ok(mean.filter(|flow| flow_is_plausible(*flow, &self.meter.capability)))
    }

    /// Takes up readings for the meter's health; `before` is when something came of it the last time before them. Returns whether it was offline
    /// until then: its last will is not the last message any more, whatever time the readings have.
    pub fn observe(&mut self, before: Option<UtcMillis>, readings: &[&Telemetry], received: UtcMillis) -> bool {
        self.health.observe(before, readings, received);
        let Some(state) = &mut self.state else { return false };
        state.reported_at = received.max(state.reported_at);
        std::mem::take(&mut state.said_offline)
    }

    /// Writes what is new of its health.
    ///
    /// # Errors
    /// The database.
    pub fn keep_health(&mut self, tx: &mut Tx<'_>) -> Result<(), Error> {
        self.health.keep(tx, self.meter.num)
    }

    /// Keeps the last reading where only simple ones were appended; otherwise it is read anew when it is needed.
    fn keep_tail(&mut self, changed: &[Stored]) {
        for stored in changed {
            match &mut self.tail {
                Some(Some(tail)) if tail.is_plain && stored.verdict.is_ordinary() && tail.last.t < stored.point.t => {
                    tail.last = stored.point;
                }
                Some(None) if stored.verdict == Verdict::First => {
                    self.tail = Some(Some(Tail { last: stored.point, is_plain: true }));
                }
                _ => {
                    self.tail = None;
                    return;
                }
            }
        }
    }

    /// The frame of the meter for the live stream.
    pub fn frame(&self, state: &MeterState, days: &HashMap<i64, (LocalDay, DayUse)>) -> Frame {
        let connection = self.meter.connection_at(state.t);
        let today = connection.and_then(|connection| {
            let day = self.meter.zone_of(connection).day_of(state.t);
            let (latest, used) = days.get(&self.meter.num_of(connection)?)?;
            (*latest == day).then_some((day, used.volume))
        });
        Frame {
            meter: self.meter.id,
            t: state.t,
            received_at: state.received_at,
            register: state.register,
            flow: state.flow,
            valve: state.valve,
            connection,
            today,
            said_offline: state.said_offline,
        }
    }
}

/// Up to when it is known what a valve was. Of an older release's state it is not known when the valve was reported.
fn valve_known_until(state: &MeterState) -> UtcMillis {
    if state.valve == Valve::Unknown { EARLIEST } else { state.valve_t.unwrap_or(state.t) }
}
