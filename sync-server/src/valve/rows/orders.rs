//! Meter orders as rows. What was asked never changes and what has ended stays; the database refuses anything else.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::valve::decision::{Cause, OrderRecord, Seen, ValveTask};
use domain::valve::order::OrderState;
use domain::{MeterId, TimeZone, UtcMillis};
use protocol::metering::messages::{MeterOrder, OrderAction};
use protocol::valve::orders::MeterOrderRow;
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// The key of an order, how far it is, and the connection for whose sake it is.
#[derive(Clone, Copy, Debug)]
pub struct OrderKey {
    /// Its key.
    pub num: i64,
    /// How far it is.
    pub state: OrderState,
    /// The connection, by key.
    pub connection: Option<i64>,
}

/// A state out of a row.
pub(super) fn state(row: &Row<'_>, column: usize) -> rusqlite::Result<OrderState> {
    let word: String = row.get(column)?;
    OrderState::from_word(&word).ok_or_else(|| {
        let unknown = format!("`{word}` is no state of an order").into();
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, unknown)
    })
}

fn key(row: &Row<'_>) -> rusqlite::Result<OrderKey> {
    Ok(OrderKey { num: row.get(0)?, state: state(row, 1)?, connection: row.get(2)? })
}

/// An order that is to be created.
#[derive(Clone, Copy, Debug)]
pub struct NewOrder<'a> {
    /// Key of the meter.
    pub meter: i64,
    /// Key of the connection for whose sake; while the meter is installed elsewhere the order is not sent.
    pub connection: Option<i64>,
    /// What the meter is to do.
    pub action: OrderAction,
    /// Seconds between two reports; only, and always, with [`OrderAction::SetInterval`].
    pub interval_s: Option<u32>,
    /// Until when.
    pub until: UtcMillis,
    /// Why.
    pub cause: Cause,
    /// Key of the user who asks; only, and always, with [`Cause::Person`].
    pub who: Option<i64>,
    /// The reason that the user gives.
    pub reason: &'a str,
    /// Why a valve is closed in protected hours all the same; empty where it is not.
    pub despite_protected: &'a str,
}

/// Writes a new order unless the meter has one of the same kind that is open; returns whether it did.
///
/// # Errors
/// No such meter, or the database.
pub fn insert(tx: &mut Tx<'_>, id: Uuid, new: &NewOrder<'_>) -> Result<bool, Error> {
    let inserted = tx
        .db
        .prepare_cached(
            "INSERT INTO meter_order (id, meter, connection, do, cause, who, reason, made_at, until, despite_protected, interval_s)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT (meter, do) WHERE state IN ('pending', 'sent', 'acknowledged') DO NOTHING",
        )?
        .execute(params![
            id.as_bytes(),
            new.meter,
            new.connection,
            new.action.as_str(),
            new.cause.as_str(),
            new.who,
            new.reason,
            tx.now.0,
            new.until.0,
            new.despite_protected,
            new.interval_s
        ])?;
    Ok(inserted > 0)
}

/// When a close was ordered, and by what it is judged whether valves are to stay open.
pub struct WaitingClose {
    /// When.
    pub made_at: UtcMillis,
    /// Key of the utility.
    pub utility: i64,
    /// The connection's time zone.
    pub zone: TimeZone,
    /// Local hours from which on, and until before which, the night is protected.
    pub protected: (usize, usize),
}

/// An order, if it is a close that no session has claimed, and that is not to be carried out in protected hours.
///
/// # Errors
/// The database.
pub fn waiting_close(db: &Db, order: i64) -> Result<Option<WaitingClose>, Error> {
    let mut query = db.prepare_cached(
        "SELECT d.made_at, u.num, z.time_zone, u.protected_from, u.protected_until FROM meter_order d
         JOIN connection c ON c.num = d.connection JOIN zone z ON z.num = c.zone JOIN utility u ON u.num = c.utility
         WHERE d.num = ?1 AND d.do = 'close_valve' AND d.state = 'pending' AND d.despite_protected = ''",
    )?;
    let found = query.query_row([order], |row| {
        Ok(WaitingClose {
            made_at: UtcMillis(row.get(0)?),
            utility: row.get(1)?,
            zone: TimeZone::from_iana(&row.get::<_, String>(2)?).unwrap_or(TimeZone::Jakarta),
            protected: (usize::from(row.get::<_, u8>(3)?), usize::from(row.get::<_, u8>(4)?)),
        })
    });
    Ok(found.optional()?)
}

