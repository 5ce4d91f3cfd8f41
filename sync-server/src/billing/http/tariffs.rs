//! Tariffs with their versions. For admins.

use crate::billing::tariffs;
use crate::core::http::body::Body;
use crate::core::scope;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::sales::admin::{NewTariff, TariffWithdrawal, Tariffs};

/// All versions of all tariffs: past, those that hold, and those to come.
#[utoipa::path(get, path = "/admin/v1/money/tariffs", security(("user" = [])), responses(
    (status = 200, description = "The versions", body = Tariffs), (status = 403, description = "Not an admin", body = Problem)))]
pub async fn tariffs(State(app): State<App>, caller: Caller) -> Result<Json<Tariffs>, Error> {
    Ok(Json(all(&app, caller.must(&[Permission::ManageMoney])?).await?))
}

async fn all(app: &App, caller: &scope::Caller) -> Result<Tariffs, Error> {
    let (now, utility) = (app.store.clock.now(), caller.utility);
    let found = app.store.read_of(caller.source(), move |db| {
        // Versions and authors are of one snapshot.
        let tx = db.transaction()?;
        tariffs::all(&tx, utility, now)
    });
    found.await
}

/// Add a version that begins tomorrow or later. None is ever changed: of two that begin on one day, the one made later holds.
#[utoipa::path(post, path = "/admin/v1/money/tariffs", request_body = NewTariff, security(("user" = [])), responses(
    (status = 200, description = "All versions", body = Tariffs),
    (status = 400, description = "It begins too early, or has not a price for every volume; the detail begins with the field's word", body = Problem)))]
pub async fn add_tariff(State(app): State<App>, caller: Caller, Body(new): Body<NewTariff>) -> Result<Json<Tariffs>, Error> {
    let admin = caller.must(&[Permission::ManageMoney])?.clone();
    app.store.writer.by(&admin).work(move |tx| tariffs::add_by_admin(tx, &admin, &new)).await?;
    Ok(Json(all(&app, &caller.0).await?))
}

/// Withdraw a version that has not begun.
#[utoipa::path(post, path = "/admin/v1/money/tariffs/withdraw", request_body = TariffWithdrawal, security(("user" = [])), responses(
    (status = 200, description = "All versions", body = Tariffs),
    (status = 400, description = "It holds already, or something was charged by it (`in_force`)", body = Problem),
    (status = 404, description = "There is no such version", body = Problem)))]
pub async fn withdraw_tariff(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<TariffWithdrawal>,
) -> Result<Json<Tariffs>, Error> {
    let admin = caller.must(&[Permission::ManageMoney])?.clone();
    app.store.writer.by(&admin).work(move |tx| tariffs::withdraw(tx, &admin, &asked)).await?;
    Ok(Json(all(&app, &caller.0).await?))
}
