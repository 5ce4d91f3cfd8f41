//! Saved views as rows of a bucket that is each user's own.

use crate::core::Tx;
use crate::core::feed::RowId;
use crate::core::scope::Caller;
use crate::error::Error;
use crate::people::rows::views as rows;
use crate::people::rows::views::Written;
use domain::ViewId;
use domain::people::saved_view::ViewList;
use protocol::sync::rows::Entity;

pub use crate::people::rows::views::{Standing, count, standing};

/// Keeps a view of the caller's, in place of what was there, and puts it into the caller's own bucket.
///
/// # Errors
/// The database.
pub fn keep(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (id, list): (ViewId, ViewList),
    (name, query): (&str, &str),
    version: i64,
) -> Result<(), Error> {
    let rev = rows::write(tx, &Written { id, user: caller.num, list, name, query: Some(query), version })?;
    let own = tx.bucket(caller.utility, format!("user:{}", caller.id))?;
    tx.put(own, Entity::SavedView, &RowId::of(*id.0.as_bytes()), rev)
}

/// Removes a view of the caller's. That it was is remembered, until no older change of it can come any more.
///
/// # Errors
/// The database.
pub fn remove(tx: &mut Tx<'_>, caller: &Caller, (id, list): (ViewId, ViewList), name: &str, version: i64) -> Result<(), Error> {
    rows::write(tx, &Written { id, user: caller.num, list, name, query: None, version })?;
    rows::forget_removed(tx, caller.num)?;
    let own = tx.bucket(caller.utility, format!("user:{}", caller.id))?;
    tx.remove(own, Entity::SavedView, &RowId::of(*id.0.as_bytes()))
}
