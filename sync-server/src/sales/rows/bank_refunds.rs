//! Refunds by bank transfer: what one admin recorded, what another decided, and what of it the gateway says to have given back as well.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::{Rupiah, UtcMillis};
use protocol::sales::review::{BankRefund, BankRefundRequest};
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// Refunds of one answer at most.
const LISTED: i64 = 200;

/// A refund with its keys.
pub struct Stored {
    /// Its key.
    pub num: i64,
    /// Key of the admin who recorded it.
    pub asked_by: i64,
    /// The key of the request that decided it.
    pub decided_key: Option<[u8; 16]>,
    /// The refund.
    pub refund: BankRefund,
}

const COLUMNS: &str =
    "SELECT b.num, b.asked_by, b.decided_key, b.id, p.id, c.name || ' · ' || n.label, b.amount, b.reference, b.recipient,
    b.reason, u.id, u.name, b.asked_at, b.state FROM bank_refund b JOIN purchase p ON p.num = b.purchase
    JOIN customer c ON c.num = p.customer JOIN connection n ON n.num = p.connection JOIN user u ON u.num = b.asked_by";

fn read(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let refund = BankRefund {
        id: Uuid::from_bytes(row.get(3)?),
        purchase: Uuid::from_bytes(row.get(4)?),
        whose: row.get(5)?,
        amount: Rupiah(row.get(6)?),
        reference: row.get(7)?,
        recipient: row.get(8)?,
        reason: row.get(9)?,
        asked_by: domain::UserId(Uuid::from_bytes(row.get(10)?)),
        asked_by_name: row.get(11)?,
        asked_at: UtcMillis(row.get(12)?),
        state: row.get(13)?,
    };
    Ok(Stored { num: row.get(0)?, asked_by: row.get(1)?, decided_key: row.get(2)?, refund })
}

/// The refunds of a utility that wait for a second admin, the oldest first.
pub fn waiting(db: &Db, utility: i64) -> Result<Vec<BankRefund>, Error> {
    let mut query =
        db.prepare_cached(&format!("{COLUMNS} WHERE b.utility = ?1 AND b.state = 'asked' ORDER BY b.num LIMIT +?2"))?;
    let found = query.query_map([utility, LISTED], |row| Ok(read(row)?.refund))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// How many refunds of a utility wait for a second admin.
pub fn count_waiting(db: &Db, utility: i64) -> Result<i64, Error> {
    let mut query = db.prepare_cached("SELECT COUNT(*) FROM bank_refund WHERE utility = ?1 AND state = 'asked'")?;
    Ok(query.query_row([utility], |row| row.get(0))?)
}

/// A refund of a utility.
pub fn find(db: &Db, utility: i64, id: Uuid) -> Result<Option<Stored>, Error> {
    let mut query = db.prepare_cached(&format!("{COLUMNS} WHERE b.id = ?1 AND b.utility = ?2"))?;
    Ok(query.query_row(params![id.as_bytes(), utility], read).optional()?)
}

/// Whether there is a refund of an identifier, in whichever utility.
pub fn is_taken(db: &Db, id: Uuid) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM bank_refund WHERE id = ?1)")?;
    Ok(query.query_row([id.as_bytes()], |row| row.get(0))?)
}

/// Whether a refund that stands has a reference already; large and small letters are the same.
pub fn has_reference(db: &Db, utility: i64, reference: &str) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM bank_refund WHERE utility = ?1 AND reference = ?2 COLLATE NOCASE AND state <> 'rejected')",
    )?;
    Ok(query.query_row(params![utility, reference], |row| row.get(0))?)
}

/// Records a refund; its identifier is the key of the request. Its texts are as they are kept.
pub fn insert(tx: &mut Tx<'_>, (utility, who): (i64, i64), purchase: i64, asked: &BankRefundRequest) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO bank_refund (id, utility, purchase, amount, reference, recipient, reason, asked_by, asked_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            asked.key.as_bytes(),
            utility,
            purchase,
            asked.amount.0,
            asked.reference,
            asked.recipient,
            asked.reason,
            who,
            tx.now.0
        ])?;
    Ok(())
}

/// Decides about a refund that waits.
pub fn decide(tx: &mut Tx<'_>, num: i64, state: &str, who: i64, key: Uuid) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "UPDATE bank_refund SET state = ?2, decided_by = ?3, decided_at = ?4, decided_key = ?5 WHERE num = ?1 AND state = 'asked'",
        )?
        .execute(params![num, state, who, tx.now.0, key.as_bytes()])?;
    Ok(())
}

/// What of a purchase's money waits for a second admin.
pub fn undecided(db: &Db, purchase: Uuid) -> Result<Rupiah, Error> {
    let mut query = db.prepare_cached(
        "SELECT COALESCE(SUM(b.amount), 0) FROM bank_refund b JOIN purchase p ON p.num = b.purchase WHERE p.id = ?1 AND b.state = 'asked'",
    )?;
    Ok(Rupiah(query.query_row([purchase.as_bytes()], |row| row.get(0))?))
}

/// Whether money of a purchase went back by bank transfer, or waits for it: then no other way is open.
pub fn closes_other_ways(db: &Db, purchase: Uuid) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM bank_refund b JOIN purchase p ON p.num = b.purchase WHERE p.id = ?1 AND b.state <> 'rejected')",
    )?;
    Ok(query.query_row([purchase.as_bytes()], |row| row.get(0))?)
}

/// Whether money of a purchase went back another way since an instant.
pub fn went_back_since(db: &Db, purchase: i64, since: UtcMillis) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM transfer WHERE purchase = ?1 AND kind IN ('refund', 'chargeback') AND at >= ?2
           AND key NOT LIKE 'back:bank:%')",
    )?;
    Ok(query.query_row([purchase, since.0], |row| row.get(0))?)
}

/// Matches what the gateway says to have given back with what went back by bank transfer and was not matched yet; returns how much that is.
pub fn match_with_gateway(tx: &mut Tx<'_>, purchase: Uuid, amount: Rupiah) -> Result<Rupiah, Error> {
    let approved: Vec<(i64, i64)> = {
        let mut query = tx.db.prepare_cached(
            "SELECT b.num, b.amount - b.matched FROM bank_refund b JOIN purchase p ON p.num = b.purchase
             WHERE p.id = ?1 AND b.state = 'approved' AND b.matched < b.amount ORDER BY b.num",
        )?;
        query.query_map([purchase.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?
    };
    let mut left = amount.0;
    for (num, open) in approved {
        let part = open.min(left);
        if part > 0 {
            tx.db.prepare_cached("UPDATE bank_refund SET matched = matched + ?2 WHERE num = ?1")?.execute([num, part])?;
        }
        left -= part.max(0);
    }
    Ok(Rupiah(amount.0 - left))
}
