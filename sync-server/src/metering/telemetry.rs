//! Taking readings in: what the writer remembers of each meter, so that a reading in order costs one insert and no look-up.

use crate::billing::charging;
use crate::billing::prices::Prices;
use crate::core::Tx;
use crate::core::now;
use crate::error::Error;
use crate::metering::intake::{Counts, Intake, MeterMessage, Source, State};
use crate::metering::publish::Dirty;
use crate::metering::readings::{Meter, load_latest, load_left_out, load_meter, load_window, write_conflict, write_reading};
use crate::metering::usage;
use domain::metering::reading::absorb::{Absorbed, Stored, WindowEnd, absorb};
use domain::metering::reading::{Arrival, ClockState, DayUse, Point, Verdict, flow_is_plausible};
use domain::{Flow, LocalDay, LocalMonth, Millilitres, UtcMillis};
use protocol::metering::live::Frame;
use protocol::metering::messages::Telemetry;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Meters remembered at most; with more, all are forgotten and read again as they report.
const REMEMBERED: usize = 200_000;

/// Readings of a meter remembered at most: enough that the last two that settle are among them.
const RECENT: usize = 8;

struct CachedMeter {
    meter: Meter,
    /// The last believed readings in order of time; the first of them settles.
    recent: Vec<Stored>,
    /// The latest time of a reading that was not believed: what comes before it must look for it in the store.
    unbelieved_until: Option<UtcMillis>,
    state: Option<State>,
}

/// The writer's memory, and what the current group has changed in it.
pub struct MeterStateCache {
    meters: HashMap<i64, CachedMeter>,
    touched: HashSet<i64>,
    usage: BTreeMap<(i64, LocalDay), DayUse>,
    /// The latest day written of each connection, to spare reading it back. By connection, since two meters may share a day.
    days: HashMap<i64, (LocalDay, DayUse)>,
    frames: Vec<Frame>,
    pub(crate) prices: Prices,
    /// Meters whose change rows are yet to be written.
    pub dirty: Dirty,
}

impl MeterStateCache {
    /// Begins with nothing remembered but what was left unpublished.
    ///
    /// # Errors
    /// The database.
    pub fn load(connection: &Connection) -> Result<Self, Error> {
        Ok(Self::empty(Dirty::load(connection)?))
    }

    fn empty(dirty: Dirty) -> Self {
        Self {
            meters: HashMap::new(),
            touched: HashSet::new(),
            usage: BTreeMap::new(),
            days: HashMap::new(),
            frames: Vec::new(),
            prices: Prices::default(),
            dirty,
        }
    }

    /// Forgets everything, after a rollback or after meters were changed; what is unpublished is read from the store again.
    pub fn forget_all(&mut self, connection: &Connection) -> Result<(), Error> {
        *self = Self::load(connection)?;
        Ok(())
    }

    /// Forgets meters whose readings were written by somebody else; they have news.
    pub fn forget(&mut self, meters: BTreeSet<i64>) {
        if !meters.is_empty() {
            self.days.clear();
        }
        for meter in meters {
            self.meters.remove(&meter);
            self.dirty.mark(meter, true);
        }
    }

    /// The latest of each meter that the last flush wrote.
    pub fn take_frames(&mut self) -> Vec<Frame> {
        std::mem::take(&mut self.frames)
    }

    /// Takes in what a meter said. Readings are written at once, sums when the group is flushed.
    ///
    /// # Errors
    /// The database; the group must then be rolled back.
    pub fn take_in(&mut self, tx: &mut Tx<'_>, intake: &Intake) -> Result<Counts, Error> {
        let tail = match self.meters.entry(intake.meter) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => entry.insert(CachedMeter::load(tx, intake.meter)?),
        };
        let counts = match &intake.said {
            MeterMessage::Online(online) => {
                if let Some(state) = &mut tail.state {
                    state.said_offline = !online;
                    self.dirty.mark(intake.meter, true);
                }
                Counts::default()
            }
            MeterMessage::Readings(readings) => {
                let absorbed = tail.absorb(tx, readings, intake.received)?;
                let counts = tail.write(tx, &absorbed, readings, intake)?;
                for ((connection, day), part) in absorbed.usage {
                    let Some(num) = tail.meter.num_of(connection) else { continue };
                    self.usage.entry((num, day)).or_default().combine(&part, 1);
                }
                let state = tail.state.clone();
                let urgent = tail.remember(tx, readings, &absorbed.changed, intake.received)?;
                // What somebody read off a meter is nothing that the meter has said: it is as silent as before.
                if intake.source == Source::Manual {
                    tail.state = state;
                }
                self.dirty.mark(intake.meter, urgent);
                counts
            }
        };
        self.touched.insert(intake.meter);
        Ok(counts)
    }

    /// Writes the sums and the latest values of everything the group touched.
    ///
    /// # Errors
    /// The database; the group must then be rolled back.
    pub fn flush(&mut self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let mut months: BTreeMap<(i64, i32), (i64, i64)> = BTreeMap::new();
        for ((connection, day), part) in std::mem::take(&mut self.usage) {
            let month = months.entry((connection, day.month().0)).or_default();
            month.0 += part.volume.0;
            month.1 += part.covered_ms;
            let known = self.days.get(&connection).filter(|(latest, _)| *latest == day).map(|(_, used)| used.clone());
            let mut used = match known {
                Some(used) => used,
                None => usage::load_day(tx, connection, day)?.unwrap_or_default(),
            };
            used.combine(&part, 1);
            usage::write_day(tx, connection, day, &used)?;
            if self.days.get(&connection).is_none_or(|(latest, _)| *latest <= day) {
                self.days.insert(connection, (day, used));
            }
        }
        if !months.is_empty() {
            self.prices.refresh(tx)?;
        }
        for ((connection, month), (volume, covered_ms)) in months {
            usage::add_month(tx, connection, month, volume, covered_ms)?;
            charging::recompute(tx, &mut self.prices, connection, LocalMonth(month))?;
        }
        for num in std::mem::take(&mut self.touched) {
            let Some(tail) = self.meters.get(&num) else { continue };
            if let Some(state) = &tail.state {
                usage::write_state(tx, num, state)?;
                self.frames.push(tail.frame(state, &self.days));
            }
        }
        if self.meters.len() > REMEMBERED {
            self.meters.clear();
            self.days.clear();
        }
        Ok(())
    }
}

