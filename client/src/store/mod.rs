//! The cache: one encrypted SQLite file, written by one connection, read by another. SQL lives in this folder and in `queries/`.

mod apply;
mod buckets;
pub mod facts;
pub mod outbox;
mod overlay;
pub mod pictures;

use crate::error::Error;
use domain::UserId;
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/0001_init.sql"),
    include_str!("../../migrations/0002_editing.sql"),
    include_str!("../../migrations/0003_facts.sql"),
];

const OUTBOX_MIGRATIONS: &[&str] =
    &[include_str!("../../migrations/outbox/0001_init.sql"), include_str!("../../migrations/outbox/0002_pictures.sql")];

/// The cache of one device.
#[derive(Clone)]
pub struct Store {
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
        Ok(Self { writing: Arc::new(Mutex::new(writing)), reading: Arc::new(Mutex::new(reading)) })
    }

    /// Opens an account's outbox and attaches it; what waits in it lies over the rows again. One that is noise, because its key was lost
    /// or it is damaged, is moved aside, never deleted; then its new place is returned.
    ///
    /// # Errors
    /// The file cannot be used now, or is of a newer version; it stays where it is.
    pub async fn open_outbox(&self, user: UserId, file: PathBuf, key_hex: String) -> Result<Option<PathBuf>, Error> {
        let (writing, reading) = (Arc::clone(&self.writing), Arc::clone(&self.reading));
        run(move || {
            let mut aside = None;
            if let Err(error) = make_outbox(&file, &key_hex) {
                if !error.is_noise() {
                    return Err(error);
                }
                let place = move_aside(&file)?;
                tracing::warn!(%error, aside = %place.display(), "the outbox could not be read; it is kept aside");
                aside = Some(place);
                make_outbox(&file, &key_hex)?;
            }
            for connection in [&writing, &reading] {
                let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                attach(&connection, &file, &key_hex)?;
            }
            let mut connection = writing.lock().unwrap_or_else(PoisonError::into_inner);
            let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            tx.execute("INSERT OR REPLACE INTO outbox.meta (key, value) VALUES ('user', ?1)", [user.to_string()])?;
            // What was on its way when this device was last ended has no answer yet.
            tx.execute("UPDATE outbox.op SET state = 'pending' WHERE state = 'inflight'", [])?;
            overlay::rebuild_all(&tx)?;
            tx.commit()?;
            Ok(aside)
        })
        .await
    }

    /// Lets go of the account's outbox, which stays in its file.
    ///
    /// # Errors
    /// A connection cannot be used.
    pub async fn close_outbox(&self) -> Result<(), Error> {
        let connections = [Arc::clone(&self.writing), Arc::clone(&self.reading)];
        run(move || {
            for connection in connections {
                let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                if outbox::is_open(&connection)? {
                    // A statement that was kept would keep the file.
                    connection.flush_prepared_statement_cache();
                    connection.execute_batch("DETACH outbox")?;
                }
            }
            Ok(())
        })
        .await
    }

    /// Reads, off the async threads.
    ///
    /// # Errors
    /// What `read` says.
    pub async fn read<R: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let reading = Arc::clone(&self.reading);
        run(move || read(&reading.lock().unwrap_or_else(PoisonError::into_inner))).await
    }

    /// Writes in one transaction, off the async threads. If `write` fails, nothing of it stays.
    ///
    /// # Errors
    /// What `write` says.
    pub async fn write<R: Send + 'static>(
        &self,
        write: impl FnOnce(&Connection) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let writing = Arc::clone(&self.writing);
        run(move || {
            let mut connection = writing.lock().unwrap_or_else(PoisonError::into_inner);
            let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let outcome = write(&tx)?;
            tx.commit()?;
            Ok(outcome)
        })
        .await
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
                "main.picture",
            ] {
                db.execute(&format!("DELETE FROM {table}"), [])?;
            }
            db.execute("DELETE FROM meta WHERE key LIKE 'user:%'", [])?;
            Ok(())
        })
        .await
    }
}

async fn run<R: Send + 'static>(job: impl FnOnce() -> Result<R, Error> + Send + 'static) -> Result<R, Error> {
    tokio::task::spawn_blocking(job).await.map_err(|error| Error::Io(std::io::Error::other(error)))?
}

fn connect(file: &Path, key_hex: &str, flags: OpenFlags) -> Result<Connection, Error> {
    let connection = Connection::open_with_flags(file, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.pragma_update(None, "key", format!("x'{key_hex}'"))?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    // The first read: a wrong key, or a file that is no database, shows here.
    connection.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |_| Ok(()))?;
    if flags.contains(OpenFlags::SQLITE_OPEN_READ_WRITE) {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // It can be rebuilt, so it need not survive the power going.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
    }
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn migrate(connection: &mut Connection, migrations: &[&str]) -> Result<(), Error> {
    let known = migrations.len() as i64;
    // Nothing is written where nothing is to be done: a full disk must not keep anybody from reading.
    if connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))? == known {
        return Ok(());
    }
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known {
        return Err(Error::Protocol(format!("the file has schema {found}, this version knows {known}")));
    }
    for sql in migrations.iter().skip(usize::try_from(found).unwrap_or(0)) {
        tx.execute_batch(sql)?;
    }
    tx.pragma_update(None, "user_version", known)?;
    Ok(tx.commit()?)
}

/// Makes an outbox, or brings it up to date.
fn make_outbox(file: &Path, key_hex: &str) -> Result<(), Error> {
    let mut connection = connect(file, key_hex, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    migrate(&mut connection, OUTBOX_MIGRATIONS)
}

fn attach(connection: &Connection, file: &Path, key_hex: &str) -> Result<(), Error> {
    if outbox::is_open(connection)? {
        connection.flush_prepared_statement_cache();
        connection.execute_batch("DETACH outbox")?;
    }
    let file = file.to_str().ok_or_else(|| Error::Io(std::io::ErrorKind::InvalidInput.into()))?;
    connection.execute("ATTACH ?1 AS outbox KEY ?2", [file, &format!("x'{key_hex}'")])?;
    // Unlike the cache it cannot be rebuilt from anywhere.
    connection.pragma_update(Some("outbox"), "synchronous", "FULL")?;
    Ok(())
}

fn move_aside(file: &Path) -> Result<PathBuf, Error> {
    let aside = (1..).map(|n| file.with_extension(format!("damaged-{n}"))).find(|path| !path.exists());
    let aside = aside.unwrap_or_else(|| file.with_extension("damaged"));
    std::fs::rename(file, &aside)?;
    for log in ["-wal", "-shm"] {
        let beside = |path: &Path| PathBuf::from(format!("{}{log}", path.display()));
        if beside(file).exists() {
            std::fs::rename(beside(file), beside(&aside))?;
        }
    }
    Ok(aside)
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
