//! Many customers changed at once on a device: narrowed, previewed, changed without a network, sent once, taken back.

use client::Client;
use domain::alerts::announcement::{Announcement, Wording};
use domain::alerts::content::Content;
use domain::billing::tariff::TariffClass;
use domain::people::CustomerStatus;
use domain::people::batch::{BatchChange, Refusal};
use domain::sync::edit::CustomerField;
use domain::{AnnouncementId, CustomerId};
use protocol::core::problem::Code;
use protocol::ui::bulk::{
    Batch, BatchStage, Considered, FacetCounts, MeterPresence, NewAnnouncement, NewBatch, Preview, Reach, RowRange, Selection,
};
use protocol::ui::imports::Sent;
use protocol::ui::{
    AlertsQuery, AlertsRequest, AlertsResponse, Answer, BulkRequest, BulkResponse, CustomerFacets, CustomerMatch, CustomerQuery,
    OutboxState, Phase, Request,
};
use rusqlite::OpenFlags;
use sync_server::cli::provision::transact;
use sync_server::core::open_connection;
use sync_server::metering::fleet;
use tests::field::{clean, database, outbox, phase, sign_in, submit, until};
use tests::ops::edit;
use tests::world::{Kept, Running, World, client_with};
use uuid::Uuid;

/// Customers without a connection, beside the two of the world.
const MORE: u32 = 600;

/// A world with many customers, by number.
async fn crowded() -> (Running, Vec<CustomerId>) {
    let world = World::new();
    let mut db = open_connection(&world.config().database(), OpenFlags::SQLITE_OPEN_READ_WRITE).expect("the database");
    let ids: Vec<_> = (0..MORE).map(|_| CustomerId(Uuid::now_v7())).collect();
    transact(&mut db, |tx| {
        let utility = tx.db.query_row("SELECT utility FROM customer LIMIT 1", [], |row| row.get(0))?;
        for (place, id) in ids.iter().enumerate() {
            fleet::add_customer(tx, utility, *id, &format!("9{place:04}"), &format!("Warga {place:04}"))?;
        }
        Ok(())
    })
    .expect("more customers");
    drop(db);
    (world.start().await, ids)
}

async fn ask(client: &Client, request: BulkRequest) -> BulkResponse {
    match client.call(Request::Bulk(request)).await.expect("an answer") {
        Answer::Bulk(response) => *response,
        other => panic!("{other:?}"),
    }
}

async fn preview(client: &Client, considered: &Considered) -> Preview {
    match ask(client, BulkRequest::Preview(considered.clone())).await {
        BulkResponse::Preview(preview) => preview,
        other => panic!("{other:?}"),
    }
}

async fn facets(client: &Client, asked: CustomerMatch) -> FacetCounts {
    match ask(client, BulkRequest::Facets(asked)).await {
        BulkResponse::Facets(counts) => counts,
        other => panic!("{other:?}"),
    }
}

async fn batches(client: &Client) -> Vec<Batch> {
    match ask(client, BulkRequest::List).await {
        BulkResponse::Batches(batches) => batches,
        other => panic!("{other:?}"),
    }
}

/// Begins a batch, and waits until it is where it is wanted.
async fn begin(client: &Client, considered: &Considered) -> Batch {
    let id = Uuid::now_v7();
    ask(client, BulkRequest::Begin(Box::new(NewBatch { id, batch: considered.clone() }))).await;
    at(client, id, BatchStage::Done).await
}

async fn at(client: &Client, id: Uuid, stage: BatchStage) -> Batch {
    until(client, &format!("{stage:?}"), async || {
        let batch = batches(client).await.into_iter().find(|batch| batch.id == id)?;
        (batch.job.is_none() && batch.stage == stage).then_some(batch)
    })
    .await
}

/// The desk of an admin.
async fn desk(running: &Running, folder: &str, keyring: &Kept) -> Client {
    let desk = client_with(&running.world.folder.path().join(folder), &running.url(), keyring).await;
    sign_in(&desk, "admin").await;
    phase(&desk, Phase::Live).await;
    desk
}

