//! What the nouns do in each transaction of the writer: readings in, connections evaluated again whose money moved, change rows of money, and
//! signals to whoever is connected. The one place besides the routes that knows them all.

use crate::alerts::low_balance;
use crate::billing::prices::Prices;
use crate::billing::rows::credit as changes;
use crate::billing::rows::credit::ChangeKind;
use crate::billing::{credit, tariffs};
use crate::cases::events;
use crate::core::feed::BucketAdvanced;
use crate::core::turns::Source;
use crate::core::writer::{self, Share, in_savepoint};
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::intake::{Counts, Intake};
use crate::metering::live::Hub;
use crate::metering::publish;
use crate::metering::telemetry::MeterStateCache;
use crate::people::profiles;
use crate::revenue;
use crate::sales::purchases;
use crate::valve::evaluation;
use crate::valve::rows::pending;
use domain::UtcMillis;
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Changes of billing and sales that one transaction publishes at most: a change of prices leaves more of them behind, and others wait.
const TOGETHER: i64 = 200;

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
    pub fn begin(db: &mut Connection, live: Arc<Hub>, now: UtcMillis) -> Result<Self, Error> {
        profiles::publish_missing(db, now)?;
        tariffs::begin(db, now)?;
        pending::watch(db)?;
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

    fn source(intake: &Intake) -> (Source, usize) {
        (intake.source_of_turn(), intake.bytes())
    }

    fn meter(intake: &Intake) -> i64 {
        intake.meter
    }

    fn take_in(&mut self, tx: &mut Tx<'_>, intake: &Intake) -> Result<Counts, Error> {
        self.meters.store(tx, intake)
    }

    fn share(counts: &Counts) -> Share {
        match (counts.left.is_empty(), counts.walked) {
            _ if counts.is_waiting => Share::Nothing,
            (true, _) => Share::Whole,
            (false, 0) => Share::Nothing,
            (false, _) => Share::Part,
        }
    }

    fn rest(intake: Intake, counts: Counts) -> Intake {
        intake.rest(counts)
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

    fn undo(&mut self, meters: BTreeSet<i64>) {
        self.meters.undo(meters);
    }

    fn forget_all(&mut self, db: &Db) -> Result<(), Error> {
        self.meters.forget_all(db)
    }

    fn publish(&mut self, tx: &mut Tx<'_>, due_only: bool) -> Result<usize, Error> {
        let MeterStateCache { unpublished, prices, .. } = &mut self.meters;
        publish::publish(tx, unpublished, prices, due_only)
    }

    fn finish(&mut self, tx: &mut Tx<'_>) -> Result<Ordered, Error> {
        self.meters.end_of_transaction();
        reevaluate_moved(tx)?;
        publish_billing_changes(tx, &mut self.meters.prices);
        notify_of_levels(tx)?;
        look_into_events(tx)?;
        count_revenue(tx)?;
        Ok(Ordered(pending::take(tx)?))
    }

    fn committed(&mut self, Ordered(meters): Ordered, advanced: &[BucketAdvanced], scopes_changed: bool) {
        // Before anything else is sent, so that nobody receives a row by a right that is gone.
        if scopes_changed {
            self.live.invalidate_scopes();
        }
        for frame in self.meters.take_frames() {
            self.live.publish(frame);
        }
        self.live.publish_advanced(advanced);
        self.live.publish_ordered(&meters);
    }
}

/// Evaluates the connections whose money moved in the transaction, each once. One that fails stays due, and is tried again by the job.
fn reevaluate_moved(tx: &mut Tx<'_>) -> Result<(), Error> {
    for connection in evaluation::due_by_money(tx)? {
        if let Err(error) = in_savepoint(tx, |tx| evaluation::reevaluate(tx, connection)) {
            tracing::error!(connection, %error, "a connection could not be evaluated");
        }
    }
    Ok(())
}

/// Notifies of the levels that balances have reached in the transaction, now that their credit was published. What fails stays pending, and
/// keeps nothing else from happening.
fn notify_of_levels(tx: &mut Tx<'_>) -> Result<(), Error> {
    for connection in low_balance::pending(tx)? {
        if let Err(error) = in_savepoint(tx, |tx| low_balance::notify(tx, connection)) {
            tracing::error!(connection, %error, "nobody could be notified of a connection's level");
        }
    }
    Ok(())
}

/// Looks into what meters have reported of themselves in the transaction. What fails stays pending, and keeps nothing else from happening.
fn look_into_events(tx: &mut Tx<'_>) -> Result<(), Error> {
    for event in events::pending(tx)? {
        if let Err(error) = in_savepoint(tx, |tx| events::look_into(tx, &event)) {
            tracing::error!(meter = event.meter, %error, "an event of a meter could not be looked into");
        }
    }
    Ok(())
}

/// Counts what was posted in the transaction for revenue. What fails is counted by a later one, and keeps nothing else from happening.
fn count_revenue(tx: &mut Tx<'_>) -> Result<(), Error> {
    if revenue::is_behind(tx)?
        && let Err(error) = in_savepoint(tx, revenue::keep_up)
    {
        tracing::error!(%error, "transfers could not be counted for revenue");
    }
    Ok(())
}

/// Writes change rows for what moved in billing and sales. What cannot be written stays pending, and keeps nothing else from happening.
fn publish_billing_changes(tx: &mut Tx<'_>, prices: &mut Prices) {
    if let Err(error) = in_savepoint(tx, |tx| publish_pending(tx, prices)) {
        tracing::error!(%error, "changes of money could not be published");
    }
}

fn publish_pending(tx: &mut Tx<'_>, prices: &mut Prices) -> Result<(), Error> {
    prices.refresh(tx)?;
    for change in changes::pending_changes(tx, TOGETHER)? {
        match change.kind {
            ChangeKind::Purchase => purchases::publish(tx, change.num)?,
            kind => credit::publish(tx, prices, kind, change.num)?,
        }
        changes::remove_pending(tx, change)?;
    }
    Ok(())
}
