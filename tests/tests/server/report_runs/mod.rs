//! Reports that are made by themselves: once for each due day, over restarts and kills; delivered to the app once and by mail under one identifier.

mod kills;
mod mail;
mod refused;
mod stored;

use domain::core::local_time::DAY_MS;
use domain::reports::{ReportKind, RunState};
use domain::{TimeZone, UtcMillis};
use sync_server::core::now;
use sync_server::jobs::reports::once_at;
use tests::alerts::{MovedClock, number};
use tests::field::clean;
use tests::runs::{daily, people, put, shown};
use tests::shop::second_admin;
use tests::world::{Running, World};

/// Noon of the day it is, so that nothing is due at once.
fn noon() -> UtcMillis {
    let zone = TimeZone::Jakarta;
    zone.start_of(zone.day_of(now())).plus(DAY_MS / 2)
}

const RUNS: &str = "SELECT COUNT(*) FROM report_run";

/// Rows of runs in buckets of users.
const DELIVERED: &str = "SELECT COUNT(*) FROM change c JOIN bucket b ON b.num = c.bucket WHERE c.entity = 24 AND c.removed = 0 AND b.name LIKE 'user:%'";

const NOTIFIED: &str = "SELECT COUNT(*) FROM notification WHERE dedupe_key LIKE 'report:%'";

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_made_once_a_due_day_by_two_jobs_and_over_a_restart() {
    let clock = MovedClock::at(noon());
    let running = World::new().start_with(clock.clock()).await;
    let token = running.tokens("admin").await.access_token;
    second_admin(&running).await;
    let everybody = people(&running, &token).await;
    assert_eq!(everybody.len(), 2, "the active admins");
    let made = put(&running, &token, daily(ReportKind::Revenue, everybody)).await;
    let due = made.schedules[0].next_at.expect("it is on");
    assert_eq!(TimeZone::Jakarta.clock_of(due), (6, 0));
    assert_eq!(once_at(&running.server.app, due.plus(-1)).await.expect("not yet"), 0);

    clock.pass(DAY_MS);
    let app = &running.server.app;
    let (one, other) = tokio::join!(once_at(app, clock.now()), once_at(app, clock.now()));
    one.expect("made");
    other.expect("made");
    let counts = async |running: &Running| {
        (number(running, RUNS).await, number(running, DELIVERED).await, number(running, NOTIFIED).await)
    };
    assert_eq!(counts(&running).await, (1, 2, 2));

    let Running { world, server } = running;
    server.stop().await;
    let running = world.start_with(clock.clock()).await;
    assert_eq!(once_at(&running.server.app, clock.now()).await.expect("nothing is due"), 0);
    assert_eq!(counts(&running).await, (1, 2, 2));

    // The server stood still for four days: the latest is made, and the others are said to be missing.
    clock.pass(4 * DAY_MS);
    let token = running.tokens("admin").await.access_token;
    once_at(&running.server.app, clock.now()).await.expect("made");
    let runs = shown(&running, &token).await.runs;
    assert_eq!((runs.len(), runs[0].missed, runs[1].missed), (2, 3, 0));
    assert_eq!((runs[0].state, runs[0].period.first), (RunState::Made, TimeZone::Jakarta.day_of(clock.now()).plus(-1)));
    assert_eq!(counts(&running).await, (2, 4, 4));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_goes_to_whoever_is_an_active_admin_when_it_is_made() {
    let clock = MovedClock::at(noon());
    let running = World::new().start_with(clock.clock()).await;
    let token = running.tokens("admin").await.access_token;
    second_admin(&running).await;
    put(&running, &token, daily(ReportKind::DeviceStatus, people(&running, &token).await)).await;
    tests::field::change(&running.world, "UPDATE user SET active = 0 WHERE name = 'second'");
    clock.pass(DAY_MS);
    once_at(&running.server.app, clock.now()).await.expect("made");
    assert_eq!((number(&running, RUNS).await, number(&running, DELIVERED).await), (1, 1));
    clean(running).await;
}
