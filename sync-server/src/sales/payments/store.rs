//! Payments: what was started, all that was said of it, and what was done because of it, in one transaction each.

use crate::core::Tx;
use crate::error::Error;
use crate::sales::settlement;
use crate::sales::settlement::Back;
use domain::core::local_time::{HOUR_MS, MINUTE_MS};
use domain::sales::payment::{Effect, GatewayReport, Known, Method, OrderId, State};
use domain::{Rupiah, UtcMillis};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Bytes that are kept of a message.
const KEPT: usize = 8 * 1024;

/// The gateway is first asked this long after the start: most customers have paid or left by then.
const FIRST_ASKED_AFTER_MS: i64 = 30_000;

/// The longest pause between two questions.
const LONGEST_PAUSE_MS: i64 = 10 * MINUTE_MS;

/// What is still open so long after its time is not asked for any more.
const GIVEN_UP_AFTER_MS: i64 = 48 * HOUR_MS;

/// Questions that confirm a credit, at most: two days of them, should the gateway be out of reach for so long.
const CONFIRMATIONS: i64 = 288;

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
    /// What it pays for.
    pub purchase: Uuid,
    /// How it is paid.
    pub method: Method,
    /// What is known of it.
    pub known: Known,
    /// Until when it can be paid.
    pub expires_at: UtcMillis,
    /// What the customer needs to pay, as JSON; `None` until the gateway has answered.
    pub instructions: Option<String>,
    /// How often the gateway was asked.
    pub asked: i64,
}

/// A payment to be started.
#[derive(Clone, Debug)]
pub struct NewPayment {
    /// Its identifier; its order is named after it.
    pub id: Uuid,
    /// Key of its utility.
    pub utility: i64,
    /// What it pays for.
    pub purchase: Uuid,
    /// How it is paid.
    pub method: Method,
    /// What is to be paid.
    pub gross: Rupiah,
    /// Until when it can be paid.
    pub expires_at: UtcMillis,
}

/// Who says something about a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The gateway, by a notification.
    Webhook,
    /// The gateway, asked.
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

/// What came of something that was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was new.
    Applied,
    /// It was known.
    Known,
    /// Its signature is wrong.
    BadSignature,
    /// It cannot be read.
    Unreadable,
    /// There is no such order.
    UnknownOrder,
    /// The amount is not what was agreed on.
    WrongAmount,
    /// The gateway has a word that we do not know.
    UnknownStatus,
}

impl Verdict {
    /// The word, as it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Known => "known",
            Self::BadSignature => "bad_signature",
            Self::Unreadable => "unreadable",
            Self::UnknownOrder => "unknown_order",
            Self::WrongAmount => "wrong_amount",
            Self::UnknownStatus => "unknown_status",
        }
    }
}

/// Something that was said about a payment, by somebody who may.
#[derive(Clone, Debug)]
pub struct GatewayMessage {
    /// Who says it.
    pub source: Source,
    /// Of which order.
    pub order: OrderId,
    /// The amount it names.
    pub gross: Rupiah,
    /// What it says; `None` for a word that we do not know.
    pub heard: Option<GatewayReport>,
    /// The message.
    pub body: String,
}

/// Writes down a payment before the gateway hears of it, so that its first notification finds it.
///
/// # Errors
/// Another one for the same purchase is open, or the database.
pub fn start(tx: &mut Tx<'_>, new: &NewPayment) -> Result<Payment, Error> {
    let now = tx.now;
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
            now.0,
            new.expires_at.0,
            now.plus(FIRST_ASKED_AFTER_MS).0
        ])?;
    by_order(tx, &order)?.ok_or(Error::Panicked)
}

/// Keeps what the customer needs to pay.
///
/// # Errors
/// The database.
pub fn keep_instructions(tx: &mut Tx<'_>, payment: i64, instructions: &str) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE payment SET instructions = ?2 WHERE num = ?1")?.execute(params![payment, instructions])?;
    Ok(())
}

const COLUMNS: &str = "num, id, order_id, utility, purchase, method, gross, facts, refunded, expires_at, instructions, asked";

fn read(row: &Row<'_>) -> rusqlite::Result<Payment> {
    let broken = |column, error| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error);
    let (order, method, facts): (String, String, String) = (row.get(2)?, row.get(5)?, row.get(7)?);
    let facts: BTreeSet<_> = serde_json::from_str(&facts).map_err(|error| broken(7, Box::new(error)))?;
    Ok(Payment {
        num: row.get(0)?,
        id: Uuid::from_bytes(row.get(1)?),
        order: order.parse().map_err(|error| broken(2, Box::new(error)))?,
        utility: row.get(3)?,
        purchase: Uuid::from_bytes(row.get(4)?),
        method: method.parse().map_err(|error| broken(5, Box::new(error)))?,
        known: Known { gross: Rupiah(row.get(6)?), facts, refunded: Rupiah(row.get(8)?) },
        expires_at: UtcMillis(row.get(9)?),
        instructions: row.get(10)?,
        asked: row.get(11)?,
    })
}

