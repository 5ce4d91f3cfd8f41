//! Which MQTT clients are connected: a client that connects again takes over from its older session (MQTT 5, 3.1.4), a credential has a few
//! places, and what an older connection left to be said does not override a newer one.
//!
//! A meter behind a mobile network often comes back before its old network line is known to be dead, and not always under the same name.

use crate::metering::fleet::Credential;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, OwnedMutexGuard};

/// Connections of one meter's credential at a time.
const METER_PLACES: usize = 4;

/// Connections of one meter gateway's credential at a time.
const GATEWAY_PLACES: usize = 32;

/// The connected clients, by credential: no meter can take over another's session.
#[derive(Default)]
pub struct Presence {
    credentials: Mutex<Credentials>,
}

#[derive(Default)]
struct Credentials {
    /// Connections so far; a newer one has a higher number.
    numbered: u64,
    connected: HashMap<Credential, Connections>,
}

/// The connections of one credential.
#[derive(Default)]
struct Connections {
    open: BTreeMap<u64, Open>,
    /// The newest connection that has published something for a meter.
    spoke: HashMap<i64, u64>,
    /// Held while a will is checked and handed over, so that nothing newer is said in between.
    wills: Arc<tokio::sync::Mutex<()>>,
}

struct Open {
    client_id: String,
    displaced: Arc<Notify>,
    /// Whether its line is gone, and only its will waits.
    is_gone: bool,
}

/// A session's registration as one of its credential's, given up when it is dropped.
pub struct Registration {
    presence: Arc<Presence>,
    credential: Credential,
    /// Higher than that of every older connection.
    pub number: u64,
    /// The older connection of the same client that this one has taken over from.
    pub replaces: Option<u64>,
    displaced: Arc<Notify>,
    wills: Arc<tokio::sync::Mutex<()>>,
}

impl Presence {
    /// Registers a session, and notifies those that make room: the one that was before of the same client; if the credential has no place
    /// left, the oldest of those whose line is gone, or the oldest of all.
    pub fn register(self: &Arc<Self>, credential: Credential, client_id: String) -> Registration {
        let displaced = Arc::new(Notify::new());
        let mut credentials = lock(&self.credentials);
        credentials.numbered += 1;
        let number = credentials.numbered;
        let connections = credentials.connected.entry(credential).or_default();
        let replaces = connections.open.iter().find(|(_, open)| open.client_id == client_id).map(|(number, _)| *number);
        let full = connections.open.len() >= places(credential);
        let first = connections.open.iter().min_by_key(|(number, open)| (!open.is_gone, **number)).map(|(number, _)| *number);
        let leaves = replaces.or(first.filter(|_| full));
        if let Some(older) = leaves.and_then(|number| connections.open.remove(&number)) {
            older.displaced.notify_one();
        }
        connections.open.insert(number, Open { client_id, displaced: Arc::clone(&displaced), is_gone: false });
        let wills = Arc::clone(&connections.wills);
        drop(credentials);
        Registration { presence: Arc::clone(self), credential, number, replaces, displaced, wills }
    }
}

const fn places(credential: Credential) -> usize {
    match credential {
        Credential::Meter(_) => METER_PLACES,
        Credential::Gateway(_) => GATEWAY_PLACES,
    }
}

impl Registration {
    /// Returns when a newer session has taken this one's place.
    pub async fn displaced(&self) {
        self.displaced.notified().await;
    }

    /// Marks that this connection's line is gone: it makes room before any that is there.
    pub fn line_is_gone(&self) {
        if let Some(connections) = lock(&self.presence.credentials).connected.get_mut(&self.credential)
            && let Some(open) = connections.open.get_mut(&self.number)
        {
            open.is_gone = true;
        }
    }

    /// Marks that this connection has published something for a meter. Waits while a will of the credential is handed over.
    pub async fn speak(&self, meter: i64) {
        let _turn = self.wills.lock().await;
        if let Some(connections) = lock(&self.presence.credentials).connected.get_mut(&self.credential) {
            let newest = connections.spoke.entry(meter).or_default();
            *newest = self.number.max(*newest);
        }
    }

