//! The ledger: purchases on one hot account beside PostgreSQL, and what charging costs ingest.
//!
//! `bench ledger` does both; `bench ledger purchases` or `bench ledger ingest` one part; `bench ledger purchases 1` with one repeat.

mod charged;
mod ours;
mod theirs;

use super::{Line, Outcome, median};
pub use ours::InProcess;
use std::io::Write;
use theirs::{Isolation, Theirs};

/// Purchases of one run, all on one account.
const PURCHASES: usize = 10_000;

/// Who buys at once.
const WRITERS: usize = 50;

/// Rupiah of each purchase.
const AMOUNT: i64 = 25_000;

/// Interleaved repeats.
const REPEATS: usize = 5;

pub async fn run(arguments: &[String]) -> Outcome<Vec<Line>> {
    let only = arguments.first().map(String::as_str);
    let wanted = |part: &str| only.is_none_or(|only| only == part);
    let mut lines = Vec::new();
    if wanted("purchases") {
        let repeats = arguments.get(1).map(|text| text.parse()).transpose()?;
        lines.extend(purchases(repeats.unwrap_or(REPEATS)).await?);
    }
    if wanted("ingest") {
        lines.extend(charged::run().await?);
    }
    Ok(lines)
}

async fn purchases(repeats: usize) -> Outcome<Vec<Line>> {
    let (mut inside, mut route) = (ours::InProcess::start().await?, ours::ByRoute::start().await);
    let (mut careful, mut locked) = (Theirs::start().await?, Theirs::start().await?);
    say(&format!(
        "ours    {}; group commit; each purchase: quote, checkout, settlement in double entry, audit; answered when on disk",
        inside.settings().await?
    ))?;
    say(&format!(
        "theirs  {}; each purchase: one transaction of one prepared call: transfer, two balances, two postings",
        careful.settings().await?
    ))?;
    let (mut by_writer, mut by_route, mut serializable, mut read_committed) = (vec![], vec![], vec![], vec![]);
    for _ in 0..repeats {
        by_route.push(route.run().await?);
        serializable.push(careful.run(Isolation::Serializable).await?);
        by_writer.push(inside.run().await?);
        read_committed.push(locked.run(Isolation::ReadCommitted).await?);
    }
    let retries = careful.retries as f64 / (PURCHASES * repeats) as f64;
    let sums = [inside.prove().await?, route.prove()?, careful.prove().await?, locked.prove().await?];
    say(&format!(
        "every account exact on all sides: Rp{sums:?} by {} purchases each; PostgreSQL tried again {} times ({retries:.1} a purchase) at \
         SERIALIZABLE, {} times at READ COMMITTED; ours 0",
        PURCHASES * repeats,
        careful.retries,
        locked.retries
    ))?;
    let theirs = |isolation: &str| format!("PostgreSQL 15, {isolation}");
    Ok(vec![
        line("purchases, one account, 50 writers: HTTP route", &theirs("SERIALIZABLE, socket"), &by_route, &serializable),
        line("the same: store's writer in process", &theirs("SERIALIZABLE, socket"), &by_writer, &serializable),
        line("HTTP route", &theirs("READ COMMITTED (no goal)"), &by_route, &read_committed),
    ])
}

fn line(work: &str, peer: &str, ours: &[f64], theirs: &[f64]) -> Line {
    let ((ours, spread), (theirs, _)) = (median(ours.to_vec()), median(theirs.to_vec()));
    Line {
        work: work.into(),
        peer: peer.into(),
        ours,
        theirs: Some(theirs),
        unit: "purchases/s",
        better: "higher",
        spread,
        memory_mb: None,
        durability: "ours WAL + FULL, group commit; theirs synchronous_commit = on, fsync = on".into(),
    }
}

fn say(text: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout().lock(), "{text}")
}
