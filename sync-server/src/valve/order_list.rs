//! Commands of a meter as somebody who may see the whole fleet is told of them.

use crate::core::scope::Caller;
use crate::error::Error;
use crate::valve::orders;
use domain::{MeterId, UtcMillis};
use protocol::core::problem::Code;
use protocol::metering::messages::OrderAction;
use protocol::valve::orders::{COMMANDS, MeterOrderList, MeterOrderRow};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

/// The newest commands of a meter of the caller's utility.
///
/// # Errors
/// [`Code::NotFound`] if there is no such meter, or the database.
pub fn of_meter(db: &Connection, caller: &Caller, meter: MeterId) -> Result<MeterOrderList, Error> {
    let mut query = db.prepare_cached("SELECT num FROM meter WHERE id = ?1 AND utility = ?2")?;
    let num: Option<i64> = query.query_row(params![meter.0.as_bytes(), caller.utility], |row| row.get(0)).optional()?;
    let num = num.ok_or_else(|| Error::problem(Code::NotFound, "there is no such meter"))?;
    let mut query = db.prepare_cached(
        "SELECT d.id, d.do, d.state, d.cause, u.name, d.reason, d.made_at, d.until, d.sent_at, d.acknowledged_at, d.ended_at, d.why, d.seen
         FROM meter_order d LEFT JOIN user u ON u.num = d.who WHERE d.meter = ?1 ORDER BY d.num DESC LIMIT ?2",
    )?;
    let found = query.query_map([num, COMMANDS], read)?;
    Ok(MeterOrderList { commands: found.collect::<Result<_, _>>()? })
}

fn read(row: &Row<'_>) -> rusqlite::Result<MeterOrderRow> {
    let at = |column: usize| row.get::<_, Option<i64>>(column).map(|at| at.map(UtcMillis));
    Ok(MeterOrderRow {
        id: Uuid::from_bytes(row.get(0)?),
        // The table takes no other words.
        action: OrderAction::from_word(&row.get::<_, String>(1)?).unwrap_or(OrderAction::ReadNow),
        state: orders::state(row, 2)?,
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
    })
}
