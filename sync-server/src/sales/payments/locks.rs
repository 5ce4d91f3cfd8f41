//! One payment is started at a time for each purchase, without holding up the others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OwnedMutexGuard;
use uuid::Uuid;

type PurchaseLock = Arc<tokio::sync::Mutex<()>>;

/// The locks that are held or awaited, by purchase.
#[derive(Default)]
pub struct PurchaseLocks(Mutex<HashMap<Uuid, PurchaseLock>>);

impl PurchaseLocks {
    /// Waits for a purchase's lock; it is released when the guard is dropped.
    pub async fn lock(&self, purchase: Uuid) -> OwnedMutexGuard<()> {
        let lock = {
            let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Whoever holds or awaits a lock has a share in it.
            locks.retain(|_, lock| Arc::strong_count(lock) > 1);
            Arc::clone(locks.entry(purchase).or_default())
        };
        lock.lock_owned().await
    }
}
