//! What a meter sent and could not be taken, for whoever looks after it.

use crate::core::http::request::Query;
use crate::core::scope;
use crate::error::Error;
use crate::metering::rows::refusals as rows;
use crate::people::auth::caller::Caller;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::core::problem::{Code, Problem};
use protocol::metering::refusals::{MeterRefusals, RefusalsRequest};

/// Those who look after meters; `scope` has which ones.
const LOOK_AFTER: &[Permission] = &[Permission::ZoneFleet, Permission::WholeFleet];

/// What was refused of a meter, by reason and field, the latest first.
#[utoipa::path(get, path = "/meters/v1/refusals", params(("meter" = uuid::Uuid, Query, description = "The meter")), security(("user" = [])),
    responses((status = 200, description = "The counts", body = MeterRefusals),
        (status = 403, description = "Neither a technician nor an admin", body = Problem),
        (status = 404, description = "No such meter in the caller's scope", body = Problem)))]
pub async fn refusals(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<RefusalsRequest>,
) -> Result<Json<MeterRefusals>, Error> {
    let caller = caller.must(LOOK_AFTER)?.clone();
    let read = app.store.read_of(caller.source(), move |db| {
        let found = scope::meters(db, &caller, &[asked.meter])?.pop();
        let (meter, _) = found.ok_or_else(|| Error::problem(Code::NotFound, "there is no such meter"))?;
        Ok(MeterRefusals { refusals: rows::list(db, meter)?, stored_at: rows::stored_at(db, meter)? })
    });
    Ok(Json(read.await?))
}
