//! Which customers the writing connection changes, for what is kept of them in memory (`queries/roster`).
//!
//! Triggers on that connection record it in the transaction itself, whichever statement writes and of whatever row that is read of a customer.
//! A transaction's customers are noted before it is committed, and it counts as committed afterwards. So whoever asks first what is committed,
//! then begins to read, and then asks who was noted, learns of everything that it can see.

use crate::error::Error;
use rusqlite::Connection;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// Customers that are kept apart; of more it is only known that somebody changed.
const MANY: usize = 4_096;

/// In the place of a customer: somebody changed, and it is not known who.
const EVERYBODY: &str = "";

/// In the place of a customer: nothing is recorded, in this transaction and those that follow.
const UNWATCHED: &str = "*";

/// The tables of which something is read of each customer, and whose a row is. What makes a row another customer's is a change of that row or of
/// one between, which is recorded by itself. Zones are put in order of name: a change of one may be a change of all.
const TABLES: [(&str, &str); 8] = [
    ("customer", "SELECT row.id AS id"),
    ("connection", "SELECT row.customer AS id"),
    ("meter", "SELECT customer AS id FROM connection WHERE id = row.connection"),
    ("meter_state", "SELECT n.customer AS id FROM meter m CROSS JOIN connection n ON n.id = m.connection WHERE m.id = row.id"),
    ("credit", "SELECT customer AS id FROM connection WHERE id = row.id"),
    ("base_row", "SELECT row.id AS id UNION ALL SELECT customer FROM connection WHERE id = row.id"),
    ("conflict", "SELECT row.row_id AS id UNION ALL SELECT customer FROM connection WHERE id = row.row_id"),
    ("zone", "SELECT '' AS id"),
];

/// What changes a row, and which of its versions say whose it was and is.
const EVENTS: [(&str, &[&str]); 3] = [("INSERT", &["new."]), ("UPDATE", &["old.", "new."]), ("DELETE", &["old."])];

/// Begins to record on a connection that was just opened.
///
/// # Errors
/// The connection cannot be used.
pub(crate) fn begin(db: &Connection) -> Result<(), Error> {
    // A row that is replaced is deleted first; without the pragma no trigger sees what it was.
    db.execute_batch(
        "PRAGMA recursive_triggers = ON;
         CREATE TEMP TABLE changed_customer (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;",
    )?;
    note_unwatched(db)?;
    watch(db)?;
    // Nothing has been read of it yet.
    take(db).map(drop)
}

/// Records from now on, if nothing is recorded. In this transaction anybody may have changed.
pub(crate) fn watch(db: &Connection) -> Result<(), Error> {
    if !is_unwatched(db)? {
        return Ok(());
    }
    for (table, owner) in TABLES {
        for (event, versions) in EVENTS {
            // Without OR IGNORE, which the ON CONFLICT of the statement that fires the trigger would replace.
            let record = |version: &&str| {
                let owner = owner.replace("row.", version);
                format!(
                    "INSERT INTO changed_customer (id)
                     SELECT DISTINCT id FROM ({owner}) WHERE id NOT IN (SELECT id FROM changed_customer);"
                )
            };
            let records: String = versions.iter().map(record).collect();
            let name = trigger(table, event);
            db.execute_batch(&format!("CREATE TEMP TRIGGER {name} AFTER {event} ON main.{table} BEGIN {records} END"))?;
        }
    }
    db.execute("UPDATE OR REPLACE temp.changed_customer SET id = ?2 WHERE id = ?1", [UNWATCHED, EVERYBODY])?;
    Ok(())
}

/// Records nothing until [`watch`]: anybody may change. For work of which each row would pay for a trigger, though all of them change; and SQLite
/// empties a table at once that has no trigger, and any other row by row.
pub(crate) fn unwatch(db: &Connection) -> Result<(), Error> {
    if is_unwatched(db)? {
        return Ok(());
    }
    for (table, _) in TABLES {
        for (event, _) in EVENTS {
            db.execute_batch(&format!("DROP TRIGGER temp.{}", trigger(table, event)))?;
        }
    }
    note_unwatched(db)
}

fn note_unwatched(db: &Connection) -> Result<(), Error> {
    db.execute("INSERT INTO temp.changed_customer (id) VALUES (?1)", [UNWATCHED])?;
    Ok(())
}

fn is_unwatched(db: &Connection) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM temp.changed_customer WHERE id = ?1)")?;
    Ok(query.query_row([UNWATCHED], |row| row.get(0))?)
}

