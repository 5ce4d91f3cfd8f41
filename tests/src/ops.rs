//! Operations as a device makes them.

use crate::world::Running;
use domain::CustomerId;
use domain::edit::{Change, CustomerField, Patch};
use protocol::push::{COMMANDS, Command, Op, OpResult, Outcome, Push, Pushed, Rejection};
use serde_json::value::to_raw_value;
use std::collections::BTreeMap;
use sync_server::store::now;
use uuid::Uuid;

/// An edit of a customer: field, what was seen, what is wanted.
pub fn edit(customer: CustomerId, sets: &[(CustomerField, &str, &str)]) -> Command {
    let change = |from: &str, to: &str| Change { from: from.into(), to: to.into() };
    let patch = Patch(sets.iter().map(|(field, from, to)| (*field, change(from, to))).collect::<BTreeMap<_, _>>());
    Command::EditCustomer { customer, patch }
}

/// Pushes operations by the API, from an outbox of their own.
pub async fn push(running: &Running, name: &str, ops: Vec<Op>) -> Vec<OpResult> {
    let token = running.tokens(name).await.access_token;
    let request = reqwest::Client::new().post(format!("{}/sync/v1/push", running.url())).bearer_auth(token);
    let answer = request.json(&Push { outbox: Uuid::now_v7(), life: None, ops }).send().await.expect("an answer");
    let pushed: Pushed = answer.error_for_status().expect("taken").json().await.expect("a push's answer");
    pushed.results
}

/// An operation in the lane of master data.
pub fn op(id: Uuid, seq: u64, after: Option<Uuid>, command: &Command) -> Op {
    let command = to_raw_value(command).expect("JSON");
    Op { id, seq, lane: "master".into(), after, v: COMMANDS, command, occurred_at: now() }
}

/// Why an operation was refused.
pub fn code(result: &OpResult) -> Option<Rejection> {
    match result.outcome {
        Outcome::Rejected { code, .. } => Some(code),
        _ => None,
    }
}
