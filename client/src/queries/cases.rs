//! Cases of meters: a list, and one with the hours around its start. Costs the rows of a window, and a month of days of one connection.

use crate::error::Error;
use crate::queries::usage::usual;
use crate::queries::work::order;
use crate::queries::{day, read};
use domain::UtcMillis;
use domain::alerts::kinds::AlertKind;
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::leaks::Severity;
use protocol::sync::rows;
use protocol::sync::rows::Entity;
use protocol::ui::{CaseDetail, CaseHour, CaseName, CaseRow, Cases, CasesQuery};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Rows of a window at most.
const WINDOW: u32 = 200;

/// Hours that are shown of a case: a day before its start, and three days from it on.
const HOURS: i64 = 96;

const COLUMNS: &str = "k.body, c.body, z.body, m.body, cu.body, b.id IS NOT NULL";

const JOINED: &str =
    "LEFT JOIN connection c ON c.id = k.connection LEFT JOIN zone z ON z.id = c.zone LEFT JOIN meter m ON m.id = k.meter
    LEFT JOIN customer cu ON cu.id = c.customer LEFT JOIN base_row b ON b.entity = ?1 AND b.id = k.id";

/// Which cases a page asks for: open ones or not, of a kind, of a severity, of a zone, of whoever they are assigned to.
const FILTERED: &str = "open = ?1 AND (?2 IS NULL OR kind = ?2) AND (?3 IS NULL OR severity = ?3)
    AND (?4 IS NULL OR connection IN (SELECT id FROM connection WHERE zone = ?4)) AND (?5 IS NULL OR assignee = ?5)";

/// A case by its identifier, with what stands around it.
fn one() -> String {
    format!("SELECT {COLUMNS} FROM meter_case k {JOINED} WHERE k.id = ?2")
}

/// The bodies of a case, its connection, that one's zone, the meter and the customer; and whether something waits.
type Parts = (String, Option<String>, Option<String>, Option<String>, Option<String>, bool);

fn parts(row: &Row<'_>) -> rusqlite::Result<Parts> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
}

fn shown((case, connection, zone, meter, customer, waiting): Parts) -> Result<CaseRow, Error> {
    let connection: Option<rows::Connection> = connection.as_deref().map(read).transpose()?;
    let zone: Option<rows::Zone> = zone.as_deref().map(read).transpose()?;
    let meter: Option<rows::Meter> = meter.as_deref().map(read).transpose()?;
    let customer: Option<rows::Customer> = customer.as_deref().map(read).transpose()?;
    let of_zone = connection.as_ref().map(|connection| connection.zone);
    let place = connection.map(|connection| if connection.label.is_empty() { connection.address } else { connection.label });
    Ok(CaseRow {
        case: read(&case)?,
        place: place.unwrap_or_default(),
        customer: customer.map(|customer| customer.name),
        serial: meter.map(|meter| meter.serial.to_string()),
        zone: of_zone,
        time_zone: zone.map_or(domain::TimeZone::Jakarta, |zone| zone.time_zone),
        waiting,
    })
}

/// A window of the list, the newest first.
///
/// # Errors
/// The cache cannot be read.
pub fn cases(db: &Connection, asked: CasesQuery) -> Result<Cases, Error> {
    let (kind, severity) = (asked.kind.map(AlertKind::as_str), asked.severity.map(Severity::as_str));
    let (zone, assigned) = (asked.zone.map(|zone| zone.to_string()), asked.assigned.map(|user| user.to_string()));
    let total = db
        .prepare_cached(&format!("SELECT COUNT(*) FROM meter_case WHERE {FILTERED}"))?
        .query_row(params![asked.open, kind, severity, zone, assigned], |row| row.get(0))?;
    let ids = keys(db, asked, i64::from(asked.limit.min(WINDOW)))?;
    Ok(Cases { total, rows: case_rows(db, &ids)? })
}

/// The keys of all cases that the filters leave, the newest first. Costs a walk over them.
///
/// # Errors
/// The cache cannot be read.
pub fn case_keys(db: &Connection, asked: CasesQuery) -> Result<Vec<String>, Error> {
    // A limit below zero is none.
    keys(db, CasesQuery { offset: 0, ..asked }, -1)
}

fn keys(db: &Connection, asked: CasesQuery, limit: i64) -> Result<Vec<String>, Error> {
    let (kind, severity) = (asked.kind.map(AlertKind::as_str), asked.severity.map(Severity::as_str));
    let (zone, assigned) = (asked.zone.map(|zone| zone.to_string()), asked.assigned.map(|user| user.to_string()));
    let mut window =
        db.prepare_cached(&format!("SELECT id FROM meter_case WHERE {FILTERED} ORDER BY at DESC, id DESC LIMIT +?6 OFFSET ?7"))?;
    let ids = window.query_map(params![asked.open, kind, severity, zone, assigned, limit, asked.offset], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Cases by their keys, in that order. What is gone meanwhile is left out.
///
/// # Errors
/// The cache cannot be read.
pub fn case_rows(db: &Connection, ids: &[String]) -> Result<Vec<CaseRow>, Error> {
    let mut query = db.prepare_cached(&one())?;
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(found) = query.query_row(params![Entity::MeterCase as u8, id], parts).optional()? {
            rows.push(shown(found)?);
        }
    }
    Ok(rows)
}

/// One case.
///
/// # Errors
/// The cache cannot be read.
pub fn case(db: &Connection, name: CaseName, now: UtcMillis) -> Result<Option<CaseDetail>, Error> {
    let id = format!("{}/{}", name.connection, name.no);
    let mut query = db.prepare_cached(&one())?;
    let Some(found) = query.query_row(params![Entity::MeterCase as u8, id], parts).optional()? else { return Ok(None) };
    let row = shown(found)?;
    let work = row.case.authorised.map(|id| order(db, id)).transpose()?.flatten();
    Ok(Some(CaseDetail { hours: hours(db, &row, now)?, work, row }))
}

/// The hours around the start of a case, up to now, beside what was usual before it; none where no use is held.
fn hours(db: &Connection, row: &CaseRow, now: UtcMillis) -> Result<Vec<CaseHour>, Error> {
    let (zone, connection) = (row.time_zone, row.case.connection);
    let first = UtcMillis((row.case.start.0 - DAY_MS).div_euclid(HOUR_MS) * HOUR_MS);
    let usual = usual::before(db, connection, zone.day_of(row.case.start))?;
    let mut hours = Vec::new();
    for hour in 0..HOURS {
        let at = first.plus(hour * HOUR_MS);
        if at >= now {
            break;
        }
        let local = zone.day_of(at);
        let of_day = (at.since(zone.start_of(local)) / HOUR_MS) as usize;
        let used = day(db, connection, local.0)?.map(|row| row.to_rollup()).unwrap_or_default();
        let used = used.hours.get(of_day).filter(|used| used.covered_ms > 0);
        hours.push(CaseHour {
            at,
            volume: used.map(|used| used.volume.0),
            usual: usual.hours.get(of_day).copied().flatten().map(|volume| volume.0),
        });
    }
    let is_known = hours.iter().any(|hour| hour.volume.is_some());
    Ok(if is_known { hours } else { Vec::new() })
}
