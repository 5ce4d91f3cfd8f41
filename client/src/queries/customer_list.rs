//! The list of customers, in any order and with any search, by windows.
//!
//! In order of name, without a search, a window of one index is walked. Anything else is put in order once, in a temporary table of the database
//! connection, and its windows are read from there until something in the cache changes.

use crate::error::Error;
use crate::queries::read;
use domain::core::search::Search;
use domain::{Rupiah, UtcMillis};
use protocol::sync::rows::Customer;
use protocol::ui::{CustomerCounts, CustomerFilter, CustomerQuery, CustomerRow, CustomerSort, Customers};
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

/// Rows of a window at most.
const WINDOW: u32 = 200;

/// A window of the list.
///
/// # Errors
/// The cache cannot be read.
pub fn customers(db: &Connection, asked: &CustomerQuery) -> Result<Customers, Error> {
    let total: u32 = db.prepare_cached("SELECT COUNT(*) FROM customer")?.query_row([], |row| row.get(0))?;
    let search = Search::new(&asked.search);
    let (matching, counts, ids) = if is_plain(&search, asked) {
        let mut query = db.prepare_cached(by_name(asked.descending))?;
        let window = query.query_map([asked.limit.min(WINDOW), asked.offset], |row| row.get(0))?;
        (total, count_all(db)?, window.collect::<Result<Vec<String>, _>>()?)
    } else {
        window(db, &search, asked, asked.limit.min(WINDOW))?
    };
    let mut shown = db.prepare_cached(SHOWN)?;
    let rows = ids.iter().map(|id| Ok(row(parts(&mut shown, id)?)?.0)).collect::<Result<_, Error>>()?;
    Ok(Customers { total, matching, counts, offset: asked.offset, rows })
}

/// Whether all are wanted, in order of name.
fn is_plain(search: &Search, asked: &CustomerQuery) -> bool {
    search.is_empty() && asked.only.is_none() && asked.sort == CustomerSort::Name
}

/// The keys of all whom a search and a filter leave, in the order of the list. Costs a walk over it.
///
/// # Errors
/// The cache cannot be read.
pub fn customer_keys(db: &Connection, asked: &CustomerQuery) -> Result<Vec<String>, Error> {
    let search = Search::new(&asked.search);
    if is_plain(&search, asked) {
        let mut query = db.prepare_cached(by_name(asked.descending))?;
        // A limit below zero is none.
        let ids = query.query_map([-1_i64, 0], |row| row.get(0))?;
        return Ok(ids.collect::<Result<_, _>>()?);
    }
    let all = CustomerQuery { offset: 0, ..asked.clone() };
    Ok(window(db, &search, &all, u32::MAX)?.2)
}

/// Customers by their keys, in that order, each with the NIK. Who is gone meanwhile is left out.
///
/// # Errors
/// The cache cannot be read.
pub fn customer_rows(db: &Connection, ids: &[String]) -> Result<Vec<(CustomerRow, String)>, Error> {
    let mut shown = db.prepare_cached(SHOWN)?;
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(found) = parts(&mut shown, id).optional()? {
            rows.push(row(found)?);
        }
    }
    Ok(rows)
}

/// The keys of a window in order of name. Only the index is walked, so that the last window costs little more than the first.
const fn by_name(descending: bool) -> &'static str {
    match descending {
        false => "SELECT id FROM customer ORDER BY name COLLATE NOCASE, id LIMIT ?1 OFFSET ?2",
        true => "SELECT id FROM customer ORDER BY name COLLATE NOCASE DESC, id DESC LIMIT ?1 OFFSET ?2",
    }
}

const OWING: &str = "SELECT COUNT(DISTINCT n.customer) FROM credit k INDEXED BY credit_owing
    JOIN connection n INDEXED BY connection_owner ON n.id = k.id WHERE k.arrears > 0";

const SUSPENDED: &str = "SELECT COUNT(*) FROM customer INDEXED BY customer_suspended WHERE status = 'suspended'";

fn count_all(db: &Connection) -> Result<CustomerCounts, Error> {
    let count = |sql| db.prepare_cached(sql)?.query_row([], |row| row.get(0));
    Ok(CustomerCounts { arrears: count(OWING)?, suspended: count(SUSPENDED)? })
}

