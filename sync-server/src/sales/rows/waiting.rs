//! Purchases of a utility that wait for their payment.

use crate::core::Db;
use crate::error::Error;
use domain::{ConnectionId, CustomerId, Rupiah, UtcMillis};
use protocol::sales::review::WaitingPurchase;
use protocol::summary::WaitingSum;
use rusqlite::params;
use uuid::Uuid;

/// Purchases of one answer at most.
const LISTED: i64 = 200;

/// The query of [`count`]: it reads what can be paid still, by the index of what ends by itself, and not all that the utility ever sold, for
/// which the plus is there.
pub const COUNT: &str = "SELECT COUNT(*), COALESCE(SUM(amount - discount), 0) FROM purchase
    WHERE state IN ('quoted', 'pending') AND expires_at > ?2 AND state = 'pending' AND +utility = ?1";

/// How many there are, and what is to be paid for them.
pub fn count(db: &Db, utility: i64, now: UtcMillis) -> Result<WaitingSum, Error> {
    let mut query = db.prepare_cached(COUNT)?;
    Ok(query.query_row([utility, now.0], |row| Ok(WaitingSum { count: row.get(0)?, amount: Rupiah(row.get(1)?) }))?)
}

/// The same one by one, those first whose time ends first.
pub fn listed(db: &Db, utility: i64, now: UtcMillis) -> Result<Vec<WaitingPurchase>, Error> {
    let mut query = db.prepare_cached(
        "SELECT p.id, c.id, n.id, c.name || ' · ' || n.label, p.amount - p.discount, p.quoted_at, p.expires_at,
           (SELECT y.method FROM payment y WHERE y.purchase = p.id ORDER BY y.num DESC LIMIT 1)
         FROM purchase p JOIN customer c ON c.num = p.customer JOIN connection n ON n.num = p.connection
         WHERE p.state IN ('quoted', 'pending') AND p.expires_at > ?2 AND p.state = 'pending' AND +p.utility = ?1
         ORDER BY p.expires_at, p.num LIMIT +?3",
    )?;
    let found = query.query_map(params![utility, now.0, LISTED], |row| {
        Ok(WaitingPurchase {
            id: Uuid::from_bytes(row.get(0)?),
            customer: CustomerId(Uuid::from_bytes(row.get(1)?)),
            connection: ConnectionId(Uuid::from_bytes(row.get(2)?)),
            whose: row.get(3)?,
            to_pay: Rupiah(row.get(4)?),
            quoted_at: UtcMillis(row.get(5)?),
            expires_at: UtcMillis(row.get(6)?),
            method: row.get(7)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}
