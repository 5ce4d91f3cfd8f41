//! The open files: one connection that writes, another that reads.

use crate::error::Error;
use crate::store::files::changed::{self, Changed, ChangedCustomers};
use crate::store::files::file::{connect, is_whole, migrate, set_aside};
use crate::store::rows::fill_columns;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

const MIGRATIONS: &[&str] = &[
    include_str!("../../../migrations/0001_init.sql"),
    include_str!("../../../migrations/0002_editing.sql"),
    include_str!("../../../migrations/0003_landed.sql"),
    include_str!("../../../migrations/0004_facts.sql"),
    include_str!("../../../migrations/0005_lists.sql"),
    include_str!("../../../migrations/0006_money.sql"),
    include_str!("../../../migrations/0007_told.sql"),
    include_str!("../../../migrations/0008_glossary.sql"),
    include_str!("../../../migrations/0009_search.sql"),
    include_str!("../../../migrations/0010_notifications.sql"),
    include_str!("../../../migrations/0011_read_mark.sql"),
    include_str!("../../../migrations/0012_cases.sql"),
    include_str!("../../../migrations/0013_shown_alert.sql"),
    include_str!("../../../migrations/0014_imports.sql"),
    include_str!("../../../migrations/0015_scheduled_notice.sql"),
    include_str!("../../../migrations/0016_facets.sql"),
    include_str!("../../../migrations/0017_letterhead.sql"),
    include_str!("../../../migrations/0018_work_orders.sql"),
    include_str!("../../../migrations/0019_revenue.sql"),
    include_str!("../../../migrations/0020_saved_views.sql"),
    include_str!("../../../migrations/0023_reports.sql"),
    include_str!("../../../migrations/0024_tips.sql"),
    include_str!("../../../migrations/0030_report_runs.sql"),
    include_str!("../../../migrations/0031_work_records.sql"),
    include_str!("../../../migrations/0032_meter_swaps.sql"),
    include_str!("../../../migrations/0035_neighbours.sql"),
    include_str!("../../../migrations/0036_checklists_without_names.sql"),
    include_str!("../../../migrations/0037_van_parts.sql"),
];

/// The schema from which on the columns that lists are searched and sorted by are there.
const SEARCHED: i64 = 9;

/// Fills in the columns of rows that came before there were any.
fn fill(db: &Connection, found: i64) -> Result<(), Error> {
    if (1..SEARCHED).contains(&found) { fill_columns(db) } else { Ok(()) }
}

/// The cache of one device, with the outbox that is attached to it.
#[derive(Clone)]
pub struct Store {
    pub(in crate::store) file: PathBuf,
    pub(in crate::store) key: String,
    pub(in crate::store) writing: Arc<Mutex<Connection>>,
    pub(in crate::store) reading: Arc<Mutex<Connection>>,
    changed: Arc<ChangedCustomers>,
}

impl Store {
    /// Opens the cache with its key. One that cannot be read with it, or is corrupt, is set aside and a new one created: the server has
    /// everything that was in it. One that only cannot be used now stays where it is, for whoever has no network to read it later.
    ///
    /// # Errors
    /// The folder cannot be written, or the cache cannot be used now.
    pub fn open(file: &Path, key_hex: &str) -> Result<Self, Error> {
        Self::open_or_replace(file, || Self::open_as_is(file, key_hex))
    }

    fn open_or_replace(file: &Path, open: impl Fn() -> Result<Self, Error>) -> Result<Self, Error> {
        match open() {
            Err(error) if file.exists() && !error.is_of_the_moment() => {
                let aside = set_aside(file)?;
                tracing::warn!(%error, aside = %aside.display(), "the cache could not be read; it is rebuilt");
                open()
            }
            opened => opened,
        }
    }

