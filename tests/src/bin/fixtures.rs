//! Makes a fixture of today's schemas, so that every later version is tested against what this one leaves: `fixtures NAME`.
//!
//! `fixtures NAME SERVER CACHE` pours what those older schemas know into them; so the first ones were made, after the fact.

use client::{Client, Config};
use domain::core::local_time::{HOUR_MS, MINUTE_MS};
use domain::sync::edit::CustomerField;
use protocol::sync::push::Operation;
use protocol::ui::{Answer, OutboxItem, OutboxState, Phase, Request, Secret};
use rusqlite::params;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;
use sync_server::core::now;
use sync_server::server::Server;
use tests::device::FileVault;
use tests::fixture::{every_table_has_rows, fold, folder, key_of, pour_cache, pour_server};
use tests::ops::{edit, op, push};
use tests::world::{PASSWORD, Running, World, email};
use tokio::time::timeout;
use uuid::Uuid;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().expect("the fixture's name");
    let older = arguments
        .next()
        .zip(arguments.next())
        .map(|(server, cache)| (server.parse().expect("the server's schema"), cache.parse().expect("the cache's schema")));
    let target = folder().join(name);
    std::fs::create_dir(&target).expect("a new name: a fixture is never made again");
    make(&target, older).await;
}

async fn device(folder: &Path, url: &str) -> Client {
    std::fs::create_dir_all(folder).expect("a folder");
    let vault = Box::new(FileVault::new(folder));
    let config = Config { data: folder.to_owned(), server: url.into(), vault, device: "fixture".into() };
    Client::start(config).await.expect("a device")
}

async fn until(client: &Client, what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let mut events = client.events();
    let waiting = async {
        while !condition().await {
            let _ = events.recv().await;
        }
    };
    timeout(Duration::from_secs(60), waiting).await.unwrap_or_else(|_| panic!("{what} did not come"));
}

async fn outbox(client: &Client) -> Vec<OutboxItem> {
    match client.call(Request::Outbox).await {
        Ok(Answer::Outbox(items)) => items,
        other => panic!("{other:?}"),
    }
}

/// Readings with everything that can become of them: hours, days, a second register for one instant, an event.
async fn measure(running: &Running) {
    let from = now().0 - 50 * HOUR_MS;
    let mut body: Vec<_> = (0..50 * 6)
        .map(|step| json!({ "serial": "WM-TEST-A", "t": from + step * 10 * MINUTE_MS, "reg": step * 7_000, "flow": 700, "bat": 80 }))
        .collect();
    body.push(json!({ "serial": "WM-TEST-A", "t": from, "reg": 1 }));
    let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).json(&body);
    let sent = request.basic_auth("gateway", Some(&running.world.gateway)).send().await.expect("an answer");
    sent.error_for_status().expect("taken");
    let work = running.server.app.store.writer.work(|tx| {
        let event =
            "INSERT INTO meter_event (meter, t, kind, register, received_at) SELECT num, ?1, 'tilt', 5, ?1 FROM meter LIMIT 1";
        Ok(tx.db.execute(event, params![now().0])?)
    });
    work.await.expect("an event");
    running.server.app.store.writer.publish(false).await.expect("published");
}

/// What a phone and admins did: some of it applied, some refused, some in conflict, some waiting.
async fn edits(running: &Running, phone: &Client) {
    let id = running.world.customers[0];
    let set = |field, from: &str, to: &str| edit(id, &[(field, from, to)]);
    let nik = set(CustomerField::Nik, "", "3273010101900001");
    let two = ["Sari Lestari", "Dewi Anggraini"].map(|to| set(CustomerField::Name, "Pelanggan", to));
    let all = [&nik, &two[0], &two[1]];
    push(running, "admin", all.map(|command| op(Uuid::now_v7(), 1, None, command)).to_vec()).await;
    // What no door of the server makes on a good day: an operation that it panicked over, and what a lost device held.
    let work = running.server.app.store.writer.work(|tx| {
        tx.db.execute("INSERT INTO op_panic (op_id, count) VALUES (?1, 2)", [Uuid::now_v7().as_bytes()])?;
        let held = "INSERT INTO evidence (session, op_id, seq, v, command, occurred_at, at)
                    SELECT id, ?1, 1, 1, '{}', 0, 0 FROM session LIMIT 1";
        Ok(tx.db.execute(held, [Uuid::now_v7().as_bytes()])?)
    });
    work.await.expect("both");
    submit(phone, set(CustomerField::City, "", "Bandung")).await;
    until(phone, "a refusal", async || outbox(phone).await.iter().any(|item| item.state == OutboxState::Parked)).await;
}

