//! What lies on a device's disk: noise without its key, and safe whatever becomes of the keyring.

use client::Client;
use domain::CustomerId;
use domain::sync::edit::CustomerField;
use protocol::core::problem::Code;
use protocol::ui::{Answer, Event, Keeping, OutboxState, Phase, Request, Secret, Session, SyncState};
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tests::device::Device;
use tests::field::{note, until};
use tests::keyring::Desktop;
use tests::ops::edit;
use tests::world::{Kept, PASSWORD, Running, World, client_of, client_with, email};
use tokio::time::timeout;

async fn sign_in(client: &Client, name: &str) {
    client.call(Request::SignIn { email: email(name), password: Secret(PASSWORD.into()) }).await.expect("signed in");
}

async fn state(client: &Client) -> SyncState {
    match client.call(Request::SyncState).await {
        Ok(Answer::Sync(state)) => state,
        other => panic!("{other:?}"),
    }
}

async fn phase(client: &Client, wanted: Phase) {
    let mut events = client.events();
    let waiting = async {
        while state(client).await.phase != wanted {
            let _ = events.recv().await;
        }
    };
    timeout(Duration::from_secs(20), waiting).await.expect("the phase comes");
}

/// A customer's city, and whether something lies over the row.
async fn customer(client: &Client, customer: CustomerId) -> (String, bool) {
    match client.call(Request::Customer { customer }).await {
        Ok(Answer::Customer(Some(detail))) => (detail.customer.city, detail.waiting),
        other => panic!("{other:?}"),
    }
}

/// The device's files and what is in them.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.filter(|path| path.is_file()).map(|path| (path.clone(), std::fs::read(&path).expect("a file"))).collect()
}

