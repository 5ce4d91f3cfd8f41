//! Push: drives the engine's [`Sender`] to send the outbox. It never delays pulling.

use crate::core::clock::now;
use crate::core::pace::{before_next_attempt, jitter};
use crate::core::shared::{Shared, lock};
use crate::error::Error;
use crate::store::Store;
use crate::store::outbox::counts;
use crate::store::outbox::send::revert_attempt;
use domain::UserId;
use engine::device::{PushEffect, Sender};
use engine::pace::Backoff;
use protocol::core::problem::Code;
use protocol::sync::push::{Push, Pushed};
use std::sync::Arc;
use std::time::Duration;

/// How long operations wait that the server asked to send later.
const PAUSE: Duration = Duration::from_secs(15);

/// How long a pull waits for the outbox at most.
const DRAIN_WAIT: Duration = Duration::from_secs(1);

/// Sends for as long as the client runs.
pub async fn run(client: Arc<Shared>) {
    let mut backoff = Backoff::default();
    let mut work = client.outbox_work();
    loop {
        work.mark_unchanged();
        let sent = if client.is_signed_in() { drain(&client).await } else { Ok(Sent::Nothing) };
        client.draining.send_replace(false);
        let pause = match sent {
            Ok(Sent::All) => {
                backoff.reset();
                continue;
            }
            Ok(Sent::Nothing) => None,
            Ok(Sent::Later) => Some(PAUSE),
            Err(error) => {
                tracing::info!(%error, "the outbox waits");
                if matches!(&error, Error::Problem(problem) if problem.code == Code::Unauthenticated) {
                    client.forget_access_token().await;
                }
                if error.needs_reopen() {
                    client.reopen_files().await;
                }
                let unreached = matches!(error, Error::Unreached(_));
                let lost = move |sender: &mut Sender, store: &mut Store| {
                    if unreached {
                        store.write_now(revert_attempt)?;
                        return sender.unsent(store);
                    }
                    sender.lost(store)
                };
                if let Err(error) = client.with_sender(lost).await {
                    tracing::error!(%error, "the outbox cannot be written");
                }
                client.refresh_counts().await;
                before_next_attempt(&mut work, Duration::from_millis(backoff.next_ms(jitter()))).await;
                continue;
            }
        };
        tokio::select! {
            changed = work.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(pause.unwrap_or(Duration::MAX)), if pause.is_some() => {}
        }
    }
}

enum Sent {
    /// Nothing waits.
    Nothing,
    /// All operations that can be sent were.
    All,
    /// The server asked all operations that wait to be sent later.
    Later,
}

/// Sends batch by batch. While the server applies one, the answer to the last is recorded here and the next is taken, so that neither waits
/// for the other; a batch is sent when the one before it is answered, so that the order is kept.
async fn drain(client: &Shared) -> Result<Sent, Error> {
    let Some(who) = client.user_id() else { return Ok(Sent::Nothing) };
    if client.store.read(counts).await?.waiting == 0 {
        return Ok(Sent::Nothing);
    }
    // First the token, then the operations, and only those of the same user: somebody else may sign in at any moment.
    let token = client.access_token().await?;
    client.draining.send_replace(true);
    let (_, mut next) = client.record_and_take(None, who).await?;
    if next.is_none() {
        return Ok(Sent::Later);
    }
    let mut answered: Option<Pushed> = None;
    while next.is_some() || answered.is_some() {
        // How much waits is counted while the server works.
        let answer = answered.take();
        let kept = async {
            client.refresh_counts().await;
            client.record_and_take(answer, who).await
        };
        let (pushed, kept) = match next.take() {
            Some(push) => {
                let push = Push { sent: Some(client.stamp()), ..push };
                let (pushed, kept) = tokio::join!(client.transport.push(&token, &push), kept);
                (Some(pushed), kept)
            }
            // Operations that were submitted since the last batch was taken are sent as well.
            None => (None, kept.await),
        };
        let (answer, following) = kept?;
        if answer == Some(PushEffect::OtherEpoch) {
            return Ok(client.wait_for_other_epoch());
        }
        (answered, next) = (pushed.transpose()?, following);
    }
    client.refresh_counts().await;
    // The effects of applied operations come with the next pull, and only then do their overlays end.
    client.request_sync();
    Ok(Sent::All)
}

impl Shared {
    /// Records the server's answer to a batch, and takes the next one.
    async fn record_and_take(&self, answered: Option<Pushed>, who: UserId) -> Result<(Option<PushEffect>, Option<Push>), Error> {
        self.with_sender(move |sender, store| {
            let answer = answered.map(|pushed| sender.answer(store, &pushed, now())).transpose()?;
            let next = if answer == Some(PushEffect::OtherEpoch) { None } else { sender.batch(store, who, now())? };
            Ok((answer, next))
        })
        .await
    }

    /// The server is in another epoch: a pull finds out which operations are to be sent again, and requests the push afterwards.
    fn wait_for_other_epoch(&self) -> Sent {
        self.request_sync();
        Sent::Later
    }

    /// Waits until the outbox is empty or [`DRAIN_WAIT`] has passed: otherwise the effects of each batch would be pulled by themselves, the
    /// same pages again and again.
    pub(crate) async fn outbox_drained(&self) {
        let mut draining = self.draining.subscribe();
        let _ = tokio::time::timeout(DRAIN_WAIT, draining.wait_for(|draining| !draining)).await;
    }

    async fn with_sender<R: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Sender, &mut Store) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let sender = Arc::clone(&self.sender);
        self.store.blocking(move |store| job(&mut lock(&sender), &mut store.clone())).await
    }
}
