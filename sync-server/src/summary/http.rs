//! The route of *Ringkasan*, for admins.

use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::state::App;
use crate::summary;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::summary::DaySummary;

/// The day of the utility: what was used by the hour beside the two days before, what was received, and what waits.
#[utoipa::path(get, path = "/admin/v1/summary", security(("user" = [])), responses(
    (status = 200, description = "The day so far", body = DaySummary), (status = 403, description = "Not an admin", body = Problem)))]
pub async fn day(State(app): State<App>, caller: Caller) -> Result<Json<DaySummary>, Error> {
    // It says something of each of these.
    for needed in [Permission::WholeFleet, Permission::ManageMoney, Permission::ManageAlerts] {
        caller.must(&[needed])?;
    }
    let (caller, now) = (caller.0.clone(), app.store.clock.now());
    let found = app.store.read_of(caller.source(), move |db| {
        // All of it is of one snapshot.
        let tx = db.transaction()?;
        summary::of(&tx, &caller, now)
    });
    Ok(Json(found.await?))
}
