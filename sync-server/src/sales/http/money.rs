//! Buying credit: what it costs, the checkout, and the vouchers that are offered.

use crate::core::http::body::Body;
use crate::core::http::request::Query;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::sales::purchases::PurchaseRequest;
use crate::sales::{checkout as checkouts, offers as offered, purchases};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::billing::ledger::Channel;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::sales::money;
use protocol::sales::money::{CheckoutAsked, Offer, OffersAsked, QuoteAsked, VoucherAsked};

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
    let request = PurchaseRequest::of(asked, Channel::Gateway);
    let made = app.store.writer.by(&caller).work(move |tx| purchases::quote(tx, &caller, &request)).await?;
    Ok(Json(made.to_wire()))
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
    let purchase = app.store.writer.by(&caller).work(move |tx| checkouts::checkout(tx, &caller, asked.id)).await?;
    Ok(Json(purchase.to_wire()))
}

/// The vouchers that are offered for a purchase, with what they give or why they cannot be used; those that can come first.
#[utoipa::path(get, path = "/money/v1/offers", security(("user" = [])),
    params(("connection" = uuid::Uuid, Query, description = "For which connection"), ("amount" = i64, Query, description = "How much credit, Rp")),
    responses((status = 200, description = "The vouchers", body = Vec<Offer>), (status = 404, description = "Not in your scope", body = Problem)))]
pub async fn offers(State(app): State<App>, caller: Caller, Query(asked): Query<OffersAsked>) -> Result<Json<Vec<Offer>>, Error> {
    let caller = caller.must(&[Permission::BuyCredit])?.clone();
    let now = app.store.clock.now();
    Ok(Json(app.store.read_of(caller.source(), move |db| offered::of(db, &caller, &asked, now)).await?))
}

/// What a voucher's code gives for a purchase, or why it cannot be used. Without an amount only whether it can be used is said.
#[utoipa::path(get, path = "/money/v1/voucher", security(("user" = [])),
    params(("connection" = uuid::Uuid, Query, description = "For which connection"),
        ("amount" = Option<i64>, Query, description = "How much credit, Rp"), ("code" = String, Query, description = "The code")),
    responses((status = 200, description = "The voucher", body = Offer),
        (status = 404, description = "Not in your scope, or no such voucher: the detail then begins with `no_voucher`", body = Problem)))]
pub async fn voucher(State(app): State<App>, caller: Caller, Query(asked): Query<VoucherAsked>) -> Result<Json<Offer>, Error> {
    let caller = caller.must(&[Permission::BuyCredit])?.clone();
    let now = app.store.clock.now();
    Ok(Json(app.store.read_of(caller.source(), move |db| offered::check(db, &caller, &asked, now)).await?))
}
