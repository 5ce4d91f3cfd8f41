//! What a meter sent and the server could not take: requested from the server each time, since a device keeps none of it.

use crate::core::shared::Shared;
use crate::error::Error;
use domain::MeterId;
use protocol::metering::refusals::RefusalsRequest;
use protocol::ui::Answer;
use reqwest::Method;

impl Shared {
    /// Requests the counts of a meter.
    pub(crate) async fn refusals(&self, meter: MeterId) -> Result<Answer, Error> {
        let token = self.access_token().await?;
        let request = self.transport.request(Method::GET, "/meters/v1/refusals", Some(&token)).query(&RefusalsRequest { meter });
        Ok(Answer::Refusals(Box::new(self.transport.call(request).await?)))
    }
}
