//! What a cash book is filled from: cash that came and went over the counter, and what was counted of it.

use crate::core::Db;
use crate::error::Error;
use crate::sales::rows::cut;
use domain::reports::kinds::{CashClosing, CashLine};
use domain::sales::receipt::PurchaseNumber;
use domain::{LocalDay, Rupiah, UtcMillis};
use rusqlite::params;
use uuid::Uuid;

/// Cash of a utility from one instant to before another, by time: taken by the buyer of a cash purchase, and given back by whoever the transfer names.
///
/// # Errors
/// The database.
pub fn moved(db: &Db, utility: i64, (from, until): (UtcMillis, UtcMillis)) -> Result<Vec<CashLine>, Error> {
    let (first, last) = (cut::at(db, utility, from, i64::MAX)?.first, cut::at(db, utility, until, i64::MAX)?.last());
    let mut query = db.prepare_cached(
        "SELECT t.at, b.id, cu.name, COALESCE(u.name, ''), -o.amount
         FROM account a CROSS JOIN posting o CROSS JOIN transfer t CROSS JOIN purchase b JOIN customer cu ON cu.num = b.customer
         LEFT JOIN user u ON u.num = COALESCE(t.who, b.buyer)
         WHERE a.utility = ?1 AND a.kind IN ('cash', 'refunds') AND a.connection IS NULL AND o.account = a.num
           AND o.transfer >= ?2 AND o.transfer <= ?3 AND t.num = o.transfer AND t.at >= ?4 AND t.at < ?5
           AND b.num = t.purchase AND b.channel = 'cash'
         ORDER BY t.at, t.num",
    )?;
    let found = query.query_map(params![utility, first, last, from.0, until.0], |row| {
        Ok(CashLine {
            at: UtcMillis(row.get(0)?),
            number: PurchaseNumber::of(Uuid::from_bytes(row.get(1)?)).to_string(),
            customer: row.get(2)?,
            cashier: row.get(3)?,
            amount: Rupiah(row.get(4)?),
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// What was counted of days of cash, from one to another, by day and cashier.
///
/// # Errors
/// The database.
pub fn counted(db: &Db, utility: i64, (first, last): (LocalDay, LocalDay)) -> Result<Vec<CashClosing>, Error> {
    let mut query = db.prepare_cached(
        "SELECT k.day, c.name, CASE WHEN k.by = k.cashier THEN '' ELSE u.name END, k.taken - k.given_back, k.counted, k.reason
         FROM cash_count k JOIN user c ON c.num = k.cashier JOIN user u ON u.num = k.by
         WHERE k.utility = ?1 AND k.day >= ?2 AND k.day <= ?3 ORDER BY k.day, c.name, k.cashier, k.part",
    )?;
    let found = query.query_map(params![utility, first.0, last.0], |row| {
        Ok(CashClosing {
            day: LocalDay(row.get(0)?),
            cashier: row.get(1)?,
            counter: row.get(2)?,
            booked: Rupiah(row.get(3)?),
            counted: Rupiah(row.get(4)?),
            reason: row.get(5)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}
