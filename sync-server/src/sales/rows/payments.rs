//! Payments through the gateway: what was started, every report of the gateway, what was done because of it, and the audit of payments.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::sales::payment::{Effect, Method, OrderId, PaymentHistory};
use domain::{Rupiah, UtcMillis};
use rusqlite::{OptionalExtension, Row, params};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Bytes that are kept of a message.
const KEPT: usize = 8 * 1024;

/// A payment as it is stored.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Its key.
    pub num: i64,
    /// Its identifier.
    pub id: Uuid,
    /// Its name at the gateway.
    pub order: OrderId,
    /// Key of its utility.
    pub utility: i64,
    /// The purchase that it pays for.
    pub purchase: Uuid,
    /// How it is paid.
    pub method: Method,
    /// All that was reported of it.
    pub history: PaymentHistory,
    /// Until when it can be paid.
    pub expires_at: UtcMillis,
    /// What the customer needs to pay, as JSON; `None` until the gateway has answered.
    pub instructions: Option<String>,
    /// How often the gateway was asked for its status.
    pub asked: i64,
    /// The gateway's own name for the transaction, once it is known.
    pub gateway_id: Option<String>,
    /// When the gateway is asked next; `None` where there is nothing to ask.
    pub ask_at: Option<UtcMillis>,
    /// What the payer paid on top for the gateway, as far as it is known.
    pub fee: Rupiah,
}

/// A payment to be started.
#[derive(Clone, Debug)]
pub struct NewPayment {
    /// Its identifier; its order is named after it.
    pub id: Uuid,
    /// Key of its utility.
    pub utility: i64,
    /// The purchase that it pays for.
    pub purchase: Uuid,
    /// How it is paid.
    pub method: Method,
    /// What is to be paid.
    pub gross: Rupiah,
    /// Until when it can be paid.
    pub expires_at: UtcMillis,
}

/// Where a report of a payment comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A notification of the gateway.
    Webhook,
    /// The gateway's answer to a call: of its status, or to cancel it.
    Status,
    /// This server, where the gateway knows nothing.
    Server,
}

impl Source {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Status => "status",
            Self::Server => "server",
        }
    }
}

/// What came of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It changed the payment.
    Applied,
    /// It changed nothing.
    Unchanged,
    /// Its signature is wrong.
    BadSignature,
    /// It cannot be read.
    Unreadable,
    /// There is no such order.
    UnknownOrder,
    /// The amount is not what was agreed on.
    WrongAmount,
    /// The gateway uses a word that is not known here.
    UnknownStatus,
}

impl Verdict {
    /// The word, as it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Unchanged => "known",
            Self::BadSignature => "bad_signature",
            Self::Unreadable => "unreadable",
            Self::UnknownOrder => "unknown_order",
            Self::WrongAmount => "wrong_amount",
            Self::UnknownStatus => "unknown_status",
        }
    }
}

const COLUMNS: &str =
    "SELECT num, id, order_id, utility, purchase, method, gross, facts, refunded, expires_at, instructions, asked, gateway_id, payment.ask_at,
    fee
    FROM payment";

fn read(row: &Row<'_>) -> rusqlite::Result<Payment> {
    let broken = |column, error| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error);
    let (order, method, facts): (String, String, String) = (row.get(2)?, row.get(5)?, row.get(7)?);
    let facts: BTreeSet<_> = serde_json::from_str(&facts).map_err(|error| broken(7, Box::new(error)))?;
    let method: Method = method.parse().map_err(|error| broken(5, Box::new(error)))?;
    Ok(Payment {
        num: row.get(0)?,
        id: Uuid::from_bytes(row.get(1)?),
        order: order.parse().map_err(|error| broken(2, Box::new(error)))?,
        utility: row.get(3)?,
        purchase: Uuid::from_bytes(row.get(4)?),
        method,
        history: PaymentHistory {
            facts,
            refunded: Rupiah(row.get(8)?),
            ..PaymentHistory::started_by(method, Rupiah(row.get(6)?))
        },
        expires_at: UtcMillis(row.get(9)?),
        instructions: row.get(10)?,
        asked: row.get(11)?,
        gateway_id: row.get(12)?,
        ask_at: row.get::<_, Option<i64>>(13)?.map(UtcMillis),
        fee: Rupiah(row.get(14)?),
    })
}

