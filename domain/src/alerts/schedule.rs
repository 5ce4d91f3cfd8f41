//! The notices that a phone's system shows by itself while the app does not run: at which instants each balance is expected to reach a worse
//! level, and how what was scheduled before differs from that.

use crate::alerts::due::{Due, due};
use crate::alerts::low_balance::severity;
use crate::alerts::notice::{Known, NoticeAction, NotifiedLevel, Now, evaluate};
use crate::alerts::preferences::Preferences;
use crate::billing::balance::{Level, Notice};
use crate::core::local_time::MINUTE_MS;
use crate::{ConnectionId, TimeZone, UtcMillis};

/// How long after a level is reached its notice is scheduled. An app that runs then has notified by its own timer and cancelled it.
/// Milliseconds.
pub const BEHIND_MS: i64 = 5 * MINUTE_MS;

/// Instants closer to one another than this are the same one: each sync moves a forecast a little. Milliseconds.
pub const SAME_MS: i64 = 15 * MINUTE_MS;

/// Notices of one device at most; iOS keeps 64 of an app.
pub const MOST: usize = 32;

/// Levels of which there are notices.
const LEVELS: [Level; 3] = [Level::Warning, Level::Critical, Level::Empty];

/// A notice that is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// When it is to be shown, by the server's clock.
    pub at: UtcMillis,
    /// What is left when the level is reached, always an estimate.
    pub now: Now,
}

/// A notice that the system has, or is to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scheduled {
    /// By which the system knows it: [`id`].
    pub id: i32,
    /// Of which connection.
    pub connection: ConnectionId,
    /// Of which level.
    pub level: Level,
    /// When it is to be shown, by the server's clock.
    pub at: UtcMillis,
}

/// What is to be done, the cancelling first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Which are no longer wanted.
    pub cancel: Vec<i32>,
    /// Which are new, or move to another instant.
    pub schedule: Vec<Scheduled>,
}

/// The number by which a system knows the notice of a level of a connection: always the same one, so that it can be cancelled also where
/// nothing else is known of it any more.
pub fn id(connection: ConnectionId, level: Level) -> i32 {
    let bytes = connection.0.as_bytes();
    let place = LEVELS.iter().position(|of| *of == level).map_or(0, |place| place as i32 + 1);
    (i32::from_be_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]) & !3) | place
}

/// All numbers of a connection's notices.
pub fn ids(connection: ConnectionId) -> [i32; 3] {
    LEVELS.map(|level| id(connection, level))
}

/// The notices of a balance that are expected if its use goes on as usual and the app does not run: one for each worse level within the
/// forecast's reach, the soonest first. None is in the past. Each waits as a message of the server does, for the end of the user's quiet hours
/// in the property's zone; where a worse one is shown meanwhile, it is left out.
pub fn expected(
    notified: NotifiedLevel,
    known: &Known,
    now: UtcMillis,
    (preferences, zone): (&Preferences, TimeZone),
) -> Vec<Expected> {
    let mut notified = evaluate(notified, known, now).notified;
    let (mut at, mut found) = (now, Vec::new());
    // Each step is at a worse level than the one before, so there are three at most.
    while let Some((reached, _)) = known.worsens(at) {
        let evaluation = evaluate(notified, known, reached);
        notified = evaluation.notified;
        if let NoticeAction::Notify(is) = evaluation.action {
            let ready = reached.plus(BEHIND_MS);
            let shown = match due(ready, severity(is.level), preferences, zone) {
                Due::AtOnce => ready,
                Due::At(later) => later,
            };
            found.retain(|milder: &Expected| milder.at < shown);
            found.push(Expected { at: shown, now: is });
        }
        at = reached;
    }
    found
}

/// What was notified, once the system has shown a scheduled notice: as if the app had shown it at that instant.
pub fn was_shown(notified: NotifiedLevel, level: Level, at: UtcMillis) -> NotifiedLevel {
    let last = match notified.last {
        Some(last) if last.level > level => last,
        _ => Notice { level, at },
    };
    NotifiedLevel { last: Some(last), ..notified }
}

/// What is to be done so that the system has what is wanted: what was scheduled for about the same instant stays as it is.
pub fn change(kept: &[Scheduled], wanted: &[Scheduled]) -> Change {
    let is_same = |one: &Scheduled, other: &Scheduled| one.id == other.id && one.at.since(other.at).abs() < SAME_MS;
    let has = |all: &[Scheduled], one: &Scheduled| all.iter().any(|other| is_same(one, other));
    Change {
        cancel: kept.iter().filter(|one| !has(wanted, one)).map(|one| one.id).collect(),
        schedule: wanted.iter().filter(|one| !has(kept, one)).copied().collect(),
    }
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
