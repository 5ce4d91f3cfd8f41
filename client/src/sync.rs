//! The sync loop on the device: pull until there is no more, then wait to be woken, or for the floor. Screens never wait for it.

use crate::error::Error;
use crate::host::{Inner, now};
use crate::transport::Socket;
use engine::pull::{Ask, next};
use futures_util::StreamExt;
use protocol::problem::Code;
use protocol::ui::{Event, Phase};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// A device pulls this often though nothing woke it, with up to as much again of jitter: wakes may be lost.
const FLOOR: Duration = Duration::from_secs(30);

/// A wake line is silent for this long only if it is dead.
const SILENCE: Duration = Duration::from_secs(75);

/// Pauses between tries: from one second to thirty, with jitter so that a fleet does not come back in step.
#[derive(Default)]
pub struct Backoff {
    tries: u32,
}

impl Backoff {
    /// Begins anew.
    pub fn reset(&mut self) {
        self.tries = 0;
    }

    /// The next pause.
    pub fn next(&mut self) -> Duration {
        let base = Duration::from_secs(1 << self.tries.min(5)).min(Duration::from_secs(30));
        self.tries += 1;
        base.mul_f64(0.5 + jitter() / 2.0)
    }

    /// Waits.
    pub async fn pause(&mut self) {
        tokio::time::sleep(self.next()).await;
    }
}

/// From 0 to 1; without randomness there is no jitter, which is no harm to one device.
fn jitter() -> f64 {
    let mut byte = [0; 1];
    getrandom::fill(&mut byte).map_or(0.0, |()| f64::from(byte[0]) / 255.0)
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
            Err(Error::Problem(problem)) if matches!(problem.code, Code::Unauthenticated | Code::SessionRevoked) => {
                // An access token that ended on the way: the next round gets another, or learns that the session is over.
                client.forget_access_token().await;
                tokio::select! {
                    () = backoff.pause() => {}
                    _ = nudges.changed() => {}
                }
            }
            Err(error) => {
                tracing::info!(%error, "sync waits");
                client.set_phase(Phase::Offline);
                tokio::select! {
                    () = backoff.pause() => {}
                    _ = nudges.changed() => backoff.reset(),
                }
            }
        }
    }
}

/// Syncs once, then listens until woken.
async fn round(client: &Inner, nudges: &mut watch::Receiver<()>) -> Result<(), Error> {
    let token = client.access_token().await?;
    let welcome = client.transport.hello(&token).await?;
    client.set_skew(welcome.server_time.since(now()));
    // The listener is there before the pull, so that nothing can fall between them.
    let mut wake = client.transport.socket(&token, "/sync/v1/wake").await?;
    let mut heard = Instant::now();
    loop {
        catch_up(client).await?;
        client.set_fresh().await;
        let floor = tokio::time::sleep(FLOOR.mul_f64(1.0 + jitter()));
        tokio::select! {
            news = news(&mut wake, &mut heard) => news?,
            () = floor => {}
            _ = nudges.changed() => if !client.is_signed_in() { return Ok(()) },
        }
    }
}

/// Returns when the server says that there is something new. The server beats every 30 s: a line on which nothing comes for much longer
/// is dead, and would wake nobody.
async fn news(wake: &mut Socket, heard: &mut Instant) -> Result<(), Error> {
    loop {
        let message = tokio::time::timeout_at(*heard + SILENCE, wake.next()).await;
        *heard = Instant::now();
        match message {
            Err(_) => return Err(Error::Unreachable("the server has gone silent".into())),
            Ok(Some(Ok(message))) if message.is_text() => return Ok(()),
            Ok(Some(Ok(message))) if !message.is_close() => {}
            Ok(_) => return Err(Error::Unreachable("the server hung up".into())),
        }
    }
}

/// Takes everything there is.
async fn catch_up(client: &Inner) -> Result<(), Error> {
    let mut changed = false;
    // What was applied before the first question is in the answers.
    let applied = client.store.applied().await?;
    loop {
        let token = client.access_token().await?;
        match next(&client.store.held().await?) {
            Ask::Page { bucket, after } => {
                client.set_phase(Phase::Syncing);
                match client.transport.page(&token, &bucket, after.as_deref()).await {
                    Ok(page) => client.store.take_page(page).await?,
                    // The right to it went while it was on its way: what came of it goes as well.
                    Err(Error::Problem(problem)) if problem.code == Code::NotFound => client.store.drop_bucket(bucket).await?,
                    Err(error) => return Err(error),
                }
                changed = true;
            }
            Ask::Pull(asked) => {
                let pulled = client.transport.pull(&token, &asked).await?;
                let (more, anew) = (pulled.more, !pulled.add.is_empty());
                client.set_skew(pulled.server_time.since(now()));
                changed |= client.store.take_pulled(pulled).await?;
                let whole = client.store.held().await?.iter().all(|held| held.snapshot == engine::pull::Snapshot::Whole);
                if !more && !anew && whole {
                    break;
                }
            }
        }
        if changed {
            client.tell(Event::Changed);
        }
    }
    client.follow_profile().await?;
    if !applied.is_empty() {
        client.store.retire(applied, now()).await?;
        changed = true;
    }
    if changed {
        client.tell(Event::Changed);
        client.tell_outbox().await;
        // A server that was restored is told again what it has forgotten.
        client.wake_outbox();
    }
    Ok(())
}