/// Adds a payment, of which the gateway is first asked at `ask_at`; returns its order.
pub fn insert(tx: &mut Tx<'_>, new: &NewPayment, ask_at: UtcMillis) -> Result<OrderId, Error> {
    let order = OrderId::of(new.id);
    tx.db
        .prepare_cached(
            "INSERT INTO payment (id, order_id, utility, purchase, method, gross, started_at, expires_at, ask_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            new.id.as_bytes(),
            order.as_str(),
            new.utility,
            new.purchase.as_bytes(),
            new.method.as_str(),
            new.gross.0,
            tx.now.0,
            new.expires_at.0,
            ask_at.0
        ])?;
    Ok(order)
}

/// Keeps what the customer needs to pay, as JSON.
pub fn keep_instructions(tx: &mut Tx<'_>, payment: i64, instructions: &str) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE payment SET instructions = ?2 WHERE num = ?1")?.execute(params![payment, instructions])?;
    Ok(())
}

/// The payment of an order.
pub fn by_order(db: &Db, order: &OrderId) -> Result<Option<Payment>, Error> {
    let mut query = db.prepare_cached(&format!("{COLUMNS} WHERE order_id = ?1"))?;
    Ok(query.query_row([order.as_str()], read).optional()?)
}

/// The newest payment of a purchase.
pub fn newest_of(db: &Db, purchase: Uuid) -> Result<Option<Payment>, Error> {
    let mut query = db.prepare_cached(&format!("{COLUMNS} WHERE purchase = ?1 ORDER BY num DESC LIMIT 1"))?;
    Ok(query.query_row([purchase.as_bytes()], read).optional()?)
}

/// Payments of which the gateway is to be asked now. The longest due comes first, but of one connection `each` at most, and utilities take
/// turns: whoever has many due keeps nobody else waiting.
pub fn due(db: &Db, now: UtcMillis, limit: i64, each: i64) -> Result<Vec<Payment>, Error> {
    let mut query = db.prepare_cached(&format!(
        "WITH turn AS (
           SELECT y.num, y.utility, y.ask_at, ROW_NUMBER() OVER (PARTITION BY p.connection ORDER BY y.ask_at, y.num) AS place
           FROM payment y JOIN purchase p ON p.id = y.purchase WHERE y.ask_at <= ?1
         ), round AS (
           SELECT num, ask_at, ROW_NUMBER() OVER (PARTITION BY utility ORDER BY ask_at, num) AS place FROM turn WHERE place <= ?3
         ) {COLUMNS} JOIN round USING (num) ORDER BY round.place, round.ask_at, num LIMIT +?2"
    ))?;
    Ok(query.query_map([now.0, limit, each], read)?.collect::<Result<_, _>>()?)
}

/// The payment that the gateway knows by a name of its own.
pub fn by_gateway_id(db: &Db, name: &str) -> Result<Option<Payment>, Error> {
    let mut query = db.prepare_cached(&format!("{COLUMNS} WHERE gateway_id = ?1 ORDER BY num DESC LIMIT 1"))?;
    Ok(query.query_row([name], read).optional()?)
}

/// Keeps the gateway's own name for a payment's transaction. The newest holds: on its page each try is another transaction.
pub fn keep_gateway_id(tx: &mut Tx<'_>, payment: i64, name: &str) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE payment SET gateway_id = ?2 WHERE num = ?1")?.execute(params![payment, name])?;
    Ok(())
}

/// Notes what the payer paid on top of a payment, for the gateway.
pub fn keep_fee(tx: &mut Tx<'_>, payment: i64, fee: Rupiah) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE payment SET fee = MAX(fee, ?2) WHERE num = ?1")?.execute([payment, fee.0])?;
    Ok(())
}

/// Has the gateway asked about a payment from an instant on, also where nothing was left to ask.
pub fn ask_from(tx: &mut Tx<'_>, payment: i64, at: UtcMillis) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE payment SET ask_at = ?2 WHERE num = ?1")?.execute([payment, at.0])?;
    Ok(())
}

