//! Payments from end to end: the real server, and the stand-in of the gateway as a process of its own, over HTTP in both directions.

use domain::sales::payment::qris::Qris;
use domain::sales::payment::{Bank, Method, OrderId};
use domain::{Rupiah, UtcMillis};
use protocol::sales::money::{CheckoutAsked, PayAsked, Paying, Purchase, QuoteAsked, Statement};
use reqwest::{Client, Method as Verb};
use rusqlite::OpenFlags;
use serde_json::json;
use std::time::Duration;
use sync_server::check;
use sync_server::config::Config;
use sync_server::core::{now, open_connection};
use sync_server::metering::fleet;
use sync_server::sales::payments::config::Service;
use sync_server::sales::payments::gateway::{Instructions, RefundRequest};
use sync_server::sales::payments::{PaymentIntent, Payments};
use sync_server::server::Server;
use tests::payments::{KEY, StandIn, Stored, audited, bought, file, notification, notify, stored};
use tests::world::{Running, World};
use tokio::time::timeout;
use uuid::Uuid;

const GROSS: Rupiah = Rupiah(100_000);

async fn server(service: Service) -> Running {
    let world = World::new();
    let config = Config { payments: Some(service), ..world.config() };
    let server = Server::start(&config).await.expect("the server starts");
    Running { world, server }
}

fn gateway(running: &Running) -> &Payments {
    running.server.app.payments.as_deref().expect("a gateway")
}

async fn order(running: &Running, method: Method) -> PaymentIntent {
    let utility = running.server.app.store.read(|db| fleet::utility(db)).await.expect("a utility");
    let connection = running.world.meters[0].connection;
    let purchase = running.server.app.store.writer.work(move |tx| bought(tx, connection, GROSS)).await.expect("a purchase");
    PaymentIntent { utility, purchase, method, gross: GROSS, expires_at: now().plus(900_000), by_admin: None }
}

async fn start(running: &Running, method: Method) -> (OrderId, Instructions) {
    let order = order(running, method).await;
    gateway(running).start(&running.server.app, order).await.expect("it starts")
}

/// Waits until a payment is as it should be; the server notifies nobody of it.
async fn until(running: &Running, order: &OrderId, is_so: impl Fn(&Stored) -> bool) -> Stored {
    let db = file(running.world.folder.path());
    let mut poll = tokio::time::interval(Duration::from_millis(20));
    let waiting = async {
        loop {
            poll.tick().await;
            let found = stored(&db, order.as_str());
            if is_so(&found) {
                return found;
            }
        }
    };
    timeout(Duration::from_secs(20), waiting).await.unwrap_or_else(|_| panic!("{:?}", stored(&db, order.as_str())))
}

/// The page of a payment, found as a person finds it: by the number that is to be paid.
async fn page(stand_in: &StandIn, number: &str) -> (String, String) {
    let answer = Client::new().get(format!("{}/find", stand_in.url())).query(&[("q", number)]).send().await.expect("a page");
    let url = answer.url().to_string();
    (url.split('?').next().unwrap_or_default().to_owned(), answer.text().await.expect("text"))
}

