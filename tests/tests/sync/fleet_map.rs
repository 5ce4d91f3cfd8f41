//! The fleet as a map, from a device's cache: what the filter leaves, with its place, and a place that is given while the server is away.

use client::Client;
use domain::core::position::Position;
use domain::sync::edit::{Change, ConnectionField, Patch};
use protocol::sync::push::Operation;
use protocol::ui::{Answer, FleetFilter, FleetMap, FleetQuery, Phase, Request};
use std::collections::BTreeMap;
use tests::field::{clean, phase, sign_in, submit, until};
use tests::world::{Kept, World, client_with};

async fn map(client: &Client, query: FleetQuery) -> FleetMap {
    match client.call(Request::FleetMap(query)).await.expect("an answer") {
        Answer::FleetMap(found) => *found,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_without_a_place_gets_one_offline_and_is_on_every_map_afterwards() {
    let running = World::new().start().await;
    // What waits for the server is kept under a key.
    let (folder, keyring) = (running.world.folder.path().join("admin"), Kept::default());
    let device = client_with(&folder, &running.url(), &keyring).await;
    sign_in(&device, "admin").await;
    let all = FleetQuery::default();
    // Zones are in a bucket of their own, which may come later.
    let is_there = |found: &FleetMap| found.unplaced_count == 2 && found.zones.len() == 2;
    let first = until(&device, "the fleet", async || Some(map(&device, all.clone()).await).filter(is_there)).await;
    assert!(first.points.is_empty() && first.not_installed == 0);
    assert_eq!(first.unplaced.iter().map(|meter| meter.serial.as_str()).collect::<Vec<_>>(), ["WM-TEST-A", "WM-TEST-B"]);
    assert_eq!(first.unplaced[0].connection, running.world.meters[0].connection);
    let addresses = running.same_addresses();
    let world = running.world;
    running.server.stop().await;
    phase(&device, Phase::Offline).await;
    let at = Position::new(-6_917_464, 107_619_123).expect("a place");
    let change = Change { from: String::new(), to: at.to_string() };
    let patch = Patch(BTreeMap::from([(ConnectionField::Position, change)]));
    submit(&device, Operation::EditConnection { connection: world.meters[0].connection, patch }).await;
    let placed = map(&device, all.clone()).await;
    assert_eq!(placed.points.iter().map(|point| (point.serial.as_str(), point.at)).collect::<Vec<_>>(), [("WM-TEST-A", at)]);
    assert_eq!(placed.unplaced_count, 1);
    let search = FleetQuery { search: "test-b".into(), ..all.clone() };
    assert!(map(&device, search).await.points.is_empty());
    let online = FleetQuery { only: Some(FleetFilter::Online), ..all.clone() };
    assert_eq!(map(&device, online).await.unplaced_count, 0, "neither has ever reported");
    let running = world.start_again(&addresses).await;
    let other = running.client("other").await;
    sign_in(&other, "admin").await;
    until(&other, "the place on another device", async || {
        Some(map(&other, all.clone()).await).filter(|found| found.points.iter().any(|point| point.at == at))
    })
    .await;
    clean(running).await;
}
