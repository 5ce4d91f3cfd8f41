//! The API with a real server: sign-in and its tokens, and which buckets a user is offered.

use protocol::people::auth::Tokens;
use protocol::sync::pull::{Pull, Pulled};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use sync_server::core::Tx;
use tests::world::{PASSWORD, Running, World, email};

/// Sends a request, and returns its status and its JSON.
pub async fn send(
    running: &Running,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Option<Value>,
) -> (StatusCode, Value) {
    let mut request = Client::new().request(method, format!("{}{path}", running.url()));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if let Some(body) = body {
        request = request.json(&body);
    }
    let response = request.send().await.expect("an answer");
    (response.status(), response.json().await.unwrap_or_default())
}

async fn refresh(running: &Running, token: &str) -> (StatusCode, Value) {
    send(running, Method::POST, "/auth/v1/refresh", None, Some(json!({ "refresh_token": token }))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_and_a_wrong_password_get_the_same_answer() {
    let running = World::new().start().await;
    let mut answers = Vec::new();
    for (email, password) in [(email("customer"), "wrong-password"), (email("nobody"), PASSWORD)] {
        let body = json!({ "email": email, "password": password });
        answers.push(send(&running, Method::POST, "/auth/v1/sign-in", None, Some(body)).await);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].0, StatusCode::UNAUTHORIZED);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_refresh_answer_is_no_theft_and_an_old_token_is() {
    let running = World::new().start().await;
    let first: Tokens = running.tokens("customer").await;
    let (_, second) = refresh(&running, &first.refresh_token).await;
    let (status, again) = refresh(&running, &first.refresh_token).await;
    assert_eq!(status, StatusCode::OK, "the answer was lost, so the same token is sent again");
    assert_eq!(again["refresh_token"], second["refresh_token"], "and leads to the same successor");
    let (_, third) = refresh(&running, second["refresh_token"].as_str().expect("a token")).await;
    let (status, answer) = refresh(&running, &first.refresh_token).await;
    assert_eq!((status, &answer["code"]), (StatusCode::UNAUTHORIZED, &json!("session_revoked")));
    let (status, _) = refresh(&running, third["refresh_token"].as_str().expect("a token")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "nobody knows who the thief is, so both are out");
    let (_, answer) = refresh(&running, &first.refresh_token).await;
    assert_eq!(answer["code"], "session_revoked", "a device that missed the answer gets it again");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_server_takes_the_tokens_issued_after_its_backup() {
    let running = World::new().start().await;
    let mut token = running.tokens("customer").await.refresh_token;
    let backed_up =
        running.server.app.store.read(|db| Ok(db.query_row("SELECT generation FROM session", [], |row| row.get::<_, u32>(0))?));
    let backed_up = backed_up.await.expect("a generation");
    let mut stolen = String::new();
    for _ in 0..4 {
        let newer = next(&running, &token).await;
        stolen = std::mem::replace(&mut token, newer);
    }
    let restore = move |tx: &mut Tx<'_>| Ok(tx.db.execute("UPDATE session SET generation = ?1", [backed_up])?);
    running.server.app.store.writer.work(move |tx| restore(tx)).await.expect("restored");
    let after = next(&running, &token).await;
    assert_eq!(next(&running, &token).await, after, "a lost answer costs nothing then either");
    next(&running, &after).await;
    let (_, answer) = refresh(&running, &stolen).await;
    assert_eq!(answer["code"], "session_revoked", "theft is seen all the same");
    running.server.stop().await;
}

/// The token that a token leads to.
async fn next(running: &Running, token: &str) -> String {
    let (status, answer) = refresh(running, token).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer["refresh_token"].as_str().expect("a token").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_everywhere_ends_every_session_at_once() {
    let running = World::new().start().await;
    let (one, other) = (running.tokens("customer").await, running.tokens("customer").await);
    let out =
        send(&running, Method::POST, "/auth/v1/sign-out", Some(&one.access_token), Some(json!({ "everywhere": true }))).await;
    assert_eq!(out.0, StatusCode::OK);
    let pull = send(&running, Method::POST, "/sync/v1/pull", Some(&other.access_token), Some(json!({ "cursors": [] }))).await;
    assert_eq!(pull.0, StatusCode::UNAUTHORIZED, "its access token had time left, its session had none");
    running.server.stop().await;
}

async fn buckets(running: &Running, name: &str) -> Vec<String> {
    let token = running.tokens(name).await.access_token;
    let (_, pulled) = send(running, Method::POST, "/sync/v1/pull", Some(&token), Some(json!(Pull::default()))).await;
    let pulled: Pulled = serde_json::from_value(pulled).expect("a pull's answer");
    pulled.add.into_iter().map(|head| head.bucket.0).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_user_is_offered_the_buckets_of_the_scope_and_no_other() {
    let running = World::new().start().await;
    let (customers, zones) = (running.world.customers, running.world.zones);
    let own = async |name: &str| format!("user:{}", running.tokens(name).await.user.id);
    let expected = [
        ("admin", "admin".to_owned()),
        ("technician", format!("zone:{}", zones[0])),
        ("customer", format!("customer:{}", customers[0])),
    ];
    for (name, bucket) in expected {
        assert_eq!(buckets(&running, name).await, ["public".to_owned(), bucket, own(name).await]);
    }
    let token = running.tokens("customer").await.access_token;
    let others = own("other").await;
    for other in [format!("customer:{}", customers[1]), format!("zone:{}", zones[0]), "admin".into(), "no-such".into(), others] {
        let (status, body) = send(&running, Method::GET, &format!("/sync/v1/snapshot/{other}"), Some(&token), None).await;
        assert_eq!((status, &body["code"]), (StatusCode::NOT_FOUND, &json!("not_found")), "{other}");
        let cursors = json!({ "cursors": [{ "bucket": other, "epoch": 0, "seq": 0 }] });
        let (_, pulled) = send(&running, Method::POST, "/sync/v1/pull", Some(&token), Some(cursors)).await;
        assert_eq!(pulled["drop"], json!([other]), "what is not in scope is to be dropped");
        assert_eq!(pulled["changes"], json!([]));
    }
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_gets_a_code_and_changes_nothing() {
    let running = World::new().start().await;
    let token = running.tokens("customer").await.access_token;
    let (status, answer) = send(&running, Method::POST, "/sync/v1/pull", Some(&token), Some(json!({ "cursors": "x" }))).await;
    assert_eq!((status, &answer["code"]), (StatusCode::BAD_REQUEST, &json!("bad_request")));
    let (status, answer) =
        send(&running, Method::POST, "/sync/v1/hello", Some(&token), Some(json!({ "protocol": 0, "app": "old" }))).await;
    assert_eq!((status, &answer["code"]), (StatusCode::UPGRADE_REQUIRED, &json!("incompatible")));
    let huge = vec![json!({ "serial": "WM-TEST-A", "t": 1, "reg": 1 }); 10_001];
    let request =
        Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).basic_auth("gateway", Some(&running.world.gateway));
    assert_eq!(request.json(&huge).send().await.expect("an answer").status(), StatusCode::PAYLOAD_TOO_LARGE);
    running.server.stop().await;
}
