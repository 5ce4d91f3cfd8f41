//! Perangkat while ten thousand meters report: frames, tasks and memory of the page as a grid, as a table and as a map, while values change and
//! while somebody scrolls or drags.
//!
//! `bench fleet 2000 30` does it with so many meters, each of which reports every so many seconds.

mod look;
mod meters;
mod town;

use super::scroll::{goes, synced};
use super::{Line, Outcome, figure};
use look::{Act, look, memory};
use meters::Meters;
use std::time::{Duration, Instant};
use tests::driver::free_port;
use tests::host::{Host, sign_in};
use town::Town;

/// Meters: as many sessions as one address may have.
const METERS: usize = 10_000;

/// Seconds between the reports of each.
const EVERY_S: u32 = 10;

/// Rows of the table once somebody has asked for more of them.
const ROWS: usize = 1_000;

/// A form of Perangkat.
pub struct Form {
    /// What it is called.
    pub name: String,
    /// Its address.
    address: String,
    /// What is there once it is drawn.
    there: String,
    /// What is scrolled or dragged.
    pub moved: &'static str,
    /// Whether that is dragged.
    pub is_map: bool,
}

fn forms(meters: usize) -> Vec<Form> {
    let form = |name: &str, address: &str, there: String, moved| Form {
        name: name.into(),
        address: address.into(),
        there,
        moved,
        is_map: moved == "#fleet-map",
    };
    let (rows, first) = (ROWS.min(meters), 100.min(meters));
    vec![
        form("grid", "perangkat?bentuk=kisi", format!(".cards li[aria-setsize=\"{meters}\"]"), ".cards"),
        form("table, 100 rows", "perangkat", format!("tbody tr:nth-child({first})"), "#meters"),
        form(
            &format!("table, {rows} rows"),
            &format!("perangkat?jumlah={ROWS}"),
            format!("tbody tr:nth-child({rows})"),
            "#meters",
        ),
        form("map", "perangkat?bentuk=peta", "#fleet-map[data-drawn]".into(), "#fleet-map"),
    ]
}

pub async fn run(arguments: &[String]) -> Outcome<Vec<Line>> {
    let count = arguments.first().map_or(Ok(METERS), |text| text.parse())?;
    let every_s: u32 = arguments.get(1).map_or(Ok(EVERY_S), |text| text.parse())?;
    let town = Town::start(count, every_s)?;
    let meters = Meters::begin(town.served.mqtt, &town.devices, Duration::from_secs(u64::from(every_s)));
    town.reported().await?;
    let folder = tempfile::tempdir()?;
    let tools = free_port();
    let host = Host::browser_at(&town.served.url, folder.path(), (1_440, 900), Some(tools)).await;
    sign_in(&host, "admin").await;
    synced(&host.driven.page).await;
    let (began, before) = (Instant::now(), meters.acknowledged());
    let mut lines = Vec::new();
    for form in forms(count) {
        // Elsewhere in between: each form is opened as for the first time.
        goes(&host.driven, "akun", "h1").await?;
        goes(&host.driven, &form.address, &form.there).await?;
        for act in [Act::Look, Act::Move] {
            lines.extend(look(&host.driven, tools, &form, act).await?);
        }
        lines.extend(memory(tools, &form.name).await?);
    }
    let rate = (meters.acknowledged() - before) as f64 / began.elapsed().as_secs_f64();
    let durability = "meters that report, stored with WAL + FULL; they share the two cores with the page";
    lines.push(Line {
        unit: "reports/s",
        better: "higher",
        ..figure(&format!("{count} meters, each every {every_s} s"), rate, 0.0, durability)
    });
    // What was not stored was not shown either.
    if rate < count as f64 / f64::from(every_s) / 2.0 {
        return Err(format!("only {rate:.0} reports a second were stored").into());
    }
    host.end().await;
    Ok(lines)
}
