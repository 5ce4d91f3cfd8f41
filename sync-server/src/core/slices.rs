//! Many jobs of one caller in slices, of which each is a job of the writer: whether they go on, and their answers in order.

use crate::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::oneshot;

/// Whether the slices of one caller still go on: once one of them is not done, none after it is, or an older edit would come behind a newer
/// one.
#[derive(Clone, Default)]
pub struct Sequence(Arc<AtomicBool>);

impl Sequence {
    /// None of the slices that come is to be done.
    pub fn break_off(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether an earlier slice was not done.
    pub fn is_broken(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A slice that is yet to be done. Dropped before it is, it breaks the sequence off.
pub struct Undone(Option<Sequence>);

impl Undone {
    /// A slice of a sequence.
    pub fn of(sequence: &Sequence) -> Self {
        Self(Some(sequence.clone()))
    }

    /// It is done.
    pub fn done(mut self) {
        self.0 = None;
    }
}

impl Drop for Undone {
    fn drop(&mut self) {
        if let Some(sequence) = &self.0 {
            sequence.break_off();
        }
    }
}

/// The answers of slices, as they come.
pub struct Outcomes<R>(pub(super) Vec<oneshot::Receiver<Vec<Result<R, Error>>>>);

impl<R> Outcomes<R> {
    /// Waits until all is on disk; returns what became of each item, in order.
    ///
    /// # Errors
    /// [`Error::Stopped`] if a slice was rolled back, and with it what came after.
    pub async fn all(self) -> Result<Vec<Result<R, Error>>, Error> {
        let mut outcomes = Vec::new();
        for answered in self.0 {
            outcomes.extend(answered.await.map_err(|_| Error::Stopped)?);
        }
        Ok(outcomes)
    }
}
