//! What happens in the field is never refused for state or time, is counted like any reading, and its pictures come whole or not at all.

use client::Client;
use domain::edit::{Change, Patch, ProfileField};
use domain::fact::Review;
use domain::people::Language;
use domain::{BlobId, ManualReadingId, Millilitres, NoteId, UserId, UtcMillis};
use protocol::blob::BlobState;
use protocol::push::{Command, OpResult, Outcome, Rejection};
use protocol::ui::{Answer, Facts, OutboxItem, OutboxState, Phase, Request, Secret, Session};
use reqwest::StatusCode;
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeMap;
use std::time::Duration;
use sync_server::config::Config;
use sync_server::server::Server;
use sync_server::store::{check, now, open_connection};
use tests::ops::{code, op, push};
use tests::world::{Device, Kept, PASSWORD, Running, World, client_with, email};
use tokio::time::timeout;
use uuid::Uuid;

const MINUTE: i64 = 60_000;

async fn sign_in(client: &Client, name: &str) {
    client.call(Request::SignIn { email: email(name), password: Secret(PASSWORD.into()) }).await.expect("signed in");
}

/// Waits for events until something is as wanted.
async fn until<T>(client: &Client, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let mut events = client.events();
    let waiting = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            let _ = events.recv().await;
        }
    };
    timeout(Duration::from_secs(30), waiting).await.unwrap_or_else(|_| panic!("{what} did not come"))
}

async fn facts(client: &Client, meter: &Device) -> Option<Facts> {
    match client.call(Request::Facts { meter: meter.id }).await.expect("an answer") {
        Answer::Facts(facts) => facts.map(|facts| *facts),
        other => panic!("{other:?}"),
    }
}

async fn outbox(client: &Client) -> Vec<OutboxItem> {
    match client.call(Request::Outbox).await.expect("an answer") {
        Answer::Outbox(items) => items,
        other => panic!("{other:?}"),
    }
}

async fn submit(client: &Client, command: Command) {
    client.call(Request::Submit(command)).await.expect("kept");
}

async fn phase(client: &Client, wanted: Phase) {
    until(client, "the phase", async || match client.call(Request::SyncState).await {
        Ok(Answer::Sync(state)) if state.phase == wanted => Some(()),
        _ => None,
    })
    .await;
}

fn note(meter: &Device, text: &str) -> Command {
    Command::AddNote { note: NoteId(Uuid::now_v7()), meter: meter.id, text: text.into() }
}

fn reading(meter: &Device, at: UtcMillis, litres: i64, photo: Option<BlobId>) -> Command {
    let register = Millilitres::litres(litres);
    Command::RecordReading { reading: ManualReadingId(Uuid::now_v7()), meter: meter.id, at, register, photo }
}

/// Something that begins as a JPEG does; every byte elsewhere is another one.
fn picture(length: usize, salt: u8) -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..length).map(|place| (place * 31 % 251) as u8 ^ salt).collect();
    bytes[..3].copy_from_slice(&[0xff, 0xd8, 0xff]);
    bytes
}

fn database(world: &World) -> Connection {
    open_connection(&world.folder.path().join("indowater.db"), OpenFlags::SQLITE_OPEN_READ_WRITE).expect("the database")
}

/// Changes the world behind the server's back, as another program of its operator would.
fn change(world: &World, sql: &str) {
    database(world).execute_batch(sql).expect("changed");
}

async fn send(running: &Running, who: &str, commands: &[Command]) -> Vec<OpResult> {
    let ops = commands.iter().zip(1..).map(|(command, seq)| op(Uuid::now_v7(), seq, None, command)).collect();
    push(running, who, ops).await
}

fn applied(result: &OpResult) -> bool {
    matches!(result.outcome, Outcome::Applied { .. })
}

async fn put(running: &Running, token: &str, id: BlobId, range: &str, bytes: Vec<u8>) -> (StatusCode, Option<BlobState>) {
    let request = reqwest::Client::new().put(format!("{}/blobs/v1/{id}", running.url())).bearer_auth(token);
    let response = request.header("content-range", range).body(bytes).send().await.expect("an answer");
    (response.status(), response.json().await.ok())
}

