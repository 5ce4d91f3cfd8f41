//! Whose a case is: taken without a network, given by an admin, and found among one's own.

use super::open_cases;
use client::Client;
use domain::{ConnectionId, UserId};
use protocol::sync::push::{Operation, Rejection};
use protocol::sync::rows::Person;
use protocol::ui::{Answer, CaseRow, CasesQuery, Phase, Request};
use sync_server::core::now;
use tests::field::{clean, phase, send, sign_in, submit, until};
use tests::ops::code;
use tests::valve::Meter;
use tests::work::report;
use tests::world::{Kept, Running, World, client_with};
use uuid::Uuid;

async fn cases_of(client: &Client, assigned: UserId) -> Vec<CaseRow> {
    let asked = CasesQuery { open: true, assigned: Some(assigned), limit: 100, ..CasesQuery::default() };
    match client.call(Request::Cases(asked)).await.expect("an answer") {
        Answer::Cases(cases) => cases.rows,
        other => panic!("{other:?}"),
    }
}

fn assign(connection: ConnectionId, no: u32, to: Option<(UserId, &str)>) -> Operation {
    Operation::AssignMeterCase { connection, no, to: to.map(|(id, name)| Person { id, name: name.into() }) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_taken_without_a_network_is_ones_own_everywhere_and_can_be_given_up() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let me = running.tokens("technician").await.user.id;
    let folder = running.world.folder.path().to_owned();
    let tablet = client_with(&folder.join("tablet"), &running.url(), &Kept::default()).await;
    sign_in(&tablet, "technician").await;
    let desk = client_with(&folder.join("desk"), &running.url(), &Kept::default()).await;
    sign_in(&desk, "admin").await;
    let mut meter = Meter::connect(running.server.mqtt, &device).await;
    report(&mut meter, "cover_open", now()).await;
    report(&mut meter, "low_voltage", now()).await;
    let found = until(&tablet, "both cases", async || Some(open_cases(&tablet).await).filter(|rows| rows.len() == 2)).await;
    let no = found[0].case.no;

    let config = running.same_addresses();
    let Running { world, server } = running;
    server.stop().await;
    phase(&tablet, Phase::Offline).await;
    submit(&tablet, assign(device.connection, no, Some((me, "technician")))).await;
    let mine = cases_of(&tablet, me).await;
    assert_eq!((mine.len(), mine[0].case.no, mine[0].waiting), (1, no, true), "it shows at once");

    let running = world.start_again(&config).await;
    tablet.call(Request::SyncNow).await.expect("asked");
    let taken = until(&desk, "whose it is", async || cases_of(&desk, me).await.into_iter().next()).await;
    assert_eq!(taken.case.assigned.map(|person| person.name).as_deref(), Some("technician"));
    submit(&desk, assign(device.connection, no, None)).await;
    until(&tablet, "that it is nobody's", async || cases_of(&tablet, me).await.is_empty().then_some(())).await;
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_given_to_admins_and_technicians_of_its_zone_alone() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let mut ids = Vec::new();
    for name in ["admin", "technician", "customer"] {
        ids.push(running.tokens(name).await.user.id);
    }
    let mut meter = Meter::connect(running.server.mqtt, &device).await;
    let mut other = Meter::connect(running.server.mqtt, &running.world.meters[1]).await;
    report(&mut meter, "cover_open", now()).await;
    report(&mut other, "cover_open", now()).await;
    let (here, there) = (device.connection, running.world.meters[1].connection);
    for (who, operation, expected) in [
        ("admin", assign(here, 1, Some((ids[1], "Siapa saja"))), None),
        ("technician", assign(here, 1, Some((ids[0], "admin"))), None),
        ("admin", assign(here, 1, Some((ids[2], "customer"))), Some(Rejection::Invalid)),
        ("admin", assign(here, 1, Some((UserId(Uuid::now_v7()), ""))), Some(Rejection::Invalid)),
        ("admin", assign(there, 1, Some((ids[1], "technician"))), Some(Rejection::Invalid)),
        ("technician", assign(there, 1, None), Some(Rejection::NotFound)),
        ("customer", assign(here, 1, None), Some(Rejection::Denied)),
        ("admin", assign(here, 9, None), Some(Rejection::NotFound)),
    ] {
        let results = send(&running, who, std::slice::from_ref(&operation)).await;
        assert_eq!(code(&results[0]), expected, "{who}: {operation:?}");
    }
    let read = running.server.app.store.read(|db| {
        let mut query = db.prepare("SELECT changes FROM audit WHERE kind = 'assign_meter_case' ORDER BY num")?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?)
    });
    let said = read.await.expect("reads");
    assert_eq!(said, [r#"{"assignee":["","technician"]}"#, r#"{"assignee":["technician","admin"]}"#]);
    clean(running).await;
}