/// Key of a meter's utility and the meter's identifier.
///
/// # Errors
/// The database.
pub fn utility_and_meter(db: &Db, meter: i64) -> Result<Option<(i64, Uuid)>, Error> {
    let mut query = db.prepare_cached("SELECT utility, id FROM meter WHERE num = ?1")?;
    let found = query.query_row([meter], |row| Ok((row.get(0)?, Uuid::from_bytes(row.get(1)?))));
    Ok(found.optional()?)
}

/// Whether a meter has orders that are open.
///
/// # Errors
/// The database.
pub fn has_open(db: &Db, meter: i64) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM meter_order WHERE meter = ?1 AND state IN ('pending', 'sent', 'acknowledged'))",
    )?;
    Ok(query.query_row([meter], |row| row.get(0))?)
}

/// The open orders of a meter whose time has not run out, for the connection where it is now or for none, in the order in which they were created.
///
/// # Errors
/// The database.
pub fn open(tx: &Tx<'_>, meter: i64) -> Result<Vec<(OrderKey, MeterOrder)>, Error> {
    let mut query = tx.db.prepare_cached(
        "SELECT d.num, d.state, d.connection, d.id, d.do, d.interval_s, d.until FROM meter_order d INDEXED BY meter_order_one_open
         WHERE d.meter = ?1 AND d.state IN ('pending', 'sent', 'acknowledged') AND d.until > ?2
           AND (d.connection IS NULL
             OR EXISTS (SELECT 1 FROM installation i WHERE i.meter = d.meter AND i.connection = d.connection AND i.until IS NULL))
         ORDER BY d.num",
    )?;
    let mut rows = query.query(params![meter, tx.now.0])?;
    let mut orders = Vec::new();
    while let Some(row) = rows.next()? {
        let Some(action) = OrderAction::from_word(&row.get::<_, String>(4)?) else { continue };
        let (id, until) = (Uuid::from_bytes(row.get(3)?), UtcMillis(row.get(6)?));
        // To a meter the end of an interval is when its own returns, and this one is to stay.
        let until = Some(until).filter(|_| action != OrderAction::SetInterval);
        orders.push((key(row)?, MeterOrder { id, action, interval_s: row.get(5)?, until }));
    }
    Ok(orders)
}

/// An order of a meter by its identifier.
///
/// # Errors
/// The database.
pub fn of_meter(db: &Db, meter: i64, id: Uuid) -> Result<Option<OrderKey>, Error> {
    let mut query = db.prepare_cached("SELECT num, state, connection FROM meter_order WHERE id = ?1 AND meter = ?2")?;
    Ok(query.query_row(params![id.as_bytes(), meter], key).optional()?)
}

/// The interval to which a meter was ordered, in seconds; none if the order is about something else.
///
/// # Errors
/// The database.
pub fn interval_of(db: &Db, meter: i64, id: Uuid) -> Result<Option<u32>, Error> {
    let mut query =
        db.prepare_cached("SELECT interval_s FROM meter_order WHERE id = ?1 AND meter = ?2 AND do = 'set_interval'")?;
    let found = query.query_row(params![id.as_bytes(), meter], |row| row.get::<_, Option<u32>>(0)).optional()?;
    Ok(found.flatten())
}

/// Open orders whose time ran out before an instant, the longest ago first.
///
/// # Errors
/// The database.
pub fn overdue(db: &Db, before: UtcMillis, limit: i64) -> Result<Vec<OrderKey>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num, state, connection FROM meter_order INDEXED BY meter_order_over
         WHERE state IN ('pending', 'sent', 'acknowledged') AND until <= ?1 ORDER BY until LIMIT +?2",
    )?;
    Ok(query.query_map([before.0, limit], key)?.collect::<Result<_, _>>()?)
}

/// Writes an order's next state, with the instants that belong to it.
///
/// # Errors
/// It has ended, or the database.
pub fn write_state(tx: &mut Tx<'_>, num: i64, state: OrderState, why: &str) -> Result<(), Error> {
    let was_sent = !matches!(state, OrderState::Pending | OrderState::Expired);
    tx.db
        .prepare_cached(
            "UPDATE meter_order SET state = ?2, sent_at = CASE WHEN ?3 THEN COALESCE(sent_at, ?6) ELSE sent_at END,
           acknowledged_at = CASE WHEN ?2 = 'acknowledged' THEN ?6 ELSE acknowledged_at END,
           ended_at = CASE WHEN ?4 THEN NULL ELSE ?6 END, why = ?5 WHERE num = ?1",
        )?
        .execute(params![num, state.as_str(), was_sent, state.is_open(), why, tx.now.0])?;
    Ok(())
}

