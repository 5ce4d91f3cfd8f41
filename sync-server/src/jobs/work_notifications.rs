//! Notifies of work at the hours of a day (`maintenance::notifications`): visits that have come near and those of tomorrow, technicians' days, and what is
//! overdue. Each look is made once a day in each time zone. After a restart within its hours it is made again, and changes nothing: each notification
//! is there once.

use crate::core::Tx;
use crate::error::Error;
use crate::maintenance::notifications;
use crate::maintenance::rows::notifications as rows;
use crate::maintenance::rows::notifications::OrderAt;
use crate::reports::rows::schedules;
use crate::state::App;
use domain::maintenance::notifications::{Daily, VISIT_AHEAD_MS};
use domain::{LocalDay, TimeZone, UtcMillis};
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// Between two looks at the clock.
const EVERY: Duration = Duration::from_secs(60);

/// Notifications that one transaction writes, and a few more where a customer has several users.
const TOGETHER: usize = 100;

/// For which day each look was made, by time zone.
type Made = HashMap<(Daily, TimeZone), LocalDay>;

/// Runs until the server stops.
pub async fn run(app: App) {
    let mut made = Made::new();
    let mut often = tokio::time::interval(EVERY);
    often.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = often.tick() => if look(&app, app.store.clock.now(), &mut made).await.is_err() {
                return;
            },
            () = app.stopped() => return,
        }
    }
}

/// Looks for what is due at an instant.
///
/// # Errors
/// The server is stopping.
pub async fn once_at(app: &App, at: UtcMillis) -> Result<(), Error> {
    look(app, at, &mut Made::new()).await
}

/// Makes the looks that are due at an instant and were not made. One that fails is logged, keeps no other from it, and is made in the next look.
async fn look(app: &App, at: UtcMillis, made: &mut Made) -> Result<(), Error> {
    for (zone, daily) in TimeZone::ALL.into_iter().flat_map(|zone| Daily::ALL.map(|daily| (zone, daily))) {
        let Some(day) = daily.due(zone, at).filter(|day| made.get(&(daily, zone)) != Some(day)) else { continue };
        match make(app, daily, (zone, day), at).await {
            Ok(()) => {
                made.insert((daily, zone), day);
            }
            Err(Error::Stopped) => return Err(Error::Stopped),
            Err(error) => tracing::error!(%error, ?daily, zone = zone.iana(), "nobody could be notified of work"),
        }
    }
    Ok(())
}

async fn make(app: &App, daily: Daily, (zone, day): (TimeZone, LocalDay), at: UtcMillis) -> Result<(), Error> {
    let starts = |days| zone.start_of(day.plus(days));
    match daily {
        Daily::Workday => {
            let within = (starts(0), starts(1));
            let found = app.store.read(move |db| rows::workdays(db, within, zone)).await?;
            each(app, at, found, move |tx, jobs| notifications::workday(tx, (day, zone), jobs)).await
        }
        Daily::Overdue => {
            let found = app.store.read(move |db| {
                let mut found = rows::overdue(db, at)?;
                let mut zones = Vec::new();
                for (utility, _) in &found {
                    zones.push(schedules::time_zone(db, *utility)?);
                }
                let mut zones = zones.into_iter();
                found.retain(|_| zones.next() == Some(zone));
                Ok(found)
            });
            each(app, at, found.await?, move |tx, (utility, orders)| notifications::overdue(tx, utility, (day, orders))).await
        }
        Daily::Visits => {
            let within = (at.plus(1), at.plus(VISIT_AHEAD_MS + 1));
            let found = app.store.read(move |db| rows::ahead(db, within, zone, false)).await?;
            each(app, at, found, notifications::settle).await
        }
        Daily::Reminders => {
            let within = (starts(1), starts(2));
            let found = app.store.read(move |db| rows::ahead(db, within, zone, true)).await?;
            each(app, at, found, move |tx, order: OrderAt| notifications::remind(tx, order, day)).await
        }
    }
}

/// Does something for each of what was found, in transactions between which others are served.
async fn each<T, F>(app: &App, at: UtcMillis, found: Vec<T>, act: F) -> Result<(), Error>
where
    T: Copy + Send + Sync + 'static,
    F: Fn(&mut Tx<'_>, T) -> Result<(), Error> + Copy + Send + 'static,
{
    for part in found.chunks(TOGETHER) {
        let part = part.to_vec();
        let work = app.store.writer.work(move |tx| {
            tx.now = at;
            part.into_iter().try_for_each(|one| act(tx, one))
        });
        work.await?;
        if *app.stopping.borrow() {
            return Err(Error::Stopped);
        }
    }
    Ok(())
}
