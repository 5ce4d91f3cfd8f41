//! Pictures come whole or not at all, go on where they were cut, and are seen by whoever may see a row that names them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{BlobId, UtcMillis};
use protocol::core::problem::Code;
use protocol::field::blob::BlobState;
use protocol::sync::push::Outcome;
use protocol::ui::{Answer, OutboxState, PhotosRequest, Request, Secret};
use reqwest::StatusCode;
use std::time::Duration;
use sync_server::config::Config;
use sync_server::core::now;
use tests::device::Device;
use tests::field::{
    MINUTE, applied, attach, attached, change, clean, database, field_records, note, picture, put, reading, see, send, sign_in,
    submit, until,
};
use tests::views::open_encrypted;
use tests::world::{Kept, PASSWORD, Running, World, client_with, email};
use tokio::time::timeout;

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_was_cut_goes_on_and_what_waits_for_it_holds_up_nothing() {
    let running = World::new().start().await;
    let meter = running.world.meters[0].clone();
    let tablet = client_with(&running.world.folder.path().join("tablet"), &running.url(), &Kept::default()).await;
    let bytes = picture(700_000, 1);
    sign_in(&tablet, "technician").await;
    let photo = attach(&tablet, &bytes).await;
    let token = running.tokens("technician").await.access_token;
    let total = bytes.len();
    let first = put(&running, &token, photo, &format!("bytes 0-199999/{total}"), bytes[..200_000].to_vec()).await;
    assert_eq!(first, (StatusCode::OK, Some(BlobState { offset: 200_000, whole: false })));
    let elsewhere = put(&running, &token, photo, &format!("bytes 5-9/{total}"), vec![0; 5]).await;
    assert_eq!(elsewhere.1, Some(BlobState { offset: 200_000, whole: false }), "the answer names where to go on");

    let waits = send(&running, "technician", &[reading(&meter, now(), 10, Some(photo)), note(&meter, "Segel utuh")]).await;
    assert!(matches!(waits[0].outcome, Outcome::RetryAfter { .. }), "{:?}", waits[0]);
    assert!(applied(&waits[1]));

    submit(&tablet, reading(&meter, UtcMillis(now().0 - MINUTE), 11, Some(photo))).await;
    until(&tablet, "the reading", async || {
        let shown = field_records(&tablet, &meter).await?;
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
        attach(&client, &bytes).await
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

/// Asks a device that may be killed at any moment; it is not, here.
async fn ask(device: &mut Device, request: Request) -> Answer {
    device.call(&request).await.expect("it runs").expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_repeatedly_sends_note_reading_and_picture_once() {
    let running = World::new().start().await;
    let config = Config { http: running.server.http, mqtt: running.server.mqtt, ..running.world.config() };
    let (meter, bytes) = (running.world.meters[0].clone(), picture(2_000_000, 3));
    let mut tablet = Device::start(&running.world.folder.path().join("tablet"), &running.url());
    ask(&mut tablet, Request::SignIn { email: email("technician"), password: Secret(PASSWORD.into()) }).await;
    while !matches!(ask(&mut tablet, Request::FieldRecords { meter: meter.id }).await, Answer::FieldRecords(Some(_))) {
        tablet.event().await.expect("it runs");
    }
    let Running { world, server } = running;
    server.stop().await;
    let Answer::Attached(photo) = ask(&mut tablet, Request::Attach { base64: STANDARD.encode(&bytes) }).await else {
        panic!("no name")
    };
    ask(&mut tablet, Request::Submit(note(&meter, "Kaca buram"))).await;
    ask(&mut tablet, Request::Submit(reading(&meter, UtcMillis(now().0 - MINUTE), 1_234, Some(photo)))).await;
    tablet.kill_and_start().await;
    let running = world.start_again(&config).await;
    // Each time it gets somewhere: the picture alone is ten ranges.
    for events in 1..6 {
        for _ in 0..events {
            // One that has done all writes nothing more.
            let _ = timeout(Duration::from_millis(500), tablet.event()).await;
        }
        tablet.kill_and_start().await;
    }
    loop {
        let Answer::Outbox(items) = ask(&mut tablet, Request::Outbox).await else { panic!("no outbox") };
        if items.len() == 2 && items.iter().all(|item| item.state == OutboxState::Sent) {
            break;
        }
        timeout(Duration::from_secs(30), tablet.event()).await.expect("in time").expect("it runs");
    }
    let counts = "SELECT (SELECT COUNT(*) FROM note), (SELECT COUNT(*) FROM manual_reading), (SELECT COUNT(*) FROM audit)";
    let counts = database(&running.world).query_row(counts, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    assert_eq!(counts.expect("counted"), (1, 1, 2), "one effect each");
    assert_eq!(see(&running, "admin", photo).await, StatusCode::OK);
    tablet.end().await;
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_of_more_than_40_megapixels_is_refused_before_anything_decodes_it() {
    let running = World::new().start().await;
    let token = running.tokens("technician").await.access_token;
    let png = |width: u32, height: u32| {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes().into_iter().chain(height.to_be_bytes()).chain([8, 6, 0, 0, 0]));
        bytes
    };
    for (bytes, expected) in [(png(8_000, 5_000), StatusCode::OK), (png(8_000, 5_001), StatusCode::BAD_REQUEST)] {
        let (id, total) = (attached(&bytes), bytes.len());
        assert_eq!(put(&running, &token, id, &format!("bytes 0-{}/{total}", total - 1), bytes).await.0, expected);
    }
    let tablet = client_with(&running.world.folder.path().join("tablet"), &running.url(), &Kept::default()).await;
    sign_in(&tablet, "technician").await;
    let refused = tablet.call(Request::Attach { base64: STANDARD.encode(png(50_000, 50_000)) }).await.expect_err("too large");
    assert_eq!(refused.code, Code::TooLarge);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_fills_the_disk_with_pictures_that_no_row_names() {
    let running = World::new().start().await;
    let (meter, token) = (running.world.meters[0].clone(), running.tokens("technician").await.access_token);
    let megabyte = async |salt: u8| {
        // Another one each time: the last bytes say which.
        let mut bytes = picture(1_000_000, 0);
        bytes[999_990..].fill(salt);
        let id = attached(&bytes);
        for first in (0..1_000_000).step_by(250_000) {
            let range = format!("bytes {first}-{}/1000000", first + 249_999);
            let (status, _) = put(&running, &token, id, &range, bytes[first..first + 250_000].to_vec()).await;
            if status != StatusCode::OK {
                return Err(status);
            }
        }
        Ok(id)
    };
    let mut brought = Vec::new();
    let refused = loop {
        match megabyte(brought.len() as u8).await {
            Ok(id) => brought.push(id),
            Err(status) => break status,
        }
        assert!(brought.len() < 80, "64 MiB is enough");
    };
    assert_eq!((refused, brought.len()), (StatusCode::TOO_MANY_REQUESTS, 67));
    let named: Vec<_> = brought[..3].iter().zip(1..).map(|(id, litres)| reading(&meter, now(), litres, Some(*id))).collect();
    let sent = send(&running, "technician", &named[..1]).await;
    assert!(applied(&sent[0]), "{:?}", sent[0]);
    assert!(megabyte(200).await.is_ok(), "what a row names does not count");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_the_server_refuses_is_set_aside_and_those_behind_it_are_sent() {
    let running = World::new().start().await;
    let (meter, keyring) = (running.world.meters[0].clone(), Kept::default());
    let folder = running.world.folder.path().join("tablet");
    let tablet = client_with(&folder, &running.url(), &keyring).await;
    sign_in(&tablet, "technician").await;
    let (damaged, sound) = (attach(&tablet, &picture(50_000, 4)).await, attach(&tablet, &picture(50_000, 5)).await);
    // The file goes bad on the device before anything names it.
    let mut files = std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let outbox = files.find(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("outbox-") && name.ends_with(".db")
    });
    let db = open_encrypted(&outbox.expect("an outbox"), &keyring.key_hex());
    db.busy_timeout(Duration::from_secs(10)).expect("set");
    let spoilt = db.execute("UPDATE picture SET bytes = zeroblob(50000) WHERE sha256 = ?1", [damaged.to_string()]);
    assert_eq!(spoilt.expect("changed"), 1);
    drop(db);

    submit(&tablet, reading(&meter, UtcMillis(now().0 - 2 * MINUTE), 11, Some(damaged))).await;
    submit(&tablet, reading(&meter, UtcMillis(now().0 - MINUTE), 12, Some(sound))).await;
    let refused = until(&tablet, "the refusal", async || {
        match tablet.call(Request::Photos(PhotosRequest::Refused)).await.expect("an answer") {
            Answer::RefusedPhotos(found) => found.first().copied(),
            other => panic!("{other:?}"),
        }
    })
    .await;
    assert_eq!((refused.photo, refused.code), (damaged, Code::BadRequest));
    let shown = until(&tablet, "the one behind it", async || {
        let shown = field_records(&tablet, &meter).await?;
        shown.readings.iter().any(|record| record.row.photo == Some(sound) && !record.waiting).then_some(shown)
    })
    .await;
    let waits = shown.readings.iter().find(|record| record.waiting).expect("the refused one is on the page");
    assert_eq!(waits.row.photo, Some(damaged));

    tablet.call(Request::Photos(PhotosRequest::Without { op: refused.op })).await.expect("done");
    let shown = until(&tablet, "the reading without it", async || {
        let shown = field_records(&tablet, &meter).await?;
        shown.readings.iter().all(|record| !record.waiting).then_some(shown)
    })
    .await;
    let without = shown.readings.iter().find(|record| record.row.photo.is_none()).expect("the reading");
    assert!(!without.row.explained.no_photo.is_empty(), "it says why there is none");
    assert_eq!(see(&running, "admin", sound).await, StatusCode::OK);
    clean(running).await;
}
