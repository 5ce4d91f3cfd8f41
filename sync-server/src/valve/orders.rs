//! Commands to meters as rows: asked for, handed to a connection, answered, ended. What was asked never changes and what has ended stays;
//! the database refuses anything else.

use crate::core::Tx;
use crate::error::Error;
use crate::valve::decision;
use domain::UtcMillis;
use domain::core::local_time::MINUTE_MS;
use domain::valve::decision::Cause;
use domain::valve::order::{OrderEvent, OrderState};
use protocol::metering::messages::{MeterOrder, OrderAck, OrderAckState, OrderAction};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

/// An answer may be under way for so long after a command's time is over.
pub const GRACE_MS: i64 = MINUTE_MS;

/// Commands that one run ends at most.
const ENDING: i64 = 1_000;

/// Characters that are kept of a meter's own words.
const WHY: usize = 200;

/// Something that is asked of a meter.
#[derive(Clone, Copy, Debug)]
pub struct NewOrder<'a> {
    /// Key of the meter.
    pub meter: i64,
    /// Key of the connection for whose sake; while the meter is installed elsewhere it is not told.
    pub connection: Option<i64>,
    /// What it is to do.
    pub action: OrderAction,
    /// Until when.
    pub until: UtcMillis,
    /// Why.
    pub cause: Cause,
    /// Key of the user who asks; only, and always, with [`Cause::Person`].
    pub who: Option<i64>,
    /// What they say about it.
    pub reason: &'a str,
}

/// Asks for something; `None` if the same is asked for already and open. Its connection hears of it once this is on disk.
///
/// # Errors
/// No such meter, or the database.
pub fn make(tx: &mut Tx<'_>, new: &NewOrder<'_>) -> Result<Option<Uuid>, Error> {
    let now = tx.now;
    let id = Uuid::now_v7();
    let made = tx
        .db
        .prepare_cached(
            "INSERT INTO meter_order (id, meter, connection, do, cause, who, reason, made_at, until) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
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
            now.0,
            new.until.0
        ])?;
    if made > 0 {
        metrics::counter!("indowater_commands_total", "state" => "pending", "do" => new.action.as_str()).increment(1);
    }
    Ok((made > 0).then_some(id))
}

/// Whether a meter has commands that are open.
///
/// # Errors
/// The database.
pub fn has_open(db: &Connection, meter: i64) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM meter_order WHERE meter = ?1 AND state IN ('pending', 'sent', 'acknowledged'))",
    )?;
    Ok(query.query_row([meter], |row| row.get(0))?)
}

/// Which commands a connection takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those that nobody has taken yet.
    New,
    /// Whatever is open: the meter has connected anew, and may never have got what its last connection took.
    Open,
}

/// Takes the commands of meters for their connection, in the order in which they were asked for. From here on they count as sent, before the
/// first byte is: what is still `pending` was never heard by anybody, and can be taken back.
///
/// # Errors
/// The database.
pub fn claim(tx: &mut Tx<'_>, meters: &[i64], which: Which) -> Result<Vec<(i64, MeterOrder)>, Error> {
    let now = tx.now;
    let mut query = tx.db.prepare_cached(
        "SELECT d.num, d.id, d.do, d.interval_s, d.until, d.state, d.connection FROM meter_order d INDEXED BY meter_order_one_open
         WHERE d.meter = ?1 AND d.state IN ('pending', 'sent', 'acknowledged') AND d.until > ?2
           AND (d.connection IS NULL
             OR EXISTS (SELECT 1 FROM installation i WHERE i.meter = d.meter AND i.connection = d.connection AND i.until IS NULL))
         ORDER BY d.num",
    )?;
    let mut taken = Vec::new();
    for &meter in meters {
        let mut rows = query.query(params![meter, now.0])?;
        while let Some(row) = rows.next()? {
            let before = state(row, 5)?;
            if which == Which::New && before != OrderState::Pending {
                continue;
            }
            let Some(action) = OrderAction::from_word(&row.get::<_, String>(2)?) else { continue };
            let (id, until) = (Uuid::from_bytes(row.get(1)?), Some(UtcMillis(row.get(4)?)));
            step(tx, (row.get(0)?, before, row.get(6)?), OrderEvent::Sent, "")?;
            taken.push((meter, MeterOrder { id, action, interval_s: row.get(3)?, until }));
        }
    }
    Ok(taken)
}

