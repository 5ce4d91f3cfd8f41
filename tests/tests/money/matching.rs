//! Whose money it is: fees on the payer's side, orders under the gateway's own name, and what cannot be matched, which becomes a case.

use domain::Rupiah;
use domain::sales::receipt::PurchaseNumber;
use protocol::sales::money::Purchase;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tests::payments::{file, notification, notify, stored};
use tests::scripted_gateway::ScriptedGateway;
use tests::shop::{ask, begun, change, checked_out, number, proven, refused, second_admin, until, wanted, with_gateway};
use tests::world::Running;
use uuid::Uuid;

const OWN_NAME: &str = "57d5293c-e65f-4a29-95e4-5959c3fa335b";
const REVIEW: &str = "/admin/v1/money/review";
const SETTLE: &str = "/admin/v1/money/cases/settle";

fn fee() -> Value {
    json!({ "transaction_status": "settlement", "transaction_id": OWN_NAME,
        "metadata": { "extra_info": { "gross_amount_info": { "original_amount": 100_000, "gross_amount": 100_710 } } } })
}

/// A gateway that charges QRIS, and answers every status call with one text.
async fn gateway(status: impl Fn(&str) -> Value + Send + Sync + 'static) -> ScriptedGateway {
    ScriptedGateway::start(move |method, path, body| {
        let order = path.split('/').nth(2).unwrap_or_default();
        let answer = match (method, path) {
            ("POST", "/v2/charge") => json!({ "status_code": "201", "transaction_status": "pending", "transaction_id": OWN_NAME,
                "order_id": body["transaction_details"]["order_id"], "gross_amount": "100000.00", "qr_string": "000201" }),
            ("GET", _) => status(order),
            _ => json!({ "status_code": "412", "status_message": "no" }),
        };
        (200, answer.to_string())
    })
    .await
}

fn not_there(_: &str) -> Value {
    json!({ "status_code": "404", "status_message": "Transaction doesn't exist." })
}

async fn paying(running: &Running) -> (Purchase, String) {
    let buyer = running.tokens("customer").await.access_token;
    let bought = checked_out(running, &buyer, &wanted(running, 0, 100_000, None)).await;
    let order = begun(running, &buyer, bought.id, "qris").await;
    (bought, order)
}

async fn cases(running: &Running) -> Vec<Value> {
    let admin = running.tokens("admin").await.access_token;
    let review: Value = running.get(&admin, REVIEW).await;
    review["cases"].as_array().expect("cases").clone()
}

