//! What the gateway reports of a payment, applied in one transaction: the message is kept, the payment changed, and its purchase credited,
//! refunded or failed.

use crate::core::Tx;
use crate::error::Error;
use crate::sales::cases;
use crate::sales::cases::NewCase;
use crate::sales::payments::particulars::Particulars;
use crate::sales::payments::status_calls;
use crate::sales::rows::payments as rows;
use crate::sales::rows::payments::{Payment, PaymentAudit, Source, Verdict};
use crate::sales::rows::{bank_refunds, refunds};
use crate::sales::settlement;
use crate::sales::settlement::{Because, ReturnKind};
use domain::Rupiah;
use domain::sales::payment::{Effect, Fraud, GatewayReport, OrderId, PaymentHistory, Status};

/// A report about a payment, by somebody who may make one.
#[derive(Clone, Debug)]
pub struct GatewayMessage {
    /// Where it comes from.
    pub source: Source,
    /// Of which order.
    pub order: OrderId,
    /// The amount it names; nought where that is none.
    pub gross: Rupiah,
    /// What else it says of the transaction.
    pub particulars: Particulars,
    /// What it reports; `None` for a word that is not known here.
    pub report: Option<GatewayReport>,
    /// The message as it came.
    pub body: String,
}

impl GatewayMessage {
    /// This server's own report of a payment, where the gateway knows nothing of it.
    pub fn by_server(payment: &Payment, status: Status, body: String) -> Self {
        let report = GatewayReport { status, fraud: Fraud::Accept, refunded: None };
        let (order, gross, particulars) = (payment.order.clone(), payment.history.gross, Particulars::default());
        Self { source: Source::Server, order, gross, particulars, report: Some(report), body }
    }

    /// The gateway's word for the status, as a case has it. A charge that waits for a review at the gateway, or that was found to be fraud, is no
    /// money that came, whatever the status is.
    fn word(&self) -> &str {
        let charge = self.report.as_ref().filter(|report| matches!(report.status, Status::Capture | Status::Settlement));
        match charge.map(|report| report.fraud) {
            Some(Fraud::Challenge) => "challenge",
            Some(Fraud::Deny) => Status::Deny.as_str(),
            Some(Fraud::Accept) | None => self.particulars.reported.as_str(),
        }
    }

    /// A case of this message.
    pub fn case<'a>(&'a self, kind: &'a str, (same, detail): (&'a str, &'a str), notification: Option<i64>) -> NewCase<'a> {
        let Particulars { gateway_id, method, payer, .. } = &self.particulars;
        NewCase {
            same,
            kind,
            order: self.order.as_str(),
            gateway_id: gateway_id.as_deref(),
            purchase: None,
            amount: Some(self.gross).filter(|gross| gross.0 > 0),
            reported: self.word(),
            method,
            payer,
            detail,
            notification,
        }
    }
}

/// What a message makes of its payment.
struct Change {
    history: PaymentHistory,
    effects: Vec<Effect>,
}

fn judge(payment: Option<&Payment>, message: &GatewayMessage) -> (Verdict, Option<Change>) {
    let Some(payment) = payment else { return (Verdict::UnknownOrder, None) };
    if fee(payment, message).is_none() {
        return (Verdict::WrongAmount, None);
    }
    let Some(report) = &message.report else { return (Verdict::UnknownStatus, None) };
    let mut history = payment.history.clone();
    // The server ends a payment by itself only where the gateway has nothing to cancel.
    let effects = match (message.source, report.status) {
        (Source::Server, Status::Cancel) => history.call_off(),
        _ => history.apply(report),
    };
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
    let Some(payment) = payment else {
        cases::open(tx, &message.case(verdict.as_str(), (&sameness(verdict, message), ""), notification))?;
        return Ok(verdict);
    };
    let is_about_it = change.is_some();
    if is_about_it {
        keep_particulars(tx, &payment, message)?;
    }
    match (change, notification) {
        (Some(change), Some(notification)) if verdict == Verdict::Applied => {
            apply_change(tx, &payment, (&change, message), notification)?;
        }
        (None, Some(notification)) => {
            audit(tx, &message.order, verdict.as_str(), &format!("notification {notification}"))?;
            let same = sameness(verdict, message);
            let case = message.case(verdict.as_str(), (&same, ""), Some(notification));
            cases::open(tx, &NewCase { purchase: Some(payment.purchase), ..case })?;
        }
        _ => {}
    }
    if is_about_it {
        settle_cases(tx, message, &payment.order)?;
    }
    if message.source == Source::Status {
        status_calls::confirm(tx, &payment, message)?;
    }
    Ok(verdict)
}

