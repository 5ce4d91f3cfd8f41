//! Buying credit, and reading what became of it: for customers about their own connections, for admins about all.

use super::body::Body;
use crate::auth::caller::Caller;
use crate::error::Error;
use crate::state::App;
use crate::store::purchases::{self, Purchase, Wanted};
use crate::store::{charging, counter, ledger};
use axum::Json;
use axum::extract::{Query, State};
use domain::ledger::Channel;
use domain::permission::Permission;
use protocol::money::{self, BalanceNow, CheckoutAsked, LINES, LoanAsked, QuoteAsked, Statement, StatementAsked, StatementLine};
use protocol::problem::Problem;

/// A purchase as it is told.
pub(super) fn told(purchase: &Purchase) -> money::Purchase {
    money::Purchase {
        id: purchase.id,
        state: purchase.state.as_str().into(),
        amount: purchase.amount,
        discount: purchase.granted.discount,
        bonus: purchase.granted.bonus,
        to_pay: purchase.to_pay(),
        paid: domain::Rupiah(purchase.paid.0 + purchase.extra.0),
        returned: purchase.returned,
        expires_at: purchase.expires_at,
    }
}

/// What an amount costs with a voucher; binds for 15 minutes.
#[utoipa::path(post, path = "/money/v1/quote", request_body = QuoteAsked, security(("user" = [])), responses(
    (status = 200, description = "The quote", body = money::Purchase),
    (status = 400, description = "The amount or the voucher cannot be used; the detail begins with the reason's word", body = Problem)))]
pub async fn quote(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<QuoteAsked>,
) -> Result<Json<money::Purchase>, Error> {
    let caller = caller.must(&[Permission::BuyCredit])?.clone();
    let QuoteAsked { id, connection, amount, code } = asked;
    let wanted = Wanted { id, connection, amount, code, channel: Channel::Gateway };
    let made = app.store.writer.work(move |tx, buckets| purchases::quote(tx, &caller, &wanted, buckets.now())).await?;
    Ok(Json(told(&made)))
}

/// Take a quote: the voucher is reserved, and the purchase waits for its payment. Asking again is safe.
#[utoipa::path(post, path = "/money/v1/checkout", request_body = CheckoutAsked, security(("user" = [])), responses(
    (status = 200, description = "The purchase", body = money::Purchase),
    (status = 400, description = "The quote is over, or no use of the voucher is left", body = Problem)))]
pub async fn checkout(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<CheckoutAsked>,
) -> Result<Json<money::Purchase>, Error> {
    let caller = caller.must(&[Permission::BuyCredit])?.clone();
    let taken = app.store.writer.work(move |tx, buckets| purchases::checkout(tx, &caller, asked.id, buckets.now())).await?;
    Ok(Json(told(&taken)))
}

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
    let page = app.store.read(move |db| {
        // One look at one state: the balance is that of the lines.
        let tx = db.transaction()?;
        let (connection, ..) = purchases::in_scope(&tx, &caller, asked.connection)?;
        let lines = ledger::statement(&tx, connection, asked.before, LINES)?;
        let next = lines.last().map(|line| line.num).filter(|_| lines.len() == LINES as usize);
        let running = charging::running(&tx, connection)?;
        let balance = charging::shown_balance(&tx, connection)?;
        let lines = lines.into_iter().map(|line| StatementLine {
            at: line.at,
            kind: line.kind,
            amount: line.amount,
            after: line.after,
            month: line.month,
            reason: line.reason,
        });
        Ok(Statement { balance, running, lines: lines.collect(), next })
    });
    Ok(Json(page.await?))
}

/// Borrow emergency credit: once between two purchases, when little is left.
#[utoipa::path(post, path = "/money/v1/emergency", request_body = LoanAsked, security(("user" = [])), responses(
    (status = 200, description = "The balance with it", body = BalanceNow), (status = 400, description = "None is to be had now", body = Problem)))]
pub async fn lend(State(app): State<App>, caller: Caller, Body(asked): Body<LoanAsked>) -> Result<Json<BalanceNow>, Error> {
    let caller = caller.must(&[Permission::BuyCredit])?.clone();
    let lent = app.store.writer.work(move |tx, buckets| {
        counter::lend(tx, &caller, asked.connection, buckets.now())?;
        let (connection, ..) = purchases::in_scope(tx, &caller, asked.connection)?;
        Ok(BalanceNow { balance: charging::shown_balance(tx, connection)? })
    });
    Ok(Json(lent.await?))
}
