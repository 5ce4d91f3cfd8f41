//! Makes the reports that are due (`reports::runs`). Each is read on a reading connection; the writer only keeps it, and only if it is still due, so
//! that two of these jobs make each once.

use crate::error::Error;
use crate::jobs::repeat;
use crate::reports::rows::schedules;
use crate::reports::runs;
use crate::state::App;
use domain::UtcMillis;
use std::time::Duration;

/// Between two runs.
const EVERY: Duration = Duration::from_secs(5);

/// Schedules that share one look at what is due. Those that cannot be made now, because transfers are being counted, are due in the next run.
const TOGETHER: i64 = 500;

/// Runs until the server stops.
pub async fn run(app: App) {
    let make = |app: App| async move { once_at(&app, app.store.clock.now()).await.map(drop) };
    repeat(app, EVERY, "reports that are due could not be made", make).await;
}

/// Makes what is due at an instant; returns how many reports it were.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn once_at(app: &App, at: UtcMillis) -> Result<u32, Error> {
    let due = app.store.read(move |db| schedules::due(db, at, TOGETHER)).await?;
    let mut made = 0;
    for schedule in due {
        match one_at(app, schedule, at).await {
            Ok(is_made) => made += u32::from(is_made),
            Err(Error::Stopped) => return Err(Error::Stopped),
            // One that fails keeps no other from it.
            Err(error) => tracing::error!(schedule, %error, "a report that is due could not be made"),
        }
    }
    Ok(made)
}

async fn one_at(app: &App, schedule: i64, at: UtcMillis) -> Result<bool, Error> {
    let Some(read) = app.store.read(move |db| runs::read_due(db, schedule, at)).await? else { return Ok(false) };
    let keep = app.store.writer.work(move |tx| {
        tx.now = at;
        runs::keep_due(tx, &read)
    });
    keep.await
}
