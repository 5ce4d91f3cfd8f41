//! Meters that admins put up, replace and take down over the real API: use and money are right from that instant on, what cannot be is refused and
//! changes nothing, and the same key happens once.

use crate::api::send;
use domain::core::local_time::{DAY_MS, MINUTE_MS};
use domain::metering::meter::LifeCycle;
use domain::{MeterId, UtcMillis};
use protocol::metering::changes::MeterChanged;
use protocol::ui::{Answer, Fleet, FleetFilter, FleetQuery, MeterDetail, Request};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sync_server::core::now;
use tests::field::{self, applied, clean, reading, sign_in, until};
use tests::world::{Device, Running, World};
use uuid::Uuid;

const REGISTER: &str = "/admin/v1/meters/register";
const REPLACE: &str = "/admin/v1/meters/replace";
const RETIRE: &str = "/admin/v1/meters/retire";

/// Millilitres of a litre.
const LITRE: i64 = 1_000;

async fn post(running: &Running, path: &str, body: Value) -> (StatusCode, Value) {
    let token = running.token("admin").await;
    send(running, Method::POST, path, Some(&token), Some(body)).await
}

async fn done(running: &Running, path: &str, body: Value) -> MeterId {
    let (status, answer) = post(running, path, body).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    serde_json::from_value::<MeterChanged>(answer).expect("a meter").meter
}

async fn refused(running: &Running, path: &str, body: Value) -> String {
    let (status, answer) = post(running, path, body.clone()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{body}: {answer}");
    answer["detail"].as_str().unwrap_or_default().split(':').next().unwrap_or_default().to_owned()
}

/// Somebody reads a meter.
async fn read(running: &Running, device: &Device, at: UtcMillis, litres: i64) {
    let results = field::send(running, "admin", &[reading(device, at, litres, None)]).await;
    assert!(results.iter().all(applied), "{results:?}");
}

fn replacement(device: &Device, at: UtcMillis, final_litres: Option<i64>) -> Value {
    json!({
        "key": Uuid::now_v7(), "meter": device.id, "serial": "WM-BARU-1", "model": "Itron Aquadis", "reason": "Layar mati", "at": at,
        "final_register": final_litres.map(|litres| litres * LITRE), "first_register": 5 * LITRE,
    })
}

async fn number(running: &Running, sql: &'static str) -> i64 {
    let found = running.server.app.store.read(move |db| Ok(db.query_row(sql, [], |row| row.get(0))?));
    found.await.expect("a number")
}

/// What the world's first connection has used, mL.
async fn used(running: &Running) -> i64 {
    let sql = "SELECT COALESCE(SUM(volume), 0) FROM usage_day WHERE connection = (SELECT MIN(num) FROM connection)";
    number(running, sql).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_meter_counts_to_its_final_register_and_the_new_one_from_its_first() {
    let running = World::new().start().await;
    let old = running.world.meters[0].clone();
    let begin = now().plus(-20 * MINUTE_MS);
    read(&running, &old, begin, 100).await;
    read(&running, &old, begin.plus(5 * MINUTE_MS), 140).await;
    let at = begin.plus(10 * MINUTE_MS);
    let asked = replacement(&old, at, Some(160));
    let new = done(&running, REPLACE, asked.clone()).await;
    assert_eq!(done(&running, REPLACE, asked).await, new, "the same again is the same meter");
    assert_eq!(used(&running).await, 60 * LITRE, "to the final register, and the jump to the first is no use");
    let new = Device { id: new, serial: "WM-BARU-1".parse().expect("a serial"), ..old.clone() };
    read(&running, &new, begin.plus(15 * MINUTE_MS), 25).await;
    assert_eq!(used(&running).await, 80 * LITRE, "and from its first register on");
    // What the old one says of later counts nowhere any more.
    read(&running, &old, begin.plus(12 * MINUTE_MS), 200).await;
    assert_eq!(used(&running).await, 80 * LITRE);
    assert_eq!(number(&running, "SELECT SUM(volume) FROM usage_month").await, 80 * LITRE);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM meter WHERE life_cycle = 'inactive'").await, 1);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'replace_meter'").await, 1);
    // Whoever reads the history finds both registers, by the admin.
    let by_admin = "SELECT COUNT(*) FROM manual_reading r JOIN user u ON u.num = r.author WHERE u.role = 'admin' AND r.register IN (160000, 5000)";
    assert_eq!(number(&running, by_admin).await, 2);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_meters_that_cannot_be_is_refused_and_nothing_is_changed() {
    let running = World::new().start().await;
    let [old, other] = running.world.meters.clone();
    let begin = now().plus(-20 * MINUTE_MS);
    read(&running, &old, begin, 100).await;
    let at = begin.plus(10 * MINUTE_MS);
    let with = |field: &str, value: Value| {
        let mut asked = replacement(&old, at, Some(120));
        asked[field] = value;
        asked
    };
    for (field, value, word) in [
        ("final_register", json!(90 * LITRE), "final_register"),
        ("final_register", json!(90_000 * LITRE), "final_register"),
        ("final_register", json!(-1), "final_register"),
        ("first_register", json!(200_000_000 * LITRE), "first_register"),
        ("serial", json!(other.serial), "serial_taken"),
        ("model", json!("x".repeat(65)), "meter_model"),
        ("reason", json!("ab"), "meter_reason"),
        ("at", json!(now().plus(DAY_MS)), "meter_time"),
        ("at", json!(now().plus(-400 * DAY_MS)), "meter_time"),
        ("key", json!(other.id), "key"),
    ] {
        assert_eq!(refused(&running, REPLACE, with(field, value)).await, word, "{field}");
    }
    let nobody = post(&running, REPLACE, with("meter", json!(Uuid::now_v7()))).await;
    assert_eq!(nobody.0, StatusCode::NOT_FOUND);
    let taken = json!({ "key": Uuid::now_v7(), "connection": old.connection, "serial": "WM-BARU-2" });
    assert_eq!(refused(&running, REGISTER, taken).await, "connection_taken");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM meter").await, 2);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM installation WHERE until IS NULL").await, 2);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM manual_reading").await, 1);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM meter WHERE life_cycle = 'active'").await, 2);
    // A display that shows nothing is no hindrance.
    done(&running, REPLACE, replacement(&old, at, None)).await;
    assert_eq!(used(&running).await, 0, "nothing is known behind the last reading");
    let again = json!({ "key": Uuid::now_v7(), "meter": old.id, "reason": "Rusak" });
    assert_eq!(refused(&running, RETIRE, again).await, "retired");
    clean(running).await;
}

