//! Views of *Pelanggan* that an earlier release kept in the outbox, on this device alone: they become operations, once.

use crate::error::Error;
use crate::store::files::is_attached;
use crate::store::outbox::meta;
use crate::store::outbox::submit::insert;
use crate::store::{Store, overlay};
use domain::UserId;
use domain::field::device_clock::Stamp;
use domain::people::saved_view::{ViewList, clean_view_name};
use protocol::sync::push::Operation;
use rusqlite::Connection;
use uuid::Uuid;

/// The version of a view of which nobody knows when it was kept: whatever another device has put or removed under its name stands.
const UNDATED: i64 = 1;

impl Store {
    /// Makes operations of the views that are in a user's outbox itself, in the transaction that takes them out of there; returns how many.
    ///
    /// # Errors
    /// The outbox cannot be written; then they stay where they are.
    pub fn put_views_of_this_device(&self, user: UserId, made: &Stamp) -> Result<usize, Error> {
        let put = self.write_now(|db| {
            if !is_attached(db)? || !meta::is_of(db, user)? {
                return Ok(Vec::new());
            }
            let put = operations(db, user)?;
            for (operation, name) in &put {
                insert(db, Uuid::now_v7(), operation, name, made)?;
            }
            if !put.is_empty() {
                db.execute("DELETE FROM outbox.saved_view", [])?;
            }
            Ok(put)
        })?;
        let shown = self.write_now(|db| {
            put.iter().try_for_each(|(operation, _)| {
                let (entity, row) = operation.row();
                overlay::apply_overlay(db, entity, &row)
            })
        });
        if let Err(error) = shown {
            tracing::error!(%error, "views are kept, and cannot be shown yet");
        }
        Ok(put.len())
    }
}

/// The operations with what people call their rows.
fn operations(db: &Connection, user: UserId) -> Result<Vec<(Operation, String)>, Error> {
    let mut query = db.prepare("SELECT name, view FROM outbox.saved_view ORDER BY name")?;
    let kept = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<Vec<(String, String)>, _>>()?;
    let put = kept.into_iter().filter_map(|(name, query)| {
        let (list, name) = (ViewList::Customers, clean_view_name(&name)?);
        Some((Operation::PutView { user, list, name: name.clone(), query, version: UNDATED }, name))
    });
    Ok(put.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queries::saved_views;
    use crate::store::outbox::open_ops;
    use domain::UtcMillis;

    #[test]
    fn views_of_an_earlier_release_are_put_once_and_into_their_users_outbox_alone() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("cache.db"), &"00".repeat(32)).unwrap();
        let (own, other) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        store.open_outbox(own, &dir.path().join("outbox.db")).unwrap();
        let kept =
            "INSERT INTO outbox.saved_view (name, view) VALUES ('Barat', '?wilayah=1'), ('Menunggak', '?saring=menunggak')";
        store.write_now(|db| Ok(db.execute(kept, [])?)).unwrap();
        let put = |user| store.put_views_of_this_device(user, &Stamp::from(UtcMillis(5))).unwrap();
        assert_eq!((put(other), put(own), put(own)), (0, 2, 0));
        let shown = store.read_now(|db| saved_views(db, ViewList::Customers)).unwrap();
        assert_eq!(shown.iter().map(|view| view.name.as_str()).collect::<Vec<_>>(), ["Barat", "Menunggak"]);
        assert_eq!(store.read_now(open_ops).unwrap().len(), 2);
        // Opened again, they are shown, and no operation is made a second time.
        store.close_outbox().unwrap();
        store.open_outbox(own, &dir.path().join("outbox.db")).unwrap();
        assert_eq!((put(own), store.read_now(|db| saved_views(db, ViewList::Customers)).unwrap()), (0, shown));
    }
}
