//! Meters that are put up, replaced and taken down, for admins.

use crate::core::http::body::Body;
use crate::error::Error;
use crate::metering::changes;
use crate::people::auth::caller::Caller;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::metering::changes::{MeterChanged, MeterRegistration, MeterReplacement, MeterRetirement};

/// Register a meter at a connection that has none. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/meters/register", request_body = MeterRegistration, security(("user" = [])), responses(
    (status = 200, description = "The meter", body = MeterChanged),
    (status = 400, description = "It is refused; the detail begins with the reason's word", body = Problem),
    (status = 404, description = "No such connection", body = Problem)))]
pub async fn register_meter(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<MeterRegistration>,
) -> Result<Json<MeterChanged>, Error> {
    let caller = caller.must(&[Permission::ManageDevices])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| changes::register(tx, &caller, &asked)).await?))
}

/// Put another meter in the place of one, with the final register of the one and the first of the other. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/meters/replace", request_body = MeterReplacement, security(("user" = [])), responses(
    (status = 200, description = "The new meter", body = MeterChanged),
    (status = 400, description = "It is refused; the detail begins with the reason's word", body = Problem),
    (status = 404, description = "No such meter", body = Problem)))]
pub async fn replace_meter(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<MeterReplacement>,
) -> Result<Json<MeterChanged>, Error> {
    let caller = caller.must(&[Permission::ManageDevices])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| changes::replace(tx, &caller, &asked)).await?))
}

/// Take a meter out of service, with its final register. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/meters/retire", request_body = MeterRetirement, security(("user" = [])), responses(
    (status = 200, description = "The meter", body = MeterChanged),
    (status = 400, description = "It is refused; the detail begins with the reason's word", body = Problem),
    (status = 404, description = "No such meter", body = Problem)))]
pub async fn retire_meter(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<MeterRetirement>,
) -> Result<Json<MeterChanged>, Error> {
    let caller = caller.must(&[Permission::ManageDevices])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| changes::retire(tx, &caller, &asked)).await?))
}
