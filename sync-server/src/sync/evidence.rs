//! What a device held that was signed out remotely: taken once, changed nothing by, and kept for whoever reviews it (sync.md, Rules).

use crate::core::Tx;
use crate::error::Error;
use protocol::core::problem::Code;
use protocol::sync::push::{Operation, OperationEnvelope};
use protocol::sync::rows::Entity;
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

/// Takes what the device of an ended session held, and notes each operation in the audit log as evidence; returns how many.
///
/// # Errors
/// [`Code::Unauthenticated`] if there is no such session or nobody ended it remotely, [`Code::NotFound`] if its device has brought its
/// evidence already, or the database.
pub fn take(tx: &mut Tx<'_>, session: Uuid, ops: &[OperationEnvelope]) -> Result<usize, Error> {
    let now = tx.now;
    let found: Option<(i64, i64, Option<i64>)> = tx
        .db
        .prepare_cached(
            "SELECT u.num, u.utility, s.evidence_at FROM session s JOIN user u ON u.num = s.user
             WHERE s.id = ?1 AND (s.ended_by = 'remote' OR u.active = 0)",
        )?
        .query_row([session.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((user, utility, given)) = found else {
        return Err(Error::problem(Code::Unauthenticated, "the session is not known, or was not ended remotely"));
    };
    if given.is_some() {
        return Err(Error::problem(Code::NotFound, "this device has brought its evidence"));
    }
    tx.db.execute("UPDATE session SET evidence_at = ?2 WHERE id = ?1", params![session.as_bytes(), now.0])?;
    let mut kept = 0;
    for op in ops {
        kept += tx
            .db
            .prepare_cached(
                "INSERT OR IGNORE INTO evidence (session, op_id, seq, v, command, occurred_at, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                session.as_bytes(),
                op.id.as_bytes(),
                op.seq as i64,
                op.v,
                op.command.get(),
                op.occurred_at.0,
                now.0
            ])?;
        tell(tx, (user, utility), op)?;
    }
    Ok(kept)
}

/// Tells the audit log; what this version cannot read is in the evidence alone.
fn tell(tx: &mut Tx<'_>, (user, utility): (i64, i64), op: &OperationEnvelope) -> Result<(), Error> {
    let now = tx.now;
    let Some((entity, row)) = Operation::read(op.v, &op.command).ok().map(|command| command.row()) else { return Ok(()) };
    let Some(row) = row.parse::<Uuid>().ok().filter(|_| Entity::ALL.contains(&entity)) else { return Ok(()) };
    let changes = serde_json::json!({ "evidence": ["", op.command.get()] }).to_string();
    tx.db
        .prepare_cached(
            "INSERT INTO audit (utility, at, occurred_at, user, op_id, kind, entity, row_id, changes)
         VALUES (?1, ?2, ?3, ?4, ?5, 'evidence', ?6, ?7, ?8)",
        )?
        .execute(params![utility, now.0, op.occurred_at.0, user, op.id.as_bytes(), entity as u8, row.as_bytes(), changes])?;
    Ok(())
}
