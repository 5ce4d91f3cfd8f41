//! What one connection can hold and ask for, and whose turn it is when the gateway is asked.

use domain::Rupiah;
use domain::sales::voucher::Benefit;
use protocol::sales::money::Purchase;
use reqwest::StatusCode;
use serde_json::json;
use tests::payments::StandIn;
use tests::scripted_gateway::ScriptedGateway;
use tests::shop::{add_voucher, ask, begun, change, checked_out, number, proven, refused, until, wanted, with_gateway};
use tests::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_holds_one_use_of_a_campaign_however_often_it_checks_out() {
    let running = World::new().start().await;
    add_voucher(&running, "TIGA", Benefit::FixedAmount(Rupiah(5_000)), Some(3)).await;
    let buyer = running.tokens("customer").await.access_token;
    for _ in 0..4 {
        checked_out(&running, &buyer, &wanted(&running, 0, 50_000, Some("TIGA"))).await;
        assert_eq!(number(&running, "SELECT taken FROM voucher").await, 1, "the earlier one's use is free again");
    }
    checked_out(&running, &buyer, &wanted(&running, 0, 50_000, None)).await;
    assert_eq!(number(&running, "SELECT taken FROM voucher").await, 1, "what has no voucher takes none away");
    let other = running.tokens("other").await.access_token;
    let held = checked_out(&running, &other, &wanted(&running, 1, 50_000, Some("TIGA"))).await;
    assert_eq!(held.to_pay, Rupiah(45_000));
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_pays_the_reduced_price_of_a_checkout_whose_use_a_newer_one_has_released() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    add_voucher(&running, "DUA", Benefit::FixedAmount(Rupiah(5_000)), Some(2)).await;
    let (buyer, other) = (running.tokens("customer").await.access_token, running.tokens("other").await.access_token);
    let older = checked_out(&running, &buyer, &wanted(&running, 0, 50_000, Some("DUA"))).await;
    let newer = checked_out(&running, &buyer, &wanted(&running, 0, 60_000, Some("DUA"))).await;
    checked_out(&running, &other, &wanted(&running, 1, 50_000, Some("DUA"))).await;
    let pay = json!({ "id": older.id, "method": "va_bni" });
    assert_eq!(refused(&running, &buyer, "/money/v1/pay", &pay).await, (StatusCode::BAD_REQUEST, "depleted".into()));
    assert_eq!(number(&running, "SELECT COUNT(*) FROM payment").await, 0);
    assert!(ask(&running, &buyer, "/money/v1/cancel", &json!({ "id": newer.id })).await.0.is_success());
    let order = begun(&running, &buyer, older.id, "va_bni").await;
    assert_eq!(number(&running, "SELECT taken FROM voucher").await, 2, "it is free again, and taken again");
    stand_in.pay(&order).await;
    until(&running, "SELECT COUNT(*) FROM purchase WHERE state = 'settled' AND paid + discount = 50000 AND review = ''", 1).await;
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_use_that_is_held_again_and_again_without_paying_is_not_held_for_ever() {
    let running = World::new().start().await;
    add_voucher(&running, "SATU", Benefit::FixedAmount(Rupiah(5_000)), Some(2)).await;
    let (buyer, other) = (running.tokens("customer").await.access_token, running.tokens("other").await.access_token);
    let mut held = 0;
    let refusal = loop {
        let asked = wanted(&running, 0, 50_000, Some("SATU"));
        let (status, _) = ask(&running, &buyer, "/money/v1/quote", &asked).await;
        if status.is_success() {
            let (status, answer) = ask(&running, &buyer, "/money/v1/checkout", &json!({ "id": asked.id })).await;
            if !status.is_success() {
                break answer["detail"].as_str().unwrap_or_default().split(':').next().unwrap_or_default().to_owned();
            }
        }
        held += 1;
        assert!(held <= 10, "held ten times");
        // An hour and the grace go by unpaid.
        change(&running, "UPDATE purchase SET expires_at = 1 WHERE state = 'pending'").await;
        sync_server::jobs::money::once(&running.server.app).await.expect("expired");
    };
    assert_eq!(refusal, "held_too_often");
    let admin = running.tokens("admin").await.access_token;
    let cash: Purchase = running.post(&admin, "/admin/v1/money/cash", &wanted(&running, 0, 50_000, Some("SATU"))).await;
    assert_eq!(cash.paid, Rupiah(45_000), "at the counter it is paid at once");
    checked_out(&running, &other, &wanted(&running, 1, 50_000, Some("SATU"))).await;
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quotes_open_checkouts_and_gateway_orders_of_one_connection_are_bounded() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let (buyer, other) = (running.tokens("customer").await.access_token, running.tokens("other").await.access_token);
    let mut quoted = Vec::new();
    let refusal = loop {
        let asked = wanted(&running, 0, 50_000, None);
        let (status, answer) = ask(&running, &buyer, "/money/v1/quote", &asked).await;
        match status.is_success() {
            true => quoted.push(asked),
            false => {
                break (status, answer["detail"].as_str().unwrap_or_default().split(':').next().unwrap_or_default().to_owned());
            }
        }
        assert!(quoted.len() <= 100, "no bound");
    };
    assert_eq!(refusal, (StatusCode::TOO_MANY_REQUESTS, "too_many_quotes".into()));
    let again: Purchase = running.post(&buyer, "/money/v1/quote", &quoted[0]).await;
    assert_eq!(again.id, quoted[0].id, "the same quote again is no other");
    let mut open = Vec::new();
    for asked in &quoted {
        let (status, answer) = ask(&running, &buyer, "/money/v1/checkout", &json!({ "id": asked.id })).await;
        if !status.is_success() {
            assert!(answer["detail"].as_str().is_some_and(|detail| detail.starts_with("too_many_open")), "{answer}");
            break;
        }
        open.push(asked.id);
    }
    assert!((1..quoted.len()).contains(&open.len()), "{}", open.len());
    let mut orders = 0;
    let refusal = loop {
        let method = ["qris", "gopay"][orders % 2];
        let (status, answer) = ask(&running, &buyer, "/money/v1/pay", &json!({ "id": open[0], "method": method })).await;
        if !status.is_success() {
            break (status, answer["detail"].as_str().unwrap_or_default().split(':').next().unwrap_or_default().to_owned());
        }
        orders += 1;
        assert!(orders <= 100, "no bound");
    };
    assert_eq!(refusal, (StatusCode::TOO_MANY_REQUESTS, "too_many_payments".into()));
    assert_eq!(number(&running, "SELECT COUNT(*) FROM payment WHERE state = 'pending'").await, 1, "the last one can be paid");
    let fine = checked_out(&running, &other, &wanted(&running, 1, 50_000, None)).await;
    begun(&running, &other, fine.id, "qris").await;
    // Cash at the counter is the admin's, and not kept from who has many quotes.
    let admin = running.tokens("admin").await.access_token;
    let paid: Purchase = running.post(&admin, "/admin/v1/money/cash", &wanted(&running, 0, 50_000, None)).await;
    assert_eq!(paid.state, "settled");
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_with_many_due_payments_does_not_keep_others_from_their_turn() {
    let gateway = ScriptedGateway::start(|_, _, _| (503, String::new())).await;
    let running = with_gateway(gateway.service()).await;
    let world = &running.world;
    let orders = tests::payments::waiting(world, 400, Rupiah(100_000));
    change(&running, "UPDATE payment SET ask_at = 1").await;
    let other = running.tokens("other").await.access_token;
    let fine = checked_out(&running, &other, &wanted(&running, 1, 50_000, None)).await;
    let _ = ask(&running, &other, "/money/v1/pay", &json!({ "id": fine.id, "method": "qris" })).await;
    change(&running, "UPDATE payment SET ask_at = 2 WHERE gross = 50000").await;
    until(&running, "SELECT COUNT(*) FROM payment WHERE gross = 50000 AND asked > 0", 1).await;
    let before = number(&running, "SELECT COUNT(*) FROM payment WHERE gross = 100000 AND asked > 0").await;
    assert!(before <= 60, "its turn came after {before} of the {} that were due before it", orders.len());
    until(&running, "SELECT MIN(COUNT(*), 1) FROM payment WHERE gross = 100000 AND asked > 0", 1).await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_that_is_being_paid_keeps_its_voucher_whatever_is_checked_out_beside_it() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    add_voucher(&running, "TIGA", Benefit::FixedAmount(Rupiah(5_000)), Some(3)).await;
    let buyer = running.tokens("customer").await.access_token;
    let first = checked_out(&running, &buyer, &wanted(&running, 0, 100_000, Some("TIGA"))).await;
    let order = begun(&running, &buyer, first.id, "va_bni").await;
    for (code, taken) in [(None, 1), (Some("TIGA"), 2), (Some("TIGA"), 2)] {
        checked_out(&running, &buyer, &wanted(&running, 0, 50_000, code)).await;
        assert_eq!(number(&running, "SELECT taken FROM voucher").await, taken, "{code:?}");
    }
    stand_in.pay(&order).await;
    let paid = "SELECT COUNT(*) FROM purchase WHERE state = 'settled' AND discount = 5000 AND paid = 95000 AND review = ''";
    until(&running, paid, 1).await;
    proven(running).await;
}
