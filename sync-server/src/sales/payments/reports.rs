//! What the gateway reports of a payment, applied in one transaction: the message is kept, the payment changed, and its purchase credited,
//! refunded or failed.

use crate::core::Tx;
use crate::error::Error;
use crate::sales::payments::status_calls;
use crate::sales::rows::payments as rows;
use crate::sales::rows::payments::{Payment, PaymentAudit, Source, Verdict};
use crate::sales::settlement;
use crate::sales::settlement::ReturnKind;
use domain::Rupiah;
use domain::sales::payment::{Effect, Fraud, GatewayReport, OrderId, PaymentHistory, Status};
use uuid::Uuid;

/// A report about a payment, by somebody who may make one.
#[derive(Clone, Debug)]
pub struct GatewayMessage {
    /// Where it comes from.
    pub source: Source,
    /// Of which order.
    pub order: OrderId,
    /// The amount it names.
    pub gross: Rupiah,
    /// What it reports; `None` for a word that is not known here.
    pub report: Option<GatewayReport>,
    /// The message as it came.
    pub body: String,
}

impl GatewayMessage {
    /// This server's own report of a payment, where the gateway knows nothing of it.
    pub fn by_server(payment: &Payment, status: Status, body: String) -> Self {
        let report = GatewayReport { status, fraud: Fraud::Accept, refunded: None };
        Self { source: Source::Server, order: payment.order.clone(), gross: payment.history.gross, report: Some(report), body }
    }
}

/// What a message makes of its payment.
struct Change {
    history: PaymentHistory,
    effects: Vec<Effect>,
}

fn judge(payment: Option<&Payment>, message: &GatewayMessage) -> (Verdict, Option<Change>) {
    let Some(payment) = payment else { return (Verdict::UnknownOrder, None) };
    if payment.history.gross != message.gross {
        return (Verdict::WrongAmount, None);
    }
    let Some(report) = &message.report else { return (Verdict::UnknownStatus, None) };
    let mut history = payment.history.clone();
    let effects = history.apply(report);
    let verdict = if history == payment.history { Verdict::Unchanged } else { Verdict::Applied };
    (verdict, Some(Change { history, effects }))
}

/// Applies a message about a payment: keeps it, and does what it means.
///
/// # Errors
/// The database; then nothing of it stays, and the gateway sends it again.
pub fn apply_report(tx: &mut Tx<'_>, message: &GatewayMessage) -> Result<Verdict, Error> {
    let payment = rows::by_order(tx, &message.order)?;
    let (verdict, change) = judge(payment.as_ref(), message);
    // There are many answers to status calls that change nothing: they are not kept.
    let is_kept = message.source != Source::Status || verdict != Verdict::Unchanged;
    let notification = is_kept
        .then(|| rows::insert_notification(tx, message.source, message.order.as_str(), verdict, &message.body))
        .transpose()?;
    let Some(payment) = payment else { return Ok(verdict) };
    match (change, notification) {
        (Some(change), Some(notification)) if verdict == Verdict::Applied => {
            apply_change(tx, &payment, &change, notification)?;
        }
        (None, Some(notification)) => {
            audit(tx, &message.order, verdict.as_str(), &format!("notification {notification}"))?;
        }
        _ => {}
    }
    if message.source == Source::Status {
        status_calls::confirm(tx, &payment, message)?;
    }
    Ok(verdict)
}

fn apply_change(tx: &mut Tx<'_>, payment: &Payment, change: &Change, notification: i64) -> Result<(), Error> {
    let history = &change.history;
    // A payment that is not open any more is confirmed by a status call, soon: a notification's signature does not cover what it reports.
    rows::keep_history(tx, payment.num, history, tx.now.plus(status_calls::FIRST_AFTER_MS))?;
    for effect in &change.effects {
        let no = rows::insert_effect(tx, payment.num, effect, notification)?;
        apply_effect(tx, payment.purchase, &format!("{}:{no}", payment.order), effect)?;
    }
    if history.is_odd() && !payment.history.is_odd() {
        let detail = format!("{}, but the gateway also said otherwise: {}", history.state().as_str(), rows::facts_json(history)?);
        audit(tx, &payment.order, "odd", &detail)?;
    }
    Ok(())
}

/// Does to the purchase, in the ledger, what was done to its payment. `key` is the effect's own.
fn apply_effect(tx: &mut Tx<'_>, purchase: Uuid, key: &str, effect: &Effect) -> Result<(), Error> {
    match *effect {
        Effect::Credit(amount) => settlement::settle(tx, purchase, key, amount).map(|_| ()),
        Effect::Refund(amount) => settlement::take_back(tx, purchase, key, amount, ReturnKind::Refund).map(|_| ()),
        Effect::Chargeback(amount) => settlement::take_back(tx, purchase, key, amount, ReturnKind::Chargeback).map(|_| ()),
        Effect::Fail(_) => settlement::fail(tx, purchase),
    }
}

/// Keeps a message that was refused before it was matched to a payment.
///
/// # Errors
/// The database.
pub fn keep_refused(tx: &mut Tx<'_>, order: &str, verdict: Verdict, body: &str) -> Result<(), Error> {
    let order: String = order.chars().take(64).collect();
    rows::insert_notification(tx, Source::Webhook, &order, verdict, body).map(|_| ())
}

/// Adds what the server found to the audit of payments.
pub(super) fn audit(tx: &mut Tx<'_>, order: &OrderId, what: &str, detail: &str) -> Result<(), Error> {
    rows::insert_audit(tx, &PaymentAudit { order, who: None, what, detail, refund_key: None })
}
