//! What the balance of a zone is made of, beside the sums of use: which connections were in it, which meters were there, and up to when each is
//! known.

use crate::core::Db;
use crate::error::Error;
use crate::metering::rows::readings::SETTLES_BELOW;
use domain::metering::zone_balance::Span;
use domain::{MeterId, TimeZone, UtcMillis, ZoneId};
use rusqlite::params;
use uuid::Uuid;

/// A connection that is or was in a zone.
pub struct InZone {
    /// Its key.
    pub num: i64,
    /// Key of the zone in which it is.
    pub zone: i64,
    /// Whether the utility calls the meter that is there faulty.
    pub is_faulty: bool,
}

/// The query of [`connections`]: both parts search an index.
pub const CONNECTIONS: &str = "SELECT c.num, c.zone, EXISTS (SELECT 1 FROM installation i JOIN meter m ON m.num = i.meter
      WHERE i.connection = c.num AND i.until IS NULL AND m.life_cycle = 'faulty')
    FROM (SELECT num FROM connection WHERE zone = ?1 UNION SELECT connection FROM connection_zone_past WHERE zone = ?1) n
    CROSS JOIN connection c WHERE c.num = n.num";

/// The connections that are or were in a zone.
///
/// # Errors
/// The database.
pub fn connections(db: &Db, zone: i64) -> Result<Vec<InZone>, Error> {
    let mut query = db.prepare_cached(CONNECTIONS)?;
    let found = query.query_map([zone], |row| Ok(InZone { num: row.get(0)?, zone: row.get(1)?, is_faulty: row.get(2)? }))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The query of [`past_zones`]: the stays of a connection by index.
pub const PAST_ZONES: &str = "SELECT zone, until FROM connection_zone_stay WHERE connection = ?1 ORDER BY num";

/// The zones in which a connection was before, by key, one after the other, each with the instant at which it left it then. One to which it came
/// back is there again.
///
/// # Errors
/// The database.
pub fn past_zones(db: &Db, connection: i64) -> Result<Vec<(i64, UtcMillis)>, Error> {
    let mut query = db.prepare_cached(PAST_ZONES)?;
    Ok(query.query_map([connection], |row| Ok((row.get(0)?, UtcMillis(row.get(1)?))))?.collect::<Result<_, _>>()?)
}

/// When a connection was last in the zone 1 by which rights go, for tests.
#[cfg(test)]
pub const RIGHTS_UNTIL: &str = "SELECT until FROM connection_zone_past WHERE zone = 1";

/// The query of [`spans`]: of each installation the last reading that settles, by the key of readings.
pub const SPANS: &str = "SELECT i.since, i.until, (SELECT r.t FROM reading r
      WHERE r.meter = i.meter AND r.t >= i.since AND r.t < COALESCE(i.until, 9223372036854775807) AND r.verdict < ?2 ORDER BY r.t DESC LIMIT 1)
    FROM installation i WHERE i.connection = ?1 ORDER BY i.since";

/// When meters were at a connection, in order of time.
///
/// # Errors
/// The database.
pub fn spans(db: &Db, connection: i64) -> Result<Vec<Span>, Error> {
    let mut query = db.prepare_cached(SPANS)?;
    let found = query.query_map(params![connection, SETTLES_BELOW], |row| {
        Ok(Span {
            since: UtcMillis(row.get(0)?),
            until: row.get::<_, Option<i64>>(1)?.map(UtcMillis),
            known_until: row.get::<_, Option<i64>>(2)?.map(UtcMillis),
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The meter that was put up at a connection at an instant, its serial number, and the connection's address.
///
/// # Errors
/// No meter was put up there then, or the database.
pub fn named(db: &Db, connection: i64, since: UtcMillis) -> Result<(MeterId, String, String), Error> {
    let mut query = db.prepare_cached(
        "SELECT m.id, m.serial, c.address FROM installation i JOIN meter m ON m.num = i.meter JOIN connection c ON c.num = i.connection
         WHERE i.connection = ?1 AND i.since = ?2 LIMIT 1",
    )?;
    Ok(query.query_row([connection, since.0], |row| Ok((MeterId(Uuid::from_bytes(row.get(0)?)), row.get(1)?, row.get(2)?)))?)
}

/// The query of [`zones`]: both parts search an index.
pub const ZONES: &str = "SELECT z.num, z.id, z.time_zone FROM zone z WHERE z.utility = ?1
    AND EXISTS (SELECT 1 FROM zone_inflow f WHERE f.zone = z.num) ORDER BY z.num";

/// The zones of a utility that have or had a bulk meter: key, identifier and time zone.
///
/// # Errors
/// The database.
pub fn zones(db: &Db, utility: i64) -> Result<Vec<(i64, ZoneId, TimeZone)>, Error> {
    let mut query = db.prepare_cached(ZONES)?;
    let found = query.query_map([utility], |row| {
        let zone: String = row.get(2)?;
        let time_zone = TimeZone::from_iana(&zone).unwrap_or(TimeZone::Jakarta);
        Ok((row.get(0)?, ZoneId(Uuid::from_bytes(row.get(1)?)), time_zone))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}
