//! What the server does by itself, over and over.

pub mod alerts;
pub mod balances;
pub mod checklists;
pub mod draws;
pub mod health;
pub mod judging;
pub mod leaks;
pub mod money;
pub mod neighbours;
pub mod orders;
pub mod reports;
pub mod results;
pub mod revenue;
pub mod schedules;
pub mod work_notifications;
pub mod zone_losses;

use crate::error::Error;
use crate::state::App;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// Does something now and then again and again, until the server stops. After a run that took longer than the pause the next one waits for a
/// whole pause; one that fails is logged as `failed`.
async fn repeat<F: Future<Output = Result<(), Error>>>(app: App, pause: Duration, failed: &'static str, run: impl Fn(App) -> F) {
    let mut ticks = tokio::time::interval(pause);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => if let Err(error) = run(app.clone()).await {
                tracing::error!(%error, "{failed}");
            },
            () = app.stopped() => return,
        }
    }
}
