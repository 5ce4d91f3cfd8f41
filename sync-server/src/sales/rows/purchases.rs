//! Purchases, from quote to credit.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::billing::ledger::Channel;
pub use domain::sales::purchase::PurchaseState;
use domain::sales::voucher::{Grant, VoucherCode};
use domain::{ConnectionId, Rupiah, UtcMillis};
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// A purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// Its key.
    pub num: i64,
    /// Its identifier.
    pub id: Uuid,
    /// Key of the connection.
    pub connection: i64,
    /// Key of the customer.
    pub customer: i64,
    /// Key of the user who asked for it.
    pub buyer: i64,
    /// How it is paid.
    pub channel: Channel,
    /// Its face.
    pub amount: Rupiah,
    /// What its voucher gives.
    pub granted: Grant,
    /// Key of its voucher.
    pub voucher: Option<i64>,
    /// Its state.
    pub state: PurchaseState,
    /// Until when it can be checked out or paid.
    pub expires_at: UtcMillis,
    /// What was paid for it.
    pub paid: Rupiah,
    /// What was paid on top: paid twice, or too much.
    pub extra: Rupiah,
    /// What of both went back.
    pub returned: Rupiah,
    /// Identifier of the connection.
    pub connection_id: ConnectionId,
    /// The voucher's code.
    pub code: Option<VoucherCode>,
    /// How it is paid through the gateway, once that was chosen.
    pub method: Option<String>,
    /// Its newest gateway order.
    pub order: Option<String>,
    /// Where that order's payment stands.
    pub payment: Option<String>,
    /// Whether no money moves.
    pub simulated: bool,
    /// What the customer needs to pay, as JSON, while it waits for that.
    pub instructions: Option<String>,
    /// When it was quoted.
    pub quoted_at: UtcMillis,
    /// When it was credited.
    pub settled_at: Option<UtcMillis>,
}

const COLUMNS: &str =
    "SELECT p.num, p.id, p.connection, p.customer, p.channel, p.amount, p.discount, p.bonus, p.voucher, p.state, p.expires_at, p.paid,
       p.extra, p.returned, c.id, v.code, m.method, p.quoted_at, p.settled_at, m.order_id,
       json_extract(m.instructions, '$.simulator') IS NOT NULL, p.buyer, m.state,
       CASE WHEN p.state = 'pending' AND m.state IN ('pending', 'challenged') THEN m.instructions END
     FROM purchase p JOIN connection c ON c.num = p.connection LEFT JOIN voucher v ON v.num = p.voucher
     LEFT JOIN payment m ON m.num = (SELECT num FROM payment WHERE purchase = p.id ORDER BY num DESC LIMIT 1)";

fn read(row: &Row<'_>) -> rusqlite::Result<Purchase> {
    let (channel, state): (String, String) = (row.get(4)?, row.get(9)?);
    Ok(Purchase {
        num: row.get(0)?,
        id: Uuid::from_bytes(row.get(1)?),
        connection: row.get(2)?,
        customer: row.get(3)?,
        channel: if channel == Channel::Cash.as_str() { Channel::Cash } else { Channel::Gateway },
        amount: Rupiah(row.get(5)?),
        granted: Grant { discount: Rupiah(row.get(6)?), bonus: Rupiah(row.get(7)?) },
        voucher: row.get(8)?,
        // The schema's own CHECK allows no other word.
        state: PurchaseState::of(&state).unwrap_or(PurchaseState::Failed),
        expires_at: UtcMillis(row.get(10)?),
        paid: Rupiah(row.get(11)?),
        extra: Rupiah(row.get(12)?),
        returned: Rupiah(row.get(13)?),
        connection_id: ConnectionId(Uuid::from_bytes(row.get(14)?)),
        code: row.get::<_, Option<String>>(15)?.and_then(|code| code.parse().ok()),
        method: row.get(16)?,
        quoted_at: UtcMillis(row.get(17)?),
        settled_at: row.get::<_, Option<i64>>(18)?.map(UtcMillis),
        order: row.get(19)?,
        simulated: row.get(20)?,
        buyer: row.get(21)?,
        payment: row.get(22)?,
        instructions: row.get(23)?,
    })
}

/// A purchase by its identifier.
///
/// # Errors
/// The database.
pub fn find(db: &Db, id: Uuid) -> Result<Option<Purchase>, Error> {
    let mut query = db.prepare_cached(&format!("{COLUMNS} WHERE p.id = ?1"))?;
    Ok(query.query_row([id.as_bytes()], read).optional()?)
}

/// A purchase by its identifier, if a user has asked for it.
pub fn find_of_buyer(db: &Db, buyer: i64, id: Uuid) -> Result<Option<Purchase>, Error> {
    let mut query = db.prepare_cached(&format!("{COLUMNS} WHERE p.id = ?1 AND p.buyer = ?2"))?;
    Ok(query.query_row(params![id.as_bytes(), buyer], read).optional()?)
}

/// A purchase as an admin sees it in the list.
pub struct Listed {
    /// Key of the purchase.
    pub num: i64,
    /// Its identifier.
    pub id: Uuid,
    /// Why it is to be reviewed; empty if it is not.
    pub review: String,
    /// Name of the user who asked for it.
    pub buyer: String,
    /// Its newest gateway order.
    pub order: Option<String>,
    /// State of that order's payment.
    pub payment: Option<String>,
    /// What the payer paid on top, for the gateway.
    pub fee: Rupiah,
}

