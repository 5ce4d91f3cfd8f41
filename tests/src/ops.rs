//! Operations as a device makes them.

use crate::world::Running;
use domain::CustomerId;
use domain::sync::edit::{Change, CustomerField, Patch};
use protocol::sync::push::{OPERATION_VERSION, Operation, OperationEnvelope, OperationResult, Outcome, Push, Pushed, Rejection};
use serde_json::value::to_raw_value;
use std::collections::BTreeMap;
use sync_server::core::now;
use uuid::Uuid;

/// An edit of a customer: field, what was seen, what is wanted.
pub fn edit(customer: CustomerId, sets: &[(CustomerField, &str, &str)]) -> Operation {
    let change = |from: &str, to: &str| Change { from: from.into(), to: to.into() };
    let patch = Patch(sets.iter().map(|(field, from, to)| (*field, change(from, to))).collect::<BTreeMap<_, _>>());
    Operation::EditCustomer { customer, patch }
}

/// Pushes operations by the API, from an outbox of their own.
pub async fn push(running: &Running, name: &str, ops: Vec<OperationEnvelope>) -> Vec<OperationResult> {
    push_with(running, &running.tokens(name).await.access_token, ops).await
}

/// The same with an access token.
pub async fn push_with(running: &Running, token: &str, ops: Vec<OperationEnvelope>) -> Vec<OperationResult> {
    let request = reqwest::Client::new().post(format!("{}/sync/v1/push", running.url())).bearer_auth(token);
    let answer = request.json(&Push { outbox: Uuid::now_v7(), epoch: None, sent: None, ops }).send().await.expect("an answer");
    let pushed: Pushed = answer.error_for_status().expect("taken").json().await.expect("a push's answer");
    pushed.results
}

/// An operation in the lane of master data.
pub fn op(id: Uuid, seq: u64, after: Option<Uuid>, command: &Operation) -> OperationEnvelope {
    let command = to_raw_value(command).expect("JSON");
    let (lane, occurred_at) = ("master".into(), now());
    OperationEnvelope { id, seq, lane, after, v: OPERATION_VERSION, operation: command, occurred_at, clock: None }
}

/// Why an operation was refused.
pub fn code(result: &OperationResult) -> Option<Rejection> {
    match result.outcome {
        Outcome::Rejected { code, .. } => Some(code),
        _ => None,
    }
}