fn trigger(table: &str, event: &str) -> String {
    format!("changed_customer_{table}_{event}")
}

/// Who was recorded in this transaction; called once, before it is committed.
pub(crate) fn take(db: &Connection) -> Result<Changed, Error> {
    let mut query = db.prepare_cached("SELECT id FROM temp.changed_customer")?;
    let ids = query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    if !ids.is_empty() {
        db.prepare_cached("DELETE FROM temp.changed_customer WHERE id <> ?1")?.execute([UNWATCHED])?;
    }
    let customers: Option<Vec<Uuid>> = ids.iter().map(|id| Uuid::try_parse(id).ok()).collect();
    Ok(customers.map_or(Changed::Everybody, Changed::Customers))
}

/// Who changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// These, and nobody else. Some may be no customers: a pending change can be of any row.
    Customers(Vec<Uuid>),
    /// Anybody.
    Everybody,
}

/// Who changed in the transactions of a store.
#[derive(Default)]
pub struct ChangedCustomers(Mutex<Log>);

/// Transactions are counted from 1.
#[derive(Default)]
struct Log {
    /// The last transaction that was noted.
    noted: u64,
    /// The last one that was committed.
    committed: u64,
    /// The last one in which anybody may have changed, or whose customers are forgotten.
    everybody: u64,
    /// Who changed since, each with the last transaction in which they did.
    customers: HashMap<Uuid, u64>,
}

impl ChangedCustomers {
    /// Notes who a transaction changes, before it is committed; returns its number. One that fails then was noted for nothing.
    pub(crate) fn note(&self, changed: &Changed) -> u64 {
        let mut log = self.log();
        log.noted += 1;
        let number = log.noted;
        match changed {
            Changed::Customers(customers) if log.customers.len() + customers.len() <= MANY => {
                log.customers.extend(customers.iter().map(|customer| (*customer, number)));
            }
            Changed::Customers(_) | Changed::Everybody => {
                log.everybody = number;
                log.customers.clear();
            }
        }
        number
    }

    /// A transaction was committed, and all before it that were.
    pub(crate) fn commit(&self, number: u64) {
        self.log().committed = number;
    }

    /// The last transaction that is committed.
    pub fn committed(&self) -> u64 {
        self.log().committed
    }

    /// Who was noted after a transaction, in order of identifier.
    pub fn since(&self, number: u64) -> Changed {
        let log = self.log();
        if log.everybody > number {
            return Changed::Everybody;
        }
        let mut customers: Vec<Uuid> =
            log.customers.iter().filter(|(_, last)| **last > number).map(|(customer, _)| *customer).collect();
        customers.sort_unstable();
        Changed::Customers(customers)
    }

