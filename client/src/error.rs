//! Errors of the client, and the problems that screens get for them.

use protocol::core::problem::{Code, Problem};

/// What can go wrong on a device.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server's answer.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// The server cannot be reached, or its answer did not come whole.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// No connection to the server: nothing of the request has left this device.
    #[error("the server was not reached: {0}")]
    Unreached(String),
    /// The cache.
    #[error("the cache: {0}")]
    Cache(#[from] rusqlite::Error),
    /// A file.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The server's answer is not of this protocol.
    #[error("the server's answer is not understood: {0}")]
    Protocol(String),
    /// The platform's keyring is not there, or locked.
    #[error("the keyring: {0}")]
    Keyring(String),
}

impl Error {
    /// No paper was made: this host has nothing that makes them, or it failed.
    pub fn no_paper(why: impl Into<String>) -> Self {
        Self::Problem(Problem::new(Code::NoPaper, why))
    }

    /// The problem for screens: a code for which they have words.
    pub fn to_problem(&self) -> Problem {
        match self {
            Self::Problem(problem) => problem.clone(),
            Self::Unreachable(_) | Self::Unreached(_) => Problem::new(Code::Unreachable, "the server cannot be reached"),
            Self::Cache(_) | Self::Io(_) => Problem::new(Code::Storage, "the local cache cannot be read or written"),
            Self::Protocol(_) => Problem::new(Code::Incompatible, "the server's answer is not understood"),
            Self::Keyring(_) => Problem::new(Code::NoKeyring, "the keyring is not there, or locked"),
        }
    }

    /// Whether a file is corrupt: no database, or none that can be read with its key.
    pub fn is_corrupt(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        matches!(self, Self::Cache(error) if matches!(error.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase)))
    }

    /// Whether a file cannot be used now, and can be at another time as it is: the disk is full or fails to write, or something else has the file.
    pub fn is_of_the_moment(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked, DiskFull, OutOfMemory, SystemIoFailure};
        use rusqlite::ffi::{SQLITE_IOERR_CORRUPTFS, SQLITE_IOERR_DATA, SQLITE_IOERR_READ, SQLITE_IOERR_SHORT_READ};
        const UNREADABLE: [i32; 4] = [SQLITE_IOERR_READ, SQLITE_IOERR_SHORT_READ, SQLITE_IOERR_DATA, SQLITE_IOERR_CORRUPTFS];
        let Self::Cache(error) = self else { return false };
        error.sqlite_error().is_some_and(|failure| match failure.code {
            DatabaseBusy | DatabaseLocked | DiskFull | OutOfMemory => true,
            SystemIoFailure => !UNREADABLE.contains(&failure.extended_code),
            _ => false,
        })
    }

    /// Whether the files have to be checked and opened again: a connection that has read a corrupt page refuses to write from then on.
    pub fn needs_reopen(&self) -> bool {
        let is_read_only = |error: &rusqlite::Error| error.sqlite_error_code() == Some(rusqlite::ErrorCode::ReadOnly);
        self.is_corrupt() || matches!(self, Self::Cache(error) if is_read_only(error))
    }

    /// Whether another attempt may succeed without anybody's doing.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Unreached(_) => true,
            Self::Problem(problem) => problem.code.is_passing(),
            _ => false,
        }
    }
}

impl From<engine::pull::Broken> for Error {
    fn from(broken: engine::pull::Broken) -> Self {
        Self::Protocol(broken.to_string())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Protocol(error.to_string())
    }
}
