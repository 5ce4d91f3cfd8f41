//! The client with a real server: it learns what its user may know, goes on without the server, and catches up.

use client::Client;
use domain::TimeZone;
use domain::core::local_time::MINUTE_MS;
use protocol::core::problem::Code;
use protocol::metering::live::Watch;
use protocol::ui::{Answer, Event, FleetQuery, Home, Phase, Request, Secret};
use std::time::Duration;
use sync_server::core::now;
use tests::world::{Kept, PASSWORD, Running, World, client_of, client_with, email};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

async fn sign_in(client: &Client, name: &str) {
    let request = Request::SignIn { email: email(name), password: Secret(PASSWORD.into()) };
    client.call(request).await.expect("signed in");
}

async fn home(client: &Client) -> Option<Home> {
    match client.call(Request::Home { connection: None }).await.expect("an answer") {
        Answer::Home(view) => view.map(|view| *view),
        other => panic!("{other:?}"),
    }
}

/// Waits for events until the view is as wanted.
async fn until<T>(client: &Client, condition: impl AsyncFnMut() -> Option<T>) -> T {
    tests::field::until(client, "what is waited for", condition).await
}

async fn phase(client: &Client, wanted: Phase) {
    until(client, async || match client.call(Request::SyncState).await {
        Ok(Answer::Sync(state)) if state.phase == wanted => Some(()),
        _ => None,
    })
    .await;
}

async fn bring(running: &Running, serial: &str, readings: &[(i64, i64)]) {
    let body: Vec<_> =
        readings.iter().map(|(t, reg)| serde_json::json!({ "serial": serial, "t": t, "reg": reg, "flow": 0 })).collect();
    let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url()));
    let sent = request.basic_auth("gateway", Some(&running.world.gateway)).json(&body).send().await.expect("an answer");
    assert!(sent.status().is_success());
    running.server.app.store.writer.publish(false).await.expect("published");
}

