//! The chart of Pemakaian by keys: from a year to the hours of a day and back, with its forecast and what neighbours use, passed on as files;
//! that another period morphs what is drawn; and that its code comes with the first chart.

use domain::core::local_time::HOUR_MS;
use domain::{LocalDay, LocalMonth, TimeZone};
use fantoccini::Client;
use fantoccini::key::Key;
use protocol::metering::messages::GatewayReading;
use sync_server::core::now;
use sync_server::jobs;
use tests::axe;
use tests::driver::{picture, until};
use tests::host::{Host, sign_in};
use tests::keys;
use tests::neighbours::add;
use tests::steps::{focus, go, press};
use tests::world::{Running, World, reading};

const ZONE: TimeZone = TimeZone::Jakarta;

/// Fifty days of a house that uses 480 L a day, up to now.
async fn house(running: &Running) -> LocalDay {
    let (today, serial) = (ZONE.day_of(now()), running.world.meters[0].serial.to_string());
    let begin = ZONE.start_of(today.plus(-50));
    let hours = now().since(begin) / HOUR_MS;
    let at = |hour: i64| reading(begin.plus(hour * HOUR_MS), 5_000_000 + hour * 20_000, 0);
    let readings: Vec<GatewayReading> =
        (0..=hours).map(|hour| GatewayReading { serial: serial.clone(), reading: at(hour) }).collect();
    for part in readings.chunks(500) {
        let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).json(&part);
        let sent = request.basic_auth("gateway", Some(&running.world.gateway)).send().await.expect("an answer");
        sent.error_for_status().expect("taken");
    }
    running.server.app.store.writer.publish(false).await.expect("published");
    today
}

const CHART: &str = "#usage-chart[data-drawn]";

/// Walks to the point at a place, and presses a key there.
async fn at_point(page: &Client, place: usize, key: &str) {
    focus(page, "#usage-chart").await;
    keys::press(page, &[Key::Home]).await;
    for _ in 0..place {
        keys::press(page, &[Key::Right]).await;
    }
    keys::typed(page, key).await;
}

/// Waits until a stretch is shown, by what is read out of its last point.
async fn shows(page: &Client, what: &str, last: &str, address: &str) {
    until(page, what, &format!("document.querySelector('{CHART} svg') && ({address})")).await;
    let script = "(() => { const c = document.querySelector('#usage-chart'); c.focus(); \
                  c.dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true, cancelable: true })); \
                  return document.querySelector('#usage-chart-said').textContent.split(',')[0]; })()";
    until(page, what, &format!("{script} === '{last}'")).await;
}

