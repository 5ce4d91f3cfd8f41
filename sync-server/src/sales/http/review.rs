//! Money that an admin has to look at: cases, refunds by bank transfer, and the limits of methods.

use crate::core::http::body::Body;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::sales::{bank_refunds, cases, limits as method_limits};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::sales::review::{
    BankRefund, BankRefundDecision, BankRefundRequest, CaseDecision, LimitRequest, MethodLimits, MoneyReview, PaymentCase,
};

/// What waits for an admin: reports of the gateway that nobody could match or explain, and refunds by bank transfer.
#[utoipa::path(get, path = "/admin/v1/money/review", security(("user" = [])), responses(
    (status = 200, description = "What is open, the oldest first", body = MoneyReview)))]
pub async fn review(State(app): State<App>, caller: Caller) -> Result<Json<MoneyReview>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    let now = app.store.clock.now();
    let found = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        cases::review(&tx, &caller, now)
    });
    Ok(Json(found.await?))
}

/// Decide about a case: credit its money to a purchase, or note that it is settled elsewhere. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/money/cases/settle", request_body = CaseDecision, security(("user" = [])), responses(
    (status = 200, description = "The case, closed", body = PaymentCase),
    (status = 400, description = "It is closed, or no money came with it; the detail begins with the reason's word", body = Problem),
    (status = 404, description = "No such case or purchase", body = Problem)))]
pub async fn settle_case(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<CaseDecision>,
) -> Result<Json<PaymentCase>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| cases::decide(tx, &caller, &asked)).await?))
}

/// Record that money of a purchase went back by a bank transfer. It is booked once another admin approves it. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/money/bank-refunds", request_body = BankRefundRequest, security(("user" = [])), responses(
    (status = 200, description = "The refund, which waits", body = BankRefund),
    (status = 400, description = "More than is left, or no reference of its own; the detail begins with the reason's word", body = Problem),
    (status = 404, description = "No such purchase", body = Problem)))]
pub async fn ask_bank_refund(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<BankRefundRequest>,
) -> Result<Json<BankRefund>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| bank_refunds::ask(tx, &caller, &asked)).await?))
}

/// Approve or reject a refund by bank transfer that another admin recorded. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/money/bank-refunds/decide", request_body = BankRefundDecision, security(("user" = [])), responses(
    (status = 200, description = "The refund, decided", body = BankRefund),
    (status = 400, description = "Decided before, recorded by the same admin, or more than is left", body = Problem),
    (status = 404, description = "No such refund", body = Problem)))]
pub async fn decide_bank_refund(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<BankRefundDecision>,
) -> Result<Json<BankRefund>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| bank_refunds::decide(tx, &caller, &asked)).await?))
}

/// The amounts that each method takes.
#[utoipa::path(get, path = "/admin/v1/money/limits", security(("user" = [])), responses(
    (status = 200, description = "One for each method", body = MethodLimits)))]
pub async fn limits(State(app): State<App>, caller: Caller) -> Result<Json<MethodLimits>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?;
    let utility = caller.utility;
    Ok(Json(app.store.read_of(caller.source(), move |db| method_limits::all(db, utility)).await?))
}

/// Set the amounts that a method takes. The same `key` happens once.
#[utoipa::path(post, path = "/admin/v1/money/limits", request_body = LimitRequest, security(("user" = [])), responses(
    (status = 200, description = "One for each method", body = MethodLimits),
    (status = 400, description = "The amounts can be no limit", body = Problem)))]
pub async fn set_limit(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<LimitRequest>,
) -> Result<Json<MethodLimits>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?.clone();
    Ok(Json(app.store.writer.by(&caller).work(move |tx| method_limits::set(tx, &caller, &asked)).await?))
}
