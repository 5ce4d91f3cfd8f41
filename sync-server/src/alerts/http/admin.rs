//! The queue for admins: its numbers, what could not be sent, and sending that again.

use crate::alerts::dead_letters;
use crate::core::http::body::Body;
use crate::core::http::request::Query;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::alerts::{AlertQueue, DeadLetters, DeadLettersAsked, SendAgain, SentAgain};
use protocol::core::problem::Problem;

/// How many deliveries there are, by provider and state, and which providers are set up.
#[utoipa::path(get, path = "/admin/v1/alerts/queue", security(("user" = [])), responses(
    (status = 200, description = "The queue in numbers", body = AlertQueue)))]
pub async fn queue(State(app): State<App>, caller: Caller) -> Result<Json<AlertQueue>, Error> {
    let caller = caller.must(&[Permission::ManageAlerts])?.clone();
    let found = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        dead_letters::queue(&tx, &caller)
    });
    Ok(Json(found.await?))
}

/// Messages that could not be sent, the newest first.
#[utoipa::path(get, path = "/admin/v1/alerts/dead", security(("user" = [])),
    params(("after" = Option<i64>, Query, description = "`next` of the answer before")),
    responses((status = 200, description = "Dead letters", body = DeadLetters)))]
pub async fn dead(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<DeadLettersAsked>,
) -> Result<Json<DeadLetters>, Error> {
    let caller = caller.must(&[Permission::ManageAlerts])?.clone();
    Ok(Json(app.store.read_of(caller.source(), move |db| dead_letters::list(db, &caller, &asked)).await?))
}

/// Send dead letters again, under the identifiers that they had. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/alerts/send-again", request_body = SendAgain, security(("user" = [])), responses(
    (status = 200, description = "How many are in the queue again", body = SentAgain),
    (status = 400, description = "More than 500 at once", body = Problem)))]
pub async fn send_again(State(app): State<App>, caller: Caller, Body(asked): Body<SendAgain>) -> Result<Json<SentAgain>, Error> {
    let caller = caller.must(&[Permission::ManageAlerts])?.clone();
    let writer = app.store.writer.by(&caller);
    Ok(Json(writer.work(move |tx| dead_letters::send_again(tx, &caller, &asked)).await?))
}
