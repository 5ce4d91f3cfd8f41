//! The water balances of zones and their bulk meters, for admins: sent to the server each time, and never queued.

use crate::core::shared::Shared;
use crate::error::Error;
use protocol::metering::zone_balance::ZoneBalanceAsked;
use protocol::ui::{AdminResponse, ZoneBalancesRequest};

impl Shared {
    /// Sends an admin's request about the balances of zones.
    pub(crate) async fn zone_balances(&self, request: ZoneBalancesRequest) -> Result<AdminResponse, Error> {
        use ZoneBalancesRequest as Request;
        Ok(match request {
            Request::Of(asked) => {
                AdminResponse::ZoneBalance(self.get::<_, ZoneBalanceAsked>("/admin/v1/zones/balance", &asked).await?)
            }
            Request::Losses => AdminResponse::ZoneLosses(self.get("/admin/v1/zones/losses", &()).await?),
            Request::ChangeInflow(asked) => AdminResponse::ZoneInflows(self.post("/admin/v1/zones/inflow", &asked).await?),
        })
    }
}
