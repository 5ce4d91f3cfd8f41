//! Meters whose valve contradicts their answers: a report outweighs an acknowledgement, and a valve that does not move costs few orders.

use domain::UtcMillis;
use domain::core::local_time::{HOUR_MS, MINUTE_MS};
use domain::valve::decision::SETTLES_MS;
use protocol::metering::messages::{OrderAck, OrderAckState};
use rusqlite::params;
use sync_server::core::now;
use sync_server::jobs::money::once_at;
use sync_server::valve::orders;
use sync_server::valve::orders::Claim;
use tests::field::clean;
use tests::valve::{Meter, adjust, at, held, order_states, start, working_day};
use tests::world::Running;
use uuid::Uuid;

/// A connected meter at an instant: takes all orders that are pending, and answers.
async fn answers(running: &Running, state: OrderAckState, t: UtcMillis) -> usize {
    let work = running.server.app.store.writer.work(move |tx| {
        let meter: i64 = tx.db.query_row("SELECT num FROM meter WHERE serial = 'WM-TEST-A'", [], |row| row.get(0))?;
        tx.now = t;
        let taken = orders::claim(tx, &[meter], Claim::Unsent)?;
        for (meter, command) in &taken {
            orders::acknowledge(tx, *meter, &OrderAck { id: command.id, state, why: None })?;
        }
        Ok(taken.len())
    });
    work.await.expect("answered")
}

