//! Work orders as admins have them: announced, moved, assigned, made more or less pressing, and cancelled. What is done under them is in `work_done`.

use crate::error::Error;
use crate::field::records;
use crate::field::records::InScope;
use crate::maintenance::rows::{NewOrder, StoredOrder};
use crate::maintenance::{notifications, orders, rows, templates};
use crate::sync::apply::{Applying, invalid, rejected, work_done};
use domain::field::field_record::is_time;
use domain::maintenance::priority::Priority;
use domain::maintenance::template::TemplateVersion;
use domain::maintenance::work_order::{Window, WorkKind, WorkStage, WorkState, clean_text};
use domain::people::permission::Permission;
use domain::sync::edit::Conflict;
use domain::{MeterId, UserId, UtcMillis, WorkOrderId};
use protocol::sync::push::{Outcome, Rejection};
use protocol::sync::rows::Entity;
use protocol::sync::work::WorkPriorityChange;

/// Minutes that work takes at most, as somebody expects: a day.
const MOST_MINUTES: u16 = 24 * 60;

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
    /// How pressing it is.
    pub priority: Priority,
    /// Its checklist; none: the one of its kind that comes with the program.
    pub template: Option<TemplateVersion>,
    /// How long it takes, minutes.
    pub minutes: Option<u16>,
}

impl Planned {
    /// The field that cannot be announced, if there is one: a checklist that the utility does not have, or a time that no job takes.
    fn fault(&self, applying: &Applying<'_, '_>) -> Result<Option<&'static str>, Error> {
        let is_possible = |minutes| (1..=MOST_MINUTES).contains(&minutes);
        if !self.window.is_possible(applying.tx.now) {
            return Ok(Some("window"));
        }
        if !self.minutes.is_none_or(is_possible) {
            return Ok(Some("minutes"));
        }
        match &self.template {
            Some(template) if !templates::is_of(applying.tx, applying.caller.utility, template)? => Ok(Some("template")),
            _ => Ok(None),
        }
    }

    /// What the audit log says of it beside its text and whoever does it.
    fn audited(&self) -> [(&'static str, String); 5] {
        let priority = if self.priority.is_usual() { String::new() } else { self.priority.as_str().to_owned() };
        let template = self.template.map_or_else(String::new, |template| format!("{} {}", template.id, template.version));
        let minutes = self.minutes.map_or_else(String::new, |minutes| minutes.to_string());
        [
            ("work", self.work.as_str().to_owned()),
            ("window", as_text(self.window)),
            ("priority", priority),
            ("template", template),
            ("minutes", minutes),
        ]
    }
}

