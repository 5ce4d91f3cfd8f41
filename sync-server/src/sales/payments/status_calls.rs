//! Asking the gateway for the status of payments: of those without a notification, because notifications get lost, and of those with one,
//! because a notification's signature does not cover what it reports.

use crate::core::Tx;
use crate::error::Error;
use crate::sales::payments::Payments;
use crate::sales::payments::reports;
use crate::sales::payments::reports::GatewayMessage;
use crate::sales::rows::payments as rows;
use crate::sales::rows::payments::{Payment, Verdict};
use crate::sales::rows::settlements;
use crate::state::App;
use domain::UserId;
use domain::core::local_time::{HOUR_MS, MINUTE_MS};
use domain::sales::payment::{OrderId, PaymentHistory, State, Status};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Between two rounds.
const EVERY: Duration = Duration::from_secs(2);

/// Status calls in one round.
const AT_ONCE: i64 = 20;

/// Status calls about payments of one connection in one round.
const OF_ONE: i64 = 2;

/// A payment that the gateway does not know ends this long after its time; and of one that failed it is asked once more then, because a try
/// that was declined can be followed by another while the time lasts.
const GRACE_MS: i64 = 5 * MINUTE_MS;

/// The gateway is first asked this long after the start: most customers have paid or left by then.
pub(super) const FIRST_AFTER_MS: i64 = 30_000;

/// The longest pause between two status calls.
const LONGEST_PAUSE_MS: i64 = 10 * MINUTE_MS;

/// The gateway is not asked any more of a payment that is still open so long after its time.
const ABANDONED_AFTER_MS: i64 = 48 * HOUR_MS;

/// Status calls to confirm a credit, at most: two days of them, should the gateway be out of reach for so long.
const CONFIRMATIONS: i64 = 288;

impl Payments {
    /// Counts that an admin has the gateway asked about a line of a settlement file.
    ///
    /// # Errors
    /// It was asked about this line, or by this admin, often just now.
    pub fn may_ask(&self, admin: UserId, line: Uuid) -> Result<(), Error> {
        self.asks.count(admin, line)
    }

    /// Asks the gateway about a payment because an admin wants to know: the server itself does not ask less often for it.
    ///
    /// # Errors
    /// The store. That the gateway cannot be reached is none: nothing is changed then.
    pub async fn ask_by_hand(&self, app: &App, order: &OrderId) -> Result<Verdict, Error> {
        self.ask_for(app, order, false).await
    }
}

/// Asks for the status of payments that are due, until the server stops.
pub async fn watch(app: App, gateway: Arc<Payments>) {
    let mut often = tokio::time::interval(EVERY);
    often.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = often.tick() => {
                if let Err(error) = round(&app, &gateway).await {
                    tracing::error!(%error, "payments could not be reconciled");
                }
            }
            () = app.stopped() => return,
        }
    }
}

async fn round(app: &App, gateway: &Payments) -> Result<(), Error> {
    let now = app.store.clock.now();
    let due: Vec<Payment> = app.store.read(move |db| rows::due(db, now, AT_ONCE, OF_ONE)).await?;
    let calls = due.iter().map(|payment| gateway.ask(app, &payment.order));
    futures_util::future::join_all(calls).await.into_iter().try_for_each(|outcome| outcome.map(|_| ()))
}

/// Counts a status call, and keeps when the next one is due, in pauses that double. Returns whether it is the last of a payment that is open.
pub(super) fn count(tx: &mut Tx<'_>, order: &OrderId) -> Result<bool, Error> {
    let Some(payment) = rows::by_order(tx, order)? else { return Ok(false) };
    let pause = FIRST_AFTER_MS.saturating_mul(1 << payment.asked.clamp(0, 16)).min(LONGEST_PAUSE_MS);
    let is_abandoned = if payment.history.state().is_open() {
        tx.now.since(payment.expires_at) > ABANDONED_AFTER_MS
    } else {
        // A credit is confirmed by the first answer that agrees with it: see `confirm`.
        payment.asked >= CONFIRMATIONS
    };
    let is_last = is_abandoned && payment.history.state().is_open() && payment.ask_at.is_some();
    // Once its time and the grace are over, the next question need not wait for the end of a long pause.
    let (next, end) = (tx.now.plus(pause), payment.expires_at.plus(GRACE_MS + 1));
    let next = if tx.now < end { next.min(end) } else { next };
    rows::count_status_call(tx, payment.num, (!is_abandoned).then_some(next))?;
    Ok(is_last)
}

