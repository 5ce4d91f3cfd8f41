//! The list of customers, in any order and narrowed in any way, by windows.
//!
//! In order of name, without a search, a window of one index is walked. Anything else is put in order by the roster, once until one of the
//! customers changes; of the rows of a window alone the bodies are read.

use crate::error::Error;
use crate::queries::read;
use crate::queries::roster::Rosters;
use domain::{CustomerId, Rupiah, UtcMillis};
use protocol::core::problem::{Code, Problem};
use protocol::sync::rows::Customer;
use protocol::ui::bulk::{LONGEST_RANGE, RowRange};
use protocol::ui::{CustomerCounts, CustomerQuery, CustomerRow, CustomerSort, Customers};
use rusqlite::{Connection, OptionalExtension};

/// Rows of a window at most.
const WINDOW: u32 = 200;

/// A window of the list.
///
/// # Errors
/// The cache cannot be read.
pub fn customers(db: &Connection, rosters: &Rosters, asked: &CustomerQuery) -> Result<Customers, Error> {
    let limit = asked.limit.min(WINDOW);
    let (total, matching, counts, ids) = if is_plain(asked) {
        let total: u32 = db.prepare_cached("SELECT COUNT(*) FROM customer")?.query_row([], |row| row.get(0))?;
        let mut query = db.prepare_cached(by_name(asked.descending))?;
        let window = query.query_map([limit, asked.offset], |row| row.get(0))?;
        (total, total, count_all(db)?, window.collect::<Result<Vec<String>, _>>()?)
    } else {
        // Counted in memory: after a change of the cache SQLite decrypts an index of everybody again to count its rows.
        let roster = rosters.now(db)?;
        let listed = roster.listed(asked);
        let window = listed.places.iter().skip(asked.offset as usize).take(limit as usize);
        let ids = window.map(|place| roster.id(*place).to_string()).collect();
        (roster.total(), listed.places.len() as u32, listed.counts, ids)
    };
    let mut shown = db.prepare_cached(SHOWN)?;
    let rows = ids.iter().map(|id| Ok(row(parts(&mut shown, id)?)?.0)).collect::<Result<_, Error>>()?;
    Ok(Customers { total, matching, counts, offset: asked.offset, rows })
}

/// Whether all are wanted, in order of name.
fn is_plain(asked: &CustomerQuery) -> bool {
    asked.sort == CustomerSort::Name && asked.matching().is_empty()
}

/// The keys of all whom a search and its filters leave, in the order of the list. Costs a walk over it.
///
/// # Errors
/// The cache cannot be read.
pub fn customer_keys(db: &Connection, rosters: &Rosters, asked: &CustomerQuery) -> Result<Vec<String>, Error> {
    if is_plain(asked) {
        let mut query = db.prepare_cached(by_name(asked.descending))?;
        // A limit below zero is none.
        let ids = query.query_map([-1_i64, 0], |row| row.get(0))?;
        return Ok(ids.collect::<Result<_, _>>()?);
    }
    let roster = rosters.now(db)?;
    let listed = roster.listed(asked);
    Ok(listed.places.iter().map(|place| roster.id(*place).to_string()).collect())
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

/// Who stands in a stretch of the list.
///
/// # Errors
/// The stretch is longer than [`LONGEST_RANGE`], or the cache cannot be read.
pub fn between(db: &Connection, rosters: &Rosters, asked: &RowRange) -> Result<Vec<CustomerId>, Error> {
    let (from, to) = (asked.from.min(asked.to), asked.from.max(asked.to));
    if to - from >= LONGEST_RANGE {
        return Err(Problem::new(Code::TooLarge, "so many are selected by what they have in common").into());
    }
    let roster = rosters.now(db)?;
    let listed = roster.listed(&asked.query);
    let stretch = listed.places.iter().skip(from as usize).take((to - from) as usize + 1);
    Ok(stretch.map(|place| roster.id(*place)).collect())
}

/// The keys of a window in order of name. Only the index is walked, so that the last window costs little more than the first.
const fn by_name(descending: bool) -> &'static str {
    match descending {
        false => "SELECT id FROM customer ORDER BY name COLLATE NOCASE, id LIMIT +?1 OFFSET ?2",
        true => "SELECT id FROM customer ORDER BY name COLLATE NOCASE DESC, id DESC LIMIT +?1 OFFSET ?2",
    }
}

const OWING: &str = "SELECT COUNT(DISTINCT n.customer) FROM credit k INDEXED BY credit_owing
    JOIN connection n INDEXED BY connection_owner ON n.id = k.id WHERE k.arrears > 0";

const SUSPENDED: &str = "SELECT COUNT(*) FROM customer INDEXED BY customer_suspended WHERE status = 'suspended'";

fn count_all(db: &Connection) -> Result<CustomerCounts, Error> {
    let count = |sql| db.prepare_cached(sql)?.query_row([], |row| row.get(0));
    Ok(CustomerCounts { arrears: count(OWING)?, suspended: count(SUSPENDED)? })
}

