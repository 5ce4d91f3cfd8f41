//! The store: one SQLite file, one writing thread with group commit, a few reading connections. SQL lives under this folder only.

pub mod accounts;
pub mod audit;
pub mod bodies;
pub mod changes;
pub mod check;
pub mod fleet;
pub mod install;
pub mod intake;
pub mod migrate;
pub mod ops;
pub mod publish;
pub mod readings;
pub mod records;
pub mod rows;
pub mod scope;
pub mod sync;
pub mod telemetry;
pub mod writer;

use crate::error::Error;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Reading connections. Each request needs one for well under a millisecond, so a few serve many.
const READERS: usize = 4;

/// The store, shared by every task.
#[derive(Clone)]
pub struct Store {
    readers: Arc<Readers>,
    /// One turn for each reading connection: a thousand devices that are woken at once wait here, and not on a thread each.
    turns: Arc<Semaphore>,
    /// To the writing thread.
    pub writer: writer::Handle,
}

/// Connections behind a lock each; a reader takes a free one, or waits for the next in turn.
struct Readers {
    slots: Vec<Mutex<Connection>>,
    next: AtomicUsize,
}

impl Readers {
    fn with<R>(&self, read: impl FnOnce(&mut Connection) -> R) -> R {
        let free = self.slots.iter().find_map(|slot| slot.try_lock().ok());
        let mut connection = free.unwrap_or_else(|| {
            let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.slots.len();
            self.slots[turn].lock().unwrap_or_else(PoisonError::into_inner)
        });
        read(&mut connection)
    }
}

impl Store {
    /// Opens, or makes, the database in `file`, brings its schema up to date and starts the writer.
    ///
    /// # Errors
    /// The file is not ours, is of a newer schema, or cannot be written.
    pub fn open(file: &Path, live: Arc<crate::live::Hub>) -> Result<Self, Error> {
        let mut writing = open_connection(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        migrate::run(&mut writing)?;
        migrate::begin_if_copy(&mut writing)?;
        let slots = (0..READERS)
            .map(|_| open_connection(file, OpenFlags::SQLITE_OPEN_READ_ONLY).map(Mutex::new))
            .collect::<Result<_, _>>()?;
        let readers = Arc::new(Readers { slots, next: AtomicUsize::new(0) });
        Ok(Self { readers, turns: Arc::new(Semaphore::new(READERS)), writer: writer::start(writing, live)? })
    }

    /// Whether the database answers.
    pub async fn is_readable(&self) -> bool {
        self.read(|db| Ok(db.query_row("SELECT 1", [], |_| Ok(()))?)).await.is_ok()
    }

    /// Reads off the async threads.
    ///
    /// # Errors
    /// What `read` says, or [`Error::Stopped`] if the runtime is going down.
    pub async fn read<R: Send + 'static>(
        &self,
        read: impl FnOnce(&mut Connection) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Error::Stopped)?;
        let readers = Arc::clone(&self.readers);
        let reading = move || {
            let read = readers.with(read);
            drop(turn);
            read
        };
        tokio::task::spawn_blocking(reading).await.map_err(|_| Error::Stopped)?
    }

    /// Looks up a row or two by key: on this thread if a connection is free, because going to another one costs more than the look.
    ///
    /// # Errors
    /// What `look` says, or [`Error::Stopped`] if the runtime is going down.
    pub async fn glance<R: Send + 'static>(
        &self,
        look: impl FnOnce(&mut Connection) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        if let Ok(turn) = self.turns.try_acquire() {
            let found = self.readers.with(look);
            drop(turn);
            return found;
        }
        self.read(look).await
    }
}

/// A connection with the settings every connection of ours has.
///
/// # Errors
/// The file cannot be opened.
pub fn open_connection(file: &Path, flags: OpenFlags) -> Result<Connection, Error> {
    let connection = Connection::open_with_flags(file, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    if flags.contains(OpenFlags::SQLITE_OPEN_READ_WRITE) {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "wal_autocheckpoint", 8_000)?;
    }
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// The instant now, in UTC milliseconds.
pub fn now() -> domain::UtcMillis {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    domain::UtcMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
