//! What is known of a batch as a whole, as the outbox keeps it.

use crate::core::jobs::Jobs;
use crate::error::Error;
use crate::store::Store;
use crate::store::outbox::sent_of_batch;
use domain::UtcMillis;
use domain::people::batch::{BatchChange, Refusal, UNDO_MS};
use protocol::ui::bulk::{Batch, BatchStage, Example, RefusedGroup};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Customers that are named of each reason.
pub const NAMED: usize = 5;

/// Customers that are named of those who could not be taken back.
const NAMED_SINCE: usize = 50;

/// A batch.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    /// Which.
    pub id: Uuid,
    /// When it was begun.
    pub at: UtcMillis,
    /// What is set.
    pub change: BatchChange,
    /// Customers of it.
    pub selected: u32,
    /// Where it is.
    pub stage: BatchStage,
    /// Customers up to this place were judged.
    pub done_to: u32,
    /// Those that were changed, and those that were so already.
    pub changed: u32,
    pub same: u32,
    /// Those that were left out, by the reason.
    pub refused: Vec<RefusedGroup>,
    /// Operations that it made.
    pub operations: u32,
    /// When all of them were made.
    pub done_at: Option<UtcMillis>,
    /// Customers up to this place were taken back.
    pub undone_to: u32,
    /// Operations that take it back.
    pub undo_operations: u32,
    /// Those that could not be taken back, and the first of them.
    pub changed_since: u32,
    pub changed_since_first: Vec<Example>,
}

impl State {
    /// A batch that begins.
    pub const fn new(id: Uuid, at: UtcMillis, change: BatchChange, selected: u32) -> Self {
        Self {
            id,
            at,
            change,
            selected,
            stage: BatchStage::Doing,
            done_to: 0,
            changed: 0,
            same: 0,
            refused: Vec::new(),
            operations: 0,
            done_at: None,
            undone_to: 0,
            undo_operations: 0,
            changed_since: 0,
            changed_since_first: Vec::new(),
        }
    }

    /// Keeps that a customer was left out.
    pub fn refuse(&mut self, why: Refusal, who: Example) {
        refuse(&mut self.refused, why, || Some(who));
    }

    /// Keeps that a customer could not be taken back.
    pub fn keep_changed(&mut self, who: Example) {
        self.changed_since += 1;
        if self.changed_since_first.len() < NAMED_SINCE {
            self.changed_since_first.push(who);
        }
    }

    /// Whether it can still be taken back.
    pub fn can_undo(&self, now: UtcMillis) -> bool {
        let is_in_time = self.done_at.is_some_and(|at| now.since(at) <= UNDO_MS);
        is_in_time && self.changed > 0 && matches!(self.stage, BatchStage::Done | BatchStage::Undoing)
    }

    /// As the page shows it.
    ///
    /// # Errors
    /// The outbox cannot be read.
    pub fn shown(&self, store: &Store, jobs: &Jobs, now: UtcMillis) -> Result<Batch, Error> {
        let all = self.operations + self.undo_operations;
        Ok(Batch {
            id: self.id,
            at: self.at,
            change: self.change,
            stage: self.stage,
            selected: self.selected,
            changed: self.changed,
            same: self.same,
            refused: self.refused.clone(),
            job: jobs.of(self.id),
            sent: store.read_now(|db| sent_of_batch(db, self.id, all))?,
            undo_until: self.can_undo(now).then(|| self.done_at.map(|at| at.plus(UNDO_MS))).flatten(),
            changed_since: self.changed_since,
            changed_since_first: self.changed_since_first.clone(),
        })
    }
}

/// Counts a customer that is left out, and names the first of each reason.
pub fn refuse(groups: &mut Vec<RefusedGroup>, why: Refusal, who: impl FnOnce() -> Option<Example>) {
    let at = groups.iter().position(|group| group.why == why).unwrap_or_else(|| {
        groups.push(RefusedGroup { why, count: 0, examples: Vec::new() });
        groups.len() - 1
    });
    let group = &mut groups[at];
    group.count += 1;
    if group.examples.len() < NAMED {
        group.examples.extend(who());
    }
}