/// What a case of a message is recognised by: the same verdict about the same order, amount and status is the same case.
pub(super) fn sameness(verdict: Verdict, message: &GatewayMessage) -> String {
    use Status::{Authorize, Cancel, Capture, Deny, Expire, Failure, Pending, Settlement};
    let GatewayMessage { order, gross, report, .. } = message;
    let reported = match report.as_ref().map(|report| (report.status, report.fraud)) {
        // What says that no money came is one and the same.
        Some((Authorize | Cancel | Deny | Expire | Failure | Pending, _) | (Capture | Settlement, Fraud::Deny)) => "unpaid",
        // A card is charged, and settles a day later: that is one sum, which is given to a purchase once.
        Some((Capture | Settlement, Fraud::Accept)) => Settlement.as_str(),
        // Anything else, such as that money went, is a case of its own.
        _ => message.word(),
    };
    format!("{}:{order}:{}:{reported}", verdict.as_str(), gross.0)
}

/// What the payer paid on top, if a message is about the amount that was agreed on. A later message may name the sum alone.
pub(super) fn fee(payment: &Payment, message: &GatewayMessage) -> Option<Rupiah> {
    let agreed = payment.history.gross;
    let is_known = payment.fee.0 > 0 && message.gross.0 == agreed.0 + payment.fee.0;
    if is_known { Some(payment.fee) } else { message.particulars.fee_on(agreed, message.gross) }
}

/// Once a payment is credited, nobody has to decide about what was reported of it under another name or amount.
pub(super) fn settle_cases(tx: &mut Tx<'_>, message: &GatewayMessage, order: &OrderId) -> Result<(), Error> {
    let Some(payment) = rows::by_order(tx, order)?.filter(|payment| payment.history.net().0 > 0) else { return Ok(()) };
    let reported = [payment.gateway_id.as_deref(), message.particulars.gateway_id.as_deref(), Some(message.order.as_str())];
    let mut names = vec![order.as_str()];
    for name in reported.into_iter().flatten() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let gross = payment.history.gross;
    cases::credited(tx, payment.purchase, &names, &[message.gross, gross, Rupiah(gross.0 + payment.fee.0)])
}

fn keep_particulars(tx: &mut Tx<'_>, payment: &Payment, message: &GatewayMessage) -> Result<(), Error> {
    let reported = message.particulars.gateway_id.as_deref();
    if let Some(name) = reported.filter(|name| payment.gateway_id.as_deref() != Some(name)) {
        rows::keep_gateway_id(tx, payment.num, name)?;
    }
    match fee(payment, message) {
        Some(fee) if fee.0 > 0 => rows::keep_fee(tx, payment.num, fee),
        _ => Ok(()),
    }
}

fn apply_change(
    tx: &mut Tx<'_>,
    payment: &Payment,
    (change, message): (&Change, &GatewayMessage),
    notification: i64,
) -> Result<(), Error> {
    let history = &change.history;
    // A payment that is not open any more is confirmed by a status call, soon: a notification's signature does not cover what it reports.
    rows::keep_history(tx, payment.num, history, tx.now.plus(status_calls::FIRST_AFTER_MS))?;
    for effect in &change.effects {
        let no = rows::insert_effect(tx, payment.num, effect, notification)?;
        let key = format!("{}:{no}", payment.order);
        let review = apply_effect(tx, payment, (&key, message), effect)?;
        if !review.is_empty() {
            let same = format!("{review}:{key}");
            let case = message.case(review, (&same, ""), Some(notification));
            cases::open(tx, &NewCase { purchase: Some(payment.purchase), ..case })?;
        }
    }
    if history.is_odd() && !payment.history.is_odd() {
        let detail = format!("{}, but the gateway also said otherwise: {}", history.state().as_str(), rows::facts_json(history)?);
        audit_case(tx, payment, "odd", &detail)?;
    }
    Ok(())
}

