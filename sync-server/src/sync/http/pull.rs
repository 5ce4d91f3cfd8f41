//! The reading half of sync.

use crate::core::http::body::Body;
use crate::core::http::request::{Path, Query, Upgrade};
use crate::core::http::socket::{BEAT, READ_BUFFER, Socket};
use crate::core::scope;
use crate::error::Error;
use crate::metering::fleet;
use crate::people::auth::caller::Caller;
use crate::state::App;
use crate::sync::pull as answers;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::people::permission::Permission;
use protocol::core::problem::{Code, Problem};
use protocol::sync::pull::{Bucket, Hello, Manifest, PAGE, PROTOCOL, Page, Pull, Pulled, Range, Wake, Welcome};
use rusqlite::Connection;
use serde::Deserialize;
use std::collections::HashMap;
use std::time::Duration;
use uuid::Uuid;

/// Everybody who may hold some bucket; `scope` decides which ones.
const SYNC: &[Permission] = &[Permission::OwnUsage, Permission::ZoneFleet, Permission::WholeFleet];

/// The longest that a device may wait for a bucket to advance, in seconds.
const LONGEST_WAIT_S: u32 = 25;

/// With so few cursors a pull is answered where it arrives: going to another thread and back costs as much as the answer.
const FEW_CURSORS: usize = 8;

/// Buckets that a device can hold at most.
const CURSORS: usize = 1_000;

/// Versions and limits, before anything else.
#[utoipa::path(post, path = "/sync/v1/hello", request_body = Hello, security(("user" = [])), responses(
    (status = 200, description = "Versions, limits and the server's clock", body = Welcome),
    (status = 426, description = "`incompatible`", body = Problem)))]
pub async fn hello(State(app): State<App>, caller: Caller, Body(hello): Body<Hello>) -> Result<Json<Welcome>, Error> {
    let caller = caller.must(SYNC)?;
    let utility = caller.utility;
    if hello.protocol < PROTOCOL {
        return Err(Error::problem(Code::Incompatible, "this version of the app is too old for the server"));
    }
    let utility = app.store.read_of(caller.source(), move |db| fleet::name(db, utility)).await?;
    Ok(Json(Welcome { protocol: (PROTOCOL, PROTOCOL), server_time: app.store.clock.now(), page: PAGE as u32, utility }))
}

/// What changed behind the device's cursors, from one snapshot of the database.
#[utoipa::path(post, path = "/sync/v1/pull", request_body = Pull, security(("user" = [])), responses(
    (status = 200, description = "Changes, buckets to add and to drop, heads", body = Pulled)))]
pub async fn pull(State(app): State<App>, caller: Caller, Body(asked): Body<Pull>) -> Result<Json<Pulled>, Error> {
    let caller = caller.must(SYNC)?.clone();
    if asked.cursors.len() > CURSORS {
        return Err(Error::problem(Code::BadRequest, "too many cursors"));
    }
    let is_small = asked.cursors.len() <= FEW_CURSORS;
    let now = app.store.clock.now();
    let source = caller.source();
    let pull = move |db: &mut Connection| answers::pull(db, &caller, &asked, now);
    let pulled = if is_small { app.store.read_inline(pull).await? } else { app.store.read_of(source, pull).await? };
    count_rows(pulled.changes.len());
    Ok(Json(pulled))
}

/// A page of a part of a bucket's live rows.
#[utoipa::path(get, path = "/sync/v1/snapshot/{bucket}", security(("user" = [])),
    params(("bucket" = String, Path), ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("until" = Option<String>, Query, description = "The last key wanted"),
        ("bytes" = Option<u32>, Query, description = "Bytes of bodies at most, 4 KiB to 256 KiB")),
    responses((status = 200, description = "Rows, the key to go on with, and the bucket's head", body = Page),
    (status = 404, description = "Not in scope", body = Problem)))]
pub async fn snapshot(
    State(app): State<App>,
    caller: Caller,
    Path(bucket): Path<String>,
    Query(range): Query<Range>,
) -> Result<Json<Page>, Error> {
    let caller = caller.must(SYNC)?.clone();
    let page = app.store.read_of(caller.source(), move |db| answers::page(db, &caller, &Bucket(bucket), &range)).await?;
    count_rows(page.rows.len());
    Ok(Json(page))
}

fn count_rows(rows: usize) {
    metrics::counter!("indowater_sync_rows_total").increment(rows as u64);
}

/// Where a manifest begins.
#[derive(Deserialize)]
pub struct After {
    after: Option<String>,
}

/// What a bucket holds, by hash, for a device whose rows differ: it takes only the runs again that do.
#[utoipa::path(get, path = "/sync/v1/manifest/{bucket}", security(("user" = [])),
    params(("bucket" = String, Path), ("after" = Option<String>, Query, description = "`next` of the page before")),
    responses((status = 200, description = "Runs of rows with their hashes, and the bucket's head", body = Manifest),
    (status = 404, description = "Not in scope", body = Problem)))]
