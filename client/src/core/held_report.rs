//! The report that somebody looks at: filled once, so that each page and each file of it says the same, whatever changes meanwhile. It is in
//! memory alone, as files to take along are.

use crate::core::shared::lock;
use domain::UtcMillis;
use domain::reports::Report;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// A report that was filled.
#[derive(Clone)]
pub struct Held {
    /// The report.
    pub report: Arc<Report>,
    /// As of when its data are.
    pub as_of: Option<UtcMillis>,
}

/// The one that was filled last.
#[derive(Default)]
pub struct HeldReport(Mutex<Option<(Uuid, Held)>>);

impl HeldReport {
    /// Keeps a report in place of the one before.
    pub fn keep(&self, id: Uuid, held: Held) {
        *lock(&self.0) = Some((id, held));
    }

    /// The report; none where another one has taken its place.
    pub fn of(&self, id: Uuid) -> Option<Held> {
        lock(&self.0).as_ref().filter(|(held, _)| *held == id).map(|(_, held)| held.clone())
    }

    /// Forgets it, as whoever signs out leaves nothing behind.
    pub fn forget(&self) {
        *lock(&self.0) = None;
    }
}
