//! Whether a connection's valve may be closed for want of credit: it follows from the newest valve order of its meter.

use crate::core::Tx;
use crate::error::Error;
use crate::valve::rows::orders::{ValveOrder, valve_orders};
use crate::valve::rows::supply;
use domain::valve::decision::{Cause, Held, OrderRecord, held};
use domain::valve::order::OrderState;

/// Orders that are considered: more than a valve that does not obey gets in a week. An order that ended before it was sent is none of them: a
/// meter may be silent for months, and what it was sent before that holds.
const RECENT_ORDERS: i64 = 40;

impl ValveOrder {
    /// Whether it is the balance's, for this connection.
    pub fn is_for_credit_of(&self, connection: i64) -> bool {
        self.record.cause == Cause::Credit && self.connection == Some(connection)
    }

    /// Whether it may have moved the valve: the balance's as soon as it is sent, anybody else's once it is completed.
    pub fn may_have_moved(&self, connection: i64) -> bool {
        self.was_sent && (self.is_for_credit_of(connection) || self.record.state == OrderState::Completed)
    }
}

/// The newest valve orders of a meter.
///
/// # Errors
/// The database.
pub fn recent(tx: &Tx<'_>, meter: i64) -> Result<Vec<ValveOrder>, Error> {
    valve_orders(tx, meter, RECENT_ORDERS)
}

/// The newest order that may have moved the valve.
pub fn newest(orders: &[ValveOrder], connection: i64) -> Option<&OrderRecord> {
    orders.iter().find(|order| order.may_have_moved(connection)).map(|order| &order.record)
}

/// Writes whether a connection's valve may be closed for want of credit, after an order of its meter has changed.
///
/// # Errors
/// The database.
pub fn keep(tx: &mut Tx<'_>, connection: i64) -> Result<(), Error> {
    let meter = supply::meter_at(tx, connection)?;
    let orders = meter.map_or_else(|| Ok(Vec::new()), |meter| recent(tx, meter))?;
    write(tx, connection, held(newest(&orders, connection)))
}

/// Writes whether a connection's valve may be closed for want of credit.
///
/// # Errors
/// The database.
pub fn write(tx: &mut Tx<'_>, connection: i64, held: Held) -> Result<(), Error> {
    supply::write_hold(tx, connection, held != Held::No)
}
