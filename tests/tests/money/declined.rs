//! A declined try is not the end: of the gateway's page, or of the purchase, which keeps its voucher until its own time is over.

use domain::Rupiah;
use domain::sales::voucher::Benefit;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tests::payments::{file, notification, notify, stored};
use tests::scripted_gateway::ScriptedGateway;
use tests::shop::{add_voucher, begun, change, checked_out, number, proven, refused, until, wanted, with_gateway};

fn snap(path: &str) -> Option<(u16, String)> {
    let page = json!({ "token": "t", "redirect_url": "http://127.0.0.1:9/page" });
    (path == "/snap/v1/transactions").then(|| (201, page.to_string()))
}

fn status(order: &str, code: &str, word: &str) -> Value {
    notification(order, code, "95000.00", json!({ "transaction_status": word }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denied_try_and_then_a_settlement_is_a_purchase_with_its_voucher() {
    let gateway = ScriptedGateway::start(|_, path, _| snap(path).unwrap_or((404, r#"{"status_code":"404"}"#.into()))).await;
    let running = with_gateway(gateway.service()).await;
    add_voucher(&running, "SATU", Benefit::FixedAmount(Rupiah(5_000)), Some(1)).await;
    let (first, other) = (running.tokens("customer").await.access_token, running.tokens("other").await.access_token);
    let bought = checked_out(&running, &first, &wanted(&running, 0, 100_000, Some("SATU"))).await;
    let order = begun(&running, &first, bought.id, "page").await;
    let (http, url) = (Client::new(), running.url());
    for _ in 0..2 {
        assert_eq!(notify(&http, &url, &status(&order, "202", "deny")).await, StatusCode::OK);
    }
    assert_eq!(stored(&file(running.world.folder.path()), &order).state, "pending");
    let late = refused(&running, &other, "/money/v1/quote", &wanted(&running, 1, 100_000, Some("SATU"))).await;
    assert_eq!(late, (StatusCode::BAD_REQUEST, "depleted".into()), "its one use is kept for who is still paying");
    assert_eq!(notify(&http, &url, &status(&order, "200", "settlement")).await, StatusCode::OK);
    let sql = "SELECT paid + discount FROM purchase WHERE state = 'settled' AND review = ''";
    assert_eq!(number(&running, sql).await, 100_000);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM voucher_use WHERE state = 'consumed'").await, 1);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_polled_deny_the_questions_go_on_and_find_a_later_settlement() {
    for method in ["page", "qris"] {
        let gateway = ScriptedGateway::start({
            let polled = std::sync::atomic::AtomicUsize::new(0);
            move |verb, path, body| {
                let order = path.split('/').nth(2).unwrap_or_default();
                let charge = json!({ "status_code": "201", "transaction_status": "pending", "transaction_id": "t", "qr_string": "0",
                    "order_id": body["transaction_details"]["order_id"], "gross_amount": "95000.00" });
                match (verb, polled.load(std::sync::atomic::Ordering::Relaxed)) {
                    ("POST", _) => snap(path).unwrap_or_else(|| (200, charge.to_string())),
                    (_, 0..3) => {
                        polled.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        (200, status(order, "202", "deny").to_string())
                    }
                    _ => (200, status(order, "200", "settlement").to_string()),
                }
            }
        })
        .await;
        let running = with_gateway(gateway.service()).await;
        let buyer = running.tokens("customer").await.access_token;
        let bought = checked_out(&running, &buyer, &wanted(&running, 0, 95_000, None)).await;
        begun(&running, &buyer, bought.id, method).await;
        for _ in 0..4 {
            let asked = number(&running, "SELECT COUNT(*) FROM payment WHERE ask_at IS NULL").await;
            assert_eq!(asked, 0, "{method}: it is asked about still");
            let before = gateway.count("GET", "/status");
            change(&running, "UPDATE payment SET ask_at = 0 WHERE ask_at IS NOT NULL").await;
            until(&running, "SELECT COUNT(*) FROM payment WHERE ask_at = 0", 0).await;
            assert!(gateway.count("GET", "/status") > before);
        }
        until(&running, "SELECT COUNT(*) FROM payment WHERE state = 'paid'", 1).await;
        assert_eq!(number(&running, "SELECT COUNT(*) FROM purchase WHERE state = 'settled' AND paid = 95000").await, 1);
        proven(running).await;
    }
}

/// A gateway that opens a page, and answers each question about it with one status.
async fn answering(code: &'static str, word: &'static str) -> ScriptedGateway {
    ScriptedGateway::start(move |verb, path, _| {
        let order = path.split('/').nth(2).unwrap_or_default();
        if verb == "POST" { snap(path).unwrap_or((404, String::new())) } else { (200, status(order, code, word).to_string()) }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_go_on_until_the_time_is_over_and_once_after_it() {
    let gateway = answering("407", "expire").await;
    let running = with_gateway(gateway.service()).await;
    let buyer = running.tokens("customer").await.access_token;
    let bought = checked_out(&running, &buyer, &wanted(&running, 0, 95_000, None)).await;
    begun(&running, &buyer, bought.id, "page").await;
    change(&running, "UPDATE payment SET ask_at = 0").await;
    until(&running, "SELECT COUNT(*) FROM payment WHERE state = 'expired' AND ask_at > 0", 1).await;
    // Its time is over, and so is the grace: one more question, and then it is left in peace.
    change(&running, "UPDATE payment SET ask_at = 0, expires_at = 1").await;
    until(&running, "SELECT COUNT(*) FROM payment WHERE ask_at IS NULL", 1).await;
    assert_eq!(gateway.count("GET", "/status"), 2);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_whose_last_try_was_declined_ends_with_its_time() {
    let gateway = answering("202", "deny").await;
    let running = with_gateway(gateway.service()).await;
    let buyer = running.tokens("customer").await.access_token;
    let bought = checked_out(&running, &buyer, &wanted(&running, 0, 95_000, None)).await;
    begun(&running, &buyer, bought.id, "page").await;
    change(&running, "UPDATE payment SET ask_at = 0").await;
    until(&running, "SELECT COUNT(*) FROM payment WHERE state = 'pending' AND asked = 1 AND ask_at > 0", 1).await;
    // Its time is over, and so is the grace: the gateway goes on answering with the last try, and there is no next one.
    change(&running, "UPDATE payment SET ask_at = 0, expires_at = 1").await;
    until(&running, "SELECT COUNT(*) FROM payment WHERE state = 'expired' AND ask_at IS NULL", 1).await;
    assert_eq!(gateway.count("GET", "/status"), 2);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM payment_case").await, 0, "nothing about it is unanswered");
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_declined_try_on_its_page_a_purchase_can_be_paid_another_way_or_cancelled() {
    let gateway = ScriptedGateway::start(|verb, path, body| {
        let order = path.split('/').nth(2).unwrap_or_default();
        let charge = json!({ "status_code": "201", "transaction_status": "pending", "transaction_id": "t", "qr_string": "0",
            "order_id": body["transaction_details"]["order_id"], "gross_amount": "95000.00" });
        match (verb, path) {
            ("POST", "/v2/charge") => (200, charge.to_string()),
            // What was declined is over at the gateway, and is not cancelled.
            ("POST", _) => {
                snap(path).unwrap_or_else(|| (412, json!({ "status_code": "412", "status_message": "no" }).to_string()))
            }
            _ => (200, status(order, "202", "deny").to_string()),
        }
    })
    .await;
    let running = with_gateway(gateway.service()).await;
    let buyer = running.tokens("customer").await.access_token;
    let (http, url) = (Client::new(), running.url());
    let mut declined = Vec::new();
    for _ in 0..2 {
        let bought = checked_out(&running, &buyer, &wanted(&running, 0, 95_000, None)).await;
        let order = begun(&running, &buyer, bought.id, "page").await;
        assert_eq!(notify(&http, &url, &status(&order, "202", "deny")).await, StatusCode::OK);
        declined.push(bought.id);
    }
    let other = begun(&running, &buyer, declined[0], "qris").await;
    let cancelled: Value = running.post(&buyer, "/money/v1/cancel", &json!({ "id": declined[1] })).await;
    assert_eq!(cancelled["state"], json!("failed"), "{cancelled}");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM payment WHERE method = 'page' AND state = 'cancelled'").await, 2);
    assert_eq!(notify(&http, &url, &status(&other, "200", "settlement")).await, StatusCode::OK);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM purchase WHERE state = 'settled' AND paid = 95000").await, 1);
    proven(running).await;
}
