//! What people do here: kept and shown at once, sent when it can be, one effect or none, and nothing anybody wanted is lost.

use client::Client;
use domain::CustomerId;
use domain::sync::edit::{CustomerField, Editable};
use protocol::sync::push::{Keep, Operation, Rejection};
use protocol::ui::{Answer, CustomerDetail, OutboxItem, OutboxState, Phase, Request};
use rusqlite::OpenFlags;
use std::io::BufRead;
use std::path::Path;
use sync_server::config::Config;
use sync_server::core::open_connection;
use tests::field::{sign_in, until};
use tests::ops::{edit, op, push};
use tests::world::{Kept, Running, World, client_with, program};
use uuid::Uuid;

async fn detail(client: &Client, customer: CustomerId) -> Option<CustomerDetail> {
    match client.call(Request::Customer { customer }).await.expect("an answer") {
        Answer::Customer(detail) => detail.map(|detail| *detail),
        other => panic!("{other:?}"),
    }
}

async fn value(client: &Client, customer: CustomerId, field: CustomerField) -> String {
    detail(client, customer).await.map_or(String::new(), |detail| detail.customer.value(field))
}

async fn outbox(client: &Client) -> Vec<OutboxItem> {
    match client.call(Request::Outbox).await.expect("an answer") {
        Answer::Outbox(items) => items,
        other => panic!("{other:?}"),
    }
}

async fn submit(client: &Client, command: Operation) {
    client.call(Request::Submit(command)).await.expect("kept");
}

async fn phase(client: &Client, wanted: Phase) {
    until(client, "the phase", async || match client.call(Request::SyncState).await {
        Ok(Answer::Sync(state)) if state.phase == wanted => Some(()),
        _ => None,
    })
    .await;
}

/// Until everything done here has been answered, and its effects have come.
async fn settled(client: &Client) {
    until(client, "an empty outbox", async || {
        let items = outbox(client).await;
        items.iter().all(|item| matches!(item.state, OutboxState::Sent | OutboxState::Parked)).then_some(())
    })
    .await;
    client.call(Request::SyncNow).await.expect("asked");
}

/// The same server again, at the same addresses.
async fn back(world: World, config: Config) -> Running {
    world.start_again(&config).await
}

