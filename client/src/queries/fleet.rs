//! Perangkat, its side panel, and the technician's zones.
//!
//! The whole fleet is read for each answer, because counts and filters need the connectivity of every meter as of now.

use crate::error::Error;
use crate::queries::{meter_now, read};
use domain::core::search::{Search, search_form};
use domain::metering::meter::{Connectivity, Valve};
use domain::people::Customer;
use domain::{ConnectionId, CustomerId, MeterId, Millilitres, UtcMillis};
use protocol::sync::rows;
use protocol::ui::{Fleet, FleetCounts, FleetFilter, FleetQuery, FleetRow, FleetSort, MeterDetail, ZoneSummary};
use rusqlite::{Connection, OptionalExtension, Row};
use std::cmp::Ordering;

/// A battery below this is low, per cent.
const LOW_BATTERY: i16 = 20;

struct Entry {
    row: FleetRow,
    meter: rows::Meter,
    state: Option<rows::MeterState>,
    /// What it is found by.
    searched: String,
}

const SELECT: &str = "SELECT m.body, s.body, c.address, cu.name, z.body, cu.id,
    m.search || ' ' || COALESCE(c.search, '') || ' ' || COALESCE(cu.search, '') FROM meter m LEFT JOIN meter_state s ON s.id = m.id
    LEFT JOIN connection c ON c.id = m.connection LEFT JOIN customer cu ON cu.id = c.customer LEFT JOIN zone z ON z.id = m.zone";

type Columns = (String, Option<String>, Option<String>, Option<String>, Option<String>, Option<String>, String);

fn columns(row: &Row<'_>) -> rusqlite::Result<Columns> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?))
}

fn entry((meter, state, address, customer, zone, customer_id, searched): Columns, now: UtcMillis) -> Result<Entry, Error> {
    let meter: rows::Meter = read(&meter)?;
    let state: Option<rows::MeterState> = state.as_deref().map(read).transpose()?;
    let zone: Option<rows::Zone> = zone.as_deref().map(read).transpose()?;
    let latest = meter_now(&meter, state.as_ref());
    let row = FleetRow {
        now: latest,
        serial: meter.serial.to_string(),
        model: meter.model.clone(),
        address: address.unwrap_or_default(),
        customer: customer.unwrap_or_default(),
        customer_id: customer_id.and_then(|id| id.parse::<CustomerId>().ok()),
        time_zone: zone.as_ref().map(|zone| zone.time_zone),
        zone: zone.map(|zone| zone.name).unwrap_or_default(),
        life_cycle: meter.life_cycle,
        connectivity: Connectivity::judge(latest.t, meter.interval_s, latest.said_offline, now),
        battery: state.as_ref().and_then(|state| state.battery),
        rssi: state.as_ref().and_then(|state| state.rssi),
    };
    let searched = format!("{searched} {}", search_form(&row.zone));
    Ok(Entry { row, meter, state, searched })
}

fn entries(db: &Connection, now: UtcMillis) -> Result<Vec<Entry>, Error> {
    let mut query = db.prepare_cached(&format!("{SELECT} ORDER BY m.serial"))?;
    let found = query.query_map([], columns)?.collect::<Result<Vec<_>, _>>()?;
    found.into_iter().map(|columns| entry(columns, now)).collect()
}

fn is_low(row: &FleetRow) -> bool {
    row.battery.is_some_and(|battery| battery < LOW_BATTERY)
}

fn counts<'a>(rows: impl Iterator<Item = &'a FleetRow>) -> FleetCounts {
    rows.fold(FleetCounts::default(), |mut counts, row| {
        counts.total += 1;
        match row.connectivity {
            Connectivity::Online => counts.online += 1,
            Connectivity::Stale => counts.stale += 1,
            Connectivity::Offline => counts.offline += 1,
        }
        counts.valve_closed += u32::from(row.now.valve == Valve::Closed);
        counts.low_battery += u32::from(is_low(row));
        counts
    })
}

fn passes(row: &FleetRow, only: Option<FleetFilter>) -> bool {
    match only {
        None => true,
        Some(FleetFilter::Online) => row.connectivity == Connectivity::Online,
        Some(FleetFilter::Stale) => row.connectivity == Connectivity::Stale,
        Some(FleetFilter::Offline) => row.connectivity == Connectivity::Offline,
        Some(FleetFilter::ValveClosed) => row.now.valve == Valve::Closed,
        Some(FleetFilter::LowBattery) => is_low(row),
    }
}

/// What a search and a filter leave of the fleet, in order.
struct Found {
    /// Meters on this device.
    total: u32,
    /// Of those that the search finds, whatever the filter.
    counts: FleetCounts,
    entries: Vec<Entry>,
}

/// Perangkat.
///
/// # Errors
/// The cache cannot be read.
pub fn fleet(db: &Connection, asked: &FleetQuery, now: UtcMillis) -> Result<Fleet, Error> {
    let Found { total, counts, entries } = found(db, asked, now)?;
    let matching = entries.len() as u32;
    let window = entries.into_iter().skip(asked.offset as usize).take(asked.limit as usize);
    Ok(Fleet { total, counts, matching, rows: window.map(|entry| entry.row).collect() })
}

