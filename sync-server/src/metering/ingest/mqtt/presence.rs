//! Which MQTT clients are connected: a client that connects again takes over from its older session (MQTT 5, 3.1.4).
//!
//! A meter behind a mobile network often comes back before its old network line is known to be dead.

use crate::metering::fleet::Credential;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// A client: its credential and its identifier. By credential first, so that no meter can take over another's session.
type ClientKey = (Credential, String);

type Clients = HashMap<ClientKey, Arc<Notify>>;

/// The connected clients.
#[derive(Default)]
pub struct Presence {
    clients: Mutex<Clients>,
}

/// A session's registration as the one of its client, given up when it is dropped.
pub struct Registration {
    presence: Arc<Presence>,
    client: ClientKey,
    taken_over: Arc<Notify>,
}

impl Presence {
    /// Registers a session as its client's, and notifies the session that was before.
    pub fn register(self: &Arc<Self>, credential: Credential, client_id: String) -> Registration {
        let (client, taken_over) = ((credential, client_id), Arc::new(Notify::new()));
        if let Some(older) = lock(&self.clients).insert(client.clone(), Arc::clone(&taken_over)) {
            older.notify_one();
        }
        Registration { presence: Arc::clone(self), client, taken_over }
    }
}

impl Registration {
    /// Returns when a newer session of the client has registered.
    pub async fn taken_over(&self) {
        self.taken_over.notified().await;
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        if let Entry::Occupied(entry) = lock(&self.presence.clients).entry(self.client.clone())
            && Arc::ptr_eq(entry.get(), &self.taken_over)
        {
            entry.remove();
        }
    }
}

fn lock(clients: &Mutex<Clients>) -> MutexGuard<'_, Clients> {
    clients.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_newer_session_stays_registered_when_the_older_one_ends() {
        let presence: Arc<Presence> = Arc::default();
        let older = presence.register(Credential::Meter(1), "m".into());
        let newer = presence.register(Credential::Meter(1), "m".into());
        older.taken_over().await;
        drop(older);
        let newest = presence.register(Credential::Meter(1), "m".into());
        newer.taken_over().await;
        drop((newer, newest));
        assert!(lock(&presence.clients).is_empty());
    }

    #[tokio::test]
    async fn another_meter_with_the_same_client_id_takes_over_no_session() {
        let presence: Arc<Presence> = Arc::default();
        let one = presence.register(Credential::Meter(1), "m".into());
        let _other = presence.register(Credential::Meter(2), "m".into());
        let waited = tokio::time::timeout(std::time::Duration::from_millis(20), one.taken_over()).await;
        assert!(waited.is_err(), "it is still the client's session");
    }
}