fn same_addresses(running: &Running) -> Config {
    Config { http: running.server.http, mqtt: running.server.mqtt, ..running.world.config() }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_admins_edit_one_customer_offline_and_nothing_either_wanted_is_lost() {
    let running = World::new().start().await;
    let config = same_addresses(&running);
    let id = running.world.customers[0];
    let [one, two] = [running.world.folder.path().join("one"), running.world.folder.path().join("two")];
    let (one, two) =
        (client_with(&one, &running.url(), &Kept::default()).await, client_with(&two, &running.url(), &Kept::default()).await);
    for client in [&one, &two] {
        sign_in(client, "admin").await;
        until(client, "the customer", async || detail(client, id).await).await;
    }
    let Running { world, server } = running;
    server.stop().await;
    phase(&one, Phase::Offline).await;
    phase(&two, Phase::Offline).await;
    submit(&one, edit(id, &[(CustomerField::City, "", "Bandung"), (CustomerField::Name, "Pelanggan", "Sari")])).await;
    submit(&two, edit(id, &[(CustomerField::Province, "", "Bali"), (CustomerField::Name, "Pelanggan", "Dewi")])).await;
    assert_eq!(value(&one, id, CustomerField::Name).await, "Sari", "an edit shows at once");
    assert_eq!(value(&two, id, CustomerField::Name).await, "Dewi");
    assert!(matches!(outbox(&one).await[0].state, OutboxState::Waiting | OutboxState::Sending));

    let running = back(world, config).await;
    for client in [&one, &two] {
        client.call(Request::SyncNow).await.expect("asked");
    }
    settled(&one).await;
    settled(&two).await;
    for client in [&one, &two] {
        until(client, "both cities and provinces", async || {
            let there = value(client, id, CustomerField::City).await == "Bandung"
                && value(client, id, CustomerField::Province).await == "Bali";
            there.then_some(())
        })
        .await;
    }
    let name = value(&one, id, CustomerField::Name).await;
    until(&two, "one name for both", async || (value(&two, id, CustomerField::Name).await == name).then_some(())).await;
    let other = if name == "Sari" { "Dewi" } else { "Sari" };
    let conflict =
        until(&two, "the later name in the inbox", async || detail(&two, id).await?.conflicts.into_iter().next()).await;
    assert_eq!((conflict.field.as_str(), conflict.base.as_str()), ("name", "Pelanggan"));
    assert_eq!((conflict.mine.as_str(), conflict.theirs.as_str()), (other, name.as_str()));

    submit(&two, Operation::DecideConflict { conflict: conflict.id, keep: Keep::Mine }).await;
    for client in [&one, &two] {
        until(client, "the decision", async || {
            let detail = detail(client, id).await?;
            (detail.customer.name == other && detail.conflicts.is_empty()).then_some(())
        })
        .await;
    }
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_offline_survives_the_app_being_killed_and_is_applied_once() {
    let running = World::new().start().await;
    let config = same_addresses(&running);
    let (id, folder, keyring) = (running.world.customers[0], running.world.folder.path().join("one"), Kept::default());
    let client = client_with(&folder, &running.url(), &keyring).await;
    sign_in(&client, "admin").await;
    until(&client, "the customer", async || detail(&client, id).await).await;
    let url = running.url();
    let Running { world, server } = running;
    server.stop().await;
    phase(&client, Phase::Offline).await;
    submit(&client, edit(id, &[(CustomerField::City, "", "Bogor")])).await;
    submit(&client, edit(id, &[(CustomerField::City, "Bogor", "Depok")])).await;
    let refused = client.call(Request::SignOut { everywhere: false, with_unsent: false }).await;
    assert_eq!(refused.expect_err("it is stopped").code, protocol::core::problem::Code::UnsentChanges);
    drop(client);
    // The cache is gone as well: only the outbox is left of what was done.
    for name in ["cache.db", "cache.db-wal", "cache.db-shm"] {
        let _ = std::fs::remove_file(folder.join(name));
    }
    let client = client_with(&folder, &url, &keyring).await;
    assert_eq!(outbox(&client).await.len(), 2, "the session is not lost with the cache");
    let running = back(world, config).await;
    client.call(Request::SyncNow).await.expect("asked");
    settled(&client).await;
    until(&client, "Depok", async || (value(&client, id, CustomerField::City).await == "Depok").then_some(())).await;
    let audited = running.server.app.store.read(|db| {
        let mut query = db.prepare("SELECT changes FROM audit ORDER BY num")?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?)
    });
    let audited = audited.await.expect("reads");
    assert_eq!(audited, [r#"{"city":["","Bogor"]}"#, r#"{"city":["Bogor","Depok"]}"#]);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_edit_is_parked_with_its_reason_and_the_screen_shows_what_stands() {
    let running = World::new().start().await;
    let id = running.world.customers[0];
    let client = client_with(&running.world.folder.path().join("one"), &running.url(), &Kept::default()).await;
    sign_in(&client, "customer").await;
    until(&client, "the customer", async || detail(&client, id).await).await;
    submit(&client, edit(id, &[(CustomerField::Name, "Pelanggan", "Raja")])).await;
    let item =
        until(&client, "the refusal", async || outbox(&client).await.into_iter().find(|item| item.state == OutboxState::Parked))
            .await;
    assert_eq!(item.reason, Some(Rejection::Denied));
    assert_eq!(value(&client, id, CustomerField::Name).await, "Pelanggan");
    client.call(Request::Discard { op: item.op }).await.expect("dropped");
    assert_eq!(outbox(&client).await, []);
    running.server.stop().await;
}

/// The server as a process of its own, so that its files are nobody's once it has ended.
struct Process(std::process::Child);

impl Process {
    async fn start(config: &Config) -> Self {
        let mut server = std::process::Command::new(program("sync-server"));
        server.arg("serve").arg("--data").arg(&config.data).args(["--http", &config.http.to_string()]);
        server.args(["--mqtt", &config.mqtt.to_string()]).env("RUST_LOG", "error").stdout(std::process::Stdio::piped());
        let mut server = server.spawn().expect("starts");
        let stdout = server.stdout.take().expect("piped");
        let lines = tokio::task::spawn_blocking(move || std::io::BufReader::new(stdout).lines().take(2).count());
        assert_eq!(lines.await.expect("reads"), 2, "it says where it listens");
        Self(server)
    }

    fn kill(mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("gone");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_a_restored_server_has_forgotten_is_sent_again() {
    let running = World::new().start().await;
    let (config, url) = (same_addresses(&running), running.url());
    let Running { world, server } = running;
    server.stop().await;
    let data = world.folder.path().join("process");
    std::fs::create_dir(&data).expect("a folder");
    let config = Config { data, ..config };
    let (id, file) = (world.customers[0], config.database());
    let copy = |from: &Path, to: &Path| {
        let db = open_connection(from, OpenFlags::default()).expect("opens");
        db.backup("main", to, None::<fn(rusqlite::backup::Progress)>).expect("copied");
    };
    copy(&world.config().database(), &file);
    let process = Process::start(&config).await;
    let client = client_with(&world.folder.path().join("one"), &url, &Kept::default()).await;
    sign_in(&client, "admin").await;
    until(&client, "the customer", async || detail(&client, id).await).await;
    let backup = file.with_extension("backup");
    copy(&file, &backup);
    submit(&client, edit(id, &[(CustomerField::City, "", "Bogor")])).await;
    settled(&client).await;
    until(&client, "the effect", async || detail(&client, id).await.filter(|detail| !detail.waiting)).await;
    process.kill();
    for log in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{log}", file.display()));
    }
    std::fs::rename(&backup, &file).expect("restored");
    let process = Process::start(&config).await;
    client.call(Request::SyncNow).await.expect("asked");
    until(&client, "the effect once more", async || {
        let db = open_connection(&file, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("opens");
        let count = db.query_row("SELECT COUNT(*) FROM customer WHERE city = 'Bogor'", [], |row| row.get::<_, i64>(0));
        (count.expect("reads") == 1).then_some(())
    })
    .await;
    assert_eq!(value(&client, id, CustomerField::City).await, "Bogor");
    process.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_edit_that_is_sent_again_has_seen_what_stands() {
    let running = World::new().start().await;
    let config = same_addresses(&running);
    let id = running.world.customers[0];
    let client = client_with(&running.world.folder.path().join("one"), &running.url(), &Kept::default()).await;
    sign_in(&client, "admin").await;
    until(&client, "the customer", async || detail(&client, id).await).await;
    let Running { world, server } = running;
    server.stop().await;
    phase(&client, Phase::Offline).await;
    submit(&client, edit(id, &[(CustomerField::Phone, "", "+62 811 111 111")])).await;
    // Somebody else comes first, where this device cannot reach the server.
    let elsewhere = world.config();
    let running = back(world, elsewhere).await;
    let theirs = edit(id, &[(CustomerField::Phone, "", "+62 899 999 999")]);
    push(&running, "admin", vec![op(Uuid::now_v7(), 1, None, &theirs)]).await;
    let Running { world, server } = running;
    server.stop().await;
    let running = back(world, config).await;
    client.call(Request::SyncNow).await.expect("asked");
    let item =
        until(&client, "the refusal", async || outbox(&client).await.into_iter().find(|item| item.state == OutboxState::Parked));
    let item = item.await;
    assert_eq!((item.reason, item.field.as_deref()), (Some(Rejection::Conflict), Some("phone")));
    client.call(Request::Retry { op: item.op }).await.expect("again");
    settled(&client).await;
    until(&client, "the number", async || (value(&client, id, CustomerField::Phone).await == "+62 811 111 111").then_some(()))
        .await;
    assert!(outbox(&client).await.iter().all(|item| item.state == OutboxState::Sent));
    running.server.stop().await;
}
