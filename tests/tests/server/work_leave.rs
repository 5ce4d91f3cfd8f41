//! Leave of technicians: entered and removed once, refused where it cannot be, seen by admins alone, and without an effect on work that is there.

use crate::api::send;
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::{LocalDay, TimeZone, UserId};
use protocol::core::audit::AuditPage;
use protocol::maintenance::leave::{LEAVE_BACK_DAYS, WorkLeave};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sync_server::core::now;
use tests::alerts::number;
use tests::field::clean;
use tests::work::announce;
use tests::world::{Running, World};
use uuid::Uuid;

const PATH: &str = "/admin/v1/work-leave";

async fn change(running: &Running, who: &str, (key, leave): (Uuid, Uuid), absence: Value) -> (StatusCode, Value) {
    let body = json!({ "key": key, "leave": leave, "absence": absence });
    send(running, Method::POST, PATH, Some(&running.token(who).await), Some(body)).await
}

fn enter(technician: UserId, from: LocalDay, until: LocalDay) -> Value {
    json!({ "what": "enter", "technician": technician, "days": { "from": from, "until": until }, "kind": "annual", "remark": " Pulang  kampung " })
}

fn word(answer: &Value) -> &str {
    answer["detail"].as_str().unwrap_or_default().split(':').next().unwrap_or_default()
}

async fn listed(running: &Running) -> WorkLeave {
    running.get(&running.token("admin").await, PATH).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leave_is_entered_once_removed_once_and_stands_in_the_audit_log() {
    let running = World::new().start().await;
    let technician = running.tokens("technician").await.user.id;
    let today = TimeZone::Jakarta.day_of(now());
    let order = announce(&running, &running.world.meters[0].clone(), now().plus(DAY_MS + HOUR_MS)).await;
    let (key, leave) = (Uuid::now_v7(), Uuid::now_v7());
    for _ in 0..2 {
        let asked = enter(technician, today, today.plus(3));
        let (status, answer) = change(&running, "admin", (key, leave), asked).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }
    let found = listed(&running).await;
    assert_eq!(found.leaves.len(), 1);
    let row = &found.leaves[0];
    assert_eq!((row.id, row.technician, row.days.from, row.days.until), (leave, technician, today, today.plus(3)));
    assert!(found.technicians.iter().any(|of| of.id == technician));
    assert_eq!(number(&running, "SELECT COUNT(*) FROM work_order WHERE moved = 0").await, 1, "no work moves: {order}");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'enter_leave'").await, 1);

    let key = Uuid::now_v7();
    for _ in 0..2 {
        let (status, answer) = change(&running, "admin", (key, leave), json!({ "what": "remove" })).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }
    assert!(listed(&running).await.leaves.is_empty());
    let (status, _) = change(&running, "admin", (Uuid::now_v7(), leave), json!({ "what": "remove" })).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let page: AuditPage = running.get(&running.token("admin").await, "/admin/v1/audit").await;
    let removed = page.entries.iter().find(|entry| entry.kind == "remove_leave").expect("an entry");
    assert!(removed.changes.iter().any(|change| change.field == "leave" && change.before.ends_with(" annual")), "{removed:?}");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn leave_that_overlaps_has_no_day_or_is_nobodys_is_refused() {
    let running = World::new().start().await;
    let technician = running.tokens("technician").await.user.id;
    let today = TimeZone::Jakarta.day_of(now());
    let taken = Uuid::now_v7();
    let (status, answer) = change(&running, "admin", (Uuid::now_v7(), taken), enter(technician, today, today.plus(3))).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let new = Uuid::now_v7;
    let refusals = [
        (new(), enter(technician, today.plus(3), today.plus(9)), "leave_overlaps"),
        (new(), enter(technician, today.plus(9), today.plus(8)), "leave_days"),
        (new(), enter(technician, today.plus(9), today.plus(9 + 366)), "leave_days"),
        (taken, enter(technician, today.plus(9), today.plus(9)), "leave_taken"),
    ];
    for (leave, asked, reason) in refusals {
        let (status, answer) = change(&running, "admin", (new(), leave), asked).await;
        assert_eq!((status, word(&answer)), (StatusCode::BAD_REQUEST, reason), "{answer}");
    }
    // An admin is no technician.
    let admin = running.tokens("admin").await.user.id;
    let (status, _) = change(&running, "admin", (new(), new()), enter(admin, today, today)).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = change(&running, "technician", (new(), new()), enter(technician, today.plus(20), today.plus(20))).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "nobody enters their own");
    // The day behind the last one is free, and what is over for long is not listed.
    for day in [today.plus(4), today.plus(-LEAVE_BACK_DAYS - 2)] {
        let (status, answer) = change(&running, "admin", (new(), new()), enter(technician, day, day)).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }
    let days: Vec<LocalDay> = listed(&running).await.leaves.into_iter().map(|row| row.days.from).collect();
    assert_eq!(days, [today, today.plus(4)]);
    clean(running).await;
}
