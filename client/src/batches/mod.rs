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

    fn list(&self, now: UtcMillis) -> Result<BulkResponse, Error> {
        let states = self.store.read_now(batches::states)?;
        let states = states.iter().map(|state| Ok(serde_json::from_str(state)?)).collect::<Result<Vec<State>, Error>>()?;
        let shown = states.iter().map(|state| state.shown(&self.store, &self.jobs, now)).collect::<Result<_, _>>()?;
        Ok(BulkResponse::Batches(shown))
    }

    /// Writes a new batch down, with everybody who is selected now. One that is there already stays as it is.
    fn add(&self, new: &NewBatch, at: UtcMillis) -> Result<(), Error> {
        if self.store.read_now(|db| batches::state(db, new.id))?.is_some() {
            return Ok(());
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
                let work = self.store.blocking(move |_| run::left(&of.open(id)?)).await?;
                self.begin_batch(&desk, id, work).await?;
            }
            BulkRequest::Undo(batch) => {
                self.allow_waiting()?;
                let (of, id) = (desk.clone(), *batch);
                self.store.blocking(move |_| run::allow_undo(&of.open(id)?, now)).await?;
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
