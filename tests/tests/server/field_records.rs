//! What happens in the field is never refused for state or time, is counted like any reading, and its pictures come whole or not at all.

use domain::field::field_record::{Explanation, Review};
use domain::{ManualReadingId, Millilitres, NoteId, UtcMillis};
use protocol::sync::push::{Operation, Rejection};
use protocol::ui::{Answer, OutboxState, Phase, Request};
use std::collections::BTreeMap;
use sync_server::config::Config;
use sync_server::core::now;
use sync_server::metering::{fleet, install, moves};
use tests::field::{
    MINUTE, applied, attach, change, clean, database, field_records, note, outbox, phase, picture, reading, send, sign_in,
    submit, until,
};
use tests::ops::code;
use tests::world::{Kept, Running, World, client_with};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn work_in_a_basement_survives_a_kill_and_shows_elsewhere_with_its_picture() {
    let running = World::new().start().await;
    let config = Config { http: running.server.http, mqtt: running.server.mqtt, ..running.world.config() };
    let (meter, folder, keyring) = (running.world.meters[0].clone(), running.world.folder.path().join("tablet"), Kept::default());
    let url = running.url();
    let tablet = client_with(&folder, &url, &keyring).await;
    sign_in(&tablet, "technician").await;
    until(&tablet, "the meter", async || field_records(&tablet, &meter).await).await;
    let Running { world, server } = running;
    server.stop().await;
    phase(&tablet, Phase::Offline).await;

    let bytes = picture(600_000, 0);
    let photo = attach(&tablet, &bytes).await;
    submit(&tablet, note(&meter, "Kaca buram")).await;
    submit(&tablet, reading(&meter, UtcMillis(now().0 - MINUTE), 1_234, Some(photo))).await;
    let shown = field_records(&tablet, &meter).await.expect("the meter");
    assert_eq!((shown.notes[0].row.text.as_str(), shown.notes[0].row.author.as_str()), ("Kaca buram", "technician"));
    assert!(shown.notes[0].waiting && shown.readings[0].waiting, "what waits says so");
    // Killed: nothing is ended in order, and the same files are opened again.
    drop(tablet);
    let tablet = client_with(&folder, &url, &keyring).await;
    let shown = field_records(&tablet, &meter).await.expect("the meter");
    assert_eq!((shown.notes.len(), shown.readings.len()), (1, 1), "made anew from the outbox");

    let running = world.start_again(&config).await;
    tablet.call(Request::SyncNow).await.expect("asked");
    let desk = client_with(&running.world.folder.path().join("desk"), &url, &Kept::default()).await;
    sign_in(&desk, "admin").await;
    for client in [&tablet, &desk] {
        let shown = until(client, "both facts", async || {
            let shown = field_records(client, &meter).await?;
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
async fn field_records_are_flagged_not_refused_for_time_or_state() {
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
            Operation::AddNote { note: NoteId(Uuid::now_v7()), meter: domain::MeterId(Uuid::now_v7()), text: "?".into() },
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
    let shown =
        until(&desk, "the readings", async || field_records(&desk, &here).await.filter(|facts| facts.readings.len() == 5)).await;
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
async fn late_records_of_a_reassigned_technician_are_taken_and_flagged() {
    let running = World::new().start().await;
    let meter = running.world.meters[0].clone();
    let assigned =
        database(&running.world).query_row("SELECT user, zone FROM user_zone", [], |row| Ok((row.get(0)?, row.get(1)?)));
    let (user, zone) = assigned.expect("an assignment");
    let unassign = running.server.app.store.writer.work(move |tx| fleet::unassign_zone(tx, user, zone));
    unassign.await.expect("unassigned");
    let results = send(&running, "technician", &[note(&meter, "Katup macet"), reading(&meter, now(), 10, None)]).await;
    assert!(results.iter().all(applied), "{results:?}");
    let desk = client_with(&running.world.folder.path().join("desk"), &running.url(), &Kept::default()).await;
    sign_in(&desk, "admin").await;
    let shown =
        until(&desk, "the note", async || field_records(&desk, &meter).await.filter(|facts| !facts.notes.is_empty())).await;
    assert_eq!((&shown.notes[0].row.review, &shown.readings[0].row.review), (&vec![Review::OutOfZone], &vec![Review::OutOfZone]));
    change(&running.world, "UPDATE user_zone_past SET until = 1");
    let later = send(&running, "technician", &[note(&meter, "lama sekali")]).await;
    assert_eq!(code(&later[0]), Some(Rejection::NotFound), "that was too long ago");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manual_reading_is_usage_and_does_not_make_a_silent_meter_online() {
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
    until(&tablet, "the meter", async || field_records(&tablet, &meter).await).await;
    change(&running.world, "DELETE FROM user_zone; DELETE FROM user_zone_past");
    submit(&tablet, note(&meter, "tidak boleh")).await;
    let parked =
        until(&tablet, "the refusal", async || outbox(&tablet).await.into_iter().find(|item| item.state == OutboxState::Parked))
            .await;
    assert_eq!((parked.kind.as_str(), parked.reason), ("add_note", Some(Rejection::NotFound)));
    assert!(field_records(&tablet, &meter).await.is_none_or(|facts| facts.notes.is_empty()), "what is shown is what stands");
    tablet.call(Request::Discard { op: parked.op }).await.expect("dropped");
    assert_eq!(outbox(&tablet).await.len(), 0);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_about_a_meter_goes_where_the_meter_goes() {
    let running = World::new().start().await;
    let meter = running.world.meters[0].clone();
    let tablet = client_with(&running.world.folder.path().join("tablet"), &running.url(), &Kept::default()).await;
    sign_in(&tablet, "technician").await;
    let written = [note(&meter, "Segel baru"), reading(&meter, UtcMillis(now().0 - 60 * MINUTE), 10, None)];
    assert!(send(&running, "technician", &written).await.iter().all(applied));
    until(&tablet, "the note", async || field_records(&tablet, &meter).await.filter(|facts| !facts.notes.is_empty())).await;
    let moved = running.server.app.store.writer.work(move |tx| {
        let num = |sql: &str| tx.db.query_row(sql, [], |row| row.get::<_, i64>(0));
        let meter = num("SELECT num FROM meter WHERE serial = 'WM-TEST-A'")?;
        let place = num("SELECT connection FROM installation JOIN meter ON num = meter WHERE serial = 'WM-TEST-B'")?;
        install::install(tx, meter, place, UtcMillis(now().0 - MINUTE))
    });
    moved.await.expect("moved");
    running.server.app.store.writer.forget_meters().await.expect("read anew");
    tablet.call(Request::SyncNow).await.expect("asked");
    until(&tablet, "its leaving", async || field_records(&tablet, &meter).await.is_none().then_some(())).await;
    let db = database(&running.world);
    let notes_of = |zone: usize| -> i64 {
        let bucket = format!("zone:{}", running.world.zones[zone]);
        let sql = "SELECT COUNT(*) FROM change JOIN bucket ON num = bucket WHERE name = ?1 AND entity IN (9, 10) AND removed = 0";
        db.query_row(sql, [bucket], |row| row.get(0)).expect("counted")
    };
    assert_eq!((notes_of(0), notes_of(1)), (0, 2));
    let late = send(&running, "technician", &[note(&meter, "ditulis sebelum dipindah")]).await;
    assert!(applied(&late[0]), "the meter was in the technician's zone");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_about_a_meter_goes_with_its_connection_to_another_zone() {
    let running = World::new().start().await;
    let meter = running.world.meters[0].clone();
    assert!(applied(&send(&running, "technician", &[note(&meter, "Segel baru")]).await[0]));
    let moved = running.server.app.store.writer.work(|tx| {
        let num = |sql: &str| tx.db.query_row(sql, [], |row| row.get::<_, i64>(0));
        let place = num("SELECT connection FROM installation JOIN meter ON num = meter WHERE serial = 'WM-TEST-A'")?;
        let customer = num("SELECT c.customer FROM connection c JOIN installation i ON i.connection = c.num JOIN meter m ON m.num = i.meter WHERE m.serial = 'WM-TEST-A'")?;
        moves::move_connection(tx, place, customer, num("SELECT MAX(num) FROM zone")?)
    });
    moved.await.expect("moved");
    running.server.app.store.writer.forget_meters().await.expect("read anew");
    let bucket = format!("zone:{}", running.world.zones[1]);
    let sql = "SELECT COUNT(*) FROM change JOIN bucket ON num = bucket WHERE name = ?1 AND entity = 9 AND removed = 0";
    let changes: i64 = database(&running.world).query_row(sql, [bucket], |row| row.get(0)).expect("counted");
    assert_eq!(changes, 1);
    let late = send(&running, "technician", &[note(&meter, "ditulis sebelum zonanya berubah")]).await;
    assert!(applied(&late[0]), "{late:?}");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_somebody_has_brought_already_is_that_reading_whoever_brings_it() {
    let running = World::new().start().await;
    let (meter, at) = (running.world.meters[0].id, UtcMillis(now().0 - 60 * MINUTE));
    let read = |id: u128, litres: i64, reason: &str| Operation::RecordReading {
        reading: ManualReadingId(Uuid::from_u128(id)),
        meter,
        at,
        register: Millilitres::litres(litres),
        photo: None,
        explained: Explanation { reason: reason.into(), no_photo: String::new() },
    };
    let count = || -> i64 {
        database(&running.world).query_row("SELECT COUNT(*) FROM manual_reading", [], |row| row.get(0)).expect("a number")
    };
    assert!(applied(&send(&running, "technician", &[read(1, 100, "")]).await[0]));
    let again = send(&running, "admin", &[read(1, 100, ""), read(2, 100, ""), read(1, 101, "")]).await;
    assert!(again[..2].iter().all(applied), "under its own identity and under another one: {again:?}");
    assert_eq!(code(&again[2]), Some(Rejection::IdReused), "that is another register");
    assert_eq!(count(), 1);
    // One that says more than what is there is a record of its own.
    assert!(applied(&send(&running, "admin", &[read(3, 100, "Dibaca ulang")]).await[0]));
    assert_eq!(count(), 2);
    clean(running).await;
}