async fn submit(client: &Client, command: Operation) {
    client.call(Request::Submit(command)).await.expect("kept");
}

/// A conflict that the phone's owner once had as an admin: the next pull takes it away. And an operation whose effect has come.
fn once_an_admin(cache: &Path, key: &str) {
    let db = tests::views::open_encrypted(cache, key);
    let (id, row) = (Uuid::now_v7().to_string(), Uuid::now_v7().to_string());
    let body = json!({ "id": id, "entity": "customer", "row": row, "title": "", "field": "city", "base": "a", "mine": "b",
        "theirs": "c", "author": "Orang", "at": 0, "decided": null });
    db.execute("INSERT INTO conflict (id, rev, row_id, body) VALUES (?1, 1, ?2, ?3)", [&id, &row, &body.to_string()])
        .expect("a row");
    db.execute("INSERT OR IGNORE INTO effects_received (op_id) VALUES (?1)", [&row]).expect("a row");
    db.execute("INSERT INTO holding (entity, id, bucket, rev) VALUES (8, ?1, 'admin', 1)", [&id]).expect("a row");
    db.execute("INSERT INTO bucket (name, epoch, seq, state_hash, snapshot) VALUES ('admin', 1, 1, zeroblob(16), 'whole')", [])
        .expect("a row");
}

async fn make(target: &Path, older: Option<(usize, usize)>) {
    let running = World::new().start().await;
    measure(&running).await;
    let phone_folder = running.world.folder.path().join("device");
    let phone = device(&phone_folder, &running.url()).await;
    phone.call(Request::SignIn { email: email("customer"), password: Secret(PASSWORD.into()) }).await.expect("signed in");
    phone.call(Request::SetPreferences(Default::default())).await.expect("set");
    let is_live = async || matches!(phone.call(Request::SyncState).await, Ok(Answer::Sync(state)) if state.phase == Phase::Live);
    until(&phone, "everything", is_live).await;
    if older.is_none() {
        edits(&running, &phone).await;
    }
    let Running { world, server } = running;
    stop(server).await;
    if older.is_none() {
        until(
            &phone,
            "no server",
            async || matches!(phone.call(Request::SyncState).await, Ok(Answer::Sync(state)) if state.phase == Phase::Offline),
        )
        .await;
        submit(&phone, edit(world.customers[0], &[(CustomerField::Address, "", "Jl. Braga 1")])).await;
    }
    drop(phone);
    save(&world, &phone_folder, target, older);
}

async fn stop(server: Server) {
    server.stop().await;
}

fn save(world: &World, phone: &Path, target: &Path, older: Option<(usize, usize)>) {
    let (server, device) = (target.join("server"), target.join("device"));
    for folder in [&server, &device] {
        std::fs::create_dir(folder).expect("a folder");
    }
    let key = key_of(phone);
    std::fs::copy(phone.join("keyring.json"), device.join("keyring.json")).expect("copied");
    std::fs::copy(world.config().token_key(), server.join("token.key")).expect("copied");
    let (database, cache) = (server.join("indowater.db"), device.join("cache.db"));
    // The writing thread closes its file a moment after the server has ended; what is read here is whole either way.
    let version = |file: &Path, key: Option<&str>| -> usize {
        let db =
            key.map_or_else(|| rusqlite::Connection::open(file).expect("a file"), |key| tests::views::open_encrypted(file, key));
        db.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0)).expect("a version") as usize
    };
    let (from_database, from_cache) = (world.config().database(), phone.join("cache.db"));
    if older.is_none() {
        once_an_admin(&from_cache, &key);
    }
    let (schema, cache_schema) = older.unwrap_or_else(|| (version(&from_database, None), version(&from_cache, Some(&key))));
    pour_server(&from_database, &database, schema);
    pour_cache(&from_cache, &cache, cache_schema, &key);
    every_table_has_rows(&database, None, &[]);
    every_table_has_rows(&cache, Some(&key), if older.is_some() { &["base_row", "conflict"] } else { &[] });
    if older.is_none() {
        for file in std::fs::read_dir(phone).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            let is_outbox = file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("outbox-"));
            if is_outbox && file.extension().is_some_and(|end| end == "db") {
                fold(&file, Some(&key));
                let copy: PathBuf = device.join(file.file_name().expect("a name"));
                std::fs::copy(&file, &copy).expect("copied");
                every_table_has_rows(&copy, Some(&key), &[]);
            }
        }
    }
}
