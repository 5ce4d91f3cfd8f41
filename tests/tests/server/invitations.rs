//! Inviting users: a code that is derived and not stored, by mail or handed over, good once and for three days; and who may invite whom.

use crate::api::send;
use domain::core::local_time::{HOUR_MS, MINUTE_MS};
use domain::{UserId, ZoneId};
use protocol::core::audit::AuditPage;
use protocol::metering::zones::Zones;
use protocol::people::invitations::Invited;
use protocol::people::users::{UserRow, Users};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sync_server::alerts::config::{Alerts, Email};
use sync_server::core::{Clock, now};
use tests::alerts::{MovedClock, number, start, until, until_states};
use tests::field::clean;
use tests::mail::MailServer;
use tests::town::Town;
use tests::world::{PASSWORD, Running, World, email};
use uuid::Uuid;

const PATH: &str = "/admin/v1/users/invite";
const NEW: &str = "sungai-jernih-7";
const MADE: &str = "made@test.example";

/// Somebody who is invited, as a request has it.
fn person(role: &str, links: Value) -> Value {
    let mut invite =
        json!({ "what": "new", "name": " Made\u{200b} ", "email": "Made@Test.example ", "role": role, "language": "en" });
    for (name, value) in links.as_object().expect("links") {
        invite[name] = value.clone();
    }
    invite
}

async fn invite(running: &Running, token: &str, (key, user): (Uuid, Uuid), invite: Value) -> (StatusCode, Value) {
    let body = json!({ "key": key, "user": user, "invite": invite });
    send(running, Method::POST, PATH, Some(token), Some(body)).await
}

fn word(answer: &Value) -> &str {
    answer["detail"].as_str().unwrap_or_default().split(':').next().unwrap_or_default()
}

async fn accept(running: &Running, email: &str, code: &str) -> StatusCode {
    let body = json!({ "email": email, "code": code, "password": NEW });
    send(running, Method::POST, "/auth/v1/password/code", None, Some(body)).await.0
}

async fn signs_in(running: &Running, email: &str, password: &str) -> (StatusCode, Value) {
    let body = json!({ "email": email, "password": password });
    send(running, Method::POST, "/auth/v1/sign-in", None, Some(body)).await
}

async fn user(running: &Running, token: &str, email: &str) -> UserRow {
    let found: Users = running.get(token, &format!("/admin/v1/users?search={email}")).await;
    found.rows.into_iter().next().expect("the user")
}

