//! All SQL about reports: templates here, schedules, runs and what runs are filled from beside it.

pub mod cash_book;
pub mod found;
pub mod runs;
pub mod schedules;
pub mod source;
pub mod work;

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::reports::{Design, TemplateContent};
use domain::{ReportTemplateId, UserId, UtcMillis};
use protocol::sync::rows::ReportTemplate;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// A template as it is stored.
pub struct StoredTemplate {
    /// Its key.
    pub num: i64,
    /// Key of the utility.
    pub utility: i64,
    /// Whoever made it: key and identifier.
    pub author: (i64, UserId),
    /// Whether it was removed.
    pub is_removed: bool,
    /// What its author says of it.
    pub content: TemplateContent,
}

fn content(row: &Row<'_>, first: usize) -> rusqlite::Result<TemplateContent> {
    let design: String = row.get(first + 2)?;
    let design: Design = serde_json::from_str(&design)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(first + 2, Type::Text, error.into()))?;
    Ok(TemplateContent { name: row.get(first)?, shared: row.get(first + 1)?, design })
}

fn design(content: &TemplateContent) -> Result<String, Error> {
    serde_json::to_string(&content.design).map_err(|error| Error::Setup(format!("a report cannot be written as JSON: {error}")))
}

/// A template by its identifier, whosever it is, and also if it was removed.
///
/// # Errors
/// The database.
pub fn find(db: &Db, id: ReportTemplateId) -> Result<Option<StoredTemplate>, Error> {
    let mut query = db.prepare_cached(
        "SELECT t.num, t.utility, t.author, u.id, t.removed, t.name, t.shared, t.design
         FROM report_template t JOIN user u ON u.num = t.author WHERE t.id = ?1",
    )?;
    let found = query.query_row([id.0.as_bytes()], |row| {
        Ok(StoredTemplate {
            num: row.get(0)?,
            utility: row.get(1)?,
            author: (row.get(2)?, UserId(Uuid::from_bytes(row.get(3)?))),
            is_removed: row.get(4)?,
            content: content(row, 5)?,
        })
    });
    Ok(found.optional()?)
}

/// How many templates an author has.
///
/// # Errors
/// The database.
pub fn count_of(db: &Db, author: i64) -> Result<u32, Error> {
    let mut query = db.prepare_cached("SELECT COUNT(*) FROM report_template WHERE author = ?1 AND removed = 0")?;
    Ok(query.query_row([author], |row| row.get(0))?)
}

/// A template to be written: by whom (key and name) and when.
pub struct PutTemplate<'a> {
    /// What it is to be.
    pub content: &'a TemplateContent,
    /// The name of whoever puts it.
    pub by: &'a str,
    /// When it was put.
    pub at: UtcMillis,
}

/// Writes a new template.
///
/// # Errors
/// There is one of this identifier, or the database.
pub fn insert(tx: &mut Tx<'_>, id: ReportTemplateId, (utility, author): (i64, i64), new: &PutTemplate<'_>) -> Result<(), Error> {
    let design = design(new.content)?;
    let mut insert = tx.db.prepare_cached(
        "INSERT INTO report_template (id, utility, author, name, shared, design, by_name, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    let TemplateContent { name, shared, .. } = new.content;
    insert.execute(params![id.0.as_bytes(), utility, author, name, shared, design, new.by, new.at.0])?;
    Ok(())
}

/// Replaces a template (key); returns its new revision.
///
/// # Errors
/// The database.
pub fn replace(tx: &mut Tx<'_>, template: i64, new: &PutTemplate<'_>) -> Result<i64, Error> {
    let design = design(new.content)?;
    let mut update = tx.db.prepare_cached(
        "UPDATE report_template SET name = ?2, shared = ?3, design = ?4, by_name = ?5, at = ?6, rev = rev + 1 WHERE num = ?1 RETURNING rev",
    )?;
    let TemplateContent { name, shared, .. } = new.content;
    Ok(update.query_row(params![template, name, shared, design, new.by, new.at.0], |row| row.get(0))?)
}

/// Removes a template (key).
///
/// # Errors
/// The database.
pub fn remove(tx: &mut Tx<'_>, template: i64) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE report_template SET removed = 1, rev = rev + 1 WHERE num = ?1")?.execute([template])?;
    Ok(())
}

/// The body of a template's row.
///
/// # Errors
/// The database.
pub fn body(db: &Db, id: Uuid) -> Result<Option<ReportTemplate>, Error> {
    let mut query = db.prepare_cached(
        "SELECT t.id, t.rev, u.id, t.by_name, t.at, t.name, t.shared, t.design
         FROM report_template t JOIN user u ON u.num = t.author WHERE t.id = ?1 AND t.removed = 0",
    )?;
    let found = query.query_row([id.as_bytes()], |row| {
        Ok(ReportTemplate {
            id: ReportTemplateId(Uuid::from_bytes(row.get(0)?)),
            version: row.get(1)?,
            author: Some(UserId(Uuid::from_bytes(row.get(2)?))),
            by: row.get(3)?,
            at: UtcMillis(row.get(4)?),
            content: content(row, 5)?,
        })
    });
    Ok(found.optional()?)
}
