//! The end of a session that was signed out remotely: the device hands in its outbox once, and wipes itself (docs/spec/sync.md, Rules).

use crate::core::shared::Shared;
use crate::error::Error;
use crate::store::Store;
use domain::UserId;
use protocol::core::problem::Code;
use protocol::sync::push::{MAX_OPERATION, MAX_OPS, OperationEnvelope};

/// Bytes of the operations of one part: a slow line carries it in a minute.
const PART: usize = 256 * 1024;

impl Shared {
    /// Hands in the operations that were not sent, and then wipes the outbox. Where the server does not know that the session was ended
    /// remotely, as one with another key does not, nothing is handed in or wiped: the outbox waits until the same user signs in here again.
    /// So does an outbox that could not be opened.
    ///
    /// # Errors
    /// The server cannot be reached, or the outbox cannot be read: everything is kept for the next attempt.
    pub(super) async fn hand_in_evidence(&self, refresh_token: String) -> Result<(), Error> {
        let Some(user) = self.user_id() else { return Ok(()) };
        // Operations that are submitted from here on fail: no outbox is open.
        let Some(ops) = self.store.blocking(Store::drain_and_detach).await? else { return Ok(()) };
        let count = ops.len();
        match self.bring(&refresh_token, ops).await {
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

    /// Sends all of it, part after part. What was brought before an attempt failed is brought again, and kept once.
    async fn bring(&self, refresh_token: &str, ops: Vec<OperationEnvelope>) -> Result<(), Error> {
        // A longer one no server takes, here as little as in a push; it must not hold up the others for ever.
        let mut rest = ops.into_iter().filter(|op| op.operation.get().len() <= MAX_OPERATION).peekable();
        loop {
            let (mut part, mut bytes) = (Vec::new(), 0);
            while let Some(op) = rest.next_if(|op| {
                bytes += op.operation.get().len();
                part.is_empty() || (part.len() < MAX_OPS && bytes <= PART)
            }) {
                part.push(op);
            }
            let more = rest.peek().is_some();
            self.transport.evidence(refresh_token, part, more).await?;
            if !more {
                return Ok(());
            }
        }
    }

    async fn wipe_outbox(&self, user: UserId) -> Result<(), Error> {
        let file = self.outbox_file(user);
        self.store.blocking(move |_| crate::store::files::file::remove(&file)).await
    }
}
