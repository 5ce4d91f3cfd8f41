//! The demo's maintenance: what each page of it is about is there, so that nobody who tries the app out sees an empty one.

use domain::field::field_record::Review;
use domain::maintenance::leave::LeaveKind;
use domain::maintenance::record::{RecordContent, StepValue};
use domain::maintenance::schedule::plan::Trigger;
use domain::maintenance::work_order::WorkStage;
use protocol::maintenance::feeds::FeedOf;
use protocol::maintenance::schedules::ScheduleRow;
use protocol::sync::rows::{WorkOrder, WorkRecord};
use std::collections::BTreeSet;
use sync_server::core::{Db, now};
use sync_server::error::Error;
use sync_server::jobs::schedules::once_at;
use sync_server::maintenance::{feeds, leave, parts, rows, schedules};
use tests::demo::demo;
use uuid::Uuid;

/// Identifiers that a query finds.
fn ids(db: &Db, sql: &str) -> Result<Vec<Uuid>, Error> {
    let mut query = db.prepare(sql)?;
    let found = query.query_map([], |row| row.get(0).map(Uuid::from_bytes))?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn orders(db: &Db) -> Result<Vec<WorkOrder>, Error> {
    ids(db, "SELECT id FROM work_order")?.into_iter().filter_map(|id| rows::body(db, id).transpose()).collect()
}

fn records(db: &Db) -> Result<Vec<WorkRecord>, Error> {
    ids(db, "SELECT id FROM work_record")?.into_iter().filter_map(|id| rows::records::body(db, id).transpose()).collect()
}

/// What a schedule goes by, and whether it has announced work.
fn announced(row: &ScheduleRow) -> (&'static str, bool) {
    let by = match row.plan.trigger {
        Trigger::Calendar { .. } => "calendar",
        Trigger::Volume { .. } => "volume",
        Trigger::Battery { .. } => "battery",
        Trigger::Health { .. } => "health",
        Trigger::Age { .. } => "age",
    };
    (by, row.waiting > 0)
}

/// Whether an order is done, by a checklist of the utility's own, with a reading and with all that is recorded beside one.
fn is_whole(order: &WorkOrder, records: &[WorkRecord]) -> bool {
    let of_order: Vec<&RecordContent> = records.iter().filter(|of| of.order == order.id).map(|of| &of.content).collect();
    let has = |kind: &str| of_order.iter().any(|content| content.kind() == kind);
    let is_read = of_order
        .iter()
        .any(|content| matches!(content, RecordContent::Answer { value: StepValue::Reading { reading: Some(_), .. }, .. }));
    let kinds = ["answer", "note", "photo", "part", "signature", "arrival", "departure", "cost"];
    order.stage() == WorkStage::Completed && order.template.is_some() && is_read && kinds.into_iter().all(has)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_the_demos_maintenance_is_empty() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = demo(folder.path(), 45).await;
    // What the server has not looked at by itself yet.
    while !once_at(&server.app, now()).await.expect("looked") {}
    let read = server.app.store.read(|db| {
        let utility = db.query_row("SELECT num FROM utility", [], |row| row.get(0))?;
        let planned = (schedules::list(db, utility, now())?, leave::list(db, utility, now())?, feeds::list(db, utility)?);
        let checklists: i64 = db.query_row("SELECT COUNT(DISTINCT template) FROM work_template", [], |row| row.get(0))?;
        let newest: i64 = db.query_row("SELECT MAX(version) FROM work_template", [], |row| row.get(0))?;
        let most = "SELECT MAX(zones) FROM (SELECT COUNT(*) AS zones FROM user_zone GROUP BY user)";
        let zones: i64 = db.query_row(most, [], |row| row.get(0))?;
        Ok((planned, (checklists, newest), orders(db)?, (records(db)?, parts::list(db, utility, now())?), zones))
    });
    let ((schedules, leave, feeds), checklists, orders, (records, stock), zones) = read.await.expect("reads");
    assert_eq!(zones, 1, "the zones are far apart: nobody's day leads from one to another");
    let by: BTreeSet<(&str, bool)> = schedules.schedules.iter().map(announced).collect();
    assert_eq!(by, BTreeSet::from([("battery", true), ("calendar", true), ("volume", false)]), "a volume counts from now on");
    assert!(leave.leaves.iter().any(|row| row.days.days() == 7 && row.kind == LeaveKind::Annual), "{leave:?}");
    assert!(feeds.feeds.iter().any(|row| matches!(row.of, FeedOf::Technician { .. })), "{feeds:?}");
    assert_eq!(checklists, (2, 2), "two checklists, of which one has a second version");
    let stages: BTreeSet<WorkStage> = orders.iter().map(WorkOrder::stage).collect();
    assert_eq!(stages, WorkStage::ALL.iter().copied().collect::<BTreeSet<_>>());
    let marked = records.iter().filter(|record| record.review.contains(&Review::NotAssigned)).count();
    assert_eq!(marked, 1, "what somebody has written about another one's order");
    assert!(orders.iter().any(|order| is_whole(order, &records)), "one that is done has all that can be recorded");
    let counts: Vec<i64> = stock.parts.iter().flat_map(|part| &part.held).map(|held| held.pieces.0).collect();
    assert!(counts.iter().any(|count| *count > 0) && counts.iter().any(|count| *count < 0), "{stock:?}");
    assert!(stock.unlisted.iter().any(|part| part.name == "Segel plastik"), "{stock:?}");
    let movable = "SELECT COUNT(*) FROM notification WHERE json_extract(content, '$.choice.left') = 2 AND cleared_at IS NULL";
    let movable = server.app.store.read(move |db| Ok(db.query_row(movable, [], |row| row.get::<_, i64>(0))?)).await;
    assert!(movable.expect("reads") > 0, "the demo customer has a visit to move");
    server.stop().await;
}
