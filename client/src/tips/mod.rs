//! Hemat air on this device: the page from the cache, which advice was shown and since when, and the goal of a month.

use crate::core::clock::now;
use crate::core::shared::Shared;
use crate::error::Error;
use crate::queries;
use crate::queries::TipsFound;
use crate::store::rows::tips;
use domain::tips::MOST_GOAL;
use domain::{ConnectionId, Millilitres};
use protocol::core::problem::{Code, Problem};
use protocol::ui::{Answer, Event, TipsRequest, TipsView};

impl Shared {
    /// Answers a screen.
    pub(crate) async fn tips(&self, request: TipsRequest) -> Result<Answer, Error> {
        match request {
            TipsRequest::View { connection } => Ok(Answer::Tips(self.tips_view(connection).await?.map(Box::new))),
            TipsRequest::SetGoal { connection, goal } => {
                if goal.is_some_and(|goal| goal <= Millilitres::ZERO || goal > MOST_GOAL) {
                    return Err(Problem::new(Code::BadRequest, "a goal is above nothing and no more than 1,000 m³").into());
                }
                self.store.write(move |db| tips::set_goal(db, connection, goal)).await?;
                self.emit(Event::Changed);
                Ok(Answer::Done)
            }
        }
    }

    /// The page. An advice of the week that was not shown before counts as shown from today on.
    async fn tips_view(&self, connection: Option<ConnectionId>) -> Result<Option<TipsView>, Error> {
        let (user, now) = (self.user_id(), now());
        let found = self.store.read(move |db| queries::tips(db, connection, (user, now))).await?;
        let Some(TipsFound { view, is_new }) = found else { return Ok(None) };
        if let Some(offer) = view.this_week.as_ref().filter(|_| is_new) {
            let (connection, tip, today) = (view.place.connection, offer.tip.clone(), view.today);
            self.store.write(move |db| tips::show(db, connection, &tip, today)).await?;
        }
        Ok(Some(view))
    }
}
