//! The orders of meters, for admins.

use crate::core::http::request::Query;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::state::App;
use crate::valve::order_list;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::valve::orders::{MeterOrderList, MeterOrdersRequest};

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
