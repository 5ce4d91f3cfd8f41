//! Posts what was used when its time has come — at local midnight, and when a balance reaches another level — and gives up what was not
//! paid in time. It looks on a reading connection, so that the writer only does what is to be done.

use crate::error::Error;
use crate::state::App;
use crate::store::supply::{self, Turn};
use crate::store::{charging, now, settlement};
use std::time::Duration;

/// Between two looks.
const EVERY: Duration = Duration::from_secs(10);

/// Connections that share one job of the writer at most.
const TOGETHER: usize = 200;

/// Runs until the server stops.
pub async fn run(app: App) {
    let mut often = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            _ = often.tick() => {
                if let Err(error) = once(&app).await {
                    tracing::error!(%error, "charges could not be posted");
                }
            }
            () = app.stopped() => return,
        }
    }
}

/// One look, with all that follows from it.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn once(app: &App) -> Result<(), Error> {
    app.store.writer.work(|tx, buckets| settlement::expire(tx, buckets.now())).await?;
    let turns = app.store.read(|db| supply::turns(db, now())).await?;
    for some in turns.chunks(TOGETHER) {
        let some: Vec<Turn> = some.to_vec();
        let posted = app.store.writer.work(move |tx, buckets| {
            some.iter().try_for_each(|turn| {
                charging::post(tx, turn.connection, buckets.now())?;
                supply::keep_level(tx, turn.connection)
            })
        });
        posted.await?;
    }
    Ok(())
}
