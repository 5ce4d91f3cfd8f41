//! Buying credit, and reading what became of it: for customers about their own connections, for admins about all.

use crate::billing::{charging, explain, ledger};
use crate::core::http::body::Body;
use crate::core::http::request::Query;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::sales::purchases;
use crate::sales::purchases::Wanted;
use crate::sales::{counter, offers};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::billing::ledger::Channel;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::sales::money;
use protocol::sales::money::{
    BalanceNow, CheckoutAsked, LINES, LoanAsked, Offer, OffersAsked, QuoteAsked, Statement, StatementAsked, Why, WhyAsked,
};

/// What an amount costs with a voucher; binds for 15 minutes.
#[utoipa::path(post, path = "/money/v1/quote", request_body = QuoteAsked, security(("user" = [])), responses(
    (status = 200, description = "The quote", body = money::Purchase),
    (status = 400, description = "The amount or the voucher cannot be used; the detail begins with the reason's word", body = Problem),
    (status = 404, description = "Not in your scope", body = Problem)))]
pub async fn quote(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<QuoteAsked>,
) -> Result<Json<money::Purchase>, Error> {
    let caller = caller.must(&[Permission::BuyCredit])?.clone();
    let QuoteAsked { id, connection, amount, code } = asked;
    let wanted = Wanted { id, connection, amount, code, channel: Channel::Gateway };
    let made = app.store.writer.work(move |tx| purchases::quote(tx, &caller, &wanted)).await?;
    Ok(Json(made.told()))
}

/// Take a quote: the voucher is reserved, and the purchase waits for its payment. Asking again is safe.
#[utoipa::path(post, path = "/money/v1/checkout", request_body = CheckoutAsked, security(("user" = [])), responses(
    (status = 200, description = "The purchase", body = money::Purchase),
    (status = 400, description = "The quote is over, or no use of the voucher is left", body = Problem),
    (status = 404, description = "Not in your scope", body = Problem)))]
pub async fn checkout(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<CheckoutAsked>,
) -> Result<Json<money::Purchase>, Error> {
    let caller = caller.must(&[Permission::BuyCredit])?.clone();
    let taken = app.store.writer.work(move |tx| purchases::checkout(tx, &caller, asked.id)).await?;
    Ok(Json(taken.told()))
}

/// A connection's balance and statement, the newest line first.
#[utoipa::path(get, path = "/money/v1/statement", security(("user" = [])),
    params(("connection" = uuid::Uuid, Query, description = "Whose"), ("before" = Option<i64>, Query, description = "`next` of the page before")),
    responses((status = 200, description = "A page", body = Statement),
    (status = 404, description = "Not in your scope", body = Problem)))]
pub async fn statement(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<StatementAsked>,
) -> Result<Json<Statement>, Error> {
    let caller = caller.must(&[Permission::BuyCredit])?.clone();
    let page = app.store.read(move |db| {
        // One look at one state: the balance is that of the lines.
        let tx = db.transaction()?;
        let (connection, ..) = purchases::in_scope(&tx, &caller, asked.connection)?;
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
    let lent = app.store.writer.work(move |tx| {
        counter::lend(tx, &caller, asked.connection)?;
        let (connection, ..) = purchases::in_scope(tx, &caller, asked.connection)?;
        Ok(BalanceNow { balance: charging::shown_balance(tx, connection)? })
    });
    Ok(Json(lent.await?))
}

/// The vouchers that are offered for a purchase, with what they give or why they cannot be used; those that can come first.
#[utoipa::path(get, path = "/money/v1/offers", security(("user" = [])),
    params(("connection" = uuid::Uuid, Query, description = "For which connection"), ("amount" = i64, Query, description = "How much credit, Rp")),
    responses((status = 200, description = "The vouchers", body = Vec<Offer>),
    (status = 404, description = "Not in your scope", body = Problem)))]
pub async fn offers(State(app): State<App>, caller: Caller, Query(asked): Query<OffersAsked>) -> Result<Json<Vec<Offer>>, Error> {
    let caller = caller.must(&[Permission::BuyCredit])?.clone();
    Ok(Json(app.store.read(move |db| offers::of(db, &caller, &asked, crate::core::now())).await?))
}

/// Why a month costs what it costs: blocks, days and readings.
#[utoipa::path(get, path = "/money/v1/why", security(("user" = [])),
    params(("connection" = uuid::Uuid, Query, description = "Whose"), ("month" = i32, Query, description = "`year * 12 + (month - 1)`")),
    responses((status = 200, description = "The month", body = Why),
    (status = 404, description = "Not in your scope", body = Problem)))]
pub async fn explain(State(app): State<App>, caller: Caller, Query(asked): Query<WhyAsked>) -> Result<Json<Why>, Error> {
    let caller = caller.must(&[Permission::BuyCredit])?.clone();
    let month = app.store.read(move |db| {
        let tx = db.transaction()?;
        let (connection, ..) = purchases::in_scope(&tx, &caller, asked.connection)?;
        explain::why(&tx, connection, asked.month)
    });
    Ok(Json(month.await?))
}
