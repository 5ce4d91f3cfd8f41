//! Judges what is lost in zones that have a limit: each is made on a reading connection, so that the writer only does what follows.

use crate::cases::zone_loss::settle;
use crate::error::Error;
use crate::jobs::repeat;
use crate::metering::rows::inflows::{LimitedZone, limited};
use crate::metering::zone_balance::newest;
use crate::state::App;
use domain::UtcMillis;
use domain::metering::zone_balance::LOSS_DAYS;
use std::time::Duration;

/// Between two runs: what is judged are days that are over, whose last readings may come late.
const EVERY: Duration = Duration::from_secs(60 * 60);

/// Runs until the server stops.
pub async fn run(app: App) {
    let judge = |app: App| async move { once_at(&app, app.store.clock.now()).await };
    repeat(app, EVERY, "what is lost in zones could not be judged", judge).await;
}

/// Judges all zones with a limit as of an instant. One that fails is logged, and keeps no other from it.
///
/// # Errors
/// The zones cannot be read, or the server is stopping.
pub async fn once_at(app: &App, at: UtcMillis) -> Result<(), Error> {
    for zone in app.store.read(|db| limited(db)).await? {
        let num = zone.num;
        if let Err(error) = judge_one(app, zone, at).await {
            if matches!(error, Error::Stopped) {
                return Err(error);
            }
            tracing::error!(%error, num, "what is lost in a zone could not be judged");
        }
        if *app.stopping.borrow() {
            return Ok(());
        }
    }
    Ok(())
}

/// Judges a zone.
async fn judge_one(app: &App, zone: LimitedZone, at: UtcMillis) -> Result<(), Error> {
    let place = (zone.num, zone.time_zone);
    let made = app.store.read(move |db| {
        // All of it is of one snapshot.
        let tx = db.transaction()?;
        newest(&tx, place, LOSS_DAYS as i32, at)
    });
    let balance = made.await?;
    app.store.writer.work(move |tx| settle(tx, &zone, &balance)).await
}
