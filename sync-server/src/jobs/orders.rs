//! Gives meters of batches their orders when their turn has come (`valve::batches`). What waits is in the database, so that it goes on where it
//! was after the server was stopped; the writer is asked only while something waits.

use crate::error::Error;
use crate::state::App;
use crate::valve::batches;
use domain::UtcMillis;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// Between two runs.
const EVERY: Duration = Duration::from_secs(1);

/// Runs until the server stops.
pub async fn run(app: App) {
    let mut often = tokio::time::interval(EVERY);
    often.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = often.tick() => if let Err(error) = once_at(&app, app.store.clock.now()).await {
                tracing::error!(%error, "orders of batches could not be given");
            },
            () = app.stopped() => return,
        }
    }
}

/// One run as of an instant; returns how many meters got their order.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn once_at(app: &App, at: UtcMillis) -> Result<u32, Error> {
    if !app.store.read(|db| batches::is_waiting(db)).await? {
        return Ok(0);
    }
    let release = app.store.writer.work(move |tx| {
        tx.now = at;
        batches::release(tx)
    });
    release.await
}