/// Has the gateway asked about a payment of which it is to give money back, until its answer agrees with what is known here: its notification can get
/// lost, and the gateway be away right after it has done so.
pub(super) fn ask_after_refund(tx: &mut Tx<'_>, order: &OrderId) -> Result<(), Error> {
    let Some(payment) = rows::by_order(tx, order)? else { return Ok(()) };
    rows::ask_from(tx, payment.num, tx.now.plus(FIRST_AFTER_MS))
}

/// A payment that is open even after the last status call is a case.
pub(super) fn unanswered(tx: &mut Tx<'_>, order: &OrderId) -> Result<(), Error> {
    let open = rows::by_order(tx, order)?.filter(|payment| payment.history.state().is_open());
    let detail = "the gateway has given no answer about it for two days: look at its dashboard";
    open.map_or(Ok(()), |payment| reports::audit_case(tx, &payment, "unanswered", detail))
}

/// What it means that the gateway does not know a payment: nothing while somebody could still choose how to pay, and then that it is over.
pub(super) fn unknown_order(tx: &mut Tx<'_>, order: &OrderId) -> Result<Verdict, Error> {
    let Some(payment) = rows::by_order(tx, order)? else { return Ok(Verdict::UnknownOrder) };
    let is_over = tx.now.since(payment.expires_at) > GRACE_MS;
    let is_credited = payment.history.net().0 > 0;
    if payment.history.state().is_open() && is_over {
        let message = GatewayMessage::by_server(&payment, Status::Expire, "the gateway knows no such order".into());
        reports::apply_report(tx, &message)?;
    }
    // Until then its page may still be paid on, even if it was cancelled here.
    if is_over && !is_credited {
        rows::stop_status_calls(tx, payment.num)?;
    }
    if is_credited {
        contradicted(tx, &payment, "it was credited on a notification's word, and the gateway knows no such order")?;
    }
    Ok(Verdict::Unchanged)
}

/// A case of a payment that was booked on a notification's word and of which the gateway's own answer says otherwise: one, with the first such answer,
/// however many calls got none before it.
fn contradicted(tx: &mut Tx<'_>, payment: &Payment, detail: &str) -> Result<(), Error> {
    if settlements::state_of_case(tx, &format!("contradicted:{}", payment.order))?.is_some() {
        return Ok(());
    }
    reports::audit_case(tx, payment, "contradicted", detail)
}

/// Ends the status calls of a payment if the answer agrees with what is known: an answer is the gateway's own, a notification only claims to
/// be. Of one that failed the questions end only when its time is over. An answer that contradicts what was credited, or given back, is kept for a person.
pub(super) fn confirm(tx: &mut Tx<'_>, payment: &Payment, answer: &GatewayMessage) -> Result<(), Error> {
    let Some(history) = rows::by_order(tx, &payment.order)?.map(|payment| payment.history) else { return Ok(()) };
    let mut by_answer = PaymentHistory::started_by(payment.method, history.gross);
    if let Some(report) = &answer.report {
        by_answer.apply(report);
    }
    let agrees = by_answer.net() == history.net() && !by_answer.state().is_open();
    let has_come = !matches!(history.state(), State::Expired | State::Cancelled | State::Denied);
    let is_over = tx.now.since(payment.expires_at) > GRACE_MS;
    if !history.state().is_open() && agrees && (has_come || is_over) {
        rows::stop_status_calls(tx, payment.num)?;
    }
    // On a page the next try could have been paid; now there is no next one, and the gateway goes on answering with the last.
    let is_declined = answer.report.as_ref().is_some_and(|report| matches!(report.status, Status::Deny | Status::Failure));
    if history.state().is_open() && is_declined && is_over {
        let why = "the last try on its page was declined, and its time is over";
        reports::apply_report(tx, &GatewayMessage::by_server(payment, Status::Expire, why.into()))?;
        rows::stop_status_calls(tx, payment.num)?;
    }
    let was_booked = matches!(history.state(), State::Paid | State::PartlyRefunded | State::Refunded | State::ChargedBack);
    if was_booked && by_answer.net() != history.net() {
        contradicted(tx, payment, "it was booked on a notification's word, and the gateway's status call says otherwise")?;
    }
    Ok(())
}