/// The statement that puts all that a search finds in order: key, whether something is owed, whether supply was stopped.
fn ordered(words: usize, sort: CustomerSort, descending: bool) -> String {
    let of_credits = |amount: &str| {
        format!(
            "(SELECT SUM(k.{amount}) FROM connection n INDEXED BY connection_customer
              JOIN credit k INDEXED BY credit_amounts ON k.id = n.id WHERE n.customer = c.id)"
        )
    };
    let key = match sort {
        CustomerSort::Name => String::new(),
        CustomerSort::Balance => of_credits("balance"),
        CustomerSort::Arrears => of_credits("arrears"),
        CustomerSort::Zone => "(SELECT MIN(z.name) FROM connection n INDEXED BY connection_customer
            JOIN zone_name z ON z.id = n.zone WHERE n.customer = c.id)"
            .into(),
        CustomerSort::Reading => "(SELECT MAX(s.at) FROM connection n INDEXED BY connection_customer
            JOIN meter m INDEXED BY meter_connection ON m.connection = n.id
            JOIN meter_state s INDEXED BY meter_state_at ON s.id = m.id WHERE n.customer = c.id)"
            .into(),
    };
    let direction = if descending { "DESC" } else { "ASC" };
    let order = match sort {
        CustomerSort::Name => format!("c.name COLLATE NOCASE {direction}, c.id {direction}"),
        _ => format!("{key} {direction} NULLS LAST, c.name COLLATE NOCASE, c.id"),
    };
    let found = (1..=words).map(|place| {
        format!(
            "(instr(c.search, ?{place}) > 0
              OR c.id IN (SELECT customer FROM connection INDEXED BY connection_customer WHERE instr(search, ?{place}) > 0)
              OR c.id IN (SELECT n.customer FROM meter m INDEXED BY meter_connection
                JOIN connection n INDEXED BY connection_owner ON n.id = m.connection WHERE instr(m.search, ?{place}) > 0))"
        )
    });
    let found: Vec<String> = std::iter::once("1".to_owned()).chain(found).collect();
    format!(
        "WITH zone_name (id, name) AS MATERIALIZED (SELECT id, json_extract(body, '$.name') FROM zone)
         SELECT c.id, {} > 0, c.status = 'suspended' FROM customer c WHERE {} ORDER BY {order}",
        of_credits("arrears"),
        found.join(" AND ")
    )
}

/// How many match, the counts of the tiles, and the keys of the window.
fn window(
    db: &Connection,
    search: &Search,
    asked: &CustomerQuery,
    limit: u32,
) -> Result<(u32, CustomerCounts, Vec<String>), Error> {
    let wanted = format!("{:?} {:?} {:?} {}", search.words(), asked.only, asked.sort, asked.descending);
    // Counts what others write: this database connection only reads.
    let version: i64 = db.pragma_query_value(None, "data_version", |row| row.get(0))?;
    db.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS listed (place INTEGER PRIMARY KEY, id TEXT NOT NULL);
         CREATE TEMP TABLE IF NOT EXISTS listed_of (wanted TEXT, version INTEGER, matching INTEGER, arrears INTEGER, suspended INTEGER);",
    )?;
    let found = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, CustomerCounts { arrears: row.get(1)?, suspended: row.get(2)? }));
    let mut known = db.prepare_cached("SELECT matching, arrears, suspended FROM listed_of WHERE wanted = ?1 AND version = ?2")?;
    let (matching, counts) = match known.query_row(params![wanted, version], found).optional()? {
        Some(known) => known,
        None => match list(db, &search.as_one(), asked, (&wanted, version))? {
            // Only where the words do not stand beside each other anywhere, each may stand by itself.
            Listed { found: 0, .. } if search.words().len() > 1 => list(db, search, asked, (&wanted, version))?.shown(),
            listed => listed.shown(),
        },
    };
    let mut query = db.prepare_cached("SELECT id FROM listed WHERE place > ?1 AND place <= ?2 ORDER BY place")?;
    let ids = query.query_map([asked.offset, asked.offset.saturating_add(limit)], |row| row.get(0))?;
    Ok((matching, counts, ids.collect::<Result<_, _>>()?))
}

