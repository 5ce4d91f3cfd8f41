//! Removes the results of operations that nobody sends again, once a day, in parts between which others are served.

use crate::error::Error;
use crate::state::App;
use crate::sync::rows::results;
use std::time::Duration;

/// Between two runs.
const EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// Runs until the server stops.
pub async fn run(app: App) {
    let mut daily = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            _ = daily.tick() => {
                if let Err(error) = once(&app).await {
                    tracing::error!(%error, "results of old operations could not be removed");
                }
            }
            () = app.stopped() => return,
        }
    }
}

/// One run.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn once(app: &App) -> Result<(), Error> {
    while app.store.writer.work(results::remove_expired).await? {}
    Ok(())
}
