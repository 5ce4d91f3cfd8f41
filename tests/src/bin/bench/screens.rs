//! What a person waits for: Pemakaian's queries over the demo's history, and the app from the start of its process to its first row.

use super::demo::Demo;
use super::{Line, Outcome, figure, median};
use client::core::vault::ThisRun;
use client::{Client, Config};
use fantoccini::Locator;
use protocol::ui::{Answer, Comparing, ComparisonQuery, Phase, Request, Secret, Span};
use std::path::Path;
use std::time::{Duration, Instant};
use tests::driver::{until, window};
use tests::world::program;

/// Times each span of Pemakaian is asked for.
const ASKED: usize = 250;

/// Starts of the app, after one that fills its cache.
const STARTS: usize = 10;

const CACHE: &str = "cache: encrypted, WAL, synchronous = NORMAL";

pub async fn run() -> Outcome<Vec<Line>> {
    let demo = Demo::start()?;
    let mut lines = queries(&demo).await?;
    for (role, row) in [("customer", ".hero [data-live=flow]"), ("admin", ".summary-page [data-tile=online]")] {
        lines.push(starts(&demo, role, row).await?);
    }
    Ok(lines)
}

async fn queries(demo: &Demo) -> Outcome<Vec<Line>> {
    let client = Client::start(Config {
        data: demo.folder.path().join("queries"),
        server: demo.url.clone(),
        vault: Box::new(ThisRun::default()),
        device: "bench".into(),
    })
    .await?;
    let secret = Secret(demo.password.clone());
    client.call(Request::SignIn { email: "customer@indowater.example".into(), password: secret }).await?;
    let until = Instant::now() + Duration::from_secs(120);
    while !matches!(client.call(Request::SyncState).await?, Answer::Sync(state) if state.phase == Phase::Live) {
        if Instant::now() > until {
            return Err("the cache was not filled within two minutes".into());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut lines = Vec::new();
    for (name, span) in [
        ("day", Span::Day { day: None }),
        ("week", Span::Week { end: None }),
        ("month", Span::Month { month: None }),
        ("year", Span::Year { year: None }),
    ] {
        let mut took = Vec::with_capacity(ASKED);
        for _ in 0..ASKED {
            let started = Instant::now();
            let answer = client.call(Request::Usage { connection: None, span }).await?;
            took.push(started.elapsed().as_secs_f64() * 1_000.0);
            if !matches!(answer, Answer::Usage(Some(_))) {
                return Err("Pemakaian has nothing to show".into());
            }
        }
        took.sort_by(f64::total_cmp);
        lines.push(figure(&format!("Pemakaian, {name}: p95 of {ASKED}"), took[ASKED * 95 / 100], 0.0, CACHE));
    }
    lines.push(compared(&client).await?);
    Ok(lines)
}

/// Bandingkan, year against year: the days of 24 months at most.
async fn compared(client: &Client) -> Outcome<Line> {
    let years = ComparisonQuery { connection: None, comparing: Comparing::Years { year: None }, by_weekday: false };
    let mut took = Vec::with_capacity(ASKED);
    for _ in 0..ASKED {
        let started = Instant::now();
        let answer = client.call(Request::UsageComparison(years)).await?;
        took.push(started.elapsed().as_secs_f64() * 1_000.0);
        if !matches!(answer, Answer::UsageComparison(Some(_))) {
            return Err("Bandingkan has nothing to show".into());
        }
    }
    took.sort_by(f64::total_cmp);
    Ok(figure(&format!("Bandingkan, year: p95 of {ASKED}"), took[ASKED * 95 / 100], 0.0, CACHE))
}

async fn starts(demo: &Demo, role: &str, row: &str) -> Outcome<Line> {
    let app = program("indowater");
    let data = demo.folder.path().join(role);
    let mut took = Vec::with_capacity(STARTS);
    for start in 0..=STARTS {
        let driven = window(&app, &data, &demo.url).await;
        let page = &driven.page;
        if start == 0 {
            until(page, "the form", "document.querySelector('#email')").await;
            page.find(Locator::Css("#email")).await?.send_keys(&format!("{role}@indowater.example")).await?;
            page.find(Locator::Css("#password")).await?.send_keys(&demo.password).await?;
            page.find(Locator::Css("button[type=submit]")).await?.click().await?;
            until(page, "the first data", &format!("document.querySelector('{row}')")).await;
            // What is measured is a start with a full cache.
            until(page, "the end of the first sync", "document.querySelector('.sync-mark[data-phase=sync-live]')").await;
            tokio::time::sleep(Duration::from_secs(5)).await;
        } else {
            until(page, "the first row", &format!("document.querySelector('{row}')")).await;
            took.push(age_ms(&app)?);
            // Ended with its keyring in the middle of a start, it could lose the token it is just writing.
            until(page, "the end of the sync", "document.querySelector('.sync-mark[data-phase=sync-live]')").await;
        }
        driven.end().await;
    }
    let (middle, spread) = median(took);
    Ok(figure(&format!("process start to first row, {role}"), middle, spread, CACHE))
}

/// How long ago the youngest process of a program was started, from the kernel's own record, in milliseconds.
fn age_ms(program: &Path) -> Outcome<f64> {
    let uptime: f64 = std::fs::read_to_string("/proc/uptime")?.split_whitespace().next().ok_or("no uptime")?.parse()?;
    let mut youngest: Option<f64> = None;
    for process in std::fs::read_dir("/proc")?.flatten().map(|entry| entry.path()) {
        if !std::fs::read_link(process.join("exe")).is_ok_and(|exe| exe == program) {
            continue;
        }
        let stat = std::fs::read_to_string(process.join("stat"))?;
        // The 22nd field, in hundredths of a second; the second is a name in brackets that may hold spaces.
        let ticks = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(19)).ok_or("no start time")?;
        let started = ticks.parse::<f64>()? / 100.0;
        youngest = Some(youngest.map_or(started, |other: f64| other.max(started)));
    }
    Ok((uptime - youngest.ok_or("the app does not run")?) * 1_000.0)
}
