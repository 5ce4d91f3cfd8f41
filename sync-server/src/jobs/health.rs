//! Judges the health of meters of which something has changed, or of which time alone changes what is judged: a silence, a battery's last months.
//! It finds them on a reading connection by an index, so that it costs as much as it finds.

use crate::cases::health::evaluate;
use crate::core::Tx;
use crate::error::Error;
use crate::jobs::leaks::each;
use crate::jobs::repeat;
use crate::metering::rows::health;
use crate::state::App;
use domain::UtcMillis;
use std::time::Duration;

/// Between two runs.
const EVERY: Duration = Duration::from_secs(10);

/// Meters that share one look at what is due.
const TOGETHER: i64 = 100;

/// Milliseconds until a meter of which something failed is judged again.
const AGAIN_MS: i64 = 60_000;

/// Runs until the server stops.
pub async fn run(app: App) {
    let listening = app.store.clock.now();
    let judge = move |app: App| async move { once_at(&app, app.store.clock.now(), listening).await };
    repeat(app, EVERY, "the health of meters could not be judged", judge).await;
}

/// Judges all that is due at an instant. The server listens to meters since `listening`.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn once_at(app: &App, at: UtcMillis, listening: UtcMillis) -> Result<(), Error> {
    loop {
        let due = app.store.read(move |db| health::due(db, at, TOGETHER)).await?;
        if due.is_empty() {
            return Ok(());
        }
        for meter in each(app, at, due, move |tx: &mut Tx<'_>, meter| evaluate(tx, meter, listening)).await? {
            app.store.writer.work(move |tx| health::postpone(tx, meter, at.plus(AGAIN_MS))).await?;
        }
        if *app.stopping.borrow() {
            return Ok(());
        }
    }
}
