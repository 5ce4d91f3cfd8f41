//! Notifications of the payment gateway against the real server: each status, in each order of arrival, repeated, with a wrong amount, a
//! wrong signature, and of orders that are not ours.

use domain::Rupiah;
use futures_util::StreamExt;
use futures_util::stream::iter;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tests::payments::{Stored, audited, file, notification, notify, settings, stored, verdicts, waiting};
use tests::server::{ServerProcess, check};
use tests::world::World;

const GROSS: i64 = 100_000;
const GROSS_TEXT: &str = "100000.00";

/// Requests under way at a time.
const AT_ONCE: usize = 32;

/// Everything a gateway says of a payment: a name for it, the code it comes with, and its words.
fn sayings() -> Vec<(&'static str, &'static str, Value)> {
    let status = |word: &str| json!({ "transaction_status": word });
    let fraud = |word: &str, fraud: &str| json!({ "transaction_status": word, "fraud_status": fraud });
    let refund = |word: &str, amount: &str| json!({ "transaction_status": word, "refund_amount": amount });
    vec![
        ("authorize", "201", status("authorize")),
        ("pending", "201", status("pending")),
        ("capture", "200", fraud("capture", "accept")),
        ("challenge", "201", fraud("capture", "challenge")),
        ("settlement", "200", fraud("settlement", "accept")),
        ("deny", "202", status("deny")),
        ("failure", "202", status("failure")),
        ("cancel", "200", status("cancel")),
        ("expire", "407", status("expire")),
        ("refund", "200", refund("refund", GROSS_TEXT)),
        ("partial_refund", "200", refund("partial_refund", "30000.00")),
        ("chargeback", "200", status("chargeback")),
    ]
}

/// What a set of notifications has to lead to, written from product.md and not from the code: state, and what the customer has.
fn expected(said: &BTreeSet<&str>) -> (&'static str, i64) {
    let has = |word: &str| said.contains(word);
    let returned = ["refund", "partial_refund", "chargeback"].into_iter().any(has);
    if has("settlement") || returned || (has("capture") && !has("cancel")) {
        return match () {
            () if has("chargeback") => ("charged_back", 0),
            () if has("refund") => ("refunded", 0),
            () if has("partial_refund") => ("partly_refunded", GROSS - 30_000),
            () => ("paid", GROSS),
        };
    }
    let failures =
        [("deny", "denied"), ("failure", "denied"), ("cancel", "cancelled"), ("expire", "expired"), ("challenge", "challenged")];
    (failures.into_iter().find(|(word, _)| has(word)).map_or("pending", |(_, state)| state), 0)
}

/// Every order of up to three different sayings.
fn orders_of_arrival(count: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = (0..count).map(|one| vec![one]).collect();
    let mut last = all.clone();
    for _ in 0..2 {
        let longer = |order: &Vec<usize>| {
            let order = order.clone();
            (0..count).filter(|next| !order.contains(next)).map(|next| [order.clone(), vec![next]].concat()).collect::<Vec<_>>()
        };
        last = last.iter().flat_map(longer).collect();
        all.extend(last.clone());
    }
    all
}

