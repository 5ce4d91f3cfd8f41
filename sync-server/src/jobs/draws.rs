//! Looks at what water was drawn for on days that are over, some at a time: they are made on a reading connection, so that the writer only
//! keeps what was found.

use crate::error::Error;
use crate::jobs::repeat;
use crate::metering::draws::{Made, make, settle};
use crate::state::App;
use domain::{TimeZone, UtcMillis};
use std::time::Duration;

/// Between two runs: days end three times in 24 hours, and readings may come late.
const EVERY: Duration = Duration::from_secs(10 * 60);

/// A server that has just started has more urgent things to do.
const FIRST: Duration = Duration::from_secs(60);

/// Runs until the server stops.
pub async fn run(app: App) {
    tokio::select! {
        () = tokio::time::sleep(FIRST) => {}
        () = app.stopped() => return,
    }
    let look = |app: App| async move { once_at(&app, app.store.clock.now()).await };
    repeat(app, EVERY, "what water was drawn for could not be looked at", look).await;
}

/// Looks at all days that are due as of an instant.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn once_at(app: &App, at: UtcMillis) -> Result<(), Error> {
    for zone in TimeZone::ALL {
        let mut after = None;
        while let Some((last, made)) = app.store.read(move |db| make(db, (zone, at), after)).await? {
            after = Some(last);
            let outcomes = app.store.writer.enqueue_each(made, Made::bytes, settle).await?.all().await?;
            // One that fails keeps no other from it, and is due again.
            for error in outcomes.into_iter().filter_map(Result::err) {
                tracing::error!(%error, "what water was drawn for on a day could not be kept");
            }
            if *app.stopping.borrow() {
                return Ok(());
            }
        }
    }
    Ok(())
}
