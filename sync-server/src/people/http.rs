//! Signing in and out.

pub mod audit;

use crate::core::http::body::Body;
use crate::error::Error;
use crate::people::accounts;
use crate::people::accounts::Rotation;
use crate::people::auth::caller::Caller;
use crate::people::auth::password;
use crate::state::App;
use axum::Json;
use axum::extract::{ConnectInfo, State};
use domain::core::text;
use domain::people::permission::Permission;
use protocol::core::problem::{Code, Problem};
use protocol::people::auth::{Profile, Refresh, SignIn, SignOut, Tokens};
use std::net::SocketAddr;
use uuid::Uuid;

/// Longest password that is hashed: a megabyte of it would cost time for anybody who asks.
const LONGEST_PASSWORD: usize = 256;

/// Longest e-mail address there is (RFC 5321, 4.5.3.1).
const LONGEST_EMAIL: usize = 254;

fn tokens(app: &App, session: Uuid, generation: u32, user: Profile) -> Json<Tokens> {
    let (access_token, access_expires_at) = app.key.access(session, app.store.clock.now());
    Json(Tokens { access_token, access_expires_at, refresh_token: app.key.refresh(session, generation), user })
}

/// Sign in with e-mail and password. Who is not known and who mistypes get the same answer after the same work.
#[utoipa::path(post, path = "/auth/v1/sign-in", request_body = SignIn, responses(
    (status = 200, description = "Access and refresh token, and who is signed in", body = Tokens),
    (status = 401, description = "`wrong_credentials`", body = Problem),
    (status = 429, description = "`rate_limited`, with Retry-After", body = Problem)))]
pub async fn sign_in(
    State(app): State<App>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    Body(asked): Body<SignIn>,
) -> Result<Json<Tokens>, Error> {
    let email = text::email(&asked.email);
    let wrong = || Error::problem(Code::WrongCredentials, "e-mail or password is wrong");
    if asked.password.len() > LONGEST_PASSWORD || email.len() > LONGEST_EMAIL {
        return Err(wrong());
    }
    app.limits.try_sign_in(address.ip(), &email)?;
    let found = app.store.read(move |db| accounts::find(db, &email)).await?;
    let _permit = app.hashing.acquire().await.map_err(|_| Error::Stopped)?;
    let verified = tokio::task::spawn_blocking(move || {
        let right = password::verify(&asked.password, found.as_ref().map(|user| user.password_hash.as_str()));
        found.filter(|_| right)
    });
    let user = verified.await.map_err(|_| Error::Stopped)?.ok_or_else(wrong)?;
    let session = Uuid::now_v7();
    let device: String = asked.device.chars().take(80).collect();
    app.store.writer.work(move |tx| accounts::open_session(tx, session, user.num, &device)).await?;
    Ok(tokens(&app, session, 0, user.profile))
}

/// Get the next pair of tokens. The token sent stays good until the one it led to is first used, and leads to the same one again.
#[utoipa::path(post, path = "/auth/v1/refresh", request_body = Refresh, responses(
    (status = 200, description = "The next pair", body = Tokens),
    (status = 401, description = "`unauthenticated`, or `session_revoked` if an older token was used again", body = Problem)))]
pub async fn refresh(State(app): State<App>, Body(asked): Body<Refresh>) -> Result<Json<Tokens>, Error> {
    let ended = || Error::problem(Code::Unauthenticated, "the session has ended: sign in again");
    let (session, generation) = app.key.read_refresh(&asked.refresh_token).ok_or_else(ended)?;
    match app.store.writer.work(move |tx| accounts::rotate(tx, session, generation)).await? {
        Rotation::Issue(generation, user) => Ok(tokens(&app, session, generation, *user)),
        Rotation::Ended => Err(ended()),
        Rotation::Reused => {
            tracing::warn!("a rotated refresh token was used again; the session was ended");
            Err(Error::problem(Code::SessionRevoked, "this token was used before: sign in again"))
        }
    }
}

/// Sign out this device, or every device of the user.
#[utoipa::path(post, path = "/auth/v1/sign-out", request_body = SignOut, security(("user" = [])), responses((status = 200, description = "Signed out")))]
pub async fn sign_out(State(app): State<App>, caller: Caller, Body(asked): Body<SignOut>) -> Result<Json<()>, Error> {
    let caller = caller.must(&[Permission::OwnAccount])?.clone();
    app.store
        .writer
        .work(move |tx| {
            accounts::revoke(tx, caller.session, accounts::End::Device)?;
            if asked.everywhere { accounts::revoke_all(tx, caller.num) } else { Ok(()) }
        })
        .await?;
    Ok(Json(()))
}
