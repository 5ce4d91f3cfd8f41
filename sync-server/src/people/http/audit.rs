//! The audit log, for admins.

use crate::core::audit;
use crate::core::http::request::Query;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::core::audit::{AuditPage, AuditQuery};
use protocol::core::problem::Problem;

/// Who changed what, from what to what; the newest first, a page at a time.
#[utoipa::path(get, path = "/admin/v1/audit", security(("user" = [])),
    params(("who" = Option<String>, Query, description = "Only this user's"),
        ("kind" = Option<String>, Query, description = "Only this kind, such as `edit_customer`"),
        ("row" = Option<String>, Query, description = "Only of this row"),
        ("from" = Option<i64>, Query, description = "Applied at this instant or later, UTC ms"),
        ("to" = Option<i64>, Query, description = "Applied before this instant, UTC ms"),
        ("after" = Option<String>, Query, description = "`next` of the page before")),
    responses((status = 200, description = "Entries, where to go on, and what can be filtered by", body = AuditPage),
        (status = 403, description = "Not an admin", body = Problem)))]
pub async fn audit(State(app): State<App>, caller: Caller, Query(asked): Query<AuditQuery>) -> Result<Json<AuditPage>, Error> {
    let caller = caller.must(&[Permission::ReadAudit])?;
    let utility = caller.utility;
    Ok(Json(app.store.read_of(caller.source(), move |db| audit::page(db, utility, &asked)).await?))
}
