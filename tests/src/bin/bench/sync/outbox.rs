//! A large outbox with poison in it, made out of reach of the server and sent when it is there; compared in both databases afterwards.

use super::super::{Line, Outcome, median};
use super::device::{self, POISON};
use super::pocket::Pocket;
use super::utility::Utility;
use rusqlite::{Connection, OpenFlags};

/// Operations of an outbox.
const OPS: usize = 10_000;

/// Interleaved repeats.
const REPEATS: usize = 3;

/// Somewhere where nobody listens.
const NOWHERE: &str = "http://127.0.0.1:9";

pub async fn run(pocket: &Pocket) -> Outcome<Vec<Line>> {
    let (mut sent, mut made, mut one, mut many, mut memory) = (vec![], vec![], vec![], vec![], 0.0_f64);
    for _ in 0..REPEATS {
        // A utility of its own each time, so that every edit finds what its author saw.
        let utility = Utility::start(OPS, 0)?;
        let folder = tempfile::tempdir()?;
        device::run("fill", &utility.url, folder.path(), 0)?;
        let edited = device::run("edit", NOWHERE, folder.path(), OPS)?;
        made.push(OPS as f64 / edited.ms * 1_000.0);
        let done = device::run("drain", &utility.url, folder.path(), OPS)?;
        sent.push(OPS as f64 / done.ms * 1_000.0);
        memory = memory.max(done.memory_mb);
        verify(&utility, done.parked)?;
        one.push(pocket.create(OPS / 5, 1).await?);
        many.push(pocket.create(OPS, 50).await?);
    }
    let line = |work: &str, peer: &str, ours: &[f64], theirs: Option<f64>, durability: &str| {
        let (middle, spread) = median(ours.to_vec());
        Line {
            work: work.into(),
            peer: peer.into(),
            ours: middle,
            theirs,
            unit: "ops/s",
            better: "higher",
            spread,
            memory_mb: Some(memory),
            durability: durability.into(),
        }
    };
    let full = "ours: WAL + FULL on both sides, each operation audited; theirs: WAL + NORMAL";
    let work = format!("an outbox of {OPS}, 1 % poison, sent");
    Ok(vec![
        line(&work, "PocketBase create, one after another", &sent, Some(median(one).0), full),
        line(&work, "PocketBase create, 50 connections", &sent, Some(median(many).0), full),
        line("the same edits, made on the device", "none", &made, None, "outbox WAL + FULL, a commit each"),
    ])
}

/// Counts what the server has: every good operation once, every poison refused, and nothing else.
fn verify(utility: &Utility, parked: u32) -> Outcome {
    let db = Connection::open_with_flags(utility.database(), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0));
    let (poison, good) = ((OPS / POISON) as i64, (OPS - OPS / POISON) as i64);
    let found = [
        ("operations decided", count("SELECT COUNT(*) FROM op_result")?, OPS as i64),
        ("refused", count("SELECT COUNT(*) FROM op_result WHERE outcome LIKE '%\"rejected\"%'")?, poison),
        ("audited", count("SELECT COUNT(*) FROM audit")?, good),
        ("rows edited once", count("SELECT COUNT(DISTINCT row_id) FROM audit")?, good),
        ("cities set", count("SELECT COUNT(DISTINCT city) FROM customer WHERE city LIKE 'Kota %'")?, good),
        ("conflicts", count("SELECT COUNT(*) FROM conflict")?, 0),
        ("parked on the device", i64::from(parked), poison),
    ];
    match found.into_iter().find(|(_, found, expected)| found != expected) {
        Some((what, found, expected)) => Err(format!("{what}: {found}, expected {expected}").into()),
        None => Ok(()),
    }
}