/// Invites a technician of the first zone; returns the answer.
async fn technician(running: &Running, token: &str, (key, id): (Uuid, Uuid)) -> Invited {
    let zones = json!({ "zones": [running.world.zones[0]] });
    let (status, answer) = invite(running, token, (key, id), person("technician", zones)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    serde_json::from_value(answer).expect("an invitation")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_user_sets_a_password_once_and_has_what_was_given() {
    let running = World::new().start().await;
    let token = running.tokens("admin").await.access_token;
    let id = Uuid::now_v7();
    let first = technician(&running, &token, (id, id)).await;
    let again = technician(&running, &token, (id, id)).await;
    let code = first.code.clone().expect("a code, where the server sends no mail");
    assert_eq!((again.code.as_deref(), first.mailed), (Some(code.as_str()), false), "a lost answer is no lost code");
    assert_eq!((first.user.email.as_str(), first.user.name.as_str(), first.user.invited), (MADE, "Made", true));
    assert_eq!(first.user.invited_until, Some(first.until));
    assert_eq!(number(&running, "SELECT COUNT(*) FROM user WHERE email = 'made@test.example'").await, 1);
    let stored = running.server.app.store.read(|db| Ok(db.query_row("SELECT hash FROM password_code", [], |row| row.get(0))?));
    let stored: String = stored.await.expect("a hash");
    assert!(stored.starts_with("$argon2id$") && !stored.contains(&code));

    // Without a password there is nothing to guess, and nobody learns that there is an account.
    let nobody = signs_in(&running, "tidak-ada@test.example", "").await;
    assert_eq!(signs_in(&running, MADE, "").await, nobody);
    assert_eq!(nobody.0, StatusCode::UNAUTHORIZED);
    assert_eq!(accept(&running, &email("customer"), &code).await, StatusCode::UNAUTHORIZED, "the code of somebody else");

    assert_eq!(accept(&running, "MADE@test.example", &code.to_lowercase().replace('-', " ")).await, StatusCode::OK);
    assert_eq!(accept(&running, MADE, &code).await, StatusCode::UNAUTHORIZED, "it was used");
    let (status, tokens) = signs_in(&running, MADE, NEW).await;
    assert_eq!(
        (status, &tokens["user"]["role"], &tokens["user"]["language"]),
        (StatusCode::OK, &json!("technician"), &json!("en"))
    );
    let seen = user(&running, &token, MADE).await;
    assert!(!seen.invited && seen.invited_until.is_none() && seen.sessions == 1);
    let zones: Zones = running.get(&token, "/admin/v1/zones").await;
    assert!(zones.zones.iter().any(|zone| zone.name == "Barat" && zone.technicians.contains(&UserId(id))));
    let log: AuditPage = running.get(&token, &format!("/admin/v1/audit?row={id}")).await;
    let kinds: Vec<_> = log.entries.iter().rev().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["invite_user", "accept_invitation"]);
    assert!(!format!("{log:?}").contains(&code) && format!("{log:?}").contains("Barat"));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_over_after_three_days_and_void_once_another_one_was_sent() {
    let clock = MovedClock::at(now());
    let running = World::new().start_with(clock.clock()).await;
    let token = running.tokens("admin").await.access_token;
    let id = Uuid::now_v7();
    let first = technician(&running, &token, (id, id)).await.code.expect("a code");
    let key = Uuid::now_v7();
    let (status, second) = invite(&running, &token, (key, id), json!({ "what": "again" })).await;
    assert_eq!(status, StatusCode::OK, "{second}");
    let second: Invited = serde_json::from_value(second).expect("an invitation");
    let code = second.code.expect("a code");
    assert_ne!(first, code);
    assert_eq!(accept(&running, MADE, &first).await, StatusCode::UNAUTHORIZED, "the newer one voids it");
    assert_eq!(second.until, clock.now().plus(72 * HOUR_MS));
    clock.pass(72 * HOUR_MS);
    assert_eq!(accept(&running, MADE, &code).await, StatusCode::UNAUTHORIZED, "it is over");
    let token = running.tokens("admin").await.access_token;
    let seen = user(&running, &token, MADE).await;
    assert!(seen.invited && seen.invited_until == Some(clock.now()), "it is shown as over");

    let (_, third) = invite(&running, &token, (Uuid::now_v7(), id), json!({ "what": "again" })).await;
    let third = third["code"].as_str().expect("a code").to_owned();
    clock.pass(72 * HOUR_MS - MINUTE_MS);
    let token = running.tokens("admin").await.access_token;
    let off = json!({ "key": Uuid::now_v7(), "user": id, "deed": "deactivate" });
    assert_eq!(send(&running, Method::POST, "/admin/v1/users/change", Some(&token), Some(off)).await.0, StatusCode::OK);
    assert_eq!(accept(&running, MADE, &third).await, StatusCode::UNAUTHORIZED, "deactivated");
    let (status, answer) = invite(&running, &token, (Uuid::now_v7(), id), json!({ "what": "again" })).await;
    assert_eq!((status, word(&answer)), (StatusCode::BAD_REQUEST, "inactive"));
    let on = json!({ "key": Uuid::now_v7(), "user": id, "deed": "activate" });
    assert_eq!(send(&running, Method::POST, "/admin/v1/users/change", Some(&token), Some(on)).await.0, StatusCode::OK);
    assert_eq!(accept(&running, MADE, &third).await, StatusCode::UNAUTHORIZED, "it does not come back");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_invited_is_refused_with_its_word_and_nothing_is_added() {
    let running = World::new().start().await;
    let token = running.tokens("admin").await.access_token;
    let town = Town::new(&running).await;
    let (zone, customer): (ZoneId, _) = (running.world.zones[0], running.world.customers[0]);
    let before = number(&running, "SELECT COUNT(*) FROM user").await;
    let with = |field: &str, value: Value| {
        let mut invite = person("admin", json!({}));
        invite[field] = value;
        invite
    };
    for (wanted, refusal) in [
        (with("name", json!(" ")), "user_name"),
        (with("email", json!("made")), "user_email"),
        (with("email", json!(email("customer").to_uppercase())), "email_taken"),
        (person("customer", json!({})), "user_customer"),
        (person("admin", json!({ "zones": [zone] })), "user_links"),
        (person("technician", json!({ "customers": [customer] })), "user_links"),
        (person("technician", json!({ "zones": vec![zone; 101] })), "user_links"),
    ] {
        let (status, answer) = invite(&running, &token, (Uuid::now_v7(), Uuid::now_v7()), wanted.clone()).await;
        assert_eq!((status, word(&answer)), (StatusCode::BAD_REQUEST, refusal), "{wanted}");
    }
    let (_, theirs) = town.zones[0];
    let elsewhere = person("technician", json!({ "zones": [zone, theirs] }));
    let (status, _) = invite(&running, &token, (Uuid::now_v7(), Uuid::now_v7()), elsewhere).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "a zone of another utility");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM user").await, before, "nothing of it stays");

    let known = user(&running, &token, &email("customer")).await.id.0;
    let (status, answer) = invite(&running, &token, (Uuid::now_v7(), known), person("admin", json!({}))).await;
    assert_eq!((status, word(&answer)), (StatusCode::BAD_REQUEST, "user_taken"));
    let (status, answer) = invite(&running, &token, (Uuid::now_v7(), known), json!({ "what": "again" })).await;
    assert_eq!((status, word(&answer)), (StatusCode::BAD_REQUEST, "has_password"));
    let theirs = town.people[0].id;
    let (status, _) = invite(&running, &token, (Uuid::now_v7(), theirs.0), json!({ "what": "again" })).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "a user of another utility");
    let customers = json!({ "customers": [customer] });
    let (status, answer) = invite(&running, &token, (Uuid::now_v7(), Uuid::now_v7()), person("customer", customers)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_an_invitation_are_held_up_as_those_at_a_password_are() {
    let running = World::new().start().await;
    let token = running.tokens("admin").await.access_token;
    let id = Uuid::now_v7();
    let code = technician(&running, &token, (id, id)).await.code.expect("a code");
    assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4]);
    let mut answers = Vec::new();
    for _ in 0..12 {
        answers.push(accept(&running, MADE, "AAAA-AAAA-AAAA").await);
    }
    assert_eq!((answers[7], answers[11]), (StatusCode::UNAUTHORIZED, StatusCode::TOO_MANY_REQUESTS));
    running.server.stop().await;
}

fn by(email: Email) -> Alerts {
    Alerts { email: Some(email), ..Alerts::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_goes_by_mail_with_a_link_and_its_code_waits_nowhere() {
    let server = MailServer::start(&[]).await;
    let setting = Email { app: Some("https://app.test.example/".into()), ..MailServer::setting(server.port) };
    let running = start(World::new(), by(setting), Clock::default()).await;
    let token = running.tokens("admin").await.access_token;
    let id = Uuid::now_v7();
    let invited = technician(&running, &token, (id, id)).await;
    assert!(invited.mailed && invited.code.is_none(), "no screen shows it");
    until_states(&running, &["email sent"]).await;
    let mail = until("the mail", async || server.mail().into_iter().next().ok_or_else(|| "none".to_owned())).await;
    assert_eq!(mail["to"], json!([MADE]));
    assert_eq!(
        (&mail["headers"]["subject"], &mail["headers"]["content-language"]),
        (&json!("Invitation from Uji"), &json!("en"))
    );
    let text = mail["text"].as_str().expect("text").to_owned();
    let is_code = |line: &&str| line.len() == 14 && line.split('-').map(str::len).eq([4, 4, 4]);
    let code = text.lines().find(is_code).expect("a code on a line of its own").to_owned();
    let link = format!("https://app.test.example/#/?undangan={code}&email=made%40test.example");
    assert!(text.contains(&link) && text.contains("Made"), "{text}");
    // A copy of the database invites nobody.
    assert_eq!(number(&running, "SELECT COUNT(*) FROM notification WHERE shown <> 0").await, 0, "it is in no list of the app");
    let contents = running.server.app.store.read(|db| {
        let found = db.query_row("SELECT content FROM notification", [], |row| row.get::<_, String>(0))?;
        Ok(found)
    });
    assert!(!contents.await.expect("reads").contains(&code));
    assert_eq!(accept(&running, MADE, &code).await, StatusCode::OK);
    assert_eq!(signs_in(&running, MADE, NEW).await.0, StatusCode::OK);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_of_an_invitation_that_is_void_by_then_is_not_sent() {
    let down = MailServer::start(&[]).await;
    let port = down.port;
    drop(down);
    let clock = MovedClock::at(now());
    let running = start(World::new(), by(MailServer::setting(port)), clock.clock()).await;
    let token = running.tokens("admin").await.access_token;
    let id = Uuid::now_v7();
    assert!(technician(&running, &token, (id, id)).await.mailed);
    until_states(&running, &["email failed"]).await;
    assert_eq!(invite(&running, &token, (Uuid::now_v7(), id), json!({ "what": "again" })).await.0, StatusCode::OK);
    until_states(&running, &["email failed", "email failed"]).await;
    let up = MailServer::start(&["--port", &port.to_string()]).await;
    clock.pass(75 * MINUTE_MS);
    until_states(&running, &["email cancelled", "email sent"]).await;
    let mail = until("the mail", async || up.mail().into_iter().next().ok_or_else(|| "none".to_owned())).await;
    assert_eq!(up.mail().len(), 1, "the newer one alone");
    let text = mail["text"].as_str().expect("text");
    assert!(!text.contains("://"), "without an address of the app there is no link: {text}");

    // One that is over when the mail server is back is not sent either.
    drop(up);
    let token = running.tokens("admin").await.access_token;
    assert_eq!(invite(&running, &token, (Uuid::now_v7(), id), json!({ "what": "again" })).await.0, StatusCode::OK);
    until_states(&running, &["email cancelled", "email sent", "email failed"]).await;
    clock.pass(72 * HOUR_MS);
    until("that it is given up", async || {
        let given_up = "SELECT COUNT(*) FROM delivery WHERE num = 3 AND state IN ('cancelled', 'dead')";
        let count = number(&running, given_up).await;
        (count == 1).then_some(()).ok_or(count.to_string())
    })
    .await;
    assert_ne!(signs_in(&running, MADE, PASSWORD).await.0, StatusCode::OK);
    clean(running).await;
}
