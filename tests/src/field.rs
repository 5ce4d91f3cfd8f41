//! What tests of the field do: on a device, by the API, and behind the server's back.

use crate::ops::{op, push};
use crate::world::{Device, PASSWORD, Running, World, email};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use client::Client;
use domain::field::field_record::Explanation;
use domain::field::meter_swap::Swap;
use domain::{BlobId, CustomerId, ManualReadingId, MeterId, MeterSwapId, Millilitres, NoteId, Serial, UtcMillis};
use protocol::field::blob::BlobState;
use protocol::sync::push::{Operation, OperationResult, Outcome};
use protocol::ui::{Answer, CustomerDetail, FieldRecords, OutboxItem, Phase, Request, Secret};
use reqwest::StatusCode;
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest, Sha256};
use std::time::Duration;
use sync_server::check;
use sync_server::core::open_connection;
use tokio::time::timeout;
use uuid::Uuid;

/// In milliseconds.
pub const MINUTE: i64 = 60_000;

/// Signs a user of the world in.
pub async fn sign_in(client: &Client, name: &str) {
    client.call(Request::SignIn { email: email(name), password: Secret(PASSWORD.into()) }).await.expect("signed in");
}

/// Waits for events until something is as wanted.
pub async fn until<T>(client: &Client, what: &str, mut condition: impl AsyncFnMut() -> Option<T>) -> T {
    let mut events = client.events();
    let waiting = async {
        loop {
            if let Some(found) = condition().await {
                return found;
            }
            let _ = events.recv().await;
        }
    };
    timeout(Duration::from_secs(30), waiting).await.unwrap_or_else(|_| panic!("{what} did not come"))
}

/// What people wrote down about a meter, as a device shows it.
pub async fn field_records(client: &Client, meter: &Device) -> Option<FieldRecords> {
    match client.call(Request::FieldRecords { meter: meter.id }).await.expect("an answer") {
        Answer::FieldRecords(facts) => facts.map(|facts| *facts),
        other => panic!("{other:?}"),
    }
}

/// A customer, as a device shows it.
pub async fn customer(client: &Client, customer: CustomerId) -> Option<CustomerDetail> {
    match client.call(Request::Customer { customer }).await.expect("an answer") {
        Answer::Customer(detail) => detail.map(|detail| *detail),
        other => panic!("{other:?}"),
    }
}

/// Antrean.
pub async fn outbox(client: &Client) -> Vec<OutboxItem> {
    match client.call(Request::Outbox).await.expect("an answer") {
        Answer::Outbox(items) => items,
        other => panic!("{other:?}"),
    }
}

/// Does something on a device.
pub async fn submit(client: &Client, command: Operation) {
    client.call(Request::Submit(command)).await.expect("kept");
}

/// Waits until sync is in a phase.
pub async fn phase(client: &Client, wanted: Phase) {
    until(client, "the phase", async || match client.call(Request::SyncState).await {
        Ok(Answer::Sync(state)) if state.phase == wanted => Some(()),
        _ => None,
    })
    .await;
}

/// A note about a meter.
pub fn note(meter: &Device, text: &str) -> Operation {
    Operation::AddNote { note: NoteId(Uuid::now_v7()), meter: meter.id, text: text.into() }
}

/// A reading of a meter, in litres.
pub fn reading(meter: &Device, at: UtcMillis, litres: i64, photo: Option<BlobId>) -> Operation {
    let register = Millilitres::litres(litres);
    Operation::RecordReading {
        reading: ManualReadingId(Uuid::now_v7()),
        meter: meter.id,
        at,
        register,
        photo,
        explained: Explanation::default(),
    }
}

/// Another meter in the place of one, of which nothing more is said.
pub fn meter_swap(meter: MeterId, serial: Serial, at: UtcMillis) -> Swap {
    Swap {
        swap: MeterSwapId(Uuid::now_v7()),
        meter,
        at,
        final_register: None,
        final_photo: None,
        explained: Explanation::default(),
        serial,
        model: String::new(),
        q3: None,
        first_register: Millilitres::ZERO,
        first_photo: None,
        old_seal: String::new(),
        new_seal: String::new(),
        order: None,
    }
}

/// Something that begins as a JPEG does; every byte elsewhere is another one.
pub fn picture(length: usize, salt: u8) -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..length).map(|place| (place * 31 % 251) as u8 ^ salt).collect();
    bytes[..3].copy_from_slice(&[0xff, 0xd8, 0xff]);
    bytes
}

/// The server's database.
pub fn database(world: &World) -> Connection {
    open_connection(&world.folder.path().join("indowater.db"), OpenFlags::SQLITE_OPEN_READ_WRITE).expect("the database")
}

/// Changes the world behind the server's back, as another program of its operator would.
pub fn change(world: &World, sql: &str) {
    database(world).execute_batch(sql).expect("changed");
}

/// Pushes commands by the API.
pub async fn send(running: &Running, who: &str, commands: &[Operation]) -> Vec<OperationResult> {
    let ops = commands.iter().zip(1..).map(|(command, seq)| op(Uuid::now_v7(), seq, None, command)).collect();
    push(running, who, ops).await
}

/// Whether an operation had its effect.
pub fn applied(result: &OperationResult) -> bool {
    matches!(result.outcome, Outcome::Applied { .. })
}

/// Brings a range of a picture by the API.
pub async fn put(running: &Running, token: &str, id: BlobId, range: &str, bytes: Vec<u8>) -> (StatusCode, Option<BlobState>) {
    let request = reqwest::Client::new().put(format!("{}/blobs/v1/{id}", running.url())).bearer_auth(token);
    let response = request.header("content-range", range).body(bytes).send().await.expect("an answer");
    (response.status(), response.json().await.ok())
}

/// What somebody who asks for a picture is answered.
pub async fn see(running: &Running, who: &str, id: BlobId) -> StatusCode {
    let token = running.tokens(who).await.access_token;
    let request = reqwest::Client::new().get(format!("{}/blobs/v1/{id}", running.url())).bearer_auth(token);
    request.send().await.expect("an answer").status()
}

/// Ends a server whose database is as it should be.
pub async fn clean(running: Running) {
    running.server.app.store.writer.publish(false).await.expect("published");
    let report = running.server.app.store.read(|db| check::check(db)).await.expect("checked");
    assert_eq!(report.findings, Vec::<String>::new());
    running.server.stop().await;
}

/// What a picture is named by.
pub fn attached(bytes: &[u8]) -> BlobId {
    BlobId(Sha256::digest(bytes).into())
}

/// Takes a picture on a device.
pub async fn attach(client: &Client, bytes: &[u8]) -> BlobId {
    let base64 = STANDARD.encode(bytes);
    match client.call(Request::Attach { base64 }).await.expect("kept") {
        Answer::Attached(id) => id,
        other => panic!("{other:?}"),
    }
}