/// Waits until the chart has so many points, by where the arrows come to from the first one.
async fn shows_days(page: &Client, what: &str, count: &str) {
    until(page, what, &format!("document.querySelector('{CHART} svg')")).await;
    let script = format!(
        "(() => {{ const c = document.querySelector('#usage-chart'); const said = new Set(); c.focus(); \
         const press = (key) => c.dispatchEvent(new KeyboardEvent('keydown', {{ key, bubbles: true, cancelable: true }})); \
         press('Home'); for (let at = 0; at < 31; at++) {{ \
           said.add(document.querySelector('#usage-chart-said').textContent); press('ArrowRight'); }} \
         press('Escape'); return said.size {count}; }})()"
    );
    until(page, what, &script).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_a_chart_goes_from_a_year_to_hours_and_back_by_keys() {
    let running = World::new().start().await;
    let today = house(&running).await;
    add(&running, 0, 10, (None, 10)).await;
    jobs::neighbours::once_at(&running.server.app, now()).await.expect("made");
    let (year, month, _) = today.ymd();
    let last = today.month().days().to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = host.driven.page.clone();
    sign_in(&host, "customer").await;
    go(&page, "pemakaian").await;
    until(&page, "the page", &format!("document.querySelector('{CHART} svg')")).await;
    press(&page, "Tahun").await;
    let heading = |words: &str| format!("[...document.querySelectorAll('main h2')].some(h => h.innerText.trim() === '{words}')");
    shows(&page, "the year", "Des", &heading(&year.to_string())).await;
    at_point(&page, month as usize - 1, "+").await;
    shows(&page, "the month", &last, "location.hash.includes('rentang=bulan')").await;
    until(&page, "its forecast", "document.querySelector('.legend')?.innerText.includes('Perkiraan')").await;
    for place in [".card > [data-neighbours]", ".comparison [data-neighbours]"] {
        let median = format!("document.querySelector('{place}')?.innerText.includes('14,5')");
        until(&page, "what neighbours use", &median).await;
    }
    let mut findings = axe::in_themes(&page, "chart-month", &["light", "dark"]).await;
    picture(&page, "chart-month").await;
    at_point(&page, 0, "+").await;
    let of_day = "!location.hash.includes('rentang=') && location.hash.includes('pada=')";
    shows(&page, "the day", "23", of_day).await;
    at_point(&page, 0, "-").await;
    shows(&page, "the month again", &last, "location.hash.includes('rentang=bulan')").await;
    press(&page, "Simpan CSV").await;
    until(&page, "where it is", "[...document.querySelectorAll('.toast')].some(toast => toast.innerText.includes('.csv'))").await;
    press(&page, "Simpan gambar").await;
    until(&page, "where it is", "[...document.querySelectorAll('.toast')].some(toast => toast.innerText.includes('.png'))").await;
    press(&page, "Perkecil").await;
    shows(&page, "the year again", "Des", "location.hash.includes('rentang=tahun')").await;
    findings.extend(axe::in_themes(&page, "chart-year", &["light", "dark"]).await);
    assert_eq!(findings, Vec::<String>::new());
    running.server.stop().await;
    host.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_the_code_of_charts_comes_with_the_first_chart() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = host.driven.page.clone();
    let loaded = "performance.getEntriesByType('resource').filter(r => /(echarts|chart-hands)\\.js$/.test(r.name)).length";
    sign_in(&host, "technician").await;
    until(&page, "the page", "document.querySelector('main h1') && !document.querySelector('#email')").await;
    assert_eq!(page.execute(&format!("return {loaded}"), vec![]).await.expect("counted"), 0, "a technician's page has no chart");
    host.end().await;

    house(&running).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = host.driven.page.clone();
    sign_in(&host, "customer").await;
    go(&page, "pemakaian").await;
    until(&page, "the chart", &format!("document.querySelector('{CHART} svg')")).await;
    assert_eq!(page.execute(&format!("return {loaded}"), vec![]).await.expect("counted"), 2, "a chart is shown");
    running.server.stop().await;
    host.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_another_period_morphs_the_bars_that_are_drawn() {
    let running = World::new().start().await;
    // Of the month before: this one may have no bar yet.
    let month = LocalMonth(house(&running).await.month().0 - 1);
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = host.driven.page.clone();
    sign_in(&host, "customer").await;
    go(&page, &format!("pemakaian?rentang=minggu&pada={}", month.first_day().plus(19).0)).await;
    // Beranda has a chart of the same name.
    until(&page, "the page", "document.querySelector('.page > .segmented.full')").await;
    shows_days(&page, "the week", "<= 7").await;
    // The bars of this stretch have the first colour of the series.
    let bars = "[...document.querySelectorAll('#usage-chart path')].filter((bar) => bar.getAttribute('fill')?.toLowerCase() === \
                getComputedStyle(document.documentElement).getPropertyValue('--series-1').trim().toLowerCase())";
    until(&page, "bars", &format!("({bars}).length > 0")).await;
    keys::run(&page, &format!("for (const bar of {bars}) bar.wasOfWeek = true")).await;
    go(&page, &format!("pemakaian?rentang=bulan&pada={}", month.0)).await;
    shows_days(&page, "the month", "> 27").await;
    let peak = "/ pada \\d+ [A-Z][a-z]{2}\\.$/.test(document.querySelector('#usage-chart')?.getAttribute('aria-label') ?? '')";
    until(&page, "the day of the most, with its month", peak).await;
    until(&page, "bars of the week that went over", &format!("({bars}).some((bar) => bar.wasOfWeek)")).await;
    running.server.stop().await;
    host.end().await;
}
