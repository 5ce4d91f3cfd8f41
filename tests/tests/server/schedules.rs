//! Schedules: their work is announced once whoever looks and however often, a change touches only what nobody has begun, and days off move it.

use crate::api::send;
use domain::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use domain::maintenance::schedule::due::OnOffDay;
use domain::maintenance::schedule::holidays::{Certainty, HolidayKind, OffDays};
use domain::maintenance::schedule::plan::{Plan, Selection, Trigger};
use domain::maintenance::work_order::WorkKind;
use domain::{LocalDay, MeterId, Millilitres, TimeZone, UtcMillis, WorkOrderId};
use protocol::core::audit::{AuditPage, Office, Subject};
use protocol::maintenance::holidays::WorkHolidays;
use protocol::maintenance::schedules::{SchedulePreview, ScheduleRow, ScheduleState, Schedules};
use protocol::sync::push::{Operation, Rejection};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sync_server::core::now;
use sync_server::jobs::schedules::once_at;
use sync_server::maintenance::generate::step;
use tests::alerts::number;
use tests::cases::report;
use tests::field::clean;
use tests::ops::code;
use tests::work::say;
use tests::world::{Running, World};
use uuid::Uuid;

const PATH: &str = "/admin/v1/schedules";
const CHANGE: &str = "/admin/v1/schedules/change";

/// Orders of schedules that stand.
pub const STANDING: &str = "SELECT COUNT(*) FROM work_order WHERE schedule IS NOT NULL AND withdrawn = 0";
/// Orders that their schedule has withdrawn.
pub const WITHDRAWN: &str = "SELECT COUNT(*) FROM work_order WHERE withdrawn = 1";

/// Daily at the first meter, a week ahead, from eight to ten.
pub fn plan(running: &Running) -> Plan {
    Plan {
        name: "Inspeksi harian".into(),
        work: WorkKind::Inspection,
        trigger: Trigger::Calendar { rule: "FREQ=DAILY".into(), start: TimeZone::Jakarta.day_of(now()) },
        selection: Selection { zones: vec![running.world.zones[0]], ..Selection::default() },
        on_off_day: OnOffDay::Keep,
        from_minute: 480,
        window_minutes: 120,
        job_minutes: 45,
        horizon_days: 7,
        technician: None,
        text: "Bawa segel".into(),
    }
}

async fn act(running: &Running, who: &str, (key, schedule): (Uuid, Uuid), act: Value) -> (StatusCode, Value) {
    let token = running.token(who).await;
    let body = json!({ "key": key, "schedule": schedule, "act": act });
    send(running, Method::POST, CHANGE, Some(&token), Some(body)).await
}

/// Does something about a schedule as an admin, which is taken.
pub async fn done(running: &Running, schedule: Uuid, what: Value) -> ScheduleRow {
    let (status, answer) = act(running, "admin", (Uuid::now_v7(), schedule), what).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let found: Schedules = serde_json::from_value(answer).expect("schedules");
    found.schedules.into_iter().find(|row| row.id == schedule).expect("the schedule")
}

/// Days of a rule, from a day in 2024 on.
fn by_rule(rule: &str) -> Trigger {
    Trigger::Calendar { rule: rule.into(), start: LocalDay(20_000) }
}

/// Lets the job look until nothing is left, as of an instant.
pub async fn settle(running: &Running, at: UtcMillis) {
    while !once_at(&running.server.app, at).await.expect("looked") {}
}

/// A schedule that was added, with its work announced.
pub async fn added(running: &Running, plan: &Plan) -> ScheduleRow {
    let row = done(running, Uuid::now_v7(), json!({ "what": "add", "plan": plan })).await;
    settle(running, now()).await;
    row
}

fn word(answer: &Value) -> &str {
    answer["detail"].as_str().unwrap_or_default().split(':').next().unwrap_or_default()
}

/// An order as the server has it: identifier, when its window opens, what is written about it, whether it was withdrawn; by its rule's day.
pub type Stored = (WorkOrderId, UtcMillis, String, bool);

/// The orders of schedules.
pub async fn orders(running: &Running) -> Vec<Stored> {
    let read = running.server.app.store.read(|db| {
        let mut query = db.prepare(
            "SELECT id, window_from, remark, withdrawn FROM work_order WHERE schedule IS NOT NULL ORDER BY rule_day, withdrawn, num",
        )?;
        let rows = query.query_map([], |row| {
            Ok((WorkOrderId(Uuid::from_bytes(row.get(0)?)), UtcMillis(row.get(1)?), row.get(2)?, row.get(3)?))
        })?;
        Ok(rows.collect::<Result<Vec<Stored>, _>>()?)
    });
    read.await.expect("reads")
}

