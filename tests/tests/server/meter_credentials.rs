//! Credentials of meters that admins give out over the real API: shown once, stored as a hash, good at once, void when another one is given out or it
//! is taken away.

use crate::api::send;
use crate::raw_mqtt::{Connecting, Raw};
use domain::Millilitres;
use domain::core::local_time::MINUTE_MS;
use domain::field::meter_swap::Swap;
use protocol::metering::credentials::MeterCredential;
use protocol::sync::push::Operation;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sync_server::core::now;
use tests::field;
use tests::field::{applied, clean, meter_swap, reading};
use tests::world::{Device, Running, World};
use uuid::Uuid;

const PATH: &str = "/admin/v1/meters/credential";

fn asked(device: &Device, deed: &str) -> Value {
    json!({ "key": Uuid::now_v7(), "meter": device.id, "credential": deed })
}

async fn change(running: &Running, body: &Value) -> (StatusCode, Value) {
    send(running, Method::POST, PATH, Some(&running.token("admin").await), Some(body.clone())).await
}

async fn changed(running: &Running, body: &Value) -> MeterCredential {
    let (status, answer) = change(running, body).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    serde_json::from_value(answer).expect("a credential")
}

async fn stands(running: &Running, device: &Device) -> MeterCredential {
    running.get(&running.token("admin").await, &format!("{PATH}?meter={}", device.id)).await
}

/// Whether a meter with a secret may send.
async fn may_send(running: &Running, device: &Device, secret: &str) -> bool {
    let url = format!("{}/ingest/v1/telemetry", running.url());
    let asked = reqwest::Client::new().post(url).basic_auth(device.serial.as_str(), Some(secret)).json(&json!([]));
    asked.send().await.expect("an answer").status() != StatusCode::UNAUTHORIZED
}

