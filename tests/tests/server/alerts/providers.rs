//! Each provider over HTTP against a stand-in that checks what the real one checks, and answers as it does.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::TimeZone;
use domain::alerts::preferences::{Preferences, Switch};
use domain::billing::balance::Level;
use domain::core::local_time::HOUR_MS;
use hmac::{Hmac, Mac};
use protocol::alerts::AlertSettings;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_2048_8192_SHA256,
    UnparsedPublicKey, VerificationAlgorithm,
};
use serde_json::{Value, json};
use sha2::Sha256;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use sync_server::alerts::config::{Alerts, Apns, Fcm, Webhook, Whatsapp};
use sync_server::core::secret::Secret;
use sync_server::core::{Clock, now};
use tests::alerts::{CUSTOMER, MovedClock, low, notify, number, prefer, start, until_states};
use tests::field::clean;
use tests::receiver::{Received, Receiver, reply};
use tests::world::{Running, World};

/// Checks a token's signature; returns its header and claims.
fn verified(token: &str, algorithm: &'static dyn VerificationAlgorithm, public: &[u8]) -> Option<(Value, Value)> {
    let (signed, signature) = token.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    UnparsedPublicKey::new(algorithm, public).verify(signed.as_bytes(), &signature).ok()?;
    let (header, claims) = signed.split_once('.')?;
    let read = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
    Some((read(header)?, read(claims)?))
}

/// An RSA key as Google gives out: PEM text, and the public part.
fn rsa_key(folder: &Path) -> (String, Vec<u8>) {
    let file = folder.join("rsa.pem");
    let made = Command::new("openssl")
        .args(["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out"])
        .arg(&file)
        .output();
    assert!(made.expect("openssl").status.success());
    let public = Command::new("openssl")
        .args(["rsa", "-RSAPublicKey_out", "-outform", "DER", "-in"])
        .arg(&file)
        .output()
        .expect("openssl");
    (std::fs::read_to_string(&file).expect("a key"), public.stdout)
}

