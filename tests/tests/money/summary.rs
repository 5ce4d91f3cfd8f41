//! Money in the summary of a utility's day: receipts by way to pay as the ledger has them, by the utility's own midnight, and what waits.

use domain::billing::ledger::Account;
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::{Rupiah, TimeZone};
use protocol::sales::money::{AdjustmentRequest, Purchase};
use protocol::sales::review::MoneyReview;
use protocol::summary::{DaySummary, ReceiptLine};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use sync_server::core::{Clock, now};
use tests::payments::StandIn;
use tests::shop::{begun, checked_out, number, proven, until, wanted, with_gateway};
use tests::world::World;
use uuid::Uuid;

const SUMMARY: &str = "/admin/v1/summary";

fn line(summary: &DaySummary, account: Account, method: Option<&str>) -> Option<ReceiptLine> {
    summary.receipts.iter().find(|line| line.account == account && line.method.as_deref() == method).cloned()
}

fn sum(lines: &[ReceiptLine], of: fn(&ReceiptLine) -> Rupiah) -> i64 {
    lines.iter().map(|line| of(line).0).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_has_receipts_by_way_to_pay_as_the_ledger_has_them_and_what_waits() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let (admin, buyer) = (running.tokens("admin").await.access_token, running.tokens("customer").await.access_token);
    let before: DaySummary = running.get(&admin, SUMMARY).await;
    assert!(before.receipts.is_empty() && before.waiting.count == 0, "{before:?}");
    let cash = wanted(&running, 0, 50_000, None);
    let _: Purchase = running.post(&admin, "/admin/v1/money/cash", &cash).await;
    let paid = checked_out(&running, &buyer, &wanted(&running, 0, 70_000, None)).await;
    let order = begun(&running, &buyer, paid.id, "va_bca").await;
    stand_in.pay(&order).await;
    until(&running, "SELECT COUNT(*) FROM purchase WHERE state = 'settled' AND paid = 70000", 1).await;
    let back = AdjustmentRequest { of: cash.id, key: Uuid::now_v7(), amount: Rupiah(20_000), reason: "Pindah rumah".into() };
    let _: Purchase = running.post(&admin, "/admin/v1/money/refund", &back).await;
    let waits = checked_out(&running, &buyer, &wanted(&running, 0, 80_000, None)).await;
    // A quote waits for nothing yet.
    let _: Purchase = running.post(&buyer, "/money/v1/quote", &wanted(&running, 0, 90_000, None)).await;

    let summary: DaySummary = running.get(&admin, SUMMARY).await;
    let today = |account, method| line(&summary, account, method).map(|line| line.today);
    assert_eq!(today(Account::Cash, None), Some(Rupiah(50_000)));
    assert_eq!(today(Account::GatewayClearing, Some("va_bca")), Some(Rupiah(70_000)));
    assert_eq!(today(Account::Refunds, None), Some(Rupiah(-20_000)));
    let received = "SELECT -SUM(balance) FROM account WHERE kind IN ('cash', 'gateway_clearing', 'refunds', 'chargebacks')";
    assert_eq!(sum(&summary.receipts, |line| line.month), number(&running, received).await);
    assert_eq!((summary.waiting.count, summary.waiting.amount), (1, Rupiah(80_000)));
    let review: MoneyReview = running.get(&admin, "/admin/v1/money/review").await;
    let listed: Vec<_> = review.waiting.iter().map(|one| (one.id, one.to_pay, one.customer)).collect();
    assert_eq!(listed, [(waits.id, Rupiah(80_000), running.world.customers[0])], "the list that the number leads to");
    assert_eq!(summary.due.payment_cases, review.cases.len() as i64);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_are_of_today_yesterday_and_the_month_by_the_utilitys_own_midnight() {
    // On both sides of a midnight in Jakarta, which is none in UTC.
    let zone = TimeZone::Jakarta;
    // Later than today, since when there are tariffs.
    let midnight = zone.start_of(zone.day_of(now()).plus(3));
    let at = Arc::new(AtomicI64::new(midnight.0 - 2 * DAY_MS - HOUR_MS));
    let shown = Arc::clone(&at);
    let running = World::new().start_with(Clock::new(move || domain::UtcMillis(shown.load(Ordering::SeqCst)))).await;
    for (when, amount) in [(-DAY_MS - HOUR_MS, 30_000), (-HOUR_MS, 40_000), (HOUR_MS, 50_000), (2 * HOUR_MS, 60_000)] {
        at.store(midnight.0 + when, Ordering::SeqCst);
        // A token is good for a while only.
        let admin = running.tokens("admin").await.access_token;
        let _: Purchase = running.post(&admin, "/admin/v1/money/cash", &wanted(&running, 0, amount, None)).await;
    }
    let admin = running.tokens("admin").await.access_token;
    let summary: DaySummary = running.get(&admin, SUMMARY).await;
    assert_eq!((summary.day, summary.time_zone), (zone.day_of(midnight), zone));
    let cash = line(&summary, Account::Cash, None).expect("cash");
    assert_eq!((cash.today, cash.yesterday), (Rupiah(110_000), Rupiah(40_000)));
    let month = summary.day.month();
    let of_month =
        [(-2, 30_000), (-1, 40_000), (0, 110_000)].into_iter().filter(|(back, _)| summary.day.plus(*back).month() == month);
    assert_eq!(cash.month.0, of_month.map(|(_, amount)| amount).sum::<i64>());
    running.server.stop().await;
}
