//! Batches of orders as rows: what was asked for, and each meter until it has its order or the reason why it gets none.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::valve::rows::orders::{OrderKey, state};
use domain::valve::batch::{ItemState, NoOrder};
use domain::valve::order::OrderState;
use domain::{MeterId, UtcMillis};
use protocol::metering::messages::OrderAction;
use protocol::valve::batches::{NamedMeter, OrderBatch};
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// How an order, or a meter that waits, ended that was withdrawn; the word of `meter_order.why` as well.
pub const WITHDRAWN: &str = "withdrawn";

/// How a meter that waited ended because a person has ordered it by hand meanwhile.
const OVERTAKEN: &str = "overtaken";

/// A batch that is to be written.
pub struct NewBatch<'a> {
    /// Its identifier.
    pub id: Uuid,
    /// Key of the utility.
    pub utility: i64,
    /// Key of the user who asks.
    pub who: i64,
    /// What the meters are to do.
    pub action: OrderAction,
    /// Why.
    pub reason: &'a str,
    /// Why in protected hours; empty where there is no such reason.
    pub despite_protected: &'a str,
}

/// Writes a batch; returns its key.
///
/// # Errors
/// There is one with this identifier, or the database.
pub fn insert(tx: &mut Tx<'_>, new: &NewBatch<'_>) -> Result<i64, Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO order_batch (id, utility, who, do, reason, despite_protected, made_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            new.id.as_bytes(),
            new.utility,
            new.who,
            new.action.as_str(),
            new.reason,
            new.despite_protected,
            tx.now.0
        ])?;
    Ok(tx.db.last_insert_rowid())
}

/// Writes a meter of a batch, by key with its connection: it waits for its turn, or gets no order.
///
/// # Errors
/// It is in the batch already, or waits in another one; or the database.
pub fn insert_meter(
    tx: &mut Tx<'_>,
    batch: i64,
    (meter, connection): (Option<i64>, Option<i64>),
    refused: Option<NoOrder>,
) -> Result<(), Error> {
    let (state, why) = refused.map_or(("waiting", ""), |refused| ("refused", refused.as_str()));
    tx.db
        .prepare_cached("INSERT INTO order_batch_meter (batch, meter, connection, state, why) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![batch, meter, connection, state, why])?;
    Ok(())
}

/// A batch that is stored.
#[derive(Clone, Copy)]
pub struct Known {
    /// Its key.
    pub num: i64,
    /// Key of its utility.
    pub utility: i64,
}

/// A batch by its identifier, of whichever utility.
///
/// # Errors
/// The database.
pub fn find(db: &Db, id: Uuid) -> Result<Option<Known>, Error> {
    let mut query = db.prepare_cached("SELECT num, utility FROM order_batch WHERE id = ?1")?;
    Ok(query.query_row([id.as_bytes()], |row| Ok(Known { num: row.get(0)?, utility: row.get(1)? })).optional()?)
}

/// Whether a meter waits in a batch.
///
/// # Errors
/// The database.
pub fn waits(db: &Db, meter: i64) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM order_batch_meter INDEXED BY order_batch_meter_waits WHERE meter = ?1 AND state = 'waiting')",
    )?;
    Ok(query.query_row([meter], |row| row.get(0))?)
}

/// How many meters of a utility wait for their turn.
///
/// # Errors
/// The database.
pub fn waiting(db: &Db, utility: i64) -> Result<u32, Error> {
    let mut query = db.prepare_cached(
        "SELECT COUNT(*) FROM order_batch_meter m INDEXED BY order_batch_meter_queue JOIN order_batch b ON b.num = m.batch
         WHERE m.state = 'waiting' AND b.utility = ?1",
    )?;
    Ok(query.query_row([utility], |row| row.get(0))?)
}

