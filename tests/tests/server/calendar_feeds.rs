//! Work as a calendar: an address that is known to whoever it was given to, with what changes, and with nothing once it is revoked.

use crate::api::send;
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::{TimeZone, UtcMillis, WorkOrderId};
use protocol::maintenance::feeds::CalendarFeeds;
use protocol::sync::push::Operation;
use protocol::sync::rows::Person;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sync_server::core::now;
use tests::alerts::number;
use tests::field::{clean, meter_swap};
use tests::work::{announce, plan, say};
use tests::world::{Running, World};
use uuid::Uuid;

const CHANGE: &str = "/admin/v1/calendar-feeds/change";

/// Makes or revokes an address, as an admin.
pub async fn change(running: &Running, (key, feed): (Uuid, Uuid), access: Value) -> (StatusCode, Value) {
    let body = json!({ "key": key, "feed": feed, "access": access });
    send(running, Method::POST, CHANGE, Some(&running.token("admin").await), Some(body)).await
}

/// An address that was made, without the server's own.
pub async fn made(running: &Running, of: Value) -> (Uuid, String) {
    let id = Uuid::now_v7();
    let (status, answer) = change(running, (id, id), json!({ "what": "make", "name": "Ponsel Budi", "of": of })).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let found: CalendarFeeds = serde_json::from_value(answer).expect("addresses");
    (id, found.made.expect("an address").path)
}

/// The calendar at an address, its lines put together again; nobody signs in for it.
async fn calendar(running: &Running, path: &str) -> Result<String, StatusCode> {
    let answer = reqwest::get(format!("{}{path}", running.url())).await.expect("an answer");
    if !answer.status().is_success() {
        return Err(answer.status());
    }
    assert_eq!(answer.headers()["content-type"], "text/calendar; charset=utf-8");
    Ok(answer.text().await.expect("text").replace("\r\n ", ""))
}

