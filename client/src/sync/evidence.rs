//! The end of a device that was signed out remotely: it brings what it holds, once, and forgets everything (sync.md, Rules).

use crate::error::Error;
use crate::host::Inner;
use crate::store::Store;
use domain::UserId;
use protocol::core::problem::Code;

impl Inner {
    /// Brings what was not sent, and then wipes the outbox. Where the server does not know that the session was ended remotely, as one
    /// with another key does not, nothing is brought and nothing wiped: it waits until the same user signs in here again. So does an
    /// outbox that could not be opened.
    ///
    /// # Errors
    /// The server cannot be reached, or the outbox cannot be read: everything stays for the next contact.
    pub(crate) async fn give_evidence(&self, refresh_token: String) -> Result<(), Error> {
        let Some(user) = self.user_id() else { return Ok(()) };
        // What is done while it is on its way cannot be kept, and is told so.
        let Some(ops) = self.store.off(Store::drain_and_detach).await? else { return Ok(()) };
        let count = ops.len();
        match self.transport.evidence(refresh_token, ops).await {
            Ok(()) => tracing::warn!(count, "signed out remotely: what was not sent is with the server for review"),
            Err(Error::Problem(problem)) if problem.code == Code::NotFound => {}
            Err(Error::Problem(problem)) if problem.code == Code::Unauthenticated => return Ok(()),
            Err(error) => {
                self.open_outbox().await;
                return Err(error);
            }
        }
        self.wipe_outbox(user).await
    }

    async fn wipe_outbox(&self, user: UserId) -> Result<(), Error> {
        let file = self.outbox_file(user);
        self.store.off(move |_| crate::store::remove(&file)).await
    }
}
