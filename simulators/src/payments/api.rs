//! Midtrans' API as the server speaks it: Snap and Core, with Basic auth by the server key, and errors in Midtrans' shapes.

use super::Gateway;
use super::book::{Refund, Refusal, Transaction};
use super::words;
use crate::clock::now;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::sales::payment::{Bank, Method, OrderId, Status};
use domain::{LocalDay, Rupiah, UtcMillis};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// Payments that say nothing of it expire after a day.
const LIFETIME_MS: i64 = 24 * 3_600_000;

/// What a merchant wants to be paid.
struct Wanted {
    payment_type: String,
    order: OrderId,
    gross: Rupiah,
    bank: String,
    starts: Option<UtcMillis>,
    lifetime_ms: i64,
    finish: Option<String>,
}

/// What a merchant wants to give back.
struct GiveBack {
    refund_key: Option<String>,
    amount: Option<Rupiah>,
    reason: String,
}

/// Why a request is not one, in Midtrans' words; never empty.
type Invalid = Vec<String>;

fn object(body: &[u8]) -> Result<Value, Invalid> {
    let read: Option<Value> = serde_json::from_slice(body).ok().filter(Value::is_object);
    read.ok_or_else(|| vec!["Invalid JSON request body".to_owned()])
}

/// An amount of whole rupiah, as a number or as text. The real one takes no decimals in this currency.
fn amount(value: &Value, name: &str) -> Result<i64, String> {
    let read = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        Value::Null => return Err(format!("{name} is required")),
        _ => None,
    };
    read.ok_or_else(|| format!("{name} must be a number without decimals"))
}

/// What the items come to; `None` where there are none.
fn items(body: &Value) -> Result<Option<i64>, String> {
    let list = match &body["item_details"] {
        Value::Null => return Ok(None),
        Value::Array(list) => list,
        _ => return Err("item_details is not valid".to_owned()),
    };
    let mut sum = 0_i64;
    for item in list {
        let (price, quantity) =
            (amount(&item["price"], "item_details.price")?, amount(&item["quantity"], "item_details.quantity")?);
        let more = price.checked_mul(quantity).and_then(|line| sum.checked_add(line));
        sum = more.ok_or("item_details is not valid")?;
    }
    Ok(Some(sum))
}

/// From when, if that is said, and for how long it can be paid: `expiry` of Snap, `custom_expiry` of the Core API.
fn lifetime(body: &Value) -> Result<(Option<UtcMillis>, i64), String> {
    let (expiry, length, start) = match (&body["expiry"], &body["custom_expiry"]) {
        (Value::Null, Value::Null) => return Ok((None, LIFETIME_MS)),
        (Value::Null, custom) => (custom, "expiry_duration", "order_time"),
        (expiry, _) => (expiry, "duration", "start_time"),
    };
    let starts = match &expiry[start] {
        Value::Null => None,
        value => Some(value.as_str().and_then(instant).ok_or_else(|| format!("expiry.{start} is not valid"))?),
    };
    let unit = match expiry["unit"].as_str().unwrap_or_default().trim_end_matches('s') {
        "second" => 1_000,
        "minute" => 60_000,
        "hour" => 3_600_000,
        "day" => 86_400_000,
        _ => return Err("expiry.unit is not valid".to_owned()),
    };
    Ok((starts, amount(&expiry[length], "expiry.duration")?.clamp(1, 10_000) * unit))
}

