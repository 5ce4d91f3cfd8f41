//! The client behind loopback HTTP and WebSocket, so that the same screens run in a plain browser: for development, tests, and machines
//! with no display. Never part of a release.
//!
//! Only this machine can reach it, and only a browser that was given the token it printed: the token is exchanged for a cookie that
//! scripts cannot read, and a request must come from our own page.

use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use client::Client;
use protocol::ui::{Event, Outcome, Request as Ask};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::broadcast::error::RecvError;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// The same as the app's window has (tauri.conf.json).
const CSP: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                   font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A request at most: a picture of 8 MiB in base64 and some words around it.
const BODY: usize = 12 * 1024 * 1024;

/// A running host.
pub struct Host {
    /// Where it is.
    pub address: SocketAddr,
    /// What a browser must bring.
    pub token: String,
}

impl Host {
    /// The address to open in a browser.
    pub fn url(&self) -> String {
        format!("http://{}/open?token={}", self.address, self.token)
    }
}

#[derive(Clone)]
struct Shared {
    client: Arc<Client>,
    token: Arc<str>,
    address: SocketAddr,
}

/// Serves a client and the screens in `dist` on loopback, until the process ends.
///
/// # Errors
/// The port is taken, or the system has no randomness.
pub async fn serve(client: Client, dist: PathBuf, port: u16) -> std::io::Result<Host> {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await?;
    let address = listener.local_addr()?;
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    let token = URL_SAFE_NO_PAD.encode(bytes);
    let shared = Shared { client: Arc::new(client), token: token.as_str().into(), address };
    let app = Router::new()
        .route("/bridge", post(bridge).layer(DefaultBodyLimit::max(BODY)))
        .route("/events", get(events))
        .fallback_service(ServeDir::new(dist))
        .layer(middleware::from_fn_with_state(shared.clone(), only_ours))
        .route("/open", get(open))
        .layer(SetResponseHeaderLayer::overriding(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP)))
        .layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-cache")))
        .layer(SetResponseHeaderLayer::overriding(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
        .with_state(shared);
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, app).await {
            tracing::error!(%error, "the browser host ended");
        }
    });
    Ok(Host { address, token })
}

#[derive(Deserialize)]
struct Token {
    token: String,
}

async fn open(State(shared): State<Shared>, Query(given): Query<Token>) -> Response {
    if given.token != *shared.token {
        return StatusCode::FORBIDDEN.into_response();
    }
    let cookie = format!("indowater={}; HttpOnly; SameSite=Strict; Path=/", shared.token);
    ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
}

fn is_ours(headers: &HeaderMap, shared: &Shared) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    // Another name for this address is how a page elsewhere would reach it (DNS rebinding).
    let here = shared.address.to_string();
    let local = format!("localhost:{}", shared.address.port());
    let host = text(header::HOST).is_some_and(|host| host == here || host == local);
    let origin =
        text(header::ORIGIN).is_none_or(|origin| origin == format!("http://{here}") || origin == format!("http://{local}"));
    let cookie = text(header::COOKIE).unwrap_or_default();
    let known = cookie.split("; ").any(|pair| pair.strip_prefix("indowater=").is_some_and(|token| token == &*shared.token));
    host && origin && known
}

async fn only_ours(State(shared): State<Shared>, request: Request<Body>, next: Next) -> Response {
    if is_ours(request.headers(), &shared) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "Open the address that the program printed.\n").into_response()
    }
}

async fn bridge(State(shared): State<Shared>, Json(asked): Json<Ask>) -> Json<Outcome> {
    Json(shared.client.call(asked).await)
}

async fn events(State(shared): State<Shared>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| forward(shared.client, socket))
}

async fn forward(client: Arc<Client>, mut socket: WebSocket) {
    let mut events = client.events();
    loop {
        let event = tokio::select! {
            event = events.recv() => event,
            message = socket.recv() => match message {
                Some(Ok(_)) => continue,
                _ => return,
            },
        };
        let event = match event {
            Ok(event) => event,
            Err(RecvError::Lagged(_)) => Event::Changed,
            Err(RecvError::Closed) => return,
        };
        let Ok(text) = serde_json::to_string(&event) else { continue };
        if socket.send(Message::Text(text.into())).await.is_err() {
            return;
        }
    }
}
