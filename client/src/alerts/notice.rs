//! Notices of low balances: each balance is evaluated after each round of sync, whenever the cache changes, and when it is due to cross a level
//! by its usual use. The host gets one event for a level, and shows a notification.
//!
//! The notified level is written first, and the event sent then. An app that is killed between the two shows no notification of that level any
//! more, but its banner all the same. The other order would notify twice.

use crate::alerts::schedule::{Armed, Timer};
use crate::core::shared::{Shared, lock};
use crate::error::Error;
use crate::store::rows::notices;
use crate::store::rows::notices::WatchedBalance;
use domain::alerts::notice::{Evaluation, NoticeAction, NotifiedLevel, Now, evaluate, is_shown};
use domain::billing::balance::Level;
use domain::people::Role;
use domain::{ConnectionId, UtcMillis};
use protocol::ui::{Answer, Event, Notice, Phase};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

/// The longest pause between two evaluations, in milliseconds: a timer does not count the time that the machine was suspended.
const LONGEST_MS: i64 = 60_000;

/// The shortest.
const SHORTEST_MS: i64 = 1_000;

/// Evaluates balances for as long as the client runs, from when the first host subscribes to events. Where the system has a timer it is set
/// before that.
pub(crate) async fn run(client: Arc<Shared>, timer: Arc<OnceLock<Arc<dyn Timer>>>) {
    if client.has_listener.subscribe().wait_for(|has_listener| *has_listener).await.is_err() {
        return;
    }
    let (mut events, mut clock) = (client.events(), client.clock.clone());
    let (mut shown, mut armed) = (None, timer.get().cloned().map(Armed::by));
    loop {
        let pause = match client.evaluate_balances(&mut shown).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::warn!(%error, "balances cannot be evaluated");
                LONGEST_MS
            }
        };
        if let Err(error) = client.show_alerts().await {
            tracing::warn!(%error, "notifications cannot be shown");
        }
        if let Some(armed) = &mut armed
            && let Err(error) = client.arm_notices(armed).await
        {
            tracing::warn!(%error, "notices cannot be scheduled");
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(pause.clamp(SHORTEST_MS, LONGEST_MS) as u64)) => {}
            () = next_change(&mut events) => {}
            () = clock.changed() => {}
        }
    }
}

