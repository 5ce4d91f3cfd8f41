//! Payments through a gateway: starting one, hearing how it goes, ending and giving back. What a notification means is decided in
//! `domain::sales::payment`; what it does is one transaction in `store::payments`.

pub mod check;
pub mod config;
pub mod gateway;
mod midtrans;
mod notification;
mod reconcile;
pub mod store;
mod turns;

pub use notification::Notification;
pub use reconcile::watch;

use crate::core::Tx;
use crate::error::Error;
use crate::sales::payments::store::{GatewayMessage, NewPayment, Payment, Source, Verdict};
use crate::state::App;
use config::Service;
use domain::sales::payment::{Fraud, GatewayReport, Method, OrderId, Status, verify};
use domain::{Rupiah, UtcMillis};
use gateway::{Failure, Gateway, GiveBack, Instructions, Wanted};
use governor::clock::DefaultClock;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use midtrans::Midtrans;
use protocol::core::json::ObjectsOnly;
use protocol::core::problem::Code;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use turns::Turns;
use uuid::Uuid;

/// Refused messages that are written down in a minute. Anybody can send them, so their number must not fill a disk.
const REFUSED_A_MINUTE: NonZeroU32 = NonZeroU32::new(120).expect("not zero");

/// The gateway, and what is needed to believe it.
pub struct Payments {
    gateway: Box<dyn Gateway>,
    service: Service,
    refused: RateLimiter<NotKeyed, InMemoryState, DefaultClock>,
    turns: Turns,
}

