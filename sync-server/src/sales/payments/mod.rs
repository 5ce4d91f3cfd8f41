//! Payments through a gateway: starting, following, cancelling and refunding them. What a report of the gateway means is decided in
//! `domain::sales::payment`; what it does is one transaction in [`reports`].

mod asks;
mod beginning;
mod cancellation;
pub mod check;
pub mod config;
pub mod gateway;
mod locks;
mod matching;
mod midtrans;
mod notification;
pub mod particulars;
pub mod reports;
mod status_calls;

pub use crate::sales::rows::payments::{NewPayment, Payment, Verdict};
pub use beginning::begin;
pub use notification::Notification;
pub use status_calls::watch;

use crate::core::Tx;
use crate::error::Error;
use crate::sales::rows::payments as rows;
use crate::sales::rows::payments::{PaymentAudit, Source};
use crate::sales::settlement;
use crate::state::App;
use asks::Asks;
use beginning::{open_or_begin, require_few};
use config::Service;
use domain::core::json::ObjectsOnly;
use domain::sales::payment::{Method, OrderId, State, Status, verify};
use domain::sales::purchase::span_to_pay;
use domain::{ConnectionId, Rupiah, UtcMillis};
use gateway::{Failure, Gateway, Instructions, PaymentRequest, RefundRequest, Started};
use governor::clock::DefaultClock;
use governor::state::{InMemoryState, NotKeyed};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use locks::PurchaseLocks;
use midtrans::Midtrans;
use protocol::core::problem::Code;
use reports::GatewayMessage;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use uuid::Uuid;

/// Refused messages that are kept in a minute. Anybody can send them, so their number must not fill a disk.
const REFUSED_A_MINUTE: NonZeroU32 = NonZeroU32::new(120).expect("not zero");

/// How often in a minute the gateway is asked about one purchase because a customer wants to know.
const CHECKS_A_MINUTE: NonZeroU32 = NonZeroU32::new(12).expect("not zero");

/// The gateway, and what is needed to verify its messages.
pub struct Payments {
    gateway: Box<dyn Gateway>,
    service: Service,
    refused: RateLimiter<NotKeyed, InMemoryState, DefaultClock>,
    locks: PurchaseLocks,
    /// Customers who have the gateway asked.
    checks: DefaultKeyedRateLimiter<Uuid>,
    /// Admins who have it asked about lines of settlement files.
    asks: Asks,
}

/// What a customer is about to pay.
#[derive(Clone, Copy, Debug)]
pub struct PaymentIntent {
    /// Key of the utility.
    pub utility: i64,
    /// The purchase that it pays for.
    pub purchase: Uuid,
    /// How.
    pub method: Method,
    /// How much.
    pub gross: Rupiah,
    /// Until when.
    pub expires_at: UtcMillis,
    /// The admin who begins it in a customer's place, by key, and for which connection.
    pub by_admin: Option<(i64, ConnectionId)>,
}

impl Payments {
    /// A gateway by its configuration. `http` is where this server listens: a stand-in beside it needs no other address.
    ///
    /// # Errors
    /// The service's address is not one that a key may be sent to.
    pub fn open(service: Service, http: SocketAddr) -> Result<Self, Error> {
        Ok(Self {
            gateway: Box::new(Midtrans::new(&service, http)?),
            service,
            refused: RateLimiter::direct(Quota::per_minute(REFUSED_A_MINUTE)),
            locks: PurchaseLocks::default(),
            checks: RateLimiter::keyed(Quota::per_minute(CHECKS_A_MINUTE)),
            asks: Asks::default(),
        })
    }

    /// Starts a payment, or finds the one that was started for the same purchase and method: asking again is safe, also after this
    /// server or the app was killed amid it.
    ///
    /// # Errors
    /// The gateway refuses it ([`Code::BadRequest`]), or cannot be reached now ([`Code::Unreachable`]: asking again goes on where this ended);
    /// another method is open for the purchase ([`Code::Busy`]).
    pub async fn start(&self, app: &App, intent: PaymentIntent) -> Result<(OrderId, Instructions), Error> {
        // Two that start it at once would ask the gateway twice, and one of them would be refused.
        let _lock = self.locks.lock(intent.purchase).await;
        self.start_with(app, intent, self.service.way_back(None)).await
    }

