//! Batches: one change of many customers, previewed, made into operations of the outbox, shown while it runs, and taken back. And what else the
//! list of customers needs for many at once: messages, facets, ranges.

mod announce;
mod make;
mod preview;
mod run;
mod state;

use crate::batches::state::State;
use crate::core::jobs::Jobs;
use crate::core::shared::Shared;
use crate::error::Error;
use crate::queries;
use crate::queries::known::zones_by_name;
use crate::queries::roster::Rosters;
use crate::store::Store;
use crate::store::outbox::batches;
use crate::store::sync::buckets::has_all_of_admins;
use domain::people::Role;
use domain::{UserId, UtcMillis};
use protocol::core::problem::{Code, Problem};
use protocol::sync::rows::Zone;
use protocol::ui::bulk::{BulkRequest, BulkResponse, NewBatch, ZoneChoice};
use protocol::ui::{Answer, Event};
use rusqlite::Connection;
use std::sync::Arc;
use uuid::Uuid;

/// What a request of the page needs.
#[derive(Clone)]
pub(crate) struct Desk {
    store: Store,
    rosters: Arc<Rosters>,
    jobs: Arc<Jobs>,
    user: Option<UserId>,
}

impl Desk {
    /// A batch of this user.
    fn open(&self, batch: Uuid) -> Result<State, Error> {
        let state = self.store.read_now(|db| batches::state(db, batch))?;
        let state = state.ok_or_else(|| Problem::new(Code::NotFound, "this device does not have the batch"))?;
        Ok(serde_json::from_str(&state)?)
    }

    /// A batch of this user that goes on, or is taken back. Customers who have not come yet would be passed over.
    fn open_to_go_on(&self, batch: Uuid) -> Result<State, Error> {
        if !self.store.read_now(has_all_of_admins)? {
            return Err(Problem::new(Code::Busy, "the utility's rows have not all come yet").into());
        }
        self.open(batch)
    }

    fn list(&self, now: UtcMillis) -> Result<BulkResponse, Error> {
        let states = self.store.read_now(batches::states)?;
        let states = states.iter().map(|state| Ok(serde_json::from_str(state)?)).collect::<Result<Vec<State>, Error>>()?;
        let shown = states.iter().map(|state| state.shown(&self.store, &self.jobs, now)).collect::<Result<_, _>>()?;
        Ok(BulkResponse::Batches(shown))
    }

    /// Writes a new batch down, with everybody who is selected now. One that is there already stays as it is; it is not begun as another change.
    fn add(&self, new: &NewBatch, at: UtcMillis) -> Result<(), Error> {
        if let Some(known) = self.store.read_now(|db| batches::state(db, new.id))? {
            let known: State = serde_json::from_str(&known)?;
            if known.change != new.batch.change {
                return Err(Problem::new(Code::BadRequest, "another change was begun under this identifier").into());
            }
            return Ok(());
        }
        // Written down without its turn, it would wait as one that was stopped, and be what is begun by whoever has changed their mind since.
        if self.jobs.is_running() {
            return Err(run::busy());
        }
        let roster = self.store.read_now(|db| self.rosters.now(db))?;
        let selected: Vec<_> = roster.selected(&new.batch.selection).into_iter().map(|place| roster.id(place)).collect();
        let state = State::new(new.id, at, new.batch.change, selected.len() as u32);
        let text = serde_json::to_string(&state)?;
        self.store.write_now(|db| batches::add(db, new.id, at, &text, &selected))
    }

    /// What is answered at once.
    fn answer(&self, asked: BulkRequest, now: UtcMillis) -> Result<BulkResponse, Error> {
        Ok(match asked {
            BulkRequest::Facets(asked) => {
                BulkResponse::Facets(self.store.read_now(|db| Ok(self.rosters.now(db)?.facets(&asked)))?)
            }
            BulkRequest::Between(range) => {
                BulkResponse::Customers(self.store.read_now(|db| queries::between(db, &self.rosters, &range))?)
            }
            BulkRequest::Zones => BulkResponse::Zones(self.store.read_now(zones)?),
            BulkRequest::Preview(considered) => {
                BulkResponse::Preview(self.store.read_now(|db| preview::preview(db, &self.rosters, &considered))?)
            }
            BulkRequest::Stop(batch) => {
                self.jobs.stop(batch);
                self.list(now)?
            }
            BulkRequest::List
            | BulkRequest::Begin(_)
            | BulkRequest::GoOn(_)
            | BulkRequest::Undo(_)
            | BulkRequest::Reach(_)
            | BulkRequest::Announce(_) => self.list(now)?,
        })
    }
}