/// What came of putting the list in order.
struct Listed {
    /// Those that the search finds, whatever the filter.
    found: u32,
    matching: u32,
    counts: CustomerCounts,
}

impl Listed {
    fn shown(self) -> (u32, CustomerCounts) {
        (self.matching, self.counts)
    }
}

/// Puts the list in order and keeps it.
fn list(db: &Connection, search: &Search, asked: &CustomerQuery, (wanted, version): (&str, i64)) -> Result<Listed, Error> {
    // Written as one: each statement alone would be a transaction of the temporary database.
    let tx = db.unchecked_transaction()?;
    tx.execute_batch("DELETE FROM listed; DELETE FROM listed_of;")?;
    let (mut all, mut matching, mut counts) = (0_u32, 0_u32, CustomerCounts::default());
    {
        let mut query = tx.prepare(&ordered(search.words().len(), asked.sort, asked.descending))?;
        let mut found = query.query(params_from_iter(search.words()))?;
        let mut keep = tx.prepare_cached("INSERT INTO listed (place, id) VALUES (?1, ?2)")?;
        while let Some(row) = found.next()? {
            let (owes, suspended) = (row.get::<_, Option<bool>>(1)?.unwrap_or_default(), row.get(2)?);
            all += 1;
            counts.arrears += u32::from(owes);
            counts.suspended += u32::from(suspended);
            let passes = match asked.only {
                None => true,
                Some(CustomerFilter::Arrears) => owes,
                Some(CustomerFilter::Suspended) => suspended,
            };
            if passes {
                matching += 1;
                keep.execute(params![matching, row.get::<_, String>(0)?])?;
            }
        }
    }
    let sum = params![wanted, version, matching, counts.arrears, counts.suspended];
    tx.execute("INSERT INTO listed_of (wanted, version, matching, arrears, suspended) VALUES (?1, ?2, ?3, ?4, ?5)", sum)?;
    tx.commit()?;
    Ok(Listed { found: all, matching, counts })
}

const SHOWN: &str = "SELECT c.body, EXISTS (SELECT 1 FROM base_row b WHERE b.entity = 2 AND b.id = c.id),
    (SELECT SUM(k.balance) FROM connection n JOIN credit k ON k.id = n.id WHERE n.customer = c.id),
    (SELECT COALESCE(SUM(k.arrears), 0) FROM connection n JOIN credit k ON k.id = n.id WHERE n.customer = c.id),
    (SELECT MAX(s.at) FROM connection n JOIN meter m ON m.connection = n.id JOIN meter_state s ON s.id = m.id WHERE n.customer = c.id),
    (SELECT COALESCE(group_concat(name, ', '), '') FROM (SELECT DISTINCT json_extract(z.body, '$.name') AS name
       FROM connection n JOIN zone z ON z.id = n.zone WHERE n.customer = c.id ORDER BY 1))
    FROM customer c WHERE c.id = ?1";

/// A customer's body, whether something waits, balance, arrears, newest reading, and zones.
type Parts = (String, bool, Option<Rupiah>, Rupiah, Option<UtcMillis>, String);

fn parts(shown: &mut rusqlite::CachedStatement<'_>, id: &str) -> rusqlite::Result<Parts> {
    shown.query_row([id], |row| {
        let balance = row.get::<_, Option<i64>>(2)?.map(Rupiah);
        let read_at = row.get::<_, Option<i64>>(4)?.map(UtcMillis);
        Ok((row.get(0)?, row.get(1)?, balance, Rupiah(row.get(3)?), read_at, row.get(5)?))
    })
}