/// Ends the open orders that a meter has for a connection's sake.
///
/// # Errors
/// The database.
pub fn expire_for_connection(tx: &mut Tx<'_>, meter: i64, connection: i64, why: &str) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "UPDATE meter_order SET state = 'expired', ended_at = ?3, why = ?4
             WHERE meter = ?1 AND connection = ?2 AND state IN ('pending', 'sent', 'acknowledged')",
        )?
        .execute(params![meter, connection, tx.now.0, why])?;
    Ok(())
}

/// A valve order of a meter.
pub struct ValveOrder {
    /// Its key.
    pub num: i64,
    /// The connection for whose sake it is, by key.
    pub connection: Option<i64>,
    /// Whether it may have reached the meter.
    pub was_sent: bool,
    /// What was ordered, and what came of it.
    pub record: OrderRecord,
}

fn valve_order(row: &Row<'_>) -> rusqlite::Result<ValveOrder> {
    let (task, cause, seen): (String, String, Option<String>) = (row.get(2)?, row.get(3)?, row.get(7)?);
    let seen_at: Option<i64> = row.get(8)?;
    let seen = seen.and_then(|word| Seen::from_word(&word)).zip(seen_at.map(UtcMillis));
    let record = OrderRecord {
        task: if task == OrderAction::OpenValve.as_str() { ValveTask::Open } else { ValveTask::Close },
        cause: if cause == Cause::Credit.as_str() { Cause::Credit } else { Cause::Person },
        state: state(row, 4)?,
        ended_at: row.get::<_, Option<i64>>(6)?.map(UtcMillis),
        seen,
    };
    Ok(ValveOrder { num: row.get(0)?, connection: row.get(1)?, was_sent: row.get::<_, Option<i64>>(5)?.is_some(), record })
}

/// The valve orders of a meter that were sent or are open, the newest first.
///
/// # Errors
/// The database.
pub fn valve_orders(db: &Db, meter: i64, limit: i64) -> Result<Vec<ValveOrder>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num, connection, do, cause, state, sent_at, ended_at, seen, seen_at FROM meter_order INDEXED BY meter_order_meter
         WHERE meter = ?1 AND do IN ('open_valve', 'close_valve') AND (sent_at IS NOT NULL OR ended_at IS NULL) ORDER BY num DESC LIMIT +?2",
    )?;
    Ok(query.query_map([meter, limit], valve_order)?.collect::<Result<_, _>>()?)
}

/// Writes what the valve was reported to be after an order had ended.
///
/// # Errors
/// The database.
pub fn write_seen(tx: &mut Tx<'_>, num: i64, seen: Seen) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE meter_order SET seen = ?2, seen_at = ?3 WHERE num = ?1")?.execute(params![
        num,
        seen.as_str(),
        tx.now.0
    ])?;
    Ok(())
}

/// The key of a utility's meter.
///
/// # Errors
/// The database.
pub fn meter_key(db: &Db, utility: i64, meter: MeterId) -> Result<Option<i64>, Error> {
    let mut query = db.prepare_cached("SELECT num FROM meter WHERE id = ?1 AND utility = ?2")?;
    Ok(query.query_row(params![meter.0.as_bytes(), utility], |row| row.get(0)).optional()?)
}

/// The newest orders of a meter, with the names of those who asked for them.
///
/// # Errors
/// The database.
pub fn list(db: &Db, meter: i64, limit: i64) -> Result<Vec<MeterOrderRow>, Error> {
    let mut query = db.prepare_cached(
        "SELECT d.id, d.do, d.state, d.cause, u.name, d.reason, d.made_at, d.until, d.sent_at, d.acknowledged_at, d.ended_at, d.why, d.seen,
           d.despite_protected, d.interval_s
         FROM meter_order d LEFT JOIN user u ON u.num = d.who WHERE d.meter = ?1 ORDER BY d.num DESC LIMIT +?2",
    )?;
    Ok(query.query_map([meter, limit], listed)?.collect::<Result<_, _>>()?)
}

fn listed(row: &Row<'_>) -> rusqlite::Result<MeterOrderRow> {
    let at = |column: usize| row.get::<_, Option<i64>>(column).map(|at| at.map(UtcMillis));
    Ok(MeterOrderRow {
        id: Uuid::from_bytes(row.get(0)?),
        // The table takes no other words.
        action: OrderAction::from_word(&row.get::<_, String>(1)?).unwrap_or(OrderAction::ReadNow),
        state: state(row, 2)?,
        cause: row.get(3)?,
        who: row.get(4)?,
        reason: row.get(5)?,
        made_at: UtcMillis(row.get(6)?),
        until: UtcMillis(row.get(7)?),
        sent_at: at(8)?,
        acknowledged_at: at(9)?,
        ended_at: at(10)?,
        why: row.get(11)?,
        seen: row.get(12)?,
        despite_protected: row.get(13)?,
        interval_s: row.get(14)?,
    })
}
