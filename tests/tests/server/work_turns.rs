//! Work that begins, is held, goes on, is put off and is done: in any order of arrival, by whoever did it, and what it authorises meanwhile.

use domain::core::local_time::{HOUR_MS, MINUTE_MS};
use domain::field::field_record::Review;
use domain::maintenance::built_in::built_in;
use domain::maintenance::priority::Priority;
use domain::maintenance::template::TemplateVersion;
use domain::maintenance::work_order::{DeferReason, Turn, WorkKind, WorkStage};
use domain::{MeterId, UserId, UtcMillis, WorkOrderId, WorkTemplateId};
use protocol::sync::push::{Operation, Outcome, Rejection};
use protocol::sync::rows::{Person, WorkOrder};
use protocol::sync::work::{NewWorkTemplate, WorkDeferral, WorkMoment, WorkPriorityChange};
use sync_server::core::now;
use sync_server::metering::fleet;
use tests::alerts::number;
use tests::field::clean;
use tests::ops::code;
use tests::valve::Meter;
use tests::work::{announce, answered, judged, plan, report, say, second_technician, shown};
use tests::world::{Device, Running, World};
use uuid::Uuid;

/// An hour ago, and minutes later.
fn clock() -> impl Fn(i64) -> UtcMillis {
    let base = now().plus(-HOUR_MS);
    move |minute| base.plus(minute * MINUTE_MS)
}

fn put_off(order: WorkOrderId, meter: MeterId, at: UtcMillis) -> Operation {
    Operation::DeferWork(WorkDeferral { order, meter, at, reason: DeferReason::NoPart, text: " Paking 1/2 inci ".into() })
}

/// How far an order is, when it was begun and done, its turns, and why somebody should check it.
type Standing = (WorkStage, Option<UtcMillis>, Option<UtcMillis>, Vec<(UtcMillis, Turn)>, Vec<Review>);

/// What of an order must be the same whenever its words arrive.
fn come_to(order: &WorkOrder) -> Standing {
    let turns = order.turns.iter().map(|turn| (turn.at, turn.what())).collect();
    (order.stage(), order.begun_at, order.completed_at, turns, order.review.clone())
}

