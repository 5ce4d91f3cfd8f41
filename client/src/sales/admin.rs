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
        use AdminRequest as Request;
        Ok(match request {
            Request::Campaigns(asked) => {
                AdminResponse::Campaigns(self.get_money::<_, CampaignQuery>("/campaigns", &asked).await?)
            }
            Request::Campaign { id } => AdminResponse::Campaign(self.get_money(&format!("/campaigns/{id}"), &()).await?),
            Request::CampaignCsv { id } => AdminResponse::Csv(self.campaign_csv(id).await?),
            Request::NewCampaign(new) => AdminResponse::Campaign(self.post_money("/campaigns", &new).await?),
            Request::MoveCampaign(wanted) => AdminResponse::Campaign(self.post_money("/campaigns/state", &wanted).await?),
            Request::Tariffs => AdminResponse::Tariffs(self.get_money("/tariffs", &()).await?),
            Request::NewTariff(new) => AdminResponse::Tariffs(self.post_money("/tariffs", &new).await?),
            Request::WithdrawTariff(asked) => AdminResponse::Tariffs(self.post_money("/tariffs/withdraw", &asked).await?),
            Request::Statement(asked) => {
                AdminResponse::Statement(self.get::<_, StatementAsked>("/money/v1/statement", &asked).await?)
            }
            Request::Purchases(asked) => {
                AdminResponse::Purchases(self.get_money::<_, PurchasesAsked>("/purchases", &asked).await?)
            }
            Request::Quote(asked) => AdminResponse::Purchase(self.post_money("/quote", &asked).await?),
            Request::Cash(asked) => AdminResponse::Purchase(self.post_money("/cash", &asked).await?),
            Request::Receipt { purchase, lines } => AdminResponse::Document(self.paper_of(*purchase, lines).await?),
            Request::Refund(asked) => AdminResponse::Purchase(self.post_money("/refund", &asked).await?),
            Request::Adjust(asked) => AdminResponse::Balance(self.post_money("/adjust", &asked).await?),
            Request::UnusualReadings(asked) => self.unusual_readings(asked).await?,
            Request::DeclareReading(declared) => {
                AdminResponse::UnusualReadings(self.post("/admin/v1/readings/declare", &declared).await?)
            }
            Request::Review => AdminResponse::Review(self.get_money("/review", &()).await?),
            Request::DecideCase(asked) => AdminResponse::Case(self.post_money("/cases/settle", &asked).await?),
            Request::AskBankRefund(asked) => AdminResponse::BankRefund(self.post_money("/bank-refunds", &asked).await?),
            Request::DecideBankRefund(asked) => AdminResponse::BankRefund(self.post_money("/bank-refunds/decide", &asked).await?),
            Request::Limits => AdminResponse::Limits(self.get_money("/limits", &()).await?),
            Request::SetLimit(asked) => AdminResponse::Limits(self.post_money("/limits", &asked).await?),
            Request::Users(asked) => AdminResponse::Users(self.get::<_, UsersQuery>("/admin/v1/users", &asked).await?),
            Request::ChangeUser(asked) => AdminResponse::UserChanged(self.post("/admin/v1/users/change", &asked).await?),
            Request::AlertQueue => AdminResponse::AlertQueue(self.get("/admin/v1/alerts/queue", &()).await?),
            Request::DeadLetters(asked) => self.dead_letters(asked).await?,
            Request::MeterValve(asked) => {
                AdminResponse::MeterValve(self.get::<_, MeterOrdersRequest>("/admin/v1/valve/orders", &asked).await?)
            }
            Request::OrderValve(asked) => AdminResponse::MeterValve(self.post("/admin/v1/valve/orders", &asked).await?),
            Request::WithdrawValveOrder(asked) => {
                AdminResponse::MeterValve(self.post("/admin/v1/valve/orders/withdraw", &asked).await?)
            }
            Request::ValvePolicy => AdminResponse::ValvePolicy(self.get("/admin/v1/valve/policy", &()).await?),
            Request::SetValvePolicy(asked) => AdminResponse::ValvePolicy(self.post("/admin/v1/valve/policy", &asked).await?),
            Request::Summary => AdminResponse::Summary(self.get("/admin/v1/summary", &()).await?),
            Request::Zones => AdminResponse::Zones(self.get("/admin/v1/zones", &()).await?),
            Request::ChangeZone(asked) => AdminResponse::Zones(self.post("/admin/v1/zones/change", &asked).await?),
            Request::ZoneBalances(asked) => self.zone_balances(asked).await?,
            Request::Invite(asked) => AdminResponse::Invited(self.post("/admin/v1/users/invite", &asked).await?),
            Request::Utility => AdminResponse::Utility(self.get("/admin/v1/utility", &()).await?),
            Request::SetUtility(asked) => AdminResponse::Utility(self.post("/admin/v1/utility", &asked).await?),
            Request::Openings(asked) => AdminResponse::Openings(self.get_money::<_, OpeningsAsked>("/openings", &asked).await?),
            Request::DecideOpenings(asked) => AdminResponse::OpeningsDecided(self.decide_openings(&asked).await?),
            Request::OpeningLimits => AdminResponse::OpeningLimits(self.get_money("/openings/limits", &()).await?),
            Request::SetOpeningLimits(asked) => AdminResponse::OpeningLimits(self.post_money("/openings/limits", &asked).await?),
            Request::CasePolicy => AdminResponse::CasePolicy(self.get("/admin/v1/cases/policy", &()).await?),
            Request::SetCasePolicy(asked) => AdminResponse::CasePolicy(self.post("/admin/v1/cases/policy", &asked).await?),
            Request::CaseRules => AdminResponse::CaseRules(self.get("/admin/v1/cases/rules", &()).await?),
            Request::SetCaseRules(asked) => AdminResponse::CaseRules(self.post("/admin/v1/cases/rules", &asked).await?),
            Request::Meters(asked) => self.meters(asked).await?,
            Request::Closing(asked) => self.closing(asked).await?,
            Request::Automatic(asked) => AdminResponse::ReportSchedules(Box::new(self.automatic(&asked).await?)),
            Request::Maintenance(asked) => self.maintenance(asked).await?,
            Request::SendAgain(asked) => AdminResponse::SentAgain(self.post("/admin/v1/alerts/send-again", &asked).await?),
        })
    }

    async fn unusual_readings(&self, asked: UnusualAsked) -> Result<AdminResponse, Error> {
        Ok(AdminResponse::UnusualReadings(self.get("/admin/v1/readings", &asked).await?))
    }

    async fn dead_letters(&self, asked: DeadLettersAsked) -> Result<AdminResponse, Error> {
        Ok(AdminResponse::DeadLetters(self.get("/admin/v1/alerts/dead", &asked).await?))
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
