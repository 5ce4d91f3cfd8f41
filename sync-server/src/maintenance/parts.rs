//! Stock of spare parts: the list that admins keep, what they receive, move and count, and what is used under work orders, which is taken from the
//! stock in the transaction in which it becomes known. No use is refused for what is there: a count may be below zero, and somebody counts then.

use crate::core::feed::RowId;
use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use crate::maintenance::rows::parts as rows;
use crate::maintenance::rows::parts::{NewMovement, STORE, StoredPart};
use crate::maintenance::rows::records::NewRecord;
use crate::maintenance::schedules::still_admin;
use crate::metering::rows::zones::is_recorded_of;
use domain::core::local_time::DAY_MS;
use domain::maintenance::record::{PartSource, RecordContent};
use domain::maintenance::stock::{Movement, MovementFault, Pieces, StockPlace, clean_name, difference, name_key, van_row};
use domain::{PartId, UtcMillis};
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use protocol::maintenance::parts::{HeldPart, MOST_PARTS, MOST_UNLISTED, PartChange, PartDeed, PartRow, PartStock};
use protocol::maintenance::parts::{UNLISTED_DAYS, UnlistedPart};
use protocol::sync::rows::Entity;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Records that are looked at for parts that are in no list.
const LOOKED_AT: i64 = 2_000;