impl CachedMeter {
    fn load(tx: &mut Tx<'_>, num: i64) -> Result<Self, Error> {
        let meter = load_meter(tx, num)?;
        let (latest, unbelieved_until) = load_latest(tx, &meter, RECENT)?;
        let mut tail = Self { state: usage::load_state(tx, num)?, meter, recent: latest, unbelieved_until };
        tail.trim_recent();
        Ok(tail)
    }

    fn absorb(&self, tx: &mut Tx<'_>, readings: &[Telemetry], received: UtcMillis) -> Result<Absorbed, Error> {
        let points: Vec<Point> = readings
            .iter()
            .map(|reading| Point {
                t: reading.t,
                register: reading.reg,
                connection: self.meter.place_at(reading.t),
                clock: ClockState::judge(reading.t, received),
            })
            .collect();
        let zone = |connection| self.meter.zone_of(connection);
        let capability = &self.meter.capability;
        let Some(first) = points.iter().map(|point| point.t).min() else { return Ok(Absorbed::default()) };
        let known = self.recent.first().is_some_and(|oldest| oldest.point.t < first);
        if known && self.unbelieved_until.is_none_or(|t| t < first) {
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

    fn write(&self, tx: &mut Tx<'_>, absorbed: &Absorbed, readings: &[Telemetry], intake: &Intake) -> Result<Counts, Error> {
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

    /// Updates the latest values; says whether something changed that is worth telling at once.
    fn remember(
        &mut self,
        tx: &mut Tx<'_>,
        readings: &[Telemetry],
        changed: &[Stored],
        received: UtcMillis,
    ) -> Result<bool, Error> {
        if self.recent.is_empty() {
            (self.recent, self.unbelieved_until) = load_latest(tx, &self.meter, RECENT)?;
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
        let state = State {
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
                self.unbelieved_until = self.unbelieved_until.max(Some(stored.point.t));
                continue;
            }
            // What is older than all that is remembered would leave a hole between it and them.
            if self.recent.first().is_some_and(|oldest| stored.point.t < oldest.point.t) {
                continue;
            }
            match self.recent.binary_search_by_key(&stored.point.t, |known| known.point.t) {
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

    fn frame(&self, state: &State, days: &HashMap<i64, (LocalDay, DayUse)>) -> Frame {
        let connection = self.meter.place_at(state.t);
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

/// Takes a reading that somebody took by eye, in a job's own transaction: judged, written and summed as a meter's own are.
///
/// # Errors
/// The database; the job must then be rolled back.
pub fn record(tx: &mut Tx<'_>, meter: i64, (t, reg): (UtcMillis, Millilitres), received: UtcMillis) -> Result<Counts, Error> {
    let reading = Telemetry { t, reg, flow: None, valve: None, bat: None, rssi: None, kpa: None, c: None, bits: None, seq: None };
    let said = MeterMessage::Readings(vec![reading]);
    let intake = Intake { meter, said, received, source: Source::Manual, answer: Box::new(|_| {}) };
    let mut meter_cache = MeterStateCache::empty(Dirty::default());
    let counts = meter_cache.take_in(tx, &intake)?;
    meter_cache.touched.clear();
    meter_cache.flush(tx)?;
    tx.touch_meter(meter);
    Ok(counts)
}

/// Milliseconds that a meter's news may wait before its change rows are written (sync.md: one a minute).
pub const PUBLISH_EVERY_MS: i64 = 60_000;

/// Whether news of that age are due.
pub fn is_due(published: UtcMillis) -> bool {
    now().since(published) >= PUBLISH_EVERY_MS
}
