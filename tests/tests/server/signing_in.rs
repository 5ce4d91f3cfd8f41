//! Signing in: whose guesses hold up whom, and when sessions end by themselves.

use crate::api::send;
use domain::core::local_time::{DAY_MS, MINUTE_MS};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use sync_server::config::Config;
use sync_server::core::{Clock, now};
use sync_server::server::Server;
use tests::world::{PASSWORD, Running, World, email};

/// A server behind a proxy on this machine.
async fn behind_a_proxy() -> Running {
    let world = World::new();
    let config = Config { trusted_proxies: "127.0.0.1".parse().expect("an address"), ..world.config() };
    let server = Server::start(&config).await.expect("the server starts");
    Running { world, server }
}

/// Signs in from an address, as the proxy says.
async fn from(running: &Running, address: &str, name: &str, password: &str, device: Option<&str>) -> (StatusCode, Value) {
    let mut body = json!({ "email": email(name), "password": password });
    if let Some(device) = device {
        body["device_token"] = json!(device);
    }
    let request = Client::new().post(format!("{}/auth/v1/sign-in", running.url())).header("x-forwarded-for", address).json(&body);
    let answer = request.send().await.expect("an answer");
    (answer.status(), answer.json().await.unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_guesses_do_not_lock_the_owner_out() {
    let running = behind_a_proxy().await;
    for guess in 0..10 {
        let answer = from(&running, "203.0.113.9", "customer", "tebakan-salah", None).await;
        assert_eq!(answer.0, StatusCode::UNAUTHORIZED, "{guess}");
    }
    assert_eq!(from(&running, "203.0.113.9", "customer", PASSWORD, None).await.0, StatusCode::TOO_MANY_REQUESTS, "nor by luck");
    assert_eq!(from(&running, "198.51.100.7", "customer", PASSWORD, None).await.0, StatusCode::OK, "the owner");
    assert_eq!(from(&running, "203.0.113.9", "other", PASSWORD, None).await.0, StatusCode::OK, "others behind that address");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_from_everywhere_are_slowed_down_and_the_owners_devices_and_addresses_are_not() {
    let running = behind_a_proxy().await;
    let (status, signed) = from(&running, "198.51.100.7", "customer", PASSWORD, None).await;
    assert_eq!(status, StatusCode::OK);
    let device = signed["device_token"].as_str().expect("a token").to_owned();
    let mut refused = 0;
    for guess in 0..40 {
        let address = format!("2001:db8:{guess:x}::1");
        let (status, _) = from(&running, &address, "customer", "tebakan-salah", None).await;
        refused += usize::from(status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused >= 8, "only {refused} of 40 were refused");
    assert_eq!(from(&running, "192.0.2.44", "customer", PASSWORD, None).await.0, StatusCode::TOO_MANY_REQUESTS, "a new address");
    assert_eq!(from(&running, "198.51.100.7", "customer", PASSWORD, None).await.0, StatusCode::OK, "a known address");
    assert_eq!(from(&running, "192.0.2.45", "customer", PASSWORD, Some(&device)).await.0, StatusCode::OK, "a known device");
    let forged = from(&running, "192.0.2.46", "customer", PASSWORD, Some(&device[..device.len() - 2])).await;
    assert_eq!(forged.0, StatusCode::TOO_MANY_REQUESTS, "a forged one");
    let wrong = from(&running, "192.0.2.47", "customer", "tebakan-salah", Some(&device)).await;
    assert_eq!(wrong.0, StatusCode::UNAUTHORIZED, "it opens nothing without the password");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_household_of_ipv6_is_one_address_and_a_header_of_anybody_is_none() {
    let running = behind_a_proxy().await;
    let mut last = StatusCode::OK;
    for guess in 0..11 {
        last = from(&running, &format!("2001:db8:1:2::{guess:x}"), "customer", "tebakan-salah", None).await.0;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS, "one /64");
    running.server.stop().await;
    let direct = World::new().start().await;
    for guess in 0..11 {
        last = from(&direct, &format!("192.0.2.{guess}"), "customer", "tebakan-salah", None).await.0;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS, "no proxy is trusted here");
    direct.server.stop().await;
}

/// A server whose clock the test moves.
async fn with_a_clock() -> (Running, Arc<AtomicI64>) {
    let ahead = Arc::new(AtomicI64::new(0));
    let moved = Arc::clone(&ahead);
    let clock = Clock::new(move || now().plus(moved.load(Ordering::SeqCst)));
    (World::new().start_with(clock).await, ahead)
}

async fn refresh(running: &Running, token: &str) -> (StatusCode, Value) {
    send(running, Method::POST, "/auth/v1/refresh", None, Some(json!({ "refresh_token": token }))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_was_rotated_out_is_good_for_an_hour_at_most() {
    let (running, ahead) = with_a_clock().await;
    let first = running.tokens("customer").await.refresh_token;
    let (_, second) = refresh(&running, &first).await;
    ahead.store(59 * MINUTE_MS, Ordering::SeqCst);
    assert_eq!(refresh(&running, &first).await.1["refresh_token"], second["refresh_token"], "its answer was lost");
    ahead.store(61 * MINUTE_MS, Ordering::SeqCst);
    let (status, late) = refresh(&running, &first).await;
    assert_eq!((status, &late["code"]), (StatusCode::UNAUTHORIZED, &json!("session_revoked")));
    let (status, _) = refresh(&running, second["refresh_token"].as_str().expect("a token")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "one of the two was stolen");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_it_is_not_used_and_when_it_is_old() {
    let (running, ahead) = with_a_clock().await;
    let idle = running.tokens("customer").await.refresh_token;
    ahead.store(59 * DAY_MS, Ordering::SeqCst);
    let (status, next) = refresh(&running, &idle).await;
    assert_eq!(status, StatusCode::OK);
    ahead.store(120 * DAY_MS, Ordering::SeqCst);
    let (status, answer) = refresh(&running, next["refresh_token"].as_str().expect("a token")).await;
    assert_eq!((status, &answer["code"]), (StatusCode::UNAUTHORIZED, &json!("unauthenticated")), "61 days without use");
    let began = 120;
    let mut token = running.tokens("customer").await.refresh_token;
    let mut days = began;
    loop {
        days += 30;
        ahead.store(days * DAY_MS, Ordering::SeqCst);
        let (status, next) = refresh(&running, &token).await;
        if status != StatusCode::OK {
            break;
        }
        assert!(days < began + 400, "it never ends");
        token = next["refresh_token"].as_str().expect("a token").to_owned();
        let until = next["access_expires_at"].as_i64().expect("an instant");
        assert!(until <= now().0 + (began + 365) * DAY_MS, "no access token outlives its session");
    }
    assert_eq!(days, began + 390, "after a year, however much it was used");
    running.server.stop().await;
}
