//! What somebody says of advice on saving water, at a connection of their own.

use crate::core::scope;
use crate::error::Error;
use crate::metering::rows::connections;
use crate::metering::tips;
use crate::sync::apply::{Applying, invalid, rejected};
use domain::people::permission::Permission;
use domain::tips::{TipMark, TipMarks, TipName};
use domain::{ConnectionId, LocalDay, TimeZone, UserId};
use protocol::sync::push::{Outcome, Rejection};
use protocol::sync::rows::Entity;

/// No advice was applied before 1 January 2020, when no meter of ours reported.
const EARLIEST: LocalDay = LocalDay(18_262);

/// Says that an advice is applied or kept at hand, or not any more. Nobody does so for somebody else.
pub fn mark(
    applying: &mut Applying<'_, '_>,
    (user, connection): (UserId, ConnectionId),
    (tip, mark): (&TipName, TipMark),
) -> Result<Outcome, Error> {
    let caller = applying.caller;
    if caller.id != user || !applying.may(Permission::OwnUsage) {
        return Ok(rejected(Rejection::Denied));
    }
    let key = match connections::key(applying.tx, caller.utility, connection)? {
        Some(key) if scope::sees_connection(applying.tx, caller, key)? => key,
        _ => return Ok(rejected(Rejection::NotFound)),
    };
    // The day is the property's: with the one that begins first it is not in the future anywhere.
    let tomorrow = TimeZone::Jayapura.day_of(applying.tx.now).plus(1);
    if matches!(mark, TipMark::Applied { day } if !(EARLIEST..=tomorrow).contains(&day)) {
        return Ok(invalid("day"));
    }
    let Some(marked) = tips::mark(applying.tx, caller, (key, connection), (tip, mark))? else { return Ok(invalid("tip")) };
    let of =
        |marks: TipMarks| [("applied", marks.applied.map(iso).unwrap_or_default()), ("bookmarked", switch(marks.bookmarked))];
    let changes = of(marked.before).into_iter().zip(of(marked.after)).map(|((field, before), (_, after))| (field, before, after));
    let mut changes: Vec<_> = changes.filter(|(_, before, after)| before != after).collect();
    if !changes.is_empty() {
        changes.insert(0, ("tip", String::new(), tip.as_str().to_owned()));
        applying.audit((Entity::TipState, marked.id), changes)?;
    }
    Ok(Outcome::Applied { conflicts: Vec::new() })
}

/// A day as the audit log has it.
fn iso(day: LocalDay) -> String {
    let (year, month, day) = day.ymd();
    format!("{year:04}-{month:02}-{day:02}")
}

fn switch(is_on: bool) -> String {
    let word = if is_on { "on" } else { "off" };
    word.to_owned()
}
