//! Calendars as programs of others read them: icalendar, vobject, khal and ical.js see the same instants and texts, of what is new, moved and
//! cancelled alike.

use crate::calendar_feeds::{change, made};
use domain::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use domain::maintenance::calendar_text::{Event, calendar};
use domain::maintenance::work_order::{Window, WorkKind};
use domain::{LocalDay, TimeZone, UtcMillis, WorkOrderId};
use fastrand::Rng;
use protocol::sync::push::Operation;
use protocol::sync::rows::Person;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use sync_server::core::now;
use tests::calendar_peers::{folder, scripts};
use tests::field::clean;
use tests::work::say;
use tests::world::{Running, World};
use uuid::Uuid;

/// What the readers are.
const READERS: [&str; 4] = ["icalendar", "vobject", "khal", "ical.js"];

/// What a reader sees in each of some files, by event in the order of their identifiers. khal imports one file after the other into the same
/// calendar, and lists it from a day on.
fn seen(reader: &str, first: LocalDay, files: &[PathBuf]) -> Vec<Vec<Value>> {
    let folder = folder();
    let mut program = if reader == "ical.js" {
        let mut node = Command::new("node");
        // A zone of somebody far away: times are of the zones that the calendar describes.
        node.env("TZ", "America/New_York").arg(scripts().join("events.js")).arg(&folder);
        node
    } else {
        let (year, month, day) = first.ymd();
        let mut python = Command::new(folder.join("python/bin/python"));
        python.arg(scripts().join("events.py")).arg(reader).arg(format!("{year:04}-{month:02}-{day:02}"));
        python
    };
    let said = program.args(files).output().unwrap_or_else(|error| panic!("{reader}: {error}; run `cargo xtask setup`"));
    assert!(said.status.success(), "{reader}: {}", String::from_utf8_lossy(&said.stderr));
    let mut found: Vec<Vec<Value>> = serde_json::from_slice(&said.stdout).expect("events as JSON");
    for events in &mut found {
        events.sort_by(|one, other| one["uid"].as_str().cmp(&other["uid"].as_str()));
    }
    found
}

/// What a reader is expected to see of an event. khal shows neither its number nor when it was changed.
fn expected(event: &Event, reader: &str) -> Value {
    let midnight = |at: UtcMillis| event.zone.start_of(event.zone.day_of(at)) == at;
    let is_days = midnight(event.window.from) && midnight(event.window.until);
    let at = |at: UtcMillis| {
        let (year, month, day) = event.zone.day_of(at).ymd();
        if is_days { json!(format!("{year:04}-{month:02}-{day:02}")) } else { json!(at.0) }
    };
    let mut seen = json!({
        "uid": event.uid, "from": at(event.window.from), "until": at(event.window.until), "title": event.title, "place": event.place,
        "text": event.text, "status": if event.cancelled { "CANCELLED" } else { "CONFIRMED" },
    });
    if reader != "khal" {
        (seen["sequence"], seen["modified"]) = (json!(event.sequence), json!(event.stamp.0 / 1_000 * 1_000));
    }
    seen
}

/// Pieces of texts that are likely to be read otherwise than they were written.
const PIECES: [&str; 16] = [
    "Jl. Kenanga 5",
    ", ",
    "; ",
    "\n",
    "\\",
    "\\n",
    ":",
    "\"ruko\"",
    "é",
    "“Ñusa” – Bali",
    " · ",
    "RT 05/RW 11",
    "^n",
    "𝄞",
    "sangat panjang supaya baris ini dilipat",
    "\n\n",
];

/// A text that begins and ends with a letter; in one line where a program shows it so.
fn text(random: &mut Rng, pieces: usize, one_line: bool) -> String {
    let chosen = (0..random.usize(..=pieces)).map(|_| PIECES[random.usize(..PIECES.len())]);
    let middle: String = chosen.filter(|piece| !one_line || !piece.starts_with('\n')).collect();
    format!("a{middle}z")
}

/// Where the days of invented events begin.
fn first_day() -> LocalDay {
    LocalDay::from_ymd(2026, 12, 1).expect("a day")
}

fn invented(random: &mut Rng, place: usize) -> Event {
    let zone = TimeZone::ALL[place % TimeZone::ALL.len()];
    let day = zone.start_of(first_day().plus(1 + random.usize(..50) as i32));
    let minute = if place.is_multiple_of(5) { 0 } else { random.usize(1..1_440) as i64 };
    let long = if place.is_multiple_of(5) { DAY_MS * random.usize(1..4) as i64 } else { random.usize(1..480) as i64 * MINUTE_MS };
    let from = day.plus(minute * MINUTE_MS);
    Event {
        uid: format!("{place:04}@indowater"),
        stamp: day.plus(-DAY_MS - 1),
        sequence: random.usize(..40) as i64,
        window: Window { from, until: from.plus(long) },
        zone,
        title: text(random, 8, true),
        place: text(random, 12, false),
        text: text(random, 24, false),
        cancelled: place.is_multiple_of(7),
    }
}

