//! Cases: what the gateway reported and nobody could match or explain, for an admin to decide on.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::sales::receipt::PurchaseNumber;
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
    /// The purchase that its money was credited to.
    pub assigned: Option<Uuid>,
    /// Whether the money can be another utility's: there are several, and nobody knows which one's it is.
    pub is_unowned: bool,
}

const COLUMNS: &str =
    "SELECT k.num, k.id, k.kind, k.order_id, k.gateway_id, p.id, k.amount, k.reported, k.method, k.payer, k.detail, k.at,
    k.last_at, k.times, k.state, k.note, k.closed_key,
    k.utility IS NULL AND (SELECT COUNT(*) FROM utility) > 1, COALESCE(c.name || ' · ' || n.label, ''),
    (SELECT id FROM purchase WHERE num = k.assigned)
    FROM payment_case k LEFT JOIN purchase p ON p.num = k.purchase
    LEFT JOIN customer c ON c.num = p.customer LEFT JOIN connection n ON n.num = p.connection";

fn read(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let (kind, reported): (String, String) = (row.get(2)?, row.get(7)?);
    let amount = row.get::<_, Option<i64>>(6)?.map(Rupiah);
    let came = matches!(reported.as_str(), "settlement" | "capture") && amount.is_some_and(|amount| amount.0 > 0);
    let is_unowned: bool = row.get(17)?;
    let can_assign = came && !is_unowned && matches!(kind.as_str(), "unknown_order" | "wrong_amount");
    let case = PaymentCase {
        id: Uuid::from_bytes(row.get(1)?),
        kind,
        order: row.get(3)?,
        gateway_id: row.get(4)?,
        purchase: row.get::<_, Option<[u8; 16]>>(5)?.map(Uuid::from_bytes),
        whose: row.get(18)?,
        amount,
        reported,
        method: row.get(8)?,
        // Who pays another utility is none of this one's business.
        payer: if is_unowned { String::new() } else { row.get(9)? },
        detail: row.get(10)?,
        at: UtcMillis(row.get(11)?),
        last_at: UtcMillis(row.get(12)?),
        times: row.get(13)?,
        state: row.get(14)?,
        note: row.get(15)?,
        can_assign,
        candidates: Vec::new(),
    };
    let assigned = row.get::<_, Option<[u8; 16]>>(19)?.map(Uuid::from_bytes);
    Ok(Stored { num: row.get(0)?, case, closed_key: row.get(16)?, assigned, is_unowned })
}

/// The open cases that a utility's admins see, the oldest first.
pub fn listed(db: &Db, utility: i64) -> Result<Vec<PaymentCase>, Error> {
    let sql = format!("{COLUMNS} WHERE k.state = 'open' AND (k.utility = ?1 OR k.utility IS NULL) ORDER BY k.num LIMIT +?2");
    let mut query = db.prepare_cached(&sql)?;
    let found = query.query_map([utility, LISTED], |row| Ok(read(row)?.case))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// How many open cases a utility's admins see.
pub fn count_open(db: &Db, utility: i64) -> Result<i64, Error> {
    let mut query =
        db.prepare_cached("SELECT COUNT(*) FROM payment_case WHERE state = 'open' AND (utility = ?1 OR utility IS NULL)")?;
    Ok(query.query_row([utility], |row| row.get(0))?)
}

/// A case that a utility's admins see.
pub fn find(db: &Db, utility: i64, id: Uuid) -> Result<Option<Stored>, Error> {
    let mut query = db.prepare_cached(&format!("{COLUMNS} WHERE k.id = ?1 AND (k.utility = ?2 OR k.utility IS NULL)"))?;
    Ok(query.query_row(params![id.as_bytes(), utility], read).optional()?)
}

/// Purchases of a utility with a number: two at most, which is enough to see that it is not clear which.
pub fn of_number(db: &Db, utility: i64, number: PurchaseNumber) -> Result<Vec<Uuid>, Error> {
    let mut query = db.prepare_cached("SELECT id FROM purchase WHERE utility = ?1 AND substr(id, 13) = ?2 LIMIT 2")?;
    let found = query.query_map(params![utility, number.0.to_be_bytes()], |row| row.get(0).map(Uuid::from_bytes))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Purchases through the gateway that a sum could be for: of that amount, and not paid; the newest first.
pub fn candidates(db: &Db, utility: i64, amount: Rupiah, since: UtcMillis) -> Result<Vec<CaseCandidate>, Error> {
    let mut query = db.prepare_cached(
        "SELECT p.id, c.name || ' · ' || n.label, p.amount - p.discount, p.quoted_at, p.state FROM purchase p
         JOIN customer c ON c.num = p.customer JOIN connection n ON n.num = p.connection
         WHERE p.utility = ?1 AND p.channel = 'gateway' AND p.state IN ('pending', 'expired', 'failed') AND p.amount - p.discount = ?2
           AND p.quoted_at > ?3 AND EXISTS (SELECT 1 FROM payment y WHERE y.purchase = p.id)
         ORDER BY p.num DESC LIMIT +?4",
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

/// Whether the money of a case is, or may yet be, credited through a payment of its own: one that the gateway calls by the order or by the name
/// that the case has, and that was paid or is still asked about.
pub fn has_own_payment(db: &Db, order: &str, gateway_id: Option<&str>) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM payment WHERE (order_id IN (?1, ?2) OR gateway_id IN (?1, ?2))
           AND (ask_at IS NOT NULL OR net > 0 OR state NOT IN ('pending', 'challenged', 'expired', 'cancelled', 'denied')))",
    )?;
    Ok(query.query_row(params![order, gateway_id], |row| row.get(0))?)
}

/// A case about money that could not be matched or whose amount was another one.
pub struct About {
    /// Its key.
    pub num: i64,
    /// Its state.
    pub state: String,
    /// How much money, where that was named.
    pub amount: Option<Rupiah>,
}

/// The open and the assigned cases about an order or a name of the gateway's, of reports that money came, or that none did.
pub fn about(db: &Db, name: &str) -> Result<Vec<About>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num, state, amount FROM payment_case
         WHERE (order_id = ?1 OR gateway_id = ?1) AND kind IN ('wrong_amount', 'unknown_order') AND state IN ('open', 'assigned')
           AND reported IN ('settlement', 'capture', 'challenge', 'authorize', 'pending', 'deny', 'cancel', 'expire', 'failure') ORDER BY num",
    )?;
    let found = query.query_map([name], |row| {
        Ok(About { num: row.get(0)?, state: row.get(1)?, amount: row.get::<_, Option<i64>>(2)?.map(Rupiah) })
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

/// Notes whose money an open case is about, where nobody knew: that of a purchase, and of its utility.
pub fn keep_owner(tx: &mut Tx<'_>, same: &str, purchase: Uuid) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "UPDATE payment_case SET purchase = COALESCE(purchase, p.num), utility = COALESCE(payment_case.utility, p.utility)
             FROM purchase p WHERE p.id = ?2 AND payment_case.same = ?1 AND payment_case.state = 'open'",
        )?
        .execute(params![same, purchase.as_bytes()])?;
    Ok(())
}

/// Closes a case; one that is closed stays as it is. One that was noted, and that is nobody's, stays nobody's.
pub fn close(tx: &mut Tx<'_>, num: i64, closing: &Closing<'_>) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "UPDATE payment_case SET state = ?2, closed_at = ?3, closed_by = ?4, closed_key = ?5, assigned = ?6, note = ?7,
               utility = CASE WHEN ?6 IS NULL THEN utility ELSE COALESCE(utility, (SELECT utility FROM user WHERE num = ?4)) END
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
