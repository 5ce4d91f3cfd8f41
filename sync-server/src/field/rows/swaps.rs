//! Meters that people put in the place of others, as rows: what their authors said, and why somebody should look at it.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::field::records::{NewFieldRecord, NewSwap};
use crate::field::rows::records::{name_of, reviews, words};
use domain::field::meter_swap::Swap;
use domain::{BlobId, MeterId, MeterSwapId, Millilitres, Serial, UtcMillis, WorkOrderId};
use protocol::sync::rows::MeterSwap;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// Writes a swap.
///
/// # Errors
/// The database.
pub fn insert(tx: &mut Tx<'_>, new: &NewSwap<'_>) -> Result<(), Error> {
    let NewSwap { record, old, is_entered, swap } = new;
    let NewFieldRecord { meter, author, at, received, review } = record;
    let Swap { serial, model, final_register, final_photo, first_register, first_photo, .. } = swap;
    let author_name = name_of(tx, *author)?;
    let mut insert = tx.db.prepare_cached(
        "INSERT INTO meter_swap (id, meter, old_meter, new_meter, author, author_name, at, received_at, serial, model, final_register,
           final_photo, first_register, first_photo, old_seal, new_seal, work_order, review)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
    )?;
    insert.execute(params![
        swap.swap.0.as_bytes(),
        meter,
        old,
        is_entered.then_some(meter),
        author,
        author_name,
        at.0,
        received.0,
        serial.as_str(),
        model,
        final_register.map(|register| register.0),
        final_photo.map(|photo| photo.0),
        first_register.0,
        first_photo.map(|photo| photo.0),
        swap.old_seal,
        swap.new_seal,
        swap.order.map(|order| *order.0.as_bytes()),
        words(review)
    ])?;
    Ok(())
}

/// The meter with which a utility's swap is held, and whether it is the one that the swap put up.
///
/// # Errors
/// The database.
pub fn held_with(db: &Db, utility: i64, id: Uuid) -> Result<Option<(MeterId, bool)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT m.id, s.meter <> s.old_meter FROM meter_swap s JOIN meter m ON m.num = s.meter WHERE s.id = ?1 AND m.utility = ?2",
    )?;
    let found = query.query_row(params![id.as_bytes(), utility], |row| Ok((MeterId(Uuid::from_bytes(row.get(0)?)), row.get(1)?)));
    Ok(found.optional()?)
}

/// A swap.
///
/// # Errors
/// The database.
pub fn body(db: &Db, id: Uuid) -> Result<Option<MeterSwap>, Error> {
    let mut query = db.prepare_cached(
        "SELECT s.id, m.id, o.id, o.serial, s.new_meter IS NOT NULL, s.serial, s.model, s.at, s.final_register, s.final_photo,
           s.first_register, s.first_photo, s.old_seal, s.new_seal, s.work_order, s.author_name, s.review
         FROM meter_swap s JOIN meter m ON m.num = s.meter JOIN meter o ON o.num = s.old_meter WHERE s.id = ?1",
    )?;
    Ok(query.query_row([id.as_bytes()], read).optional()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<MeterSwap> {
    let serial: String = row.get(5)?;
    let serial =
        serial.parse::<Serial>().map_err(|error| rusqlite::Error::FromSqlConversionFailure(5, Type::Text, Box::new(error)))?;
    Ok(MeterSwap {
        id: MeterSwapId(Uuid::from_bytes(row.get(0)?)),
        meter: MeterId(Uuid::from_bytes(row.get(1)?)),
        old: MeterId(Uuid::from_bytes(row.get(2)?)),
        old_serial: row.get(3)?,
        entered: row.get(4)?,
        serial,
        model: row.get(6)?,
        at: UtcMillis(row.get(7)?),
        final_register: row.get::<_, Option<i64>>(8)?.map(Millilitres),
        final_photo: row.get::<_, Option<[u8; 32]>>(9)?.map(BlobId),
        first_register: Millilitres(row.get(10)?),
        first_photo: row.get::<_, Option<[u8; 32]>>(11)?.map(BlobId),
        old_seal: row.get(12)?,
        new_seal: row.get(13)?,
        order: row.get::<_, Option<[u8; 16]>>(14)?.map(|id| WorkOrderId(Uuid::from_bytes(id))),
        author: row.get(15)?,
        review: reviews(&row.get::<_, String>(16)?),
    })
}