pub async fn manifest(
    State(app): State<App>,
    caller: Caller,
    Path(bucket): Path<String>,
    Query(query): Query<After>,
) -> Result<Json<Manifest>, Error> {
    let caller = caller.must(SYNC)?.clone();
    Ok(Json(
        app.store
            .read_of(caller.source(), move |db| answers::manifest(db, &caller, &Bucket(bucket), query.after.as_deref()))
            .await?,
    ))
}

/// How long to wait.
#[derive(Deserialize)]
pub struct WaitQuery {
    timeout: Option<u32>,
}

/// Waits until a bucket of the caller's advances, for devices that cannot hold a WebSocket open. What advanced before the call is not in
/// the answer: a device pulls when it begins to wait, and from time to time all the same.
#[utoipa::path(get, path = "/sync/v1/wait", security(("user" = [])),
    params(("timeout" = Option<u32>, Query, description = "Seconds to wait at most, 25 if not said or more")),
    responses((status = 200, description = "Buckets that advanced; none if the time ran out", body = Vec<Wake>)))]
pub async fn wait(State(app): State<App>, caller: Caller, Query(asked): Query<WaitQuery>) -> Result<Json<Vec<Wake>>, Error> {
    let caller = caller.must(SYNC)?.clone();
    let ended = || Error::problem(Code::Unauthenticated, "the session has ended: sign in again");
    let mut reader = app.live.buckets.join();
    let names = held(&app, caller.session).await?.ok_or_else(ended)?;
    reader.listen(names.keys().copied().collect());
    let patience = Duration::from_secs(u64::from(asked.timeout.unwrap_or(LONGEST_WAIT_S).min(LONGEST_WAIT_S)));
    let advanced = tokio::select! {
        advanced = reader.mailbox.fetch() => advanced,
        () = tokio::time::sleep(patience) => Vec::new(),
        () = app.stopped() => Vec::new(),
    };
    // A right may have gone while this waited.
    let names = if advanced.is_empty() { names } else { held(&app, caller.session).await?.ok_or_else(ended)? };
    let wakes = advanced
        .into_iter()
        .filter_map(|head| Some(Wake { bucket: Bucket(names.get(&head.bucket)?.clone()), seq: head.seq as u64 }));
    Ok(Json(wakes.collect()))
}

/// Sends which buckets have advanced, over a WebSocket. A message may be lost: a device pulls from time to time all the same.
#[utoipa::path(get, path = "/sync/v1/wake", security(("user" = [])), responses((status = 101, description = "WebSocket; each message a Wake", body = Wake),
    (status = 400, description = "`bad_request`: not asked for as a WebSocket", body = Problem)))]
pub async fn wake(State(app): State<App>, caller: Caller, Upgrade(upgrade): Upgrade) -> Result<Response, Error> {
    let caller = caller.must(SYNC)?.clone();
    Ok(upgrade.max_message_size(4 * 1024).read_buffer_size(READ_BUFFER).on_upgrade(move |socket| async move {
        if let Err(error) = send_wakes(app, caller, Socket::new(socket)).await {
            tracing::debug!(%error, "a listener left");
        }
    }))
}

/// The buckets of a session's user as the database has them now; `None` once the session has ended.
async fn held(app: &App, session: Uuid) -> Result<Option<HashMap<i64, String>>, Error> {
    let members = app.store.read(move |db| {
        let Some(caller) = scope::caller(db, session)? else { return Ok(None) };
        scope::buckets(db, &caller).map(Some)
    });
    let members = members.await?;
    Ok(members.map(|members| members.into_iter().filter_map(|member| Some((member.num?, member.name))).collect()))
}

async fn send_wakes(app: App, caller: scope::Caller, mut socket: Socket) -> Result<(), Error> {
    let mut reader = app.live.buckets.join();
    let mut names: HashMap<i64, String> = HashMap::new();
    let mut invalidated = app.live.scope();
    let mut recheck = tokio::time::interval(BEAT);
    loop {
        tokio::select! {
            _ = recheck.tick() => {
                socket.beat().await?;
                invalidated.mark_changed();
            }
            _ = invalidated.changed() => {
                let Some(now) = held(&app, caller.session).await? else { return Ok(()) };
                names = now;
                reader.listen(names.keys().copied().collect());
            }
            advanced = reader.mailbox.fetch() => {
                // A change of scope applies before the changes that came behind it.
                if invalidated.has_changed().unwrap_or(false) {
                    let Some(now) = held(&app, caller.session).await? else { return Ok(()) };
                    names = now;
                }
                for head in advanced {
                    let Some(name) = names.get(&head.bucket) else { continue };
                    socket.send(&Wake { bucket: Bucket(name.clone()), seq: head.seq as u64 }).await?;
                }
            }
            text = socket.next() => if text.is_none() { return Ok(()) },
            () = app.stopped() => return Ok(()),
        }
    }
}
