//! Pictures come whole or not at all, go on where they were cut, and are seen by whoever may see a row that names them.

use domain::BlobId;
use domain::UtcMillis;
use protocol::blob::BlobState;
use protocol::push::Outcome;
use reqwest::StatusCode;
use sync_server::store::now;
use tests::field::{
    MINUTE, applied, attach, change, clean, facts, note, picture, put, reading, see, send, sign_in, submit, until,
};
use tests::world::{Kept, World, client_with};

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