async fn purchase(running: &Running, id: Uuid) -> Value {
    let admin = running.tokens("admin").await.access_token;
    let path = format!("/admin/v1/money/purchases?connection={}", running.world.meters[0].connection);
    let page: Value = running.get(&admin, &path).await;
    let rows = page["rows"].as_array().expect("rows").clone();
    rows.into_iter().find(|row| row["purchase"]["id"] == json!(id)).expect("the purchase")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fee_on_the_payers_side_is_noted_and_the_purchase_is_credited_with_what_was_agreed_on() {
    let gateway = gateway(not_there).await;
    let running = with_gateway(gateway.service()).await;
    let (bought, order) = paying(&running).await;
    let (http, url) = (Client::new(), running.url());
    // More than was paid is no part of it.
    for original in [json!(100_711), json!("x"), json!(-5), json!(99_999)] {
        let mut body = notification(&order, "200", "100710.00", fee());
        body["metadata"]["extra_info"]["gross_amount_info"]["original_amount"] = original;
        assert_eq!(notify(&http, &url, &body).await, StatusCode::BAD_REQUEST, "{body}");
    }
    let body = notification(&order, "200", "100710.00", fee());
    for _ in 0..2 {
        assert_eq!(notify(&http, &url, &body).await, StatusCode::OK);
    }
    let end = stored(&file(running.world.folder.path()), &order);
    assert_eq!((end.state.as_str(), end.net, end.effects), ("paid", 100_000, vec![("credit".to_owned(), 100_000)]));
    let row = purchase(&running, bought.id).await;
    assert_eq!((&row["purchase"]["paid"], &row["fee"], &row["review"]), (&json!(100_000), &json!(710), &json!("")));
    // What comes later may name the sum alone.
    let refund = json!({ "transaction_status": "partial_refund", "refund_amount": "30000.00" });
    assert_eq!(notify(&http, &url, &notification(&order, "200", "100710.00", refund.clone())).await, StatusCode::OK);
    assert_eq!(notify(&http, &url, &notification(&order, "200", "100711.00", refund)).await, StatusCode::BAD_REQUEST);
    assert_eq!(stored(&file(running.world.folder.path()), &order).net, 70_000);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fee_is_read_as_well_where_the_gateway_is_asked_and_where_metadata_is_a_text() {
    for as_text in [false, true] {
        let gateway = gateway(move |order| {
            let mut body = notification(order, "200", "100710.00", fee());
            if as_text {
                body["metadata"] = json!(body["metadata"].to_string());
            }
            body
        })
        .await;
        let running = with_gateway(gateway.service()).await;
        let (bought, _) = paying(&running).await;
        change(&running, "UPDATE payment SET ask_at = 0").await;
        until(&running, "SELECT COUNT(*) FROM payment WHERE state = 'paid' AND net = 100000", 1).await;
        assert_eq!(purchase(&running, bought.id).await["fee"], json!(710));
        proven(running).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_status_call_of_our_order_answers_is_about_our_order_whatever_it_names() {
    let gateway = gateway(|_| notification(OWN_NAME, "200", "100000.00", json!({ "transaction_status": "settlement" }))).await;
    let running = with_gateway(gateway.service()).await;
    let (_, order) = paying(&running).await;
    change(&running, "UPDATE payment SET ask_at = 0").await;
    until(&running, "SELECT COUNT(*) FROM payment WHERE state = 'paid' AND ask_at IS NULL", 1).await;
    assert_eq!(stored(&file(running.world.folder.path()), &order).net, 100_000);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_under_the_gateways_own_name_is_a_case_and_has_the_order_asked_about() {
    let gateway = gateway(|order| notification(order, "200", "100000.00", json!({ "transaction_status": "settlement" }))).await;
    let running = with_gateway(gateway.service()).await;
    let (bought, order) = paying(&running).await;
    let body =
        notification(OWN_NAME, "200", "100000.00", json!({ "transaction_status": "settlement", "transaction_id": OWN_NAME }));
    assert_eq!(notify(&Client::new(), &running.url(), &body).await, StatusCode::OK, "asked at once, and found");
    assert_eq!(stored(&file(running.world.folder.path()), &order).net, 100_000);
    assert_eq!(purchase(&running, bought.id).await["purchase"]["state"], json!("settled"));
    assert_eq!(number(&running, "SELECT COUNT(*) FROM payment_case WHERE state = 'matched'").await, 1);
    assert_eq!(cases(&running).await, Vec::<Value>::new(), "nobody need look at it");
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_of_an_unknown_order_is_a_case_that_an_admin_gives_to_a_purchase_once() {
    let gateway = gateway(not_there).await;
    let running = with_gateway(gateway.service()).await;
    let (bought, _) = paying(&running).await;
    let body = notification(
        "VA-7781",
        "200",
        "100000.00",
        json!({ "transaction_status": "settlement", "transaction_id": "t-1",
        "payment_type": "bank_transfer", "va_numbers": [{ "bank": "bni", "va_number": "8808123" }] }),
    );
    for _ in 0..3 {
        assert_eq!(notify(&Client::new(), &running.url(), &body).await, StatusCode::NOT_FOUND);
    }
    let open = cases(&running).await;
    assert_eq!(open.len(), 1, "the same report again is the same case: {open:?}");
    let case = &open[0];
    assert_eq!((&case["kind"], &case["amount"], &case["times"]), (&json!("unknown_order"), &json!(100_000), &json!(3)));
    assert!(case["payer"].as_str().is_some_and(|payer| payer.contains("8808123")), "{case}");
    assert!(case["at"].as_i64().is_some_and(|at| at > 0) && case["order"] == json!("VA-7781"), "{case}");
    let (admin, buyer) = (running.tokens("admin").await.access_token, running.tokens("customer").await.access_token);
    let given = json!({ "key": Uuid::now_v7(), "of": case["id"], "purchase": bought.id, "note": "Nomor VA cocok dengan slip" });
    assert_eq!(ask(&running, &buyer, SETTLE, &given).await.0, StatusCode::FORBIDDEN);
    let silent = json!({ "key": Uuid::now_v7(), "of": case["id"], "purchase": bought.id, "note": " " });
    assert_eq!(refused(&running, &admin, SETTLE, &silent).await, (StatusCode::BAD_REQUEST, "reason".into()));
    for _ in 0..2 {
        let (status, answer) = ask(&running, &admin, SETTLE, &given).await;
        assert_eq!((status, &answer["state"]), (StatusCode::OK, &json!("assigned")), "{answer}");
    }
    let row = purchase(&running, bought.id).await;
    assert_eq!((&row["purchase"]["state"], &row["purchase"]["paid"]), (&json!("settled"), &json!(100_000)));
    let back = json!({ "key": Uuid::now_v7(), "of": bought.id, "amount": 100_000, "reason": "Salah meter" });
    let no = refused(&running, &admin, "/admin/v1/money/refund", &back).await;
    assert_eq!(no, (StatusCode::BAD_REQUEST, "refund_refused".into()), "all of it is left, and came by no payment of its own");
    let other = json!({ "key": Uuid::now_v7(), "of": case["id"], "note": "Sudah beres di tempat lain" });
    assert_eq!(refused(&running, &admin, SETTLE, &other).await, (StatusCode::BAD_REQUEST, "closed".into()));
    let elsewhere =
        json!({ "key": given["key"], "of": case["id"], "purchase": Uuid::now_v7(), "note": "Nomor VA cocok dengan slip" });
    assert_eq!(refused(&running, &admin, SETTLE, &elsewhere).await, (StatusCode::BAD_REQUEST, "key".into()));
    assert_eq!(notify(&Client::new(), &running.url(), &body).await, StatusCode::NOT_FOUND);
    assert_eq!(cases(&running).await.len(), 0, "what was decided is not asked again");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'assign_case'").await, 1);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_given_to_a_purchase_by_the_number_on_its_receipt() {
    let gateway = gateway(not_there).await;
    let running = with_gateway(gateway.service()).await;
    let (bought, _) = paying(&running).await;
    let (admin, buyer) = (running.tokens("admin").await.access_token, running.tokens("customer").await.access_token);
    let number = PurchaseNumber::of(bought.id);
    let by = |case: &Value, number: PurchaseNumber| json!({ "key": Uuid::now_v7(), "of": case["id"], "number": number, "note": "Nomor di tanda terima" });
    let opened = async |order: &str| {
        let body =
            notification(order, "200", "100000.00", json!({ "transaction_status": "settlement", "transaction_id": order }));
        assert_eq!(notify(&Client::new(), &running.url(), &body).await, StatusCode::NOT_FOUND);
        cases(&running).await.remove(0)
    };
    let case = opened("VA-7782").await;
    let another = by(&case, PurchaseNumber(number.0 ^ 1));
    assert_eq!(refused(&running, &admin, SETTLE, &another).await, (StatusCode::NOT_FOUND, "no_purchase".into()));
    let (status, answer) = ask(&running, &admin, SETTLE, &by(&case, number)).await;
    assert_eq!((status, &answer["state"]), (StatusCode::OK, &json!("assigned")), "{answer}");
    assert_eq!(purchase(&running, bought.id).await["purchase"]["paid"], json!(100_000));
    // Another purchase that has the same number by chance: nobody knows which is meant.
    let mut same = wanted(&running, 0, 50_000, None);
    same.id = Uuid::from_u128(bought.id.as_u128() ^ (1 << 40));
    let twin: Purchase = running.post(&buyer, "/money/v1/quote", &same).await;
    assert_eq!(PurchaseNumber::of(twin.id), number);
    let case = opened("VA-7783").await;
    assert_eq!(refused(&running, &admin, SETTLE, &by(&case, number)).await, (StatusCode::BAD_REQUEST, "ambiguous".into()));
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_report_that_cannot_be_used_is_a_case_and_can_be_noted_as_settled_elsewhere() {
    let gateway = gateway(not_there).await;
    let running = with_gateway(gateway.service()).await;
    let (_, order) = paying(&running).await;
    let (http, url) = (Client::new(), running.url());
    let settled = json!({ "transaction_status": "settlement" });
    let said = [
        ("wrong_amount", notification(&order, "200", "99999.00", settled.clone())),
        ("unreadable", notification(&order, "200", "100000.50", settled.clone())),
        ("unreadable", notification("a/b", "200", "100000.00", settled.clone())),
        ("unknown_status", notification(&order, "200", "100000.00", json!({ "transaction_status": "made_up_later" }))),
        ("unknown_order", notification("IW-1", "200", "5000.00", settled)),
    ];
    for (_, body) in &said {
        notify(&http, &url, body).await;
    }
    let mut kinds: Vec<String> = cases(&running).await.iter().map(|case| case["kind"].as_str().expect("a kind").into()).collect();
    let mut expected: Vec<&str> = said.iter().map(|(kind, _)| *kind).collect();
    kinds.sort();
    expected.sort_unstable();
    assert_eq!(kinds, expected);
    // Anybody can send what is not signed: it is kept, and is nobody's work.
    let mut forged = notification("IW-2", "200", "5000.00", json!({ "transaction_status": "settlement" }));
    forged["signature_key"] = json!("0");
    assert_eq!(notify(&http, &url, &forged).await, StatusCode::UNAUTHORIZED);
    let open = cases(&running).await;
    assert_eq!(open.len(), 5);
    let second = second_admin(&running).await;
    for case in open {
        let note = json!({ "key": Uuid::now_v7(), "of": case["id"], "note": "Dikembalikan lewat dasbor" });
        let (status, answer) = ask(&running, &second, SETTLE, &note).await;
        assert_eq!((status, &answer["state"]), (StatusCode::OK, &json!("noted")), "{answer}");
    }
    assert_eq!(cases(&running).await.len(), 0);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'note_case'").await, 5);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_without_money_or_of_a_cash_purchase_is_not_credited() {
    let gateway = gateway(not_there).await;
    let running = with_gateway(gateway.service()).await;
    let (bought, _) = paying(&running).await;
    let admin = running.tokens("admin").await.access_token;
    let (http, url) = (Client::new(), running.url());
    notify(&http, &url, &notification("IW-1", "201", "100000.00", json!({ "transaction_status": "pending" }))).await;
    let case = cases(&running).await.remove(0);
    let given = json!({ "key": Uuid::now_v7(), "of": case["id"], "purchase": bought.id, "note": "Nomor cocok" });
    assert_eq!(refused(&running, &admin, SETTLE, &given).await, (StatusCode::BAD_REQUEST, "no_money".into()));
    notify(&http, &url, &notification("IW-2", "200", "100000.00", json!({ "transaction_status": "settlement" }))).await;
    let case = cases(&running).await.into_iter().find(|case| case["order"] == json!("IW-2")).expect("a case");
    let cash = wanted(&running, 0, 50_000, None);
    let paid: Purchase = running.post(&admin, "/admin/v1/money/cash", &cash).await;
    assert_eq!(paid.paid, Rupiah(50_000));
    let given = json!({ "key": Uuid::now_v7(), "of": case["id"], "purchase": cash.id, "note": "Nomor cocok" });
    assert_eq!(refused(&running, &admin, SETTLE, &given).await, (StatusCode::BAD_REQUEST, "channel".into()));
    let nobody = json!({ "key": Uuid::now_v7(), "of": case["id"], "purchase": Uuid::nil(), "note": "Nomor cocok" });
    assert_eq!(ask(&running, &admin, SETTLE, &nobody).await.0, StatusCode::NOT_FOUND);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_whose_payment_is_asked_about_is_not_assigned_and_ends_with_its_credit() {
    let gateway = gateway(|order| notification(order, "200", "100710.00", fee())).await;
    let running = with_gateway(gateway.service()).await;
    let (bought, order) = paying(&running).await;
    let admin = running.tokens("admin").await.access_token;
    let body = notification(&order, "200", "100710.00", json!({ "transaction_status": "settlement" }));
    assert_eq!(notify(&Client::new(), &running.url(), &body).await, StatusCode::BAD_REQUEST, "it does not name the fee");
    let case = cases(&running).await.remove(0);
    assert_eq!((&case["kind"], &case["can_assign"]), (&json!("wrong_amount"), &json!(true)));
    let given = json!({ "key": Uuid::now_v7(), "of": case["id"], "purchase": bought.id, "note": "Nomor cocok" });
    assert_eq!(refused(&running, &admin, SETTLE, &given).await, (StatusCode::BAD_REQUEST, "own_payment".into()));
    change(&running, "UPDATE payment SET ask_at = 0").await;
    until(&running, "SELECT COUNT(*) FROM payment WHERE state = 'paid' AND net = 100000", 1).await;
    assert_eq!(cases(&running).await, Vec::<Value>::new(), "nobody need look at it");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM payment_case WHERE state = 'matched'").await, 1);
    assert_eq!(refused(&running, &admin, SETTLE, &given).await, (StatusCode::BAD_REQUEST, "closed".into()));
    // What is reported of another amount afterwards is somebody's work, and no money for anybody.
    let other = notification(&order, "200", "99999.00", json!({ "transaction_status": "settlement" }));
    assert_eq!(notify(&Client::new(), &running.url(), &other).await, StatusCode::BAD_REQUEST);
    let case = cases(&running).await.remove(0);
    let given = json!({ "key": Uuid::now_v7(), "of": case["id"], "purchase": bought.id, "note": "Nomor cocok" });
    assert_eq!(refused(&running, &admin, SETTLE, &given).await, (StatusCode::BAD_REQUEST, "own_payment".into()));
    assert_eq!(purchase(&running, bought.id).await["purchase"]["paid"], json!(100_000));
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_assigned_by_hand_whose_payment_is_credited_later_is_a_case_again() {
    for is_known in [true, false] {
        let has_settled = Arc::new(AtomicBool::new(false));
        let gateway = gateway({
            let has_settled = has_settled.clone();
            move |order| match has_settled.load(Ordering::Relaxed) {
                true => notification(
                    order,
                    "200",
                    "100000.00",
                    json!({ "transaction_status": "settlement", "transaction_id": OWN_NAME }),
                ),
                false => notification(order, "201", "100000.00", json!({ "transaction_status": "pending" })),
            }
        })
        .await;
        let running = with_gateway(gateway.service()).await;
        let (bought, _) = paying(&running).await;
        if !is_known {
            change(&running, "UPDATE payment SET gateway_id = NULL").await;
        }
        let settled = json!({ "transaction_status": "settlement", "transaction_id": OWN_NAME });
        let body = notification(OWN_NAME, "200", "100000.00", settled);
        assert_eq!(notify(&Client::new(), &running.url(), &body).await, StatusCode::NOT_FOUND);
        let case = cases(&running).await.remove(0);
        let admin = running.tokens("admin").await.access_token;
        let given = json!({ "key": Uuid::now_v7(), "of": case["id"], "purchase": bought.id, "note": "Nomor cocok" });
        if is_known {
            assert_eq!(refused(&running, &admin, SETTLE, &given).await, (StatusCode::BAD_REQUEST, "own_payment".into()));
        } else {
            assert_eq!(ask(&running, &admin, SETTLE, &given).await.1["state"], json!("assigned"));
        }
        has_settled.store(true, Ordering::Relaxed);
        change(&running, "UPDATE payment SET ask_at = 0").await;
        until(&running, "SELECT COUNT(*) FROM payment WHERE state = 'paid'", 1).await;
        let open = cases(&running).await;
        let twice = open.iter().filter(|case| case["kind"] == json!("credited_twice")).collect::<Vec<_>>();
        assert_eq!(twice.len(), usize::from(!is_known), "{open:?}");
        assert!(twice.iter().all(|case| case["amount"] == json!(100_000) && case["purchase"] == json!(bought.id)), "{open:?}");
        let matched = number(&running, "SELECT COUNT(*) FROM payment_case WHERE state = 'matched'").await;
        assert_eq!(matched, i64::from(is_known));
        proven(running).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_several_utilities_money_without_an_owner_can_only_be_noted() {
    let gateway = gateway(|order| notification(order, "201", "100000.00", json!({ "transaction_status": "pending" }))).await;
    let running = with_gateway(gateway.service()).await;
    let (bought, _) = paying(&running).await;
    let admin = running.tokens("admin").await.access_token;
    change(&running, "INSERT INTO utility (id, name) VALUES (randomblob(16), 'Lain')").await;
    let (http, url) = (Client::new(), running.url());
    let account = json!({ "transaction_status": "settlement", "va_numbers": [{ "bank": "bni", "va_number": "8808123" }] });
    assert_eq!(notify(&http, &url, &notification("VA-7781", "200", "100000.00", account)).await, StatusCode::NOT_FOUND);
    let case = cases(&running).await.remove(0);
    assert_eq!((&case["payer"], &case["can_assign"]), (&json!(""), &json!(false)), "{case}");
    let given = json!({ "key": Uuid::now_v7(), "of": case["id"], "purchase": bought.id, "note": "Nomor cocok" });
    assert_eq!(refused(&running, &admin, SETTLE, &given).await, (StatusCode::BAD_REQUEST, "owner".into()));
    let noted = json!({ "key": Uuid::now_v7(), "of": case["id"], "note": "Milik penyedia lain" });
    let (status, answer) = ask(&running, &admin, SETTLE, &noted).await;
    assert_eq!((status, &answer["state"], &answer["payer"]), (StatusCode::OK, &json!("noted"), &json!("")), "{answer}");
    // Of what the gateway calls by its own name it is known whose it is.
    let settled = json!({ "transaction_status": "settlement", "transaction_id": OWN_NAME });
    assert_eq!(notify(&http, &url, &notification(OWN_NAME, "200", "100000.00", settled)).await, StatusCode::NOT_FOUND);
    assert_eq!(cases(&running).await.remove(0)["purchase"], json!(bought.id));
    assert_eq!(number(&running, "SELECT COUNT(*) FROM payment_case WHERE utility = 1 AND state = 'open'").await, 1);
    proven(running).await;
}
