//! What the rules of leaks cost: readings taken in and judged, beside the same readings taken in alone; and how the silent ones among
//! 100,000 meters are found.

use super::{Line, Outcome, figure, median};
use domain::UtcMillis;
use domain::core::local_time::{DAY_MS, MINUTE_MS};
use domain::leaks::{LeakState, SILENT_MS};
use rusqlite::OpenFlags;
use std::time::Instant;
use sync_server::cases::rows::leaks;
use sync_server::core::{migrate, now, open_connection};
use sync_server::jobs::leaks::once_at;
use sync_server::metering::intake::{Intake, MeterMessage, Source};
use tests::world::{World, reading};
use tokio::sync::oneshot;

/// Readings of each of two meters, a minute apart, and of a message.
const READINGS: i64 = 100_000;
const BATCH: i64 = 100;
/// Interleaved repeats.
const REPEATS: usize = 5;
/// Meters among which the silent ones are found.
const METERS: i64 = 100_000;

/// Nothing is due to be judged.
const WITHOUT: &str =
    "CREATE TRIGGER bench_without BEFORE INSERT ON leak_due BEGIN SELECT RAISE(IGNORE); END; DELETE FROM leak_due;";

const DURABILITY: &str = "WAL + FULL; two meters, a reading a minute, 100 readings a message, straight to the writer";

pub async fn run() -> Outcome<Vec<Line>> {
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for _ in 0..REPEATS {
        without.push(rate(Some(WITHOUT)).await?);
        with.push(rate(None).await?);
    }
    let ((ours, spread), (theirs, _)) = (median(with), median(without));
    let taken = Line {
        work: "readings taken in and judged".into(),
        peer: "the same without the rules".into(),
        theirs: Some(theirs),
        unit: "readings/s",
        better: "higher",
        ..figure("", ours, spread, DURABILITY)
    };
    let state =
        Line { unit: "bytes", ..figure("memory of a meter", size_of::<LeakState>() as f64, 0.0, "the state of its rules") };
    Ok(vec![taken, state, silent()?])
}

/// Readings a second of a server that is made ready by `prepare`, until all are stored, and judged where that is due.
async fn rate(prepare: Option<&str>) -> Outcome<f64> {
    let world = World::new();
    if let Some(sql) = prepare {
        open_connection(&world.config().database(), OpenFlags::SQLITE_OPEN_READ_WRITE)?.execute_batch(sql)?;
    }
    let running = world.start().await;
    let writer = &running.server.app.store.writer;
    let start = now().0 - READINGS * MINUTE_MS - DAY_MS;
    let began = Instant::now();
    let mut answers = Vec::new();
    for message in 0..READINGS / BATCH {
        for meter in [1, 2] {
            let steps = message * BATCH..(message + 1) * BATCH;
            // An hour of use in each day, and standing still otherwise.
            let register = |step: i64| (step / 1_440) * 120_000 + (step % 1_440).min(60) * 2_000;
            let readings = steps.map(|step| reading(UtcMillis(start + step * MINUTE_MS), register(step), 0)).collect();
            let (said, answered) = oneshot::channel();
            let answer = Box::new(move |counts| drop(said.send(counts)));
            let message = MeterMessage::Readings(readings);
            writer.intake(Intake { meter, message, received: now(), source: Source::Mqtt, answer }).await?;
            answers.push(answered);
        }
    }
    for answer in answers {
        answer.await?.ok_or("a message was not stored")?;
    }
    once_at(&running.server.app, now().plus(2 * MINUTE_MS)).await?;
    let took = began.elapsed().as_secs_f64();
    running.server.stop().await;
    Ok((READINGS * 2) as f64 / took)
}

/// Milliseconds until the silent ones among many meters are found: one in a hundred has a case, one in ten of these is silent.
fn silent() -> Outcome<Line> {
    let folder = tempfile::tempdir()?;
    let mut db = open_connection(&folder.path().join("indowater.db"), OpenFlags::default())?;
    migrate::run(&mut db)?;
    db.pragma_update(None, "foreign_keys", false)?;
    let at = now();
    db.execute(
        "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?1)
         INSERT INTO leak_state (meter, connection, until, cases, state)
         SELECT n, n, CASE WHEN n % 1000 = 0 THEN ?2 ELSE ?3 END, n % 100 = 0, ?4 FROM n",
        rusqlite::params![METERS, at.0 - SILENT_MS - DAY_MS, at.0, LeakState::default().to_bytes()],
    )?;
    let times = (0..REPEATS).map(|_| {
        let began = Instant::now();
        let found = leaks::silent(&db, at.plus(-SILENT_MS), i64::MAX)?.len();
        assert_eq!(found as i64, METERS / 1_000);
        Ok(began.elapsed().as_secs_f64() * 1_000.0)
    });
    let (middle, spread) = median(times.collect::<Outcome<_>>()?);
    Ok(figure("the silent among 100,000 meters found", middle, spread, "warm"))
}