pub(super) fn applied() -> Outcome {
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
    if let Some(field) = new.fault(applying)? {
        return Ok(invalid(field));
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
    let Planned { id, work, window, priority, template, minutes, .. } = *new;
    let (meter, text, schedule) = (found.meter, text.as_str(), None);
    let by_hand = NewOrder { id, meter, work, window, technician, text, author, at, minutes, priority, template, schedule };
    orders::announce(applying.tx, &by_hand)?;
    notifications::assigned(applying.tx, (*id.0.as_bytes(), meter), author)?;
    let values = new.audited().into_iter().chain([("technician", name), ("text", text.to_owned())]);
    let values = values.filter(|(_, value)| !value.is_empty());
    applying.audit((Entity::WorkOrder, id.0), values.map(|(field, value)| (field, String::new(), value)))?;
    Ok(applied())
}

/// An order of a meter in the author's scope, with what is odd about that; or why there is none to do anything to.
pub(super) fn order(
    applying: &Applying<'_, '_>,
    (id, meter): (WorkOrderId, MeterId),
) -> Result<Result<(StoredOrder, InScope), Outcome>, Error> {
    let found = match records::meter(applying.tx, applying.caller, meter, applying.tx.now)? {
        Some(scope) => rows::find(applying.tx, id, scope.meter)?.map(|order| (order, scope)),
        None => None,
    };
    Ok(found.ok_or_else(|| rejected(Rejection::NotFound)))
}

/// The same for somebody who manages work.
fn managed(applying: &Applying<'_, '_>, which: (WorkOrderId, MeterId)) -> Result<Result<StoredOrder, Outcome>, Error> {
    if !applying.may(Permission::ManageWork) {
        return Ok(Err(rejected(Rejection::Denied)));
    }
    Ok(order(applying, which)?.map(|(order, _)| order))
}

/// Cancels work, as of now: whoever was at the meter until then could not know it. What is done cannot be cancelled any more.
pub fn cancel(applying: &mut Applying<'_, '_>, which: (WorkOrderId, MeterId)) -> Result<Outcome, Error> {
    let found = match managed(applying, which)? {
        Ok(found) => found,
        Err(outcome) => return Ok(outcome),
    };
    match found.progress.state() {
        WorkState::Completed => Ok(rejected(Rejection::InUse)),
        WorkState::Cancelled => Ok(applied()),
        WorkState::Scheduled | WorkState::InProgress => work_done::cancelled(applying, &found),
    }
}

/// An order that nobody has begun, or that is to be begun again; or why it cannot be changed.
fn to_be_begun(applying: &Applying<'_, '_>, which: (WorkOrderId, MeterId)) -> Result<Result<StoredOrder, Outcome>, Error> {
    let found = managed(applying, which)?;
    Ok(found.and_then(|found| match found.progress.stage(found.technician_id.is_some()) {
        WorkStage::Scheduled | WorkStage::Assigned | WorkStage::Deferred => Ok(found),
        WorkStage::InProgress | WorkStage::OnHold | WorkStage::Completed | WorkStage::Cancelled => {
            Err(rejected(Rejection::InUse))
        }
    }))
}

/// A window as the audit log and refusals have it.
pub(super) fn as_text(window: Window) -> String {
    format!("{}-{}", window.from.0, window.until.0)
}

/// Moves work that is to be begun to another window. One that is there already is left as it is; where somebody else has moved it meanwhile,
/// that stands.
pub fn move_to(
    applying: &mut Applying<'_, '_>,
    which: (WorkOrderId, MeterId),
    (was, to): (UtcMillis, Window),
) -> Result<Outcome, Error> {
    let found = match to_be_begun(applying, which)? {
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
        return Ok(conflicting("window", as_text(base), as_text(to), as_text(found.window)));
    }
    orders::move_to(applying.tx, &found, to)?;
    notifications::assigned(applying.tx, (found.id, found.meter), applying.caller.num)?;
    applying.audit((Entity::WorkOrder, which.0.0), [("window", as_text(found.window), as_text(to))])?;
    Ok(applied())
}

/// Says who is to do work that is to be begun.
pub fn assign(applying: &mut Applying<'_, '_>, which: (WorkOrderId, MeterId), to: Option<UserId>) -> Result<Outcome, Error> {
    let found = match to_be_begun(applying, which)? {
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
    if found.technician_id != to {
        notifications::assigned(applying.tx, (found.id, found.meter), applying.caller.num)?;
    }
    applying.audit((Entity::WorkOrder, which.0.0), [("technician", found.technician, name)])?;
    Ok(applied())
}

/// Says how pressing work is that is not over. Where somebody else has said another priority meanwhile, that stands.
pub fn prioritise(applying: &mut Applying<'_, '_>, change: WorkPriorityChange) -> Result<Outcome, Error> {
    let WorkPriorityChange { order, meter, was, to } = change;
    let found = match managed(applying, (order, meter))? {
        Ok(found) => found,
        Err(outcome) => return Ok(outcome),
    };
    if !found.progress.state().is_open() {
        return Ok(rejected(Rejection::InUse));
    }
    let as_text = |priority: Priority| priority.as_str().to_owned();
    if found.priority == to {
        return Ok(applied());
    }
    if found.priority != was {
        return Ok(conflicting("priority", as_text(was), as_text(to), as_text(found.priority)));
    }
    orders::prioritise(applying.tx, &found, to)?;
    applying.audit((Entity::WorkOrder, order.0), [("priority", as_text(was), as_text(to))])?;
    Ok(applied())
}

/// Somebody else has changed a field since its author saw it.
pub(super) fn conflicting(field: &str, base: String, mine: String, theirs: String) -> Outcome {
    let conflict = Conflict { field: field.to_owned(), base, mine, theirs };
    Outcome::Rejected { code: Rejection::Conflict, field: Some(field.to_owned()), conflict: Some(Box::new(conflict)) }
}
