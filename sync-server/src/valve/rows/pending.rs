//! Meters that got an order in a transaction: a trigger on the writer's own database connection records them, whoever creates the order.

use crate::core::Tx;
use crate::error::Error;
use rusqlite::Connection;

/// Begins to record on this database connection.
///
/// # Errors
/// The database.
pub fn watch(db: &Connection) -> Result<(), Error> {
    db.execute_batch(
        "CREATE TEMP TABLE pending_commands (meter INTEGER);
         CREATE TEMP TRIGGER pending_commands_created AFTER INSERT ON main.meter_order
           BEGIN INSERT INTO pending_commands VALUES (new.meter); END",
    )?;
    Ok(())
}

/// The meters that got an order since this was called last; called once in a transaction, before it is committed.
///
/// # Errors
/// The database.
pub fn take(tx: &mut Tx<'_>) -> Result<Vec<i64>, Error> {
    let mut query = tx.db.prepare_cached("DELETE FROM temp.pending_commands RETURNING meter")?;
    Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}
