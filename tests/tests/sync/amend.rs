//! Second thoughts about what waits in the outbox: it is replaced or dropped before it leaves, and followed where it may have left.

use client::Client;
use domain::CustomerId;
use domain::sync::edit::{CustomerField, Editable};
use protocol::core::problem::Code;
use protocol::sync::push::{Operation, Rejection};
use protocol::ui::{Answer, ListQuery, OutboxItem, OutboxState, OutboxWindow, Phase, Request};
use std::path::PathBuf;
use sync_server::config::Config;
use tests::field::{clean, field_records, note, outbox, phase, sign_in, submit, until};
use tests::ops::edit;
use tests::world::{Device, Kept, Running, World, client_with};
use tokio::net::TcpListener;

/// A device that has seen its customer, or its meter, and cannot reach the server.
async fn offline(running: Running, who: &str) -> (World, Config, Client) {
    let config = Config { http: running.server.http, mqtt: running.server.mqtt, ..running.world.config() };
    let folder: PathBuf = running.world.folder.path().join("device");
    let client = client_with(&folder, &running.url(), &Kept::default()).await;
    sign_in(&client, who).await;
    let (customer, meter) = (running.world.customers[0], running.world.meters[0].clone());
    match who {
        "technician" => drop(until(&client, "the meter", async || field_records(&client, &meter).await).await),
        _ => until(&client, "the customer", async || city(&client, customer).await.map(|_| ())).await,
    }
    let Running { world, server } = running;
    server.stop().await;
    phase(&client, Phase::Offline).await;
    (world, config, client)
}

async fn back(world: World, config: &Config, client: &Client) -> Running {
    let running = world.start_again(config).await;
    client.call(Request::SyncNow).await.expect("asked");
    running
}

async fn city(client: &Client, customer: CustomerId) -> Option<String> {
    match client.call(Request::Customer { customer }).await.expect("an answer") {
        Answer::Customer(detail) => detail.map(|detail| detail.customer.value(CustomerField::City)),
        other => panic!("{other:?}"),
    }
}

async fn amend(client: &Client, item: &OutboxItem, command: Operation) {
    client.call(Request::Amend { op: item.op, command }).await.expect("amended");
}

/// Until everything was sent.
async fn sent(client: &Client) {
    until(client, "everything sent", async || {
        let items = outbox(client).await;
        items.iter().all(|item| item.state == OutboxState::Sent).then_some(())
    })
    .await;
}

/// What the server wrote down of each operation.
async fn audited(running: &Running) -> Vec<String> {
    let read = running.server.app.store.read(|db| {
        let mut query = db.prepare("SELECT changes FROM audit ORDER BY num")?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?)
    });
    read.await.expect("reads")
}

