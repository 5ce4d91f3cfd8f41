//! The water balances of zones and their bulk meters, for admins.

use crate::core::http::body::Body;
use crate::core::http::request::Query;
use crate::error::Error;
use crate::metering::{inflows, zone_balance as balances};
use crate::people::auth::caller::Caller;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::metering::zone_balance::{InflowChange, ZoneBalance, ZoneBalanceAsked, ZoneInflows, ZoneLosses};

/// The water balance of a zone: what went in against what its connections measured, by local day, and what explains the difference.
#[utoipa::path(get, path = "/admin/v1/zones/balance", security(("user" = [])),
    params(
        ("zone" = uuid::Uuid, Query, description = "Of which zone"),
        ("days" = Option<i32>, Query, description = "So many days, the newest that are over: 30 if nothing is said"),
        ("from" = Option<i32>, Query, description = "Or from a local day, counted from 1970-01-01"),
        ("to" = Option<i32>, Query, description = "To another one, today at the latest; 92 days at most")),
    responses(
        (status = 200, description = "The balance", body = ZoneBalance),
        (status = 400, description = "No such days, or too many", body = Problem),
        (status = 403, description = "Not an admin", body = Problem),
        (status = 404, description = "No such zone", body = Problem)))]
pub async fn zone_balance(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<ZoneBalanceAsked>,
) -> Result<Json<ZoneBalance>, Error> {
    let caller = caller.must(&[Permission::ManageZones])?;
    let (utility, now) = (caller.utility, app.store.clock.now());
    let found = app.store.read_of(caller.source(), move |db| {
        // All of it is of one snapshot.
        let tx = db.transaction()?;
        balances::of(&tx, utility, &asked, now)
    });
    Ok(Json(found.await?))
}

/// How much of what went into each zone was not charged, and how much of that is unexplained: of the last 30 days that are over.
#[utoipa::path(get, path = "/admin/v1/zones/losses", security(("user" = [])), responses(
    (status = 200, description = "The zones that have or had a bulk meter", body = ZoneLosses),
    (status = 403, description = "Not an admin", body = Problem)))]
pub async fn zone_losses(State(app): State<App>, caller: Caller) -> Result<Json<ZoneLosses>, Error> {
    let caller = caller.must(&[Permission::ManageZones])?;
    let (utility, now) = (caller.utility, app.store.clock.now());
    let found = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        balances::losses(&tx, utility, now)
    });
    Ok(Json(found.await?))
}

/// Register a bulk meter of a zone, remove one, or set how much may be lost unexplained. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/zones/inflow", request_body = InflowChange, security(("user" = [])), responses(
    (status = 200, description = "The zone's bulk meters as they are now", body = ZoneInflows),
    (status = 400, description = "It is refused; the detail begins with the reason's word", body = Problem),
    (status = 403, description = "Not an admin", body = Problem),
    (status = 404, description = "No such zone or bulk meter", body = Problem)))]
pub async fn change_inflow(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<InflowChange>,
) -> Result<Json<ZoneInflows>, Error> {
    // It is about a zone, and about a meter.
    for needed in [Permission::ManageZones, Permission::ManageDevices] {
        caller.must(&[needed])?;
    }
    let caller = caller.0.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| inflows::change(tx, &caller, &asked)).await?))
}