    /// Forgets who was noted until a transaction. To whoever asks for what came after an earlier one, anybody may have changed.
    pub fn forget(&self, number: u64) {
        let mut log = self.log();
        log.everybody = log.everybody.max(number);
        log.customers.retain(|_, last| *last > number);
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use rusqlite::params;

    fn ids() -> [Uuid; 5] {
        [1, 2, 3, 4, 5].map(Uuid::from_u128)
    }

    fn store() -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("cache.db"), &"00".repeat(32)).unwrap();
        (dir, store)
    }

    /// Who changes by some statements in one transaction.
    fn by(store: &Store, write: impl FnOnce(&Connection) -> Result<(), Error>) -> Changed {
        let before = store.changed_customers().committed();
        store.write_now(write).unwrap();
        store.changed_customers().since(before)
    }

    fn connection(db: &Connection, id: Uuid, customer: Uuid) -> Result<(), Error> {
        let sql = "INSERT OR REPLACE INTO connection (id, rev, customer, zone, address, body) VALUES (?1, 1, ?2, '', '', '{}')";
        db.execute(sql, params![id.to_string(), customer.to_string()])?;
        Ok(())
    }

    fn meter(db: &Connection, id: Uuid, connection: Uuid) -> Result<(), Error> {
        let sql = "INSERT OR REPLACE INTO meter (id, rev, serial, connection, body) VALUES (?1, 1, '', ?2, '{}')";
        db.execute(sql, params![id.to_string(), connection.to_string()])?;
        Ok(())
    }

    #[test]
    fn a_row_that_is_given_to_another_customer_changes_both() {
        let (_dir, store) = store();
        let [ani, budi, first, second, device] = ids();
        let fill = |db: &Connection| {
            connection(db, first, ani)?;
            connection(db, second, budi)?;
            meter(db, device, first)
        };
        assert_eq!(by(&store, fill), Changed::Customers(vec![ani, budi]));
        assert_eq!(by(&store, |db| meter(db, device, second)), Changed::Customers(vec![ani, budi]));
        let state = |db: &Connection| {
            db.execute("INSERT INTO meter_state (id, rev, at, body) VALUES (?1, 1, 5, '{}')", [device.to_string()])?;
            Ok(())
        };
        assert_eq!(by(&store, state), Changed::Customers(vec![budi]));
        assert_eq!(by(&store, |db| connection(db, second, ani)), Changed::Customers(vec![ani, budi]));
    }

    #[test]
    fn a_zone_and_an_emptied_cache_change_everybody_and_what_is_rolled_back_nobody() {
        let (_dir, store) = store();
        let [ani, budi, first, ..] = ids();
        let zone = |db: &Connection| {
            db.execute("INSERT INTO zone (id, rev, body) VALUES ('z', 1, '{}')", [])?;
            Ok(())
        };
        assert_eq!(by(&store, zone), Changed::Everybody);
        let before = store.changed_customers().committed();
        let fails = store.write_now(|db| {
            connection(db, first, ani)?;
            Err::<(), _>(Error::Protocol("no".into()))
        });
        assert!(fails.is_err());
        assert_eq!(store.changed_customers().since(before), Changed::Customers(vec![]));
        assert_eq!(by(&store, |db| connection(db, first, ani)), Changed::Customers(vec![ani]), "it is recorded once more");
        let empty = |db: &Connection| {
            unwatch(db)?;
            db.execute("DELETE FROM connection", [])?;
            Ok(())
        };
        assert_eq!(by(&store, empty), Changed::Everybody);
        assert_eq!(by(&store, |db| connection(db, first, ani)), Changed::Everybody, "as long as nothing is recorded");
        assert_eq!(by(&store, watch), Changed::Everybody);
        assert_eq!(by(&store, |db| connection(db, first, budi)), Changed::Customers(vec![ani, budi]));
    }

    #[test]
    fn what_is_noted_and_not_committed_is_named_until_it_is_and_the_log_stays_small() {
        let log = ChangedCustomers::default();
        let [ani, budi, ..] = ids();
        let first = log.note(&Changed::Customers(vec![ani]));
        assert_eq!(log.committed(), 0);
        assert_eq!(log.since(0), Changed::Customers(vec![ani]), "it may be seen from now on");
        log.commit(first);
        let second = log.note(&Changed::Customers(vec![budi]));
        log.forget(first);
        assert_eq!(log.since(first), Changed::Customers(vec![budi]));
        assert_eq!(log.since(0), Changed::Everybody, "of what was before it is forgotten who it was");
        log.commit(second);
        let many = (0..=MANY as u128).map(Uuid::from_u128).collect();
        assert_eq!(log.note(&Changed::Customers(many)), second + 1);
        assert_eq!(log.since(second), Changed::Everybody);
        assert_eq!(log.since(second + 1), Changed::Customers(vec![]));
    }
}
