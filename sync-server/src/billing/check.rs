//! The part of `sync-server check` that is about the ledger: balances, postings, and every month's charge computed again.

use crate::billing::{charging, prices};
use crate::check::Report;
use crate::core::Db;
use crate::error::Error;
use domain::LocalMonth;
use domain::billing::charging::Charged;
use domain::billing::tariff::month_charge;
use std::collections::HashMap;

/// Queries that must find nothing, with what it means if they do; the first column names what they found.
pub const QUERIES: &[(&str, &str)] = &[
    (
        "SELECT 'transfer ' || t.num FROM transfer t LEFT JOIN posting p ON p.transfer = t.num GROUP BY t.num HAVING COALESCE(SUM(p.amount), 0) <> 0",
        "its postings do not add up to zero",
    ),
    (
        "SELECT 'account ' || a.num FROM account a LEFT JOIN posting p ON p.account = a.num GROUP BY a.num
         HAVING a.balance <> COALESCE(SUM(p.amount), 0) OR a.postings <> COUNT(p.amount)",
        "its balance differs from its postings",
    ),
    (
        "SELECT 'account ' || account FROM (SELECT account, after, SUM(amount) OVER (PARTITION BY account ORDER BY transfer) AS sum FROM posting)
         WHERE after <> sum GROUP BY account",
        "a posting's balance differs from the sum up to it",
    ),
    (
        "SELECT 'transfer ' || t.num FROM transfer t JOIN posting p ON p.transfer = t.num JOIN account a ON a.num = p.account
         WHERE a.utility <> t.utility OR (a.connection IS NOT NULL AND a.connection <> t.connection) GROUP BY t.num",
        "it posts to somebody else's account",
    ),
    (
        "SELECT 'connection ' || m.connection || ', month ' || m.month FROM month_charge m LEFT JOIN (
           SELECT t.connection AS connection, t.month AS month, -SUM(po.amount) AS posted FROM transfer t JOIN posting po ON po.transfer = t.num
           JOIN account a ON a.num = po.account WHERE a.kind = 'credit' AND t.kind IN ('charge', 'charge_correction') GROUP BY t.connection, t.month
         ) l ON l.connection = m.connection AND l.month = m.month WHERE m.posted_water + m.posted_tax <> COALESCE(l.posted, 0)",
        "what is posted of it differs from the ledger",
    ),
];

/// Counts accounts, and adds what is wrong with months to a report.
///
/// # Errors
/// The database cannot be read.
pub fn money(db: &Db, report: &mut Report) -> Result<(), Error> {
    report.accounts = db.query_row("SELECT COUNT(*) FROM account", [], |row| row.get::<_, i64>(0))? as u64;
    months(db, report)
}

/// Every month's charge by the long way, over its days.
fn months(db: &Db, report: &mut Report) -> Result<(), Error> {
    let mut stored: HashMap<(i64, i32), (i64, i64)> = db
        .prepare("SELECT connection, month, due_water, due_tax FROM month_charge")?
        .query_map([], |row| Ok(((row.get(0)?, row.get(1)?), (row.get(2)?, row.get(3)?))))?
        .collect::<Result<_, _>>()?;
    let months: Vec<(i64, i32)> = db
        .prepare("SELECT connection, month FROM usage_month ORDER BY connection")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let mut known = (0, Vec::new());
    for (connection, month) in months {
        if known.0 != connection {
            known = (connection, prices::of_connection(db, connection)?);
        }
        let follows = Charged::from(&month_charge(&known.1, &charging::days(db, connection, LocalMonth(month))?));
        report.months += 1;
        if stored.remove(&(connection, month)).unwrap_or_default() != (follows.water.0, follows.tax.0) {
            report.findings.push(format!("connection {connection}, month {month}: its charge differs from what its days say"));
        }
    }
    for ((connection, month), _) in stored.into_iter().filter(|(_, due)| *due != (0, 0)) {
        report.findings.push(format!("connection {connection}, month {month}: it is charged for, and nothing was used"));
    }
    Ok(())
}
