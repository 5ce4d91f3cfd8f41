//! A message to everybody who is selected: whom it would reach, which the server alone knows, and the operations that wait for it.

use crate::batches::Desk;
use crate::core::shared::Shared;
use crate::error::Error;
use crate::store::outbox::BatchOperation;
use domain::CustomerId;
use domain::alerts::announcement::TOGETHER;
use domain::field::device_clock::Stamp;
use protocol::alerts::{AnnouncementReach, AnnouncementReachAsked, REACH_AT_ONCE};
use protocol::core::problem::{Code, Problem};
use protocol::sync::push::Operation;
use protocol::ui::Phase;
use protocol::ui::bulk::{NewAnnouncement, Reach, Selection};
use std::collections::BTreeSet;
use uuid::Uuid;

impl Desk {
    fn selected(&self, selection: &Selection) -> Result<Vec<CustomerId>, Error> {
        let roster = self.store.read_now(|db| self.rosters.now(db))?;
        Ok(roster.selected(selection).into_iter().map(|place| roster.id(place)).collect())
    }

    /// Puts a message into the outbox, some of its customers with each operation, all of them in one transaction; returns for how many
    /// customers it is. Sent once more under its identifier, it is there already.
    ///
    /// # Errors
    /// It has no words, is for nobody, or the outbox cannot be written.
    pub(super) fn announce(&self, new: &NewAnnouncement, made: &Stamp) -> Result<u32, Error> {
        let wrong = |of: &str| Problem::new(Code::BadRequest, format!("a message has a title and a text: {of}"));
        let words = new.words.clean().map_err(|why| wrong(why.as_str()))?;
        let selected = self.selected(&new.selection)?;
        if selected.is_empty() {
            return Err(Problem::new(Code::BadRequest, "a message is for one customer at least").into());
        }
        let parts = (0_u32..).zip(selected.chunks(TOGETHER));
        let operations: Vec<_> = parts
            .map(|(place, customers)| BatchOperation {
                id: Uuid::new_v5(&new.id.0, &place.to_be_bytes()),
                operation: Operation::SendAnnouncement {
                    announcement: new.id,
                    words: words.clone(),
                    customers: customers.to_vec(),
                },
                title: words.id.title.clone(),
                after: None,
            })
            .collect();
        self.store.submit_batch(self.user, new.id.0, &operations, made)?;
        Ok(selected.len() as u32)
    }
}

impl Shared {
    /// Whom a message to a selection would reach; while the server cannot be asked, that is not known.
    ///
    /// # Errors
    /// The cache cannot be read.
    pub(super) async fn reach(&self, desk: &Desk, selection: Selection) -> Result<Reach, Error> {
        let of = desk.clone();
        let selected = self.store.blocking(move |_| of.selected(&selection)).await?;
        let customers = selected.len() as u32;
        if self.phase() != Phase::Live {
            return Ok(Reach { customers, people: None });
        }
        let mut people = BTreeSet::new();
        for part in selected.chunks(REACH_AT_ONCE) {
            let asked = AnnouncementReachAsked { customers: part.to_vec() };
            match self.post::<AnnouncementReach>("/admin/v1/announcements/reach", &asked).await {
                Ok(found) => people.extend(found.people),
                Err(error) => {
                    tracing::warn!(%error, "whom a message reaches is not known now");
                    return Ok(Reach { customers, people: None });
                }
            }
        }
        Ok(Reach { customers, people: Some(people.len() as u32) })
    }
}
