//! The demo controls: a page, and the same as JSON, that give simulated meters faults and end them while they run.
//!
//! Only this machine can reach them, and only who brings the token of the running simulator: a browser as a cookie that scripts cannot
//! read, the command line in a header. A request has to name this address as its host, and come from our own page or from no page.

pub mod caller;
mod page;

use crate::faults::asked::Asked;
use crate::faults::fleet::{Fleet, Handle, MeterView};
use crate::faults::kind::Kind;
use crate::plan::Controls;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use domain::Serial;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::sync::Arc;
use sync_server::people::auth::secret;
use tokio::net::TcpListener;

/// Bytes of a request at most.
const BODY: usize = 4 * 1024;

/// The cookie that carries the token. Cookies know no ports: the app's own has another name.
const COOKIE: &str = "indowater-controls=";

#[derive(Clone)]
struct Shared {
    fleet: Fleet,
    controls: Arc<Controls>,
}

/// Serves the controls of a fleet on a port of loopback, 0 for any free one, until the process ends.
///
/// # Errors
/// The port is taken, or the system has no randomness.
pub async fn serve(port: u16, fleet: Fleet) -> std::io::Result<Controls> {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await?;
    let token = secret::generate().map_err(std::io::Error::other)?;
    let controls = Controls { address: listener.local_addr()?, token };
    let shared = Shared { fleet, controls: Arc::new(controls.clone()) };
    let router = Router::new()
        .route("/", get(page::show))
        .route("/open", get(open))
        .route("/meters", get(meters))
        .route("/faults", post(begin))
        .route("/faults/{meter}", delete(end))
        .layer(DefaultBodyLimit::max(BODY))
        .layer(middleware::from_fn_with_state(shared.clone(), only_ours))
        .with_state(shared);
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "the demo controls ended");
        }
    });
    Ok(controls)
}

/// An answer that says what is wrong with a request; nothing was changed.
#[derive(Serialize, Deserialize)]
struct Problem {
    error: String,
}

/// Why a request is not done.
struct Refused(StatusCode, String);

impl Refused {
    fn new(status: StatusCode, error: impl ToString) -> Self {
        Self(status, error.to_string())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(Problem { error: self.1 })).into_response()
    }
}

/// Whether a request names this address as its host, and comes from our own page or from none. Another name for this address is how a page
/// elsewhere would reach it (DNS rebinding).
fn is_from_here(headers: &HeaderMap, address: SocketAddr) -> bool {
    let names = [address.to_string(), format!("localhost:{}", address.port())];
    let is_ours = |name: &str| names.iter().any(|ours| ours == name);
    let origin = |given: &HeaderValue| given.to_str().ok().and_then(|given| given.strip_prefix("http://")).is_some_and(is_ours);
    text(headers, header::HOST).is_some_and(is_ours) && headers.get(header::ORIGIN).is_none_or(origin)
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Whether a request brings the token. With the cookie alone nothing is changed unless the request says that it comes from our page.
fn brings_token(headers: &HeaderMap, method: &Method, token: &str) -> bool {
    let in_header = text(headers, header::AUTHORIZATION).and_then(|given| given.strip_prefix("Bearer ")) == Some(token);
    let cookies = text(headers, header::COOKIE).unwrap_or_default();
    let in_cookie = cookies.split("; ").any(|pair| pair.strip_prefix(COOKIE) == Some(token));
    in_header || in_cookie && (method == Method::GET || headers.contains_key(header::ORIGIN))
}

async fn only_ours(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let Controls { address, token } = &*shared.controls;
    let is_known = request.uri().path() == "/open" || brings_token(request.headers(), request.method(), token);
    let mut response = if is_known && is_from_here(request.headers(), *address) {
        next.run(request).await
    } else {
        Refused::new(StatusCode::FORBIDDEN, "open the address of the demo controls that the program printed").into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, page::policy());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

#[derive(Deserialize)]
struct Token {
    token: String,
}

/// `GET /open`: takes the token as a cookie, and leads to the page.
async fn open(State(shared): State<Shared>, Query(given): Query<Token>) -> Response {
    if given.token != shared.controls.token {
        let error = "this is the address of a simulator that has ended: open the one printed last";
        return Refused::new(StatusCode::FORBIDDEN, error).into_response();
    }
    let cookie = format!("{COOKIE}{}; HttpOnly; SameSite=Strict; Path=/", given.token);
    ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
}

/// `GET /meters`: every meter, and what it does now.
async fn meters(State(shared): State<Shared>) -> Json<Vec<MeterView>> {
    Json(shared.fleet.meters().iter().map(|handle| handle.view()).collect())
}

fn find<'f>(fleet: &'f Fleet, serial: &Serial) -> Result<&'f Handle, Refused> {
    fleet.find(serial).ok_or_else(|| Refused::new(StatusCode::NOT_FOUND, format!("there is no meter {serial} in this demo")))
}

/// `POST /faults`: gives a meter a fault, in the place of the one it has.
async fn begin(State(shared): State<Shared>, asked: Result<Json<Asked>, JsonRejection>) -> Result<Json<MeterView>, Refused> {
    let Json(asked) = asked.map_err(|rejection| Refused::new(rejection.status(), rejection.body_text()))?;
    let (fault, for_s) = asked.fault().map_err(|bad| Refused::new(StatusCode::BAD_REQUEST, bad))?;
    let handle = find(&shared.fleet, &asked.meter)?;
    handle.begin(fault, for_s);
    Ok(Json(handle.view()))
}

/// Which fault of a meter is to end; any, if it is not said.
#[derive(Deserialize)]
struct Which {
    kind: Option<Kind>,
}

/// `DELETE /faults/{meter}`: ends a meter's fault. One that has none stays as it is.
async fn end(
    State(shared): State<Shared>,
    Path(serial): Path<String>,
    which: Result<Query<Which>, QueryRejection>,
) -> Result<Json<MeterView>, Refused> {
    let Query(Which { kind }) = which.map_err(|rejection| Refused::new(rejection.status(), rejection.body_text()))?;
    let serial: Serial = serial.parse().map_err(|bad| Refused::new(StatusCode::BAD_REQUEST, bad))?;
    let handle = find(&shared.fleet, &serial)?;
    let has = handle.view().fault.map(|fault| fault.kind);
    if let (Some(has), Some(kind)) = (has, kind)
        && has != kind
    {
        return Err(Refused::new(StatusCode::CONFLICT, format!("{serial} has {has}, not {kind}")));
    }
    handle.end();
    Ok(Json(handle.view()))
}

#[cfg(test)]
mod tests;