/// How many payments were begun since an instant for the connection of a purchase.
pub fn begun_since(db: &Db, purchase: Uuid, since: UtcMillis) -> Result<i64, Error> {
    let mut query = db.prepare_cached(
        "SELECT COUNT(*) FROM purchase own CROSS JOIN purchase p ON p.connection = own.connection JOIN payment y ON y.purchase = p.id
         WHERE own.id = ?1 AND y.started_at > ?2",
    )?;
    Ok(query.query_row(params![purchase.as_bytes(), since.0], |row| row.get(0))?)
}

/// Counts a status call, and keeps when the next one is due. Where none is due any more, that stays so.
pub fn count_status_call(tx: &mut Tx<'_>, payment: i64, next: Option<UtcMillis>) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "UPDATE payment SET asked = asked + 1, ask_at = CASE WHEN ask_at IS NULL THEN NULL ELSE ?2 END WHERE num = ?1",
        )?
        .execute(params![payment, next.map(|next| next.0)])?;
    Ok(())
}

/// Ends the status calls of a payment.
pub fn stop_status_calls(tx: &mut Tx<'_>, payment: i64) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE payment SET ask_at = NULL WHERE num = ?1")?.execute([payment])?;
    Ok(())
}

/// Keeps all that was reported of a payment, with the state and sum that follow, and when the next status call is due. The count of status
/// calls begins anew once the payment is not open any more.
pub fn keep_history(tx: &mut Tx<'_>, payment: i64, history: &PaymentHistory, ask_at: UtcMillis) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "UPDATE payment SET facts = ?2, refunded = ?3, state = ?4, net = ?5, ask_at = ?6, asked = CASE WHEN ?7 THEN asked ELSE 0 END
             WHERE num = ?1",
        )?
        .execute(params![
            payment,
            facts_json(history)?,
            history.refunded.0,
            history.state().as_str(),
            history.net().0,
            ask_at.0,
            history.state().is_open()
        ])?;
    Ok(())
}

/// What was reported of a payment, as it is stored.
pub fn facts_json(history: &PaymentHistory) -> Result<String, Error> {
    serde_json::to_string(&history.facts).map_err(|error| Error::Setup(format!("facts of a payment: {error}")))
}

/// Adds what is done because of a message; returns its number among the payment's effects.
pub fn insert_effect(tx: &mut Tx<'_>, payment: i64, effect: &Effect, notification: i64) -> Result<i64, Error> {
    let (kind, amount) = match effect {
        Effect::Credit(amount) => ("credit", *amount),
        Effect::Fail(_) => ("fail", Rupiah(0)),
        Effect::Refund(amount) => ("refund", *amount),
        Effect::Chargeback(amount) => ("chargeback", *amount),
    };
    let mut insert = tx.db.prepare_cached(
        "INSERT INTO payment_effect (payment, no, kind, amount, notification, at)
         VALUES (?1, (SELECT COUNT(*) FROM payment_effect WHERE payment = ?1), ?2, ?3, ?4, ?5) RETURNING no",
    )?;
    Ok(insert.query_row(params![payment, kind, amount.0, notification, tx.now.0], |row| row.get(0))?)
}

/// Adds a message about a payment with its verdict; returns the message's key.
pub fn insert_notification(tx: &mut Tx<'_>, source: Source, order: &str, verdict: Verdict, body: &str) -> Result<i64, Error> {
    let end = (0..=body.len().min(KEPT)).rev().find(|end| body.is_char_boundary(*end)).unwrap_or(0);
    tx.db
        .prepare_cached("INSERT INTO payment_notification (at, order_id, source, verdict, body) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![tx.now.0, order, source.as_str(), verdict.as_str(), &body[..end]])?;
    Ok(tx.db.last_insert_rowid())
}

/// What a person or the server did with a payment, or a case that needs a person.
pub struct PaymentAudit<'a> {
    /// The gateway order.
    pub order: &'a OrderId,
    /// Key of the user; `None` for the server itself.
    pub who: Option<i64>,
    /// The word for it.
    pub what: &'a str,
    /// In words.
    pub detail: &'a str,
    /// The key of a refund that was asked for.
    pub refund_key: Option<&'a str>,
}

/// Adds an entry to the audit of payments.
pub fn insert_audit(tx: &mut Tx<'_>, entry: &PaymentAudit<'_>) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO payment_audit (at, order_id, who, what, detail, refund_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![tx.now.0, entry.order.as_str(), entry.who, entry.what, entry.detail, entry.refund_key])?;
    Ok(())
}
