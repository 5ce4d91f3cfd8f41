//! Whatever a request is refused for, the answer is a problem: code, sentence, next step, and nothing of a parser's own words.

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tests::world::{Running, World, email};
use uuid::Uuid;

/// Words of the parsers and of the framework; none of them is in an answer.
const PARSERS: [&str; 9] =
    ["serde", "expected", "invalid type", "missing field", "deserialize", "Failed to", "EOF", "UUID parsing", "trailing"];

async fn refused(request: RequestBuilder, status: StatusCode, code: &str) -> Value {
    let response = request.send().await.expect("an answer");
    let kind = response.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    let (answered, text) = (response.status(), response.text().await.expect("a text"));
    let problem: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{answered}: {text} is no problem"));
    assert_eq!((answered, problem["code"].as_str()), (status, Some(code)), "{text}");
    assert_eq!(kind, "application/json");
    for member in ["detail", "next"] {
        assert!(problem[member].as_str().is_some_and(|sentence| !sentence.is_empty()), "{member} in {text}");
    }
    for word in PARSERS {
        assert!(!text.contains(word), "`{word}` in {text}");
    }
    problem
}

fn ask(running: &Running, method: Method, path: &str, token: &str) -> RequestBuilder {
    Client::new().request(method, format!("{}{path}", running.url())).bearer_auth(token)
}

