//! Passwords that users set themselves: with the present one, or with a code from an admin.

use crate::api::send;
use domain::core::local_time::MINUTE_MS;
use protocol::core::audit::AuditPage;
use protocol::people::users::{UserChanged, Users};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use sync_server::core::{Clock, now};
use tests::world::{PASSWORD, Running, World, email};
use uuid::Uuid;

const NEW: &str = "sungai-jernih-7";

async fn signs_in(running: &Running, name: &str, password: &str) -> bool {
    let body = json!({ "email": email(name), "password": password });
    send(running, Method::POST, "/auth/v1/sign-in", None, Some(body)).await.0 == StatusCode::OK
}

async fn signs_in_as_known(running: &Running, owner: &Value, password: &str) -> bool {
    let body = json!({ "email": email("customer"), "password": password, "device_token": owner["device_token"] });
    send(running, Method::POST, "/auth/v1/sign-in", None, Some(body)).await.0 == StatusCode::OK
}

async fn change(running: &Running, token: &str, current: &str, new: &str) -> StatusCode {
    send(running, Method::POST, "/auth/v1/password", Some(token), Some(json!({ "current": current, "new": new }))).await.0
}

async fn by_code(running: &Running, email: &str, code: &str, password: &str) -> (StatusCode, Value) {
    let body = json!({ "email": email, "code": code, "password": password });
    send(running, Method::POST, "/auth/v1/password/code", None, Some(body)).await
}

