//! Zones, for admins: what there is, and adding, naming and drawing them, and who works in them.

use crate::core::http::body::Body;
use crate::error::Error;
use crate::metering::zones as managing;
use crate::people::auth::caller::Caller;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::metering::zones::{ZoneChange, Zones};

/// The utility's zones with their outlines, connections and technicians.
#[utoipa::path(get, path = "/admin/v1/zones", security(("user" = [])), responses(
    (status = 200, description = "Zones and technicians", body = Zones), (status = 403, description = "Not an admin", body = Problem)))]
pub async fn zones(State(app): State<App>, caller: Caller) -> Result<Json<Zones>, Error> {
    let caller = caller.must(&[Permission::ManageZones])?;
    let utility = caller.utility;
    let found = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        managing::list(&tx, utility)
    });
    Ok(Json(found.await?))
}

/// Add a zone, name it, draw its outline, or say who works in it. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/zones/change", request_body = ZoneChange, security(("user" = [])), responses(
    (status = 200, description = "The zones as they are now", body = Zones),
    (status = 400, description = "It is refused; the detail begins with the reason's word", body = Problem),
    (status = 404, description = "No such zone or technician", body = Problem)))]
pub async fn change_zone(State(app): State<App>, caller: Caller, Body(asked): Body<ZoneChange>) -> Result<Json<Zones>, Error> {
    let caller = caller.must(&[Permission::ManageZones])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| managing::change(tx, &caller, &asked)).await?))
}
