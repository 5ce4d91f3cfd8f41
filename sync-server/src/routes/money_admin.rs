//! Money at the counter: cash, refunds of it, adjustments, and new vouchers. For admins.

use super::body::Body;
use crate::auth::caller::Caller;
use crate::error::Error;
use crate::state::App;
use crate::store::purchases::{self, Wanted};
use crate::store::{charging, counter, vouchers};
use axum::Json;
use axum::extract::State;
use domain::ConnectionId;
use domain::ledger::Channel;
use domain::permission::Permission;
use protocol::money::{self, BalanceNow, NewVoucher, QuoteAsked, Reasoned};
use protocol::problem::{Code, Problem};

/// Take cash for a connection. The same `id` again is the same purchase.
#[utoipa::path(post, path = "/admin/v1/money/cash", request_body = QuoteAsked, security(("user" = [])), responses(
    (status = 200, description = "The purchase, credited", body = money::Purchase), (status = 403, description = "Not an admin", body = Problem)))]
pub async fn cash(State(app): State<App>, caller: Caller, Body(asked): Body<QuoteAsked>) -> Result<Json<money::Purchase>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    let QuoteAsked { id, connection, amount, code } = asked;
    let wanted = Wanted { id, connection, amount, code, channel: Channel::Cash };
    let paid = app.store.writer.work(move |tx, buckets| counter::cash(tx, &caller, &wanted, buckets.now())).await?;
    Ok(Json(paid.told()))
}

/// Give cash of a purchase back. `of` is the purchase.
#[utoipa::path(post, path = "/admin/v1/money/refund", request_body = Reasoned, security(("user" = [])), responses(
    (status = 200, description = "The purchase", body = money::Purchase), (status = 400, description = "More than is left, or no cash", body = Problem)))]
pub async fn give_back(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<Reasoned>,
) -> Result<Json<money::Purchase>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    let done = app.store.writer.work(move |tx, buckets| {
        counter::refund_cash(tx, &caller, (asked.of, asked.key), (asked.amount, &asked.reason), buckets.now())?;
        purchases::find(tx, asked.of)?.ok_or_else(|| Error::problem(Code::NotFound, "there is no such purchase"))
    });
    Ok(Json(done.await?.told()))
}

/// Give (above zero) or take credit, with a reason. `of` is the connection.
#[utoipa::path(post, path = "/admin/v1/money/adjust", request_body = Reasoned, security(("user" = [])), responses(
    (status = 200, description = "The balance with it", body = BalanceNow), (status = 403, description = "Not an admin", body = Problem)))]
pub async fn adjust(State(app): State<App>, caller: Caller, Body(asked): Body<Reasoned>) -> Result<Json<BalanceNow>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    let done = app.store.writer.work(move |tx, buckets| {
        let connection = ConnectionId(asked.of);
        counter::adjust(tx, &caller, (connection, asked.key), (asked.amount, &asked.reason), buckets.now())?;
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
    let made = app.store.writer.work(move |tx, buckets| {
        vouchers::add(tx, caller.utility, &asked.voucher, &asked.campaign, Some(caller.num), buckets.now())
    });
    made.await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}
