//! Evaluates the connections that are due: posts used water when its time has come, keeps levels, closes and opens valves; ends purchases
//! that were not paid and orders that were not answered in time. It finds them on a reading connection, so that the writer only does what
//! has to be done.

use crate::core::Tx;
use crate::error::Error;
use crate::jobs::repeat;
use crate::sales::settlement;
use crate::state::App;
use crate::valve::evaluation;
use crate::valve::orders;
use domain::UtcMillis;
use std::time::Duration;

/// Between two runs.
const EVERY: Duration = Duration::from_secs(10);

/// Connections that share one job of the writer at most.
const TOGETHER: usize = 200;

/// Runs until the server stops.
pub async fn run(app: App) {
    let evaluate = |app: App| async move { once(&app).await };
    repeat(app, EVERY, "connections could not be evaluated", evaluate).await;
}

/// One run, with all that follows from it.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn once(app: &App) -> Result<(), Error> {
    once_at(app, app.store.clock.now()).await
}

/// One run as of an instant.
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
    let due = app.store.read(move |db| evaluation::due(db, at)).await?;
    for some in due.chunks(TOGETHER) {
        let reevaluate = move |tx: &mut Tx<'_>, connection: &i64| {
            tx.now = at;
            evaluation::reevaluate(tx, *connection)
        };
        let outcomes = app.store.writer.enqueue_each(some.to_vec(), size_of_val, reevaluate).await?.all().await?;
        // One connection that fails keeps nobody else from it.
        for (connection, error) in
            some.iter().zip(outcomes).filter_map(|(connection, outcome)| Some((connection, outcome.err()?)))
        {
            tracing::error!(connection = *connection, %error, "a connection could not be evaluated");
        }
    }
    Ok(())
}
