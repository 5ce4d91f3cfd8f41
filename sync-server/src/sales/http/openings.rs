//! Opening balances: what became of those of an import, decisions of a second admin, and how much one admin books alone.

use crate::core::http::body::Body;
use crate::core::http::request::Query;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::sales::openings;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::billing::opening::OpeningLimits;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::sales::openings::{OpeningDecision, OpeningLimitsRequest, OpeningsAsked, OpeningsDecided, OpeningsOfImport};

/// What became of the opening balances of an import, as far as the server has them.
#[utoipa::path(get, path = "/admin/v1/money/openings", security(("user" = [])),
    params(("import" = uuid::Uuid, Query, description = "Of which import")),
    responses((status = 200, description = "How many, and how much; nothing of an import that is not there", body = OpeningsOfImport)))]
pub async fn openings_of_import(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<OpeningsAsked>,
) -> Result<Json<OpeningsOfImport>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?;
    let utility = caller.utility;
    let found = app.store.read_of(caller.source(), move |db| openings::of_import(db, utility, asked.import));
    Ok(Json(found.await?))
}

/// Approve or decline opening balances that another admin has imported: one, or all of an import, up to 500 at a time. The same `key` happens once,
/// and goes on as long as `left` is above zero.
#[utoipa::path(post, path = "/admin/v1/money/openings/decide", request_body = OpeningDecision, security(("user" = [])), responses(
    (status = 200, description = "How many were decided, and how many are left", body = OpeningsDecided),
    (status = 400, description = "Decided before, or imported by the same admin; the detail begins with the reason's word", body = Problem),
    (status = 404, description = "No such opening balance or import", body = Problem)))]
pub async fn decide_openings(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<OpeningDecision>,
) -> Result<Json<OpeningsDecided>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| openings::decide(tx, &caller, &asked)).await?))
}

/// How much of opening balances one admin books alone.
#[utoipa::path(get, path = "/admin/v1/money/openings/limits", security(("user" = [])), responses(
    (status = 200, description = "Of one connection, and of one import", body = OpeningLimits)))]
pub async fn opening_limits(State(app): State<App>, caller: Caller) -> Result<Json<OpeningLimits>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?;
    let utility = caller.utility;
    Ok(Json(app.store.read_of(caller.source(), move |db| openings::limits(db, utility)).await?))
}

/// Set how much of opening balances one admin books alone. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/money/openings/limits", request_body = OpeningLimitsRequest, security(("user" = [])), responses(
    (status = 200, description = "Of one connection, and of one import", body = OpeningLimits),
    (status = 400, description = "The amounts can be no limits", body = Problem)))]
pub async fn set_opening_limits(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<OpeningLimitsRequest>,
) -> Result<Json<OpeningLimits>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| openings::set_limits(tx, &caller, &asked)).await?))
}
