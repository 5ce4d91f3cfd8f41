//! What was asked of meters: for admins.

use crate::auth::caller::Caller;
use crate::error::Error;
use crate::state::App;
use crate::store::commands_told;
use axum::Json;
use axum::extract::{Query, State};
use domain::permission::Permission;
use protocol::command::{CommandsAsked, MeterCommands};
use protocol::problem::Problem;

/// The commands of a meter with their lives, the newest first.
#[utoipa::path(get, path = "/admin/v1/commands", params(("meter" = uuid::Uuid, Query, description = "The meter")), security(("user" = [])),
    responses((status = 200, description = "The commands", body = MeterCommands), (status = 403, description = "Not an admin", body = Problem),
        (status = 404, description = "No such meter", body = Problem)))]
pub async fn commands(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<CommandsAsked>,
) -> Result<Json<MeterCommands>, Error> {
    let caller = caller.must(&[Permission::WholeFleet])?.clone();
    Ok(Json(app.store.read(move |db| commands_told::of_meter(db, &caller, asked.meter)).await?))
}
