//! Settlement files of the payment gateway: brought in parts, compared, and their lines decided.

use crate::core::http::body::Body;
use crate::core::http::request::Query;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::sales::settlements as files;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::sales::settlements::{
    LineAsked, LineDecision, SettlementLine, SettlementPart, SettlementProgress, Settlements, SettlementsAsked,
};

/// Settlement files that were brought, and what one of them comes to, with a page of its lines.
#[utoipa::path(get, path = "/admin/v1/settlements", security(("user" = [])),
    params(("file" = Option<uuid::Uuid>, Query, description = "The file; the newest if none is named"),
        ("verdict" = Option<String>, Query, description = "Lines that come to this alone; those to be decided if none is named"),
        ("after" = Option<i64>, Query, description = "Behind this line")),
    responses((status = 200, description = "The newest file first", body = Settlements),
        (status = 404, description = "No such file", body = Problem)))]
pub async fn settlements(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<SettlementsAsked>,
) -> Result<Json<Settlements>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?;
    let utility = caller.utility;
    let found = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        files::shown(&tx, utility, &asked)
    });
    Ok(Json(found.await?))
}

/// Bring rows of a settlement file, 500 at most at once. With the last of them it is compared. The same rows again change nothing, and go on where they
/// ended.
#[utoipa::path(post, path = "/admin/v1/settlements", request_body = SettlementPart, security(("user" = [])), responses(
    (status = 200, description = "How far the file is", body = SettlementProgress),
    (status = 400, description = "Too many rows, one that is none, or most of them of other days than their payments or than the file names; the detail begins with the reason's word", body = Problem)))]
pub async fn bring_settlement(
    State(app): State<App>,
    caller: Caller,
    Body(part): Body<SettlementPart>,
) -> Result<Json<SettlementProgress>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?;
    Ok(Json(files::bring(&app, caller, part).await?))
}

/// Accept a line as it is, with a reason, or have it go on as a case. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/settlements/decide", request_body = LineDecision, security(("user" = [])), responses(
    (status = 200, description = "The line, decided", body = SettlementLine),
    (status = 400, description = "Decided before, another decision has the key, or no reason; the detail begins with the reason's word", body = Problem),
    (status = 404, description = "No such line", body = Problem)))]
pub async fn decide_settlement_line(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<LineDecision>,
) -> Result<Json<SettlementLine>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| files::decide(tx, &caller, &asked)).await?))
}

/// Ask the gateway now about the order of a line, and compare it again. Asking again is safe.
#[utoipa::path(post, path = "/admin/v1/settlements/ask", request_body = LineAsked, security(("user" = [])), responses(
    (status = 200, description = "The line as it is now", body = SettlementLine),
    (status = 400, description = "Its order is none that the gateway can be asked about", body = Problem),
    (status = 404, description = "No such line, or no gateway", body = Problem),
    (status = 429, description = "It was asked often just now", body = Problem)))]
pub async fn ask_settlement_line(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<LineAsked>,
) -> Result<Json<SettlementLine>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    Ok(Json(files::ask(&app, caller, asked.of).await?))
}
