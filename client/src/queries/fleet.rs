//! Perangkat, its side panel, and the technician's zones.
//!
//! The whole fleet is read for each answer, because counts and filters need the connectivity of every meter as of now. Who needs the counts
//! alone asks for [`fleet_counts`].

use crate::error::Error;
use crate::queries::timeline::timeline;
use crate::queries::{meter_now, read, work};
use domain::core::search::{Search, search_form};
use domain::metering::health::{Condition, Health, Limits, assess};
use domain::metering::meter::{Connectivity, LifeCycle, Valve};
use domain::people::Customer;
use domain::{ConnectionId, CustomerId, MeterId, Millilitres, UtcMillis};
use protocol::Problem;
use protocol::core::problem::Code;
use protocol::sync::rows;
use protocol::ui::bulk::LONGEST_RANGE;
use protocol::ui::{Fleet, FleetCounts, FleetFilter, FleetQuery, FleetRow, FleetSort, MeterDetail, ZoneSummary};
use protocol::ui::{MeterRange, MeterSelection};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Deserialize;
use std::cmp::Ordering;
use std::collections::HashSet;

/// A meter with what stands in its row.
pub(super) struct Entry {
    pub(super) row: FleetRow,
    pub(super) meter: rows::Meter,
    state: Option<rows::MeterState>,
    /// What it is found by.
    searched: String,
}

const SELECT: &str = "SELECT m.body, s.body, c.address, cu.name, z.body, cu.id,
    m.search || ' ' || COALESCE(c.search, '') || ' ' || COALESCE(cu.search, '') FROM meter m LEFT JOIN meter_state s ON s.id = m.id
    LEFT JOIN connection c ON c.id = m.connection LEFT JOIN customer cu ON cu.id = c.customer 
    LEFT JOIN zone z ON z.id = COALESCE(m.zone, json_extract(m.body, '$.inflow'))";

type Columns = (String, Option<String>, Option<String>, Option<String>, Option<String>, Option<String>, String);

fn columns(row: &Row<'_>) -> rusqlite::Result<Columns> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?))
}

/// A meter as of now; its silence is judged as of `known`, up to when this device knows who has reported.
fn entry(
    (meter, state, address, customer, zone, customer_id, searched): Columns,
    (now, known): (UtcMillis, UtcMillis),
) -> Result<Entry, Error> {
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
        is_inflow: meter.inflow.is_some(),
        time_zone: zone.as_ref().map(|zone| zone.time_zone),
        zone: zone.map(|zone| zone.name).unwrap_or_default(),
        life_cycle: meter.life_cycle,
        connectivity: Connectivity::judge(latest.t, meter.interval_s, latest.said_offline, now),
        battery: state.as_ref().and_then(|state| state.battery),
        rssi: state.as_ref().and_then(|state| state.rssi),
        health: state.as_ref().and_then(|state| assess(&state.assessed(&meter)?, known)),
        limits: limits(state.as_ref().and_then(|state| state.condition)),
    };
    let searched = format!("{searched} {}", search_form(&row.zone));
    Ok(Entry { row, meter, state, searched })
}

fn entries(db: &Connection, now: UtcMillis) -> Result<Vec<Entry>, Error> {
    let mut query = db.prepare_cached(&format!("{SELECT} ORDER BY m.serial"))?;
    let found = query.query_map([], columns)?.collect::<Result<Vec<_>, _>>()?;
    let known = known_until(db, now)?;
    found.into_iter().map(|columns| entry(columns, (now, known))).collect()
}

/// Up to when this device knows who has reported: the newest reading of any meter. A device or a server that was away is no silence of meters.
fn known_until(db: &Connection, now: UtcMillis) -> Result<UtcMillis, Error> {
    let newest: Option<i64> = db.prepare_cached("SELECT MAX(at) FROM meter_state")?.query_row([], |row| row.get(0))?;
    Ok(newest.map_or(now, |newest| now.min(UtcMillis(newest))))
}

/// What is set for a meter's class, as far as its state says so.
fn limits(condition: Option<Condition>) -> Limits {
    condition.map(|condition| condition.limits).unwrap_or_default()
}

fn is_low(battery: Option<i16>, limits: Limits) -> bool {
    battery.is_some_and(|battery| battery < i16::from(limits.battery()))
}

fn needs_attention(row: &FleetRow) -> bool {
    row.health.as_ref().is_some_and(Health::needs_attention)
}

