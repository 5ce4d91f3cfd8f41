//! The writing half of sync.

use crate::core::http::body::Body;
use crate::core::{feed, scope};
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::state::App;
use crate::sync::apply;
use axum::Json;
use axum::extract::State;
use domain::field::device_clock::KnownRuns;
use domain::people::permission::Permission;
use protocol::core::problem::{Code, Problem};
use protocol::sync::push::{MAX_OPS, OperationEnvelope, OperationResult, Push, Pushed};
use uuid::Uuid;

/// Whoever may hold some bucket may have done something; each operation checks whether its author was allowed to.
const PUSH: &[Permission] = &[Permission::OwnAccount];

/// Bring operations. Each has one effect or none, whole, and its own answer; they are applied in the order sent.
#[utoipa::path(post, path = "/sync/v1/push", request_body = Push, security(("user" = [])), responses(
    (status = 200, description = "What became of each", body = Pushed), (status = 413, description = "Too many operations", body = Problem)))]
pub async fn push(State(app): State<App>, caller: Caller, Body(asked): Body<Push>) -> Result<Json<Pushed>, Error> {
    let caller = caller.must(PUSH)?.clone();
    if asked.ops.len() > MAX_OPS {
        return Err(Error::problem(Code::TooLarge, format!("{MAX_OPS} operations at most in one push")));
    }
    let epoch = app.store.read_of(caller.source(), |db| feed::epoch(db)).await?;
    if !asked.is_for(epoch) {
        return Ok(Json(Pushed { results: Vec::new(), server_time: app.store.clock.now(), epoch }));
    }
    let (outbox, author) = (asked.outbox, caller.clone());
    // How long ago an operation was made is measured from when the push came, not from when the writer has time for it.
    let runs = KnownRuns::of_push(asked.sent.as_ref(), asked.ops.iter().map(OperationEnvelope::stamp), app.store.clock.now());
    let mut rights = None;
    let writer = app.store.writer.of(caller.source());
    let applying = writer.enqueue_each(asked.ops.clone(), bytes, move |tx, op| {
        // Rights are checked in the transaction of the effect: what was taken away meanwhile is away. No operation changes its author's.
        let caller = match rights.take() {
            Some(caller) => caller,
            None => scope::caller(tx, author.session)?
                .ok_or_else(|| Error::problem(Code::Unauthenticated, "the session has ended: sign in again"))?,
        };
        let result = apply::take_of_push(tx, &caller, outbox, (op, &runs));
        rights = Some(caller);
        result
    });
    let outcomes = applying.await?.all().await?;
    let mut results = Vec::with_capacity(asked.ops.len());
    for (op, outcome) in asked.ops.into_iter().zip(outcomes) {
        results.push(match outcome {
            Ok(result) => result,
            Err(error @ (Error::Problem(_) | Error::Stopped)) => return Err(error),
            Err(error) => panicked(&app, &caller, outbox, op, &error).await?,
        });
    }
    Ok(Json(Pushed { results, server_time: app.store.clock.now(), epoch }))
}

/// What an operation holds in memory.
fn bytes(op: &OperationEnvelope) -> usize {
    size_of::<OperationEnvelope>() + op.operation.get().len() + op.lane.len()
}

/// A fault of the server with one operation does not stop the others: that one is tried again, and refused in the end.
async fn panicked(
    app: &App,
    caller: &scope::Caller,
    outbox: Uuid,
    op: OperationEnvelope,
    error: &Error,
) -> Result<OperationResult, Error> {
    metrics::counter!("indowater_ops_stumbled_total").increment(1);
    tracing::error!(op = %op.id, %error, "an operation made the server panic");
    let (author, id) = (caller.clone(), op.id);
    let outcome = app.store.writer.of(caller.source()).work(move |tx| apply::panicked(tx, &author, outbox, &op)).await?;
    Ok(OperationResult { id, duplicate: false, outcome })
}
