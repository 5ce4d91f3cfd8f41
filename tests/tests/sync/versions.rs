//! Devices and servers of different ages: nothing that one of them does not know is lost on the way.

use client::Client;
use domain::CustomerId;
use domain::sync::edit::CustomerField;
use protocol::sync::push::{OPERATION_VERSION, Outcome, Pushed};
use protocol::sync::rows::Entity;
use protocol::ui::{Answer, Event, OutboxState, Request, Secret};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use tests::newer::{KIND, Newer, ROW, loyalty};
use tests::ops::edit;
use tests::views;
use tests::world::{Kept, PASSWORD, World, client_with, email};
use tokio::time::timeout;
use uuid::Uuid;

async fn sign_in(client: &Client) {
    client.call(Request::SignIn { email: email("admin"), password: Secret(PASSWORD.into()) }).await.expect("signed in");
}

/// A customer as it lies in the device's file.
fn shown(folder: &Path, keyring: &Kept, id: CustomerId) -> Option<Value> {
    let cache = views::open_encrypted(&folder.join("cache.db"), &keyring.key_hex());
    views::bodies(&cache).remove(&(Entity::Customer as u8, id.to_string()))
}

async fn until(client: &Client, what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let mut events = client.events();
    let waiting = async {
        while !is_so().await {
            let _ = events.recv().await;
        }
    };
    timeout(Duration::from_secs(20), waiting).await.unwrap_or_else(|_| panic!("{what} did not come"));
}

async fn states(client: &Client) -> Vec<OutboxState> {
    match client.call(Request::Outbox).await {
        Ok(Answer::Outbox(items)) => items.into_iter().map(|item| item.state).collect(),
        other => panic!("{other:?}"),
    }
}

async fn submit(client: &Client, id: CustomerId, from: &str, to: &str) {
    client.call(Request::Submit(edit(id, &[(CustomerField::City, from, to)]))).await.expect("kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_device_keeps_a_newer_servers_fields_and_row_kinds_through_an_edit() {
    let running = World::new().start().await;
    let newer = Newer::start(running.server.http).await.expect("a port");
    let (id, folder, keyring) = (running.world.customers[0], running.world.folder.path().join("old"), Kept::default());
    let client = client_with(&folder, &format!("http://{}", newer.address), &keyring).await;
    sign_in(&client).await;
    until(&client, "the customer", async || shown(&folder, &keyring, id).is_some()).await;
    assert_eq!(shown(&folder, &keyring, id).expect("a row")["loyalty"], loyalty());
    submit(&client, id, "", "Bandung").await;
    submit(&client, id, "Bandung", "Bogor").await;
    let row = shown(&folder, &keyring, id).expect("a row");
    assert_eq!((&row["city"], &row["loyalty"]), (&json!("Bogor"), &loyalty()), "with two edits over it");
    newer.take_pushes();
    let mut events = client.events();
    client.call(Request::SyncNow).await.expect("asked");
    let sent = async || states(&client).await.iter().all(|state| *state == OutboxState::Sent);
    until(&client, "the acknowledgement", sent).await;
    let is_bare = async || views::covered(&views::open_encrypted(&folder.join("cache.db"), &keyring.key_hex())) == 0;
    until(&client, "the effect", is_bare).await;
    let row = shown(&folder, &keyring, id).expect("a row");
    assert_eq!((&row["city"], &row["loyalty"]), (&json!("Bogor"), &loyalty()), "and as the server has it");
    let cache = views::open_encrypted(&folder.join("cache.db"), &keyring.key_hex());
    let held = "SELECT rev FROM holding WHERE entity = ?1 AND id = ?2 AND bucket = 'admin'";
    let held: i64 =
        cache.query_row(held, rusqlite::params![KIND.0, ROW], |row| row.get(0)).expect("a row of a kind that is not known");
    assert_eq!((held, newer.compared()), (1, 0), "it counts in the hash: both sides hold the same");
    assert!(!matches!(events.try_recv(), Ok(Event::Session(_))));
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_devices_operation_waits_for_a_server_that_knows_it() {
    let running = World::new().start().await;
    let (id, folder, keyring) = (running.world.customers[0], running.world.folder.path().join("new"), Kept::default());
    // A device that cannot reach its server, where something of a later version was done.
    let client = client_with(&folder, &running.url(), &keyring).await;
    sign_in(&client).await;
    until(&client, "the customer", async || shown(&folder, &keyring, id).is_some()).await;
    drop(client);
    let client = client_with(&folder, "http://127.0.0.1:1", &keyring).await;
    submit(&client, id, "", "Bandung").await;
    drop(client);
    let outbox = std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let outbox = outbox.filter(|file| file.to_string_lossy().ends_with(".db") && file.to_string_lossy().contains("outbox-"));
    let outbox = outbox.last().expect("an outbox");
    let version = |v: u16| {
        let db = views::open_encrypted(&outbox, &keyring.key_hex());
        db.execute("UPDATE op SET v = ?1, not_before = 0", [v]).expect("written");
    };
    version(OPERATION_VERSION + 1);
    let client = client_with(&folder, &running.url(), &keyring).await;
    let is_asked_to_wait = async || {
        let db = views::open_encrypted(&outbox, &keyring.key_hex());
        db.query_row("SELECT not_before > 0 AND state = 'pending' FROM op", [], |row| row.get(0)).expect("reads")
    };
    until(&client, "a pause", is_asked_to_wait).await;
    assert_eq!(states(&client).await, [OutboxState::Waiting], "it is neither refused nor lost");
    let row = shown(&folder, &keyring, id).expect("a row");
    assert_eq!(row["city"], json!("Bandung"), "and shows what was done");
    drop(client);
    // The server is brought up to date: what it is sent is of a version that it knows.
    version(OPERATION_VERSION);
    let client = client_with(&folder, &running.url(), &keyring).await;
    until(&client, "the acknowledgement", async || states(&client).await == [OutboxState::Sent]).await;
    let city = running.server.app.store.read(move |db| {
        Ok(db.query_row("SELECT city FROM customer WHERE id = ?1", [id.0.as_bytes()], |row| row.get::<_, String>(0))?)
    });
    assert_eq!(city.await.expect("reads"), "Bandung");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_older_app_leaves_out_and_a_newer_one_adds_is_no_reason_to_refuse() {
    let running = World::new().start().await;
    let token = running.tokens("admin").await.access_token;
    let id = running.world.customers[0];
    let command =
        |field: &str, to: &str| json!({ "kind": "edit_customer", "customer": id, "patch": { field: { "from": "", "to": to } } });
    let mut newer = command("province", "Bali");
    newer["reason"] = json!({ "text": "asked on the telephone" });
    // No `after`, as before it was there; and fields of a later version in the operation, in the push and in the command.
    let op = |command: &Value, seq: u64| json!({ "id": Uuid::now_v7(), "seq": seq, "lane": "master", "v": 1, "command": command, "occurred_at": 1 });
    let mut later = op(&newer, 2);
    later["mono_ms"] = json!(7);
    let body = json!({ "outbox": Uuid::now_v7(), "ops": [op(&command("city", "Ubud"), 1), later], "app": "9.0.0" });
    let request = reqwest::Client::new().post(format!("{}/sync/v1/push", running.url())).bearer_auth(token).json(&body);
    let pushed: Pushed =
        request.send().await.expect("an answer").error_for_status().expect("taken").json().await.expect("an answer");
    let applied = Outcome::Applied { conflicts: Vec::new() };
    assert_eq!(pushed.results.iter().map(|result| &result.outcome).collect::<Vec<_>>(), [&applied, &applied]);
    running.server.stop().await;
}