/// Whether a meter was taken out of service: it counts for nothing, and is found where those are asked for alone.
fn is_retired(row: &FleetRow) -> bool {
    row.life_cycle == LifeCycle::Inactive
}

fn counts<'a>(rows: impl Iterator<Item = &'a FleetRow>) -> FleetCounts {
    rows.fold(FleetCounts::default(), |mut counts, row| {
        if is_retired(row) {
            counts.retired += 1;
            return counts;
        }
        count(&mut counts, row.connectivity, row.now.valve, is_low(row.battery, row.limits));
        counts.attention += u32::from(needs_attention(row));
        counts
    })
}

/// Counts one meter more.
fn count(counts: &mut FleetCounts, connectivity: Connectivity, valve: Valve, is_low: bool) {
    counts.total += 1;
    match connectivity {
        Connectivity::Online => counts.online += 1,
        Connectivity::Stale => counts.stale += 1,
        Connectivity::Offline => counts.offline += 1,
    }
    counts.valve_closed += u32::from(valve == Valve::Closed);
    counts.low_battery += u32::from(is_low);
}

/// What of a meter's body its counts need.
#[derive(Deserialize)]
struct CountedMeter {
    interval_s: u32,
    life_cycle: LifeCycle,
}

/// What of a meter's state its counts need.
#[derive(Deserialize)]
struct CountedState {
    t: UtcMillis,
    valve: Valve,
    #[serde(default)]
    battery: Option<i16>,
    #[serde(default)]
    said_offline: bool,
    #[serde(default)]
    condition: Option<Condition>,
}

/// The counts of all meters, as Perangkat has them without a search. Costs the rows of all meters and their states, of which nothing else is
/// read; whoever asks again and again does so every few seconds at most.
///
/// # Errors
/// The cache cannot be read.
pub fn fleet_counts(db: &Connection, now: UtcMillis) -> Result<FleetCounts, Error> {
    let mut query = db.prepare_cached("SELECT m.body, s.body FROM meter m LEFT JOIN meter_state s ON s.id = m.id")?;
    let mut rows = query.query([])?;
    let mut counts = FleetCounts::default();
    while let Some(row) = rows.next()? {
        let meter: CountedMeter = read(&row.get::<_, String>(0)?)?;
        if meter.life_cycle == LifeCycle::Inactive {
            counts.retired += 1;
            continue;
        }
        let state: Option<CountedState> = row.get::<_, Option<String>>(1)?.as_deref().map(read).transpose()?;
        let (reported, said_offline) =
            (state.as_ref().map(|state| state.t), state.as_ref().is_some_and(|state| state.said_offline));
        let connectivity = Connectivity::judge(reported, meter.interval_s, said_offline, now);
        let low = state.as_ref().is_some_and(|state| is_low(state.battery, limits(state.condition)));
        count(&mut counts, connectivity, state.map(|state| state.valve).unwrap_or_default(), low);
    }
    Ok(counts)
}

pub(super) fn passes(row: &FleetRow, only: Option<FleetFilter>) -> bool {
    if is_retired(row) {
        return only == Some(FleetFilter::Retired);
    }
    match only {
        None => true,
        Some(FleetFilter::Retired) => false,
        Some(FleetFilter::Online) => row.connectivity == Connectivity::Online,
        Some(FleetFilter::Stale) => row.connectivity == Connectivity::Stale,
        Some(FleetFilter::Offline) => row.connectivity == Connectivity::Offline,
        Some(FleetFilter::ValveClosed) => row.now.valve == Valve::Closed,
        Some(FleetFilter::LowBattery) => is_low(row.battery, row.limits),
        Some(FleetFilter::Attention) => needs_attention(row),
    }
}

/// How many meters in service this device holds, and those in the zone that is asked for in which the words are found, whatever the filter.
pub(super) fn found(db: &Connection, asked: &FleetQuery, now: UtcMillis) -> Result<(u32, Vec<Entry>), Error> {
    let all = entries(db, now)?;
    let total = all.iter().filter(|entry| !is_retired(&entry.row)).count() as u32;
    let search = Search::new(&asked.search);
    let is_there = |entry: &Entry| asked.zone.is_none() || entry.meter.zone.or(entry.meter.inflow) == asked.zone;
    let all: Vec<Entry> = all.into_iter().filter(is_there).collect();
    // Only where the words do not stand beside each other anywhere, each may stand by itself.
    let whole = search.as_one();
    let is_whole = all.iter().any(|entry| whole.finds(&entry.searched));
    let search = if is_whole { whole } else { search };
    Ok((total, all.into_iter().filter(|entry| search.finds(&entry.searched)).collect()))
}

