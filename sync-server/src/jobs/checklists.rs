//! Takes the names of admins out of checklists that an older release has put, once, in parts between which others are served: every device of a
//! utility holds them.

use crate::error::Error;
use crate::maintenance::templates::forget_names;
use crate::state::App;

/// Versions of one part.
const TOGETHER: i64 = 100;

/// Runs until none is left, or the server stops.
pub async fn run(app: App) {
    tokio::select! {
        done = all(&app) => if let Err(error) = done {
            tracing::error!(%error, "names could not be taken out of checklists; a restart of the server tries again");
        },
        () = app.stopped() => {}
    }
}

/// Takes all that are left.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn all(app: &App) -> Result<(), Error> {
    while app.store.writer.work(|tx| forget_names(tx, TOGETHER)).await? > 0 {}
    Ok(())
}
