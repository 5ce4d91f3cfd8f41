//! Removes the results of operations that nobody sends again, once a day, in parts between which others are served.

use crate::error::Error;
use crate::jobs::repeat;
use crate::state::App;
use crate::sync::rows::results;
use std::time::Duration;

/// Between two runs.
const EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// Runs until the server stops.
pub async fn run(app: App) {
    let remove = |app: App| async move { once(&app).await };
    repeat(app, EVERY, "results of old operations could not be removed", remove).await;
}

/// One run.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn once(app: &App) -> Result<(), Error> {
    while app.store.writer.work(results::remove_expired).await? {}
    Ok(())
}
