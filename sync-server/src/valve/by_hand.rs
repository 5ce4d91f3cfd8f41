//! Valves that admins open and close by hand: an order with a reason, which stands against the balance's decisions (`domain::valve::by_hand`).

use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use crate::valve::hold;
use crate::valve::orders;
use crate::valve::orders::NewOrder;
use crate::valve::rows::batches;
use crate::valve::rows::batches::WITHDRAWN;
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
use uuid::Uuid;

/// What is answered to whoever is refused.
pub(super) fn refused(refusal: Refusal) -> Error {
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

/// A meter of a utility.
///
/// # Errors
/// There is none, or the database.
pub(super) fn spot(db: &Db, utility: i64, meter: MeterId) -> Result<Spot, Error> {
    rows::spot(db, utility, meter)?.ok_or_else(|| Error::problem(Code::NotFound, "there is no such meter"))
}

/// The valve of a meter of the caller's utility: its orders, and what may be done with it.
///
/// # Errors
/// [`Code::NotFound`] if there is no such meter, or the database.
pub fn of_meter(db: &Db, caller: &Caller, meter: MeterId, now: UtcMillis) -> Result<MeterValve, Error> {
    shown(db, &spot(db, caller.utility, meter)?, now)
}

/// What the page of a meter shows.
///
/// # Errors
/// The database.
pub(super) fn shown(db: &Db, spot: &Spot, now: UtcMillis) -> Result<MeterValve, Error> {
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

/// What an action is to do with a valve.
///
/// # Errors
/// It is about no valve.
pub(super) fn task(action: OrderAction) -> Result<ValveTask, Error> {
    match action {
        OrderAction::OpenValve => Ok(ValveTask::Open),
        OrderAction::CloseValve => Ok(ValveTask::Close),
        _ => Err(Error::problem(Code::BadRequest, "`do` is `open_valve` or `close_valve`")),
    }
}

/// Orders a valve to open or to close, once for each key; returns what its page shows then.
///
/// The balance's open orders, and a person's that want the opposite, end: one that was never sent is withdrawn, another one is overtaken.
///
/// # Errors
/// It is refused: the detail begins with the reason's word (`valve_reason`, `not_installed`, `moved`, `no_valve`, `order_open`, `protected`, `key`);
/// [`Code::NotFound`] if there is no such meter or connection; or the database.
pub fn order(tx: &mut Tx<'_>, admin: &Caller, asked: &ValveRequest) -> Result<MeterValve, Error> {
    let task = task(asked.action)?;
    if let Some(known) = rows::ordered(tx, asked.key)? {
        let is_same = known.utility == admin.utility && known.action == asked.action.as_str() && known.cause == Cause::Person;
        let other = || Error::problem(Code::BadRequest, "key: another order has this identifier");
        return if is_same { shown(tx, &spot(tx, admin.utility, known.meter)?, tx.now) } else { Err(other()) };
    }
    let spot = meant(tx, admin.utility, asked)?;
    let despite_protected = !asked.despite_protected.is_empty();
    check_reasons(&asked.reason, &asked.despite_protected)?;
    let judged = judge(tx, &spot, Wanted { task, despite_protected }, tx.now)?.map_err(refused)?;
    let new = Asked { action: asked.action, who: admin.num, reason: &asked.reason, despite_protected: &asked.despite_protected };
    if !place(tx, &spot, asked.key, &new, &judged)? {
        return Err(refused(Refusal::Ordered));
    }
    // What waits for this meter in a batch was decided before.
    batches::overtake(tx, spot.meter)?;
    shown(tx, &spot, tx.now)
}

/// Checks what is given as reasons.
///
/// # Errors
/// One says too little or too much.
pub(super) fn check_reasons(reason: &str, despite_protected: &str) -> Result<(), Error> {
    if !is_reason(reason) || !(despite_protected.is_empty() || is_reason(despite_protected)) {
        return Err(Error::problem(Code::BadRequest, "valve_reason: a reason has 3 to 200 characters"));
    }
    Ok(())
}

/// What an order by hand comes to, before anything is changed.
pub(super) struct Judged {
    /// The open orders that end in its favour.
    open: Vec<ValveOrder>,
    /// Until when it holds.
    until: UtcMillis,
    /// Whether it closes a valve in protected hours.
    is_despite: bool,
}

/// Judges whether a valve can be moved by hand now, and until when that would hold.
///
/// # Errors
/// The database. Inside: why it cannot.
pub(super) fn judge(db: &Db, spot: &Spot, wanted: Wanted, now: UtcMillis) -> Result<Result<Judged, Refusal>, Error> {
    if let Err(refusal) = spot.place.can_be_moved() {
        return Ok(Err(refusal));
    }
    let open = hold::recent(db, spot.meter)?.into_iter().filter(|order| order.record.state.is_open()).collect::<Vec<_>>();
    if let Err(refusal) = wanted.displaces(open.iter().map(|order| &order.record)) {
        return Ok(Err(refusal));
    }
    let protected = protected(db, spot, now)?;
    let is_despite = wanted.task == ValveTask::Close && protected.covers(now, spot.zone);
    Ok(wanted.holds_until(now, spot.zone, &protected).map(|until| Judged { open, until, is_despite }))
}

/// What a person asks of a valve.
pub(super) struct Asked<'a> {
    /// To open or to close it.
    pub action: OrderAction,
    /// Key of the user who asks.
    pub who: i64,
    /// Why.
    pub reason: &'a str,
    /// Why in protected hours; kept only where they are.
    pub despite_protected: &'a str,
}

/// Makes the order that was judged, with its audit entry: the orders in its way end. False, if one of the same kind is open all the same.
///
/// # Errors
/// There is an order with this identifier, or the database.
pub(super) fn place(tx: &mut Tx<'_>, spot: &Spot, key: Uuid, asked: &Asked<'_>, judged: &Judged) -> Result<bool, Error> {
    judged.open.iter().try_for_each(|order| displace(tx, order))?;
    let new = NewOrder {
        meter: spot.meter,
        connection: spot.connection,
        action: asked.action,
        interval_s: None,
        until: judged.until,
        cause: Cause::Person,
        who: Some(asked.who),
        reason: asked.reason,
        despite_protected: if judged.is_despite { asked.despite_protected } else { "" },
    };
    let is_made = orders::create_as(tx, key, &new)?;
    if is_made {
        record(tx, asked.who, spot, (key, &new))?;
    }
    Ok(is_made)
}

/// Ends an open order in favour of a person's.
fn displace(tx: &mut Tx<'_>, order: &ValveOrder) -> Result<(), Error> {
    let key = OrderKey { num: order.num, state: order.record.state, connection: order.connection };
    orders::end(tx, key, if order.record.state == OrderState::Pending { WITHDRAWN } else { "overtaken" })
}

fn record(tx: &mut Tx<'_>, who: i64, spot: &Spot, (key, new): (Uuid, &NewOrder<'_>)) -> Result<(), Error> {
    let row = (Entity::Meter as u8, spot.id.0);
    let entry = audit::Entry { utility: spot.utility, user: Some(who), kind: "order_valve", op: key, occurred_at: None, row };
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
        let is_of_valve = OrderAction::from_word(&known.action).is_some_and(|action| task(action).is_ok());
        let (kind, field) =
            if is_of_valve { ("withdraw_valve_order", "valve_order") } else { ("withdraw_meter_order", "meter_order") };
        let entry = audit::Entry::by(admin, (kind, asked.key), (Entity::Meter as u8, spot.id.0));
        audit::record(tx, &entry, [(field, known.action, String::new())])?;
    }
    shown(tx, &spot, tx.now)
}
