//! Beginning to pay, and the notifications of the payment gateway.

use crate::core::http::body::Body;
use crate::core::scope;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::sales::limits;
use crate::sales::payments;
use crate::sales::payments::{Notification, PaymentIntent, Verdict};
use crate::sales::purchases;
use crate::sales::purchases::PurchaseState;
use crate::sales::rows::refunds;
use crate::sales::settlement;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::billing::ledger::Channel;
use domain::people::Role;
use domain::people::permission::Permission;
use protocol::core::problem::{Code, Problem};
use protocol::sales::money;
use protocol::sales::money::{PayAsked, Paying, PurchaseNamed};
use protocol::sales::review::MethodLimits;

/// Bytes of a notification at most.
pub const NOTIFICATION: usize = 16 * 1024;

/// Begin to pay a purchase that was taken. Asking again is safe, also after a kill amid it: it is the same payment. Another method ends the
/// payment that is open, and begins another.
#[utoipa::path(post, path = "/money/v1/pay", request_body = PayAsked, security(("user" = [])), responses(
    (status = 200, description = "How to pay", body = Paying),
    (status = 400, description = "The purchase does not wait for money, or not by this method; the detail begins with the reason's word", body = Problem),
    (status = 404, description = "No such purchase of yours, or no gateway", body = Problem)))]
pub async fn pay(State(app): State<App>, caller: Caller, Body(asked): Body<PayAsked>) -> Result<Json<Paying>, Error> {
    let caller = caller.must(&[Permission::BuyCredit])?.clone();
    let utility = caller.utility;
    let (who, is_admin, method, source) = (caller.num, caller.role == Role::Admin, asked.method, caller.source());
    let purchase = app.store.read_of(caller.source(), move |db| {
        scope::require_unchanged(db, &caller)?;
        purchases::of_buyer(db, &caller, asked.id)
    });
    let purchase = purchase.await?;
    if purchase.channel != Channel::Gateway {
        return Err(Error::problem(Code::BadRequest, "channel: this purchase is paid in cash at the counter"));
    }
    if purchase.state != PurchaseState::Pending {
        return Err(Error::problem(Code::BadRequest, "this purchase does not wait for money"));
    }
    if app.store.clock.now() >= purchase.expires_at {
        return Err(payments::time_is_over());
    }
    let (gross, expires_at, connection) = (purchase.to_pay(), purchase.expires_at, purchase.connection);
    let by_admin = app.store.read_of(source, move |db| {
        limits::require(db, utility, method, gross)?;
        let connection = if is_admin { refunds::connection_of_utility(db, utility, connection)? } else { None };
        Ok(connection.map(|connection| (who, connection)))
    });
    let by_admin = by_admin.await?;
    let intent = PaymentIntent { utility, purchase: purchase.id, method, gross, expires_at, by_admin };
    let (order, how) = payments::of(&app)?.pay(&app, intent, (who, asked.back)).await?;
    Ok(Json(Paying { order: order.to_string(), how }))
}

/// Cancel a purchase that waits, with its payment at the gateway. Asking again is safe.
#[utoipa::path(post, path = "/money/v1/cancel", request_body = PurchaseNamed, security(("user" = [])), responses(
    (status = 200, description = "The purchase as it is now", body = money::Purchase),
    (status = 400, description = "It was paid; the detail begins with `paid`", body = Problem),
    (status = 404, description = "Not in your scope", body = Problem),
    (status = 429, description = "`rate_limited`, with Retry-After", body = Problem)))]
pub async fn cancel(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<PurchaseNamed>,
) -> Result<Json<money::Purchase>, Error> {
    let caller = caller.must(&[Permission::BuyCredit])?.clone();
    let ended = match &app.payments {
        Some(gateway) => gateway.cancel_purchase(&app, caller, asked.id).await?,
        None => app.store.writer.by(&caller).work(move |tx| settlement::cancel(tx, &caller, asked.id)).await?,
    };
    Ok(Json(ended.to_wire()))
}

/// Ask the gateway now whether a purchase was paid.
#[utoipa::path(post, path = "/money/v1/check", request_body = PurchaseNamed, security(("user" = [])), responses(
    (status = 200, description = "The purchase as it is now", body = money::Purchase),
    (status = 404, description = "Not in your scope", body = Problem)))]
pub async fn check(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<PurchaseNamed>,
) -> Result<Json<money::Purchase>, Error> {
    let caller = caller.must(&[Permission::BuyCredit])?.clone();
    let purchase = match &app.payments {
        Some(gateway) => gateway.check_purchase(&app, caller, asked.id).await?,
        None => app.store.read_of(caller.source(), move |db| purchases::in_scope(db, &caller, asked.id)).await?,
    };
    Ok(Json(purchase.to_wire()))
}

/// The methods that can be chosen, with the amounts that each takes.
#[utoipa::path(get, path = "/money/v1/methods", security(("user" = [])), responses(
    (status = 200, description = "The limits of each method", body = MethodLimits)))]
pub async fn methods(State(app): State<App>, caller: Caller) -> Result<Json<MethodLimits>, Error> {
    let caller = caller.must(&[Permission::BuyCredit])?;
    let utility = caller.utility;
    Ok(Json(app.store.read_of(caller.source(), move |db| limits::all(db, utility)).await?))
}

/// Say how a payment goes. Signed; in any order and as often as one likes. What was taken, or known, is answered 200.
#[utoipa::path(post, path = "/payments/v1/midtrans", request_body = Notification, responses(
    (status = 200, description = "Taken, or known"), (status = 400, description = "Not a notification, or another amount", body = Problem),
    (status = 401, description = "A wrong signature", body = Problem), (status = 404, description = "No such order", body = Problem)))]
pub async fn midtrans(State(app): State<App>, body: String) -> Result<StatusCode, Error> {
    let refused = |code, detail| Err(Error::problem(code, detail));
    match payments::of(&app)?.notify(&app, &body).await? {
        // A word that is not known here is kept for a person; sending it again would not help.
        Verdict::Applied | Verdict::Unchanged | Verdict::UnknownStatus => Ok(StatusCode::OK),
        Verdict::BadSignature => refused(Code::Unauthenticated, "the signature is wrong"),
        Verdict::Unreadable => refused(Code::BadRequest, "this is no notification"),
        Verdict::WrongAmount => refused(Code::BadRequest, "another amount was agreed on"),
        Verdict::UnknownOrder => refused(Code::NotFound, "there is no such order"),
    }
}
