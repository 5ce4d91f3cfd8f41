//! Money that went back by a bank transfer, because the gateway gives nothing back: recorded by one admin, approved by another, booked once.

use domain::Rupiah;
use protocol::sales::money::Purchase;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tests::payments::{StandIn, notification, notify};
use tests::scripted_gateway::ScriptedGateway;
use tests::shop::{ask, begun, checked_out, number, proven, refused, second_admin, stranger, until, wanted, with_gateway};
use tests::world::Running;
use uuid::Uuid;

const BANK: &str = "/admin/v1/money/bank-refunds";
const DECIDE: &str = "/admin/v1/money/bank-refunds/decide";

/// What came and did not go back, by the ledger.
const RECEIVED: &str =
    "SELECT -COALESCE(SUM(balance), 0) FROM account WHERE kind IN ('gateway_clearing', 'cash', 'refunds', 'chargebacks')";

async fn paid_by_account(running: &Running, stand_in: &StandIn) -> (Purchase, String) {
    let buyer = running.tokens("customer").await.access_token;
    let bought = checked_out(running, &buyer, &wanted(running, 0, 100_000, None)).await;
    let order = begun(running, &buyer, bought.id, "va_bni").await;
    stand_in.pay(&order).await;
    until(running, "SELECT COUNT(*) FROM purchase WHERE state = 'settled'", 1).await;
    (bought, order)
}

