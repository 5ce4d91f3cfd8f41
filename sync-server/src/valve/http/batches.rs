//! Valves for many meters at once, for admins: what it would do, doing it, what became of it, and withdrawing what was not sent.

use crate::core::http::body::Body;
use crate::core::scope;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::state::App;
use crate::valve::batches;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::valve::batches::{NewOrderBatch, OrderBatchWithdrawal, OrderBatches, OrderPreview, OrderPreviewRequest};

/// The newest batches, with how many of their meters are how far.
#[utoipa::path(get, path = "/admin/v1/valve/batches", security(("user" = [])), responses(
    (status = 200, description = "The batches", body = OrderBatches), (status = 403, description = "Not an admin", body = Problem)))]
pub async fn order_batches(State(app): State<App>, caller: Caller) -> Result<Json<OrderBatches>, Error> {
    let caller = caller.must(&[Permission::ManageValves])?;
    let utility = caller.utility;
    let found = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        batches::list(&tx, utility)
    });
    Ok(Json(found.await?))
}

/// How many of these meters would get an order, and why others would not. Nothing is ordered.
#[utoipa::path(post, path = "/admin/v1/valve/batches/preview", request_body = OrderPreviewRequest, security(("user" = [])), responses(
    (status = 200, description = "What it would do", body = OrderPreview),
    (status = 400, description = "It names no meter, or too many", body = Problem)))]
pub async fn preview_orders(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<OrderPreviewRequest>,
) -> Result<Json<OrderPreview>, Error> {
    let caller = caller.must(&[Permission::ManageValves])?.clone();
    let now = app.store.clock.now();
    let found = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        scope::require_unchanged(&tx, &caller)?;
        batches::preview(&tx, caller.utility, &asked, now)
    });
    Ok(Json(found.await?))
}

/// Open or close the valves of many meters, so many in a minute. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/valve/batches", request_body = NewOrderBatch, security(("user" = [])), responses(
    (status = 200, description = "The batches, with the new one", body = OrderBatches),
    (status = 400, description = "It is refused; the detail begins with the reason's word", body = Problem)))]
pub async fn order_valves(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<NewOrderBatch>,
) -> Result<Json<OrderBatches>, Error> {
    let caller = caller.must(&[Permission::ManageValves])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| batches::begin(tx, &caller, &asked)).await?))
}

/// Withdraw what of a batch no meter was sent yet. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/valve/batches/withdraw", request_body = OrderBatchWithdrawal, security(("user" = [])), responses(
    (status = 200, description = "The batches as they are then", body = OrderBatches),
    (status = 404, description = "No such batch", body = Problem)))]
pub async fn withdraw_valve_orders(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<OrderBatchWithdrawal>,
) -> Result<Json<OrderBatches>, Error> {
    let caller = caller.must(&[Permission::ManageValves])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| batches::withdraw(tx, &caller, &asked)).await?))
}
