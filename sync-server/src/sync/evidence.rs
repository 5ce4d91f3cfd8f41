//! Evidence: what a remotely signed-out device still had in its outbox. It is taken once, in parts, changes nothing, and is kept for review
//! (sync.md, Rules).

use crate::core::turns::{Lane, Source};
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use crate::sync::rows::evidence;
use crate::sync::rows::evidence::EndedSession;
use protocol::core::problem::Code;
use protocol::sync::push::{MAX_OPERATION, MAX_OPS, Operation, OperationEnvelope};
use uuid::Uuid;

/// Operations that are kept of one session at most; an outbox that waits this long is no outbox any more.
const MAX_KEPT: i64 = 200_000;

/// In whose lane a session's evidence waits.
///
/// # Errors
/// [`Code::Unauthenticated`] if there is no such session or it was not ended remotely, [`Code::NotFound`] if its device has brought its
/// evidence already, or the database.
pub fn may_bring(db: &Db, session: Uuid) -> Result<Source, Error> {
    let ended = ended(db, session)?;
    Ok(Source { lane: Lane::User(ended.user), utility: Some(ended.utility) })
}

fn ended(db: &Db, session: Uuid) -> Result<EndedSession, Error> {
    let Some(ended) = evidence::ended_session(db, session)? else {
        return Err(Error::problem(Code::Unauthenticated, "the session is not known, or was not ended remotely"));
    };
    if ended.is_taken {
        return Err(Error::problem(Code::NotFound, "this device has brought its evidence"));
    }
    Ok(ended)
}

/// Checks one part against what an outbox can hold.
///
/// # Errors
/// [`Code::TooLarge`].
pub fn admit(ops: &[OperationEnvelope]) -> Result<(), Error> {
    if ops.len() > MAX_OPS {
        return Err(Error::problem(Code::TooLarge, format!("{MAX_OPS} operations at most in one part")));
    }
    if ops.iter().any(|op| op.operation.get().len() > MAX_OPERATION) {
        return Err(Error::problem(Code::TooLarge, format!("an operation has {MAX_OPERATION} bytes at most")));
    }
    Ok(())
}

/// What an operation holds in memory.
pub fn bytes(op: &OperationEnvelope) -> usize {
    size_of::<OperationEnvelope>() + op.operation.get().len() + op.lane.len()
}

/// Keeps one operation of the device of an ended session, with an audit entry; returns 0 if it is kept already, or
/// as much of this session is kept as may be.
///
/// # Errors
/// As [`may_bring`].
pub fn take(tx: &mut Tx<'_>, session: Uuid, op: &OperationEnvelope) -> Result<usize, Error> {
    let ended = ended(tx, session)?;
    let kept = evidence::insert(tx, session, op, MAX_KEPT)?;
    if kept > 0 {
        record(tx, &ended, op)?;
    }
    Ok(kept)
}

/// Ends it: nothing more is taken from the session.
///
/// # Errors
/// As [`may_bring`].
pub fn end(tx: &mut Tx<'_>, session: Uuid) -> Result<(), Error> {
    ended(tx, session)?;
    evidence::set_taken(tx, session)
}

/// Writes the audit entry of an operation; one that this version cannot read is in the evidence alone.
fn record(tx: &mut Tx<'_>, ended: &EndedSession, op: &OperationEnvelope) -> Result<(), Error> {
    let Ok(operation) = Operation::read(op.v, &op.operation) else { return Ok(()) };
    let (entity, row) = operation.row();
    let Ok(row) = row.parse::<Uuid>() else { return Ok(()) };
    let entry = audit::Entry {
        utility: ended.utility,
        user: Some(ended.user),
        kind: "evidence",
        op: op.id,
        occurred_at: Some(op.occurred_at),
        row: (entity as u8, row),
    };
    audit::record(tx, &entry, [("evidence", String::new(), op.operation.get().to_owned())])
}
