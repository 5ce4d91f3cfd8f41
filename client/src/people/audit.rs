//! The audit log: requested from the server each time, since a device keeps none of it.

use crate::core::shared::Shared;
use crate::error::Error;
use protocol::core::audit::AuditQuery;
use protocol::ui::Answer;

impl Shared {
    /// Requests a page of the log.
    pub(crate) async fn audit(&self, asked: AuditQuery) -> Result<Answer, Error> {
        let token = self.access_token().await?;
        Ok(Answer::Audit(Box::new(self.transport.audit(&token, &asked).await?)))
    }
}
