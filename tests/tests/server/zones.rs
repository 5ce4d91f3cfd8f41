//! Zones as admins manage them: named and drawn once, never over somebody else's change, and sent to every device; technicians who are
//! assigned get what is in a zone, and lose it again.

use crate::api::send;
use client::Client;
use domain::core::position::Position;
use domain::{UserId, ZoneId};
use protocol::core::audit::{AuditPage, Subject};
use protocol::metering::zones::{ZoneRow, Zones};
use protocol::sync::rows::Entity;
use protocol::ui::{Answer, FleetMap, FleetQuery, Request};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tests::field::{clean, sign_in, until};
use tests::town::Town;
use tests::world::{Running, World};
use uuid::Uuid;

const PATH: &str = "/admin/v1/zones";
const CHANGE: &str = "/admin/v1/zones/change";

/// A square near Bandung, in millionths of a degree.
fn square() -> Value {
    json!([[-6_920_000, 107_610_000], [-6_920_000, 107_620_000], [-6_910_000, 107_620_000], [-6_910_000, 107_610_000]])
}

async fn change(running: &Running, token: &str, (key, zone): (Uuid, ZoneId), change: Value) -> (StatusCode, Value) {
    let body = json!({ "key": key, "zone": zone, "change": change });
    send(running, Method::POST, CHANGE, Some(token), Some(body)).await
}

fn word(answer: &Value) -> &str {
    answer["detail"].as_str().unwrap_or_default().split(':').next().unwrap_or_default()
}

async fn zone(running: &Running, token: &str, id: ZoneId) -> ZoneRow {
    let found: Zones = running.get(token, PATH).await;
    found.zones.into_iter().find(|zone| zone.id == id).expect("the zone")
}

