//! Operations that build on each other: which of them may be sent after a predecessor was refused or discarded.

use crate::error::Error;
use crate::store::overlay;
use protocol::sync::push::{OperationEnvelope, Outcome, Rejection};
use rusqlite::{Connection, OptionalExtension, params};

/// The operations of a batch that are to be sent. One whose predecessor was refused is refused here with it: a server that was restored
/// since may know neither, and would wait for the first for ever. One whose predecessor its author has discarded builds on none.
pub fn ready(db: &Connection, ops: Vec<OperationEnvelope>) -> Result<Vec<OperationEnvelope>, Error> {
    let mut predecessor = db.prepare_cached("SELECT state = 'parked' FROM outbox.op WHERE op_id = ?1")?;
    let mut ready = Vec::with_capacity(ops.len());
    for mut op in ops {
        let is_refused: Option<bool> = match op.after {
            Some(before) => predecessor.query_row([before.to_string()], |row| row.get(0)).optional()?,
            None => None,
        };
        match is_refused {
            Some(true) => refuse(db, &op)?,
            Some(false) => ready.push(op),
            None => {
                op.after = None;
                ready.push(op);
            }
        }
    }
    Ok(ready)
}

fn refuse(db: &Connection, op: &OperationEnvelope) -> Result<(), Error> {
    let outcome = Outcome::Rejected { code: Rejection::BuildsOnRefused, field: None, conflict: None };
    let (entity, row): (u8, String) = db
        .prepare_cached(
            "UPDATE outbox.op SET state = 'parked', outcome = ?2, retired = 1 WHERE op_id = ?1 RETURNING entity, row_id",
        )?
        .query_row(params![op.id.to_string(), serde_json::to_string(&outcome)?], |row| Ok((row.get(0)?, row.get(1)?)))?;
    overlay::refresh(db, entity, &row)
}
