//! *Bandingkan* on Pemakaian: two windows of days as a sentence, sums, a chart for every key and a table, with and without the server; what is
//! chosen is in the address, and what cannot be compared says why.

use domain::LocalDay;
use domain::core::local_time::{DAY_MS, HOUR_MS};
use fantoccini::Client;
use protocol::metering::messages::GatewayReading;
use sync_server::core::now;
use tests::axe;
use tests::driver::{picture, until};
use tests::host::{Host, sign_in};
use tests::keys;
use tests::steps::{choose, focus, go, press_in, set};
use tests::world::{Running, World, reading};

/// Seventy days of a house that uses 480 L a day, and twice as much in the last seven that are over.
async fn house(running: &Running) -> LocalDay {
    let zone = domain::TimeZone::ALL[0];
    let (today, serial) = (zone.day_of(now()), running.world.meters[0].serial.to_string());
    let begin = zone.start_of(today.plus(-70));
    let mut register = 5_000_000;
    let mut readings = Vec::new();
    for hour in 0..=70 * 24 {
        let t = begin.plus(hour * HOUR_MS);
        readings.push(GatewayReading { serial: serial.clone(), reading: reading(t, register, 0) });
        register += if t.0 >= zone.start_of(today).0 - 7 * DAY_MS { 40_000 } else { 20_000 };
    }
    for part in readings.chunks(500) {
        let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).json(&part);
        let sent = request.basic_auth("gateway", Some(&running.world.gateway)).send().await.expect("an answer");
        sent.error_for_status().expect("taken");
    }
    running.server.app.store.writer.publish(false).await.expect("published");
    today
}

async fn set_day(page: &Client, id: &str, day: LocalDay) {
    let (year, month, day) = day.ymd();
    set(page, &format!("#{id}"), &format!("{year:04}-{month:02}-{day:02}")).await;
}

const SENTENCE: &str = "document.querySelector('[data-comparison=sentence]')?.innerText";

async fn weeks(page: &Client) {
    choose(page, ".comparison select", "weeks").await;
    until(page, "the sentence", &format!("{SENTENCE}?.startsWith('100 % lebih banyak')")).await;
    until(page, "the address", "location.hash.includes('banding=minggu')").await;
    until(page, "all days", "document.querySelector('[data-side=a]')?.innerText.includes('7 dari 7 hari')").await;
    until(page, "the forecast", "document.querySelector('[data-forecast=month]')").await;
    until(page, "the chart", "document.querySelector('#compare-chart[data-drawn] svg')").await;
    // Each point by keys, with both values.
    focus(page, "#compare-chart").await;
    keys::press(page, &[fantoccini::key::Key::Right]).await;
    until(page, "the first day", "/960.*480/.test(document.querySelector('#compare-chart-said')?.textContent ?? '')").await;
    press_in(page, ".comparison", "Tabel perbandingan").await;
    until(page, "a row for each day", "document.querySelectorAll('[data-row^=compared-]').length === 7").await;
}

async fn two_ranges(page: &Client, today: LocalDay) {
    choose(page, ".comparison select", "ranges").await;
    until(page, "four days to choose", "document.querySelectorAll('.comparison input[type=date]').length === 4").await;
    // A range that ends before it begins is not taken.
    set_day(page, "compare-a-last", today.plus(-20)).await;
    until(page, "why not", "document.querySelector('#compare-a-last-said')").await;
    // Before any data: there is nothing to compare with, and one way back.
    set_day(page, "compare-b-first", today.plus(-300)).await;
    until(page, "the earlier range", "location.hash.includes('banding=rentang')").await;
    set_day(page, "compare-b-last", today.plus(-290)).await;
    let nothing = "document.querySelector('.comparison .empty')?.innerText.includes('Rentang pembanding')";
    until(page, "nothing to compare with", nothing).await;
    press_in(page, ".comparison", "Kembali ke bulan ini").await;
    until(page, "this month", "!location.hash.includes('banding')").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_compare_two_windows_of_days_with_and_without_the_server() {
    let running = World::new().start().await;
    let today = house(&running).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = host.driven.page.clone();
    sign_in(&host, "customer").await;
    go(&page, "pemakaian").await;
    until(&page, "the section", "document.querySelector('.comparison select')").await;
    weeks(&page).await;
    let mut findings = axe::in_themes(&page, "comparison-table", &["light", "dark"]).await;
    page.refresh().await.expect("loaded again");
    until(&page, "the same again", "document.querySelector('.comparison select')?.value === 'weeks'").await;
    running.server.stop().await;
    until(&page, "the offline bar", "document.querySelector('.offline-bar')").await;
    two_ranges(&page, today).await;
    until(&page, "a comparison", SENTENCE).await;
    findings.extend(axe::in_themes(&page, "comparison", &["light", "dark"]).await);
    picture(&page, "comparison").await;
    assert_eq!(findings, Vec::<String>::new());
    host.end().await;
}