#[tokio::test(flavor = "multi_thread")]
async fn work_of_a_schedule_is_announced_once_whoever_looks_and_however_often() {
    let running = World::new().start().await;
    let all = Plan { selection: Selection::default(), ..plan(&running) };
    let row = done(&running, Uuid::now_v7(), json!({ "what": "add", "plan": all })).await;
    let at = now();
    // Two who look at the same time, beside the server's own.
    tokio::join!(settle(&running, at), settle(&running, at));
    let days: i64 = running.world.zones.len() as i64 * 8;
    assert_eq!(number(&running, STANDING).await, days, "today and the seven days behind it, at each meter");
    for hours in [1, 2, 3] {
        settle(&running, at.plus(hours * HOUR_MS)).await;
    }
    // Around midnight of one of the zones a day more is within the horizon.
    let again = number(&running, STANDING).await;
    assert!((days..=days + 2).contains(&again), "{again}");
    assert_eq!(number(&running, "SELECT COUNT(DISTINCT meter || '/' || rule_day) FROM work_order").await, again);
    let windows = orders(&running).await;
    let opens = |at: &UtcMillis| TimeZone::ALL.into_iter().any(|zone| zone.clock_of(*at) == (8, 0));
    assert!(windows.iter().all(|(_, at, ..)| opens(at)), "{windows:?}");
    // A server that was stopped goes on with what is there.
    let config = running.same_addresses();
    let Running { world, server } = running;
    server.stop().await;
    let running = world.start_again(&config).await;
    settle(&running, at.plus(3 * HOUR_MS)).await;
    assert_eq!(number(&running, STANDING).await, again);
    let found: Schedules = running.get(&running.token("admin").await, PATH).await;
    assert_eq!((found.schedules[0].id, found.schedules[0].meters), (row.id, 2));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_touches_only_what_nobody_has_begun() {
    let running = World::new().start().await;
    let (meter, row) = (running.world.meters[0].id, added(&running, &plan(&running)).await);
    let before = orders(&running).await;
    assert_eq!(before.len(), 8);
    // The fourth is begun, the fifth moved by hand to another hour of its day, the sixth cancelled by a person.
    say(&running, "technician", Operation::BeginWork { order: before[3].0, meter, at: now() }).await;
    let (was, from) = (before[4].1, before[4].1.plus(6 * HOUR_MS));
    say(&running, "admin", Operation::MoveWork { order: before[4].0, meter, was, from, until: from.plus(HOUR_MS) }).await;
    say(&running, "admin", Operation::CancelWork { order: before[5].0, meter }).await;
    let later = Plan { from_minute: 600, text: "Bawa tangga".into(), ..plan(&running) };
    let row = done(&running, row.id, json!({ "what": "change", "rev": row.rev, "plan": later })).await;
    settle(&running, now()).await;
    let after = orders(&running).await;
    assert_eq!(after.len(), 8, "{after:?}");
    for (place, (old, new)) in before.iter().zip(&after).enumerate() {
        let expected = match place {
            3 | 5 => (old.1, "Bawa segel"),
            4 => (from, "Bawa tangga"),
            _ => (old.1.plus(2 * HOUR_MS), "Bawa tangga"),
        };
        assert_eq!((new.0, new.1, new.2.as_str(), new.3), (old.0, expected.0, expected.1, false), "{place}");
    }
    // A rule that has none of these days withdraws them, and the first one brings them back, but for what was begun and cancelled.
    let rare = Plan { trigger: by_rule("FREQ=YEARLY;COUNT=1"), ..later.clone() };
    let row = done(&running, row.id, json!({ "what": "change", "rev": row.rev, "plan": rare })).await;
    settle(&running, now()).await;
    assert_eq!((number(&running, STANDING).await, number(&running, WITHDRAWN).await), (2, 6));
    let row = done(&running, row.id, json!({ "what": "change", "rev": row.rev, "plan": later })).await;
    settle(&running, now()).await;
    assert_eq!((number(&running, STANDING).await, number(&running, WITHDRAWN).await), (8, 6));
    // Paused it announces nothing and leaves what is there; ended it cancels what nobody has begun.
    let row = done(&running, row.id, json!({ "what": "pause", "rev": row.rev })).await;
    settle(&running, now().plus(3 * DAY_MS)).await;
    assert_eq!((row.state, number(&running, STANDING).await), (ScheduleState::Paused, 8));
    let row = done(&running, row.id, json!({ "what": "end", "rev": row.rev })).await;
    settle(&running, now()).await;
    assert_eq!((row.state, number(&running, STANDING).await), (ScheduleState::Ended, 2));
    let (status, answer) = act(&running, "admin", (Uuid::now_v7(), row.id), json!({ "what": "resume", "rev": row.rev })).await;
    assert_eq!((status, word(&answer)), (StatusCode::BAD_REQUEST, "work_schedule_ended"));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_has_begun_is_not_moved_and_a_second_move_meets_the_first() {
    let running = World::new().start().await;
    let meter = running.world.meters[0].id;
    let technician = running.tokens("technician").await.user.id;
    added(&running, &plan(&running)).await;
    let found = orders(&running).await;
    let (order, was) = (found[6].0, found[6].1);
    let moved = |was: UtcMillis, days: i64| {
        let from = found[6].1.plus(days * DAY_MS);
        Operation::MoveWork { order, meter, was, from, until: from.plus(HOUR_MS) }
    };
    say(&running, "admin", moved(was, 1)).await;
    say(&running, "admin", moved(was, 1)).await;
    let results = tests::field::send(&running, "admin", &[moved(was, 2), moved(was.plus(DAY_MS), 400)]).await;
    assert_eq!(results.iter().map(code).collect::<Vec<_>>(), [Some(Rejection::Conflict), Some(Rejection::Invalid)]);
    let to = |id| Some(protocol::sync::rows::Person { id, name: "Siapa saja".into() });
    say(&running, "admin", Operation::AssignWork { order, meter, to: to(technician) }).await;
    let name = "SELECT COUNT(*) FROM work_order WHERE technician_name = 'technician' AND moved = 1";
    assert_eq!(number(&running, name).await, 1, "the server's own word for it");
    let admin = running.tokens("admin").await.user.id;
    let results = tests::field::send(&running, "admin", &[Operation::AssignWork { order, meter, to: to(admin) }]).await;
    assert_eq!(code(&results[0]), Some(Rejection::Invalid), "an admin is no technician");
    say(&running, "technician", Operation::BeginWork { order, meter, at: now() }).await;
    let late = [moved(was.plus(DAY_MS), 3), Operation::AssignWork { order, meter, to: None }];
    let results = tests::field::send(&running, "admin", &late).await;
    assert!(results.iter().all(|result| code(result) == Some(Rejection::InUse)), "{results:?}");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_off_moves_work_and_gives_it_back() {
    let running = World::new().start().await;
    let token = running.token("admin").await;
    let skipping = Plan { on_off_day: OnOffDay::Skip, ..plan(&running) };
    added(&running, &skipping).await;
    let off = OffDays::new([]);
    let today = TimeZone::Jakarta.day_of(now());
    let worked = |off: &OffDays| (0..=7).filter(|ahead| !off.is_off(today.plus(*ahead))).count() as i64;
    assert_eq!(number(&running, STANDING).await, worked(&off));
    let day = (2..).map(|ahead| today.plus(ahead)).find(|day| !off.is_off(*day)).expect("a working day");
    let set = async |kind: Value, zone: Value| {
        let body = json!({ "key": Uuid::now_v7(), "day": day, "kind": kind, "zone": zone, "name": "Hari jadi kota" });
        let (status, answer) = send(&running, Method::POST, "/admin/v1/holidays", Some(&token), Some(body)).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        settle(&running, now()).await;
        serde_json::from_value::<WorkHolidays>(answer).expect("holidays")
    };
    let here = json!(running.world.zones[0]);
    // A holiday of another zone is none here.
    set(json!("local"), json!(running.world.zones[1])).await;
    assert_eq!(number(&running, STANDING).await, worked(&off));
    let found = set(json!("local"), here.clone()).await;
    assert_eq!(number(&running, STANDING).await, worked(&off) - 1);
    assert!(found.days.iter().any(|row| row.day == day && row.is_set && row.zone == Some(running.world.zones[0])));
    set(Value::Null, here).await;
    assert_eq!(number(&running, STANDING).await, worked(&off));
    let of_2026: WorkHolidays = running.get(&token, "/admin/v1/holidays?year=2026").await;
    let of_2027: WorkHolidays = running.get(&token, "/admin/v1/holidays?year=2027").await;
    assert_eq!((of_2026.certainty, of_2027.certainty), (Certainty::Decreed, Certainty::Provisional));
    assert!(
        of_2026.days.iter().filter(|row| !row.is_set).count() >= 24
            && of_2026.days.iter().any(|row| row.kind == HolidayKind::JointLeave)
    );
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_by_age_that_is_due_today_stays_when_the_next_comes_into_the_horizon() {
    let running = World::new().start().await;
    let yearly = Plan { trigger: Trigger::Age { years: 1 }, horizon_days: 366, ..plan(&running) };
    added(&running, &yearly).await;
    let announced = orders(&running).await;
    let [(_, opens, ..)] = announced.as_slice() else { panic!("{announced:?}") };
    let at = opens.plus(-HOUR_MS);
    // On its day, and the server's own look does not come between.
    let aligned = running.server.app.store.writer.work(move |tx| {
        tx.now = at;
        tx.db.execute("UPDATE schedule SET realign = 1, walked = 0", [])?;
        let schedule = tx.db.query_row("SELECT num FROM schedule", [], |row| row.get(0))?;
        step(tx, schedule)
    });
    aligned.await.expect("brought into line");
    assert_eq!(number(&running, WITHDRAWN).await, 0);
    clean(running).await;
}

/// A reading of the first meter, with its battery.
pub async fn reading(running: &Running, t: UtcMillis, register: Millilitres, battery: u8) {
    report(running, &[json!({ "serial": "WM-TEST-A", "t": t, "reg": register, "bat": battery })]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_by_volume_and_by_battery_falls_due_when_it_does_and_once() {
    let running = World::new().start().await;
    let m3 = Millilitres::cubic_metres;
    let start = now().plus(-10 * DAY_MS);
    reading(&running, start, m3(100), 80).await;
    let with = |name: &str, trigger| Plan { name: name.into(), trigger, ..plan(&running) };
    added(&running, &with("Setiap 5 m³", Trigger::Volume { every: m3(5) })).await;
    added(&running, &with("Baterai", Trigger::Battery { below: 20 })).await;
    assert_eq!(number(&running, STANDING).await, 0, "what has passed before does not count");
    reading(&running, start.plus(2 * DAY_MS), m3(104), 60).await;
    settle(&running, now().plus(HOUR_MS + MINUTE_MS)).await;
    assert_eq!(number(&running, STANDING).await, 0);
    reading(&running, start.plus(4 * DAY_MS), m3(111), 15).await;
    for hours in [3, 5, 7] {
        settle(&running, now().plus(hours * HOUR_MS)).await;
    }
    assert_eq!(number(&running, STANDING).await, 2, "one of each, however often somebody looks");
    let meter = running.world.meters[0].id;
    for (order, ..) in orders(&running).await {
        say(&running, "technician", Operation::CompleteWork { order, meter, at: now() }).await;
    }
    settle(&running, now().plus(9 * HOUR_MS)).await;
    assert_eq!(number(&running, STANDING).await, 2, "a cubic metre of the next five has passed, and the battery rests");
    reading(&running, start.plus(6 * DAY_MS), m3(116), 15).await;
    settle(&running, now().plus(30 * HOUR_MS)).await;
    assert_eq!(number(&running, STANDING).await, 3);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_set_is_refused_and_a_key_happens_once() {
    let running = World::new().start().await;
    let token = running.token("admin").await;
    let (key, id) = (Uuid::now_v7(), Uuid::now_v7());
    let add = json!({ "what": "add", "plan": plan(&running) });
    for _ in 0..2 {
        let (status, answer) = act(&running, "admin", (key, id), add.clone()).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }
    let found: Schedules = running.get(&token, PATH).await;
    assert_eq!((found.schedules.len(), found.schedules[0].rev, found.schedules[0].next.len()), (1, 1, 3));
    for who in ["technician", "customer"] {
        assert_eq!(act(&running, who, (Uuid::now_v7(), id), json!({ "what": "end", "rev": 1 })).await.0, StatusCode::FORBIDDEN);
    }
    let changed = |change: fn(&mut Plan)| {
        let mut changed = plan(&running);
        change(&mut changed);
        json!({ "what": "change", "rev": 1, "plan": changed })
    };
    for (deed, status, refusal) in [
        (changed(|plan| plan.name = "x".into()), StatusCode::BAD_REQUEST, "work_schedule_name"),
        (changed(|plan| plan.trigger = by_rule("FREQ=WEEKLY;BYDAY=1MO")), StatusCode::BAD_REQUEST, "work_schedule_rule"),
        (
            changed(|plan| plan.trigger = by_rule("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30")),
            StatusCode::BAD_REQUEST,
            "work_schedule_days",
        ),
        (changed(|plan| plan.trigger = Trigger::Battery { below: 0 }), StatusCode::BAD_REQUEST, "work_schedule_limit"),
        (changed(|plan| plan.window_minutes = 5_000), StatusCode::BAD_REQUEST, "work_schedule_hours"),
        (changed(|plan| plan.horizon_days = 400), StatusCode::BAD_REQUEST, "work_schedule_horizon"),
        (
            changed(|plan| plan.selection.zones = vec![domain::ZoneId(Uuid::nil())]),
            StatusCode::NOT_FOUND,
            "there is no such zone",
        ),
        (
            changed(|plan| plan.technician = Some(domain::UserId(Uuid::nil()))),
            StatusCode::NOT_FOUND,
            "there is no such technician",
        ),
        (json!({ "what": "pause", "rev": 7 }), StatusCode::BAD_REQUEST, "work_schedule_changed"),
        (add.clone(), StatusCode::BAD_REQUEST, "work_schedule_taken"),
    ] {
        let (found, answer) = act(&running, "admin", (Uuid::now_v7(), id), deed.clone()).await;
        assert_eq!((found, word(&answer)), (status, refusal), "{deed}");
    }
    let log: AuditPage = running.get(&token, &format!("/admin/v1/audit?row={id}")).await;
    assert_eq!(log.entries.len(), 1, "what was refused is on no record");
    assert_eq!((log.entries[0].kind.as_str(), log.entries[0].entity), ("add_schedule", Subject::Office(Office::Maintenance)));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_the_work_of_a_schedule_is_on_record() {
    let running = World::new().start().await;
    let (token, usual) = (running.token("admin").await, plan(&running));
    let named = Plan { technician: Some(running.tokens("technician").await.user.id), ..usual.clone() };
    let mut row = done(&running, Uuid::now_v7(), json!({ "what": "add", "plan": usual })).await;
    for plan in [&named, &usual] {
        row = done(&running, row.id, json!({ "what": "change", "rev": row.rev, "plan": plan })).await;
    }
    let log: AuditPage = running.get(&token, &format!("/admin/v1/audit?row={}", row.id)).await;
    let changes = log.entries.iter().take(2).flat_map(|entry| &entry.changes);
    let changes: Vec<_> = changes.map(|c| (c.field.as_str(), c.before.as_str(), c.after.as_str())).collect();
    assert_eq!(changes, [("technician", "technician", ""), ("technician", "", "technician")], "the newest first");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_shows_shifts_and_counts_and_keeps_nothing() {
    let running = World::new().start().await;
    let token = running.token("admin").await;
    let monthly = Plan {
        name: String::new(),
        trigger: by_rule("FREQ=MONTHLY;BYMONTHDAY=-1"),
        on_off_day: OnOffDay::Previous,
        selection: Selection { meters: vec![running.world.meters[1].id, MeterId(Uuid::nil())], ..Selection::default() },
        horizon_days: 366,
        ..plan(&running)
    };
    let asked = json!({ "plan": monthly });
    let (status, answer) = send(&running, Method::POST, "/admin/v1/schedules/preview", Some(&token), Some(asked)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let found: SchedulePreview = serde_json::from_value(answer).expect("a preview");
    assert_eq!((found.days.len(), found.meters), (12, 1));
    assert!(found.orders.is_some_and(|orders| (11..=13).contains(&orders)), "{:?}", found.orders);
    let off = OffDays::new([]);
    for day in &found.days {
        let (month, due) = (day.due.rule_day.month(), day.due.day.expect("moved and not left out"));
        assert_eq!(day.due.rule_day, month.first_day().plus(month.days() - 1), "the last day of its month");
        assert!(!off.is_off(due) && due <= day.due.rule_day);
    }
    assert_eq!(number(&running, "SELECT (SELECT COUNT(*) FROM schedule) + (SELECT COUNT(*) FROM work_order)").await, 0);
    clean(running).await;
}
