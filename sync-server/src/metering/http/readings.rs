//! Readings that need an explanation, for admins.

use crate::core::http::body::Body;
use crate::core::http::request::Query;
use crate::error::Error;
use crate::metering::reviews;
use crate::people::auth::caller::Caller;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::metering::reviews::{DeclareReading, UnusualAsked, UnusualReadings};

/// The readings of a meter that do not simply follow the one before, the newest first, with what became of each.
#[utoipa::path(get, path = "/admin/v1/readings", params(("meter" = uuid::Uuid, Query, description = "The meter")), security(("user" = [])),
    responses((status = 200, description = "The readings", body = UnusualReadings), (status = 403, description = "Not an admin", body = Problem),
        (status = 404, description = "No such meter", body = Problem)))]
pub async fn unusual(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<UnusualAsked>,
) -> Result<Json<UnusualReadings>, Error> {
    let caller = caller.must(&[Permission::WholeFleet])?.clone();
    Ok(Json(app.store.read_of(caller.source(), move |db| reviews::unusual(db, &caller, asked.meter)).await?))
}

/// Declare a reading right or wrong, or take that back. Usage and charges follow at once.
#[utoipa::path(post, path = "/admin/v1/readings/declare", request_body = DeclareReading, security(("user" = [])), responses(
    (status = 200, description = "The readings as they are judged now", body = UnusualReadings),
    (status = 400, description = "No reason", body = Problem), (status = 403, description = "Not an admin", body = Problem),
    (status = 404, description = "No such meter or reading", body = Problem)))]
pub async fn declare(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<DeclareReading>,
) -> Result<Json<UnusualReadings>, Error> {
    let caller = caller.must(&[Permission::WholeFleet])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| reviews::declare(tx, &caller, &asked)).await?))
}
