//! What users say of advice on saving water at their connections: rows of the user's own bucket, so that what was said on one device is on all.

use crate::core::Tx;
use crate::core::feed::RowId;
use crate::core::scope::Caller;
use crate::error::Error;
use crate::metering::rows::tips as rows;
use domain::ConnectionId;
use domain::tips::{TipMark, TipMarks, TipName, state_id};
use protocol::sync::rows::Entity;
use uuid::Uuid;

/// Of so many pieces of advice a user can say something at a connection; an app has some dozens.
const MOST: i64 = 500;

/// What was said changed what holds, and how.
pub struct Marked {
    /// The row.
    pub id: Uuid,
    /// What held before.
    pub before: TipMarks,
    /// What holds now.
    pub after: TipMarks,
}

/// Writes what a user says of an advice at a connection (key and identifier), into the user's bucket too; none if it is said of too many.
///
/// # Errors
/// The database.
pub fn mark(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (connection, of): (i64, ConnectionId),
    (tip, mark): (&TipName, TipMark),
) -> Result<Option<Marked>, Error> {
    let id = state_id(caller.id, of, tip);
    let found = rows::find(tx, id)?;
    if found.is_none() && rows::count(tx, caller.num, connection)? >= MOST {
        return Ok(None);
    }
    let before = found.unwrap_or_default();
    let after = before.with(mark);
    if after != before || found.is_none() {
        let rev = rows::write(tx, id, (caller.num, connection, tip), after)?;
        let own = tx.bucket(caller.utility, format!("user:{}", caller.id))?;
        tx.put(own, Entity::TipState, &RowId::of(*id.as_bytes()), rev)?;
    }
    Ok(Some(Marked { id, before, after }))
}
