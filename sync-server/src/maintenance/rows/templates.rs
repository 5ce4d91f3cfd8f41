//! Versions of checklists as rows.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::maintenance::template::{Template, TemplateVersion};
use domain::{UtcMillis, WorkTemplateId};
use protocol::sync::rows::WorkTemplate;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// A version of a checklist as it is stored.
pub struct StoredVersion {
    /// Key of its utility.
    pub utility: i64,
    /// What it is.
    pub content: Template,
}

fn content(row: &Row<'_>, column: usize) -> rusqlite::Result<Template> {
    let content: String = row.get(column)?;
    serde_json::from_str(&content).map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into()))
}

/// A version of a checklist, of whichever utility.
///
/// # Errors
/// The database.
pub fn find(db: &Db, version: &TemplateVersion) -> Result<Option<StoredVersion>, Error> {
    let mut query = db.prepare_cached("SELECT utility, content FROM work_template WHERE id = ?1")?;
    let found = query
        .query_row([version.row_id().as_bytes()], |row| Ok(StoredVersion { utility: row.get(0)?, content: content(row, 1)? }));
    Ok(found.optional()?)
}

/// How many versions of checklists a utility has.
///
/// # Errors
/// The database.
pub fn count_of(db: &Db, utility: i64) -> Result<i64, Error> {
    let mut query = db.prepare_cached("SELECT COUNT(*) FROM work_template WHERE utility = ?1")?;
    Ok(query.query_row([utility], |row| row.get(0))?)
}

/// A version to be kept: by whom and when.
pub struct NewVersion<'a> {
    /// Which.
    pub version: TemplateVersion,
    /// What it is.
    pub content: &'a Template,
    /// Key of its author.
    pub author: i64,
    /// When it was put.
    pub at: UtcMillis,
}

/// Writes a new version of a utility's checklist.
///
/// # Errors
/// There is one of this number, or the database.
pub fn insert(tx: &mut Tx<'_>, utility: i64, new: &NewVersion<'_>) -> Result<(), Error> {
    let content = serde_json::to_string(new.content)
        .map_err(|error| Error::Setup(format!("a checklist cannot be written as JSON: {error}")))?;
    let mut insert = tx.db.prepare_cached(
        "INSERT INTO work_template (id, utility, template, version, content, author, by_name, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, '', ?7)",
    )?;
    insert.execute(params![
        new.version.row_id().as_bytes(),
        utility,
        new.version.id.0.as_bytes(),
        new.version.version,
        content,
        new.author,
        new.at.0
    ])?;
    Ok(())
}

/// Some versions that an older release has kept with their authors' names, each with its utility.
///
/// # Errors
/// The database.
pub fn named(db: &Db, most: i64) -> Result<Vec<(i64, Uuid)>, Error> {
    let mut query = db.prepare_cached("SELECT utility, id FROM work_template WHERE by_name <> '' ORDER BY num LIMIT +?1")?;
    let named = query.query_map([most], |row| Ok((row.get(0)?, Uuid::from_bytes(row.get(1)?))))?;
    Ok(named.collect::<Result<_, _>>()?)
}

/// Takes the author's name out of a version; returns the row's new revision.
///
/// # Errors
/// No such version, or the database.
pub fn forget_name(tx: &mut Tx<'_>, id: Uuid) -> Result<i64, Error> {
    let mut forget = tx.db.prepare_cached("UPDATE work_template SET by_name = '', rev = rev + 1 WHERE id = ?1 RETURNING rev")?;
    Ok(forget.query_row([id.as_bytes()], |row| row.get(0))?)
}

/// The body of a version's row. Nobody's name is in it: everybody of the utility holds it.
///
/// # Errors
/// The database.
pub fn body(db: &Db, id: Uuid) -> Result<Option<WorkTemplate>, Error> {
    let mut query = db.prepare_cached("SELECT id, template, version, content, at FROM work_template WHERE id = ?1")?;
    let found = query.query_row([id.as_bytes()], |row| {
        Ok(WorkTemplate {
            id: Uuid::from_bytes(row.get(0)?),
            template: WorkTemplateId(Uuid::from_bytes(row.get(1)?)),
            version: row.get(2)?,
            content: content(row, 3)?,
            by: String::new(),
            at: UtcMillis(row.get(4)?),
        })
    });
    Ok(found.optional()?)
}
