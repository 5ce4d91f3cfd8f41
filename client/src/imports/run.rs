//! The jobs of an import, off the async threads, one at a time.

use crate::core::jobs::{Pace, Turn};
use crate::core::shared::Shared;
use crate::error::Error;
use crate::imports::commit::{Committing, can_undo, commit, undo};
use crate::imports::known::KnownHere;
use crate::imports::read::{Reading, open, read};
use crate::imports::{Desk, bring, busy, check};
use crate::queries::known::remembered_mapping;
use crate::store::sync::buckets::has_all_of_admins;
use domain::imports::Mapping;
use imports::Limits;
use protocol::core::problem::{Code, Problem};
use protocol::ui::imports::{Failure, Stage};
use protocol::ui::{Keeping, Phase};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How long the page waits for a job before it shows that it runs.
const MOMENT: Duration = Duration::from_millis(700);

/// What is to be done with an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Read the file that was brought.
    Read,
    /// Check the rows that were read.
    Check,
    /// Make operations of them.
    Commit,
    /// Take those back.
    Undo,
}

impl Shared {
    /// Begins a job. Returns when it is over, or after a moment, while it goes on; what it comes to is in the import's file.
    pub(super) async fn begin(self: &Arc<Self>, desk: &Desk, import: Uuid, work: Work) -> Result<(), Error> {
        // Without a keyring the outbox is lost when the app ends, so nothing may wait in it.
        if matches!(work, Work::Commit | Work::Undo) && self.keeping() == Keeping::ThisRun && self.phase() != Phase::Live {
            return Err(Problem::new(Code::NoKeyring, "without a keyring nothing can wait for the server on this device").into());
        }
        let (of, allowed) = (desk.clone(), work);
        self.store.blocking(move |_| of.allow(import, allowed)).await?;
        let (client, desk) = (Arc::clone(self), desk.clone());
        let (begun, waits) = tokio::sync::oneshot::channel();
        let mut job = tokio::task::spawn_blocking(move || {
            let total = desk.find(import).ok().flatten().and_then(|(file, _)| file.count_rows(0).ok()).unwrap_or_default();
            let jobs = Arc::clone(&desk.jobs);
            let Some(turn) = jobs.begin(import, if work == Work::Read { 0 } else { total }) else {
                // Whoever waits sees that nothing has begun.
                let _ = begun.send(false);
                return;
            };
            let _ = begun.send(true);
            let mut pace = Pace::default();
            let mut watch = |rows: u32| {
                if pace.is_due() {
                    client.import_went_on(import);
                }
                turn.note(rows)
            };
            if let Err(error) = client.work(&desk, import, work, &mut watch) {
                tracing::error!(%error, %import, "an import's job failed");
                desk.fail(import, work, &error);
            }
            end(turn);
            if matches!(work, Work::Commit | Work::Undo) {
                client.emit(protocol::ui::Event::Changed);
                client.request_push();
            }
        });
        if !waits.await.unwrap_or(false) {
            return Err(busy());
        }
        // Most checks take less: then the page is answered what they came to, and is not asked to read it once more.
        if tokio::time::timeout(MOMENT, &mut job).await.is_err() {
            let client = Arc::clone(self);
            tokio::spawn(async move {
                let _ = job.await;
                client.import_went_on(import);
            });
        }
        Ok(())
    }

    fn work(&self, desk: &Desk, import: Uuid, work: Work, watch: &mut dyn FnMut(u32) -> ControlFlow<()>) -> Result<(), Error> {
        let (mut file, mut state) = desk.open(import)?;
        let around = desk.around()?;
        match work {
            Work::Read => {
                state.stage = Stage::Reading;
                file.set_state(&state)?;
                let brought = desk.brought(import);
                let limits = Limits::default();
                let Some(mut workbook) = open(&file, &mut state, &brought, &limits)? else { return Ok(()) };
                let known = KnownHere::for_check(&desk.store)?;
                let remembered = |source: &str| remembered(desk, source);
                let with = Reading { around: &around, known: &known, remembered: &remembered };
                read(&mut file, &mut state, &mut workbook, &with, watch)?;
            }
            Work::Check => {
                if !state.is_checked {
                    state.stage = Stage::Checking;
                    file.set_state(&state)?;
                    let known = KnownHere::for_check(&desk.store)?;
                    if !check::check(&mut file, &mut state, &around, &known, watch)? {
                        state.stage = Stage::Mapping;
                        return file.set_state(&state);
                    }
                }
                state.stage = Stage::Checked;
                file.set_state(&state)?;
            }
            Work::Commit | Work::Undo => {
                let with = Committing { store: &desk.store, around: &around, made: self.stamp() };
                let is_over = if work == Work::Commit {
                    commit(&mut file, &mut state, &with, watch)?
                } else {
                    undo(&mut file, &mut state, &with, watch)?
                };
                if is_over && work == Work::Commit {
                    bring::forget(&desk.brought(import))?;
                }
            }
        }
        Ok(())
    }
}

/// The turn ends before the page reads again.
fn end(turn: Turn<'_>) {
    drop(turn);
}

fn remembered(desk: &Desk, source: &str) -> Option<Mapping> {
    let text = desk.store.read_now(|db| remembered_mapping(db, source)).ok().flatten()?;
    serde_json::from_str(&text).ok()
}

impl Desk {
    /// Refuses a job for which the import is not ready.
    fn allow(&self, import: Uuid, work: Work) -> Result<(), Error> {
        let (_, state) = self.open(import)?;
        // Rows that have not come yet would be taken for gone, and never be taken back.
        if work == Work::Undo && !self.store.read_now(has_all_of_admins)? {
            return Err(Problem::new(Code::Busy, "the utility's rows have not all come yet").into());
        }
        let refused = |what: &str| Err(Problem::new(Code::BadRequest, what).into());
        let is_committed = matches!(state.stage, Stage::Committing | Stage::Committed | Stage::Undoing | Stage::Undone);
        match work {
            Work::Read | Work::Check if is_committed => refused("the import was committed already"),
            Work::Check if state.mapping.as_ref().is_none_or(|mapping| !mapping.is_complete()) => refused("a column is missing"),
            Work::Commit if !matches!(state.stage, Stage::Checked | Stage::Committing) => refused("check the rows first"),
            Work::Commit if state.counts.error > 0 && !state.policy.partial => {
                refused("rows have errors, and all or none are wanted")
            }
            Work::Commit if state.counts.create + state.counts.update == 0 => refused("there is nothing to commit"),
            Work::Undo if !can_undo(&state, crate::core::clock::now()) => refused("the import cannot be taken back any more"),
            _ => Ok(()),
        }
    }

    /// Keeps that a job failed: reading ends, and what else there is can be tried again from where it is.
    fn fail(&self, import: Uuid, work: Work, error: &Error) {
        let kept = self.open(import).and_then(|(file, mut state)| {
            let code = if matches!(error, Error::Cache(_) | Error::Io(_)) { "io" } else { "interrupted" };
            state.failure = Some(Failure { code: code.to_owned(), about: error.to_string() });
            match work {
                Work::Read => state.stage = Stage::Failed,
                Work::Check => state.stage = Stage::Mapping,
                Work::Commit | Work::Undo => {}
            }
            file.set_state(&state)
        });
        if let Err(error) = kept {
            tracing::error!(%error, %import, "what became of an import cannot be written");
        }
    }
}
