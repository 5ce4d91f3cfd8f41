//! The whole way: a server, an admin's device that loses its network, the import, and the network again.

use crate::Options;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use client::Client;
use protocol::ui::imports::{Import, ImportsRequest, ImportsResponse, Mapped, SLICE, Slice, Stage};
use protocol::ui::{Answer, Phase, Request};
use serde_json::{Value, json};
use std::error::Error;
use std::io::Read;
use std::time::Instant;
use tests::field::{phase, sign_in};
use tests::world::{Kept, Running, World, client_with};
use uuid::Uuid;

/// Zones that every world has.
const THERE: [&str; 2] = ["Barat", "Timur"];

/// Imports the file into a server of its own; says what is there then. `zones` are those that the sheet names.
pub fn apply(options: &Options, zones: &[String], mapped: Mapped) -> Result<Value, Box<dyn Error>> {
    tokio::runtime::Runtime::new()?.block_on(run(options, zones, mapped))
}

async fn run(options: &Options, zones: &[String], mapped: Mapped) -> Result<Value, Box<dyn Error>> {
    let world = World::new();
    world.add_zones(zones.iter().map(String::as_str).filter(|name| !THERE.contains(name)));
    let running = world.start().await;
    let desk = client_with(&running.world.folder.path().join("desk"), &running.url(), &Kept::default()).await;
    sign_in(&desk, "admin").await;
    phase(&desk, Phase::Live).await;
    let config = running.same_addresses();
    let Running { world, server } = running;
    server.stop().await;
    phase(&desk, Phase::Offline).await;
    let began = Instant::now();
    let import = bring(&desk, options).await?;
    let shown = at(&desk, import, Stage::Mapping).await;
    let zone = shown.zones.iter().find(|(_, name)| zones.first() == Some(name)).map(|(zone, _)| *zone).or(shown.zone);
    ask(&desk, ImportsRequest::Map(Mapped { id: import, zone, ..mapped })).await?;
    ask(&desk, ImportsRequest::Check(import)).await?;
    at(&desk, import, Stage::Checked).await;
    ask(&desk, ImportsRequest::Commit(import)).await?;
    let committed = at(&desk, import, Stage::Committed).await;
    let offline_ms = began.elapsed().as_millis();
    let began = Instant::now();
    let running = world.start_again(&config).await;
    desk.call(Request::SyncNow).await?;
    let sent = until_sent(&desk, import).await;
    let sent_ms = began.elapsed().as_millis();
    let db = tests::field::database(&running.world);
    let count = |table: &str| db.query_row(&format!("SELECT COUNT(*) FROM {table}"), [], |row| row.get::<_, i64>(0));
    // Without those of the world itself.
    let there = json!({
        "customers": count("customer")? - 2, "connections": count("connection")? - 2, "meters": count("meter")? - 2,
        "readings": count("manual_reading")?,
    });
    drop(db);
    running.server.stop().await;
    Ok(json!({
        "counts": committed.line.counts, "sent": sent.sent, "server": there, "offline_ms": offline_ms, "sent_ms": sent_ms,
    }))
}

async fn ask(desk: &Client, request: ImportsRequest) -> Result<ImportsResponse, Box<dyn Error>> {
    match desk.call(Request::Imports(request)).await? {
        Answer::Imports(response) => Ok(*response),
        other => Err(format!("{other:?}").into()),
    }
}

async fn show(desk: &Client, import: Uuid) -> Option<Import> {
    match ask(desk, ImportsRequest::Show(import)).await {
        Ok(ImportsResponse::Import(shown)) => shown.map(|shown| *shown),
        _ => None,
    }
}

/// Waits until nothing runs for an import, however long that takes.
async fn at(desk: &Client, import: Uuid, stage: Stage) -> Import {
    let mut events = desk.events();
    loop {
        if let Some(shown) = show(desk, import).await.filter(|shown| shown.job.is_none() && shown.line.stage == stage) {
            return shown;
        }
        let _ = events.recv().await;
    }
}

async fn until_sent(desk: &Client, import: Uuid) -> Import {
    let mut events = desk.events();
    loop {
        if let Some(shown) = show(desk, import).await.filter(|shown| shown.sent.waiting == 0) {
            return shown;
        }
        let _ = events.recv().await;
    }
}

async fn bring(desk: &Client, options: &Options) -> Result<Uuid, Box<dyn Error>> {
    let id = Uuid::now_v7();
    let mut file = std::fs::File::open(&options.file)?;
    let (size, mut offset) = (file.metadata()?.len(), 0);
    let name = options.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut bytes = vec![0; SLICE];
    loop {
        let read = file.read(&mut bytes)?;
        let is_last = offset + read as u64 >= size;
        let slice = Slice { id, name: name.clone(), offset, base64: STANDARD.encode(&bytes[..read]), is_last };
        ask(desk, ImportsRequest::Bring(slice)).await?;
        offset += read as u64;
        if is_last {
            return Ok(id);
        }
    }
}
