//! Ways to pay: their limits, changing them until it is paid, and what can be paid by which.

use domain::Rupiah;
use domain::sales::voucher::Benefit;
use protocol::sales::money::{CheckoutAsked, Purchase};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tests::payments::{StandIn, notification, notify};
use tests::scripted_gateway::ScriptedGateway;
use tests::shop::{add_voucher, ask, begun, checked_out, number, proven, refused, until, wanted, with_gateway};
use uuid::Uuid;

const LIMITS: &str = "/admin/v1/money/limits";

#[tokio::test(flavor = "multi_thread")]
async fn a_method_beyond_its_limit_is_refused_and_another_one_takes_the_same_purchase() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let buyer = running.tokens("customer").await.access_token;
    let much = checked_out(&running, &buyer, &wanted(&running, 0, 10_000_001, None)).await;
    let pay = |id: Uuid, method: &str| json!({ "id": id, "method": method });
    let no = refused(&running, &buyer, "/money/v1/pay", &pay(much.id, "qris")).await;
    assert_eq!(no, (StatusCode::BAD_REQUEST, "method_limit".into()));
    begun(&running, &buyer, much.id, "va_bca").await;
    let most = checked_out(&running, &buyer, &wanted(&running, 0, 10_000_000, None)).await;
    begun(&running, &buyer, most.id, "qris").await;
    let offered: Value = running.get(&buyer, "/money/v1/methods").await;
    let qris =
        offered["limits"].as_array().expect("methods").iter().find(|limit| limit["method"] == json!("qris")).expect("QRIS");
    assert_eq!((&qris["least"], &qris["most"]), (&json!(1), &json!(10_000_000)));
    assert_eq!(number(&running, "SELECT COUNT(*) FROM payment").await, 2, "nothing is left of what was refused");
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_set_by_admins_once_for_each_key_and_stand_in_the_audit_log() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let (admin, buyer) = (running.tokens("admin").await.access_token, running.tokens("customer").await.access_token);
    let set = json!({ "key": Uuid::now_v7(), "limit": { "method": "va_bni", "least": 60_000, "most": 90_000 } });
    assert_eq!(ask(&running, &buyer, LIMITS, &set).await.0, StatusCode::FORBIDDEN);
    for _ in 0..2 {
        assert_eq!(ask(&running, &admin, LIMITS, &set).await.0, StatusCode::OK);
    }
    assert_eq!(number(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'set_limit'").await, 1);
    let bad = json!({ "key": Uuid::now_v7(), "limit": { "method": "va_bni", "least": 0, "most": 90_000 } });
    assert_eq!(refused(&running, &admin, LIMITS, &bad).await, (StatusCode::BAD_REQUEST, "limits".into()));
    for (amount, is_taken) in [(59_999, false), (60_000, true), (90_000, true), (90_001, false)] {
        let bought = checked_out(&running, &buyer, &wanted(&running, 0, amount, None)).await;
        let (status, answer) = ask(&running, &buyer, "/money/v1/pay", &json!({ "id": bought.id, "method": "va_bni" })).await;
        assert_eq!(status.is_success(), is_taken, "{amount}: {answer}");
    }
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_to_pay_can_be_changed_until_it_is_paid_and_only_the_last_one_is_open() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let buyer = running.tokens("customer").await.access_token;
    let bought = checked_out(&running, &buyer, &wanted(&running, 0, 100_000, None)).await;
    let mut orders = Vec::new();
    for method in ["va_bni", "qris", "page", "gopay"] {
        orders.push(begun(&running, &buyer, bought.id, method).await);
    }
    assert_eq!(number(&running, "SELECT COUNT(*) FROM payment WHERE state = 'pending'").await, 1);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM payment WHERE state = 'cancelled'").await, 3);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM purchase WHERE state = 'pending'").await, 1, "it is open all the while");
    stand_in.pay(&orders[3]).await;
    until(&running, "SELECT COUNT(*) FROM purchase WHERE state = 'settled' AND paid = 100000", 1).await;
    let late = refused(&running, &buyer, "/money/v1/pay", &json!({ "id": bought.id, "method": "qris" })).await;
    assert_eq!(late.0, StatusCode::BAD_REQUEST, "it is paid");
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_way_to_pay_waits_for_the_one_that_is_being_started_and_leaves_none_open_beside_it() {
    let open: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let (cancels, cancelled) = channel();
    let cancelled = Mutex::new(cancelled);
    let gateway = ScriptedGateway::start({
        let open = Arc::clone(&open);
        move |_, path, body| {
            let order = path.split('/').nth(2).unwrap_or_default();
            let unknown = json!({ "status_code": "404", "status_message": "Transaction doesn't exist." });
            if path == "/v2/charge" {
                if body["payment_type"] == "qris" {
                    // A slow answer: behind that to a cancel, if one comes meanwhile.
                    cancelled.lock().expect("cancels").recv_timeout(Duration::from_millis(500)).ok();
                }
                let order = body["transaction_details"]["order_id"].as_str().expect("an order");
                open.lock().expect("orders").insert(order.to_owned());
                let charged = json!({ "status_code": "201", "transaction_status": "pending", "order_id": order, "qr_string": "0",
                    "gross_amount": "100000.00", "transaction_id": format!("t-{order}") });
                return (200, charged.to_string());
            }
            if path.ends_with("/cancel") {
                cancels.send(()).expect("the test goes on");
            }
            if path.ends_with("/cancel") && open.lock().expect("orders").remove(order) {
                return (200, notification(order, "200", "100000.00", json!({ "transaction_status": "cancel" })).to_string());
            }
            (404, unknown.to_string())
        }
    })
    .await;
    let running = with_gateway(gateway.service()).await;
    let buyer = running.tokens("customer").await.access_token;
    let bought = checked_out(&running, &buyer, &wanted(&running, 0, 100_000, None)).await;
    let slow = begun(&running, &buyer, bought.id, "qris");
    let other = async {
        let mut poll = tokio::time::interval(Duration::from_millis(10));
        while gateway.count("POST", "/v2/charge") == 0 {
            poll.tick().await;
        }
        begun(&running, &buyer, bought.id, "va_bni").await
    };
    let (slow, other) = tokio::join!(slow, other);
    assert_ne!(slow, other);
    assert_eq!(*open.lock().expect("orders"), BTreeSet::from([other]), "nobody can pay the first one any more");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM payment WHERE state = 'pending' AND method = 'va_bni'").await, 1);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_whose_address_got_lost_is_begun_anew_and_the_method_is_not_refused() {
    let taken: Mutex<BTreeSet<String>> = Mutex::default();
    let gateway = ScriptedGateway::start(move |_, path, body| {
        if path != "/snap/v1/transactions" {
            return (404, json!({ "status_code": "404", "status_message": "Transaction doesn't exist." }).to_string());
        }
        let order = body["transaction_details"]["order_id"].as_str().expect("an order");
        let mut taken = taken.lock().expect("orders");
        match (taken.insert(order.to_owned()), taken.len()) {
            // It is made, and nobody gets the answer.
            (true, 1) => (503, String::new()),
            (true, _) => (201, json!({ "token": "t", "redirect_url": format!("https://pay.example/{order}") }).to_string()),
            (false, _) => {
                let why = "transaction_details.order_id has already been taken";
                (400, json!({ "error_messages": [why] }).to_string())
            }
        }
    })
    .await;
    let running = with_gateway(gateway.service()).await;
    let buyer = running.tokens("customer").await.access_token;
    let bought = checked_out(&running, &buyer, &wanted(&running, 0, 100_000, None)).await;
    let first = ask(&running, &buyer, "/money/v1/pay", &json!({ "id": bought.id, "method": "page" })).await;
    assert_eq!(first.0, StatusCode::SERVICE_UNAVAILABLE, "{}", first.1);
    let order = begun(&running, &buyer, bought.id, "page").await;
    assert_eq!(begun(&running, &buyer, bought.id, "page").await, order, "from then on it is the same");
    assert_eq!(gateway.count("POST", "/snap/v1/transactions"), 3);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM payment WHERE state = 'cancelled'").await, 1);
    let body = notification(&order, "200", "100000.00", json!({ "transaction_status": "settlement" }));
    assert_eq!(notify(&Client::new(), &running.url(), &body).await, StatusCode::OK);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM purchase WHERE state = 'settled' AND paid = 100000").await, 1);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_meanwhile_is_credited_and_not_begun_again_another_way() {
    let stand_in = StandIn::start().await;
    let service =
        sync_server::sales::payments::config::Service { notify: Some("http://127.0.0.1:9/".into()), ..stand_in.service() };
    let running = with_gateway(service).await;
    let buyer = running.tokens("customer").await.access_token;
    let bought = checked_out(&running, &buyer, &wanted(&running, 0, 100_000, None)).await;
    let order = begun(&running, &buyer, bought.id, "va_bni").await;
    stand_in.pay(&order).await;
    let late = refused(&running, &buyer, "/money/v1/pay", &json!({ "id": bought.id, "method": "qris" })).await;
    assert_eq!(late, (StatusCode::BAD_REQUEST, "paid".into()));
    assert_eq!(number(&running, "SELECT COUNT(*) FROM purchase WHERE state = 'settled' AND paid = 100000").await, 1);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM payment").await, 1);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_the_gateway_refuses_leaves_the_purchase_and_its_voucher_for_another() {
    let gateway = ScriptedGateway::start(|verb, path, body| {
        let order = &body["transaction_details"]["order_id"];
        let answer = match (verb, body["payment_type"].as_str()) {
            ("POST", Some("gopay")) => json!({ "status_code": "402", "status_message": "Payment channel is not activated." }),
            ("POST", Some("qris")) => json!({ "status_code": "202", "status_message": "Denied", "transaction_status": "deny",
                "order_id": order, "gross_amount": "95000.00", "transaction_id": "t" }),
            ("POST", Some(_)) => {
                json!({ "status_code": "201", "transaction_status": "pending", "transaction_id": "u", "order_id": order,
                "gross_amount": "95000.00", "va_numbers": [{ "bank": "bni", "va_number": "8808" }] })
            }
            _ if path.starts_with("/snap") => return (400, json!({ "error_messages": ["no"] }).to_string()),
            _ => json!({ "status_code": "404", "status_message": "no" }),
        };
        (200, answer.to_string())
    })
    .await;
    let running = with_gateway(gateway.service()).await;
    add_voucher(&running, "SATU", Benefit::FixedAmount(Rupiah(5_000)), Some(1)).await;
    let buyer = running.tokens("customer").await.access_token;
    let bought = checked_out(&running, &buyer, &wanted(&running, 0, 100_000, Some("SATU"))).await;
    for method in ["gopay", "qris", "page"] {
        let no = refused(&running, &buyer, "/money/v1/pay", &json!({ "id": bought.id, "method": method })).await;
        assert_eq!(no, (StatusCode::BAD_REQUEST, "method_refused".into()), "{method}");
        assert_eq!(number(&running, "SELECT COUNT(*) FROM purchase WHERE state = 'pending'").await, 1, "{method}");
    }
    let order = begun(&running, &buyer, bought.id, "va_bni").await;
    let body = notification(&order, "200", "95000.00", json!({ "transaction_status": "settlement" }));
    assert_eq!(notify(&Client::new(), &running.url(), &body).await, StatusCode::OK);
    assert_eq!(number(&running, "SELECT paid + discount FROM purchase WHERE state = 'settled' AND review = ''").await, 100_000);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dashboards_test_notification_is_answered_200_and_is_nobodys_money() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let order = "payment_notif_test_G141532850_0a1b2c3d-1f2e-4c5d-8e9f";
    let body = notification(order, "200", "10000.00", json!({ "transaction_status": "capture", "fraud_status": "accept" }));
    assert_eq!(notify(&Client::new(), &running.url(), &body).await, StatusCode::OK);
    let mut forged = body;
    forged["signature_key"] = json!("00");
    assert_eq!(notify(&Client::new(), &running.url(), &forged).await, StatusCode::UNAUTHORIZED);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM payment_case").await, 0);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM transfer WHERE purchase IS NOT NULL").await, 0);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cash_quote_is_not_paid_through_the_gateway_nor_the_reverse() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let (admin, buyer) = (running.tokens("admin").await.access_token, running.tokens("customer").await.access_token);
    let cash = wanted(&running, 0, 100_000, None);
    let _: Purchase = running.post(&admin, "/admin/v1/money/quote", &cash).await;
    let no = refused(&running, &admin, "/money/v1/checkout", &CheckoutAsked { id: cash.id }).await;
    assert_eq!(no, (StatusCode::BAD_REQUEST, "channel".into()));
    let no = ask(&running, &admin, "/money/v1/pay", &json!({ "id": cash.id, "method": "qris" })).await;
    assert_eq!(no.0, StatusCode::BAD_REQUEST);
    // Also where it waits for money already, as an older server left it.
    tests::shop::change(&running, "UPDATE purchase SET state = 'pending' WHERE channel = 'cash'").await;
    let no = refused(&running, &admin, "/money/v1/pay", &json!({ "id": cash.id, "method": "qris" })).await;
    assert_eq!(no, (StatusCode::BAD_REQUEST, "channel".into()));
    let by_gateway = wanted(&running, 0, 50_000, None);
    let _: Purchase = running.post(&buyer, "/money/v1/quote", &by_gateway).await;
    assert!(!ask(&running, &admin, "/admin/v1/money/cash", &by_gateway).await.0.is_success());
    let own = wanted(&running, 0, 60_000, None);
    let _: Purchase = running.post(&admin, "/money/v1/quote", &own).await;
    assert!(!ask(&running, &admin, "/admin/v1/money/cash", &own).await.0.is_success(), "the same admin's own quote neither");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM payment").await, 0);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_voucher_pays_wholly_is_credited_at_once_and_has_no_way_to_pay() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    add_voucher(&running, "GRATIS", Benefit::Percentage(1_000), Some(1)).await;
    let buyer = running.tokens("customer").await.access_token;
    let bought = checked_out(&running, &buyer, &wanted(&running, 0, 50_000, Some("GRATIS"))).await;
    assert_eq!((bought.state.as_str(), bought.to_pay, bought.paid), ("settled", Rupiah(0), Rupiah(0)));
    assert_eq!((bought.method, bought.order), (None, None));
    assert_eq!(
        ask(&running, &buyer, "/money/v1/pay", &json!({ "id": bought.id, "method": "qris" })).await.0,
        StatusCode::BAD_REQUEST
    );
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_voucher_pays_wholly_at_the_counter_is_one_transfer_and_one_entry_with_what_it_did_to_the_balance() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    add_voucher(&running, "GRATIS", Benefit::Percentage(1_000), Some(1)).await;
    let admin = running.tokens("admin").await.access_token;
    let asked = wanted(&running, 0, 50_000, Some("GRATIS"));
    for _ in 0..2 {
        let bought: Purchase = running.post(&admin, "/admin/v1/money/cash", &asked).await;
        assert_eq!((bought.state.as_str(), bought.to_pay, bought.paid), ("settled", Rupiah(0), Rupiah(0)));
    }
    // The last transfer of a purchase is the one that a balance is full by.
    assert_eq!(number(&running, "SELECT COUNT(*) FROM transfer WHERE kind = 'purchase'").await, 1);
    let entries = "SELECT COUNT(*) FROM audit WHERE kind = 'cash_top_up'";
    assert_eq!(number(&running, entries).await, 1);
    let moved = format!("{entries} AND json_extract(changes, '$.balance[0]') <> json_extract(changes, '$.balance[1]')");
    assert_eq!(number(&running, &moved).await, 1);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_admin_begins_to_pay_in_a_customers_place_is_in_the_audit_log() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let entries = "SELECT COUNT(*) FROM audit WHERE kind = 'begin_payment'";
    let buyer = running.tokens("customer").await.access_token;
    let own = checked_out(&running, &buyer, &wanted(&running, 0, 50_000, None)).await;
    begun(&running, &buyer, own.id, "qris").await;
    assert_eq!(number(&running, entries).await, 0, "the customer's own is on the statement");
    let admin = running.tokens("admin").await.access_token;
    let bought = checked_out(&running, &admin, &wanted(&running, 0, 60_000, None)).await;
    for (method, expected) in [("qris", 1), ("qris", 1), ("va_bni", 2)] {
        begun(&running, &admin, bought.id, method).await;
        assert_eq!(number(&running, entries).await, expected, "once for each that is begun");
    }
    proven(running).await;
}
