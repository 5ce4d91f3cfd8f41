//! Work orders: announced and cancelled by admins; begun and completed by whoever works at the meter, which happened and is never refused for
//! state or time. What the meter reported meanwhile is judged anew.

use crate::cases::events;
use crate::error::Error;
use crate::field::records;
use crate::maintenance::orders;
use crate::maintenance::rows;
use crate::maintenance::rows::{NewOrder, StoredOrder};
use crate::sync::apply::{Applying, invalid, rejected};
use domain::field::field_record::is_time;
use domain::maintenance::work_order::{Window, WorkKind, WorkState, WorkStep, clean_text};
use domain::people::permission::Permission;
use domain::sync::edit::Conflict;
use domain::{MeterId, UserId, UtcMillis, WorkOrderId};
use protocol::sync::push::{Outcome, Rejection};
use protocol::sync::rows::Entity;
use uuid::Uuid;

/// Work to be announced.
pub struct Planned {
    /// Chosen by its author.
    pub id: WorkOrderId,
    /// At which meter.
    pub meter: MeterId,
    /// What.
    pub work: WorkKind,
    /// When.
    pub window: Window,
    /// By whom.
    pub technician: Option<UserId>,
    /// What is written about it.
    pub text: String,
}

fn applied() -> Outcome {
    Outcome::Applied { conflicts: Vec::new() }
}

/// Announces work.
pub fn plan(applying: &mut Applying<'_, '_>, new: &Planned) -> Result<Outcome, Error> {
    if !applying.may(Permission::ManageWork) {
        return Ok(rejected(Rejection::Denied));
    }
    let (received, author) = (applying.tx.now, applying.caller.num);
    let Some(found) = records::meter(applying.tx, applying.caller, new.meter, received)? else {
        return Ok(rejected(Rejection::NotFound));
    };
    if let Some(outcome) = applying.written_before(Entity::WorkOrder, new.id.0)? {
        return Ok(outcome);
    }
    let Ok(text) = clean_text(&new.text) else { return Ok(invalid("text")) };
    if !new.window.is_possible(received) {
        return Ok(invalid("window"));
    }
    let technician = match new.technician {
        Some(user) => match rows::technician_of(applying.tx, found.meter, user)? {
            Some(technician) => Some(technician),
            None => return Ok(invalid("technician")),
        },
        None => None,
    };
    let name = technician.as_ref().map_or_else(String::new, |(_, name)| name.clone());
    let corrected = applying.timing.correct(applying.op.occurred_at);
    let at = if is_time(corrected, received) { corrected.min(received) } else { received };
    let (id, meter, work, window) = (new.id, found.meter, new.work, new.window);
    let by_hand = NewOrder { id, meter, work, window, technician, text: &text, author, at, minutes: None, schedule: None };
    orders::announce(applying.tx, &by_hand)?;
    let values = [("work", work.as_str().to_owned()), ("window", as_text(window)), ("technician", name), ("text", text)];
    let values = values.into_iter().filter(|(_, value)| !value.is_empty());
    applying.audit((Entity::WorkOrder, id.0), values.map(|(field, value)| (field, String::new(), value)))?;
    Ok(applied())
}

/// An order of a meter in the author's scope, or why there is none to do anything to.
fn order(applying: &Applying<'_, '_>, (id, meter): (WorkOrderId, MeterId)) -> Result<Result<StoredOrder, Outcome>, Error> {
    let found = match records::meter(applying.tx, applying.caller, meter, applying.tx.now)? {
        Some(found) => rows::find(applying.tx, id, found.meter)?,
        None => None,
    };
    Ok(found.ok_or_else(|| rejected(Rejection::NotFound)))
}

/// Cancels work, as of now: whoever was at the meter until then could not know it. What is done cannot be cancelled any more.
pub fn cancel(applying: &mut Applying<'_, '_>, which: (WorkOrderId, MeterId)) -> Result<Outcome, Error> {
    if !applying.may(Permission::ManageWork) {
        return Ok(rejected(Rejection::Denied));
    }
    let found = match order(applying, which)? {
        Ok(found) => found,
        Err(outcome) => return Ok(outcome),
    };
    match found.progress.state() {
        WorkState::Completed => Ok(rejected(Rejection::InUse)),
        WorkState::Cancelled => Ok(applied()),
        WorkState::Scheduled | WorkState::InProgress => {
            let now = applying.tx.now;
            take(applying, &found, WorkStep::Cancelled, (now, None))
        }
    }
}

