//! Judges new readings by the rules of leaks, some meters at a time, so that others are served in between; and clears the cases of meters
//! that are silent. It finds them on a reading connection, so that the writer only does what has to be done.

use crate::cases::evaluation::{evaluate, sweep};
use crate::cases::events::PUBLISH_EVERY_MS;
use crate::cases::rows::{cases, leaks};
use crate::cases::shown;
use crate::core::Tx;
use crate::error::Error;
use crate::jobs::repeat;
use crate::state::App;
use domain::UtcMillis;
use domain::leaks::SILENT_MS;
use std::time::Duration;

/// Between two runs.
const EVERY: Duration = Duration::from_secs(5);

/// Meters that share one look at what is due, and a transaction.
const TOGETHER: i64 = 100;

/// Readings that are judged in one transaction: some ten milliseconds' work.
const READINGS: usize = 25_600;

/// Milliseconds until a meter of which something failed is tried again.
const AGAIN_MS: i64 = 60_000;

/// Runs until the server stops.
pub async fn run(app: App) {
    let judge = |app: App| async move { once_at(&app, app.store.clock.now()).await };
    repeat(app, EVERY, "readings could not be judged by the rules of leaks", judge).await;
}

/// Judges all that is due at an instant, clears what time alone clears, and publishes what waited to be.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn once_at(app: &App, at: UtcMillis) -> Result<(), Error> {
    loop {
        let due = app.store.read(move |db| leaks::due(db, at, TOGETHER)).await?;
        let found = due.len();
        if found == 0 {
            break;
        }
        // A few meters with much behind them need fewer commits.
        let most = READINGS / found;
        for meter in each(app, at, due, move |tx: &mut Tx<'_>, meter| evaluate(tx, meter, most)).await? {
            app.store.writer.work(move |tx| leaks::try_again(tx, meter, at.plus(AGAIN_MS))).await?;
        }
        if *app.stopping.borrow() {
            return Ok(());
        }
    }
    let silent = app.store.read(move |db| leaks::silent(db, at.plus(-SILENT_MS), i64::MAX)).await?;
    each(app, at, silent, sweep).await?;
    let behind = app.store.read(move |db| cases::behind(db, at.plus(-PUBLISH_EVERY_MS), TOGETHER)).await?;
    each(app, at, behind, shown::publish_and_notify).await?;
    Ok(())
}

/// Does something with each meter or case, each in a turn of its own; returns those that failed.
pub(super) async fn each(
    app: &App,
    at: UtcMillis,
    nums: Vec<i64>,
    work: impl Fn(&mut Tx<'_>, i64) -> Result<(), Error> + Clone + Send + 'static,
) -> Result<Vec<i64>, Error> {
    let one = move |tx: &mut Tx<'_>, num: &i64| {
        tx.now = at;
        work(tx, *num)
    };
    let outcomes = app.store.writer.enqueue_each(nums.clone(), size_of_val, one).await?.all().await?;
    let mut failed = Vec::new();
    // One that fails keeps no other from it.
    for (num, error) in nums.iter().zip(outcomes).filter_map(|(num, outcome)| Some((num, outcome.err()?))) {
        tracing::error!(num = *num, %error, "a meter could not be judged, or its case not be published");
        failed.push(*num);
    }
    Ok(failed)
}