/// What an answer of a meter changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// The command is in another state now.
    Changed(OrderState),
    /// It came again, or too late: nothing.
    Nothing,
    /// The meter has no such command: somebody else's, or one that is not kept.
    Unknown,
}

/// Takes a meter's answer. Only its own commands hear of it.
///
/// # Errors
/// The database.
pub fn hear(tx: &mut Tx<'_>, meter: i64, ack: &OrderAck) -> Result<Answered, Error> {
    let mut query = tx.db.prepare_cached("SELECT num, state, connection FROM meter_order WHERE id = ?1 AND meter = ?2")?;
    let found =
        query.query_row(params![ack.id.as_bytes(), meter], |row| Ok((row.get(0)?, state(row, 1)?, row.get(2)?))).optional()?;
    let Some(command) = found else { return Ok(Answered::Unknown) };
    let news = match ack.state {
        OrderAckState::Acknowledged => OrderEvent::Acknowledged,
        OrderAckState::Completed => OrderEvent::Completed,
        OrderAckState::Failed => OrderEvent::Failed,
    };
    let why: String = ack.why.iter().flat_map(|why| why.chars()).take(WHY).collect();
    Ok(step(tx, command, news, &why)?.map_or(Answered::Nothing, Answered::Changed))
}

/// Ends what is open and has run out; returns how many.
///
/// # Errors
/// The database.
pub fn expire(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let now = tx.now;
    let mut query = tx.db.prepare_cached(
        "SELECT num, state, connection FROM meter_order INDEXED BY meter_order_over
         WHERE state IN ('pending', 'sent', 'acknowledged') AND until <= ?1 ORDER BY until LIMIT ?2",
    )?;
    let over = query
        .query_map([now.0.saturating_sub(GRACE_MS), ENDING], |row| Ok((row.get(0)?, state(row, 1)?, row.get(2)?)))?
        .collect::<Result<Vec<Known>, _>>()?;
    for command in &over {
        step(tx, *command, OrderEvent::Over, "silent")?;
    }
    Ok(over.len())
}

/// Ends a command whose reason is gone.
///
/// # Errors
/// The database.
pub(crate) fn end(tx: &mut Tx<'_>, command: Known, why: &str) -> Result<(), Error> {
    step(tx, command, OrderEvent::Over, why).map(|_| ())
}

/// Key, state and connection of a command.
pub(crate) type Known = (i64, OrderState, Option<i64>);

/// The one way in which a command's state changes; `None` if it does not.
fn step(tx: &mut Tx<'_>, (num, before, connection): Known, news: OrderEvent, why: &str) -> Result<Option<OrderState>, Error> {
    let now = tx.now;
    let after = before.after(news);
    if after == before {
        return Ok(None);
    }
    let reached = !matches!(after, OrderState::Pending | OrderState::Expired);
    tx.db
        .prepare_cached(
            "UPDATE meter_order SET state = ?2, sent_at = CASE WHEN ?3 THEN COALESCE(sent_at, ?6) ELSE sent_at END,
           acknowledged_at = CASE WHEN ?2 = 'acknowledged' THEN ?6 ELSE acknowledged_at END,
           ended_at = CASE WHEN ?4 THEN NULL ELSE ?6 END, why = ?5 WHERE num = ?1",
        )?
        .execute(params![num, after.as_str(), reached, after.is_open(), why, now.0])?;
    metrics::counter!("indowater_commands_total", "state" => after.as_str()).increment(1);
    if let Some(connection) = connection {
        decision::keep_hold(tx, connection)?;
    }
    Ok(Some(after))
}

/// A state out of a row.
pub(crate) fn state(row: &Row<'_>, column: usize) -> rusqlite::Result<OrderState> {
    let word: String = row.get(column)?;
    OrderState::from_word(&word).ok_or_else(|| {
        let unknown = format!("`{word}` is no state of a command").into();
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, unknown)
    })
}
