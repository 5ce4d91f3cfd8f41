//! Publishes the credits of an older release into the bucket of the admins, once, in parts between which others are served.

use crate::billing::rows::credit;
use crate::error::Error;
use crate::state::App;
use std::time::Duration;

/// Credits of one part: some milliseconds' work of the writer.
const TOGETHER: i64 = 50;

/// Between two parts.
const PAUSE: Duration = Duration::from_millis(50);

/// Runs until no credit is left, or the server stops.
pub async fn run(app: App) {
    tokio::select! {
        done = all(&app) => if let Err(error) = done {
            tracing::error!(%error, "balances could not be published for admins; a restart of the server tries again");
        },
        () = app.stopped() => {}
    }
}

/// Publishes all that are left.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn all(app: &App) -> Result<(), Error> {
    let mut after = 0;
    while let Some(last) = app.store.writer.work(move |tx| credit::mark_for_admins(tx, after, TOGETHER)).await? {
        after = last;
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
