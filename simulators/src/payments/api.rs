//! Midtrans' API as the server speaks it: Snap and Core, with Basic auth by the server key, and errors in Midtrans' shapes.

use super::Gateway;
use super::book::{Refund, Refusal, Transaction};
use super::words;
use crate::clock::now;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::sales::payment::{Bank, Method, OrderId, Status};
use domain::{Rupiah, UtcMillis};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// Payments that say nothing of it expire after a day.
const LIFETIME_MS: i64 = 24 * 3_600_000;

/// What a merchant wants to be paid.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    payment_type: String,
    transaction_details: Details,
    bank_transfer: Option<Transfer>,
    #[serde(alias = "custom_expiry")]
    expiry: Option<Expiry>,
    callbacks: Option<Callbacks>,
}

#[derive(Deserialize)]
struct Details {
    order_id: OrderId,
    gross_amount: i64,
}

#[derive(Deserialize)]
struct Transfer {
    bank: String,
}

#[derive(Deserialize)]
struct Expiry {
    #[serde(alias = "expiry_duration")]
    duration: i64,
    unit: String,
}

#[derive(Deserialize)]
struct Callbacks {
    finish: Option<String>,
}

/// What a merchant wants to give back.
#[derive(Deserialize)]
pub struct GiveBack {
    refund_key: Option<String>,
    amount: Option<i64>,
    #[serde(default)]
    reason: String,
}

impl Expiry {
    fn ms(&self) -> Option<i64> {
        let unit = match self.unit.trim_end_matches('s') {
            "second" => 1_000,
            "minute" => 60_000,
            "hour" => 3_600_000,
            "day" => 86_400_000,
            _ => return None,
        };
        Some(self.duration.clamp(1, 10_000) * unit)
    }
}

fn is_merchant(gateway: &Gateway, headers: &HeaderMap) -> bool {
    headers.get(header::AUTHORIZATION).is_some_and(|given| given.as_bytes() == gateway.credential.as_bytes())
}

/// An error of the Core API.
fn error(code: &str, message: &str) -> Response {
    let status = code.parse().ok().and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::BAD_REQUEST);
    (status, Json(json!({ "status_code": code, "status_message": message, "id": Uuid::new_v4() }))).into_response()
}

fn unauthorized() -> Response {
    error("401", "Transaction cannot be authorized with the current client/server key.")
}

fn refused(refusal: Refusal) -> Response {
    match refusal {
        Refusal::Unknown => error("404", "Transaction doesn't exist."),
        Refusal::State => error("412", "Merchant cannot modify the status of the transaction"),
    }
}

fn header_text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn transaction(wanted: &Wanted, method: Method, headers: &HeaderMap, now: UtcMillis) -> Result<Transaction, &'static str> {
    let gross = Rupiah(wanted.transaction_details.gross_amount);
    if !(1..=999_999_999_999).contains(&gross.0) {
        return Err("transaction_details.gross_amount must be more than 0");
    }
    let lifetime = match &wanted.expiry {
        Some(expiry) => expiry.ms().ok_or("expiry.unit is not valid")?,
        None => LIFETIME_MS,
    };
    let finish = wanted.callbacks.as_ref().and_then(|callbacks| callbacks.finish.clone());
    let is_link = |url: &String| ["http://", "https://", "indowater://"].iter().any(|scheme| url.starts_with(scheme));
    Ok(Transaction {
        order: wanted.transaction_details.order_id.clone(),
        id: Uuid::new_v4(),
        token: Uuid::new_v4().to_string(),
        gross,
        method,
        status: Status::Pending,
        made: now,
        expires: now.plus(lifetime),
        settled: None,
        refunds: Vec::new(),
        notify: header_text(headers, "x-override-notification"),
        finish: finish.filter(is_link),
    })
}

/// `POST /snap/v1/transactions`: a page on which the customer chooses how to pay.
pub async fn snap(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, wanted: Json<Wanted>) -> Response {
    let failed = |status: StatusCode, message: &str| (status, Json(json!({ "error_messages": [message] }))).into_response();
    if !is_merchant(&gateway, &headers) {
        return failed(
            StatusCode::UNAUTHORIZED,
            "Access denied due to unauthorized transaction, please check client or server key",
        );
    }
    let made = match transaction(&wanted, Method::Page, &headers, now()) {
        Ok(made) => made,
        Err(message) => return failed(StatusCode::BAD_REQUEST, message),
    };
    let (token, url) = (made.token.clone(), gateway.page_url(&made.token));
    match gateway.book().add(made) {
        Ok(()) => (StatusCode::CREATED, Json(json!({ "token": token, "redirect_url": url }))).into_response(),
        Err(_) => failed(StatusCode::BAD_REQUEST, "transaction_details.order_id has already been taken"),
    }
}

