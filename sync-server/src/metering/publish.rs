//! Publishing: writes change rows for what ingest changed, at most once a minute for a meter, at once where it cannot wait.

use crate::billing::credit;
use crate::billing::prices::Prices;
use crate::core::feed::RowId;
use crate::core::{Db, Tx, holders};
use crate::error::Error;
use crate::metering::rows::connections::Metered;
use crate::metering::rows::{connections, meters, state, usage};
use domain::UtcMillis;
use protocol::sync::rows::Entity;
use std::collections::HashMap;

/// Meters published in one transaction at most, so that readings do not wait long behind them.
const BATCH: usize = 500;

/// Milliseconds that a change of a meter may wait before its change rows are written (sync.md: one a minute).
pub const PUBLISH_EVERY_MS: i64 = 60_000;

/// Meters whose change rows are yet to be written.
#[derive(Default)]
pub struct Unpublished {
    /// By key, whether they are urgent.
    meters: HashMap<i64, bool>,
    published: HashMap<i64, UtcMillis>,
}

impl Unpublished {
    /// What the last run left.
    ///
    /// # Errors
    /// The database.
    pub fn load(db: &Db) -> Result<Self, Error> {
        let meters = state::unpublished(db)?.into_iter().map(|meter| (meter, true)).collect();
        Ok(Self { meters, published: HashMap::new() })
    }

    /// Marks a meter as changed; `urgent` ones do not wait.
    pub fn mark(&mut self, meter: i64, urgent: bool) {
        *self.meters.entry(meter).or_default() |= urgent;
    }

    fn take(&mut self, now: UtcMillis, due_only: bool) -> Vec<i64> {
        let is_due = |meter: &i64, urgent: bool| {
            let waited = |published: &UtcMillis| now.since(*published) >= PUBLISH_EVERY_MS;
            !due_only || urgent || self.published.get(meter).is_none_or(waited)
        };
        let due: Vec<i64> =
            self.meters.iter().filter(|(meter, urgent)| is_due(meter, **urgent)).map(|(meter, _)| *meter).take(BATCH).collect();
        for meter in &due {
            self.meters.remove(meter);
            self.published.insert(*meter, now);
        }
        due
    }
}

/// Writes change rows for meters that have changed, a batch at most; returns for how many.
///
/// # Errors
/// The database.
pub fn publish(tx: &mut Tx<'_>, unpublished: &mut Unpublished, prices: &mut Prices, due_only: bool) -> Result<usize, Error> {
    prices.refresh(tx)?;
    let due = unpublished.take(tx.now, due_only);
    for &meter in &due {
        publish_meter(tx, prices, meter)?;
    }
    Ok(due.len())
}

/// Writes change rows for what has changed of a meter, and of the use at the connections where it is or was.
///
/// # Errors
/// The database.
pub(crate) fn publish_meter(tx: &mut Tx<'_>, prices: &mut Prices, meter: i64) -> Result<(), Error> {
    let connections = connections::of_meter(tx, meter)?;
    if let Some(rev) = state::revise(tx, meter)? {
        let id = meters::id(tx, meter)?;
        for bucket in holders::of_meter(tx, meter)? {
            tx.put(bucket, Entity::MeterState, &RowId::of(id), rev)?;
        }
    }
    connections.iter().try_for_each(|connection| publish_usage(tx, prices, connection))
}

fn publish_usage(tx: &mut Tx<'_>, prices: &mut Prices, metered: &Metered) -> Result<(), Error> {
    let holders = holders::of_connection(tx, metered.connection)?;
    for (day, rev) in usage::revise_days(tx, metered.connection)? {
        tx.put(holders.customer, Entity::UsageDay, &RowId::at(metered.id, day), rev)?;
    }
    let months = usage::revise_months(tx, metered.connection)?;
    for (month, rev) in &months {
        for bucket in [holders.customer, holders.admin] {
            tx.put(bucket, Entity::UsageMonth, &RowId::at(metered.id, *month), *rev)?;
        }
    }
    if months.is_empty() { Ok(()) } else { credit::publish_credit(tx, prices, metered.connection) }
}
