//! Counting what is refused: in memory, and on disk every few seconds. A meter that sends nothing but nonsense costs one row for each reason,
//! and no write for each message.

use crate::error::Error;
use crate::metering::rows::refusals as rows;
use crate::metering::rows::refusals::{Key, Tally};
use crate::state::Store;
use domain::UtcMillis;
use protocol::metering::messages::Refusal;
use protocol::metering::refusals::DROPPED;
use protocol::metering::tolerant::{Dropped, Refused};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Lines of the log that one write makes at most.
const MAX_LINES: usize = 20;

/// What was refused since the last write. Reasons and fields are few, so it has a few entries for each meter at most.
#[derive(Default)]
pub struct Refusals {
    counted: Mutex<BTreeMap<Key, Tally>>,
}

impl Refusals {
    /// Counts a refusal of a reading or message that came at an instant.
    pub fn refused(&self, meter: i64, (why, field): Refused, at: UtcMillis) {
        self.add((meter, why.as_str(), field), Tally { count: 1, first: at, last: at });
    }

    /// The same, where the reason says which field.
    pub fn refused_for(&self, meter: i64, why: Refusal, at: UtcMillis) {
        self.refused(meter, (why, why.field()), at);
    }

    /// Counts optional fields without which readings were stored.
    pub fn dropped(&self, meter: i64, dropped: &Dropped, at: UtcMillis) {
        for (field, count) in dropped {
            metrics::counter!("indowater_fields_dropped_total", "field" => *field).increment(u64::from(*count));
            self.add((meter, DROPPED, field), Tally { count: *count, first: at, last: at });
        }
    }

    fn add(&self, key: Key, tally: Tally) {
        self.lock()
            .entry(key)
            .and_modify(|counted| {
                counted.count = counted.count.saturating_add(tally.count);
                counted.first = counted.first.min(tally.first);
                counted.last = counted.last.max(tally.last);
            })
            .or_insert(tally);
    }

    /// Writes what was counted since the last time. What cannot be written is kept for the next.
    ///
    /// # Errors
    /// The database, or the server is stopping.
    pub async fn write(&self, store: &Store) -> Result<(), Error> {
        let counted = std::mem::take(&mut *self.lock());
        if counted.is_empty() {
            return Ok(());
        }
        for ((meter, reason, field), tally) in counted.iter().take(MAX_LINES) {
            tracing::info!(meter, reason, field, count = tally.count, "what a meter sent was refused");
        }
        let writing = counted.clone();
        let written = store.writer.work(move |tx| writing.iter().try_for_each(|(key, tally)| rows::add(tx, *key, tally))).await;
        if written.is_err() {
            for (key, tally) in counted {
                self.add(key, tally);
            }
        }
        written
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Key, Tally>> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
