//! The part of `sync-server check` that is about closing: what was counted and closed against the plain sums of the ledger, and fees of the gateway.

use crate::core::Db;
use crate::error::Error;
use crate::sales::rows::cash::zone_of_day;
use crate::sales::rows::months::read_figures;
use domain::billing::ledger::Account;
use domain::sales::month_close::MonthFigures;
use domain::{LocalDay, LocalMonth, Rupiah, TimeZone, UtcMillis};
use rusqlite::params;
use std::collections::HashMap;

/// Queries that must find nothing, with what it means if they do. The first column names what is wrong.
const QUESTIONS: &[(&str, &str)] = &[
    (
        "SELECT 'month ' || m.month || ' of utility ' || m.utility FROM month_close m WHERE m.reopened_at IS NULL
           AND EXISTS (SELECT num FROM transfer WHERE utility = m.utility AND month = m.month AND num > m.last
             EXCEPT SELECT transfer FROM late_transfer WHERE utility = m.utility AND month = m.month)",
        "a correction to it is not listed",
    ),
    (
        "SELECT 'transfer ' || l.transfer FROM late_transfer l JOIN transfer t ON t.num = l.transfer
         WHERE t.utility <> l.utility OR t.month IS NOT l.month
           OR NOT EXISTS (SELECT 1 FROM month_close m WHERE m.utility = l.utility AND m.month = l.month AND m.last < l.transfer)",
        "it is listed as a correction to a month that it does not belong to",
    ),
    (
        "SELECT 'settlement file ' || f.num FROM settlement_file f
         WHERE f.received <> (SELECT COUNT(*) FROM settlement_line WHERE file = f.num AND place > 0)",
        "its rows are counted otherwise",
    ),
    (
        "SELECT 'settlement line ' || l.num FROM settlement_line l JOIN payment y ON y.num = l.payment
         WHERE l.verdict = 'matched' AND l.fee > CASE WHEN l.gross = y.gross + y.fee THEN y.fee ELSE 0 END AND NOT EXISTS (SELECT 1 FROM transfer WHERE key = 'gateway_fee:' || y.order_id)",
        "it matches, and its fee is not posted",
    ),
    (
        "SELECT 'transfer ' || t.num FROM transfer t JOIN posting p ON p.transfer = t.num JOIN account a ON a.num = p.account
         WHERE t.kind = 'gateway_fee' AND a.kind = 'gateway_withheld' AND NOT EXISTS (SELECT 1 FROM payment y JOIN settlement_line l ON l.payment = y.num
           WHERE y.order_id = substr(t.key, 13) AND p.amount IN (l.fee, l.fee - CASE WHEN l.gross = y.gross + y.fee THEN y.fee ELSE 0 END) AND (l.verdict = 'matched' OR l.state = 'accepted'))",
        "no line of a settlement file has its fee",
    ),
    (
        "SELECT 'gateway fees of utility ' || utility FROM account WHERE connection IS NULL AND kind IN ('gateway_fees', 'gateway_withheld')
         GROUP BY utility HAVING SUM(balance) <> 0",
        "what the gateway kept differs from what it cost",
    ),
];

/// What is wrong with what was closed; nothing is good.
///
/// # Errors
/// The database cannot be read.
pub fn findings(db: &Db) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    for (question, meaning) in QUESTIONS {
        let found: Vec<String> = db.prepare(question)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        findings.extend(found.into_iter().map(|what| format!("{what}: {meaning}")));
    }
    months(db, &mut findings)?;
    cash(db, &mut findings)?;
    Ok(findings)
}

/// The figures of each closed month by the plain sum of its postings, whatever the order of transfers and times. A month begins where the one before it
/// was closed, by that closing's time zone and last transfer; older versions looked at times alone, and yet older ones began it by its own zone.
fn months(db: &Db, findings: &mut Vec<String>) -> Result<(), Error> {
    let mut query = db.prepare(
        "SELECT m.utility, m.month, m.time_zone, m.last, m.figures, COALESCE(p.time_zone, m.time_zone), COALESCE(p.last, m.last)
         FROM month_close m LEFT JOIN month_close p ON p.num = (SELECT MAX(num) FROM month_close
           WHERE utility = m.utility AND month = m.month - 1 AND num < m.num)",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (utility, month, last): (i64, i32, i64) = (row.get(0)?, row.get(1)?, row.get(3)?);
        let (zone, figures, before): (String, String, String) = (row.get(2)?, row.get(4)?, row.get(5)?);
        let [zone, before] = [zone, before].map(|zone| TimeZone::from_iana(&zone).unwrap_or(TimeZone::Jakarta));
        let (closed, end) = (read_figures(&figures)?, zone.start_of(LocalMonth(month + 1).first_day()));
        let from =
            |zone: TimeZone, behind| plain(db, utility, (zone.start_of(LocalMonth(month).first_day()), end), (behind, last));
        if from(before, row.get(6)?)? != closed && from(before, last)? != closed && from(zone, last)? != closed {
            findings.push(format!("month {month} of utility {utility}: its figures differ from the ledger"));
        }
    }
    Ok(())
}