/// The purchases of a connection, the newest first, from before one on: what is one is said by `PurchaseState::is_purchase`.
pub fn list(db: &Db, connection: i64, before: Option<i64>, limit: usize) -> Result<Vec<Listed>, Error> {
    let mut query = db.prepare_cached(
        "SELECT p.num, p.id, p.review, u.name, y.order_id, y.state,
           (SELECT COALESCE(SUM(fee), 0) FROM payment WHERE purchase = p.id) FROM purchase p JOIN user u ON u.num = p.buyer
         LEFT JOIN payment y ON y.num = (SELECT MAX(num) FROM payment WHERE purchase = p.id)
         WHERE p.connection = ?1 AND p.num < ?2 AND p.state <> 'quoted' AND (p.state IN ('pending', 'settled') OR y.num IS NOT NULL)
         ORDER BY p.num DESC LIMIT +?3",
    )?;
    let found = query.query_map(params![connection, before.unwrap_or(i64::MAX), limit as i64], |row| {
        Ok(Listed {
            num: row.get(0)?,
            id: Uuid::from_bytes(row.get(1)?),
            review: row.get(2)?,
            buyer: row.get(3)?,
            order: row.get(4)?,
            payment: row.get(5)?,
            fee: Rupiah(row.get(6)?),
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Adds a quote, and gives it its key.
pub fn insert_quote(tx: &mut Tx<'_>, utility: i64, quote: &mut Purchase) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO purchase (id, utility, connection, customer, buyer, channel, amount, discount, bonus, voucher, state, quoted_at,
               expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'quoted', ?11, ?12)",
        )?
        .execute(params![
            quote.id.as_bytes(),
            utility,
            quote.connection,
            quote.customer,
            quote.buyer,
            quote.channel.as_str(),
            quote.amount.0,
            quote.granted.discount.0,
            quote.granted.bonus.0,
            quote.voucher,
            quote.quoted_at.0,
            quote.expires_at.0
        ])?;
    quote.num = tx.db.last_insert_rowid();
    Ok(())
}

/// How many purchases of a connection are in a state, and can be checked out or paid still.
pub fn open_of(db: &Db, connection: i64, state: PurchaseState, now: UtcMillis) -> Result<i64, Error> {
    let mut query = db.prepare_cached(
        "SELECT COUNT(*) FROM purchase WHERE connection = ?1 AND expires_at > ?2 AND state IN ('quoted', 'pending') AND state = ?3
           AND channel = 'gateway'",
    )?;
    Ok(query.query_row(params![connection, now.0, state.as_str()], |row| row.get(0))?)
}

/// Makes a purchase wait for its payment until an instant.
pub fn mark_pending(tx: &mut Tx<'_>, num: i64, expires_at: UtcMillis) -> Result<(), Error> {
    tx.db
        .prepare_cached("UPDATE purchase SET state = 'pending', expires_at = ?2 WHERE num = ?1")?
        .execute(params![num, expires_at.0])?;
    Ok(())
}

/// Keeps what a settlement has made of a purchase. An empty `review` leaves the mark that is there.
pub fn keep_settled(tx: &mut Tx<'_>, purchase: &Purchase, review: &str) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "UPDATE purchase SET state = 'settled', settled_at = ?2, paid = ?3, extra = ?4, returned = ?5, discount = ?6, bonus = ?7,
               review = CASE WHEN ?8 = '' THEN review ELSE ?8 END WHERE num = ?1",
        )?
        .execute(params![
            purchase.num,
            purchase.settled_at.map(|at| at.0),
            purchase.paid.0,
            purchase.extra.0,
            purchase.returned.0,
            purchase.granted.discount.0,
            purchase.granted.bonus.0,
            review
        ])?;
    Ok(())
}

/// Adds what went back to a purchase. An empty `review` leaves the mark that is there.
pub fn add_returned(tx: &mut Tx<'_>, num: i64, amount: Rupiah, review: &str) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "UPDATE purchase SET returned = returned + ?2, review = CASE WHEN ?3 = '' THEN review ELSE ?3 END WHERE num = ?1",
        )?
        .execute(params![num, amount.0, review])?;
    Ok(())
}

/// Quotes whose time is over, and purchases whose time to be paid has been over for `grace_ms`; the longest first.
pub fn overdue(db: &Db, now: UtcMillis, grace_ms: i64, limit: i64) -> Result<Vec<i64>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num FROM purchase WHERE state IN ('quoted', 'pending')
           AND expires_at <= ?1 - CASE WHEN state = 'pending' THEN ?2 ELSE 0 END AND expires_at <= ?1 ORDER BY expires_at LIMIT +?3",
    )?;
    Ok(query.query_map([now.0, grace_ms, limit], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Ends a purchase in a state, unless it was settled or has ended; returns whether it did.
pub fn end_unpaid(tx: &mut Tx<'_>, num: i64, state: PurchaseState) -> Result<bool, Error> {
    let changed = tx
        .db
        .prepare_cached("UPDATE purchase SET state = ?2 WHERE num = ?1 AND state IN ('quoted', 'pending')")?
        .execute(params![num, state.as_str()])?;
    Ok(changed > 0)
}

/// A new revision of a purchase, with what is needed to publish it.
pub struct Revision {
    /// Key of its utility.
    pub utility: i64,
    /// Identifier of the purchase.
    pub id: [u8; 16],
    /// The revision.
    pub rev: i64,
    /// Identifier of its customer.
    pub customer: Uuid,
}

/// Counts a revision of a purchase.
pub fn next_revision(tx: &mut Tx<'_>, num: i64) -> Result<Revision, Error> {
    let mut update = tx.db.prepare_cached(
        "UPDATE purchase SET rev = rev + 1 WHERE num = ?1
         RETURNING utility, id, rev, (SELECT cu.id FROM customer cu WHERE cu.num = purchase.customer)",
    )?;
    Ok(update.query_row([num], |row| {
        let customer = Uuid::from_bytes(row.get(3)?);
        Ok(Revision { utility: row.get(0)?, id: row.get(1)?, rev: row.get(2)?, customer })
    })?)
}
