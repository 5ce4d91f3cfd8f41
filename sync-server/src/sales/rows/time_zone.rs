//! The time zone of a utility's days and months: that of most of its meters, as *Ringkasan* has it.

use crate::core::Db;
use crate::error::Error;
use domain::TimeZone;

/// The query of [`of_utility`]: it reads indexes alone.
pub const OF_UTILITY: &str = "SELECT z.time_zone, COUNT(i.meter) FROM zone z CROSS JOIN connection c CROSS JOIN installation i
    WHERE z.utility = ?1 AND c.zone = z.num AND i.connection = c.num AND i.until IS NULL GROUP BY z.time_zone";

/// The time zone of most of a utility's meters; of two that have as many the western one, and Jakarta's where it has none.
pub fn of_utility(db: &Db, utility: i64) -> Result<TimeZone, Error> {
    let mut query = db.prepare_cached(OF_UTILITY)?;
    let found = query.query_map([utility], |row| {
        let zone: String = row.get(0)?;
        Ok((TimeZone::from_iana(&zone).unwrap_or(TimeZone::Jakarta), row.get::<_, i64>(1)?))
    })?;
    let zones: Vec<(TimeZone, i64)> = found.collect::<Result<_, _>>()?;
    let most = zones.iter().max_by_key(|(zone, metered)| (*metered, -zone.offset_ms()));
    Ok(most.map_or(TimeZone::Jakarta, |(zone, _)| *zone))
}
