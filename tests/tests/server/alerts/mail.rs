//! E-mail through a real mail server: what arrives, encryption, refusals for good, dead letters, and a server that is down for an hour.

use domain::UtcMillis;
use domain::alerts::preferences::Preferences;
use domain::billing::balance::Level;
use domain::core::local_time::{HOUR_MS, MINUTE_MS};
use protocol::alerts::{AlertQueue, DeadLetters, SendAgain, SentAgain};
use protocol::core::audit::AuditPage;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::Command;
use sync_server::alerts::config::{Alerts, Email, Tls};
use sync_server::core::secret::Secret;
use sync_server::core::{Clock, now};
use tests::alerts::{CUSTOMER, MovedClock, OTHER, low, notify, number, prefer, start, states, until, until_states};
use tests::field::clean;
use tests::mail::MailServer;
use tests::world::World;
use uuid::Uuid;

fn by(email: Email) -> Alerts {
    Alerts { email: Some(email), ..Alerts::default() }
}

/// Returns when a mail server has taken so many messages.
async fn taken(server: &MailServer, count: usize) -> Vec<Value> {
    until("the mail", async || {
        let mail = server.mail();
        if mail.len() >= count { Ok(mail) } else { Err(mail.len().to_string()) }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_arrives_as_mail_in_the_users_language_under_its_identifier() {
    let server = MailServer::start(&[]).await;
    let running = start(World::new(), by(MailServer::setting(server.port)), Clock::default()).await;
    let english =
        running.server.app.store.writer.work(|tx| Ok(tx.db.execute("UPDATE user SET language = 'en' WHERE num = 4", [])?));
    english.await.expect("set");
    assert!(notify(&running, CUSTOMER, 1, low(Level::Critical, 24_000)).await);
    assert!(!notify(&running, CUSTOMER, 1, low(Level::Critical, 24_000)).await, "the same again is not new");
    assert!(notify(&running, OTHER, 1, low(Level::Empty, -500)).await);
    until_states(&running, &["email sent", "email sent"]).await;
    let mut mail = taken(&server, 2).await;
    mail.sort_by_key(|message| message["to"].to_string());
    assert_eq!(mail[0]["to"], json!(["customer@test.example"]));
    assert_eq!(mail[0]["headers"]["subject"], "Saldo air hampir habis");
    assert!(mail[0]["text"].as_str().expect("text").starts_with("Rumah: sisa Rp24.000.\n\n-- \n"), "{}", mail[0]["text"]);
    assert_eq!(
        (&mail[0]["headers"]["auto-submitted"], &mail[0]["headers"]["content-language"]),
        (&json!("auto-generated"), &json!("id"))
    );
    assert_eq!(mail[1]["headers"]["content-language"], "en");
    assert!(mail[1]["text"].as_str().expect("text").contains("−Rp500"), "{}", mail[1]["text"]);
    let message =
        running.server.app.store.read(|db| Ok(db.query_row("SELECT message FROM delivery WHERE num = 1", [], |row| row.get(0))?));
    let message = Uuid::from_bytes(message.await.expect("reads"));
    assert_eq!(mail[0]["headers"]["message-id"], format!("<{message}@test.example>"));
    assert_eq!(number(&running, "SELECT COUNT(*) FROM delivery WHERE provider_id = '2.0.0 Ok: queued as TEST'").await, 2);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_goes_over_an_encrypted_line_with_a_sign_in_or_waits() {
    let world = World::new();
    let [certificate, key] = ["mail.pem", "mail.key"].map(|name| world.folder.path().join(name));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
        ])
        .args(["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"])
        .args([&"-keyout".into(), &key, &"-out".into(), &certificate])
        .output();
    assert!(made.expect("openssl").status.success());
    let (cert, key) = (certificate.to_str().expect("text"), key.to_str().expect("text"));
    let server = MailServer::start(&["--starttls", cert, key, "--sign-in", "air", "sesame"]).await;
    let email = Email {
        host: "localhost".into(),
        tls: Tls::Starttls,
        certificate: Some(certificate.clone()),
        user: Some("air".into()),
        password: Some(Secret::new("wrong")),
        ..MailServer::setting(server.port)
    };
    let running = start(world, by(email.clone()), Clock::default()).await;
    notify(&running, CUSTOMER, 1, low(Level::Critical, 1)).await;
    until_states(&running, &["email failed"]).await;
    let why = running
        .server
        .app
        .store
        .read(|db| Ok(db.query_row("SELECT last_error FROM delivery", [], |row| row.get::<_, String>(0))?));
    let why = why.await.expect("reads");
    assert!(why.contains("535") && !why.contains("wrong"), "{why}");
    let world = running.world;
    running.server.stop().await;

    let right = Email { password: Some(Secret::new("sesame")), ..email };
    let clock = MovedClock::at(now().plus(HOUR_MS));
    let running = start(world, by(right), clock.clock()).await;
    until_states(&running, &["email sent"]).await;
    assert_eq!(server.mail()[0]["encrypted"], true);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_for_good_is_a_dead_letter_that_an_admin_sends_again() {
    let refusing = MailServer::start(&["--refuse", "customer@test.example", "550 5.1.1 no such mailbox"]).await;
    let world = World::new();
    let running = start(world, by(MailServer::setting(refusing.port)), Clock::default()).await;
    notify(&running, CUSTOMER, 1, low(Level::Critical, 24_000)).await;
    notify(&running, OTHER, 1, low(Level::Critical, 24_000)).await;
    until_states(&running, &["email dead", "email sent"]).await;
    let admin = running.tokens("admin").await.access_token;
    let queue: AlertQueue = running.get(&admin, "/admin/v1/alerts/queue").await;
    let counts: Vec<_> = queue.counts.iter().map(|of| (of.provider.as_str(), of.state.as_str(), of.count)).collect();
    assert_eq!(counts, [("email", "dead", 1), ("email", "sent", 1)]);
    let dead: DeadLetters = running.get(&admin, "/admin/v1/alerts/dead").await;
    let [letter] = dead.letters.as_slice() else { panic!("{dead:?}") };
    assert_eq!((letter.email.as_str(), letter.attempts), ("customer@test.example", 1));
    assert!(letter.why.contains("no such mailbox"), "{}", letter.why);
    assert!(dead.next.is_none());
    let asked = SendAgain { key: Uuid::now_v7(), messages: vec![letter.message, Uuid::now_v7()] };
    let done: SentAgain = running.post(&admin, "/admin/v1/alerts/send-again", &asked).await;
    assert_eq!(done.queued, 1);
    // It is refused once more; the same request again is not another one.
    until_states(&running, &["email dead", "email sent"]).await;
    let done: SentAgain = running.post(&admin, "/admin/v1/alerts/send-again", &asked).await;
    assert_eq!((done.queued, states(&running).await[0].as_str()), (0, "email dead"));
    let log: AuditPage = running.get(&admin, "/admin/v1/audit?kind=send_again").await;
    assert_eq!((log.entries.len(), log.entries[0].changes[0].after.as_str()), (1, "1"));
    let world = running.world;
    running.server.stop().await;

    let taking = MailServer::start(&[]).await;
    let running = start(world, by(MailServer::setting(taking.port)), Clock::default()).await;
    let admin = running.tokens("admin").await.access_token;
    let asked = SendAgain { key: Uuid::now_v7(), ..asked };
    let done: SentAgain = running.post(&admin, "/admin/v1/alerts/send-again", &asked).await;
    assert_eq!(done.queued, 1);
    until_states(&running, &["email sent", "email sent"]).await;
    let mail = taken(&taking, 1).await;
    assert_eq!(mail[0]["headers"]["message-id"], format!("<{}@test.example>", letter.message), "the identifier that it had");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_down_for_an_hour_loses_nothing() {
    let began: UtcMillis = now();
    let clock = MovedClock::at(began);
    let down = MailServer::start(&[]).await;
    let port = down.port;
    drop(down);
    let running = start(World::new(), by(MailServer::setting(port)), clock.clock()).await;
    for user in [CUSTOMER, OTHER] {
        prefer(&running, user, Preferences { quiet: None, ..Preferences::default() }).await;
    }
    for minute in 0..60 {
        notify(&running, if minute % 2 == 0 { CUSTOMER } else { OTHER }, minute, low(Level::Warning, minute)).await;
        // One try after each ten minutes: a connection that is refused costs the queue nothing but time.
        if minute % 10 == 9 {
            until("a try", async || {
                let open = number(&running, "SELECT COUNT(*) FROM delivery WHERE state <> 'failed'").await;
                (open == 0).then_some(()).ok_or(open.to_string())
            })
            .await;
        }
        clock.pass(MINUTE_MS);
    }
    until("sixty that failed", async || {
        let failed = number(&running, "SELECT COUNT(*) FROM delivery WHERE state = 'failed' AND last_error <> ''").await;
        (failed == 60).then_some(()).ok_or(failed.to_string())
    })
    .await;
    let port_text = port.to_string();
    let up = MailServer::start(&["--port", &port_text]).await;
    // The next try of each is an hour and a quarter away at most.
    clock.pass(75 * MINUTE_MS);
    until_states(&running, &["email sent"; 60]).await;
    let identifiers: BTreeSet<String> = up.mail().iter().map(|message| message["headers"]["message-id"].to_string()).collect();
    assert_eq!((identifiers.len(), up.mail().len()), (60, 60), "each of them, once");
    clean(running).await;
}
