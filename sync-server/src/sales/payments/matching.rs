//! Notifications of orders that are not ours by name, and are ours all the same: the gateway calls some by its own name of the transaction.

use crate::core::Tx;
use crate::error::Error;
use crate::sales::cases;
use crate::sales::payments::reports;
use crate::sales::payments::reports::GatewayMessage;
use crate::sales::rows::payments as rows;
use crate::sales::rows::payments::Verdict;
use domain::sales::payment::OrderId;

/// The order of ours that a message is about, if the gateway's own name for it is known here; the gateway is asked about it in any case, even
/// if this server ends now. The message's case is shown to the admins of that order's utility, and to nobody else.
pub(super) fn by_its_name(tx: &mut Tx<'_>, message: &GatewayMessage) -> Result<Option<OrderId>, Error> {
    let names = [message.particulars.gateway_id.as_deref(), Some(message.order.as_str())];
    for name in names.into_iter().flatten() {
        if let Some(payment) = rows::by_gateway_id(tx, name)? {
            rows::ask_from(tx, payment.num, tx.now)?;
            cases::keep_owner(tx, &reports::sameness(Verdict::UnknownOrder, message), payment.purchase)?;
            return Ok(Some(payment.order));
        }
    }
    Ok(None)
}

/// Closes the case of a message whose order has been asked about, if what the message says is known of it now. Otherwise the case stays, and
/// the gateway is to send it again.
pub(super) fn close_if_explained(tx: &mut Tx<'_>, order: &OrderId, message: &GatewayMessage) -> Result<Verdict, Error> {
    let Some(payment) = rows::by_order(tx, order)? else { return Ok(Verdict::UnknownOrder) };
    let agrees = reports::fee(&payment, message).is_some();
    let mut with_it = payment.history.clone();
    if let Some(report) = &message.report {
        with_it.apply(report);
    }
    if !agrees || with_it != payment.history {
        return Ok(Verdict::UnknownOrder);
    }
    // The same key finds the case that was opened for the message.
    let same = reports::sameness(Verdict::UnknownOrder, message);
    let num = cases::open(tx, &message.case(Verdict::UnknownOrder.as_str(), (&same, ""), None))?;
    cases::close_matched(tx, num)?;
    reports::settle_cases(tx, message, order)?;
    Ok(Verdict::Applied)
}