fn of_name(search: &str) -> CustomerMatch {
    CustomerMatch { search: search.into(), ..CustomerMatch::default() }
}

fn all_but(search: &str, except: Vec<CustomerId>) -> Selection {
    Selection::Matching { matching: Box::new(of_name(search)), except }
}

fn count(running: &Running, sql: &str) -> i64 {
    database(&running.world).query_row(sql, [], |row| row.get(0)).expect("a number")
}

const SUSPENDED: &str = "SELECT COUNT(*) FROM customer WHERE status = 'suspended'";

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_made_offline_for_all_that_match_and_lands_on_the_server_exactly_once() {
    let (running, ids) = crowded().await;
    let desk = desk(&running, "desk", &Kept::default()).await;
    // One is no customer any more, and one is suspended already.
    let of = |id, to| edit(id, &[(CustomerField::Status, "active", to)]);
    submit(&desk, of(ids[3], "inactive")).await;
    submit(&desk, of(ids[4], "suspended")).await;
    until(&desk, "an empty outbox", async || {
        outbox(&desk).await.iter().all(|item| item.state == OutboxState::Sent).then_some(())
    })
    .await;
    let config = running.same_addresses();
    let Running { world, server } = running;
    server.stop().await;
    phase(&desk, Phase::Offline).await;

    let change = BatchChange::Status(CustomerStatus::Suspended);
    let considered = Considered { selection: all_but("warga", vec![ids[0], ids[1]]), change };
    let shown = preview(&desk, &considered).await;
    assert_eq!((shown.selected, shown.changes, shown.same, shown.connections), (MORE - 2, MORE - 4, 1, 0));
    let [refused] = shown.refused.as_slice() else { panic!("{:?}", shown.refused) };
    assert_eq!((refused.why, refused.count, refused.examples[0].number.as_str()), (Refusal::NotSupplied, 1, "90003"));
    assert_eq!(shown.examples[0].name, "Warga 0002", "who was unticked is none of them");
    assert_eq!(batches(&desk).await.len(), 0, "a preview changes nothing");

    let batch = begin(&desk, &considered).await;
    assert_eq!((batch.changed, batch.same, batch.refused.len()), (MORE - 4, 1, 1));
    assert_eq!(batch.sent, Sent { waiting: MORE - 4, applied: 0, refused: 0 });
    // Begun once more under the same identifier, as after an answer that was lost, it is the same batch.
    ask(&desk, BulkRequest::Begin(Box::new(NewBatch { id: batch.id, batch: considered.clone() }))).await;
    assert_eq!(at(&desk, batch.id, BatchStage::Done).await, batch);
    assert_eq!(preview(&desk, &considered).await.same, MORE - 3, "they show at once");

    let running = world.start_again(&config).await;
    desk.call(Request::SyncNow).await.expect("asked");
    let sent = Sent { waiting: 0, applied: MORE - 4, refused: 0 };
    until(&desk, "all applied", async || (batches(&desk).await[0].sent == sent).then_some(())).await;
    assert_eq!(count(&running, SUSPENDED), i64::from(MORE - 3));
    let audited = "SELECT COUNT(*) FROM audit WHERE kind = 'edit_customer'";
    assert_eq!(count(&running, audited), i64::from(MORE - 4) + 2, "an entry for each that was changed");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_taken_back_but_for_customers_that_somebody_has_changed_since() {
    let (running, ids) = crowded().await;
    let desk = desk(&running, "desk", &Kept::default()).await;
    let selection = Selection::Rows(ids[..20].to_vec());
    let batch = begin(&desk, &Considered { selection, change: BatchChange::Status(CustomerStatus::Suspended) }).await;
    assert!(batch.undo_until.is_some());
    until(&desk, "all applied", async || (batches(&desk).await[0].sent.waiting == 0).then_some(())).await;
    submit(&desk, edit(ids[7], &[(CustomerField::Status, "suspended", "active")])).await;
    submit(&desk, edit(ids[8], &[(CustomerField::City, "", "Bandung")])).await;
    ask(&desk, BulkRequest::Undo(batch.id)).await;
    let undone = at(&desk, batch.id, BatchStage::Undone).await;
    assert_eq!((undone.changed_since, undone.undo_until), (1, None));
    assert_eq!(undone.changed_since_first[0].number, "90007", "another field is no reason");
    until(&desk, "all sent", async || (batches(&desk).await[0].sent.waiting == 0).then_some(())).await;
    assert_eq!(batches(&desk).await[0].sent, Sent { waiting: 0, applied: 20 + 19, refused: 0 });
    assert_eq!(count(&running, SUSPENDED), 0);
    let again = desk.call(Request::Bulk(BulkRequest::Undo(batch.id))).await;
    assert_eq!(again.expect_err("it was taken back").code, Code::BadRequest);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tariff_class_is_set_for_each_connection_and_who_has_none_is_named() {
    let (running, _) = crowded().await;
    let desk = desk(&running, "desk", &Kept::default()).await;
    let everybody = CustomerMatch::default();
    let counts = facets(&desk, everybody.clone()).await;
    let of_zones: Vec<_> = counts.zones.iter().map(|zone| (zone.name.as_str(), zone.count)).collect();
    assert_eq!((counts.matching, of_zones), (MORE + 2, vec![("Barat", 1), ("Timur", 1)]));
    assert_eq!(counts.meters, [(MeterPresence::Installed, 2), (MeterPresence::Missing, MORE)]);
    let change = BatchChange::TariffClass(TariffClass::Commercial);
    let considered = Considered { selection: Selection::Matching { matching: Box::new(everybody), except: vec![] }, change };
    let shown = preview(&desk, &considered).await;
    assert_eq!((shown.changes, shown.connections, shown.refused_count()), (2, 2, MORE));
    let batch = begin(&desk, &considered).await;
    assert_eq!((batch.changed, batch.refused[0].why, batch.refused[0].count), (2, Refusal::NoConnection, MORE));
    until(&desk, "all applied", async || (batches(&desk).await[0].sent.waiting == 0).then_some(())).await;
    assert_eq!(count(&running, "SELECT COUNT(*) FROM connection WHERE tariff_class = 'commercial'"), 2);
    let classes = vec![TariffClass::Commercial];
    let commercial = CustomerMatch { facets: CustomerFacets { classes, ..CustomerFacets::default() }, ..of_name("") };
    assert_eq!(facets(&desk, commercial).await.matching, 2);
    clean(running).await;
}

const IN_THE_EAST: &str = "SELECT COUNT(*) FROM connection WHERE zone = (SELECT num FROM zone WHERE name = 'Timur')";

#[tokio::test(flavor = "multi_thread")]
async fn a_zone_is_set_offline_for_each_connection_and_taken_back_later() {
    let (running, _) = crowded().await;
    let desk = desk(&running, "desk", &Kept::default()).await;
    let BulkResponse::Zones(zones) = ask(&desk, BulkRequest::Zones).await else { panic!("no zones") };
    assert_eq!(zones.iter().map(|zone| zone.name.as_str()).collect::<Vec<_>>(), ["Barat", "Timur"]);
    let config = running.same_addresses();
    let Running { world, server } = running;
    server.stop().await;
    phase(&desk, Phase::Offline).await;
    let selection = Selection::Matching { matching: Box::new(CustomerMatch::default()), except: vec![] };
    let considered = Considered { selection, change: BatchChange::Zone(zones[1].id) };
    let shown = preview(&desk, &considered).await;
    assert_eq!((shown.changes, shown.same, shown.connections, shown.refused_count()), (1, 1, 1, MORE));
    let batch = begin(&desk, &considered).await;
    assert_eq!((batch.changed, batch.same, batch.sent), (1, 1, Sent { waiting: 1, applied: 0, refused: 0 }));
    let by_zone = async || facets(&desk, CustomerMatch::default()).await.zones.iter().map(|zone| zone.count).collect::<Vec<_>>();
    assert_eq!(by_zone().await, [0, 2], "it shows at once");
    let running = world.start_again(&config).await;
    desk.call(Request::SyncNow).await.expect("asked");
    let sent = async |wanted: u32| {
        let sent = Sent { waiting: 0, applied: wanted, refused: 0 };
        until(&desk, "all applied", async || (batches(&desk).await[0].sent == sent).then_some(())).await;
    };
    sent(1).await;
    assert_eq!(count(&running, IN_THE_EAST), 2);
    ask(&desk, BulkRequest::Undo(batch.id)).await;
    assert_eq!(at(&desk, batch.id, BatchStage::Undone).await.changed_since, 0);
    sent(2).await;
    assert_eq!(count(&running, IN_THE_EAST), 1, "whoever was there before stays");
    assert_eq!(by_zone().await, [1, 1]);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_written_offline_reaches_each_person_once() {
    let (running, _) = crowded().await;
    let desk = desk(&running, "desk", &Kept::default()).await;
    let everybody = || all_but("", vec![]);
    let reach = async || ask(&desk, BulkRequest::Reach(everybody())).await;
    assert_eq!(reach().await, BulkResponse::Reach(Reach { customers: MORE + 2, people: Some(2) }));
    let config = running.same_addresses();
    let Running { world, server } = running;
    server.stop().await;
    phase(&desk, Phase::Offline).await;
    assert_eq!(reach().await, BulkResponse::Reach(Reach { customers: MORE + 2, people: None }));
    let words = Announcement { id: Wording { title: " Air mati ".into(), text: "Besok pukul 08.00".into() }, en: None };
    let new = NewAnnouncement { id: AnnouncementId(Uuid::now_v7()), selection: everybody(), words };
    // Sent once more under the same identifier, as after an answer that was lost, it is the same message.
    for _ in 0..2 {
        let said = ask(&desk, BulkRequest::Announce(Box::new(new.clone()))).await;
        assert_eq!(said, BulkResponse::Announced(MORE + 2));
    }
    let waits = outbox(&desk).await;
    assert!(waits.iter().all(|item| item.kind == "send_announcement" && item.title == "Air mati"), "{waits:?}");
    assert_eq!(waits.len() as u32, (MORE + 2).div_ceil(200));
    let without =
        NewAnnouncement { words: Announcement { id: Wording { text: String::new(), ..new.words.id.clone() }, en: None }, ..new };
    let refused = desk.call(Request::Bulk(BulkRequest::Announce(Box::new(without)))).await;
    assert_eq!(refused.expect_err("it says nothing").code, Code::BadRequest);
    let running = world.start_again(&config).await;
    desk.call(Request::SyncNow).await.expect("asked");
    until(&desk, "all of it sent", async || outbox(&desk).await.iter().all(|item| item.state == OutboxState::Sent).then_some(()))
        .await;
    let phone = client_with(&running.world.folder.path().join("phone"), &running.url(), &Kept::default()).await;
    sign_in(&phone, "customer").await;
    let list = || Request::Alerts(AlertsRequest::List(AlertsQuery { limit: 50, ..AlertsQuery::default() }));
    let found = until(&phone, "the message", async || match phone.call(list()).await.expect("an answer") {
        Answer::Alerts(response) => match *response {
            AlertsResponse::List(window) if window.total > 0 => Some(window),
            _ => None,
        },
        other => panic!("{other:?}"),
    })
    .await;
    assert_eq!(found.total, 1);
    let Content::Announcement(said) = &found.rows[0].notification.content else { panic!("{found:?}") };
    assert_eq!(said.id.title, "Air mati");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stretch_of_the_list_is_who_stands_there() {
    let (running, ids) = crowded().await;
    let desk = desk(&running, "desk", &Kept::default()).await;
    let query = CustomerQuery { search: "warga".into(), descending: true, ..CustomerQuery::default() };
    let stretch = ask(&desk, BulkRequest::Between(RowRange { query, from: 1, to: 0 })).await;
    assert_eq!(stretch, BulkResponse::Customers(vec![ids[MORE as usize - 1], ids[MORE as usize - 2]]));
    clean(running).await;
}
