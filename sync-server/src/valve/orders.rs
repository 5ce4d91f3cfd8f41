//! The life cycle of a meter order: created, claimed by the meter's MQTT session, acknowledged by the meter, ended. Whatever changes an order
//! keeps the hold of its connection.

use crate::core::{Tx, audit};
use crate::error::Error;
use crate::valve::hold;
use crate::valve::rows::orders as rows;
use crate::valve::rows::orders::OrderKey;
use crate::valve::rows::policy::holidays_from;
use crate::valve::rows::supply;
use domain::UtcMillis;
use domain::billing::balance::Protected;
use domain::core::local_time::MINUTE_MS;
use domain::valve::decision::Cause;
use domain::valve::order::{OrderEvent, OrderState};
use protocol::metering::messages::{MeterOrder, OrderAck, OrderAckState};
use protocol::sync::rows::Entity;
use uuid::Uuid;

pub use crate::valve::rows::orders::{NewOrder, has_open, interval_of};

/// An acknowledgement may be under way for so long after an order's time is over.
pub const GRACE_MS: i64 = MINUTE_MS;

/// Orders that one run ends at most.
const MAX_EXPIRED: i64 = 1_000;

/// Characters that are kept of a meter's reason.
const WHY_CHARACTERS: usize = 200;

/// Creates an order; `None` if one of the same kind is open.
///
/// # Errors
/// No such meter, or the database.
pub fn create(tx: &mut Tx<'_>, new: &NewOrder<'_>) -> Result<Option<Uuid>, Error> {
    let id = Uuid::now_v7();
    Ok(create_as(tx, id, new)?.then_some(id))
}

/// Creates an order under an identifier, unless one of the same kind is open; returns whether it did. The meter's MQTT session claims it once it
/// is on disk.
///
/// # Errors
/// No such meter, an order with this identifier, or the database.
pub fn create_as(tx: &mut Tx<'_>, id: Uuid, new: &NewOrder<'_>) -> Result<bool, Error> {
    if !rows::insert(tx, id, new)? {
        return Ok(false);
    }
    metrics::counter!("indowater_commands_total", "state" => "pending", "do" => new.action.as_str()).increment(1);
    if new.cause == Cause::Credit
        && let Some((utility, meter)) = rows::utility_and_meter(tx, new.meter)?
    {
        // Nobody asked for it but the server itself.
        let entry = audit::Entry::by_server(utility, ("order_valve", id), (Entity::Meter as u8, meter));
        audit::record(tx, &entry, [("valve_order", String::new(), new.action.as_str().to_owned())])?;
    }
    Ok(true)
}

/// Which orders an MQTT session claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Those that no session has claimed yet.
    Unsent,
    /// All that are open: the meter has connected again, and may never have received what its last session claimed.
    Open,
}

/// Claims the orders of meters for their MQTT session, in the order in which they were created. From here on they count as sent, before the
/// first byte is: no session has had what is still `pending`, so that it can be withdrawn. A close whose time is over by the protected hours that
/// are set now ends instead of being claimed, and its connection is evaluated anew.
///
/// # Errors
/// The database.
pub fn claim(tx: &mut Tx<'_>, meters: &[i64], claim: Claim) -> Result<Vec<(i64, MeterOrder)>, Error> {
    let mut claimed = Vec::new();
    for &meter in meters {
        for (key, order) in rows::open(tx, meter)? {
            if claim == Claim::Unsent && key.state != OrderState::Pending {
                continue;
            }
            if is_in_protected_hours(tx, key)? {
                end(tx, key, "protected")?;
                if let Some(connection) = key.connection {
                    supply::make_due(tx, connection)?;
                }
                continue;
            }
            advance(tx, key, OrderEvent::Sent, "")?;
            claimed.push((meter, order));
        }
    }
    Ok(claimed)
}

/// Whether protected hours have begun since a close was ordered that no session has claimed: those that were set behind it are not in its end.
fn is_in_protected_hours(tx: &Tx<'_>, order: OrderKey) -> Result<bool, Error> {
    let Some(close) = rows::waiting_close(tx, order.num)? else { return Ok(false) };
    let holidays = holidays_from(tx, close.utility, close.zone.day_of(close.made_at))?;
    let (from_hour, until_hour) = close.protected;
    let protected = Protected { from_hour, until_hour, holidays };
    Ok(protected.begins(close.made_at, close.zone).is_some_and(|begins| begins <= tx.now))
}

/// What an acknowledgement changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledged {
    /// The order is in another state now.
    Changed(OrderState),
    /// Nothing: it came again, or too late.
    Unchanged,
    /// The meter has no such order: it is another meter's, or one that is not stored.
    UnknownOrder,
}

/// Applies a meter's acknowledgement, to that meter's own orders only.
///
/// # Errors
/// The database.
pub fn acknowledge(tx: &mut Tx<'_>, meter: i64, ack: &OrderAck) -> Result<Acknowledged, Error> {
    let Some(order) = rows::of_meter(tx, meter, ack.id)? else { return Ok(Acknowledged::UnknownOrder) };
    let event = match ack.state {
        OrderAckState::Acknowledged => OrderEvent::Acknowledged,
        OrderAckState::Completed => OrderEvent::Completed,
        OrderAckState::Failed => OrderEvent::Failed,
    };
    let why: String = ack.why.iter().flat_map(|why| why.chars()).take(WHY_CHARACTERS).collect();
    Ok(advance(tx, order, event, &why)?.map_or(Acknowledged::Unchanged, Acknowledged::Changed))
}

/// Ends open orders whose time has run out; returns how many.
///
/// # Errors
/// The database.
pub fn expire(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let overdue = rows::overdue(tx, UtcMillis(tx.now.0.saturating_sub(GRACE_MS)), MAX_EXPIRED)?;
    for order in &overdue {
        advance(tx, *order, OrderEvent::Over, "silent")?;
    }
    Ok(overdue.len())
}

/// Ends an order that is wanted no more.
///
/// # Errors
/// The database.
pub fn end(tx: &mut Tx<'_>, order: OrderKey, why: &str) -> Result<(), Error> {
    advance(tx, order, OrderEvent::Over, why).map(|_| ())
}

/// Ends the orders that a meter has for the sake of a connection where it no longer is: they are not to be carried out at another one. What
/// the connection's balance makes of its next valve is evaluated anew, the hold with it.
///
/// # Errors
/// The database.
pub fn end_displaced(tx: &mut Tx<'_>, meter: i64, connection: i64) -> Result<(), Error> {
    rows::expire_for_connection(tx, meter, connection, "replaced")?;
    supply::make_due(tx, connection)
}

/// The one way in which an order's state changes; `None` if it does not.
fn advance(tx: &mut Tx<'_>, order: OrderKey, event: OrderEvent, why: &str) -> Result<Option<OrderState>, Error> {
    let state = order.state.after(event);
    if state == order.state {
        return Ok(None);
    }
    rows::write_state(tx, order.num, state, why)?;
    metrics::counter!("indowater_commands_total", "state" => state.as_str()).increment(1);
    if let Some(connection) = order.connection {
        hold::keep(tx, connection)?;
    }
    Ok(Some(state))
}