fn count(calendar: &str, line: &str) -> usize {
    calendar.split("\r\n").filter(|found| *found == line).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_has_what_changes_and_nothing_once_it_is_revoked() {
    let running = World::new().start().await;
    let (device, meter) = (running.world.meters[0].clone(), running.world.meters[0].id);
    let technician = running.tokens("technician").await.user.id;
    let today = TimeZone::Jakarta.day_of(now());
    let from = TimeZone::Jakarta.start_of(today.plus(1)).plus(8 * HOUR_MS);
    let order = announce(&running, &device, from).await;
    let (id, path) = made(&running, json!({ "whose": "technician", "id": technician })).await;
    assert!(path.starts_with("/calendar/") && path.ends_with(".ics") && path.len() > 40, "{path}");
    assert_eq!(count(&calendar(&running, &path).await.expect("a calendar"), "BEGIN:VEVENT"), 0, "it is nobody's yet");

    let to = Some(Person { id: technician, name: String::new() });
    say(&running, "admin", Operation::AssignWork { order, meter, to }).await;
    let found = calendar(&running, &path).await.expect("a calendar");
    let local = |at: UtcMillis| {
        let (year, month, day) = TimeZone::Jakarta.day_of(at).ymd();
        let (hour, minute) = TimeZone::Jakarta.clock_of(at);
        format!("TZID=Asia/Jakarta:{year:04}{month:02}{day:02}T{hour:02}{minute:02}00")
    };
    for line in [
        format!("UID:{order}@indowater"),
        format!("DTSTART;{}", local(from)),
        format!("DTEND;{}", local(from.plus(2 * HOUR_MS))),
        "SUMMARY:Perbaikan · WM-TEST-A".into(),
        "LOCATION:Jl. Uji 0".into(),
        "SEQUENCE:1".into(),
        "STATUS:CONFIRMED".into(),
        "TZOFFSETTO:+0700".into(),
    ] {
        assert_eq!(count(&found, &line), 1, "{line} in {found}");
    }
    assert_eq!(calendar(&running, &path).await.expect("a calendar"), found, "read again it is the same to the letter");

    let moved = from.plus(DAY_MS);
    say(&running, "admin", Operation::MoveWork { order, meter, was: from, from: moved, until: moved.plus(HOUR_MS) }).await;
    let found = calendar(&running, &path).await.expect("a calendar");
    assert_eq!((count(&found, "SEQUENCE:2"), count(&found, &format!("DTSTART;{}", local(moved)))), (1, 1), "{found}");
    say(&running, "admin", Operation::CancelWork { order, meter }).await;
    let found = calendar(&running, &path).await.expect("a calendar");
    assert_eq!((count(&found, "SEQUENCE:3"), count(&found, "STATUS:CANCELLED")), (1, 1), "{found}");

    assert_eq!(change(&running, (Uuid::now_v7(), id), json!({ "what": "revoke" })).await.0, StatusCode::OK);
    assert_eq!(calendar(&running, &path).await, Err(StatusCode::NOT_FOUND));
    assert_eq!(calendar(&running, "/calendar/tebakan.ics").await, Err(StatusCode::NOT_FOUND));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_teams_calendar_has_its_zone_alone_and_an_address_is_kept_as_its_hash() {
    let running = World::new().start().await;
    for device in running.world.meters.clone() {
        announce(&running, &device, now().plus(HOUR_MS)).await;
    }
    let (_, west) = made(&running, json!({ "whose": "zone", "id": running.world.zones[0] })).await;
    let (id, all) = made(&running, json!({ "whose": "utility" })).await;
    let events = async |path: &str| count(&calendar(&running, path).await.expect("a calendar"), "BEGIN:VEVENT");
    assert_eq!((events(&west).await, events(&all).await), (1, 2));
    let token = all.trim_start_matches("/calendar/").trim_end_matches(".ics").to_owned();
    let stored = running.server.app.store.read(move |db| {
        let sql = "SELECT COUNT(*) FROM calendar_feed WHERE CAST(token_hash AS TEXT) LIKE ?1 OR name LIKE ?1";
        Ok(db.query_row(sql, [format!("%{token}%")], |row| row.get::<_, i64>(0))?)
    });
    assert_eq!(stored.await.expect("reads"), 0);
    assert_eq!(number(&running, "SELECT MIN(length(token_hash)) FROM calendar_feed").await, 32);
    // The same key again makes no other address, and does not show the first one again.
    let (status, answer) =
        change(&running, (id, id), json!({ "what": "make", "name": "Ponsel Budi", "of": { "whose": "utility" } })).await;
    let found: CalendarFeeds = serde_json::from_value(answer).expect("addresses");
    assert_eq!((status, found.feeds.len(), found.made), (StatusCode::OK, 2, None));
    for (access, refusal) in [
        (json!({ "what": "make", "name": "x", "of": { "whose": "utility" } }), "calendar_name"),
        (
            json!({ "what": "make", "name": "Ponsel", "of": { "whose": "technician", "id": Uuid::nil() } }),
            "there is no such technician or zone",
        ),
    ] {
        let (_, answer) = change(&running, (Uuid::now_v7(), Uuid::now_v7()), access).await;
        assert_eq!(answer["detail"].as_str().and_then(|said| said.split(':').next()), Some(refusal));
    }
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_to_come_is_in_a_calendar_however_much_is_over() {
    let running = World::new().start().await;
    let order = announce(&running, &running.world.meters[0].clone(), now().plus(HOUR_MS)).await;
    let over = now().plus(-20 * DAY_MS).0;
    let many = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5001)
         INSERT INTO work_order (id, meter, work, window_from, window_until, remark, author, author_name, at)
         SELECT randomblob(16), (SELECT MIN(num) FROM meter), 'routine', {over} + i, {over} + i + 3600000, 'lama',
           (SELECT MIN(num) FROM user), 'Sari', {over} FROM n"
    );
    tests::field::change(&running.world, &many);
    let (_, path) = made(&running, json!({ "whose": "utility" })).await;
    let found = calendar(&running, &path).await.expect("a calendar");
    assert_eq!((count(&found, &format!("UID:{order}@indowater")), count(&found, "BEGIN:VEVENT")), (1, 5_000));
    tests::field::change(&running.world, "DELETE FROM work_order WHERE remark = 'lama'");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_is_to_be_done_is_in_a_calendar_however_much_was_cancelled() {
    let running = World::new().start().await;
    let last = announce(&running, &running.world.meters[0].clone(), now().plus(30 * DAY_MS)).await;
    let soon = now().plus(DAY_MS).0;
    let many = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5001)
         INSERT INTO work_order (id, meter, work, window_from, window_until, remark, author, author_name, at, cancelled_at)
         SELECT randomblob(16), (SELECT MIN(num) FROM meter), 'routine', {soon} + i, {soon} + i + 3600000, 'batal',
           (SELECT MIN(num) FROM user), 'Sari', {soon}, {soon} FROM n"
    );
    tests::field::change(&running.world, &many);
    let (_, path) = made(&running, json!({ "whose": "utility" })).await;
    let found = calendar(&running, &path).await.expect("a calendar");
    assert_eq!(count(&found, &format!("UID:{last}@indowater")), 1, "the last of all is there");
    assert_eq!((count(&found, "STATUS:CANCELLED"), count(&found, "BEGIN:VEVENT")), (4_999, 5_000));
    tests::field::change(&running.world, "DELETE FROM work_order WHERE remark = 'batal'");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_at_a_meter_that_was_swapped_stays_where_it_was_done() {
    let running = World::new().start().await;
    let device = running.world.meters[1].clone();
    let day = TimeZone::Makassar.start_of(TimeZone::Makassar.day_of(now()).plus(2));
    let mut planned = plan(WorkOrderId(Uuid::now_v7()), &device, day);
    if let Operation::PlanWork { until, .. } = &mut planned {
        *until = day.plus(DAY_MS);
    }
    say(&running, "admin", planned).await;
    let (_, path) = made(&running, json!({ "whose": "zone", "id": running.world.zones[1] })).await;
    let before = calendar(&running, &path).await.expect("a calendar");
    assert_eq!((count(&before, "LOCATION:Jl. Uji 1"), before.matches("DTSTART;VALUE=DATE:").count()), (1, 1), "{before}");
    let swap = meter_swap(device.id, "WM-BARU-9".parse().expect("a serial"), now());
    say(&running, "admin", Operation::SwapMeter(Box::new(swap))).await;
    assert_eq!(calendar(&running, &path).await.expect("a calendar"), before);
    clean(running).await;
}
