//! What users say of advice on saving water, as rows.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::tips::{TipMarks, TipName};
use domain::{ConnectionId, LocalDay};
use protocol::sync::rows::TipState;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

fn marks(row: &Row<'_>, at: usize) -> rusqlite::Result<TipMarks> {
    Ok(TipMarks { applied: row.get::<_, Option<i32>>(at)?.map(LocalDay), bookmarked: row.get(at + 1)? })
}

/// What holds of an advice, by the identifier of its row; nothing where nobody has said anything.
///
/// # Errors
/// The database.
pub fn find(db: &Db, id: Uuid) -> Result<Option<TipMarks>, Error> {
    let mut query = db.prepare_cached("SELECT applied, bookmarked FROM tip_state WHERE id = ?1")?;
    Ok(query.query_row([id.as_bytes()], |row| marks(row, 0)).optional()?)
}

/// Of how many pieces of advice a user has said something at a connection.
///
/// # Errors
/// The database.
pub fn count(db: &Db, user: i64, connection: i64) -> Result<i64, Error> {
    let mut query = db.prepare_cached("SELECT COUNT(*) FROM tip_state WHERE user = ?1 AND connection = ?2")?;
    Ok(query.query_row([user, connection], |row| row.get(0))?)
}

/// Writes what holds of an advice; returns the revision of its row.
///
/// # Errors
/// No such user or connection, or the database.
pub fn write(tx: &mut Tx<'_>, id: Uuid, (user, connection, tip): (i64, i64, &TipName), marks: TipMarks) -> Result<i64, Error> {
    let mut query = tx.db.prepare_cached(
        "INSERT INTO tip_state (id, user, connection, tip, applied, bookmarked) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id) DO UPDATE SET rev = rev + 1, applied = excluded.applied, bookmarked = excluded.bookmarked RETURNING rev",
    )?;
    let values = params![id.as_bytes(), user, connection, tip.as_str(), marks.applied.map(|day| day.0), marks.bookmarked];
    Ok(query.query_row(values, |row| row.get(0))?)
}

/// The body of a row.
///
/// # Errors
/// The database.
pub fn body(db: &Db, id: Uuid) -> Result<Option<TipState>, Error> {
    let mut query = db.prepare_cached(
        "SELECT c.id, t.tip, t.applied, t.bookmarked FROM tip_state t JOIN connection c ON c.num = t.connection WHERE t.id = ?1",
    )?;
    let found = query.query_row([id.as_bytes()], |row| {
        let name: String = row.get(1)?;
        let tip =
            TipName::parse(&name).map_err(|error| rusqlite::Error::FromSqlConversionFailure(1, Type::Text, Box::new(error)))?;
        let TipMarks { applied, bookmarked } = marks(row, 2)?;
        let connection = ConnectionId(Uuid::from_bytes(row.get(0)?));
        Ok(TipState { id, connection, tip, applied, bookmarked })
    });
    Ok(found.optional()?)
}
