//! Settlement files of the payment gateway: matched by order, amount, fee and time; what is missing on either side is decided; a fee is a cost once.

use domain::core::local_time::DAY_MS;
use domain::sales::reconciliation::{Because, LineVerdict, SettlementRow};
use domain::{Rupiah, TimeZone, UtcMillis};
use protocol::sales::settlements::{SettlementLine, SettlementPart, SettlementProgress, Settlements};
use reqwest::StatusCode;
use serde_json::{Value, json};
use sync_server::core::now;
use tests::payments::StandIn;
use tests::shop::{ask, begun, change, checked_out, number, proven, refused, until, wanted, with_gateway};
use tests::world::Running;
use uuid::Uuid;

const FILES: &str = "/admin/v1/settlements";
const DECIDE: &str = "/admin/v1/settlements/decide";
const ASK: &str = "/admin/v1/settlements/ask";

/// What customers paid, by the ledger.
const RECEIVED: &str =
    "SELECT -COALESCE(SUM(balance), 0) FROM account WHERE kind IN ('gateway_clearing', 'cash', 'refunds', 'chargebacks')";
const FEES: &str = "SELECT -COALESCE(SUM(balance), 0) FROM account WHERE kind = 'gateway_fees'";
const FEE_TRANSFERS: &str = "SELECT COUNT(*) FROM transfer WHERE kind = 'gateway_fee'";

/// A payment 450 times more, all begun at once: more than are looked at in one transaction.
const COPIES: &str = "INSERT INTO payment (id, order_id, utility, purchase, method, gross, facts, state, net, started_at, expires_at)
    WITH RECURSIVE copy (no) AS (SELECT 1 UNION ALL SELECT no + 1 FROM copy WHERE no < 450)
    SELECT randomblob(16), 'IW-copy-' || no, utility, purchase, method, gross, facts, state, net, started_at, expires_at FROM payment, copy";
const THEIR_CREDITS: &str = "INSERT INTO payment_effect (payment, no, kind, amount, notification, at)
    SELECT y.num, 1, e.kind, e.amount, e.notification, e.at FROM payment y, payment_effect e
    WHERE y.order_id LIKE 'IW-copy-%' AND e.kind = 'credit' AND e.payment = (SELECT MIN(num) FROM payment)";

/// A purchase that was paid through the stand-in; its order.
async fn paid(running: &Running, stand_in: &StandIn, amount: i64, so_far: i64) -> String {
    let buyer = running.token("customer").await;
    let bought = checked_out(running, &buyer, &wanted(running, 0, amount, None)).await;
    let order = begun(running, &buyer, bought.id, "va_bni").await;
    stand_in.pay(&order).await;
    until(running, "SELECT COUNT(*) FROM purchase WHERE state = 'settled'", so_far + 1).await;
    order
}

fn row(row: u32, order: &str, transaction: &str, (gross, fee): (i64, i64)) -> SettlementRow {
    SettlementRow {
        row,
        order: order.to_owned(),
        transaction: transaction.to_owned(),
        method: "bank_transfer".into(),
        gross: Rupiah(gross),
        fee: Rupiah(fee),
        net: Some(Rupiah(gross - fee)),
        at: now(),
        settled_at: None,
        status: "settlement".into(),
    }
}

/// A file of these rows that goes from an hour ago to an hour from now.
fn part(file: u128, rows: u32, lines: Vec<SettlementRow>) -> SettlementPart {
    let (first_at, last_at) = (now().plus(-3_600_000), now().plus(3_600_000));
    SettlementPart { file: Uuid::from_u128(file), name: "settlement.csv".into(), rows, first_at, last_at, lines }
}

async fn brought(running: &Running, part: &SettlementPart) -> SettlementProgress {
    let admin = running.token("admin").await;
    running.post(&admin, FILES, part).await
}

/// The lines of a file that come to something.
async fn lines(running: &Running, file: u128, verdict: LineVerdict) -> Vec<SettlementLine> {
    let admin = running.token("admin").await;
    let path = format!("{FILES}?file={}&verdict={}", Uuid::from_u128(file), verdict.as_str());
    let found: Settlements = running.get(&admin, &path).await;
    found.shown.expect("the file").lines
}

