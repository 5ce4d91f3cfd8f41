//! Who is notified of work: customers of visits, technicians of their day and of what they are given, admins of what is overdue; each once, whoever
//! looks and however often.

use crate::schedules;
use domain::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use domain::maintenance::schedule::plan::Plan;
use domain::maintenance::work_order::WorkKind;
use domain::{LocalDay, MeterId, TimeZone, UtcMillis, WorkOrderId};
use protocol::sync::push::Operation;
use protocol::sync::rows::Person;
use sync_server::alerts::config::Alerts;
use sync_server::core::now;
use sync_server::jobs::work_notifications::once_at;
use tests::alerts::{CUSTOMER, MovedClock, OTHER, number, start};
use tests::field::clean;
use tests::work::{announce, plan_of, say};
use tests::world::{Running, World};
use uuid::Uuid;

/// The keys of the world's admin and technician.
const ADMIN: i64 = 1;
const TECHNICIAN: i64 = 2;

/// A server whose clock stands at noon in Jakarta, where nothing is looked for in any of the zones; that instant, and the day.
async fn at_noon(world: World) -> (Running, UtcMillis, LocalDay) {
    let day = TimeZone::Jakarta.day_of(now());
    let noon = TimeZone::Jakarta.start_of(day).plus(12 * HOUR_MS);
    (start(world, Alerts::default(), MovedClock::at(noon).clock()).await, noon, day)
}

/// What somebody was notified of about work, and whether it has passed.
async fn said(running: &Running, user: i64) -> Vec<String> {
    let read = running.server.app.store.read(move |db| {
        let mut query = db.prepare(
            "SELECT json_extract(content, '$.what') || COALESCE(' ' || json_extract(content, '$.state'), '')
               || iif(cleared_at IS NULL, '', ' passed') FROM notification WHERE user = ?1 AND kind = 'work' ORDER BY num",
        )?;
        let said = query.query_map([user], |row| row.get(0))?;
        Ok(said.collect::<Result<Vec<String>, _>>()?)
    });
    read.await.expect("reads")
}

/// Looks for what is due at an instant, twice, as after a restart.
async fn look(running: &Running, at: UtcMillis) {
    for _ in 0..2 {
        once_at(&running.server.app, at).await.expect("looked");
    }
}

/// An hour of a day in Jakarta.
fn at(day: LocalDay, hour: i64) -> UtcMillis {
    TimeZone::Jakarta.start_of(day).plus(hour * HOUR_MS)
}

