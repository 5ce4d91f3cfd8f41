//! Sending what waits in the outbox. It never holds up what comes the other way, and only the server's own word settles anything.

use crate::error::Error;
use crate::host::{Inner, now};
use crate::sync::Backoff;
use protocol::problem::Code;
use protocol::push::{MAX_OPS, Outcome, Push};
use std::sync::Arc;
use std::time::Duration;

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
    /// The server cannot decide some yet: try again after so many seconds.
    Later(u32),
}

async fn batch(client: &Inner) -> Result<Sent, Error> {
    let (outbox, ops) = client.store.take_batch().await?;
    if ops.is_empty() {
        return Ok(Sent::Nothing);
    }
    client.tell_outbox().await;
    let token = client.access_token().await?;
    let full = ops.len() == MAX_OPS;
    let pushed = client.transport.push(&token, &Push { outbox, ops }).await?;
    let later = pushed.results.iter().filter_map(|result| match result.outcome {
        Outcome::RetryAfter { seconds } => Some(seconds),
        _ => None,
    });
    let later = later.max();
    client.store.settle(pushed.results, now()).await?;
    client.tell_outbox().await;
    // What was applied comes back with the next pull, and only then does its overlay go.
    client.nudge();
    Ok(match later {
        Some(seconds) => Sent::Later(seconds.max(1)),
        None if full => Sent::More,
        None => Sent::Nothing,
    })
}
