//! Pull: drives the engine's [`Reader`] until this device has all that the server has, then waits for a wake or the longest pause. Screens
//! never wait for it.

use crate::core::pace::jitter;
use crate::core::shared::{Shared, lock};
use crate::error::Error;
use crate::store::Store;
use crate::sync::wake::WakeLink;
use engine::device::{Answer, Reader};
use engine::pace::{Backoff, floor_ms};
use engine::pull::Ask;
use protocol::core::problem::Code;
use protocol::sync::pull::Page;
use protocol::ui::{Event, Phase};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Syncs for as long as the client runs.
pub async fn run(client: Arc<Shared>) {
    let mut backoff = Backoff::default();
    let mut requests = client.sync_requests();
    loop {
        requests.mark_unchanged();
        if !client.is_signed_in() {
            client.set_phase(Phase::Idle);
            if requests.changed().await.is_err() {
                return;
            }
            continue;
        }
        match round(&client, &mut requests).await {
            Ok(()) => backoff.reset(),
            Err(error) if error.needs_reopen() => client.reopen_files().await,
            Err(Error::Problem(problem)) if matches!(problem.code, Code::Unauthenticated | Code::SessionRevoked) => {
                // The access token expired during the round: the next one refreshes it, or finds that the session has ended.
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
                _ = requests.changed() => backoff.reset(),
            }
        }
    }
}

/// Syncs until something fails or the user signs out.
async fn round(client: &Arc<Shared>, requests: &mut watch::Receiver<()>) -> Result<(), Error> {
    let token = client.access_token().await?;
    let asked = Instant::now();
    let welcome = client.transport.hello(&token).await?;
    client.set_server_time(welcome.server_time, asked);
    client.keep_utility(welcome.utility).await?;
    // The link is opened before the pull, so that no wake can be missed between them.
    let mut link = WakeLink::open(client, &token).await?;
    loop {
        client.outbox_drained().await;
        client.send_read_marks().await?;
        let caught = catch_up(client).await;
        if caught.is_err() {
            lock(&client.reader).lost();
        }
        caught?;
        client.set_fresh().await;
        client.verify_once();
        let floor = tokio::time::sleep(Duration::from_millis(floor_ms(jitter())));
        tokio::select! {
            wake = link.next_wake(client) => wake?,
            () = floor => {}
            _ = requests.changed() => if !client.is_signed_in() { return Ok(()) },
        }
    }
}

/// Pulls until this device has all that the server has.
async fn catch_up(client: &Arc<Shared>) -> Result<(), Error> {
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
                // A page that fails here is requested again, and then its error is returned.
                Some(ask) => client.ask(&ask).await.ok().map(|answer| (ask, answer)),
                None => None,
            }
        };
        let (step, fetched) = tokio::join!(storing, fetching);
        ahead = fetched;
        if step?.changed {
            changed = true;
            client.emit(Event::Changed);
        }
    }
    client.apply_profile_row().await?;
    if changed {
        client.emit(Event::Changed);
    }
    client.refresh_counts().await;
    // A restored server is sent again the operations that it lacks.
    client.request_push();
    Ok(())
}

impl Shared {
    async fn ask(&self, ask: &Ask) -> Result<Answer, Error> {
        let token = self.access_token().await?;
        let began = Instant::now();
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
                self.set_server_time(pulled.server_time, began);
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
        self.store.blocking(move |store| job(&mut lock(&reader), &mut store.clone())).await
    }

    /// Opens the files again after something corrupt was read. A damaged file is set aside and replaced: the outbox by the operations that can
    /// be read of it, or else the cache by an empty one, whose rows get their overlays again once they have come.
    pub(crate) async fn reopen_files(&self) {
        // Nobody signs in or out meanwhile, and no other task reopens the files.
        let _lock = self.session_lock.lock().await;
        if !self.open_outbox().await {
            if let Err(error) = self.store.blocking(Store::reopen).await {
                tracing::error!(%error, "the damaged cache cannot be set aside");
            }
            self.open_outbox().await;
        }
        self.emit(Event::Changed);
    }

    /// Once a run, in the background: verifies that the rows held are those that were received.
    fn verify_once(self: &Arc<Self>) {
        if std::mem::replace(&mut *lock(&self.verified), true) {
            return;
        }
        let client = Arc::clone(self);
        tokio::spawn(async move {
            match client.store.blocking(Store::verify).await {
                Ok(true) => {
                    tracing::warn!("rows of the cache were lost; they are pulled again");
                    client.request_sync();
                }
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(%error, "the cache cannot be verified");
                    if error.needs_reopen() {
                        client.reopen_files().await;
                        client.request_sync();
                    }
                }
            }
        });
    }
}
