//! Whom a message to many customers would reach.

use crate::alerts::announcements;
use crate::core::http::body::Body;
use crate::core::scope;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::alerts::{AnnouncementReach, AnnouncementReachAsked, REACH_AT_ONCE};
use protocol::core::problem::{Code, Problem};

/// The users whom a message to these customers would reach: active ones with an account of one of them. Customers of other utilities have
/// none.
#[utoipa::path(post, path = "/admin/v1/announcements/reach", request_body = AnnouncementReachAsked, security(("user" = [])), responses(
    (status = 200, description = "Each user once", body = AnnouncementReach),
    (status = 400, description = "More than 2,000 customers at once", body = Problem)))]
pub async fn reach(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<AnnouncementReachAsked>,
) -> Result<Json<AnnouncementReach>, Error> {
    let caller = caller.must(&[Permission::ManageCustomers])?.clone();
    if asked.customers.len() > REACH_AT_ONCE {
        return Err(Error::problem(Code::BadRequest, format!("{REACH_AT_ONCE} customers at once at most")));
    }
    let found = app.store.read_of(caller.source(), move |db| {
        scope::require_unchanged(db, &caller)?;
        announcements::reach(db, caller.utility, &asked.customers)
    });
    Ok(Json(AnnouncementReach { people: found.await?.into_iter().collect() }))
}
