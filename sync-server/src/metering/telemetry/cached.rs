//! One meter in the writer's memory: its last readings and its newest values.

use crate::core::Tx;
use crate::error::Error;
use crate::metering::intake::{Counts, Intake, MeterState};
use crate::metering::meter::Meter;
use crate::metering::rows::installations::load_meter;
use crate::metering::rows::readings::{load_latest, load_left_out, load_window, write_conflict, write_reading};
use crate::metering::rows::state;
use domain::metering::reading::absorb::{Absorbed, Stored, WindowEnd, absorb};
use domain::metering::reading::{Arrival, ClockState, DayUse, Point, Verdict, flow_is_plausible};
use domain::{Flow, LocalDay, UtcMillis};
use protocol::metering::live::Frame;
use protocol::metering::messages::Telemetry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Readings of a meter that are kept at most: enough that the last two that settle are among them.
const RECENT: usize = 8;

/// A meter as the writer keeps it in memory.
pub(super) struct CachedMeter {
    pub meter: Meter,
    /// The last readings that judging takes, in order of time; the first of them settles.
    recent: Vec<Stored>,
    /// The latest time of a reading that judging leaves out: a new one that is not later is compared with what is stored.
    left_out_until: Option<UtcMillis>,
    pub state: Option<MeterState>,
}

impl CachedMeter {
    /// Reads a meter.
    ///
    /// # Errors
    /// No such meter, or the database.
    pub fn load(tx: &mut Tx<'_>, num: i64) -> Result<Self, Error> {
        let meter = load_meter(tx, num)?;
        let (latest, left_out_until) = load_latest(tx, &meter, RECENT)?;
        let mut cached = Self { state: state::load(tx, num)?, meter, recent: latest, left_out_until };
        cached.trim_recent();
        Ok(cached)
    }

    /// Judges new readings: against what is kept in memory if they are later, against the database otherwise.
    ///
    /// # Errors
    /// The database.
    pub fn absorb(&self, tx: &mut Tx<'_>, readings: &[Telemetry], received: UtcMillis) -> Result<Absorbed, Error> {
        let points: Vec<Point> = readings
            .iter()
            .map(|reading| Point {
                t: reading.t,
                register: reading.reg,
                connection: self.meter.connection_at(reading.t),
                clock: ClockState::judge(reading.t, received),
            })
            .collect();
        let zone = |connection| self.meter.zone_of(connection);
        let capability = &self.meter.capability;
        let Some(first) = points.iter().map(|point| point.t).min() else { return Ok(Absorbed::default()) };
        let is_later = self.recent.first().is_some_and(|oldest| oldest.point.t < first);
        if is_later && self.left_out_until.is_none_or(|t| t < first) {
            let at = self.recent.iter().rposition(|stored| stored.verdict.settles() && stored.point.t < first).unwrap_or(0);
            let (anchor, window) = (self.recent[at].point, &self.recent[at + 1..]);
            if let Ok(absorbed) = absorb(Some(anchor), window, WindowEnd::History, &points, capability, &zone) {
                return Ok(absorbed);
            }
        }
        let times: BTreeSet<UtcMillis> = points.iter().map(|point| point.t).collect();
        if points.iter().all(|point| point.connection.is_none()) {
            let same = load_left_out(tx, &self.meter, &times)?;
            return Ok(absorb(None, &same, WindowEnd::History, &points, capability, &zone).unwrap_or_default());
        }
        let mut behind = 16;
        loop {
            let window = load_window(tx, &self.meter, &times, behind)?;
            if let Ok(absorbed) = absorb(window.anchor, &window.stored, window.end, &points, capability, &zone) {
                return Ok(absorbed);
            }
            behind *= 4;
        }
    }

    /// Writes readings as they were judged, and counts them.
    ///
    /// # Errors
    /// The database.
    pub fn write(&self, tx: &mut Tx<'_>, absorbed: &Absorbed, readings: &[Telemetry], intake: &Intake) -> Result<Counts, Error> {
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
            sent.entry(reading.t).or_insert(reading);
        }
        for stored in &absorbed.changed {
            write_reading(tx, intake.meter, stored, sent.get(&stored.point.t).copied(), intake.source, intake.received)?;
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
        readings: &[Telemetry],
        changed: &[Stored],
        received: UtcMillis,
    ) -> Result<bool, Error> {
        if self.recent.is_empty() {
            (self.recent, self.left_out_until) = load_latest(tx, &self.meter, RECENT)?;
            self.trim_recent();
        } else {
            self.keep_recent(changed);
        }
        let newest = changed.iter().rev().find(|stored| stored.point.clock == ClockState::Believed);
        let Some(newest) = newest.filter(|stored| self.state.as_ref().is_none_or(|state| stored.point.t >= state.t)) else {
            return Ok(false);
        };
        let Some(reading) = readings.iter().find(|reading| reading.t == newest.point.t) else { return Ok(false) };
        let before = self.state.clone();
        let old = before.clone().unwrap_or_default();
        let settles = newest.verdict.settles();
        let flow = match reading.flow {
            Some(flow) => flow_is_plausible(flow, &self.meter.capability).then_some(flow),
            None if before.is_none() => Some(Flow(0)),
            None => Flow::mean(newest.point.register - old.register, newest.point.t.since(old.t))
                .filter(|flow| flow_is_plausible(*flow, &self.meter.capability))
                .or(old.flow),
        };
        let state = MeterState {
            t: newest.point.t,
            received_at: received,
            register: if settles { newest.point.register } else { old.register },
            flow: flow.filter(|_| settles),
            valve: reading.valve.map_or(old.valve, Into::into),
            valve_t: reading.valve.map(|_| newest.point.t).or(old.valve_t),
            battery: reading.bat.or(old.battery),
            rssi: reading.rssi.or(old.rssi),
            kpa: reading.kpa.or(old.kpa),
            celsius: reading.c.or(old.celsius),
            said_offline: false,
        };
        let urgent = before.is_none() || state.valve != old.valve || old.said_offline;
        self.state = Some(state);
        Ok(urgent)
    }

    fn keep_recent(&mut self, changed: &[Stored]) {
        for stored in changed {
            if matches!(stored.verdict, Verdict::ClockWrong | Verdict::NotInstalled) {
                self.left_out_until = self.left_out_until.max(Some(stored.point.t));
                continue;
            }
            // Between a reading that is older than all that are kept and these, others may be missing.
            if self.recent.first().is_some_and(|oldest| stored.point.t < oldest.point.t) {
                continue;
            }
            match self.recent.binary_search_by_key(&stored.point.t, |kept| kept.point.t) {
                Ok(at) => self.recent[at] = *stored,
                Err(at) => self.recent.insert(at, *stored),
            }
        }
        self.trim_recent();
    }

    fn trim_recent(&mut self) {
        let surplus = self.recent.len().saturating_sub(RECENT);
        let first = self.recent.iter().skip(surplus).position(|stored| stored.verdict.settles());
        let cut = first.map_or(self.recent.len(), |at| surplus + at);
        self.recent.drain(..cut);
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