/// What a search and a filter leave of the fleet, in order.
struct Listed {
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
    let Listed { total, counts, entries } = listed(db, asked, now)?;
    let matching = entries.len() as u32;
    let window = entries.into_iter().skip(asked.offset as usize).take(asked.limit as usize);
    Ok(Fleet { total, counts, matching, offset: asked.offset, rows: window.map(|entry| entry.row).collect() })
}

/// The meters in a stretch of Perangkat, both ends included.
///
/// # Errors
/// The stretch is longer than [`LONGEST_RANGE`], or the cache cannot be read.
pub fn meters_between(db: &Connection, range: &MeterRange, now: UtcMillis) -> Result<Vec<MeterId>, Error> {
    let (from, to) = (range.from.min(range.to), range.from.max(range.to));
    if to - from >= LONGEST_RANGE {
        return Err(Problem::new(Code::TooLarge, "so many are selected by what they have in common").into());
    }
    let entries = listed(db, &range.query, now)?.entries.into_iter();
    Ok(entries.skip(from as usize).take((to - from) as usize + 1).map(|entry| entry.row.now.id).collect())
}

/// The meters that are selected, as far as this device holds them, by serial.
///
/// # Errors
/// The cache cannot be read.
pub fn meters_selected(db: &Connection, selection: &MeterSelection, now: UtcMillis) -> Result<Vec<MeterId>, Error> {
    match selection {
        MeterSelection::Rows(rows) => {
            let wanted: HashSet<MeterId> = rows.iter().copied().collect();
            let all = entries(db, now)?.into_iter().map(|entry| entry.row.now.id);
            Ok(all.filter(|id| wanted.contains(id)).collect())
        }
        MeterSelection::Matching { matching, except } => {
            let except: HashSet<MeterId> = except.iter().copied().collect();
            let query = FleetQuery { sort: FleetSort::Serial, descending: false, ..FleetQuery::clone(matching) };
            let found = listed(db, &query, now)?.entries.into_iter().map(|entry| entry.row.now.id);
            Ok(found.filter(|id| !except.contains(id)).collect())
        }
    }
}

/// What labels show of the meters that are selected, by serial: serial number and model.
///
/// # Errors
/// The cache cannot be read.
pub fn labels(db: &Connection, selection: &MeterSelection, now: UtcMillis) -> Result<Vec<(String, String)>, Error> {
    let wanted: HashSet<MeterId> = meters_selected(db, selection, now)?.into_iter().collect();
    let rows = entries(db, now)?.into_iter().map(|entry| entry.row).filter(|row| wanted.contains(&row.now.id));
    Ok(rows.map(|row| (row.serial, row.model)).collect())
}

/// All rows of Perangkat, whatever window is asked for, each with its register.
///
/// # Errors
/// The cache cannot be read.
pub fn fleet_rows(db: &Connection, asked: &FleetQuery, now: UtcMillis) -> Result<Vec<(FleetRow, Option<Millilitres>)>, Error> {
    let with_register = |Entry { row, state, .. }: Entry| (row, state.map(|state| state.register));
    Ok(listed(db, asked, now)?.entries.into_iter().map(with_register).collect())
}

fn listed(db: &Connection, asked: &FleetQuery, now: UtcMillis) -> Result<Listed, Error> {
    let (total, mut entries) = found(db, asked, now)?;
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
        FleetSort::Health => nothing_last(score(one), score(other), turned),
    });
    Ok(Listed { total, counts, entries })
}

fn score(row: &FleetRow) -> Option<u8> {
    row.health.as_ref().map(|health| health.score)
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
    let Entry { row, meter, state, .. } = entry(found, (now, known_until(db, now)?))?;
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
    let (register, timeline, work) = (state.map(|state| state.register), timeline(db, meter.id)?, work::of_meter(db, meter.id)?);
    let (connection, firmware, zone) = (meter.connection, meter.firmware, meter.zone);
    Ok(Some(MeterDetail { row, connection, firmware, register, months, phone, timeline, zone, work }))
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
