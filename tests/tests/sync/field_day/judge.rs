//! What the server has of a technician's day, held against what was done.

use super::{Done, Instant, JOBS, NEW_SERIAL, PHOTOS, SET_BACK_MS};
use domain::core::local_time::MINUTE_MS;
use domain::field::field_record::Review;
use domain::{BlobId, UserId};
use protocol::sync::push::Outcome;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tests::views::{self, Effect, Sent};
use tests::world::{Running, email};
use uuid::Uuid;

/// Compares everything, with the files of a device that has ended.
pub(super) fn judge(running: &Running, folder: &Path, done: &Done) {
    let server = views::server_database(running.world.folder.path());
    let user = server.query_row("SELECT id FROM user WHERE email = ?1", [email("technician")], |row| row.get(0));
    let user = UserId(Uuid::from_bytes(user.expect("the technician")));
    once(&server, &views::outbox(folder, user), done);
    rows(&server);
    photos(running, &server, done);
    dated(&server, done);
}

/// That each operation was decided once, as its device was answered, and has one effect; and that there is no other.
fn once(server: &Connection, sent: &BTreeMap<Uuid, Sent>, done: &Done) {
    assert!(sent.keys().eq(done.ops.iter()), "{} were done, and {} are in the outbox", done.ops.len(), sent.len());
    let (decided, effects) = (views::decided(server), views::audit(server));
    assert_eq!(decided.len(), sent.len() + JOBS, "those of the day, and the announcements of its jobs");
    for (op, sent) in sent {
        assert!(matches!(sent.outcome, Some(Outcome::Applied { .. })), "{op}: {:?}", sent.outcome);
        assert_eq!(decided.get(op), sent.outcome.as_ref(), "{op}: {}", sent.command);
        assert_eq!(effects.iter().filter(|effect| effect.op == *op).count(), 1, "{op}: {}", sent.command);
    }
    assert_corrected(&effects, done);
}

/// That the clock was wrong, and that the server set right what was dated by it, and nothing else.
fn assert_corrected(effects: &[Effect], done: &Done) {
    let mut corrected = BTreeSet::new();
    for effect in effects.iter().filter(|effect| done.ops.contains(&effect.op)) {
        let [said, at] = &effect.changes["at"];
        if let Ok(said) = said.parse::<i64>() {
            let by = at.parse::<i64>().expect("an instant") - said;
            assert!((by - SET_BACK_MS).abs() < MINUTE_MS, "{} was set right by {by} ms", effect.op);
            corrected.insert(effect.op);
        }
    }
    assert_eq!(corrected, done.by_wrong_clock);
    assert!(!corrected.is_empty() && corrected.len() < done.ops.len());
}

/// That there is as much of each kind as was done.
fn rows(server: &Connection) {
    let count = |sql: &str| server.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a number");
    let (jobs, photos) = (JOBS as i64, (JOBS * PHOTOS) as i64);
    assert_eq!(count("SELECT COUNT(*) FROM work_order"), jobs);
    assert_eq!(count("SELECT COUNT(*) FROM work_order WHERE begun_at <= completed_at + 60000"), jobs);
    // Two pictures are of the registers of the swap.
    assert_eq!(count("SELECT COUNT(*) FROM work_record WHERE photo IS NOT NULL"), photos - 2);
    assert_eq!(count("SELECT COUNT(*) FROM work_record WHERE json_extract(content, '$.what') = 'signature'"), 1);
    assert_eq!(count("SELECT COUNT(*) FROM work_record"), photos - 2 + 1);
    assert_eq!(count("SELECT COUNT(*) FROM meter_swap"), 1);
    let entered = format!(
        "SELECT COUNT(*) FROM meter_swap s JOIN meter m ON m.num = s.new_meter JOIN installation i ON i.meter = m.num
         WHERE m.serial = '{NEW_SERIAL}'"
    );
    assert_eq!(count(&entered), 1, "the new meter is there once");
}

/// That each picture is there, named once, and is what was taken.
fn photos(running: &Running, server: &Connection, done: &Done) {
    let named = "SELECT photo FROM work_record WHERE photo IS NOT NULL
        UNION ALL SELECT final_photo FROM meter_swap UNION ALL SELECT first_photo FROM meter_swap";
    let mut query = server.prepare(named).expect("a query");
    let named = query.query_map([], |row| row.get(0).map(BlobId)).expect("reads");
    let named: Vec<BlobId> = named.collect::<Result<_, _>>().expect("names");
    assert_eq!(named.len(), JOBS * PHOTOS);
    assert!(named.iter().collect::<BTreeSet<_>>().into_iter().eq(done.photos.keys()));
    for (photo, bytes) in &done.photos {
        assert_eq!(running.server.app.blobs.read(*photo).expect("reads").as_ref(), Some(bytes), "{photo}");
    }
}

/// That each instant is within a minute of when it was, or marked as doubtful.
fn dated(server: &Connection, done: &Done) {
    for (instant, row, truly) in &done.instants {
        let sql = match instant {
            Instant::Begun => "SELECT begun_at, review FROM work_order WHERE id = ?1",
            Instant::Completed => "SELECT completed_at, review FROM work_order WHERE id = ?1",
            Instant::Recorded => "SELECT at, review FROM work_record WHERE id = ?1",
            Instant::Taken => "SELECT json_extract(content, '$.taken_at'), review FROM work_record WHERE id = ?1",
            Instant::Swapped => "SELECT at, review FROM meter_swap WHERE id = ?1",
        };
        let read = server.query_row(sql, [row.as_bytes()], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)));
        let (at, review) = read.expect("a row");
        let is_marked = [Review::ClockDoubtful, Review::ClockSkew].iter().any(|mark| review.contains(mark.as_str()));
        let off = at - truly.0;
        assert!(off.abs() <= MINUTE_MS || is_marked, "{instant:?} of {row} is {off} ms off, and marked {review:?}");
    }
}
