//! What is recorded under work orders is there once, with its pictures, for whoever may see it; and versions of checklists are never changed.

use domain::core::local_time::{HOUR_MS, MINUTE_MS};
use domain::field::field_record::Review;
use domain::maintenance::built_in::built_in;
use domain::maintenance::record::{RecordContent, StepValue};
use domain::maintenance::template::{StepNo, Template, TemplateVersion};
use domain::maintenance::work_order::WorkKind;
use domain::{BlobId, UtcMillis, WorkOrderId, WorkRecordId, WorkTemplateId};
use protocol::sync::push::{Operation, Outcome, Rejection};
use protocol::sync::rows::Person;
use protocol::sync::work::{NewWorkRecord, NewWorkTemplate};
use reqwest::StatusCode;
use serde_json::Value;
use sync_server::core::now;
use sync_server::field::blobs;
use sync_server::jobs::checklists;
use sync_server::maintenance::rows;
use tests::alerts::number;
use tests::field::{attached, clean, picture, put, see};
use tests::ops::{code, op, push_with};
use tests::town::Town;
use tests::work::{announce, answered, recorded, say, second_technician};
use tests::world::{Device, Running, World};
use uuid::Uuid;

/// An hour ago, and minutes later.
fn clock() -> impl Fn(i64) -> UtcMillis {
    let base = now().plus(-HOUR_MS);
    move |minute| base.plus(minute * MINUTE_MS)
}

fn record(order: WorkOrderId, device: &Device, at: UtcMillis, content: RecordContent) -> Operation {
    let record = WorkRecordId(Uuid::now_v7());
    Operation::AddWorkRecord(NewWorkRecord { record, order, meter: device.id, at, content })
}

fn photo(blob: BlobId, taken_at: UtcMillis) -> RecordContent {
    RecordContent::Photo { step: Some(StepNo(3)), blob, taken_at, position: None }
}

