//! The queries of screens, answered from the cache alone. Each documents its cost: rows of one connection, or of the fleet.

mod cases;
mod charged;
mod customer_list;
mod customers;
mod field;
mod fleet;
mod fleet_map;
mod home;
pub(crate) mod known;
mod money;
mod notifications;
#[cfg(test)]
mod plan;
mod properties;
mod receipt;
pub(crate) mod reports;
mod revenue;
pub mod roster;
mod saved_views;
mod summary;
mod timeline;
mod tips;
mod usage;
mod van_parts;
mod visits;
mod work;
mod work_calendar;
mod work_detail;
mod work_done;

pub use cases::{case, case_keys, case_rows, cases};
pub use customer_list::{between, customer_keys, customer_rows, customers};
pub use customers::{conflicts, conflicts_window, customer, title};
pub use field::field_records;
pub use fleet::{device, fleet, fleet_counts, fleet_rows, labels, meters_between, meters_selected, zones};
pub use fleet_map::fleet_map;
pub use home::{account, home};
pub use money::{buying, credit, history, last_purchase, waiting};
pub use notifications::{notification, notifications, thresholds, unread, urgent_unread};
pub use properties::properties;
pub use receipt::{bought, letterhead, receipt};
pub use revenue::{Days, RevenueMemory, latest_day, revenue, utility_zone};
pub use saved_views::{saved_views, version_of_view};
pub use summary::summary;
pub use tips::{TipsFound, tips};
pub use usage::comparison::{comparison, comparison_rows};
pub use usage::usage;
pub use van_parts::van_parts;
pub use work::work;
pub use work_calendar::{work_calendar, work_rows};
pub use work_detail::{work_detail, work_ready, work_templates, work_to_review};
pub use work_done::{readings_done, work_done};

use crate::error::Error;
use crate::store::rows::chosen::chosen;
use crate::store::rows::read;
use domain::{ConnectionId, TimeZone};
use protocol::sync::rows;
use protocol::ui::{ConnectionRef, MeterNow};
use rusqlite::{Connection, OptionalExtension};

/// A supply point with its meter, as several screens need it.
struct Supply {
    place: ConnectionRef,
    meter: Option<MeterNow>,
}

/// One supply point by name.
fn place(db: &Connection, connection: ConnectionId) -> Result<ConnectionRef, Error> {
    let mut query = db.prepare_cached(
        "SELECT c.body, z.body, m.body FROM connection c LEFT JOIN zone z ON z.id = c.zone
         LEFT JOIN meter m ON m.connection = c.id WHERE c.id = ?1",
    )?;
    let found: (String, Option<String>, Option<String>) =
        query.query_row([connection.to_string()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(supply(&found.0, found.1, found.2, None)?.place)
}

/// The supply points this device holds, in order of label; a customer's are few.
fn supplies(db: &Connection) -> Result<Vec<Supply>, Error> {
    let mut query = db.prepare_cached(
        "SELECT c.body, z.body, m.body, s.body FROM connection c LEFT JOIN zone z ON z.id = c.zone
         LEFT JOIN meter m ON m.connection = c.id LEFT JOIN meter_state s ON s.id = m.id ORDER BY json_extract(c.body, '$.label'), c.id",
    )?;
    let rows = query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
        .collect::<Result<Vec<(String, Option<String>, Option<String>, Option<String>)>, _>>()?;
    rows.into_iter().map(|(connection, zone, meter, state)| supply(&connection, zone, meter, state)).collect()
}

fn supply(connection: &str, zone: Option<String>, meter: Option<String>, state: Option<String>) -> Result<Supply, Error> {
    let connection: rows::Connection = read(connection)?;
    let zone: Option<rows::Zone> = zone.as_deref().map(read).transpose()?;
    let meter: Option<rows::Meter> = meter.as_deref().map(read).transpose()?;
    let state: Option<rows::MeterState> = state.as_deref().map(read).transpose()?;
    Ok(Supply {
        place: ConnectionRef {
            connection: connection.id,
            label: connection.label,
            address: connection.address,
            serial: meter.as_ref().map(|meter| meter.serial.to_string()),
            // Zones are in the bucket that comes first; until it is here, the time zone of most properties is used.
            time_zone: zone.map_or(TimeZone::Jakarta, |zone| zone.time_zone),
        },
        meter: meter.as_ref().map(|meter| meter_now(meter, state.as_ref())),
    })
}

fn meter_now(meter: &rows::Meter, state: Option<&rows::MeterState>) -> MeterNow {
    MeterNow {
        id: meter.id,
        interval_s: meter.interval_s,
        t: state.map(|state| state.t),
        flow: state.and_then(|state| state.flow),
        valve: state.map(|state| state.valve).unwrap_or_default(),
        said_offline: state.is_some_and(|state| state.said_offline),
    }
}

/// The supply point asked for, or the one that was chosen, or the first: whichever there is first.
fn choose<'s>(db: &Connection, supplies: &'s [Supply], wanted: Option<ConnectionId>) -> Result<Option<&'s Supply>, Error> {
    let find = |wanted| supplies.iter().find(|supply| Some(supply.place.connection) == wanted);
    Ok(match find(wanted) {
        Some(supply) => Some(supply),
        None => find(chosen(db)?).or(supplies.first()),
    })
}

fn day(db: &Connection, connection: ConnectionId, day: i32) -> Result<Option<rows::UsageDay>, Error> {
    let mut query = db.prepare_cached("SELECT body FROM usage_day WHERE connection = ?1 AND day = ?2")?;
    let body: Option<String> = query.query_row(rusqlite::params![connection.to_string(), day], |row| row.get(0)).optional()?;
    body.as_deref().map(read).transpose()
}

fn days(db: &Connection, connection: ConnectionId, from: i32, to: i32) -> Result<Vec<rows::UsageDay>, Error> {
    let mut query =
        db.prepare_cached("SELECT body FROM usage_day WHERE connection = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day")?;
    let bodies = query
        .query_map(rusqlite::params![connection.to_string(), from, to], |row| row.get(0))?
        .collect::<Result<Vec<String>, _>>()?;
    bodies.iter().map(|body| read(body)).collect()
}