/// The map of a device's fleet.
async fn map(client: &Client) -> FleetMap {
    match client.call(Request::FleetMap(FleetQuery::default())).await.expect("an answer") {
        Answer::FleetMap(found) => *found,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zone_is_added_named_and_drawn_once_and_every_device_gets_it() {
    let running = World::new().start().await;
    let token = running.tokens("admin").await.access_token;
    let customer = running.client("customer").await;
    sign_in(&customer, "customer").await;
    let id = ZoneId(Uuid::now_v7());
    for _ in 0..2 {
        let add = json!({ "what": "add", "name": " Bandung\u{200b} Timur ", "time_zone": "Asia/Jakarta" });
        let (status, answer) = change(&running, &token, (id.0, id), add).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }
    let all: Zones = running.get(&token, PATH).await;
    assert_eq!(all.zones.iter().map(|zone| zone.name.as_str()).collect::<Vec<_>>(), ["Bandung Timur", "Barat", "Timur"]);
    assert_eq!(all.zones.iter().map(|zone| zone.connections).collect::<Vec<_>>(), [0, 1, 1]);
    assert_eq!(all.technicians.len(), 1);
    let (draw, rename) = (Uuid::now_v7(), Uuid::now_v7());
    for _ in 0..2 {
        let outline = json!({ "what": "outline", "rev": 1, "corners": square() });
        assert_eq!(change(&running, &token, (draw, id), outline).await.0, StatusCode::OK);
    }
    for _ in 0..2 {
        let name = json!({ "what": "rename", "rev": 2, "name": "Bandung Kota" });
        assert_eq!(change(&running, &token, (rename, id), name).await.0, StatusCode::OK);
    }
    let zone = zone(&running, &token, id).await;
    assert_eq!((zone.name.as_str(), zone.rev), ("Bandung Kota", 3));
    let outline = zone.outline.expect("an outline");
    assert!(outline.contains(Position::new(-6_915_000, 107_615_000).expect("a place")));
    let received = until(&customer, "the zone", async || {
        map(&customer).await.zones.into_iter().find(|zone| zone.id == id && zone.name == "Bandung Kota")
    });
    assert_eq!(received.await.outline, Some(outline));
    let log: AuditPage = running.get(&token, &format!("/admin/v1/audit?row={id}")).await;
    let kinds: Vec<_> = log.entries.iter().rev().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["add_zone", "draw_zone", "rename_zone"]);
    assert!(log.entries.iter().all(|entry| entry.title == "Bandung Kota" && entry.entity == Subject::Row(Entity::Zone)));
    assert_eq!(log.entries[1].changes[0].after.split("; ").next(), Some("-6.920000, 107.610000"));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_with_its_word_and_changes_nothing() {
    let running = World::new().start().await;
    let token = running.tokens("admin").await.access_token;
    let [west, east] = running.world.zones;
    let before: Zones = running.get(&token, PATH).await;
    let outline = |corners: Value| json!({ "what": "outline", "rev": 1, "corners": corners });
    let many: Vec<[i32; 2]> = (0..201).map(|at| [-6_920_000 + at, 107_610_000 + at * at]).collect();
    let nobody = Uuid::nil();
    for (wanted, refusal) in [
        (json!({ "what": "add", "name": "Baru", "time_zone": "Asia/Jakarta" }), "zone_taken"),
        (json!({ "what": "rename", "rev": 1, "name": "x" }), "zone_name"),
        (json!({ "what": "rename", "rev": 1, "name": " TIMUR" }), "zone_name_taken"),
        (json!({ "what": "rename", "rev": 7, "name": "Lain" }), "zone_changed"),
        (outline(json!([[-6_920_000, 107_610_000]])), "outline_too_few"),
        (outline(json!(many)), "outline_too_many"),
        (outline(json!([[0, 0], [0, 1], [1, 0]])), "outline_outside"),
        (
            outline(json!([
                [-6_920_000, 107_610_000],
                [-6_910_000, 107_620_000],
                [-6_910_000, 107_610_000],
                [-6_920_000, 107_620_000]
            ])),
            "outline_crossing",
        ),
    ] {
        let (status, answer) = change(&running, &token, (Uuid::now_v7(), west), wanted.clone()).await;
        assert_eq!((status, word(&answer)), (StatusCode::BAD_REQUEST, refusal), "{wanted}");
    }
    let assign = json!({ "what": "assign", "technician": nobody });
    assert_eq!(change(&running, &token, (Uuid::now_v7(), west), assign).await.0, StatusCode::NOT_FOUND);
    let admin = running.tokens("admin").await.user.id;
    let assign = json!({ "what": "assign", "technician": admin });
    assert_eq!(
        change(&running, &token, (Uuid::now_v7(), east), assign).await.0,
        StatusCode::NOT_FOUND,
        "an admin is no technician"
    );
    assert_eq!(running.get::<Zones>(&token, PATH).await, before);
    clean(running).await;
}

/// Assigns a technician to a zone, or takes that back.
async fn assign(running: &Running, token: &str, what: &str, (zone, technician): (ZoneId, UserId)) -> StatusCode {
    change(running, token, (Uuid::now_v7(), zone), json!({ "what": what, "technician": technician })).await.0
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assigned_technician_gets_the_meters_of_a_zone_and_loses_them_again() {
    let running = World::new().start().await;
    let token = running.tokens("admin").await.access_token;
    let technician = running.tokens("technician").await.user.id;
    let device = running.client("technician").await;
    sign_in(&device, "technician").await;
    // A device asks for its buckets with each round.
    let meters = async || {
        device.call(Request::SyncNow).await.expect("asked");
        let found = map(&device).await;
        found.points.len() + found.unplaced.len()
    };
    until(&device, "the own zone", async || (meters().await == 1).then_some(())).await;
    let east = running.world.zones[1];
    assert_eq!(assign(&running, &token, "assign", (east, technician)).await, StatusCode::OK);
    assert_eq!(assign(&running, &token, "assign", (east, technician)).await, StatusCode::OK, "again is no other");
    until(&device, "the other zone", async || (meters().await == 2).then_some(())).await;
    assert_eq!(zone(&running, &token, east).await.technicians, [technician]);
    assert_eq!(assign(&running, &token, "unassign", (east, technician)).await, StatusCode::OK);
    until(&device, "that it is gone", async || (meters().await == 1).then_some(())).await;
    let log: AuditPage = running.get(&token, &format!("/admin/v1/audit?row={east}")).await;
    let kinds: Vec<_> = log.entries.iter().rev().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["assign_zone", "unassign_zone"], "what changed nothing has no entry");
    let body = json!({ "key": Uuid::now_v7(), "user": technician, "deed": "deactivate" });
    let off = send(&running, Method::POST, "/admin/v1/users/change", Some(&token), Some(body)).await;
    assert_eq!(off.0, StatusCode::OK);
    assert_eq!(assign(&running, &token, "assign", (east, technician)).await, StatusCode::BAD_REQUEST, "who may not sign in");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_or_changes_the_zones_of_another_utility() {
    let running = World::new().start().await;
    let token = running.tokens("admin").await.access_token;
    let town = Town::new(&running).await;
    let (_, theirs) = town.zones[0];
    let rename = json!({ "what": "rename", "rev": 1, "name": "Lain" });
    assert_eq!(change(&running, &token, (Uuid::now_v7(), theirs), rename.clone()).await.0, StatusCode::NOT_FOUND);
    let add = json!({ "what": "add", "name": "Lain", "time_zone": "Asia/Jakarta" });
    let (status, answer) = change(&running, &token, (Uuid::now_v7(), theirs), add).await;
    assert_eq!((status, word(&answer)), (StatusCode::BAD_REQUEST, "zone_taken"));
    let assign = json!({ "what": "assign", "technician": town.people[1].id });
    assert_eq!(change(&running, &token, (Uuid::now_v7(), running.world.zones[0]), assign).await.0, StatusCode::NOT_FOUND);
    let seen: Zones = running.get(&town.people[0].token, PATH).await;
    assert!(seen.zones.iter().all(|zone| !running.world.zones.contains(&zone.id)) && seen.zones.len() == 2);
    let mine = running.world.zones[0];
    assert_eq!(change(&running, &town.people[0].token, (Uuid::now_v7(), mine), rename).await.0, StatusCode::NOT_FOUND);
    running.server.stop().await;
}