fn has(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_key_cache_outbox_and_their_logs_are_unreadable() {
    let running = World::new().start().await;
    let (id, folder, keyring) = (running.world.customers[0], running.world.folder.path().join("desk"), Kept::default());
    let client = client_with(&folder, &running.url(), &keyring).await;
    sign_in(&client, "admin").await;
    phase(&client, Phase::Live).await;
    let Running { world, server } = running;
    server.stop().await;
    phase(&client, Phase::Offline).await;
    let sets = [(CustomerField::Name, "Pelanggan", "Sari Lestari"), (CustomerField::Nik, "", "3273010101900001")];
    client.call(Request::Submit(edit(id, &sets))).await.expect("kept");
    let token = keyring.refresh_token();
    let words = [
        "SQLite",
        "CREATE TABLE",
        "Pelanggan",
        "Sari Lestari",
        "3273010101900001",
        "Jl. Uji",
        "WM-TEST-A",
        "edit_customer",
        "admin@",
        &token,
        &id.to_string(),
    ];
    let read = |when: &str| {
        let found = files(&folder);
        for (path, bytes) in &found {
            let is_shared_memory = path.to_string_lossy().ends_with("-shm");
            for word in words.iter().filter(|_| !is_shared_memory) {
                assert!(!has(bytes, word), "{when}: {word} stands in the clear in {}", path.display());
            }
        }
        found
    };
    let found = read("while it runs");
    for name in ["cache.db", "cache.db-wal"] {
        assert!(found.get(&folder.join(name)).is_some_and(|bytes| bytes.len() > 4_000), "{name} is examined");
    }
    let is_outbox = |path: &&PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("outbox-"));
    assert!(found.keys().filter(is_outbox).count() >= 2, "the outbox and its log are examined");
    drop(client);
    let found = read("after it has ended");
    for path in found.keys().filter(|path| path.extension().is_some_and(|end| end == "db")) {
        for key in [None, Some("00".repeat(32))] {
            let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a file");
            if let Some(key) = key {
                db.pragma_update(None, "key", format!("x'{key}'")).expect("a key");
            }
            let read = db.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0));
            assert!(read.is_err(), "{} opens without its key", path.display());
        }
    }
    drop(world);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_editing_offline_is_refused_before_anything_is_done() {
    let running = World::new().start().await;
    let (id, folder) = (running.world.customers[0], running.world.folder.path().join("kiosk"));
    let client = client_of(&folder, &running.url()).await;
    sign_in(&client, "admin").await;
    phase(&client, Phase::Live).await;
    client.call(Request::Submit(edit(id, &[(CustomerField::City, "", "Bandung")]))).await.expect("with the server at hand");
    let Running { world, server } = running;
    let mut events = client.events();
    let effect = async {
        while customer(&client, id).await != ("Bandung".to_owned(), false) {
            let _ = events.recv().await;
        }
    };
    timeout(Duration::from_secs(20), effect).await.expect("its effect comes");
    server.stop().await;
    phase(&client, Phase::Offline).await;
    let refused = client.call(Request::Submit(edit(id, &[(CustomerField::City, "Bandung", "Bogor")]))).await;
    assert_eq!(refused.expect_err("it could not be kept").code, Code::NoKeyring);
    assert_eq!(state(&client).await.waiting, 0, "nothing was begun");
    assert_eq!(customer(&client, id).await, ("Bandung".to_owned(), false), "nor shown");
    drop((client, world));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_lost_key_the_cache_is_rebuilt_and_the_outbox_quarantined_visibly() {
    let running = World::new().start().await;
    let (id, folder, keyring) = (running.world.customers[0], running.world.folder.path().join("desk"), Kept::default());
    let client = client_with(&folder, &running.url(), &keyring).await;
    sign_in(&client, "admin").await;
    phase(&client, Phase::Live).await;
    drop(client);
    let client = client_with(&folder, "http://127.0.0.1:1", &keyring).await;
    client.call(Request::Submit(edit(id, &[(CustomerField::City, "", "Bandung")]))).await.expect("kept");
    drop(client);
    let key = keyring.key_hex();
    keyring.lose();
    let client = client_with(&folder, &running.url(), &keyring).await;
    assert_ne!(keyring.key_hex(), key);
    sign_in(&client, "admin").await;
    phase(&client, Phase::Live).await;
    assert!(state(&client).await.set_aside, "it is said");
    assert_eq!(customer(&client, id).await.0, "", "what the server has, which never got the edit");
    drop(client);
    // The old files are there, whole: whoever finds the key again finds what waited.
    let aside = |begins: &str| {
        let mut names = files(&folder).into_keys().filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            name.starts_with(begins) && name.ends_with("damaged-1")
        });
        names.next().unwrap_or_else(|| panic!("no {begins} was put aside"))
    };
    assert!(aside("cache").exists());
    let old = tests::views::open_encrypted(&aside("outbox-"), &key);
    let waits: i64 = old.query_row("SELECT COUNT(*) FROM op WHERE state = 'pending'", [], |row| row.get(0)).expect("reads");
    assert_eq!(waits, 1);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outbox_with_a_corrupt_page_yields_what_can_be_read_and_keeps_the_cache() {
    const NOTES: usize = 100;
    let running = World::new().start().await;
    let (folder, keyring) = (running.world.folder.path().join("desk"), Kept::default());
    let client = client_with(&folder, &running.url(), &keyring).await;
    sign_in(&client, "admin").await;
    phase(&client, Phase::Live).await;
    drop(client);
    let client = client_with(&folder, "http://127.0.0.1:1", &keyring).await;
    for place in 0..NOTES {
        client.call(Request::Submit(note(&running.world.meters[0], &format!("Catatan {place}")))).await.expect("kept");
    }
    drop(client);
    let outbox = files(&folder).into_keys().find(|path| path.to_string_lossy().contains("outbox-")).expect("an outbox");
    let db = tests::views::open_encrypted(&outbox, &keyring.key_hex());
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("one file");
    drop(db);
    let mut bytes = std::fs::read(&outbox).expect("reads");
    // Not the last page, and far behind the roots of its tables.
    let middle = bytes.len() / 4_096 * 3 / 4 * 4_096;
    bytes[middle + 100..middle + 200].fill(7);
    std::fs::write(&outbox, bytes).expect("noise");
    let client = client_with(&folder, &running.url(), &keyring).await;
    phase(&client, Phase::Live).await;
    until(&client, "all is sent", async || (state(&client).await.waiting == 0).then_some(())).await;
    assert!(state(&client).await.set_aside, "it is said");
    drop(client);
    let server = tests::views::server_database(running.world.folder.path());
    let brought: u32 = server.query_row("SELECT COUNT(DISTINCT text) FROM note", [], |row| row.get(0)).expect("reads");
    assert!((NOTES - 20..=NOTES).contains(&(brought as usize)), "{brought}");
    let damaged = files(&folder).into_keys().filter(|path| path.to_string_lossy().ends_with("damaged-1")).collect::<Vec<_>>();
    assert_eq!(damaged.len(), 1, "the cache was whole: {damaged:?}");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_that_is_reset_while_the_app_runs_gets_the_key_back() {
    let running = World::new().start().await;
    let (folder, keyring) = (running.world.folder.path().join("desk"), Kept::default());
    let client = client_with(&folder, &running.url(), &keyring).await;
    sign_in(&client, "admin").await;
    phase(&client, Phase::Live).await;
    let key = keyring.key_hex();
    keyring.lose();
    sign_in(&client, "admin").await;
    assert_eq!(keyring.key_hex(), key, "the files that are open are read by it");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_out_of_reach_stays_signed_in_without_the_cache_and_finds_what_waits() {
    let running = World::new().start().await;
    let (id, folder, keyring) = (running.world.customers[0], running.world.folder.path().join("desk"), Kept::default());
    let client = client_with(&folder, &running.url(), &keyring).await;
    sign_in(&client, "admin").await;
    phase(&client, Phase::Live).await;
    running.server.stop().await;
    phase(&client, Phase::Offline).await;
    client.call(Request::Submit(edit(id, &[(CustomerField::City, "", "Bandung")]))).await.expect("kept");
    drop(client);
    std::fs::write(folder.join("cache.db"), [7; 8_192]).expect("noise");
    let client = client_with(&folder, "http://127.0.0.1:1", &keyring).await;
    assert!(matches!(client.call(Request::Session).await, Ok(Answer::Session(Session { user: Some(_), .. }))));
    assert_eq!(state(&client).await.waiting, 1);
}

async fn session(device: &mut Device) -> Session {
    match device.call(&Request::Session).await.expect("alive") {
        Ok(Answer::Session(session)) => session,
        other => panic!("{other:?}"),
    }
}

async fn until_phase(device: &mut Device, wanted: Phase) {
    let waiting = async {
        loop {
            match device.call(&Request::SyncState).await.expect("alive") {
                Ok(Answer::Sync(state)) if state.phase == wanted => return,
                _ => while !matches!(device.event().await.expect("alive"), Event::Sync(_)) {},
            }
        }
    };
    timeout(Duration::from_secs(30), waiting).await.expect("the phase comes");
}

#[test]
fn the_socket_of_a_desktops_bus_is_in_its_own_folder() {
    let home = tempfile::tempdir().expect("a folder");
    let desktop = Desktop::start(home.path());
    let (_, address) = desktop.environment().into_iter().find(|(name, _)| *name == "DBUS_SESSION_BUS_ADDRESS").expect("a bus");
    assert!(address.starts_with(&format!("unix:path={}/", home.path().display())), "{address}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keyring_costs_this_run_only_and_nothing_is_written_over() {
    let running = World::new().start().await;
    let (id, url) = (running.world.customers[0], running.url());
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join("desk");
    let mut desktop = Desktop::start(home.path());
    desktop.unlock();
    let mut device = Device::start_with_keyring(&folder, &url, &desktop.environment());
    assert_eq!(session(&mut device).await.keeping, Keeping::Keyring);
    let request = Request::SignIn { email: email("admin"), password: Secret(PASSWORD.into()) };
    device.call(&request).await.expect("alive").expect("signed in");
    until_phase(&mut device, Phase::Live).await;
    let Running { world, server } = running;
    server.stop().await;
    until_phase(&mut device, Phase::Offline).await;
    let submit = Request::Submit(edit(id, &[(CustomerField::City, "", "Bandung")]));
    device.call(&submit).await.expect("alive").expect("kept");
    device.end().await;
    let before = files(&folder);

    desktop.lock();
    let mut device = Device::start_with_keyring(&folder, &url, &desktop.environment());
    let locked = session(&mut device).await;
    assert_eq!((locked.keeping, locked.user), (Keeping::ThisRun, None));
    assert_eq!(device.call(&submit).await.expect("alive").expect_err("nothing could wait").code, Code::NoKeyring);
    device.end().await;
    let after = files(&folder);
    for (path, bytes) in &before {
        assert_eq!(Some(bytes), after.get(path), "{} is as it was", path.display());
    }

    desktop.unlock();
    let mut device = Device::start_with_keyring(&folder, &url, &desktop.environment());
    let unlocked = session(&mut device).await;
    assert_eq!((unlocked.keeping, unlocked.user.map(|user| user.email)), (Keeping::Keyring, Some(email("admin"))));
    match device.call(&Request::Outbox).await.expect("alive") {
        Ok(Answer::Outbox(items)) => {
            assert_eq!(items.len(), 1);
            assert!(matches!(items[0].state, OutboxState::Waiting | OutboxState::Sending), "{items:?}");
        }
        other => panic!("{other:?}"),
    }
    device.end().await;
    drop(world);
}
