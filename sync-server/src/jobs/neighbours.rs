//! Makes what neighbours use of each month that is over, once for each zone (`metering::neighbours`). It is read on a reading connection; the
//! writer keeps the groups and gives them to connections in parts, between which others are served.

use crate::error::Error;
use crate::jobs::repeat;
use crate::metering::neighbours::{give_some, make, unmade};
use crate::metering::rows::neighbours::zones;
use crate::state::App;
use domain::UtcMillis;
use domain::metering::neighbours::newest;
use std::time::Duration;

/// Between two runs: a month is made days after its end, and an hour later is no matter.
const EVERY: Duration = Duration::from_secs(60 * 60);

/// Runs until the server stops.
pub async fn run(app: App) {
    let compute = |app: App| async move { once_at(&app, app.store.clock.now()).await };
    repeat(app, EVERY, "what neighbours use could not be made", compute).await;
}

/// Makes all months that are over as of an instant, and gives connections what they are shown.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn once_at(app: &App, at: UtcMillis) -> Result<(), Error> {
    // First, so that a zone that fails does not keep back what an earlier run made.
    give_all(app).await?;
    for (zone, time_zone) in app.store.read(|db| zones(db)).await? {
        let newest = newest(time_zone.day_of(at));
        for (month, groups) in app.store.read(move |db| unmade(db, zone, newest)).await? {
            if *app.stopping.borrow() {
                return Ok(());
            }
            let keep = app.store.writer.work(move |tx| {
                tx.now = at;
                make(tx, zone, month, &groups)
            });
            keep.await?;
            give_all(app).await?;
        }
    }
    // What another run has made meanwhile and not given.
    give_all(app).await
}

/// Gives every connection what it is shown, also where an earlier run was stopped or another one goes on.
async fn give_all(app: &App) -> Result<(), Error> {
    while !*app.stopping.borrow() && app.store.writer.work(give_some).await? {}
    Ok(())
}
