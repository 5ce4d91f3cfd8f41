//! Schedules, holidays of work, leave, spare parts and calendars, for admins; and the calendar itself, for whoever has its address.

use crate::core::http::body::Body;
use crate::core::http::request::{Path, Query};
use crate::core::scope;
use crate::error::Error;
use crate::maintenance::{feeds, holidays, leave, parts, schedules};
use crate::people::auth::caller::Caller;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, header};
use domain::people::permission::Permission;
use protocol::core::problem::{Code, Problem};
use protocol::maintenance::feeds::{CalendarFeeds, FeedChange};
use protocol::maintenance::holidays::{HolidayChange, HolidaysAsked, WorkHolidays};
use protocol::maintenance::leave::{LeaveChange, WorkLeave};
use protocol::maintenance::parts::{PartChange, PartStock};
use protocol::maintenance::schedules::{SchedulePreview, SchedulePreviewRequest, Schedules, WorkScheduleChange};

/// The schedules of the utility, with their next days, and what they can be about.
#[utoipa::path(get, path = "/admin/v1/schedules", security(("user" = [])), responses(
    (status = 200, description = "The schedules", body = Schedules)))]
pub async fn schedules(State(app): State<App>, caller: Caller) -> Result<Json<Schedules>, Error> {
    let caller = caller.must(&[Permission::ManageWork])?;
    let (utility, now) = (caller.utility, app.store.clock.now());
    let found = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        schedules::list(&tx, utility, now)
    });
    Ok(Json(found.await?))
}

/// Add a schedule, set it otherwise, pause it, let it go on, or end it. The same `key` happens once. Orders that nobody has begun follow within
/// seconds; all others stay.
#[utoipa::path(post, path = "/admin/v1/schedules/change", request_body = WorkScheduleChange, security(("user" = [])), responses(
    (status = 200, description = "The schedules as they are now", body = Schedules),
    (status = 400, description = "It is refused; the detail begins with the reason's word", body = Problem),
    (status = 404, description = "No such schedule, zone or technician", body = Problem)))]
pub async fn change_schedule(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<WorkScheduleChange>,
) -> Result<Json<Schedules>, Error> {
    let caller = caller.must(&[Permission::ManageWork])?.clone();
    let (source, utility, now) = (caller.source(), caller.utility, app.store.clock.now());
    let asked = app.store.read_of(source, move |_| schedules::with_days(asked)).await?;
    app.store.writer.by(&caller).work(move |tx| schedules::change(tx, &caller, &asked)).await?;
    let found = app.store.read_of(source, move |db| {
        let tx = db.transaction()?;
        schedules::list(&tx, utility, now)
    });
    Ok(Json(found.await?))
}

/// What a schedule would do: its next days with their shifts, its meters, and how many orders it would announce. Nothing is kept.
#[utoipa::path(post, path = "/admin/v1/schedules/preview", request_body = SchedulePreviewRequest, security(("user" = [])), responses(
    (status = 200, description = "What it would do", body = SchedulePreview),
    (status = 400, description = "It cannot be set; the detail begins with the reason's word", body = Problem)))]
pub async fn preview_schedule(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<SchedulePreviewRequest>,
) -> Result<Json<SchedulePreview>, Error> {
    let caller = caller.must(&[Permission::ManageWork])?.clone();
    let now = app.store.clock.now();
    let found = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        scope::require_unchanged(&tx, &caller)?;
        schedules::preview(&tx, caller.utility, &asked.plan, now)
    });
    Ok(Json(found.await?))
}

/// The days off of a year: as the joint decree has them, and as the utility has set.
#[utoipa::path(get, path = "/admin/v1/holidays", security(("user" = [])), params(("year" = i16, Query, description = "Which year")), responses(
    (status = 200, description = "The days", body = WorkHolidays)))]
pub async fn work_holidays(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<HolidaysAsked>,
) -> Result<Json<WorkHolidays>, Error> {
    let caller = caller.must(&[Permission::ManageWork])?;
    let utility = caller.utility;
    Ok(Json(app.store.read_of(caller.source(), move |db| holidays::list(db, utility, asked.year)).await?))
}

/// Set what a day is, for all zones or for one, or take that back. The same `key` happens once. Schedules by calendar follow.
#[utoipa::path(post, path = "/admin/v1/holidays", request_body = HolidayChange, security(("user" = [])), responses(
    (status = 200, description = "The days of its year as they are now", body = WorkHolidays),
    (status = 400, description = "It is refused; the detail begins with the reason's word", body = Problem),
    (status = 404, description = "No such zone", body = Problem)))]
pub async fn set_work_holiday(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<HolidayChange>,
) -> Result<Json<WorkHolidays>, Error> {
    let caller = caller.must(&[Permission::ManageWork])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| holidays::change(tx, &caller, &asked)).await?))
}