fn decision(line: &SettlementLine, does: &str) -> Value {
    json!({ "key": Uuid::now_v7(), "of": line.id, "does": does, "note": "Sudah diperiksa" })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_compared_once_and_a_fee_is_a_cost_once_beside_what_was_received() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let (matched, unnamed) = (paid(&running, &stand_in, 100_000, 0).await, paid(&running, &stand_in, 70_000, 1).await);
    let rows = [
        row(2, &matched, "t-1", (100_000, 4_000)),
        row(3, "IW-nobodys", "t-9", (25_000, 175)),
        row(4, &matched, "t-2", (100_000, 4_000)),
        SettlementRow { status: "expire".into(), ..row(5, "IW-other", "t-3", (1_000, 0)) },
    ];
    let first = brought(&running, &part(1, 4, rows[..2].to_vec())).await;
    assert_eq!((first.received, first.is_compared), (2, false), "a file of which a half came");
    for _ in 0..2 {
        let whole = brought(&running, &part(1, 4, rows[1..].to_vec())).await;
        assert_eq!((whole.received, whole.is_compared), (4, true), "the same rows again are the same rows");
    }
    for (verdict, orders) in [
        (LineVerdict::Matched, vec![matched.as_str()]),
        (LineVerdict::MissingWithUs, vec!["IW-nobodys"]),
        (LineVerdict::Twice, vec![matched.as_str()]),
        (LineVerdict::NotCompared, vec!["IW-other"]),
        (LineVerdict::MissingAtGateway, vec![unnamed.as_str()]),
        (LineVerdict::Differs, vec![]),
    ] {
        let found = lines(&running, 1, verdict).await;
        assert_eq!(found.iter().map(|line| line.order.as_str()).collect::<Vec<_>>(), orders, "{verdict:?}");
    }
    assert_eq!((number(&running, FEES).await, number(&running, FEE_TRANSFERS).await), (4_000, 1));
    assert_eq!(number(&running, RECEIVED).await, 170_000, "what the gateway keeps is none of what customers paid");

    // The next file has the same transaction once more, and the one that was missing.
    let next = [row(2, &matched, "t-1", (100_000, 4_000)), row(3, &unnamed, "t-4", (70_000, 4_000))];
    brought(&running, &part(2, 2, next.to_vec())).await;
    assert_eq!(lines(&running, 2, LineVerdict::Matched).await.len(), 2);
    assert!(lines(&running, 1, LineVerdict::MissingAtGateway).await.is_empty(), "it is not missing any more");
    assert_eq!((number(&running, FEES).await, number(&running, FEE_TRANSFERS).await), (8_000, 2));
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_payer_paid_of_a_fee_on_top_is_no_cost() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let (all, half) = (paid(&running, &stand_in, 100_000, 0).await, paid(&running, &stand_in, 70_000, 1).await);
    change(&running, &format!("UPDATE payment SET fee = CASE order_id WHEN '{all}' THEN 710 ELSE 300 END")).await;
    brought(&running, &part(1, 2, vec![row(2, &all, "t-1", (100_710, 710)), row(3, &half, "t-2", (70_300, 1_000))])).await;
    assert_eq!(lines(&running, 1, LineVerdict::Matched).await.len(), 2);
    assert_eq!((number(&running, FEES).await, number(&running, FEE_TRANSFERS).await), (700, 1));
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_a_row_has_as_refunded_is_not_missing_at_the_gateway() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let order = paid(&running, &stand_in, 100_000, 0).await;
    brought(&running, &part(1, 1, vec![row(2, "IW-nobodys", "t-9", (25_000, 175))])).await;
    assert_eq!(lines(&running, 1, LineVerdict::MissingAtGateway).await.len(), 1, "no row names it");
    let refunded = SettlementRow { status: "refund".into(), ..row(3, &order, "t-1", (100_000, 4_000)) };
    brought(&running, &part(2, 2, vec![row(2, "IW-nobodys", "t-9", (25_000, 175)), refunded])).await;
    assert_eq!(lines(&running, 2, LineVerdict::NotCompared).await.len(), 1);
    for file in [1, 2] {
        assert!(lines(&running, file, LineVerdict::MissingAtGateway).await.is_empty(), "the second file names it");
    }
    assert_eq!(number(&running, FEES).await, 0, "its amounts are of what is left");
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_is_accepted_with_a_reason_asked_about_or_made_a_case() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let order = paid(&running, &stand_in, 100_000, 0).await;
    let rows = vec![row(2, &order, "t-1", (99_000, 4_000)), row(3, "IW-nobodys", "t-9", (25_000, 175))];
    brought(&running, &part(3, 2, rows)).await;
    let (admin, buyer) = (running.token("admin").await, running.token("customer").await);
    let differs = lines(&running, 3, LineVerdict::Differs).await.remove(0);
    assert_eq!((differs.ours, number(&running, FEES).await), (Some(Rupiah(100_000)), 0), "nothing is booked yet");
    let (status, again) = ask(&running, &admin, ASK, &json!({ "of": differs.id })).await;
    assert_eq!((status, &again["verdict"]), (StatusCode::OK, &json!("differs")), "the gateway says the same as before: {again}");
    let accept = decision(&differs, "accept");
    assert_eq!(ask(&running, &buyer, DECIDE, &accept).await.0, StatusCode::FORBIDDEN);
    let silent = json!({ "key": Uuid::now_v7(), "of": differs.id, "does": "accept", "note": "" });
    assert_eq!(refused(&running, &admin, DECIDE, &silent).await.1, "reason");
    for _ in 0..2 {
        assert_eq!(ask(&running, &admin, DECIDE, &accept).await.1["state"], json!("accepted"));
    }
    assert_eq!(refused(&running, &admin, DECIDE, &decision(&differs, "case")).await.1, "closed");
    for other in [
        json!({ "key": accept["key"], "of": differs.id, "does": "case", "note": "Sudah diperiksa" }),
        json!({ "key": accept["key"], "of": differs.id, "does": "accept", "note": "Alasan lain" }),
    ] {
        assert_eq!(refused(&running, &admin, DECIDE, &other).await.1, "key", "the key has decided otherwise: {other}");
    }
    assert_eq!((number(&running, FEES).await, number(&running, FEE_TRANSFERS).await), (4_000, 1));

    let nobodys = lines(&running, 3, LineVerdict::MissingWithUs).await.remove(0);
    let elsewhere = json!({ "key": accept["key"], "of": nobodys.id, "does": "accept", "note": "Sudah diperiksa" });
    assert_eq!(refused(&running, &admin, DECIDE, &elsewhere).await.1, "key", "the key has decided about another line");
    assert_eq!(ask(&running, &admin, DECIDE, &decision(&nobodys, "case")).await.1["state"], json!("case"));
    let open = "SELECT COUNT(*) FROM payment_case WHERE state = 'open' AND kind = 'unknown_order' AND amount = 25000 AND order_id = 'IW-nobodys'";
    assert_eq!(number(&running, open).await, 1);
    let kinds = "SELECT COUNT(*) FROM audit WHERE kind IN ('bring_settlement', 'accept_settlement_line', 'case_settlement_line')";
    assert_eq!(number(&running, kinds).await, 3);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_none_is_refused_and_two_that_bring_it_at_once_bring_it_once() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let order = paid(&running, &stand_in, 100_000, 0).await;
    let admin = running.token("admin").await;
    let good = part(4, 1, vec![row(2, &order, "t-1", (100_000, 4_000))]);
    let many = (2..=502).map(|number| row(number, "IW-1", "t", (1_000, 0))).collect();
    for bad in [
        part(5, 0, vec![]),
        part(5, 20_001, vec![]),
        part(5, 501, many),
        part(5, 1, vec![row(2, "", "t", (1_000, 0))]),
        part(5, 1, vec![row(0, &order, "t", (1_000, 0))]),
        part(5, 1, vec![row(2, &order, "t", (i64::MIN, 0))]),
        part(5, 1, vec![SettlementRow { at: UtcMillis(i64::MAX), ..row(2, &order, "t", (1_000, 0)) }]),
        SettlementPart { last_at: UtcMillis(0), ..good.clone() },
        SettlementPart { first_at: UtcMillis(i64::MIN), ..good.clone() },
        SettlementPart { last_at: UtcMillis(i64::MAX), ..good.clone() },
    ] {
        assert_eq!(refused(&running, &admin, FILES, &bad).await, (StatusCode::BAD_REQUEST, "settlement_rows".into()));
    }
    let good = SettlementPart { name: "n".repeat(200), ..good };
    let answers = futures_util::future::join_all((0..10).map(|_| ask(&running, &admin, FILES, &good))).await;
    assert!(answers.iter().all(|(status, _)| *status == StatusCode::OK), "{answers:?}");
    assert_eq!((number(&running, "SELECT COUNT(*) FROM settlement_line").await, number(&running, FEE_TRANSFERS).await), (1, 1));
    let cut = "SELECT length(name) FROM settlement_file";
    assert_eq!(number(&running, cut).await, 120, "a long name is no reason to refuse a file");
    let more = part(4, 2, vec![row(3, &order, "t-2", (100_000, 4_000))]);
    assert_eq!(refused(&running, &admin, FILES, &more).await.1, "settlement_rows", "it has one row");
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_comes_again_with_another_fee_or_amount_is_a_line_to_decide() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let order = paid(&running, &stand_in, 100_000, 0).await;
    brought(&running, &part(6, 1, vec![row(2, &order, "t-1", (100_000, 4_000))])).await;
    brought(&running, &part(7, 1, vec![row(2, &order, "t-1", (100_000, 4_000))])).await;
    assert_eq!(lines(&running, 7, LineVerdict::Matched).await.len(), 1, "the same again is the same");
    brought(&running, &part(8, 1, vec![row(2, &order, "t-1", (100_000, 9_000))])).await;
    let differs = lines(&running, 8, LineVerdict::Differs).await.remove(0);
    assert_eq!(differs.because, Some(Because::Earlier));
    assert_eq!((number(&running, FEES).await, number(&running, FEE_TRANSFERS).await), (4_000, 1), "what was booked stays");
    let admin = running.token("admin").await;
    assert_eq!(ask(&running, &admin, DECIDE, &decision(&differs, "accept")).await.1["state"], json!("accepted"));
    assert_eq!((number(&running, FEES).await, number(&running, FEE_TRANSFERS).await), (4_000, 1), "a fee is booked once");
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_another_month_is_refused_and_names_no_payment_as_missing() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let mut orders = Vec::new();
    for so_far in 0..3 {
        orders.push(paid(&running, &stand_in, 50_000, so_far).await);
    }
    let admin = running.token("admin").await;
    let month = 31 * DAY_MS;
    let shifted = |by: i64| -> Vec<SettlementRow> {
        let rows = (2..).zip(&orders).map(|(place, order)| row(place, order, "t", (50_000, 4_000)));
        rows.map(|row| SettlementRow { transaction: format!("t-{}", row.row), at: row.at.plus(by), ..row }).collect()
    };
    let earlier = part(9, 3, shifted(-month));
    let stated = SettlementPart { first_at: earlier.first_at.plus(-month), last_at: earlier.last_at.plus(-month), ..earlier };
    assert_eq!(refused(&running, &admin, FILES, &stated).await, (StatusCode::BAD_REQUEST, "settlement_dates".into()));
    let outside = part(9, 3, shifted(-2 * 3_600_000));
    assert_eq!(refused(&running, &admin, FILES, &outside).await.1, "settlement_range");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM settlement_file").await, 0, "nothing of it stays");
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_payments_of_days_on_which_a_file_has_rows_are_missing_at_the_gateway() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let order = paid(&running, &stand_in, 50_000, 0).await;
    let (first_at, last_at) = (now().plus(-10 * DAY_MS), now().plus(10 * DAY_MS));
    // It has a row five days ago and none today.
    let of_then = SettlementRow { at: now().plus(-5 * DAY_MS), ..row(2, "IW-nobodys", "t-1", (1_000, 0)) };
    let then = SettlementPart { first_at, last_at, ..part(10, 1, vec![of_then.clone()]) };
    assert!(brought(&running, &then).await.is_compared);
    assert_eq!(lines(&running, 10, LineVerdict::MissingAtGateway).await, vec![], "its days are the days of its rows");
    let today = SettlementPart { first_at, last_at, ..part(11, 2, vec![of_then, row(3, "IW-other", "t-2", (1_000, 0))]) };
    assert!(brought(&running, &today).await.is_compared);
    let missing = lines(&running, 11, LineVerdict::MissingAtGateway).await;
    assert_eq!(missing.iter().map(|line| line.order.as_str()).collect::<Vec<_>>(), [order.as_str()]);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_payment_of_a_day_is_missing_at_the_gateway_where_its_file_begins_with_the_second() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let order = paid(&running, &stand_in, 50_000, 0).await;
    let at = now();
    let midnight = TimeZone::Jakarta.start_of(TimeZone::Jakarta.day_of(at)).0;
    for (file, begun, missing) in [(18, midnight - 1, 0), (19, midnight, 1)] {
        change(&running, &format!("UPDATE payment SET started_at = {begun}")).await;
        let rows = vec![SettlementRow { at, ..row(2, "IW-nobodys", "t-1", (1_000, 0)) }];
        // A device names the times of the first and the last row.
        brought(&running, &SettlementPart { first_at: at, last_at: at, ..part(file, 1, rows) }).await;
        let found = lines(&running, file, LineVerdict::MissingAtGateway).await;
        assert_eq!(
            found.iter().filter(|line| line.order == order).count(),
            missing,
            "begun at {begun}, and the file at {}",
            at.0
        );
    }
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_payment_of_a_day_that_is_over_is_missing_where_its_file_ends_before_it_and_has_times_of_payments() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    paid(&running, &stand_in, 50_000, 0).await;
    let midnight = TimeZone::Jakarta.start_of(TimeZone::Jakarta.day_of(now()));
    let (noon, begun, credited) = (midnight.plus(-DAY_MS / 2), midnight.0 - 3_600_000, midnight.0 - 60_000);
    let copy = format!(
        "INSERT INTO payment (id, order_id, utility, purchase, method, gross, facts, state, net, started_at, expires_at)
         SELECT randomblob(16), 'IW-copy-1', utility, purchase, method, gross, facts, state, net, {begun}, expires_at FROM payment"
    );
    change(&running, &copy).await;
    change(&running, &THEIR_CREDITS.replace("e.at FROM", &format!("{credited} FROM"))).await;
    for (file, settled_at, missing) in [(20, Some(noon), 0), (21, None, 1)] {
        let rows = vec![SettlementRow { at: noon, settled_at, ..row(2, "IW-nobodys", "t-1", (1_000, 0)) }];
        brought(&running, &SettlementPart { first_at: noon, last_at: noon, ..part(file, 1, rows) }).await;
        let found = lines(&running, file, LineVerdict::MissingAtGateway).await;
        assert_eq!(found.iter().filter(|line| line.order == "IW-copy-1").count(), missing, "{settled_at:?}: {found:?}");
    }
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_two_files_of_its_day_lack_is_one_case() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let order = paid(&running, &stand_in, 50_000, 0).await;
    let admin = running.token("admin").await;
    for file in [14, 15] {
        brought(&running, &part(file, 1, vec![row(2, "IW-nobodys", "t-1", (1_000, 0))])).await;
        let line = lines(&running, file, LineVerdict::MissingAtGateway).await.remove(0);
        assert_eq!(line.order, order);
        assert_eq!(ask(&running, &admin, DECIDE, &decision(&line, "case")).await.0, StatusCode::OK);
    }
    assert_eq!(number(&running, "SELECT COUNT(*) FROM payment_case WHERE kind = 'settlement'").await, 1);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_that_overlap_and_come_at_once_are_taken_in_steps_and_each_row_once() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let order = paid(&running, &stand_in, 100_000, 0).await;
    let admin = running.token("admin").await;
    let nobodys = |place: u32| row(place, &format!("IW-nobodys-{place}"), "", (1_000, 0));
    let mut rows: Vec<SettlementRow> = (2..=401).map(nobodys).collect();
    rows[300] = row(302, &order, "t-1", (100_000, 4_000));
    let parts: Vec<SettlementPart> = (0..6)
        .map(|by| {
            rows.rotate_left(by * 17);
            part(16, 400, rows.clone())
        })
        .collect();
    let answers = futures_util::future::join_all(parts.iter().map(|one| ask(&running, &admin, FILES, one))).await;
    assert!(answers.iter().all(|(status, _)| *status == StatusCode::OK), "{answers:?}");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM settlement_line").await, 400);
    assert_eq!(number(&running, "SELECT received FROM settlement_file WHERE compared_at IS NOT NULL").await, 400);
    assert_eq!((number(&running, FEES).await, number(&running, FEE_TRANSFERS).await), (4_000, 1));
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gateway_is_asked_about_a_line_three_times_a_minute_at_most() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let order = paid(&running, &stand_in, 100_000, 0).await;
    brought(&running, &part(12, 1, vec![row(2, &order, "t-1", (99_000, 4_000))])).await;
    let (admin, line) = (running.token("admin").await, lines(&running, 12, LineVerdict::Differs).await.remove(0));
    for _ in 0..3 {
        assert_eq!(ask(&running, &admin, ASK, &json!({ "of": line.id })).await.0, StatusCode::OK);
    }
    let (status, problem) = ask(&running, &admin, ASK, &json!({ "of": line.id })).await;
    assert_eq!((status, &problem["code"]), (StatusCode::TOO_MANY_REQUESTS, &json!("rate_limited")), "{problem}");
    let of_none = json!({ "of": Uuid::now_v7() });
    assert_eq!(ask(&running, &admin, ASK, &of_none).await.0, StatusCode::NOT_FOUND);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_left_half_way_goes_on_with_the_same_rows_and_finds_all_that_is_missing() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    paid(&running, &stand_in, 50_000, 0).await;
    change(&running, COPIES).await;
    change(&running, THEIR_CREDITS).await;
    let rows = vec![row(2, "IW-nobodys", "t-1", (1_000, 0))];
    let progress = brought(&running, &part(13, 1, rows.clone())).await;
    assert_eq!((progress.received, progress.is_compared), (1, true));
    let missing = "SELECT COUNT(*) FROM settlement_line WHERE verdict = 'missing_at_gateway'";
    assert_eq!(number(&running, missing).await, 451, "each once");
    assert!(brought(&running, &part(13, 1, rows)).await.is_compared);
    assert_eq!(number(&running, missing).await, 451);
    running.server.stop().await;
}
