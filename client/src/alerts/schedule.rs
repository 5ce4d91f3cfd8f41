//! Notices for the time in which the app does not run, on a phone: the system is asked to show each at its instant, and a top-up cancels it.
//! What it was asked is kept here (`store::rows::scheduled`), since the plugin's list lacks what it was asked one by one, and a phone
//! forgets what it was asked when it starts anew; so everything is asked again at the app's start.
//!
//! As with notices, the ledger is written first. An app that is killed in between shows one notice less, and its banner all the same.

use crate::alerts::words::{Words, of_expected};
use crate::core::shared::Shared;
use crate::error::Error;
use crate::store::rows::notices::{WatchedBalance, watched};
use crate::store::rows::scheduled;
use domain::alerts::preferences::Preferences;
use domain::alerts::schedule::{self, Change, Expected, MOST, Scheduled};
use domain::people::Language;
use domain::{ConnectionId, UtcMillis};
use protocol::ui::Phase;
use std::sync::Arc;

/// All numbers under which a connection's notices are scheduled.
pub fn ids(connection: ConnectionId) -> [i32; 3] {
    schedule::ids(connection)
}

/// A notice that the system is to show at an instant, whether the app runs or not.
#[derive(Debug, PartialEq, Eq)]
pub struct TimedNotice {
    /// By which it is cancelled, or another one takes its place.
    pub id: i32,
    /// Of which connection: pressing it leads to where credit is bought for it.
    pub connection: ConnectionId,
    /// When, by this device's clock.
    pub at: UtcMillis,
    /// In the language of this device's screens.
    pub words: Words,
}

/// What shows notifications at an instant: a phone's system. Its calls may block.
pub trait Timer: Send + Sync {
    /// Asks for a notice at its instant; one with the same number is replaced.
    ///
    /// # Errors
    /// The system refuses.
    fn schedule(&self, notice: TimedNotice) -> Result<(), String>;

    /// Takes back what was asked for under these numbers, where it is known.
    ///
    /// # Errors
    /// The system refuses.
    fn cancel(&self, ids: Vec<i32>) -> Result<(), String>;
}

/// The system's timer, and what it was asked in this run.
pub(crate) struct Armed {
    timer: Arc<dyn Timer>,
    /// In which language everything was asked for; not at all yet, if `None`.
    language: Option<Language>,
    /// Whether the system refused the last time: it is asked again and again, and logged once.
    is_refused: bool,
    /// Whether the server was asked for the user's quiet hours since somebody signed in.
    has_asked: bool,
}

impl Armed {
    pub(crate) fn by(timer: Arc<dyn Timer>) -> Self {
        Self { timer, language: None, is_refused: false, has_asked: false }
    }
}

/// A notice that is wanted, with what its words are made of.
type Wanted = (Scheduled, String, Expected);

/// What is wanted of the balances on this device, the soonest first.
fn wanted(watched: &[WatchedBalance], now: UtcMillis, preferences: &Preferences) -> Vec<Wanted> {
    let mut all: Vec<Wanted> = Vec::new();
    for one in watched {
        for expected in schedule::expected(one.notified, &one.known, now, (preferences, one.time_zone)) {
            let (connection, level) = (one.connection, expected.now.level);
            let scheduled = Scheduled { id: schedule::id(connection, level), connection, level, at: expected.at };
            all.push((scheduled, one.label.clone(), expected));
        }
    }
    all.sort_by_key(|(scheduled, ..)| (scheduled.at, scheduled.id));
    all.truncate(MOST);
    all
}

/// Everything, as if nothing were known of what the system has.
fn afresh(kept: &[Scheduled], watched: &[WatchedBalance], wanted: &[Scheduled]) -> Change {
    let mut cancel: Vec<i32> = kept.iter().map(|one| one.id).collect();
    cancel.extend(watched.iter().flat_map(|one| schedule::ids(one.connection)));
    cancel.sort_unstable();
    cancel.dedup();
    cancel.retain(|id| wanted.iter().all(|one| one.id != *id));
    Change { cancel, schedule: wanted.to_vec() }
}

impl Shared {
    /// Counts what the system has shown since as notified.
    pub(crate) async fn take_shown_notices(&self, at: UtcMillis) -> Result<(), Error> {
        if self.store.read(move |db| scheduled::has_passed(db, at)).await? {
            self.store.write(move |db| scheduled::take_passed(db, at)).await?;
        }
        Ok(())
    }

    /// Brings what the system is to show to what the balances say now; without a customer that is nothing.
    pub(crate) async fn arm_notices(&self, armed: &mut Armed) -> Result<(), Error> {
        let is_customer = self.is_customer();
        if is_customer && !matches!(self.phase(), Phase::Live | Phase::Offline) {
            return Ok(());
        }
        armed.has_asked &= is_customer;
        let preferences = if is_customer { self.quiet_hours(&mut armed.has_asked).await? } else { Preferences::default() };
        let (at, skew, language) = (self.evaluation_time(), self.skew_ms(), self.session().preferences.language);
        let (kept, watched) =
            self.store.read(move |db| Ok((scheduled::all(db)?, if is_customer { watched(db)? } else { Vec::new() }))).await?;
        let wanted = wanted(&watched, at, &preferences);
        let plain: Vec<_> = wanted.iter().map(|(scheduled, ..)| *scheduled).collect();
        let is_fresh = is_customer && armed.language != Some(language);
        let change = if is_fresh { afresh(&kept, &watched, &plain) } else { schedule::change(&kept, &plain) };
        armed.language = is_customer.then_some(language);
        if change == Change::default() {
            return Ok(());
        }
        let notices: Vec<_> = wanted
            .into_iter()
            .filter(|(scheduled, ..)| change.schedule.contains(scheduled))
            .map(|(scheduled, label, expected)| TimedNotice {
                id: scheduled.id,
                connection: scheduled.connection,
                at: scheduled.at.plus(-skew),
                words: of_expected(scheduled.connection, label, &expected, language),
            })
            .collect();
        let cancel = change.cancel.clone();
        self.store.write(move |db| scheduled::keep(db, &change)).await?;
        let counts = (cancel.len(), notices.len());
        let (refused, error) = ask(Arc::clone(&armed.timer), cancel, notices).await;
        match error.filter(|_| !armed.is_refused) {
            Some(error) => tracing::warn!(%error, "the system's timer refuses"),
            None => tracing::debug!(cancelled = counts.0, scheduled = counts.1, "the system's timer was set"),
        }
        armed.is_refused = !refused.is_empty();
        if armed.is_refused {
            // They are asked for again with the next look: somebody may permit them meanwhile.
            self.store.write(move |db| scheduled::forget(db, &refused)).await?;
        }
        Ok(())
    }
}

/// Asks the system; returns what it refuses to schedule, and the last error.
async fn ask(timer: Arc<dyn Timer>, cancel: Vec<i32>, notices: Vec<TimedNotice>) -> (Vec<i32>, Option<String>) {
    let ids: Vec<i32> = notices.iter().map(|notice| notice.id).collect();
    let asking = move || {
        let mut last = if cancel.is_empty() { None } else { timer.cancel(cancel).err() };
        let mut refused = Vec::new();
        for notice in notices {
            let id = notice.id;
            if let Err(error) = timer.schedule(notice) {
                refused.push(id);
                last = Some(error);
            }
        }
        (refused, last)
    };
    tokio::task::spawn_blocking(asking).await.unwrap_or_else(|error| (ids, Some(error.to_string())))
}