    async fn start_with(&self, app: &App, intent: PaymentIntent, back: Option<String>) -> Result<(OrderId, Instructions), Error> {
        loop {
            if let Some(started) = self.start_once(app, intent, back.clone()).await? {
                return Ok(started);
            }
        }
    }

    /// The same; nothing if the payment that was open has ended, and another one is to be begun in its place.
    async fn start_once(
        &self,
        app: &App,
        intent: PaymentIntent,
        back: Option<String>,
    ) -> Result<Option<(OrderId, Instructions)>, Error> {
        let (payment, is_new) = app.store.writer.work(move |tx| open_or_begin(tx, intent)).await?;
        if let Some(known) = payment.instructions.as_deref().and_then(|text| serde_json::from_str(text).ok()) {
            return Ok(Some((payment.order, known)));
        }
        let request = PaymentRequest {
            order: payment.order.clone(),
            gross: payment.history.gross,
            method: payment.method,
            span: span_to_pay(app.store.clock.now(), payment.expires_at).ok_or_else(time_is_over)?,
            expires_at: payment.expires_at,
            back,
            key: payment.id,
        };
        let Started { how, gateway_id } = match self.gateway.start(request).await {
            Ok(started) => started,
            Err(Failure::Refused { .. }) if payment.method == Method::Page && !is_new => {
                // An earlier answer got lost: the gateway makes one page of an order, and nobody has the address of that one.
                self.ended_by_server(app, &payment.order, "its page was made, and its address got lost").await?;
                return Ok(None);
            }
            Err(failure) => return Err(self.not_started(app, &payment, failure).await),
        };
        let text = serde_json::to_string(&how).map_err(|error| Error::Io(error.into()))?;
        let keep = move |tx: &mut Tx<'_>| {
            if let Some(name) = &gateway_id {
                rows::keep_gateway_id(tx, payment.num, name)?;
            }
            rows::keep_instructions(tx, payment.num, &text)
        };
        app.store.writer.work(keep).await?;
        Ok(Some((payment.order, how)))
    }

    /// Starts a payment, after ending the one that is open by another method: until it is paid, the way to pay can be changed. `back` is where
    /// the app is.
    ///
    /// # Errors
    /// It was paid meanwhile (`paid`); too many were begun for the connection (`too_many_payments`); or as [`Self::start`].
    pub async fn pay(
        &self,
        app: &App,
        intent: PaymentIntent,
        (who, back): (i64, Option<String>),
    ) -> Result<(OrderId, Instructions), Error> {
        // The gateway does not know yet what is still being started: to cancel it there would leave it open.
        let _lock = self.locks.lock(intent.purchase).await;
        let now = app.store.clock.now();
        let open = app.store.read(move |db| {
            let open = rows::newest_of(db, intent.purchase)?.filter(|payment| payment.history.state().is_open());
            if open.as_ref().is_none_or(|open| open.method != intent.method) {
                require_few(db, intent.purchase, now)?;
            }
            Ok(open)
        });
        if let Some(open) = open.await?.filter(|open| open.method != intent.method) {
            self.end_for_another(app, &open, who).await?;
        }
        self.start_with(app, intent, self.service.way_back(back.as_deref())).await
    }

    /// Cancels a payment because another one is to take its place.
    async fn end_for_another(&self, app: &App, open: &Payment, who: i64) -> Result<(), Error> {
        let Err(failure) = self.cancel(app, &open.order, Some(who)).await else { return Ok(()) };
        // What the gateway does not cancel any more may have been paid: it says so when it is asked.
        self.ask_for(app, &open.order, false).await?;
        let order = open.order.clone();
        let now = app.store.read(move |db| rows::by_order(db, &order)).await?;
        let state = now.map(|payment| payment.history.state());
        if state == Some(State::Pending) && self.is_declined(&open.order).await {
            // There is nothing on its page that the gateway could cancel, and the page ends by itself.
            return self.ended_by_server(app, &open.order, "cancelled after its last try was declined").await;
        }
        match state {
            Some(state) if state.is_open() => Err(failure),
            Some(State::Expired | State::Cancelled | State::Denied) | None => Ok(()),
            Some(_) => Err(settlement::already_paid()),
        }
    }

    /// Whether the gateway says that the last try to pay was declined.
    async fn is_declined(&self, order: &OrderId) -> bool {
        let report = self.gateway.status(order.clone()).await.ok().and_then(|answer| answer.report);
        report.is_some_and(|report| matches!(report.status, Status::Deny | Status::Failure))
    }

    async fn not_started(&self, app: &App, payment: &Payment, failure: Failure) -> Error {
        tracing::warn!(order = %payment.order, %failure, "a payment could not be started");
        if !failure.is_final() {
            return failure.into();
        }
        // A page that was never there is not one on which a try was declined.
        let status = if payment.method == Method::Page { Status::Cancel } else { Status::Failure };
        let message = GatewayMessage::by_server(payment, status, failure.to_string());
        let ended = app.store.writer.work(move |tx| reports::apply_report(tx, &message)).await;
        let detail = format!("method_refused: {failure}; the purchase is open, choose another way to pay");
        ended.err().unwrap_or_else(|| Error::problem(Code::BadRequest, detail))
    }

    /// Cancels a payment that was not made.
    ///
    /// # Errors
    /// It was made, or the gateway cannot be reached.
    pub async fn cancel(&self, app: &App, order: &OrderId, who: Option<i64>) -> Result<(), Error> {
        let asked = order.clone();
        let audit = move |tx: &mut Tx<'_>| {
            rows::insert_audit(tx, &PaymentAudit { order: &asked, who, what: "cancel_asked", detail: "", refund_key: None })
        };
        app.store.writer.work(audit).await?;
        match self.gateway.cancel(order.clone()).await {
            Ok(()) => self.end(app, order, (Source::Status, "cancelled at the gateway")).await,
            // Nobody chose a method on its page yet: the gateway has nothing to cancel, and the page ends by itself.
            Err(Failure::Unknown) => self.ended_by_server(app, order, "cancelled before the gateway knew of it").await,
            Err(failure) => Err(failure.into()),
        }
    }

    /// Ends a payment that the gateway cannot cancel. Its page may still be paid on.
    async fn ended_by_server(&self, app: &App, order: &OrderId, body: &'static str) -> Result<(), Error> {
        self.end(app, order, (Source::Server, body)).await
    }

    async fn end(&self, app: &App, order: &OrderId, (source, body): (Source, &'static str)) -> Result<(), Error> {
        let known = order.clone();
        let end = move |tx: &mut Tx<'_>| {
            let payment = rows::by_order(tx, &known)?;
            let payment = payment.ok_or_else(|| Error::problem(Code::NotFound, "there is no such payment"))?;
            let message = GatewayMessage::by_server(&payment, Status::Cancel, body.into());
            reports::apply_report(tx, &GatewayMessage { source, ..message }).map(|_| ())
        };
        app.store.writer.work(end).await
    }

    /// Gives money of a payment back. The same `key` again is the same refund.
    ///
    /// # Errors
    /// More than is left, a method that cannot give back, or the gateway cannot be reached: asking again with the same key is safe.
    pub async fn refund(&self, app: &App, order: &OrderId, who: i64, request: RefundRequest) -> Result<(), Error> {
        let (asked, key) = (order.clone(), request.key.clone());
        let detail = format!("{} key {key}: {}", request.amount, request.reason);
        let audit = move |tx: &mut Tx<'_>| {
            let who = Some(who);
            let entry = PaymentAudit { order: &asked, who, what: "refund_asked", detail: &detail, refund_key: Some(&key) };
            rows::insert_audit(tx, &entry)?;
            status_calls::ask_after_refund(tx, &asked)
        };
        app.store.writer.work(audit).await?;
        match self.gateway.refund(order.clone(), request).await {
            Ok(()) => self.ask(app, order).await.map(|_| ()),
            // An order that it does not know, or not any more, is none of which it ever gives money back.
            Err(failure) if failure.is_final() || failure == Failure::Unknown => {
                let detail = format!("refund_refused: {failure}; give the money back by bank transfer");
                Err(Error::problem(Code::BadRequest, detail))
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// Asks the gateway for the status of a payment, and applies the answer.
    ///
    /// # Errors
    /// The gateway cannot be reached, or the store.
    pub async fn ask(&self, app: &App, order: &OrderId) -> Result<Verdict, Error> {
        self.ask_for(app, order, true).await
    }

    /// The same; what is asked because somebody wants to know does not count, or the server itself would ask less often.
    async fn ask_for(&self, app: &App, order: &OrderId, is_counted: bool) -> Result<Verdict, Error> {
        let answer = self.gateway.status(order.clone()).await;
        let order = order.clone();
        app.store
            .writer
            .work(move |tx| {
                let is_last = is_counted && status_calls::count(tx, &order)?;
                let verdict = match answer {
                    Ok(answer) => reports::apply_report(tx, &answer.into_message(order.clone(), Source::Status))?,
                    Err(Failure::Unknown) => status_calls::unknown_order(tx, &order)?,
                    Err(failure) => {
                        tracing::warn!(%order, %failure, "the gateway was not asked");
                        Verdict::Unchanged
                    }
                };
                if is_last {
                    status_calls::unanswered(tx, &order)?;
                }
                Ok(verdict)
            })
            .await
    }

    /// Applies a notification. A wrong signature changes nothing; the message is kept.
    ///
    /// # Errors
    /// The store; then the gateway has to send it again.
    pub async fn notify(&self, app: &App, body: &str) -> Result<Verdict, Error> {
        let Ok(ObjectsOnly(notification)) = serde_json::from_str::<ObjectsOnly<Notification>>(body) else {
            return self.refuse(app, "", Verdict::Unreadable, body).await;
        };
        let Notification { signature_key, order_id, status_code, gross_amount, .. } = &notification;
        if !verify(signature_key, order_id, status_code, gross_amount, self.service.server_key.expose()) {
            return self.refuse(app, order_id, Verdict::BadSignature, body).await;
        }
        if notification.is_test() {
            return Ok(Verdict::Unchanged);
        }
        let Some(message) = notification.message(body) else {
            // The gateway has signed it, so somebody may have paid.
            metrics::counter!("indowater_notifications_refused_total", "why" => Verdict::Unreadable.as_str()).increment(1);
            let (order, body) = (order_id.clone(), body.to_owned());
            app.store.writer.work(move |tx| reports::keep_unreadable(tx, &order, &body)).await?;
            return Ok(Verdict::Unreadable);
        };
        let known = message.clone();
        let (verdict, ours) = app
            .store
            .writer
            .work(move |tx| {
                let verdict = reports::apply_report(tx, &message)?;
                let ours = if verdict == Verdict::UnknownOrder { matching::by_its_name(tx, &message)? } else { None };
                Ok((verdict, ours))
            })
            .await?;
        match ours {
            Some(order) => self.ask_about(app, &order, known).await,
            None => Ok(verdict),
        }
    }

    /// Asks about our order, of which the gateway has spoken under a name of its own. What the answer says is what counts.
    async fn ask_about(&self, app: &App, order: &OrderId, message: GatewayMessage) -> Result<Verdict, Error> {
        self.ask(app, order).await?;
        let order = order.clone();
        app.store.writer.work(move |tx| matching::close_if_explained(tx, &order, &message)).await
    }

    async fn refuse(&self, app: &App, order: &str, verdict: Verdict, body: &str) -> Result<Verdict, Error> {
        metrics::counter!("indowater_notifications_refused_total", "why" => verdict.as_str()).increment(1);
        if self.refused.check().is_ok() {
            let (order, body) = (order.to_owned(), body.to_owned());
            app.store.writer.work(move |tx| reports::keep_refused(tx, &order, verdict, &body)).await?;
        }
        Ok(verdict)
    }
}

/// The refusal of a payment whose time is over.
pub(crate) fn time_is_over() -> Error {
    Error::problem(Code::BadRequest, "payment_over: the time to pay is over, buy again")
}

/// The gateway of this server, if it has one.
///
/// # Errors
/// [`Code::NotFound`].
pub fn of(app: &App) -> Result<&Arc<Payments>, Error> {
    app.payments.as_ref().ok_or_else(|| Error::problem(Code::NotFound, "this server has no payment gateway"))
}
