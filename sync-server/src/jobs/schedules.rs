//! Announces the work of schedules, and brings it into line with them (`maintenance::generate`), in steps between which others are served. How far it
//! is stands in the database, so that it goes on where it was after the server was stopped.

use crate::error::Error;
use crate::jobs::repeat;
use crate::maintenance::generate::step;
use crate::maintenance::rows::schedules;
use crate::state::App;
use domain::UtcMillis;
use domain::core::local_time::MINUTE_MS;
use std::time::Duration;

/// Between two looks.
const EVERY: Duration = Duration::from_secs(2);

/// Steps of one look at most: the next look goes on at once, unless the server is stopping.
const STEPS: u32 = 50;

/// A schedule of which something fails is tried again so much later, and holds up no other.
const LATER_MS: i64 = 10 * MINUTE_MS;

/// Runs until the server stops.
pub async fn run(app: App) {
    repeat(app, EVERY, "work of schedules could not be announced", look).await;
}

async fn look(app: App) -> Result<(), Error> {
    while !once_at(&app, app.store.clock.now()).await? {
        if *app.stopping.borrow() {
            break;
        }
    }
    Ok(())
}

/// One look as of an instant; returns whether nothing is left.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn once_at(app: &App, at: UtcMillis) -> Result<bool, Error> {
    for _ in 0..STEPS {
        let Some(num) = app.store.read(move |db| schedules::due(db, at)).await? else { return Ok(true) };
        let done = app.store.writer.work(move |tx| {
            tx.now = at;
            step(tx, num)
        });
        if let Err(error) = done.await {
            if matches!(error, Error::Stopped) {
                return Err(error);
            }
            tracing::error!(%error, num, "a schedule could not be followed");
            app.store.writer.work(move |tx| schedules::postpone(tx, num, at.plus(LATER_MS))).await?;
        }
    }
    Ok(false)
}