/// What changed, for the audit log.
type Changes = Vec<(&'static str, String, String)>;

fn refused(sentence: &str) -> Error {
    Error::problem(Code::BadRequest, sentence)
}

/// The stock of a utility.
///
/// # Errors
/// The database.
pub fn list(db: &Db, utility: i64, now: UtcMillis) -> Result<PartStock, Error> {
    let all = rows::all(db, utility)?;
    let mut held = BTreeMap::<i64, Vec<HeldPart>>::new();
    for (part, of_place) in rows::held(db, utility)? {
        held.entry(part).or_default().push(of_place);
    }
    let unlisted = unlisted(db, utility, &all, now)?;
    let row = |part: StoredPart| PartRow { id: part.id, name: part.name, held: held.remove(&part.num).unwrap_or_default() };
    Ok(PartStock { parts: all.into_iter().map(row).collect(), vans: rows::vans(db, utility)?, unlisted })
}

/// Parts that were used of late and are in no list, the latest first.
fn unlisted(db: &Db, utility: i64, all: &[StoredPart], now: UtcMillis) -> Result<Vec<UnlistedPart>, Error> {
    let listed: BTreeSet<&str> = all.iter().map(|part| part.key.as_str()).collect();
    let mut found = Vec::<(String, UnlistedPart)>::new();
    for (content, at) in rows::used_since(db, utility, now.plus(-UNLISTED_DAYS * DAY_MS), LOOKED_AT)? {
        let Ok(RecordContent::Part { name, count, .. }) = serde_json::from_str(&content) else { continue };
        let (key, pieces) = (name_key(&name), Pieces(i64::from(count)));
        if listed.contains(key.as_str()) {
            continue;
        }
        if let Some((_, part)) = found.iter_mut().find(|(other, _)| *other == key) {
            part.pieces = part.pieces.plus(pieces);
        } else if found.len() < MOST_UNLISTED {
            found.push((key, UnlistedPart { name, pieces, at }));
        }
    }
    Ok(found.into_iter().map(|(_, part)| part).collect())
}

/// Changes the list or moves pieces, once for each key; returns the stock as it is now.
///
/// # Errors
/// It cannot be (`part_name`, `part_known`, `part_taken`, `part_most`, `part_pieces`, `part_places`), there is no such part or technician, or the
/// database.
pub fn change(tx: &mut Tx<'_>, admin: &Caller, asked: &PartChange) -> Result<PartStock, Error> {
    let admin = &still_admin(tx, admin)?;
    let (utility, now, kind) = (admin.utility, tx.now, asked.stock.kind());
    if !is_recorded_of(tx, utility, (kind, asked.key), asked.part.0)? {
        let changes = apply(tx, admin, asked)?;
        let entry = audit::Entry::by(admin, (kind, asked.key), (Office::Maintenance as u8, asked.part.0));
        audit::record(tx, &entry, changes.into_iter().filter(|(_, before, after)| before != after))?;
    }
    list(tx, utility, now)
}

fn apply(tx: &mut Tx<'_>, admin: &Caller, asked: &PartChange) -> Result<Changes, Error> {
    let utility = admin.utility;
    let part = match &asked.stock {
        PartDeed::Add { name } => return add(tx, utility, asked.part, name),
        _ => rows::find(tx, utility, asked.part)?.ok_or_else(|| Error::problem(Code::NotFound, "there is no such part"))?,
    };
    let movement = match asked.stock {
        PartDeed::Add { .. } | PartDeed::Remove => return remove(tx, utility, part),
        PartDeed::Receive { pieces } => Movement::Received { pieces },
        PartDeed::Move { from, to, pieces } => Movement::Moved { from, to, pieces },
        PartDeed::Count { place, pieces } => {
            let (van, _) = place_of(tx, utility, place)?;
            let known = rows::pieces(tx, part.num, van)?;
            Movement::Counted { place, by: difference(known, pieces).ok_or_else(many)? }
        }
    };
    match movement.fault() {
        Some(MovementFault::Pieces) => return Err(many()),
        Some(MovementFault::Places) => return Err(refused("part_places: pieces go from the store into a van, or back")),
        None => {}
    }
    if rows::is_moved(tx, asked.key)? {
        return Err(refused("part_taken: something else was done under this key"));
    }
    let mut changes = vec![("name", String::new(), part.name.clone())];
    changes.extend(said(tx, utility, &part, &movement)?);
    write(tx, (utility, &part), (asked.key, &movement), (admin.num, None))?;
    Ok(changes)
}

fn many() -> Error {
    refused("part_pieces: one piece to 99,999 of them at once; where somebody counts, none as well")
}

/// Puts a part into the list.
fn add(tx: &mut Tx<'_>, utility: i64, id: PartId, name: &str) -> Result<Changes, Error> {
    let name = clean_name(name).map_err(|_| refused("part_name: a part's name has 1 to 80 characters"))?;
    let key = name_key(&name);
    if rows::exists(tx, id)? {
        return Err(refused("part_taken: there is a part of this identifier already"));
    }
    if rows::named(tx, utility, &key)?.is_some() {
        return Err(refused("part_known: there is a part of this name already"));
    }
    if rows::count(tx, utility)? >= MOST_PARTS {
        return Err(refused("part_most: 500 parts are as many as there can be"));
    }
    rows::insert(tx, utility, id, (&name, &key))?;
    Ok(vec![("name", String::new(), name)])
}

/// Takes a part out of the list, and out of the vans.
fn remove(tx: &mut Tx<'_>, utility: i64, part: StoredPart) -> Result<Changes, Error> {
    for (row, technician) in rows::in_vans(tx, part.num)? {
        let own = tx.bucket(utility, format!("user:{technician}"))?;
        tx.remove(own, Entity::VanPart, &RowId::of(row))?;
    }
    rows::end(tx, part.num)?;
    Ok(vec![("name", part.name, String::new())])
}

/// The key and the name of a place; the store has no name of its own.
fn place_of(db: &Db, utility: i64, place: StockPlace) -> Result<(i64, String), Error> {
    match place {
        StockPlace::Store => Ok((STORE, "store".to_owned())),
        StockPlace::Van { technician } => {
            rows::driver(db, utility, technician)?.ok_or_else(|| Error::problem(Code::NotFound, "there is no such technician"))
        }
    }
}

/// A movement as the audit log has it: from where, to where, and how many; of a count, how many there were and are.
fn said(db: &Db, utility: i64, part: &StoredPart, movement: &Movement) -> Result<Changes, Error> {
    let name = |place: StockPlace| Ok::<String, Error>(place_of(db, utility, place)?.1);
    let some = |pieces: u32| ("pieces", String::new(), pieces.to_string());
    Ok(match *movement {
        Movement::Received { pieces } => vec![("stock_to", String::new(), name(StockPlace::Store)?), some(pieces)],
        Movement::Moved { from, to, pieces } => {
            vec![("stock_from", String::new(), name(from)?), ("stock_to", String::new(), name(to)?), some(pieces)]
        }
        Movement::Counted { place, by } => {
            let (van, name) = place_of(db, utility, place)?;
            let known = rows::pieces(db, part.num, van)?;
            vec![("stock_in", String::new(), name), ("pieces", known.0.to_string(), known.plus(by).0.to_string())]
        }
        // The record itself stands in the log.
        Movement::Used { .. } => Vec::new(),
    })
}

/// Writes a movement of a part, and puts the rows of the vans that it touches into their technicians' buckets.
fn write(
    tx: &mut Tx<'_>,
    (utility, part): (i64, &StoredPart),
    (id, movement): (Uuid, &Movement),
    (author, record): (i64, Option<i64>),
) -> Result<(), Error> {
    let of_places = movement.effects();
    let mut effects = Vec::<(i64, Pieces)>::new();
    for (place, by) in &of_places {
        effects.push((place_of(tx, utility, *place)?.0, *by));
    }
    rows::write(tx, &NewMovement { id, part: part.num, kind: movement.kind(), record, author, effects: &effects })?;
    for ((place, _), (van, _)) in of_places.iter().zip(&effects) {
        if let StockPlace::Van { technician } = place {
            let row = van_row(part.id, *technician);
            let rev = rows::renew(tx, row, (part.num, *van))?;
            let own = tx.bucket(utility, format!("user:{technician}"))?;
            tx.put(own, Entity::VanPart, &RowId::of(*row.as_bytes()), rev)?;
        }
    }
    Ok(())
}

/// Takes a part that was recorded as used (its record's key) from where it came, if it is in the list. The movement has the record's identifier, and
/// a record is added once, so that nothing is taken twice.
///
/// # Errors
/// The database.
pub fn used(tx: &mut Tx<'_>, new: &NewRecord<'_>, record: i64) -> Result<(), Error> {
    let RecordContent::Part { name, count, from, .. } = new.content else { return Ok(()) };
    let (_, meter) = new.under;
    let (utility, technician) = rows::whose(tx, meter, new.author)?;
    let Some(part) = rows::named(tx, utility, &name_key(name))? else { return Ok(()) };
    let from = match from {
        PartSource::Van => StockPlace::Van { technician },
        PartSource::Store => StockPlace::Store,
    };
    let movement = Movement::Used { from, pieces: *count };
    write(tx, (utility, &part), (new.id.0, &movement), (new.author, Some(record)))
}
