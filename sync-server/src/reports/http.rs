//! Reports that are made by themselves, for admins: schedules, and what was made.

use crate::core::http::body::Body;
use crate::core::http::request::Path;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::reports::{runs, schedules};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::ReportRunId;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::reports::{ReportSchedules, RunAgain, RunDocument, ScheduleChange};
use uuid::Uuid;

/// What is made by itself, and what was made.
#[utoipa::path(get, path = "/admin/v1/reports/schedules", security(("user" = [])), responses(
    (status = 200, description = "The schedules, and 100 runs at most", body = ReportSchedules)))]
pub async fn report_schedules(State(app): State<App>, caller: Caller) -> Result<Json<ReportSchedules>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?;
    let utility = caller.utility;
    let found = app.store.read_of(caller.source(), move |db| {
        // All of it is of one snapshot.
        let tx = db.transaction()?;
        schedules::shown(&tx, utility)
    });
    Ok(Json(found.await?))
}

/// Make, change or remove a schedule. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/reports/schedules", request_body = ScheduleChange, security(("user" = [])), responses(
    (status = 200, description = "What holds now", body = ReportSchedules),
    (status = 400, description = "It cannot be kept, or somebody has changed it since it was read", body = Problem),
    (status = 404, description = "There is no such schedule", body = Problem)))]
pub async fn change_report_schedule(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<ScheduleChange>,
) -> Result<Json<ReportSchedules>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| schedules::change(tx, &caller, &asked)).await?))
}

/// A run with its report, as it was stored when it was made.
#[utoipa::path(get, path = "/admin/v1/reports/runs/{id}", security(("user" = [])),
    params(("id" = String, Path, description = "The run")),
    responses(
        (status = 200, description = "The run and its report", body = RunDocument),
        (status = 404, description = "There is no such run, or it has no report", body = Problem)))]
pub async fn report_run(State(app): State<App>, caller: Caller, Path(id): Path<Uuid>) -> Result<Json<RunDocument>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?;
    let utility = caller.utility;
    Ok(Json(app.store.read_of(caller.source(), move |db| runs::stored(db, utility, ReportRunId(id))).await?))
}

/// Make a report once more, with the same parameters and as of now. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/reports/runs/again", request_body = RunAgain, security(("user" = [])), responses(
    (status = 200, description = "What was made, the new one first", body = ReportSchedules),
    (status = 400, description = "What it would be made from was removed", body = Problem),
    (status = 404, description = "There is no such run", body = Problem),
    (status = 503, description = "Transfers are being counted", body = Problem)))]
pub async fn run_report_again(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<RunAgain>,
) -> Result<Json<ReportSchedules>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    let (utility, now) = (caller.utility, app.store.clock.now());
    let read = app.store.read_of(caller.source(), move |db| runs::read_again(db, utility, asked, now)).await?;
    let writer = app.store.writer.by(&caller);
    Ok(Json(writer.work(move |tx| runs::keep_again(tx, &caller, asked.key, read.as_ref())).await?))
}
