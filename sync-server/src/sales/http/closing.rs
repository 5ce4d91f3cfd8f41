//! Days of cash that are counted and closed, and months that are closed and reopened.

use crate::core::http::body::Body;
use crate::core::http::request::Query;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::sales::{cash_days as days, months as closed_months};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::sales::closing::{CashCount, CashDays, CashDaysAsked, LateTransfers, MonthAsked, MonthRequest, Months};

/// The days of a month on which cash was taken or given back, by cashier: what was counted, and what is booked and was not.
#[utoipa::path(get, path = "/admin/v1/money/cash-days", security(("user" = [])),
    params(("month" = Option<i32>, Query, description = "`year * 12 + (month - 1)`; the running month if none is named")),
    responses((status = 200, description = "The newest day first", body = CashDays),
        (status = 400, description = "There is no such month", body = Problem)))]
pub async fn cash_days(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<CashDaysAsked>,
) -> Result<Json<CashDays>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?;
    let (utility, now) = (caller.utility, app.store.clock.now());
    let found = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        days::of_month(&tx, utility, asked.month, now)
    });
    Ok(Json(found.await?))
}

/// Close a cashier's day by what was counted, or count what came late. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/money/cash-days/count", request_body = CashCount, security(("user" = [])), responses(
    (status = 200, description = "The days of that month", body = CashDays),
    (status = 400, description = "Counted before, nothing to count, or a difference without a reason; the detail begins with the reason's word", body = Problem),
    (status = 404, description = "No such cashier", body = Problem)))]
pub async fn count_cash(State(app): State<App>, caller: Caller, Body(asked): Body<CashCount>) -> Result<Json<CashDays>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| days::count(tx, &caller, &asked)).await?))
}

/// Months that were closed, with what came to them later, and the one that is next with its figures as they are now.
#[utoipa::path(get, path = "/admin/v1/money/months", security(("user" = [])), responses(
    (status = 200, description = "The months", body = Months)))]
pub async fn months(State(app): State<App>, caller: Caller) -> Result<Json<Months>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?;
    let (utility, now) = (caller.utility, app.store.clock.now());
    let found = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        closed_months::shown(&tx, utility, now)
    });
    Ok(Json(found.await?))
}

/// Close a month: in order, once it is over, and with a reason where cash of some days was not counted. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/money/months/close", request_body = MonthRequest, security(("user" = [])), responses(
    (status = 200, description = "The months", body = Months),
    (status = 400, description = "It is not over, not next, or closed; the detail begins with the reason's word", body = Problem)))]
pub async fn close_month(State(app): State<App>, caller: Caller, Body(asked): Body<MonthRequest>) -> Result<Json<Months>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| closed_months::close(tx, &caller, &asked)).await?))
}

/// Reopen the last month that is closed, with a reason. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/money/months/reopen", request_body = MonthRequest, security(("user" = [])), responses(
    (status = 200, description = "The months", body = Months),
    (status = 400, description = "It is not the last that is closed, or there is no reason", body = Problem)))]
pub async fn reopen_month(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<MonthRequest>,
) -> Result<Json<Months>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| closed_months::reopen(tx, &caller, &asked)).await?))
}

/// What belongs to a closed month and was posted while a closing of it stood: of the one that stands, or of one that is named.
#[utoipa::path(get, path = "/admin/v1/money/months/late", security(("user" = [])),
    params(("month" = i32, Query, description = "`year * 12 + (month - 1)`"),
        ("closing" = Option<uuid::Uuid>, Query, description = "A closing of it, also one that was reopened; the one that stands if none is named")),
    responses((status = 200, description = "The newest first; nothing of a month that is open", body = LateTransfers)))]
pub async fn late_transfers(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<MonthAsked>,
) -> Result<Json<LateTransfers>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?;
    let utility = caller.utility;
    let found = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        closed_months::late(&tx, utility, asked)
    });
    Ok(Json(found.await?))
}
