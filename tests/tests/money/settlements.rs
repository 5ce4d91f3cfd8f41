//! Settlement files of the payment gateway: matched by order, amount, fee and time; what is missing on either side is decided; a fee is a cost once.

use domain::sales::reconciliation::{LineVerdict, SettlementRow};
use domain::{Rupiah, UtcMillis};
use protocol::sales::settlements::{SettlementLine, SettlementPart, SettlementProgress, Settlements};
use reqwest::StatusCode;
use serde_json::{Value, json};
use sync_server::core::now;
use tests::payments::StandIn;
use tests::shop::{ask, begun, checked_out, number, proven, refused, until, wanted, with_gateway};
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
    assert_eq!((number(&running, FEES).await, number(&running, FEE_TRANSFERS).await), (4_000, 1));

    let nobodys = lines(&running, 3, LineVerdict::MissingWithUs).await.remove(0);
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
        SettlementPart { last_at: UtcMillis(0), ..good.clone() },
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
