//! A refused operation that its author sends again.

use crate::error::Error;
use crate::store::{Store, overlay};
use protocol::sync::push::Outcome;
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

impl Store {
    /// Sends a refused operation again under a new identity.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn retry_parked(&self, op: Uuid, new: Uuid) -> Result<(), Error> {
        self.write_now(|db| send_again_as(db, op, new))
    }
}

fn send_again_as(db: &Connection, op: Uuid, new: Uuid) -> Result<(), Error> {
    let found: Option<(u8, String, String, Option<String>)> = db
        .prepare_cached("SELECT entity, row_id, payload, outcome FROM outbox.op WHERE op_id = ?1 AND state = 'parked'")?
        .query_row([op.to_string()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    let Some((entity, row, payload, outcome)) = found else { return Ok(()) };
    // A refusal is final for its identity, so what is sent again is another operation. Those that build on it build on the new one.
    let new = new.to_string();
    db.prepare_cached(
        "UPDATE outbox.op SET op_id = ?2, payload = ?3, after_op = NULL, state = 'pending', outcome = NULL, retired = 0, not_before = 0,
           attempts = 0 WHERE op_id = ?1",
    )?
    .execute(params![op.to_string(), new, with_conflict_seen(&payload, outcome.as_deref())?])?;
    db.prepare_cached("UPDATE outbox.op SET after_op = ?2 WHERE after_op = ?1 AND state = 'pending'")?
        .execute([op.to_string(), new.clone()])?;
    move_to_end(db, new)?;
    Entity::from_code(entity).map_or(Ok(()), |entity| overlay::apply_overlay(db, entity, &row))
}

/// Puts an operation, and those that build on it, behind all others: what was done since it was refused was done without it.
fn move_to_end(db: &Connection, op: String) -> Result<(), Error> {
    let mut next = Some(op);
    while let Some(op) = next {
        db.prepare_cached("UPDATE outbox.op SET seq = (SELECT MAX(seq) + 1 FROM outbox.op) WHERE op_id = ?1")?.execute([&op])?;
        next = db
            .prepare_cached("SELECT op_id FROM outbox.op WHERE after_op = ?1 AND state = 'pending'")?
            .query_row([&op], |row| row.get(0))
            .optional()?;
    }
    Ok(())
}

/// The operation with the conflicting value of its refusal as what its author saw: somebody has seen the other value, and wants theirs all
/// the same.
pub(super) fn with_conflict_seen(payload: &str, outcome: Option<&str>) -> Result<String, Error> {
    let outcome: Option<Outcome> = outcome.and_then(|text| serde_json::from_str(text).ok());
    let Some(Outcome::Rejected { conflict: Some(conflict), .. }) = outcome else { return Ok(payload.to_owned()) };
    let mut operation: serde_json::Value = serde_json::from_str(payload)?;
    let (seen, theirs): (String, serde_json::Value) = match operation["kind"].as_str() {
        Some("move_connection") => ("/from".to_owned(), conflict.theirs.into()),
        Some("set_work_priority") => ("/was".to_owned(), conflict.theirs.into()),
        // A refusal has a window with both its ends; what its author saw of it is the first.
        Some("move_work") => {
            let from = conflict.theirs.split_once('-').and_then(|(from, _)| from.parse::<i64>().ok());
            let Some(from) = from else { return Ok(payload.to_owned()) };
            ("/was".to_owned(), from.into())
        }
        _ => (format!("/patch/{}/from", conflict.field), conflict.theirs.into()),
    };
    if let Some(from) = operation.pointer_mut(&seen) {
        *from = theirs;
    }
    Ok(operation.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::maintenance::priority::Priority;
    use domain::sync::edit::Conflict;
    use domain::{MeterId, UtcMillis, WorkOrderId};
    use protocol::sync::push::{Operation, Rejection};
    use protocol::sync::work::WorkPriorityChange;
    use serde_json::json;

    /// What an operation says that its author saw, once it is sent again behind a refusal with another value.
    fn was(operation: &Operation, field: &str, theirs: &str) -> serde_json::Value {
        let (base, mine) = (String::new(), String::new());
        let conflict = Conflict { field: field.to_owned(), base, mine, theirs: theirs.to_owned() };
        let refused = Outcome::Rejected { code: Rejection::Conflict, field: None, conflict: Some(Box::new(conflict)) };
        let (payload, refused) = (serde_json::to_string(operation).unwrap(), serde_json::to_string(&refused).unwrap());
        let again: serde_json::Value = serde_json::from_str(&with_conflict_seen(&payload, Some(&refused)).unwrap()).unwrap();
        again["was"].clone()
    }

    #[test]
    fn work_that_is_moved_or_made_pressing_again_builds_on_what_the_other_one_said() {
        let (order, meter) = (WorkOrderId(Uuid::nil()), MeterId(Uuid::nil()));
        let (first, from, until) = (UtcMillis(1), UtcMillis(20), UtcMillis(30));
        let moved = Operation::MoveWork { order, meter, was: first, from, until };
        assert_eq!((was(&moved, "window", "5-10"), was(&moved, "window", "soon")), (json!(5), json!(1)));
        let change = WorkPriorityChange { order, meter, was: Priority::Normal, to: Priority::High };
        assert_eq!(was(&Operation::SetWorkPriority(change), "priority", "urgent"), json!("urgent"));
    }
}