/// What somebody wants to pay.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// Key of the utility.
    pub utility: i64,
    /// What it pays for.
    pub purchase: Uuid,
    /// How.
    pub method: Method,
    /// How much.
    pub gross: Rupiah,
    /// Until when.
    pub expires_at: UtcMillis,
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
            turns: Turns::default(),
        })
    }

    /// Starts a payment, or finds the one that was started for the same purchase and method: asking again is safe, also after this
    /// server or the app was killed amid it.
    ///
    /// # Errors
    /// The gateway refuses it ([`Code::BadRequest`]), or cannot be reached now ([`Code::Unreachable`]: asking again goes on where this ended);
    /// another method is open for the purchase ([`Code::Busy`]).
    pub async fn start(&self, app: &App, order: Order) -> Result<(OrderId, Instructions), Error> {
        // Two that start it at once would ask the gateway twice, and one of them would be refused.
        let _turn = self.turns.take(order.purchase).await;
        let payment = app.store.writer.work(move |tx| open_or_start(tx, order)).await?;
        if let Some(known) = payment.instructions.as_deref().and_then(|text| serde_json::from_str(text).ok()) {
            return Ok((payment.order, known));
        }
        let wanted = Wanted {
            order: payment.order.clone(),
            gross: payment.known.gross,
            method: payment.method,
            lifetime_ms: payment.expires_at.since(crate::core::now()).max(60_000),
            key: payment.id,
        };
        let instructions = match self.gateway.start(wanted).await {
            Ok(instructions) => instructions,
            Err(failure) => return Err(self.not_started(app, &payment, failure).await),
        };
        let text = serde_json::to_string(&instructions).map_err(|error| Error::Io(error.into()))?;
        app.store.writer.work(move |tx| store::keep_instructions(tx, payment.num, &text)).await?;
        Ok((payment.order, instructions))
    }

    async fn not_started(&self, app: &App, payment: &Payment, failure: Failure) -> Error {
        tracing::warn!(order = %payment.order, %failure, "a payment could not be started");
        if failure.is_final() {
            let said = by_server(payment, Status::Failure, failure.to_string());
            if let Err(error) = app.store.writer.work(move |tx| store::hear(tx, &said)).await {
                return error;
            }
        }
        failure.into()
    }

    /// Ends a payment that was not made.
    ///
    /// # Errors
    /// It was made, or the gateway cannot be reached.
    pub async fn cancel(&self, app: &App, order: &OrderId, who: Option<i64>) -> Result<(), Error> {
        self.noted(app, order, who, "cancel_asked", String::new()).await?;
        match self.gateway.cancel(order.clone()).await {
            Ok(()) => {}
            // Nobody chose a method on its page yet: the gateway has nothing to cancel, and the page ends by itself.
            Err(Failure::Unknown) => {
                let known = order.clone();
                let payment = app.store.read(move |db| store::by_order(db, &known)).await?;
                let payment = payment.ok_or_else(|| Error::problem(Code::NotFound, "there is no such payment"))?;
                let said = by_server(&payment, Status::Cancel, "cancelled before the gateway knew of it".into());
                app.store.writer.work(move |tx| store::hear(tx, &said)).await?;
                return Ok(());
            }
            Err(failure) => return Err(failure.into()),
        }
        self.ask(app, order).await.map(|_| ())
    }

    /// Gives money of a payment back. The same `key` again is the same refund.
    ///
    /// # Errors
    /// More than is left, a method that cannot give back, or the gateway cannot be reached: asking again with the same key is safe.
    pub async fn refund(&self, app: &App, order: &OrderId, who: i64, wanted: GiveBack) -> Result<(), Error> {
        let detail = format!("{} key {}: {}", wanted.amount, wanted.key, wanted.reason);
        self.noted(app, order, Some(who), "refund_asked", detail).await?;
        self.gateway.refund(order.clone(), wanted).await?;
        self.ask(app, order).await.map(|_| ())
    }

    async fn noted(&self, app: &App, order: &OrderId, who: Option<i64>, what: &'static str, detail: String) -> Result<(), Error> {
        let order = order.clone();
        app.store.writer.work(move |tx| store::audit(tx, &order, who, what, &detail)).await
    }

    /// Asks the gateway how a payment stands, and takes the answer in.
    ///
    /// # Errors
    /// The gateway cannot be reached, or the store.
    pub async fn ask(&self, app: &App, order: &OrderId) -> Result<Verdict, Error> {
        let report = self.gateway.status(order.clone()).await;
        let order = order.clone();
        app.store
            .writer
            .work(move |tx| {
                store::asked(tx, &order)?;
                match report {
                    Ok(report) => store::hear(tx, &report.into_said(order, Source::Status)),
                    Err(Failure::Unknown) => reconcile::unknown(tx, &order),
                    Err(failure) => {
                        tracing::warn!(%order, %failure, "the gateway was not asked");
                        Ok(Verdict::Known)
                    }
                }
            })
            .await
    }

    /// Takes a notification in. A wrong signature changes nothing, and is written down.
    ///
    /// # Errors
    /// The store; then the gateway has to say it again.
    pub async fn hear(&self, app: &App, body: &str) -> Result<Verdict, Error> {
        let Ok(ObjectsOnly(said)) = serde_json::from_str::<ObjectsOnly<Notification>>(body) else {
            return self.refuse(app, "", Verdict::Unreadable, body).await;
        };
        let key = self.service.server_key.expose();
        if !verify(&said.signature_key, &said.order_id, &said.status_code, &said.gross_amount, key) {
            return self.refuse(app, &said.order_id, Verdict::BadSignature, body).await;
        }
        match said.read(body) {
            Some(said) => app.store.writer.work(move |tx| store::hear(tx, &said)).await,
            None => self.refuse(app, &said.order_id, Verdict::Unreadable, body).await,
        }
    }

    async fn refuse(&self, app: &App, order: &str, verdict: Verdict, body: &str) -> Result<Verdict, Error> {
        metrics::counter!("indowater_notifications_refused_total", "why" => verdict.as_str()).increment(1);
        if self.refused.check().is_ok() {
            let (order, body) = (order.to_owned(), body.to_owned());
            let note = app.store.writer.work(move |tx| store::note_refused(tx, &order, verdict, &body));
            note.await?;
        }
        Ok(verdict)
    }
}

/// What this server says of a payment, where the gateway has nothing to say.
fn by_server(payment: &Payment, status: Status, body: String) -> GatewayMessage {
    let heard = GatewayReport { status, fraud: Fraud::Accept, refunded: None };
    GatewayMessage { source: Source::Server, order: payment.order.clone(), gross: payment.known.gross, heard: Some(heard), body }
}

fn open_or_start(tx: &mut Tx<'_>, order: Order) -> Result<Payment, Error> {
    match store::newest_of(tx, order.purchase)?.filter(|known| known.known.state().is_open()) {
        Some(known) if known.method == order.method && known.known.gross == order.gross => Ok(known),
        Some(_) => Err(Error::problem(Code::Busy, "another payment is open for this purchase: cancel it first")),
        None => {
            let Order { utility, purchase, method, gross, expires_at } = order;
            store::start(tx, &NewPayment { id: Uuid::now_v7(), utility, purchase, method, gross, expires_at })
        }
    }
}

/// The gateway of this server, if it has one.
///
/// # Errors
/// [`Code::NotFound`].
pub fn of(app: &App) -> Result<&Arc<Payments>, Error> {
    app.payments.as_ref().ok_or_else(|| Error::problem(Code::NotFound, "this server has no payment gateway"))
}
