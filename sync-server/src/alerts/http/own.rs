//! What a user sets of their own notifications. The notifications themselves are rows of sync, in the user's bucket.

use crate::alerts::{inbox, settings as preferences};
use crate::core::http::body::Body;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::alerts::preferences::Preferences;
use domain::people::permission::Permission;
use protocol::alerts::{AlertSettings, PushTokenRequest, ReadRequest, ThresholdsNow, ThresholdsRequest};
use protocol::core::problem::Problem;

/// What the caller wants to be notified of, by which channels and when not; which channels this server has; the key of the webhook.
#[utoipa::path(get, path = "/alerts/v1/preferences", security(("user" = [])), responses(
    (status = 200, description = "Preferences", body = AlertSettings)))]
pub async fn settings(State(app): State<App>, caller: Caller) -> Result<Json<AlertSettings>, Error> {
    let caller = caller.must(&[Permission::OwnAccount])?.clone();
    let key = app.key.clone();
    Ok(Json(app.store.read_of(caller.source(), move |db| preferences::of(db, &caller, &key)).await?))
}

/// Set what the caller wants to be notified of, whole.
#[utoipa::path(post, path = "/alerts/v1/preferences", request_body = Preferences, security(("user" = [])), responses(
    (status = 200, description = "Preferences as they are now", body = AlertSettings),
    (status = 400, description = "`preferences`: a kind has two switches for one channel, or the webhook is no address", body = Problem)))]
pub async fn set_settings(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<Preferences>,
) -> Result<Json<AlertSettings>, Error> {
    let caller = caller.must(&[Permission::OwnAccount])?.clone();
    let key = app.key.clone();
    let writer = app.store.writer.by(&caller);
    Ok(Json(writer.work(move |tx| preferences::keep(tx, &caller, asked, &key)).await?))
}

/// Set when the balance of one connection is low, for everybody who has it; or that its customer's thresholds hold again. The same `key`
/// happens once.
#[utoipa::path(post, path = "/alerts/v1/thresholds", request_body = ThresholdsRequest, security(("user" = [])), responses(
    (status = 200, description = "The thresholds that hold", body = ThresholdsNow),
    (status = 400, description = "`thresholds`: they are too large or below zero", body = Problem),
    (status = 404, description = "No such connection", body = Problem)))]
pub async fn set_thresholds(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<ThresholdsRequest>,
) -> Result<Json<ThresholdsNow>, Error> {
    let caller = caller.must(&[Permission::OwnUsage])?.clone();
    let writer = app.store.writer.by(&caller);
    Ok(Json(writer.work(move |tx| preferences::set_thresholds(tx, &caller, &asked)).await?))
}

/// Mark notifications as read, on all of the caller's devices.
#[utoipa::path(post, path = "/alerts/v1/read", request_body = ReadRequest, security(("user" = [])), responses(
    (status = 200, description = "Those of the caller's are read"),
    (status = 400, description = "More than 500 at once", body = Problem)))]
pub async fn mark_read(State(app): State<App>, caller: Caller, Body(asked): Body<ReadRequest>) -> Result<Json<()>, Error> {
    let caller = caller.must(&[Permission::OwnAccount])?.clone();
    let writer = app.store.writer.by(&caller);
    Ok(Json(writer.work(move |tx| inbox::mark_read(tx, &caller, &asked.notifications)).await?))
}

/// Say where push messages reach this device, as long as it is signed in; or that none are wanted.
#[utoipa::path(post, path = "/alerts/v1/push-token", request_body = PushTokenRequest, security(("user" = [])), responses(
    (status = 200, description = "Kept, or forgotten"),
    (status = 400, description = "`token`: it is no token of `fcm` or `apns`", body = Problem)))]
pub async fn push_token(State(app): State<App>, caller: Caller, Body(asked): Body<PushTokenRequest>) -> Result<Json<()>, Error> {
    let caller = caller.must(&[Permission::OwnAccount])?.clone();
    let writer = app.store.writer.by(&caller);
    Ok(Json(writer.work(move |tx| preferences::set_token(tx, &caller, &asked)).await?))
}
