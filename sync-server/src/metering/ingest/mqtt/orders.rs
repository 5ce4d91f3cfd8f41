//! Commands that are kept on disk, on their way to a meter, and what it answers.

use crate::error::Error;
use crate::metering::live::Order;
use crate::state::App;
use crate::valve::orders;
use crate::valve::orders::{Answered, Which};
use protocol::metering::messages::OrderAck;

/// Takes what is asked of meters, to be sent on their connection. What could not be taken stays, and is taken when they connect again.
pub async fn take(app: &App, meters: Vec<i64>, which: Which) -> Vec<Order> {
    match claim(app, meters, which).await {
        Ok(orders) => orders,
        Err(error) => {
            tracing::warn!(%error, "commands could not be taken");
            Vec::new()
        }
    }
}

async fn claim(app: &App, meters: Vec<i64>, which: Which) -> Result<Vec<Order>, Error> {
    // Of most meters that connect nothing is asked: they do not wait for the writer.
    let asked = app.store.read(move |db| {
        let mut asked = Vec::new();
        for meter in meters {
            if orders::has_open(db, meter)? {
                asked.push(meter);
            }
        }
        Ok(asked)
    });
    let asked = asked.await?;
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let taken = app.store.writer.work(move |tx| orders::claim(tx, &asked, which)).await?;
    Ok(taken.into_iter().map(|(meter, command)| Order { meter, command }).collect())
}

/// Takes an answer of a meter. One that belongs to no command of that meter changes nothing, and is acknowledged: sent again, it would be the same.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn answer(app: &App, meter: i64, ack: OrderAck) -> Result<(), Error> {
    let answered = app.store.writer.work(move |tx| orders::hear(tx, meter, &ack)).await?;
    let outcome = match answered {
        Answered::Changed(_) => "changed",
        Answered::Nothing => "nothing",
        Answered::Unknown => "unknown",
    };
    metrics::counter!("indowater_command_answers_total", "outcome" => outcome).increment(1);
    Ok(())
}
