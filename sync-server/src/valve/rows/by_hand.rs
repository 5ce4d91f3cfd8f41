//! What is read before a valve is moved by hand: where its meter is, what is known of it, and whether the order is known already.

use crate::core::Db;
use crate::error::Error;
use crate::valve::rows::orders::{OrderKey, state};
use domain::valve::by_hand::Place;
use domain::valve::decision::Cause;
use domain::{ConnectionId, MeterId, TimeZone, UtcMillis};
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

/// A meter, where it is, and what holds there.
pub struct Spot {
    /// Key of the meter.
    pub meter: i64,
    /// Its identifier.
    pub id: MeterId,
    /// Key of its utility.
    pub utility: i64,
    /// Key of the connection where it is installed.
    pub connection: Option<i64>,
    /// The connection's identifier.
    pub connection_id: Option<ConnectionId>,
    /// The connection's time zone.
    pub zone: TimeZone,
    /// Local hours from which on, and until before which, the night is protected.
    pub protected: (usize, usize),
    /// What is known of it.
    pub place: Place,
    /// When something came of it last.
    pub reported_at: Option<UtcMillis>,
}

/// A utility's meter by its identifier.
///
/// # Errors
/// The database.
pub fn spot(db: &Db, utility: i64, meter: MeterId) -> Result<Option<Spot>, Error> {
    let mut query = db.prepare_cached(
        "SELECT m.num, m.id, i.connection, c.id, z.time_zone, u.protected_from, u.protected_until, s.meter IS NOT NULL,
           s.valve_t IS NOT NULL OR EXISTS (SELECT 1 FROM meter_order o INDEXED BY meter_order_meter
             WHERE o.meter = m.num AND o.do IN ('open_valve', 'close_valve') AND o.state = 'completed'),
           COALESCE(s.reported_at, s.received_at)
         FROM meter m JOIN utility u ON u.num = m.utility LEFT JOIN meter_state s ON s.meter = m.num
         LEFT JOIN installation i ON i.meter = m.num AND i.until IS NULL
         LEFT JOIN connection c ON c.num = i.connection LEFT JOIN zone z ON z.num = c.zone WHERE m.id = ?1 AND m.utility = ?2",
    )?;
    let found = query.query_row(params![meter.0.as_bytes(), utility], |row| {
        let connection: Option<i64> = row.get(2)?;
        let connection_id: Option<[u8; 16]> = row.get(3)?;
        let zone: Option<String> = row.get(4)?;
        Ok(Spot {
            meter: row.get(0)?,
            id: MeterId(Uuid::from_bytes(row.get(1)?)),
            utility,
            connection,
            connection_id: connection_id.map(|id| ConnectionId(Uuid::from_bytes(id))),
            zone: zone.and_then(|zone| TimeZone::from_iana(&zone)).unwrap_or(TimeZone::Jakarta),
            protected: (usize::from(row.get::<_, u8>(5)?), usize::from(row.get::<_, u8>(6)?)),
            place: Place { is_installed: connection.is_some(), has_reported: row.get(7)?, has_valve: row.get(8)? },
            reported_at: row.get::<_, Option<i64>>(9)?.map(UtcMillis),
        })
    });
    Ok(found.optional()?)
}

/// The meter that is installed at a utility's connection; none within if there is no meter there.
///
/// # Errors
/// The database.
pub fn meter_at(db: &Db, utility: i64, connection: ConnectionId) -> Result<Option<Option<MeterId>>, Error> {
    let mut query = db.prepare_cached(
        "SELECT m.id FROM connection c LEFT JOIN installation i ON i.connection = c.num AND i.until IS NULL
         LEFT JOIN meter m ON m.num = i.meter WHERE c.id = ?1 AND c.utility = ?2",
    )?;
    let found = query.query_row(params![connection.0.as_bytes(), utility], |row| row.get::<_, Option<[u8; 16]>>(0));
    Ok(found.optional()?.map(|meter| meter.map(|id| MeterId(Uuid::from_bytes(id)))))
}

/// An order that is stored.
pub struct Ordered {
    /// Its key, state and connection.
    pub key: OrderKey,
    /// Key of the utility of its meter.
    pub utility: i64,
    /// Its meter.
    pub meter: MeterId,
    /// The word of what the meter is to do.
    pub action: String,
    /// For whose sake.
    pub cause: Cause,
    /// How it ended.
    pub why: String,
}

/// An order by its identifier, of whichever utility.
///
/// # Errors
/// The database.
pub fn ordered(db: &Db, id: Uuid) -> Result<Option<Ordered>, Error> {
    let mut query = db.prepare_cached(
        "SELECT d.num, d.state, d.connection, m.utility, m.id, d.do, d.cause, d.why FROM meter_order d JOIN meter m ON m.num = d.meter
         WHERE d.id = ?1",
    )?;
    let found = query.query_row([id.as_bytes()], |row| {
        let cause: String = row.get(6)?;
        Ok(Ordered {
            key: OrderKey { num: row.get(0)?, state: state(row, 1)?, connection: row.get(2)? },
            utility: row.get(3)?,
            meter: MeterId(Uuid::from_bytes(row.get(4)?)),
            action: row.get(5)?,
            cause: if cause == Cause::Person.as_str() { Cause::Person } else { Cause::Credit },
            why: row.get(7)?,
        })
    });
    Ok(found.optional()?)
}
