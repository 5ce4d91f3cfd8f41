//! Valves that admins open and close by hand: an order with a reason, which stands against the balance's decisions (`domain::valve::by_hand`).

use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use crate::valve::hold;
use crate::valve::orders;
use crate::valve::orders::NewOrder;
use crate::valve::rows::by_hand as rows;
use crate::valve::rows::by_hand::Spot;
use crate::valve::rows::orders::{OrderKey, ValveOrder, list};
use crate::valve::rows::policy::holidays_from;
use domain::billing::balance::Protected;
use domain::valve::by_hand::{Refusal, Wanted, is_reason};
use domain::valve::decision::{Cause, Held, ValveTask, held};
use domain::valve::order::OrderState;
use domain::{MeterId, UtcMillis};
use protocol::core::problem::Code;
use protocol::metering::messages::OrderAction;
use protocol::sync::rows::Entity;
use protocol::valve::orders::{COMMANDS, MeterValve, ValveRequest, ValveWithdrawal};

/// Why an order ended that was never sent, as it is stored.
const WITHDRAWN: &str = "withdrawn";

fn refused(refusal: Refusal) -> Error {
    let sentence = match refusal {
        Refusal::NotInstalled => "the meter is installed nowhere",
        Refusal::NoValve => "the meter reports, and has never reported a valve",
        Refusal::Ordered => "somebody has ordered the same, and that has not ended: withdraw it, or wait",
        Refusal::Protected => "valves stay open now: say in `despite_protected` why this one is closed all the same",
    };
    Error::problem(Code::BadRequest, format!("{}: {sentence}", refusal.as_str()))
}

fn protected(db: &Db, spot: &Spot, now: UtcMillis) -> Result<Protected, Error> {
    let (from_hour, until_hour) = spot.protected;
    Ok(Protected { from_hour, until_hour, holidays: holidays_from(db, spot.utility, spot.zone.day_of(now))? })
}

fn spot(db: &Db, utility: i64, meter: MeterId) -> Result<Spot, Error> {
    rows::spot(db, utility, meter)?.ok_or_else(|| Error::problem(Code::NotFound, "there is no such meter"))
}

/// The valve of a meter of the caller's utility: its orders, and what may be done with it.
///
/// # Errors
/// [`Code::NotFound`] if there is no such meter, or the database.
pub fn of_meter(db: &Db, caller: &Caller, meter: MeterId, now: UtcMillis) -> Result<MeterValve, Error> {
    shown(db, &spot(db, caller.utility, meter)?, now)
}

fn shown(db: &Db, spot: &Spot, now: UtcMillis) -> Result<MeterValve, Error> {
    let recent = hold::recent(db, spot.meter)?;
    // Without a connection there is no credit for which an order could be.
    let connection = spot.connection.unwrap_or_default();
    let protected = protected(db, spot, now)?;
    Ok(MeterValve {
        orders: list(db, spot.meter, COMMANDS)?,
        by_hand: hold::by_hand(&recent, connection),
        for_credit: held(hold::newest(&recent, connection)) != Held::No,
        refusal: spot.place.can_be_moved().err().map(|refusal| refusal.as_str().to_owned()),
        protected_until: protected.covers(now, spot.zone).then(|| protected.ends(now, spot.zone)).flatten(),
    })
}

/// The meter that is meant: the one that is named, or the one at the connection that is named.
fn meant(db: &Db, utility: i64, asked: &ValveRequest) -> Result<Spot, Error> {
    let meter = match (asked.meter, asked.connection) {
        (Some(meter), _) => meter,
        (None, Some(connection)) => {
            let found = rows::meter_at(db, utility, connection)?;
            let found = found.ok_or_else(|| Error::problem(Code::NotFound, "there is no such connection"))?;
            found.ok_or_else(|| refused(Refusal::NotInstalled))?
        }
        (None, None) => return Err(Error::problem(Code::BadRequest, "say which meter, or which connection")),
    };
    let spot = spot(db, utility, meter)?;
    if asked.connection.is_some_and(|connection| spot.connection_id != Some(connection)) {
        return Err(Error::problem(Code::BadRequest, "moved: the meter is not installed at that connection"));
    }
    Ok(spot)
}

