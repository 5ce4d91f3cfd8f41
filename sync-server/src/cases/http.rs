//! What a utility sets about cases, for admins.

use crate::cases::{policy, rules};
use crate::core::http::body::Body;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::alerts::rules::{CaseRules, CaseRulesChange};
use protocol::alerts::{CasePolicy, CasePolicyChange};
use protocol::core::problem::Problem;

/// What the utility sets about cases of meters.
#[utoipa::path(get, path = "/admin/v1/cases/policy", security(("user" = [])), responses(
    (status = 200, description = "What holds", body = CasePolicy)))]
pub async fn case_policy(State(app): State<App>, caller: Caller) -> Result<Json<CasePolicy>, Error> {
    let caller = caller.must(&[Permission::ManageAlerts])?;
    let utility = caller.utility;
    Ok(Json(app.store.read_of(caller.source(), move |db| policy::shown(db, utility)).await?))
}

/// Set it. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/cases/policy", request_body = CasePolicyChange, security(("user" = [])), responses(
    (status = 200, description = "What holds now", body = CasePolicy),
    (status = 400, description = "Somebody has changed it since it was read", body = Problem)))]
pub async fn set_case_policy(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<CasePolicyChange>,
) -> Result<Json<CasePolicy>, Error> {
    let caller = caller.must(&[Permission::ManageAlerts])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| policy::change(tx, &caller, &asked)).await?))
}

/// What the utility sets about cases for all its meters, and for those of a model.
#[utoipa::path(get, path = "/admin/v1/cases/rules", security(("user" = [])), responses(
    (status = 200, description = "What holds", body = CaseRules)))]
pub async fn case_rules(State(app): State<App>, caller: Caller) -> Result<Json<CaseRules>, Error> {
    let caller = caller.must(&[Permission::ManageAlerts])?;
    let utility = caller.utility;
    Ok(Json(app.store.read_of(caller.source(), move |db| rules::shown(db, utility)).await?))
}

/// Set it for one of them. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/cases/rules", request_body = CaseRulesChange, security(("user" = [])), responses(
    (status = 200, description = "What holds now", body = CaseRules),
    (status = 400, description = "It cannot be set, no meter is of the model, or somebody has changed it since it was read", body = Problem)))]
pub async fn set_case_rules(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<CaseRulesChange>,
) -> Result<Json<CaseRules>, Error> {
    let caller = caller.must(&[Permission::ManageAlerts])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| rules::change(tx, &caller, &asked)).await?))
}
