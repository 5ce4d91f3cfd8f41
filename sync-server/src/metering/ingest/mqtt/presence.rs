//! Who is connected: a client that connects again takes the place of its older connection (MQTT 5, 3.1.4).
//!
//! A meter behind a mobile network often comes back before its old connection is known to be dead.

use crate::metering::fleet::Credential;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// A client: whose credential, and what it calls itself. By credential first, so that no device can take another's place.
type Client = (Credential, String);

/// The connected clients.
#[derive(Default)]
pub struct Presence {
    places: Mutex<HashMap<Client, Arc<Notify>>>,
}

/// One connection's place, given up when it is dropped.
pub struct Slot {
    presence: Arc<Presence>,
    client: Client,
    taken: Arc<Notify>,
}

impl Presence {
    /// Takes a client's place, and tells the connection that had it.
    pub fn take(self: &Arc<Self>, credential: Credential, client_id: String) -> Slot {
        let (client, taken) = ((credential, client_id), Arc::new(Notify::new()));
        if let Some(older) = lock(&self.places).insert(client.clone(), Arc::clone(&taken)) {
            older.notify_one();
        }
        Slot { presence: Arc::clone(self), client, taken }
    }
}

impl Slot {
    /// Returns when a newer connection has taken the place.
    pub async fn taken(&self) {
        self.taken.notified().await;
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Entry::Occupied(entry) = lock(&self.presence.places).entry(self.client.clone())
            && Arc::ptr_eq(entry.get(), &self.taken)
        {
            entry.remove();
        }
    }
}

fn lock(places: &Mutex<HashMap<Client, Arc<Notify>>>) -> MutexGuard<'_, HashMap<Client, Arc<Notify>>> {
    places.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_newer_connection_has_the_place_and_the_older_one_leaving_does_not_take_it_away() {
        let presence: Arc<Presence> = Arc::default();
        let older = presence.take(Credential::Meter(1), "m".into());
        let newer = presence.take(Credential::Meter(1), "m".into());
        older.taken().await;
        drop(older);
        let newest = presence.take(Credential::Meter(1), "m".into());
        newer.taken().await;
        drop((newer, newest));
        assert!(lock(&presence.places).is_empty());
    }

    #[tokio::test]
    async fn another_device_with_the_same_client_id_takes_nobodys_place() {
        let presence: Arc<Presence> = Arc::default();
        let one = presence.take(Credential::Meter(1), "m".into());
        let _other = presence.take(Credential::Meter(2), "m".into());
        let waited = tokio::time::timeout(std::time::Duration::from_millis(20), one.taken()).await;
        assert!(waited.is_err(), "nobody took it");
    }
}