    /// The turn to hand over this connection's will about a meter; `None` if a newer connection has said otherwise. For a meter's own
    /// credential a newer connection says by being there that the meter is.
    pub async fn turn_of_will(&self, meter: i64) -> Option<OwnedMutexGuard<()>> {
        let turn = Arc::clone(&self.wills).lock_owned().await;
        let credentials = lock(&self.presence.credentials);
        let connections = credentials.connected.get(&self.credential);
        let overridden = connections.is_some_and(|connections| {
            let is_newer_open = connections.open.keys().next_back().is_some_and(|newest| *newest > self.number);
            connections.spoke.get(&meter).is_some_and(|newest| *newest > self.number)
                || (matches!(self.credential, Credential::Meter(_)) && is_newer_open)
        });
        (!overridden).then_some(turn)
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        let mut credentials = lock(&self.presence.credentials);
        if let Some(connections) = credentials.connected.get_mut(&self.credential) {
            connections.open.remove(&self.number);
            if connections.open.is_empty() {
                credentials.connected.remove(&self.credential);
            }
        }
    }
}

fn lock(credentials: &Mutex<Credentials>) -> MutexGuard<'_, Credentials> {
    credentials.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::time::timeout;

    #[tokio::test]
    async fn a_newer_session_stays_registered_when_the_older_one_ends() {
        let presence: Arc<Presence> = Arc::default();
        let older = presence.register(Credential::Meter(1), "m".into());
        let newer = presence.register(Credential::Meter(1), "m".into());
        older.displaced().await;
        drop(older);
        let newest = presence.register(Credential::Meter(1), "m".into());
        newer.displaced().await;
        assert_eq!(newest.replaces, Some(newer.number));
        drop((newer, newest));
        assert!(lock(&presence.credentials).connected.is_empty());
    }

    #[tokio::test]
    async fn another_meter_with_the_same_client_id_takes_over_no_session() {
        let presence: Arc<Presence> = Arc::default();
        let one = presence.register(Credential::Meter(1), "m".into());
        let _other = presence.register(Credential::Meter(2), "m".into());
        let waited = timeout(Duration::from_millis(20), one.displaced()).await;
        assert!(waited.is_err(), "it is still the client's session");
    }

    #[tokio::test]
    async fn what_only_has_a_will_that_waits_makes_room_before_an_older_connection_that_is_there() {
        let presence: Arc<Presence> = Arc::default();
        let register = |client_id: &str| presence.register(Credential::Meter(1), client_id.into());
        let (first, second, third) = (register("a"), register("b"), register("c"));
        let _fourth = register("d");
        second.line_is_gone();
        third.line_is_gone();
        let soon = Duration::from_millis(20);
        let _fifth = register("e");
        timeout(soon, second.displaced()).await.expect("the oldest of those whose line is gone");
        assert!(timeout(soon, first.displaced()).await.is_err(), "it is there");
        let _sixth = register("f");
        timeout(soon, third.displaced()).await.expect("the other one");
        let _seventh = register("g");
        timeout(soon, first.displaced()).await.expect("all are there, and it is the oldest");
    }

    #[tokio::test]
    async fn a_will_counts_unless_a_newer_connection_spoke_or_is_there() {
        let presence: Arc<Presence> = Arc::default();
        let older = presence.register(Credential::Gateway(1), "a".into());
        let newer = presence.register(Credential::Gateway(1), "b".into());
        newer.speak(7).await;
        assert!(older.turn_of_will(7).await.is_none(), "the newer one has spoken for this meter");
        assert!(older.turn_of_will(8).await.is_some(), "and not for this one");
        older.speak(7).await;
        drop(newer);
        assert!(older.turn_of_will(7).await.is_none(), "what was said last by the newer one stands");
        let alone = presence.register(Credential::Meter(1), "a".into());
        assert!(alone.turn_of_will(1).await.is_some());
        let _second = presence.register(Credential::Meter(1), "b".into());
        assert!(alone.turn_of_will(1).await.is_none());
    }
}