/// An admin's token, and a code for a user.
async fn issued(running: &Running, admin: &str, name: &str) -> String {
    let found: Users = running.get(admin, &format!("/admin/v1/users?search={}", email(name))).await;
    let body = json!({ "key": Uuid::now_v7(), "user": found.rows[0].id, "deed": "password_code" });
    let given: UserChanged = running.post(admin, "/admin/v1/users/change", &body).await;
    assert!(given.password.is_none() && given.user.active);
    given.code.expect("a code")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_changes_the_password_with_the_present_one_and_is_signed_out_elsewhere() {
    let running = World::new().start().await;
    let (here, elsewhere) = (running.tokens("customer").await.access_token, running.tokens("customer").await.access_token);
    assert_eq!(change(&running, &here, "salah-salah-salah", NEW).await, StatusCode::UNAUTHORIZED);
    assert_eq!(change(&running, &here, PASSWORD, "pendek").await, StatusCode::BAD_REQUEST);
    let pull =
        async |token: &str| send(&running, Method::POST, "/sync/v1/pull", Some(token), Some(json!({ "cursors": [] }))).await.0;
    assert_eq!(pull(&elsewhere).await, StatusCode::OK, "nothing has changed");
    assert_eq!(change(&running, &here, PASSWORD, NEW).await, StatusCode::OK);
    assert_eq!((pull(&here).await, pull(&elsewhere).await), (StatusCode::OK, StatusCode::UNAUTHORIZED));
    assert!(!signs_in(&running, "customer", PASSWORD).await && signs_in(&running, "customer", NEW).await);
    let admin = running.tokens("admin").await.access_token;
    let log: AuditPage = running.get(&admin, "/admin/v1/audit?kind=change_password").await;
    assert_eq!(log.entries.len(), 1);
    assert!(!format!("{log:?}").contains(NEW));
    // Guesses at the present password are held up as those at sign-in are.
    let mut last = StatusCode::OK;
    for _ in 0..12 {
        last = change(&running, &here, "tebakan-salah", PASSWORD).await;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_sets_a_password_once_and_only_for_half_an_hour() {
    let at = Arc::new(AtomicI64::new(now().0));
    let moved = Arc::clone(&at);
    let clock = Clock::new(move || domain::UtcMillis(moved.load(Ordering::SeqCst)));
    let running = World::new().start_with(clock).await;
    let admin = running.tokens("admin").await.access_token;
    let elsewhere = running.tokens("customer").await.access_token;
    let code = issued(&running, &admin, "customer").await;
    let stored = running
        .server
        .app
        .store
        .read(|db| Ok(db.query_row("SELECT hash FROM password_code", [], |row| row.get::<_, String>(0))?));
    let stored = stored.await.expect("a hash");
    assert!(stored.starts_with("$argon2id$") && !stored.contains(&code));

    let nobody = by_code(&running, "tidak-ada@test.example", &code, NEW).await;
    let another = by_code(&running, &email("other"), &code, NEW).await;
    assert_eq!((nobody.0, &nobody.1), (StatusCode::UNAUTHORIZED, &another.1), "who there is is not said");
    // As people type it.
    let typed = format!(" {} ", code.to_lowercase().replace('-', " "));
    assert_eq!(by_code(&running, &email("customer").to_uppercase(), &typed, NEW).await.0, StatusCode::OK);
    assert!(!signs_in(&running, "customer", PASSWORD).await && signs_in(&running, "customer", NEW).await);
    let pull = send(&running, Method::POST, "/sync/v1/pull", Some(&elsewhere), Some(json!({ "cursors": [] }))).await;
    assert_eq!(pull.0, StatusCode::UNAUTHORIZED, "every session ends");
    assert_eq!(by_code(&running, &email("customer"), &code, PASSWORD).await.0, StatusCode::UNAUTHORIZED, "it was used");

    let (first, second) = (issued(&running, &admin, "technician").await, issued(&running, &admin, "technician").await);
    assert_eq!(by_code(&running, &email("technician"), &first, NEW).await.0, StatusCode::UNAUTHORIZED, "a newer one voids it");
    at.fetch_add(30 * MINUTE_MS, Ordering::SeqCst);
    assert_eq!(by_code(&running, &email("technician"), &second, NEW).await.0, StatusCode::UNAUTHORIZED, "it is over");
    assert!(signs_in(&running, "technician", PASSWORD).await);

    let admin = running.tokens("admin").await.access_token;
    let log: AuditPage = running.get(&admin, "/admin/v1/audit").await;
    let kinds: Vec<_> = log.entries.iter().rev().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["issue_password_code", "reset_password", "issue_password_code", "issue_password_code"]);
    assert!(!format!("{log:?}").contains(&code));
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_guesses_void_no_code() {
    let running = World::new().start().await;
    let admin = running.tokens("admin").await.access_token;
    let code = issued(&running, &admin, "customer").await;
    assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4], "too many to guess within the limits");
    let body = json!({ "email": email("customer"), "password": PASSWORD });
    let owner = send(&running, Method::POST, "/auth/v1/sign-in", None, Some(body)).await.1;
    let mut guesses = Vec::new();
    for _ in 0..12 {
        guesses.push(by_code(&running, &email("customer"), "AAAA-AAAA-AAAA", NEW).await.0);
    }
    assert_eq!(guesses[7], StatusCode::UNAUTHORIZED);
    assert_eq!(guesses[11], StatusCode::TOO_MANY_REQUESTS, "guesses are held up as those at a password are");
    assert_eq!(by_code(&running, &email("customer"), &code, NEW).await.0, StatusCode::TOO_MANY_REQUESTS);
    // Whoever was signed in before on this device is not held up by others.
    let body = json!({ "email": email("customer"), "code": code, "password": NEW, "device_token": owner["device_token"] });
    assert_eq!(send(&running, Method::POST, "/auth/v1/password/code", None, Some(body)).await.0, StatusCode::OK);
    assert!(signs_in_as_known(&running, &owner, NEW).await);
    let code = issued(&running, &admin, "customer").await;
    let user: Users = running.get(&admin, &format!("/admin/v1/users?search={}", email("customer"))).await;
    let sign_out = json!({ "key": Uuid::now_v7(), "user": user.rows[0].id, "deed": "sign_out" });
    let _: UserChanged = running.post(&admin, "/admin/v1/users/change", &sign_out).await;
    let body = json!({ "email": email("customer"), "code": code, "password": PASSWORD, "device_token": owner["device_token"] });
    let voided = send(&running, Method::POST, "/auth/v1/password/code", None, Some(body)).await.0;
    assert_eq!(voided, StatusCode::UNAUTHORIZED, "ending all sessions ends the code as well");
    let own = json!({ "key": Uuid::now_v7(), "user": running.tokens("admin").await.user.id, "deed": "password_code" });
    let refused = send(&running, Method::POST, "/admin/v1/users/change", Some(&admin), Some(own)).await;
    assert_eq!(refused.0, StatusCode::BAD_REQUEST, "not for oneself");
    running.server.stop().await;
}
