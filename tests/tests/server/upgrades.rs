//! What older releases left on disks, opened by today's programs: nothing is lost, and everything goes on.

use client::{Client, Config};
use protocol::ui::{Answer, OutboxState, Phase, Request, Session, SyncState};
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use sync_server::check;
use sync_server::config::{Config as ServerConfig, LogFormat};
use sync_server::core::{migrate, now, open_connection};
use sync_server::jobs::health;
use sync_server::server::Server;
use tests::device::FileVault;
use tests::fixture::{Table, copy, dump, key_of, nothing_lost, releases};
use tests::views;
use tokio::time::timeout;

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:1";

fn name(release: &Path) -> String {
    release.file_name().expect("a name").to_string_lossy().into_owned()
}

/// A release's folders, to be changed.
fn unpacked(release: &Path) -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let (server, device) = (folder.path().join("server"), folder.path().join("device"));
    copy(&release.join("server"), &server);
    copy(&release.join("device"), &device);
    (folder, server, device)
}

fn outbox_of(device: &Path) -> Option<PathBuf> {
    let mut files = std::fs::read_dir(device).expect("a folder").map(|entry| entry.expect("an entry").path());
    files.find(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("outbox-") && name.ends_with(".db")
    })
}

fn version(db: &Connection) -> i64 {
    db.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a version")
}

/// A device's file as it is: its schema and every row.
fn read(file: &Path, key: &str) -> (i64, BTreeMap<String, Table>) {
    let db = views::open_encrypted(file, key);
    (version(&db), dump(&db))
}

async fn start(device: &Path, server: &str) -> Client {
    let vault = Box::new(FileVault::new(device));
    Client::start(Config { data: device.to_owned(), server: server.into(), vault, device: "test".into() })
        .await
        .expect("it starts")
}

async fn session(client: &Client) -> Session {
    match client.call(Request::Session).await {
        Ok(Answer::Session(session)) => session,
        other => panic!("{other:?}"),
    }
}

async fn until(client: &Client, what: &str, is_so: impl Fn(&SyncState) -> bool) {
    let mut events = client.events();
    let waiting = async {
        loop {
            match client.call(Request::SyncState).await {
                Ok(Answer::Sync(state)) if is_so(&state) => return,
                Ok(_) => drop(events.recv().await),
                Err(problem) => panic!("{problem:?}"),
            }
        }
    };
    timeout(Duration::from_secs(30), waiting).await.unwrap_or_else(|_| panic!("{what} did not come"));
}

