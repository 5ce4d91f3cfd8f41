//! Saved views of lists: rows of the user's own, changed by operations, so that they are the same on all devices of the account, and are there
//! without a network. Those that an earlier release kept on this device alone are put among them when the outbox is opened.

use crate::core::shared::Shared;
use crate::error::Error;
use crate::queries;
use domain::UserId;
use domain::people::Role;
use domain::people::saved_view::{MOST_VIEWS, ViewList, clean_view_name, is_view_query, version_over, view_of};
use protocol::core::problem::{Code, Problem};
use protocol::sync::push::Operation;
use protocol::ui::views::ViewsRequest;
use protocol::ui::{Answer, Keeping, Phase};
use uuid::Uuid;

impl Shared {
    /// Answers a list about its views.
    pub(crate) async fn views(&self, asked: ViewsRequest) -> Result<Answer, Error> {
        let user = self.session().user.filter(|user| user.role == Role::Admin);
        let user = user.ok_or_else(|| Problem::new(Code::Denied, "views are of lists that admins have"))?.id;
        let list = match asked {
            ViewsRequest::List(list) => list,
            ViewsRequest::Keep { list, name, query } => {
                let is_wrong = || Problem::new(Code::BadRequest, "a view has a name of 1 to 60 characters");
                let name = clean_view_name(&name).filter(|_| is_view_query(&query)).ok_or_else(is_wrong)?;
                let version = self.version_of((user, list), &name, true).await?;
                let put = Operation::PutView { user, list, name: name.clone(), query, version };
                self.change_view(put, name).await?;
                list
            }
            ViewsRequest::Forget { list, name } => {
                let version = self.version_of((user, list), &name, false).await?;
                self.change_view(Operation::RemoveView { user, list, name: name.clone(), version }, name).await?;
                list
            }
        };
        Ok(Answer::Views(self.store.read(move |db| queries::saved_views(db, list)).await?))
    }

    /// The version of a change that is made now, over what this device knows of the view. One more of too many is refused.
    async fn version_of(&self, (user, list): (UserId, ViewList), name: &str, is_put: bool) -> Result<i64, Error> {
        let id = view_of(user, list, name).to_string();
        let (seen, kept, is_there) = self
            .store
            .read(move |db| {
                let kept = queries::saved_views(db, list)?;
                let is_there = kept.iter().any(|view| view.id.to_string() == id);
                Ok((queries::version_of_view(db, &id)?, kept.len(), is_there))
            })
            .await?;
        if is_put && !is_there && kept >= MOST_VIEWS {
            return Err(Problem::new(Code::TooLarge, "so many views are not kept").into());
        }
        Ok(version_over(seen, self.stamp().instant()))
    }

    async fn change_view(&self, operation: Operation, name: String) -> Result<(), Error> {
        // Without a keyring the outbox is lost when the app ends, so nothing may wait in it.
        if self.keeping() == Keeping::ThisRun && self.phase() != Phase::Live {
            return Err(Problem::new(Code::NoKeyring, "without a keyring nothing can wait for the server on this device").into());
        }
        self.keep_operation(Uuid::now_v7(), operation, name).await.map(drop)
    }

    /// Puts the views that an earlier release kept on this device alone.
    pub(super) async fn put_views_of_this_device(&self, user: UserId) {
        let made = self.stamp();
        match self.store.blocking(move |store| store.put_views_of_this_device(user, &made)).await {
            Ok(0) => {}
            Ok(_) => self.request_push(),
            Err(error) => tracing::error!(%error, "the views that were kept on this device cannot be put"),
        }
    }
}
