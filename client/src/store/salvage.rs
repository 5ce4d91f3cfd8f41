//! What can still be read of an outbox that is damaged.

use super::files::{connect, make_outbox};
use crate::error::Error;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, params_from_iter};
use std::path::Path;

/// Whether all of an outbox can be read. Costs a walk over it.
///
/// # Errors
/// It cannot be looked at now.
pub(super) fn is_whole(file: &Path, key_hex: &str) -> Result<bool, Error> {
    let db = connect(file, key_hex, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    match db.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0)).map_err(Error::from) {
        Ok(said) => Ok(said == "ok"),
        Err(error) if error.is_noise() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes an outbox of what can be read of a damaged one, row by row.
///
/// # Errors
/// Not even its schema can be read, or a file cannot be used now.
pub(super) fn salvage(damaged: &Path, into: &Path, key_hex: &str) -> Result<(), Error> {
    make_outbox(into, key_hex)?;
    let mut fresh = connect(into, key_hex, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let tx = fresh.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut from = Damaged { file: damaged, key_hex, db: connect(damaged, key_hex, OpenFlags::SQLITE_OPEN_READ_ONLY)? };
    // Where how many there are cannot be read, so many are looked for.
    let (ops, pictures) = (100_000, 1_000);
    for row in 1..=from.last("SELECT seq FROM sqlite_sequence WHERE name = 'op'")?.unwrap_or(ops) {
        from.copy(&tx, "op", row)?;
    }
    for row in 1..=from.last("SELECT MAX(rowid) FROM picture")?.unwrap_or(pictures) {
        from.copy(&tx, "picture", row)?;
    }
    for (key, value) in from.noted()?.unwrap_or_default() {
        tx.execute("INSERT INTO meta (key, value) VALUES (?1, ?2)", [key, value])?;
    }
    // What built on an operation that is lost says itself what it saw, so that whatever it meets is merged or shown as a conflict.
    tx.execute("UPDATE op SET after_op = NULL WHERE after_op NOT IN (SELECT op_id FROM op)", [])?;
    Ok(tx.commit()?)
}

/// A file of which some pages are noise.
struct Damaged<'a> {
    file: &'a Path,
    key_hex: &'a str,
    db: Connection,
}

impl Damaged<'_> {
    /// Reads what may be noise: then there is nothing.
    fn read<R>(&mut self, read: impl FnOnce(&Connection) -> Result<Option<R>, Error>) -> Result<Option<R>, Error> {
        match read(&self.db) {
            Err(error) if error.is_noise() => {
                // One that has met noise reads nothing any more.
                self.db = connect(self.file, self.key_hex, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
                Ok(None)
            }
            other => other,
        }
    }

    /// The last row of a table, 0 where it has none.
    fn last(&mut self, sql: &str) -> Result<Option<i64>, Error> {
        self.read(|db| Ok(Some(db.query_row(sql, [], |row| row.get::<_, Option<i64>>(0)).optional()?.flatten().unwrap_or(0))))
    }

    /// What is noted beside the operations, as the life of the server's data.
    fn noted(&mut self) -> Result<Option<Vec<(String, String)>>, Error> {
        self.read(|db| {
            let mut query = db.prepare("SELECT key, value FROM meta")?;
            Ok(Some(query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?))
        })
    }

    /// Brings a row over, if it is there and can be read.
    fn copy(&mut self, into: &Connection, table: &str, row: i64) -> Result<(), Error> {
        let values = self.read(|db| {
            let mut query = db.prepare_cached(&format!("SELECT * FROM {table} WHERE rowid = ?1"))?;
            let columns = query.column_count();
            let values =
                query.query_row([row], |row| (0..columns).map(|column| row.get(column)).collect::<Result<Vec<Value>, _>>());
            Ok(values.optional()?)
        })?;
        if let Some(values) = values {
            let places = vec!["?"; values.len()].join(", ");
            into.prepare_cached(&format!("INSERT INTO {table} VALUES ({places})"))?.execute(params_from_iter(values))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::*;
    use domain::edit::{Change, CustomerField, Patch};
    use domain::{CustomerId, UserId, UtcMillis};
    use protocol::push::Command;
    use std::collections::BTreeMap;
    use std::os::unix::fs::FileExt;
    use uuid::Uuid;

    const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    const OPS: u128 = 400;
    const PAGE: u64 = 4_096;

    /// Edits of so many customers, each edited twice.
    fn edits(store: &Store) {
        for place in 0..OPS {
            let command = Command::EditCustomer {
                customer: CustomerId(Uuid::from_u128(place / 2)),
                patch: Patch(BTreeMap::from([(CustomerField::City, Change { from: "".into(), to: format!("Kota {place}") })])),
            };
            store.submit(Uuid::from_u128(place), &command, "Sari", UtcMillis(1)).unwrap();
        }
    }

    #[test]
    fn of_an_outbox_with_a_page_of_noise_all_else_still_waits() {
        let dir = tempfile::tempdir().unwrap();
        let (outbox, user) = (dir.path().join("outbox.db"), UserId(Uuid::from_u128(1)));
        let store = Store::open(&dir.path().join("cache.db"), KEY).unwrap();
        assert_eq!(store.open_outbox(user, &outbox).unwrap(), None);
        edits(&store);
        store.write_now(|db| crate::store::life::note_life(db, Some(5))).unwrap();
        store.close_outbox().unwrap();
        let whole = connect(&outbox, KEY, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
        whole.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        let root_of = |table: &str| -> u32 {
            whole.query_row("SELECT rootpage FROM sqlite_schema WHERE name = ?1", [table], |row| row.get(0)).unwrap()
        };
        let (root, meta) = (root_of("op"), root_of("meta"));
        drop(whole);
        assert!(is_whole(&outbox, KEY).unwrap());
        let (pages, mut hurt) = (std::fs::metadata(&outbox).unwrap().len() / PAGE, 0);
        // The first page is the file's head, without which nothing can be read, and without the table's root no operation.
        for page in (2..=pages).filter(|page| *page != u64::from(root)) {
            let copy = dir.path().join(format!("copy-{page}.db"));
            std::fs::copy(&outbox, &copy).unwrap();
            let file = std::fs::OpenOptions::new().write(true).open(&copy).unwrap();
            file.write_all_at(&[7; 64], (page - 1) * PAGE + 1_000).unwrap();
            let aside = store.open_outbox(user, &copy).unwrap().expect("it is seen");
            assert!(!is_whole(&aside, KEY).unwrap() && is_whole(&copy, KEY).unwrap());
            let ops = store.read_now(crate::store::outbox::open_ops).unwrap();
            let life = store.read_now(crate::store::life::known).unwrap();
            assert!(page == u64::from(meta) || life == Some(5), "page {page}");
            // A page holds less than twenty of them.
            assert!(ops.len() as u128 > OPS - 20, "page {page}: {}", ops.len());
            for op in &ops {
                assert!(op.command.get().contains(&format!("Kota {}\"", op.id.as_u128())), "{op:?}");
                assert!(op.after.is_none_or(|before| ops.iter().any(|op| op.id == before)), "{op:?} builds on what is lost");
            }
            hurt += u64::from((ops.len() as u128) < OPS);
        }
        assert!(hurt > 5, "the noise was somewhere else");
        // Killed between the two renames.
        store.close_outbox().unwrap();
        let copy = dir.path().join(format!("copy-{pages}.db"));
        std::fs::rename(&copy, copy.with_extension("rest")).unwrap();
        assert_eq!(store.open_outbox(user, &copy).unwrap(), None);
        assert!(store.read_now(crate::store::outbox::counts).unwrap().waiting > 300);
        // What comes now is behind what was saved.
        store
            .submit(
                Uuid::from_u128(OPS),
                &Command::EditCustomer { customer: CustomerId(Uuid::nil()), patch: Patch(BTreeMap::new()) },
                "Sari",
                UtcMillis(2),
            )
            .unwrap();
        assert_eq!(store.read_now(crate::store::outbox::open_ops).unwrap().last().unwrap().id, Uuid::from_u128(OPS));
    }
}
