//! A connection's balance and statement, why a month costs what it costs, and emergency credit: for customers about their own connections,
//! for admins about all.

use crate::billing::{charging, emergency, explain, ledger};
use crate::core::http::body::Body;
use crate::core::http::request::Query;
use crate::core::scope;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::sales::money::{BalanceNow, LINES, LoanAsked, Statement, StatementAsked, Why, WhyAsked};

/// A connection's balance and statement, the newest line first.
#[utoipa::path(get, path = "/money/v1/statement", security(("user" = [])),
    params(("connection" = uuid::Uuid, Query, description = "Whose"), ("before" = Option<i64>, Query, description = "`next` of the page before")),
    responses((status = 200, description = "A page", body = Statement), (status = 404, description = "Not in your scope", body = Problem)))]
pub async fn statement(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<StatementAsked>,
) -> Result<Json<Statement>, Error> {
    let caller = caller.must(&[Permission::BuyCredit])?.clone();
    let page = app.store.read_of(caller.source(), move |db| {
        // One snapshot: the balance is that of the lines.
        let tx = db.transaction()?;
        let connection = scope::connection(&tx, &caller, asked.connection)?.num;
        let lines = ledger::statement(&tx, connection, asked.before, LINES)?;
        let next = lines.last().map(|line| line.no).filter(|_| lines.len() == LINES as usize);
        let running = charging::running(&tx, connection)?;
        let balance = charging::shown_balance(&tx, connection)?;
        Ok(Statement { balance, running, lines, next })
    });
    Ok(Json(page.await?))
}

/// Borrow emergency credit: once between two purchases, when little is left.
#[utoipa::path(post, path = "/money/v1/emergency", request_body = LoanAsked, security(("user" = [])), responses(
    (status = 200, description = "The balance with it", body = BalanceNow), (status = 400, description = "None is to be had now", body = Problem),
    (status = 404, description = "Not in your scope", body = Problem)))]
pub async fn lend(State(app): State<App>, caller: Caller, Body(asked): Body<LoanAsked>) -> Result<Json<BalanceNow>, Error> {
    let caller = caller.must(&[Permission::BuyCredit])?.clone();
    let balance = app.store.writer.by(&caller).work(move |tx| emergency::lend(tx, &caller, asked.connection)).await?;
    Ok(Json(BalanceNow { balance }))
}

/// Why a month costs what it costs: blocks, days and readings.
#[utoipa::path(get, path = "/money/v1/why", security(("user" = [])),
    params(("connection" = uuid::Uuid, Query, description = "Whose"), ("month" = i32, Query, description = "`year * 12 + (month - 1)`")),
    responses((status = 200, description = "The month", body = Why), (status = 404, description = "Not in your scope", body = Problem)))]
pub async fn explain(State(app): State<App>, caller: Caller, Query(asked): Query<WhyAsked>) -> Result<Json<Why>, Error> {
    let caller = caller.must(&[Permission::BuyCredit])?.clone();
    let month = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        let connection = scope::connection(&tx, &caller, asked.connection)?.num;
        explain::why(&tx, connection, asked.month)
    });
    Ok(Json(month.await?))
}