async fn press(page: &str, button: &str) -> String {
    let request = Client::new().post(format!("{page}/{button}?lang=en")).header("content-length", "0");
    request.send().await.expect("a page").error_for_status().expect("it is there").text().await.expect("text")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_virtual_account_is_paid_on_the_page_and_credited_by_the_notification() {
    let stand_in = StandIn::start().await;
    let running = server(stand_in.service()).await;
    let (order, instructions) = start(&running, Method::VirtualAccount(Bank::Bca)).await;
    let account = instructions.account.expect("a number to pay to");
    let (page, text) = page(&stand_in, &account).await;
    assert!(text.contains("SIMULASI") && text.contains("Rp100.000") && text.contains("Virtual account BCA"));
    assert_eq!(until(&running, &order, |_| true).await.state, "pending");
    let after = press(&page, "pay").await;
    assert!(after.contains("Payment received") && after.contains("SIMULASI"));
    let end = until(&running, &order, |found| found.state == "paid").await;
    assert_eq!((end.net, end.effects), (GROSS.0, vec![("credit".to_owned(), GROSS.0)]));
    press(&page, "deny").await;
    press(&page, "expire").await;
    let (_, text) = self::page(&stand_in, order.as_str()).await;
    assert!(text.contains("Pembayaran berhasil"), "what was paid stays paid");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_is_chosen_on_the_gateways_page_and_the_code_is_a_real_one() {
    let stand_in = StandIn::start().await;
    let running = server(stand_in.service()).await;
    let (order, instructions) = start(&running, Method::Page).await;
    let page = instructions.url.expect("a page");
    let choice = Client::new().post(format!("{page}/choose")).form(&[("method", "qris")]);
    let text = choice.send().await.expect("a page").text().await.expect("text");
    assert!(text.contains("<svg") && text.contains("QRIS"));
    press(&page, "pay").await;
    until(&running, &order, |found| found.state == "paid").await;
    let (_, by_core) = start(&running, Method::Qris).await;
    let code = Qris::parse(&by_core.qr.expect("a code")).expect("its checksum is right");
    assert_eq!(code.amount, GROSS);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_and_an_expired_payment_credit_nothing_and_say_why() {
    let stand_in = StandIn::start().await;
    let running = server(stand_in.service()).await;
    for (button, state) in [("deny", "denied"), ("expire", "expired")] {
        let (order, instructions) = start(&running, Method::Gopay).await;
        press(&instructions.url.expect("the wallet's page"), button).await;
        let end = until(&running, &order, |found| found.state == state).await;
        assert_eq!(end.effects, [("fail".to_owned(), 0)]);
    }
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn starting_again_finds_the_same_payment_and_another_method_waits_for_a_cancel() {
    let stand_in = StandIn::start().await;
    let running = server(stand_in.service()).await;
    let app = &running.server.app;
    let wanted = order(&running, Method::Qris).await;
    let all = (0..8).map(|_| gateway(&running).start(app, wanted));
    let started = futures_util::future::join_all(all).await;
    let first = started[0].as_ref().expect("it starts");
    assert!(started.iter().all(|again| again.as_ref().is_ok_and(|again| again.0 == first.0 && again.1.qr == first.1.qr)));
    let other = PaymentIntent { method: Method::Gopay, ..wanted };
    assert!(gateway(&running).start(app, other).await.is_err(), "both could be paid");
    gateway(&running).cancel(app, &first.0, None).await.expect("it is cancelled");
    assert_eq!(until(&running, &first.0, |found| found.state == "cancelled").await.net, 0);
    let (second, _) = gateway(&running).start(app, other).await.expect("now it starts");
    assert_ne!(second, first.0);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_is_taken_back_once_however_often_it_is_asked_for() {
    let stand_in = StandIn::start().await;
    let running = server(stand_in.service()).await;
    let app = &running.server.app;
    let (order, instructions) = start(&running, Method::Gopay).await;
    press(&instructions.url.expect("the wallet's page"), "pay").await;
    until(&running, &order, |found| found.state == "paid").await;
    let admin: i64 = app
        .store
        .read(|db| Ok(db.query_row("SELECT num FROM user WHERE role = 'admin'", [], |row| row.get(0))?))
        .await
        .expect("an admin");
    let back = |key: &str, amount: i64| RefundRequest { key: key.into(), amount: Rupiah(amount), reason: "salah beli".into() };
    for _ in 0..2 {
        gateway(&running).refund(app, &order, admin, back("r-1", 30_000)).await.expect("it is given back");
    }
    let part = until(&running, &order, |found| found.state == "partly_refunded").await;
    assert_eq!((part.net, part.sum()), (70_000, 70_000));
    assert!(gateway(&running).refund(app, &order, admin, back("r-2", 70_001)).await.is_err(), "more than is left");
    gateway(&running).refund(app, &order, admin, back("r-3", 70_000)).await.expect("the rest");
    let end = until(&running, &order, |found| found.state == "refunded").await;
    let refunds: Vec<i64> = end.effects.iter().filter(|(kind, _)| kind == "refund").map(|(_, amount)| *amount).collect();
    assert_eq!((end.net, refunds), (0, vec![30_000, 70_000]));
    assert_eq!(audited(&file(running.world.folder.path()), order.as_str()), ["refund_asked"; 4]);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_payment_unknown_to_the_gateway_ends_without_more_queries() {
    let stand_in = StandIn::start().await;
    let running = server(stand_in.service()).await;
    // A page on which nobody chooses a method is no transaction at the gateway.
    let (order, _) = start(&running, Method::Page).await;
    let db = open_connection(&running.world.config().database(), OpenFlags::SQLITE_OPEN_READ_WRITE).expect("a database");
    db.execute("UPDATE payment SET expires_at = 1, ask_at = 0", []).expect("long ago");
    let end = until(&running, &order, |found| found.state == "expired").await;
    assert_eq!((end.effects, end.ask_at), (vec![("fail".to_owned(), 0)], None));
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stand_in_answers_in_the_gateways_shapes_also_when_it_refuses() {
    let stand_in = StandIn::start().await;
    let (http, url) = (Client::new(), stand_in.url());
    let send = async |method: Verb, path: &str, key: &str, body: serde_json::Value| {
        let request = http.request(method, format!("{url}{path}")).basic_auth(key, Some("")).json(&body);
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.json::<serde_json::Value>().await.expect("JSON"))
    };
    let charge = json!({ "payment_type": "bank_transfer", "bank_transfer": { "bank": "bni" },
        "transaction_details": { "order_id": "IW-1", "gross_amount": 100_000 } });
    let (status, body) = send(Verb::POST, "/v2/charge", "wrong", charge.clone()).await;
    assert_eq!((status, &body["status_code"]), (401, &json!("401")));
    let (status, body) = send(Verb::POST, "/snap/v1/transactions", "wrong", charge.clone()).await;
    assert_eq!((status, body["error_messages"].is_array()), (401, true));
    let (status, body) = send(Verb::POST, "/v2/charge", KEY, charge.clone()).await;
    assert_eq!(status, 200);
    assert_eq!(
        (&body["status_code"], &body["transaction_status"], &body["gross_amount"]),
        (&json!("201"), &json!("pending"), &json!("100000.00"))
    );
    assert_eq!(body["va_numbers"][0]["bank"], json!("bni"));
    let time = body["transaction_time"].as_str().expect("a time");
    assert_eq!((time.len(), &time[4..5], &time[10..11]), (19, "-", " "));
    let (status, body) = send(Verb::POST, "/v2/charge", KEY, charge).await;
    assert_eq!((status, &body["status_code"]), (406, &json!("406")), "an order is charged once");
    for (path, code) in [("/v2/IW-2/cancel", "404"), ("/v2/IW-1/refund", "412")] {
        let (status, body) = send(Verb::POST, path, KEY, json!({})).await;
        assert_eq!((status.to_string().as_str(), &body["status_code"]), (code, &json!(code)), "{path}");
    }
    let (_, body) = send(Verb::POST, "/v2/IW-1/cancel", KEY, json!({})).await;
    assert_eq!((&body["status_code"], &body["transaction_status"]), (&json!("200"), &json!("cancel")));
    let (_, body) = send(Verb::POST, "/v2/IW-1/cancel", KEY, json!({})).await;
    assert_eq!(body["status_code"], json!("412"), "what is over stays over");
    let (_, body) = send(Verb::GET, "/v2/IW-1/status", KEY, json!({})).await;
    assert_eq!(body["transaction_status"], json!("cancel"));
}

/// Makes the gateway's next question due at once, instead of after half a minute.
fn hurry(running: &Running) {
    let db = open_connection(&running.world.config().database(), OpenFlags::SQLITE_OPEN_READ_WRITE).expect("a database");
    db.execute("UPDATE payment SET ask_at = 0 WHERE ask_at IS NOT NULL", []).expect("hurried");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_whose_notification_got_lost_is_found_by_asking_and_then_left_in_peace() {
    let stand_in = StandIn::start().await;
    let nowhere = "http://127.0.0.1:9/".to_owned();
    let running = server(Service { notify: Some(nowhere), ..stand_in.service() }).await;
    let (order, instructions) = start(&running, Method::Gopay).await;
    press(&instructions.url.expect("the wallet's page"), "pay").await;
    hurry(&running);
    let end = until(&running, &order, |found| found.state == "paid" && found.ask_at.is_none()).await;
    assert_eq!(end.effects, [("credit".to_owned(), GROSS.0)]);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credit_and_a_refund_on_a_forged_status_under_a_true_signature_are_detected() {
    let stand_in = StandIn::start().await;
    let running = server(stand_in.service()).await;
    let db = open_connection(&running.world.config().database(), OpenFlags::SQLITE_OPEN_READ_WRITE).expect("a database");
    // What was paid, what the notification says, and how many calls were without an answer before the first that has one.
    for (is_paid, status, failed) in
        [(false, "settlement", 0), (false, "settlement", 3), (true, "refund", 0), (true, "chargeback", 3)]
    {
        let (order, _) = start(&running, Method::Qris).await;
        if is_paid {
            stand_in.pay(order.as_str()).await;
            until(&running, &order, |found| found.state == "paid").await;
        }
        let forged = notification(order.as_str(), "200", "100000.00", json!({ "transaction_status": status }));
        assert!(notify(&Client::new(), &running.url(), &forged).await.is_success());
        until(&running, &order, |found| (found.net == GROSS.0) != is_paid).await;
        // Twice: one case is enough.
        for _ in 0..2 {
            db.execute("UPDATE payment SET asked = asked + ?1 WHERE order_id = ?2", (failed, order.as_str())).expect("asked");
            hurry(&running);
            let asked = |found: &Stored| found.ask_at.is_some_and(|at| at > UtcMillis(0));
            until(&running, &order, asked).await;
        }
        assert_eq!(audited(&file(running.world.folder.path()), order.as_str()), ["contradicted"], "{status}, {failed}");
    }
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_is_away_leaves_a_payment_that_goes_on_when_it_is_back() {
    let stand_in = StandIn::start().await;
    let away = Service {
        service: sync_server::sales::payments::config::Endpoint::At("http://127.0.0.1:9".into()),
        ..stand_in.service()
    };
    let world = World::new();
    let config = Config { payments: Some(away), ..world.config() };
    let running = Running { server: Server::start(&config).await.expect("starts"), world };
    let wanted = order(&running, Method::Qris).await;
    assert!(gateway(&running).start(&running.server.app, wanted).await.is_err());
    let Running { world, server } = running;
    server.stop().await;
    let config = Config { payments: Some(stand_in.service()), ..world.config() };
    let running = Running { server: Server::start(&config).await.expect("starts"), world };
    let (order, instructions) = gateway(&running).start(&running.server.app, wanted).await.expect("it goes on");
    assert!(instructions.qr.is_some());
    let payments: i64 = file(running.world.folder.path())
        .query_row("SELECT COUNT(*) FROM payment WHERE order_id = ?1", [order.as_str()], |row| row.get(0))
        .expect("a count");
    assert_eq!(payments, 1);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn credit_is_bought_by_the_routes_that_the_app_has_and_is_there_when_it_is_paid() {
    let stand_in = StandIn::start().await;
    let running = server(stand_in.service()).await;
    let token = running.tokens("customer").await.access_token;
    let connection = running.world.meters[0].connection;
    let quote = QuoteAsked { id: Uuid::now_v7(), connection, amount: GROSS, code: None };
    let before = running.get::<Statement>(&token, &format!("/money/v1/statement?connection={connection}")).await.balance;
    let _: Purchase = running.post(&token, "/money/v1/quote", &quote).await;
    let _: Purchase = running.post(&token, "/money/v1/checkout", &CheckoutAsked { id: quote.id }).await;
    let asked = PayAsked { id: quote.id, method: Method::VirtualAccount(Bank::Bni), back: None };
    let paying: Paying = running.post(&token, "/money/v1/pay", &asked).await;
    let again: Paying = running.post(&token, "/money/v1/pay", &asked).await;
    assert_eq!(paying, again, "the same payment, however often it is begun");
    let (page, _) = page(&stand_in, &paying.how.account.expect("a number to pay to")).await;
    press(&page, "pay").await;
    until(&running, &paying.order.parse().expect("an order"), |found| found.state == "paid").await;
    let after = running.get::<Statement>(&token, &format!("/money/v1/statement?connection={connection}")).await.balance;
    assert_eq!(after.0 - before.0, GROSS.0);
    let file = running.world.config().database();
    running.server.stop().await;
    let db = open_connection(&file, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database");
    assert_eq!(check::check(&db).expect("a report").findings, Vec::<String>::new());
}