/// All rows of Perangkat, whatever window is asked for, each with its register.
///
/// # Errors
/// The cache cannot be read.
pub fn fleet_rows(db: &Connection, asked: &FleetQuery, now: UtcMillis) -> Result<Vec<(FleetRow, Option<Millilitres>)>, Error> {
    let with_register = |Entry { row, state, .. }: Entry| (row, state.map(|state| state.register));
    Ok(found(db, asked, now)?.entries.into_iter().map(with_register).collect())
}

fn found(db: &Connection, asked: &FleetQuery, now: UtcMillis) -> Result<Found, Error> {
    let all = entries(db, now)?;
    let (total, search) = (all.len() as u32, Search::new(&asked.search));
    let is_there = |entry: &Entry| asked.zone.is_none() || entry.meter.zone == asked.zone;
    let all: Vec<Entry> = all.into_iter().filter(is_there).collect();
    // Only where the words do not stand beside each other anywhere, each may stand by itself.
    let whole = search.as_one();
    let is_whole = all.iter().any(|entry| whole.finds(&entry.searched));
    let search = if is_whole { whole } else { search };
    let mut entries: Vec<Entry> = all.into_iter().filter(|entry| search.finds(&entry.searched)).collect();
    let counts = counts(entries.iter().map(|entry| &entry.row));
    entries.retain(|entry| passes(&entry.row, asked.only));
    let turned = |order: Ordering| if asked.descending { order.reverse() } else { order };
    entries.sort_by(|Entry { row: one, .. }, Entry { row: other, .. }| match asked.sort {
        FleetSort::Serial => turned(one.serial.cmp(&other.serial)),
        FleetSort::Zone => turned(one.zone.cmp(&other.zone)),
        FleetSort::Status => turned((one.connectivity as u8).cmp(&(other.connectivity as u8))),
        FleetSort::Valve => turned(one.now.valve.as_str().cmp(other.now.valve.as_str()).reverse()),
        FleetSort::Flow => nothing_last(one.now.flow, other.now.flow, turned),
        FleetSort::Battery => nothing_last(one.battery, other.battery, turned),
        FleetSort::Signal => nothing_last(one.rssi, other.rssi, turned),
        FleetSort::Silence => nothing_last(one.now.t, other.now.t, turned),
    });
    Ok(Found { total, counts, entries })
}

/// The order of two values; one that is not there comes last, whichever way the list is turned.
fn nothing_last<T: Ord>(one: Option<T>, other: Option<T>, turned: impl Fn(Ordering) -> Ordering) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) => turned(one.cmp(&other)),
        (one, other) => other.is_some().cmp(&one.is_some()),
    }
}

/// The side panel of one meter.
///
/// # Errors
/// The cache cannot be read.
pub fn device(db: &Connection, meter: MeterId, now: UtcMillis) -> Result<Option<MeterDetail>, Error> {
    let mut query = db.prepare_cached(&format!("{SELECT} WHERE m.id = ?1"))?;
    let Some(found) = query.query_map([meter.to_string()], columns)?.next().transpose()? else { return Ok(None) };
    let Entry { row, meter, state, .. } = entry(found, now)?;
    let months = match meter.connection {
        None => Vec::new(),
        Some(connection) => {
            let mut query =
                db.prepare_cached("SELECT body FROM usage_month WHERE connection = ?1 ORDER BY month DESC LIMIT 12")?;
            let bodies = query.query_map([connection.to_string()], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
            bodies
                .iter()
                .rev()
                .map(|body| read::<rows::UsageMonth>(body).map(|row| (row.month, row.volume.0)))
                .collect::<Result<_, _>>()?
        }
    };
    let phone = meter.connection.map(|connection| phone_of(db, connection)).transpose()?.unwrap_or_default();
    Ok(Some(MeterDetail { row, firmware: meter.firmware, register: state.map(|state| state.register), months, phone }))
}

/// The telephone of a connection's customer, as far as this device holds it.
fn phone_of(db: &Connection, connection: ConnectionId) -> Result<String, Error> {
    let sql = "SELECT cu.body FROM connection c JOIN customer cu ON cu.id = c.customer WHERE c.id = ?1";
    let body: Option<String> = db.prepare_cached(sql)?.query_row([connection.to_string()], |row| row.get(0)).optional()?;
    Ok(body.as_deref().map(read::<Customer>).transpose()?.map_or(String::new(), |customer| customer.phone))
}

/// The technician's zones with the connectivity of their meters.
///
/// # Errors
/// The cache cannot be read.
pub fn zones(db: &Connection, now: UtcMillis) -> Result<Vec<ZoneSummary>, Error> {
    let all = entries(db, now)?;
    let mut query = db.prepare_cached("SELECT z.body FROM zone z WHERE EXISTS (SELECT 1 FROM meter m WHERE m.zone = z.id)")?;
    let bodies = query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    let mut zones: Vec<ZoneSummary> = bodies
        .iter()
        .map(|body| {
            let zone: rows::Zone = read(body)?;
            let of_zone = all.iter().filter(|entry| entry.meter.zone == Some(zone.id)).map(|entry| &entry.row);
            let counts = counts(of_zone);
            Ok(ZoneSummary { id: zone.id, name: zone.name, time_zone: zone.time_zone, counts })
        })
        .collect::<Result<_, Error>>()?;
    zones.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(zones)
}