/// Signs a device of the first customer in, with a push token.
async fn with_token(running: &Running, provider: &str, token: &str) {
    let device = running.tokens("customer").await.access_token;
    let () =
        running.post(&device, "/alerts/v1/push-token", &json!({ "provider": provider, "token": token, "wanted": true })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_signed_by_its_own_key_and_tried_again_under_the_same_identifier() {
    let calls = Arc::new(AtomicUsize::new(0));
    let receiver = Receiver::start(move |_| match calls.fetch_add(1, Ordering::SeqCst) {
        0 => (503, vec![("retry-after", "7200".into())], json!({})),
        1 => (307, vec![("location", "http://127.0.0.1:9/".into())], json!({})),
        _ => reply(204, json!({})),
    })
    .await;
    let clock = MovedClock::at(now());
    let webhook = Some(Webhook { enabled: true, allow_private: true });
    let running = start(World::new(), Alerts { webhook, ..Alerts::default() }, clock.clock()).await;
    let customer = running.tokens("customer").await.access_token;
    let wanted = Preferences { webhook: Some(format!("{}/hook?x=1", receiver.url())), ..Preferences::default() };
    let set: AlertSettings = running.post(&customer, "/alerts/v1/preferences", &wanted).await;
    notify(&running, CUSTOMER, 1, low(Level::Critical, 24_000)).await;
    until_states(&running, &["webhook failed"]).await;
    clock.pass(2 * HOUR_MS - 1);
    notify(&running, CUSTOMER, 2, low(Level::Critical, 23_000)).await;
    // A redirect is followed nowhere: it is a refusal for good.
    until_states(&running, &["webhook failed", "webhook dead"]).await;
    clock.pass(1);
    until_states(&running, &["webhook sent", "webhook dead"]).await;
    let received = receiver.received();
    assert_eq!((received.len(), received[0].header("idempotency-key")), (3, received[2].header("idempotency-key")));
    assert_eq!((received[0].line.as_str(), &received[0].body), ("POST /hook", &received[2].body));
    let key = set.webhook_key.expect("a key");
    for request in &received {
        let signature = request.header("indowater-signature");
        let (seconds, hex) = signature.strip_prefix("t=").and_then(|rest| rest.split_once(",v1=")).expect("both parts");
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key.as_bytes()).expect("a key");
        mac.update(format!("{seconds}.{}", request.body).as_bytes());
        let expected: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, expected);
    }
    let body = received[0].json();
    assert_eq!((&body["notifications"][0]["kind"], &body["title"]), (&json!("low_balance"), &json!("Saldo air hampir habis")));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_in_a_private_network_is_never_called_unless_that_is_set() {
    let receiver = Receiver::start(|_| reply(200, json!({}))).await;
    let webhook = Some(Webhook { enabled: true, allow_private: false });
    let running = start(World::new(), Alerts { webhook, ..Alerts::default() }, Clock::default()).await;
    let port = receiver.http.port();
    let addresses = [
        receiver.url(),
        format!("https://localhost:{port}"),
        format!("https://127.0.0.1:{port}"),
        format!("https://2130706433:{port}"),
    ];
    for (n, address) in addresses.iter().enumerate() {
        prefer(&running, CUSTOMER, Preferences { webhook: Some(address.clone()), ..Preferences::default() }).await;
        notify(&running, CUSTOMER, n, low(Level::Critical, 1)).await;
        // Each is tried before the next address takes its place.
        until_states(&running, &vec!["webhook dead"; n + 1]).await;
    }
    assert_eq!(receiver.count(), 0);
    clean(running).await;
}

/// A stand-in of Google: tokens for who signs with the key, messages for who has a token, as the API's documents say.
fn google(public: Vec<u8>) -> impl Fn(&Received) -> (u16, Vec<(&'static str, String)>, Value) + Send + Sync + 'static {
    move |request| {
        if request.line == "POST /token" {
            let assertion = request.body.split_once("&assertion=").map(|(_, token)| token).unwrap_or_default();
            let Some((header, claims)) = verified(assertion, &RSA_PKCS1_2048_8192_SHA256, &public) else {
                return reply(400, json!({ "error": "invalid_grant" }));
            };
            assert_eq!((&header["alg"], &claims["iss"]), (&json!("RS256"), &json!("air@uji.iam.gserviceaccount.com")));
            assert!(claims["exp"].as_i64() == claims["iat"].as_i64().map(|at| at + 3_600), "{claims}");
            assert!(
                request.body.starts_with("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&"),
                "{}",
                request.body
            );
            return reply(200, json!({ "access_token": "granted", "expires_in": 3_599, "token_type": "Bearer" }));
        }
        assert_eq!(request.line, "POST /v1/projects/uji/messages:send");
        if request.header("authorization") != "Bearer granted" {
            return reply(401, json!({ "error": { "status": "UNAUTHENTICATED" } }));
        }
        let error = |status: u16, code: &str| {
            let details = json!([{ "@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code }]);
            reply(status, json!({ "error": { "code": status, "status": "X", "message": "x", "details": details } }))
        };
        match request.json()["message"]["token"].as_str() {
            Some("removed") => error(404, "UNREGISTERED"),
            Some("busy") => error(503, "UNAVAILABLE"),
            Some("mangled") => {
                let details = json!([
                    { "@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": "INVALID_ARGUMENT" },
                    { "@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [{ "field": "message.token" }] },
                ]);
                reply(400, json!({ "error": { "code": 400, "status": "INVALID_ARGUMENT", "message": "x", "details": details } }))
            }
            _ => reply(200, json!({ "name": "projects/uji/messages/1" })),
        }
    }
}

/// A server that pushes by the stand-in of Google.
async fn pushing(clock: Clock) -> (Running, Receiver) {
    let world = World::new();
    let (pem, public) = rsa_key(world.folder.path());
    let receiver = Receiver::start(google(public)).await;
    let account: PathBuf = world.folder.path().join("account.json");
    let json = json!({
        "type": "service_account", "project_id": "uji", "client_email": "air@uji.iam.gserviceaccount.com", "private_key": pem,
        "token_uri": format!("{}/token", receiver.url()),
    });
    std::fs::write(&account, json.to_string()).expect("written");
    let fcm = Some(Fcm { service_account: account, service: receiver.url() });
    (start(world, Alerts { fcm, ..Alerts::default() }, clock).await, receiver)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_has_signed_out_meanwhile_is_sent_nothing() {
    let clock = MovedClock::at(now());
    let (running, receiver) = pushing(clock.clock()).await;
    let device = running.tokens("customer").await.access_token;
    let () = running.post(&device, "/alerts/v1/push-token", &json!({ "provider": "fcm", "token": "busy", "wanted": true })).await;
    notify(&running, CUSTOMER, 1, low(Level::Critical, 24_000)).await;
    until_states(&running, &["fcm failed"]).await;
    let () = running.post(&device, "/auth/v1/sign-out", &json!({})).await;
    let requests = receiver.count();
    clock.pass(HOUR_MS);
    until_states(&running, &["fcm cancelled"]).await;
    assert_eq!(receiver.count(), requests);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_device_is_not_sent_there_once_its_user_has_signed_out() {
    let zone = TimeZone::Jakarta;
    // In quiet hours, so that it waits for the morning.
    let clock = MovedClock::at(zone.start_of(zone.day_of(now())).plus(22 * HOUR_MS));
    let (running, receiver) = pushing(clock.clock()).await;
    let phone = running.tokens("customer").await.access_token;
    let token = json!({ "provider": "fcm", "token": "phone", "wanted": true });
    let () = running.post(&phone, "/alerts/v1/push-token", &token).await;
    with_token(&running, "fcm", "tablet").await;
    notify(&running, CUSTOMER, 1, low(Level::Warning, 40_000)).await;
    until_states(&running, &["fcm queued", "fcm queued"]).await;
    let () = running.post(&phone, "/auth/v1/sign-out", &json!({ "everywhere": false })).await;
    clock.pass(10 * HOUR_MS);
    until_states(&running, &["fcm cancelled", "fcm sent"]).await;
    assert!(receiver.received().iter().all(|request| !request.body.contains("\"phone\"")), "nobody is signed in there");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fcm_takes_a_message_for_each_device_and_a_removed_app_is_forgotten() {
    let (running, receiver) = pushing(Clock::default()).await;
    for token in ["phone", "removed", "busy", "mangled"] {
        with_token(&running, "fcm", token).await;
    }
    notify(&running, CUSTOMER, 1, low(Level::Critical, 24_000)).await;
    until_states(&running, &["fcm sent", "fcm dead", "fcm failed", "fcm dead"]).await;
    assert_eq!(number(&running, "SELECT COUNT(*) FROM push_token").await, 2, "the app was removed there, and one is no token");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM delivery WHERE provider_id = 'projects/uji/messages/1'").await, 1);
    let received = receiver.received();
    assert!(received.iter().filter(|request| request.line == "POST /token").count() <= 4, "a token is kept");
    let sent = received.iter().find(|request| request.body.contains("\"phone\"")).expect("the phone's").json();
    let message = &sent["message"];
    assert_eq!(message["notification"], json!({ "title": "Saldo air hampir habis", "body": "Rumah: sisa Rp24.000." }));
    assert_eq!((&message["android"]["priority"], &message["data"]["kind"]), (&json!("HIGH"), &json!("low_balance")));
    assert_eq!(message["android"]["notification"]["tag"], message["data"]["message"], "a repeat takes the first one's place");
    assert!(message["data"].as_object().expect("data").values().all(Value::is_string), "FCM takes text alone");
    let tokens = receiver.received().iter().filter(|request| request.line == "POST /token").count();
    notify(&running, CUSTOMER, 2, low(Level::Critical, 23_000)).await;
    until_states(&running, &["fcm sent", "fcm dead", "fcm failed", "fcm dead", "fcm sent", "fcm failed"]).await;
    assert_eq!(
        receiver.received().iter().filter(|request| request.line == "POST /token").count(),
        tokens,
        "it is good for an hour"
    );
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn apns_takes_messages_over_http_2_with_a_token_of_our_own() {
    let world = World::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).expect("a key");
    let pair =
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &SystemRandom::new()).expect("a key");
    let public = pair.public_key().as_ref().to_vec();
    let key = world.folder.path().join("key.p8");
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(document.as_ref()));
    std::fs::write(&key, pem).expect("written");
    let receiver = Receiver::start(move |request| {
        let token =
            request.header("authorization").strip_prefix("bearer ").or(request.header("authorization").strip_prefix("Bearer "));
        let Some((header, claims)) = token.and_then(|token| verified(token, &ECDSA_P256_SHA256_FIXED, &public)) else {
            return reply(403, json!({ "reason": "InvalidProviderToken" }));
        };
        assert_eq!((&header["kid"], &claims["iss"]), (&json!("KEY1234567"), &json!("TEAM123456")));
        if request.header("apns-topic") != "id.example.air" {
            return reply(400, json!({ "reason": "TopicDisallowed" }));
        }
        match request.line.strip_prefix("POST /3/device/") {
            Some("gone") => reply(410, json!({ "reason": "Unregistered", "timestamp": 1 })),
            Some("busy") => reply(429, json!({ "reason": "TooManyRequests" })),
            _ => (200, vec![("apns-id", request.header("apns-id").to_owned())], Value::Null),
        }
    })
    .await;
    let apns = Some(Apns {
        key,
        key_id: "KEY1234567".into(),
        team_id: "TEAM123456".into(),
        topic: "id.example.air".into(),
        service: receiver.url(),
    });
    let running = start(world, Alerts { apns, ..Alerts::default() }, Clock::default()).await;
    for token in ["a1b2", "gone", "busy"] {
        with_token(&running, "apns", token).await;
    }
    notify(&running, CUSTOMER, 1, low(Level::Critical, 24_000)).await;
    until_states(&running, &["apns sent", "apns dead", "apns failed"]).await;
    assert_eq!(number(&running, "SELECT COUNT(*) FROM push_token").await, 2, "the app was removed there");
    let received = receiver.received();
    let sent = received.iter().find(|request| request.line.ends_with("/a1b2")).expect("the phone's");
    assert_eq!((sent.version.as_str(), sent.header("apns-push-type"), sent.header("apns-priority")), ("HTTP/2.0", "alert", "10"));
    assert_eq!(sent.header("apns-id"), sent.header("apns-collapse-id"));
    assert_eq!(sent.json()["aps"]["alert"], json!({ "title": "Saldo air hampir habis", "body": "Rumah: sisa Rp24.000." }));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatsapp_gets_the_approved_template_with_title_and_text() {
    let receiver = Receiver::start(|request| {
        if request.header("authorization") != "Bearer sesame" {
            return reply(401, json!({ "error": { "code": 190, "message": "Invalid OAuth access token" } }));
        }
        let body = request.json();
        let text = body["template"]["components"][0]["parameters"][1]["text"].as_str().unwrap_or_default().to_owned();
        if text.contains('\n') || text.contains("     ") {
            return reply(400, json!({ "error": { "code": 132_018, "message": "a parameter has a line end" } }));
        }
        match body["to"].as_str() {
            Some("62811000002") => reply(400, json!({ "error": { "code": 131_026, "message": "Message undeliverable" } })),
            Some("62811000003") => reply(400, json!({ "error": { "code": 131_056, "message": "Pair rate limit hit" } })),
            _ => reply(200, json!({ "messaging_product": "whatsapp", "messages": [{ "id": "wamid.1" }] })),
        }
    })
    .await;
    let whatsapp = Some(Whatsapp {
        token: Secret::new("sesame"),
        phone_number_id: "106540352242922".into(),
        template: "air_pemberitahuan".into(),
        service: receiver.url(),
    });
    let running = start(World::new(), Alerts { whatsapp, ..Alerts::default() }, Clock::default()).await;
    let switch = Switch {
        kind: domain::alerts::kinds::AlertKind::LowBalance,
        channel: domain::alerts::kinds::Channel::Whatsapp,
        on: true,
    };
    notify(&running, CUSTOMER, 0, low(Level::Critical, 24_000)).await;
    prefer(&running, CUSTOMER, Preferences { switches: vec![switch], ..Preferences::default() }).await;
    notify(&running, CUSTOMER, 1, low(Level::Critical, 24_000)).await;
    assert_eq!(
        number(&running, "SELECT COUNT(*) FROM delivery").await,
        0,
        "it is off unless wanted, and goes to no number that is none"
    );
    // Each is sent before the number changes, because a message goes to the number that its user has when it is sent.
    let states = ["whatsapp sent", "whatsapp dead", "whatsapp failed"];
    for (n, phone) in ["0811-000-001", "+62 811 000002", "62811000003"].into_iter().enumerate() {
        let work =
            move |tx: &mut sync_server::core::Tx<'_>| Ok(tx.db.execute("UPDATE user SET phone = ?1 WHERE num = 3", [phone])?);
        running.server.app.store.writer.work(work).await.expect("set");
        notify(&running, CUSTOMER, n + 2, low(Level::Critical, 24_000)).await;
        until_states(&running, &states[..=n]).await;
    }
    let received = receiver.received();
    let sent = received.iter().find(|request| request.body.contains("62811000001")).expect("the first");
    let template = sent.json()["template"].clone();
    assert_eq!((sent.line.as_str(), &template["language"]["code"]), ("POST /106540352242922/messages", &json!("id")));
    let texts: Vec<&Value> =
        template["components"][0]["parameters"].as_array().expect("two").iter().map(|of| &of["text"]).collect();
    assert_eq!(texts, [&json!("Saldo air hampir habis"), &json!("Rumah: sisa Rp24.000.")]);
    clean(running).await;
}
