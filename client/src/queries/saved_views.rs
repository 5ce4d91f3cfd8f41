//! The views that the user keeps of a list.

use crate::error::Error;
use crate::store::files::is_attached;
use crate::store::rows::read;
use domain::people::saved_view::ViewList;
use protocol::sync::rows::{Entity, SavedView};
use rusqlite::{Connection, params};

/// The views of a list, by name. Some dozens at most.
///
/// # Errors
/// The cache cannot be read.
pub fn saved_views(db: &Connection, list: ViewList) -> Result<Vec<SavedView>, Error> {
    let mut query = db.prepare_cached("SELECT body FROM main.saved_view WHERE list = ?1 ORDER BY name COLLATE NOCASE, id")?;
    let bodies = query.query_map([list.as_str()], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    bodies.iter().map(|body| read(body)).collect()
}

/// The newest version of a view that this device knows: as it is shown, or as this device left it, where it has removed it.
///
/// # Errors
/// The cache or the outbox cannot be read.
pub fn version_of_view(db: &Connection, id: &str) -> Result<Option<i64>, Error> {
    let mut query = db.prepare_cached("SELECT MAX(json_extract(body, '$.version')) FROM main.saved_view WHERE id = ?1")?;
    let shown: Option<i64> = query.query_row([id], |row| row.get(0))?;
    if !is_attached(db)? {
        return Ok(shown);
    }
    let mut query = db.prepare_cached(
        "SELECT MAX(json_extract(payload, '$.version')) FROM outbox.op WHERE entity = ?1 AND row_id = ?2 AND retired = 0",
    )?;
    let left: Option<i64> = query.query_row(params![Entity::SavedView as u8, id], |row| row.get(0))?;
    Ok(shown.max(left))
}