fn in_city(id: CustomerId, from: &str, to: &str) -> Operation {
    edit(id, &[(CustomerField::City, from, to)])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_edit_is_replaced_and_the_operations_that_build_on_it_follow() {
    let (world, config, client) = offline(World::new().start().await, "admin").await;
    let id = world.customers[0];
    submit(&client, in_city(id, "", "Bogro")).await;
    submit(&client, in_city(id, "Bogro", "Depok")).await;
    submit(&client, in_city(id, "Depok", "Bekasi")).await;
    let items = outbox(&client).await;
    amend(&client, &items[0], in_city(id, "", "Bogor")).await;
    assert_eq!(city(&client, id).await.as_deref(), Some("Bekasi"), "those behind still lie over it");
    client.call(Request::Discard { op: items[1].op }).await.expect("it has not left");
    assert_eq!(city(&client, id).await.as_deref(), Some("Bekasi"));
    let other = edit(world.customers[1], &[(CustomerField::City, "", "Bogor")]);
    let refused = client.call(Request::Amend { op: outbox(&client).await[0].op, command: other }).await;
    assert_eq!(refused.expect_err("another customer").code, Code::BadRequest);

    let running = back(world, &config, &client).await;
    sent(&client).await;
    assert_eq!(audited(&running).await, [r#"{"city":["","Bogor"]}"#, r#"{"city":["Bogor","Bekasi"]}"#]);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_is_dropped_before_it_left_was_never_there() {
    let (world, config, client) = offline(World::new().start().await, "admin").await;
    let id = world.customers[0];
    submit(&client, in_city(id, "", "Bogor")).await;
    client.call(Request::Discard { op: outbox(&client).await[0].op }).await.expect("it has not left");
    assert_eq!(city(&client, id).await.as_deref(), Some(""), "the server's version shows again");
    assert_eq!(outbox(&client).await, []);
    let running = back(world, &config, &client).await;
    phase(&client, Phase::Live).await;
    assert_eq!(audited(&running).await, Vec::<String>::new());
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_edit_is_mended_and_sent_again() {
    let running = World::new().start().await;
    let id = running.world.customers[0];
    let client = client_with(&running.world.folder.path().join("device"), &running.url(), &Kept::default()).await;
    sign_in(&client, "admin").await;
    until(&client, "the customer", async || city(&client, id).await).await;
    submit(&client, edit(id, &[(CustomerField::PostalCode, "", "abc")])).await;
    let refused =
        until(&client, "the refusal", async || outbox(&client).await.into_iter().find(|item| item.state == OutboxState::Parked))
            .await;
    assert_eq!(refused.reason, Some(Rejection::Invalid));
    amend(&client, &refused, edit(id, &[(CustomerField::PostalCode, "", "40115")])).await;
    sent(&client).await;
    assert_eq!(outbox(&client).await.len(), 1, "it took the place of the one before");
    assert_eq!(audited(&running).await, [r#"{"postal_code":["","40115"]}"#]);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_note_carries_the_text_written_last() {
    let (world, config, client) = offline(World::new().start().await, "technician").await;
    let meter: Device = world.meters[0].clone();
    let Operation::AddNote { note: id, meter: at, .. } = note(&meter, "") else { panic!("a note") };
    let wrote = |text: &str| Operation::AddNote { note: id, meter: at, text: text.into() };
    submit(&client, wrote("Kaca burma")).await;
    amend(&client, &outbox(&client).await[0], wrote("Kaca buram")).await;
    let shown = field_records(&client, &meter).await.expect("the meter");
    assert_eq!(shown.notes.iter().map(|fact| fact.row.text.as_str()).collect::<Vec<_>>(), ["Kaca buram"]);
    let running = back(world, &config, &client).await;
    sent(&client).await;
    let shown =
        until(&client, "the server's note", async || field_records(&client, &meter).await.filter(|all| !all.notes[0].waiting));
    assert_eq!(shown.await.notes.iter().map(|fact| fact.row.text.as_str()).collect::<Vec<_>>(), ["Kaca buram"]);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_have_reached_the_server_is_followed_and_not_taken_back() {
    let (world, config, client) = offline(World::new().start().await, "admin").await;
    let id = world.customers[0];
    // It takes connections, and never answers.
    let hole = TcpListener::bind(config.http).await.expect("the same address");
    submit(&client, in_city(id, "", "Bogor")).await;
    let on_its_way = until(&client, "it on its way", async || {
        outbox(&client).await.into_iter().find(|item| item.state == OutboxState::Sending)
    })
    .await;
    let kept = client.call(Request::Discard { op: on_its_way.op }).await;
    assert_eq!(kept.expect_err("nobody knows whether it arrived").code, Code::AlreadySent);
    amend(&client, &on_its_way, in_city(id, "", "Depok")).await;
    assert_eq!(city(&client, id).await.as_deref(), Some("Depok"));
    drop(hole);
    let running = back(world, &config, &client).await;
    sent(&client).await;
    assert_eq!(audited(&running).await, [r#"{"city":["","Bogor"]}"#, r#"{"city":["Bogor","Depok"]}"#]);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_the_outbox_is_that_part_of_the_whole() {
    let (world, _, client) = offline(World::new().start().await, "admin").await;
    let names: Vec<String> = (0..70).map(|place| format!("Kota {place}")).collect();
    for pair in [&[String::new()], &names[..]].concat().windows(2) {
        submit(&client, in_city(world.customers[0], &pair[0], &pair[1])).await;
    }
    let whole = outbox(&client).await;
    assert_eq!(whole.len(), 70);
    let mut parts = Vec::new();
    for offset in [0, 30, 60, 90] {
        let Ok(Answer::OutboxWindow(OutboxWindow { waiting, parked, total, items, .. })) =
            client.call(Request::OutboxWindow(ListQuery { offset, limit: 30 })).await
        else {
            panic!("no part")
        };
        assert_eq!((waiting, parked, total), (70, 0, 70));
        parts.extend(items);
    }
    let ids = |items: &[OutboxItem]| items.iter().map(|item| item.op).collect::<Vec<_>>();
    assert_eq!(ids(&parts), ids(&whole));
}

#[tokio::test(flavor = "multi_thread")]
async fn editing_offline_does_not_attempt_to_send_at_each_edit() {
    let (world, config, client) = offline(World::new().start().await, "admin").await;
    // It shuts every door that somebody knocks at.
    let doors = TcpListener::bind(config.http).await.expect("the same address");
    let (knocked, mut knocks) = tokio::sync::watch::channel(0_usize);
    let shutting = tokio::spawn(async move {
        while doors.accept().await.is_ok() {
            knocked.send_modify(|count| *count += 1);
        }
    });
    submit(&client, in_city(world.customers[0], "", "Kota 0")).await;
    knocks.wait_for(|count| *count > 0).await.expect("the first edit tries");
    let began = tokio::time::Instant::now();
    for place in 0..60 {
        submit(&client, in_city(world.customers[0], &format!("Kota {place}"), &format!("Kota {}", place + 1))).await;
        // As somebody who types: what one edit starts has time to fail before the next.
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    shutting.abort();
    // Three tasks try: what reads, what sends, and the wake line; each once a second at most, and what sends knocks once a try.
    let (knocked, most) = (*knocks.borrow(), 3 * (began.elapsed().as_secs() as usize + 2));
    assert!(knocked <= most, "{knocked} knocks in {:?}", began.elapsed());
}