async fn text(running: &Running, sql: &'static str) -> String {
    running.server.app.store.read(move |db| Ok(db.query_row(sql, [], |row| row.get(0))?)).await.expect("a text")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_gets_a_credential_once_another_one_in_its_place_and_none() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    assert!(stands(&running, &device).await.is_set && may_send(&running, &device, &device.secret).await);

    let first = asked(&device, "issue");
    let given = changed(&running, &first).await;
    let secret = given.secret.clone().expect("a secret");
    assert_eq!((given.name.as_str(), given.is_set), (device.serial.as_str(), true));
    assert!(may_send(&running, &device, &secret).await, "it is good at once");
    assert!(!may_send(&running, &device, &device.secret).await, "and the one before is not");
    assert_eq!(changed(&running, &first).await.secret, None, "the same again changes nothing and shows nothing");
    assert_eq!(stands(&running, &device).await.secret, None);
    assert!(may_send(&running, &device, &secret).await);

    let second = changed(&running, &asked(&device, "issue")).await.secret.expect("a secret");
    assert!(second != secret && may_send(&running, &device, &second).await && !may_send(&running, &device, &secret).await);

    assert!(!changed(&running, &asked(&device, "revoke")).await.is_set);
    assert!(!may_send(&running, &device, &second).await);
    assert!(!changed(&running, &asked(&device, "revoke")).await.is_set, "there is none to take away");
    let kinds = "SELECT group_concat(kind, ' ') FROM (SELECT kind FROM audit WHERE kind LIKE '%_credential' ORDER BY num)";
    assert_eq!(text(&running, kinds).await, "issue_credential issue_credential revoke_credential");
    let files = ["indowater.db", "indowater.db-wal"]
        .map(|name| std::fs::read(running.world.folder.path().join(name)).unwrap_or_default());
    let bytes = files.concat();
    assert!(bytes.len() > 4_096, "the database");
    for secret in [&secret, &second] {
        assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "a secret is stored nowhere");
    }
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_that_is_retired_loses_its_credential_at_once() {
    let running = World::new().start().await;
    let [device, other] = running.world.meters.clone();
    assert!(may_send(&running, &device, &device.secret).await);
    let retire = json!({ "key": Uuid::now_v7(), "meter": device.id, "reason": "Rusak" });
    for _ in 0..2 {
        let token = running.token("admin").await;
        let (status, answer) = send(&running, Method::POST, "/admin/v1/meters/retire", Some(&token), Some(retire.clone())).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        assert!(!may_send(&running, &device, &device.secret).await);
        assert!(!stands(&running, &device).await.is_set);
    }
    assert!(may_send(&running, &other, &other.secret).await, "nobody else's is taken away");
    let said = "SELECT group_concat(changes) FROM audit WHERE kind = 'retire_meter'";
    assert_eq!(text(&running, said).await.matches("credential").count(), 1, "and the audit log says so, once");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_that_was_swapped_or_replaced_loses_its_credential_and_its_open_session() {
    let running = World::new().start().await;
    let [swapped, replaced] = running.world.meters.clone();
    let how = Connecting::new(4, "m", true);
    let (mut of_swapped, _) = Raw::connect(running.server.mqtt, &swapped, &how).await;
    let (mut of_replaced, _) = Raw::connect(running.server.mqtt, &replaced, &how).await;
    let at = now().plus(-10 * MINUTE_MS);
    let first = field::send(&running, "technician", &[reading(&swapped, at.plus(-10 * MINUTE_MS), 100, None)]).await;
    assert!(first.iter().all(applied), "{first:?}");
    let swap = Swap {
        final_register: Some(Millilitres::litres(140)),
        ..meter_swap(swapped.id, "WM-BARU-1".parse().expect("a serial"), at)
    };
    let results = field::send(&running, "technician", &[Operation::SwapMeter(Box::new(swap))]).await;
    assert!(results.iter().all(applied), "{results:?}");
    let replacement = json!({
        "key": Uuid::now_v7(), "meter": replaced.id, "serial": "WM-BARU-2", "reason": "Layar mati", "at": at, "first_register": 0,
    });
    let token = running.token("admin").await;
    let (status, answer) = send(&running, Method::POST, "/admin/v1/meters/replace", Some(&token), Some(replacement)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    for (device, line, kind) in [
        (&swapped, &mut of_swapped, "SELECT group_concat(changes) FROM audit WHERE kind = 'swap_meter'"),
        (&replaced, &mut of_replaced, "SELECT group_concat(changes) FROM audit WHERE kind = 'replace_meter'"),
    ] {
        assert!(!may_send(&running, device, &device.secret).await && !stands(&running, device).await.is_set);
        assert_eq!(text(&running, kind).await.matches("credential").count(), 1, "and the audit log says so");
        assert!(line.is_closed().await, "what was open with it ends");
    }
    // What somebody read off the old one before it was taken down still counts for it.
    let late = field::send(&running, "technician", &[reading(&swapped, at.plus(-5 * MINUTE_MS), 120, None)]).await;
    assert!(late.iter().all(applied), "{late:?}");
    let settled = "SELECT CAST(COUNT(*) AS TEXT) FROM manual_reading WHERE register = 120000 AND review NOT LIKE '%implausible%'";
    assert_eq!(text(&running, settled).await, "1");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_that_an_older_release_has_taken_down_signs_in_no_more() {
    let running = World::new().start().await;
    let [old, other] = running.world.meters.clone();
    field::change(&running.world, &format!("UPDATE meter SET life_cycle = 'inactive' WHERE serial = '{}'", old.serial));
    assert!(!may_send(&running, &old, &old.secret).await, "its secret was left to it");
    assert!(may_send(&running, &other, &other.secret).await);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_that_is_not_entered_leaves_the_old_meter_its_credential() {
    let running = World::new().start().await;
    let [old, other] = running.world.meters.clone();
    let swap = meter_swap(old.id, other.serial.clone(), now().plus(-MINUTE_MS));
    let results = field::send(&running, "technician", &[Operation::SwapMeter(Box::new(swap))]).await;
    assert!(results.iter().all(applied), "{results:?}");
    assert!(may_send(&running, &old, &old.secret).await, "it is still the one that is installed");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_that_was_registered_in_the_app_gets_a_credential_and_a_retired_one_none() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let token = running.token("admin").await;
    let retire = json!({ "key": Uuid::now_v7(), "meter": device.id, "reason": "Rusak" });
    let (status, answer) = send(&running, Method::POST, "/admin/v1/meters/retire", Some(&token), Some(retire)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let (status, answer) = change(&running, &asked(&device, "issue")).await;
    assert_eq!(
        (status, answer["detail"].as_str().and_then(|detail| detail.split(':').next())),
        (StatusCode::BAD_REQUEST, Some("retired"))
    );

    let register = json!({ "key": Uuid::now_v7(), "connection": device.connection, "serial": "WM-BARU-7" });
    let (status, answer) = send(&running, Method::POST, "/admin/v1/meters/register", Some(&token), Some(register.clone())).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let id = serde_json::from_value(register["key"].clone()).expect("an identifier");
    let new = Device { id: domain::MeterId(id), serial: "WM-BARU-7".parse().expect("a serial"), ..device };
    assert!(!stands(&running, &new).await.is_set);
    assert!(!may_send(&running, &new, "").await);
    let secret = changed(&running, &asked(&new, "issue")).await.secret.expect("a secret");
    assert!(may_send(&running, &new, &secret).await);
    clean(running).await;
}