/// Every zone that this device knows, by name: also one in which nobody is yet.
fn zones(db: &Connection) -> Result<Vec<ZoneChoice>, Error> {
    let choice = |zone: Zone| ZoneChoice { id: zone.id, name: zone.name };
    Ok(zones_by_name(db)?.into_iter().map(choice).collect())
}

impl Shared {
    /// Answers Pelanggan for many at once.
    pub(crate) async fn bulk(self: &Arc<Self>, asked: BulkRequest) -> Result<Answer, Error> {
        if self.session().user.is_none_or(|user| user.role != Role::Admin) {
            return Err(Problem::new(Code::Denied, "customers are changed by admins").into());
        }
        let (rosters, jobs) = (Arc::clone(&self.rosters), Arc::clone(&self.imports));
        let desk = Desk { store: self.store.clone(), rosters, jobs, user: self.user_id() };
        let now = self.clock.now();
        match &asked {
            BulkRequest::Begin(new) => {
                self.allow_waiting()?;
                let (of, new, id) = (desk.clone(), new.clone(), new.id);
                self.store.blocking(move |_| of.add(&new, now)).await?;
                self.begin_batch(&desk, id, run::Work::Do).await?;
            }
            BulkRequest::GoOn(batch) => {
                self.allow_waiting()?;
                let (of, id) = (desk.clone(), *batch);
                let work = self.store.blocking(move |_| run::left(&of.open_to_go_on(id)?)).await?;
                self.begin_batch(&desk, id, work).await?;
            }
            BulkRequest::Undo(batch) => {
                self.allow_waiting()?;
                let (of, id) = (desk.clone(), *batch);
                self.store.blocking(move |_| run::allow_undo(&of.open_to_go_on(id)?, now)).await?;
                self.begin_batch(&desk, id, run::Work::Undo).await?;
            }
            BulkRequest::Reach(selection) => {
                let reach = self.reach(&desk, selection.clone()).await?;
                return Ok(Answer::Bulk(Box::new(BulkResponse::Reach(reach))));
            }
            BulkRequest::Announce(new) => {
                self.allow_waiting()?;
                let (of, new, made) = (desk.clone(), new.clone(), self.stamp());
                let customers = self.store.blocking(move |_| of.announce(&new, &made)).await?;
                self.refresh_counts().await;
                self.emit(Event::Changed);
                self.request_push();
                return Ok(Answer::Bulk(Box::new(BulkResponse::Announced(customers))));
            }
            _ => {}
        }
        let response = self.store.blocking(move |_| desk.answer(asked, now)).await?;
        Ok(Answer::Bulk(Box::new(response)))
    }

    fn batch_went_on(&self, batch: Uuid) {
        self.emit(Event::Batch(batch));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::people::CustomerStatus;
    use domain::people::batch::BatchChange;
    use protocol::ui::bulk::{Considered, Selection};

    #[test]
    fn what_could_not_begin_is_not_begun_in_place_of_another_change() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("cache.db"), &"00".repeat(32)).unwrap();
        let user = UserId(Uuid::from_u128(1));
        store.open_outbox(user, &dir.path().join("outbox.db")).unwrap();
        let (rosters, jobs) = (Arc::new(Rosters::of(&store)), Arc::new(Jobs::default()));
        let desk = Desk { store, rosters, jobs: Arc::clone(&jobs), user: Some(user) };
        let id = Uuid::from_u128(2);
        let add = |to| {
            let batch = Considered { selection: Selection::Rows(Vec::new()), change: BatchChange::Status(to) };
            desk.add(&NewBatch { id, batch }, UtcMillis(1))
        };
        let turn = jobs.begin(Uuid::from_u128(3), 0);
        assert!(add(CustomerStatus::Suspended).is_err());
        drop(turn);
        // Whoever was refused has chosen otherwise.
        add(CustomerStatus::Active).unwrap();
        add(CustomerStatus::Active).unwrap();
        assert!(add(CustomerStatus::Suspended).is_err());
        assert_eq!(desk.open(id).unwrap().change, BatchChange::Status(CustomerStatus::Active));
    }
}