/// Brings a whole picture.
async fn bring(running: &Running, who: &str, bytes: Vec<u8>) -> BlobId {
    let (id, last) = (attached(&bytes), bytes.len() - 1);
    let range = format!("bytes 0-{last}/{}", bytes.len());
    let (status, state) = put(running, &running.token(who).await, id, &range, bytes).await;
    assert!(status == StatusCode::OK && state.is_some_and(|state| state.whole), "{status}");
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_of_a_record_is_seen_by_its_zone_and_the_admins_and_is_not_swept() {
    let running = World::new().start().await;
    let (at, device) = (clock(), running.world.meters[0].clone());
    let order = announce(&running, &device, at(0)).await;
    let bytes = picture(1_000, 4);
    let taken = record(order, &device, at(10), photo(attached(&bytes), at(9)));
    let early = answered(&running, "technician", &taken).await;
    assert!(matches!(early.outcome, Outcome::RetryAfter { .. }), "it waits for its picture: {early:?}");
    let named = bring(&running, "technician", bytes).await;
    let stolen = answered(&running, "admin", &record(order, &device, at(10), photo(named, at(9)))).await;
    assert!(matches!(stolen.outcome, Outcome::RetryAfter { .. }), "only who has brought it can name it: {stolen:?}");
    say(&running, "technician", taken).await;
    let unnamed = bring(&running, "technician", picture(1_000, 5)).await;
    for (who, status) in [("admin", 200), ("technician", 200), ("customer", 404), ("other", 404)] {
        assert_eq!(see(&running, who, named).await.as_u16(), status, "{who}");
    }
    let swept = running.server.app.store.writer.work(|tx| blobs::take_unnamed(tx, UtcMillis(i64::MAX)));
    assert_eq!(swept.await.expect("swept"), [unnamed]);
    assert_eq!(see(&running, "admin", named).await, StatusCode::OK);
    let rows = recorded(&running, order).await;
    assert_eq!((rows.len(), &rows[0].content), (1, &photo(named, at(9))));
    assert_eq!((rows[0].at, rows[0].author.as_str(), rows[0].review.len()), (at(10), "technician", 0));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_there_once_and_what_cannot_be_kept_is_refused() {
    let running = World::new().start().await;
    let (at, [here, there]) = (clock(), running.world.meters.clone());
    let order = announce(&running, &here, at(0)).await;
    let arrived = record(order, &here, at(5), RecordContent::Arrival);
    for _ in 0..2 {
        say(&running, "technician", arrived.clone()).await;
    }
    assert_eq!(code(&answered(&running, "admin", &arrived).await), Some(Rejection::IdReused), "it is another person's");
    let note = |text: &str| RecordContent::Note { step: None, text: text.into() };
    let elsewhere = announce(&running, &there, at(0)).await;
    for (operation, expected) in [
        (record(order, &here, at(6), note(" ")), Rejection::Invalid),
        (record(order, &here, at(6), RecordContent::Unknown), Rejection::Invalid),
        (record(WorkOrderId(Uuid::now_v7()), &here, at(6), note("Segel utuh")), Rejection::NotFound),
        (record(elsewhere, &here, at(6), note("Segel utuh")), Rejection::NotFound),
        (record(elsewhere, &there, at(6), note("Segel utuh")), Rejection::NotFound),
    ] {
        assert_eq!(code(&answered(&running, "technician", &operation).await), Some(expected), "{operation:?}");
    }
    let denied = answered(&running, "customer", &record(order, &here, at(6), note("Segel utuh"))).await;
    assert_eq!(code(&denied), Some(Rejection::Denied));
    assert_eq!(recorded(&running, order).await.len(), 1);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'add_work_record'").await, 1);
    let held = "SELECT COUNT(*) FROM change g JOIN bucket b ON b.num = g.bucket WHERE g.entity = 26 AND g.removed = 0";
    assert_eq!(number(&running, held).await, 2, "the zone and the admins");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_of_an_order_that_is_somebody_elses_or_over_are_taken_and_marked() {
    let running = World::new().start().await;
    let (at, device) = (clock(), running.world.meters[0].clone());
    let meter = device.id;
    second_technician(&running).await;
    let order = announce(&running, &device, at(0)).await;
    let to = Person { id: running.tokens("technician").await.user.id, name: String::new() };
    say(&running, "admin", Operation::AssignWork { order, meter, to: Some(to) }).await;
    let value = StepValue::YesNo { yes: true };
    let answer = RecordContent::Answer { step: StepNo(999), value };
    say(&running, "technician", record(order, &device, at(5), answer.clone())).await;
    say(&running, "other", record(order, &device, at(6), answer.clone())).await;
    say(&running, "technician", Operation::CompleteWork { order, meter, at: at(10) }).await;
    say(&running, "technician", record(order, &device, at(9), RecordContent::Departure)).await;
    say(&running, "technician", record(order, &device, at(11), answer.clone())).await;
    say(&running, "other", record(order, &device, at(12), answer)).await;
    let marks: Vec<_> = recorded(&running, order).await.into_iter().map(|record| record.review).collect();
    let expected =
        [vec![], vec![Review::NotAssigned], vec![], vec![Review::LateWork], vec![Review::LateWork, Review::NotAssigned]];
    assert_eq!(marks, expected);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_and_the_end_of_their_order_in_any_order_leave_the_same_marks() {
    let running = World::new().start().await;
    let (at, device) = (clock(), running.world.meters[0].clone());
    let (meter, mut rng) = (device.id, fastrand::Rng::with_seed(8));
    for round in 0..4 {
        let order = announce(&running, &device, at(0)).await;
        let mut words: Vec<Operation> =
            [9, 11, 14, 21].map(|minute| record(order, &device, at(minute), RecordContent::Departure)).into();
        words.extend([20, 10].map(|minute| Operation::CompleteWork { order, meter, at: at(minute) }));
        if round > 0 {
            rng.shuffle(&mut words);
        }
        for word in &words {
            say(&running, "technician", word.clone()).await;
        }
        let mut marks: Vec<_> = recorded(&running, order).await.into_iter().map(|of| (of.at, of.review)).collect();
        marks.sort_by_key(|(at, _)| *at);
        let late = || vec![Review::LateWork];
        assert_eq!(marks, [(at(9), vec![]), (at(11), late()), (at(14), late()), (at(21), late())], "{words:?}");
    }
    // `check` says whether the admins hold each record as it is marked now.
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_of_a_checklist_is_never_changed() {
    let running = World::new().start().await;
    let id = WorkTemplateId(Uuid::now_v7());
    let version = |version, name: &str| {
        let template = Template { name: name.into(), ..built_in(WorkKind::Cleaning) };
        let version = TemplateVersion { id, version };
        Operation::PutWorkTemplate(NewWorkTemplate { version, template: Box::new(template) })
    };
    for (who, operation, expected) in [
        ("technician", version(1, "Cuci"), Some(Rejection::Denied)),
        ("admin", version(0, "Cuci"), Some(Rejection::Invalid)),
        ("admin", version(1, " "), Some(Rejection::Invalid)),
        ("admin", version(2, "Cuci"), Some(Rejection::Conflict)),
        ("admin", version(1, " Cuci "), None),
        ("admin", version(1, "Cuci"), None),
        ("admin", version(1, "Kuras"), Some(Rejection::Conflict)),
        ("admin", version(2, "Kuras"), None),
        ("admin", version(4, "Kuras"), Some(Rejection::Conflict)),
    ] {
        assert_eq!(code(&answered(&running, who, &operation).await), expected, "{operation:?} by {who}");
    }
    let town = Town::new(&running).await;
    let ops = vec![op(Uuid::now_v7(), 1, None, &version(1, "Cuci")), op(Uuid::now_v7(), 2, None, &version(3, "Cuci"))];
    let elsewhere = push_with(&running, &town.people[0].token, ops).await;
    let codes: Vec<_> = elsewhere.iter().map(code).collect();
    assert_eq!(codes, [Some(Rejection::IdReused), Some(Rejection::Conflict)], "another utility has no part in it");
    let conflict = Outcome::Rejected { code: Rejection::Conflict, field: Some("version".into()), conflict: None };
    assert_eq!(elsewhere[1].outcome, conflict, "for which the app has words");
    let first = TemplateVersion { id, version: 1 }.row_id();
    let kept =
        running.server.app.store.read(move |db| rows::templates::body(db, first)).await.expect("reads").expect("a version");
    assert_eq!((kept.content.name.as_str(), kept.by.as_str(), kept.names().version), ("Cuci", "", 1));
    let held = "SELECT COUNT(*) FROM change g JOIN bucket b ON b.num = g.bucket WHERE g.entity = 27 AND b.name = 'public'";
    assert_eq!(number(&running, held).await, 2);
    let changed = running.server.app.store.writer.work(|tx| Ok(tx.db.execute("UPDATE work_template SET content = '{}'", [])?));
    assert!(changed.await.is_err(), "the schema refuses it as well");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_holds_a_checklist_does_not_learn_which_admin_put_it() {
    let running = World::new().start().await;
    let version = TemplateVersion { id: WorkTemplateId(Uuid::now_v7()), version: 1 };
    let template = Template { name: "Cuci saringan".into(), ..built_in(WorkKind::Cleaning) };
    say(&running, "admin", Operation::PutWorkTemplate(NewWorkTemplate { version, template: Box::new(template) })).await;
    // As an older release has left it, with the name on every device.
    let named = running.server.app.store.writer.work(|tx| Ok(tx.db.execute("UPDATE work_template SET by_name = 'Ratna'", [])?));
    assert_eq!(named.await.expect("written"), 1);
    for _ in 0..2 {
        checklists::all(&running.server.app).await.expect("taken out");
        assert_eq!(number(&running, "SELECT COUNT(*) FROM work_template WHERE by_name <> ''").await, 0);
        assert_eq!(number(&running, "SELECT rev FROM change WHERE entity = 27").await, 2, "every device receives it again, once");
    }
    let held: Value = running.get(&running.token("customer").await, "/sync/v1/snapshot/public").await;
    let row =
        held["rows"].as_array().expect("rows").iter().find(|row| row["body"]["name"] == "Cuci saringan").expect("a checklist");
    assert_eq!(row["body"]["by"], "", "{row}");
    clean(running).await;
}
