//! Saved views: a name, and the query of the page's address. They stay on the device, in the outbox of the user who keeps them.

use crate::error::Error;
use crate::store::Store;
use crate::store::files::is_attached;
use crate::store::outbox::batches::{MOST_VIEWS, forget_view, keep_view, views};
use domain::core::text::visible;
use protocol::core::problem::{Code, Problem};
use protocol::ui::bulk::{LONGEST_VIEW_NAME, SavedView};

/// The longest query that is kept, in bytes.
const LONGEST: usize = 8 * 1024;

/// Keeps a view; returns all of them.
///
/// # Errors
/// It has no name, there are too many, or nobody's outbox is open.
pub fn keep(store: &Store, view: SavedView) -> Result<Vec<SavedView>, Error> {
    let name = visible(&view.name).trim().to_owned();
    let is_named = !name.is_empty() && name.chars().count() <= LONGEST_VIEW_NAME && !name.chars().any(char::is_control);
    if !is_named || view.view.len() > LONGEST {
        return Err(Problem::new(Code::BadRequest, "a view has a name of 1 to 60 characters").into());
    }
    store.write_now(|db| {
        if !is_attached(db)? {
            return Err(Problem::new(Code::Storage, "views are kept in the outbox, which is not open").into());
        }
        keep_view(db, &SavedView { name, view: view.view })?;
        let kept = views(db)?;
        if kept.len() > MOST_VIEWS {
            return Err(Problem::new(Code::TooLarge, "so many views are not kept").into());
        }
        Ok(kept)
    })
}

/// Forgets a view; returns those that are left.
///
/// # Errors
/// The outbox cannot be written.
pub fn forget(store: &Store, name: &str) -> Result<Vec<SavedView>, Error> {
    store.write_now(|db| {
        if is_attached(db)? {
            forget_view(db, name)?;
        }
        views(db)
    })
}