fn method(wanted: &Wanted) -> Option<Method> {
    match wanted.payment_type.as_str() {
        "qris" => Some(Method::Qris),
        "gopay" => Some(Method::Gopay),
        "bank_transfer" => {
            let bank = wanted.bank_transfer.as_ref()?;
            Bank::ALL.into_iter().find(|known| known.as_str() == bank.bank).map(Method::VirtualAccount)
        }
        "permata" => Some(Method::VirtualAccount(Bank::Permata)),
        _ => None,
    }
}

/// `POST /v2/charge`: a payment by one method.
pub async fn charge(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, wanted: Json<Wanted>) -> Response {
    if !is_merchant(&gateway, &headers) {
        return unauthorized();
    }
    let key = header_text(&headers, "idempotency-key");
    let Some(method) = method(&wanted) else {
        return error("402", "Payment channel is not activated.");
    };
    let made = match transaction(&wanted, method, &headers, now()) {
        Ok(made) => made,
        Err(message) => return error("400", message),
    };
    let answer: Value = words::charged(&made, &gateway.page_url(&made.token));
    {
        let mut book = gateway.book();
        if let Some(known) = key.as_ref().and_then(|key| book.answered(key)) {
            return Json(known).into_response();
        }
        if book.add(made.clone()).is_err() {
            return error("406", "The request could not be completed due to a conflict: order_id has already been used");
        }
        if let Some(key) = key {
            book.keep_answer(key, answer.clone());
        }
    }
    gateway.notifier.send(made);
    Json(answer).into_response()
}

/// `GET /v2/{order}/status`. A page on which nothing was chosen is no transaction yet, as with the real one.
pub async fn status(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, Path(order): Path<String>) -> Response {
    if !is_merchant(&gateway, &headers) {
        return unauthorized();
    }
    let found = gateway.book().find(&order).cloned();
    let chosen = found.filter(|found| found.method != Method::Page || !found.is_open());
    chosen.map_or_else(|| refused(Refusal::Unknown), |found| Json(words::body(&found)).into_response())
}

/// Ends a payment that was not made.
fn end(gateway: &Gateway, headers: &HeaderMap, order: &str, status: Status) -> Response {
    if !is_merchant(gateway, headers) {
        return unauthorized();
    }
    let ended = gateway.book().change(order, |found| {
        found.is_open().then_some(()).ok_or(Refusal::State)?;
        found.status = status;
        Ok(())
    });
    match ended {
        Ok(ended) => {
            let answer = Json(words::body(&ended)).into_response();
            gateway.notifier.send(ended);
            answer
        }
        Err(refusal) => refused(refusal),
    }
}

/// `POST /v2/{order}/cancel`.
pub async fn cancel(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, Path(order): Path<String>) -> Response {
    end(&gateway, &headers, &order, Status::Cancel)
}

/// `POST /v2/{order}/expire`.
pub async fn expire(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, Path(order): Path<String>) -> Response {
    end(&gateway, &headers, &order, Status::Expire)
}

/// `POST /v2/{order}/refund`: all of it, or an amount of it; the same `refund_key` again is the same refund.
pub async fn refund(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    Path(order): Path<String>,
    wanted: Json<GiveBack>,
) -> Response {
    if !is_merchant(&gateway, &headers) {
        return unauthorized();
    }
    let Json(wanted) = wanted;
    let key = wanted.refund_key.unwrap_or_else(|| Uuid::new_v4().to_string());
    let refunded = {
        let mut book = gateway.book();
        let left = book.find(&order).map_or(0, |found| found.gross.0 - found.refunded().0);
        let amount = Rupiah(wanted.amount.unwrap_or(left));
        book.refund(&order, Refund { key: key.clone(), amount, at: now(), reason: wanted.reason })
    };
    match refunded {
        Ok(after) => {
            let mut body = words::body(&after);
            // Unlike in notifications, the amount of this one refund.
            let this = after.refunds.iter().find(|refund| refund.key == key);
            body["refund_amount"] = json!(this.map(|refund| domain::sales::payment::GrossAmount::from(refund.amount)));
            body["refund_key"] = json!(key);
            gateway.notifier.send(after);
            Json(body).into_response()
        }
        Err(refusal) => refused(refusal),
    }
}
