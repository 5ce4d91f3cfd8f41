//! Users, for admins: who there is, and ending their sessions, deactivating them, giving them a new password.

use crate::core::http::body::Body;
use crate::core::http::request::Query;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::people::auth::password;
use crate::people::users as managing;
use crate::people::users::Deed;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::people::users::{UserChange, UserChanged, UserDeed, Users, UsersQuery};

/// The utility's users with their sessions, by role and name.
#[utoipa::path(get, path = "/admin/v1/users", security(("user" = [])),
    params(("search" = Option<String>, Query, description = "In the name or the e-mail address")),
    responses((status = 200, description = "Users", body = Users), (status = 403, description = "Not an admin", body = Problem)))]
pub async fn users(State(app): State<App>, caller: Caller, Query(asked): Query<UsersQuery>) -> Result<Json<Users>, Error> {
    let caller = caller.must(&[Permission::ManageUsers])?;
    let utility = caller.utility;
    let (ends, now) = (app.sessions, app.store.clock.now());
    let found = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        managing::list(&tx, utility, &asked.search, (&ends, now))
    });
    Ok(Json(found.await?))
}

/// Deactivate a user or let them sign in again, end their sessions, or give them a new password or a code to set one with, which is in this
/// answer and nowhere else.
#[utoipa::path(post, path = "/admin/v1/users/change", request_body = UserChange, security(("user" = [])), responses(
    (status = 200, description = "The user", body = UserChanged),
    (status = 400, description = "`own`: one's own account; `last_admin`: one admin has to stay; `inactive`: no code for who may not sign in", body = Problem),
    (status = 404, description = "No such user", body = Problem)))]
pub async fn change_user(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<UserChange>,
) -> Result<Json<UserChanged>, Error> {
    let caller = caller.must(&[Permission::ManageUsers])?.clone();
    let (password, code) = match asked.deed {
        UserDeed::NewPassword => (Some(password::generate()?), None),
        UserDeed::PasswordCode => (None, Some(password::code()?)),
        _ => (None, None),
    };
    let hash = match password.clone().or_else(|| code.as_deref().map(password::plain_code)) {
        Some(secret) => {
            let _permit = app.hashing.acquire().await.map_err(|_| Error::Stopped)?;
            Some(tokio::task::spawn_blocking(move || password::hash(&secret)).await.map_err(|_| Error::Stopped)??)
        }
        None => None,
    };
    let (deed, ends) = (Deed::of(asked.deed, hash)?, app.sessions);
    let user =
        app.store.writer.by(&caller).work(move |tx| managing::change_by_admin(tx, &caller, &asked, (&deed, &ends))).await?;
    Ok(Json(UserChanged { user, password, code }))
}
