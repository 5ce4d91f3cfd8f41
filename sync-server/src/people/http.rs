//! Signing in and out.

pub mod audit;
pub mod passwords;
pub mod users;

use crate::core::http::body::Body;
use crate::core::http::client_address::ClientAddress;
use crate::error::Error;
use crate::people::accounts;
use crate::people::accounts::Rotation;
use crate::people::auth::caller::Caller;
use crate::people::auth::password;
use crate::people::auth::token::ACCESS_MS;
use crate::state::App;
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use domain::UtcMillis;
use domain::core::text;
use domain::people::permission::Permission;
use protocol::core::problem::{Code, Problem};
use protocol::people::auth::{Profile, Refresh, SignIn, SignOut, Tokens};
use std::net::SocketAddr;
use uuid::Uuid;

/// Longest e-mail address there is (RFC 5321, 4.5.3.1).
pub(super) const LONGEST_EMAIL: usize = 254;

fn tokens(app: &App, session: Uuid, (generation, began): (u32, UtcMillis), user: Profile) -> Json<Tokens> {
    // With its session at the latest.
    let access_expires_at = app.store.clock.now().plus(ACCESS_MS).min(app.sessions.last(began));
    let access_token = app.key.access_until(session, access_expires_at);
    let (refresh_token, device_token) = (app.key.refresh(session, generation), Some(app.key.device(session)));
    Json(Tokens { access_token, access_expires_at, refresh_token, device_token, user })
}

/// Counts a try to sign in to an account, whether or not there is one.
pub(super) async fn count_try(app: &App, email: &str, device_token: Option<&str>, address: ClientAddress) -> Result<(), Error> {
    if let Some(session) = device_token.and_then(|token| app.key.read_device(token)) {
        let account = email.to_owned();
        if app.store.read(move |db| accounts::is_own_device(db, &account, session)).await? {
            return app.limits.try_device(session);
        }
    }
    app.limits.try_address(address, email)?;
    let (account, now) = (email.to_owned(), app.store.clock.now());
    let is_known = app.store.read(move |db| accounts::is_known_address(db, &account, address, now)).await?;
    if is_known { Ok(()) } else { app.limits.try_account(email) }
}

/// Sign in with e-mail and password. Who is not known and who mistypes get the same answer after the same work.
#[utoipa::path(post, path = "/auth/v1/sign-in", request_body = SignIn, responses(
    (status = 200, description = "Access and refresh token, and who is signed in", body = Tokens),
    (status = 401, description = "`wrong_credentials`", body = Problem),
    (status = 429, description = "`rate_limited`, with Retry-After", body = Problem)))]
pub async fn sign_in(
    State(app): State<App>,
    ConnectInfo(connected): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Body(asked): Body<SignIn>,
) -> Result<Json<Tokens>, Error> {
    let email = text::email(&asked.email);
    let wrong = || Error::problem(Code::WrongCredentials, "e-mail or password is wrong");
    if asked.password.len() > password::LONGEST || email.len() > LONGEST_EMAIL {
        return Err(wrong());
    }
    let address = app.proxies.client(connected.ip(), &headers);
    count_try(&app, &email, asked.device_token.as_deref(), address).await?;
    let found = app.store.read(move |db| accounts::find(db, &email)).await?;
    let _permit = app.hashing.acquire().await.map_err(|_| Error::Stopped)?;
    let verified = tokio::task::spawn_blocking(move || {
        let right = password::verify(&asked.password, found.as_ref().map(|user| user.password_hash.as_str()));
        found.filter(|_| right)
    });
    let user = verified.await.map_err(|_| Error::Stopped)?.ok_or_else(wrong)?;
    let session = Uuid::now_v7();
    let device: String = asked.device.chars().take(80).collect();
    let profile = user.profile.clone();
    let opened = app.store.writer.work(move |tx| Ok((accounts::sign_in(tx, session, &user, &device, address)?, tx.now))).await?;
    let (true, began) = opened else { return Err(wrong()) };
    Ok(tokens(&app, session, (0, began), profile))
}

/// Get the next pair of tokens. The token sent stays good until the one it led to is first used, for an hour unless the server is set up
/// otherwise, and leads to the same one again.
#[utoipa::path(post, path = "/auth/v1/refresh", request_body = Refresh, responses(
    (status = 200, description = "The next pair", body = Tokens),
    (status = 401, description = "`unauthenticated`, or `session_revoked` if an older token was used again", body = Problem)))]
pub async fn refresh(
    State(app): State<App>,
    ConnectInfo(connected): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Body(asked): Body<Refresh>,
) -> Result<Json<Tokens>, Error> {
    let ended = || Error::problem(Code::Unauthenticated, "the session has ended: sign in again");
    let (session, generation) = app.key.read_refresh(&asked.refresh_token).ok_or_else(ended)?;
    let (ends, address) = (app.sessions, app.proxies.client(connected.ip(), &headers));
    match app.store.writer.work(move |tx| accounts::rotate(tx, session, generation, (&ends, address))).await? {
        Rotation::Issue(issue) => Ok(tokens(&app, session, (issue.generation, issue.began), issue.profile)),
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
