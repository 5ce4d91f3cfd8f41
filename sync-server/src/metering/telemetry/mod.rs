//! Storing readings: the writer keeps the state of each meter in memory, so that a reading in order costs one insert and no query.

mod cached;
mod health;

use crate::billing::charging;
use crate::billing::prices::Prices;
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::intake::{Counts, Intake, MeterMessage, Source};
use crate::metering::judging::correct_register;
use crate::metering::publish::Unpublished;
use crate::metering::rows::{draws, leak_due, state, usage};
use cached::CachedMeter;
use domain::metering::reading::DayUse;
use domain::{LocalDay, LocalMonth, Millilitres, UtcMillis};
use protocol::metering::live::Frame;
use protocol::metering::messages::Telemetry;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Meters kept at most; with more, all are dropped and read again as they report.
const MAX_CACHED: usize = 200_000;

/// Stored readings that are walked in one transaction for new ones that do not simply follow; what needs more has its turn in the next. It is
/// some milliseconds' work.
const WALKED: usize = 10_000;

/// The writer's memory of each meter, and what the open group has changed in it.
pub struct MeterStateCache {
    meters: HashMap<i64, CachedMeter>,
    touched: HashSet<i64>,
    usage: BTreeMap<(i64, LocalDay), DayUse>,
    /// The latest day written of each connection, to spare reading it back. By connection, since two meters may share a day.
    days: HashMap<i64, (LocalDay, DayUse)>,
    frames: Vec<Frame>,
    /// Meters of which readings were judged, with the earliest of them.
    judged: HashMap<i64, UtcMillis>,
    /// Stored readings that were walked in the open transaction.
    walked: usize,
    /// Meters of which something waits for the next transaction, and so all that they sent after it.
    waiting: HashSet<i64>,
    pub(crate) prices: Prices,
    /// Meters whose change rows are yet to be written.
    pub unpublished: Unpublished,
}

impl MeterStateCache {
    /// A cache of no meter, with what the last run left unpublished.
    ///
    /// # Errors
    /// The database.
    pub fn load(db: &Db) -> Result<Self, Error> {
        Ok(Self::empty(Unpublished::load(db)?))
    }

    fn empty(unpublished: Unpublished) -> Self {
        Self {
            meters: HashMap::new(),
            touched: HashSet::new(),
            usage: BTreeMap::new(),
            days: HashMap::new(),
            frames: Vec::new(),
            judged: HashMap::new(),
            walked: 0,
            waiting: HashSet::new(),
            prices: Prices::default(),
            unpublished,
        }
    }

    /// Drops everything, after a rollback or after meters were changed; what is unpublished is read from the database again.
    ///
    /// # Errors
    /// The database.
    pub fn forget_all(&mut self, db: &Db) -> Result<(), Error> {
        *self = Self::load(db)?;
        Ok(())
    }

    /// Drops meters whose readings a job has written, and marks them as changed.
    pub fn forget(&mut self, meters: BTreeSet<i64>) {
        if !meters.is_empty() {
            self.days.clear();
        }
        for meter in meters {
            self.meters.remove(&meter);
            self.unpublished.mark(meter, true);
        }
    }

    /// Drops what messages of these meters have left since the last flush, after they were rolled back.
    pub fn undo(&mut self, meters: BTreeSet<i64>) {
        self.usage.clear();
        self.touched.clear();
        self.judged.clear();
        self.forget(meters);
    }

    /// The frame of each meter that the last flush wrote.
    pub fn take_frames(&mut self) -> Vec<Frame> {
        std::mem::take(&mut self.frames)
    }

