//! The store: one SQLite file, one writing thread with group commit, a few reading connections. SQL lives under this folder only.

pub mod accounts;
pub mod audit;
pub mod blobs;
pub mod bodies;
pub mod campaigns;
pub mod changes;
pub mod charging;
pub mod check;
mod check_commands;
mod check_money;
mod command_news;
pub mod commands;
pub mod commands_told;
pub mod counter;
pub mod evidence;
pub mod facts;
pub mod fleet;
pub mod install;
pub mod intake;
pub mod ledger;
pub mod migrate;
pub mod money_rows;
pub mod moves;
pub mod offers;
pub mod office;
pub mod ops;
pub mod payments;
mod payments_check;
pub mod policy;
pub mod profiles;
pub mod publish;
pub mod purchases;
mod readers;
pub mod readings;
pub mod records;
pub mod rows;
pub mod scope;
mod scope_news;
pub mod settlement;
pub mod supply;
pub mod sync;
pub mod tariffs;
pub mod telemetry;
mod valve;
pub mod vouchers;
pub mod why;
pub mod writer;

use crate::error::Error;
use readers::Readers;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::sync::Arc;

/// Reading connections. Each request needs one for well under a millisecond, so a few serve many.
const READERS: usize = 4;

/// Connections for glances: as many as there are threads that could glance at once on a small machine.
const NEAR: usize = 2;

/// The store, shared by every task.
#[derive(Clone)]
pub struct Store {
    readers: Arc<Readers>,
    /// To the writing thread.
    pub writer: writer::Handle,
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
        profiles::publish_missing(&mut writing)?;
        tariffs::begin(&mut writing)?;
        let reading = |count: usize| {
            (0..count).map(|_| open_connection(file, OpenFlags::SQLITE_OPEN_READ_ONLY)).collect::<Result<Vec<_>, _>>()
        };
        let readers = Arc::new(Readers::start(reading(READERS)?, reading(NEAR)?)?);
        Ok(Self { readers, writer: writer::start(writing, live)? })
    }

    /// Whether the database answers.
    pub async fn is_readable(&self) -> bool {
        self.read(|db| Ok(db.query_row("SELECT 1", [], |_| Ok(()))?)).await.is_ok()
    }

    /// Reads off the async threads.
    ///
    /// # Errors
    /// What `read` says, or [`Error::Stopped`] if the server is going down.
    pub async fn read<R: Send + 'static>(
        &self,
        read: impl FnOnce(&mut Connection) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        self.readers.read(read).await
    }

    /// Looks at a few rows by key: on this thread if a connection is free, because going to another one costs more than the look.
    ///
    /// # Errors
    /// What `look` says, or [`Error::Stopped`] if the runtime is going down.
    pub async fn glance<R: Send + 'static>(
        &self,
        look: impl FnOnce(&mut Connection) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        match self.readers.try_near(look) {
            Ok(found) => found,
            Err(look) => self.read(look).await,
        }
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
