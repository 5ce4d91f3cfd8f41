//! Overlays of saved views: which of two changes stands is a matter of their versions, here as on the server.

use crate::overlay::with_fields;
use domain::UtcMillis;
use domain::people::saved_view::{accepted, view_of};
use protocol::sync::push::Operation;
use protocol::sync::rows::SavedView;

/// Whether an operation removes the row; what comes behind it may make it again.
pub fn removes(body: &str, operation: &Operation) -> bool {
    matches!(operation, Operation::RemoveView { version, .. } if over(body, *version).is_some())
}

/// A view as it is kept before the server has it.
pub(crate) fn kept(operation: &Operation) -> Option<String> {
    let Operation::PutView { user, list, name, query, version } = operation else { return None };
    let row = SavedView {
        id: view_of(*user, *list, name),
        list: list.as_str().to_owned(),
        name: name.clone(),
        query: query.clone(),
        version: *version,
    };
    serde_json::to_string(&row).ok()
}

/// A view with what is kept in its place.
pub(crate) fn put(body: &str, operation: &Operation) -> Option<String> {
    let Operation::PutView { name, query, version, .. } = operation else { return None };
    let version = over(body, *version)?;
    let put = serde_json::json!({ "name": name, "query": query, "version": version });
    with_fields(body, &put, ["name", "query", "version"].into_iter())
}

/// The version of a view with a change over it; none where the view was changed later.
fn over(body: &str, version: i64) -> Option<i64> {
    let row: SavedView = serde_json::from_str(body).ok()?;
    // Whose clock is wrong is the server's to say.
    accepted(version, Some(row.version), UtcMillis(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::overlay::{Author, new_row, overlay};
    use domain::UserId;
    use domain::people::saved_view::ViewList;
    use uuid::Uuid;

    #[test]
    fn a_view_that_waits_shows_unless_it_was_changed_later_on_another_device() {
        let (user, list, name) = (UserId(Uuid::nil()), ViewList::Meters, "Luring".to_owned());
        let put = |query: &str, version| Operation::PutView { user, list, name: name.clone(), query: query.into(), version };
        let row = new_row(&put("?saring=luring", 7), Author { name: "Rina", id: None, at: UtcMillis(7) }).expect("a row");
        let query = |body: &str| serde_json::from_str::<SavedView>(body).expect("JSON").query;
        assert_eq!((query(&row).as_str(), overlay(&row, &put("?saring=lama", 6))), ("?saring=luring", None));
        assert_eq!(overlay(&row, &put("?saring=lama", 8)).as_deref().map(query).as_deref(), Some("?saring=lama"));
        let remove = |version| removes(&row, &Operation::RemoveView { user, list, name: name.clone(), version });
        assert_eq!((remove(6), remove(8)), (false, true));
    }
}
