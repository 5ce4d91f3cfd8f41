//! Work that goes on at a meter that is swapped meanwhile: whoever is at it keeps it until it is done.

use crate::api;
use domain::field::meter_swap::Swap;
use domain::maintenance::record::RecordContent;
use domain::{MeterId, Millilitres, WorkOrderId, WorkRecordId};
use protocol::sync::push::Operation;
use protocol::sync::rows::Entity;
use protocol::sync::work::NewWorkRecord;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sync_server::core::now;
use tests::field::{clean, database, meter_swap};
use tests::work::{announce, say};
use tests::world::{Running, World};
use uuid::Uuid;

/// Rows of a kind and its table that the technicians of the first zone hold as they are now.
fn held(running: &Running, entity: Entity, table: &str) -> i64 {
    let sql = format!(
        "SELECT COUNT(*) FROM change g JOIN bucket b ON b.num = g.bucket JOIN {table} r ON r.id = g.id AND r.rev = g.rev
         WHERE b.name = ?1 AND g.entity = ?2 AND g.removed = 0"
    );
    let bucket = format!("zone:{}", running.world.zones[0]);
    database(&running.world).query_row(&sql, (bucket, entity as u8), |row| row.get(0)).expect("counted")
}

fn note(order: WorkOrderId, meter: MeterId) -> Operation {
    let content = RecordContent::Note { step: None, text: "Segel utuh".into() };
    Operation::AddWorkRecord(NewWorkRecord { record: WorkRecordId(Uuid::now_v7()), order, meter, at: now(), content })
}

/// The technician reports that another meter was put in the place of one.
async fn swapped(running: &Running, meter: MeterId) {
    let serial = "WM-BARU-7".parse().expect("a serial");
    let swap = Swap { first_register: Millilitres::litres(1), ..meter_swap(meter, serial, now()) };
    say(running, "technician", Operation::SwapMeter(Box::new(swap))).await;
}

/// An admin replaces or retires a meter.
async fn changed(running: &Running, path: &str, asked: Value) {
    let token = running.token("admin").await;
    let (status, answer) = api::send(running, Method::POST, path, Some(&token), Some(asked)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_goes_on_stays_with_its_zone_where_an_admin_replaces_or_retires_its_meter() {
    for path in ["/admin/v1/meters/replace", "/admin/v1/meters/retire"] {
        let running = World::new().start().await;
        let (device, meter) = (running.world.meters[0].clone(), running.world.meters[0].id);
        let order = announce(&running, &device, now()).await;
        announce(&running, &device, now()).await;
        say(&running, "technician", Operation::BeginWork { order, meter, at: now() }).await;
        say(&running, "technician", note(order, meter)).await;
        let of_zone = || (held(&running, Entity::WorkOrder, "work_order"), held(&running, Entity::WorkRecord, "work_record"));
        assert_eq!(of_zone(), (2, 1), "{path}");
        let mut asked = json!({ "key": Uuid::now_v7(), "meter": meter, "reason": "Layar mati" });
        if path.ends_with("replace") {
            asked["serial"] = json!("WM-BARU-7");
            asked["model"] = json!("");
            asked["first_register"] = json!(0);
        }
        changed(&running, path, asked).await;
        assert_eq!(of_zone(), (1, 1), "{path}: what nobody has begun goes with the old meter");
        say(&running, "technician", note(order, meter)).await;
        say(&running, "technician", Operation::CompleteWork { order, meter, at: now() }).await;
        assert_eq!(of_zone(), (1, 2), "{path}: and it is done there");
        clean(running).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_goes_on_stays_with_its_zone_where_its_meter_is_swapped() {
    let running = World::new().start().await;
    let (device, meter) = (running.world.meters[0].clone(), running.world.meters[0].id);
    let order = announce(&running, &device, now()).await;
    announce(&running, &device, now()).await;
    say(&running, "technician", Operation::BeginWork { order, meter, at: now() }).await;
    say(&running, "technician", note(order, meter)).await;
    let of_zone = || (held(&running, Entity::WorkOrder, "work_order"), held(&running, Entity::WorkRecord, "work_record"));
    assert_eq!(of_zone(), (2, 1));
    swapped(&running, meter).await;
    assert_eq!(of_zone(), (1, 1), "what nobody has begun goes with the old meter");
    say(&running, "technician", note(order, meter)).await;
    say(&running, "technician", Operation::CompleteWork { order, meter, at: now() }).await;
    assert_eq!(of_zone(), (1, 2), "what is done after the swap is there as well");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_a_zone_keeps_is_as_it_is_there_after_its_connection_has_moved() {
    let running = World::new().start().await;
    let ([from, to], device) = (running.world.zones, running.world.meters[0].clone());
    let meter = device.id;
    let order = announce(&running, &device, now()).await;
    say(&running, "technician", Operation::BeginWork { order, meter, at: now() }).await;
    swapped(&running, meter).await;
    say(&running, "admin", Operation::MoveConnection { connection: device.connection, from, to }).await;
    say(&running, "technician", note(order, meter)).await;
    say(&running, "technician", Operation::CompleteWork { order, meter, at: now() }).await;
    let of_zone = (held(&running, Entity::WorkOrder, "work_order"), held(&running, Entity::WorkRecord, "work_record"));
    assert_eq!(of_zone, (1, 1), "the order is done there as well, with what was recorded under it");
    clean(running).await;
}
