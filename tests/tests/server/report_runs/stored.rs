//! A run is as it was stored: whatever happens afterwards, and whenever it is asked for; made again, it is another one.

use super::noon;
use domain::Rupiah;
use domain::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use domain::exports::Cell;
use domain::maintenance::priority::Priority;
use domain::maintenance::work_order::DeferReason;
use domain::reports::{Block, Report, ReportKind, RunState};
use protocol::reports::{ReportSchedules, RunAgain, RunDocument};
use protocol::sales::closing::{CashCount, CashDays};
use protocol::sales::money::Purchase;
use protocol::sync::push::Operation;
use protocol::sync::work::{WorkDeferral, WorkMoment, WorkPriorityChange};
use sync_server::jobs::reports::once_at;
use tests::alerts::{MovedClock, number};
use tests::field::clean;
use tests::runs::{daily, people, put, shown};
use tests::shop::wanted;
use tests::work::{announce, say};
use tests::world::{Running, World};
use uuid::Uuid;

async fn buy(running: &Running, amount: i64) {
    let token = running.tokens("admin").await.access_token;
    let _: Purchase = running.post(&token, "/admin/v1/money/cash", &wanted(running, 0, amount, None)).await;
}

async fn newest(running: &Running) -> RunDocument {
    let token = running.tokens("admin").await.access_token;
    let run = shown(running, &token).await.runs.remove(0);
    running.get(&token, &format!("/admin/v1/reports/runs/{}", run.id)).await
}

