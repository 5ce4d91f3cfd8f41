//! Taking what the server has: drives the machine's [`Reader`] until there is no more, then waits to be woken, or for the floor. Screens
//! never wait for it.

pub(crate) mod editing;
pub(crate) mod evidence;
pub(crate) mod push;
pub(crate) mod wake;

use crate::error::Error;
use crate::host::{Inner, lock, now};
use crate::store::Store;
use crate::sync::wake::Line;
use engine::device::{Answer, Reader};
use engine::pace::{Backoff, floor_ms};
use engine::pull::Ask;
use protocol::core::problem::Code;
use protocol::sync::pull::Page;
use protocol::ui::{Event, Phase};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Any number; without randomness there is no jitter, which is no harm to one device.
pub fn jitter() -> u8 {
    let mut byte = [0; 1];
    getrandom::fill(&mut byte).map_or(0, |()| byte[0])
}

/// Syncs for as long as the client lives.
pub async fn run(client: Arc<Inner>) {
    let mut backoff = Backoff::default();
    let mut nudges = client.nudges();
    loop {
        nudges.mark_unchanged();
        if !client.is_signed_in() {
            client.set_phase(Phase::Idle);
            if nudges.changed().await.is_err() {
                return;
            }
            continue;
        }
        match round(&client, &mut nudges).await {
            Ok(()) => backoff.reset(),
            Err(error) if error.needs_reopen() => client.mend().await,
            Err(Error::Problem(problem)) if matches!(problem.code, Code::Unauthenticated | Code::SessionRevoked) => {
                // An access token that ended on the way: the next round gets another, or learns that the session is over.
                client.forget_access_token().await;
            }
            Err(error) => {
                tracing::info!(%error, "sync waits");
                client.set_phase(Phase::Offline);
            }
        }
        if client.is_signed_in() {
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(backoff.next_ms(jitter()))) => {}
                _ = nudges.changed() => backoff.reset(),
            }
        }
    }
}

/// Syncs until something goes wrong or nobody is signed in any more.
async fn round(client: &Arc<Inner>, nudges: &mut watch::Receiver<()>) -> Result<(), Error> {
    let token = client.access_token().await?;
    let welcome = client.transport.hello(&token).await?;
    client.set_skew(welcome.server_time.since(now()));
    client.keep_utility(welcome.utility).await?;
    // The listener is there before the pull, so that nothing can fall between them.
    let mut line = Line::open(client, &token).await?;
    loop {
        client.outbox_drained().await;
        let caught = catch_up(client).await;
        if caught.is_err() {
            lock(&client.reader).lost();
        }
        caught?;
        client.set_fresh().await;
        client.verify_once();
        let floor = tokio::time::sleep(Duration::from_millis(floor_ms(jitter())));
        tokio::select! {
            news = line.news(client) => news?,
            () = floor => {}
            _ = nudges.changed() => if !client.is_signed_in() { return Ok(()) },
        }
    }
}

/// Takes everything there is.
async fn catch_up(client: &Arc<Inner>) -> Result<(), Error> {
    let mut changed = false;
    let mut ahead: Option<(Ask, Answer)> = None;
    while let Some(ask) = client.with_reader(Reader::ask).await? {
        let answer = match ahead.take() {
            Some((asked, answer)) if asked == ask => answer,
            _ => client.ask(&ask).await?,
        };
        // The next page is on its way while this one is being stored.
        let next = match &answer {
            Answer::Page(page) => client.ahead(&ask, page),
            _ => None,
        };
        if next.is_some() {
            client.set_phase(Phase::Syncing);
        }
        let storing = client.with_reader(move |reader, store| reader.answer(store, &ask, &answer));
        let fetching = async {
            match next {
                // What goes wrong here is asked again, and then said.
                Some(ask) => client.ask(&ask).await.ok().map(|answer| (ask, answer)),
                None => None,
            }
        };
        let (step, fetched) = tokio::join!(storing, fetching);
        ahead = fetched;
        if step?.changed {
            changed = true;
            client.tell(Event::Changed);
        }
    }
    client.follow_profile().await?;
    if changed {
        client.tell(Event::Changed);
    }
    client.tell_outbox().await;
    // A server that was restored is told again what it has forgotten.
    client.wake_outbox();
    Ok(())
}

impl Inner {
    async fn ask(&self, ask: &Ask) -> Result<Answer, Error> {
        let token = self.access_token().await?;
        let answer = match ask {
            Ask::Pull(asked) => self.transport.pull(&token, asked).await.map(Answer::Pulled),
            Ask::Page { bucket, range } => self.transport.page(&token, bucket, range).await.map(Answer::Page),
            Ask::Manifest { bucket, after } => {
                self.transport.manifest(&token, bucket, after.as_deref()).await.map(Answer::Manifest)
            }
        };
        match answer {
            Err(Error::Problem(problem)) if problem.code == Code::NotFound => Ok(Answer::NotFound),
            Ok(Answer::Pulled(pulled)) => {
                self.set_skew(pulled.server_time.since(now()));
                Ok(Answer::Pulled(pulled))
            }
            other => other,
        }
    }

    fn ahead(&self, ask: &Ask, page: &Page) -> Option<Ask> {
        lock(&self.reader).ahead(ask, page)
    }

    async fn with_reader<R: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Reader, &mut Store) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let reader = Arc::clone(&self.reader);
        self.store.off(move |store| job(&mut lock(&reader), &mut store.clone())).await
    }

    /// Opens the files again; what is damaged of them is moved aside and begun anew: the outbox with what can be read of it, or else the
    /// cache, over whose rows lies again what waits once they have come.
    pub(crate) async fn mend(&self) {
        // Nobody signs in or out, or mends, meanwhile.
        let _turn = self.turn.lock().await;
        if !self.open_outbox().await {
            if let Err(error) = self.store.off(Store::reopen).await {
                tracing::error!(%error, "the damaged cache cannot be moved aside");
            }
            self.open_outbox().await;
        }
        self.tell(Event::Changed);
    }

    /// Once a run, in the background: proves that the rows held are those that were taken.
    fn verify_once(self: &Arc<Self>) {
        if std::mem::replace(&mut *lock(&self.verified), true) {
            return;
        }
        let client = Arc::clone(self);
        tokio::spawn(async move {
            match client.store.off(Store::verify).await {
                Ok(true) => {
                    tracing::warn!("rows of the cache were lost; they are taken again");
                    client.nudge();
                }
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(%error, "the cache cannot be verified");
                    if error.needs_reopen() {
                        client.mend().await;
                        client.nudge();
                    }
                }
            }
        });
    }
}
