//! Money at the counter: cash, refunds of it, adjustments, and new vouchers. For admins.

use crate::billing::charging;
use crate::core::http::body::Body;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::sales::admin;
use crate::sales::admin::RefundRoute;
use crate::sales::payments;
use crate::sales::payments::gateway::GiveBack;
use crate::sales::purchases;
use crate::sales::purchases::Wanted;
use crate::sales::{counter, vouchers};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::ConnectionId;
use domain::billing::ledger::Channel;
use domain::people::permission::Permission;
use protocol::core::problem::{Code, Problem};
use protocol::sales::money;
use protocol::sales::money::{AdjustmentRequest, BalanceNow, NewVoucher, QuoteAsked};

/// Take cash for a connection. The same `id` again is the same purchase.
#[utoipa::path(post, path = "/admin/v1/money/cash", request_body = QuoteAsked, security(("user" = [])), responses(
    (status = 200, description = "The purchase, credited", body = money::Purchase), (status = 403, description = "Not an admin", body = Problem),
    (status = 404, description = "Not in your scope", body = Problem)))]
pub async fn cash(State(app): State<App>, caller: Caller, Body(asked): Body<QuoteAsked>) -> Result<Json<money::Purchase>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    let QuoteAsked { id, connection, amount, code } = asked;
    let wanted = Wanted { id, connection, amount, code, channel: Channel::Cash };
    let paid = app.store.writer.work(move |tx| counter::cash(tx, &caller, &wanted)).await?;
    Ok(Json(paid.told()))
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
    let QuoteAsked { id, connection, amount, code } = asked;
    let wanted = Wanted { id, connection, amount, code, channel: Channel::Cash };
    let made = app.store.writer.work(move |tx| purchases::quote(tx, &caller, &wanted)).await?;
    Ok(Json(made.told()))
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
    let way = app.store.read(move |db| admin::refund_route(db, &admin, (asked.of, asked.key), (asked.amount, &reason))).await?;
    if let RefundRoute::Gateway(order) = &way {
        let wanted = GiveBack { key: asked.key.to_string(), amount: asked.amount, reason: asked.reason.clone() };
        payments::of(&app)?.refund(&app, order, caller.num, wanted).await?;
    }
    let done = app.store.writer.work(move |tx| {
        let about = (asked.of, asked.key);
        if !matches!(way, RefundRoute::Cash) {
            return admin::note_refund(tx, &caller, about, (asked.amount, &asked.reason));
        }
        counter::refund_cash(tx, &caller, about, (asked.amount, &asked.reason))?;
        purchases::find(tx, asked.of)?.ok_or_else(|| Error::problem(Code::NotFound, "there is no such purchase"))
    });
    Ok(Json(done.await?.told()))
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
    let done = app.store.writer.work(move |tx| {
        let connection = ConnectionId(asked.of);
        counter::adjust(tx, &caller, (connection, asked.key), (asked.amount, &asked.reason))?;
        let (num, ..) = purchases::in_scope(tx, &caller, connection)?;
        Ok(BalanceNow { balance: charging::shown_balance(tx, num)? })
    });
    Ok(Json(done.await?))
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
    let made =
        app.store.writer.work(move |tx| vouchers::add(tx, caller.utility, &asked.voucher, &asked.campaign, Some(caller.num)));
    made.await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}
