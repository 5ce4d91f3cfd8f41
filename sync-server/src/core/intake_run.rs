//! Messages that follow each other in the writer's queue, taken in together; where that fails, one by one, so that a message that cannot be
//! taken in keeps no other from it.

use crate::core::Tx;
use crate::core::writer::{Pipeline, in_savepoint};
use crate::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A message with what became of it; `None` until it is taken in, and where it could not be.
pub type Taken<P> = (<P as Pipeline>::Intake, Option<<P as Pipeline>::Counts>);

/// Takes messages in without a savepoint: for the first ones of a transaction, which is rolled back as a whole if this fails. A savepoint
/// copies every page that is written in it, which ingest would feel.
///
/// # Errors
/// One of them failed or panicked; nothing may stay.
pub fn together<P: Pipeline>(pipeline: &mut P, tx: &mut Tx<'_>, run: &mut [Taken<P>]) -> Result<(), Error> {
    let all = || {
        for (intake, counts) in run {
            *counts = Some(pipeline.take_in(tx, intake)?);
        }
        pipeline.flush(tx)
    };
    catch_unwind(AssertUnwindSafe(all)).unwrap_or(Err(Error::Panicked))
}

/// Takes messages in behind other work of a transaction: with one savepoint for all where all go well, as they mostly do.
///
/// # Errors
/// The transaction has ended.
pub fn in_between<P: Pipeline>(pipeline: &mut P, tx: &mut Tx<'_>, run: &mut [Taken<P>]) -> Result<(), Error> {
    if in_savepoint(tx, |tx| together(pipeline, tx, run)).is_ok() {
        return Ok(());
    }
    undo(pipeline, run);
    one_by_one(pipeline, tx, run)
}

/// Takes messages in one by one, each in a savepoint. One that fails or panics is left out, and is answered as not stored.
///
/// # Errors
/// The transaction has ended.
pub fn one_by_one<P: Pipeline>(pipeline: &mut P, tx: &mut Tx<'_>, run: &mut [Taken<P>]) -> Result<(), Error> {
    for place in 0..run.len() {
        let message = &mut run[place..=place];
        let outcome = in_savepoint(tx, |tx| together(pipeline, tx, message));
        if tx.is_autocommit() {
            return Err(Error::Stopped);
        }
        if let Err(error) = outcome {
            let meter = P::meter(&message[0].0);
            tracing::error!(meter, %error, "a message could not be taken in, and was left out");
            metrics::counter!("indowater_messages_left_out_total").increment(1);
            message[0].1 = None;
            undo(pipeline, message);
        }
    }
    Ok(())
}

/// Forgets what messages have left in memory that were rolled back.
pub fn undo<P: Pipeline>(pipeline: &mut P, run: &[Taken<P>]) {
    pipeline.undo(run.iter().map(|(intake, _)| P::meter(intake)).collect());
}