/// The figures between two instants by the transfers up to a number, by the plain sum; what has a number behind `behind` is in them even if its time is
/// before the first instant.
fn plain(db: &Db, utility: i64, (start, end): (UtcMillis, UtcMillis), (behind, last): (i64, i64)) -> Result<MonthFigures, Error> {
    let mut query = db.prepare_cached(
        "SELECT a.kind, COALESCE(SUM(CASE WHEN t.at >= ?2 OR t.num > ?5 THEN p.amount ELSE 0 END), 0), SUM(p.amount)
         FROM transfer t JOIN posting p ON p.transfer = t.num JOIN account a ON a.num = p.account
         WHERE t.utility = ?1 AND t.at < ?3 AND t.num <= ?4 GROUP BY a.kind",
    )?;
    let sums = query.query_map(params![utility, start.0, end.0, last, behind], |row| {
        Ok((row.get::<_, String>(0)?, (Rupiah(row.get(1)?), Rupiah(row.get(2)?))))
    })?;
    let sums: HashMap<String, (Rupiah, Rupiah)> = sums.collect::<Result<_, _>>()?;
    let of = |account: Account| sums.get(account.as_str()).copied().unwrap_or_default();
    let unearned = Rupiah(of(Account::Credit).1.0 + of(Account::Emergency).1.0);
    Ok(MonthFigures::of(|account| of(account).0, unearned))
}

/// What was counted of each cashier's day, by the plain sum of the cash that was moved on it between two rounds.
fn cash(db: &Db, findings: &mut Vec<String>) -> Result<(), Error> {
    let mut query = db.prepare(
        "SELECT k.num, k.utility, k.cashier, k.day, k.time_zone, k.last, k.taken, k.given_back, COALESCE((SELECT MAX(e.last) FROM cash_count e
           WHERE e.utility = k.utility AND e.cashier = k.cashier AND e.day = k.day AND e.part < k.part), 0), k.transfers FROM cash_count k",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (num, utility, cashier): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (day, zone): (i32, String) = (row.get(3)?, row.get(4)?);
        let (last, before): (i64, i64) = (row.get(5)?, row.get(8)?);
        let zone = TimeZone::from_iana(&zone).unwrap_or(TimeZone::Jakarta);
        // A day begins where the one before it ends, which may have been counted in another zone.
        let before_it = zone_of_day(db, (utility, zone), LocalDay(day).plus(-1))?;
        let (start, end) = (before_it.start_of(LocalDay(day)), zone.start_of(LocalDay(day).plus(1)));
        let mut naive = db.prepare_cached(
            "SELECT COALESCE(SUM(CASE a.kind WHEN 'cash' THEN -p.amount ELSE 0 END), 0),
               COALESCE(SUM(CASE a.kind WHEN 'refunds' THEN p.amount ELSE 0 END), 0), COUNT(*)
             FROM transfer t JOIN purchase b ON b.num = t.purchase JOIN posting p ON p.transfer = t.num JOIN account a ON a.num = p.account
             WHERE t.utility = ?1 AND COALESCE(t.who, b.buyer) = ?2 AND b.channel = 'cash' AND a.kind IN ('cash', 'refunds')
               AND t.at >= ?3 AND t.at < ?4 AND t.num > ?5 AND t.num <= ?6",
        )?;
        let values = params![utility, cashier, start.0, end.0, before, last];
        let found: (i64, i64, i64) = naive.query_row(values, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let counted: (i64, i64, i64) = (row.get(6)?, row.get(7)?, row.get(9)?);
        if found != counted {
            findings.push(format!("count of cash {num}: what was booked differs from the ledger"));
        }
    }
    Ok(())
}
