//! What admins ask about revenue beyond the rows that their devices hold.

use crate::core::http::request::Query;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::revenue::{customers, transfers};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::revenue::{RevenueCustomers, RevenueCustomersAsked, RevenueTransfers, RevenueTransfersAsked};

/// The transfers behind a figure: those of local days that count for a value of a dimension, a page at a time.
#[utoipa::path(get, path = "/admin/v1/revenue/transfers", security(("user" = [])),
    params(
        ("from" = i32, Query, description = "The first local day, counted from 1970-01-01"),
        ("to" = i32, Query, description = "The last one"),
        ("dimension" = Option<String>, Query, description = "`method`, `class`, `zone`, `campaign`, `collector`, `hour` or `month`"),
        ("value" = Option<String>, Query, description = "The value there; those without one if it is not said"),
        ("account" = Option<String>, Query, description = "Those with a posting on this account of the ledger"),
        ("kind" = Option<String>, Query, description = "Those of this kind, such as `charge_correction`"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, description = "How many at most: 50 if it is not said, 200 at most")),
    responses(
        (status = 200, description = "A page; there is another one if it has `next`, even if it is empty itself", body = RevenueTransfers),
        (status = 400, description = "No such days, value or page", body = Problem),
        (status = 403, description = "Not an admin", body = Problem)))]
pub async fn revenue_transfers(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<RevenueTransfersAsked>,
) -> Result<Json<RevenueTransfers>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?;
    let utility = caller.utility;
    let found = app.store.read_of(caller.source(), move |db| {
        // All of it is of one snapshot.
        let tx = db.transaction()?;
        transfers::page(&tx, utility, &asked)
    });
    Ok(Json(found.await?))
}

/// Connections by their use and their purchases in local months, and the customers of whom most was received.
#[utoipa::path(get, path = "/admin/v1/revenue/customers", security(("user" = [])),
    params(
        ("from" = i32, Query, description = "The first local month: `year * 12 + (month - 1)`"),
        ("to" = i32, Query, description = "The last one; 12 months at most")),
    responses(
        (status = 200, description = "The groups, and 20 customers at most", body = RevenueCustomers),
        (status = 400, description = "No such months, or too many", body = Problem),
        (status = 403, description = "Not an admin", body = Problem)))]
pub async fn revenue_customers(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<RevenueCustomersAsked>,
) -> Result<Json<RevenueCustomers>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?;
    let (utility, now) = (caller.utility, app.store.clock.now());
    let found = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        customers::of(&tx, utility, asked, now)
    });
    Ok(Json(found.await?))
}