/// What it reports of its valve then.
async fn reports(running: &Running, valve: &'static str, t: UtcMillis) {
    let work = running.server.app.store.writer.work(move |tx| {
        Ok(tx.db.execute(
            "INSERT INTO meter_state (meter, t, received_at, register, valve, valve_t) SELECT num, ?1, ?1, 0, ?2, ?1 FROM meter
             WHERE serial = 'WM-TEST-A' ON CONFLICT (meter) DO UPDATE SET t = ?1, received_at = ?1, valve = ?2, valve_t = ?1",
            params![t.0, valve],
        )?)
    });
    work.await.expect("reported");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_valve_reported_open_after_it_was_closed_gets_another_close_order() {
    let running = start().await;
    let noon = at(working_day(), 12);
    once_at(&running.server.app, noon).await.expect("evaluated");
    assert_eq!(answers(&running, OrderAckState::Completed, now().plus(-10 * MINUTE_MS)).await, 1);
    assert!(held(&running).await);
    let device = running.world.meters[0].clone();
    let mut meter = Meter::connect(running.server.mqtt, &device).await;
    // Over the wire, as a meter of which somebody has opened the valve.
    meter.report("open", now()).await;
    once_at(&running.server.app, noon).await.expect("evaluated");
    assert!(!held(&running).await, "the valve is reported open");
    once_at(&running.server.app, noon.plus(HOUR_MS)).await.expect("evaluated");
    let again = meter.next_order().await;
    meter.carry_out(again.id).await;
    assert_eq!(order_states(&running).await, ["close_valve completed", "close_valve completed"]);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_valve_opened_by_hand_all_day_gets_a_few_orders_and_not_endless_ones() {
    let running = start().await;
    let (from, mut sent) = (at(working_day(), 8), 0);
    for minute in 0..12 * 60 {
        let t = from.plus(minute * MINUTE_MS);
        reports(&running, "open", t).await;
        once_at(&running.server.app, t).await.expect("evaluated");
        sent += answers(&running, OrderAckState::Completed, t).await;
    }
    assert!((4..=8).contains(&sent), "{sent} orders in twelve hours");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_valve_still_closed_after_a_top_up_gets_another_open_order() {
    let running = start().await;
    let noon = at(working_day(), 12);
    once_at(&running.server.app, noon).await.expect("evaluated");
    let before = now().plus(-60 * MINUTE_MS);
    answers(&running, OrderAckState::Completed, before).await;
    adjust(&running, 100_000).await;
    assert_eq!(answers(&running, OrderAckState::Completed, before).await, 1);
    assert!(!held(&running).await);
    reports(&running, "closed", before.plus(SETTLES_MS + MINUTE_MS)).await;
    once_at(&running.server.app, noon).await.expect("evaluated");
    assert!(held(&running).await, "its meter said that it was open, and it is closed");
    once_at(&running.server.app, noon.plus(HOUR_MS)).await.expect("evaluated");
    assert_eq!(answers(&running, OrderAckState::Completed, noon.plus(HOUR_MS)).await, 1);
    reports(&running, "open", noon.plus(2 * HOUR_MS)).await;
    once_at(&running.server.app, noon.plus(2 * HOUR_MS)).await.expect("evaluated");
    reports(&running, "closed", noon.plus(3 * HOUR_MS)).await;
    once_at(&running.server.app, noon.plus(3 * HOUR_MS)).await.expect("evaluated");
    assert_eq!(order_states(&running).await, ["close_valve completed", "open_valve completed", "open_valve completed"]);
    assert!(!held(&running).await, "whoever closed it had a reason");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_valve_that_cannot_open_gets_more_orders_at_intervals_and_stays_due() {
    let running = start().await;
    let noon = at(working_day(), 12);
    once_at(&running.server.app, noon).await.expect("evaluated");
    answers(&running, OrderAckState::Completed, now()).await;
    adjust(&running, 100_000).await;
    let mut failed = 0;
    for minute in 0..120 {
        failed += answers(&running, OrderAckState::Failed, noon.plus(minute * MINUTE_MS)).await;
        once_at(&running.server.app, noon.plus(minute * MINUTE_MS)).await.expect("evaluated");
    }
    assert!((4..=6).contains(&failed), "{failed} in two hours");
    assert!(held(&running).await, "it is closed, and that is known");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_paid_is_opened_for_however_long_the_meter_was_silent() {
    let running = start().await;
    let noon = at(working_day(), 12);
    once_at(&running.server.app, noon).await.expect("evaluated");
    answers(&running, OrderAckState::Completed, now()).await;
    assert!(adjust(&running, 500_000).await.0 > 10_000);
    let later = |days: i64| noon.plus(days * (24 * HOUR_MS + 2 * MINUTE_MS));
    for days in 0..60 {
        once_at(&running.server.app, later(days)).await.expect("evaluated");
    }
    assert!(held(&running).await);
    let said = order_states(&running).await;
    assert_eq!(said.iter().filter(|said| said.as_str() == "open_valve pending").count(), 1, "{said:?}");
    assert!(said.len() > 50, "one a day: {said:?}");
    assert_eq!(answers(&running, OrderAckState::Completed, later(59)).await, 1);
    assert!(!held(&running).await);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_that_is_replaced_takes_its_commands_with_it() {
    let running = start().await;
    once_at(&running.server.app, at(working_day(), 12)).await.expect("evaluated");
    let swap = running.server.app.store.writer.work(|tx| {
        let num = |sql: &str| tx.db.query_row(sql, [], |row| row.get::<_, i64>(0));
        let meter = num("SELECT num FROM meter WHERE serial = 'WM-TEST-B'")?;
        let place = num("SELECT connection FROM installation JOIN meter ON num = meter WHERE serial = 'WM-TEST-A'")?;
        sync_server::metering::install::install(tx, meter, place, tx.now)
    });
    swap.await.expect("replaced");
    running.server.app.store.writer.forget_meters().await.expect("read anew");
    assert_eq!(order_states(&running).await, ["close_valve expired replaced"]);
    let mut old = Meter::connect(running.server.mqtt, &running.world.meters[0].clone()).await;
    assert!(!old.has_order().await);
    // The order to the other meter for its old connection has ended as well; it gets one for the new connection.
    once_at(&running.server.app, at(working_day(), 13)).await.expect("evaluated");
    let mut new = Meter::connect(running.server.mqtt, &running.world.meters[1].clone()).await;
    let close = new.next_order().await;
    assert_ne!(close.id, Uuid::nil());
    new.carry_out(close.id).await;
    assert!(!new.has_order().await);
    assert!(held(&running).await);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn check_finds_a_hold_without_an_order_and_an_order_nobody_can_take() {
    let running = start().await;
    once_at(&running.server.app, at(working_day(), 12)).await.expect("evaluated");
    answers(&running, OrderAckState::Completed, now()).await;
    once_at(&running.server.app, at(working_day(), 12)).await.expect("evaluated");
    let findings = async || {
        let report = running.server.app.store.read(|db| sync_server::check::check(db)).await.expect("checked");
        report.findings
    };
    let write = async |sql: &'static str| running.server.app.store.writer.work(move |tx| Ok(tx.db.execute(sql, [])?)).await;
    assert_eq!(findings().await, Vec::<String>::new());
    write("UPDATE supply_state SET closed_for_credit = NULL WHERE connection = 1").await.expect("broken");
    let [one] = findings().await.try_into().expect("one finding");
    assert!(one.starts_with("connection 1: whether its valve is closed"), "{one}");
    // The database itself refuses what can be refused.
    for sql in [
        "UPDATE meter_order SET state = 'failed' WHERE state = 'completed'",
        "UPDATE meter_order SET do = 'open_valve'",
        "UPDATE meter_order SET until = until + 1",
        "UPDATE meter_order SET state = 'sent' WHERE state = 'pending'",
        "DELETE FROM meter_order",
        "INSERT INTO meter_order (id, meter, do, cause, made_at, until) VALUES (x'01', 1, 'open_valve', 'person', 0, 1)",
        "INSERT INTO meter_order (id, meter, do, cause, made_at, until) VALUES (x'01', 1, 'open_valve', 'credit', 0, 1)",
    ] {
        assert!(write(sql).await.is_err(), "{sql}");
    }
    running.server.stop().await;
}
