//! Judges anew what an older release judged by rules that are gone, one meter at a time, so that others are served in between.

use crate::cases::events::judge_again;
use crate::cases::rows::events;
use crate::error::Error;
use crate::metering::judging::rebuild;
use crate::metering::rows::readings;
use crate::state::App;

/// Runs until no meter is left, or the server stops.
pub async fn run(app: App) {
    loop {
        tokio::select! {
            done = next(&app) => match done {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    tracing::error!(%error, "what a meter sent could not be judged anew; a restart of the server tries again");
                    return;
                }
            },
            () = app.stopped() => return,
        }
    }
}

async fn next(app: &App) -> Result<bool, Error> {
    let Some(meter) = app.store.read(|db| readings::next_to_judge(db)).await? else { return next_events(app).await };
    let judged = app.store.writer.work(move |tx| {
        rebuild(tx, meter)?;
        readings::mark_judged(tx, meter)
    });
    judged.await?;
    Ok(true)
}

async fn next_events(app: &App) -> Result<bool, Error> {
    let Some((meter, since)) = app.store.read(|db| events::next_to_judge(db)).await? else { return Ok(false) };
    let judged = app.store.writer.work(move |tx| {
        judge_again(tx, meter, since)?;
        events::mark_judged(tx, meter)
    });
    judged.await?;
    Ok(true)
}
