//! A comparison on a device, of what a real meter sent: in the days of the property, without the server, and as a file.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use client::Client;
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::metering::compare::Window;
use domain::{ConnectionId, LocalDay, TimeZone, UtcMillis};
use protocol::core::problem::{Code, Problem};
use protocol::metering::messages::GatewayReading;
use protocol::ui::exports::{Export, ExportFormat, ExportedList, Taking};
use protocol::ui::{Answer, Comparing, ComparisonQuery, ExportsRequest, ExportsResponse, Phase, Request, UsageComparison};
use sync_server::core::now;
use tests::field::{phase, sign_in, until};
use tests::world::{Running, World, reading};
use uuid::Uuid;

/// The zone of the first meter's property.
const ZONE: TimeZone = TimeZone::Jakarta;

/// Days of readings behind today.
const DAYS: i64 = 40;

/// An hour's reading each, of a house that uses 480 L a day, twice as much in the last seven days that are over, and another 77 L in the last
/// hour of the day before these.
async fn house(running: &Running) -> LocalDay {
    let serial = running.world.meters[0].serial.to_string();
    let today = ZONE.day_of(now());
    let begin = ZONE.start_of(today).plus(-DAYS * DAY_MS);
    let mut register = 5_000_000;
    let mut readings = vec![GatewayReading { serial: serial.clone(), reading: reading(begin, register, 0) }];
    for hour in 0..DAYS * 24 {
        let is_late = hour >= (DAYS - 7) * 24;
        let is_last_hour = hour == (DAYS - 7) * 24 - 1;
        register += if is_late { 40_000 } else { 20_000 } + if is_last_hour { 77_000 } else { 0 };
        let t: UtcMillis = begin.plus((hour + 1) * HOUR_MS);
        readings.push(GatewayReading { serial: serial.clone(), reading: reading(t, register, 0) });
    }
    for part in readings.chunks(500) {
        let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).json(&part);
        let sent = request.basic_auth("gateway", Some(&running.world.gateway)).send().await.expect("an answer");
        sent.error_for_status().expect("taken");
    }
    running.server.app.store.writer.publish(false).await.expect("published");
    today
}

fn query(connection: Option<ConnectionId>, comparing: Comparing) -> ComparisonQuery {
    ComparisonQuery { connection, comparing, by_weekday: false }
}

async fn compared(client: &Client, comparing: Comparing) -> Option<UsageComparison> {
    match client.call(Request::UsageComparison(query(None, comparing))).await.expect("an answer") {
        Answer::UsageComparison(view) => view.map(|view| *view),
        other => panic!("{other:?}"),
    }
}

async fn ask(client: &Client, request: ExportsRequest) -> Result<ExportsResponse, Problem> {
    match client.call(Request::Exports(request)).await? {
        Answer::Exports(response) => Ok(*response),
        other => panic!("{other:?}"),
    }
}

const WEEKS: Comparing = Comparing::Weeks { end: None };

#[tokio::test(flavor = "multi_thread")]
async fn seven_days_are_compared_with_the_seven_before_without_the_server() {
    let running = World::new().start().await;
    let today = house(&running).await;
    let phone = running.client("phone").await;
    sign_in(&phone, "customer").await;
    let whole = |view: &UsageComparison| view.compared.as_ref().is_some_and(|days| days.counted == 7);
    until(&phone, "both weeks", async || compared(&phone, WEEKS).await.filter(whole)).await;
    phase(&phone, Phase::Live).await;
    running.server.stop().await;
    phase(&phone, Phase::Offline).await;
    let view = compared(&phone, WEEKS).await.expect("a house");
    let days = view.compared.expect("begun");
    assert_eq!((days.a.window, days.b.window), (Window::week(today.plus(-1)), Window::week(today.plus(-8))));
    assert_eq!((days.a.volume.0, days.b.volume.0), (7 * 960_000, 7 * 480_000 + 77_000), "the last hour is of its own day");
    assert_eq!((days.change, days.left_out, days.rest), (Some(96), 0, None));
    let forecast = view.forecast.expect("forty days are enough").volume;
    assert!(forecast.low <= forecast.volume && forecast.volume <= forecast.high, "{forecast:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn days_before_the_meter_are_left_out_on_both_sides() {
    let running = World::new().start().await;
    let today = house(&running).await;
    let phone = running.client("phone").await;
    sign_in(&phone, "customer").await;
    // Five days of the second range are before the first reading.
    let begin = today.plus(-DAYS as i32 - 5);
    let ranges = Comparing::Ranges {
        a: Window { first: today.plus(-10), last: today.plus(-1) },
        b: Window { first: begin, last: begin.plus(9) },
    };
    let whole = |view: &UsageComparison| view.compared.as_ref().is_some_and(|days| days.counted == 5);
    let view = until(&phone, "both ranges", async || compared(&phone, ranges).await.filter(whole)).await;
    let days = view.compared.expect("begun");
    assert_eq!((days.left_out, days.a.missing, days.b.missing), (5, 0, 5));
    assert_eq!((days.a.volume.0, days.b.volume.0), (5 * 960_000, 5 * 480_000));
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_takes_a_comparison_as_a_file_and_a_technician_does_not() {
    let running = World::new().start().await;
    let today = house(&running).await;
    let phone = running.client("phone").await;
    sign_in(&phone, "customer").await;
    let whole = |view: &UsageComparison| view.compared.as_ref().is_some_and(|days| days.counted == 7);
    until(&phone, "both weeks", async || compared(&phone, WEEKS).await.filter(whole)).await;
    let export = || {
        let list = ExportedList::Comparison(query(None, WEEKS));
        Export { id: Uuid::now_v7(), list, format: ExportFormat::Csv, time_zone: TimeZone::Jayapura, with_nik: false }
    };
    let (wanted, mut bytes) = (export(), Vec::new());
    let id = wanted.id;
    let made = ask(&phone, ExportsRequest::Make(Box::new(wanted))).await.expect("made");
    let ExportsResponse::Made(made) = made else { panic!("{made:?}") };
    while (bytes.len() as u64) < made.bytes {
        let part = ask(&phone, ExportsRequest::Take(Taking { id, offset: bytes.len() as u64 })).await.expect("taken");
        let ExportsResponse::Part(part) = part else { panic!("{part:?}") };
        bytes.extend(STANDARD.decode(part.base64).expect("base64"));
    }
    let text = String::from_utf8(bytes).expect("UTF-8");
    let lines: Vec<&str> = text.lines().collect();
    let (year, month, day) = today.plus(-7).ymd();
    assert_eq!(lines.len(), 1 + 7, "{text}");
    assert!(lines[1].contains(&format!("{year:04}-{month:02}-{day:02}")) && lines[1].contains("0,96"), "{text}");
    let field = running.client("field").await;
    sign_in(&field, "technician").await;
    let refused = ask(&field, ExportsRequest::Make(Box::new(export()))).await;
    assert_eq!(refused.expect_err("denied").code, Code::Denied);
    running.server.stop().await;
}
