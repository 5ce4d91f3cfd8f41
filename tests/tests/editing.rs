//! What people do here: kept and shown at once, sent when it can be, one effect or none, and nothing anybody wanted is lost.

use client::Client;
use domain::CustomerId;
use domain::edit::{Change, CustomerField, Editable, Patch};
use protocol::push::{COMMANDS, Command, Keep, Op, OpResult, Outcome, Push, Pushed, Rejection};
use protocol::ui::{Answer, CustomerDetail, OutboxItem, OutboxState, Phase, Request, Secret};
use serde_json::value::to_raw_value;
use std::collections::BTreeMap;
use std::time::Duration;
use sync_server::apply;
use sync_server::config::Config;
use sync_server::error::Error;
use sync_server::server::Server;
use sync_server::store::{accounts, now};
use tests::world::{Kept, PASSWORD, Running, World, client_with, email};
use tokio::time::timeout;
use uuid::Uuid;

async fn sign_in(client: &Client, name: &str) {
    client.call(Request::SignIn { email: email(name), password: Secret(PASSWORD.into()) }).await.expect("signed in");
}

/// Waits for events until something is as wanted.
async fn until<T>(client: &Client, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let mut events = client.events();
    let waiting = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            let _ = events.recv().await;
        }
    };
    timeout(Duration::from_secs(20), waiting).await.unwrap_or_else(|_| panic!("{what} did not come"))
}

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

fn edit(customer: CustomerId, sets: &[(CustomerField, &str, &str)]) -> Command {
    let change = |from: &str, to: &str| Change { from: from.into(), to: to.into() };
    let patch = Patch(sets.iter().map(|(field, from, to)| (*field, change(from, to))).collect::<BTreeMap<_, _>>());
    Command::EditCustomer { customer, patch }
}

