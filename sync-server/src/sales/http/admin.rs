//! Money at the counter: cash, refunds, adjustments, new vouchers, and the purchases of a connection. For admins.

use crate::core::http::body::Body;
use crate::core::http::request::Query;
use crate::core::scope;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::sales::payments::gateway::RefundRequest;
use crate::sales::purchases::PurchaseRequest;
use crate::sales::refunds::RefundRoute;
use crate::sales::{campaigns, counter, payments, purchases as bought, refunds};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::ConnectionId;
use domain::billing::ledger::Channel;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::sales::admin::{PurchasePage, PurchasesAsked};
use protocol::sales::money;
use protocol::sales::money::{AdjustmentRequest, BalanceNow, NewVoucher, QuoteAsked};

/// Take cash for a connection. The same `id` again is the same purchase.
#[utoipa::path(post, path = "/admin/v1/money/cash", request_body = QuoteAsked, security(("user" = [])), responses(
    (status = 200, description = "The purchase, credited", body = money::Purchase), (status = 403, description = "Not an admin", body = Problem),
    (status = 404, description = "Not in your scope", body = Problem)))]
pub async fn cash(State(app): State<App>, caller: Caller, Body(asked): Body<QuoteAsked>) -> Result<Json<money::Purchase>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    let request = PurchaseRequest::of(asked, Channel::Cash);
    let paid = app.store.writer.by(&caller).work(move |tx| counter::cash(tx, &caller, &request)).await?;
    Ok(Json(paid.to_wire()))
}

/// What cash would credit with a voucher; binds for 15 minutes, and is taken by `cash` with the same `id`.
#[utoipa::path(post, path = "/admin/v1/money/quote", request_body = QuoteAsked, security(("user" = [])), responses(
    (status = 200, description = "The quote", body = money::Purchase),
    (status = 400, description = "The amount or the voucher cannot be used; the detail begins with the reason's word", body = Problem),
    (status = 404, description = "Not in your scope", body = Problem)))]
pub async fn quote(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<QuoteAsked>,
) -> Result<Json<money::Purchase>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    let request = PurchaseRequest::of(asked, Channel::Cash);
    let made = app.store.writer.by(&caller).work(move |tx| bought::quote(tx, &caller, &request)).await?;
    Ok(Json(made.to_wire()))
}

/// Give money of a purchase back the way it came: over the counter, or by the gateway. `of` is the purchase. Asking again with the same
/// `key` is safe, also when no answer came.
#[utoipa::path(post, path = "/admin/v1/money/refund", request_body = AdjustmentRequest, security(("user" = [])), responses(
    (status = 200, description = "The purchase; what the gateway gives back shows in it once the gateway says so", body = money::Purchase),
    (status = 400, description = "More than is left, or a method that cannot give back", body = Problem),
    (status = 503, description = "The gateway cannot be reached: ask again with the same key", body = Problem),
    (status = 404, description = "Not in your scope", body = Problem)))]
pub async fn give_back(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<AdjustmentRequest>,
) -> Result<Json<money::Purchase>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    let (admin, reason) = (caller.clone(), asked.reason.clone());
    let route = app.store.read_of(caller.source(), move |db| {
        // What the gateway is asked for below cannot be taken back.
        scope::require_unchanged(db, &admin)?;
        refunds::route(db, &admin, (asked.of, asked.key), (asked.amount, &reason))
    });
    let route = route.await?;
    if let RefundRoute::Gateway(order) = &route {
        let request = RefundRequest { key: asked.key.to_string(), amount: asked.amount, reason: asked.reason.clone() };
        payments::of(&app)?.refund(&app, order, caller.num, request).await?;
    }
    let writer = app.store.writer.of(caller.source());
    let done = writer.work(move |tx| {
        let (of, amount) = ((asked.of, asked.key), (asked.amount, asked.reason.as_str()));
        match route {
            RefundRoute::Cash => {
                scope::require_unchanged(tx, &caller)?;
                refunds::refund_cash(tx, &caller, of, amount)
            }
            // What the gateway has done is recorded, whatever has become of the admin meanwhile.
            RefundRoute::Gateway(_) | RefundRoute::Completed => refunds::record_by_gateway(tx, &caller, of, amount),
        }
    });
    Ok(Json(done.await?.to_wire()))
}

/// Give (above zero) or take credit, with a reason. `of` is the connection.
#[utoipa::path(post, path = "/admin/v1/money/adjust", request_body = AdjustmentRequest, security(("user" = [])), responses(
    (status = 200, description = "The balance with it", body = BalanceNow), (status = 403, description = "Not an admin", body = Problem),
    (status = 404, description = "Not in your scope", body = Problem)))]
pub async fn adjust(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<AdjustmentRequest>,
) -> Result<Json<BalanceNow>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    let writer = app.store.writer.by(&caller);
    let adjusted =
        writer.work(move |tx| counter::adjust(tx, &caller, (ConnectionId(asked.of), asked.key), (asked.amount, &asked.reason)));
    Ok(Json(BalanceNow { balance: adjusted.await? }))
}

/// Make a voucher.
#[utoipa::path(post, path = "/admin/v1/money/vouchers", request_body = NewVoucher, security(("user" = [])), responses(
    (status = 204, description = "Made"), (status = 400, description = "The code is taken", body = Problem)))]
pub async fn add_voucher(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<NewVoucher>,
) -> Result<axum::http::StatusCode, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    app.store.writer.by(&caller).work(move |tx| campaigns::add_voucher(tx, &caller, &asked.voucher, &asked.campaign)).await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}

/// A connection's purchases, the newest first: how each was paid, what went back, and whether somebody should look at it.
#[utoipa::path(get, path = "/admin/v1/money/purchases", security(("user" = [])),
    params(("connection" = uuid::Uuid, Query, description = "Whose"), ("before" = Option<i64>, Query, description = "`next` of the page before")),
    responses((status = 200, description = "A page", body = PurchasePage), (status = 404, description = "Not in your scope", body = Problem)))]
pub async fn purchases(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<PurchasesAsked>,
) -> Result<Json<PurchasePage>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    let found = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        bought::page(&tx, &caller, (asked.connection, asked.before))
    });
    Ok(Json(found.await?))
}
