//! Whether a connection's valve may be closed for want of credit, and what people have decided about it: both follow from the newest valve
//! order of its meter.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::valve::rows::orders::{ValveOrder, valve_orders};
use crate::valve::rows::supply;
use domain::valve::by_hand::{ByHand, has_moved};
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

    /// Whether it may have moved the valve: the balance's as soon as it is sent, anybody else's once it is completed, and a person's as long as
    /// the valve is not reported to be otherwise.
    pub fn may_have_moved(&self, connection: i64) -> bool {
        let is_done = match self.record.cause {
            Cause::Credit => self.record.state == OrderState::Completed,
            Cause::Person => has_moved(&self.record),
        };
        self.was_sent && (self.is_for_credit_of(connection) || is_done)
    }

    /// Whether a person gave it, and it is open.
    pub fn waits_for_person(&self) -> bool {
        self.record.cause == Cause::Person && self.record.state.is_open()
    }
}

/// The newest valve orders of a meter.
///
/// # Errors
/// The database.
pub fn recent(db: &Db, meter: i64) -> Result<Vec<ValveOrder>, Error> {
    valve_orders(db, meter, RECENT_ORDERS)
}

/// The newest order that may have moved the valve.
pub fn newest(orders: &[ValveOrder], connection: i64) -> Option<&OrderRecord> {
    orders.iter().find(|order| order.may_have_moved(connection)).map(|order| &order.record)
}

/// What people have decided about the valve.
pub fn by_hand(orders: &[ValveOrder], connection: i64) -> ByHand {
    ByHand::of(newest(orders, connection), orders.iter().any(ValveOrder::waits_for_person))
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
