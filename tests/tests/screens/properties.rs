//! *Semua sambungan*: a customer's two houses beside each other, by keyboard to the one that all pages are about then, and without the server.

use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::{ConnectionId, UtcMillis};
use fantoccini::Client;
use fantoccini::key::Key;
use protocol::metering::messages::GatewayReading;
use sync_server::core::now;
use tests::axe;
use tests::driver::{picture, until};
use tests::host::{Host, sign_in};
use tests::keys;
use tests::steps::go;
use tests::world::{Running, World, email, reading};

/// The customer of the first house has the second one as well; in both some water was used up to now.
async fn two_houses() -> Running {
    let running = World::new().start().await;
    let second = running.world.customers[1].0;
    let linked = running.server.app.store.writer.work(move |tx| {
        tx.db.execute("UPDATE connection SET label = 'Vila Bukit' WHERE address = 'Jl. Uji 1'", [])?;
        let user = tx.db.query_row("SELECT num FROM user WHERE email = ?1", [email("customer")], |row| row.get(0))?;
        let customer = tx.db.query_row("SELECT num FROM customer WHERE id = ?1", [second.as_bytes()], |row| row.get(0))?;
        sync_server::metering::fleet::link_customer(tx, user, customer)
    });
    linked.await.expect("linked");
    let begin = now().0 / HOUR_MS * HOUR_MS - 3 * DAY_MS;
    let readings: Vec<GatewayReading> = (0..=3 * 24)
        .flat_map(|hour| [(0, hour), (1, hour)])
        .map(|(house, hour)| GatewayReading {
            serial: running.world.meters[house].serial.to_string(),
            reading: reading(UtcMillis(begin + hour * HOUR_MS), 1_000_000 + hour * 20_000, 0),
        })
        .collect();
    let sent = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).json(&readings);
    let sent = sent.basic_auth("gateway", Some(&running.world.gateway)).send().await.expect("an answer");
    sent.error_for_status().expect("taken");
    running.server.app.store.writer.publish(false).await.expect("published");
    running
}

const BOTH: &str = "document.querySelectorAll('[data-property-line]').length === 2 && document.querySelector('[data-used]')";

/// Goes to the page and, by keys, to the line of a house; all pages are about that house then.
async fn by_keys(page: &Client, connection: ConnectionId) {
    go(page, "sambungan").await;
    until(page, "both houses", BOTH).await;
    keys::run(page, &format!("document.querySelector('[data-property-line=\"{connection}\"]').closest('a').focus()")).await;
    keys::press(page, &[Key::Enter]).await;
    let there = format!("location.hash === '#/beranda' && document.querySelector('.page[data-connection=\"{connection}\"]')");
    until(page, "the page of that house", &there).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_houses_stand_beside_each_other_and_each_leads_to_its_own_pages() {
    let running = two_houses().await;
    let [first, second] = [0, 1].map(|house| running.world.meters[house].connection);
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = host.driven.page.clone();
    sign_in(&host, "customer").await;
    until(&page, "the way there", "document.querySelector('main a[href$=\"/sambungan\"]')").await;
    by_keys(&page, second).await;
    by_keys(&page, first).await;
    go(&page, "sambungan").await;
    until(&page, "both houses", BOTH).await;
    let findings = axe::in_themes(&page, "properties", &["light", "dark"]).await;
    picture(&page, "properties").await;
    assert_eq!(findings, Vec::<String>::new());
    running.server.stop().await;
    until(&page, "the offline bar", "document.querySelector('.offline-bar')").await;
    by_keys(&page, second).await;
    host.end().await;
}
