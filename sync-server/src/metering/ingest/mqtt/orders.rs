//! Stored meter orders on their way to a meter, and the acknowledgements that come back.

use crate::core::turns::Source;
use crate::error::Error;
use crate::metering::fleet;
use crate::metering::live::Order;
use crate::state::App;
use crate::valve::orders;
use crate::valve::orders::{Acknowledged, Claim};
use domain::valve::order::OrderState;
use protocol::metering::messages::{OrderAck, Status};

/// Claims the orders of meters for their MQTT session. If they cannot be claimed they stay, and are claimed when the meters connect again.
pub async fn claim(app: &App, meters: Vec<i64>, claim: Claim) -> Vec<Order> {
    match claim_open(app, meters, claim).await {
        Ok(orders) => orders,
        Err(error) => {
            tracing::warn!(%error, "meter orders could not be claimed");
            Vec::new()
        }
    }
}

async fn claim_open(app: &App, meters: Vec<i64>, claim: Claim) -> Result<Vec<Order>, Error> {
    // Most meters that connect have no order: they do not wait for the writer.
    let ordered = app.store.read(move |db| {
        let mut ordered = Vec::new();
        for meter in meters {
            if orders::has_open(db, meter)? {
                ordered.push(meter);
            }
        }
        Ok(ordered)
    });
    let ordered = ordered.await?;
    if ordered.is_empty() {
        return Ok(Vec::new());
    }
    let claimed = app.store.writer.work(move |tx| orders::claim(tx, &ordered, claim)).await?;
    Ok(claimed.into_iter().map(|(meter, order)| Order { meter, order }).collect())
}

/// Applies a meter's acknowledgement. One that belongs to no order of that meter changes nothing, and its message is acknowledged: sent again, it
/// would be the same. A meter that reports at another interval now is judged by it, whether or not it says so itself.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn acknowledge(app: &App, meter: i64, ack: OrderAck) -> Result<(), Error> {
    let writer = app.store.writer.of(Source::meter(meter));
    let applied = writer.work(move |tx| {
        let outcome = orders::acknowledge(tx, meter, &ack)?;
        if outcome == Acknowledged::Changed(OrderState::Completed)
            && let Some(interval_s) = orders::interval_of(tx, meter, ack.id)?
        {
            fleet::take_status(tx, meter, &Status { online: true, fw: None, interval_s: Some(interval_s) })?;
        }
        Ok(outcome)
    });
    let outcome = match applied.await? {
        Acknowledged::Changed(_) => "changed",
        Acknowledged::Unchanged => "nothing",
        Acknowledged::UnknownOrder => "unknown",
    };
    metrics::counter!("indowater_command_answers_total", "outcome" => outcome).increment(1);
    Ok(())
}
