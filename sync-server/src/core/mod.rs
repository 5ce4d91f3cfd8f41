//! What every noun is built on: one SQLite file with one writing thread and a few reading connections, the transaction context, the change
//! feed, the audit log, scope, and the clock.

mod audit_shown;
pub mod clock;
mod handle;
pub mod http;
mod intake_run;
pub mod migrate;
pub mod private;
pub mod queue;
mod readers;
pub mod rows;
pub mod secret;
pub mod slices;
pub mod turns;
pub mod tx;
pub mod writer;

pub use clock::Clock;
pub use rows::{audit, feed, holders, scope};
pub use tx::{Db, Tx, transact};

use crate::error::Error;
use readers::Readers;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::sync::Arc;
use turns::Source;

/// Reading connections. Each request needs one for well under a millisecond, so a few serve many.
const READERS: usize = 4;

/// Connections for glances: as many as there are threads that could read_inline at once on a small machine.
const INLINE_READERS: usize = 2;

/// The store, shared by every task.
pub struct Store<I> {
    readers: Arc<Readers>,
    /// To the writing thread.
    pub writer: writer::Handle<I>,
    /// The server's clock.
    pub clock: Clock,
}

impl<I> Clone for Store<I> {
    fn clone(&self) -> Self {
        Self { readers: Arc::clone(&self.readers), writer: self.writer.clone(), clock: self.clock.clone() }
    }
}

impl<I: Send + 'static> Store<I> {
    /// Opens, or makes, the database in `file`, brings its schema up to date and starts the writer with what `begin` returns.
    ///
    /// # Errors
    /// The file is not ours, is of a newer schema, or cannot be written; or what `begin` says.
    pub fn open<P: writer::Pipeline<Intake = I>>(
        file: &Path,
        clock: Clock,
        begin: impl FnOnce(&mut Connection) -> Result<P, Error>,
    ) -> Result<Self, Error> {
        let mut writing = open_connection(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        migrate::run(&mut writing)?;
        migrate::begin_if_copy(&mut writing)?;
        let pipeline = begin(&mut writing)?;
        let reading = |count: usize| {
            (0..count).map(|_| open_connection(file, OpenFlags::SQLITE_OPEN_READ_ONLY)).collect::<Result<Vec<_>, _>>()
        };
        let readers = Arc::new(Readers::start(reading(READERS)?, reading(INLINE_READERS)?)?);
        Ok(Self { readers, writer: writer::start(writing, pipeline, clock.clone())?, clock })
    }

    /// Whether the database answers.
    pub async fn is_readable(&self) -> bool {
        self.read(|db| rows::ping(db)).await.is_ok()
    }

    /// Reads off the async threads.
    ///
    /// # Errors
    /// What `read` says, or [`Error::Stopped`] if the server is going down.
    pub async fn read<R: Send + 'static>(
        &self,
        read: impl FnOnce(&mut Connection) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        self.readers.read(Source::SERVER, read).await
    }

    /// The same for what somebody asks for: it waits in the lane of `source`.
    ///
    /// # Errors
    /// As [`Self::read`], or a refusal where a user has too much under way.
    pub async fn read_of<R: Send + 'static>(
        &self,
        source: Source,
        read: impl FnOnce(&mut Connection) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        self.readers.read(source, read).await
    }

    /// Reads a few rows by key: on this thread if a connection is free, because handing them to another one costs more than reading them.
    ///
    /// # Errors
    /// What `read` says, or [`Error::Stopped`] if the runtime is going down.
    pub async fn read_inline<R: Send + 'static>(
        &self,
        read: impl FnOnce(&mut Connection) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        match self.readers.try_inline(read) {
            Ok(found) => found,
            Err(read) => self.read(read).await,
        }
    }
}

/// A connection with the settings every connection of ours has.
///
/// # Errors
/// The file cannot be opened.
pub fn open_connection(file: &Path, flags: OpenFlags) -> Result<Connection, Error> {
    if flags.contains(OpenFlags::SQLITE_OPEN_CREATE) {
        private::file(file)?;
    }
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

/// The instant now by the system's clock, in UTC milliseconds: for what has no [`Clock`] at hand, as the command line.
pub fn now() -> domain::UtcMillis {
    Clock::default().now()
}
