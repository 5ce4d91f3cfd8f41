//! Opening balances with the imports that brought them: what waits, what is booked, what was declined or taken back.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::billing::opening::{ACTS, OpeningLimits, OpeningState};
use domain::people::CustomerStatus;
use domain::{ConnectionId, OpeningId, Rupiah, UtcMillis};
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// An opening balance as an operation brings it.
#[derive(Clone, Copy, Debug)]
pub struct NewOpening<'a> {
    /// Its identifier, which follows from import and row.
    pub id: OpeningId,
    /// Whose.
    pub connection: ConnectionId,
    /// How much; below zero it is owed.
    pub amount: Rupiah,
    /// The import.
    pub import: Uuid,
    /// The row of its sheet.
    pub row: u32,
    /// The name of its file.
    pub source: &'a str,
}

/// An opening balance with its keys.
pub struct Stored {
    /// Its key.
    pub num: i64,
    /// Key of its utility.
    pub utility: i64,
    /// The import.
    pub import: Uuid,
    /// Key of the admin who imported it.
    pub asked_by: i64,
    /// Key of its connection.
    pub connection: i64,
    /// Identifier of its connection.
    pub connection_id: ConnectionId,
    /// How much.
    pub amount: Rupiah,
    /// How far it is.
    pub state: OpeningState,
    /// When the server received it.
    pub asked_at: UtcMillis,
    /// The key of the request that decided it.
    pub decided_key: Option<[u8; 16]>,
}

const COLUMNS: &str =
    "SELECT o.num, o.utility, i.id, i.asked_by, o.connection, c.id, o.amount, o.state, o.asked_at, o.decided_key
    FROM opening_balance o JOIN opening_import i ON i.num = o.import JOIN connection c ON c.num = o.connection";

fn read(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let state: String = row.get(7)?;
    Ok(Stored {
        num: row.get(0)?,
        utility: row.get(1)?,
        import: Uuid::from_bytes(row.get(2)?),
        asked_by: row.get(3)?,
        connection: row.get(4)?,
        connection_id: ConnectionId(Uuid::from_bytes(row.get(5)?)),
        amount: Rupiah(row.get(6)?),
        // A state that the schema's own CHECK would refuse is read as one by which no money moves.
        state: OpeningState::from_word(&state).unwrap_or(OpeningState::Declined),
        asked_at: UtcMillis(row.get(8)?),
        decided_key: row.get(9)?,
    })
}

/// An opening balance of any utility, by its identifier.
pub fn find(db: &Db, id: OpeningId) -> Result<Option<Stored>, Error> {
    let mut query = db.prepare_cached(&format!("{COLUMNS} WHERE o.id = ?1"))?;
    Ok(query.query_row([id.0.as_bytes()], read).optional()?)
}

/// The first of those of an import that wait, up to a place.
pub fn waiting_of(db: &Db, utility: i64, (import, up_to): (Uuid, i64), most: i64) -> Result<Vec<Stored>, Error> {
    let mut query = db.prepare_cached(&format!(
        "{COLUMNS} WHERE o.utility = ?1 AND o.import = (SELECT num FROM opening_import WHERE utility = ?1 AND id = ?2)
           AND o.state = 'waiting' AND o.num <= ?3 ORDER BY o.num LIMIT +?4"
    ))?;
    let found = query.query_map(params![utility, import.as_bytes(), up_to, most], read)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// How many of an import wait, up to a place.
pub fn count_waiting_of(db: &Db, utility: i64, (import, up_to): (Uuid, i64)) -> Result<i64, Error> {
    let mut query = db.prepare_cached(
        "SELECT COUNT(*) FROM opening_balance
         WHERE utility = ?1 AND import = (SELECT num FROM opening_import WHERE utility = ?1 AND id = ?2) AND state = 'waiting' AND num <= ?3",
    )?;
    Ok(query.query_row(params![utility, import.as_bytes(), up_to], |row| row.get(0))?)
}

/// Whether a request has decided about some of an import.
pub fn is_decided_by(db: &Db, utility: i64, import: Uuid, key: Uuid) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM opening_balance o JOIN opening_import i ON i.num = o.import
           WHERE o.decided_key = ?3 AND i.utility = ?1 AND i.id = ?2)",
    )?;
    Ok(query.query_row(params![utility, import.as_bytes(), key.as_bytes()], |row| row.get(0))?)
}

/// A connection that an opening balance is for.
pub struct Place {
    /// Its key.
    pub num: i64,
    /// Whether its customer is one still.
    pub is_of_customer: bool,
    /// Whether a meter is installed there.
    pub has_meter: bool,
}

/// A connection of a utility.
pub fn place(db: &Db, utility: i64, connection: ConnectionId) -> Result<Option<Place>, Error> {
    let mut query = db.prepare_cached(
        "SELECT c.num, cu.status <> ?3, EXISTS (SELECT 1 FROM installation i WHERE i.connection = c.num AND i.until IS NULL)
         FROM connection c JOIN customer cu ON cu.num = c.customer WHERE c.id = ?1 AND c.utility = ?2",
    )?;
    let values = params![connection.0.as_bytes(), utility, CustomerStatus::Inactive.as_str()];
    let found =
        query.query_row(values, |row| Ok(Place { num: row.get(0)?, is_of_customer: row.get(1)?, has_meter: row.get(2)? }));
    Ok(found.optional()?)
}