/// Days on which technicians do not work, and whose can be entered.
#[utoipa::path(get, path = "/admin/v1/work-leave", security(("user" = [])), responses(
    (status = 200, description = "The leave that is not over for long", body = WorkLeave)))]
pub async fn work_leave(State(app): State<App>, caller: Caller) -> Result<Json<WorkLeave>, Error> {
    let caller = caller.must(&[Permission::ManageWork])?;
    let (utility, now) = (caller.utility, app.store.clock.now());
    let found = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        leave::list(&tx, utility, now)
    });
    Ok(Json(found.await?))
}

/// Enter a leave of a technician, or remove it. The same `key` happens once. No work moves because of it.
#[utoipa::path(post, path = "/admin/v1/work-leave", request_body = LeaveChange, security(("user" = [])), responses(
    (status = 200, description = "The leave as it is now", body = WorkLeave),
    (status = 400, description = "It is refused; the detail begins with the reason's word", body = Problem),
    (status = 404, description = "No such leave or technician", body = Problem)))]
pub async fn change_work_leave(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<LeaveChange>,
) -> Result<Json<WorkLeave>, Error> {
    let caller = caller.must(&[Permission::ManageWork])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| leave::change(tx, &caller, &asked)).await?))
}

/// The spare parts: how many are in the store and in each van, and what was used that is in no list.
#[utoipa::path(get, path = "/admin/v1/parts", security(("user" = [])), responses(
    (status = 200, description = "The stock", body = PartStock)))]
pub async fn parts(State(app): State<App>, caller: Caller) -> Result<Json<PartStock>, Error> {
    let caller = caller.must(&[Permission::ManageWork])?;
    let (utility, now) = (caller.utility, app.store.clock.now());
    let found = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        parts::list(&tx, utility, now)
    });
    Ok(Json(found.await?))
}

/// Add a part to the list or take it out, or say that pieces were received, moved or counted. The same `key` happens once. What is used under a work
/// order is taken by itself, once for each record.
#[utoipa::path(post, path = "/admin/v1/parts", request_body = PartChange, security(("user" = [])), responses(
    (status = 200, description = "The stock as it is now", body = PartStock),
    (status = 400, description = "It is refused; the detail begins with the reason's word", body = Problem),
    (status = 404, description = "No such part or technician", body = Problem)))]
pub async fn change_parts(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<PartChange>,
) -> Result<Json<PartStock>, Error> {
    let caller = caller.must(&[Permission::ManageWork])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| parts::change(tx, &caller, &asked)).await?))
}

/// Addresses of calendars that are not revoked.
#[utoipa::path(get, path = "/admin/v1/calendar-feeds", security(("user" = [])), responses(
    (status = 200, description = "The addresses, without their tokens", body = CalendarFeeds)))]
pub async fn calendar_feeds(State(app): State<App>, caller: Caller) -> Result<Json<CalendarFeeds>, Error> {
    let caller = caller.must(&[Permission::ManageWork])?;
    let utility = caller.utility;
    Ok(Json(app.store.read_of(caller.source(), move |db| feeds::list(db, utility)).await?))
}

/// Make an address, which is answered this once, or revoke one. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/calendar-feeds/change", request_body = FeedChange, security(("user" = [])), responses(
    (status = 200, description = "The addresses as they are now", body = CalendarFeeds),
    (status = 400, description = "It is refused; the detail begins with the reason's word", body = Problem),
    (status = 404, description = "No such address, technician or zone", body = Problem)))]
pub async fn change_calendar_feed(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<FeedChange>,
) -> Result<Json<CalendarFeeds>, Error> {
    let caller = caller.must(&[Permission::ManageWork])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| feeds::change(tx, &caller, &asked)).await?))
}

/// Work as a calendar (RFC 5545), for whoever has its address; nobody signs in for it. It has a month back and a year ahead.
#[utoipa::path(get, path = "/calendar/{token}", params(("token" = String, Path, description = "The token, and `.ics`")), responses(
    (status = 200, description = "The calendar", body = String, content_type = "text/calendar"),
    (status = 404, description = "There is none at this address, or it was revoked", body = Problem)))]
pub async fn calendar(
    State(app): State<App>,
    Path(token): Path<String>,
) -> Result<([(HeaderName, &'static str); 2], String), Error> {
    let nothing = || Error::problem(Code::NotFound, "there is no calendar at this address");
    let token = token.strip_suffix(".ics").map(str::to_owned).ok_or_else(nothing)?;
    let now = app.store.clock.now();
    let text = app.store.read(move |db| {
        let tx = db.transaction()?;
        feeds::read(&tx, &token, now)
    });
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "inline; filename=\"indowater.ics\""),
    ];
    Ok((headers, text.await?))
}