/// The utilities of which meters wait, by key.
///
/// # Errors
/// The database.
pub fn utilities(db: &Db) -> Result<Vec<i64>, Error> {
    let mut query = db.prepare_cached(
        "SELECT DISTINCT b.utility FROM order_batch_meter m INDEXED BY order_batch_meter_queue JOIN order_batch b ON b.num = m.batch
         WHERE m.state = 'waiting'",
    )?;
    Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// How many orders of batches went out to a utility's meters after an instant.
///
/// # Errors
/// The database.
pub fn ordered_since(db: &Db, utility: i64, since: UtcMillis) -> Result<u32, Error> {
    let mut query = db.prepare_cached(
        "SELECT COUNT(*) FROM order_batch_meter m INDEXED BY order_batch_meter_ordered JOIN order_batch b ON b.num = m.batch
         WHERE m.ordered_at > ?2 AND b.utility = ?1",
    )?;
    Ok(query.query_row(params![utility, since.0], |row| row.get(0))?)
}

/// A meter whose turn it is.
pub struct Next {
    /// Its key in the batch.
    pub num: i64,
    /// The meter.
    pub meter: MeterId,
    /// Key of the connection where it was when it was asked for.
    pub connection: Option<i64>,
    /// Key of who began the batch.
    pub who: i64,
    /// Whether that is an active admin still.
    pub is_admin: bool,
    /// What the meter is to do.
    pub action: OrderAction,
    /// Why.
    pub reason: String,
    /// Why in protected hours.
    pub despite_protected: String,
}

/// The meters of a utility that wait, the oldest batch first.
///
/// # Errors
/// The database.
pub fn next(db: &Db, utility: i64, limit: u32) -> Result<Vec<Next>, Error> {
    let mut query = db.prepare_cached(
        "SELECT m.num, d.id, m.connection, b.who, u.active = 1 AND u.role = 'admin', b.do, b.reason, b.despite_protected
         FROM order_batch_meter m INDEXED BY order_batch_meter_queue JOIN order_batch b ON b.num = m.batch
         JOIN user u ON u.num = b.who JOIN meter d ON d.num = m.meter
         WHERE m.state = 'waiting' AND b.utility = ?1 ORDER BY m.batch, m.num LIMIT +?2",
    )?;
    let found = query.query_map(params![utility, limit], |row| {
        Ok(Next {
            num: row.get(0)?,
            meter: MeterId(Uuid::from_bytes(row.get(1)?)),
            connection: row.get(2)?,
            who: row.get(3)?,
            is_admin: row.get(4)?,
            action: action(row, 5)?,
            reason: row.get(6)?,
            despite_protected: row.get(7)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The table takes these two alone.
fn action(row: &Row<'_>, column: usize) -> rusqlite::Result<OrderAction> {
    let word: String = row.get(column)?;
    Ok(if word == OrderAction::OpenValve.as_str() { OrderAction::OpenValve } else { OrderAction::CloseValve })
}

/// Writes which order a meter got whose turn it was.
///
/// # Errors
/// No such order, it does not wait any more, or the database.
pub fn write_ordered(tx: &mut Tx<'_>, num: i64, order: Uuid) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "UPDATE order_batch_meter SET state = 'ordered', ordered_at = ?3, meter_order = (SELECT num FROM meter_order WHERE id = ?2)
             WHERE num = ?1",
        )?
        .execute(params![num, order.as_bytes(), tx.now.0])?;
    Ok(())
}

/// Writes why a meter gets no order whose turn it was.
///
/// # Errors
/// It does not wait any more, or the database.
pub fn write_refused(tx: &mut Tx<'_>, num: i64, why: NoOrder) -> Result<(), Error> {
    tx.db
        .prepare_cached("UPDATE order_batch_meter SET state = 'refused', why = ?2 WHERE num = ?1")?
        .execute(params![num, why.as_str()])?;
    Ok(())
}

/// Withdraws all of a batch that wait; returns how many.
///
/// # Errors
/// The database.
pub fn withdraw_waiting(tx: &mut Tx<'_>, batch: i64) -> Result<usize, Error> {
    let withdrawn = tx
        .db
        .prepare_cached("UPDATE order_batch_meter SET state = 'withdrawn', why = ?2 WHERE batch = ?1 AND state = 'waiting'")?
        .execute(params![batch, WITHDRAWN])?;
    Ok(withdrawn)
}

/// Takes a meter out of the queue, because a person has ordered it by hand: what is decided later holds.
///
/// # Errors
/// The database.
pub fn overtake(tx: &mut Tx<'_>, meter: i64) -> Result<(), Error> {
    tx.db
        .prepare_cached("UPDATE order_batch_meter SET state = 'withdrawn', why = ?2 WHERE meter = ?1 AND state = 'waiting'")?
        .execute(params![meter, OVERTAKEN])?;
    Ok(())
}

/// An order of a batch that no meter was sent.
pub struct Unsent {
    /// Its key, state and connection.
    pub key: OrderKey,
    /// Its identifier.
    pub id: Uuid,
    /// Its meter.
    pub meter: MeterId,
}

/// The orders of a batch that no meter was sent.
///
/// # Errors
/// The database.
pub fn unsent(db: &Db, batch: i64) -> Result<Vec<Unsent>, Error> {
    let mut query = db.prepare_cached(
        "SELECT o.num, o.state, o.connection, o.id, d.id FROM order_batch_meter m JOIN meter_order o ON o.num = m.meter_order
         JOIN meter d ON d.num = o.meter WHERE m.batch = ?1 AND o.state = 'pending' ORDER BY o.num",
    )?;
    let found = query.query_map([batch], |row| {
        Ok(Unsent {
            key: OrderKey { num: row.get(0)?, state: state(row, 1)?, connection: row.get(2)? },
            id: Uuid::from_bytes(row.get(3)?),
            meter: MeterId(Uuid::from_bytes(row.get(4)?)),
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// A utility's newest batches, each with its key, without counts and endings.
///
/// # Errors
/// The database.
pub fn newest(db: &Db, utility: i64, limit: i64) -> Result<Vec<(i64, OrderBatch)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT b.num, b.id, b.do, b.reason, b.despite_protected, u.name, b.made_at FROM order_batch b JOIN user u ON u.num = b.who
         WHERE b.utility = ?1 ORDER BY b.num DESC LIMIT +?2",
    )?;
    let found = query.query_map([utility, limit], |row| {
        let batch = OrderBatch {
            id: Uuid::from_bytes(row.get(1)?),
            action: action(row, 2)?,
            reason: row.get(3)?,
            despite_protected: row.get(4)?,
            who: row.get(5)?,
            made_at: UtcMillis(row.get(6)?),
            counts: Vec::new(),
            endings: Vec::new(),
        };
        Ok((row.get(0)?, batch))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// How far a meter of a batch is, and how it ended.
pub struct Item {
    /// How far.
    pub state: ItemState,
    /// How it ended.
    pub why: String,
    /// Which meter; none where the utility has no such meter.
    pub meter: Option<NamedMeter>,
}

/// Reads each meter of a batch, in the order in which they were asked for.
///
/// # Errors
/// The database.
pub fn each(db: &Db, batch: i64, mut take: impl FnMut(Item)) -> Result<(), Error> {
    let mut query = db.prepare_cached(
        "SELECT m.state, m.why, o.state, o.why, d.id, d.serial FROM order_batch_meter m LEFT JOIN meter_order o ON o.num = m.meter_order
         LEFT JOIN meter d ON d.num = m.meter WHERE m.batch = ?1 ORDER BY m.num",
    )?;
    let mut rows = query.query([batch])?;
    while let Some(row) = rows.next()? {
        take(item(row)?);
    }
    Ok(())
}

fn item(row: &Row<'_>) -> rusqlite::Result<Item> {
    let (word, own_why): (String, String) = (row.get(0)?, row.get(1)?);
    let (state, why) = match word.as_str() {
        "ordered" => {
            let (order, why): (OrderState, String) = (state(row, 2)?, row.get(3)?);
            (ItemState::of(order, why == WITHDRAWN), why)
        }
        "refused" => (ItemState::Refused, own_why),
        "withdrawn" => (ItemState::Withdrawn, own_why),
        _ => (ItemState::Waiting, own_why),
    };
    let id: Option<[u8; 16]> = row.get(4)?;
    let serial: Option<String> = row.get(5)?;
    let meter = id.zip(serial).map(|(id, serial)| NamedMeter { id: MeterId(Uuid::from_bytes(id)), serial });
    Ok(Item { state, why, meter })
}

/// The serial number of a meter, by key.
///
/// # Errors
/// No such meter, or the database.
pub fn serial(db: &Db, meter: i64) -> Result<String, Error> {
    Ok(db.prepare_cached("SELECT serial FROM meter WHERE num = ?1")?.query_row([meter], |row| row.get(0))?)
}
