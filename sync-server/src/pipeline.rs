//! What the nouns do in each transaction of the writer: readings in, connections evaluated again whose money moved, change rows of money, and
//! signals to whoever is connected. The one place besides the routes that knows them all.

use crate::billing::tariffs::Prices;
use crate::billing::{credit, tariffs};
use crate::core::feed::BucketAdvanced;
use crate::core::writer::{self, in_savepoint};
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::intake::{Counts, Intake};
use crate::metering::live::Hub;
use crate::metering::publish;
use crate::metering::telemetry::MeterStateCache;
use crate::people::profiles;
use crate::valve::{evaluation, pending_orders};
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The nouns' part of the writer.
pub struct Pipeline {
    meters: MeterStateCache,
    live: Arc<Hub>,
}

/// Meters for which orders were created in a transaction.
pub struct Ordered(Vec<i64>);

impl Pipeline {
    /// Begins on the writer's connection: completes what an older release left out, and reads what was left unpublished.
    ///
    /// # Errors
    /// The database.
    pub fn begin(db: &mut Connection, live: Arc<Hub>) -> Result<Self, Error> {
        profiles::publish_missing(db)?;
        tariffs::begin(db)?;
        pending_orders::watch(db)?;
        Ok(Self { meters: MeterStateCache::load(db)?, live })
    }
}

impl writer::Pipeline for Pipeline {
    type Intake = Intake;
    type Counts = Counts;
    type Signals = Ordered;

    fn weight(intake: &Intake) -> usize {
        intake.weight()
    }

    fn take_in(&mut self, tx: &mut Tx<'_>, intake: &Intake) -> Result<Counts, Error> {
        self.meters.take_in(tx, intake)
    }

    fn answer(intake: Intake, counts: Option<Counts>) {
        if let Some(counts) = &counts {
            counts.record();
        }
        (intake.answer)(counts);
    }

    fn flush(&mut self, tx: &mut Tx<'_>) -> Result<(), Error> {
        self.meters.flush(tx)
    }

    fn forget(&mut self, meters: BTreeSet<i64>) {
        self.meters.forget(meters);
    }

    fn forget_all(&mut self, db: &Db) -> Result<(), Error> {
        self.meters.forget_all(db)
    }

    fn publish(&mut self, tx: &mut Tx<'_>, due_only: bool) -> Result<usize, Error> {
        let MeterStateCache { dirty, prices, .. } = &mut self.meters;
        publish::publish(tx, dirty, prices, due_only)
    }

    fn finish(&mut self, tx: &mut Tx<'_>) -> Result<Ordered, Error> {
        reevaluate_moved(tx)?;
        publish_billing_changes(tx, &mut self.meters.prices);
        Ok(Ordered(pending_orders::take(tx)?))
    }

    fn committed(&mut self, Ordered(meters): Ordered, advanced: &[BucketAdvanced], scopes_changed: bool) {
        // Before anything else is sent, so that nobody receives a row by a right that is gone.
        if scopes_changed {
            self.live.invalidate_scopes();
        }
        for frame in self.meters.take_frames() {
            self.live.publish(frame);
        }
        self.live.wake(advanced);
        self.live.command(&meters);
    }
}

/// Evaluates the connections whose money moved in the transaction, each once. One that fails stays due, and is tried again by the job.
fn reevaluate_moved(tx: &mut Tx<'_>) -> Result<(), Error> {
    for connection in evaluation::moved(tx)? {
        if let Err(error) = in_savepoint(tx, |tx| evaluation::reevaluate(tx, connection)) {
            tracing::error!(connection, %error, "a connection could not be evaluated");
        }
    }
    Ok(())
}

/// Writes change rows for what moved in billing and sales. What cannot be written stays pending, and keeps nothing else from happening.
fn publish_billing_changes(tx: &mut Tx<'_>, prices: &mut Prices) {
    if let Err(error) = in_savepoint(tx, |tx| credit::publish(tx, prices)) {
        tracing::error!(%error, "changes of money could not be published");
    }
}
