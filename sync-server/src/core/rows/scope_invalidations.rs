//! Noticing that somebody's scope changed: triggers on the writer's own connection see every way in which it can, and none is forgotten.
//!
//! Every link that waits for wakes or live values has its rights read anew before the next thing is sent. Changes by another process, as the
//! command line's, are noticed with the next beat.

use crate::core::Tx;
use crate::error::Error;
use rusqlite::Connection;

/// What scope is made of; a bucket that somebody may hold is made with its first row.
const CHANGES: [&str; 10] = [
    "INSERT ON main.user_customer",
    "DELETE ON main.user_customer",
    "INSERT ON main.user_zone",
    "DELETE ON main.user_zone",
    "UPDATE OF role, active ON main.user",
    "UPDATE OF revoked_at ON main.session",
    "INSERT ON main.installation",
    "UPDATE OF until ON main.installation",
    "UPDATE OF customer, zone ON main.connection",
    "INSERT ON main.bucket",
];

/// Begins to notice on this connection.
///
/// # Errors
/// The database.
pub fn watch(connection: &Connection) -> Result<(), Error> {
    connection.execute_batch("CREATE TEMP TABLE scope_invalidations (n INTEGER)")?;
    for (place, change) in CHANGES.iter().enumerate() {
        let body = "BEGIN INSERT INTO scope_invalidations VALUES (1); END";
        connection.execute_batch(&format!("CREATE TEMP TRIGGER scope_news_{place} AFTER {change} {body}"))?;
    }
    Ok(())
}

/// Whether a transaction changed somebody's scope; asked once, before it is committed.
///
/// # Errors
/// The database.
pub fn take(tx: &mut Tx<'_>) -> Result<bool, Error> {
    Ok(tx.db.prepare_cached("DELETE FROM temp.scope_invalidations")?.execute([])? > 0)
}
