//! One at a time for each purchase, without holding up the others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OwnedMutexGuard;
use uuid::Uuid;

type Turn = Arc<tokio::sync::Mutex<()>>;

/// Who is at it, by purchase.
#[derive(Default)]
pub struct Turns(Mutex<HashMap<Uuid, Turn>>);

impl Turns {
    /// Waits for one's turn; it ends when what is returned is dropped.
    pub async fn take(&self, purchase: Uuid) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Whoever holds or awaits a turn has a share in it.
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            Arc::clone(turns.entry(purchase).or_default())
        };
        turn.lock_owned().await
    }
}
