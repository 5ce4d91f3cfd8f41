//! Two records of one person that are merged on a device without a network: both are there until the server has done it, and then one is, on
//! every device.

use client::Client;
use domain::people::merge::{Merge, offered};
use domain::sync::edit::{ConnectionField, CustomerField};
use domain::{ConnectionId, CustomerId};
use protocol::sync::push::{Operation, Rejection};
use protocol::ui::{CustomerDetail, OutboxState, Phase, Request};
use sync_server::config::Config;
use tests::field::{applied, clean, customer, outbox, phase, send, sign_in, submit, until};
use tests::ops::edit;
use tests::world::{Kept, Running, World, client_with};
use uuid::Uuid;

async fn desk(running: &Running, folder: &str) -> Client {
    let desk = client_with(&running.world.folder.path().join(folder), &running.url(), &Kept::default()).await;
    sign_in(&desk, "admin").await;
    phase(&desk, Phase::Live).await;
    desk
}

/// A second record of somebody, with a connection.
async fn twin(running: &Running) -> CustomerId {
    let (twin, connection) = (CustomerId(Uuid::now_v7()), ConnectionId(Uuid::now_v7()));
    let place = [(ConnectionField::Label, "Kos".to_owned()), (ConnectionField::Address, "Jl. Melati 2".to_owned())];
    let own = [(CustomerField::Name, "Pelanggan dua".to_owned()), (CustomerField::City, "Bogor".to_owned())];
    let add = [
        Operation::AddCustomer { customer: twin, number: "9001".into(), fields: own.into() },
        Operation::AddConnection { connection, customer: twin, zone: running.world.zones[1], fields: place.into() },
    ];
    assert!(send(running, "admin", &add).await.iter().all(applied));
    twin
}

async fn shown(desk: &Client, id: CustomerId) -> CustomerDetail {
    until(desk, "the customer", async || customer(desk, id).await).await
}

fn merge(keep: &CustomerDetail, gone: &CustomerDetail) -> Operation {
    let connections = gone.connections.iter().map(|connection| connection.id);
    let take = offered(&keep.customer, &gone.customer);
    Operation::MergeCustomers(Merge::new(&keep.customer, &gone.customer, &take, connections))
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_are_merged_offline_are_one_on_every_device_once_the_server_has_done_it() {
    let running = World::new().start().await;
    let (keep, gone) = (running.world.customers[0], twin(&running).await);
    let (desk, other) = (desk(&running, "desk").await, desk(&running, "other").await);
    let (one, two) = (shown(&desk, keep).await, shown(&desk, gone).await);
    shown(&other, gone).await;
    let config = running.same_addresses();
    let Running { world, server } = running;
    server.stop().await;
    phase(&desk, Phase::Offline).await;
    submit(&desk, merge(&one, &two)).await;
    assert!(customer(&desk, gone).await.is_some_and(|detail| detail.waiting), "it waits, and shows that");
    let running = world.start_again(&config).await;
    for device in [&desk, &other] {
        device.call(Request::SyncNow).await.expect("asked");
        until(device, "its going", async || customer(device, gone).await.is_none().then_some(())).await;
        let merged =
            until(device, "what went over", async || customer(device, keep).await.filter(|detail| detail.connections.len() == 2))
                .await;
        assert_eq!((merged.customer.city.as_str(), merged.customer.name.as_str()), ("Bogor", "Pelanggan"));
    }
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_that_comes_behind_somebody_elses_edit_is_refused_and_both_records_stay() {
    let running = World::new().start().await;
    let (keep, gone) = (running.world.customers[0], twin(&running).await);
    let desk = desk(&running, "desk").await;
    let (one, two) = (shown(&desk, keep).await, shown(&desk, gone).await);
    let config = running.same_addresses();
    let Running { world, server } = running;
    server.stop().await;
    phase(&desk, Phase::Offline).await;
    submit(&desk, merge(&one, &two)).await;
    // Where the desk does not find the server, so that the edit is before the merge.
    let elsewhere = Config { http: "127.0.0.1:0".parse().expect("an address"), ..config.clone() };
    let running = world.start_again(&elsewhere).await;
    assert!(applied(&send(&running, "admin", &[edit(gone, &[(CustomerField::City, "Bogor", "Depok")])]).await[0]));
    let Running { world, server } = running;
    server.stop().await;
    let running = world.start_again(&config).await;
    desk.call(Request::SyncNow).await.expect("asked");
    let parked = until(&desk, "the refusal", async || {
        outbox(&desk).await.into_iter().find(|item| item.kind == "merge_customers" && item.state == OutboxState::Parked)
    })
    .await;
    assert_eq!((parked.reason, parked.field.as_deref()), (Some(Rejection::Conflict), Some("customer")));
    until(&desk, "what it is now", async || customer(&desk, gone).await.filter(|detail| detail.customer.city == "Depok")).await;
    assert_eq!(shown(&desk, keep).await.connections.len(), 1);
    clean(running).await;
}
