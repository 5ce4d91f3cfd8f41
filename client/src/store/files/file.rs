//! The files of a device, one by one: opened with their key, migrated, attached, set aside where they are corrupt, removed.

use crate::error::Error;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::path::{Path, PathBuf};

const OUTBOX_MIGRATIONS: &[&str] = &[
    include_str!("../../../migrations/outbox/0001_init.sql"),
    include_str!("../../../migrations/outbox/0002_pictures.sql"),
    include_str!("../../../migrations/outbox/0003_counts.sql"),
    include_str!("../../../migrations/outbox/0004_attempts.sql"),
    include_str!("../../../migrations/outbox/0005_photos.sql"),
    include_str!("../../../migrations/outbox/0006_clock.sql"),
    include_str!("../../../migrations/outbox/0007_batches.sql"),
    include_str!("../../../migrations/outbox/0008_bulk.sql"),
    include_str!("../../../migrations/outbox/0009_work_photos.sql"),
    include_str!("../../../migrations/outbox/0010_refused_photos.sql"),
];

/// Opens a file with its key.
pub(crate) fn connect(file: &Path, key_hex: &str, flags: OpenFlags) -> Result<Connection, Error> {
    let connection = Connection::open_with_flags(file, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    // An error is returned to the caller, who logs it; the library would also print it.
    connection.pragma_update(None, "cipher_log_level", "NONE")?;
    connection.pragma_update(None, "key", format!("x'{key_hex}'"))?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    // The first read: a wrong key, or a file that is no database, shows here.
    connection.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |_| Ok(()))?;
    if flags.contains(OpenFlags::SQLITE_OPEN_READ_WRITE) {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // It can be rebuilt, so it need not survive the power going.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        // A first sync commits every few hundred pages; copying them back each time would write everything twice at once.
        connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    }
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Brings a file to the newest schema. `fill` does what no statement can, from the schema that was found on, in the same transaction.
pub(crate) fn migrate(
    connection: &mut Connection,
    migrations: &[&str],
    fill: fn(&Connection, i64) -> Result<(), Error>,
) -> Result<(), Error> {
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
    fill(&tx, found)?;
    tx.pragma_update(None, "user_version", known)?;
    Ok(tx.commit()?)
}

/// Creates an outbox if it does not exist, and brings it to the newest schema.
pub(crate) fn make_outbox(file: &Path, key_hex: &str) -> Result<(), Error> {
    let mut connection = connect(file, key_hex, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    migrate(&mut connection, OUTBOX_MIGRATIONS, |_, _| Ok(()))
}

/// Whether an account's outbox is attached.
///
/// # Errors
/// The connection cannot be used.
pub fn is_attached(db: &Connection) -> Result<bool, Error> {
    // Called for every row that comes, so it is no query: a database that is not attached is neither readable nor writable.
    Ok(db.is_readonly(c"outbox").is_ok())
}

/// Attaches an outbox to a connection in place of the one before.
pub(crate) fn attach(connection: &Connection, file: &Path, key_hex: &str) -> Result<(), Error> {
    detach(connection)?;
    let file = file.to_str().ok_or_else(|| Error::Io(std::io::ErrorKind::InvalidInput.into()))?;
    connection.execute("ATTACH ?1 AS outbox KEY ?2", [file, &format!("x'{key_hex}'")])?;
    // Unlike the cache it cannot be rebuilt from anywhere.
    connection.pragma_update(Some("outbox"), "synchronous", "FULL")?;
    Ok(())
}

/// Detaches the outbox, if one is attached.
pub(crate) fn detach(connection: &Connection) -> Result<(), Error> {
    if is_attached(connection)? {
        // A cached statement would keep the file open.
        connection.flush_prepared_statement_cache();
        connection.execute_batch("DETACH outbox")?;
    }
    Ok(())
}

/// Whether all of a file can be read. Costs a walk over it.
///
/// # Errors
/// It cannot be read now, for another reason than that it is corrupt.
pub(crate) fn is_whole(file: &Path, key_hex: &str) -> Result<bool, Error> {
    let checked = connect(file, key_hex, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .and_then(|db| Ok(db.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0))?));
    match checked {
        Ok(answer) => Ok(answer == "ok"),
        Err(error) if error.is_corrupt() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Renames a corrupt file with its logs, so that another one can be created in its place; returns its new name.
pub(crate) fn set_aside(file: &Path) -> Result<PathBuf, Error> {
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

/// Removes a database with its logs.
pub(crate) fn remove(file: &Path) -> Result<(), Error> {
    for part in ["", "-wal", "-shm", "-journal"] {
        match std::fs::remove_file(format!("{}{part}", file.display())) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}
