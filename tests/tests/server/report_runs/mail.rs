//! Reports by mail: with their PDF up to a size, with a sentence beyond it or without a typesetter, and through a mail server that is down.

use super::noon;
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::reports::ReportKind;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use sync_server::alerts::config::Alerts;
use sync_server::config::Config;
use sync_server::jobs::reports::once_at;
use sync_server::server::Server;
use tests::alerts::{MovedClock, number, states, until, until_states};
use tests::field::clean;
use tests::mail::MailServer;
use tests::runs::{daily, people, put};
use tests::shop::second_admin;
use tests::world::{Running, World};

/// A program in the place of the typesetter.
fn program(folder: &Path, script: &str) -> PathBuf {
    let file = folder.join("receipts");
    std::fs::write(&file, format!("#!/bin/sh\n{script}\n")).expect("written");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("executable");
    file
}

async fn start(world: World, (port, receipts): (u16, PathBuf), clock: &MovedClock) -> Running {
    let alerts = Alerts { email: Some(MailServer::setting(port)), ..Alerts::default() };
    let config = Config { alerts, receipts: Some(receipts), ..world.config() };
    Running { server: Server::start_with(&config, clock.clock()).await.expect("the server starts"), world }
}

/// A report for two admins that is due, and made.
async fn made(running: &Running, clock: &MovedClock) {
    let token = running.tokens("admin").await.access_token;
    second_admin(running).await;
    put(running, &token, daily(ReportKind::DeviceStatus, people(running, &token).await)).await;
    clock.pass(DAY_MS);
    once_at(&running.server.app, clock.now()).await.expect("made");
}

async fn taken(server: &MailServer, count: usize) -> Vec<Value> {
    until("the mail", async || {
        let mail = server.mail();
        if mail.len() >= count { Ok(mail) } else { Err(mail.len().to_string()) }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_goes_with_its_paper_or_with_a_sentence_that_says_where_it_is() {
    let papers = "head -c 200000 /dev/zero >&2; cat > /dev/null; printf '%%PDF-1.7 uji'";
    let large = "cat > /dev/null; printf '%%PDF-'; head -c 3000000 /dev/zero";
    for (script, sentence, files) in [
        (papers, "PDF-nya terlampir.", json!([{ "kind": "application/pdf", "bytes": 12, "begins": "%PDF-" }])),
        (large, "lebih dari 2 MB", json!([])),
        ("echo 'no such font' >&2; exit 1", "tidak dapat dibuat", json!([])),
    ] {
        let (mail, clock, world) = (MailServer::start(&[]).await, MovedClock::at(noon()), World::new());
        let receipts = program(world.folder.path(), script);
        let running = start(world, (mail.port, receipts), &clock).await;
        made(&running, &clock).await;
        until_states(&running, &["email sent", "email sent"]).await;
        let letters = taken(&mail, 2).await;
        let identifiers: BTreeSet<String> = letters.iter().map(|letter| letter["headers"]["message-id"].to_string()).collect();
        assert_eq!((letters.len(), identifiers.len()), (2, 2), "one for each recipient");
        for letter in letters {
            assert!(letter["text"].as_str().expect("a text").contains(sentence), "{letter}");
            let mut sent = letter["files"].clone();
            for file in sent.as_array_mut().expect("files") {
                let name = file.as_object_mut().expect("a file").remove("name");
                assert!(
                    name.is_some_and(|name| name.as_str().is_some_and(|name| name.starts_with("status-perangkat-"))),
                    "{letter}"
                );
            }
            assert_eq!(sent, files);
        }
        clean(running).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_waits_for_a_mail_server_that_is_down_and_shows_so() {
    let (clock, down, world) = (MovedClock::at(noon()), MailServer::start(&[]).await, World::new());
    let port = down.port;
    drop(down);
    let receipts = program(world.folder.path(), "cat > /dev/null; printf '%%PDF-1.7 uji'");
    let running = start(world, (port, receipts), &clock).await;
    made(&running, &clock).await;
    until("two that failed", async || {
        let failed = number(&running, "SELECT COUNT(*) FROM delivery WHERE state = 'failed' AND last_error <> ''").await;
        (failed == 2).then_some(()).ok_or(format!("{:?}", states(&running).await))
    })
    .await;
    let up = MailServer::start(&["--port", &port.to_string()]).await;
    clock.pass(2 * HOUR_MS);
    until_states(&running, &["email sent", "email sent"]).await;
    let letters = taken(&up, 2).await;
    assert!(letters.iter().all(|letter| letter["files"][0]["begins"] == "%PDF-"), "{letters:?}");
    // The next day's is another message.
    clock.pass(DAY_MS);
    once_at(&running.server.app, clock.now()).await.expect("made");
    until_states(&running, &["email sent"; 4]).await;
    let identifiers: BTreeSet<String> =
        taken(&up, 4).await.iter().map(|letter| letter["headers"]["message-id"].to_string()).collect();
    assert_eq!(identifiers.len(), 4);
    clean(running).await;
}