/// The payment of an order.
///
/// # Errors
/// The database.
pub fn by_order(db: &Connection, order: &OrderId) -> Result<Option<Payment>, Error> {
    let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} FROM payment WHERE order_id = ?1"))?;
    Ok(query.query_row([order.as_str()], read).optional()?)
}

/// The newest payment of a purchase.
///
/// # Errors
/// The database.
pub fn newest_of(db: &Connection, purchase: Uuid) -> Result<Option<Payment>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM payment WHERE purchase = ?1 ORDER BY num DESC LIMIT 1");
    Ok(db.prepare_cached(&sql)?.query_row([purchase.as_bytes()], read).optional()?)
}

/// Payments of which the gateway is to be asked now, the longest due first.
///
/// # Errors
/// The database.
pub fn due(db: &Connection, now: UtcMillis, limit: i64) -> Result<Vec<Payment>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM payment WHERE ask_at <= ?1 ORDER BY ask_at LIMIT ?2");
    Ok(db.prepare_cached(&sql)?.query_map([now.0, limit], read)?.collect::<Result<_, _>>()?)
}

/// Notes that the gateway was asked, and when it is to be asked again, in pauses that double.
///
/// # Errors
/// The database.
pub fn asked(tx: &mut Tx<'_>, order: &OrderId) -> Result<(), Error> {
    let now = tx.now;
    let Some(payment) = by_order(tx, order)? else { return Ok(()) };
    let pause = FIRST_ASKED_AFTER_MS.saturating_mul(1 << payment.asked.clamp(0, 16)).min(LONGEST_PAUSE_MS);
    let is_open = payment.known.state().is_open();
    let is_hopeless = if is_open {
        now.since(payment.expires_at) > GIVEN_UP_AFTER_MS
    } else {
        // What was credited is confirmed by the first answer that says the same; see `settle_question`.
        payment.asked >= CONFIRMATIONS
    };
    let next = (!is_hopeless).then(|| now.plus(pause).0);
    tx.db
        .prepare_cached(
            "UPDATE payment SET asked = asked + 1, ask_at = CASE WHEN ask_at IS NULL THEN NULL ELSE ?2 END WHERE num = ?1",
        )?
        .execute(params![payment.num, next])?;
    Ok(())
}

/// Writes a message down that was refused before it could be laid to a payment.
///
/// # Errors
/// The database.
pub fn note_refused(tx: &mut Tx<'_>, order: &str, verdict: Verdict, body: &str) -> Result<(), Error> {
    let order: String = order.chars().take(64).collect();
    log(tx, Source::Webhook, &order, verdict, body).map(|_| ())
}

