//! Credentials of meters, for admins.

use crate::core::http::body::Body;
use crate::core::http::request::Query;
use crate::error::Error;
use crate::metering::credentials;
use crate::people::auth::caller::Caller;
use crate::people::auth::secret;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::metering::credentials::{MeterCredential, MeterCredentialAsked, MeterCredentialChange};

/// Whether a meter has a credential, and by which name it signs in.
#[utoipa::path(get, path = "/admin/v1/meters/credential", security(("user" = [])),
    params(("meter" = uuid::Uuid, Query, description = "Which meter")),
    responses(
        (status = 200, description = "The credential, without its secret", body = MeterCredential),
        (status = 403, description = "Not an admin", body = Problem),
        (status = 404, description = "No such meter", body = Problem)))]
pub async fn meter_credential(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<MeterCredentialAsked>,
) -> Result<Json<MeterCredential>, Error> {
    let caller = caller.must(&[Permission::ManageDevices])?;
    let utility = caller.utility;
    let found = app.store.read_of(caller.source(), move |db| credentials::of_meter(db, utility, asked.meter));
    Ok(Json(found.await?.1))
}

/// Give a meter a credential, in place of the one before, or take it away. The secret is in this answer alone. The same `key` happens once, and its
/// second answer has no secret.
#[utoipa::path(post, path = "/admin/v1/meters/credential", request_body = MeterCredentialChange, security(("user" = [])), responses(
    (status = 200, description = "The credential as it is now", body = MeterCredential),
    (status = 400, description = "It is refused; the detail begins with the reason's word", body = Problem),
    (status = 403, description = "Not an admin", body = Problem),
    (status = 404, description = "No such meter", body = Problem)))]
pub async fn change_meter_credential(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<MeterCredentialChange>,
) -> Result<Json<MeterCredential>, Error> {
    let caller = caller.must(&[Permission::ManageDevices])?.clone();
    let new = secret::generate()?;
    Ok(Json(app.store.writer.by(&caller).work(move |tx| credentials::change(tx, &caller, &asked, &new)).await?))
}
