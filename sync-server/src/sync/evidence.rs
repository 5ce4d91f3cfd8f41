//! Evidence: what a remotely signed-out device still had in its outbox. It is taken once, changes nothing, and is kept for review
//! (sync.md, Rules).

use crate::core::{Tx, audit};
use crate::error::Error;
use crate::sync::rows::evidence;
use crate::sync::rows::evidence::EndedSession;
use protocol::core::problem::Code;
use protocol::sync::push::{Operation, OperationEnvelope};
use uuid::Uuid;

/// Takes what the device of an ended session held, and writes each operation into the audit log as evidence; returns how many.
///
/// # Errors
/// [`Code::Unauthenticated`] if there is no such session or it was not ended remotely, [`Code::NotFound`] if its device has brought its
/// evidence already, or the database.
pub fn take(tx: &mut Tx<'_>, session: Uuid, ops: &[OperationEnvelope]) -> Result<usize, Error> {
    let Some(ended) = evidence::ended_session(tx, session)? else {
        return Err(Error::problem(Code::Unauthenticated, "the session is not known, or was not ended remotely"));
    };
    if ended.is_taken {
        return Err(Error::problem(Code::NotFound, "this device has brought its evidence"));
    }
    evidence::set_taken(tx, session)?;
    let mut kept = 0;
    for op in ops {
        kept += evidence::insert(tx, session, op)?;
        record(tx, &ended, op)?;
    }
    Ok(kept)
}

/// Writes the audit entry of an operation; one that this version cannot read is in the evidence alone.
fn record(tx: &mut Tx<'_>, ended: &EndedSession, op: &OperationEnvelope) -> Result<(), Error> {
    let Ok(operation) = Operation::read(op.v, &op.operation) else { return Ok(()) };
    let (entity, row) = operation.row();
    let Ok(row) = row.parse::<Uuid>() else { return Ok(()) };
    let entry = audit::Entry {
        utility: ended.utility,
        user: ended.user,
        kind: "evidence",
        op: op.id,
        occurred_at: Some(op.occurred_at),
        row: (entity as u8, row),
    };
    audit::record(tx, &entry, [("evidence", String::new(), op.operation.get().to_owned())])
}