fn wish(of: Uuid, amount: i64, reference: &str) -> Value {
    json!({ "key": Uuid::now_v7(), "of": of, "amount": amount, "reason": "Salah meter", "reference": reference, "recipient": "BNI 123 a.n. Sari" })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_gateway_refuses_goes_back_by_bank_once_two_admins_say_so() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let (bought, order) = paid_by_account(&running, &stand_in).await;
    let (admin, second) = (running.tokens("admin").await.access_token, second_admin(&running).await);
    let by_gateway = json!({ "key": Uuid::now_v7(), "of": bought.id, "amount": 30_000, "reason": "Salah meter" });
    let no = refused(&running, &admin, "/admin/v1/money/refund", &by_gateway).await;
    assert_eq!(no, (StatusCode::BAD_REQUEST, "refund_refused".into()), "a virtual account gives nothing back: 412");
    assert_eq!(number(&running, RECEIVED).await, 100_000);

    for bad in [wish(bought.id, 100_001, "TRF-1"), wish(bought.id, 0, "TRF-1"), wish(bought.id, -5, "TRF-1")] {
        assert_eq!(refused(&running, &admin, BANK, &bad).await, (StatusCode::BAD_REQUEST, "left".into()));
    }
    assert_eq!(refused(&running, &admin, BANK, &wish(bought.id, 30_000, " ")).await.1, "reference");
    let asked = wish(bought.id, 30_000, "TRF-1");
    for _ in 0..2 {
        let (status, answer) = ask(&running, &admin, BANK, &asked).await;
        assert_eq!((status, &answer["state"]), (StatusCode::OK, &json!("asked")), "{answer}");
    }
    let mut mended = asked.clone();
    mended["reference"] = json!("TRF-3");
    assert_eq!(refused(&running, &admin, BANK, &mended).await.1, "key", "it is recorded with the first reference");
    let elsewhere = stranger(&running).await.access_token;
    let no = refused(&running, &elsewhere, BANK, &asked).await;
    assert_eq!(no, (StatusCode::BAD_REQUEST, "key".into()), "another utility has the key");
    assert_eq!(refused(&running, &admin, BANK, &wish(bought.id, 30_000, "TRF-1")).await.1, "reference", "one slip is one refund");
    assert_eq!(refused(&running, &admin, BANK, &wish(bought.id, 70_001, "TRF-2")).await.1, "left", "the first is not decided");
    assert_eq!(number(&running, RECEIVED).await, 100_000, "nothing is booked yet");
    let yes = json!({ "key": Uuid::now_v7(), "of": asked["key"], "approve": true, "note": "Slip diperiksa" });
    assert_eq!(refused(&running, &admin, DECIDE, &yes).await, (StatusCode::BAD_REQUEST, "same_admin".into()));
    for _ in 0..2 {
        let (status, answer) = ask(&running, &second, DECIDE, &yes).await;
        assert_eq!((status, &answer["state"]), (StatusCode::OK, &json!("approved")), "{answer}");
    }
    let with_reason = "SELECT COUNT(*) FROM transfer WHERE kind = 'refund' AND reason = 'Salah meter' AND who IS NOT NULL";
    assert_eq!(number(&running, with_reason).await, 1, "the customer reads why");
    assert_eq!(number(&running, RECEIVED).await, 70_000);
    assert_eq!(number(&running, "SELECT returned FROM purchase WHERE state = 'settled'").await, 30_000);
    let again = json!({ "key": Uuid::now_v7(), "of": bought.id, "amount": 10_000, "reason": "Salah meter" });
    assert_eq!(refused(&running, &admin, "/admin/v1/money/refund", &again).await.1, "bank", "the gateway's way is closed");

    // The gateway gave the same money back after all: a case, and no second booking.
    let body =
        notification(&order, "200", "100000.00", json!({ "transaction_status": "partial_refund", "refund_amount": "30000.00" }));
    for _ in 0..2 {
        assert_eq!(notify(&Client::new(), &running.url(), &body).await, StatusCode::OK);
    }
    assert_eq!(number(&running, RECEIVED).await, 70_000);
    assert_eq!(number(&running, "SELECT returned FROM purchase WHERE state = 'settled'").await, 30_000);
    let review: Value = running.get(&admin, "/admin/v1/money/review").await;
    assert_eq!(review["cases"][0]["kind"], json!("refunded_twice"));
    assert_eq!(review["cases"][0]["amount"], json!(30_000));
    // What it gives back beyond that is booked.
    let more =
        notification(&order, "200", "100000.00", json!({ "transaction_status": "partial_refund", "refund_amount": "50000.00" }));
    assert_eq!(notify(&Client::new(), &running.url(), &more).await, StatusCode::OK);
    assert_eq!(number(&running, RECEIVED).await, 50_000);
    let kinds = "SELECT COUNT(*) FROM audit WHERE kind IN ('ask_bank_refund', 'approve_bank_refund')";
    assert_eq!(number(&running, kinds).await, 2);
    let to = "SELECT COUNT(*) FROM audit WHERE kind = 'ask_bank_refund'
        AND json_extract(changes, '$.recipient[1]') = 'BNI 123 a.n. Sari'";
    assert_eq!(number(&running, to).await, 1, "the log says who got the money");
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_bank_refund_books_nothing_and_frees_the_money_for_another_way() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let (bought, _) = paid_by_account(&running, &stand_in).await;
    let (admin, second) = (running.tokens("admin").await.access_token, second_admin(&running).await);
    let buyer = running.tokens("customer").await.access_token;
    let asked = wish(bought.id, 100_000, "TRF-9");
    assert_eq!(ask(&running, &buyer, BANK, &asked).await.0, StatusCode::FORBIDDEN);
    assert_eq!(ask(&running, &admin, BANK, &asked).await.0, StatusCode::OK);
    let review: Value = running.get(&second, "/admin/v1/money/review").await;
    assert_eq!(review["bank_refunds"][0]["reference"], json!("TRF-9"));
    let silent = json!({ "key": Uuid::now_v7(), "of": asked["key"], "approve": false, "note": "" });
    assert_eq!(refused(&running, &second, DECIDE, &silent).await.1, "reason");
    let no = json!({ "key": Uuid::now_v7(), "of": asked["key"], "approve": false, "note": "Slip tidak cocok" });
    assert_eq!(ask(&running, &second, DECIDE, &no).await.1["state"], json!("rejected"));
    let yes = json!({ "key": Uuid::now_v7(), "of": asked["key"], "approve": true, "note": "Slip diperiksa" });
    assert_eq!(refused(&running, &second, DECIDE, &yes).await.1, "closed");
    assert_eq!(number(&running, RECEIVED).await, 100_000);
    assert_eq!(ask(&running, &admin, BANK, &wish(bought.id, 100_000, "TRF-9")).await.0, StatusCode::OK, "the slip is free again");
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn approvals_at_once_book_once_and_none_goes_beyond_what_is_left() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let (bought, order) = paid_by_account(&running, &stand_in).await;
    let (admin, second) = (running.tokens("admin").await.access_token, second_admin(&running).await);
    let asked = wish(bought.id, 80_000, "TRF-3");
    assert_eq!(ask(&running, &admin, BANK, &asked).await.0, StatusCode::OK);
    // The gateway gives half back meanwhile, from its own dashboard.
    let body =
        notification(&order, "200", "100000.00", json!({ "transaction_status": "partial_refund", "refund_amount": "50000.00" }));
    assert_eq!(notify(&Client::new(), &running.url(), &body).await, StatusCode::OK);
    let yes = |amount: &Value| json!({ "key": Uuid::now_v7(), "of": amount["key"], "approve": true, "note": "Slip diperiksa" });
    assert_eq!(refused(&running, &second, DECIDE, &yes(&asked)).await.1, "left");
    let no =
        |asked: &Value| json!({ "key": Uuid::now_v7(), "of": asked["key"], "approve": false, "note": "Sudah kembali separuh" });
    assert_eq!(ask(&running, &second, DECIDE, &no(&asked)).await.0, StatusCode::OK);
    // What still fits may be the money that the gateway gave back while nobody had decided.
    let small = wish(bought.id, 10_000, "TRF-5");
    assert_eq!(ask(&running, &admin, BANK, &small).await.0, StatusCode::OK);
    let more =
        notification(&order, "200", "100000.00", json!({ "transaction_status": "partial_refund", "refund_amount": "50001.00" }));
    assert_eq!(notify(&Client::new(), &running.url(), &more).await, StatusCode::OK);
    assert_eq!(refused(&running, &second, DECIDE, &yes(&small)).await.1, "changed");
    assert_eq!(ask(&running, &second, DECIDE, &no(&small)).await.0, StatusCode::OK);
    let half = wish(bought.id, 49_999, "TRF-4");
    assert_eq!(ask(&running, &admin, BANK, &half).await.0, StatusCode::OK);
    let decisions = (0..20).map(|_| yes(&half)).collect::<Vec<_>>();
    let all = decisions.iter().map(|body| ask(&running, &second, DECIDE, body));
    let answers = futures_util::future::join_all(all).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == StatusCode::OK).count(), 1, "{answers:?}");
    assert_eq!(number(&running, RECEIVED).await, 0);
    assert_eq!(Rupiah(number(&running, "SELECT returned FROM purchase WHERE state = 'settled'").await), Rupiah(100_000));
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_transfer_is_one_refund_however_its_reference_is_typed() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let (bought, _) = paid_by_account(&running, &stand_in).await;
    let admin = running.tokens("admin").await.access_token;
    let mut first = wish(bought.id, 10_000, "\u{feff} TRF-1\u{200b}");
    first["reason"] = json!("\u{200b}Salah\u{a0}meter ");
    assert_eq!(ask(&running, &admin, BANK, &first).await.0, StatusCode::OK);
    let kept = "SELECT COUNT(*) FROM bank_refund WHERE reference = 'TRF-1' AND reason = 'Salah meter'";
    assert_eq!(number(&running, kept).await, 1);
    for same in ["TRF-1", " TRF-1 ", "TRF\u{200b}-1", "TRF-1\u{a0}", "trf-1"] {
        let again = wish(bought.id, 10_000, same);
        assert_eq!(refused(&running, &admin, BANK, &again).await, (StatusCode::BAD_REQUEST, "reference".into()), "{same:?}");
    }
    for none in ["\u{200b}", "\u{a0}\u{feff}"] {
        assert_eq!(refused(&running, &admin, BANK, &wish(bought.id, 10_000, none)).await.1, "reference", "{none:?}");
    }
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_of_an_order_that_the_gateway_does_not_know_any_more_is_refused_and_goes_back_by_bank() {
    let gateway = ScriptedGateway::start(|_, path, body| {
        let order = &body["transaction_details"]["order_id"];
        let charged = json!({ "status_code": "201", "transaction_status": "pending", "transaction_id": "t", "qr_string": "0",
            "order_id": order, "gross_amount": "100000.00" });
        let unknown = json!({ "status_code": "404", "status_message": "Transaction doesn't exist." });
        if path == "/v2/charge" { (200, charged.to_string()) } else { (404, unknown.to_string()) }
    })
    .await;
    let running = with_gateway(gateway.service()).await;
    let (admin, buyer) = (running.tokens("admin").await.access_token, running.tokens("customer").await.access_token);
    let bought = checked_out(&running, &buyer, &wanted(&running, 0, 100_000, None)).await;
    let order = begun(&running, &buyer, bought.id, "qris").await;
    let body = notification(&order, "200", "100000.00", json!({ "transaction_status": "settlement" }));
    assert_eq!(notify(&Client::new(), &running.url(), &body).await, StatusCode::OK);
    let by_gateway = json!({ "key": Uuid::now_v7(), "of": bought.id, "amount": 30_000, "reason": "Salah meter" });
    let no = refused(&running, &admin, "/admin/v1/money/refund", &by_gateway).await;
    assert_eq!(no, (StatusCode::BAD_REQUEST, "refund_refused".into()), "the page then offers the bank transfer");
    assert_eq!(ask(&running, &admin, BANK, &wish(bought.id, 30_000, "TRF-1")).await.0, StatusCode::OK);
    proven(running).await;
}
