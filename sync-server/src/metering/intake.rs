//! What comes from meters on its way to disk, and what is answered to whoever brought it.

use crate::core::turns;

use domain::metering::meter::Valve;
use domain::metering::reading::{Trust, Verdict};
use domain::{Flow, Millilitres, UtcMillis};
use protocol::metering::messages::Telemetry;
use std::collections::BTreeMap;

/// What brought a reading. The number is what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Source {
    /// A meter over MQTT.
    Mqtt = 1,
    /// A gateway, or a meter, over HTTP.
    Http = 2,
    /// A person who read the register.
    Manual = 4,
}

impl Source {
    /// How much its readings weigh.
    pub const fn trust(self) -> Trust {
        match self {
            Self::Mqtt | Self::Http => Trust::Meter,
            Self::Manual => Trust::ByEye,
        }
    }
}

/// A message of a meter after parsing.
pub enum MeterMessage {
    /// Readings, each within the register's range.
    Readings(Vec<Telemetry>),
    /// Whether the meter is online: its status, or its last will.
    Online(bool),
}

/// A meter message on its way to disk.
pub struct Intake {
    /// The meter's `num`.
    pub meter: i64,
    /// The message.
    pub message: MeterMessage,
    /// When it came.
    pub received: UtcMillis,
    /// What brought it.
    pub source: Source,
    /// Called with the counts of its readings once it is on disk, with `None` if it could not be stored.
    pub answer: Box<dyn FnOnce(Option<Counts>) + Send>,
}

impl Intake {
    /// How many readings it has.
    pub fn weight(&self) -> usize {
        match &self.message {
            MeterMessage::Readings(readings) => readings.len(),
            MeterMessage::Online(_) => 1,
        }
    }

    /// Whose turn it waits for.
    pub const fn source_of_turn(&self) -> turns::Source {
        turns::Source::meter(self.meter)
    }

    /// What is left of it, of which `counts` says what was taken in so far; the answer is about all of it.
    #[must_use]
    pub fn rest(self, mut counts: Counts) -> Self {
        if counts.is_waiting {
            return self;
        }
        let message = MeterMessage::Readings(std::mem::take(&mut counts.left));
        let answer = self.answer;
        let answer = move |last: Option<Counts>| {
            answer(last.map(|last| {
                counts.add(last);
                counts
            }));
        };
        Self { message, answer: Box::new(answer), ..self }
    }

    /// The bytes that it holds while it waits.
    pub fn bytes(&self) -> usize {
        match &self.message {
            MeterMessage::Readings(readings) => readings.capacity() * size_of::<Telemetry>(),
            MeterMessage::Online(_) => 0,
        }
    }
}

/// How many readings of one intake were stored, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// New ones.
    pub stored: u32,
    /// Those that were stored already.
    pub duplicates: u32,
    /// New ones that came after a later one.
    pub late: u32,
    /// Those that contradict a stored one.
    pub conflicts: u32,
    /// By verdict, where that is not the ordinary one.
    pub verdicts: BTreeMap<Verdict, u32>,
    /// Stored readings that were walked for it.
    pub walked: usize,
    /// Readings that are yet to be taken in.
    pub left: Vec<Telemetry>,
    /// Nothing of it was taken in: something of its meter before it is left.
    pub is_waiting: bool,
}

impl Counts {
    /// Adds another part of the same intake.
    pub fn add(&mut self, other: Self) {
        self.stored += other.stored;
        self.duplicates += other.duplicates;
        self.late += other.late;
        self.conflicts += other.conflicts;
        self.walked += other.walked;
        for (verdict, count) in other.verdicts {
            *self.verdicts.entry(verdict).or_default() += count;
        }
    }

    /// Adds to the server's metrics.
    pub fn record(&self) {
        metrics::counter!("indowater_readings_total", "arrival" => "stored").increment(u64::from(self.stored));
        metrics::counter!("indowater_readings_total", "arrival" => "duplicate").increment(u64::from(self.duplicates));
        metrics::counter!("indowater_readings_total", "arrival" => "late").increment(u64::from(self.late));
        metrics::counter!("indowater_readings_total", "arrival" => "conflict").increment(u64::from(self.conflicts));
        for (verdict, count) in &self.verdicts {
            metrics::counter!("indowater_reading_verdicts_total", "verdict" => verdict.name()).increment(u64::from(*count));
        }
    }
}

/// The newest values of a meter, as its row in `meter_state`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeterState {
    /// Time of the latest believed reading.
    pub t: UtcMillis,
    /// When it came.
    pub received_at: UtcMillis,
    /// When something came of the meter last, a reading of a clock that cannot be right too.
    pub reported_at: UtcMillis,
    /// The last register that settled.
    pub register: Millilitres,
    /// Flow; `None` where it could not be believed.
    pub flow: Option<Flow>,
    /// Valve.
    pub valve: Valve,
    /// Time of the last reading that had a valve; `None` while none has.
    pub valve_t: Option<UtcMillis>,
    /// Per cent.
    pub battery: Option<i16>,
    /// dBm.
    pub rssi: Option<i16>,
    /// kPa.
    pub kpa: Option<i32>,
    /// °C.
    pub celsius: Option<i16>,
    /// Whether the last will was the last message that came.
    pub said_offline: bool,
}
