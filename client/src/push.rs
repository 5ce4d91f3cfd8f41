//! Sending what waits in the outbox: drives the machine's [`Sender`]. It never holds up what comes the other way.

use crate::error::Error;
use crate::host::{Inner, lock, now};
use crate::store::Store;
use crate::store::outbox::counts;
use crate::sync::jitter;
use engine::device::{Heard, Sender};
use engine::pace::Backoff;
use protocol::problem::Code;
use std::sync::Arc;
use std::time::Duration;

/// Until what the server could not decide is looked at again.
const PAUSE: Duration = Duration::from_secs(15);

/// Sends for as long as the client lives.
pub async fn run(client: Arc<Inner>) {
    let mut backoff = Backoff::default();
    let mut work = client.outbox_work();
    loop {
        work.mark_unchanged();
        let sent = if client.is_signed_in() { batch(&client).await } else { Ok(Sent::Nothing) };
        let pause = match sent {
            Ok(Sent::More) => {
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
                if let Err(error) = client.with_sender(Sender::lost).await {
                    tracing::error!(%error, "the outbox cannot be written");
                }
                client.tell_outbox().await;
                Some(Duration::from_millis(backoff.next_ms(jitter())))
            }
        };
        tokio::select! {
            changed = work.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(pause.unwrap_or(Duration::MAX)), if pause.is_some() => {}
        }
    }
}

enum Sent {
    Nothing,
    More,
    /// All that waits was asked to wait.
    Later,
}

async fn batch(client: &Inner) -> Result<Sent, Error> {
    let Some(who) = client.user_id() else { return Ok(Sent::Nothing) };
    if client.store.read(counts).await?.waiting == 0 {
        return Ok(Sent::Nothing);
    }
    // First the token, then the operations, and only of the same account: somebody else may sign in at any moment.
    let token = client.access_token().await?;
    let Some(push) = client.with_sender(move |sender, store| sender.batch(store, who, now())).await? else {
        return Ok(Sent::Later);
    };
    client.tell_outbox().await;
    let pushed = client.transport.push(&token, &push).await?;
    let heard = client.with_sender(move |sender, store| sender.answer(store, &pushed, now())).await?;
    client.tell_outbox().await;
    // What was applied comes back with the next pull, and only then does its overlay go.
    client.nudge();
    Ok(match heard {
        Heard::Settled => Sent::More,
        // The pull wakes the outbox when it has been.
        Heard::OtherLife => Sent::Later,
    })
}

impl Inner {
    async fn with_sender<R: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Sender, &mut Store) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let sender = Arc::clone(&self.sender);
        self.store.off(move |store| job(&mut lock(&sender), &mut store.clone())).await
    }
}