    fn open_as_is(file: &Path, key_hex: &str) -> Result<Self, Error> {
        let mut writing = connect(file, key_hex, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        migrate(&mut writing, MIGRATIONS, fill)?;
        changed::begin(&writing)?;
        let reading = connect(file, key_hex, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        Ok(Self {
            file: file.to_owned(),
            key: key_hex.to_owned(),
            writing: Arc::new(Mutex::new(writing)),
            reading: Arc::new(Mutex::new(reading)),
            changed: Arc::default(),
        })
    }

    /// Waits for what is being read and written, and lets nothing follow. SQLCipher takes its state down when the program ends, and a statement
    /// that still ran would crash it.
    pub fn stop(&self) {
        for connection in [&self.writing, &self.reading] {
            std::mem::forget(connection.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }

    /// Opens the cache again after something corrupt was read. If the file is damaged it is set aside and a new one created. The outbox is
    /// detached, and has to be opened again. Costs a walk over all of the cache.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn reopen(&self) -> Result<(), Error> {
        let is_whole = is_whole(&self.file, &self.key)?;
        let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        // Nothing that was read of the cache before holds of the one that is opened.
        self.changed.commit(self.changed.note(&Changed::Everybody));
        // Both connections are closed before the file is renamed.
        *writing = Connection::open_in_memory()?;
        *reading = Connection::open_in_memory()?;
        if !is_whole {
            let aside = set_aside(&self.file)?;
            tracing::warn!(aside = %aside.display(), "the cache was damaged; it is rebuilt");
        }
        let fresh = Self::open_as_is(&self.file, &self.key)?;
        std::mem::swap(&mut *writing, &mut fresh.writing.lock().unwrap_or_else(PoisonError::into_inner));
        std::mem::swap(&mut *reading, &mut fresh.reading.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(())
    }

    /// Which customers the transactions of this store change.
    pub(crate) fn changed_customers(&self) -> Arc<ChangedCustomers> {
        Arc::clone(&self.changed)
    }

    /// The key of the files.
    pub(crate) fn key_hex(&self) -> String {
        self.key.clone()
    }

    /// Runs a job with this store off the async threads.
    ///
    /// # Errors
    /// The job's.
    pub async fn blocking<R: Send + 'static>(
        &self,
        job: impl FnOnce(&Self) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let store = self.clone();
        tokio::task::spawn_blocking(move || job(&store)).await.map_err(|error| Error::Io(std::io::Error::other(error)))?
    }

    /// Reads, on this thread.
    ///
    /// # Errors
    /// The error of `read`.
    pub fn read_now<R>(&self, read: impl FnOnce(&Connection) -> Result<R, Error>) -> Result<R, Error> {
        read(&self.reading.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Writes in one transaction, on this thread. If `write` fails, nothing is written.
    ///
    /// # Errors
    /// The error of `write`.
    pub fn write_now<R>(&self, write: impl FnOnce(&Connection) -> Result<R, Error>) -> Result<R, Error> {
        let mut connection = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let outcome = write(&tx)?;
        // Noted before and counted after: whoever sees a change finds who it was, and whoever finds it counted sees it.
        let number = self.changed.note(&changed::take(&tx)?);
        tx.commit()?;
        self.changed.commit(number);
        Ok(outcome)
    }

    /// Lends the writing connection itself, for tests of what happens when it fails. It may change anybody.
    pub fn with_writer<R>(&self, with: impl FnOnce(&mut Connection) -> R) -> R {
        let mut connection = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let number = self.changed.note(&Changed::Everybody);
        let outcome = with(&mut connection);
        self.changed.commit(number);
        outcome
    }

    /// Reads, off the async threads.
    ///
    /// # Errors
    /// The error of `read`.
    pub async fn read<R: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        self.blocking(move |store| store.read_now(read)).await
    }

    /// Writes in one transaction, off the async threads. If `write` fails, nothing is written.
    ///
    /// # Errors
    /// The error of `write`.
    pub async fn write<R: Send + 'static>(
        &self,
        write: impl FnOnce(&Connection) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        self.blocking(move |store| store.write_now(write)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    #[tokio::test]
    async fn the_file_cannot_be_read_without_its_key() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("cache.db");
        let store = Store::open(&file, KEY).unwrap();
        store
            .write(|db| Ok(db.execute("INSERT INTO meta (key, value) VALUES ('user:name', 'Sari Lestari')", [])?))
            .await
            .unwrap();
        drop(store);
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(6).any(|w| w == b"SQLite"), "the header is encrypted");
        for part in std::fs::read_dir(dir.path()).unwrap() {
            let bytes = std::fs::read(part.unwrap().path()).unwrap();
            assert!(!bytes.windows(4).any(|w| w == b"Sari"), "a name is in clear text");
        }
        let plain = Connection::open(&file).unwrap();
        assert!(plain.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |_| Ok(())).is_err());
    }

    #[tokio::test]
    async fn a_corrupt_cache_is_set_aside_and_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("cache.db");
        std::fs::write(&file, vec![7_u8; 8_192]).unwrap();
        let store = Store::open(&file, KEY).unwrap();
        let values = store.read(|db| Ok(db.query_row("SELECT COUNT(*) FROM meta", [], |row| row.get::<_, i64>(0))?)).await;
        assert_eq!(values.unwrap(), 0);
        assert_eq!(std::fs::read(dir.path().join("cache.damaged-1")).unwrap(), vec![7_u8; 8_192]);
    }

    #[test]
    fn a_cache_that_cannot_be_used_now_stays_where_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("cache.db");
        drop(Store::open(&file, KEY).unwrap());
        let opened = |code| {
            let failed = || Err(Error::Cache(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None)));
            Store::open_or_replace(&file, failed).map(drop)
        };
        for code in [rusqlite::ffi::SQLITE_FULL, rusqlite::ffi::SQLITE_BUSY, rusqlite::ffi::SQLITE_IOERR_WRITE] {
            assert!(opened(code).is_err());
            assert!(file.exists(), "{code}: a full disk, or another program that has the file, is no reason to lose it");
        }
        // What the disk cannot read any more it does not read later either.
        assert!(opened(rusqlite::ffi::SQLITE_IOERR_READ).is_err());
        assert!(!file.exists() && dir.path().join("cache.damaged-1").exists());
    }

    #[tokio::test]
    async fn a_checklist_that_came_with_a_name_is_kept_without_it() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("cache.db");
        let before = MIGRATIONS.iter().position(|sql| sql.contains("'$.by'")).unwrap();
        let mut db = connect(&file, KEY, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE).unwrap();
        migrate(&mut db, &MIGRATIONS[..before], fill).unwrap();
        for (id, body) in [("1", r#"{"name":"Cuci","by":"Ratna","at":5}"#), ("2", "{}")] {
            let sql = "INSERT INTO work_template (id, rev, template, version, body) VALUES (?1, 1, 't', 1, ?2)";
            db.execute(sql, [id, body]).unwrap();
        }
        drop(db);
        let store = Store::open(&file, KEY).unwrap();
        let sql = "SELECT group_concat(body) FROM (SELECT body FROM work_template ORDER BY id)";
        let kept: String = store.read(move |db| Ok(db.query_row(sql, [], |row| row.get(0))?)).await.unwrap();
        assert_eq!(kept, r#"{"name":"Cuci","by":"","at":5},{}"#);
    }
}
