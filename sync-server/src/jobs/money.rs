//! Looks at the connections of which there is news: posts what was used when its time has come, keeps levels, closes and opens valves; and gives
//! up what was not paid, and ends what was not answered, in time. It finds them on a reading connection, so that the writer only does what is
//! to be done.

use crate::core::Tx;
use crate::core::now;
use crate::error::Error;
use crate::sales::settlement;
use crate::state::App;
use crate::valve::evaluation;
use crate::valve::orders;
use domain::UtcMillis;
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
                    tracing::error!(%error, "connections could not be looked at");
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
    once_at(app, now()).await
}

/// One look as of an instant.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn once_at(app: &App, at: UtcMillis) -> Result<(), Error> {
    let over = app.store.writer.work(move |tx| {
        tx.now = at;
        settlement::expire(tx)?;
        orders::expire(tx)
    });
    over.await?;
    let turns = app.store.read(move |db| evaluation::due(db, at)).await?;
    for some in turns.chunks(TOGETHER) {
        let look = move |tx: &mut Tx<'_>, connection: &i64| {
            tx.now = at;
            evaluation::reevaluate(tx, *connection)
        };
        let looked = app.store.writer.enqueue_each(some.to_vec(), look).await?.await.map_err(|_| Error::Stopped)?;
        // One connection that cannot be looked at keeps nobody else from it.
        for (turn, error) in some.iter().zip(looked).filter_map(|(turn, looked)| Some((turn, looked.err()?))) {
            tracing::error!(connection = *turn, %error, "a connection could not be looked at");
        }
    }
    Ok(())
}
