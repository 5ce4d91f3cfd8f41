//! From a meter's publish to the number in the page: mosquitto_pub, server, client, browser, all of them real.

use super::{Line, Outcome, figure};
use fantoccini::Locator;
use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use sync_server::core::now;
use tests::driver::{chromium, until};
use tests::world::{PASSWORD, World, email, program};

/// Publishes, two seconds apart, each with a flow of its own.
const PUBLISHES: i64 = 200;

const DURABILITY: &str = "server: WAL, synchronous = FULL, shown after commit";

const OBSERVE: &str = "window.seen = {}; const look = () => { const text = document.querySelector('[data-live=flow]')?.innerText; \
    if (text && !(text in seen)) seen[text] = Date.now(); }; \
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });";

pub async fn run() -> Outcome<Vec<Line>> {
    let running = World::new().start().await;
    let folder = tempfile::tempdir()?;
    let mut host = Command::new(program("browser-host"));
    host.arg("--server").arg(running.url()).arg("--data").arg(folder.path().join("cache")).env("RUST_LOG", "error");
    host.arg("--dist").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/dist"));
    let mut host = host.stdout(Stdio::piped()).spawn()?;
    let line = host.stdout.take().and_then(|stdout| BufReader::new(stdout).lines().next()).ok_or("the host said nothing")??;
    let driven = chromium(&folder.path().join("profile"), 390, 844, 1).await;
    let page = &driven.page;
    page.goto(line.trim_start_matches("open ")).await?;
    until(page, "the form", "document.querySelector('#email')").await;
    page.find(Locator::Css("#email")).await?.send_keys(&email("customer")).await?;
    page.find(Locator::Css("#password")).await?.send_keys(PASSWORD).await?;
    page.find(Locator::Css("button[type=submit]")).await?.click().await?;
    until(page, "Beranda", "document.querySelector('.hero')").await;
    page.execute(OBSERVE, vec![]).await?;

    let device = &running.world.meters[0];
    let mut sent = HashMap::new();
    let mut tick = tokio::time::interval(Duration::from_secs(2));
    for step in 0..PUBLISHES {
        tick.tick().await;
        let flow = 1_000 + step * 100;
        let at = now();
        let payload = format!(r#"{{"t":{},"reg":{},"flow":{flow}}}"#, at.0, 10_000 + step * 400);
        let mut publish = tokio::process::Command::new("mosquitto_pub");
        publish.args(["-h", "127.0.0.1", "-p", &running.server.mqtt.port().to_string(), "-q", "1", "-m", &payload]);
        publish.args([
            "-u",
            device.serial.as_str(),
            "-P",
            &device.secret,
            "-t",
            &format!("indowater/v1/{}/telemetry", device.serial),
        ]);
        if !publish.status().await?.success() {
            return Err("mosquitto_pub was refused".into());
        }
        sent.insert(format!("{},{}", flow / 1_000, flow % 1_000 / 100), at.0);
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    let seen: HashMap<String, i64> = serde_json::from_value(page.execute("return seen", vec![]).await?)?;
    let seen: HashMap<String, i64> =
        seen.into_iter().filter_map(|(text, at)| Some((text.split_whitespace().next()?.to_owned(), at))).collect();
    let mut took: Vec<f64> = sent.iter().filter_map(|(flow, at)| seen.get(flow).map(|shown| (shown - at) as f64)).collect();
    took.sort_by(f64::total_cmp);
    let at = |part: f64| took.get(((took.len() as f64 * part).ceil() as usize).saturating_sub(1)).copied().unwrap_or(f64::NAN);
    let missing = sent.len() - took.len();
    driven.end().await;
    host.kill()?;
    host.wait()?;
    running.server.stop().await;
    Ok(vec![
        figure("publish to DOM, median of 200", at(0.5), 0.0, DURABILITY),
        figure("publish to DOM, p95", at(0.95), 0.0, DURABILITY),
        figure("publish to DOM, p99", at(0.99), 0.0, DURABILITY),
        figure("publish to DOM, longest", at(1.0), 0.0, DURABILITY),
        figure("publishes never shown", missing as f64, 0.0, DURABILITY),
    ])
}