async fn server(world: &World) -> ServerProcess {
    ServerProcess::start_with(world.folder.path(), &settings()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_of_arrival_of_every_status_each_twice_comes_to_the_same() {
    let world = World::new();
    let said = sayings();
    let stories = orders_of_arrival(said.len());
    assert_eq!(stories.len(), 12 + 12 * 11 + 12 * 11 * 10);
    let orders = waiting(&world, stories.len(), Rupiah(GROSS));
    let server = server(&world).await;
    let (http, url) = (Client::new(), server.url());
    let notify = |(order, story): (&domain::sales::payment::OrderId, &Vec<usize>)| {
        let bodies: Vec<Value> = story
            .iter()
            .chain(story.first())
            .map(|place| notification(order.as_str(), said[*place].1, GROSS_TEXT, said[*place].2.clone()))
            .collect();
        let (http, url) = (http.clone(), url.clone());
        async move {
            for body in &bodies {
                assert_eq!(notify(&http, &url, body).await, StatusCode::OK, "{body}");
            }
            // The last two at once, again: whichever is first.
            let (one, other) = (&bodies[bodies.len() - 1], &bodies[bodies.len().saturating_sub(2)]);
            tokio::join!(notify(&http, &url, one), notify(&http, &url, other));
        }
    };
    iter(orders.iter().zip(&stories)).map(notify).buffer_unordered(AT_ONCE).collect::<Vec<()>>().await;
    let db = file(world.folder.path());
    let mut ends: BTreeMap<BTreeSet<&str>, Stored> = BTreeMap::new();
    for (order, story) in orders.iter().zip(&stories) {
        let set: BTreeSet<&str> = story.iter().map(|place| said[*place].0).collect();
        let end = stored(&db, order.as_str());
        assert_eq!((end.state.as_str(), end.net), expected(&set), "{story:?} {set:?}");
        assert_eq!(end.sum(), end.net, "what was done adds up: {set:?} {end:?}");
        assert!(end.credits() <= 1 || set.is_superset(&BTreeSet::from(["capture", "cancel"])), "{set:?} {end:?}");
        assert_eq!(verdicts(&db, order.as_str()).len(), story.len() + 3, "everything that was said is written down");
        let same = ends.entry(set).or_insert_with(|| end.clone());
        assert_eq!((&same.state, same.net, &same.facts), (&end.state, end.net, &end.facts), "whatever the order");
    }
    check(world.folder.path()).expect("the file is sound");
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_notifications_of_one_payment_at_once_credit_it_once() {
    let world = World::new();
    let orders = waiting(&world, 4, Rupiah(GROSS));
    let server = server(&world).await;
    let (http, url) = (Client::new(), server.url());
    for order in &orders {
        let body = notification(order.as_str(), "200", GROSS_TEXT, json!({ "transaction_status": "settlement" }));
        let all = (0..50).map(|_| notify(&http, &url, &body));
        let answers = futures_util::future::join_all(all).await;
        assert!(answers.iter().all(|status| *status == StatusCode::OK), "{answers:?}");
    }
    let db = file(world.folder.path());
    for order in &orders {
        let end = stored(&db, order.as_str());
        assert_eq!((end.state.as_str(), end.effects), ("paid", vec![("credit".to_owned(), GROSS)]));
        let verdicts = verdicts(&db, order.as_str());
        assert_eq!(verdicts.len(), 50);
        assert_eq!(verdicts.iter().filter(|verdict| *verdict == "applied").count(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_signature_is_401_audited_and_changes_nothing_whatever_it_says() {
    let world = World::new();
    let said = sayings();
    let orders = waiting(&world, said.len(), Rupiah(GROSS));
    let server = server(&world).await;
    let (http, url) = (Client::new(), server.url());
    for (order, (word, code, more)) in orders.iter().zip(&said) {
        let right = notification(order.as_str(), code, GROSS_TEXT, more.clone());
        let signature = right["signature_key"].as_str().expect("text").to_owned();
        let mut flipped = signature.clone().into_bytes();
        flipped[127] ^= 1;
        let flipped = String::from_utf8(flipped).expect("ASCII");
        let wrong = [
            ("signature_key", flipped.as_str()),
            ("signature_key", ""),
            ("signature_key", &signature[..64]),
            // The signature is of the text: the same amount written otherwise is another text.
            ("gross_amount", "100000"),
            ("gross_amount", "100000.0"),
            ("status_code", "299"),
        ];
        for (field, value) in wrong {
            let mut body = right.clone();
            body[field] = json!(value);
            assert_eq!(notify(&http, &url, &body).await, StatusCode::UNAUTHORIZED, "{word}: {field} {value}");
        }
        let mut none = right.clone();
        none.as_object_mut().expect("an object").remove("signature_key");
        assert_eq!(notify(&http, &url, &none).await, StatusCode::UNAUTHORIZED, "{word}: no signature");
    }
    let db = file(world.folder.path());
    for order in &orders {
        let end = stored(&db, order.as_str());
        assert_eq!((end.state.as_str(), end.net, end.effects.len(), end.facts.len()), ("pending", 0, 0, 0));
        assert_eq!(verdicts(&db, order.as_str()), ["bad_signature"; 7], "each is written down");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_amount_is_refused_audited_and_changes_nothing_though_it_is_signed() {
    let world = World::new();
    let said = sayings();
    let orders = waiting(&world, said.len(), Rupiah(GROSS));
    let server = server(&world).await;
    let (http, url) = (Client::new(), server.url());
    for (order, (word, code, more)) in orders.iter().zip(&said) {
        for gross in ["99999.00", "1.00", "100001.00"] {
            let body = notification(order.as_str(), code, gross, more.clone());
            assert_eq!(notify(&http, &url, &body).await, StatusCode::BAD_REQUEST, "{word} {gross}");
        }
        let cents = notification(order.as_str(), code, "100000.50", more.clone());
        assert_eq!(notify(&http, &url, &cents).await, StatusCode::BAD_REQUEST, "{word}: no amount of whole rupiah");
    }
    let db = file(world.folder.path());
    for order in &orders {
        let end = stored(&db, order.as_str());
        assert_eq!((end.state.as_str(), end.net, end.effects.len(), end.facts.len()), ("pending", 0, 0, 0));
        let verdicts = verdicts(&db, order.as_str());
        assert_eq!(verdicts, ["wrong_amount", "wrong_amount", "wrong_amount", "unreadable"]);
        assert_eq!(audited(&db, order.as_str()), ["wrong_amount"; 3]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_not_ours_is_404_and_written_down() {
    let world = World::new();
    let server = server(&world).await;
    let (http, url) = (Client::new(), server.url());
    for (word, code, more) in sayings() {
        let body = notification("IW-1", code, GROSS_TEXT, more);
        assert_eq!(notify(&http, &url, &body).await, StatusCode::NOT_FOUND, "{word}");
    }
    let db = file(world.folder.path());
    assert_eq!(verdicts(&db, "IW-1"), ["unknown_order"; 12]);
    let effects: i64 = db.query_row("SELECT COUNT(*) FROM payment_effect", [], |row| row.get(0)).expect("a count");
    assert_eq!(effects, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_notification_is_kept_for_review_and_moves_no_money() {
    let world = World::new();
    let orders = waiting(&world, 3, Rupiah(GROSS));
    let server = server(&world).await;
    let (http, url) = (Client::new(), server.url());
    let words = [
        json!({ "transaction_status": "made_up_later" }),
        json!({ "transaction_status": "partial_refund" }),
        json!({ "transaction_status": "settlement", "fraud_status": "made_up_later" }),
    ];
    for (order, more) in orders.iter().zip(&words) {
        let body = notification(order.as_str(), "200", GROSS_TEXT, more.clone());
        assert_eq!(notify(&http, &url, &body).await, StatusCode::OK, "saying it again would not help: {more}");
    }
    for text in ["", "[]", "{}", "not JSON", "{\"order_id\": 5}"] {
        let request = http.post(format!("{url}/payments/v1/midtrans")).header("content-type", "application/json").body(text);
        assert_eq!(request.send().await.expect("an answer").status(), StatusCode::BAD_REQUEST, "{text:?}");
    }
    let long = http.post(format!("{url}/payments/v1/midtrans")).body("x".repeat(20_000));
    assert_eq!(long.send().await.expect("an answer").status(), StatusCode::PAYLOAD_TOO_LARGE);
    let db = file(world.folder.path());
    for (order, (state, audit)) in orders.iter().zip([("pending", 1), ("pending", 1), ("challenged", 0)]) {
        let end = stored(&db, order.as_str());
        assert_eq!((end.state.as_str(), end.net, end.effects.len()), (state, 0, 0));
        assert_eq!(audited(&db, order.as_str()).len(), audit);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_between_notifications_still_credits_once() {
    let world = World::new();
    let orders = waiting(&world, 40, Rupiah(GROSS));
    let mut server = server(&world).await;
    let http = Client::new();
    for _ in 0..5 {
        let url = server.url();
        let notify = |order: &domain::sales::payment::OrderId| {
            let body = notification(order.as_str(), "200", GROSS_TEXT, json!({ "transaction_status": "settlement" }));
            let request = http.post(format!("{url}/payments/v1/midtrans")).json(&body);
            // Who is killed does not answer; the gateway then says it again.
            async move { request.send().await.is_ok_and(|answer| answer.status() == StatusCode::OK) }
        };
        let notifying = futures_util::future::join_all(orders.iter().map(notify));
        let half = async {
            // Amid them: as soon as the first is on disk.
            let data = world.folder.path().to_owned();
            let first = tokio::task::spawn_blocking(move || {
                let db = file(&data);
                let paid = |db: &rusqlite::Connection| {
                    db.query_row("SELECT COUNT(*) FROM payment_effect", [], |row| row.get::<_, i64>(0))
                };
                while paid(&db).expect("a count") == 0 {
                    std::thread::yield_now();
                }
            });
            first.await.expect("evaluated");
            server.kill();
        };
        tokio::join!(notifying, half);
        server.kill_and_start().await;
    }
    let url = server.url();
    for order in &orders {
        let body = notification(order.as_str(), "200", GROSS_TEXT, json!({ "transaction_status": "settlement" }));
        assert_eq!(notify(&http, &url, &body).await, StatusCode::OK);
    }
    let db = file(world.folder.path());
    for order in &orders {
        assert_eq!(stored(&db, order.as_str()).effects, [("credit".to_owned(), GROSS)]);
    }
}
