//! Spare parts as rows: the list, what became of pieces, and how many are where.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::maintenance::stock::{MovementKind, Pieces, StockPlace};
use domain::{PartId, UserId, UtcMillis};
use protocol::maintenance::parts::{HeldPart, Van};
use protocol::sync::rows::VanPart;
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// Stands for the store where a van's key would be.
pub const STORE: i64 = 0;

/// A part of the list.
pub struct StoredPart {
    /// Key.
    pub num: i64,
    /// Identifier.
    pub id: PartId,
    /// How it is called.
    pub name: String,
    /// What that has in common with names of the same part.
    pub key: String,
}

const PART: &str = "SELECT num, id, name, key FROM part WHERE ended_at IS NULL AND utility = ?1";

fn part(row: &Row<'_>) -> rusqlite::Result<StoredPart> {
    Ok(StoredPart { num: row.get(0)?, id: PartId(Uuid::from_bytes(row.get(1)?)), name: row.get(2)?, key: row.get(3)? })
}

/// The parts of a utility's list, by name.
///
/// # Errors
/// The database.
pub fn all(db: &Db, utility: i64) -> Result<Vec<StoredPart>, Error> {
    let mut query = db.prepare_cached(&format!("{PART} ORDER BY key"))?;
    Ok(query.query_map([utility], part)?.collect::<Result<_, _>>()?)
}

/// One of them.
///
/// # Errors
/// The database.
pub fn find(db: &Db, utility: i64, id: PartId) -> Result<Option<StoredPart>, Error> {
    let mut query = db.prepare_cached(&format!("{PART} AND id = ?2"))?;
    Ok(query.query_row(params![utility, id.0.as_bytes()], part).optional()?)
}

/// The one that a name means, by what names of it have in common.
///
/// # Errors
/// The database.
pub fn named(db: &Db, utility: i64, key: &str) -> Result<Option<StoredPart>, Error> {
    let mut query = db.prepare_cached(&format!("{PART} AND key = ?2"))?;
    Ok(query.query_row(params![utility, key], part).optional()?)
}

/// Whether there is, or was, a part of this identifier, in whichever utility.
///
/// # Errors
/// The database.
pub fn exists(db: &Db, id: PartId) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM part WHERE id = ?1)")?;
    Ok(query.query_row([id.0.as_bytes()], |row| row.get(0))?)
}

/// How many parts a utility's list has.
///
/// # Errors
/// The database.
pub fn count(db: &Db, utility: i64) -> Result<i64, Error> {
    let mut query = db.prepare_cached("SELECT COUNT(*) FROM part WHERE utility = ?1 AND ended_at IS NULL")?;
    Ok(query.query_row([utility], |row| row.get(0))?)
}

