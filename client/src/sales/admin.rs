//! What admins do with money: asked of the server each time. What was read is kept to be read again while the server cannot be reached;
//! nothing is shown before it is done, or sent later.

use crate::error::Error;
use crate::host::Inner;
use protocol::sales::admin::{CampaignQuery, PurchasesAsked};
use protocol::sales::money::StatementAsked;
use protocol::ui::{AdminRequest, AdminResponse, Answer};
use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;

impl Inner {
    /// Answers a screen of the office.
    pub(crate) async fn office(&self, asked: AdminRequest) -> Result<Answer, Error> {
        let (told, since) = if asked.is_read() {
            let key = format!("office:{}", serde_json::to_string(&asked)?);
            self.cached(key, self.ask_office(asked)).await?
        } else {
            (self.ask_office(asked).await?, None)
        };
        Ok(Answer::Admin { response: Box::new(told), since })
    }

    async fn ask_office(&self, asked: AdminRequest) -> Result<AdminResponse, Error> {
        use AdminRequest as Ask;
        Ok(match asked {
            Ask::Campaigns(asked) => AdminResponse::Campaigns(self.see::<_, CampaignQuery>("/campaigns", &asked).await?),
            Ask::Campaign { id } => AdminResponse::Campaign(self.see(&format!("/campaigns/{id}"), &()).await?),
            Ask::CampaignCsv { id } => {
                let token = self.access_token().await?;
                let path = format!("/admin/v1/money/campaigns/{id}/csv");
                let bytes = self.transport.bytes(self.transport.request(Method::GET, &path, Some(&token))).await?;
                AdminResponse::Csv(String::from_utf8(bytes).map_err(|_| Error::Protocol("the file is no text".into()))?)
            }
            Ask::NewCampaign(new) => AdminResponse::Campaign(self.change("/campaigns", &new).await?),
            Ask::MoveCampaign(wanted) => AdminResponse::Campaign(self.change("/campaigns/state", &wanted).await?),
            Ask::Tariffs => AdminResponse::Tariffs(self.see("/tariffs", &()).await?),
            Ask::NewTariff(new) => AdminResponse::Tariffs(self.change("/tariffs", &new).await?),
            Ask::Statement(asked) => {
                AdminResponse::Statement(self.page::<_, StatementAsked>("/money/v1/statement", &asked).await?)
            }
            Ask::Purchases(asked) => AdminResponse::Purchases(self.see::<_, PurchasesAsked>("/purchases", &asked).await?),
            Ask::Quote(asked) => AdminResponse::Purchase(self.change("/quote", &asked).await?),
            Ask::Cash(asked) => AdminResponse::Purchase(self.change("/cash", &asked).await?),
            Ask::Refund(asked) => AdminResponse::Purchase(self.change("/refund", &asked).await?),
            Ask::Adjust(asked) => AdminResponse::Balance(self.change("/adjust", &asked).await?),
        })
    }

    async fn see<A: DeserializeOwned, Q: Serialize>(&self, path: &str, asked: &Q) -> Result<A, Error> {
        self.page(&format!("/admin/v1/money{path}"), asked).await
    }

    async fn page<A: DeserializeOwned, Q: Serialize>(&self, path: &str, asked: &Q) -> Result<A, Error> {
        let token = self.access_token().await?;
        self.transport.call(self.transport.request(Method::GET, path, Some(&token)).query(asked)).await
    }

    async fn change<A: DeserializeOwned>(&self, path: &str, asked: &impl Serialize) -> Result<A, Error> {
        let token = self.access_token().await?;
        let request = self.transport.request(Method::POST, &format!("/admin/v1/money{path}"), Some(&token));
        self.transport.call(request.json(asked)).await
    }
}
