//! Answers of a gateway that are none, and a stand-in that refuses what the real one refuses, in its shape.

use domain::core::local_time::MINUTE_MS;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use sync_server::core::now;
use tests::payments::{KEY, StandIn, file, notification, stored};
use tests::scripted_gateway::ScriptedGateway;
use tests::shop::{ask, begun, change, checked_out, number, proven, refused, until, wanted, with_gateway};
use uuid::Uuid;

/// What a proxy, a firewall or a maintenance page says in a gateway's place.
fn no_answers() -> Vec<(u16, &'static str)> {
    vec![
        (200, "<html><body>Maintenance</body></html>"),
        (200, ""),
        (200, "[]"),
        (200, "[\"200\",\"settlement\",[]]"),
        (200, "\"settlement\""),
        (200, "null"),
        (200, "{}"),
        (200, r#"{"status_code":"200"}"#),
        (200, r#"{"status_code":"200","transaction_status":"made_up_later"}"#),
        (200, r#"{"status_code":200,"transaction_status":7}"#),
        (404, r#"{"message":"no Route matched with those values"}"#),
        (404, "<html>nginx</html>"),
        (400, r#"{"message":"blocked"}"#),
        (403, "<html>WAF</html>"),
        (302, ""),
        (503, "<html>"),
    ]
}

fn charged(body: &Value) -> (u16, String) {
    let answer = json!({ "status_code": "201", "transaction_status": "pending", "transaction_id": "t", "qr_string": "0",
        "order_id": body["transaction_details"]["order_id"], "gross_amount": "100000.00" });
    (200, answer.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_is_a_result_and_the_gateway_is_asked_again_until_one_is() {
    let said = no_answers();
    let count = said.len();
    let gateway = ScriptedGateway::start({
        let asked = std::sync::atomic::AtomicUsize::new(0);
        move |verb, path, body| {
            let order = path.split('/').nth(2).unwrap_or_default();
            if verb == "POST" {
                return charged(body);
            }
            let turn = asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let settled = || notification(order, "200", "100000.00", json!({ "transaction_status": "settlement" }));
            said.get(turn).map_or_else(|| (200, settled().to_string()), |(status, text)| (*status, (*text).to_owned()))
        }
    })
    .await;
    let running = with_gateway(gateway.service()).await;
    let buyer = running.tokens("customer").await.access_token;
    let bought = checked_out(&running, &buyer, &wanted(&running, 0, 100_000, None)).await;
    let order = begun(&running, &buyer, bought.id, "qris").await;
    for turn in 0..count {
        // Also when its time is over: that nobody answers does not say that nobody has paid.
        change(&running, &format!("UPDATE payment SET ask_at = 0, expires_at = {}", now().0 - 20 * MINUTE_MS)).await;
        until(&running, "SELECT COUNT(*) FROM payment WHERE ask_at = 0", 0).await;
        let now = stored(&file(running.world.folder.path()), &order);
        assert_eq!(
            (now.state.as_str(), now.effects.len(), now.ask_at.is_some()),
            ("pending", 0, true),
            "{:?}",
            no_answers()[turn]
        );
    }
    change(&running, "UPDATE payment SET ask_at = 0").await;
    until(&running, "SELECT COUNT(*) FROM payment WHERE state = 'paid'", 1).await;
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_nobody_ever_answers_about_is_a_case_in_the_end() {
    let gateway = ScriptedGateway::start(|verb, _, body| if verb == "POST" { charged(body) } else { (503, String::new()) }).await;
    let running = with_gateway(gateway.service()).await;
    let buyer = running.tokens("customer").await.access_token;
    let bought = checked_out(&running, &buyer, &wanted(&running, 0, 100_000, None)).await;
    begun(&running, &buyer, bought.id, "qris").await;
    change(&running, "UPDATE payment SET ask_at = 0, expires_at = 1").await;
    until(&running, "SELECT COUNT(*) FROM payment WHERE ask_at IS NULL", 1).await;
    until(&running, "SELECT COUNT(*) FROM payment_case WHERE kind = 'unanswered' AND amount = 100000", 1).await;
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_or_a_change_of_the_way_to_pay_is_not_done_because_of_no_answer() {
    for (status, text) in no_answers() {
        let gateway = ScriptedGateway::start(move |verb, path, body| match (verb, path) {
            ("POST", "/v2/charge") => charged(body),
            ("GET", _) => (503, String::new()),
            _ => (status, text.to_owned()),
        })
        .await;
        let running = with_gateway(gateway.service()).await;
        let (admin, buyer) = (running.tokens("admin").await.access_token, running.tokens("customer").await.access_token);
        let bought = checked_out(&running, &buyer, &wanted(&running, 0, 100_000, None)).await;
        let order = begun(&running, &buyer, bought.id, "qris").await;
        let (code, answer) = ask(&running, &buyer, "/money/v1/pay", &json!({ "id": bought.id, "method": "va_bni" })).await;
        assert_eq!(code, StatusCode::SERVICE_UNAVAILABLE, "{status} {text}: {answer}");
        assert_eq!(number(&running, "SELECT COUNT(*) FROM payment WHERE state = 'pending'").await, 1, "{status} {text}");
        let body = notification(&order, "200", "100000.00", json!({ "transaction_status": "settlement" }));
        assert_eq!(tests::payments::notify(&Client::new(), &running.url(), &body).await, StatusCode::OK);
        let back = json!({ "key": Uuid::now_v7(), "of": bought.id, "amount": 30_000, "reason": "Salah meter" });
        let (code, answer) = ask(&running, &admin, "/admin/v1/money/refund", &back).await;
        assert_eq!(code, StatusCode::SERVICE_UNAVAILABLE, "{status} {text}: {answer}");
        assert_eq!(number(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'refund_gateway'").await, 0, "{status} {text}");
        proven(running).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_is_found_by_asking_where_its_notification_gets_lost_and_the_gateway_is_away_right_after_it() {
    let is_back = Arc::new(AtomicBool::new(false));
    let gateway = ScriptedGateway::start({
        let is_back = Arc::clone(&is_back);
        move |verb, path, body| {
            let order = path.split('/').nth(2).unwrap_or_default();
            let part = json!({ "transaction_status": "partial_refund", "refund_amount": "30000.00" });
            match verb {
                "POST" if path == "/v2/charge" => charged(body),
                "GET" if !is_back.load(Ordering::Relaxed) => (503, String::new()),
                _ => (200, notification(order, "200", "100000.00", part).to_string()),
            }
        }
    })
    .await;
    let running = with_gateway(gateway.service()).await;
    let (admin, buyer) = (running.tokens("admin").await.access_token, running.tokens("customer").await.access_token);
    let bought = checked_out(&running, &buyer, &wanted(&running, 0, 100_000, None)).await;
    let order = begun(&running, &buyer, bought.id, "qris").await;
    let body = notification(&order, "200", "100000.00", json!({ "transaction_status": "settlement" }));
    assert_eq!(tests::payments::notify(&Client::new(), &running.url(), &body).await, StatusCode::OK);
    // It was confirmed long ago.
    change(&running, "UPDATE payment SET ask_at = NULL").await;
    let back = json!({ "key": Uuid::now_v7(), "of": bought.id, "amount": 30_000, "reason": "Salah meter" });
    let (code, answer) = ask(&running, &admin, "/admin/v1/money/refund", &back).await;
    assert_eq!((code, &answer["returned"]), (StatusCode::OK, &json!(0)), "the gateway has done it, and nobody knows of it yet");
    is_back.store(true, Ordering::Relaxed);
    change(&running, "UPDATE payment SET ask_at = 0 WHERE ask_at IS NOT NULL").await;
    until(&running, "SELECT COUNT(*) FROM purchase WHERE returned = 30000", 1).await;
    until(&running, "SELECT COUNT(*) FROM payment WHERE ask_at IS NULL", 1).await;
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_asked_of_the_gateway_gives_back_no_other_money_answered_or_not() {
    let is_back = Arc::new(AtomicBool::new(false));
    let gateway = ScriptedGateway::start({
        let is_back = Arc::clone(&is_back);
        move |_, path, body| {
            let order = path.split('/').nth(2).unwrap_or_default();
            let part = json!({ "transaction_status": "partial_refund", "refund_amount": "30000.00" });
            match path {
                "/v2/charge" => charged(body),
                _ if path.ends_with("/refund") && is_back.load(Ordering::Relaxed) => {
                    (200, notification(order, "200", "100000.00", part).to_string())
                }
                _ => (503, String::new()),
            }
        }
    })
    .await;
    let running = with_gateway(gateway.service()).await;
    let (admin, buyer) = (running.tokens("admin").await.access_token, running.tokens("customer").await.access_token);
    let mut paid = Vec::new();
    for _ in 0..2 {
        let bought = checked_out(&running, &buyer, &wanted(&running, 0, 100_000, None)).await;
        let order = begun(&running, &buyer, bought.id, "qris").await;
        let body = notification(&order, "200", "100000.00", json!({ "transaction_status": "settlement" }));
        assert_eq!(tests::payments::notify(&Client::new(), &running.url(), &body).await, StatusCode::OK);
        paid.push(bought.id);
    }
    let key = Uuid::now_v7();
    let back = |of: Uuid, amount: i64| json!({ "key": key, "of": of, "amount": amount, "reason": "Salah meter" });
    for is_answered in [false, true] {
        is_back.store(is_answered, Ordering::Relaxed);
        let status = if is_answered { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        assert_eq!(ask(&running, &admin, "/admin/v1/money/refund", &back(paid[0], 30_000)).await.0, status);
        for other in [back(paid[0], 20_000), back(paid[1], 30_000)] {
            let said = refused(&running, &admin, "/admin/v1/money/refund", &other).await;
            assert_eq!(said, (StatusCode::BAD_REQUEST, "key".into()), "{other}");
        }
    }
    assert_eq!(gateway.count("POST", "/refund"), 2, "for the refund itself, without an answer and with one");
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stand_in_refuses_what_the_real_one_refuses_as_json() {
    let stand_in = StandIn::start().await;
    let (http, url) = (Client::new(), stand_in.url());
    let send = async |path: &str, body: String| {
        let request =
            http.post(format!("{url}{path}")).basic_auth(KEY, Some("")).header("content-type", "application/json").body(body);
        let answer = request.send().await.expect("an answer");
        let is_json = answer.headers()["content-type"].to_str().is_ok_and(|kind| kind.starts_with("application/json"));
        assert!(is_json, "{path}");
        (answer.status().as_u16(), answer.json::<Value>().await.expect("JSON"))
    };
    let order = |gross: Value, items: Value| {
        let mut body =
            json!({ "payment_type": "qris", "transaction_details": { "order_id": Uuid::now_v7(), "gross_amount": gross } });
        if !items.is_null() {
            body["item_details"] = items;
        }
        body
    };
    let item = |price: Value, quantity: Value| json!([{ "id": "a", "price": price, "quantity": quantity, "name": "Air" }]);
    let bad = [
        order(json!(100_000), item(json!(99_999), json!(1))),
        order(json!(100_000), item(json!(50_000), json!(3))),
        order(json!(100_000), item(json!(50_000.5), json!(2))),
        order(json!(100_000.5), Value::Null),
        order(json!("100000.50"), Value::Null),
        order(json!("x"), Value::Null),
        order(Value::Null, Value::Null),
        order(json!(0), Value::Null),
        order(json!(-1), Value::Null),
        json!({ "payment_type": "qris" }),
        json!([]),
        json!("x"),
    ];
    for body in &bad {
        let (status, answer) = send("/v2/charge", body.to_string()).await;
        assert_eq!((status, &answer["status_code"]), (400, &json!("400")), "{body}: {answer}");
        assert!(answer["validation_messages"].is_array() && answer["id"].is_string(), "{body}: {answer}");
        let (status, answer) = send("/snap/v1/transactions", body.to_string()).await;
        assert_eq!((status, answer["error_messages"].is_array()), (400, true), "{body}: {answer}");
    }
    for path in ["/v2/charge", "/snap/v1/transactions", "/v2/IW-1/refund"] {
        assert_eq!(send(path, "not JSON".into()).await.0, 400, "{path}");
    }
    for (gross, items) in
        [(json!(100_000), item(json!(50_000), json!(2))), (json!(100_000), Value::Null), (json!("100000"), Value::Null)]
    {
        let (status, answer) = send("/v2/charge", order(gross, items).to_string()).await;
        assert_eq!((status, &answer["status_code"]), (200, &json!("201")), "{answer}");
    }
    let mut account = order(json!(100_000), Value::Null);
    (account["payment_type"], account["bank_transfer"]) = (json!("bank_transfer"), json!({ "bank": "bni" }));
    let (_, charged) = send("/v2/charge", account.to_string()).await;
    let name = charged["order_id"].as_str().expect("an order").to_owned();
    stand_in.pay(&name).await;
    for body in [json!({ "refund_key": "r", "amount": 30_000, "reason": "x" }), json!({ "amount": 100.5 })] {
        let (status, answer) = send(&format!("/v2/{name}/refund"), body.to_string()).await;
        let code = if body["amount"].is_i64() { 412 } else { 400 };
        assert_eq!((status, &answer["status_code"]), (code, &json!(code.to_string())), "{answer}");
    }
}

/// Runs a program that drives the stand-in by a client of Midtrans' own; returns what it says came of each step.
fn driven(mut command: Command) -> Value {
    let said = command.output().unwrap_or_else(|error| panic!("{:?}: {error}; run `cargo xtask setup`", command.get_program()));
    assert!(said.status.success(), "{}\nrun `cargo xtask setup`", String::from_utf8_lossy(&said.stderr));
    serde_json::from_slice(&said.stdout).expect("steps as JSON")
}

/// Where `cargo xtask setup` installs these clients.
fn clients() -> PathBuf {
    let here = std::env::current_exe().expect("this program");
    let found = here.ancestors().map(|folder| folder.join("midtrans-clients")).find(|folder| folder.is_dir());
    found.expect("the gateway's own clients are not installed: run `cargo xtask setup`")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gateways_own_clients_for_python_and_node_find_the_stand_in_as_the_real_one() {
    let stand_in = StandIn::start().await;
    let (folder, url) = (clients(), stand_in.url());
    let scripts = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("clients");
    let expected = json!([
        ["charge", "ok", "201", "pending", "100000.00", "IDR"],
        ["status", "ok", "201", "pending"],
        ["again", "refused", 406, "status_message"],
        ["items", "refused", 400, "validation_messages"],
        ["decimals", "refused", 400, "validation_messages"],
        ["snap items", "refused", 400, "error_messages"],
        ["snap decimals", "refused", 400, "error_messages"],
        ["snap", ["redirect_url", "token"]],
        ["unknown", "refused", 404, "status_message"],
        ["stranger", "refused", 401, "status_message"],
        ["refund unpaid", "refused", 412, "status_message"],
        ["refund decimals", "refused", 400, "validation_messages"],
        ["cancel", "ok", "200", "cancel"],
        ["cancel again", "refused", 412, "status_message"],
        ["expire", "ok", "407", "expire"],
        ["expired", "ok", "407", "expire"],
    ]);
    let steps = tokio::task::spawn_blocking(move || {
        let mut python = Command::new(folder.join("python/bin/python"));
        python.arg(scripts.join("drive.py")).args([url.as_str(), KEY]);
        let mut node = Command::new("node");
        node.arg(scripts.join("drive.js")).arg(&folder).args([url.as_str(), KEY]);
        [("midtransclient", driven(python)), ("midtrans-client", driven(node))]
    });
    for (client, steps) in steps.await.expect("driven") {
        assert_eq!(steps, expected, "{client}");
    }
}
