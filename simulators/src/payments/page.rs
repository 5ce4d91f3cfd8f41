//! The payment page: its handlers, and what its buttons do. The HTML is in `html`.

use super::Gateway;
use super::api::is_link;
use super::book::{Refusal, Transaction};
use super::html;
use crate::clock::now;
use crate::language::Language;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::sales::payment::{Method, Status};
use serde::Deserialize;
use std::sync::Arc;

const FONT: &[u8] = include_bytes!("../../../assets/fonts/plus-jakarta-sans.woff2");

/// Nothing from elsewhere, and no script at all.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; font-src 'self'; form-action 'self'; base-uri 'none'";

/// The language of a page.
#[derive(Deserialize)]
pub struct Shown {
    #[serde(default)]
    lang: Language,
}

/// A search on the home page.
#[derive(Deserialize)]
pub struct Search {
    #[serde(default)]
    lang: Language,
    #[serde(default)]
    q: String,
    /// Where the customer comes back to: the merchant says it of payments whose request cannot.
    back: Option<String>,
}

/// How the customer wants to pay.
#[derive(Deserialize)]
pub struct Chosen {
    method: String,
}

fn page(status: StatusCode, text: String) -> Response {
    let mut response = (status, Html(text)).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// `GET /`: find a payment by its number.
pub async fn home(Query(shown): Query<Shown>) -> Response {
    page(StatusCode::OK, html::home(shown.lang, None))
}

/// `GET /font.woff2`.
pub async fn font() -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("font/woff2"))], FONT).into_response()
}

/// `GET /find`: to the page of a virtual account or an order.
pub async fn find(State(gateway): State<Arc<Gateway>>, Query(search): Query<Search>) -> Response {
    let text: String = search.q.chars().filter(|c| !c.is_whitespace()).collect();
    let found = gateway.book().by_account(&text).map(|found| (found.token.clone(), found.order.to_string()));
    let found = found.map(|(token, order)| {
        if let Some(back) = search.back.filter(|back| is_link(back)) {
            // It is there: it was found just now.
            let _ = gateway.book().change(&order, |found| {
                found.finish.get_or_insert(back);
                Ok(())
            });
        }
        token
    });
    match found {
        Some(token) => back(&token, search.lang),
        None => page(StatusCode::NOT_FOUND, html::home(search.lang, Some(&search.q))),
    }
}

/// `GET …/{token}`: what is to be paid, and how.
pub async fn show(State(gateway): State<Arc<Gateway>>, Path(token): Path<String>, Query(shown): Query<Shown>) -> Response {
    gateway.expire(now());
    let found = gateway.book().by_token(&token).cloned();
    match found {
        Some(found) => page(StatusCode::OK, html::transaction(shown.lang, &found)),
        None => page(StatusCode::NOT_FOUND, html::home(shown.lang, Some(""))),
    }
}

fn back(token: &str, language: Language) -> Response {
    let query = if language == Language::English { "?lang=en" } else { "" };
    Redirect::to(&format!("/snap/v4/redirection/{token}{query}")).into_response()
}

/// Changes the transaction of a page that is still open, and notifies the merchant.
fn step(gateway: &Gateway, token: &str, language: Language, change: impl FnOnce(&mut Transaction)) -> Response {
    gateway.expire(now());
    let order = gateway.book().by_token(token).map(|found| found.order.to_string()).unwrap_or_default();
    let changed = gateway.book().change(&order, |found| {
        found.is_open().then_some(()).ok_or(Refusal::State)?;
        change(found);
        Ok(())
    });
    if let Ok(changed) = changed {
        gateway.notifier.send(changed);
    }
    // A step that was not possible shows on the page, which has the present state.
    back(token, language)
}

/// `POST …/{token}/choose`: the method, once.
pub async fn choose(
    State(gateway): State<Arc<Gateway>>,
    Path(token): Path<String>,
    Query(shown): Query<Shown>,
    Form(chosen): Form<Chosen>,
) -> Response {
    match chosen.method.parse() {
        Ok(method) if method != Method::Page => step(&gateway, &token, shown.lang, |found| {
            if found.method == Method::Page {
                found.method = method;
            }
        }),
        _ => back(&token, shown.lang),
    }
}

/// `POST …/{token}/{pay|deny|expire}`: what the customer, or the bank, does.
pub async fn act(
    State(gateway): State<Arc<Gateway>>,
    Path((token, what)): Path<(String, String)>,
    Query(shown): Query<Shown>,
) -> Response {
    let status = match what.as_str() {
        "pay" => Status::Settlement,
        "deny" => Status::Deny,
        "expire" => Status::Expire,
        _ => return page(StatusCode::NOT_FOUND, html::home(shown.lang, Some(""))),
    };
    step(&gateway, &token, shown.lang, |found| {
        found.status = status;
        found.settled = (status == Status::Settlement).then(now);
    })
}
