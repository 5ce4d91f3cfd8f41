//! Gives meters of batches their orders when their turn has come (`valve::batches`). What waits is in the database, so that it goes on where it
//! was after the server was stopped; the writer is asked only while something waits.

use crate::error::Error;
use crate::jobs::repeat;
use crate::state::App;
use crate::valve::batches;
use domain::UtcMillis;
use std::time::Duration;

/// Between two runs.
const EVERY: Duration = Duration::from_secs(1);

/// Runs until the server stops.
pub async fn run(app: App) {
    let give = |app: App| async move { once_at(&app, app.store.clock.now()).await.map(drop) };
    repeat(app, EVERY, "orders of batches could not be given", give).await;
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