/// What a device shows of the fleet.
async fn fleet(client: &client::Client, only: Option<FleetFilter>) -> Fleet {
    let asked = FleetQuery { only, limit: 10, ..FleetQuery::default() };
    match client.call(Request::Fleet(asked)).await.expect("an answer") {
        Answer::Fleet(found) => found,
        other => panic!("{other:?}"),
    }
}

async fn detail(client: &client::Client, meter: MeterId) -> MeterDetail {
    match client.call(Request::Meter { meter }).await.expect("an answer") {
        Answer::Meter(Some(found)) => *found,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retired_meter_is_counted_nowhere_and_its_connection_takes_another_one() {
    let running = World::new().start().await;
    let old = running.world.meters[0].clone();
    let client = running.client("admin").await;
    sign_in(&client, "admin").await;
    until(&client, "both meters", async || (fleet(&client, None).await.counts.total == 2).then_some(())).await;
    let begin = now().plus(-20 * MINUTE_MS);
    read(&running, &old, begin, 100).await;
    let retired = json!({
        "key": Uuid::now_v7(), "meter": old.id, "reason": "Sambungan dipindah", "final_register": 110 * LITRE,
        "at": begin.plus(10 * MINUTE_MS),
    });
    for _ in 0..2 {
        assert_eq!(done(&running, RETIRE, retired.clone()).await, old.id);
    }
    assert_eq!(used(&running).await, 10 * LITRE);
    until(&client, "one meter", async || (fleet(&client, None).await.counts.total == 1).then_some(())).await;
    let shown = fleet(&client, Some(FleetFilter::Retired)).await;
    assert_eq!((shown.counts.retired, shown.matching, shown.rows[0].now.id), (1, 1, old.id), "it is found where it belongs");
    let of_old = detail(&client, old.id).await;
    assert_eq!((of_old.row.life_cycle, of_old.connection), (LifeCycle::Inactive, None));
    let key = Uuid::now_v7();
    let asked = json!({ "key": key, "connection": old.connection, "serial": "WM-BARU-3", "first_register": 7 * LITRE });
    for _ in 0..2 {
        assert_eq!(done(&running, REGISTER, asked.clone()).await, MeterId(key));
    }
    until(&client, "the new one", async || (fleet(&client, None).await.counts.total == 2).then_some(())).await;
    assert_eq!(detail(&client, MeterId(key)).await.connection, Some(old.connection));
    assert_eq!(used(&running).await, 10 * LITRE, "what it shows at first was used by nobody here");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_took_down_one_meter_does_not_stand_for_another() {
    let running = World::new().start().await;
    let [one, other] = running.world.meters.clone();
    let key = Uuid::now_v7();
    for meter in [one.id, other.id, other.id] {
        let asked = json!({ "key": key, "meter": meter, "reason": "Rusak" });
        assert_eq!(done(&running, RETIRE, asked).await, meter);
    }
    assert_eq!(number(&running, "SELECT COUNT(*) FROM meter WHERE life_cycle = 'inactive'").await, 2);
    clean(running).await;
}
