//! Stock of spare parts: received, moved and counted once for each key, used once for each record, below zero where more was used than was there; what
//! is in a van is its technician's to know, and what cannot be is refused, but for what was used.

use crate::api::send;
use domain::core::local_time::MINUTE_MS;
use domain::maintenance::record::{PartSource, RecordContent};
use domain::maintenance::stock::StockPlace;
use domain::{UserId, WorkOrderId, WorkRecordId};
use protocol::core::audit::AuditPage;
use protocol::maintenance::parts::{PartRow, PartStock};
use protocol::people::auth::Tokens;
use protocol::sync::pull::Page;
use protocol::sync::push::Operation;
use protocol::sync::rows::{Entity, VanPart};
use protocol::sync::work::NewWorkRecord;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use sync_server::core::now;
use tests::alerts::number;
use tests::field::clean;
use tests::work::{announce, answered, say};
use tests::world::{Device, Running, World};
use uuid::Uuid;

const PATH: &str = "/admin/v1/parts";

async fn change(running: &Running, who: &str, (key, part): (Uuid, Uuid), stock: Value) -> (StatusCode, Value) {
    let body = json!({ "key": key, "part": part, "stock": stock });
    send(running, Method::POST, PATH, Some(&running.token(who).await), Some(body)).await
}

/// Does something twice under one key, which is taken.
async fn twice(running: &Running, part: Uuid, stock: Value) {
    let key = Uuid::now_v7();
    for _ in 0..2 {
        let (status, answer) = change(running, "admin", (key, part), stock.clone()).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }
}

fn van(technician: UserId) -> Value {
    json!({ "in": "van", "technician": technician })
}

fn store() -> Value {
    json!({ "in": "store" })
}

async fn listed(running: &Running) -> PartStock {
    running.get(&running.token("admin").await, PATH).await
}

/// How many pieces of a part are where.
fn counts(row: &PartRow) -> Vec<(StockPlace, i64)> {
    row.held.iter().map(|held| (held.place, held.pieces.0)).collect()
}

/// What is in the van of somebody, as their own device gets it, or one of somebody else; `None` if it gets nothing.
async fn in_van(running: &Running, device: &Tokens, of: UserId) -> Option<Vec<(String, i64)>> {
    let url = format!("{}/sync/v1/snapshot/user:{of}", running.url());
    let answer = Client::new().get(url).bearer_auth(&device.access_token).send().await.expect("an answer");
    if answer.status() == StatusCode::NOT_FOUND {
        return None;
    }
    let page: Page = answer.json().await.expect("a page");
    let bodies = page.rows.into_iter().filter(|row| row.entity.known() == Some(Entity::VanPart)).filter_map(|row| row.body);
    let read = bodies.map(|body| serde_json::from_str::<VanPart>(body.get()).expect("a part"));
    Some(read.map(|part| (part.name, part.pieces.0)).collect())
}

/// That a part was used under an order.
fn used((order, device): (WorkOrderId, &Device), name: &str, count: u16, from: PartSource) -> Operation {
    let content = RecordContent::Part { step: None, name: name.into(), serial: String::new(), count, from };
    let record = WorkRecordId(Uuid::now_v7());
    Operation::AddWorkRecord(NewWorkRecord { record, order, meter: device.id, at: now().plus(-MINUTE_MS), content })
}

