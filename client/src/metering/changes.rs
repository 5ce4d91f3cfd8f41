//! Meters that admins put up and take down, what they ask of one, and orders for many of them: sent to the server each time, and never queued.

use crate::core::shared::Shared;
use crate::error::Error;
use protocol::ui::{AdminResponse, MetersRequest};

impl Shared {
    /// Sends an admin's request about meters.
    pub(crate) async fn meters(&self, request: MetersRequest) -> Result<AdminResponse, Error> {
        use MetersRequest as Request;
        Ok(match request {
            Request::OrderBatches => AdminResponse::OrderBatches(self.get("/admin/v1/valve/batches", &()).await?),
            Request::PreviewOrders(asked) => {
                AdminResponse::OrderPreview(self.post("/admin/v1/valve/batches/preview", &asked).await?)
            }
            Request::OrderMany(asked) => AdminResponse::OrderBatches(self.post("/admin/v1/valve/batches", &asked).await?),
            Request::WithdrawOrders(asked) => {
                AdminResponse::OrderBatches(self.post("/admin/v1/valve/batches/withdraw", &asked).await?)
            }
            Request::Register(asked) => AdminResponse::MeterChanged(self.post("/admin/v1/meters/register", &asked).await?),
            Request::Replace(asked) => AdminResponse::MeterChanged(self.post("/admin/v1/meters/replace", &asked).await?),
            Request::Retire(asked) => AdminResponse::MeterChanged(self.post("/admin/v1/meters/retire", &asked).await?),
            Request::Credential(asked) => AdminResponse::MeterCredential(self.get("/admin/v1/meters/credential", &asked).await?),
            Request::ChangeCredential(asked) => {
                AdminResponse::MeterCredential(self.post("/admin/v1/meters/credential", &asked).await?)
            }
            Request::Ask(asked) => AdminResponse::MeterValve(self.post("/admin/v1/meters/ask", &asked).await?),
        })
    }
}
