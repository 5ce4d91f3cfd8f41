//! Admins' requests about money, users, valves, the delivery queue and the day: sent to the server each time. Answers to reading requests are kept for
//! reading offline; a request that changes something is never queued.

use crate::core::shared::Shared;
use crate::error::Error;
use crate::store::rows::response_cache::office_key;
use protocol::alerts::DeadLettersAsked;
use protocol::metering::reviews::UnusualAsked;
use protocol::people::users::UsersQuery;
use protocol::reports::ReportSchedules;
use protocol::sales::admin::{CampaignQuery, PurchasesAsked};
use protocol::sales::money::StatementAsked;
use protocol::sales::openings::{OpeningDecision, OpeningsAsked, OpeningsDecided};
use protocol::ui::reports::AutomaticRequest;
use protocol::ui::{AdminRequest, AdminResponse, Answer};
use protocol::valve::orders::MeterOrdersRequest;
use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

impl Shared {
    /// Answers a screen of the admins.
    pub(crate) async fn admin(&self, request: AdminRequest) -> Result<Answer, Error> {
        let (response, since) = if request.is_read() {
            self.cached(office_key(&request)?, self.admin_request(request)).await?
        } else {
            (self.admin_request(request).await?, None)
        };
        Ok(Answer::Admin { response: Box::new(response), since })
    }

    async fn admin_request(&self, request: AdminRequest) -> Result<AdminResponse, Error> {
        use {AdminRequest as Request, AdminResponse as Given};
        Ok(match request {
            Request::Campaigns(asked) => Given::Campaigns(self.get_money::<_, CampaignQuery>("/campaigns", &asked).await?),
            Request::Campaign { id } => Given::Campaign(self.get_money(&format!("/campaigns/{id}"), &()).await?),
            Request::CampaignCsv { id } => Given::Csv(self.campaign_csv(id).await?),
            Request::NewCampaign(new) => Given::Campaign(self.post_money("/campaigns", &new).await?),
            Request::MoveCampaign(wanted) => Given::Campaign(self.post_money("/campaigns/state", &wanted).await?),
            Request::Tariffs => Given::Tariffs(self.get_money("/tariffs", &()).await?),
            Request::NewTariff(new) => Given::Tariffs(self.post_money("/tariffs", &new).await?),
            Request::WithdrawTariff(asked) => Given::Tariffs(self.post_money("/tariffs/withdraw", &asked).await?),
            Request::Statement(asked) => Given::Statement(self.get::<_, StatementAsked>("/money/v1/statement", &asked).await?),
            Request::Purchases(asked) => Given::Purchases(self.get_money::<_, PurchasesAsked>("/purchases", &asked).await?),
            Request::Quote(asked) => Given::Purchase(self.post_money("/quote", &asked).await?),
            Request::Cash(asked) => Given::Purchase(self.post_money("/cash", &asked).await?),
            Request::Receipt { purchase, lines } => Given::Document(self.paper_of(*purchase, lines).await?),
            Request::Refund(asked) => Given::Purchase(self.post_money("/refund", &asked).await?),
            Request::Adjust(asked) => Given::Balance(self.post_money("/adjust", &asked).await?),
            Request::UnusualReadings(asked) => {
                Given::UnusualReadings(self.get::<_, UnusualAsked>("/admin/v1/readings", &asked).await?)
            }
            Request::DeclareReading(declared) => {
                Given::UnusualReadings(self.post("/admin/v1/readings/declare", &declared).await?)
            }
            Request::Review => Given::Review(self.get_money("/review", &()).await?),
            Request::DecideCase(asked) => Given::Case(self.post_money("/cases/settle", &asked).await?),
            Request::AskBankRefund(asked) => Given::BankRefund(self.post_money("/bank-refunds", &asked).await?),
            Request::DecideBankRefund(asked) => Given::BankRefund(self.post_money("/bank-refunds/decide", &asked).await?),
            Request::Limits => Given::Limits(self.get_money("/limits", &()).await?),
            Request::SetLimit(asked) => Given::Limits(self.post_money("/limits", &asked).await?),
            Request::Users(asked) => Given::Users(self.get::<_, UsersQuery>("/admin/v1/users", &asked).await?),
            Request::ChangeUser(asked) => Given::UserChanged(self.post("/admin/v1/users/change", &asked).await?),
            Request::AlertQueue => Given::AlertQueue(self.get("/admin/v1/alerts/queue", &()).await?),
            Request::DeadLetters(asked) => {
                Given::DeadLetters(self.get::<_, DeadLettersAsked>("/admin/v1/alerts/dead", &asked).await?)
            }
            Request::MeterValve(asked) => {
                Given::MeterValve(self.get::<_, MeterOrdersRequest>("/admin/v1/valve/orders", &asked).await?)
            }
            Request::OrderValve(asked) => Given::MeterValve(self.post("/admin/v1/valve/orders", &asked).await?),
            Request::WithdrawValveOrder(asked) => Given::MeterValve(self.post("/admin/v1/valve/orders/withdraw", &asked).await?),
            Request::ValvePolicy => Given::ValvePolicy(self.get("/admin/v1/valve/policy", &()).await?),
            Request::SetValvePolicy(asked) => Given::ValvePolicy(self.post("/admin/v1/valve/policy", &asked).await?),
            Request::Summary => Given::Summary(self.get("/admin/v1/summary", &()).await?),
            Request::Zones => Given::Zones(self.get("/admin/v1/zones", &()).await?),
            Request::ChangeZone(asked) => Given::Zones(self.post("/admin/v1/zones/change", &asked).await?),
            Request::ZoneBalances(asked) => self.zone_balances(asked).await?,
            Request::Invite(asked) => Given::Invited(self.post("/admin/v1/users/invite", &asked).await?),
            Request::Utility => Given::Utility(self.get("/admin/v1/utility", &()).await?),
            Request::SetUtility(asked) => Given::Utility(self.post("/admin/v1/utility", &asked).await?),
            Request::Openings(asked) => Given::Openings(self.get_money::<_, OpeningsAsked>("/openings", &asked).await?),
            Request::DecideOpenings(asked) => Given::OpeningsDecided(self.decide_openings(&asked).await?),
            Request::OpeningLimits => Given::OpeningLimits(self.get_money("/openings/limits", &()).await?),
            Request::SetOpeningLimits(asked) => Given::OpeningLimits(self.post_money("/openings/limits", &asked).await?),
            Request::CasePolicy => Given::CasePolicy(self.get("/admin/v1/cases/policy", &()).await?),
            Request::SetCasePolicy(asked) => Given::CasePolicy(self.post("/admin/v1/cases/policy", &asked).await?),
            Request::CaseRules => Given::CaseRules(self.get("/admin/v1/cases/rules", &()).await?),
            Request::SetCaseRules(asked) => Given::CaseRules(self.post("/admin/v1/cases/rules", &asked).await?),
            Request::Meters(asked) => self.meters(asked).await?,
            Request::Closing(asked) => self.closing(asked).await?,
            Request::Automatic(asked) => Given::ReportSchedules(Box::new(self.automatic(&asked).await?)),
            Request::SendAgain(asked) => Given::SentAgain(self.post("/admin/v1/alerts/send-again", &asked).await?),
        })
    }

