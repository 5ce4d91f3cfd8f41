//! Every simulated meter of a plan, with its condition: what meters ask before they report, and what the demo controls change and show.

use super::condition::{Active, Condition, Effect};
use super::kind::{Fault, Kind};
use crate::clock::now;
use crate::plan::{Plan, PlannedMeter};
use domain::people::ConnectionKind;
use domain::{Serial, UtcMillis};
use protocol::metering::messages::{EventKind, Telemetry};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// The battery of a meter that has reported nothing yet, per cent.
const FULL: i16 = 100;

/// Longer than any demo runs.
const FOR_EVER: Duration = Duration::from_secs(1 << 30);

/// The meters of a plan, in its order.
#[derive(Clone)]
pub struct Fleet(Vec<Arc<Handle>>);

impl Fleet {
    /// Nothing is wrong with any of them.
    pub fn new(plan: &Plan) -> Self {
        let handle = |(index, planned): (usize, &PlannedMeter)| {
            let condition = Condition::new(index as u64);
            Arc::new(Handle {
                planned: planned.clone(),
                state: Mutex::new(State { condition, last: None }),
                changed: Notify::new(),
            })
        };
        Self(plan.meters.iter().enumerate().map(handle).collect())
    }

    /// All of them.
    pub fn meters(&self) -> &[Arc<Handle>] {
        &self.0
    }

    /// The one with a serial number.
    pub fn find(&self, serial: &Serial) -> Option<&Handle> {
        self.0.iter().find(|handle| handle.planned.serial == *serial).map(Arc::as_ref)
    }
}

/// One meter.
pub struct Handle {
    planned: PlannedMeter,
    state: Mutex<State>,
    changed: Notify,
}

struct State {
    condition: Condition,
    last: Option<Telemetry>,
}

impl Handle {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives it a fault, in the place of the one it has; for so many seconds if that is said.
    pub fn begin(&self, fault: Fault, for_s: Option<i64>) {
        let mut state = self.state();
        let battery = state.last.and_then(|last| last.bat).unwrap_or(FULL);
        state.condition.begin(fault, now(), for_s, battery);
        self.changed.notify_one();
    }

    /// Ends its fault, if it has one; returns the fault.
    pub fn end(&self) -> Option<Fault> {
        let t = now();
        let mut state = self.state();
        // One that was over by itself is not ended by this.
        state.condition.at(t);
        let ended = state.condition.end(t);
        self.changed.notify_one();
        ended
    }

    /// What its fault does to its messages.
    pub fn effect(&self, t: UtcMillis) -> Effect {
        self.state().condition.at(t)
    }

    /// Whether it reports nothing now. What a silent meter notices is lost.
    pub fn is_silent(&self) -> bool {
        let t = now();
        let mut state = self.state();
        let is_silent = state.condition.at(t).is_silent;
        if is_silent {
            state.condition.take_events(t);
        }
        is_silent
    }

    /// Takes what it has noticed since the last call, in order.
    pub fn take_events(&self) -> Vec<(UtcMillis, EventKind)> {
        self.state().condition.take_events(now())
    }

    /// Keeps what it reported last.
    pub fn reported(&self, reading: Telemetry) {
        self.state().last = Some(reading);
    }

    /// Waits until its condition may have changed for one who knew that it was silent, or that it was not.
    pub async fn changed(&self, was_silent: bool) {
        let t = now();
        let next = self.state().condition.next_change(t, was_silent);
        // Timers end at whole milliseconds of their own clock.
        let wait = next.map_or(FOR_EVER, |next| Duration::from_millis(next.since(t).max(0).unsigned_abs() + 1));
        tokio::select! {
            () = self.changed.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }

    /// What it does now.
    pub fn view(&self) -> MeterView {
        let t = now();
        let mut state = self.state();
        let effect = state.condition.at(t);
        MeterView {
            serial: self.planned.serial.clone(),
            customer: self.planned.customer.clone(),
            property: self.planned.kind,
            interval_s: self.planned.interval_s,
            fault: state.condition.active().map(FaultView::of),
            is_silent: effect.is_silent,
            leaked_ml: effect.leaked_ml,
            last: state.last,
        }
    }
}

/// One of the list that `GET /meters` answers with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterView {
    /// Which meter.
    pub serial: Serial,
    /// Name of the customer.
    pub customer: String,
    /// What kind of property it measures.
    pub property: ConnectionKind,
    /// Seconds between its reports.
    pub interval_s: u32,
    /// The fault it has.
    pub fault: Option<FaultView>,
    /// Whether it reports nothing now.
    pub is_silent: bool,
    /// All water that has run by faults since the simulator was started, mL; also what a closed valve has kept back.
    pub leaked_ml: i64,
    /// What it reported last.
    pub last: Option<Telemetry>,
}

/// A fault that a meter has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultView {
    /// Its kind.
    pub kind: Kind,
    /// Since when.
    pub since: UtcMillis,
    /// When it ends by itself.
    pub until: Option<UtcMillis>,
    /// Full rate of what runs, L/h.
    pub rate_lph: Option<i64>,
    /// Seconds in which it comes to its full effect.
    pub over_s: Option<i64>,
    /// Seconds that the clock is ahead; behind if negative.
    pub by_s: Option<i64>,
}

impl FaultView {
    fn of(active: &Active) -> Self {
        let kind = active.fault.kind();
        let (mut rate, mut over, mut by) = (None, None, None);
        match active.fault {
            Fault::Water { rate_lph, over_s, .. } => (rate, over) = (Some(rate_lph), kind.over_s().map(|_| over_s)),
            Fault::LowBattery { over_s } => over = Some(over_s),
            Fault::ClockJump { by_s } => by = Some(by_s),
            Fault::Tamper | Fault::Silence => {}
        }
        Self { kind, since: active.since, until: active.until, rate_lph: rate, over_s: over, by_s: by }
    }
}

impl std::fmt::Display for MeterView {
    /// `WM-2024-001 (Sari Lestari): drip, 4 L/h`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.serial)?;
        if !self.customer.is_empty() {
            write!(f, " ({})", self.customer)?;
        }
        let Some(fault) = &self.fault else { return write!(f, ": ordinary") };
        write!(f, ": {}", fault.kind)?;
        if let Some(rate) = fault.rate_lph {
            write!(f, ", {rate} L/h")?;
        }
        if let Some(over) = fault.over_s {
            write!(f, ", within {over} s")?;
        }
        if let Some(by) = fault.by_s {
            write!(f, ", by {by} s")?;
        }
        match fault.until {
            Some(until) => write!(f, ", ends after {} s", until.since(fault.since) / 1_000),
            None => write!(f, ", until it is ended"),
        }
    }
}