const SHOWN: &str = "SELECT c.body, EXISTS (SELECT 1 FROM base_row b WHERE b.entity = 2 AND b.id = c.id)
       OR EXISTS (SELECT 1 FROM connection n JOIN base_row b ON b.entity = 3 AND b.id = n.id WHERE n.customer = c.id),
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
    use crate::queries::plan::plan;
    use crate::store::Store;
    use domain::people::CustomerStatus;
    use protocol::ui::CustomerFilter;
    use rusqlite::params;

    /// A device's cache, and the roster of it.
    struct Device {
        _dir: tempfile::TempDir,
        store: Store,
        rosters: Rosters,
    }

    fn device() -> Device {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("cache.db"), &"00".repeat(32)).unwrap();
        let rosters = Rosters::of(&store);
        Device { _dir: dir, store, rosters }
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

    fn ask(device: &Device, asked: &CustomerQuery) -> Customers {
        let asked = CustomerQuery { limit: 20, ..asked.clone() };
        device.store.read_now(|db| customers(db, &device.rosters, &asked)).unwrap()
    }

    #[test]
    fn a_window_in_order_of_name_reads_one_index_and_so_do_the_tiles() {
        let device = device();
        for descending in [false, true] {
            assert_eq!(plan(&device.store, by_name(descending), &[1, 2]), ["SCAN customer USING COVERING INDEX customer_list"]);
        }
        for sql in [OWING, SUSPENDED] {
            let steps = plan(&device.store, sql, &[]);
            assert!(steps.iter().all(|step| step.contains("COVERING INDEX") || step.starts_with("USE TEMP")), "{steps:#?}");
        }
    }

    #[test]
    fn orders_filters_and_searches_go_together_and_follow_what_changes() {
        let device = device();
        device.store.write_now(|db| fill(db, 100)).unwrap();
        let all = CustomerQuery::default();
        let by = |sort, descending| CustomerQuery { sort, descending, ..all.clone() };
        let balances =
            |asked: &CustomerQuery| ask(&device, asked).rows.iter().map(|row| row.balance.unwrap().0).collect::<Vec<_>>();
        let lowest = balances(&by(CustomerSort::Balance, false));
        assert!(lowest.is_sorted() && lowest[0] < 0, "{lowest:?}");
        assert!(balances(&by(CustomerSort::Balance, true)).iter().rev().is_sorted());
        let owing = ask(&device, &CustomerQuery { only: Some(CustomerFilter::Arrears), ..by(CustomerSort::Arrears, true) });
        assert!(owing.rows[0].arrears > Rupiah(0) && owing.matching == owing.counts.arrears);
        assert_eq!(owing.counts, ask(&device, &all).counts, "counted in two ways");
        let zones = ask(&device, &by(CustomerSort::Zone, false));
        assert_eq!((zones.rows[0].zones.as_str(), zones.matching), ("Zona 1", 100));
        assert_eq!(ask(&device, &by(CustomerSort::Reading, true)).rows[0].read_at, Some(UtcMillis(99)));
        for typed in ["wm-000042", "WM 000042", "kos-42", "0812 0000042", "+62 812-0000042", "nuraini 000042", "melati wm000042"]
        {
            let found = ask(&device, &CustomerQuery { search: typed.into(), ..all.clone() });
            assert!(found.rows.iter().any(|row| row.name == "Nur'aini 000042"), "{typed}: {found:?}");
        }
        let suspended = CustomerQuery { search: "nur aini".into(), only: Some(CustomerFilter::Suspended), ..all.clone() };
        let found = ask(&device, &suspended);
        assert!(found.matching == 15 && found.rows.iter().all(|row| row.status == CustomerStatus::Suspended));
        device.store.write_now(|db| Ok(db.execute("UPDATE customer SET status = 'active' WHERE id = ?1", [id(1, 0)])?)).unwrap();
        assert_eq!(ask(&device, &suspended).matching, 14, "what was kept is not shown once something changed");
    }

    #[test]
    fn a_stretch_of_the_list_is_who_stands_there_whichever_end_comes_first() {
        let device = device();
        device.store.write_now(|db| fill(db, 50)).unwrap();
        let query = CustomerQuery { sort: CustomerSort::Balance, descending: true, ..CustomerQuery::default() };
        let stretch =
            |from, to| device.store.read_now(|db| between(db, &device.rosters, &RowRange { query: query.clone(), from, to }));
        let window = ask(&device, &query);
        let shown: Vec<_> = window.rows.iter().map(|row| row.id).collect();
        assert_eq!(stretch(3, 9).unwrap(), shown[3..=9]);
        assert_eq!(stretch(9, 3).unwrap(), shown[3..=9]);
        assert_eq!(stretch(45, 999).unwrap().len(), 5);
        assert!(stretch(0, LONGEST_RANGE).is_err());
    }

    #[test]
    fn the_keys_of_an_export_are_those_of_all_windows_in_their_order() {
        let device = device();
        device.store.write_now(|db| fill(db, 50)).unwrap();
        let all = CustomerQuery::default();
        let asked = [
            all.clone(),
            CustomerQuery { descending: true, ..all.clone() },
            CustomerQuery { sort: CustomerSort::Balance, ..all.clone() },
            CustomerQuery { search: "aini 00001".into(), only: Some(CustomerFilter::Suspended), ..all },
        ];
        for asked in asked {
            let windows = [0, 20, 40].map(|offset| ask(&device, &CustomerQuery { offset, ..asked.clone() }).rows);
            let shown: Vec<String> = windows.iter().flatten().map(|row| row.id.to_string()).collect();
            let whole = CustomerQuery { offset: 7, limit: 1, ..asked.clone() };
            let keys = device.store.read_now(|db| customer_keys(db, &device.rosters, &whole)).unwrap();
            assert!(!keys.is_empty() && keys == shown, "{asked:?}");
            let rows = device.store.read_now(|db| customer_rows(db, &[keys[0].clone(), id(1, 999)])).unwrap();
            assert_eq!(rows.iter().map(|(row, _)| row.id.to_string()).collect::<Vec<_>>(), keys[..1], "who is gone is left out");
        }
    }
}
