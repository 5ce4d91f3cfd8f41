//! Cards under an order that nobody knows: charged today and settled tomorrow, or charged and held for a review at the gateway.

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tests::payments::{notification, notify};
use tests::scripted_gateway::ScriptedGateway;
use tests::shop::{ask, checked_out, number, proven, refused, wanted, with_gateway};
use tests::world::Running;
use uuid::Uuid;

const SETTLE: &str = "/admin/v1/money/cases/settle";

fn card(status: &str, code: &str, fraud: &str) -> Value {
    let more =
        json!({ "transaction_status": status, "fraud_status": fraud, "transaction_id": "t-1", "payment_type": "credit_card" });
    notification("CARD-1", code, "100000.00", more)
}

/// The open cases, by whether money came with them that can be given to a purchase.
async fn cases(running: &Running, admin: &str, came: bool) -> Vec<Value> {
    let review: Value = running.get(admin, "/admin/v1/money/review").await;
    let all = review["cases"].as_array().expect("cases").clone();
    all.into_iter().filter(|case| case["can_assign"] == json!(came)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_is_charged_and_settles_is_one_sum_and_one_that_is_held_for_a_review_is_none() {
    let unknown = json!({ "status_code": "404", "status_message": "Transaction doesn't exist." }).to_string();
    let gateway = ScriptedGateway::start(move |_, _, _| (200, unknown.clone())).await;
    let running = with_gateway(gateway.service()).await;
    let (admin, buyer) = (running.tokens("admin").await.access_token, running.tokens("customer").await.access_token);
    let bought = checked_out(&running, &buyer, &wanted(&running, 0, 100_000, None)).await;
    let given =
        |case: &Value| json!({ "key": Uuid::now_v7(), "of": case["id"], "purchase": bought.id, "note": "Nomor kartu cocok" });
    let (http, url) = (Client::new(), running.url());

    assert_eq!(notify(&http, &url, &card("capture", "201", "challenge")).await, StatusCode::NOT_FOUND);
    assert_eq!(cases(&running, &admin, true).await, Vec::<Value>::new(), "it may never be paid");
    let held = cases(&running, &admin, false).await.remove(0);
    assert_eq!(held["reported"], json!("challenge"));
    assert_eq!(refused(&running, &admin, SETTLE, &given(&held)).await, (StatusCode::BAD_REQUEST, "no_money".into()));

    for status in ["capture", "settlement"] {
        assert_eq!(notify(&http, &url, &card(status, "200", "accept")).await, StatusCode::NOT_FOUND);
    }
    let came = cases(&running, &admin, true).await;
    assert_eq!(came.len(), 1, "a card is charged, and settles a day later: {came:?}");
    assert_eq!(came[0]["times"], json!(2));
    let (status, answer) = ask(&running, &admin, SETTLE, &given(&came[0])).await;
    assert_eq!((status, &answer["state"]), (StatusCode::OK, &json!("assigned")), "{answer}");
    assert_eq!(notify(&http, &url, &card("settlement", "200", "accept")).await, StatusCode::NOT_FOUND);
    assert_eq!(cases(&running, &admin, true).await, Vec::<Value>::new(), "what was given to a purchase is not given again");
    assert_eq!(number(&running, "SELECT paid + extra FROM purchase WHERE state = 'settled'").await, 100_000);
    proven(running).await;
}
