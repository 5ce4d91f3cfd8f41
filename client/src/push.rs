//! Sending what waits in the outbox. It never holds up what comes the other way, and only the server's own word settles anything.

use crate::error::Error;
use crate::host::{Inner, now};
use crate::store::outbox::counts;
use crate::sync::Backoff;
use protocol::problem::Code;
use protocol::push::Push;
use std::sync::Arc;
use std::time::Duration;

/// Seconds until what the server could not decide is looked at again.
const PAUSE_S: u32 = 15;

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
            Ok(Sent::Later(seconds)) => Some(Duration::from_secs(u64::from(seconds))),
            Err(error) => {
                tracing::info!(%error, "the outbox waits");
                if matches!(&error, Error::Problem(problem) if problem.code == Code::Unauthenticated) {
                    client.forget_access_token().await;
                }
                // Without an answer nothing is known: all of it is sent again, under the same identities.
                if let Err(error) = client.store.put_back().await {
                    tracing::error!(%error, "the outbox cannot be written");
                }
                client.tell_outbox().await;
                Some(backoff.next())
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
    /// All that waits was asked to: look again after so many seconds.
    Later(u32),
}

async fn batch(client: &Inner) -> Result<Sent, Error> {
    let Some(who) = client.user_id() else { return Ok(Sent::Nothing) };
    if client.store.read(counts).await?.waiting == 0 {
        return Ok(Sent::Nothing);
    }
    // First the token, then the operations, and only of the same account: somebody else may sign in at any moment.
    let token = client.access_token().await?;
    let (outbox, ops) = client.store.take_batch(who, now()).await?;
    if ops.is_empty() {
        // What waits was asked to wait.
        return Ok(Sent::Later(PAUSE_S));
    }
    client.tell_outbox().await;
    let pushed = client.transport.push(&token, &Push { outbox, ops }).await?;
    client.store.settle(pushed.results, now()).await?;
    client.tell_outbox().await;
    // What was applied comes back with the next pull, and only then does its overlay go.
    client.nudge();
    Ok(Sent::More)
}
