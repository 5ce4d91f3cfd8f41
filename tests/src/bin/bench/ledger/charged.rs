//! Ingest with charging on beside ingest without: the same readings to two servers that differ in nothing else.

use super::super::ingest::{BATCH, Ours};
use super::super::{Line, Outcome, median};
use domain::TimeZone;
use rusqlite::{Connection, OpenFlags};
use sync_server::billing::tariffs;
use sync_server::core::{now, open_connection};
use sync_server::provision::transact;

/// Readings of one run, one a message and in batches.
const READINGS: (usize, usize) = (100_000, 600_000);

/// Pairs of runs.
const REPEATS: usize = 5;

/// Readings that nobody counts, before the first pair.
const WARM: usize = 20_000;

/// A server all of whose connections are charged since their meters were installed.
fn charged() -> Outcome<Ours> {
    Ours::start_with(|db, since| {
        tariffs::begin(db, now())?;
        let day = TimeZone::Jakarta.day_of(since);
        transact(db, |tx| {
            let connections =
                tx.db.prepare("SELECT num FROM connection")?.query_map([], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
            connections.into_iter().try_for_each(|connection| tariffs::charge_from(tx, connection, day))
        })?;
        Ok(())
    })
}

/// One none of whose connections has a tariff.
fn free() -> Outcome<Ours> {
    Ours::start_with(|db, _| Ok(db.execute("DELETE FROM connection_class", []).map(drop)?))
}

/// Rupiah that all months cost, and months that have more than a litre of water and cost nothing.
fn cost(server: &Ours) -> Outcome<(i64, i64)> {
    let db: Connection = open_connection(&server.database(), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let sql = "SELECT COALESCE(SUM(c.due_water), 0), COUNT(*) FILTER (WHERE COALESCE(c.due_water, 0) = 0)
         FROM usage_month u LEFT JOIN month_charge c ON c.connection = u.connection AND c.month = u.month WHERE u.volume > 1000";
    Ok(db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

pub async fn run() -> Outcome<Vec<Line>> {
    let (mut with, mut without) = (charged()?, free()?);
    let (mut one, mut many) = ((vec![], vec![]), (vec![], vec![]));
    with.run(WARM, BATCH).await?;
    without.run(WARM, BATCH).await?;
    for repeat in 0..REPEATS {
        // Whoever comes second finds the disk as the first left it, so they take turns.
        for place in [repeat % 2, 1 - repeat % 2] {
            let server = if place == 0 { &mut with } else { &mut without };
            let figures = (server.run(READINGS.0, 1).await?, server.run(READINGS.1, BATCH).await?);
            if place == 0 {
                one.0.push(figures.0);
                many.0.push(figures.1);
            } else {
                one.1.push(figures.0);
                many.1.push(figures.1);
            }
        }
    }
    let total = WARM + (READINGS.0 + READINGS.1) * REPEATS;
    for server in [&with, &without] {
        let stored = server.stored()?;
        if stored != total {
            return Err(format!("{total} readings were acknowledged, {stored} are stored").into());
        }
    }
    let ((paid, unpaid), (nothing, _)) = (cost(&with)?, cost(&without)?);
    if paid == 0 || unpaid > 0 || nothing != 0 {
        return Err(format!("charged Rp{paid} with {unpaid} months free, and Rp{nothing} where nothing is charged").into());
    }
    // Every month's charge once more by the long way, over its days.
    with.check()?;
    Ok(vec![
        line("one reading a message, 50 connections", one, with.memory_mb()),
        line("100 readings a message, 50 connections", many, with.memory_mb()),
    ])
}

fn line(work: &str, (with, without): (Vec<f64>, Vec<f64>), memory_mb: Option<f64>) -> Line {
    let ((ours, spread), (theirs, _)) = (median(with), median(without));
    Line {
        work: work.into(),
        peer: "ours without charging".into(),
        ours,
        theirs: Some(theirs),
        unit: "readings/s",
        better: "higher",
        spread,
        memory_mb,
        durability: "both WAL + FULL, PUBACK after commit; goal 0.8 ×".into(),
    }
}