/// Gives an order to somebody, as an admin.
async fn give(running: &Running, (order, meter): (WorkOrderId, MeterId), to: Option<UserId>) {
    let to = to.map(|id| Person { id, name: "Siapa saja".into() });
    say(running, "admin", Operation::AssignWork { order, meter, to }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_about_work_in_any_order_and_twice_leave_the_same_row() {
    let running = World::new().start().await;
    let (at, device) = (clock(), running.world.meters[0].clone());
    let (meter, mut rng, mut first) = (device.id, fastrand::Rng::with_seed(5), None);
    for round in 0..5 {
        let order = announce(&running, &device, at(0)).await;
        let moment = |minute| WorkMoment { order, meter, at: at(minute) };
        let mut words = vec![
            Operation::BeginWork { order, meter, at: at(5) },
            Operation::HoldWork(moment(10)),
            Operation::ResumeWork(moment(15)),
            put_off(order, meter, at(20)),
            Operation::ResumeWork(moment(30)),
            Operation::CompleteWork { order, meter, at: at(40) },
            Operation::HoldWork(moment(45)),
        ];
        if round > 0 {
            rng.shuffle(&mut words);
        }
        for word in words.iter().chain(&words) {
            say(&running, "technician", word.clone()).await;
        }
        let row = shown(&running, order).await;
        assert_eq!(row.turns.iter().filter(|turn| turn.text == "Paking 1/2 inci" && turn.by == "technician").count(), 1);
        let known = first.get_or_insert_with(|| come_to(&row));
        assert_eq!(*known, come_to(&row), "{words:?}");
    }
    let (stage, begun, done, turns, review) = first.expect("an order");
    assert_eq!((stage, begun, done, turns.len()), (WorkStage::Completed, Some(at(5)), Some(at(40)), 6));
    assert_eq!(review, [Review::LateWork], "it was held once more after it was done");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'complete_work'").await, 5, "twice is once");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_is_held_or_put_off_authorises_nothing() {
    let running = World::new().start().await;
    let (at, device) = (clock(), running.world.meters[0].clone());
    let meter = device.id;
    let order = announce(&running, &device, at(0)).await;
    let moment = |minute| WorkMoment { order, meter, at: at(minute) };
    let mut reports = Meter::connect(running.server.mqtt, &device).await;
    let words = [
        (Operation::BeginWork { order, meter, at: at(0) }, 5),
        (Operation::HoldWork(moment(10)), 15),
        (Operation::ResumeWork(moment(20)), 25),
        (put_off(order, meter, at(30)), 35),
    ];
    for (word, minute) in words {
        say(&running, "technician", word).await;
        report(&mut reports, "cover_open", at(minute)).await;
    }
    let expected = [(5, true), (15, false), (25, true), (35, false)].map(|(minute, is_authorised)| (at(minute).0, is_authorised));
    assert_eq!(judged(&running, 1).await, expected);
    let notified = "SELECT COUNT(*) FROM notification WHERE kind = 'tamper' AND cleared_at IS NULL";
    assert_eq!(number(&running, notified).await, 1, "the admin");
    // It had gone on before: what was an alert is none any more.
    say(&running, "technician", Operation::ResumeWork(moment(12))).await;
    let expected = [(5, true), (15, true), (25, true), (35, false)].map(|(minute, is_authorised)| (at(minute).0, is_authorised));
    assert_eq!(judged(&running, 1).await, expected);
    // `check` judges each event anew.
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_was_put_off_is_moved_and_assigned_until_somebody_begins_it_again() {
    let running = World::new().start().await;
    let (at, device) = (clock(), running.world.meters[0].clone());
    let meter = device.id;
    let technician = running.tokens("technician").await.user.id;
    let order = announce(&running, &device, at(0)).await;
    let moment = |minute| WorkMoment { order, meter, at: at(minute) };
    let moved = |was: i64, to: i64| Operation::MoveWork { order, meter, was: at(was), from: at(to), until: at(to + 60) };
    say(&running, "technician", Operation::BeginWork { order, meter, at: at(1) }).await;
    assert_eq!(code(&answered(&running, "admin", &moved(0, 90)).await), Some(Rejection::InUse));
    say(&running, "technician", Operation::HoldWork(moment(5))).await;
    assert_eq!(code(&answered(&running, "admin", &moved(0, 90)).await), Some(Rejection::InUse), "it goes on");
    say(&running, "technician", put_off(order, meter, at(10))).await;
    say(&running, "admin", moved(0, 90)).await;
    give(&running, (order, meter), Some(technician)).await;
    let row = shown(&running, order).await;
    assert_eq!((row.stage(), row.state.as_str(), row.from), (WorkStage::Deferred, "scheduled", at(90)));
    assert_eq!(row.deferred().and_then(|turn| turn.reason), Some(DeferReason::NoPart));
    say(&running, "technician", Operation::BeginWork { order, meter, at: at(30) }).await;
    assert_eq!(code(&answered(&running, "admin", &moved(90, 120)).await), Some(Rejection::InUse));
    let row = shown(&running, order).await;
    assert_eq!((row.stage(), row.begun_at, row.review), (WorkStage::InProgress, Some(at(1)), Vec::new()));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_works_in_another_zone_is_refused_and_who_did_before_is_marked() {
    let running = World::new().start().await;
    let (at, [here, there]) = (clock(), running.world.meters.clone());
    let order = announce(&running, &there, at(0)).await;
    let held = |meter, order| Operation::HoldWork(WorkMoment { order, meter, at: at(5) });
    for operation in [held(there.id, order), held(here.id, order), put_off(order, there.id, at(5))] {
        assert_eq!(code(&answered(&running, "technician", &operation).await), Some(Rejection::NotFound), "{operation:?}");
    }
    assert!(shown(&running, order).await.turns.is_empty());
    let order = announce(&running, &here, at(0)).await;
    let gone = running.server.app.store.writer.work(|tx| {
        let (user, zone): (i64, i64) =
            tx.db.query_row("SELECT user, zone FROM user_zone", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        fleet::unassign_zone(tx, user, zone)
    });
    gone.await.expect("taken away");
    say(&running, "technician", held(here.id, order)).await;
    assert_eq!(shown(&running, order).await.review, [Review::OutOfZone]);
    clean(running).await;
}

/// Work that is the technician's, and another technician.
async fn given(running: &Running, device: &Device, at: UtcMillis) -> (WorkOrderId, UserId) {
    let (first, other) = (running.tokens("technician").await.user.id, second_technician(running).await);
    let order = announce(running, device, at).await;
    give(running, (order, device.id), Some(first)).await;
    (order, other)
}

#[tokio::test(flavor = "multi_thread")]
async fn work_on_an_order_that_was_given_to_somebody_else_meanwhile_is_taken_and_marked() {
    let running = World::new().start().await;
    let (at, device) = (clock(), running.world.meters[0].clone());
    let meter = device.id;
    let (order, other) = given(&running, &device, at(0)).await;
    say(&running, "technician", Operation::BeginWork { order, meter, at: at(5) }).await;
    assert!(shown(&running, order).await.review.is_empty(), "it is the technician's own");
    say(&running, "technician", put_off(order, meter, at(10))).await;
    give(&running, (order, meter), Some(other)).await;
    // The first one did not know.
    for word in [Operation::BeginWork { order, meter, at: at(20) }, Operation::CompleteWork { order, meter, at: at(40) }] {
        say(&running, "technician", word).await;
    }
    let row = shown(&running, order).await;
    assert_eq!((row.stage(), row.completed_at, row.completed_by.as_str()), (WorkStage::Completed, Some(at(40)), "technician"));
    assert_eq!((row.technician.map(|technician| technician.id), row.review), (Some(other), vec![Review::NotAssigned]));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_again_by_whom_the_order_is_not_marks_it_and_changes_nothing_else() {
    let running = World::new().start().await;
    let (at, device) = (clock(), running.world.meters[0].clone());
    let meter = device.id;
    let (order, other) = given(&running, &device, at(0)).await;
    let begun = Operation::BeginWork { order, meter, at: at(5) };
    for word in [begun.clone(), put_off(order, meter, at(10))] {
        say(&running, "technician", word).await;
    }
    give(&running, (order, meter), Some(other)).await;
    let before = shown(&running, order).await;
    assert!(before.review.is_empty(), "it was the technician's own then");
    for _ in 0..2 {
        say(&running, "technician", begun.clone()).await;
    }
    let row = shown(&running, order).await;
    assert_eq!((row.begun_at, &row.turns, row.review.as_slice()), (before.begun_at, &before.turns, &[Review::NotAssigned][..]));
    let marked = "SELECT COUNT(*) FROM audit WHERE kind = 'begin_work'";
    assert_eq!(number(&running, marked).await, 2, "that it began, and the mark, once");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_was_cancelled_meanwhile_is_taken_and_marked() {
    let running = World::new().start().await;
    let (at, device) = (clock(), running.world.meters[0].clone());
    let meter = device.id;
    let order = announce(&running, &device, at(0)).await;
    say(&running, "admin", Operation::CancelWork { order, meter }).await;
    say(&running, "technician", Operation::BeginWork { order, meter, at: at(5) }).await;
    let row = shown(&running, order).await;
    assert_eq!((row.stage(), row.review), (WorkStage::Cancelled, Vec::new()), "it began before it was cancelled");
    say(&running, "technician", Operation::CompleteWork { order, meter, at: now() }).await;
    let row = shown(&running, order).await;
    assert_eq!((row.stage(), row.review), (WorkStage::Completed, vec![Review::LateWork]));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_priority_is_changed_until_the_work_is_over_and_somebody_elses_word_stands() {
    let running = World::new().start().await;
    let (at, device) = (clock(), running.world.meters[0].clone());
    let meter = device.id;
    let order = announce(&running, &device, at(0)).await;
    let change = |was, to| Operation::SetWorkPriority(WorkPriorityChange { order, meter, was, to });
    let high = change(Priority::Normal, Priority::High);
    assert_eq!(code(&answered(&running, "technician", &high).await), Some(Rejection::Denied));
    say(&running, "admin", high.clone()).await;
    say(&running, "admin", high).await;
    let late = answered(&running, "admin", &change(Priority::Normal, Priority::Urgent)).await;
    let Outcome::Rejected { code: Rejection::Conflict, conflict: Some(conflict), .. } = late.outcome else { panic!("{late:?}") };
    assert_eq!((conflict.field.as_str(), conflict.theirs.as_str()), ("priority", "high"));
    assert_eq!(shown(&running, order).await.priority, Priority::High);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'set_work_priority'").await, 1);
    say(&running, "technician", Operation::CompleteWork { order, meter, at: at(5) }).await;
    let over = answered(&running, "admin", &change(Priority::High, Priority::Low)).await;
    assert_eq!(code(&over), Some(Rejection::InUse));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_is_announced_with_priority_checklist_and_minutes_and_older_apps_say_none() {
    let running = World::new().start().await;
    let (at, device) = (clock(), running.world.meters[0].clone());
    let version = TemplateVersion { id: WorkTemplateId(Uuid::now_v7()), version: 1 };
    let planned = |with: Option<TemplateVersion>, how_long: Option<u16>| match plan(WorkOrderId(Uuid::now_v7()), &device, at(0)) {
        Operation::PlanWork { order, meter, work, from, until, technician, text, .. } => {
            let (priority, template, minutes) = (Priority::Urgent, with, how_long);
            Operation::PlanWork { order, meter, work, from, until, technician, text, priority, template, minutes }
        }
        other => other,
    };
    for impossible in [planned(None, Some(0)), planned(None, Some(1_441)), planned(Some(version), None)] {
        assert_eq!(code(&answered(&running, "admin", &impossible).await), Some(Rejection::Invalid), "{impossible:?}");
    }
    let template = Box::new(built_in(WorkKind::Repair));
    say(&running, "admin", Operation::PutWorkTemplate(NewWorkTemplate { version, template })).await;
    let announced = planned(Some(version), Some(45));
    let Operation::PlanWork { order, .. } = announced else { panic!("{announced:?}") };
    say(&running, "admin", announced).await;
    let row = shown(&running, order).await;
    assert_eq!((row.priority, row.template, row.minutes), (Priority::Urgent, Some(version), Some(45)));

    let older = plan(WorkOrderId(Uuid::now_v7()), &device, at(0));
    let words = serde_json::to_value(&older).expect("JSON");
    assert!(["priority", "template", "minutes"].iter().all(|field| words.get(field).is_none()), "{words}");
    let Operation::PlanWork { order, meter, .. } = older else { panic!("{older:?}") };
    say(&running, "admin", older).await;
    say(&running, "technician", Operation::BeginWork { order, meter, at: at(5) }).await;
    say(&running, "technician", Operation::HoldWork(WorkMoment { order, meter, at: at(10) })).await;
    let row = serde_json::to_value(shown(&running, order).await).expect("JSON");
    assert_eq!(row["state"], "in_progress", "a word that every release reads");
    assert!(["priority", "template", "minutes", "review"].iter().all(|field| row.get(field).is_none()), "{row}");
    clean(running).await;
}
