//! `check` for payments: state and sum follow from what was reported, and the effects add up to the sum.

use crate::core::Db;
use crate::error::Error;
use domain::Rupiah;
use domain::sales::payment::PaymentHistory;

/// What is wrong with payments; nothing is good.
///
/// # Errors
/// The database cannot be read.
pub fn findings(db: &Db) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    let mut query = db.prepare(
        "SELECT p.order_id, p.gross, p.facts, p.refunded, p.state, p.net, p.method,
           COALESCE((SELECT SUM(CASE e.kind WHEN 'credit' THEN e.amount ELSE -e.amount END) FROM payment_effect e WHERE e.payment = p.num), 0)
         FROM payment p",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (order, facts, state): (String, String, String) = (row.get(0)?, row.get(2)?, row.get(4)?);
        let (net, done): (i64, i64) = (row.get(5)?, row.get(7)?);
        let Ok(method) = row.get::<_, String>(6)?.parse() else {
            findings.push(format!("payment {order}: there is no such way to pay"));
            continue;
        };
        let Ok(facts) = serde_json::from_str(&facts) else {
            findings.push(format!("payment {order}: what was reported cannot be read"));
            continue;
        };
        let started = PaymentHistory::started_by(method, Rupiah(row.get(1)?));
        let history = PaymentHistory { facts, refunded: Rupiah(row.get(3)?), ..started };
        if history.state().as_str() != state || history.net().0 != net {
            findings.push(format!("payment {order}: state or sum differ from what was reported"));
        }
        if done != net {
            findings.push(format!("payment {order}: its effects come to {done}, what was reported to {net}"));
        }
    }
    Ok(findings)
}