/// Returns when a balance may have changed.
async fn next_change(events: &mut Receiver<Event>) {
    loop {
        match events.recv().await {
            Ok(Event::Changed | Event::Sync(_) | Event::Session(_)) | Err(RecvError::Lagged(_)) => return,
            Ok(_) => {}
            // The task is aborted with its client.
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

fn notice(watched: &WatchedBalance, now: Now, at: UtcMillis) -> Notice {
    Notice {
        connection: watched.connection,
        label: watched.label.clone(),
        level: now.level,
        balance: now.standing.balance,
        tenths_of_days: now.standing.tenths_of_days_left,
        limit: now.limit,
        basis: now.basis,
        at,
    }
}

/// The level that is to be kept as notified, and the notice that is to be sent, if any.
fn evaluate_watched(watched: &WatchedBalance, at: UtcMillis) -> (NotifiedLevel, Option<Notice>) {
    let Evaluation { notified, action } = evaluate(watched.notified, &watched.known, at);
    let notice = match action {
        NoticeAction::Notify(now) => Some(notice(watched, now, at)),
        NoticeAction::Nothing => None,
    };
    (notified, notice)
}

impl Shared {
    pub(crate) fn is_customer(&self) -> bool {
        lock(&self.user).as_ref().is_some_and(|user| user.role == Role::Customer)
    }

    /// The instant by the server's clock at which balances are evaluated.
    pub(crate) fn evaluation_time(&self) -> UtcMillis {
        self.clock.now().plus(self.skew_ms())
    }

    /// Evaluates each balance and sends the notices that are due; returns the milliseconds until the next level is due. `shown` are the levels
    /// that the screens show: they get an event when those change.
    async fn evaluate_balances(&self, shown: &mut Option<Vec<(ConnectionId, Level)>>) -> Result<i64, Error> {
        if !self.is_customer() {
            // Whoever has signed out leaves no notice on the screen.
            for (connection, _) in shown.take().into_iter().flatten().filter(|(_, level)| *level != Level::Ok) {
                self.emit(Event::NoticeOver(connection));
            }
            return Ok(LONGEST_MS);
        }
        // Yesterday's balance may have been topped up since: before it is estimated, it has to be known whether the server can be reached.
        if !matches!(self.phase(), Phase::Live | Phase::Offline) {
            return Ok(LONGEST_MS);
        }
        let at = self.evaluation_time();
        self.take_shown_notices(at).await?;
        let watched = self.store.read(notices::watched).await?;
        let mut notices = Vec::new();
        if watched.iter().any(|one| evaluate_watched(one, at).0 != one.notified) {
            notices = self.store.write(move |db| keep_notified(db, at)).await?;
        }
        let levels: Vec<_> = watched.iter().map(|one| (one.connection, one.known.at(at).level)).collect();
        let before = shown.replace(levels.clone());
        if !notices.is_empty() || before.as_ref() != Some(&levels) {
            let low = levels.iter().filter(|(_, level)| *level != Level::Ok).count();
            tracing::info!(low, notices = notices.len(), "balances were evaluated");
        }
        for notice in notices {
            self.emit(Event::Notice(Box::new(notice)));
        }
        if let Some(before) = before.filter(|before| *before != levels) {
            // One that is not here any more is somebody else's by now.
            let is_low = |connection| levels.iter().any(|(other, level)| *other == connection && *level != Level::Ok);
            for (connection, _) in before.into_iter().filter(|(connection, level)| *level != Level::Ok && !is_low(*connection)) {
                self.emit(Event::NoticeOver(connection));
            }
            self.emit(Event::Changed);
        }
        let due = watched.iter().filter_map(|one| one.known.worsens(at)).map(|(t, _)| t.since(at)).min();
        Ok(due.unwrap_or(LONGEST_MS))
    }

    /// Notices of the balances that are low and whose banner was not put away, the worst first.
    pub(crate) async fn notices(&self) -> Result<Vec<Notice>, Error> {
        if !self.is_customer() {
            return Ok(Vec::new());
        }
        let (at, watched) = (self.evaluation_time(), self.store.read(notices::watched).await?);
        let shown = |one: &WatchedBalance| {
            let now = one.known.at(at);
            is_shown(&one.notified, now.level).then(|| notice(one, now, at))
        };
        let mut notices: Vec<_> = watched.iter().filter_map(shown).collect();
        notices.sort_by(|one, other| (other.level, one.balance).cmp(&(one.level, other.balance)));
        Ok(notices)
    }

    pub(crate) async fn put_notice_away(&self, connection: ConnectionId) -> Result<Answer, Error> {
        let at = self.evaluation_time();
        let put_away = move |db: &_| match notices::watched(db)?.into_iter().find(|one| one.connection == connection) {
            Some(mut one) => {
                one.notified.put_away = Some(one.known.at(at).level);
                notices::keep(db, connection, &one.notified)
            }
            None => Ok(()),
        };
        self.store.write(put_away).await?;
        self.emit(Event::Changed);
        Ok(Answer::Done)
    }
}

/// Evaluates within the transaction that keeps the notified levels, so that a sign-out in between leaves nothing of the user behind.
fn keep_notified(db: &rusqlite::Connection, at: UtcMillis) -> Result<Vec<Notice>, Error> {
    let mut due = Vec::new();
    for one in notices::watched(db)? {
        let (notified, notice) = evaluate_watched(&one, at);
        if notified != one.notified {
            notices::keep(db, one.connection, &notified)?;
        }
        due.extend(notice);
    }
    Ok(due)
}