/// Puts a part into the list.
///
/// # Errors
/// There is one of this identifier or of this name, or the database.
pub fn insert(tx: &mut Tx<'_>, utility: i64, id: PartId, (name, key): (&str, &str)) -> Result<(), Error> {
    let mut insert = tx.db.prepare_cached("INSERT INTO part (id, utility, name, key, added_at) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    insert.execute(params![id.0.as_bytes(), utility, name, key, tx.now.0])?;
    Ok(())
}

/// Takes a part (key) out of the list.
///
/// # Errors
/// The database.
pub fn end(tx: &mut Tx<'_>, part: i64) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE part SET ended_at = ?2 WHERE num = ?1")?.execute([part, tx.now.0])?;
    Ok(())
}

/// How many pieces of each part of a utility's list are where: the key of the part, and the place; the store first, then vans by name.
///
/// # Errors
/// The database.
pub fn held(db: &Db, utility: i64) -> Result<Vec<(i64, HeldPart)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT e.part, u.id, COALESCE(u.name, ''), e.pieces FROM (
           SELECT part, van, SUM(pieces) AS pieces FROM part_effect
           WHERE part IN (SELECT num FROM part WHERE utility = ?1 AND ended_at IS NULL) GROUP BY part, van) e
         LEFT JOIN user u ON u.num = e.van ORDER BY e.part, e.van <> 0, u.name, u.num",
    )?;
    let found = query.query_map([utility], |row| {
        let technician: Option<[u8; 16]> = row.get(1)?;
        let van = |id| StockPlace::Van { technician: UserId(Uuid::from_bytes(id)) };
        let place = technician.map_or(StockPlace::Store, van);
        Ok((row.get(0)?, HeldPart { place, name: row.get(2)?, pieces: Pieces(row.get(3)?) }))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// How many pieces of a part (key) are in a place ([`STORE`], or the key of a technician).
///
/// # Errors
/// The database.
pub fn pieces(db: &Db, part: i64, van: i64) -> Result<Pieces, Error> {
    let mut query = db.prepare_cached("SELECT COALESCE(SUM(pieces), 0) FROM part_effect WHERE part = ?1 AND van = ?2")?;
    Ok(Pieces(query.query_row([part, van], |row| row.get(0))?))
}

/// Whoever has a van, or had one, by key and name: anybody who works for the utility, or used something when they did.
///
/// # Errors
/// The database.
pub fn driver(db: &Db, utility: i64, id: UserId) -> Result<Option<(i64, String)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num, name FROM user WHERE utility = ?1 AND id = ?2
         AND (role IN ('technician', 'admin') OR EXISTS (SELECT 1 FROM van_part v WHERE v.user = user.num))",
    )?;
    Ok(query.query_row(params![utility, id.0.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// The vans of a utility's technicians who may sign in, by name.
///
/// # Errors
/// The database.
pub fn vans(db: &Db, utility: i64) -> Result<Vec<Van>, Error> {
    let mut query = db.prepare_cached(
        "SELECT id, name FROM user WHERE utility = ?1 AND role = 'technician' AND active = 1 ORDER BY name, num",
    )?;
    let found = query.query_map([utility], |row| Ok(Van { id: UserId(Uuid::from_bytes(row.get(0)?)), name: row.get(1)? }))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The utility (key) of a meter (key), and who somebody (key) is.
///
/// # Errors
/// The database.
pub fn whose(db: &Db, meter: i64, author: i64) -> Result<(i64, UserId), Error> {
    let mut query = db.prepare_cached("SELECT m.utility, u.id FROM meter m, user u WHERE m.num = ?1 AND u.num = ?2")?;
    Ok(query.query_row([meter, author], |row| Ok((row.get(0)?, UserId(Uuid::from_bytes(row.get(1)?)))))?)
}

/// What became of pieces of a part, to be written.
pub struct NewMovement<'a> {
    /// Identifier: of the record under which they were used, otherwise the key of whoever asked for it.
    pub id: Uuid,
    /// Key of the part.
    pub part: i64,
    /// What became of them.
    pub kind: MovementKind,
    /// Key of the record under which they were used.
    pub record: Option<i64>,
    /// Key of whoever says so.
    pub author: i64,
    /// By how many each place has more: [`STORE`] or the key of a technician.
    pub effects: &'a [(i64, Pieces)],
}

/// Whether something was asked for under a key. What was used has the identifier of its record, which another key cannot take.
///
/// # Errors
/// The database.
pub fn is_moved(db: &Db, key: Uuid) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM part_movement WHERE id = ?1 AND record IS NULL)")?;
    Ok(query.query_row([key.as_bytes()], |row| row.get(0))?)
}

/// Writes what became of pieces.
///
/// # Errors
/// There is one under this key or of this record, or the database.
pub fn write(tx: &mut Tx<'_>, new: &NewMovement<'_>) -> Result<(), Error> {
    let NewMovement { id, part, kind, record, author, effects } = new;
    let mut insert =
        tx.db.prepare_cached("INSERT INTO part_movement (id, part, kind, record, author, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    let movement = insert.insert(params![id.as_bytes(), part, kind.as_str(), record, author, tx.now.0])?;
    let mut insert = tx.db.prepare_cached("INSERT INTO part_effect (part, van, movement, pieces) VALUES (?1, ?2, ?3, ?4)")?;
    for (van, by) in *effects {
        insert.execute([*part, *van, movement, by.0])?;
    }
    Ok(())
}

/// Writes that a van's row (identifier) of a part, by keys, is another one now; returns its revision.
///
/// # Errors
/// The database.
pub fn renew(tx: &mut Tx<'_>, id: Uuid, (part, user): (i64, i64)) -> Result<i64, Error> {
    let mut query = tx.db.prepare_cached(
        "INSERT INTO van_part (id, part, user) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET rev = rev + 1 RETURNING rev",
    )?;
    Ok(query.query_row(params![id.as_bytes(), part, user], |row| row.get(0))?)
}

/// The rows of a part (key) in vans: each with whose it is.
///
/// # Errors
/// The database.
pub fn in_vans(db: &Db, part: i64) -> Result<Vec<([u8; 16], UserId)>, Error> {
    let mut query = db.prepare_cached("SELECT v.id, u.id FROM van_part v JOIN user u ON u.num = v.user WHERE v.part = ?1")?;
    let found = query.query_map([part], |row| Ok((row.get(0)?, UserId(Uuid::from_bytes(row.get(1)?)))))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The body of a van's row; none if its part is in the list no more.
///
/// # Errors
/// The database.
pub fn body(db: &Db, id: Uuid) -> Result<Option<VanPart>, Error> {
    let mut query = db.prepare_cached(
        "SELECT p.id, p.name, (SELECT COALESCE(SUM(e.pieces), 0) FROM part_effect e WHERE e.part = v.part AND e.van = v.user)
         FROM van_part v JOIN part p ON p.num = v.part WHERE v.id = ?1 AND p.ended_at IS NULL",
    )?;
    let found = query.query_row([id.as_bytes()], |row| {
        Ok(VanPart { id, part: PartId(Uuid::from_bytes(row.get(0)?)), name: row.get(1)?, pieces: Pieces(row.get(2)?) })
    });
    Ok(found.optional()?)
}

/// What was recorded as used at a utility's meters from an instant on, as its content, with when it was received; the latest first.
///
/// # Errors
/// The database.
pub fn used_since(db: &Db, utility: i64, since: UtcMillis, most: i64) -> Result<Vec<(String, UtcMillis)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT r.content, r.received_at FROM work_record r INDEXED BY work_record_part JOIN meter m ON m.num = r.meter
         WHERE json_extract(r.content, '$.what') = 'part' AND r.received_at >= ?2 AND m.utility = ?1
         ORDER BY r.received_at DESC LIMIT +?3",
    )?;
    let found = query.query_map(params![utility, since.0, most], |row| Ok((row.get(0)?, UtcMillis(row.get(1)?))))?;
    Ok(found.collect::<Result<_, _>>()?)
}
