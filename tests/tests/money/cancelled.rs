//! A purchase that waits: cancelled, checked, ended at the gateway when it ends here; and what the gateway is sent of its time and of the way back.

use domain::sales::voucher::Benefit;
use domain::{Rupiah, UtcMillis};
use protocol::sales::money::Purchase;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use sync_server::sales::payments::config::Service;
use tests::payments::{KEY, StandIn, file, notification, notify, stored};
use tests::scripted_gateway::ScriptedGateway;
use tests::shop::{add_voucher, ask, begun, change, checked_out, number, proven, refused, until, wanted, with_gateway};
use tests::world::Running;

/// What the stand-in says of an order.
async fn gateway_says(stand_in: &StandIn, order: &str) -> Value {
    let request = Client::new().get(format!("{}/v2/{order}/status", stand_in.url())).basic_auth(KEY, Some(""));
    request.send().await.expect("an answer").json().await.expect("JSON")
}

async fn page_of(stand_in: &str) -> String {
    Client::new().get(stand_in).send().await.expect("a page").text().await.expect("text")
}

async fn cancel(running: &Running, token: &str, purchase: &Purchase) -> (StatusCode, Value) {
    ask(running, token, "/money/v1/cancel", &json!({ "id": purchase.id })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_purchase_is_over_here_and_at_the_gateway_and_its_voucher_is_free() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    add_voucher(&running, "SATU", Benefit::FixedAmount(Rupiah(5_000)), Some(1)).await;
    let (buyer, other) = (running.tokens("customer").await.access_token, running.tokens("other").await.access_token);
    let bought = checked_out(&running, &buyer, &wanted(&running, 0, 50_000, Some("SATU"))).await;
    let order = begun(&running, &buyer, bought.id, "va_bca").await;
    assert_eq!(cancel(&running, &other, &bought).await.0, StatusCode::NOT_FOUND, "it is not theirs");
    let waits: Purchase = running.post(&buyer, "/money/v1/check", &json!({ "id": bought.id })).await;
    assert!(waits.state == "pending" && waits.how.and_then(|how| how.account).is_some(), "every device can show how to pay it");
    assert_eq!(number(&running, "SELECT asked FROM payment").await, 0, "the server's own questions go on as if nobody had asked");
    for _ in 0..2 {
        let (status, ended) = cancel(&running, &buyer, &bought).await;
        assert_eq!((status, ended["state"].as_str()), (StatusCode::OK, Some("failed")), "{ended}");
        assert!(ended["how"].is_null());
    }
    assert_eq!(gateway_says(&stand_in, &order).await["transaction_status"], "cancel");
    stand_in.pay(&order).await;
    assert_eq!(stored(&file(running.world.folder.path()), &order).net, 0, "what is cancelled is not paid");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM payment_audit WHERE what = 'cancel_asked' AND who IS NOT NULL").await, 1);
    let again = refused(&running, &buyer, "/money/v1/pay", &json!({ "id": bought.id, "method": "qris" })).await;
    assert_eq!(again.0, StatusCode::BAD_REQUEST);
    let held = checked_out(&running, &other, &wanted(&running, 1, 50_000, Some("SATU"))).await;
    assert_eq!(held.to_pay, Rupiah(45_000), "the voucher's one use is free");
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_is_credited_and_not_cancelled_also_before_its_notification_came() {
    let stand_in = StandIn::start().await;
    let nowhere = Some("http://127.0.0.1:9/".to_owned());
    let running = with_gateway(Service { notify: nowhere, ..stand_in.service() }).await;
    let buyer = running.tokens("customer").await.access_token;
    let bought = checked_out(&running, &buyer, &wanted(&running, 0, 50_000, None)).await;
    let order = begun(&running, &buyer, bought.id, "va_bni").await;
    stand_in.pay(&order).await;
    let refusal = refused(&running, &buyer, "/money/v1/cancel", &json!({ "id": bought.id })).await;
    assert_eq!(refusal, (StatusCode::BAD_REQUEST, "paid".into()));
    let settled = "SELECT COUNT(*) FROM purchase WHERE state = 'settled'";
    assert_eq!(number(&running, settled).await, 1);
    let second = checked_out(&running, &buyer, &wanted(&running, 0, 60_000, None)).await;
    let order = begun(&running, &buyer, second.id, "qris").await;
    stand_in.pay(&order).await;
    let now: Purchase = running.post(&buyer, "/money/v1/check", &json!({ "id": second.id })).await;
    assert_eq!((now.state.as_str(), now.paid), ("settled", Rupiah(60_000)), "who asks is answered at once");
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_is_away_cancels_nothing() {
    let gateway = ScriptedGateway::start(|verb, path, _| match (verb, path) {
        ("POST", "/v2/charge") => (
            200,
            json!({ "status_code": "201", "transaction_status": "pending", "transaction_id": "t", "qr_string": "0" }).to_string(),
        ),
        _ => (502, "<html>".into()),
    })
    .await;
    let running = with_gateway(gateway.service()).await;
    let buyer = running.tokens("customer").await.access_token;
    let bought = checked_out(&running, &buyer, &wanted(&running, 0, 50_000, None)).await;
    begun(&running, &buyer, bought.id, "qris").await;
    let (status, answer) = cancel(&running, &buyer, &bought).await;
    assert!(status.is_server_error(), "{status} {answer}");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM purchase WHERE state = 'pending'").await, 1);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM payment WHERE state = 'pending'").await, 1);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_page_that_is_paid_by_card_is_credited_once_when_it_is_charged() {
    let gateway = ScriptedGateway::start(|_, path, _| match path {
        "/snap/v1/transactions" => (201, json!({ "token": "t", "redirect_url": "http://127.0.0.1:9/page" }).to_string()),
        // Nobody has chosen how to pay: the gateway knows no transaction that it could cancel.
        _ => (404, r#"{"status_code":"404"}"#.into()),
    })
    .await;
    let running = with_gateway(gateway.service()).await;
    let buyer = running.tokens("customer").await.access_token;
    let bought = checked_out(&running, &buyer, &wanted(&running, 0, 50_000, None)).await;
    let order = begun(&running, &buyer, bought.id, "page").await;
    let (status, ended) = cancel(&running, &buyer, &bought).await;
    assert_eq!((status, ended["state"].as_str()), (StatusCode::OK, Some("failed")), "{ended}");
    let said = |word: &str| json!({ "transaction_status": word, "fraud_status": "accept" });
    for word in ["capture", "capture", "settlement"] {
        let body = notification(&order, "200", "50000.00", said(word));
        assert_eq!(notify(&Client::new(), &running.url(), &body).await, StatusCode::OK);
        let end = stored(&file(running.world.folder.path()), &order);
        assert_eq!((end.state.as_str(), end.net, end.credits()), ("paid", 50_000, 1), "{word}");
    }
    assert_eq!(number(&running, "SELECT COUNT(*) FROM purchase WHERE state = 'settled' AND paid = 50000").await, 1);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM payment_case WHERE kind = 'odd'").await, 1, "a person looks at it");
    proven(running).await;
}

/// `2026-11-29 14:05:27`, of Jakarta, as an instant.
fn jakarta(text: &str) -> UtcMillis {
    let mut all = text.split([' ', '-', ':']).map(|part| part.parse::<i64>().expect("a number"));
    let mut next = || all.next().expect("six parts");
    let day = domain::LocalDay::from_ymd(next() as i16, next() as i8, next() as i8).expect("a day");
    domain::TimeZone::Jakarta.start_of(day).plus((next() * 3_600 + next() * 60 + next()) * 1_000)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gateway_has_our_deadline_to_the_second_and_leads_back_to_the_app() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let buyer = running.tokens("customer").await.access_token;
    let back = "http://127.0.0.1:4321/#/beli/a/b";
    for method in ["va_bca", "qris", "gopay", "page"] {
        let bought = checked_out(&running, &buyer, &wanted(&running, 0, 50_000, None)).await;
        let asked = json!({ "id": bought.id, "method": method, "back": back });
        let paying: Value = running.post(&buyer, "/money/v1/pay", &asked).await;
        assert_eq!(paying["expires_at"], bought.expires_at.0, "{method}: what is shown");
        let order = paying["order"].as_str().expect("an order");
        // A page on which nothing was chosen yet is no transaction; it is chosen on the page itself.
        if method == "page" {
            let url = paying["url"].as_str().expect("a page");
            let chosen = Client::new().post(format!("{url}/choose")).form(&[("method", "qris")]).send().await.expect("a page");
            assert!(chosen.status().is_success());
        }
        let page = paying["simulator"].as_str().expect("a stand-in");
        page_of(page).await;
        stand_in.pay(order).await;
        let status = gateway_says(&stand_in, order).await;
        assert_eq!(jakarta(status["expiry_time"].as_str().expect("a time")), bought.expires_at, "{method}: {status}");
        assert!(page_of(page).await.contains(&format!("href=\"{back}\"")), "{method}: the way back to the app");
    }
    let late = checked_out(&running, &buyer, &wanted(&running, 0, 50_000, None)).await;
    change(&running, "UPDATE purchase SET expires_at = 1 WHERE state = 'pending'").await;
    let refusal = refused(&running, &buyer, "/money/v1/pay", &json!({ "id": late.id, "method": "qris" })).await;
    assert_eq!(refusal, (StatusCode::BAD_REQUEST, "payment_over".into()));
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_that_nobody_took_is_in_no_list_and_one_that_could_be_paid_is() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let (buyer, admin) = (running.tokens("customer").await.access_token, running.tokens("admin").await.access_token);
    let _: Purchase = running.post(&buyer, "/money/v1/quote", &wanted(&running, 0, 70_000, None)).await;
    let bought = checked_out(&running, &buyer, &wanted(&running, 0, 50_000, None)).await;
    begun(&running, &buyer, bought.id, "va_bca").await;
    change(&running, "UPDATE purchase SET expires_at = 1").await;
    sync_server::jobs::money::once(&running.server.app).await.expect("expired");
    until(&running, "SELECT COUNT(*) FROM purchase WHERE state = 'expired'", 2).await;
    let path = format!("/admin/v1/money/purchases?connection={}", running.world.meters[0].connection);
    let listed: Value = running.get(&admin, &path).await;
    let amounts: Vec<_> = listed["rows"].as_array().expect("rows").iter().map(|row| row["purchase"]["amount"].clone()).collect();
    assert_eq!(amounts, [json!(50_000)], "{listed}");
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_payment_beyond_the_first_of_a_purchase_is_a_case_of_its_own() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let buyer = running.tokens("customer").await.access_token;
    let bought = checked_out(&running, &buyer, &wanted(&running, 0, 50_000, None)).await;
    let (http, url) = (Client::new(), running.url());
    let mut orders = Vec::new();
    for method in ["va_bca", "qris", "gopay"] {
        orders.push(begun(&running, &buyer, bought.id, method).await);
    }
    // The last is paid, and then what was cancelled for it all the same.
    for order in orders.iter().rev() {
        let settled = notification(order, "200", "50000.00", json!({ "transaction_status": "settlement" }));
        assert_eq!(notify(&http, &url, &settled).await, StatusCode::OK);
    }
    assert_eq!(number(&running, "SELECT paid + extra FROM purchase").await, 150_000);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM payment_case WHERE kind = 'paid_twice' AND state = 'open'").await, 2);
    proven(running).await;
}