/// Whether a connection has an opening balance that waits or is booked.
pub fn stands(db: &Db, connection: i64) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM opening_balance WHERE connection = ?1 AND state IN ('waiting', 'booked'))",
    )?;
    Ok(query.query_row([connection], |row| row.get(0))?)
}

/// An import that has brought opening balances.
pub struct Import {
    /// Its key.
    pub num: i64,
    /// Key of the admin whose it is.
    pub asked_by: i64,
    /// What was booked of it without a second admin, added up without signs.
    pub alone: Rupiah,
}

/// An import of a utility.
pub fn import(db: &Db, utility: i64, id: Uuid) -> Result<Option<Import>, Error> {
    let mut query = db.prepare_cached("SELECT num, asked_by, alone FROM opening_import WHERE utility = ?1 AND id = ?2")?;
    let found = query.query_row(params![utility, id.as_bytes()], |row| {
        Ok(Import { num: row.get(0)?, asked_by: row.get(1)?, alone: Rupiah(row.get(2)?) })
    });
    Ok(found.optional()?)
}

/// Adds an import with its first balance.
pub fn add_import(tx: &mut Tx<'_>, (utility, who): (i64, i64), new: &NewOpening<'_>) -> Result<Import, Error> {
    tx.db
        .prepare_cached("INSERT INTO opening_import (utility, id, source, asked_by, asked_at) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![utility, new.import.as_bytes(), new.source, who, tx.now.0])?;
    Ok(Import { num: tx.db.last_insert_rowid(), asked_by: who, alone: Rupiah(0) })
}

/// Counts what was booked of an import without a second admin.
pub fn add_alone(tx: &mut Tx<'_>, import: i64, amount: Rupiah) -> Result<(), Error> {
    tx.db
        .prepare_cached("UPDATE opening_import SET alone = alone + ?2 WHERE num = ?1")?
        .execute([import, amount.0.saturating_abs()])?;
    Ok(())
}

/// Adds an opening balance that waits or is booked; returns its key.
pub fn insert(
    tx: &mut Tx<'_>,
    (utility, import, connection): (i64, i64, i64),
    new: &NewOpening<'_>,
    state: OpeningState,
) -> Result<i64, Error> {
    let booked_at = (state == OpeningState::Booked).then_some(tx.now.0);
    tx.db
        .prepare_cached(
            "INSERT INTO opening_balance (id, utility, import, connection, amount, place, state, asked_at, booked_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            new.id.0.as_bytes(),
            utility,
            import,
            connection,
            new.amount.0,
            new.row,
            state.as_str(),
            tx.now.0,
            booked_at
        ])?;
    Ok(tx.db.last_insert_rowid())
}

/// Writes what a second admin has decided about one that waits.
pub fn decide(tx: &mut Tx<'_>, num: i64, state: OpeningState, (who, key): (i64, Uuid)) -> Result<(), Error> {
    let booked_at = (state == OpeningState::Booked).then_some(tx.now.0);
    tx.db
        .prepare_cached(
            "UPDATE opening_balance SET state = ?2, decided_by = ?3, decided_at = ?4, decided_key = ?5, booked_at = ?6
             WHERE num = ?1 AND state = 'waiting'",
        )?
        .execute(params![num, state.as_str(), who, tx.now.0, key.as_bytes(), booked_at])?;
    Ok(())
}

/// Writes that one was taken back.
pub fn take_back(tx: &mut Tx<'_>, num: i64) -> Result<(), Error> {
    tx.db
        .prepare_cached("UPDATE opening_balance SET state = 'taken_back', taken_back_at = ?2 WHERE num = ?1")?
        .execute([num, tx.now.0])?;
    Ok(())
}

/// Whether somebody has gone on from a connection's balance since a transfer under a key.
pub fn is_built_on(db: &Db, connection: i64, key: &str) -> Result<bool, Error> {
    let acts = ACTS.map(|kind| format!("'{kind}'")).join(", ");
    let mut query = db.prepare_cached(&format!(
        "SELECT EXISTS (SELECT 1 FROM transfer WHERE connection = ?1 AND num > (SELECT num FROM transfer WHERE key = ?2) AND kind IN ({acts}))"
    ))?;
    Ok(query.query_row(params![connection, key], |row| row.get(0))?)
}

/// What a utility has set one admin to book alone; none while it has set nothing.
pub fn limits(db: &Db, utility: i64) -> Result<Option<OpeningLimits>, Error> {
    let mut query = db.prepare_cached("SELECT per_row, per_import FROM opening_limit WHERE utility = ?1")?;
    let found =
        query.query_row([utility], |row| Ok(OpeningLimits { per_row: Rupiah(row.get(0)?), per_import: Rupiah(row.get(1)?) }));
    Ok(found.optional()?)
}

/// Sets what one admin books alone.
pub fn set_limits(tx: &mut Tx<'_>, utility: i64, limits: OpeningLimits) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO opening_limit (utility, per_row, per_import) VALUES (?1, ?2, ?3)
             ON CONFLICT (utility) DO UPDATE SET per_row = excluded.per_row, per_import = excluded.per_import",
        )?
        .execute([utility, limits.per_row.0, limits.per_import.0])?;
    Ok(())
}

/// Whether limits were set under a key. It reads the log of this kind, which is short.
pub fn is_recorded(db: &Db, utility: i64, key: Uuid) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM audit WHERE utility = ?1 AND kind = 'set_opening_limits' AND op_id = ?2)",
    )?;
    Ok(query.query_row(params![utility, key.as_bytes()], |row| row.get(0))?)
}
