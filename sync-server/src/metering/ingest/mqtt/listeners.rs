//! Which MQTT session gets a meter's orders: of several that have subscribed to them, the newest, so that no order is carried out twice. What
//! it leaves behind without having acknowledged it goes to the next.

use crate::metering::live::Mailbox;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// Orders of a meter that another session has left behind, by identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftBehind {
    /// The meter's key.
    pub meter: i64,
    /// The orders that the session was sent; those that are still open are to be sent again.
    pub orders: Vec<Uuid>,
}

/// What other sessions leave behind, by the session and the meter.
pub type Inheritance = Mailbox<(u64, i64), LeftBehind>;

struct Listener {
    number: u64,
    inheritance: Arc<Inheritance>,
}

/// The sessions that listen for each meter, the newest last.
#[derive(Default)]
pub struct Listeners {
    meters: Mutex<HashMap<i64, Vec<Listener>>>,
}

impl Listeners {
    /// Makes a session the newest that listens for a meter, in the place of the session it `replaces`. Returns whether another one listens as
    /// well: then what is open was sent to that one.
    pub fn listen(&self, meter: i64, number: u64, replaces: Option<u64>, inheritance: &Arc<Inheritance>) -> bool {
        let mut meters = self.lock();
        let listeners = meters.entry(meter).or_default();
        listeners.retain(|listener| listener.number != number && Some(listener.number) != replaces);
        let is_shared = !listeners.is_empty();
        listeners.push(Listener { number, inheritance: Arc::clone(inheritance) });
        is_shared
    }

    /// Whether a session is the newest that listens for a meter.
    pub fn is_newest(&self, meter: i64, number: u64) -> bool {
        self.lock().get(&meter).and_then(|listeners| listeners.last()).is_some_and(|listener| listener.number == number)
    }

    /// Ends a session's listening for a meter. If another one listens, that one gets what was left behind.
    pub fn leave(&self, meter: i64, number: u64, orders: Vec<Uuid>) {
        let mut meters = self.lock();
        let Some(listeners) = meters.get_mut(&meter) else { return };
        let Some(at) = listeners.iter().position(|listener| listener.number == number) else { return };
        listeners.remove(at);
        match listeners.last() {
            Some(next) => next.inheritance.put((number, meter), LeftBehind { meter, orders }),
            None => drop(meters.remove(&meter)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Vec<Listener>>> {
        self.meters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_newest_gets_the_orders_and_the_next_what_it_leaves_behind() {
        let listeners = Listeners::default();
        let mailboxes: [Arc<Inheritance>; 3] = Default::default();
        assert!(!listeners.listen(7, 1, None, &mailboxes[0]));
        assert!(listeners.listen(7, 2, None, &mailboxes[1]), "another one listens");
        assert!(listeners.is_newest(7, 2) && !listeners.is_newest(7, 1));
        let order = Uuid::from_u128(1);
        listeners.leave(7, 2, vec![order]);
        assert_eq!(mailboxes[0].fetch().await, [LeftBehind { meter: 7, orders: vec![order] }]);
        assert!(!listeners.listen(7, 3, Some(1), &mailboxes[2]), "the same client again");
        listeners.leave(7, 1, vec![order]);
        assert!(listeners.is_newest(7, 3), "one that was replaced leaves nothing behind");
        listeners.leave(7, 3, Vec::new());
        assert!(listeners.lock().is_empty());
    }
}