#[test]
fn no_fixture_is_of_a_schema_that_is_not_there_yet() {
    let mut db = Connection::open_in_memory().expect("memory");
    migrate::run(&mut db).expect("the schema");
    let newest = releases().pop().expect("a fixture");
    let left = open_connection(&newest.join("server/indowater.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a database");
    assert!(version(&left) <= version(&db), "a fixture of a schema that is not there yet");
}

#[test]
fn a_servers_database_of_any_release_is_upgraded_with_every_row_of_every_table() {
    for release in releases() {
        let (_folder, server, _) = unpacked(&release);
        let file = server.join("indowater.db");
        let mut db = open_connection(&file, OpenFlags::SQLITE_OPEN_READ_WRITE).expect("a database");
        let before = dump(&db);
        migrate::run(&mut db).expect("upgraded");
        nothing_lost(&name(&release), &before, &dump(&db));
        assert!(before.values().all(|rows| !rows.is_empty()), "an empty table proves nothing");
        let report = check::check(&db).expect("checked");
        assert_eq!(report.findings, Vec::<String>::new(), "{}", name(&release));
        assert!(report.readings > 0 && report.days > 0 && report.buckets > 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_of_any_release_starts_without_a_server_and_has_lost_nothing() {
    for release in releases() {
        let (_folder, _, device) = unpacked(&release);
        let key = key_of(&device);
        let (schema, before) = read(&device.join("cache.db"), &key);
        let waits = outbox_of(&device).map(|file| (read(&file, &key).1, file));
        let client = start(&device, NOWHERE).await;
        let who = session(&client).await.user.unwrap_or_else(|| panic!("{}: nobody is signed in", name(&release)));
        assert_eq!(who.email, "customer@test.example");
        if let Some((before, file)) = &waits {
            let Ok(Answer::Outbox(items)) = client.call(Request::Outbox).await else { panic!("no outbox") };
            let count = |state| items.iter().filter(|item| item.state == state).count();
            assert_eq!((count(OutboxState::Waiting) + count(OutboxState::Sending), count(OutboxState::Parked)), (1, 1));
            drop(client);
            nothing_lost(&name(&release), before, &read(file, &key).1);
        } else {
            drop(client);
        }
        let (now, after) = read(&device.join("cache.db"), &key);
        // A cache of another schema may be taken anew, for it is a copy; what the device itself remembers may not go.
        let kept: BTreeMap<String, Table> = before.into_iter().filter(|(table, _)| schema == now || table == "meta").collect();
        nothing_lost(&name(&release), &kept, &after);
        let put_aside = std::fs::read_dir(&device).expect("a folder").count();
        assert!(!device.join("cache.damaged-1").exists(), "{}: {put_aside} files, one put aside", name(&release));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_and_a_server_of_any_release_sync_after_the_upgrade() {
    for release in releases() {
        let (_folder, data, device) = unpacked(&release);
        let free = "127.0.0.1:0".parse().expect("an address");
        let config = ServerConfig {
            data: data.clone(),
            http: free,
            mqtt: free,
            log: LogFormat::Text,
            payments: None,
            ..ServerConfig::default()
        };
        let server = Server::start(&config).await.expect("it starts");
        // It judges its meters after its start, which changes their rows: once, and published before a reading makes them wait their minute.
        health::once_at(&server.app, now(), now()).await.expect("judged");
        let client = start(&device, &format!("http://{}", server.http)).await;
        let what = format!("{}: everything", name(&release));
        until(&client, &what, |state| state.phase == Phase::Live && state.waiting == 0).await;
        // What was applied is in the rows with the pull that begins after it.
        for _ in 0..2 {
            let mut events = client.events();
            client.call(Request::SyncNow).await.expect("asked");
            let fresh = async {
                while !matches!(events.recv().await, Ok(protocol::ui::Event::Sync(state)) if state.fresh_at.is_some()) {}
            };
            timeout(Duration::from_secs(20), fresh).await.expect("another round");
        }
        let who = session(&client).await.user.expect("still signed in");
        let token = {
            let db = views::server_database(&data);
            let session: [u8; 16] = db
                .query_row(
                    "SELECT s.id FROM session s JOIN user u ON u.num = s.user WHERE u.email = ?1 LIMIT 1",
                    [&who.email],
                    |row| row.get(0),
                )
                .expect("a session");
            server.app.key.access(uuid::Uuid::from_bytes(session), sync_server::core::now()).0
        };
        // The server's own jobs may still change a row, which the next pull brings.
        let cache = views::cache(&device);
        let names = || views::held(&cache).into_keys().collect::<Vec<_>>();
        let url = format!("http://{}", server.http);
        let same = async {
            while views::bodies(&cache) != views::served(&url, &token, names().iter()).await {
                client.call(Request::SyncNow).await.expect("asked");
            }
        };
        timeout(Duration::from_secs(20), same).await.unwrap_or_else(|_| panic!("{}: rows that differ", name(&release)));
        drop(client);
        let held = views::held(&cache);
        assert_eq!(held.len(), 3, "the public rows, the customer's and the user's own: {:?}", held.keys());
        let mut there = views::buckets(&views::server_database(&data));
        for (bucket, holding) in &held {
            assert_eq!(Some(holding), there.remove(bucket).as_ref(), "{}: {bucket}", name(&release));
        }
        server.stop().await;
    }
}
