//! The orders of meters, valves by hand, and what a utility sets about valves, for admins.

pub mod batches;

use crate::core::http::body::Body;
use crate::core::http::request::Query;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::state::App;
use crate::valve::{by_hand, order_list, policy, tasks};
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::valve::orders::{MeterOrderList, MeterOrdersRequest, MeterTaskRequest, MeterValve, ValveRequest, ValveWithdrawal};
use protocol::valve::policy::{ValvePolicy, ValvePolicyChange};

/// The orders of a meter with their states, the newest first.
#[utoipa::path(get, path = "/admin/v1/commands", params(("meter" = uuid::Uuid, Query, description = "The meter")), security(("user" = [])),
    responses((status = 200, description = "The orders", body = MeterOrderList), (status = 403, description = "Not an admin", body = Problem),
        (status = 404, description = "No such meter", body = Problem)))]
pub async fn commands(
    State(app): State<App>,
    caller: Caller,
    Query(request): Query<MeterOrdersRequest>,
) -> Result<Json<MeterOrderList>, Error> {
    let caller = caller.must(&[Permission::WholeFleet])?.clone();
    Ok(Json(app.store.read_of(caller.source(), move |db| order_list::of_meter(db, &caller, request.meter)).await?))
}

/// The valve of a meter: its orders, what people have decided about it, and what may be done now.
#[utoipa::path(get, path = "/admin/v1/valve/orders", params(("meter" = uuid::Uuid, Query, description = "The meter")), security(("user" = [])),
    responses((status = 200, description = "The valve", body = MeterValve), (status = 404, description = "No such meter", body = Problem)))]
pub async fn valve(
    State(app): State<App>,
    caller: Caller,
    Query(request): Query<MeterOrdersRequest>,
) -> Result<Json<MeterValve>, Error> {
    let caller = caller.must(&[Permission::ManageValves])?.clone();
    let now = app.store.clock.now();
    let found = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        by_hand::of_meter(&tx, &caller, request.meter, now)
    });
    Ok(Json(found.await?))
}

/// Open or close a valve by hand, with a reason. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/valve/orders", request_body = ValveRequest, security(("user" = [])), responses(
    (status = 200, description = "The valve, with the order", body = MeterValve),
    (status = 400, description = "It is refused; the detail begins with the reason's word", body = Problem),
    (status = 404, description = "No such meter or connection", body = Problem)))]
pub async fn order_valve(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<ValveRequest>,
) -> Result<Json<MeterValve>, Error> {
    let caller = caller.must(&[Permission::ManageValves])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| by_hand::order(tx, &caller, &asked)).await?))
}

/// Ask a meter to read now, to restart, or to report at another interval, with a reason. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/meters/ask", request_body = MeterTaskRequest, security(("user" = [])), responses(
    (status = 200, description = "The orders of the meter, with this one", body = MeterValve),
    (status = 400, description = "It is refused; the detail begins with the reason's word", body = Problem),
    (status = 404, description = "No such meter", body = Problem)))]
pub async fn ask_meter(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<MeterTaskRequest>,
) -> Result<Json<MeterValve>, Error> {
    let caller = caller.must(&[Permission::ManageValves])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| tasks::order(tx, &caller, &asked)).await?))
}

/// Withdraw an order that a person gave and that no meter was sent yet. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/valve/orders/withdraw", request_body = ValveWithdrawal, security(("user" = [])), responses(
    (status = 200, description = "The valve, without the order", body = MeterValve),
    (status = 400, description = "It was sent, has ended, or is the balance's; the detail begins with the reason's word", body = Problem),
    (status = 404, description = "No such order", body = Problem)))]
pub async fn withdraw_valve_order(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<ValveWithdrawal>,
) -> Result<Json<MeterValve>, Error> {
    let caller = caller.must(&[Permission::ManageValves])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| by_hand::withdraw(tx, &caller, &asked)).await?))
}

/// What the utility sets about valves and emergency credit, with its holidays to come.
#[utoipa::path(get, path = "/admin/v1/valve/policy", security(("user" = [])), responses(
    (status = 200, description = "What holds", body = ValvePolicy)))]
pub async fn valve_policy(State(app): State<App>, caller: Caller) -> Result<Json<ValvePolicy>, Error> {
    let caller = caller.must(&[Permission::ManageValves])?;
    let (utility, now) = (caller.utility, app.store.clock.now());
    let found = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        policy::shown(&tx, utility, now)
    });
    Ok(Json(found.await?))
}

/// Set a part of it. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/valve/policy", request_body = ValvePolicyChange, security(("user" = [])), responses(
    (status = 200, description = "What holds now", body = ValvePolicy),
    (status = 400, description = "It cannot be set, or somebody has changed it since it was read", body = Problem)))]
pub async fn set_valve_policy(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<ValvePolicyChange>,
) -> Result<Json<ValvePolicy>, Error> {
    let caller = caller.must(&[Permission::ManageValves])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| policy::change(tx, &caller, &asked)).await?))
}
