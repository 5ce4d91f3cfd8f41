//! The live stream: the newest value of each topic goes to each reader, whatever its speed.
//!
//! A reader has a mailbox that holds one value for each topic it listens to. A newer value replaces one that was not fetched, so a slow reader
//! costs one value a topic and never a backlog.

use crate::core::feed::BucketAdvanced;
use domain::MeterId;
use protocol::metering::live::Frame;
use protocol::metering::messages::{MeterOrder, OrderAction};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, watch};

/// One reader's newest values.
pub struct Mailbox<K, V> {
    unread: Mutex<HashMap<K, V>>,
    changed: Notify,
}

impl<K: Eq + Hash, V> Mailbox<K, V> {
    /// Waits for values and takes them all.
    pub async fn fetch(&self) -> Vec<V> {
        loop {
            let changed = self.changed.notified();
            let unread = std::mem::take(&mut *lock(&self.unread));
            if !unread.is_empty() {
                return unread.into_values().collect();
            }
            changed.await;
        }
    }

    /// Puts a value in, in the place of its topic's last.
    pub fn put(&self, key: K, value: V) {
        lock(&self.unread).insert(key, value);
        self.changed.notify_one();
    }
}

impl<K, V> Default for Mailbox<K, V> {
    fn default() -> Self {
        Self { unread: Mutex::default(), changed: Notify::new() }
    }
}

type Mailboxes<K, V> = Vec<Arc<Mailbox<K, V>>>;

/// Which readers listen to which topics.
pub struct Topics<K, V> {
    readers: Mutex<HashMap<K, Mailboxes<K, V>>>,
}

impl<K, V> Default for Topics<K, V> {
    fn default() -> Self {
        Self { readers: Mutex::default() }
    }
}

impl<K: Copy + Eq + Hash, V: Copy> Topics<K, V> {
    /// A reader that listens to nothing yet. It stops listening when it is dropped.
    pub fn join(self: &Arc<Self>) -> Reader<K, V> {
        let mailbox = Arc::default();
        Reader { topics: Arc::clone(self), mailbox, listening: Vec::new() }
    }

    fn publish(&self, key: K, value: V) {
        for mailbox in lock(&self.readers).get(&key).into_iter().flatten() {
            mailbox.put(key, value);
        }
    }

    fn leave(&self, keys: &[K], mailbox: &Arc<Mailbox<K, V>>) {
        let mut readers = lock(&self.readers);
        for key in keys {
            if let Some(list) = readers.get_mut(key) {
                list.retain(|other| !Arc::ptr_eq(other, mailbox));
                if list.is_empty() {
                    readers.remove(key);
                }
            }
        }
    }
}

/// A reader and what it listens to.
pub struct Reader<K: Copy + Eq + Hash, V: Copy> {
    topics: Arc<Topics<K, V>>,
    /// Where its values are.
    pub mailbox: Arc<Mailbox<K, V>>,
    listening: Vec<K>,
}

impl<K: Copy + Eq + Hash, V: Copy> Reader<K, V> {
    /// Listens to these topics, and to no others any more.
    pub fn listen(&mut self, keys: Vec<K>) {
        self.topics.leave(&self.listening, &self.mailbox);
        let mut readers = lock(&self.topics.readers);
        for key in &keys {
            readers.entry(*key).or_default().push(Arc::clone(&self.mailbox));
        }
        drop(readers);
        self.listening = keys;
    }

    /// Whether it listens to a topic.
    pub fn listens_to(&self, key: &K) -> bool {
        self.listening.contains(key)
    }
}

impl<K: Copy + Eq + Hash, V: Copy> Drop for Reader<K, V> {
    fn drop(&mut self) {
        self.topics.leave(&self.listening, &self.mailbox);
    }
}

/// An order on its way to a meter.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// The meter's key.
    pub meter: i64,
    /// The order.
    pub order: MeterOrder,
}

/// Live values by meter, changes by bucket, and orders by meter.
#[derive(Default)]
pub struct Hub {
    /// Orders, the newest of each kind: to the MQTT session that listens for the meter, if there is one.
    pub orders: Arc<Topics<(i64, OrderAction), Order>>,
    /// Meters that got orders which are on disk, by key.
    pub ordered: Arc<Topics<i64, i64>>,
    /// Live values.
    pub meters: Arc<Topics<MeterId, Frame>>,
    /// Buckets that have advanced, by key.
    pub buckets: Arc<Topics<i64, BucketAdvanced>>,
    /// Changes when somebody's scope does.
    scope: watch::Sender<()>,
}

impl Hub {
    /// A meter's newest value, after it is on disk.
    pub fn publish(&self, frame: Frame) {
        self.meters.publish(frame.meter, frame);
    }

    /// Sends an order to its meter's MQTT session.
    pub fn order(&self, order: Order) {
        self.orders.publish((order.meter, order.order.action), order);
    }

    /// Announces that these meters got orders, after they are on disk.
    pub fn publish_ordered(&self, meters: &[i64]) {
        for meter in meters {
            self.ordered.publish(*meter, *meter);
        }
    }

    /// Announces that somebody's scope has changed, after that is on disk and before anything that comes after it.
    pub fn invalidate_scopes(&self) {
        self.scope.send_replace(());
    }

    /// Changes when somebody's scope does.
    pub fn scope(&self) -> watch::Receiver<()> {
        self.scope.subscribe()
    }

    /// Announces how far buckets have advanced, after that is on disk.
    pub fn publish_advanced(&self, advanced: &[BucketAdvanced]) {
        for bucket in advanced {
            self.buckets.publish(bucket.bucket, *bucket);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_slow_reader_finds_the_latest_value_and_no_backlog() {
        let topics: Arc<Topics<u8, u32>> = Arc::default();
        let mut reader = topics.join();
        reader.listen(vec![1, 2]);
        for value in 0..1_000 {
            topics.publish(1, value);
            topics.publish(3, value);
        }
        assert_eq!(reader.mailbox.fetch().await, [999]);
    }

    #[tokio::test]
    async fn a_reader_that_left_is_forgotten() {
        let topics: Arc<Topics<u8, u32>> = Arc::default();
        let mut reader = topics.join();
        reader.listen(vec![1]);
        drop(reader);
        assert!(lock(&topics.readers).is_empty());
    }
}
