//! Low balances: looked at after each round of sync, whenever the cache changes, and when one is due to cross a level by its usual use. The
//! host is told once for a level, and words and shows it.
//!
//! What was told is written first, and told then. An app that is killed between the two shows no notification of that level any more; its
//! banner is there all the same. The other order would show it twice.

use crate::alerts::words;
use crate::alerts::words::Words;
use crate::error::Error;
use crate::host::{Client, Inner, lock, now};
use crate::store::rows::notices;
use crate::store::rows::notices::Watched;
use domain::alerts::notice::{Look, Now, Say, is_shown, look};
use domain::billing::balance::Level;
use domain::people::Role;
use domain::{ConnectionId, UtcMillis};
use protocol::ui::{Answer, Event, Notice, Phase};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

/// Between two looks at most, in milliseconds: a machine that slept does not count what it slept through.
const LONGEST_MS: i64 = 60_000;

/// And at least.
const SHORTEST_MS: i64 = 1_000;

/// What tells the time to notices.
#[derive(Clone, Debug)]
pub enum Clock {
    /// This device's.
    System,
    /// This device's, so many milliseconds ahead: a demo of the days to come.
    Ahead(i64),
    /// Whatever was sent last: a test's.
    Set(watch::Receiver<UtcMillis>),
}

impl Clock {
    /// The instant it is.
    pub fn now(&self) -> UtcMillis {
        match self {
            Self::System => now(),
            Self::Ahead(ms) => now().plus(*ms),
            Self::Set(told) => *told.borrow(),
        }
    }

    /// Returns when it was set to another instant; never, where nobody sets it.
    async fn set(&mut self) {
        if let Self::Set(told) = self
            && told.changed().await.is_ok()
        {
            return;
        }
        std::future::pending().await
    }
}

/// Looks for as long as the client lives, from when the first host listens.
pub(crate) async fn run(client: Arc<Inner>) {
    if client.listened.subscribe().wait_for(|listened| *listened).await.is_err() {
        return;
    }
    let (mut heard, mut clock) = (client.heard(), client.clock.clone());
    let mut open = None;
    loop {
        let pause = match client.look(&mut open).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::warn!(%error, "balances cannot be looked at");
                LONGEST_MS
            }
        };
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(pause.clamp(SHORTEST_MS, LONGEST_MS) as u64)) => {}
            () = news(&mut heard) => {}
            () = clock.set() => {}
        }
    }
}

/// Returns when there may be something new to look at.
async fn news(heard: &mut Receiver<Event>) {
    loop {
        match heard.recv().await {
            Ok(Event::Changed | Event::Sync(_) | Event::Session(_)) | Err(RecvError::Lagged(_)) => return,
            Ok(_) => {}
            // It ends with the client.
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

fn notice(watched: &Watched, is: Now, at: UtcMillis) -> Notice {
    Notice {
        connection: watched.connection,
        label: watched.label.clone(),
        level: is.level,
        balance: is.standing.balance,
        tenths_of_days: is.standing.tenths_of_days_left,
        basis: is.basis,
        at,
    }
}

/// What is to be remembered after a look, and what is to be told.
fn looked(watched: &Watched, at: UtcMillis) -> (Look, Option<Notice>) {
    let done = look(watched.told, &watched.known, at);
    let told = match done.say {
        Say::Tell(is) => Some(notice(watched, is, at)),
        Say::Nothing => None,
    };
    (done, told)
}

impl Client {
    /// A notice's words in the language of this device's screens.
    pub fn words(&self, notice: &Notice) -> Words {
        words::of_notice(notice, self.inner.session().preferences.language)
    }
}

impl Inner {
    fn is_customer(&self) -> bool {
        lock(&self.user).as_ref().is_some_and(|user| user.role == Role::Customer)
    }

    /// This device's clock as the server's goes.
    fn judging_now(&self) -> UtcMillis {
        self.clock.now().plus(lock(&self.sync).skew_ms)
    }

    /// Looks at each balance and tells what is to be told; returns the milliseconds until the next level is due. `open` is what the
    /// screens show: they are told when it is something else.
    async fn look(&self, open: &mut Option<Vec<(ConnectionId, Level)>>) -> Result<i64, Error> {
        // A balance of yesterday may have been topped up since: whether the server can be reached has to be known before that is reckoned.
        if !self.is_customer() || !matches!(self.phase(), Phase::Live | Phase::Offline) {
            return Ok(LONGEST_MS);
        }
        let at = self.judging_now();
        let watched = self.store.read(notices::watched).await?;
        let mut told = Vec::new();
        if watched.iter().any(|one| looked(one, at).0.told != one.told) {
            told = self.store.write(move |db| remember(db, at)).await?;
        }
        let now_open: Vec<_> = watched.iter().map(|one| (one.connection, one.known.at(at).level)).collect();
        let before = open.replace(now_open.clone());
        if !told.is_empty() || before.as_ref() != Some(&now_open) {
            let low = now_open.iter().filter(|(_, level)| *level != Level::Ok).count();
            tracing::info!(low, told = told.len(), "balances were looked at");
        }
        for notice in told {
            self.tell(Event::Notice(Box::new(notice)));
        }
        if let Some(before) = before.filter(|before| *before != now_open) {
            let is_well = |connection| now_open.iter().any(|(other, level)| *other == connection && *level == Level::Ok);
            for (connection, _) in before.into_iter().filter(|(connection, level)| *level != Level::Ok && is_well(*connection)) {
                self.tell(Event::NoticeOver(connection));
            }
            self.tell(Event::Changed);
        }
        let due = watched.iter().filter_map(|one| one.known.worsens(at)).map(|(t, _)| t.since(at)).min();
        Ok(due.unwrap_or(LONGEST_MS))
    }

    /// The balances that are low and whose banner was not put away, the worst first.
    pub(crate) async fn notices(&self) -> Result<Vec<Notice>, Error> {
        if !self.is_customer() {
            return Ok(Vec::new());
        }
        let (at, watched) = (self.judging_now(), self.store.read(notices::watched).await?);
        let open = |one: &Watched| {
            let is = one.known.at(at);
            is_shown(&one.told, is.level).then(|| notice(one, is, at))
        };
        let mut notices: Vec<_> = watched.iter().filter_map(open).collect();
        notices.sort_by(|one, other| (other.level, one.balance).cmp(&(one.level, other.balance)));
        Ok(notices)
    }

    pub(crate) async fn put_notice_away(&self, connection: ConnectionId) -> Result<Answer, Error> {
        let at = self.judging_now();
        let put_away = move |db: &_| match notices::watched(db)?.into_iter().find(|one| one.connection == connection) {
            Some(mut one) => {
                one.told.put_away = Some(one.known.at(at).level);
                notices::keep(db, connection, &one.told)
            }
            None => Ok(()),
        };
        self.store.write(put_away).await?;
        self.tell(Event::Changed);
        Ok(Answer::Done)
    }
}

/// Looks within the transaction that remembers it, so that a sign-out in between leaves nothing of the user behind.
fn remember(db: &rusqlite::Connection, at: UtcMillis) -> Result<Vec<Notice>, Error> {
    let mut told = Vec::new();
    for one in notices::watched(db)? {
        let (done, notice) = looked(&one, at);
        if done.told != one.told {
            notices::keep(db, one.connection, &done.told)?;
        }
        told.extend(notice);
    }
    Ok(told)
}