fn log(tx: &mut Tx<'_>, source: Source, order: &str, verdict: Verdict, body: &str) -> Result<i64, Error> {
    let now = tx.now;
    let end = (0..=body.len().min(KEPT)).rev().find(|end| body.is_char_boundary(*end)).unwrap_or(0);
    tx.db
        .prepare_cached("INSERT INTO payment_notification (at, order_id, source, verdict, body) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![now.0, order, source.as_str(), verdict.as_str(), &body[..end]])?;
    Ok(tx.db.last_insert_rowid())
}

/// Writes down what somebody did with a payment, or has to look at. `who` is a user's key, or `None` for the server itself.
///
/// # Errors
/// The database.
pub fn audit(tx: &mut Tx<'_>, order: &OrderId, who: Option<i64>, what: &str, detail: &str) -> Result<(), Error> {
    let now = tx.now;
    tx.db
        .prepare_cached("INSERT INTO payment_audit (at, order_id, who, what, detail) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![now.0, order.as_str(), who, what, detail])?;
    Ok(())
}

/// Takes in what was said of a payment: writes it down, and does what it means.
///
/// # Errors
/// The database; then nothing of it stays, and the gateway says it again.
pub fn hear(tx: &mut Tx<'_>, said: &GatewayMessage) -> Result<Verdict, Error> {
    let payment = by_order(tx, &said.order)?;
    let (verdict, payment, heard) = match (payment, said.heard) {
        (None, _) => (Verdict::UnknownOrder, None, None),
        (Some(payment), _) if payment.known.gross != said.gross => (Verdict::WrongAmount, Some(payment), None),
        (Some(payment), None) => (Verdict::UnknownStatus, Some(payment), None),
        (Some(payment), Some(heard)) => {
            let mut known = payment.known.clone();
            let effects = known.hear(&heard);
            let verdict = if known == payment.known { Verdict::Known } else { Verdict::Applied };
            (verdict, Some(payment), Some((known, effects)))
        }
    };
    // An answer that says what is known is no news, and there are many of them.
    let is_news = said.source != Source::Status || verdict != Verdict::Known;
    let notification = is_news.then(|| log(tx, said.source, said.order.as_str(), verdict, &said.body)).transpose()?;
    let Some(payment) = payment else { return Ok(verdict) };
    match (heard, notification) {
        (Some((known, effects)), Some(notification)) if verdict == Verdict::Applied => {
            apply(tx, &payment, &known, &effects, notification)?;
        }
        (None, Some(notification)) => {
            audit(tx, &said.order, None, verdict.as_str(), &format!("notification {notification}"))?;
        }
        _ => {}
    }
    if said.source == Source::Status {
        settle_question(tx, &payment, said)?;
    }
    Ok(verdict)
}

fn apply(tx: &mut Tx<'_>, payment: &Payment, known: &Known, effects: &[Effect], notification: i64) -> Result<(), Error> {
    let now = tx.now;
    let facts = serde_json::to_string(&known.facts).map_err(|error| Error::Setup(format!("facts of a payment: {error}")))?;
    // What is not open any more is asked for once more, soon: a notification's signature does not cover what it says.
    tx.db.prepare_cached(
        "UPDATE payment SET facts = ?2, refunded = ?3, state = ?4, net = ?5, ask_at = ?6, asked = CASE WHEN ?7 THEN asked ELSE 0 END WHERE num = ?1",
    )?
    .execute(params![
        payment.num,
        facts,
        known.refunded.0,
        known.state().as_str(),
        known.net().0,
        now.plus(FIRST_ASKED_AFTER_MS).0,
        known.state().is_open()
    ])?;
    for effect in effects {
        let (kind, amount) = match effect {
            Effect::Credit(amount) => ("credit", *amount),
            Effect::Fail(_) => ("fail", Rupiah(0)),
            Effect::Refund(amount) => ("refund", *amount),
            Effect::Chargeback(amount) => ("chargeback", *amount),
        };
        let no: i64 = tx
            .db
            .prepare_cached(
                "INSERT INTO payment_effect (payment, no, kind, amount, notification, at)
                 VALUES (?1, (SELECT COUNT(*) FROM payment_effect WHERE payment = ?1), ?2, ?3, ?4, ?5) RETURNING no",
            )?
            .query_row(params![payment.num, kind, amount.0, notification, now.0], |row| row.get(0))?;
        let key = format!("{}:{no}", payment.order);
        settle(tx, payment.purchase, &key, effect)?;
    }
    if known.is_odd() && !payment.known.is_odd() {
        let state = known.state().as_str();
        audit(tx, &payment.order, None, "odd", &format!("{state}, but the gateway also said otherwise: {facts}"))?;
    }
    Ok(())
}

/// Does to the purchase, in the ledger, what was done to its payment. `key` is the effect's own.
fn settle(tx: &mut Tx<'_>, purchase: Uuid, key: &str, effect: &Effect) -> Result<(), Error> {
    match *effect {
        Effect::Credit(amount) => settlement::settle(tx, purchase, key, amount).map(|_| ()),
        Effect::Refund(amount) => settlement::take_back(tx, purchase, key, amount, Back::Refund).map(|_| ()),
        Effect::Chargeback(amount) => settlement::take_back(tx, purchase, key, amount, Back::Chargeback).map(|_| ()),
        Effect::Fail(_) => settlement::fail(tx, purchase),
    }
}

/// Notes that there is nothing to ask any more.
///
/// # Errors
/// The database.
pub fn stop_asking(tx: &mut Tx<'_>, payment: i64) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE payment SET ask_at = NULL WHERE num = ?1")?.execute([payment])?;
    Ok(())
}

/// What the gateway answered ends the question, if it says what is known: an answer is the gateway's own, a notification only claims to be.
fn settle_question(tx: &mut Tx<'_>, payment: &Payment, said: &GatewayMessage) -> Result<(), Error> {
    let Some(stands) = by_order(tx, &payment.order)?.map(|payment| payment.known) else { return Ok(()) };
    let mut alone = Known::started(stands.gross);
    if let Some(heard) = &said.heard {
        alone.hear(heard);
    }
    let agrees = alone.net() == stands.net() && !alone.state().is_open();
    if !stands.state().is_open() && agrees {
        stop_asking(tx, payment.num)?;
    }
    let is_contradicted = matches!(stands.state(), State::Paid) && alone.net() != stands.net();
    if is_contradicted && payment.asked == 1 {
        let detail = "it was credited on a notification's word, and the gateway's status call says otherwise";
        audit(tx, &payment.order, None, "contradicted", detail)?;
    }
    Ok(())
}
