//! `sync-server check`: proves that what is stored is what follows from what was received.

use crate::error::Error;
use crate::metering::judging::judge_all;
use crate::metering::rows::usage::decode_day;
use crate::{alerts, billing, cases, maintenance, metering, reports, revenue, sales, valve};
use domain::LocalDay;
use domain::metering::reading::DayUse;
use protocol::sync::rows::Entity;
use rusqlite::Connection;
use std::collections::BTreeMap;

/// The queries of each noun that must find nothing, with what it means if they do; the first column names what they found.
const QUERIES: [&[(&str, &str)]; 8] = [
    billing::check::QUERIES,
    sales::check::QUERIES,
    valve::check::QUERIES,
    metering::check::QUERIES,
    alerts::check::QUERIES,
    maintenance::check::QUERIES,
    cases::check::QUERIES,
    reports::check::QUERIES,
];

/// What a check found; no findings is good.
#[derive(Debug, Default)]
pub struct Report {
    /// Readings checked.
    pub readings: u64,
    /// Days whose sum was computed again.
    pub days: u64,
    /// Feed whose hash was computed again.
    pub buckets: u64,
    /// Accounts whose balance was computed again.
    pub accounts: u64,
    /// Months whose charge was computed again.
    pub months: u64,
    /// What is wrong.
    pub findings: Vec<String>,
}

/// Checks the file, the rollups, the hashes and the money. Reads only.
///
/// # Errors
/// The database cannot be read.
pub fn check(db: &Connection) -> Result<Report, Error> {
    let mut report = Report::default();
    let file: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if file != "ok" {
        report.findings.push(format!("the file is damaged: {file}"));
    }
    let orphans = db.prepare("PRAGMA foreign_key_check")?.query_map([], |_| Ok(()))?.count();
    if orphans > 0 {
        report.findings.push(format!("{orphans} rows point at rows that are not there"));
    }
    rollups(db, &mut report)?;
    hashes(db, &mut report)?;
    billing::check::money(db, &mut report)?;
    report.findings.extend(sales::payments::check::findings(db)?);
    report.findings.extend(sales::check::closing::findings(db)?);
    report.findings.extend(maintenance::check::parts(db)?);
    cases::check::check(db, &mut report.findings)?;
    revenue::check::check(db, &mut report.findings)?;
    for (query, meaning) in QUERIES.into_iter().flatten() {
        let mut query = db.prepare(query)?;
        let found = query.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        report.findings.extend(found.into_iter().map(|what| format!("{what}: {meaning}")));
    }
    Ok(report)
}

fn rollups(db: &Connection, report: &mut Report) -> Result<(), Error> {
    let mut expected: BTreeMap<(i64, LocalDay), DayUse> = BTreeMap::new();
    let meters: Vec<i64> = db.prepare("SELECT num FROM meter")?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for num in meters {
        let walked = judge_all(db, num)?;
        report.readings += walked.readings.len() as u64;
        for (key, part) in walked.usage {
            expected.entry(key).or_default().combine(&part, 1);
        }
    }
    // Older releases have no sum of a day of a silence on which nothing was used.
    expected.retain(|_, used| !used.is_zero());
    compare_days(db, &expected, report)?;
    compare_months(db, &expected, report)
}

fn compare_days(db: &Connection, expected: &BTreeMap<(i64, LocalDay), DayUse>, report: &mut Report) -> Result<(), Error> {
    let mut seen = 0;
    let mut query = db.prepare("SELECT connection, day, volume, covered_ms, hours FROM usage_day")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let key = (row.get(0)?, LocalDay(row.get(1)?));
        let hours: Option<Vec<u8>> = row.get(4)?;
        let stored = decode_day(row.get(2)?, row.get(3)?, hours.as_deref());
        let follows = expected.get(&key);
        seen += u64::from(follows.is_some());
        report.days += 1;
        if follows.unwrap_or(&DayUse::default()) != &stored {
            report.findings.push(format!("connection {}, day {}: the sum differs from what the readings say", key.0, key.1.0));
        }
    }
    let missing = expected.len() as u64 - seen;
    if missing > 0 {
        report.findings.push(format!("{missing} days of use are not summed"));
    }
    Ok(())
}

fn compare_months(db: &Connection, expected: &BTreeMap<(i64, LocalDay), DayUse>, report: &mut Report) -> Result<(), Error> {
    let mut months: BTreeMap<(i64, i32), (i64, i64)> = BTreeMap::new();
    for ((connection, day), used) in expected {
        let sum = months.entry((*connection, day.month().0)).or_default();
        sum.0 += used.volume.0;
        sum.1 += used.covered_ms;
    }
    let mut query = db.prepare("SELECT connection, month, volume, covered_ms FROM usage_month")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let key = (row.get(0)?, row.get(1)?);
        let stored = (row.get(2)?, row.get(3)?);
        if months.remove(&key).unwrap_or_default() != stored {
            report.findings.push(format!("connection {}, month {}: the sum differs from what the readings say", key.0, key.1));
        }
    }
    if !months.is_empty() {
        report.findings.push(format!("{} months of use are not summed", months.len()));
    }
    Ok(())
}

fn hashes(db: &Connection, report: &mut Report) -> Result<(), Error> {
    let mut buckets = db.prepare("SELECT num, name, state_hash FROM bucket")?;
    let mut changes = db.prepare("SELECT entity, id, rev FROM change WHERE bucket = ?1 AND removed = 0")?;
    let mut rows = buckets.query([])?;
    while let Some(row) = rows.next()? {
        let (num, name, stored): (i64, String, [u8; 16]) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let mut sum = 0_u128;
        let mut live = changes.query([num])?;
        while let Some(change) = live.next()? {
            let code: u8 = change.get(0)?;
            let id = crate::core::feed::RowId(change.get(1)?);
            let Some(entity) = Entity::from_code(code) else {
                report.findings.push(format!("bucket {name}: a row of an unknown kind"));
                continue;
            };
            sum = sum.wrapping_add(engine::row_hash(entity, &id.to_wire(), change.get::<_, i64>(2)? as u64));
        }
        report.buckets += 1;
        if sum.to_be_bytes() != stored {
            report.findings.push(format!("bucket {name}: the state hash differs from its rows"));
        }
    }
    Ok(())
}
