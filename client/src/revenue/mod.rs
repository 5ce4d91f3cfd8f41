//! What an admin's screen asks about revenue: figures from this device's rows, and from the server the transfers and customers behind them.

use crate::core::clock::now;
use crate::core::shared::Shared;
use crate::error::Error;
use crate::queries;
use protocol::revenue::{RevenueCustomersAsked, RevenueTransfersAsked};
use protocol::ui::{Answer, RevenueQuestion, RevenueRequest, RevenueResponse};
use serde::Serialize;
use std::sync::Arc;

impl Shared {
    /// Answers a screen.
    pub(crate) async fn revenue(&self, request: RevenueRequest) -> Result<Answer, Error> {
        let response = match request {
            RevenueRequest::View(asked) => self.revenue_view(asked).await?,
            RevenueRequest::Transfers(asked) => {
                let send = self.get::<_, RevenueTransfersAsked>("/admin/v1/revenue/transfers", &asked);
                let (page, since) = self.cached(key("transfers", &asked)?, send).await?;
                RevenueResponse::Transfers { page: Box::new(page), since }
            }
            RevenueRequest::Customers(asked) => {
                let send = self.get::<_, RevenueCustomersAsked>("/admin/v1/revenue/customers", &asked);
                let (customers, since) = self.cached(key("customers", &asked)?, send).await?;
                RevenueResponse::Customers { customers: Box::new(customers), since }
            }
        };
        Ok(Answer::Revenue(Box::new(response)))
    }

    async fn revenue_view(&self, asked: RevenueQuestion) -> Result<RevenueResponse, Error> {
        let days = Arc::clone(&self.revenue_days);
        let mut view = self.store.read(move |db| queries::revenue(db, &days, asked, now())).await?;
        // Since the app was started without a network, the rows alone say how far they go.
        view.as_of = self.as_of().or(view.as_of);
        Ok(RevenueResponse::View(Box::new(view)))
    }
}

/// What an answer is kept under.
fn key(what: &str, asked: &impl Serialize) -> Result<String, Error> {
    Ok(format!("revenue:{what}:{}", serde_json::to_string(asked)?))
}