    /// Stores a meter message. Readings are written at once, sums when the group is flushed.
    ///
    /// # Errors
    /// The database; the group must then be rolled back.
    pub fn store(&mut self, tx: &mut Tx<'_>, intake: &Intake) -> Result<Counts, Error> {
        if self.waiting.contains(&intake.meter) {
            return Ok(Counts { is_waiting: true, ..Counts::default() });
        }
        let cached = match self.meters.entry(intake.meter) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(CachedMeter::load(tx, intake.meter)?),
        };
        let counts = match &intake.message {
            MeterMessage::Online(online) => {
                if let Some(state) = &mut cached.state {
                    state.said_offline = !online;
                    self.unpublished.mark(intake.meter, true);
                }
                Counts::default()
            }
            MeterMessage::Readings(readings) => {
                let state = cached.state.clone();
                let (mut counts, mut urgent) = (Counts::default(), false);
                let mut ordered: Vec<&Telemetry> = readings.iter().collect();
                ordered.sort_by_key(|reading| reading.t);
                let mut left = ordered.as_slice();
                while let Some(first) = left.first() {
                    if self.walked >= WALKED && !cached.may_append(tx, first.t)? {
                        counts.left = left.iter().copied().copied().collect();
                        self.waiting.insert(intake.meter);
                        break;
                    }
                    let (group, others) = left.split_at(cached.group(tx, left)?);
                    left = others;
                    let absorbed = cached.absorb(tx, group, intake.source, intake.received)?;
                    let walked = std::mem::take(&mut cached.walked);
                    (self.walked, counts.walked) = (self.walked + walked, counts.walked + walked);
                    counts.add(cached.write(tx, &absorbed, group, intake)?);
                    if let Some(first) = absorbed.changed.first().map(|stored| stored.point.t) {
                        let since = self.judged.entry(intake.meter).or_insert(first);
                        *since = first.min(*since);
                    }
                    for ((connection, day), part) in absorbed.usage {
                        let Some(num) = cached.meter.num_of(connection) else { continue };
                        self.usage.entry((num, day)).or_default().combine(&part, 1);
                    }
                    let before = cached.state.as_ref().map(|state| state.reported_at);
                    urgent |= cached.update(tx, group, &absorbed.changed, intake.received)?;
                    if intake.source != Source::Manual {
                        urgent |= cached.observe(before, group, intake.received);
                    }
                }
                // A manual reading is no report of the meter: its state stays as it was.
                if intake.source == Source::Manual {
                    cached.state = state;
                }
                self.unpublished.mark(intake.meter, urgent);
                counts
            }
        };
        self.touched.insert(intake.meter);
        Ok(counts)
    }

    /// The next transaction may walk as much again.
    pub fn end_of_transaction(&mut self) {
        self.walked = 0;
        self.waiting.clear();
    }

    /// Writes the sums and the meter states that the group has changed.
    ///
    /// # Errors
    /// The database; the group must then be rolled back.
    pub fn flush(&mut self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let mut months: BTreeMap<(i64, i32), (i64, i64)> = BTreeMap::new();
        for ((connection, day), part) in std::mem::take(&mut self.usage) {
            let cached = self.days.get(&connection).filter(|(latest, _)| *latest == day).map(|(_, used)| used.clone());
            let stored = if cached.is_some() { cached } else { usage::load_day(tx, connection, day)? };
            // That nothing was used is new only of a day of which nothing is known.
            if part.is_zero() && stored.is_some() {
                continue;
            }
            let month = months.entry((connection, day.month().0)).or_default();
            month.0 += part.volume.0;
            month.1 += part.covered_ms;
            let mut used = stored.unwrap_or_default();
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
            let Some(cached) = self.meters.get_mut(&num) else { continue };
            cached.keep_health(tx)?;
            if let Some(state) = &cached.state {
                state::write(tx, num, state)?;
                self.frames.push(cached.frame(state, &self.days));
            }
        }
        for (meter, since) in std::mem::take(&mut self.judged) {
            leak_due::mark(tx, meter, since)?;
            draws::look_again(tx, meter, since)?;
        }
        if self.meters.len() > MAX_CACHED {
            self.meters.clear();
            self.days.clear();
        }
        Ok(())
    }
}

/// Stores a manual reading, in a job's own transaction: judged, written and summed as a meter's own readings are.
///
/// # Errors
/// The database; the job must then be rolled back.
pub fn record(tx: &mut Tx<'_>, meter: i64, (t, reg): (UtcMillis, Millilitres), received: UtcMillis) -> Result<Counts, Error> {
    let reading = Telemetry { t, reg, flow: None, valve: None, bat: None, rssi: None, kpa: None, c: None, bits: None, seq: None };
    let message = MeterMessage::Readings(vec![reading]);
    let intake = Intake { meter, message, received, source: Source::Manual, answer: Box::new(|_| {}) };
    let mut meter_cache = MeterStateCache::empty(Unpublished::default());
    let counts = meter_cache.store(tx, &intake)?;
    meter_cache.touched.clear();
    meter_cache.flush(tx)?;
    correct_register(tx, meter)?;
    tx.touch_meter(meter);
    Ok(counts)
}
