//! Saved views, also those that were removed lately.

use crate::core::feed::TOMBSTONES_MS;
use crate::core::{Db, Tx};
use crate::error::Error;
use domain::ViewId;
use domain::people::saved_view::ViewList;
use protocol::sync::rows::SavedView;
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

/// A view as it stands.
pub struct Standing {
    /// Its name.
    pub name: String,
    /// Its query; none where it was removed.
    pub query: Option<String>,
    /// Its version.
    pub version: i64,
}

/// A view that is written.
pub struct Written<'a> {
    /// Which.
    pub id: ViewId,
    /// Key of its user.
    pub user: i64,
    /// Of which list.
    pub list: ViewList,
    /// Its name.
    pub name: &'a str,
    /// Its query; none where it is removed.
    pub query: Option<&'a str>,
    /// Its version.
    pub version: i64,
}

/// A view, also one that was removed; none if there never was one, or that was long ago.
///
/// # Errors
/// The database.
pub fn standing(db: &Db, id: ViewId) -> Result<Option<Standing>, Error> {
    let mut query = db.prepare_cached("SELECT name, query, version FROM saved_view WHERE id = ?1")?;
    let found =
        query.query_row([id.0.as_bytes()], |row| Ok(Standing { name: row.get(0)?, query: row.get(1)?, version: row.get(2)? }));
    Ok(found.optional()?)
}

/// How many views of a list a user keeps.
///
/// # Errors
/// The database.
pub fn count(db: &Db, user: i64, list: ViewList) -> Result<usize, Error> {
    let mut query = db.prepare_cached("SELECT COUNT(*) FROM saved_view WHERE user = ?1 AND list = ?2 AND query IS NOT NULL")?;
    Ok(query.query_row(params![user, list.as_str()], |row| row.get::<_, i64>(0))? as usize)
}

/// Writes a view; returns its revision.
///
/// # Errors
/// The database.
pub fn write(tx: &mut Tx<'_>, view: &Written<'_>) -> Result<i64, Error> {
    let mut write = tx.db.prepare_cached(
        "INSERT INTO saved_view (id, rev, user, list, name, query, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (id) DO UPDATE SET rev = rev + 1, name = excluded.name, query = excluded.query, version = excluded.version
         RETURNING rev",
    )?;
    let values = params![view.id.0.as_bytes(), tx.now.0, view.user, view.list.as_str(), view.name, view.query, view.version];
    Ok(write.query_row(values, |row| row.get(0))?)
}

/// Forgets the views that a user removed longer ago than any device may still have a change of.
///
/// # Errors
/// The database.
pub fn forget_removed(tx: &mut Tx<'_>, user: i64) -> Result<(), Error> {
    let mut forget = tx.db.prepare_cached("DELETE FROM saved_view WHERE user = ?1 AND query IS NULL AND version < ?2")?;
    forget.execute([user, tx.now.0 - TOMBSTONES_MS])?;
    Ok(())
}

/// The body of a view's row; none if it was removed.
///
/// # Errors
/// The database.
pub fn body(db: &Db, id: Uuid) -> Result<Option<SavedView>, Error> {
    let mut query =
        db.prepare_cached("SELECT id, list, name, query, version FROM saved_view WHERE id = ?1 AND query IS NOT NULL")?;
    let found = query.query_row([id.as_bytes()], |row| {
        Ok(SavedView {
            id: ViewId(Uuid::from_bytes(row.get(0)?)),
            list: row.get(1)?,
            name: row.get(2)?,
            query: row.get(3)?,
            version: row.get(4)?,
        })
    });
    Ok(found.optional()?)
}
