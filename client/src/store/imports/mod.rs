//! An import's file: the rows of a sheet, what was found in them, what people mended, and what was committed. Encrypted as the cache is.

mod block;
mod cells;
mod earlier;
mod findings;
mod marks;
mod mends;
mod rows;
mod sums;

pub use block::{Block, Packed, Packer};
pub use findings::GroupRow;
pub use marks::{Fates, Marks, Only, pack_findings, unpack_findings};
pub use rows::{StoredBlock, StoredRow};
pub use sums::{PARTS, Sums};

use crate::error::Error;
use crate::store::files::file::{connect, migrate};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const MIGRATIONS: &[&str] = &[include_str!("0001_rows.sql"), include_str!("0002_blocks.sql")];

/// Memory for pages, in KiB. A file is read and written from its beginning to its end, so more would hold what nobody asks for again.
const PAGES: i64 = 8 << 10;

/// An import's file, open.
pub struct ImportFile {
    db: Connection,
    path: PathBuf,
    /// The block of which single rows were read last: as a rule the next ones are in it as well.
    kept: RefCell<Option<(u32, Arc<Block>)>>,
}

impl ImportFile {
    /// Opens a file with its key, or makes it.
    ///
    /// # Errors
    /// The file cannot be written, is of a later version, or has another key.
    pub fn open(path: &Path, key_hex: &str) -> Result<Self, Error> {
        let mut db = connect(path, key_hex, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        db.pragma_update(None, "cache_size", -PAGES)?;
        migrate(&mut db, MIGRATIONS, earlier::into_blocks)?;
        Ok(Self { db, path: path.to_owned(), kept: RefCell::default() })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is known of the import as a whole; `None` before that was written.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn state<S: DeserializeOwned>(&self) -> Result<Option<S>, Error> {
        let body: Option<String> = self.db.query_row("SELECT body FROM state", [], |row| row.get(0)).optional()?;
        Ok(body.map(|body| serde_json::from_str(&body)).transpose()?)
    }

    /// Writes what is known of the import as a whole.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn set_state<S: Serialize>(&self, state: &S) -> Result<(), Error> {
        write_state(&self.db, state)
    }

    /// Does `work` in one transaction: if it fails, nothing is written.
    ///
    /// # Errors
    /// The error of `work`, or the file cannot be written.
    pub fn transact<R>(&mut self, work: impl FnOnce(&ImportTx<'_>) -> Result<R, Error>) -> Result<R, Error> {
        self.kept.take();
        let tx = ImportTx(self.db.transaction_with_behavior(TransactionBehavior::Immediate)?);
        let outcome = work(&tx)?;
        tx.0.commit()?;
        Ok(outcome)
    }

    /// Closes the file and deletes it.
    ///
    /// # Errors
    /// It cannot be deleted.
    pub fn delete(self) -> Result<(), Error> {
        let Self { db, path, .. } = self;
        drop(db);
        for suffix in ["", "-wal", "-shm"] {
            let mut name = path.clone().into_os_string();
            name.push(suffix);
            match std::fs::remove_file(&name) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }
}

/// A transaction of an import's file.
pub struct ImportTx<'a>(Transaction<'a>);

impl ImportTx<'_> {
    /// Writes what is known of the import as a whole.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn set_state<S: Serialize>(&self, state: &S) -> Result<(), Error> {
        write_state(&self.0, state)
    }
}

fn write_state<S: Serialize>(db: &Connection, state: &S) -> Result<(), Error> {
    let sql = "INSERT INTO state (one, body) VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET body = excluded.body";
    db.prepare_cached(sql)?.execute([serde_json::to_string(state)?])?;
    Ok(())
}
