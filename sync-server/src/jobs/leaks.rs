//! Judges new readings by the rules of leaks, some meters at a time, so that others are served in between; and clears the cases of meters
//! that are silent. It finds them on a reading connection, so that the writer only does what has to be done.

use crate::cases::evaluation::{evaluate, sweep};
use crate::cases::rows::leaks;
use crate::core::Tx;
use crate::error::Error;
use crate::state::App;
use domain::UtcMillis;
use domain::leaks::SILENT_MS;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// Between two runs.
const EVERY: Duration = Duration::from_secs(5);

/// Meters that share one look at what is due, and a transaction.
const TOGETHER: i64 = 100;

/// Readings that are judged in one transaction: some ten milliseconds' work.
const READINGS: usize = 25_600;

/// Runs until the server stops.
pub async fn run(app: App) {
    let mut often = tokio::time::interval(EVERY);
    often.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = often.tick() => if let Err(error) = once_at(&app, app.store.clock.now()).await {
                tracing::error!(%error, "readings could not be judged by the rules of leaks");
            },
            () = app.stopped() => return,
        }
    }
}

/// Judges all that is due at an instant, and clears what time alone clears.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn once_at(app: &App, at: UtcMillis) -> Result<(), Error> {
    loop {
        let due = app.store.read(move |db| leaks::due(db, at, TOGETHER)).await?;
        let found = due.len();
        // A few meters with much behind them need fewer commits.
        let most = READINGS / found.max(1);
        let failed = each(app, at, due, move |tx: &mut Tx<'_>, meter| evaluate(tx, meter, most)).await?;
        // A meter that fails is due still: it is tried again with the next run.
        if found == 0 || failed > 0 || *app.stopping.borrow() {
            break;
        }
    }
    let silent = app.store.read(move |db| leaks::silent(db, at.plus(-SILENT_MS), i64::MAX)).await?;
    each(app, at, silent, sweep).await?;
    Ok(())
}

/// Does something with each meter, each in a turn of its own; returns how many failed.
async fn each(
    app: &App,
    at: UtcMillis,
    meters: Vec<i64>,
    work: impl Fn(&mut Tx<'_>, i64) -> Result<(), Error> + Clone + Send + 'static,
) -> Result<usize, Error> {
    let one = move |tx: &mut Tx<'_>, meter: &i64| {
        tx.now = at;
        work(tx, *meter)
    };
    let outcomes = app.store.writer.enqueue_each(meters.clone(), size_of_val, one).await?.all().await?;
    let mut failed = 0;
    // One meter that fails keeps no other from it.
    for (meter, error) in meters.iter().zip(outcomes).filter_map(|(meter, outcome)| Some((meter, outcome.err()?))) {
        tracing::error!(meter = *meter, %error, "a meter could not be judged by the rules of leaks");
        failed += 1;
    }
    Ok(failed)
}