async fn see(running: &Running, who: &str, id: BlobId) -> StatusCode {
    let token = running.tokens(who).await.access_token;
    let request = reqwest::Client::new().get(format!("{}/blobs/v1/{id}", running.url())).bearer_auth(token);
    request.send().await.expect("an answer").status()
}

async fn clean(running: Running) {
    running.server.app.store.writer.publish(false).await.expect("published");
    let report = running.server.app.store.read(|db| check::check(db)).await.expect("checked");
    assert_eq!(report.findings, Vec::<String>::new());
    running.server.stop().await;
}

async fn hash_of(client: &Client, bytes: &[u8]) -> BlobId {
    use base64::Engine;
    let base64 = base64::engine::general_purpose::STANDARD.encode(bytes);
    match client.call(Request::Attach { base64 }).await.expect("kept") {
        Answer::Attached(id) => id,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn work_in_a_basement_survives_a_kill_and_shows_elsewhere_with_its_picture() {
    let running = World::new().start().await;
    let config = Config { http: running.server.http, mqtt: running.server.mqtt, ..running.world.config() };
    let (meter, folder, keyring) = (running.world.meters[0].clone(), running.world.folder.path().join("tablet"), Kept::default());
    let url = running.url();
    let tablet = client_with(&folder, &url, &keyring).await;
    sign_in(&tablet, "technician").await;
    until(&tablet, "the meter", async || facts(&tablet, &meter).await).await;
    let Running { world, server } = running;
    server.stop().await;
    phase(&tablet, Phase::Offline).await;

    let bytes = picture(600_000, 0);
    let photo = hash_of(&tablet, &bytes).await;
    submit(&tablet, note(&meter, "Kaca buram")).await;
    submit(&tablet, reading(&meter, UtcMillis(now().0 - MINUTE), 1_234, Some(photo))).await;
    let shown = facts(&tablet, &meter).await.expect("the meter");
    assert_eq!((shown.notes[0].row.text.as_str(), shown.notes[0].row.author.as_str()), ("Kaca buram", "technician"));
    assert!(shown.notes[0].waiting && shown.readings[0].waiting, "what waits says so");
    // Killed: nothing is ended in order, and the same files are opened again.
    drop(tablet);
    let tablet = client_with(&folder, &url, &keyring).await;
    let shown = facts(&tablet, &meter).await.expect("the meter");
    assert_eq!((shown.notes.len(), shown.readings.len()), (1, 1), "made anew from the outbox");

    let running = Running { server: Server::start(&config).await.expect("the same addresses"), world };
    tablet.call(Request::SyncNow).await.expect("asked");
    let desk = client_with(&running.world.folder.path().join("desk"), &url, &Kept::default()).await;
    sign_in(&desk, "admin").await;
    for client in [&tablet, &desk] {
        let shown = until(client, "both facts", async || {
            let shown = facts(client, &meter).await?;
            let there = shown.notes.len() == 1 && shown.readings.len() == 1;
            (there && !shown.notes[0].waiting && !shown.readings[0].waiting).then_some(shown)
        })
        .await;
        assert_eq!(shown.readings[0].row.register, Millilitres::litres(1_234));
        assert_eq!(shown.readings[0].row.review, []);
        let Ok(Answer::Picture(data)) = client.call(Request::Picture { photo }).await else { panic!("no picture") };
        assert_eq!((data.mime.as_str(), data.base64.len()), ("image/jpeg", bytes.len().div_ceil(3) * 4));
    }
    assert!(outbox(&tablet).await.iter().all(|item| item.state == OutboxState::Sent));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_was_cut_goes_on_and_what_waits_for_it_holds_up_nothing() {
    let running = World::new().start().await;
    let meter = running.world.meters[0].clone();
    let tablet = client_with(&running.world.folder.path().join("tablet"), &running.url(), &Kept::default()).await;
    let bytes = picture(700_000, 1);
    sign_in(&tablet, "technician").await;
    let photo = hash_of(&tablet, &bytes).await;
    let token = running.tokens("technician").await.access_token;
    let total = bytes.len();
    let first = put(&running, &token, photo, &format!("bytes 0-199999/{total}"), bytes[..200_000].to_vec()).await;
    assert_eq!(first, (StatusCode::OK, Some(BlobState { offset: 200_000, whole: false })));
    let elsewhere = put(&running, &token, photo, &format!("bytes 5-9/{total}"), vec![0; 5]).await;
    assert_eq!(elsewhere.1, Some(BlobState { offset: 200_000, whole: false }), "it is told where to go on");

    let waits = send(&running, "technician", &[reading(&meter, now(), 10, Some(photo)), note(&meter, "Segel utuh")]).await;
    assert!(matches!(waits[0].outcome, Outcome::RetryAfter { .. }), "{:?}", waits[0]);
    assert!(applied(&waits[1]));

    submit(&tablet, reading(&meter, UtcMillis(now().0 - MINUTE), 11, Some(photo))).await;
    until(&tablet, "the reading", async || {
        let shown = facts(&tablet, &meter).await?;
        shown.readings.iter().any(|fact| !fact.waiting).then_some(())
    })
    .await;
    assert_eq!(see(&running, "technician", photo).await, StatusCode::OK);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_seen_by_whoever_may_see_the_row_and_by_nobody_who_knows_the_hash() {
    let running = World::new().start().await;
    let (here, bytes) = (running.world.meters[0].clone(), picture(1_000, 2));
    let photo = {
        let client = client_with(&running.world.folder.path().join("x"), &running.url(), &Kept::default()).await;
        sign_in(&client, "technician").await;
        hash_of(&client, &bytes).await
    };
    let token = running.tokens("technician").await.access_token;
    assert_eq!(
        put(&running, &token, photo, "bytes 0-999/1000", bytes.clone()).await.1,
        Some(BlobState { offset: 1_000, whole: true })
    );
    for who in ["admin", "technician", "customer"] {
        assert_eq!(see(&running, who, photo).await, StatusCode::NOT_FOUND, "{who}: nothing names it yet");
    }
    let stolen = send(&running, "admin", &[reading(&here, now(), 9, Some(photo))]).await;
    assert!(matches!(stolen[0].outcome, Outcome::RetryAfter { .. }), "only who has brought it can name it");
    assert!(applied(&send(&running, "technician", &[reading(&here, now(), 10, Some(photo))]).await[0]));
    let expected =
        [("admin", 200), ("technician", 200), ("customer", 404), ("other", 404)].map(|(who, status)| (who, status.to_string()));
    for (who, status) in expected {
        assert_eq!(see(&running, who, photo).await.as_str(), status, "{who}");
    }
    change(&running.world, "DELETE FROM user_zone");
    assert_eq!(see(&running, "technician", photo).await, StatusCode::NOT_FOUND, "the zone is another's now");
    let large = put(&running, &token, photo, "bytes 0-9/99999999", vec![0; 10]).await;
    assert_eq!(large.0, StatusCode::PAYLOAD_TOO_LARGE);
    let customer = running.tokens("customer").await.access_token;
    assert_eq!(put(&running, &customer, photo, "bytes */1000", vec![]).await.0, StatusCode::FORBIDDEN);
    let page = b"<script>alert(1)</script>".to_vec();
    let wrong = put(&running, &token, BlobId([7; 32]), "bytes 0-24/25", page).await;
    assert_eq!(wrong.0, StatusCode::BAD_REQUEST, "the bytes do not hash to the name");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_are_flagged_and_never_refused_for_time_or_state_and_what_is_none_is_refused() {
    let running = World::new().start().await;
    let [here, there] = running.world.meters.clone();
    let long = "x".repeat(2_001);
    let base = now().0 - 60 * MINUTE;
    let at = |minutes: i64| UtcMillis(base + minutes * MINUTE);
    let results = send(
        &running,
        "technician",
        &[
            reading(&here, at(0), 100, None),
            reading(&here, at(10), 110, None),
            reading(&here, at(20), 5, None),
            reading(&here, at(10), 108, None),
            reading(&here, at(90), 112, None),
            reading(&here, at(30), -1, None),
            reading(&here, UtcMillis(now().0 + 3 * 366 * 24 * 60 * MINUTE), 120, None),
            note(&here, &long),
            note(&here, " "),
            note(&there, "di zona orang lain"),
            Command::AddNote { note: NoteId(Uuid::now_v7()), meter: domain::MeterId(Uuid::now_v7()), text: "?".into() },
        ],
    )
    .await;
    assert!(results[..5].iter().all(applied), "{results:?}");
    let refused: Vec<_> = results[5..].iter().map(|result| code(result).expect("refused")).collect();
    let (invalid, not_found) = (Rejection::Invalid, Rejection::NotFound);
    assert_eq!(refused, [invalid, invalid, invalid, invalid, not_found, not_found]);
    assert_eq!(code(&send(&running, "customer", &[note(&here, "hai")]).await[0]), Some(Rejection::Denied));

    let desk = client_with(&running.world.folder.path().join("desk"), &running.url(), &Kept::default()).await;
    sign_in(&desk, "admin").await;
    let shown = until(&desk, "the readings", async || facts(&desk, &here).await.filter(|facts| facts.readings.len() == 5)).await;
    let reviews: BTreeMap<i64, Vec<Review>> =
        shown.readings.iter().map(|fact| (fact.row.register.0 / 1_000, fact.row.review.clone())).collect();
    assert_eq!(reviews[&100], []);
    assert_eq!(reviews[&110], []);
    assert_eq!(reviews[&5], [Review::Implausible]);
    assert_eq!(reviews[&108], [Review::Differs]);
    assert_eq!(reviews[&112], [Review::ClockSkew]);
    let kept: i64 = database(&running.world)
        .query_row("SELECT COUNT(*) FROM reading_conflict WHERE register = 110000", [], |row| row.get(0))
        .expect("counted");
    assert_eq!(kept, 1, "of two registers at one instant the lower stands");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn late_work_of_a_technician_who_was_assigned_elsewhere_is_taken_and_flagged() {
    let running = World::new().start().await;
    let meter = running.world.meters[0].clone();
    change(&running.world, "DELETE FROM user_zone");
    let results = send(&running, "technician", &[note(&meter, "Katup macet"), reading(&meter, now(), 10, None)]).await;
    assert!(results.iter().all(applied), "{results:?}");
    let desk = client_with(&running.world.folder.path().join("desk"), &running.url(), &Kept::default()).await;
    sign_in(&desk, "admin").await;
    let shown = until(&desk, "the note", async || facts(&desk, &meter).await.filter(|facts| !facts.notes.is_empty())).await;
    assert_eq!((&shown.notes[0].row.review, &shown.readings[0].row.review), (&vec![Review::OutOfZone], &vec![Review::OutOfZone]));
    change(&running.world, "UPDATE user_zone_past SET until = 1");
    let later = send(&running, "technician", &[note(&meter, "lama sekali")]).await;
    assert_eq!(code(&later[0]), Some(Rejection::NotFound), "that was too long ago");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manual_reading_is_usage_and_does_not_make_a_silent_meter_heard() {
    let running = World::new().start().await;
    let meter = running.world.meters[0].clone();
    let start = now().0 - 120 * MINUTE;
    let gateway = |t: i64, reg: i64| {
        let body = serde_json::json!([{ "serial": meter.serial, "t": t, "reg": reg, "flow": 0 }]);
        let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url()));
        request.basic_auth("gateway", Some(&running.world.gateway)).json(&body).send()
    };
    gateway(start, 1_000_500).await.expect("taken");
    assert!(applied(&send(&running, "technician", &[reading(&meter, UtcMillis(start + 60 * MINUTE), 1_100, None)]).await[0]));
    gateway(start + 100 * MINUTE, 1_150_700).await.expect("taken");
    running.server.app.store.writer.publish(false).await.expect("published");
    let db = database(&running.world);
    let (used, t): (i64, i64) = db
        .query_row("SELECT (SELECT SUM(volume) FROM usage_day), (SELECT MAX(t) FROM meter_state)", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .expect("summed");
    assert_eq!(used, 150_200, "every litre once");
    assert_eq!(t, start + 100 * MINUTE);
    assert!(applied(&send(&running, "technician", &[reading(&meter, UtcMillis(start + 110 * MINUTE), 1_150, None)]).await[0]));
    let t: i64 = db.query_row("SELECT MAX(t) FROM meter_state", [], |row| row.get(0)).expect("read");
    assert_eq!(t, start + 100 * MINUTE, "the meter itself has said nothing new");
    let review: String =
        db.query_row("SELECT review FROM manual_reading ORDER BY num DESC LIMIT 1", [], |row| row.get(0)).expect("read");
    assert_eq!(review, "", "the litre that is not printed yet is no step backwards");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_note_leaves_the_screen_and_stays_in_the_outbox_until_it_is_discarded() {
    let running = World::new().start().await;
    let meter = running.world.meters[0].clone();
    let tablet = client_with(&running.world.folder.path().join("tablet"), &running.url(), &Kept::default()).await;
    sign_in(&tablet, "technician").await;
    until(&tablet, "the meter", async || facts(&tablet, &meter).await).await;
    change(&running.world, "DELETE FROM user_zone; DELETE FROM user_zone_past");
    submit(&tablet, note(&meter, "tidak boleh")).await;
    let parked =
        until(&tablet, "the refusal", async || outbox(&tablet).await.into_iter().find(|item| item.state == OutboxState::Parked))
            .await;
    assert_eq!((parked.kind.as_str(), parked.reason), ("add_note", Some(Rejection::NotFound)));
    assert!(facts(&tablet, &meter).await.is_none_or(|facts| facts.notes.is_empty()), "what is shown is what stands");
    tablet.call(Request::Discard { op: parked.op }).await.expect("dropped");
    assert_eq!(outbox(&tablet).await.len(), 0);
    clean(running).await;
}

async fn session(client: &Client) -> Session {
    match client.call(Request::Session).await.expect("an answer") {
        Answer::Session(session) => session,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_profile_is_edited_by_oneself_alone_and_shows_on_every_device() {
    let running = World::new().start().await;
    let phone = client_with(&running.world.folder.path().join("phone"), &running.url(), &Kept::default()).await;
    let tablet = client_with(&running.world.folder.path().join("tablet"), &running.url(), &Kept::default()).await;
    for client in [&phone, &tablet] {
        sign_in(client, "customer").await;
        phase(client, Phase::Live).await;
    }
    let user = session(&phone).await.user.expect("signed in").id;
    let change = |field, from: &str, to: &str| (field, Change { from: from.into(), to: to.into() });
    let patch = Patch(BTreeMap::from([
        change(ProfileField::Name, "customer", "Sari Lestari"),
        change(ProfileField::Language, "id", "en"),
    ]));
    submit(&phone, Command::EditProfile { user, patch }).await;
    for client in [&phone, &tablet] {
        until(client, "the new name and language", async || {
            let session = session(client).await;
            (session.user?.name == "Sari Lestari" && session.preferences.language == Language::En).then_some(())
        })
        .await;
    }
    let patch = Patch(BTreeMap::from([change(ProfileField::Name, "other", "X")]));
    let other = Command::EditProfile { user: UserId(Uuid::now_v7()), patch: patch.clone() };
    assert_eq!(code(&send(&running, "admin", &[other, Command::EditProfile { user, patch }]).await[1]), Some(Rejection::Denied));

    // Two devices want two names: the first stands, the other waits in the user's own inbox and in nobody else's.
    let edit = |to: &str| {
        let patch = Patch(BTreeMap::from([change(ProfileField::Name, "Sari Lestari", to)]));
        Command::EditProfile { user, patch }
    };
    assert!(send(&running, "customer", &[edit("Sari A"), edit("Sari B")]).await.iter().all(applied));
    let conflict = until(&tablet, "the conflict", async || match tablet.call(Request::Conflicts).await {
        Ok(Answer::Conflicts(conflicts)) => conflicts.into_iter().next(),
        _ => None,
    })
    .await;
    assert_eq!((conflict.mine.as_str(), conflict.theirs.as_str(), conflict.title.as_str()), ("Sari B", "Sari A", "Sari A"));
    let decide = Command::DecideConflict { conflict: conflict.id, keep: protocol::push::Keep::Mine };
    assert_eq!(code(&send(&running, "admin", std::slice::from_ref(&decide)).await[0]), Some(Rejection::NotFound));
    submit(&tablet, decide).await;
    until(&phone, "the decided name", async || (session(&phone).await.user?.name == "Sari B").then_some(())).await;
    clean(running).await;
}
