//! Refunds by their key: what was asked of the payment gateway, and what was recorded as given back.

use crate::core::Db;
use crate::error::Error;
use domain::{ConnectionId, Rupiah};
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

/// Whether a refund by the gateway is in the audit log under a key.
pub fn is_recorded(db: &Db, utility: i64, key: Uuid) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM audit INDEXED BY audit_by_refund WHERE op_id = ?2 AND kind = 'refund_gateway' AND utility = ?1)",
    )?;
    Ok(query.query_row(params![utility, key.as_bytes()], |row| row.get(0))?)
}

/// Of which connection a refund by the gateway is that is in the audit log under a key, and how much went back.
pub fn recorded(db: &Db, utility: i64, key: Uuid) -> Result<Option<(ConnectionId, Rupiah)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT row_id, CAST(json_extract(changes, '$.refunded[1]') AS INTEGER) FROM audit INDEXED BY audit_by_refund
         WHERE op_id = ?2 AND kind = 'refund_gateway' AND utility = ?1 LIMIT 1",
    )?;
    let found = query.query_row(params![utility, key.as_bytes()], |row| {
        Ok((ConnectionId(Uuid::from_bytes(row.get(0)?)), Rupiah(row.get(1)?)))
    });
    Ok(found.optional()?)
}

/// A refund that was asked of the gateway.
pub struct AskedRefund {
    /// The gateway order from which.
    pub order: String,
    /// The purchase that the order pays for.
    pub purchase: Uuid,
    /// Whether it is of the amount that was named.
    pub is_same_amount: bool,
}

/// The refund that was asked of the gateway under a key, and whether it is of an amount.
pub fn asked_under(db: &Db, utility: i64, key: Uuid, amount: Rupiah) -> Result<Option<AskedRefund>, Error> {
    let mut query = db.prepare_cached(
        "SELECT y.order_id, y.purchase, substr(a.detail, 1, length(?3)) = ?3
         FROM payment_audit a INDEXED BY payment_audit_refund JOIN payment y ON y.order_id = a.order_id
         WHERE a.refund_key = ?2 AND y.utility = ?1 ORDER BY a.num LIMIT 1",
    )?;
    let found = query.query_row(params![utility, key.to_string(), format!("{amount} key ")], |row| {
        Ok(AskedRefund { order: row.get(0)?, purchase: Uuid::from_bytes(row.get(1)?), is_same_amount: row.get(2)? })
    });
    Ok(found.optional()?)
}

/// The newest gateway order of a purchase of which an amount is left.
pub fn order_with_left(db: &Db, purchase: Uuid, amount: Rupiah) -> Result<Option<String>, Error> {
    let mut query =
        db.prepare_cached("SELECT order_id FROM payment WHERE purchase = ?1 AND net >= ?2 ORDER BY num DESC LIMIT 1")?;
    Ok(query.query_row(params![purchase.as_bytes(), amount.0], |row| row.get(0)).optional()?)
}

/// Who asked the gateway to give an amount of an order back, and why: the newest request for it. A report of the gateway names neither.
pub fn asked_for(db: &Db, order: &str, amount: Rupiah) -> Result<Option<(Option<i64>, String)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT who, detail FROM payment_audit INDEXED BY payment_audit_order
         WHERE order_id = ?1 AND what = 'refund_asked' AND substr(detail, 1, length(?2)) = ?2 ORDER BY num DESC LIMIT 1",
    )?;
    let found = query.query_row(params![order, format!("{amount} key ")], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)));
    let reason = |detail: String| detail.split_once(": ").map(|(_, reason)| reason.to_owned()).unwrap_or_default();
    Ok(found.optional()?.map(|(who, detail)| (who, reason(detail))))
}

/// The identifier of a connection, if it is a utility's.
pub fn connection_of_utility(db: &Db, utility: i64, connection: i64) -> Result<Option<ConnectionId>, Error> {
    let mut query = db.prepare_cached("SELECT id FROM connection WHERE num = ?1 AND utility = ?2")?;
    let found = query.query_row([connection, utility], |row| Ok(ConnectionId(Uuid::from_bytes(row.get(0)?))));
    Ok(found.optional()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::migrate;

    #[test]
    fn a_refund_is_read_by_the_index_of_its_key() {
        let mut db = Db::open_in_memory().unwrap();
        migrate::run(&mut db).unwrap();
        // A statement whose index cannot be used is refused.
        assert!(asked_under(&db, 1, Uuid::nil(), Rupiah(1)).unwrap().is_none());
        assert!(!is_recorded(&db, 1, Uuid::nil()).unwrap());
        assert_eq!(recorded(&db, 1, Uuid::nil()).unwrap(), None);
        assert_eq!(asked_for(&db, "IW-1", Rupiah(1)).unwrap(), None);
    }
}
