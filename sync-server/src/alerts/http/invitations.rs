//! Inviting users, for admins.

use crate::alerts::invitations;
use crate::alerts::invitations::InvitationCode;
use crate::core::http::body::Body;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::people::auth::password;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::people::invitations::{InvitationRequest, Invited};

/// Add a user who sets the first password with a code, or send such a user another code. It goes by mail; where the server sends none, it is in
/// this answer. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/users/invite", request_body = InvitationRequest, security(("user" = [])), responses(
    (status = 200, description = "The user, invited", body = Invited),
    (status = 400, description = "They cannot be; the detail begins with the reason's word, such as `email_taken` or `has_password`", body = Problem),
    (status = 404, description = "No such user, zone or customer", body = Problem)))]
pub async fn invite_user(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<InvitationRequest>,
) -> Result<Json<Invited>, Error> {
    let caller = caller.must(&[Permission::ManageUsers])?.clone();
    let derived = app.key.invitation(asked.user, asked.key).ok_or_else(|| Error::Setup("no code can be derived".into()))?;
    let text = password::invitation_code(&derived);
    let plain = password::plain_code(&text);
    let hash = {
        let _permit = app.hashing.acquire().await.map_err(|_| Error::Stopped)?;
        tokio::task::spawn_blocking(move || password::hash(&plain)).await.map_err(|_| Error::Stopped)??
    };
    let (code, ends) = (InvitationCode { text, hash }, app.sessions);
    let writer = app.store.writer.by(&caller);
    Ok(Json(writer.work(move |tx| invitations::invite(tx, &caller, &asked, (&code, &ends))).await?))
}