/// Does to the purchase, in the ledger, what was done to its payment; returns why it is to be reviewed because of that, empty if it is not. `key` is
/// the effect's own.
fn apply_effect(
    tx: &mut Tx<'_>,
    payment: &Payment,
    (key, message): (&str, &GatewayMessage),
    effect: &Effect,
) -> Result<&'static str, Error> {
    let purchase = payment.purchase;
    let booked = match *effect {
        Effect::Credit(amount) => settlement::settle(tx, purchase, key, amount)?,
        Effect::Refund(amount) => return refund(tx, payment, (key, message), amount),
        Effect::Chargeback(amount) => settlement::take_back(tx, purchase, key, amount, ReturnKind::Chargeback)?,
        Effect::Fail(why) => return settlement::payment_ended(tx, purchase, why).map(|()| ""),
    };
    Ok(booked.review)
}

/// Takes back what the gateway gave back. What went back by bank transfer already is a case, and is not booked a second time.
fn refund(
    tx: &mut Tx<'_>,
    payment: &Payment,
    (key, message): (&str, &GatewayMessage),
    amount: Rupiah,
) -> Result<&'static str, Error> {
    let twice = bank_refunds::match_with_gateway(tx, payment.purchase, amount)?;
    if twice.0 > 0 {
        let same = format!("refunded_twice:{key}");
        let case = message.case("refunded_twice", (&same, "it went back by bank transfer as well"), None);
        cases::open(tx, &NewCase { purchase: Some(payment.purchase), amount: Some(twice), ..case })?;
    }
    let rest = Rupiah(amount.0 - twice.0);
    if rest.0 == 0 {
        return Ok("");
    }
    let asked = refunds::asked_for(tx, payment.order.as_str(), amount)?;
    let (who, reason) = asked.unwrap_or_default();
    let because = Because { who, reason: &reason };
    settlement::take_back_because(tx, (payment.purchase, key), rest, ReturnKind::Refund, because).map(|booked| booked.review)
}

/// Keeps a message that was refused before it was matched to a payment.
///
/// # Errors
/// The database.
pub fn keep_refused(tx: &mut Tx<'_>, order: &str, verdict: Verdict, body: &str) -> Result<(), Error> {
    let order: String = order.chars().take(64).collect();
    rows::insert_notification(tx, Source::Webhook, &order, verdict, body).map(|_| ())
}

/// Opens a case of a message that is signed, and that cannot be read: its order or its amount can be none of ours.
///
/// # Errors
/// The database.
pub fn keep_unreadable(tx: &mut Tx<'_>, order: &str, body: &str) -> Result<(), Error> {
    let order: String = order.chars().filter(|c| !c.is_control()).take(64).collect();
    let notification = rows::insert_notification(tx, Source::Webhook, &order, Verdict::Unreadable, body)?;
    let read: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let Particulars { gateway_id, reported, method, payer, .. } = Particulars::of(&read);
    let gross = read["gross_amount"].as_str().unwrap_or_default();
    let detail: String = format!("order {order}, amount {gross}").chars().take(200).collect();
    let same = format!("unreadable:{detail}:{reported}");
    let (kind, gateway_id) = (Verdict::Unreadable.as_str(), gateway_id.as_deref());
    let new = NewCase {
        same: &same,
        kind,
        order: &order,
        gateway_id,
        reported: &reported,
        method: &method,
        payer: &payer,
        detail: &detail,
        notification: Some(notification),
        ..NewCase::default()
    };
    cases::open(tx, &new).map(|_| ())
}

/// Adds what the server found about a payment to the audit of payments, and to what an admin has to look at.
pub(super) fn audit_case(tx: &mut Tx<'_>, payment: &Payment, what: &str, detail: &str) -> Result<(), Error> {
    audit(tx, &payment.order, what, detail)?;
    let same = format!("{what}:{}", payment.order);
    let new = NewCase {
        same: &same,
        kind: what,
        order: payment.order.as_str(),
        gateway_id: payment.gateway_id.as_deref(),
        purchase: Some(payment.purchase),
        amount: Some(payment.history.gross),
        method: payment.method.as_str(),
        detail,
        ..NewCase::default()
    };
    cases::open(tx, &new).map(|_| ())
}

/// Adds what the server found to the audit of payments.
pub(super) fn audit(tx: &mut Tx<'_>, order: &OrderId, what: &str, detail: &str) -> Result<(), Error> {
    rows::insert_audit(tx, &PaymentAudit { order, who: None, what, detail, refund_key: None })
}
