//! A customer moves a visit to another time, within what is offered. Whoever manages work moves orders instead.

use crate::core::scope;
use crate::error::Error;
use crate::maintenance::rows::notifications::NoticedOrder;
use crate::maintenance::{notifications, orders, rows};
use crate::metering::rows::connections;
use crate::sync::apply::work::{applied, as_text, conflicting};
use crate::sync::apply::{Applying, rejected};
use domain::maintenance::notifications::{Standing, is_visit};
use domain::maintenance::visit::may_move;
use domain::people::Role;
use protocol::sync::push::{Outcome, Rejection};
use protocol::sync::rows::Entity;
use protocol::sync::work::VisitMove;

/// Moves a visit. One that is at that time already is left as it is; where somebody else has moved it meanwhile, that stands.
pub fn move_to(applying: &mut Applying<'_, '_>, said: &VisitMove) -> Result<Outcome, Error> {
    if applying.caller.role != Role::Customer {
        return Ok(rejected(Rejection::Denied));
    }
    let Some(order) = order(applying, said)? else { return Ok(rejected(Rejection::NotFound)) };
    let window = order.visit.window;
    if order.visit.standing != Standing::Waits {
        return Ok(refused(Rejection::InUse, "visit"));
    }
    if window == said.to {
        return Ok(applied());
    }
    if window != said.was {
        return Ok(conflicting("visit", as_text(said.was), as_text(said.to), as_text(window)));
    }
    if let Err(why) = may_move(order.choice.as_ref(), (window, said.to), (order.time_zone, applying.tx.now)) {
        return Ok(refused(Rejection::Invalid, &format!("visit_{}", why.as_str())));
    }
    orders::move_as_chosen(applying.tx, &order, said.to)?;
    let at = (*order.id.0.as_bytes(), order.meter);
    notifications::assigned(applying.tx, at, applying.caller.num)?;
    applying.audit((Entity::WorkOrder, order.id.0), [("window", as_text(window), as_text(said.to))])?;
    Ok(applied())
}

/// A visit at a connection of the author's customers; none where there is no such one.
fn order(applying: &Applying<'_, '_>, said: &VisitMove) -> Result<Option<NoticedOrder>, Error> {
    let Some(connection) = connections::key(applying.tx, applying.caller.utility, said.connection)? else { return Ok(None) };
    if !scope::sees_connection(applying.tx, applying.caller, connection)? {
        return Ok(None);
    }
    let order = rows::notifications::order(applying.tx, *said.order.0.as_bytes())?;
    Ok(order.filter(|order| order.connection == connection && is_visit(order.visit.work)))
}

fn refused(code: Rejection, field: &str) -> Outcome {
    Outcome::Rejected { code, field: Some(field.to_owned()), conflict: None }
}
