//! What the server answered about operations, and when their overlays end.

use crate::error::Error;
use crate::store::files::is_attached;
use crate::store::overlay;
use domain::UtcMillis;
use protocol::sync::push::{OperationResult, Outcome};
use rusqlite::{Connection, OptionalExtension, params};

/// Applied operations are kept this long, to be sent again to a server that was restored from a backup (docs/spec/sync.md, Rules).
const KEEP_MS: i64 = 30 * domain::core::local_time::DAY_MS;

/// An outcome that this version of the app does not know is asked for again after this.
const UNKNOWN_MS: i64 = 60_000;

/// Ends the pause of operations that build on one.
const FOLLOWERS: &str = "UPDATE outbox.op SET not_before = 0 WHERE after_op = ?1 AND state = 'pending' AND not_before > 0";

/// Records the server's outcome of an operation. `at` is an instant of the server's clock, `now` one of this device's.
pub(crate) fn settle(db: &Connection, result: &OperationResult, at: UtcMillis, now: UtcMillis) -> Result<(), Error> {
    if !is_attached(db)? {
        return Ok(());
    }
    let state = match result.outcome {
        Outcome::Applied { .. } => "applied",
        Outcome::Rejected { .. } => "parked",
        Outcome::RetryAfter { .. } | Outcome::Unknown => "pending",
    };
    let not_before = match result.outcome {
        Outcome::RetryAfter { seconds } => now.0 + i64::from(seconds) * 1_000,
        Outcome::Unknown => now.0 + UNKNOWN_MS,
        _ => 0,
    };
    let row: Option<(u8, String)> = db
        .prepare_cached(
            "UPDATE outbox.op SET state = ?2, outcome = ?3, retired = ?4, not_before = ?5, settled_at = ?6
             WHERE op_id = ?1 AND state <> 'applied' RETURNING entity, row_id",
        )?
        .query_row(
            params![result.id.to_string(), state, serde_json::to_string(&result.outcome)?, state == "parked", not_before, at.0],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    if state == "applied" {
        // What builds on it waits for nothing else.
        db.prepare_cached(FOLLOWERS)?.execute([result.id.to_string()])?;
    }
    // A refused operation leaves the overlay: the screen shows the row without it, and the outbox what was wanted.
    match row {
        Some((entity, id)) if state == "parked" => overlay::refresh(db, entity, &id),
        _ => Ok(()),
    }
}

/// The applied operations whose effects the rows do not have yet.
pub(crate) fn applied(db: &Connection) -> Result<Vec<String>, Error> {
    if !is_attached(db)? {
        return Ok(Vec::new());
    }
    let mut query = db.prepare_cached(
        "SELECT op_id FROM outbox.op WHERE retired = 0 AND state = 'applied' AND op_id NOT IN (SELECT op_id FROM effects_received)",
    )?;
    Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Ends the overlays of operations whose effects the rows now have, and deletes what was applied long ago; `now` is the server's clock.
pub(crate) fn retire(db: &Connection, applied: &[String], now: UtcMillis) -> Result<(), Error> {
    if applied.is_empty() || !is_attached(db)? {
        return Ok(());
    }
    // Somebody else's outbox may be open by now; its operations have other identities.
    let mut found = db.prepare_cached("SELECT entity, row_id FROM outbox.op WHERE op_id = ?1 AND state = 'applied'")?;
    for id in applied {
        let row: Option<(u8, String)> = found.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((entity, row)) = row else { continue };
        if keeps_overlay(db, entity, &row, applied)? {
            continue;
        }
        db.prepare_cached("INSERT OR IGNORE INTO effects_received (op_id) VALUES (?1)")?.execute([id])?;
        overlay::refresh(db, entity, &row)?;
    }
    let deleted = db
        .prepare_cached(
            "DELETE FROM outbox.op WHERE state = 'applied' AND settled_at < ?1 AND op_id IN (SELECT op_id FROM effects_received)",
        )?
        .execute([now.0 - KEEP_MS])?;
    if deleted > 0 {
        db.execute("DELETE FROM effects_received WHERE op_id NOT IN (SELECT op_id FROM outbox.op)", [])?;
    }
    Ok(())
}

/// Whether the overlay of a row that the server has deleted stays: for as long as one of its operations is not among those that `end` now. The
/// row will not come again, so that an operation which builds on an ended one would have no row to be replayed over.
fn keeps_overlay(db: &Connection, entity: u8, row: &str, end: &[String]) -> Result<bool, Error> {
    let is_deleted: Option<bool> = db
        .prepare_cached("SELECT gone FROM base_row WHERE entity = ?1 AND id = ?2")?
        .query_row(params![entity, row], |row| row.get(0))
        .optional()?;
    if is_deleted != Some(true) {
        return Ok(false);
    }
    let mut pending = db.prepare_cached(
        "SELECT op_id FROM outbox.op WHERE entity = ?1 AND row_id = ?2 AND retired = 0 AND op_id NOT IN (SELECT op_id FROM effects_received)",
    )?;
    let pending = pending.query_map(params![entity, row], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    Ok(pending.iter().any(|op| !end.contains(op)))
}

/// Marks the effects of all applied operations as received where the cache is empty: it will take every row from the server as it is now.
pub(crate) fn receive_effects_if_empty(db: &Connection) -> Result<(), Error> {
    db.execute(
        "INSERT OR IGNORE INTO effects_received (op_id) SELECT op_id FROM outbox.op WHERE state = 'applied'
           AND NOT EXISTS (SELECT 1 FROM bucket)",
        [],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use domain::UserId;
    use uuid::Uuid;

    #[test]
    fn what_builds_on_an_operation_is_found_by_an_index_of_what_pauses() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("cache.db"), &"00".repeat(32)).unwrap();
        store.open_outbox(UserId(Uuid::from_u128(1)), &dir.path().join("outbox.db")).unwrap();
        let plan = |db: &Connection| {
            let explained = format!("EXPLAIN QUERY PLAN {FOLLOWERS}");
            Ok(db.query_row(&explained, [""], |row| row.get::<_, String>("detail"))?)
        };
        assert_eq!(store.write_now(plan).unwrap(), "SEARCH outbox.op USING INDEX op_paused (after_op=?)");
    }
}
