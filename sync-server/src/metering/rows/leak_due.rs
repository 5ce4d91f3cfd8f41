//! Meters of which the rules of leaks are yet to judge readings.

use crate::core::Tx;
use crate::error::Error;
use domain::UtcMillis;
use rusqlite::params;

/// Milliseconds that readings wait until the rules judge them: what comes meanwhile is judged with them.
const WAIT_MS: i64 = 60_000;

/// Marks a meter's readings from an instant on as yet to be judged.
///
/// # Errors
/// The database.
pub fn mark(tx: &mut Tx<'_>, meter: i64, since: UtcMillis) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO leak_due (meter, since, due_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (meter) DO UPDATE SET since = min(since, excluded.since)",
        )?
        .execute(params![meter, since.0, tx.now.0.saturating_add(WAIT_MS)])?;
    Ok(())
}

/// Marks all of a meter's readings.
///
/// # Errors
/// The database.
pub fn mark_all(tx: &mut Tx<'_>, meter: i64) -> Result<(), Error> {
    mark(tx, meter, UtcMillis(i64::MIN))
}