#[test]
fn four_programs_read_in_a_calendar_what_was_written_into_it() {
    let mut random = Rng::with_seed(11);
    let events: Vec<Event> = (0..150).map(|place| invented(&mut random, place)).collect();
    let kept = tempfile::tempdir().expect("a folder");
    let file = kept.path().join("invented.ics");
    std::fs::write(&file, calendar("Tim; Barat, “é”", &events)).expect("written");
    for reader in READERS {
        let found = seen(reader, first_day(), std::slice::from_ref(&file)).remove(0);
        assert_eq!(found.len(), events.len(), "{reader}");
        for (event, found) in events.iter().zip(found) {
            assert_eq!(found, expected(event, reader), "{reader}");
        }
    }
}

/// Fetches the calendar at an address, and keeps it as a file.
async fn fetched(running: &Running, path: &str, file: &Path) -> String {
    let answer = reqwest::get(format!("{}{path}", running.url())).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    let text = answer.text().await.expect("text");
    std::fs::write(file, &text).expect("written");
    text
}

/// Work at a meter with a text that has all that is written otherwise in a calendar.
const REMARK: &str = "Bawa segel, kunci; dan tang C:\\alat\nPelanggan: “Bu Ñusa” – rumah di ujung gang, pagar hijau, anjing dirantai; telepon dahulu";

#[tokio::test(flavor = "multi_thread")]
async fn four_programs_see_work_announced_then_moved_then_cancelled() {
    let running = World::new().start().await;
    let technician = running.tokens("technician").await.user.id;
    let to = Person { id: technician, name: String::new() };
    let first = TimeZone::Jakarta.day_of(now());
    let (west, east) = (running.world.meters[0].clone(), running.world.meters[1].clone());
    let (order, other) = (WorkOrderId(Uuid::now_v7()), WorkOrderId(Uuid::now_v7()));
    let from = TimeZone::Jakarta.start_of(first.plus(2)).plus(8 * HOUR_MS);
    let whole = TimeZone::Makassar.start_of(first.plus(3));
    for (order, device, (from, until), technician, text) in [
        (order, &west, (from, from.plus(2 * HOUR_MS)), Some(to), REMARK),
        // Two days of the zone in the middle.
        (other, &east, (whole, whole.plus(2 * DAY_MS)), None, ""),
    ] {
        let (meter, work, text) = (device.id, WorkKind::TeraUlang, text.into());
        say(&running, "admin", Operation::PlanWork { order, meter, work, from, until, technician, text }).await;
    }
    let (id, path) = made(&running, json!({ "whose": "utility" })).await;
    let kept = tempfile::tempdir().expect("a folder");
    let files = [0, 1, 2].map(|stage| kept.path().join(format!("{stage}.ics")));
    fetched(&running, &path, &files[0]).await;
    let (meter, moved) = (west.id, from.plus(DAY_MS + 90 * MINUTE_MS));
    let operation = Operation::MoveWork { order, meter, was: from, from: moved, until: moved.plus(HOUR_MS) };
    say(&running, "admin", operation).await;
    fetched(&running, &path, &files[1]).await;
    say(&running, "admin", Operation::CancelWork { order, meter }).await;
    fetched(&running, &path, &files[2]).await;

    let (uid, beside) = (format!("{order}@indowater"), format!("{other}@indowater"));
    let date = |day: LocalDay| {
        let (year, month, day) = day.ymd();
        format!("{year:04}-{month:02}-{day:02}")
    };
    for reader in READERS {
        let stages = seen(reader, first, &files);
        let of = |stage: usize, uid: &str| stages[stage].iter().find(|event| event["uid"] == uid).cloned().expect("the event");
        for (stage, (from, hours), status) in
            [(0, (from, 2), "CONFIRMED"), (1, (moved, 1), "CONFIRMED"), (2, (moved, 1), "CANCELLED")]
        {
            assert_eq!(stages[stage].len(), 2, "{reader}: what is moved or cancelled is no other event");
            let event = of(stage, &uid);
            let times = (&event["from"], &event["until"], &event["status"]);
            assert_eq!(times, (&json!(from), &json!(from.plus(hours * HOUR_MS)), &json!(status)), "{reader}, {stage}");
            assert_eq!((&event["title"], &event["place"]), (&json!("Tera ulang · WM-TEST-A"), &json!("Jl. Uji 0")), "{reader}");
            assert_eq!(event["text"], format!("technician\n{REMARK}"), "{reader}");
            let days = of(stage, &beside);
            let expected = (json!(date(first.plus(3))), json!(date(first.plus(5))));
            assert_eq!((&days["from"], &days["until"]), (&expected.0, &expected.1), "{reader}");
        }
        if reader != "khal" {
            let newer = |field: &str| [0, 1, 2].map(|stage| of(stage, &uid)[field].as_i64().expect("a number"));
            assert_eq!(newer("sequence"), [0, 1, 2], "{reader}");
            assert!(newer("modified").is_sorted(), "{reader}");
        }
    }

    let (status, _) = change(&running, (Uuid::now_v7(), id), json!({ "what": "revoke" })).await;
    let since = Instant::now();
    let answer = reqwest::get(format!("{}{path}", running.url())).await.expect("an answer");
    assert_eq!((status, answer.status()), (StatusCode::OK, StatusCode::NOT_FOUND));
    assert!(since.elapsed() < Duration::from_secs(1), "{:?}", since.elapsed());
    clean(running).await;
}
