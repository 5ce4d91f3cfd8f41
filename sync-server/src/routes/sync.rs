//! The reading half of sync.

use super::body::Body;
use super::socket::{BEAT, Socket};
use crate::auth::caller::Caller;
use crate::error::Error;
use crate::state::App;
use crate::store::{accounts, now, scope, sync};
use axum::Json;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::permission::Permission;
use protocol::problem::{Code, Problem};
use protocol::sync::{Bucket, Hello, PAGE, PROTOCOL, Page, Pull, Pulled, Wake, Welcome};
use serde::Deserialize;
use std::collections::HashMap;

/// Everybody who may hold some bucket; which ones is `scope`'s to say.
const SYNC: &[Permission] = &[Permission::OwnUsage, Permission::ZoneFleet, Permission::WholeFleet];

/// Buckets a device can hold at most.
const CURSORS: usize = 1_000;

/// Versions and limits, before anything else.
#[utoipa::path(post, path = "/sync/v1/hello", request_body = Hello, security(("user" = [])), responses(
    (status = 200, description = "Versions, limits and the server's clock", body = Welcome),
    (status = 426, description = "`incompatible`", body = Problem)))]
pub async fn hello(caller: Caller, Body(hello): Body<Hello>) -> Result<Json<Welcome>, Error> {
    caller.must(SYNC)?;
    if hello.protocol < PROTOCOL {
        return Err(Error::problem(Code::Incompatible, "this version of the app is too old for the server"));
    }
    Ok(Json(Welcome { protocol: (PROTOCOL, PROTOCOL), server_time: now(), page: PAGE as u32 }))
}

/// What changed behind the device's cursors, from one snapshot of the database.
#[utoipa::path(post, path = "/sync/v1/pull", request_body = Pull, security(("user" = [])), responses(
    (status = 200, description = "Changes, buckets to add and to drop, heads", body = Pulled)))]
pub async fn pull(State(app): State<App>, caller: Caller, Body(asked): Body<Pull>) -> Result<Json<Pulled>, Error> {
    let caller = caller.must(SYNC)?.clone();
    if asked.cursors.len() > CURSORS {
        return Err(Error::problem(Code::BadRequest, "too many cursors"));
    }
    let pulled = app.store.read(move |db| sync::pull(db, &caller, &asked)).await?;
    count_rows(pulled.changes.len());
    Ok(Json(pulled))
}

/// Where a page begins.
#[derive(Deserialize)]
pub struct After {
    after: Option<String>,
}

/// A page of a bucket's live rows.
#[utoipa::path(get, path = "/sync/v1/snapshot/{bucket}", security(("user" = [])),
    params(("bucket" = String, Path), ("after" = Option<String>, Query, description = "`next` of the page before")),
    responses((status = 200, description = "Rows, the key to go on with, and the bucket's head", body = Page),
    (status = 404, description = "Not in scope", body = Problem)))]
pub async fn snapshot(
    State(app): State<App>,
    caller: Caller,
    Path(bucket): Path<String>,
    Query(query): Query<After>,
) -> Result<Json<Page>, Error> {
    let caller = caller.must(SYNC)?.clone();
    let page = app.store.read(move |db| sync::page(db, &caller, &Bucket(bucket), query.after.as_deref())).await?;
    count_rows(page.rows.len());
    Ok(Json(page))
}

fn count_rows(rows: usize) {
    metrics::counter!("indowater_sync_rows_total").increment(rows as u64);
}

/// Says which buckets have news, over a WebSocket. News may be lost: a device pulls from time to time all the same.
#[utoipa::path(get, path = "/sync/v1/wake", security(("user" = [])), responses((status = 101, description = "WebSocket; each message a Wake", body = Wake)))]
pub async fn wake(State(app): State<App>, caller: Caller, upgrade: WebSocketUpgrade) -> Result<Response, Error> {
    let caller = caller.must(SYNC)?.clone();
    Ok(upgrade.max_message_size(4 * 1024).on_upgrade(move |socket| async move {
        if let Err(error) = tell(app, caller, Socket::new(socket)).await {
            tracing::debug!(%error, "a listener left");
        }
    }))
}

async fn tell(app: App, caller: scope::Caller, mut socket: Socket) -> Result<(), Error> {
    let mut reader = app.live.buckets.join();
    let mut names: HashMap<i64, String> = HashMap::new();
    let mut recheck = tokio::time::interval(BEAT);
    loop {
        tokio::select! {
            _ = recheck.tick() => {
                socket.beat().await?;
                let session = caller.session;
                let Some(caller) = app.store.read(move |db| accounts::caller(db, session)).await? else { return Ok(()) };
                let members = app.store.read(move |db| scope::buckets(db, &caller)).await?;
                names = members.into_iter().filter_map(|member| Some((member.num?, member.name))).collect();
                reader.listen(names.keys().copied().collect());
            }
            news = reader.mailbox.fetch() => {
                for woken in news {
                    let Some(name) = names.get(&woken.bucket) else { continue };
                    socket.send(&Wake { bucket: Bucket(name.clone()), seq: woken.seq as u64 }).await?;
                }
            }
            text = socket.next() => if text.is_none() { return Ok(()) },
            () = app.stopped() => return Ok(()),
        }
    }
}
