//! The part of `sync-server check` that is about revenue: each sum is computed again from the postings, and the admins hold what follows.
//!
//! A transfer's zone, class and campaign are kept as they were when it was counted; all else is compared with the ledger.

use crate::core::Db;
use crate::error::Error;
use crate::revenue::rows::{days, sums};
use domain::revenue::Dimension;
use protocol::sync::rows::RevenueDay;

/// Queries that must find nothing, with what it means if they do; the first column names what they found.
const QUERIES: &[(&str, &str)] = &[
    (
        "SELECT 'transfer ' || t.num FROM transfer t LEFT JOIN revenue_transfer f ON f.transfer = t.num
         WHERE t.num <= (SELECT transfer FROM revenue_cursor) GROUP BY t.num HAVING COUNT(f.transfer) <> 1",
        "it does not count once",
    ),
    (
        "SELECT 'transfer ' || f.transfer FROM revenue_transfer f LEFT JOIN transfer t ON t.num = f.transfer
         WHERE t.num IS NULL OR t.num > (SELECT transfer FROM revenue_cursor)",
        "it counts, and is yet to be counted",
    ),
    (
        "SELECT 'transfer ' || f.transfer FROM (
           SELECT f.*, t.at + CASE z.time_zone WHEN 'Asia/Jakarta' THEN 7 WHEN 'Asia/Makassar' THEN 8 ELSE 9 END * 3600000 AS local
           FROM revenue_transfer f JOIN transfer t ON t.num = f.transfer JOIN zone z ON z.num = f.zone AND z.utility = t.utility
         ) f JOIN transfer t ON t.num = f.transfer LEFT JOIN purchase p ON p.num = t.purchase
           LEFT JOIN payment y ON y.order_id = rtrim(rtrim(substr(t.key, instr(t.key, ':') + 1), '0123456789'), ':')
         WHERE f.utility <> t.utility OR f.kind <> t.kind OR f.month IS NOT t.month
           OR f.day <> f.local / 86400000 OR f.hour <> f.local % 86400000 / 3600000
           OR (f.method IS NULL) <> (p.num IS NULL) OR (f.method IS 'cash') <> (p.channel IS 'cash')
           OR (p.channel = 'gateway' AND f.method <> y.method)
           OR f.collector IS NOT CASE p.channel WHEN 'cash' THEN COALESCE(t.who, p.buyer) END",
        "it counts for something else than the ledger says",
    ),
    (
        "WITH naive AS (
           SELECT t.connection AS connection,
             CAST(strftime('%Y', f.day * 86400, 'unixepoch') AS INTEGER) * 12 + CAST(strftime('%m', f.day * 86400, 'unixepoch') AS INTEGER) - 1
               AS month,
             -SUM(o.amount) AS received, COUNT(DISTINCT CASE f.kind WHEN 'purchase' THEN f.transfer END) AS purchases,
             COUNT(DISTINCT CASE WHEN f.kind = 'purchase' AND EXISTS (
               SELECT 1 FROM posting q JOIN account b ON b.num = q.account WHERE q.transfer = f.transfer AND b.kind = 'credit'
                 AND q.after - q.amount <= 0) THEN f.transfer END) AS when_empty
           FROM revenue_transfer f JOIN transfer t ON t.num = f.transfer JOIN posting o ON o.transfer = f.transfer
             JOIN account a ON a.num = o.account
           WHERE a.kind IN ('gateway_clearing', 'cash', 'refunds', 'chargebacks') GROUP BY 1, 2
         ), kept AS (SELECT connection, month, received, purchases, when_empty FROM revenue_connection)
         SELECT 'connection ' || connection || ', month ' || month FROM (
           SELECT * FROM (SELECT * FROM naive EXCEPT SELECT * FROM kept) UNION SELECT * FROM (SELECT * FROM kept EXCEPT SELECT * FROM naive)
         ) GROUP BY connection, month",
        "what was received for it differs from the postings",
    ),
    (
        "SELECT DISTINCT 'revenue of day ' || s.day FROM revenue_sum s
         WHERE NOT EXISTS (SELECT 1 FROM revenue_day d WHERE d.utility = s.utility AND d.day = s.day)",
        "it has sums and is no day",
    ),
    (
        "SELECT 'revenue of day ' || d.day FROM revenue_day d JOIN utility u ON u.num = d.utility WHERE d.rev > 0 AND NOT EXISTS (
           SELECT 1 FROM change g JOIN bucket b ON b.num = g.bucket
           WHERE g.entity = 20 AND g.rev = d.rev AND g.removed = 0 AND b.utility = d.utility AND b.name = 'admin'
             AND g.id = CAST(u.id || unhex(printf('%08x', d.day)) AS BLOB))",
        "the admins do not hold it as it was published",
    ),
];

