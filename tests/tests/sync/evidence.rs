//! A device that was signed out remotely: at its next contact it brings what it holds, once, and forgets everything.

use domain::sync::edit::CustomerField;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use protocol::sync::push::{Evidence, EvidenceTaken, MAX_OPERATION, MAX_OPS, OperationEnvelope};
use protocol::ui::{Answer, OutboxState, Phase, Request, Secret};
use reqwest::StatusCode;
use rusqlite::OpenFlags;
use sync_server::cli::provision::transact;
use sync_server::config::Config;
use sync_server::core::open_connection;
use sync_server::people::accounts;
use sync_server::server::Server;
use tests::ops::{edit, op};
use tests::world::{Kept, PASSWORD, Running, World, client_with, email};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use uuid::Uuid;

async fn until(client: &client::Client, what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let mut events = client.events();
    let waiting = async {
        while !condition().await {
            let _ = events.recv().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), waiting).await.unwrap_or_else(|_| panic!("{what} did not come"));
}

async fn is_phase(client: &client::Client, wanted: Phase) -> bool {
    matches!(client.call(Request::SyncState).await, Ok(Answer::Sync(state)) if state.phase == wanted)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_signed_out_remotely_sends_its_operations_and_forgets_them() {
    let running = World::new().start().await;
    let config = Config { http: running.server.http, mqtt: running.server.mqtt, ..running.world.config() };
    let (id, url) = (running.world.customers[0], running.url());
    let folder = running.world.folder.path().join("lost");
    let client = client_with(&folder, &url, &Kept::default()).await;
    client.call(Request::SignIn { email: email("admin"), password: Secret(PASSWORD.into()) }).await.expect("signed in");
    until(&client, "a first sync", async || is_phase(&client, Phase::Live).await).await;
    let Running { world, server } = running;
    server.stop().await;
    until(&client, "the network's end", async || is_phase(&client, Phase::Offline).await).await;
    let submitted = client.call(Request::Submit(edit(id, &[(CustomerField::City, "", "Bogor")]))).await.expect("kept");
    let Answer::Submitted(op) = submitted else { panic!("{submitted:?}") };
    let outboxes = || {
        let files = std::fs::read_dir(&folder).expect("a folder").map(|file| file.expect("a file").file_name());
        files.filter(|name| name.to_string_lossy().starts_with("outbox-")).count()
    };
    assert!(outboxes() > 0, "what waits is in a file");

    // The device was lost: somebody ends its session while it is away.
    let mut db = open_connection(&world.config().database(), OpenFlags::default()).expect("a database");
    transact(&mut db, |tx| {
        let user = tx.db.query_row("SELECT num FROM user WHERE email = ?1", [email("admin")], |row| row.get(0))?;
        accounts::revoke_all(tx, user)
    })
    .expect("revoked");
    let running = world.start_again(&config).await;
    client.call(Request::SyncNow).await.expect("asked");
    until(&client, "the end of the session", async || is_phase(&client, Phase::SignedOut).await).await;

    assert_eq!(outboxes(), 0, "nothing of it is left on the device");
    let kept: (Vec<u8>, String) = db
        .query_row("SELECT op_id, command FROM evidence", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("one operation is kept");
    assert_eq!((kept.0.as_slice(), kept.1.contains("Bogor")), (op.as_bytes().as_slice(), true));
    let effects = "SELECT (SELECT COUNT(*) FROM customer WHERE city = 'Bogor'), (SELECT COUNT(*) FROM op_result),
        (SELECT COUNT(*) FROM audit WHERE kind = 'evidence')";
    let counts = db.query_row(effects, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)));
    assert_eq!(counts.expect("counts"), (0, 0, 1), "it changed nothing, and admins can read it");
    let items = client.call(Request::Outbox).await.expect("an answer");
    assert!(!matches!(&items, Answer::Outbox(items) if items.iter().any(|item| item.state == OutboxState::Waiting)));
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_password_ends_a_session_elsewhere_and_what_waits_there_is_sent_after_signing_in_again() {
    const NEW: &str = "sungai-jernih-7";
    let running = World::new().start().await;
    let config = Config { http: running.server.http, mqtt: running.server.mqtt, ..running.world.config() };
    let client = client_with(&running.world.folder.path().join("field"), &running.url(), &Kept::default()).await;
    client.call(Request::SignIn { email: email("admin"), password: Secret(PASSWORD.into()) }).await.expect("signed in");
    until(&client, "a first sync", async || is_phase(&client, Phase::Live).await).await;
    let Running { world, server } = running;
    server.stop().await;
    until(&client, "the network's end", async || is_phase(&client, Phase::Offline).await).await;
    client.call(Request::Submit(edit(world.customers[0], &[(CustomerField::City, "", "Bogor")]))).await.expect("kept");
    let mut offline = config.clone();
    offline.http = "127.0.0.1:0".parse().expect("an address");
    offline.mqtt = offline.http;
    let running = Running { server: Server::start(&offline).await.expect("elsewhere"), world };
    let office = running.tokens("admin").await.access_token;
    let change = reqwest::Client::new().post(format!("{}/auth/v1/password", running.url()));
    let change = change.bearer_auth(&office).json(&serde_json::json!({ "current": PASSWORD, "new": NEW })).send().await;
    assert_eq!(change.expect("an answer").status(), StatusCode::OK);
    let Running { world, server } = running;
    server.stop().await;
    let running = world.start_again(&config).await;
    client.call(Request::SyncNow).await.expect("asked");
    until(&client, "the end of the session", async || is_phase(&client, Phase::SignedOut).await).await;
    client.call(Request::SignIn { email: email("admin"), password: Secret(NEW.into()) }).await.expect("signed in");
    until(&client, "what waited", async || {
        let items = client.call(Request::Outbox).await;
        matches!(items, Ok(Answer::Outbox(items)) if items.iter().any(|item| item.state == OutboxState::Sent))
    })
    .await;
    running.server.stop().await;
}

/// A proxy that has lost its server: it refuses everybody, and knows of nothing.
async fn lost_proxy(at: std::net::SocketAddr) -> (tokio::task::JoinHandle<()>, tokio::sync::watch::Receiver<usize>) {
    let (requested, requests) = tokio::sync::watch::channel(0);
    let listener = TcpListener::bind(at).await.expect("the same address");
    let serving = tokio::spawn(async move {
        while let Ok((mut line, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.windows(4).any(|end| end == b"\r\n\r\n") && line.read_buf(&mut head).await.is_ok_and(|read| read > 0) {}
            let status = if head.starts_with(b"POST /sync/v1/evidence") { "404 Not Found" } else { "401 Unauthorized" };
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            let _ = line.write_all(answer.as_bytes()).await;
            requested.send_modify(|count| *count += 1);
        }
    });
    (serving, requests)
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_servers_own_answer_ends_a_session_or_drops_what_waits() {
    let running = World::new().start().await;
    let config = Config { http: running.server.http, mqtt: running.server.mqtt, ..running.world.config() };
    let client = client_with(&running.world.folder.path().join("office"), &running.url(), &Kept::default()).await;
    client.call(Request::SignIn { email: email("admin"), password: Secret(PASSWORD.into()) }).await.expect("signed in");
    until(&client, "a first sync", async || is_phase(&client, Phase::Live).await).await;
    let Running { world, server } = running;
    server.stop().await;
    until(&client, "the network's end", async || is_phase(&client, Phase::Offline).await).await;
    let (proxy, mut answered) = lost_proxy(config.http).await;
    client.call(Request::Submit(edit(world.customers[0], &[(CustomerField::City, "", "Bogor")]))).await.expect("kept");
    for _ in 0..6 {
        client.call(Request::SyncNow).await.expect("asked");
        let answer = tokio::time::timeout(std::time::Duration::from_secs(20), answered.changed()).await;
        answer.expect("the session goes on").expect("it answers");
    }
    assert!(!is_phase(&client, Phase::SignedOut).await, "the session goes on");
    proxy.abort();
    let _ = proxy.await;
    let running = world.start_again(&config).await;
    client.call(Request::SyncNow).await.expect("asked");
    until(&client, "what waited", async || {
        let items = client.call(Request::Outbox).await;
        matches!(items, Ok(Answer::Outbox(items)) if items.iter().any(|item| item.state == OutboxState::Sent))
    })
    .await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_is_taken_once_and_from_ended_sessions_only() {
    let running = World::new().start().await;
    let tokens = running.tokens("admin").await;
    let command = edit(running.world.customers[0], &[(CustomerField::City, "", "Bogor")]);
    let send = async |refresh_token: &str| {
        let ops = vec![op(Uuid::now_v7(), 1, None, &command)];
        let body = Evidence { refresh_token: String::new(), ops, more: false };
        let request = reqwest::Client::new().post(format!("{}/sync/v1/evidence", running.url())).json(&body);
        request.bearer_auth(refresh_token).send().await.expect("an answer").status()
    };
    assert_eq!(send("forged").await, StatusCode::UNAUTHORIZED);
    assert_eq!(send(&tokens.refresh_token).await, StatusCode::UNAUTHORIZED, "its session goes on");
    let elsewhere = running.tokens("admin").await;
    let out = reqwest::Client::new().post(format!("{}/auth/v1/sign-out", running.url())).bearer_auth(&elsewhere.access_token);
    out.json(&serde_json::json!({ "everywhere": true })).send().await.expect("an answer").error_for_status().expect("out");
    assert_eq!(send(&elsewhere.refresh_token).await, StatusCode::UNAUTHORIZED, "who signs out here is not signed out remotely");
    let stolen = running.tokens("admin").await.refresh_token;
    let refresh = async |token: &str| {
        let asked = reqwest::Client::new().post(format!("{}/auth/v1/refresh", running.url()));
        let answer = asked.json(&serde_json::json!({ "refresh_token": token })).send().await.expect("an answer");
        answer.json::<serde_json::Value>().await.expect("JSON")["refresh_token"].as_str().map(str::to_owned)
    };
    let second = refresh(&stolen).await.expect("the next token");
    refresh(&second).await.expect("the next token");
    assert_eq!(refresh(&stolen).await, None, "the session ends");
    assert_eq!(
        send(&stolen).await,
        StatusCode::UNAUTHORIZED,
        "which of two devices is the thief's nobody knows, so neither is emptied"
    );
    assert_eq!(send(&tokens.refresh_token).await, StatusCode::OK);
    assert_eq!(send(&tokens.refresh_token).await, StatusCode::NOT_FOUND, "once");
    running.server.stop().await;
}

/// An admin's session that was ended remotely: its refresh token.
async fn ended_session(running: &Running) -> String {
    let lost = running.tokens("admin").await.refresh_token;
    let elsewhere = running.tokens("admin").await;
    let out = reqwest::Client::new().post(format!("{}/auth/v1/sign-out", running.url())).bearer_auth(&elsewhere.access_token);
    out.json(&serde_json::json!({ "everywhere": true })).send().await.expect("an answer").error_for_status().expect("out");
    lost
}

async fn bring(running: &Running, token: &str, ops: Vec<OperationEnvelope>, more: bool) -> (StatusCode, Option<u32>) {
    let request = reqwest::Client::new().post(format!("{}/sync/v1/evidence", running.url())).bearer_auth(token);
    let answer = request.json(&Evidence { refresh_token: String::new(), ops, more }).send().await.expect("an answer");
    (answer.status(), answer.json::<EvidenceTaken>().await.ok().map(|taken| taken.kept))
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_comes_in_parts_each_bounded_and_its_audit_text_too() {
    let running = World::new().start().await;
    let lost = ended_session(&running).await;
    let customer = running.world.customers[0];
    let command = |to: &str| edit(customer, &[(CustomerField::City, "", to)]);
    let many = |count: usize| (0..count).map(|seq| op(Uuid::now_v7(), seq as u64, None, &command("Bogor"))).collect::<Vec<_>>();
    assert_eq!(bring(&running, &lost, many(MAX_OPS + 1), false).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    let long = vec![op(Uuid::now_v7(), 1, None, &command(&"x".repeat(MAX_OPERATION)))];
    assert_eq!(bring(&running, &lost, long, false).await.0, StatusCode::PAYLOAD_TOO_LARGE, "one that is too long");
    let first = many(MAX_OPS);
    assert_eq!(bring(&running, &lost, first.clone(), true).await, (StatusCode::OK, Some(MAX_OPS as u32)));
    assert_eq!(bring(&running, &lost, first, true).await, (StatusCode::OK, Some(0)), "sent again it is kept once");
    let wide = vec![op(Uuid::now_v7(), 9_000, None, &command(&"é".repeat(MAX_OPERATION / 2 - 200)))];
    assert_eq!(bring(&running, &lost, wide, false).await, (StatusCode::OK, Some(1)));
    assert_eq!(bring(&running, &lost, many(1), false).await.0, StatusCode::NOT_FOUND, "after the last part nothing is taken");
    let counts = running.server.app.store.read(|db| {
        let sql = "SELECT (SELECT COUNT(*) FROM evidence), (SELECT COUNT(*) FROM audit WHERE kind = 'evidence'),
                   (SELECT MAX(LENGTH(CAST(changes AS BLOB))) FROM audit)";
        Ok(db.query_row(sql, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)))?)
    });
    let (kept, audited, longest) = counts.await.expect("counts");
    assert_eq!((kept, audited), (MAX_OPS as i64 + 1, MAX_OPS as i64 + 1));
    assert!(longest < 9_000, "{longest} bytes in one entry");
    running.server.stop().await;
}

/// Sends a head that promises a body and no byte of that body; returns the status line.
async fn head_only(running: &Running, token: Option<&str>) -> String {
    let mut line = promise(running, token).await;
    let mut answer = vec![0; 12];
    let read = tokio::time::timeout(std::time::Duration::from_secs(5), line.read_exact(&mut answer)).await;
    read.expect("an answer before the body").expect("a status");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Sends such a head, and leaves the line open.
async fn promise(running: &Running, token: Option<&str>) -> tokio::net::TcpStream {
    let mut line = tokio::net::TcpStream::connect(running.server.http).await.expect("connected");
    let token = token.map_or(String::new(), |token| format!("authorization: Bearer {token}\r\n"));
    let head = format!(
        "POST /sync/v1/evidence HTTP/1.1\r\nhost: x\r\n{token}content-type: application/json\r\ncontent-length: 1000000\r\n\r\n"
    );
    line.write_all(head.as_bytes()).await.expect("sent");
    line
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_without_its_token_is_refused_before_the_body_is_read_and_only_a_few_bring_at_once() {
    let running = World::new().start().await;
    assert_eq!(head_only(&running, None).await, "HTTP/1.1 401");
    assert_eq!(head_only(&running, Some("forged")).await, "HTTP/1.1 401");
    let lost = ended_session(&running).await;
    let turns = running.server.app.evidence.clone();
    let all = turns.acquire_many(turns.available_permits() as u32).await.expect("all of them");
    assert_eq!(head_only(&running, Some(&lost)).await, "HTTP/1.1 503");
    drop(all);
    assert_eq!(bring(&running, &lost, Vec::new(), false).await, (StatusCode::OK, Some(0)));
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_lost_device_that_never_ends_its_request_keeps_no_other_from_its_turn() {
    let running = World::new().start().await;
    // Two sessions that one ended.
    let (lost, other) = (running.tokens("admin").await.refresh_token, ended_session(&running).await);
    let mut held = Vec::new();
    for _ in 0..20 {
        held.push(promise(&running, Some(&lost)).await);
    }
    // The first of them has its turn, and the rest are refused: that is when it is known that all are there.
    let mut waiting: FuturesUnordered<_> =
        held.iter_mut().map(|line| async move { line.read_exact(&mut [0; 12]).await.map(|_| ()) }).collect();
    for _ in 0..19 {
        let answered = tokio::time::timeout(std::time::Duration::from_secs(5), waiting.next()).await;
        answered.expect("all but one are refused before the body").expect("one of them").expect("a status");
    }
    assert_eq!(head_only(&running, Some(&lost)).await, "HTTP/1.1 503");
    assert_eq!(bring(&running, &other, Vec::new(), false).await, (StatusCode::OK, Some(0)), "another device has its turn");
    drop(waiting);
    drop(held);
    running.server.stop().await;
}
