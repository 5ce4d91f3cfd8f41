//! The turns that work takes, as rows.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::UtcMillis;
use domain::maintenance::work_order::{DeferReason, Progress, Turn, TurnKind};
use protocol::sync::rows::WorkTurn;
use rusqlite::types::Type;
use rusqlite::{Row, params};

fn kind(row: &Row<'_>, column: usize) -> rusqlite::Result<TurnKind> {
    let word: String = row.get(column)?;
    TurnKind::from_word(&word).ok_or_else(|| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, word.into()))
}

fn reason(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<DeferReason>> {
    Ok(DeferReason::from_word(&row.get::<_, String>(column)?))
}

/// The turns of an order.
pub(crate) const OF_ORDER: &str = "SELECT at, turn, reason FROM work_turn WHERE work_order = ?1";

/// What is known of an order (key), with its turns.
///
/// # Errors
/// The database.
pub fn over(db: &Db, order: i64, known: Progress) -> Result<Progress, Error> {
    let mut query = db.prepare_cached(OF_ORDER)?;
    let turns = query.query_map([order], |row| Ok((UtcMillis(row.get(0)?), Turn::of(kind(row, 1)?, reason(row, 2)?))))?;
    let turns = turns.collect::<Result<Vec<_>, _>>()?;
    Ok(turns.into_iter().fold(known, |known, (at, turn)| known.turned(turn, at)))
}

/// The turns of an order (key) as its row shows them, in order of time.
///
/// # Errors
/// The database.
pub fn shown(db: &Db, order: i64) -> Result<Vec<WorkTurn>, Error> {
    let mut query = db.prepare_cached("SELECT at, turn, reason, remark, by_name FROM work_turn WHERE work_order = ?1")?;
    let turns = query.query_map([order], |row| {
        let (at, turn, reason) = (UtcMillis(row.get(0)?), kind(row, 1)?, reason(row, 2)?);
        Ok(WorkTurn { at, turn, reason, text: row.get(3)?, by: row.get(4)? })
    })?;
    let mut turns = turns.collect::<Result<Vec<_>, _>>()?;
    turns.sort_by_key(|turn| (turn.at, turn.what()));
    Ok(turns)
}

/// Writes the turns that an order (key) has now and had not before, with what is written about them and the name of whoever said so; and deletes
/// those that are too many.
///
/// # Errors
/// The database.
pub fn write(
    tx: &mut Tx<'_>,
    order: i64,
    (before, after): (&Progress, &Progress),
    (text, by): (&str, &str),
) -> Result<(), Error> {
    let reason = |turn: &Turn| turn.reason().map_or("", DeferReason::as_str);
    for (at, turn) in after.turns.iter().filter(|turn| !before.turns.contains(turn)) {
        let mut insert = tx.db.prepare_cached(
            "INSERT INTO work_turn (work_order, at, turn, reason, remark, by_name) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        insert.execute(params![order, at.0, turn.kind().as_str(), reason(turn), text, by])?;
    }
    for (at, turn) in before.turns.iter().filter(|turn| !after.turns.contains(turn)) {
        let mut delete =
            tx.db.prepare_cached("DELETE FROM work_turn WHERE work_order = ?1 AND at = ?2 AND turn = ?3 AND reason = ?4")?;
        delete.execute(params![order, at.0, turn.kind().as_str(), reason(turn)])?;
    }
    Ok(())
}
