//! Work at a meter, and what it authorises: whichever becomes known first.

use super::open_cases;
use client::Client;
use domain::alerts::case::Status;
use domain::alerts::kinds::{AlertKind, Channel};
use domain::alerts::preferences::Preferences;
use domain::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use domain::maintenance::work_order::WorkState;
use domain::{MeterId, UserId, UtcMillis, WorkOrderId};
use protocol::alerts::{CasePolicy, CasePolicyChange};
use protocol::sync::push::{Operation, Rejection};
use protocol::sync::rows::Person;
use protocol::ui::{Answer, CaseRow, CasesQuery, Happening, MeterDetail, Phase, Request, WorkRow};
use sync_server::core::now;
use sync_server::jobs::judging;
use tests::alerts::{CUSTOMER, number, prefer};
use tests::field::{clean, phase, send, sign_in, submit, until};
use tests::ops::code;
use tests::valve::Meter;
use tests::work::{Stored, announce, judged, plan, report, say, stored};
use tests::world::{Kept, Running, World, client_with};
use uuid::Uuid;

/// What somebody is notified of about meters, and that has not passed.
const NOTIFIED: &str = "SELECT COUNT(*) FROM notification WHERE kind = 'tamper' AND cleared_at IS NULL";

fn case(cause: &str, authorised: bool, open: bool, count: i64) -> Stored {
    (cause.to_owned(), authorised, open, count)
}

/// An hour ago, and minutes later.
fn clock() -> impl Fn(i64) -> UtcMillis {
    let base = now().plus(-60 * MINUTE_MS);
    move |minute| base.plus(minute * MINUTE_MS)
}

/// The cases that are over, as a device holds them.
async fn past(client: &Client) -> Vec<CaseRow> {
    match client.call(Request::Cases(CasesQuery { limit: 100, ..CasesQuery::default() })).await.expect("an answer") {
        Answer::Cases(cases) => cases.rows,
        other => panic!("{other:?}"),
    }
}

async fn detail(client: &Client, meter: MeterId) -> MeterDetail {
    match client.call(Request::Meter { meter }).await.expect("an answer") {
        Answer::Meter(Some(detail)) => *detail,
        other => panic!("{other:?}"),
    }
}

