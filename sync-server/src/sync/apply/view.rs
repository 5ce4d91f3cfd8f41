//! Saved views: kept and removed by their user alone, from any device; what was changed later stands.

use crate::error::Error;
use crate::people::views;
use crate::sync::apply::{Applying, invalid, rejected};
use domain::UserId;
use domain::people::saved_view::{MOST_VIEWS, ViewList, accepted, clean_view_name, is_view_query, view_of};
use protocol::sync::push::{Outcome, Rejection};
use protocol::sync::rows::Entity;

/// Which view, and the version of what is done to it.
pub struct Named {
    /// Whose.
    pub user: UserId,
    /// Of which list.
    pub list: ViewList,
    /// Its name.
    pub name: String,
    /// See [`accepted`].
    pub version: i64,
}

impl Named {
    /// Whether the author may keep views of that list, and whose they are: nobody else's are there to be changed.
    fn is_allowed(&self, applying: &Applying<'_, '_>) -> bool {
        applying.caller.id == self.user && applying.may(self.list.needs())
    }
}

const fn done() -> Outcome {
    Outcome::Applied { conflicts: Vec::new() }
}

/// Keeps a view.
///
/// # Errors
/// The database.
pub fn put(applying: &mut Applying<'_, '_>, named: &Named, query: &str) -> Result<Outcome, Error> {
    if !named.is_allowed(applying) {
        return Ok(rejected(Rejection::Denied));
    }
    let Some(name) = clean_view_name(&named.name) else { return Ok(invalid("name")) };
    if !is_view_query(query) {
        return Ok(invalid("view"));
    }
    let (caller, list, id) = (applying.caller, named.list, view_of(named.user, named.list, &name));
    let before = views::standing(applying.tx, id)?;
    let version = accepted(named.version, before.as_ref().map(|before| before.version), applying.tx.now);
    // What was changed later on another device comes to this one with the next pull.
    let Some(version) = version else { return Ok(done()) };
    let (name_before, query_before) = before.and_then(|before| Some((before.name, before.query?))).unwrap_or_default();
    let is_new = name_before.is_empty();
    if is_new && views::count(applying.tx, caller.num, list)? >= MOST_VIEWS {
        return Ok(Outcome::Rejected { code: Rejection::Taken, field: Some("view".into()), conflict: None });
    }
    views::keep(applying.tx, caller, (id, list), (&name, query), version)?;
    if (name_before.as_str(), query_before.as_str()) == (name.as_str(), query) {
        return Ok(done());
    }
    let of_list = if is_new { String::new() } else { list.as_str().to_owned() };
    let values =
        [("list", of_list, list.as_str().to_owned()), ("name", name_before, name), ("view", query_before, query.to_owned())];
    applying.audit((Entity::SavedView, id.0), values.into_iter().filter(|(_, before, after)| before != after))?;
    Ok(done())
}

/// Removes a view. One that is not there is as it is to be; that it was removed is remembered all the same, for what a device may still bring.
///
/// # Errors
/// The database.
pub fn remove(applying: &mut Applying<'_, '_>, named: &Named) -> Result<Outcome, Error> {
    if !named.is_allowed(applying) {
        return Ok(rejected(Rejection::Denied));
    }
    let Some(name) = clean_view_name(&named.name) else { return Ok(invalid("name")) };
    let (caller, id) = (applying.caller, view_of(named.user, named.list, &name));
    let before = views::standing(applying.tx, id)?;
    let version = accepted(named.version, before.as_ref().map(|before| before.version), applying.tx.now);
    let Some(version) = version else { return Ok(done()) };
    views::remove(applying.tx, caller, (id, named.list), &name, version)?;
    if let Some((name, query)) = before.and_then(|before| Some((before.name, before.query?))) {
        applying.audit((Entity::SavedView, id.0), [("name", name, String::new()), ("view", query, String::new())])?;
    }
    Ok(done())
}
