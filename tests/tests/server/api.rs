//! The API with a real server: sign-in and its tokens, and who may call what and see what.

use protocol::people::auth::Tokens;
use protocol::sync::pull::{Pull, Pulled};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use sync_server::core::Tx;
use tests::world::{PASSWORD, Running, USERS, World, email};

async fn send(running: &Running, method: Method, path: &str, token: Option<&str>, body: Option<Value>) -> (StatusCode, Value) {
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
async fn who_is_unknown_and_who_mistypes_hear_the_same() {
    let running = World::new().start().await;
    let mut said = Vec::new();
    for (email, password) in [(email("customer"), "wrong-password"), (email("nobody"), PASSWORD)] {
        let body = json!({ "email": email, "password": password });
        said.push(send(&running, Method::POST, "/auth/v1/sign-in", None, Some(body)).await);
    }
    assert_eq!(said[0], said[1]);
    assert_eq!(said[0].0, StatusCode::UNAUTHORIZED);
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
    let (status, said) = refresh(&running, &first.refresh_token).await;
    assert_eq!((status, &said["code"]), (StatusCode::UNAUTHORIZED, &json!("session_revoked")));
    let (status, _) = refresh(&running, third["refresh_token"].as_str().expect("a token")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "nobody knows who the thief is, so both are out");
    let (_, said) = refresh(&running, &first.refresh_token).await;
    assert_eq!(said["code"], "session_revoked", "whoever did not hear it hears it again");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_restored_from_a_backup_knows_the_tokens_that_it_issued_after_it() {
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
    let (_, said) = refresh(&running, &stolen).await;
    assert_eq!(said["code"], "session_revoked", "theft is seen all the same");
    running.server.stop().await;
}

/// The token that a token leads to.
async fn next(running: &Running, token: &str) -> String {
    let (status, said) = refresh(running, token).await;
    assert_eq!(status, StatusCode::OK, "{said}");
    said["refresh_token"].as_str().expect("a token").to_owned()
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

/// A body that every route can read, about things that are not there.
fn any_body() -> serde_json::Value {
    let nil = uuid::Uuid::nil();
    json!({
        "protocol": 1, "app": "t", "cursors": [], "outbox": nil, "ops": [],
        "id": nil, "connection": nil, "key": nil, "of": nil, "amount": 50_000, "reason": "Uji coba", "method": "qris", "to": "paused",
        "version": {
            "class": "residential", "effective_from": sync_server::core::now().0 / 86_400_000 + 30, "mode": "flat",
            "blocks": [{ "up_to": null, "price_per_m3": 2_000 }], "monthly_fee": 0, "minimum_top_up": 10_000, "tax_per_mille": 0,
            "lifeline_per_day": 0
        },
        "voucher": {
            "code": "UJI", "benefit": { "kind": "percentage", "value": 100 }, "minimum_purchase": 0, "valid_from": 0, "valid_until": 1,
            "classes": [], "customers": [], "state": "draft", "maximum_discount": null, "total_limit": null, "customer_limit": null
        },
    })
}

/// What a route answers to a caller: nobody, somebody with a forged token, or a role.
fn expected(path: &str, method: &Method, who: &str, known: bool) -> &'static [u16] {
    let open = ["/auth/v1/sign-in", "/auth/v1/refresh", "/healthz", "/readyz", "/metrics"];
    match path {
        path if open.contains(&path) => &[200, 400],
        // It goes by a refresh token of an ended session, and by nothing else.
        "/sync/v1/evidence" => &[400],
        // Devices have credentials of their own; a user's token is none.
        "/ingest/v1/telemetry" => &[401],
        // It goes by a signature and not by a token; and this world has no gateway.
        "/payments/v1/midtrans" => &[404],
        _ if !known => &[401],
        "/admin/v1/audit" => {
            if who == "admin" {
                &[200]
            } else {
                &[403]
            }
        }
        "/admin/v1/commands" if who == "admin" => &[404],
        "/admin/v1/commands" => &[403],
        // Of what is asked for there is none, but for the campaign that is made: it is a draft, which cannot be paused, and has the code.
        "/admin/v1/money/campaigns" | "/admin/v1/money/tariffs" if who == "admin" => &[200],
        "/admin/v1/money/campaigns/state" | "/admin/v1/money/vouchers" if who == "admin" => &[400],
        path if path.starts_with("/admin/v1/money/") && who == "admin" => &[404],
        path if path.starts_with("/admin/v1/money/") => &[403],
        path if path.starts_with("/money/v1/") && who == "technician" => &[403],
        path if path.starts_with("/money/v1/") => &[404],
        // The admin's bucket is not there for anybody else, and which of the two it is is not said.
        "/sync/v1/snapshot/{bucket}" | "/sync/v1/manifest/{bucket}" if who == "admin" => &[200],
        "/sync/v1/snapshot/{bucket}" | "/sync/v1/manifest/{bucket}" => &[404],
        // Bringing a picture needs a range; nobody holds a row that names this one.
        "/blobs/v1/{sha256}" if *method == Method::GET => &[404],
        "/blobs/v1/{sha256}" if matches!(who, "admin" | "technician") => &[400],
        "/blobs/v1/{sha256}" => &[403],
        // A plain request is no WebSocket.
        "/sync/v1/wake" | "/live/v1" => &[400, 426],
        _ => &[200],
    }
}

/// A path with the query that it needs.
fn with_query(path: &str) -> String {
    let query = match path {
        "/admin/v1/commands" => return format!("{path}?meter={}", uuid::Uuid::nil()),
        "/money/v1/statement" | "/admin/v1/money/purchases" => "",
        "/money/v1/offers" => "&amount=50000",
        "/money/v1/why" => "&month=24322",
        _ => return path.to_owned(),
    };
    format!("{path}?connection={}{query}", uuid::Uuid::nil())
}

/// Every route of the document, and what each caller gets: nobody, a forged token, and each role.
#[tokio::test(flavor = "multi_thread")]
async fn the_permission_matrix_covers_every_route() {
    let running = World::new().start().await;
    let mut tokens = vec![("nobody", None), ("forged", Some("bm90IGEgdG9rZW4".to_owned()))];
    for (name, _) in USERS {
        tokens.push((name, Some(running.tokens(name).await.access_token)));
    }
    let document = serde_json::to_value(sync_server::router::openapi()).expect("JSON");
    let nowhere = uuid::Uuid::now_v7().to_string();
    let mut routes = 0;
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            routes += 1;
            let body = &operation["requestBody"]["content"]["application/json"]["schema"];
            assert!(method != "post" || body.is_object(), "{path}: the document says what is sent");
            let method: Method = method.to_uppercase().parse().expect("a method");
            for (who, token) in &tokens {
                let known = !matches!(*who, "nobody" | "forged");
                let sign_out = path == "/auth/v1/sign-out";
                if sign_out && known {
                    continue;
                }
                let body = (method == Method::POST).then(any_body);
                let asked = path.replace("{bucket}", "admin").replace("{sha256}", &"a".repeat(64));
                // Nobody waits for news here.
                let asked = asked.replace("/sync/v1/wait", "/sync/v1/wait?timeout=0");
                let asked = with_query(&asked.replace("{id}", &nowhere));
                let (status, _) = send(&running, method.clone(), &asked, token.as_deref(), body).await;
                let expected = expected(path, &method, who, known);
                assert!(expected.contains(&status.as_u16()), "{method} {path} by {who}: {status}, expected {expected:?}");
            }
        }
    }
    assert!(routes >= 17, "{routes} routes");
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    for reference in document.to_string().split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap_or_default();
        assert!(schemas.contains_key(name), "{name} is described");
    }
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
    let (status, said) = send(&running, Method::POST, "/sync/v1/pull", Some(&token), Some(json!({ "cursors": "x" }))).await;
    assert_eq!((status, &said["code"]), (StatusCode::BAD_REQUEST, &json!("bad_request")));
    let (status, said) =
        send(&running, Method::POST, "/sync/v1/hello", Some(&token), Some(json!({ "protocol": 0, "app": "old" }))).await;
    assert_eq!((status, &said["code"]), (StatusCode::UPGRADE_REQUIRED, &json!("incompatible")));
    let huge = vec![json!({ "serial": "WM-TEST-A", "t": 1, "reg": 1 }); 10_001];
    let request =
        Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).basic_auth("gateway", Some(&running.world.gateway));
    assert_eq!(request.json(&huge).send().await.expect("an answer").status(), StatusCode::PAYLOAD_TOO_LARGE);
    running.server.stop().await;
}
