//! Meters that are selected in Perangkat: stretches in the order of the list, and all that match but for some, whether they were drawn or not.

use client::Client;
use domain::MeterId;
use protocol::ui::{Answer, Fleet, FleetFilter, FleetQuery, FleetSort, MeterRange, MeterSelection, Request};
use tests::field::{clean, sign_in, until};
use tests::world::World;
use uuid::Uuid;

async fn ids(client: &Client, request: Request) -> Vec<MeterId> {
    match client.call(request).await.expect("an answer") {
        Answer::MeterIds(ids) => ids,
        other => panic!("{other:?}"),
    }
}

async fn fleet(client: &Client, query: FleetQuery) -> Fleet {
    match client.call(Request::Fleet(query)).await.expect("an answer") {
        Answer::Fleet(found) => found,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selection_of_meters_reaches_further_than_the_rows_that_were_asked_for() {
    let running = World::new().start().await;
    let [a, b] = running.world.meters.clone().map(|device| device.id);
    let device = running.client("admin").await;
    sign_in(&device, "admin").await;
    let all = FleetQuery::default();
    until(&device, "the fleet", async || (fleet(&device, all.clone()).await.total == 2).then_some(())).await;
    let window = fleet(&device, FleetQuery { offset: 1, limit: 1, ..all.clone() }).await;
    assert_eq!((window.offset, window.rows.len(), window.matching), (1, 1, 2), "a window says where it begins");
    let descending = FleetQuery { sort: FleetSort::Serial, descending: true, ..all.clone() };
    let between = |from, to| Request::MetersBetween(MeterRange { query: descending.clone(), from, to });
    assert_eq!(ids(&device, between(0, 1)).await, [b, a], "in the order of the list");
    assert_eq!(ids(&device, between(1, 0)).await, [b, a], "whichever end came first");
    assert_eq!(ids(&device, between(1, 1)).await, [a]);
    let matching = |matching: FleetQuery, except: Vec<MeterId>| {
        Request::MetersSelected(MeterSelection::Matching { matching: Box::new(matching), except })
    };
    assert_eq!(ids(&device, matching(descending.clone(), vec![])).await, [a, b], "by serial");
    assert_eq!(ids(&device, matching(all.clone(), vec![a])).await, [b]);
    let search = FleetQuery { search: "test-b".into(), ..all.clone() };
    assert_eq!(ids(&device, matching(search, vec![])).await, [b]);
    let retired = FleetQuery { only: Some(FleetFilter::Retired), ..all.clone() };
    assert_eq!(ids(&device, matching(retired, vec![])).await, Vec::<MeterId>::new());
    let rows = vec![b, MeterId(Uuid::now_v7())];
    assert_eq!(ids(&device, Request::MetersSelected(MeterSelection::Rows(rows))).await, [b], "one that is not here is nobody");
    clean(running).await;
}
