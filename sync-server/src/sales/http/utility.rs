//! The utility's name and what else stands on its receipts, for admins.

use crate::core::http::body::Body;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::sales::utility as letterheads;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::sales::utility::{UtilityChange, UtilityIdentity};

/// The utility's name, and what else stands on its receipts.
#[utoipa::path(get, path = "/admin/v1/utility", security(("user" = [])), responses(
    (status = 200, description = "What holds", body = UtilityIdentity), (status = 403, description = "Not an admin", body = Problem)))]
pub async fn utility(State(app): State<App>, caller: Caller) -> Result<Json<UtilityIdentity>, Error> {
    let caller = caller.must(&[Permission::ManageUtility])?;
    let utility = caller.utility;
    let found = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        letterheads::shown(&tx, utility)
    });
    Ok(Json(found.await?))
}

/// Set it; every device of the utility gets it. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/utility", request_body = UtilityChange, security(("user" = [])), responses(
    (status = 200, description = "What holds now", body = UtilityIdentity),
    (status = 400, description = "Something cannot stand there, or somebody has changed it since it was read; the detail begins with the reason's word", body = Problem)))]
pub async fn set_utility(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<UtilityChange>,
) -> Result<Json<UtilityIdentity>, Error> {
    let caller = caller.must(&[Permission::ManageUtility])?.clone();
    let letterhead = asked.letterhead.clone();
    let logo = tokio::task::spawn_blocking(move || letterheads::logo_of(&letterhead)).await.map_err(|_| Error::Stopped)??;
    let writer = app.store.writer.by(&caller);
    Ok(Json(writer.work(move |tx| letterheads::change(tx, &caller, &asked, logo.as_deref())).await?))
}
