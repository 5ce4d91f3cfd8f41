//! What schedules have announced while something else changes: days off that are entered late, technicians who leave, meters that are taken down, and
//! work that was done without a network.

use crate::api::send;
use crate::schedules::{STANDING, WITHDRAWN, added, done, orders, plan, reading, settle};
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::maintenance::schedule::due::OnOffDay;
use domain::maintenance::schedule::holidays::OffDays;
use domain::maintenance::schedule::plan::{Plan, Selection, Trigger};
use domain::{LocalDay, Millilitres, TimeZone};
use protocol::sync::push::Operation;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sync_server::core::now;
use sync_server::maintenance::generate::step;
use tests::alerts::number;
use tests::field::clean;
use tests::work::say;
use tests::world::{Running, World};
use uuid::Uuid;

/// Something that an admin does, which is taken.
async fn post(running: &Running, path: &str, body: Value) {
    let token = running.token("admin").await;
    let (status, answer) = send(running, Method::POST, path, Some(&token), Some(body)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}

/// The first day from one on that is not off.
fn working_day(from: LocalDay) -> LocalDay {
    let off = OffDays::new([]);
    (0..).map(|days| from.plus(days)).find(|day| !off.is_off(*day)).expect("a working day")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_off_that_is_entered_on_its_day_moves_no_work_into_the_past() {
    let running = World::new().start().await;
    let day = working_day(TimeZone::Jakarta.day_of(now()).plus(2));
    let weekly = Trigger::Calendar { rule: "FREQ=WEEKLY".into(), start: day };
    added(&running, &Plan { trigger: weekly, on_off_day: OnOffDay::Previous, horizon_days: 30, ..plan(&running) }).await;
    let begin = TimeZone::Jakarta.start_of(day);
    // On that day, and the server's own look does not come between.
    let aligned = running.server.app.store.writer.work(move |tx| {
        tx.now = begin.plus(HOUR_MS);
        tx.db.execute("INSERT INTO work_holiday SELECT utility, 0, ?1, 'local', 'Hari jadi kota' FROM schedule", [day.0])?;
        tx.db.execute("UPDATE schedule SET realign = 1, walked = 0", [])?;
        let schedule = tx.db.query_row("SELECT num FROM schedule", [], |row| row.get(0))?;
        step(tx, schedule)
    });
    aligned.await.expect("brought into line");
    let opens = begin.plus(8 * HOUR_MS);
    let found = orders(&running).await;
    assert!(found.iter().any(|(_, from, _, is_withdrawn)| *from == opens && !is_withdrawn), "{found:?}");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_has_moved_off_a_day_stays_when_that_day_becomes_a_day_off() {
    let running = World::new().start().await;
    let meter = running.world.meters[0].id;
    let day = working_day(TimeZone::Jakarta.day_of(now()).plus(2));
    let weekly = Trigger::Calendar { rule: "FREQ=WEEKLY".into(), start: day };
    added(&running, &Plan { trigger: weekly, on_off_day: OnOffDay::Skip, horizon_days: 30, ..plan(&running) }).await;
    let (order, was, ..) = orders(&running).await[0].clone();
    let from = was.plus(i64::from(working_day(day.plus(1)).0 - day.0) * DAY_MS);
    say(&running, "admin", Operation::MoveWork { order, meter, was, from, until: from.plus(HOUR_MS) }).await;
    let off = json!({ "key": Uuid::now_v7(), "day": day, "kind": "local", "zone": null, "name": "Hari jadi kota" });
    post(&running, "/admin/v1/holidays", off).await;
    settle(&running, now()).await;
    let (first, opens, _, is_withdrawn) = orders(&running).await[0].clone();
    assert_eq!((first, opens, is_withdrawn), (order, from, false));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_of_somebody_who_left_can_be_changed_and_its_work_is_for_anybody() {
    let running = World::new().start().await;
    let technician = running.tokens("technician").await.user.id;
    let named = Plan { technician: Some(technician), ..plan(&running) };
    let row = added(&running, &named).await;
    let of_nobody = "SELECT COUNT(*) FROM work_order WHERE technician IS NULL";
    assert_eq!(number(&running, of_nobody).await, 0);
    let left = json!({ "key": Uuid::now_v7(), "user": technician, "deed": "deactivate" });
    post(&running, "/admin/v1/users/change", left).await;
    let other = Plan { text: "Bawa tangga".into(), ..named };
    done(&running, row.id, json!({ "what": "change", "rev": row.rev, "plan": other })).await;
    settle(&running, now()).await;
    let all = orders(&running).await;
    assert!(all.iter().all(|(_, _, text, _)| text == "Bawa tangga"), "{all:?}");
    assert_eq!(number(&running, of_nobody).await, all.len() as i64);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_at_a_meter_that_was_taken_down_is_withdrawn_but_for_what_was_begun() {
    let running = World::new().start().await;
    let meter = running.world.meters[0].id;
    added(&running, &plan(&running)).await;
    let before = orders(&running).await;
    say(&running, "technician", Operation::BeginWork { order: before[0].0, meter, at: now() }).await;
    post(&running, "/admin/v1/meters/retire", json!({ "key": Uuid::now_v7(), "meter": meter, "reason": "Rusak" })).await;
    settle(&running, now().plus(2 * HOUR_MS)).await;
    let stand = (number(&running, STANDING).await, number(&running, WITHDRAWN).await);
    assert_eq!(stand, (1, before.len() as i64 - 1));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_was_withdrawn_and_done_all_the_same_is_not_announced_again() {
    let running = World::new().start().await;
    let (meter, row) = (running.world.meters[0].id, added(&running, &plan(&running)).await);
    let before = orders(&running).await;
    let rare = Trigger::Calendar { rule: "FREQ=YEARLY;COUNT=1".into(), start: LocalDay(20_000) };
    let rare = Plan { trigger: rare, ..plan(&running) };
    let row = done(&running, row.id, json!({ "what": "change", "rev": row.rev, "plan": rare })).await;
    settle(&running, now()).await;
    assert_eq!(number(&running, WITHDRAWN).await, before.len() as i64);
    // Whoever does it had no network, and does not know.
    say(&running, "technician", Operation::CompleteWork { order: before[2].0, meter, at: now() }).await;
    done(&running, row.id, json!({ "what": "change", "rev": row.rev, "plan": plan(&running) })).await;
    settle(&running, now()).await;
    let after = orders(&running).await;
    assert_eq!(after.iter().filter(|(_, from, ..)| *from == before[2].1).count(), 1, "{after:?}");
    assert_eq!(after.iter().filter(|(_, from, ..)| *from == before[3].1).count(), 2, "the others are announced anew");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_volume_that_passes_after_work_was_done_ahead_of_its_day_is_not_lost() {
    let running = World::new().start().await;
    let m3 = Millilitres::cubic_metres;
    let start = now().plus(-10 * DAY_MS);
    reading(&running, start, m3(100), 80).await;
    added(&running, &Plan { trigger: Trigger::Volume { every: m3(5) }, ..plan(&running) }).await;
    reading(&running, start.plus(4 * DAY_MS), m3(106), 80).await;
    // Hours of one local day.
    let day = TimeZone::Jakarta.start_of(TimeZone::Jakarta.day_of(now()).plus(1));
    settle(&running, day.plus(2 * HOUR_MS)).await;
    let announced = orders(&running).await;
    let [(order, ..)] = announced.as_slice() else { panic!("{announced:?}") };
    let (order, meter) = (*order, running.world.meters[0].id);
    say(&running, "technician", Operation::CompleteWork { order, meter, at: now() }).await;
    reading(&running, start.plus(6 * DAY_MS), m3(112), 80).await;
    settle(&running, day.plus(4 * HOUR_MS)).await;
    assert_eq!(number(&running, STANDING).await, 1, "its day has work that is done");
    settle(&running, day.plus(26 * HOUR_MS)).await;
    assert_eq!(number(&running, STANDING).await, 2);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_waits_at_a_meter_follows_it_into_another_zone() {
    let running = World::new().start().await;
    let ([from, to], device) = (running.world.zones, running.world.meters[0].clone());
    let day = TimeZone::Jakarta.day_of(now()).plus(3);
    let weekly = Trigger::Calendar { rule: "FREQ=WEEKLY".into(), start: day };
    let of_zone = Plan { trigger: weekly, ..plan(&running) };
    let selection = Selection { meters: vec![device.id], ..Selection::default() };
    let of_meter = Plan { selection, text: "Bawa tangga".into(), ..of_zone.clone() };
    added(&running, &of_zone).await;
    added(&running, &of_meter).await;
    assert_eq!(number(&running, STANDING).await, 2);
    say(&running, "admin", Operation::MoveConnection { connection: device.connection, from, to }).await;
    settle(&running, now()).await;
    let found = orders(&running).await;
    let left: Vec<_> =
        found.iter().filter(|(.., is_withdrawn)| !is_withdrawn).map(|(_, at, text, _)| (*at, text.as_str())).collect();
    let opens = TimeZone::Makassar.start_of(day).plus(8 * HOUR_MS);
    assert_eq!(
        (found.len(), left),
        (2, vec![(opens, "Bawa tangga")]),
        "by the clock of its zone, and no work of the one it left"
    );
    clean(running).await;
}