/// Orders a valve to open or to close, once for each key; returns what its page shows then.
///
/// The balance's open orders, and a person's that want the opposite, end: one that was never sent is withdrawn, another one is overtaken.
///
/// # Errors
/// It is refused: the detail begins with the reason's word (`valve_reason`, `not_installed`, `moved`, `no_valve`, `order_open`, `protected`, `key`);
/// [`Code::NotFound`] if there is no such meter or connection; or the database.
pub fn order(tx: &mut Tx<'_>, admin: &Caller, asked: &ValveRequest) -> Result<MeterValve, Error> {
    let task = match asked.action {
        OrderAction::OpenValve => ValveTask::Open,
        OrderAction::CloseValve => ValveTask::Close,
        _ => return Err(Error::problem(Code::BadRequest, "`do` is `open_valve` or `close_valve`")),
    };
    if let Some(known) = rows::ordered(tx, asked.key)? {
        let is_same = known.utility == admin.utility && known.action == asked.action.as_str() && known.cause == Cause::Person;
        let other = || Error::problem(Code::BadRequest, "key: another order has this identifier");
        return if is_same { shown(tx, &spot(tx, admin.utility, known.meter)?, tx.now) } else { Err(other()) };
    }
    let spot = meant(tx, admin.utility, asked)?;
    let despite_protected = !asked.despite_protected.is_empty();
    if !is_reason(&asked.reason) || (despite_protected && !is_reason(&asked.despite_protected)) {
        return Err(Error::problem(Code::BadRequest, "valve_reason: a reason has 3 to 200 characters"));
    }
    spot.place.can_be_moved().map_err(refused)?;
    let wanted = Wanted { task, despite_protected };
    let open = hold::recent(tx, spot.meter)?.into_iter().filter(|order| order.record.state.is_open()).collect::<Vec<_>>();
    wanted.displaces(open.iter().map(|order| &order.record)).map_err(refused)?;
    let protected = protected(tx, &spot, tx.now)?;
    let until = wanted.holds_until(tx.now, spot.zone, &protected).map_err(refused)?;
    open.iter().try_for_each(|order| displace(tx, order))?;
    let is_despite = task == ValveTask::Close && protected.covers(tx.now, spot.zone);
    let new = NewOrder {
        meter: spot.meter,
        connection: spot.connection,
        action: asked.action,
        until,
        cause: Cause::Person,
        who: Some(admin.num),
        reason: &asked.reason,
        despite_protected: if is_despite { &asked.despite_protected } else { "" },
    };
    if !orders::create_as(tx, asked.key, &new)? {
        return Err(refused(Refusal::Ordered));
    }
    record(tx, admin, &spot, (asked.key, &new))?;
    shown(tx, &spot, tx.now)
}

/// Ends an open order in favour of a person's.
fn displace(tx: &mut Tx<'_>, order: &ValveOrder) -> Result<(), Error> {
    let key = OrderKey { num: order.num, state: order.record.state, connection: order.connection };
    orders::end(tx, key, if order.record.state == OrderState::Pending { WITHDRAWN } else { "overtaken" })
}

fn record(tx: &mut Tx<'_>, admin: &Caller, spot: &Spot, (key, new): (uuid::Uuid, &NewOrder<'_>)) -> Result<(), Error> {
    let entry = audit::Entry::by(admin, ("order_valve", key), (Entity::Meter as u8, spot.id.0));
    let said = [("valve_order", new.action.as_str()), ("reason", new.reason), ("despite_protected", new.despite_protected)];
    let said = said.into_iter().filter(|(_, value)| !value.is_empty());
    audit::record(tx, &entry, said.map(|(field, value)| (field, String::new(), value.to_owned())))
}

/// Withdraws an order that a person gave, while no meter was sent it; returns what its meter's page shows then. Withdrawn twice is withdrawn.
///
/// # Errors
/// It was sent or has ended (`sent`), or is the balance's (`by_balance`); [`Code::NotFound`] if there is no such order; or the database.
pub fn withdraw(tx: &mut Tx<'_>, admin: &Caller, asked: &ValveWithdrawal) -> Result<MeterValve, Error> {
    let known = rows::ordered(tx, asked.of)?.filter(|known| known.utility == admin.utility);
    let known = known.ok_or_else(|| Error::problem(Code::NotFound, "there is no such order"))?;
    if known.cause == Cause::Credit {
        return Err(Error::problem(Code::BadRequest, "by_balance: the balance wants it, and would order it again"));
    }
    let spot = spot(tx, admin.utility, known.meter)?;
    if known.why != WITHDRAWN {
        if known.key.state != OrderState::Pending {
            return Err(Error::problem(Code::BadRequest, "sent: it may be carried out; order the opposite"));
        }
        orders::end(tx, known.key, WITHDRAWN)?;
        let entry = audit::Entry::by(admin, ("withdraw_valve_order", asked.key), (Entity::Meter as u8, spot.id.0));
        audit::record(tx, &entry, [("valve_order", known.action, String::new())])?;
    }
    shown(tx, &spot, tx.now)
}
