//! The cache: one encrypted SQLite file, written by one connection, read by another. SQL lives in this folder and in `queries/`.

pub mod files;
pub mod outbox;
mod overlay;
pub mod rows;
pub mod sync;

use crate::error::Error;
use domain::UserId;
use files::{attach, connect, make_outbox, migrate, move_aside};
use protocol::sync::push::OperationEnvelope;
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/0001_init.sql"),
    include_str!("../../migrations/0002_editing.sql"),
    include_str!("../../migrations/0003_landed.sql"),
    include_str!("../../migrations/0004_facts.sql"),
    include_str!("../../migrations/0005_lists.sql"),
    include_str!("../../migrations/0006_money.sql"),
    include_str!("../../migrations/0007_told.sql"),
    include_str!("../../migrations/0008_glossary.sql"),
];

/// The cache of one device.
#[derive(Clone)]
pub struct Store {
    file: PathBuf,
    key: String,
    writing: Arc<Mutex<Connection>>,
    reading: Arc<Mutex<Connection>>,
}

impl Store {
    /// Opens the cache with its key. One that cannot be read with it, or is damaged, is moved aside and begun anew: it is a copy of
    /// what the server has.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn open(file: &Path, key_hex: &str) -> Result<Self, Error> {
        match Self::open_as_is(file, key_hex) {
            Ok(store) => Ok(store),
            Err(error) if file.exists() => {
                let aside = move_aside(file)?;
                tracing::warn!(%error, aside = %aside.display(), "the cache could not be read; it is rebuilt");
                Self::open_as_is(file, key_hex)
            }
            Err(error) => Err(error),
        }
    }

    fn open_as_is(file: &Path, key_hex: &str) -> Result<Self, Error> {
        let mut writing = connect(file, key_hex, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        migrate(&mut writing, MIGRATIONS)?;
        let reading = connect(file, key_hex, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        Ok(Self {
            file: file.to_owned(),
            key: key_hex.to_owned(),
            writing: Arc::new(Mutex::new(writing)),
            reading: Arc::new(Mutex::new(reading)),
        })
    }

    /// Opens a cache again of which noise was read. One that is damaged is moved aside and begun anew: it is a copy of what the server has.
    /// The account's outbox is let go of, and is to be opened again. Costs a walk over all of it.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn reopen(&self) -> Result<(), Error> {
        let is_whole = outbox::salvage::is_whole(&self.file, &self.key)?;
        let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        // Both let go of the file before it is moved.
        *writing = Connection::open_in_memory()?;
        *reading = Connection::open_in_memory()?;
        if !is_whole {
            let aside = move_aside(&self.file)?;
            tracing::warn!(aside = %aside.display(), "the cache was damaged; it is rebuilt");
        }
        let fresh = Self::open_as_is(&self.file, &self.key)?;
        std::mem::swap(&mut *writing, &mut fresh.writing.lock().unwrap_or_else(PoisonError::into_inner));
        std::mem::swap(&mut *reading, &mut fresh.reading.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(())
    }

    /// Opens an account's outbox and attaches it; what waits in it lies over the rows again. One that is noise, because its key was lost
    /// or it is damaged, is moved aside, never deleted; then its new place is returned, and what could be read of it waits in a new one.
    ///
    /// # Errors
    /// The file cannot be used now, or is of a newer version; it stays where it is.
    pub fn open_outbox(&self, user: UserId, file: &Path) -> Result<Option<PathBuf>, Error> {
        let rest = file.with_extension("rest");
        // A kill between two renames: what could be read is all there before the damaged file goes.
        if rest.exists() && !file.exists() {
            std::fs::rename(&rest, file)?;
        }
        let whole = make_outbox(file, &self.key).and_then(|()| outbox::salvage::is_whole(file, &self.key));
        let aside = match whole {
            Ok(true) => None,
            Err(error) if !error.is_corrupt() => return Err(error),
            Ok(false) | Err(_) => Some(self.put_aside(file, &rest)?),
        };
        remove(&rest)?;
        for connection in [&self.writing, &self.reading] {
            let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            attach(&connection, file, &self.key)?;
        }
        self.write_now(|db| {
            db.execute("INSERT OR REPLACE INTO outbox.meta (key, value) VALUES ('user', ?1)", [user.to_string()])?;
            // What was on its way when this device was last ended has no answer yet.
            outbox::put_back(db)?;
            sync::epoch::receive_effects_if_empty(db)?;
            overlay::rebuild_all(db)
        })?;
        Ok(aside)
    }

    /// Moves a damaged outbox aside, and puts in its place the `rest` that can be read of it.
    fn put_aside(&self, file: &Path, rest: &Path) -> Result<PathBuf, Error> {
        self.close_outbox()?;
        // One that was begun and not ended is begun anew.
        remove(rest)?;
        match outbox::salvage::salvage(file, rest, &self.key) {
            // Its head is noise, or its key is lost.
            Err(error) if error.is_corrupt() => make_outbox(rest, &self.key)?,
            other => other?,
        }
        let aside = move_aside(file)?;
        std::fs::rename(rest, file)?;
        tracing::warn!(aside = %aside.display(), "the outbox was damaged; it is kept aside");
        Ok(aside)
    }

    /// Lets go of the account's outbox, which stays in its file.
    ///
    /// # Errors
    /// A connection cannot be used.
    pub fn close_outbox(&self) -> Result<(), Error> {
        [&self.writing, &self.reading]
            .into_iter()
            .try_for_each(|connection| detach(&connection.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// What the account's outbox holds and was not applied, letting go of it in the same moment, so that nothing is added to it any more;
    /// `None` if it is not open.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn drain_and_detach(&self) -> Result<Option<Vec<OperationEnvelope>>, Error> {
        let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if !outbox::is_open(&writing)? {
            return Ok(None);
        }
        let ops = outbox::open_ops(&writing)?;
        detach(&writing)?;
        drop(writing);
        self.close_outbox()?;
        Ok(Some(ops))
    }

    /// Runs a job with this store off the async threads.
    ///
    /// # Errors
    /// What the job says.
    pub async fn off<R: Send + 'static>(&self, job: impl FnOnce(&Self) -> Result<R, Error> + Send + 'static) -> Result<R, Error> {
        let store = self.clone();
        run(move || job(&store)).await
    }

    /// Reads, on this thread.
    ///
    /// # Errors
    /// What `read` says.
    pub fn read_now<R>(&self, read: impl FnOnce(&Connection) -> Result<R, Error>) -> Result<R, Error> {
        read(&self.reading.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Writes in one transaction, on this thread. If `write` fails, nothing of it stays.
    ///
    /// # Errors
    /// What `write` says.
    pub fn write_now<R>(&self, write: impl FnOnce(&Connection) -> Result<R, Error>) -> Result<R, Error> {
        let mut connection = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let outcome = write(&tx)?;
        tx.commit()?;
        Ok(outcome)
    }

    /// Hands the writing connection itself over, for whoever tests what happens when it fails.
    pub fn with_writer<R>(&self, with: impl FnOnce(&mut Connection) -> R) -> R {
        with(&mut self.writing.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads, off the async threads.
    ///
    /// # Errors
    /// What `read` says.
    pub async fn read<R: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        self.off(move |store| store.read_now(read)).await
    }

    /// Writes in one transaction, off the async threads. If `write` fails, nothing of it stays.
    ///
    /// # Errors
    /// What `write` says.
    pub async fn write<R: Send + 'static>(
        &self,
        write: impl FnOnce(&Connection) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        self.off(move |store| store.write_now(write)).await
    }

    /// Forgets all rows, as when somebody signs out; what the device itself was told to remember stays.
    ///
    /// # Errors
    /// The cache cannot be written.
    pub async fn clear(&self) -> Result<(), Error> {
        self.write(|db| {
            for table in [
                "bucket",
                "holding",
                "base_row",
                "zone",
                "customer",
                "connection",
                "meter",
                "meter_state",
                "usage_day",
                "usage_month",
                "conflict",
                "note",
                "manual_reading",
                "profile",
                "credit",
                "statement",
                "purchase",
                "tariff",
                "told",
                "main.picture",
                "effects_received",
            ] {
                db.execute(&format!("DELETE FROM {table}"), [])?;
            }
            db.execute("DELETE FROM meta WHERE key LIKE 'user:%'", [])?;
            Ok(())
        })
        .await
    }
}

/// Removes a database with what lies beside it.
pub(crate) fn remove(file: &Path) -> Result<(), Error> {
    for part in ["", "-wal", "-shm", "-journal"] {
        match std::fs::remove_file(format!("{}{part}", file.display())) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

fn detach(connection: &Connection) -> Result<(), Error> {
    if outbox::is_open(connection)? {
        // A statement that was kept would keep the file.
        connection.flush_prepared_statement_cache();
        connection.execute_batch("DETACH outbox")?;
    }
    Ok(())
}

async fn run<R: Send + 'static>(job: impl FnOnce() -> Result<R, Error> + Send + 'static) -> Result<R, Error> {
    tokio::task::spawn_blocking(job).await.map_err(|error| Error::Io(std::io::Error::other(error)))?
}

/// Reads a remembered value.
///
/// # Errors
/// The cache cannot be read.
pub fn get(db: &Connection, key: &str) -> Result<Option<String>, Error> {
    Ok(db.prepare_cached("SELECT value FROM meta WHERE key = ?1")?.query_row([key], |row| row.get(0)).optional()?)
}

/// Remembers a value. Keys that begin with `user:` go when the user does.
///
/// # Errors
/// The cache cannot be written.
pub fn set(db: &Connection, key: &str, value: &str) -> Result<(), Error> {
    db.prepare_cached("INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value")?
        .execute([key, value])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    #[tokio::test]
    async fn the_file_is_noise_without_its_key() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("cache.db");
        let store = Store::open(&file, KEY).unwrap();
        store.write(|db| set(db, "user:name", "Sari Lestari")).await.unwrap();
        drop(store);
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(6).any(|w| w == b"SQLite"), "the header is encrypted");
        for part in std::fs::read_dir(dir.path()).unwrap() {
            let bytes = std::fs::read(part.unwrap().path()).unwrap();
            assert!(!bytes.windows(4).any(|w| w == b"Sari"), "a name stands in the clear");
        }
        let plain = Connection::open(&file).unwrap();
        assert!(plain.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |_| Ok(())).is_err());
    }

    #[tokio::test]
    async fn a_damaged_cache_is_moved_aside_and_begun_anew() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("cache.db");
        std::fs::write(&file, vec![7_u8; 8_192]).unwrap();
        let store = Store::open(&file, KEY).unwrap();
        assert_eq!(store.read(|db| get(db, "x")).await.unwrap(), None);
        assert_eq!(std::fs::read(dir.path().join("cache.damaged-1")).unwrap(), vec![7_u8; 8_192]);
    }
}
