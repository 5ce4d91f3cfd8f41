//! Ringkasan on a device: its own counts are those of Perangkat and of the open cases, and what the server summed up is there offline.

use client::Client;
use domain::metering::meter::Connectivity;
use protocol::summary::DaySummary;
use protocol::ui::{AdminRequest, AdminResponse, Answer, CaseCounts, CasesQuery, FleetQuery, Request, Summary};
use sync_server::core::now;
use tests::cases::leak;
use tests::field::{sign_in, until};
use tests::world::World;

async fn summary(client: &Client) -> Summary {
    match client.call(Request::Summary).await.expect("an answer") {
        Answer::Summary(known) => known,
        other => panic!("{other:?}"),
    }
}

async fn day(client: &Client) -> (DaySummary, bool) {
    match client.call(Request::Admin(AdminRequest::Summary)).await.expect("an answer") {
        Answer::Admin { response, since } => match *response {
            AdminResponse::Summary(day) => (*day, since.is_some()),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_counts_what_its_lists_hold_and_is_there_without_the_server() {
    let running = World::new().start().await;
    leak(&running).await;
    // The first meter, where the leak has left its register, with a low battery and a closed valve; the second one has never sent anything.
    let last =
        serde_json::json!([{ "serial": "WM-TEST-A", "t": now().0, "reg": 7_080_000, "flow": 0, "valve": "closed", "bat": 12 }]);
    let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).json(&last);
    let sent = request.basic_auth("gateway", Some(&running.world.gateway)).send().await.expect("an answer");
    assert!(sent.status().is_success());
    running.server.app.store.writer.publish(false).await.expect("published");

    let client = running.client("desk").await;
    sign_in(&client, "admin").await;
    let known = until(&client, "the valve and the case", async || {
        let known = summary(&client).await;
        (known.fleet.valve_closed == 1 && known.cases != CaseCounts::default()).then_some(known)
    })
    .await;
    let Answer::Fleet(fleet) =
        client.call(Request::Fleet(FleetQuery { limit: 10, ..FleetQuery::default() })).await.expect("a fleet")
    else {
        panic!("another answer")
    };
    assert_eq!(known.fleet, fleet.counts);
    assert_eq!(known.fleet.total, known.fleet.online + known.fleet.stale + known.fleet.offline);
    assert_eq!((known.fleet.low_battery, known.fleet.offline), (1, 1));
    assert!(fleet.rows.iter().any(|row| row.connectivity == Connectivity::Offline));
    let Answer::Cases(cases) =
        client.call(Request::Cases(CasesQuery { open: true, limit: 10, ..CasesQuery::default() })).await.expect("cases")
    else {
        panic!("another answer")
    };
    for severity in domain::leaks::Severity::ALL {
        let listed = cases.rows.iter().filter(|row| row.case.severity == *severity).count();
        assert_eq!(known.cases.of(*severity) as usize, listed, "{severity:?}");
    }

    let (online, is_old) = day(&client).await;
    assert!(!is_old && online.metered == 2);
    running.server.stop().await;
    let (offline, is_old) = day(&client).await;
    assert!(is_old && offline == online, "the last response, and that it is one");
    assert_eq!(summary(&client).await.fleet.total, 2, "its own rows need no network");
}
