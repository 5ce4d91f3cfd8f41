//! Days of cash and months: counted and closed once, with a reason where something differs; what comes later is listed, and check proves what was
//! closed.

use domain::billing::charging::Charged;
use domain::billing::ledger::Event;
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::{LocalMonth, Rupiah, TimeZone, UserId, UtcMillis};
use protocol::sales::closing::{CashDays, LateTransfers, Months};
use protocol::sales::money::{AdjustmentRequest, Purchase};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use sync_server::billing::ledger;
use sync_server::billing::ledger::TransferContext;
use sync_server::check;
use sync_server::core::{Clock, now, open_connection};
use tests::shop::{ask, change, number, proven, refused, second_admin, stranger, wanted};
use tests::world::{Running, World};
use uuid::Uuid;

const DAYS: &str = "/admin/v1/money/cash-days";
const COUNT: &str = "/admin/v1/money/cash-days/count";
const MONTHS: &str = "/admin/v1/money/months";
const CLOSE: &str = "/admin/v1/money/months/close";
const REOPEN: &str = "/admin/v1/money/months/reopen";

async fn cash(running: &Running, amount: i64) -> Uuid {
    let admin = running.tokens("admin").await.access_token;
    let asked = wanted(running, 0, amount, None);
    let _: Purchase = running.post(&admin, "/admin/v1/money/cash", &asked).await;
    asked.id
}

/// The days of the running month.
async fn days(running: &Running) -> CashDays {
    let admin = running.tokens("admin").await.access_token;
    running.get(&admin, DAYS).await
}

fn count(cashier: UserId, day: i32, round: u32, (seen, counted): (i64, i64), reason: &str) -> Value {
    json!({ "key": Uuid::now_v7(), "cashier": cashier, "day": day, "round": round, "seen": seen, "counted": counted, "reason": reason })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_of_cash_is_closed_once_and_what_comes_late_is_counted_by_itself() {
    let (running, ..) = with_clock().await;
    let bought = cash(&running, 50_000).await;
    let (admin, second) = (running.tokens("admin").await.access_token, second_admin(&running).await);
    let back = AdjustmentRequest { of: bought, key: Uuid::now_v7(), amount: Rupiah(20_000), reason: "Pindah rumah".into() };
    let _: Purchase = running.post(&admin, "/admin/v1/money/refund", &back).await;
    let found = days(&running).await;
    let day = found.days.first().expect("a day").clone();
    assert_eq!((found.days.len(), day.day, day.open.due(), day.open.transfers), (1, found.today, Rupiah(30_000), 2));

    let with = |round, sums, reason: &str| count(day.cashier, day.day.0, round, sums, reason);
    let word = async |body: &Value| refused(&running, &admin, COUNT, body).await.1;
    assert_eq!(word(&with(0, (30_000, 29_000), "")).await, "cash_reason");
    assert_eq!(word(&with(0, (50_000, 50_000), "")).await, "cash_changed", "somebody counts against another sum");
    assert_eq!(word(&with(1, (30_000, 30_000), "")).await, "cash_closed");
    assert_eq!(word(&count(day.cashier, day.day.0 + 1, 0, (0, 0), "")).await, "cash_future");
    assert_eq!(word(&count(day.cashier, day.day.0 - 1, 0, (0, 0), "")).await, "cash_nothing");
    assert_eq!(word(&count(day.cashier, i32::MIN, 0, (0, 0), "")).await, "cash_nothing");
    assert_eq!(word(&count(day.cashier, i32::MAX, 0, (0, 0), "")).await, "cash_future");
    let closed = with(0, (30_000, 29_000), "Uang kembalian kurang");
    for _ in 0..2 {
        let (status, answer) = ask(&running, &admin, COUNT, &closed).await;
        assert_eq!((status, &answer["days"][0]["rounds"][0]["counted"]), (StatusCode::OK, &json!(29_000)), "{answer}");
    }
    assert_eq!(refused(&running, &second, COUNT, &with(0, (0, 0), "")).await.1, "cash_closed");
    let buyer = running.tokens("customer").await.access_token;
    assert_eq!(ask(&running, &buyer, COUNT, &closed).await.0, StatusCode::FORBIDDEN);

    cash(&running, 40_000).await;
    let late = days(&running).await.days.remove(0);
    assert_eq!((late.rounds.len(), late.open.due()), (1, Rupiah(40_000)), "what came late waits to be counted");
    assert_eq!(ask(&running, &second, COUNT, &with(1, (40_000, 40_000), "")).await.0, StatusCode::OK, "by another admin");
    let done = days(&running).await.days.remove(0);
    assert_eq!((done.rounds.len(), done.open.transfers), (2, 0));
    assert_eq!(done.rounds.iter().map(|round| round.is_own).collect::<Vec<_>>(), [true, false], "who counted their own cash");
    let own = "SELECT COUNT(*) FROM audit WHERE json_extract(changes, '$.counted_own[1]') = 'yes'";
    assert_eq!(number(&running, own).await, 1);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM audit WHERE kind IN ('close_cash_day', 'count_late_cash')").await, 2);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_closings_of_a_day_at_once_one_is_done() {
    let (running, ..) = with_clock().await;
    cash(&running, 50_000).await;
    let (admin, second) = (running.tokens("admin").await.access_token, second_admin(&running).await);
    let day = days(&running).await.days.remove(0);
    let bodies: Vec<Value> = (0..20).map(|_| count(day.cashier, day.day.0, 0, (50_000, 50_000), "")).collect();
    let all =
        bodies.iter().enumerate().map(|(place, body)| ask(&running, if place % 2 == 0 { &admin } else { &second }, COUNT, body));
    let answers = futures_util::future::join_all(all).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == StatusCode::OK).count(), 1, "{answers:?}");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM cash_count").await, 1);
    proven(running).await;
}

