//! What a customer does with a purchase that waits, beside paying it: to cancel it, and to have the gateway asked about it now. A payment is ended
//! at the gateway first, so that nobody pays what is not wanted any more.

use crate::core::scope;
use crate::core::scope::Caller;
use crate::error::Error;
use crate::sales::payments::Payments;
use crate::sales::purchases::{Purchase, PurchaseState, in_scope};
use crate::sales::rows::payments as rows;
use crate::sales::settlement;
use crate::state::App;
use domain::sales::payment::OrderId;
use protocol::core::problem::Code;
use uuid::Uuid;

impl Payments {
    /// Cancels a purchase that waits, with its payment. The same again changes nothing.
    ///
    /// # Errors
    /// It was paid (`paid`): then it is credited; it is not in the caller's scope; it was tried often just now; or the gateway cannot be
    /// reached, and nothing has changed.
    pub async fn cancel_purchase(&self, app: &App, caller: Caller, id: Uuid) -> Result<Purchase, Error> {
        // A payment that is being started would be open once the purchase is not.
        let _lock = self.locks.lock(id).await;
        let reader = caller.clone();
        let open = app.store.read_of(caller.source(), move |db| {
            scope::require_unchanged(db, &reader)?;
            in_scope(db, &reader, id)?;
            Ok(rows::newest_of(db, id)?.filter(|payment| payment.history.state().is_open()))
        });
        if let Some(open) = open.await? {
            if self.checks.check_key(&id).is_err() {
                return Err(Error::problem(Code::RateLimited, "this purchase was asked about often just now"));
            }
            self.end_for_another(app, &open, caller.num).await?;
        }
        app.store.writer.of(caller.source()).work(move |tx| settlement::cancel(tx, &caller, id)).await
    }

    /// Asks the gateway about a purchase that waits, unless it was asked often just now; returns the purchase as it is then.
    ///
    /// # Errors
    /// It is not in the caller's scope, or the store. A gateway that cannot be reached changes nothing.
    pub async fn check_purchase(&self, app: &App, caller: Caller, id: Uuid) -> Result<Purchase, Error> {
        self.checks.retain_recent();
        let reader = caller.clone();
        let purchase = app.store.read_of(caller.source(), move |db| {
            scope::require_unchanged(db, &reader)?;
            in_scope(db, &reader, id)
        });
        let purchase = purchase.await?;
        let order: Option<OrderId> = purchase.order.as_deref().and_then(|order| order.parse().ok());
        let Some(order) = order.filter(|_| purchase.state == PurchaseState::Pending && self.checks.check_key(&id).is_ok()) else {
            return Ok(purchase);
        };
        self.ask_for(app, &order, false).await?;
        app.store.read_of(caller.source(), move |db| in_scope(db, &caller, id)).await
    }
}