/// `2026-11-29 14:05:27 +0700`.
fn instant(text: &str) -> Option<UtcMillis> {
    let mut words = text.split(' ');
    let (date, time, zone) = (words.next()?, words.next()?, words.next()?);
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let mut clock = time.split(':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let zone: i64 = zone.parse().ok()?;
    let day = LocalDay::from_ymd(year, month, day)?;
    let seconds = i64::from(day.0) * 86_400 + hour * 3_600 + minute * 60 + second - (zone / 100 * 3_600 + zone % 100 * 60);
    Some(UtcMillis(seconds * 1_000))
}

impl Wanted {
    /// Reads a request, and says everything that is wrong with it at once, as the real one does.
    fn read(body: &[u8]) -> Result<Self, Invalid> {
        let body = object(body)?;
        let details = &body["transaction_details"];
        let order = details["order_id"].as_str().unwrap_or_default().parse();
        let order = order.map_err(|_| "transaction_details.order_id is not valid".to_owned());
        let gross = amount(&details["gross_amount"], "transaction_details.gross_amount");
        let gross = gross.and_then(|gross| match gross {
            1..=999_999_999_999 => Ok(gross),
            _ => Err("transaction_details.gross_amount must be greater than or equal to 0.01".to_owned()),
        });
        let sum = items(&body).and_then(|sum| match (&gross, sum) {
            (Ok(gross), Some(sum)) if *gross != sum => {
                Err("transaction_details.gross_amount is not equal to the sum of item_details".to_owned())
            }
            _ => Ok(()),
        });
        let lifetime = lifetime(&body);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match (order, gross, sum, lifetime) {
            (Ok(order), Ok(gross), Ok(()), Ok((starts, lifetime_ms))) => Ok(Self {
                payment_type: text(&body["payment_type"]),
                order,
                gross: Rupiah(gross),
                bank: text(&body["bank_transfer"]["bank"]),
                starts,
                lifetime_ms,
                finish: [&body["callbacks"]["finish"], &body["gopay"]["callback_url"]]
                    .into_iter()
                    .find_map(Value::as_str)
                    .map(str::to_owned),
            }),
            (order, gross, sum, lifetime) => {
                Err([order.err(), gross.err(), sum.err(), lifetime.err()].into_iter().flatten().collect())
            }
        }
    }
}

impl GiveBack {
    fn read(body: &[u8]) -> Result<Self, Invalid> {
        let body = object(body)?;
        let amount = match &body["amount"] {
            Value::Null => None,
            value => Some(Rupiah(amount(value, "amount").map_err(|wrong| vec![wrong])?)),
        };
        let refund_key = body["refund_key"].as_str().map(str::to_owned);
        Ok(Self { refund_key, amount, reason: body["reason"].as_str().unwrap_or_default().to_owned() })
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

/// A request that the Core API does not take.
fn invalid(wrong: &Invalid) -> Response {
    let body = json!({ "status_code": "400", "status_message": "One or more parameters in the payload is invalid.",
        "validation_messages": wrong, "id": Uuid::new_v4() });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
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

/// Whether an address can be a link on a page.
pub fn is_link(url: &str) -> bool {
    ["http://", "https://", "indowater://"].iter().any(|scheme| url.starts_with(scheme))
}

fn transaction(wanted: &Wanted, method: Method, headers: &HeaderMap, now: UtcMillis) -> Transaction {
    Transaction {
        order: wanted.order.clone(),
        id: Uuid::new_v4(),
        token: Uuid::new_v4().to_string(),
        gross: wanted.gross,
        method,
        status: Status::Pending,
        made: now,
        expires: wanted.starts.unwrap_or(now).plus(wanted.lifetime_ms),
        settled: None,
        refunds: Vec::new(),
        notify: header_text(headers, "x-override-notification"),
        finish: wanted.finish.clone().filter(|url| is_link(url)),
    }
}

/// `POST /snap/v1/transactions`: a page on which the customer chooses how to pay.
pub async fn snap(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, body: Bytes) -> Response {
    let refused = |status: StatusCode, why: &[String]| (status, Json(json!({ "error_messages": why }))).into_response();
    let failed = |status: StatusCode, message: &str| refused(status, &[message.to_owned()]);
    if !is_merchant(&gateway, &headers) {
        return failed(
            StatusCode::UNAUTHORIZED,
            "Access denied due to unauthorized transaction, please check client or server key",
        );
    }
    let made = match Wanted::read(&body) {
        Ok(wanted) => transaction(&wanted, Method::Page, &headers, now()),
        Err(wrong) => return refused(StatusCode::BAD_REQUEST, &wrong),
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
        "bank_transfer" => Bank::ALL.into_iter().find(|known| known.as_str() == wanted.bank).map(Method::VirtualAccount),
        "permata" => Some(Method::VirtualAccount(Bank::Permata)),
        _ => None,
    }
}

/// `POST /v2/charge`: a payment by one method.
pub async fn charge(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, body: Bytes) -> Response {
    if !is_merchant(&gateway, &headers) {
        return unauthorized();
    }
    let key = header_text(&headers, "idempotency-key");
    let wanted = match Wanted::read(&body) {
        Ok(wanted) => wanted,
        Err(wrong) => return invalid(&wrong),
    };
    let Some(method) = method(&wanted) else {
        return error("402", "Payment channel is not activated.");
    };
    let made = transaction(&wanted, method, &headers, now());
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

/// `POST /v2/{order}/refund`: all of it, or an amount of it; the same `refund_key` again is the same refund. A bank gives nothing back that came
/// to a virtual account.
pub async fn refund(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, Path(order): Path<String>, body: Bytes) -> Response {
    if !is_merchant(&gateway, &headers) {
        return unauthorized();
    }
    let wanted = match GiveBack::read(&body) {
        Ok(wanted) => wanted,
        Err(wrong) => return invalid(&wrong),
    };
    let key = wanted.refund_key.unwrap_or_else(|| Uuid::new_v4().to_string());
    let refunded = {
        let mut book = gateway.book();
        let left = book.find(&order).map_or(0, |found| found.gross.0 - found.refunded().0);
        let amount = wanted.amount.unwrap_or(Rupiah(left));
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
