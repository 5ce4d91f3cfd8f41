//! Passwords that users set themselves: changing one's own, setting another by a code, and the first one by that of an invitation.

use crate::core::http::body::Body;
use crate::core::http::client_address::ClientAddress;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::people::auth::password;
use crate::people::http::{LONGEST_EMAIL, count_try};
use crate::people::passwords;
use crate::state::App;
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use domain::core::text;
use domain::people::permission::Permission;
use protocol::core::problem::{Code, Problem};
use protocol::people::auth::{PasswordByCode, PasswordChange};
use std::net::SocketAddr;

/// Whether `given` is the secret of a hash, and the hash of a new password if so. The same work is done whether or not there is a hash.
async fn verified(app: &App, given: String, hash: Option<String>, new: String) -> Result<Option<(String, String)>, Error> {
    let _permit = app.hashing.acquire().await.map_err(|_| Error::Stopped)?;
    let work = tokio::task::spawn_blocking(move || {
        let right = password::verify(&given, hash.as_deref());
        let new = password::hash(&new)?;
        Ok(hash.filter(|_| right).map(|before| (before, new)))
    });
    work.await.map_err(|_| Error::Stopped)?
}

/// Change one's own password. Every other session of the user ends.
#[utoipa::path(post, path = "/auth/v1/password", request_body = PasswordChange, security(("user" = [])), responses(
    (status = 200, description = "Changed"),
    (status = 400, description = "The new one is too short or too long", body = Problem),
    (status = 401, description = "`wrong_credentials`: that is not the present one", body = Problem),
    (status = 429, description = "`rate_limited`, with Retry-After", body = Problem)))]
pub async fn change_password(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<PasswordChange>,
) -> Result<Json<()>, Error> {
    let caller = caller.must(&[Permission::OwnAccount])?.clone();
    password::check(&asked.new)?;
    let wrong = || Error::problem(Code::WrongCredentials, "that is not the present password");
    if asked.current.len() > password::LONGEST {
        return Err(wrong());
    }
    app.limits.try_device(caller.session)?;
    let num = caller.num;
    let known = app.store.read(move |db| passwords::hash_of(db, num)).await?;
    let (before, hash) = verified(&app, asked.current, known, asked.new).await?.ok_or_else(wrong)?;
    let changed = app.store.writer.by(&caller).work(move |tx| passwords::change(tx, &caller, (&before, &hash))).await?;
    if changed { Ok(Json(())) } else { Err(wrong()) }
}

/// Set another password by a code that an admin has given, or the first one by that of an invitation. Whether there is such a user, or a code, is not said: both get the same answer
/// after the same work. Every session of the user ends.
#[utoipa::path(post, path = "/auth/v1/password/code", request_body = PasswordByCode, responses(
    (status = 200, description = "Set"),
    (status = 400, description = "The new one is too short or too long", body = Problem),
    (status = 401, description = "`wrong_credentials`: no such user, or no such code", body = Problem),
    (status = 429, description = "`rate_limited`, with Retry-After", body = Problem)))]
pub async fn set_by_code(
    State(app): State<App>,
    ConnectInfo(connected): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Body(asked): Body<PasswordByCode>,
) -> Result<Json<()>, Error> {
    let email = text::email(&asked.email);
    password::check(&asked.password)?;
    let wrong = || Error::problem(Code::WrongCredentials, "the code is not that of this account, was used, or is over");
    let code = password::plain_code(&asked.code);
    if code.len() > password::LONGEST || email.len() > LONGEST_EMAIL {
        return Err(wrong());
    }
    let address: ClientAddress = app.proxies.client(connected.ip(), &headers);
    count_try(&app, &email, asked.device_token.as_deref(), address).await?;
    let (account, now) = (email.clone(), app.store.clock.now());
    let known = app.store.read(move |db| passwords::code_of(db, &account, now)).await?;
    let (code, hash) = verified(&app, code, known, asked.password).await?.ok_or_else(wrong)?;
    let set = app.store.writer.work(move |tx| passwords::reset(tx, &email, (&code, &hash))).await?;
    if set { Ok(Json(())) } else { Err(wrong()) }
}