async fn submit(client: &Client, command: Command) {
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
    Running { server: Server::start(&config).await.expect("the same addresses"), world }
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
    let (one, two) = (
        client_with(&one, &running.url(), &Kept::default()).await,
        client_with(&two, &running.url(), &Kept::default()).await,
    );
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
    let conflict = until(&two, "the later name in the inbox", async || detail(&two, id).await?.conflicts.into_iter().next()).await;
    assert_eq!((conflict.field.as_str(), conflict.base.as_str()), ("name", "Pelanggan"));
    assert_eq!((conflict.mine.as_str(), conflict.theirs.as_str()), (other, name.as_str()));

    submit(&two, Command::DecideConflict { conflict: conflict.id, keep: Keep::Mine }).await;
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
    assert_eq!(refused.expect_err("it is stopped").code, protocol::problem::Code::UnsentChanges);
    drop(client);
    // The cache is gone as well: only the outbox is left of what was done.
    for name in ["cache.db", "cache.db-wal", "cache.db-shm"] {
        let _ = std::fs::remove_file(folder.join(name));
    }
    let client = client_with(&folder, &url, &keyring).await;
    assert_eq!(outbox(&client).await.len(), 0, "nobody is signed in to a cache that was lost");
    let running = back(world, config).await;
    sign_in(&client, "admin").await;
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

async fn push(running: &Running, name: &str, ops: Vec<Op>) -> Vec<OpResult> {
    let token = running.tokens(name).await.access_token;
    let request = reqwest::Client::new().post(format!("{}/sync/v1/push", running.url())).bearer_auth(token);
    let answer = request.json(&Push { outbox: Uuid::now_v7(), ops }).send().await.expect("an answer");
    let pushed: Pushed = answer.error_for_status().expect("taken").json().await.expect("a push's answer");
    pushed.results
}

fn op(id: Uuid, seq: u64, after: Option<Uuid>, command: &Command) -> Op {
    let command = to_raw_value(command).expect("JSON");
    Op { id, seq, lane: "master".into(), after, v: COMMANDS, command, occurred_at: now() }
}

fn code(result: &OpResult) -> Option<Rejection> {
    match result.outcome {
        Outcome::Rejected { code, .. } => Some(code),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_has_one_effect_however_often_it_comes_and_a_refused_one_has_none() {
    let running = World::new().start().await;
    let id = running.world.customers[0];
    let [first, bad, child, fine] = [(); 4].map(|()| Uuid::now_v7());
    let rename = edit(id, &[(CustomerField::Name, "Pelanggan", "Sari")]);
    let poison = edit(id, &[(CustomerField::PostalCode, "", "abc")]);
    let ops = || {
        vec![
            op(first, 1, None, &rename),
            op(bad, 2, None, &poison),
            op(child, 3, Some(bad), &edit(id, &[(CustomerField::City, "", "Bogor")])),
            op(fine, 4, None, &edit(id, &[(CustomerField::Province, "", "Jawa Barat")])),
        ]
    };
    let once = push(&running, "admin", ops()).await;
    assert_eq!(once.iter().map(code).collect::<Vec<_>>(), [None, Some(Rejection::Invalid), Some(Rejection::BuildsOnRefused), None]);
    let again = push(&running, "admin", ops()).await;
    assert!(again.iter().all(|result| result.duplicate));
    assert_eq!(again.iter().map(|r| &r.outcome).collect::<Vec<_>>(), once.iter().map(|r| &r.outcome).collect::<Vec<_>>());
    let reused = push(&running, "admin", vec![op(first, 1, None, &poison)]).await;
    assert_eq!(code(&reused[0]), Some(Rejection::IdReused));
    let orphan = push(&running, "admin", vec![op(Uuid::now_v7(), 9, Some(Uuid::now_v7()), &rename)]).await;
    assert!(matches!(orphan[0].outcome, Outcome::RetryAfter { .. }), "what it builds on has not come yet");
    let read = running.server.app.store.read(|db| {
        Ok(db.query_row("SELECT COUNT(*), (SELECT rev FROM customer WHERE name = 'Sari') FROM audit", [], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        })?)
    });
    assert_eq!(read.await.expect("reads"), (2, 3), "two effects, two revisions more");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_an_admin_changes_a_customer_and_a_strangers_conflict_is_nobodys() {
    let running = World::new().start().await;
    let id = running.world.customers[0];
    let rename = edit(id, &[(CustomerField::Name, "Pelanggan", "Maling")]);
    for name in ["customer", "technician", "other"] {
        let results = push(&running, name, vec![op(Uuid::now_v7(), 1, None, &rename)]).await;
        assert_eq!(code(&results[0]), Some(Rejection::Denied), "{name}");
    }
    let nobodys = edit(CustomerId(Uuid::now_v7()), &[(CustomerField::Name, "A", "B")]);
    assert_eq!(code(&push(&running, "admin", vec![op(Uuid::now_v7(), 1, None, &nobodys)]).await[0]), Some(Rejection::NotFound));
    // Two values for one field, so that there is a conflict to decide.
    let [one, two] = ["Sari", "Dewi"].map(|to| edit(id, &[(CustomerField::Name, "Pelanggan", to)]));
    push(&running, "admin", vec![op(Uuid::now_v7(), 1, None, &one), op(Uuid::now_v7(), 2, None, &two)]).await;
    let read = running.server.app.store.read(|db| Ok(db.query_row("SELECT id FROM conflict", [], |row| row.get(0))?));
    let conflict = domain::ConflictId(Uuid::from_bytes(read.await.expect("reads")));
    let decide = Command::DecideConflict { conflict, keep: Keep::Theirs };
    assert_eq!(code(&push(&running, "customer", vec![op(Uuid::now_v7(), 1, None, &decide)]).await[0]), Some(Rejection::NotFound));
    let garbage = Op { command: to_raw_value(&serde_json::json!({ "kind": "drop_everything" })).expect("JSON"), ..op(Uuid::now_v7(), 1, None, &one) };
    assert_eq!(code(&push(&running, "admin", vec![garbage]).await[0]), Some(Rejection::Unreadable));
    let newer = Op { v: COMMANDS + 1, ..op(Uuid::now_v7(), 1, None, &one) };
    assert!(matches!(push(&running, "admin", vec![newer]).await[0].outcome, Outcome::RetryAfter { .. }), "a newer app waits for a newer server");
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
    let item = until(&client, "the refusal", async || {
        outbox(&client).await.into_iter().find(|item| item.state == OutboxState::Parked)
    })
    .await;
    assert_eq!(item.reason, Some(Rejection::Denied));
    assert_eq!(value(&client, id, CustomerField::Name).await, "Pelanggan");
    client.call(Request::Discard { op: item.op }).await.expect("dropped");
    assert_eq!(outbox(&client).await, []);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_panics_leaves_nothing_behind_and_its_operation_is_set_aside_the_third_time() {
    let running = World::new().start().await;
    let writer = &running.server.app.store.writer;
    let broken = writer.work(|tx, _| -> Result<(), Error> {
        tx.execute("UPDATE customer SET name = 'half done'", [])?;
        panic!("on purpose")
    });
    assert!(matches!(broken.await, Err(Error::Stumbled)));
    let read = running.server.app.store.read(|db| {
        Ok(db.query_row("SELECT COUNT(*) FROM customer WHERE name = 'half done'", [], |row| row.get::<_, i64>(0))?)
    });
    assert_eq!(read.await.expect("reads"), 0);
    let poison = op(Uuid::now_v7(), 1, None, &edit(running.world.customers[0], &[(CustomerField::City, "", "Bogor")]));
    running.tokens("admin").await;
    let session = running.server.app.store.read(|db| Ok(db.query_row("SELECT id FROM session", [], |row| row.get(0))?));
    let session = Uuid::from_bytes(session.await.expect("a session"));
    let mut outcomes = Vec::new();
    for _ in 0..3 {
        let poison = poison.clone();
        let stumbled = writer.work(move |tx, _| {
            let caller = accounts::caller(tx, session)?.expect("signed in");
            apply::stumbled(tx, &caller, Uuid::now_v7(), &poison)
        });
        outcomes.push(stumbled.await.expect("counted"));
    }
    assert!(outcomes[..2].iter().all(|outcome| matches!(outcome, Outcome::RetryAfter { .. })));
    assert!(matches!(outcomes[2], Outcome::Rejected { code: Rejection::Quarantined, .. }));
    let again = push(&running, "admin", vec![poison]).await;
    assert_eq!((again[0].duplicate, code(&again[0])), (true, Some(Rejection::Quarantined)), "it is not tried a fourth time");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn technicians_are_not_told_a_customers_identity_number() {
    let running = World::new().start().await;
    let id = running.world.customers[0];
    let set = edit(id, &[(CustomerField::Nik, "", "3273010101900001"), (CustomerField::Phone, "", "+62 811 111 222")]);
    push(&running, "admin", vec![op(Uuid::now_v7(), 1, None, &set)]).await;
    for (name, bucket, knows) in [
        ("technician", format!("zone:{}", running.world.zones[0]), false),
        ("customer", format!("customer:{id}"), true),
        ("admin", "admin".to_owned(), true),
    ] {
        let token = running.tokens(name).await.access_token;
        let page = reqwest::Client::new().get(format!("{}/sync/v1/snapshot/{bucket}", running.url())).bearer_auth(token);
        let text = page.send().await.expect("an answer").text().await.expect("a page");
        assert_eq!(text.contains("3273010101900001"), knows, "{name}");
        assert!(text.contains("+62 811 111 222"), "{name} may ring there");
    }
    running.server.stop().await;
}
