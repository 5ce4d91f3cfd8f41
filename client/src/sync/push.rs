//! Sending what waits in the outbox: drives the machine's [`Sender`]. It never holds up what comes the other way.

use crate::error::Error;
use crate::host::{Inner, lock, now};
use crate::store::Store;
use crate::store::outbox::amend::revert_attempt;
use crate::store::outbox::counts;
use crate::sync::jitter;
use domain::UserId;
use engine::device::{PushEffect, Sender};
use engine::pace::Backoff;
use protocol::core::problem::Code;
use protocol::sync::push::{Push, Pushed};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Until what the server could not decide is looked at again.
const PAUSE: Duration = Duration::from_secs(15);

/// The least between two tries of which the first came to nothing.
const LEAST: Duration = Duration::from_secs(1);

/// The longest that news waits for the outbox.
const DRAINING: Duration = Duration::from_secs(1);

/// Sends for as long as the client lives.
pub async fn run(client: Arc<Inner>) {
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
                    client.mend().await;
                }
                let is_here = matches!(error, Error::Unreached(_));
                let lost = move |sender: &mut Sender, store: &mut Store| {
                    if is_here {
                        store.write_now(revert_attempt)?;
                    }
                    sender.lost(store)
                };
                if let Err(error) = client.with_sender(lost).await {
                    tracing::error!(%error, "the outbox cannot be written");
                }
                client.tell_outbox().await;
                before_next_try(&mut work, Duration::from_millis(backoff.next_ms(jitter()))).await;
                continue;
            }
        };
        tokio::select! {
            changed = work.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(pause.unwrap_or(Duration::MAX)), if pause.is_some() => {}
        }
    }
}

/// Waits before another try. New work ends that, but not at once: whoever edits on and on out of reach does not try at each edit.
pub async fn before_next_try(work: &mut watch::Receiver<()>, pause: Duration) {
    let least = pause.min(LEAST);
    tokio::time::sleep(least).await;
    tokio::select! {
        _ = work.changed() => {}
        () = tokio::time::sleep(pause.saturating_sub(least)) => {}
    }
}

enum Sent {
    Nothing,
    /// What could be sent was.
    All,
    /// All that waits was asked to wait.
    Later,
}

/// Sends batch by batch. While the server applies one, what it said of the last is kept here and the next is taken, so that neither
/// waits for the other; a batch goes when the one before it is answered, so that the order stays.
async fn drain(client: &Inner) -> Result<Sent, Error> {
    let Some(who) = client.user_id() else { return Ok(Sent::Nothing) };
    if client.store.read(counts).await?.waiting == 0 {
        return Ok(Sent::Nothing);
    }
    // First the token, then the operations, and only of the same account: somebody else may sign in at any moment.
    let token = client.access_token().await?;
    client.draining.send_replace(true);
    let (_, mut next) = client.keep_and_take(None, who).await?;
    if next.is_none() {
        return Ok(Sent::Later);
    }
    let mut answered: Option<Pushed> = None;
    while next.is_some() || answered.is_some() {
        // How much waits is counted while the server works.
        let answer = answered.take();
        let kept = async {
            client.tell_outbox().await;
            client.keep_and_take(answer, who).await
        };
        let (pushed, kept) = match next.take() {
            Some(push) => {
                let (pushed, kept) = tokio::join!(client.transport.push(&token, &push), kept);
                (Some(pushed), kept)
            }
            // What was done since the last batch was taken goes as well.
            None => (None, kept.await),
        };
        let (heard, following) = kept?;
        if heard == Some(PushEffect::OtherEpoch) {
            return Ok(client.told_of_other_life());
        }
        (answered, next) = (pushed.transpose()?, following);
    }
    client.tell_outbox().await;
    // What was applied comes back with the next pull, and only then does its overlay go.
    client.nudge();
    Ok(Sent::All)
}

impl Inner {
    /// Keeps what the server said of a batch, and takes the next one.
    async fn keep_and_take(&self, answered: Option<Pushed>, who: UserId) -> Result<(Option<PushEffect>, Option<Push>), Error> {
        self.with_sender(move |sender, store| {
            let heard = answered.map(|pushed| sender.answer(store, &pushed, now())).transpose()?;
            let next = if heard == Some(PushEffect::OtherEpoch) { None } else { sender.batch(store, who, now())? };
            Ok((heard, next))
        })
        .await
    }

    /// A pull says what is to be sent again, and wakes the outbox when it has been.
    fn told_of_other_life(&self) -> Sent {
        self.nudge();
        Sent::Later
    }

    /// Waits until the outbox is empty or [`DRAINING`] has passed: each batch would otherwise be pulled back for itself, page by page
    /// the same ones again and again.
    pub(crate) async fn outbox_drained(&self) {
        let mut draining = self.draining.subscribe();
        let _ = tokio::time::timeout(DRAINING, draining.wait_for(|draining| !draining)).await;
    }

    async fn with_sender<R: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Sender, &mut Store) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let sender = Arc::clone(&self.sender);
        self.store.off(move |store| job(&mut lock(&sender), &mut store.clone())).await
    }
}
