//! Noticing that something is asked of a meter: a trigger on the writer's own connection sees it whoever asks, and the meter's connection is told
//! once it is on disk.

use crate::core::Tx;
use crate::error::Error;
use rusqlite::Connection;

/// Begins to notice on this connection.
///
/// # Errors
/// The database.
pub fn watch(connection: &Connection) -> Result<(), Error> {
    connection.execute_batch(
        "CREATE TEMP TABLE pending_commands (meter INTEGER);
         CREATE TEMP TRIGGER command_news_made AFTER INSERT ON main.meter_order BEGIN INSERT INTO pending_commands VALUES (new.meter); END",
    )?;
    Ok(())
}

/// The meters of which something was asked since this was called last; called once in a transaction, before it is committed.
///
/// # Errors
/// The database.
pub fn take(tx: &mut Tx<'_>) -> Result<Vec<i64>, Error> {
    let mut query = tx.db.prepare_cached("DELETE FROM temp.pending_commands RETURNING meter")?;
    Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}
