//! What admins ask of a meter beside moving its valve: to read now, to restart, to report at another interval (`domain::valve::task`). They are
//! meter orders like any other, of the meter and for no connection, so that they leave alone what the balance decides.

use crate::core::scope::Caller;
use crate::core::{Tx, audit};
use crate::error::Error;
use crate::valve::by_hand::{check_reasons, refused, shown, spot};
use crate::valve::orders;
use crate::valve::orders::NewOrder;
use crate::valve::rows::by_hand as rows;
use domain::valve::by_hand::Refusal;
use domain::valve::decision::Cause;
use domain::valve::task::MeterTask;
use protocol::core::problem::Code;
use protocol::metering::messages::OrderAction;
use protocol::sync::rows::Entity;
use protocol::valve::orders::{MeterTaskRequest, MeterValve};

fn task(asked: &MeterTaskRequest) -> Result<MeterTask, Error> {
    let task = match (asked.action, asked.interval_s) {
        (OrderAction::ReadNow, None) => MeterTask::ReadNow,
        (OrderAction::Restart, None) => MeterTask::Restart,
        (OrderAction::SetInterval, Some(interval_s)) => MeterTask::SetInterval { interval_s },
        _ => {
            return Err(Error::problem(
                Code::BadRequest,
                "`do` is `read_now`, `restart`, or `set_interval` with its `interval_s`",
            ));
        }
    };
    if !task.is_allowed() {
        return Err(Error::problem(
            Code::BadRequest,
            "order_interval: a meter reports once a day at least, and once a minute at most",
        ));
    }
    Ok(task)
}

/// Asks something of a meter, once for each key; returns what its page shows then.
///
/// # Errors
/// It is refused: the detail begins with the reason's word (`order_interval`, `valve_reason`, `not_installed`, `order_open`, `key`);
/// [`Code::NotFound`] if there is no such meter; or the database.
pub fn order(tx: &mut Tx<'_>, admin: &Caller, asked: &MeterTaskRequest) -> Result<MeterValve, Error> {
    let task = task(asked)?;
    if let Some(known) = rows::ordered(tx, asked.key)? {
        let is_same = known.utility == admin.utility && known.action == asked.action.as_str() && known.cause == Cause::Person;
        let other = || Error::problem(Code::BadRequest, "key: another order has this identifier");
        return if is_same { shown(tx, &spot(tx, admin.utility, known.meter)?, tx.now) } else { Err(other()) };
    }
    let spot = spot(tx, admin.utility, asked.meter)?;
    check_reasons(&asked.reason, "")?;
    if !spot.place.is_installed {
        return Err(refused(Refusal::NotInstalled));
    }
    let new = NewOrder {
        meter: spot.meter,
        connection: None,
        action: asked.action,
        interval_s: asked.interval_s,
        until: tx.now.plus(task.holds_ms()),
        cause: Cause::Person,
        who: Some(admin.num),
        reason: &asked.reason,
        despite_protected: "",
    };
    if !orders::create_as(tx, asked.key, &new)? {
        return Err(refused(Refusal::Ordered));
    }
    let entry = audit::Entry::by(admin, ("order_meter", asked.key), (Entity::Meter as u8, spot.id.0));
    let interval = asked.interval_s.map(|interval_s| ("report_interval", interval_s.to_string()));
    let said = [("meter_order", asked.action.as_str().to_owned()), ("reason", asked.reason.clone())];
    let said = said.into_iter().chain(interval).map(|(field, value)| (field, String::new(), value));
    audit::record(tx, &entry, said)?;
    shown(tx, &spot, tx.now)
}