/// An order that nobody has begun, or why it cannot be changed.
fn not_begun(applying: &Applying<'_, '_>, which: (WorkOrderId, MeterId)) -> Result<Result<StoredOrder, Outcome>, Error> {
    if !applying.may(Permission::ManageWork) {
        return Ok(Err(rejected(Rejection::Denied)));
    }
    let found = order(applying, which)?;
    Ok(found.and_then(|found| match found.progress.state() {
        WorkState::Scheduled => Ok(found),
        WorkState::InProgress | WorkState::Completed | WorkState::Cancelled => Err(rejected(Rejection::InUse)),
    }))
}

/// A window as the audit log and refusals have it.
fn as_text(window: Window) -> String {
    format!("{}-{}", window.from.0, window.until.0)
}

/// Moves work that nobody has begun to another window. One that is there already is left as it is; where somebody else has moved it meanwhile,
/// that stands.
pub fn move_to(
    applying: &mut Applying<'_, '_>,
    which: (WorkOrderId, MeterId),
    (was, to): (UtcMillis, Window),
) -> Result<Outcome, Error> {
    let found = match not_begun(applying, which)? {
        Ok(found) => found,
        Err(outcome) => return Ok(outcome),
    };
    if !to.is_possible(applying.tx.now) {
        return Ok(invalid("window"));
    }
    if found.window == to {
        return Ok(applied());
    }
    if found.window.from != was {
        let base = Window { from: was, until: was.plus(to.until.since(to.from)) };
        let field = "window".to_owned();
        let conflict = Conflict { field: field.clone(), base: as_text(base), mine: as_text(to), theirs: as_text(found.window) };
        let (code, conflict) = (Rejection::Conflict, Some(Box::new(conflict)));
        return Ok(Outcome::Rejected { code, field: Some(field), conflict });
    }
    orders::move_to(applying.tx, &found, to)?;
    applying.audit((Entity::WorkOrder, which.0.0), [("window", as_text(found.window), as_text(to))])?;
    Ok(applied())
}

/// Says who is to do work that nobody has begun.
pub fn assign(applying: &mut Applying<'_, '_>, which: (WorkOrderId, MeterId), to: Option<UserId>) -> Result<Outcome, Error> {
    let found = match not_begun(applying, which)? {
        Ok(found) => found,
        Err(outcome) => return Ok(outcome),
    };
    let technician = match to {
        Some(user) => match rows::technician_of(applying.tx, found.meter, user)? {
            Some(technician) => Some(technician),
            None => return Ok(invalid("technician")),
        },
        None => None,
    };
    let name = technician.as_ref().map_or_else(String::new, |(_, name)| name.clone());
    orders::assign(applying.tx, &found, technician.as_ref())?;
    applying.audit((Entity::WorkOrder, which.0.0), [("technician", found.technician, name)])?;
    Ok(applied())
}

/// Takes that work began or was done.
pub fn happened(
    applying: &mut Applying<'_, '_>,
    which: (WorkOrderId, MeterId),
    step: WorkStep,
    stamped: UtcMillis,
) -> Result<Outcome, Error> {
    if !applying.may(Permission::WriteFieldRecords) {
        return Ok(rejected(Rejection::Denied));
    }
    let found = match order(applying, which)? {
        Ok(found) => found,
        Err(outcome) => return Ok(outcome),
    };
    // A clock that is years off cannot date it, and nothing has happened after it was reported.
    let (received, said) = (applying.tx.now, applying.timing.correct(stamped));
    let at = if is_time(said, received) { said.min(received) } else { received };
    take(applying, &found, step, (at, Some(stamped)))
}

/// Writes a step of an order with its audit entry, and judges anew what it may authorise. `stamped` is what the author's clock said.
fn take(
    applying: &mut Applying<'_, '_>,
    found: &StoredOrder,
    step: WorkStep,
    (at, stamped): (UtcMillis, Option<UtcMillis>),
) -> Result<Outcome, Error> {
    let (before, after) = (&found.progress, found.progress.clone().with(step, at));
    if *before == after {
        return Ok(applied());
    }
    let by = applying.caller.num;
    let from = orders::step(applying.tx, found, step, (at, by))?;
    let none = String::new;
    let states = (before.state() != after.state())
        .then(|| ("work_state", before.state().as_str().to_owned(), after.state().as_str().to_owned()));
    // What the clock said, where it was corrected, and what that comes to.
    let said = stamped.map(|stamped| if at == stamped { none() } else { stamped.0.to_string() });
    let said = said.map(|said| ("at", said, at.0.to_string()));
    applying.audit((Entity::WorkOrder, Uuid::from_bytes(found.id)), states.into_iter().chain(said))?;
    if let Some(from) = from {
        events::judge_again(applying.tx, found.meter, from)?;
    }
    Ok(applied())
}
