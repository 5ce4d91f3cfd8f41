//! Hands notifications on, each provider by a task of its own, so that one that is ill keeps no other from it; turns messages to many into
//! notifications; and removes old ones.

use crate::alerts::channels::Channel;
use crate::alerts::rows::announcements as waiting;
use crate::alerts::{announcements, inbox, sending};
use crate::error::Error;
use crate::jobs::repeat;
use crate::state::App;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// Between two looks at what is due.
const EVERY: Duration = Duration::from_secs(1);

/// Between two removals.
const TIDY_EVERY: Duration = Duration::from_secs(6 * 60 * 60);

/// Sends by one channel until the server stops. What is on its way then is finished, so that its outcome is known.
pub async fn run(app: App, channel: Arc<dyn Channel>) {
    let mut often = tokio::time::interval(EVERY);
    often.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = often.tick() => if let Err(error) = send_all(&app, &*channel).await {
                tracing::error!(%error, provider = channel.provider().as_str(), "notifications could not be handed on");
            },
            () = app.stopped() => return,
        }
    }
}

/// Sends as long as full batches are due.
async fn send_all(app: &App, channel: &dyn Channel) -> Result<(), Error> {
    while !*app.stopping.borrow() && sending::round(app, channel).await? == sending::BATCH {}
    Ok(())
}

/// Notifies whoever messages to many are for, until the server stops.
pub async fn announce(app: App) {
    let mut often = tokio::time::interval(EVERY);
    often.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = often.tick() => if let Err(error) = announce_all(&app).await {
                tracing::error!(%error, "messages to many could not be turned into notifications");
            },
            () = app.stopped() => return,
        }
    }
}

/// Notifies all who wait, in parts between which others are served.
async fn announce_all(app: &App) -> Result<(), Error> {
    if !app.store.read(|db| waiting::is_any_waiting(db)).await? {
        return Ok(());
    }
    while !*app.stopping.borrow() && app.store.writer.work(announcements::notify_some).await? {}
    Ok(())
}

/// Removes old notifications until the server stops.
pub async fn tidy(app: App) {
    let remove = |app: App| async move { remove_old(&app).await };
    repeat(app, TIDY_EVERY, "old notifications could not be removed", remove).await;
}

/// Removes notifications that are too old, in parts between which others are served.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn remove_old(app: &App) -> Result<(), Error> {
    while app.store.writer.work(inbox::remove_old).await? {}
    Ok(())
}
