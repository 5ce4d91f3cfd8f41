//! Opening balances of a sheet: the operation of a row, and the one that takes it back. What became of either is the server's to say: a device shows
//! no money that the server has not booked.

use crate::error::Error;
use crate::imports::operations::{Part, derived};
use crate::queries::known;
use crate::store::Store;
use crate::store::outbox::{BatchOperation, batches};
use domain::{ConnectionId, OpeningId, Rupiah};
use protocol::sync::push::Operation;
use protocol::sync::rows::Entity;
use uuid::Uuid;

/// The characters of a file's name that are sent.
const LONGEST_SOURCE: usize = 255;

/// The opening balance that a row brings.
pub fn opening_of(import: Uuid, row: u32) -> OpeningId {
    OpeningId(derived(import, row, Part::Opening))
}

/// The operation by which a row brings it.
fn adding_of(import: Uuid, row: u32) -> Uuid {
    derived(import, row, Part::AddOpening)
}

/// The operation of a row: so much for a connection, from a file of that name. `title` is what people call the row.
pub fn operation(
    import: Uuid,
    row: u32,
    (connection, amount): (ConnectionId, Rupiah),
    (file, title): (&str, &str),
) -> BatchOperation {
    let source = file.chars().filter(|letter| !letter.is_control()).take(LONGEST_SOURCE).collect();
    let opening = opening_of(import, row);
    BatchOperation {
        id: adding_of(import, row),
        operation: Operation::AddOpening { opening, connection, amount, import, row, source },
        title: format!("{title} · {amount}"),
        after: None,
    }
}

/// What takes a row's opening balance back.
pub fn undo(import: Uuid, row: u32, connection: ConnectionId, title: &str) -> BatchOperation {
    let operation = Operation::TakeBackOpening { opening: opening_of(import, row), connection };
    BatchOperation { id: derived(import, row, Part::UndoOpening), operation, title: title.to_owned(), after: None }
}

/// The connection for which a row brought an opening balance that waits or was sent, also where a person has sent it again; `None` where it was
/// refused or dropped.
///
/// # Errors
/// The cache or the outbox cannot be read.
pub fn brought(store: &Store, import: Uuid, row: u32, number: &str) -> Result<Option<ConnectionId>, Error> {
    // By its identity first: two customers may have been merged since, and the number be nobody's.
    if let Some(Operation::AddOpening { connection, .. }) = store.read_now(|db| batches::done_by(db, adding_of(import, row)))? {
        return Ok(Some(connection));
    }
    let Some(known) = store.read_now(|db| known::customer_of_number(db, number))? else { return Ok(None) };
    let wanted = opening_of(import, row);
    for connection in known.connections {
        let done = store.read_now(|db| batches::done_to(db, import, Entity::Credit, &connection.id.to_string()))?;
        if done.iter().any(|operation| matches!(operation, Operation::AddOpening { opening, .. } if *opening == wanted)) {
            return Ok(Some(connection.id));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::outbox::settle::settle;
    use crate::store::rows::read_row;
    use domain::field::device_clock::Stamp;
    use domain::{UserId, UtcMillis};
    use protocol::sync::push::{OperationResult, Outcome, Rejection};

    #[test]
    fn an_opening_balance_is_the_same_operation_again_and_is_found_by_its_connection_until_it_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("cache.db"), &"00".repeat(32)).unwrap();
        let user = UserId(Uuid::from_u128(1));
        store.open_outbox(user, &dir.path().join("outbox.db")).unwrap();
        let (import, connection) = (Uuid::now_v7(), ConnectionId(Uuid::from_u128(7)));
        let made = || operation(import, 5, (connection, Rupiah(-150_000)), ("saldo\u{7}.csv", "0101"));
        assert_eq!((made().id, &made().operation), (made().id, &made().operation));
        assert_eq!(made().title, "0101 · −Rp150.000");
        assert!(matches!(made().operation, Operation::AddOpening { source, row: 5, .. } if source == "saldo.csv"));
        for _ in 0..2 {
            store.submit_batch(Some(user), import, &[made()], &Stamp::from(UtcMillis(5))).unwrap();
        }
        let found = || store.read_now(|db| batches::done_to(db, import, Entity::Credit, &connection.to_string())).unwrap();
        assert_eq!(found(), [made().operation], "once");
        let by_row = || brought(&store, import, 5, "0101").unwrap();
        assert_eq!(by_row(), Some(connection), "also where nobody has the number any more");
        let shown = store.read_now(|db| read_row(db, Entity::Credit, &connection.to_string())).unwrap();
        assert!(shown.is_none(), "no money is made on a device");
        let outcome = Outcome::Rejected { code: Rejection::Invalid, field: None, conflict: None };
        let result = OperationResult { id: made().id, duplicate: false, outcome };
        store.write_now(|db| settle(db, &result, UtcMillis(6), UtcMillis(6))).unwrap();
        assert_eq!((found(), by_row()), (vec![], None));
    }
}
