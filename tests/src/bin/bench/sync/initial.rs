//! The first sync of a whole utility: by the real client, by PouchDB, and by a paged list into SQLite; and one that is killed half-way.

use super::super::{Line, Outcome, median};
use super::device;
use super::pocket::Pocket;
use super::pouch::Pouch;
use super::utility::Utility;
use protocol::sync::pull::{FRAME, ROW_BYTES};
use std::time::{Duration, Instant};

/// Interleaved repeats; PouchDB, which takes as long as all others together, is asked once.
const REPEATS: usize = 5;

/// Rows that come besides customers and connections: the zones.
const ZONES: usize = 20;

pub async fn run(utility: &Utility, pocket: &Pocket) -> Outcome<Vec<Line>> {
    let customers = utility.customers.len();
    let rows = customers * 2;
    pocket.fill(customers).await?;
    let pouch = Pouch::start(rows).await;
    let (mut ours, mut theirs, mut memory) = (vec![], vec![], 0.0_f64);
    for _ in 0..REPEATS {
        let folder = tempfile::tempdir()?;
        let done = device::run("fill", &utility.url, folder.path(), 0)?;
        if done.customers as usize != customers {
            return Err(format!("the device has {} customers of {customers}", done.customers).into());
        }
        ours.push(rows as f64 / done.ms * 1_000.0);
        memory = memory.max(done.memory_mb);
        theirs.push(pocket.pull(&folder.path().join("pocket.db"), rows).await?);
    }
    let full = "ours: server WAL + FULL, cache encrypted, WAL + NORMAL, a commit a page";
    let line = |peer: &str, theirs: Option<f64>, other: &str| {
        let (middle, spread) = median(ours.clone());
        Line {
            work: format!("initial sync, {rows} rows"),
            peer: peer.into(),
            ours: middle,
            theirs,
            unit: "rows/s",
            better: "higher",
            spread,
            memory_mb: Some(memory),
            durability: format!("{full}; {other}"),
        }
    };
    let paged = "theirs: WAL + NORMAL on both sides, plain, a commit a page";
    let mut lines = vec![line("PocketBase list + SQLite insert", Some(median(theirs).0), paged)];
    match pouch.and_then(|pouch| pouch.pull(rows)) {
        Ok(theirs) => lines.push(line("PouchDB, pouchdb-server", Some(theirs), "theirs: LevelDB on both sides, no fsync; once")),
        Err(error) => lines.push(line(&format!("PouchDB: {error}"), None, "not measured")),
    }
    lines.push(killed(utility, rows + ZONES).await?);
    Ok(lines)
}

/// Ends a device in the middle by SIGKILL and lets another go on with its folder.
async fn killed(utility: &Utility, rows: usize) -> Outcome<Line> {
    let folder = tempfile::tempdir()?;
    let before = utility.rows_sent().await?;
    let mut child = device::spawn("fill", &utility.url, folder.path(), 0)?;
    let until = Instant::now() + Duration::from_secs(120);
    while utility.rows_sent().await? - before < rows as u64 / 2 {
        if Instant::now() > until {
            return Err("half of the rows were not sent within two minutes".into());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    child.kill()?;
    child.wait()?;
    device::run("fill", &utility.url, folder.path(), 0)?;
    let again = utility.rows_sent().await? - before - rows as u64;
    if again > FRAME as u64 / ROW_BYTES as u64 {
        return Err(format!("{again} rows were sent twice").into());
    }
    Ok(Line {
        work: "killed half-way: rows sent twice".into(),
        peer: "none".into(),
        ours: again as f64,
        theirs: None,
        unit: "rows",
        better: "lower",
        spread: 0.0,
        memory_mb: None,
        durability: format!("SIGKILL; what was being stored and what was on its way, {} KiB with both", FRAME / 1024),
    })
}
