//! The writing half of sync.

use super::body::Body;
use crate::apply;
use crate::auth::caller::Caller;
use crate::error::Error;
use crate::state::App;
use crate::store::{accounts, now, scope};
use axum::Json;
use axum::extract::State;
use domain::permission::Permission;
use futures_util::future::join_all;
use protocol::problem::{Code, Problem};
use protocol::push::{MAX_OPS, Op, OpResult, Push, Pushed};
use uuid::Uuid;

/// Everybody who may hold some bucket may have done something; whether they were allowed to is each command's to say.
const PUSH: &[Permission] = &[Permission::OwnAccount];

/// Bring operations. Each has one effect or none, whole, and its own answer; they are applied in the order sent.
#[utoipa::path(post, path = "/sync/v1/push", request_body = Push, security(("user" = [])), responses(
    (status = 200, description = "What became of each", body = Pushed), (status = 413, description = "Too many operations", body = Problem)))]
pub async fn push(State(app): State<App>, caller: Caller, Body(asked): Body<Push>) -> Result<Json<Pushed>, Error> {
    let caller = caller.must(PUSH)?.clone();
    if asked.ops.len() > MAX_OPS {
        return Err(Error::problem(Code::TooLarge, "500 operations at most in one push"));
    }
    // All are handed over before the first is answered, in order: they share the writer's commits.
    let outbox = asked.outbox;
    let results = join_all(asked.ops.into_iter().map(|op| one(&app, &caller, outbox, op))).await;
    Ok(Json(Pushed { results: results.into_iter().collect::<Result<_, _>>()?, server_time: now() }))
}

async fn one(app: &App, caller: &scope::Caller, outbox: Uuid, op: Op) -> Result<OpResult, Error> {
    let (author, id, again) = (caller.clone(), op.id, op.clone());
    let applied = app.store.writer.work(move |tx, buckets| {
        // Rights are looked at in the transaction of the effect: what was taken away meanwhile is away.
        let now = accounts::caller(tx, author.session)?;
        let now = now.ok_or_else(|| Error::problem(Code::Unauthenticated, "the session has ended: sign in again"))?;
        apply::take(tx, buckets, &now, outbox, &op)
    });
    match applied.await {
        Err(Error::Stumbled) => {
            metrics::counter!("indowater_ops_stumbled_total").increment(1);
            tracing::error!(op = %id, "an operation made the server stumble");
            let author = caller.clone();
            let outcome = app.store.writer.work(move |tx, _| apply::stumbled(tx, &author, outbox, &again)).await?;
            Ok(OpResult { id, duplicate: false, outcome })
        }
        other => other,
    }
}