/// Two instants of today at the first meter, three and two minutes ago; nearer to now where today has just begun.
fn lately() -> (i64, i64) {
    let (zone, now) = (TimeZone::ALL[0], now());
    let first = zone.start_of(zone.day_of(now)).max(now.plus(-3 * MINUTE_MS));
    (first.0, first.0 + now.since(first) / 3)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_learns_what_is_theirs_and_reads_it_without_the_server() {
    let running = World::new().start().await;
    let (first, second) = lately();
    bring(&running, "WM-TEST-A", &[(first, 1_000), (second, 13_000)]).await;
    bring(&running, "WM-TEST-B", &[(first, 0), (second, 99_000)]).await;
    let client = running.client("phone").await;
    sign_in(&client, "customer").await;
    let view = until(&client, async || home(&client).await.filter(|view| view.today.0 > 0)).await;
    assert_eq!((view.places.len(), view.today.0), (1, 12_000), "the other customer's water is not among it");
    running.server.stop().await;
    phase(&client, Phase::Offline).await;
    assert_eq!(home(&client).await.map(|view| view.today.0), Some(12_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_was_away_catches_up_when_the_server_is_back() {
    let world = World::new();
    let mut config = world.config();
    let running = world.start().await;
    config.http = running.server.http;
    let client = running.client("phone").await;
    sign_in(&client, "customer").await;
    phase(&client, Phase::Live).await;
    let Running { world, server } = running;
    server.stop().await;
    phase(&client, Phase::Offline).await;
    let running = world.start_again(&config).await;
    let (first, second) = lately();
    bring(&running, "WM-TEST-A", &[(first, 1_000), (second, 8_000)]).await;
    client.call(Request::SyncNow).await.expect("asked");
    let view = until(&client, async || home(&client).await.filter(|view| view.today.0 > 0)).await;
    assert_eq!(view.today.0, 7_000);
    running.server.stop().await;
}

/// Something in between that hangs up on whoever wants a WebSocket, and lets everything else through.
async fn without_websockets(upstream: std::net::SocketAddr) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((mut line, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut head = [0; 4_096];
                let read = line.read(&mut head).await?;
                if head[..read].windows(9).any(|word| word.eq_ignore_ascii_case(b"websocket")) {
                    return Ok(());
                }
                let mut server = TcpStream::connect(upstream).await?;
                server.write_all(&head[..read]).await?;
                tokio::io::copy_bidirectional(&mut line, &mut server).await.map(|_| ())
            });
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_websocket_changes_come_by_long_poll() {
    let running = World::new().start().await;
    let client = client_of(&running.world.folder.path().join("phone"), &without_websockets(running.server.http).await).await;
    sign_in(&client, "customer").await;
    phase(&client, Phase::Live).await;
    let (first, second) = lately();
    bring(&running, "WM-TEST-A", &[(first, 1_000), (second, 13_000)]).await;
    until(&client, async || home(&client).await.filter(|view| view.today.0 == 12_000)).await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_value_reaches_who_may_see_it_and_nobody_else() {
    let running = World::new().start().await;
    let meters: Vec<_> = running.world.meters.iter().map(|meter| meter.id).collect();
    let client = running.client("phone").await;
    sign_in(&client, "customer").await;
    phase(&client, Phase::Live).await;
    let mut events = client.events();
    client.call(Request::Watch(Watch { meters: meters.clone(), closely: Vec::new() })).await.expect("watching");
    let watching = async {
        // The stream opens in its own time: readings are sent until one arrives.
        for step in 0.. {
            let t = now().0 - 60_000 + step * 100;
            bring(&running, "WM-TEST-B", &[(t, step * 10)]).await;
            bring(&running, "WM-TEST-A", &[(t, step * 10)]).await;
            while let Ok(Ok(event)) = timeout(Duration::from_millis(100), events.recv()).await {
                if let Event::Live(frame) = event {
                    return frame;
                }
            }
        }
        unreachable!("counting does not end")
    };
    let frame = timeout(Duration::from_secs(20), watching).await.expect("a frame comes");
    assert_eq!(frame.meter, meters[0]);
    let settled = timeout(Duration::from_millis(500), async {
        loop {
            if let Ok(Event::Live(frame)) = events.recv().await
                && frame.meter == meters[1]
            {
                return;
            }
        }
    });
    assert!(settled.await.is_err(), "the other customer's meter stays out of sight");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_leaves_nothing_of_the_user_behind() {
    let running = World::new().start().await;
    let client = running.client("desk").await;
    sign_in(&client, "admin").await;
    let query = || Request::Fleet(FleetQuery { limit: 10, ..FleetQuery::default() });
    let rows = until(&client, async || match client.call(query()).await {
        Ok(Answer::Fleet(fleet)) if fleet.counts.total > 0 => Some(fleet.counts),
        _ => None,
    })
    .await;
    assert_eq!((rows.total, rows.online + rows.stale + rows.offline), (2, 2));
    client.call(Request::SignOut { everywhere: false, with_unsent: false }).await.expect("signed out");
    match client.call(query()).await.expect("an answer") {
        Answer::Fleet(fleet) => assert_eq!(fleet.counts.total, 0),
        other => panic!("{other:?}"),
    }
    assert!(client.call(Request::Account).await.is_err());
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_signed_out_everywhere_is_not_signed_out_here_alone() {
    let running = World::new().start().await;
    let (url, folder, keyring) = (running.url(), running.world.folder.path().join("phone"), Kept::default());
    let client = client_with(&folder, &url, &keyring).await;
    sign_in(&client, "customer").await;
    until(&client, async || home(&client).await).await;
    let Running { world, server } = running;
    server.stop().await;
    drop(client);
    // Started anew it has no access token, and gets none.
    let client = client_with(&folder, &url, &keyring).await;
    let refused = client.call(Request::SignOut { everywhere: true, with_unsent: true }).await;
    assert_eq!(refused.expect_err("no other device was signed out").code, Code::Unreachable);
    assert!(home(&client).await.is_some(), "this one is not either");
    drop(world);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ended_elsewhere_ends_here_and_clears_the_cache() {
    let running = World::new().start().await;
    let client = running.client("phone").await;
    sign_in(&client, "customer").await;
    until(&client, async || home(&client).await).await;
    let elsewhere = running.tokens("customer").await;
    let body = serde_json::json!({ "everywhere": true });
    let request = reqwest::Client::new().post(format!("{}/auth/v1/sign-out", running.url())).bearer_auth(elsewhere.access_token);
    assert!(request.json(&body).send().await.expect("an answer").status().is_success());
    client.call(Request::SyncNow).await.expect("asked");
    phase(&client, Phase::SignedOut).await;
    assert_eq!(home(&client).await, None);
    running.server.stop().await;
}