#[tokio::test(flavor = "multi_thread")]
async fn api_requests_that_the_framework_refuses_get_problems() {
    let running = World::new().start().await;
    let token = running.tokens("admin").await.access_token;
    let ask = |method, path: &str| ask(&running, method, path, &token);
    let json = "application/json";
    let bad = StatusCode::BAD_REQUEST;
    let pull = || ask(Method::POST, "/sync/v1/pull");
    for body in ["{", "", "nonsense", "\u{0}", r#"{"cursors":"x"}"#, "{}", r#"{"cursors":[]} x"#] {
        refused(pull().header("content-type", json).body(body), bad, "bad_request").await;
    }
    for bytes in [&b"\xff\xfe"[..], b"{\"cursors\":[],\"unknown\":\"\xff\"}"] {
        refused(pull().header("content-type", json).body(bytes), bad, "bad_request").await;
    }
    let wrong_type = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    refused(pull().header("content-type", "text/plain").body(r#"{"cursors":[]}"#), wrong_type, "unsupported_type").await;
    refused(pull().body(r#"{"cursors":[]}"#), wrong_type, "unsupported_type").await;
    let large = pull().header("content-type", json).body(vec![b' '; 3 * 1024 * 1024]);
    refused(large, StatusCode::PAYLOAD_TOO_LARGE, "too_large").await;
    for path in ["/admin/v1/commands", "/admin/v1/commands?meter=x", "/admin/v1/audit?from=x", "/sync/v1/wait?timeout=-1"] {
        refused(ask(Method::GET, path), bad, "bad_request").await;
    }
    for path in ["/admin/v1/money/campaigns/x", "/sync/v1/snapshot/%ff", "/blobs/v1/x"] {
        refused(ask(Method::GET, path), bad, "bad_request").await;
    }
    for path in ["/sync/v1/wake", "/live/v1"] {
        refused(ask(Method::GET, path), bad, "bad_request").await;
    }
    for path in ["/nowhere", "/sync/v1/nowhere", "/"] {
        refused(ask(Method::GET, path), StatusCode::NOT_FOUND, "not_found").await;
    }
    for (method, path) in [(Method::GET, "/sync/v1/pull"), (Method::DELETE, "/healthz"), (Method::PATCH, "/blobs/v1/x")] {
        let allowed = ask(method.clone(), path).send().await.expect("an answer").headers().contains_key("allow");
        assert!(allowed, "{method} {path}: the methods that are allowed are named");
        refused(ask(method, path), StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed").await;
    }
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn api_bodies_are_objects_and_lists_of_values_are_refused() {
    let running = World::new().start().await;
    let bad = StatusCode::BAD_REQUEST;
    let url = running.url();
    let signing_in =
        Client::new().post(format!("{url}/auth/v1/sign-in")).json(&json!([email("admin"), tests::world::PASSWORD, ""]));
    refused(signing_in, bad, "bad_request").await;
    let token = running.tokens("admin").await.access_token;
    for cursors in [json!([["admin", 0, 0]]), json!([[]])] {
        refused(ask(&running, Method::POST, "/sync/v1/pull", &token).json(&json!({ "cursors": cursors })), bad, "bad_request")
            .await;
    }
    refused(ask(&running, Method::POST, "/sync/v1/pull", &token).json(&json!([[], null])), bad, "bad_request").await;
    for readings in [json!([["WM-TEST-A", 1, 2]]), json!(["WM-TEST-A", 1, 2]), json!({ "serial": "WM-TEST-A", "t": 1, "reg": 2 })]
    {
        let ingest = Client::new().post(format!("{url}/ingest/v1/telemetry")).basic_auth("gateway", Some(&running.world.gateway));
        refused(ingest.json(&readings), bad, "bad_request").await;
    }
    running.server.stop().await;
}

/// How a refusal begins of what is JSON, and not what is meant.
const ANOTHER_FORM: &str = "the body is not of the form that is described";

#[tokio::test(flavor = "multi_thread")]
async fn api_lists_and_numbers_are_refused_in_what_is_to_be_done_too() {
    let running = World::new().start().await;
    let token = running.tokens("admin").await.access_token;
    let key = Uuid::now_v7();
    let (feeds, schedules) = ("/admin/v1/calendar-feeds", "/admin/v1/schedules");
    let feed = |access: Value| (feeds, json!({ "key": key, "feed": key, "access": access }));
    let make = |of: Value| feed(json!({ "what": "make", "name": "Semua kerja", "of": of }));
    let plan = |trigger: Value, selection: Value| {
        let plan = json!({
            "name": "Uji coba", "work": "inspection", "trigger": trigger, "on_off_day": "next", "from_minute": 480,
            "window_minutes": 480, "job_minutes": 45, "horizon_days": 60, "selection": selection,
        });
        (schedules, json!({ "key": key, "schedule": key, "act": { "what": "add", "plan": plan } }))
    };
    let daily = json!({ "by": "calendar", "rule": "FREQ=DAILY", "start": 20_000 });
    for (path, body) in [
        feed(json!(["revoke"])),
        feed(json!(["make", "Semua kerja", { "whose": "utility" }])),
        make(json!(["utility"])),
        make(json!({ "whose": 2 })),
        plan(daily, json!([])),
        plan(json!(["calendar", "FREQ=DAILY", 20_000]), json!({})),
    ] {
        let request = ask(&running, Method::POST, &format!("{path}/change"), &token).json(&body);
        let problem = refused(request, StatusCode::BAD_REQUEST, "bad_request").await;
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.starts_with(ANOTHER_FORM)), "{body}: {problem}");
    }
    let kept: [Value; 2] = [running.get(&token, feeds).await, running.get(&token, schedules).await];
    assert_eq!([&kept[0]["feeds"], &kept[1]["schedules"]], [&json!([]), &json!([])], "nothing is made");

    let word = json!({ "key": key, "user": key, "deed": 0 });
    let request = ask(&running, Method::POST, "/admin/v1/users/change", &token).json(&word);
    let problem = refused(request, StatusCode::BAD_REQUEST, "bad_request").await;
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.starts_with(ANOTHER_FORM)), "a number is JSON: {problem}");

    let customer = running.world.customers[0];
    let command = json!({ "kind": "edit_customer", "customer": customer, "patch": { "name": ["Pelanggan", "Milik saya"] } });
    let op = json!({ "id": key, "seq": 1, "lane": "master", "v": 1, "command": command, "occurred_at": 0 });
    let pushed: Value = running.post(&token, "/sync/v1/push", &json!({ "outbox": key, "ops": [op] })).await;
    assert_eq!(pushed["results"][0]["code"], "unreadable", "{pushed}");
    running.server.stop().await;
}