fn word(answer: &Value) -> &str {
    answer["detail"].as_str().unwrap_or_default().split(':').next().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn pieces_are_moved_once_a_key_and_used_once_a_record_also_below_zero() {
    let running = World::new().start().await;
    let technician = running.tokens("technician").await;
    let (id, part, device) = (technician.user.id, Uuid::now_v7(), running.world.meters[0].clone());
    twice(&running, part, json!({ "what": "add", "name": " Paking  1/2 inci" })).await;
    twice(&running, part, json!({ "what": "receive", "pieces": 10 })).await;
    twice(&running, part, json!({ "what": "move", "from": store(), "to": van(id), "pieces": 2 })).await;
    let order = announce(&running, &device, now().plus(-10 * MINUTE_MS)).await;
    let taken = used((order, &device), "PAKING 1/2  INCI", 3, PartSource::Van);
    say(&running, "technician", taken.clone()).await;
    answered(&running, "technician", &taken).await;
    say(&running, "technician", used((order, &device), "paking 1/2 inci", 1, PartSource::Store)).await;

    let found = listed(&running).await;
    let [row] = found.parts.as_slice() else { panic!("{found:?}") };
    assert_eq!((row.id.0, row.name.as_str()), (part, "Paking 1/2 inci"));
    let here = StockPlace::Van { technician: id };
    assert_eq!(counts(row), [(StockPlace::Store, 7), (here, -1)]);
    assert!(row.held[1].pieces.needs_count() && row.held[1].name == "technician", "{row:?}");
    assert!(found.vans.iter().any(|van| van.id == id) && found.unlisted.is_empty(), "{found:?}");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM part_movement").await, 4);
    assert_eq!(in_van(&running, &technician, id).await, Some(vec![("Paking 1/2 inci".to_owned(), -1)]));
    assert_eq!(in_van(&running, &running.tokens("other").await, id).await, None, "it is nobody else's");

    twice(&running, part, json!({ "what": "count", "place": van(id), "pieces": 4 })).await;
    twice(&running, part, json!({ "what": "move", "from": van(id), "to": store(), "pieces": 1 })).await;
    assert_eq!(counts(&listed(&running).await.parts[0]), [(StockPlace::Store, 8), (here, 3)]);
    assert_eq!(in_van(&running, &technician, id).await, Some(vec![("Paking 1/2 inci".to_owned(), 3)]));
    let page: AuditPage = running.get(&running.token("admin").await, "/admin/v1/audit").await;
    let counted = page.entries.iter().find(|entry| entry.kind == "count_parts").expect("an entry");
    let said: Vec<_> = counted.changes.iter().map(|of| (of.field.as_str(), of.before.as_str(), of.after.as_str())).collect();
    assert_eq!(said, [("name", "", "Paking 1/2 inci"), ("pieces", "-1", "4"), ("stock_in", "", "technician")]);
    assert_eq!(page.entries.iter().filter(|entry| entry.kind == "move_parts").count(), 2);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_in_no_list_is_shown_and_is_counted_from_when_it_is_added_until_it_is_removed() {
    let running = World::new().start().await;
    let technician = running.tokens("technician").await;
    let (id, device) = (technician.user.id, running.world.meters[0].clone());
    let order = announce(&running, &device, now().plus(-10 * MINUTE_MS)).await;
    let use_some =
        async |count: u16| say(&running, "technician", used((order, &device), "Segel plastik", count, PartSource::Van)).await;
    use_some(2).await;
    use_some(1).await;
    let found = listed(&running).await;
    assert!(found.parts.is_empty());
    let unlisted: Vec<_> = found.unlisted.iter().map(|part| (part.name.as_str(), part.pieces.0)).collect();
    assert_eq!(unlisted, [("Segel plastik", 3)]);

    let part = Uuid::now_v7();
    twice(&running, part, json!({ "what": "add", "name": "Segel plastik" })).await;
    let found = listed(&running).await;
    assert!(found.unlisted.is_empty() && counts(&found.parts[0]).is_empty(), "it counts from now on: {found:?}");
    use_some(5).await;
    assert_eq!(counts(&listed(&running).await.parts[0]), [(StockPlace::Van { technician: id }, -5)]);
    assert_eq!(in_van(&running, &technician, id).await, Some(vec![("Segel plastik".to_owned(), -5)]));

    twice(&running, part, json!({ "what": "remove" })).await;
    assert_eq!(in_van(&running, &technician, id).await, Some(Vec::new()));
    use_some(7).await;
    let found = listed(&running).await;
    assert!(found.parts.is_empty());
    assert_eq!(found.unlisted.iter().map(|part| part.pieces.0).collect::<Vec<_>>(), [2 + 1 + 5 + 7]);
    // The name is free again, and the part that has it now is another one.
    twice(&running, Uuid::now_v7(), json!({ "what": "add", "name": "segel plastik" })).await;
    assert!(counts(&listed(&running).await.parts[0]).is_empty());
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_admin_cannot_do_about_parts_is_refused_with_its_reason() {
    let running = World::new().start().await;
    let technician = running.tokens("technician").await.user.id;
    let customer = running.tokens("customer").await.user.id;
    let (part, new) = (Uuid::now_v7(), Uuid::now_v7);
    twice(&running, part, json!({ "what": "add", "name": "Paking" })).await;
    let taken = new();
    let (status, answer) = change(&running, "admin", (taken, part), json!({ "what": "receive", "pieces": 1 })).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let between = |from: Value, to: Value| json!({ "what": "move", "from": from, "to": to, "pieces": 1 });
    let refusals = [
        ((new(), new()), json!({ "what": "add", "name": " " }), "part_name"),
        ((new(), new()), json!({ "what": "add", "name": "PAKING" }), "part_known"),
        ((new(), part), json!({ "what": "add", "name": "Segel" }), "part_taken"),
        ((new(), part), json!({ "what": "receive", "pieces": 0 }), "part_pieces"),
        ((new(), part), json!({ "what": "count", "place": store(), "pieces": 100_000 }), "part_pieces"),
        ((new(), part), between(store(), store()), "part_places"),
        ((new(), part), between(van(technician), van(technician)), "part_places"),
        ((taken, part), json!({ "what": "count", "place": store(), "pieces": 4 }), "part_taken"),
    ];
    for (of, stock, reason) in refusals {
        let (status, answer) = change(&running, "admin", of, stock).await;
        assert_eq!((status, word(&answer)), (StatusCode::BAD_REQUEST, reason), "{answer}");
    }
    for (of, stock) in [
        ((new(), new()), json!({ "what": "receive", "pieces": 1 })),
        ((new(), part), between(store(), van(customer))),
        ((new(), part), json!({ "what": "count", "place": van(UserId(new())), "pieces": 1 })),
    ] {
        let (status, answer) = change(&running, "admin", of, stock).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{answer}");
    }
    let (status, _) = change(&running, "technician", (new(), part), json!({ "what": "receive", "pieces": 1 })).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(counts(&listed(&running).await.parts[0]), [(StockPlace::Store, 1)]);
    clean(running).await;
}