    async fn automatic(&self, asked: &AutomaticRequest) -> Result<ReportSchedules, Error> {
        match asked {
            AutomaticRequest::Shown => self.get("/admin/v1/reports/schedules", &()).await,
            AutomaticRequest::Change(change) => self.post("/admin/v1/reports/schedules", change).await,
            AutomaticRequest::Again(again) => self.post("/admin/v1/reports/runs/again", again).await,
        }
    }

    async fn campaign_csv(&self, id: Uuid) -> Result<String, Error> {
        let token = self.access_token().await?;
        let language = self.session().preferences.language.as_str();
        let path = format!("/admin/v1/money/campaigns/{id}/csv?language={language}");
        let bytes = self.transport.bytes(self.transport.request(Method::GET, &path, Some(&token))).await?;
        String::from_utf8(bytes).map_err(|_| Error::Protocol("the file is no text".into()))
    }

    /// Decides about opening balances: the server takes some hundreds at a time, and the same request goes on with the rest.
    async fn decide_openings(&self, asked: &OpeningDecision) -> Result<OpeningsDecided, Error> {
        let mut decided = 0;
        loop {
            let step: OpeningsDecided = self.post_money("/openings/decide", asked).await?;
            decided += step.decided;
            if step.left == 0 || step.decided == 0 {
                return Ok(OpeningsDecided { decided, ..step });
            }
        }
    }

    async fn get_money<A: DeserializeOwned, Q: Serialize>(&self, path: &str, asked: &Q) -> Result<A, Error> {
        self.get(&format!("/admin/v1/money{path}"), asked).await
    }

    pub(crate) async fn get<A: DeserializeOwned, Q: Serialize>(&self, path: &str, asked: &Q) -> Result<A, Error> {
        let token = self.access_token().await?;
        self.transport.call(self.transport.request(Method::GET, path, Some(&token)).query(asked)).await
    }

    async fn post_money<A: DeserializeOwned>(&self, path: &str, asked: &impl Serialize) -> Result<A, Error> {
        self.post(&format!("/admin/v1/money{path}"), asked).await
    }

    pub(crate) async fn post<A: DeserializeOwned>(&self, path: &str, asked: &impl Serialize) -> Result<A, Error> {
        let token = self.access_token().await?;
        self.transport.call(self.transport.request(Method::POST, path, Some(&token)).json(asked)).await
    }
}