async fn to_do(client: &Client) -> Vec<WorkRow> {
    match client.call(Request::Work).await.expect("an answer") {
        Answer::Work(rows) => rows,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cover_opened_at_work_is_logged_and_ten_minutes_after_it_is_an_alert() {
    let running = World::new().start().await;
    let (at, device) = (clock(), running.world.meters[0].clone());
    let admin = client_with(&running.world.folder.path().join("admin"), &running.url(), &Kept::default()).await;
    sign_in(&admin, "admin").await;
    let order = announce(&running, &device, at(0)).await;
    say(&running, "technician", Operation::BeginWork { order, meter: device.id, at: at(0) }).await;
    let mut meter = Meter::connect(running.server.mqtt, &device).await;
    for minute in [10, 11] {
        report(&mut meter, "cover_open", at(minute)).await;
    }
    assert_eq!(stored(&running, 1).await, [case("cover_open", true, false, 2)]);
    assert_eq!(number(&running, NOTIFIED).await, 0);
    let logged = until(&admin, "that it is logged", async || past(&admin).await.into_iter().next()).await.case;
    assert_eq!((logged.authorised, logged.status), (Some(order), Status::Resolved));
    assert!(open_cases(&admin).await.is_empty());
    let shown = detail(&admin, device.id).await;
    let found = |what: &Happening| matches!(what, Happening::Found { authorised: true, .. });
    assert!(shown.timeline.iter().any(|line| found(&line.what)), "{:?}", shown.timeline);
    assert_eq!((shown.work[0].order.state, shown.work[0].order.text.as_str()), (WorkState::InProgress, "Bawa segel"));

    say(&running, "technician", Operation::CompleteWork { order, meter: device.id, at: at(30) }).await;
    report(&mut meter, "cover_open", at(40)).await;
    assert_eq!(stored(&running, 1).await, [case("cover_open", true, false, 2), case("cover_open", false, true, 1)]);
    assert_eq!(number(&running, NOTIFIED).await, 1, "the admin");
    until(&admin, "the alert", async || open_cases(&admin).await.into_iter().next()).await;
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_known_later_clears_what_was_notified_and_opens_what_was_not() {
    let running = World::new().start().await;
    let (at, device) = (clock(), running.world.meters[0].clone());
    let meter_id = device.id;
    let mut meter = Meter::connect(running.server.mqtt, &device).await;
    report(&mut meter, "cover_open", at(10)).await;
    report(&mut meter, "tilt", at(20)).await;
    assert_eq!(stored(&running, 1).await, [case("cover_open", false, true, 1), case("tilt", false, true, 1)]);
    assert_eq!(number(&running, NOTIFIED).await, 2);

    let order = announce(&running, &device, at(0)).await;
    assert_eq!(number(&running, NOTIFIED).await, 2, "what is announced authorises nothing yet");
    say(&running, "technician", Operation::BeginWork { order, meter: meter_id, at: at(5) }).await;
    assert_eq!(stored(&running, 1).await, [case("cover_open", true, false, 1), case("tilt", true, false, 1)]);
    assert_eq!(number(&running, NOTIFIED).await, 0, "what was notified has passed");

    // It had ended before the meter was tilted.
    say(&running, "technician", Operation::CompleteWork { order, meter: meter_id, at: at(15) }).await;
    assert_eq!(stored(&running, 1).await, [case("cover_open", true, false, 1), case("tilt", false, true, 1)]);
    assert_eq!(number(&running, NOTIFIED).await, 1);
    // Said once more with a later time it changes nothing, and with an earlier one it does.
    say(&running, "admin", Operation::CompleteWork { order, meter: meter_id, at: at(40) }).await;
    assert_eq!(number(&running, NOTIFIED).await, 1);
    say(&running, "admin", Operation::CompleteWork { order, meter: meter_id, at: at(7) }).await;
    assert_eq!(stored(&running, 1).await, [case("cover_open", false, true, 1), case("tilt", false, true, 1)]);
    assert_eq!(number(&running, NOTIFIED).await, 2);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_and_work_in_any_order_leave_the_same_judgement() {
    let running = World::new().start().await;
    let at = clock();
    let devices = running.world.meters.clone();
    let minutes: Vec<i64> = (0..60).step_by(3).collect();
    // Two works: one of them overlaps the other, and both end.
    let works = [(11, 31), (25, 44)];
    for (place, device) in devices.iter().enumerate() {
        let mut meter = Meter::connect(running.server.mqtt, device).await;
        let mut orders = Vec::new();
        for _ in works {
            orders.push(announce(&running, device, at(0)).await);
        }
        let steps = orders.iter().zip(works).flat_map(|(order, (begun, done))| {
            let (order, meter) = (*order, device.id);
            [Operation::BeginWork { order, meter, at: at(begun) }, Operation::CompleteWork { order, meter, at: at(done) }]
        });
        let steps: Vec<Operation> = steps.collect();
        // Of the first meter the work is known first; of the other one everything comes as it comes.
        let mut turns: Vec<usize> = (0..steps.len() + minutes.len()).collect();
        if place == 1 {
            fastrand::Rng::with_seed(17).shuffle(&mut turns);
        }
        for turn in turns {
            match turn.checked_sub(steps.len()) {
                None => say(&running, "admin", steps[turn].clone()).await,
                Some(event) => report(&mut meter, "magnet", at(minutes[event])).await,
            }
        }
    }
    let expected: Vec<(i64, bool)> = minutes.iter().map(|minute| (at(*minute).0, (11..44).contains(minute))).collect();
    assert_eq!(judged(&running, 1).await, expected);
    assert_eq!(judged(&running, 2).await, expected);
    let open =
        |cases: Vec<Stored>| cases.into_iter().filter(|(_, _, open, _)| *open).map(|(.., count)| count).collect::<Vec<_>>();
    let outside = expected.iter().filter(|(_, authorised)| !authorised).count() as i64;
    assert_eq!(open(stored(&running, 1).await), [outside]);
    assert_eq!(open(stored(&running, 2).await), [outside]);
    // `check` judges each event anew.
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_without_a_network_counts_from_when_its_technician_says_it_began() {
    let running = World::new().start().await;
    let (at, device) = (clock(), running.world.meters[0].clone());
    let (meter_id, folder, keyring) = (device.id, running.world.folder.path().join("tablet"), Kept::default());
    let tablet = client_with(&folder, &running.url(), &keyring).await;
    sign_in(&tablet, "technician").await;
    let order = announce(&running, &device, at(0)).await;
    let shown = until(&tablet, "the work", async || to_do(&tablet).await.into_iter().next()).await;
    assert_eq!((shown.order.id, shown.serial.as_str(), shown.address.as_str()), (order, "WM-TEST-A", "Jl. Uji 0"));
    let mut meter = Meter::connect(running.server.mqtt, &device).await;
    report(&mut meter, "cover_open", at(10)).await;
    assert_eq!(number(&running, NOTIFIED).await, 1);

    let config = running.same_addresses();
    let Running { world, server } = running;
    server.stop().await;
    phase(&tablet, Phase::Offline).await;
    submit(&tablet, Operation::BeginWork { order, meter: meter_id, at: at(5) }).await;
    let begun = to_do(&tablet).await;
    assert_eq!((begun[0].order.state, begun[0].order.begun_at, begun[0].waiting), (WorkState::InProgress, Some(at(5)), true));
    submit(&tablet, Operation::CompleteWork { order, meter: meter_id, at: at(30) }).await;
    assert!(to_do(&tablet).await.is_empty(), "it is done");
    // Killed: the same files are opened again.
    drop(tablet);
    let tablet = client_with(&folder, &format!("http://{}", config.http), &keyring).await;
    assert_eq!(detail(&tablet, meter_id).await.work[0].order.state, WorkState::Completed);

    let running = world.start_again(&config).await;
    tablet.call(Request::SyncNow).await.expect("asked");
    let sent = until(&tablet, "the server's answer", async || {
        detail(&tablet, meter_id).await.work.into_iter().next().filter(|row| !row.waiting && !row.order.begun_by.is_empty())
    });
    let sent = sent.await.order;
    assert_eq!((sent.begun_at, sent.completed_at, sent.begun_by.as_str()), (Some(at(5)), Some(at(30)), "technician"));
    assert_eq!(stored(&running, 1).await, [case("cover_open", true, false, 1)]);
    assert_eq!(number(&running, NOTIFIED).await, 0);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_is_announced_for_what_is_possible_and_cancelled_until_it_is_done() {
    let running = World::new().start().await;
    let (at, device) = (clock(), running.world.meters[0].clone());
    let technician = running.tokens("technician").await.user.id;
    let admin = running.tokens("admin").await.user.id;
    let meter = device.id;
    let order = || WorkOrderId(Uuid::now_v7());
    let by = |id: UserId| Some(Person { id, name: "Siapa saja".into() });
    let planned = |technician: Option<Person>, ahead: i64, text: &str| match plan(order(), &device, at(0).plus(ahead)) {
        Operation::PlanWork { order, meter, work, from, until, priority, .. } => {
            let (text, template, minutes) = (text.into(), None, None);
            Operation::PlanWork { order, meter, work, from, until, technician, text, priority, template, minutes }
        }
        other => other,
    };
    let long = "x".repeat(501);
    for (operation, expected) in [
        (planned(by(technician), 0, ""), None),
        (planned(by(admin), 0, ""), Some(Rejection::Invalid)),
        (planned(by(UserId(Uuid::now_v7())), 0, ""), Some(Rejection::Invalid)),
        (planned(None, 400 * DAY_MS, ""), Some(Rejection::Invalid)),
        (planned(None, 0, &long), Some(Rejection::Invalid)),
    ] {
        let results = send(&running, "admin", std::slice::from_ref(&operation)).await;
        assert_eq!(code(&results[0]), expected, "{operation:?}");
    }
    let name =
        running.server.app.store.read(|db| Ok(db.query_row("SELECT technician_name FROM work_order", [], |row| row.get(0))?));
    let name: String = name.await.expect("reads");
    assert_eq!(name, "technician", "the server's own word for it");

    // One that is cancelled authorises nothing, although its technician did not know.
    let order = announce(&running, &device, at(0)).await;
    say(&running, "admin", Operation::CancelWork { order, meter }).await;
    say(&running, "technician", Operation::BeginWork { order, meter, at: now() }).await;
    let mut reports = Meter::connect(running.server.mqtt, &device).await;
    report(&mut reports, "cover_open", now()).await;
    assert_eq!(stored(&running, 1).await, [case("cover_open", false, true, 1)]);
    let order = announce(&running, &device, at(0)).await;
    say(&running, "technician", Operation::CompleteWork { order, meter, at: at(5) }).await;
    let refused = send(&running, "admin", &[Operation::CancelWork { order, meter }]).await;
    assert_eq!(code(&refused[0]), Some(Rejection::InUse), "what is done cannot be cancelled");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_nobody_ended_authorises_for_twelve_hours_and_its_late_end_excuses_nothing() {
    let running = World::new().start().await;
    let (device, meter) = (running.world.meters[0].clone(), running.world.meters[0].id);
    let begun = now().plus(-13 * HOUR_MS);
    let order = announce(&running, &device, begun).await;
    say(&running, "technician", Operation::BeginWork { order, meter, at: begun }).await;
    let mut reports = Meter::connect(running.server.mqtt, &device).await;
    report(&mut reports, "cover_open", begun.plus(HOUR_MS)).await;
    report(&mut reports, "cover_open", begun.plus(12 * HOUR_MS)).await;
    let apart = [case("cover_open", true, false, 1), case("cover_open", false, true, 1)];
    assert_eq!(stored(&running, 1).await, apart);
    assert_eq!(number(&running, NOTIFIED).await, 1, "the admin");
    say(&running, "technician", Operation::CompleteWork { order, meter, at: now() }).await;
    assert_eq!(stored(&running, 1).await, apart);

    // What an older release let it authorise is judged anew.
    let work = running.server.app.store.writer.work(|tx| {
        let sql = "UPDATE meter_event SET meter_case = (SELECT num FROM meter_case WHERE work_order IS NOT NULL)";
        tx.db.execute(sql, [])?;
        Ok(tx.db.execute("INSERT INTO event_to_judge (meter, since) SELECT meter, MIN(at) FROM meter_event", [])?)
    });
    work.await.expect("as it was");
    judging::run(running.server.app.clone()).await;
    assert_eq!(number(&running, "SELECT COUNT(*) FROM event_to_judge").await, 0);
    assert_eq!(judged(&running, 1).await.iter().map(|(_, authorised)| *authorised).collect::<Vec<_>>(), [true, false]);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_notified_of_tampering_if_the_utility_says_so_and_by_the_ways_they_want() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let mut meter = Meter::connect(running.server.mqtt, &device).await;
    let of_customer = "SELECT COUNT(*) FROM notification WHERE user = 3 AND kind = 'tamper'";
    report(&mut meter, "cover_open", now()).await;
    assert_eq!((number(&running, of_customer).await, number(&running, NOTIFIED).await), (0, 1), "the admin alone");

    let token = running.tokens("admin").await.access_token;
    let policy: CasePolicy = running.get(&token, "/admin/v1/cases/policy").await;
    let change = CasePolicyChange { key: Uuid::now_v7(), rev: policy.rev, tampering_to_customers: true };
    for _ in 0..2 {
        let set: CasePolicy = running.post(&token, "/admin/v1/cases/policy", &change).await;
        assert_eq!(set, CasePolicy { rev: policy.rev + 1, tampering_to_customers: true }, "once for each key");
    }
    report(&mut meter, "tilt", now()).await;
    assert_eq!(number(&running, of_customer).await, 1);
    let mut preferences = Preferences::default();
    preferences.set(AlertKind::Tamper, Channel::InApp, false);
    prefer(&running, CUSTOMER, preferences).await;
    report(&mut meter, "magnet", now()).await;
    let shown = "SELECT COUNT(*) FROM notification WHERE user = 3 AND kind = 'tamper' AND shown = 1";
    assert_eq!((number(&running, of_customer).await, number(&running, shown).await), (2, 1), "not in their list");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'set_case_policy'").await, 1);
    clean(running).await;
}
