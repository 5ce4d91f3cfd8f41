//! Opening balances as admins see them: those that wait, by import, and what became of those of one import.

use crate::core::Db;
use crate::error::Error;
use domain::billing::opening::OpeningState;
use domain::{ConnectionId, CustomerId, OpeningId, Rupiah, UserId, UtcMillis};
use protocol::sales::openings::{LISTED, OpeningSum, OpeningsOfImport, WaitingOpening, WaitingOpenings};
use rusqlite::params;
use uuid::Uuid;

/// Imports of one answer at most.
const IMPORTS: i64 = 50;

/// The opening balances of a utility that wait for a second admin, by import, the oldest import first.
pub fn waiting(db: &Db, utility: i64) -> Result<Vec<WaitingOpenings>, Error> {
    let mut query = db.prepare_cached(
        "SELECT i.num, i.id, i.source, u.id, u.name, i.asked_at, COUNT(*), SUM(MAX(o.amount, 0)), SUM(MIN(o.amount, 0)), MAX(o.num)
         FROM opening_balance o JOIN opening_import i ON i.num = o.import JOIN user u ON u.num = i.asked_by
         WHERE o.utility = ?1 AND o.state = 'waiting' GROUP BY i.num ORDER BY i.num LIMIT +?2",
    )?;
    let found = query.query_map([utility, IMPORTS], |row| {
        let import = WaitingOpenings {
            import: Uuid::from_bytes(row.get(1)?),
            source: row.get(2)?,
            asked_by: UserId(Uuid::from_bytes(row.get(3)?)),
            asked_by_name: row.get(4)?,
            asked_at: UtcMillis(row.get(5)?),
            count: row.get(6)?,
            given: Rupiah(row.get(7)?),
            owed: Rupiah(row.get(8)?),
            up_to: row.get(9)?,
            rows: Vec::new(),
        };
        Ok((row.get::<_, i64>(0)?, import))
    })?;
    let mut imports = Vec::new();
    for (num, import) in found.collect::<Result<Vec<_>, _>>()? {
        imports.push(WaitingOpenings { rows: largest(db, num)?, ..import });
    }
    Ok(imports)
}

/// The largest balances of an import that wait.
fn largest(db: &Db, import: i64) -> Result<Vec<WaitingOpening>, Error> {
    let mut query = db.prepare_cached(
        "SELECT o.id, cu.id, c.id, cu.name || ' · ' || c.label, o.amount, o.place
         FROM opening_balance o JOIN connection c ON c.num = o.connection JOIN customer cu ON cu.num = c.customer
         WHERE o.import = ?1 AND o.state = 'waiting' ORDER BY ABS(o.amount) DESC, o.num LIMIT +?2",
    )?;
    let found = query.query_map([import, LISTED as i64], |row| {
        Ok(WaitingOpening {
            id: OpeningId(Uuid::from_bytes(row.get(0)?)),
            customer: CustomerId(Uuid::from_bytes(row.get(1)?)),
            connection: ConnectionId(Uuid::from_bytes(row.get(2)?)),
            whose: row.get(3)?,
            amount: Rupiah(row.get(4)?),
            row: row.get(5)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// How many opening balances of a utility wait for a second admin.
pub fn count_waiting(db: &Db, utility: i64) -> Result<i64, Error> {
    let mut query = db.prepare_cached("SELECT COUNT(*) FROM opening_balance WHERE utility = ?1 AND state = 'waiting'")?;
    Ok(query.query_row([utility], |row| row.get(0))?)
}

/// What became of the opening balances of an import; nothing of one that is not the utility's.
///
/// # Errors
/// The database.
pub fn of_import(db: &Db, utility: i64, import: Uuid) -> Result<OpeningsOfImport, Error> {
    let mut query = db.prepare_cached(
        "SELECT state, COUNT(*), SUM(amount) FROM opening_balance
         WHERE import = (SELECT num FROM opening_import WHERE utility = ?1 AND id = ?2) GROUP BY state",
    )?;
    let found = query.query_map(params![utility, import.as_bytes()], |row| {
        Ok((row.get::<_, String>(0)?, OpeningSum { count: row.get(1)?, amount: Rupiah(row.get(2)?) }))
    })?;
    let mut sums = OpeningsOfImport::default();
    for (word, sum) in found.collect::<Result<Vec<_>, _>>()? {
        match OpeningState::from_word(&word) {
            Some(OpeningState::Booked) => sums.booked = sum,
            Some(OpeningState::Waiting) => sums.waiting = sum,
            Some(OpeningState::Declined) => sums.declined = sum,
            Some(OpeningState::TakenBack) => sums.taken_back = sum,
            None => {}
        }
    }
    Ok(sums)
}
