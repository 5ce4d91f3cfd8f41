//! Cases: what the gateway reported and nobody could match or explain, for an admin to decide on.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::{Rupiah, UtcMillis};
use protocol::sales::review::{CaseCandidate, PaymentCase};
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// Cases of one answer at most.
const LISTED: i64 = 200;

/// Purchases that are suggested for a case at most.
const SUGGESTED: i64 = 5;

/// A case to be opened.
#[derive(Clone, Debug, Default)]
pub struct NewCase<'a> {
    /// What it is recognised by: the same again counts, and makes no other case.
    pub same: &'a str,
    /// The word for it.
    pub kind: &'a str,
    /// The order, as the gateway names it.
    pub order: &'a str,
    /// The gateway's own name of the transaction.
    pub gateway_id: Option<&'a str>,
    /// The purchase that it is about, where that is known.
    pub purchase: Option<Uuid>,
    /// How much money; `None` where none was named that can be read.
    pub amount: Option<Rupiah>,
    /// The gateway's word for the status.
    pub reported: &'a str,
    /// The gateway's word for the method.
    pub method: &'a str,
    /// What is known of the payer.
    pub payer: &'a str,
    /// Why it is a case, in words.
    pub detail: &'a str,
    /// Key of the message that it comes from.
    pub notification: Option<i64>,
}

/// Opens a case, or counts it once more; returns its key. Where there is one utility only, money that nobody knows is that one's.
pub fn open(tx: &mut Tx<'_>, new: &NewCase<'_>) -> Result<i64, Error> {
    let mut insert = tx.db.prepare_cached(
        "INSERT INTO payment_case (id, same, kind, utility, order_id, gateway_id, purchase, amount, reported, method, payer, detail,
           notification, at, last_at)
         VALUES (?1, ?2, ?3, COALESCE((SELECT utility FROM purchase WHERE id = ?6),
             (SELECT MIN(num) FROM utility HAVING COUNT(*) = 1)), ?4, ?5, (SELECT num FROM purchase WHERE id = ?6), ?7, ?8, ?9, ?10, ?11,
           ?12, ?13, ?13)
         ON CONFLICT (same) DO UPDATE SET times = times + 1, last_at = excluded.last_at RETURNING num",
    )?;
    let id = Uuid::now_v7();
    let parameters = params![
        id.as_bytes(),
        new.same,
        new.kind,
        new.order,
        new.gateway_id,
        new.purchase.map(Uuid::into_bytes),
        new.amount.map(|amount| amount.0),
        new.reported,
        new.method,
        new.payer,
        new.detail,
        new.notification,
        tx.now.0
    ];
    Ok(insert.query_row(parameters, |row| row.get(0))?)
}

/// A case with its key, and the key under which it was closed.
pub struct Stored {
    /// Its key.
    pub num: i64,
    /// The case.
    pub case: PaymentCase,
    /// The key of the request that closed it.
    pub closed_key: Option<[u8; 16]>,
}

const COLUMNS: &str =
    "SELECT k.num, k.id, k.kind, k.order_id, k.gateway_id, p.id, k.amount, k.reported, k.method, k.payer, k.detail, k.at,
    k.last_at, k.times, k.state, k.note, k.closed_key FROM payment_case k LEFT JOIN purchase p ON p.num = k.purchase";

fn read(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let (kind, reported): (String, String) = (row.get(2)?, row.get(7)?);
    let amount = row.get::<_, Option<i64>>(6)?.map(Rupiah);
    let came = matches!(reported.as_str(), "settlement" | "capture") && amount.is_some_and(|amount| amount.0 > 0);
    let can_assign = came && matches!(kind.as_str(), "unknown_order" | "wrong_amount");
    let case = PaymentCase {
        id: Uuid::from_bytes(row.get(1)?),
        kind,
        order: row.get(3)?,
        gateway_id: row.get(4)?,
        purchase: row.get::<_, Option<[u8; 16]>>(5)?.map(Uuid::from_bytes),
        amount,
        reported,
        method: row.get(8)?,
        payer: row.get(9)?,
        detail: row.get(10)?,
        at: UtcMillis(row.get(11)?),
        last_at: UtcMillis(row.get(12)?),
        times: row.get(13)?,
        state: row.get(14)?,
        note: row.get(15)?,
        can_assign,
        candidates: Vec::new(),
    };
    Ok(Stored { num: row.get(0)?, case, closed_key: row.get(16)? })
}

/// The open cases that a utility's admins see, the oldest first.
pub fn listed(db: &Db, utility: i64) -> Result<Vec<PaymentCase>, Error> {
    let sql = format!("{COLUMNS} WHERE k.state = 'open' AND (k.utility = ?1 OR k.utility IS NULL) ORDER BY k.num LIMIT ?2");
    let mut query = db.prepare_cached(&sql)?;
    let found = query.query_map([utility, LISTED], |row| Ok(read(row)?.case))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// A case that a utility's admins see.
pub fn find(db: &Db, utility: i64, id: Uuid) -> Result<Option<Stored>, Error> {
    let mut query = db.prepare_cached(&format!("{COLUMNS} WHERE k.id = ?1 AND (k.utility = ?2 OR k.utility IS NULL)"))?;
    Ok(query.query_row(params![id.as_bytes(), utility], read).optional()?)
}

/// Purchases through the gateway that a sum could be for: of that amount, and not paid; the newest first.
pub fn candidates(db: &Db, utility: i64, amount: Rupiah, since: UtcMillis) -> Result<Vec<CaseCandidate>, Error> {
    let mut query = db.prepare_cached(
        "SELECT p.id, c.name || ' · ' || n.label, p.amount - p.discount, p.quoted_at, p.state FROM purchase p
         JOIN customer c ON c.num = p.customer JOIN connection n ON n.num = p.connection
         WHERE p.utility = ?1 AND p.channel = 'gateway' AND p.state IN ('pending', 'expired', 'failed') AND p.amount - p.discount = ?2
           AND p.quoted_at > ?3 AND EXISTS (SELECT 1 FROM payment y WHERE y.purchase = p.id)
         ORDER BY p.num DESC LIMIT ?4",
    )?;
    let found = query.query_map(params![utility, amount.0, since.0, SUGGESTED], |row| {
        Ok(CaseCandidate {
            purchase: Uuid::from_bytes(row.get(0)?),
            whose: row.get(1)?,
            to_pay: Rupiah(row.get(2)?),
            at: UtcMillis(row.get(3)?),
            state: row.get(4)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// How a case ends.
pub struct Closing<'a> {
    /// `assigned`, `noted` or `matched`.
    pub state: &'a str,
    /// Key of the admin, and the key of the request; `None` for the server itself.
    pub by: Option<(i64, Uuid)>,
    /// Key of the purchase that its money was credited to.
    pub assigned: Option<i64>,
    /// Why.
    pub note: &'a str,
}

/// Closes a case; one that is closed stays as it is.
pub fn close(tx: &mut Tx<'_>, num: i64, closing: &Closing<'_>) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "UPDATE payment_case SET state = ?2, closed_at = ?3, closed_by = ?4, closed_key = ?5, assigned = ?6, note = ?7,
               utility = COALESCE(utility, (SELECT utility FROM user WHERE num = ?4))
             WHERE num = ?1 AND state = 'open'",
        )?
        .execute(params![
            num,
            closing.state,
            tx.now.0,
            closing.by.map(|(who, _)| who),
            closing.by.map(|(_, key)| key.into_bytes()),
            closing.assigned,
            closing.note
        ])?;
    Ok(())
}
