//! A customer moves a visit: to what is offered, twice at most, not over anybody else's move, and at no connection of others.

use domain::core::local_time::HOUR_MS;
use domain::maintenance::notifications::is_soon;
use domain::maintenance::work_order::{Window, WorkKind};
use domain::{LocalDay, TimeZone, UtcMillis, WorkOrderId};
use protocol::sync::push::{Operation, OperationResult, Outcome, Rejection};
use protocol::sync::rows::Person;
use sync_server::alerts::config::Alerts;
use sync_server::core::now;
use tests::alerts::{MovedClock, number, start};
use tests::field::clean;
use tests::visits::{announce, known};
use tests::work::{answered, say, shown};
use tests::world::{Running, World};

/// A server whose clock stands at noon in Jakarta; that instant, and the day.
async fn at_noon() -> (Running, UtcMillis, LocalDay) {
    let day = TimeZone::Jakarta.day_of(now());
    let noon = at(day, 12);
    (start(World::new(), Alerts::default(), MovedClock::at(noon).clock()).await, noon, day)
}

/// An hour of a day in Jakarta.
fn at(day: LocalDay, hour: i64) -> UtcMillis {
    TimeZone::Jakarta.start_of(day).plus(hour * HOUR_MS)
}

/// Why something was refused, with the field.
fn refused(result: &OperationResult) -> (Rejection, &str) {
    match &result.outcome {
        Outcome::Rejected { code, field, .. } => (*code, field.as_deref().unwrap_or_default()),
        other => panic!("{other:?}"),
    }
}

/// When an order is to be done.
async fn window(running: &Running, order: WorkOrderId) -> Window {
    shown(running, order).await.window()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_moves_a_visit_twice_and_its_technician_and_the_log_have_it() {
    let (running, noon, today) = at_noon().await;
    let device = running.world.meters[0].clone();
    let order = announce(&running, WorkKind::Cleaning, &device, at(today.plus(5), 9)).await;
    let to = Some(Person { id: running.tokens("technician").await.user.id, name: "Siapa saja".into() });
    say(&running, "admin", Operation::AssignWork { order, meter: device.id, to }).await;

    let first = known(&running, order).await;
    let soonest = first.offers(noon)[0];
    let command = first.move_to((order, device.connection), soonest);
    for _ in 0..2 {
        say(&running, "customer", command.clone()).await;
    }
    let second = known(&running, order).await;
    assert_eq!((window(&running, order).await, second.window, first.left(), second.left()), (soonest, soonest, Some(2), Some(1)));
    let given = "SELECT COUNT(*) FROM notification WHERE dedupe_key LIKE 'assigned:%' AND cleared_at IS NULL";
    assert_eq!(number(&running, given).await, i64::from(is_soon(soonest, noon)));

    let latest = second.offers(noon).pop().expect("a window");
    assert!(latest.from <= at(today.plus(5 + 14), 13), "by the day that the utility has set");
    say(&running, "customer", second.move_to((order, device.connection), latest)).await;
    let third = known(&running, order).await;
    assert_eq!((third.window, third.left()), (latest, Some(0)));
    let result = answered(&running, "customer", &third.move_to((order, device.connection), soonest)).await;
    assert_eq!(refused(&result), (Rejection::Invalid, "visit_used_up"));
    assert_eq!(window(&running, order).await, latest);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'move_visit'").await, 2);
    let open = "SELECT COUNT(*) FROM notification WHERE dedupe_key LIKE 'visit:%' AND cleared_at IS NULL";
    assert_eq!(number(&running, open).await, 1, "the last one alone holds");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_is_not_moved_by_others_nor_to_what_is_not_offered() {
    let (running, noon, today) = at_noon().await;
    let device = running.world.meters[0].clone();
    let order = announce(&running, WorkKind::Cleaning, &device, at(today.plus(5), 9)).await;
    let visit = known(&running, order).await;
    let offer = visit.offers(noon)[0];
    let own = visit.move_to((order, device.connection), offer);
    for (who, why) in [("admin", Rejection::Denied), ("technician", Rejection::Denied), ("other", Rejection::NotFound)] {
        assert_eq!(refused(&answered(&running, who, &own).await), (why, ""), "{who}");
    }
    let elsewhere = visit.move_to((order, running.world.meters[1].connection), offer);
    for who in ["customer", "other"] {
        assert_eq!(refused(&answered(&running, who, &elsewhere).await).0, Rejection::NotFound, "{who}");
    }
    let odd = Window { from: offer.from.plus(HOUR_MS), until: offer.until };
    let result = answered(&running, "customer", &visit.move_to((order, device.connection), odd)).await;
    assert_eq!(refused(&result), (Rejection::Invalid, "visit_not_offered"));
    assert_eq!(window(&running, order).await, visit.window);

    for (work, day, why) in [(WorkKind::Repair, 5, "visit_fixed"), (WorkKind::Cleaning, 1, "visit_too_late")] {
        let order = announce(&running, work, &device, at(today.plus(day), 9)).await;
        let visit = known(&running, order).await;
        assert!(visit.offers(noon).is_empty(), "{why}");
        let result = answered(&running, "customer", &visit.move_to((order, device.connection), offer)).await;
        assert_eq!((refused(&result), window(&running, order).await), ((Rejection::Invalid, why), visit.window));
    }
    assert_eq!(number(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'move_visit'").await, 0);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_of_the_utility_stands_and_sets_the_days_that_are_offered_anew() {
    let (running, noon, today) = at_noon().await;
    let device = running.world.meters[0].clone();
    let (meter, was) = (device.id, at(today.plus(5), 9));
    let order = announce(&running, WorkKind::Cleaning, &device, was).await;
    let visit = known(&running, order).await;
    let offer = visit.offers(noon)[0];
    say(&running, "customer", visit.move_to((order, device.connection), offer)).await;
    let chosen = known(&running, order).await;
    assert_eq!(chosen.choice.as_ref().map(|choice| choice.last), Some(today.plus(19)));

    let (from, until) = (at(today.plus(30), 9), at(today.plus(30), 11));
    say(&running, "admin", Operation::MoveWork { order, meter, was: offer.from, from, until }).await;
    let stale = chosen.move_to((order, device.connection), chosen.offers(noon)[0]);
    assert_eq!(refused(&answered(&running, "customer", &stale).await), (Rejection::Conflict, "visit"));
    assert_eq!(window(&running, order).await, Window { from, until });
    let anew = known(&running, order).await;
    let choice = anew.choice.as_ref().expect("it can be moved");
    assert_eq!((choice.left, choice.first, choice.last), (1, today.plus(16), today.plus(44)), "what was moved counts");

    say(&running, "technician", Operation::BeginWork { order, meter, at: noon }).await;
    let late = anew.move_to((order, device.connection), anew.offers(noon)[0]);
    assert_eq!(refused(&answered(&running, "customer", &late).await), (Rejection::InUse, "visit"));
    clean(running).await;
}
