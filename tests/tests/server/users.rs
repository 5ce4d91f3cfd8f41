//! Managing users: by admins over HTTP with permission and audit, by an operator on the command line.

use crate::api::send;
use protocol::core::audit::AuditPage;
use protocol::people::users::{UserChanged, Users};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use tests::town::Town;
use tests::world::{PASSWORD, Running, World, email, program};
use uuid::Uuid;

async fn users(running: &Running, token: &str, search: &str) -> Users {
    running.get(token, &format!("/admin/v1/users?search={search}")).await
}

async fn change(running: &Running, token: &str, user: impl serde::Serialize, deed: &str) -> (StatusCode, Value) {
    let body = json!({ "key": Uuid::now_v7(), "user": user, "deed": deed });
    send(running, Method::POST, "/admin/v1/users/change", Some(token), Some(body)).await
}

async fn signs_in(running: &Running, name: &str, password: &str) -> bool {
    let body = json!({ "email": email(name), "password": password });
    send(running, Method::POST, "/auth/v1/sign-in", None, Some(body)).await.0 == StatusCode::OK
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_sees_users_signs_them_out_deactivates_them_and_gives_new_passwords() {
    let running = World::new().start().await;
    let admin = running.tokens("admin").await;
    let token = admin.access_token.clone();
    let technician = running.tokens("technician").await;
    let all = users(&running, &token, "").await;
    assert_eq!((all.rows.len(), all.left_out), (4, 0));
    let found = users(&running, &token, "TECHNICIAN@").await.rows;
    assert_eq!(users(&running, &token, "%E2%80%8Btechnician@%C2%A0").await.rows, found, "pasted with marks that nobody sees");
    let [row] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((row.id, row.active, row.sessions), (technician.user.id, true, 1));

    assert_eq!(change(&running, &token, row.id, "sign_out").await.0, StatusCode::OK);
    let pull = json!({ "cursors": [] });
    let ended = send(&running, Method::POST, "/sync/v1/pull", Some(&technician.access_token), Some(pull)).await;
    assert_eq!(ended.0, StatusCode::UNAUTHORIZED, "at once");

    let (status, given) = change(&running, &token, row.id, "new_password").await;
    assert_eq!(status, StatusCode::OK);
    let given: UserChanged = serde_json::from_value(given).expect("a user");
    let password = given.password.expect("a password");
    assert!(!signs_in(&running, "technician", PASSWORD).await && signs_in(&running, "technician", &password).await);

    let (_, off) = change(&running, &token, row.id, "deactivate").await;
    assert_eq!((&off["user"]["active"], &off["user"]["sessions"]), (&json!(false), &json!(0)));
    assert!(!signs_in(&running, "technician", &password).await);
    assert_eq!(change(&running, &token, row.id, "activate").await.0, StatusCode::OK);
    assert!(signs_in(&running, "technician", &password).await);

    let own = change(&running, &token, admin.user.id, "deactivate").await;
    assert_eq!(own.0, StatusCode::BAD_REQUEST, "{}", own.1);
    assert!(own.1["detail"].as_str().is_some_and(|detail| detail.starts_with("own:")));
    assert_eq!(change(&running, &token, admin.user.id, "new_password").await.0, StatusCode::BAD_REQUEST);

    let log: AuditPage = running.get(&token, &format!("/admin/v1/audit?row={}", row.id)).await;
    let kinds: Vec<_> = log.entries.iter().rev().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["sign_out_user", "set_password", "deactivate_user", "activate_user"]);
    assert!(log.entries.iter().all(|entry| entry.title == "technician" && !format!("{entry:?}").contains(&password)));
    let again = change(&running, &token, row.id, "activate").await;
    assert_eq!(again.0, StatusCode::OK);
    let log: AuditPage = running.get(&token, &format!("/admin/v1/audit?row={}", row.id)).await;
    assert_eq!(log.entries.len(), 4, "nothing was different, so there is nothing to say");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_manages_users_of_another_utility() {
    let running = World::new().start().await;
    let admin = running.tokens("admin").await;
    let town = Town::new(&running).await;
    let theirs = &town.people[0];
    let (status, _) = change(&running, &admin.access_token, theirs.id, "deactivate").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = change(&running, &theirs.token, admin.user.id, "new_password").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let seen: Users = running.get(&theirs.token, "/admin/v1/users").await;
    assert!(seen.rows.iter().all(|user| user.id != admin.user.id) && !seen.rows.is_empty());
    assert!(signs_in(&running, "admin", PASSWORD).await);
    running.server.stop().await;
}

/// What the command line says of a folder.
fn run(data: &Path, arguments: &[&str], input: &str) -> Result<String, String> {
    let mut command = Command::new(program("sync-server"));
    command.arg("--data").arg(data).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("written");
    let said = child.wait_with_output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if said.status.success() { Ok(text(&said.stdout)) } else { Err(text(&said.stderr)) }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_lists_deactivates_signs_out_and_sets_passwords_on_the_command_line() {
    let running = World::new().start().await;
    let data = running.world.folder.path().to_owned();
    let tokens = running.tokens("customer").await;
    let listed = run(&data, &["user", "list"], "").expect("a list");
    let line = listed.lines().find(|line| line.starts_with("customer@test.example\t")).expect("a line");
    assert!(line.contains("\tcustomer\tactive\t1 sessions\t"), "{line}");
    assert_eq!(listed.lines().count(), 4, "{listed}");

    run(&data, &["user", "sign-out", "customer@test.example"], "").expect("signed out");
    let pull = send(&running, Method::POST, "/sync/v1/pull", Some(&tokens.access_token), Some(json!({ "cursors": [] }))).await;
    assert_eq!(pull.0, StatusCode::UNAUTHORIZED, "by the server that runs, at once");

    assert!(run(&data, &["user", "password", "customer@test.example"], "kurang\n").is_err(), "too short");
    run(&data, &["user", "password", "Customer@test.example"], "sandi-baru-2027\n").expect("set");
    assert!(!signs_in(&running, "customer", PASSWORD).await && signs_in(&running, "customer", "sandi-baru-2027").await);

    run(&data, &["user", "deactivate", "customer@test.example"], "").expect("deactivated");
    assert!(!signs_in(&running, "customer", "sandi-baru-2027").await);
    assert!(run(&data, &["user", "list", "customer@"], "").expect("a list").contains("\tdeactivated\t0 sessions\t"));
    run(&data, &["user", "activate", "customer@test.example"], "").expect("activated");
    assert!(signs_in(&running, "customer", "sandi-baru-2027").await);
    let pasted = "\u{feff}customer\u{200b}@test.example\u{a0}";
    run(&data, &["user", "sign-out", pasted], "").expect("marks that nobody sees are no other address");
    assert!(run(&data, &["user", "list", pasted], "").expect("a list").contains("\tactive\t0 sessions\t"));
    let nobody = run(&data, &["user", "deactivate", "niemand@test.example"], "").expect_err("no such user");
    assert!(nobody.contains("no such user"), "{nobody}");
    running.server.stop().await;
}
