//! Tariffs with their versions, and the purchases of a connection. For admins.

use crate::core::http::body::Body;
use crate::core::http::request::Query;
use crate::core::now;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::sales::admin;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::sales::admin::{NewTariff, PurchasePage, PurchasesAsked, Tariffs};

/// All versions of all tariffs: past, those that hold, and those to come.
#[utoipa::path(get, path = "/admin/v1/money/tariffs", security(("user" = [])), responses(
    (status = 200, description = "The versions", body = Tariffs), (status = 403, description = "Not an admin", body = Problem)))]
pub async fn tariffs(State(app): State<App>, caller: Caller) -> Result<Json<Tariffs>, Error> {
    let utility = caller.must(&[Permission::ManageMoney])?.utility;
    Ok(Json(seen(&app, utility).await?))
}

async fn seen(app: &App, utility: i64) -> Result<Tariffs, Error> {
    let found = app.store.read(move |db| {
        // One look at one state.
        let tx = db.transaction()?;
        admin::all_tariffs(&tx, utility, now())
    });
    found.await
}

/// Add a version that begins tomorrow or later. None is ever changed: of two that begin on one day, the one made later holds.
#[utoipa::path(post, path = "/admin/v1/money/tariffs", request_body = NewTariff, security(("user" = [])), responses(
    (status = 200, description = "All versions", body = Tariffs),
    (status = 400, description = "It begins too early, or has not a price for every volume; the detail begins with the field's word", body = Problem)))]
pub async fn add_tariff(State(app): State<App>, caller: Caller, Body(asked): Body<NewTariff>) -> Result<Json<Tariffs>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    let utility = caller.utility;
    app.store.writer.work(move |tx| admin::add_tariff(tx, &caller, &asked)).await?;
    Ok(Json(seen(&app, utility).await?))
}

/// A connection's purchases, the newest first: how each was paid, what went back, and whether somebody should look at it.
#[utoipa::path(get, path = "/admin/v1/money/purchases", security(("user" = [])),
    params(("connection" = uuid::Uuid, Query, description = "Whose"), ("before" = Option<i64>, Query, description = "`next` of the page before")),
    responses((status = 200, description = "A page", body = PurchasePage), (status = 404, description = "Not in your scope", body = Problem)))]
pub async fn purchases(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<PurchasesAsked>,
) -> Result<Json<PurchasePage>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    let found = app.store.read(move |db| {
        let tx = db.transaction()?;
        admin::purchases_of(&tx, &caller, (asked.connection, asked.before))
    });
    Ok(Json(found.await?))
}
