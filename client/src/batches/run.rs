//! The jobs of a batch, off the async threads. They and those of imports take turns: one at a time on a device.

use crate::batches::Desk;
use crate::batches::make::{Making, make, undo};
use crate::batches::state::State;
use crate::core::jobs::{Pace, Turn};
use crate::core::shared::Shared;
use crate::error::Error;
use domain::UtcMillis;
use protocol::core::problem::{Code, Problem};
use protocol::ui::bulk::BatchStage;
use protocol::ui::{Event, Keeping, Phase};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How long the page waits for a job before it shows that it runs.
const MOMENT: Duration = Duration::from_millis(700);

/// What is to be done with a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Make its operations.
    Do,
    /// Take them back.
    Undo,
}

/// What is left to do of a batch that was stopped.
///
/// # Errors
/// Nothing is.
pub fn left(state: &State) -> Result<Work, Error> {
    match state.stage {
        BatchStage::Doing => Ok(Work::Do),
        BatchStage::Undoing => Ok(Work::Undo),
        BatchStage::Done | BatchStage::Undone => Err(Problem::new(Code::BadRequest, "nothing of it is left to do").into()),
    }
}

/// Refuses to take back what cannot be taken back any more.
///
/// # Errors
/// The time is over, or it is not done yet.
pub fn allow_undo(state: &State, now: UtcMillis) -> Result<(), Error> {
    if state.can_undo(now) {
        return Ok(());
    }
    Err(Problem::new(Code::BadRequest, "the batch cannot be taken back any more").into())
}

/// Why nothing begins while a job runs.
pub fn busy() -> Error {
    Problem::new(Code::Busy, "another import or batch is being worked on").into()
}

impl Shared {
    /// Without a keyring the outbox is lost when the app ends, so nothing may wait in it.
    pub(super) fn allow_waiting(&self) -> Result<(), Error> {
        if self.keeping() == Keeping::ThisRun && self.phase() != Phase::Live {
            return Err(Problem::new(Code::NoKeyring, "without a keyring nothing can wait for the server on this device").into());
        }
        Ok(())
    }

    /// Begins a job. Returns when it is over, or after a moment, while it goes on. A batch that is over already is left as it is.
    pub(super) async fn begin_batch(self: &Arc<Self>, desk: &Desk, batch: Uuid, work: Work) -> Result<(), Error> {
        let (client, desk) = (Arc::clone(self), desk.clone());
        let (begun, waits) = tokio::sync::oneshot::channel();
        let mut job = tokio::task::spawn_blocking(move || {
            let jobs = Arc::clone(&desk.jobs);
            let total = desk.open(batch).map_or(0, |state| state.selected);
            let Some(turn) = jobs.begin(batch, total) else {
                // Whoever waits sees that nothing has begun.
                let _ = begun.send(false);
                return;
            };
            let _ = begun.send(true);
            if let Err(error) = client.work_on_batch(&desk, batch, work, &turn) {
                tracing::error!(%error, %batch, "a batch's job failed; it can go on where it was");
            }
            // The turn ends before the page reads again.
            drop(turn);
            client.emit(Event::Changed);
            client.request_push();
        });
        if !waits.await.unwrap_or(false) {
            return Err(busy());
        }
        // Most batches take less: then the page is answered what they came to, and is not asked to read it once more.
        if tokio::time::timeout(MOMENT, &mut job).await.is_err() {
            let client = Arc::clone(self);
            tokio::spawn(async move {
                let _ = job.await;
                client.refresh_counts().await;
                client.batch_went_on(batch);
            });
        } else {
            self.refresh_counts().await;
        }
        Ok(())
    }

    fn work_on_batch(&self, desk: &Desk, batch: Uuid, work: Work, turn: &Turn<'_>) -> Result<(), Error> {
        let mut state = desk.open(batch)?;
        let mut pace = Pace::default();
        let mut watch = |done: u32| {
            if pace.is_due() {
                self.batch_went_on(batch);
            }
            turn.note(done)
        };
        let with = Making { store: &desk.store, user: desk.user, made: self.stamp() };
        match work {
            Work::Do if state.stage == BatchStage::Doing => make(&mut state, &with, &mut watch).map(drop),
            Work::Undo if matches!(state.stage, BatchStage::Done | BatchStage::Undoing) => {
                undo(&mut state, &with, &mut watch).map(drop)
            }
            Work::Do | Work::Undo => Ok(()),
        }
    }
}