/// The first number in large letters.
fn first_figure(report: &Report) -> &Cell {
    let figures =
        report.blocks.iter().find_map(|block| if let Block::KeyFigures(figures) = block { figures.first() } else { None });
    &figures.expect("figures").value
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_keeps_the_figures_of_its_moment_and_made_again_it_has_those_of_now() {
    let clock = MovedClock::at(noon());
    let running = World::new().start_with(clock.clock()).await;
    let token = running.tokens("admin").await.access_token;
    buy(&running, 50_000).await;
    put(&running, &token, daily(ReportKind::Revenue, people(&running, &token).await)).await;
    clock.pass(DAY_MS);
    once_at(&running.server.app, clock.now()).await.expect("made");
    let first = newest(&running).await;
    assert_eq!(first_figure(&first.report), &Cell::Number(50_000), "what came in on the day before");
    assert_eq!(first.transfer, number(&running, "SELECT MAX(num) FROM transfer").await);
    assert_eq!(first.report.as_of, first.run.at);

    // A year later it is the same, whatever has happened meanwhile.
    buy(&running, 70_000).await;
    tests::field::change(&running.world, "UPDATE utility SET name = 'Lain'");
    clock.pass(365 * DAY_MS);
    let token = running.tokens("admin").await.access_token;
    let later: RunDocument = running.get(&token, &format!("/admin/v1/reports/runs/{}", first.run.id)).await;
    assert_eq!(later, first);
    let csv = |of: &RunDocument| of.report.csv().into_iter().map(|file| file.text).collect::<Vec<_>>();
    assert_eq!(csv(&later), csv(&first));

    // Made again it is of the same days, as of now, once for each key.
    let again = RunAgain { key: Uuid::now_v7(), run: first.run.id };
    for _ in 0..2 {
        let shown: ReportSchedules = running.post(&token, "/admin/v1/reports/runs/again", &again).await;
        let again: Vec<_> = shown.runs.iter().filter(|run| run.again).collect();
        assert!(again.len() == 1 && again[0].period == first.run.period, "{again:?}");
    }
    let second: RunDocument = {
        let id = shown(&running, &token).await.runs.into_iter().find(|run| run.again).expect("the new one").id;
        running.get(&token, &format!("/admin/v1/reports/runs/{id}")).await
    };
    assert_eq!((first_figure(&second.report), second.report.utility.as_str()), (&Cell::Number(50_000), "Lain"));
    assert!(second.transfer > first.transfer);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_unearned_balance_of_a_run_is_that_of_the_ledger() {
    let clock = MovedClock::at(noon());
    let running = World::new().start_with(clock.clock()).await;
    let token = running.tokens("admin").await.access_token;
    buy(&running, 50_000).await;
    put(&running, &token, daily(ReportKind::Receivables, people(&running, &token).await)).await;
    clock.pass(DAY_MS);
    once_at(&running.server.app, clock.now()).await.expect("made");
    let run = newest(&running).await;
    let ledger = "SELECT SUM(balance) FROM account WHERE kind IN ('credit', 'emergency')";
    let owed = Rupiah(number(&running, ledger).await);
    assert_eq!(first_figure(&run.report), &Cell::Number(owed.0));
    clean(running).await;
}

/// The cells of the rows of a table, by its place.
fn rows(report: &Report, table: usize) -> Vec<Vec<Cell>> {
    report.tables().nth(table).expect("a table").rows().cloned().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_that_is_offered_is_made_by_the_server() {
    let clock = MovedClock::at(noon());
    let running = World::new().start_with(clock.clock()).await;
    let token = running.tokens("admin").await.access_token;
    buy(&running, 50_000).await;
    let everybody = people(&running, &token).await;
    for kind in ReportKind::SCHEDULED {
        put(&running, &token, daily(kind, everybody.clone())).await;
    }
    clock.pass(DAY_MS);
    while once_at(&running.server.app, clock.now()).await.expect("made") > 0 {}
    let token = running.tokens("admin").await.access_token;
    let mut made: Vec<_> = shown(&running, &token).await.runs.into_iter().map(|run| (run.kind, run.state)).collect();
    let mut wanted: Vec<_> = ReportKind::SCHEDULED.into_iter().map(|kind| (Some(kind), RunState::Made)).collect();
    made.sort_by_key(|(kind, _)| kind.map(ReportKind::as_str));
    wanted.sort_by_key(|(kind, _)| kind.map(ReportKind::as_str));
    assert_eq!(made, wanted);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cash_book_has_what_came_over_the_counter_and_says_who_counted_their_own_cash() {
    let clock = MovedClock::at(noon());
    let running = World::new().start_with(clock.clock()).await;
    let token = running.tokens("admin").await.access_token;
    buy(&running, 50_000).await;
    let days: CashDays = running.get(&token, "/admin/v1/money/cash-days").await;
    let (cashier, day) = (days.days[0].cashier, days.days[0].day);
    let reason = "Uang kembalian kurang".to_owned();
    let (seen, counted) = (Rupiah(50_000), Rupiah(49_000));
    let count = CashCount { key: Uuid::now_v7(), cashier, day, round: 0, seen, counted, reason };
    let _: CashDays = running.post(&token, "/admin/v1/money/cash-days/count", &count).await;
    put(&running, &token, daily(ReportKind::CashBook, people(&running, &token).await)).await;
    clock.pass(DAY_MS);
    once_at(&running.server.app, clock.now()).await.expect("made");
    let report = newest(&running).await.report;
    assert_eq!(first_figure(&report), &Cell::Number(50_000));
    let (book, closings) = (rows(&report, 0), rows(&report, 1));
    assert_eq!((book.len(), &book[0][4..]), (1, &[Cell::Number(50_000), Cell::Nothing, Cell::Number(50_000)][..]), "{book:?}");
    let sums = [Cell::Number(50_000), Cell::Number(49_000), Cell::Number(-1_000)];
    assert_eq!((&closings[0][2], &closings[0][3..6]), (&Cell::text("Kasir sendiri"), &sums[..]), "{closings:?}");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_technicians_has_how_soon_work_was_begun_and_how_long_it_took() {
    let clock = MovedClock::at(noon());
    let running = World::new().start_with(clock.clock()).await;
    let token = running.tokens("admin").await.access_token;
    put(&running, &token, daily(ReportKind::Technicians, people(&running, &token).await)).await;
    let (device, at) = (running.world.meters[0].clone(), clock.now());
    let order = announce(&running, &device, at).await;
    clock.pass(HOUR_MS);
    say(&running, "technician", Operation::BeginWork { order, meter: device.id, at: at.plus(HOUR_MS / 2) }).await;
    say(&running, "technician", Operation::CompleteWork { order, meter: device.id, at: at.plus(HOUR_MS) }).await;
    clock.pass(DAY_MS);
    once_at(&running.server.app, clock.now()).await.expect("made");
    let report = newest(&running).await.report;
    let table = rows(&report, 0);
    let whole = |number| Cell::Number(number);
    assert_eq!(table.len(), 1, "{table:?}");
    let counts = [whole(1), whole(1), whole(1), whole(1_000), whole(0), whole(30), whole(30)];
    let shares = [whole(1_000), whole(1_000), whole(1_000), whole(0)];
    assert_eq!(table[0][1..], [&counts[..], &shares[..]].concat(), "{table:?}");
    let usual = [Cell::text("Biasa"), whole(1), whole(24), whole(30), whole(1_000), whole(72), whole(60), whole(1_000), whole(0)];
    assert_eq!((rows(&report, 1), rows(&report, 2)), (vec![usual.to_vec()], vec![usual.to_vec()]), "of all and of each");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_technicians_says_who_came_late_who_came_twice_and_what_is_open_and_late() {
    let clock = MovedClock::at(noon());
    let running = World::new().start_with(clock.clock()).await;
    let token = running.tokens("admin").await.access_token;
    put(&running, &token, daily(ReportKind::Technicians, people(&running, &token).await)).await;
    let (device, from) = (running.world.meters[0].clone(), clock.now());
    let (meter, at) = (device.id, |minutes: i64| from.plus(minutes * MINUTE_MS));
    let (order, left) = (announce(&running, &device, from).await, announce(&running, &device, from).await);
    for order in [order, left] {
        let pressing = WorkPriorityChange { order, meter, was: Priority::Normal, to: Priority::Urgent };
        say(&running, "admin", Operation::SetWorkPriority(pressing)).await;
    }
    clock.pass(9 * HOUR_MS);
    // Somebody comes an hour too late and without the part, comes again, waits for half an hour, and is done in time.
    let put_off = WorkDeferral { order, meter, at: at(240), reason: DeferReason::NoPart, text: String::new() };
    for said in [
        Operation::BeginWork { order, meter, at: at(180) },
        Operation::DeferWork(put_off),
        Operation::BeginWork { order, meter, at: at(360) },
        Operation::HoldWork(WorkMoment { order, meter, at: at(390) }),
        Operation::ResumeWork(WorkMoment { order, meter, at: at(420) }),
        Operation::CompleteWork { order, meter, at: at(450) },
    ] {
        say(&running, "technician", said).await;
    }
    clock.pass(DAY_MS);
    once_at(&running.server.app, clock.now()).await.expect("made");
    let report = newest(&running).await.report;
    let whole = |number| Cell::Number(number);
    let levels = rows(&report, 1);
    assert_eq!(levels.len(), 1, "{levels:?}");
    let expected = [Cell::text("Mendesak"), whole(2), whole(2), whole(180), whole(0), whole(8), whole(450), whole(500), whole(1)];
    assert_eq!(levels[0], expected, "of two one is done in time, and one is open");
    let each = rows(&report, 0);
    let done = each.iter().find(|row| row[2] == whole(1)).expect("whoever has done it");
    assert_eq!(
        (&done[3], &done[7], &done[10]),
        (&whole(0), &whole(120), &whole(0)),
        "not in its window, two hours, twice: {done:?}"
    );
    let names: Vec<_> = report.tables().nth(2).expect("each").groups.iter().map(|group| group.name.clone()).collect();
    assert_eq!((names.len(), names.last().map(String::as_str)), (2, Some("Tanpa teknisi")), "{names:?}");
    clean(running).await;
}
