//! What a meter's health is judged by, in the writer's memory: each report costs some comparisons, and a row only where something is new.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::rows::health;
use domain::UtcMillis;
use domain::metering::health::{Condition, Observed, Report};
use protocol::metering::messages::Telemetry;

/// What is kept of a meter, and what of it is yet to be written.
#[derive(Default)]
pub(super) struct CachedHealth {
    observed: Observed,
    /// Whether it was found silent, and nothing of it came since.
    is_silent: bool,
    /// Whether there is something to write.
    is_new: bool,
    /// Whether what is new changes how it is judged.
    is_due: bool,
}

impl CachedHealth {
    /// Reads what is kept of a meter.
    ///
    /// # Errors
    /// The database.
    pub fn load(db: &Db, meter: i64) -> Result<Self, Error> {
        let kept = health::kept(db, meter)?;
        let (observed, is_silent) = kept.map(|kept| (kept.observed, kept.is_silent)).unwrap_or_default();
        Ok(Self { observed, is_silent, is_new: false, is_due: false })
    }

    /// Takes up readings that were received together; `before` is when something was received the last time before them.
    pub fn observe(&mut self, before: Option<UtcMillis>, readings: &[&Telemetry], received: UtcMillis) {
        let old = self.observed;
        if let Some(before) = before {
            self.observed.receive(before, received);
        }
        for reading in readings {
            self.observed.absorb(&Report { t: reading.t, received, battery: reading.bat });
        }
        if self.observed != old {
            self.is_new = true;
            self.is_due |= self.observed.condition(Condition::default()) != old.condition(Condition::default());
        }
        // What was silent reports again.
        if std::mem::take(&mut self.is_silent) {
            (self.is_new, self.is_due) = (true, true);
        }
    }

    /// Writes what is new.
    ///
    /// # Errors
    /// The database.
    pub fn keep(&mut self, tx: &mut Tx<'_>, meter: i64) -> Result<(), Error> {
        if std::mem::take(&mut self.is_new) {
            health::keep(tx, meter, &self.observed, std::mem::take(&mut self.is_due))?;
        }
        Ok(())
    }
}
