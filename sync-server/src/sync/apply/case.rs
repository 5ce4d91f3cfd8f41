//! Answers to cases of meters: what somebody says is kept, also where the case is over by then. And whose a case is.

use crate::cases::answers::{answer, assign_to};
use crate::cases::rows::cases::StoredCase;
use crate::cases::rows::{answers, cases};
use crate::core::scope;
use crate::error::Error;
use crate::sync::apply::work_done::dated;
use crate::sync::apply::{Applying, invalid, rejected};
use domain::alerts::case::{CaseAnswer, LONGEST_REMARK};
use domain::core::text::visible;
use domain::people::Role;
use domain::{ConnectionId, UserId};
use protocol::sync::push::{Outcome, Rejection};
use protocol::sync::rows::Entity;

/// A case that its author sees; anything else is as good as none.
fn seen(applying: &Applying<'_, '_>, (connection, no): (ConnectionId, u32)) -> Result<Option<StoredCase>, Error> {
    let found = cases::find(applying.tx, connection.0, no)?.filter(|case| !case.is_withdrawn);
    let Some(case) = found else { return Ok(None) };
    Ok(scope::sees_connection(applying.tx, applying.caller, case.connection)?.then_some(case))
}

/// Says something to a case.
pub fn say(
    applying: &mut Applying<'_, '_>,
    (connection, no): (ConnectionId, u32),
    said: CaseAnswer,
    remark: &str,
) -> Result<Outcome, Error> {
    let Some(case) = seen(applying, (connection, no))? else { return Ok(rejected(Rejection::NotFound)) };
    if !said.is_allowed(applying.caller.role, case.cause) {
        return Ok(rejected(Rejection::Denied));
    }
    // Only what was called normal can be taken back: nobody undoes another one's judgement by it.
    if said == CaseAnswer::NotNormal && case.normal_until.is_none_or(|until| until <= applying.tx.now) {
        return Ok(invalid("answer"));
    }
    let shown = visible(remark);
    let remark = shown.trim();
    if remark.chars().count() > LONGEST_REMARK {
        return Ok(invalid("remark"));
    }
    let (at, _) = dated(applying, applying.op.occurred_at);
    let before = case.status();
    let status = answer(applying.tx, (&case, applying.caller.num), at, (said, remark))?;
    let changes = [
        ("status", before.as_str().to_owned(), status.as_str().to_owned()),
        ("answer", String::new(), said.as_str().to_owned()),
        ("remark", String::new(), remark.to_owned()),
    ];
    let changes = changes.into_iter().filter(|(_, before, after)| before != after);
    applying.audit((Entity::MeterCase, connection.0), changes)?;
    Ok(Outcome::Applied { conflicts: Vec::new() })
}

/// Makes a case somebody's, or nobody's: an admin's, or a technician's who works in its zone.
pub fn assign(
    applying: &mut Applying<'_, '_>,
    (connection, no): (ConnectionId, u32),
    to: Option<UserId>,
) -> Result<Outcome, Error> {
    let Some(case) = seen(applying, (connection, no))? else { return Ok(rejected(Rejection::NotFound)) };
    if applying.caller.role == Role::Customer {
        return Ok(rejected(Rejection::Denied));
    }
    let assignee = match to {
        Some(user) => match answers::assignable(applying.tx, case.connection, user)? {
            Some(assignee) => Some(assignee),
            None => return Ok(invalid("assignee")),
        },
        None => None,
    };
    let name = |person: Option<&str>| person.unwrap_or_default().to_owned();
    let before = name(case.assigned.as_ref().map(|person| person.name.as_str()));
    let after = name(assignee.as_ref().map(|(_, name)| name.as_str()));
    if case.assigned.map(|person| person.id) != to {
        assign_to(applying.tx, case.num, assignee)?;
        let changes = (before != after).then_some(("assignee", before, after));
        applying.audit((Entity::MeterCase, connection.0), changes)?;
    }
    Ok(Outcome::Applied { conflicts: Vec::new() })
}