/// A server whose clock a test sets, in the month after the running one: since today there are tariffs.
async fn with_clock() -> (Running, Arc<AtomicI64>, LocalMonth) {
    let month = LocalMonth(TimeZone::Jakarta.day_of(now()).month().0 + 1);
    let at = Arc::new(AtomicI64::new(TimeZone::Jakarta.start_of(month.first_day()).0 + 4 * DAY_MS + 10 * HOUR_MS));
    let shown = Arc::clone(&at);
    let running = World::new().start_with(Clock::new(move || UtcMillis(shown.load(Ordering::SeqCst)))).await;
    (running, at, month)
}

/// Goes on to the second day of the month after one.
fn go_on(at: &AtomicI64, month: LocalMonth) {
    at.store(TimeZone::Jakarta.start_of(LocalMonth(month.0 + 1).first_day()).0 + DAY_MS + 10 * HOUR_MS, Ordering::SeqCst);
}

fn of_month(month: LocalMonth, reason: &str) -> Value {
    json!({ "key": Uuid::now_v7(), "month": month, "reason": reason })
}

/// Posts a correction that belongs to a month, as a late reading does.
async fn corrected(running: &Running, month: LocalMonth, amount: i64) {
    let posted = running.server.app.store.writer.work(move |tx| {
        let connection = tx.db.query_row("SELECT MIN(num) FROM connection", [], |row| row.get(0))?;
        let context = TransferContext { connection, at: tx.now, month: Some(month), purchase: None, who: None, reason: "" };
        let event = Event::ChargeCorrection(Charged { water: Rupiah(amount), tax: Rupiah(0) });
        ledger::post_event(tx, &context, &event, format!("charge:late:{amount}"))
    });
    posted.await.expect("posted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counted_day_of_cash_stays_where_it_is_when_most_meters_are_in_another_time_zone() {
    let (running, at, _) = with_clock().await;
    let today = TimeZone::Jakarta.day_of(UtcMillis(at.load(Ordering::SeqCst)));
    let midnight = TimeZone::Jakarta.start_of(today.plus(1)).0;
    at.store(midnight - HOUR_MS / 2, Ordering::SeqCst);
    cash(&running, 50_000).await;
    let day = days(&running).await.days.remove(0);
    let admin = running.tokens("admin").await.access_token;
    let closed = count(day.cashier, today.0, 0, (50_000, 50_000), "");
    assert_eq!((day.day, ask(&running, &admin, COUNT, &closed).await.0), (today, StatusCode::OK));
    change(&running, "UPDATE zone SET time_zone = 'Asia/Jayapura'").await;
    let found = days(&running).await;
    assert_eq!((found.time_zone, found.days.len(), found.days[0].day), (TimeZone::Jayapura, 1, today), "{found:?}");
    assert_eq!(found.days[0].open.transfers, 0, "nothing of it is to be counted twice");
    at.store(midnight - HOUR_MS / 4, Ordering::SeqCst);
    cash(&running, 40_000).await;
    let late = days(&running).await.days.remove(0);
    assert_eq!((late.day, late.open.due()), (today, Rupiah(40_000)), "the day goes on until its own midnight");
    let admin = running.tokens("admin").await.access_token;
    assert_eq!(ask(&running, &admin, COUNT, &count(day.cashier, today.0, 1, (40_000, 40_000), "")).await.0, StatusCode::OK);
    at.store(midnight + HOUR_MS, Ordering::SeqCst);
    cash(&running, 30_000).await;
    let next = days(&running).await.days.remove(0);
    assert_eq!((next.day, next.rounds.len(), next.open.due()), (today.plus(1), 0, Rupiah(30_000)));
    let file = running.world.config().database();
    running.server.stop().await;
    let db = open_connection(&file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database");
    // Revenue counts by each connection's zone, whose time zone nobody changes but this test.
    let findings = check::check(&db).expect("a report").findings;
    assert!(findings.iter().all(|finding| !finding.contains("count of cash")), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_another_utility_counts_no_cash_and_closes_no_month() {
    let (running, at, month) = with_clock().await;
    cash(&running, 50_000).await;
    let day = days(&running).await.days.remove(0);
    go_on(&at, month);
    let (admin, elsewhere) = (running.tokens("admin").await.access_token, stranger(&running).await);
    let counted = count(day.cashier, day.day.0, 0, (50_000, 50_000), "");
    let closed = of_month(month, "");
    for (path, body) in [(COUNT, &counted), (CLOSE, &closed)] {
        let (status, answer) = ask(&running, &admin, path, body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }
    let mut theirs = counted.clone();
    theirs["cashier"] = json!(elsewhere.user.id);
    for (path, body) in [(COUNT, &theirs), (CLOSE, &closed)] {
        let no = refused(&running, &elsewhere.access_token, path, body).await;
        assert_eq!(no, (StatusCode::BAD_REQUEST, "key".into()), "{path}");
    }
    proven(running).await;
}

async fn months(running: &Running) -> Months {
    let admin = running.tokens("admin").await.access_token;
    running.get(&admin, MONTHS).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_closed_in_order_and_what_belongs_to_it_later_is_listed() {
    let (running, at, month) = with_clock().await;
    cash(&running, 50_000).await;
    let admin = running.tokens("admin").await.access_token;
    assert_eq!(refused(&running, &admin, CLOSE, &of_month(month, "Uji coba")).await.1, "month_not_over");
    go_on(&at, month);
    cash(&running, 30_000).await;
    let admin = running.tokens("admin").await.access_token;
    let next = months(&running).await.next.expect("a month");
    assert_eq!((next.month, next.is_over, next.open_days.len()), (month, true, 1));
    assert_eq!((next.figures.cash, next.figures.received()), (Rupiah(50_000), Rupiah(50_000)), "by the utility's own midnight");
    assert_eq!(next.figures.unearned, next.figures.growth(), "nothing was before it");
    let after = LocalMonth(month.0 + 1);
    assert_eq!(refused(&running, &admin, CLOSE, &of_month(after, "Uji coba")).await.1, "month_not_over");
    assert_eq!(refused(&running, &admin, CLOSE, &of_month(month, "")).await.1, "month_open_days");
    let close = of_month(month, "Kasir sakit, dihitung besok");
    for _ in 0..2 {
        assert_eq!(ask(&running, &admin, CLOSE, &close).await.0, StatusCode::OK);
    }
    assert_eq!(refused(&running, &admin, CLOSE, &of_month(month, "Sekali lagi")).await.1, "month_closed");

    corrected(&running, month, 5_000).await;
    let closing = months(&running).await.closings.remove(0);
    assert_eq!((closing.month, closing.figures.cash, closing.open_days), (month, Rupiah(50_000), 1), "the figures stay");
    let late: LateTransfers = running.get(&admin, &format!("{MONTHS}/late?month={}", month.0)).await;
    assert!(late.transfers.iter().any(|one| (one.kind.as_str(), one.amount) == ("charge_correction", Rupiah(5_000))), "{late:?}");
    assert!(closing.late.count > 0 && late.sum.count == late.transfers.len() as i64, "{late:?}");

    assert_eq!(refused(&running, &admin, REOPEN, &of_month(month, "")).await.1, "reason");
    assert_eq!(refused(&running, &admin, REOPEN, &of_month(after, "Salah bulan")).await.1, "month_not_last");
    let with_old_key = json!({ "key": close["key"], "month": month, "reason": "Ada setoran lupa" });
    assert_eq!(refused(&running, &admin, REOPEN, &with_old_key).await.1, "key", "the key has closed it");
    assert_eq!(ask(&running, &admin, REOPEN, &of_month(month, "Ada setoran lupa")).await.0, StatusCode::OK);
    assert_eq!(ask(&running, &admin, CLOSE, &of_month(month, "Kasir sakit, dihitung besok")).await.0, StatusCode::OK);
    let all = months(&running).await;
    assert_eq!((all.closings.len(), all.closings[1].reopened.is_some()), (2, true), "{all:?}");
    let history = format!("{MONTHS}/late?month={}&closing={}", month.0, all.closings[1].id);
    let history: LateTransfers = running.get(&admin, &history).await;
    assert_eq!((history.sum, all.closings[1].late), (closing.late, closing.late), "what came to the first closing stays with it");
    assert!(history.transfers.iter().any(|one| one.amount == Rupiah(5_000)) && all.closings[0].late.count == 0, "{history:?}");
    let late: LateTransfers = running.get(&admin, &format!("{MONTHS}/late?month={}", month.0)).await;
    assert!(late.transfers.iter().all(|one| one.amount != Rupiah(5_000)), "what was closed again is none any more: {late:?}");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM audit WHERE kind IN ('close_month', 'reopen_month')").await, 3);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_begins_where_the_one_before_it_was_closed_when_most_meters_are_in_another_time_zone() {
    let (running, at, month) = with_clock().await;
    // In Jayapura it is the next month already.
    at.store(TimeZone::Jakarta.start_of(LocalMonth(month.0 + 1).first_day()).0 - HOUR_MS, Ordering::SeqCst);
    cash(&running, 50_000).await;
    go_on(&at, month);
    let admin = running.tokens("admin").await.access_token;
    assert_eq!(ask(&running, &admin, CLOSE, &of_month(month, "Kasir sakit")).await.0, StatusCode::OK);
    change(&running, "UPDATE zone SET time_zone = 'Asia/Jayapura'").await;
    cash(&running, 30_000).await;
    let shown = months(&running).await;
    let (closed, next) = (shown.closings[0].figures, shown.next.expect("a month").figures);
    assert_eq!((shown.time_zone, closed.cash, next.cash), (TimeZone::Jayapura, Rupiah(50_000), Rupiah(30_000)));
    assert_eq!(next.unearned.0 - next.growth().0, closed.unearned.0, "it goes on from what was owed then");
    let after = LocalMonth(month.0 + 1);
    go_on(&at, after);
    let admin = running.tokens("admin").await.access_token;
    assert_eq!(ask(&running, &admin, CLOSE, &of_month(after, "Kasir sakit")).await.0, StatusCode::OK);
    assert_eq!(months(&running).await.closings[0].figures.cash, Rupiah(30_000));
    let file = running.world.config().database();
    running.server.stop().await;
    let db = open_connection(&file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database");
    let findings = check::check(&db).expect("a report").findings;
    assert!(findings.iter().all(|finding| !finding.contains("its figures differ")), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_came_after_a_closing_under_a_time_before_it_is_in_the_next_month() {
    let (running, at, month) = with_clock().await;
    cash(&running, 50_000).await;
    let midnight = TimeZone::Jakarta.start_of(LocalMonth(month.0 + 1).first_day()).0;
    at.store(midnight + 30_000, Ordering::SeqCst);
    let admin = running.tokens("admin").await.access_token;
    assert_eq!(ask(&running, &admin, CLOSE, &of_month(month, "Kasir sakit")).await.0, StatusCode::OK);
    // The clock is corrected by a minute.
    at.store(midnight - 15_000, Ordering::SeqCst);
    cash(&running, 30_000).await;
    let after = LocalMonth(month.0 + 1);
    go_on(&at, after);
    let admin = running.tokens("admin").await.access_token;
    assert_eq!(ask(&running, &admin, CLOSE, &of_month(after, "Kasir sakit")).await.0, StatusCode::OK);
    let closings = months(&running).await.closings;
    let (next, closed) = (closings[0].figures, closings[1].figures);
    assert_eq!((closed.cash, next.cash), (Rupiah(50_000), Rupiah(30_000)));
    assert_eq!(next.unearned.0 - next.growth().0, closed.unearned.0, "it goes on from what was owed then");
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_closings_of_a_month_at_once_one_is_done() {
    let (running, at, month) = with_clock().await;
    cash(&running, 50_000).await;
    go_on(&at, month);
    let admin = running.tokens("admin").await.access_token;
    let bodies: Vec<Value> = (0..20).map(|_| of_month(month, "Kasir sakit")).collect();
    let answers = futures_util::future::join_all(bodies.iter().map(|body| ask(&running, &admin, CLOSE, body))).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == StatusCode::OK).count(), 1, "{answers:?}");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM month_close").await, 1);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn check_finds_figures_counts_and_corrections_that_do_not_fit_the_ledger() {
    let (running, at, month) = with_clock().await;
    cash(&running, 50_000).await;
    let day = days(&running).await.days.remove(0);
    let admin = running.tokens("admin").await.access_token;
    assert_eq!(ask(&running, &admin, COUNT, &count(day.cashier, day.day.0, 0, (50_000, 50_000), "")).await.0, StatusCode::OK);
    go_on(&at, month);
    let admin = running.tokens("admin").await.access_token;
    assert_eq!(ask(&running, &admin, CLOSE, &of_month(month, "")).await.0, StatusCode::OK, "every day is counted");
    corrected(&running, month, 5_000).await;
    let file = running.world.config().database();
    running.server.stop().await;
    let db = open_connection(&file, rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE).expect("the database");
    assert_eq!(check::check(&db).expect("a report").findings, Vec::<String>::new());
    for (broken, found) in [
        (
            "DROP TRIGGER month_close_stays; UPDATE month_close SET figures = json_set(figures, '$.cash', 50001);",
            "its figures differ",
        ),
        (
            "DROP TRIGGER cash_count_stays; UPDATE cash_count SET taken = taken + 1, counted = counted + 1;",
            "what was booked differs",
        ),
        ("DROP TRIGGER late_transfer_kept; DELETE FROM late_transfer;", "a correction to it is not listed"),
    ] {
        db.execute_batch("SAVEPOINT whole").expect("begun");
        db.execute_batch(broken).expect("broken");
        let findings = check::check(&db).expect("a report").findings;
        assert!(findings.iter().any(|finding| finding.contains(found)), "{found}: {findings:?}");
        db.execute_batch("ROLLBACK TO whole; RELEASE whole").expect("mended");
    }
}