/// A row of the list, and the NIK.
fn row((body, waiting, balance, arrears, read_at, zones): Parts) -> Result<(CustomerRow, String), Error> {
    let Customer { id, number, name, status, phone, address, city, nik, .. } = read(&body)?;
    let parts: Vec<&str> = [address.as_str(), city.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
    let address = parts.join(", ");
    Ok((CustomerRow { id, number, name, phone, address, zones, balance, arrears, read_at, status, waiting }, nik))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use domain::people::CustomerStatus;

    fn store() -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("cache.db"), &"00".repeat(32)).unwrap();
        (dir, store)
    }

    fn id(kind: u8, of: u32) -> String {
        format!("{kind:08x}-0000-7000-8000-{of:012x}")
    }

    /// So many customers, each with a connection, a meter, a balance and a reading.
    fn fill(db: &Connection, many: u32) -> Result<(), Error> {
        for of in 0..many {
            let (customer, connection, meter) = (id(1, of), id(2, of), id(3, of));
            let name = format!("Nur'aini {of:06}");
            let status = if of % 7 == 0 { "suspended" } else { "active" };
            let body = format!(
                r#"{{"id":"{customer}","number":"C-{of:06}","name":"{name}","status":"{status}","phone":"+62812{of:07}","address":"Jl. Melati {of}"}}"#
            );
            let balance = i64::from(of * 7_919 % 1_000) * 100 - 20_000;
            let searched = format!("nuraini{of:06} c{of:06} jlmelati{of} 62812{of:07} 0812{of:07}");
            db.prepare_cached(
                "INSERT INTO customer (id, rev, name, number, status, search, body) VALUES (?1, 1, ?2, '', ?3, ?4, ?5)",
            )?
            .execute(params![customer, name, status, searched, body])?;
            db.prepare_cached(
                "INSERT INTO connection (id, rev, customer, zone, address, search, body) VALUES (?1, 1, ?2, ?3, '', ?4, '{}')",
            )?
            .execute(params![connection, customer, id(4, of % 5), format!("kos{of}")])?;
            db.prepare_cached(
                "INSERT INTO meter (id, rev, serial, connection, zone, search, body) VALUES (?1, 1, ?2, ?3, ?4, ?5, '{}')",
            )?
            .execute(params![meter, format!("WM-{of:06}"), connection, id(4, of % 5), format!("wm{of:06}")])?;
            db.prepare_cached("INSERT INTO meter_state (id, rev, at, body) VALUES (?1, 1, ?2, '{}')")?
                .execute(params![meter, i64::from(of)])?;
            db.prepare_cached("INSERT INTO credit (id, rev, balance, arrears, body) VALUES (?1, 1, ?2, ?3, '{}')")?
                .execute(params![connection, balance, (-balance).max(0)])?;
        }
        for zone in 0..5 {
            let body = format!(r#"{{"id":"{}","name":"Zona {}"}}"#, id(4, zone), 5 - zone);
            db.execute("INSERT INTO zone (id, rev, body) VALUES (?1, 1, ?2)", params![id(4, zone), body])?;
        }
        Ok(())
    }

    fn ask(store: &Store, asked: &CustomerQuery) -> Customers {
        store.read_now(|db| customers(db, &CustomerQuery { limit: 20, ..asked.clone() })).unwrap()
    }

    #[test]
    fn every_order_and_search_reads_indexes_that_hold_all_they_need() {
        let (_dir, store) = store();
        let plan = |sql: &str, parameters: Vec<String>| {
            let read = |db: &Connection| {
                let mut explain = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
                let steps = explain.query_map(params_from_iter(parameters), |row| row.get(3))?;
                Ok(steps.collect::<Result<Vec<String>, _>>()?)
            };
            store.read_now(read).unwrap()
        };
        for descending in [false, true] {
            let steps = plan(by_name(descending), vec!["1".into(), "2".into()]);
            assert_eq!(steps, ["SCAN customer USING COVERING INDEX customer_list"]);
        }
        let sorts = [CustomerSort::Name, CustomerSort::Zone, CustomerSort::Balance, CustomerSort::Arrears, CustomerSort::Reading];
        for (sort, words) in sorts.into_iter().flat_map(|sort| [(sort, 0), (sort, 3)]) {
            let steps = plan(&ordered(words, sort, false), vec!["a".into(); words]);
            for step in &steps {
                let is_of_zones = ["zone", "zone_name", "z"].iter().any(|name| step.split(' ').nth(1) == Some(name));
                let reads_rows = step.starts_with("SCAN") || step.starts_with("SEARCH");
                assert!(!reads_rows || is_of_zones || step.contains("COVERING INDEX"), "{sort:?}, {words} words: {steps:#?}");
            }
        }
        for sql in [OWING, SUSPENDED] {
            let steps = plan(sql, vec![]);
            assert!(steps.iter().all(|step| step.contains("COVERING INDEX") || step.starts_with("USE TEMP")), "{steps:#?}");
        }
    }

    #[test]
    fn orders_filters_and_searches_go_together_and_follow_what_changes() {
        let (_dir, store) = store();
        store.write_now(|db| fill(db, 100)).unwrap();
        let all = CustomerQuery::default();
        let by = |sort, descending| CustomerQuery { sort, descending, ..all.clone() };
        let balances =
            |asked: &CustomerQuery| ask(&store, asked).rows.iter().map(|row| row.balance.unwrap().0).collect::<Vec<_>>();
        let lowest = balances(&by(CustomerSort::Balance, false));
        assert!(lowest.is_sorted() && lowest[0] < 0, "{lowest:?}");
        assert!(balances(&by(CustomerSort::Balance, true)).iter().rev().is_sorted());
        let owing = ask(&store, &CustomerQuery { only: Some(CustomerFilter::Arrears), ..by(CustomerSort::Arrears, true) });
        assert!(owing.rows[0].arrears > Rupiah(0) && owing.matching == owing.counts.arrears);
        assert_eq!(owing.counts, ask(&store, &all).counts, "counted in two ways");
        let zones = ask(&store, &by(CustomerSort::Zone, false));
        assert_eq!((zones.rows[0].zones.as_str(), zones.matching), ("Zona 1", 100));
        assert_eq!(ask(&store, &by(CustomerSort::Reading, true)).rows[0].read_at, Some(UtcMillis(99)));
        for typed in ["wm-000042", "WM 000042", "kos-42", "0812 0000042", "+62 812-0000042", "nuraini 000042", "melati wm000042"]
        {
            let found = ask(&store, &CustomerQuery { search: typed.into(), ..all.clone() });
            assert!(found.rows.iter().any(|row| row.name == "Nur'aini 000042"), "{typed}: {found:?}");
        }
        let suspended = CustomerQuery { search: "nur aini".into(), only: Some(CustomerFilter::Suspended), ..all.clone() };
        let found = ask(&store, &suspended);
        assert!(found.matching == 15 && found.rows.iter().all(|row| row.status == CustomerStatus::Suspended));
        store.write_now(|db| Ok(db.execute("UPDATE customer SET status = 'active' WHERE id = ?1", [id(1, 0)])?)).unwrap();
        assert_eq!(ask(&store, &suspended).matching, 14, "what was kept is not shown once something changed");
    }

    #[test]
    fn the_keys_of_an_export_are_those_of_all_windows_in_their_order() {
        let (_dir, store) = store();
        store.write_now(|db| fill(db, 50)).unwrap();
        let all = CustomerQuery::default();
        let asked = [
            all.clone(),
            CustomerQuery { descending: true, ..all.clone() },
            CustomerQuery { sort: CustomerSort::Balance, ..all.clone() },
            CustomerQuery { search: "aini 00001".into(), only: Some(CustomerFilter::Suspended), ..all },
        ];
        for asked in asked {
            let windows = [0, 20, 40].map(|offset| ask(&store, &CustomerQuery { offset, ..asked.clone() }).rows);
            let shown: Vec<String> = windows.iter().flatten().map(|row| row.id.to_string()).collect();
            let keys = store.read_now(|db| customer_keys(db, &CustomerQuery { offset: 7, limit: 1, ..asked.clone() })).unwrap();
            assert!(!keys.is_empty() && keys == shown, "{asked:?}");
            let rows = store.read_now(|db| customer_rows(db, &[keys[0].clone(), id(1, 999)])).unwrap();
            assert_eq!(rows.iter().map(|(row, _)| row.id.to_string()).collect::<Vec<_>>(), keys[..1], "who is gone is left out");
        }
    }
}
