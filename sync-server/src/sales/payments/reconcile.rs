//! Asking the gateway how payments stand: what was not heard, because notifications get lost, and what was heard, because their signature
//! does not cover what they say.

use crate::core::Tx;
use crate::error::Error;
use crate::sales::payments::store;
use crate::sales::payments::store::{Payment, Verdict};
use crate::sales::payments::{Payments, by_server};
use crate::state::App;
use domain::core::local_time::MINUTE_MS;
use domain::sales::payment::{OrderId, Status};
use std::sync::Arc;
use std::time::Duration;

/// Between two looks at what is due.
const EVERY: Duration = Duration::from_secs(2);

/// Questions in one round.
const AT_ONCE: i64 = 20;

/// A payment that the gateway knows nothing of ends this long after its time.
const GRACE_MS: i64 = 5 * MINUTE_MS;

/// Asks about what is due, until the server stops.
pub async fn watch(app: App, gateway: Arc<Payments>) {
    let mut often = tokio::time::interval(EVERY);
    often.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = often.tick() => {
                if let Err(error) = round(&app, &gateway).await {
                    tracing::error!(%error, "payments could not be reconciled");
                }
            }
            () = app.stopped() => return,
        }
    }
}

async fn round(app: &App, gateway: &Payments) -> Result<(), Error> {
    let now = crate::core::now();
    let due: Vec<Payment> = app.store.read(move |db| store::due(db, now, AT_ONCE)).await?;
    let asked = due.iter().map(|payment| gateway.ask(app, &payment.order));
    futures_util::future::join_all(asked).await.into_iter().try_for_each(|outcome| outcome.map(|_| ()))
}

/// What it means that the gateway knows nothing of a payment: nothing while somebody could still choose how to pay, and then that it is over.
pub(crate) fn unknown(tx: &mut Tx<'_>, order: &OrderId) -> Result<Verdict, Error> {
    let Some(payment) = store::by_order(tx, order)? else { return Ok(Verdict::UnknownOrder) };
    let is_over = tx.now.since(payment.expires_at) > GRACE_MS;
    let is_credited = payment.known.net().0 > 0;
    if payment.known.state().is_open() && is_over {
        let said = by_server(&payment, Status::Expire, "the gateway knows no such order".into());
        store::hear(tx, &said)?;
    }
    // Until then its page may still be paid on, even if it was called off here.
    if is_over && !is_credited {
        store::stop_asking(tx, payment.num)?;
    }
    if is_credited && payment.asked == 1 {
        let detail = "it was credited on a notification's word, and the gateway knows no such order";
        store::audit(tx, order, None, "contradicted", detail)?;
    }
    Ok(Verdict::Known)
}
