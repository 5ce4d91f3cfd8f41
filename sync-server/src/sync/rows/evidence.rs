//! Evidence: sessions that were ended remotely, and the operations that their devices still held.

use crate::core::{Db, Tx};
use crate::error::Error;
use protocol::sync::push::OperationEnvelope;
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

/// A session that was ended remotely.
pub struct EndedSession {
    /// Key of its user.
    pub user: i64,
    /// Key of the user's utility.
    pub utility: i64,
    /// Whether its device has brought its evidence.
    pub is_taken: bool,
}

/// A session that was ended remotely, or whose user is not active any more.
///
/// # Errors
/// The database.
pub fn ended_session(db: &Db, session: Uuid) -> Result<Option<EndedSession>, Error> {
    let mut query = db.prepare_cached(
        "SELECT u.num, u.utility, s.evidence_at FROM session s JOIN user u ON u.num = s.user
         WHERE s.id = ?1 AND (s.ended_by = 'remote' OR u.active = 0)",
    )?;
    let found = query.query_row([session.as_bytes()], |row| {
        Ok(EndedSession { user: row.get(0)?, utility: row.get(1)?, is_taken: row.get::<_, Option<i64>>(2)?.is_some() })
    });
    Ok(found.optional()?)
}

/// Writes that a session's device has brought its evidence.
///
/// # Errors
/// The database.
pub fn set_taken(tx: &mut Tx<'_>, session: Uuid) -> Result<(), Error> {
    tx.db.execute("UPDATE session SET evidence_at = ?2 WHERE id = ?1", params![session.as_bytes(), tx.now.0])?;
    Ok(())
}

/// Writes an operation as evidence; returns 0 if it is there already, or if `most` of this session are.
///
/// # Errors
/// The database.
pub fn insert(tx: &mut Tx<'_>, session: Uuid, op: &OperationEnvelope, most: i64) -> Result<usize, Error> {
    let mut counted =
        tx.db.prepare_cached("UPDATE session SET evidence_count = evidence_count + 1 WHERE id = ?1 AND evidence_count < ?2")?;
    let mut insert = tx.db.prepare_cached(
        "INSERT OR IGNORE INTO evidence (session, op_id, seq, v, command, occurred_at, at)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 FROM session WHERE id = ?1 AND evidence_count < ?8",
    )?;
    let inserted = insert.execute(params![
        session.as_bytes(),
        op.id.as_bytes(),
        op.seq as i64,
        op.v,
        op.operation.get(),
        op.occurred_at.0,
        tx.now.0,
        most
    ])?;
    if inserted > 0 {
        counted.execute(params![session.as_bytes(), most])?;
    }
    Ok(inserted)
}
