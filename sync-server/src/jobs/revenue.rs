//! Counts the transfers of an older release for revenue, once, in parts between which others are served. What is posted from now on is counted
//! by the transactions themselves.

use crate::error::Error;
use crate::revenue::collect::collect;
use crate::state::App;
use std::time::Duration;

/// Transfers of one part: some tens of milliseconds' work of the writer.
const TOGETHER: i64 = 2_000;

/// Between two parts.
const PAUSE: Duration = Duration::from_millis(20);

/// Runs until none is left, or the server stops.
pub async fn run(app: App) {
    tokio::select! {
        done = all(&app) => if let Err(error) = done {
            tracing::error!(%error, "older transfers could not be counted; those that come count them in small parts");
        },
        () = app.stopped() => {}
    }
}

/// Counts all that are left.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn all(app: &App) -> Result<(), Error> {
    while app.store.writer.work(|tx| collect(tx, TOGETHER)).await? > 0 {
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