/// Moves an order for two hours from an instant on, as an admin.
async fn move_to(running: &Running, (order, meter): (WorkOrderId, MeterId), (was, from): (UtcMillis, UtcMillis)) {
    say(running, "admin", Operation::MoveWork { order, meter, was, from, until: from.plus(2 * HOUR_MS) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_notified_of_a_visit_and_of_its_move_reminded_of_it_and_no_more_once_it_has_begun() {
    let (running, noon, today) = at_noon(World::new()).await;
    let device = running.world.meters[0].clone();
    let meter = device.id;
    let order = announce(&running, &device, at(today.plus(2), 9)).await;
    let look_at_it = WorkOrderId(Uuid::now_v7());
    say(&running, "admin", plan_of(WorkKind::Inspection, look_at_it, &device, at(today.plus(2), 9))).await;
    announce(&running, &device, noon.plus(-HOUR_MS)).await;
    assert_eq!(said(&running, CUSTOMER).await, ["visit planned"], "neither of a look nor of what goes on already");

    move_to(&running, (order, meter), (at(today.plus(2), 9), at(today.plus(3), 9))).await;
    assert_eq!(said(&running, CUSTOMER).await, ["visit planned passed", "visit moved"]);
    // The day before its old window, and before the hour.
    for instant in [at(today.plus(1), 16), at(today.plus(2), 16).plus(-MINUTE_MS)] {
        look(&running, instant).await;
    }
    assert_eq!(said(&running, CUSTOMER).await.len(), 2);
    look(&running, at(today.plus(2), 16)).await;
    look(&running, at(today.plus(2), 17)).await;
    assert_eq!(said(&running, CUSTOMER).await, ["visit planned passed", "visit moved", "visit reminder"]);

    say(&running, "technician", Operation::BeginWork { order, meter, at: noon }).await;
    assert_eq!(said(&running, CUSTOMER).await, ["visit planned passed", "visit moved passed", "visit reminder passed"]);
    assert!(said(&running, OTHER).await.is_empty(), "it is another customer's");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_was_cancelled_is_said_once_where_it_was_announced() {
    let (running, _, today) = at_noon(World::new()).await;
    let device = running.world.meters[0].clone();
    let meter = device.id;
    let order = announce(&running, &device, at(today.plus(2), 9)).await;
    let look_at_it = WorkOrderId(Uuid::now_v7());
    say(&running, "admin", plan_of(WorkKind::Routine, look_at_it, &device, at(today.plus(2), 9))).await;
    for cancelled in [order, look_at_it, order] {
        say(&running, "admin", Operation::CancelWork { order: cancelled, meter }).await;
    }
    look(&running, at(today.plus(1), 16)).await;
    assert_eq!(said(&running, CUSTOMER).await, ["visit planned passed", "visit cancelled"]);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_comes_at_four_in_the_propertys_zone_and_not_after_a_server_that_stood_still() {
    const REMINDED: &str = "SELECT COUNT(*) FROM notification WHERE json_extract(content, '$.state') = 'reminder'";
    for zone in TimeZone::ALL {
        let world = World::new();
        world.set_time_zone(zone);
        let (running, noon, _) = at_noon(world).await;
        let (today, device) = (zone.day_of(noon), running.world.meters[0].clone());
        let hour = |day: LocalDay, hour: i64| zone.start_of(day).plus(hour * HOUR_MS);
        for day in [1, 3] {
            announce(&running, &device, hour(today.plus(day), 9)).await;
        }
        look(&running, hour(today, 16).plus(-1)).await;
        assert_eq!(number(&running, REMINDED).await, 0, "{zone:?}");
        look(&running, hour(today, 16)).await;
        assert_eq!(number(&running, REMINDED).await, 1, "{zone:?}");
        look(&running, hour(today.plus(2), 19)).await;
        assert_eq!(number(&running, REMINDED).await, 1, "{zone:?}: its hour is long over");
        clean(running).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn visits_of_a_schedule_are_announced_once_each_when_they_have_come_near() {
    let (running, _, today) = at_noon(World::new()).await;
    let daily = Plan { work: WorkKind::Cleaning, horizon_days: 14, ..schedules::plan(&running) };
    schedules::added(&running, &daily).await;
    let planned = "SELECT COUNT(*) FROM notification WHERE json_extract(content, '$.state') = 'planned'";
    let before = number(&running, planned).await;
    assert!((1..=8).contains(&before), "a week of them: {before}");
    let morning = at(today.plus(1), 9);
    look(&running, morning).await;
    let near = format!(
        "SELECT COUNT(*) FROM notification WHERE json_extract(content, '$.from') BETWEEN {} AND {}",
        morning.0,
        morning.plus(7 * DAY_MS).0
    );
    let near = running.server.app.store.read(move |db| Ok(db.query_row(&near, [], |row| row.get::<_, i64>(0))?)).await;
    assert_eq!(near.expect("reads"), 7);
    let twice =
        "SELECT COUNT(json_extract(content, '$.order')) - COUNT(DISTINCT json_extract(content, '$.order')) FROM notification";
    assert_eq!(number(&running, twice).await, 0);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_technician_is_notified_of_what_is_given_to_them_soon_and_once_a_day_of_its_jobs() {
    let (running, _, today) = at_noon(World::new()).await;
    let device = running.world.meters[0].clone();
    let (meter, technician) = (device.id, running.tokens("technician").await.user.id);
    let named = || Some(Person { id: technician, name: "Siapa saja".into() });
    let mut orders = Vec::new();
    for from in [at(today.plus(1), 10), at(today.plus(1), 8), at(today.plus(5), 8)] {
        let order = announce(&running, &device, from).await;
        for _ in 0..2 {
            say(&running, "admin", Operation::AssignWork { order, meter, to: named() }).await;
        }
        orders.push(order);
    }
    assert_eq!(said(&running, TECHNICIAN).await, ["assigned", "assigned"], "what is later is in the jobs of its day");
    move_to(&running, (orders[0], meter), (at(today.plus(1), 10), at(today.plus(1), 11))).await;
    assert_eq!(said(&running, TECHNICIAN).await, ["assigned passed", "assigned", "assigned"]);

    look(&running, at(today.plus(1), 6).plus(-1)).await;
    assert_eq!(said(&running, TECHNICIAN).await.len(), 3);
    look(&running, at(today.plus(1), 6)).await;
    look(&running, at(today.plus(1), 8)).await;
    assert_eq!(said(&running, TECHNICIAN).await, ["assigned passed", "assigned", "assigned", "workday"]);
    let jobs = "SELECT json_extract(content, '$.jobs') FROM notification WHERE dedupe_key LIKE 'workday:%'";
    let first = "SELECT json_extract(content, '$.first_at') FROM notification WHERE dedupe_key LIKE 'workday:%'";
    assert_eq!((number(&running, jobs).await, number(&running, first).await), (2, at(today.plus(1), 8).0));
    // A day without a job is none, and one that the server did not see begin is left out.
    look(&running, at(today.plus(2), 6)).await;
    look(&running, at(today.plus(5), 9)).await;
    assert_eq!(said(&running, TECHNICIAN).await.len(), 4);

    say(&running, "admin", Operation::AssignWork { order: orders[0], meter, to: None }).await;
    say(&running, "admin", Operation::CancelWork { order: orders[1], meter }).await;
    assert_eq!(said(&running, TECHNICIAN).await, ["assigned passed", "assigned passed", "assigned passed", "workday"]);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn admins_are_notified_once_a_day_of_what_is_overdue_and_of_nothing_where_nothing_is() {
    let (running, noon, today) = at_noon(World::new()).await;
    let device = running.world.meters[0].clone();
    let meter = device.id;
    let begun = announce(&running, &device, noon.plus(-5 * HOUR_MS)).await;
    say(&running, "technician", Operation::BeginWork { order: begun, meter, at: noon.plus(-4 * HOUR_MS) }).await;
    announce(&running, &device, at(today.plus(2), 9)).await;
    look(&running, at(today.plus(1), 8)).await;
    assert!(said(&running, ADMIN).await.is_empty(), "one was begun, and one is to come");
    for _ in 0..2 {
        announce(&running, &device, noon.plus(-5 * HOUR_MS)).await;
    }
    look(&running, at(today.plus(2), 8).plus(-1)).await;
    look(&running, at(today.plus(2), 8)).await;
    look(&running, at(today.plus(2), 10)).await;
    assert_eq!(said(&running, ADMIN).await, ["overdue"]);
    let orders = "SELECT json_extract(content, '$.orders') FROM notification WHERE dedupe_key LIKE 'overdue:%'";
    assert_eq!(number(&running, orders).await, 2);
    clean(running).await;
}
