//! The screens, in a real window and in a real browser: the same scenarios in both. Their names begin with `screens_`.

use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use std::time::Duration;
use sync_server::core::now;
use sync_server::server::Server;
use tests::axe::{self, ANY, SERIOUS, audit};
use tests::driver::{press, text, until};
use tests::host::{Host, sign_in};
use tests::steps::go;
use tests::world::{Device, Running, World, reading};

/// A meter's connection; publishing returns when the server has acknowledged.
struct Meter {
    client: AsyncClient,
    events: rumqttc::EventLoop,
    device: Device,
    register: i64,
}

impl Meter {
    fn new(running: &Running) -> Self {
        let device = running.world.meters[0].clone();
        let mut options = MqttOptions::new("screens", "127.0.0.1", running.server.mqtt.port());
        options.set_credentials(device.serial.as_str(), &device.secret);
        let (client, events) = AsyncClient::new(options, 8);
        Self { client, events, device, register: 1_000 }
    }

    async fn publish(&mut self, flow: i64) {
        self.register += 500;
        let payload = serde_json::to_vec(&reading(now(), self.register, flow)).expect("JSON");
        let topic = format!("indowater/v1/{}/telemetry", self.device.serial);
        self.client.publish(topic, QoS::AtLeastOnce, false, payload).await.expect("queued");
        let acknowledged = async { while !matches!(self.events.poll().await, Ok(Event::Incoming(Packet::PubAck(_)))) {} };
        tokio::time::timeout(Duration::from_secs(10), acknowledged).await.expect("acknowledged");
    }
}

const FLOW: &str = "document.querySelector('[data-live=flow]')?.innerText.replace(/\\s+/g, ' ')";

/// Sign in, see a publish of 12.0 L/min appear, stop the server and still read, come back and catch up.
async fn a_customers_day(host: Host, running: Running) {
    let config = sync_server::config::Config { http: running.server.http, mqtt: running.server.mqtt, ..running.world.config() };
    let page = host.driven.page.clone();
    sign_in(&host, "customer").await;
    until(&page, "Beranda", "document.querySelector('[data-picture=none]')").await;
    let mut meter = Meter::new(&running);
    meter.publish(0).await;
    until(&page, "still water", "document.querySelector('[data-picture=zero]')").await;
    meter.publish(12_000).await;
    until(&page, "12,0 L/menit", &format!("{FLOW}?.includes('12,0')")).await;
    until(&page, "moving water", "document.querySelector('.water[data-still=false][data-band=\"4\"]')").await;

    let Running { world, server } = running;
    server.stop().await;
    until(&page, "the offline bar", "document.querySelector('.offline-bar')").await;
    assert!(text(&page).await.contains("Rumah"), "what is known stays to be read");
    go(&page, "akun").await;
    until(&page, "Akun without the server", "document.body.innerText.includes('WM-TEST-A')").await;
    go(&page, "beranda").await;

    let running = Running { server: Server::start(&config).await.expect("the same addresses"), world };
    let mut meter = Meter { register: meter.register, ..Meter::new(&running) };
    until(&page, "no offline bar", "!document.querySelector('.offline-bar')").await;
    meter.publish(6_000).await;
    until(&page, "6,0 L/menit", &format!("{FLOW}?.includes('6,0')")).await;
    host.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_in_the_browser_show_a_customers_day() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    a_customers_day(host, running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_in_the_window_show_a_customers_day() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::window(&running, folder.path()).await;
    a_customers_day(host, running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_refuse_a_wrong_password_in_words_and_keep_roles_apart() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = &host.driven.page;
    sign_in(&host, "nobody").await;
    until(page, "the reason", "document.querySelector('[role=alert]')?.innerText.includes('salah')").await;
    page.refresh().await.expect("reloads");
    sign_in(&host, "technician").await;
    until(page, "Hari Ini", "document.querySelector('h1')?.innerText === 'Hari Ini'").await;
    go(page, "perangkat").await;
    until(page, "the refusal", "document.body.innerText.includes('bukan untuk peran Anda')").await;
    host.end().await;
    running.server.stop().await;
}

/// axe-core finds nothing serious on any screen of any role, in either theme.
#[tokio::test(flavor = "multi_thread")]
async fn screens_pass_axe_in_both_themes() {
    let axe = axe::script();
    let running = World::new().start().await;
    let mut meter = Meter::new(&running);
    meter.publish(4_000).await;
    let mut findings = Vec::new();
    for (name, pages) in [
        ("customer", ["beranda", "pemakaian", "hemat", "hemat/shower-head", "hemat/no-such-tip", "akun"].as_slice()),
        ("admin", &["ringkasan", "perangkat", "pelanggan", "antrean", "akun"]),
        ("technician", &["hari-ini", "peta", "pindai", "akun", "no-such-page", "perangkat", "kit"]),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let host = Host::browser(&running, folder.path()).await;
        let page = &host.driven.page;
        until(page, "the form", "document.querySelector('#email')").await;
        findings.extend(audit(page, &axe, "masuk", SERIOUS).await);
        sign_in(&host, name).await;
        until(page, "the first page", "document.querySelector('.tabs')").await;
        for theme in ["light", "dark"] {
            let body = format!("{{\"ask\":\"set_preferences\",\"language\":\"id\",\"theme\":\"{theme}\",\"motion\":\"still\"}}");
            let script = "const done = arguments[1]; fetch('/bridge', { method: 'POST', headers: { 'content-type': 'application/json' }, \
                          body: arguments[0] }).then(() => done(true))";
            page.execute_async(script, vec![body.into()]).await.expect("set");
            until(page, "the theme", &format!("document.documentElement.dataset.theme === '{theme}'")).await;
            if name == "technician" {
                let address = format!("meter/{}", running.world.meters[0].id);
                go(page, &address).await;
                until(page, "the meter", "document.querySelector('#record')").await;
                findings.extend(audit(page, &axe, &format!("{name} meter {theme}"), ANY).await);
                press(page, "#record").await;
                until(page, "the form", "document.querySelector('#register')").await;
                findings.extend(audit(page, &axe, &format!("{name} reading {theme}"), ANY).await);
            }
            for address in pages {
                go(page, address).await;
                until(page, address, "document.querySelector('h1, h2')").await;
                findings.extend(audit(page, &axe, &format!("{name} {address} {theme}"), SERIOUS).await);
            }
        }
        host.end().await;
    }
    assert_eq!(findings, Vec::<String>::new());
    running.server.stop().await;
}
