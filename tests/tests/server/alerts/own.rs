//! A user's own: preferences, what was read on one device and is gone on the other, and push tokens that end with their session.

use domain::alerts::preferences::{MinuteOfDay, Preferences, QuietHours};
use domain::billing::balance::Level;
use protocol::alerts::AlertSettings;
use protocol::people::auth::Tokens;
use protocol::sync::pull::Page;
use protocol::sync::rows::{Entity, Notification};
use reqwest::{Client, StatusCode};
use serde_json::json;
use sync_server::alerts::config::Alerts;
use sync_server::core::Clock;
use tests::alerts::{CUSTOMER, low, notify, number, start};
use tests::field::clean;
use tests::shop::refused;
use tests::world::{Running, World};

/// The notifications in the bucket of a user of the world, as a device of another user or the same one gets them; `None` if it gets nothing.
async fn pulled(running: &Running, device: &Tokens, of: &Tokens) -> Option<Vec<Notification>> {
    let url = format!("{}/sync/v1/snapshot/user:{}", running.url(), of.user.id);
    let answer = Client::new().get(url).bearer_auth(&device.access_token).send().await.expect("an answer");
    if answer.status() == StatusCode::NOT_FOUND {
        return None;
    }
    let page: Page = answer.json().await.expect("a page");
    let bodies = page.rows.into_iter().filter(|row| row.entity.known() == Some(Entity::Notification)).filter_map(|row| row.body);
    Some(bodies.map(|body| serde_json::from_str(body.get()).expect("a notification")).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_on_one_device_is_read_on_the_other_and_nobody_elses() {
    let running = start(World::new(), Alerts::default(), Clock::default()).await;
    notify(&running, CUSTOMER, 1, low(Level::Critical, 24_000)).await;
    let (phone, tablet) = (running.tokens("customer").await, running.tokens("customer").await);
    let (other, admin) = (running.tokens("other").await, running.tokens("admin").await);
    let on_phone = pulled(&running, &phone, &phone).await.expect("its own").remove(0);
    assert_eq!((on_phone.connection, on_phone.read_at), (Some(running.world.meters[0].connection), None));
    assert_eq!(pulled(&running, &other, &other).await, Some(vec![]), "it is one user's");
    assert_eq!((pulled(&running, &other, &phone).await, pulled(&running, &admin, &phone).await), (None, None), "and no admin's");
    let read = json!({ "notifications": [on_phone.id, uuid::Uuid::now_v7()] });
    let () = running.post(&other.access_token, "/alerts/v1/read", &read).await;
    assert_eq!(pulled(&running, &tablet, &phone).await, Some(vec![on_phone.clone()]), "another user's word does not count");
    let () = running.post(&phone.access_token, "/alerts/v1/read", &read).await;
    let () = running.post(&tablet.access_token, "/alerts/v1/read", &read).await;
    let on_tablet = pulled(&running, &tablet, &phone).await.expect("its own");
    assert!(on_tablet[0].read_at.is_some() && Some(on_tablet) == pulled(&running, &phone, &phone).await);
    assert_eq!(number(&running, "SELECT rev FROM notification").await, 2, "read once");
    let many: Vec<uuid::Uuid> = (0..501).map(|_| uuid::Uuid::now_v7()).collect();
    assert_eq!(
        refused(&running, &phone.access_token, "/alerts/v1/read", &json!({ "notifications": many })).await.0,
        StatusCode::BAD_REQUEST
    );
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn preferences_are_kept_as_they_were_sent_or_refused() {
    let running = start(World::new(), Alerts::default(), Clock::default()).await;
    let customer = running.tokens("customer").await.access_token;
    let path = "/alerts/v1/preferences";
    let before: AlertSettings = running.get(&customer, path).await;
    assert_eq!((before.preferences, before.webhook_key.is_none()), (Preferences::default(), true));
    assert_eq!(serde_json::to_value(&before.channels).expect("JSON"), json!(["in_app"]), "nothing else is set up");
    let quiet = Some(QuietHours { from: MinuteOfDay::at(23, 15), to: MinuteOfDay::at(5, 0) });
    let wanted = Preferences { quiet, webhook: Some("https://hook.example/a".into()), ..Preferences::default() };
    let set: AlertSettings = running.post(&customer, path, &wanted).await;
    let again: AlertSettings = running.get(&customer, path).await;
    assert_eq!((&set, &set.preferences), (&again, &wanted));
    assert!(
        set.webhook_key.as_ref().is_some_and(|key| key.len() == 43)
            && !format!("{set:?}").contains(set.webhook_key.as_deref().unwrap_or("?"))
    );
    for wrong in
        [json!({ "webhook": "hook" }), json!({ "quiet": { "from": 1_440, "to": 0 } }), json!({ "switches": [{ "kind": "x" }] })]
    {
        assert_eq!(refused(&running, &customer, path, &wrong).await.0, StatusCode::BAD_REQUEST, "{wrong}");
    }
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_token_is_its_devices_and_ends_with_its_session() {
    let running = start(World::new(), Alerts::default(), Clock::default()).await;
    let (phone, other) = (running.tokens("customer").await.access_token, running.tokens("other").await.access_token);
    let set = async |token: &str, push: &str, wanted: bool| {
        let asked = json!({ "provider": "fcm", "token": push, "wanted": wanted });
        let () = running.post(token, "/alerts/v1/push-token", &asked).await;
        number(&running, "SELECT COUNT(*) FROM push_token").await
    };
    assert_eq!(set(&phone, "first", true).await, 1);
    assert_eq!(set(&phone, "second", true).await, 1, "a device has one");
    assert_eq!(set(&other, "second", true).await, 1, "another user signed in on the same phone");
    assert_eq!(number(&running, "SELECT user FROM push_token").await, CUSTOMER + 1);
    assert_eq!(set(&phone, "second", false).await, 1, "it is not the caller's to forget");
    assert_eq!(set(&other, "second", false).await, 0);
    set(&phone, "third", true).await;
    let tokens = running.server.app.store.read(|db| sync_server::alerts::rows::outbound::push_tokens(db, CUSTOMER));
    assert_eq!(tokens.await.expect("reads").len(), 1);
    let out = Client::new().post(format!("{}/auth/v1/sign-out", running.url())).bearer_auth(&phone).json(&json!({}));
    assert!(out.send().await.expect("an answer").status().is_success());
    let tokens = running.server.app.store.read(|db| sync_server::alerts::rows::outbound::push_tokens(db, CUSTOMER));
    assert_eq!(tokens.await.expect("reads").len(), 0, "nobody is signed in there");
    for wrong in [
        json!({ "provider": "email", "token": "a", "wanted": true }),
        json!({ "provider": "apns", "token": "a/b", "wanted": true }),
    ] {
        let no = refused(&running, &other, "/alerts/v1/push-token", &wrong).await;
        assert_eq!(no, (StatusCode::BAD_REQUEST, "token".into()));
    }
    clean(running).await;
}