/// Adds what is wrong with revenue to the findings.
///
/// # Errors
/// The database cannot be read.
pub fn check(db: &Db, findings: &mut Vec<String>) -> Result<(), Error> {
    for (query, meaning) in QUERIES {
        find(db, query, meaning, findings)?;
    }
    for dimension in Dimension::ALL {
        let meaning = format!("its sums by {} differ from the postings", dimension.as_str());
        find(db, &differing(dimension), &meaning, findings)?;
    }
    for (utility, day, body) in days::published(db)? {
        let row = serde_json::from_str::<RevenueDay>(&body).ok();
        if row.is_none_or(|row| row.sums() != sums::of_day(db, utility, day).unwrap_or_default()) {
            findings.push(format!("revenue of day {}: what is published of it differs from its sums", day.0));
        }
    }
    Ok(())
}

fn find(db: &Db, query: &str, meaning: &str, findings: &mut Vec<String>) -> Result<(), Error> {
    let mut query = db.prepare(query)?;
    let found = query.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    findings.extend(found.into_iter().map(|what| format!("{what}: {meaning}")));
    Ok(())
}

/// The days whose sums in a dimension are not what the postings add up to.
fn differing(dimension: Dimension) -> String {
    let value = match dimension {
        Dimension::All => "''".to_owned(),
        Dimension::Method => "f.method".to_owned(),
        Dimension::Class => "f.class".to_owned(),
        Dimension::Zone => identifier("z.id"),
        Dimension::Campaign => identifier("g.id"),
        Dimension::Collector => identifier("u.id"),
        Dimension::Hour => "CAST(f.hour AS TEXT)".to_owned(),
        Dimension::Month => "CAST(f.month AS TEXT)".to_owned(),
    };
    let columns = "utility, day, value, kind, account, amount, count";
    format!(
        "WITH naive AS (
           SELECT f.utility AS utility, f.day AS day, {value} AS value, f.kind AS kind, a.kind AS account, SUM(o.amount) AS amount,
             COUNT(*) AS count
           FROM revenue_transfer f JOIN posting o ON o.transfer = f.transfer JOIN account a ON a.num = o.account
             JOIN zone z ON z.num = f.zone LEFT JOIN campaign g ON g.num = f.campaign LEFT JOIN user u ON u.num = f.collector
           WHERE {value} IS NOT NULL GROUP BY 1, 2, 3, 4, 5
         ), kept AS (SELECT {columns} FROM revenue_sum WHERE dimension = '{}')
         SELECT 'revenue of day ' || day || ', utility ' || utility FROM (
           SELECT * FROM (SELECT * FROM naive EXCEPT SELECT * FROM kept) UNION SELECT * FROM (SELECT * FROM kept EXCEPT SELECT * FROM naive)
         ) GROUP BY utility, day",
        dimension.as_str()
    )
}

/// A column's identifier as text, and nothing for nothing: `hex` makes a text of it.
fn identifier(column: &str) -> String {
    let part = |from: u8, length: u8| format!("substr(hex({column}), {from}, {length})");
    let parts = [part(1, 8), part(9, 4), part(13, 4), part(17, 4), part(21, 12)].join(" || '-' || ");
    format!("CASE WHEN {column} IS NOT NULL THEN lower({parts}) END")
}
