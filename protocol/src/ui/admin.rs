//! What admins do with money, users, valves and the delivery queue, as the bridge carries it. All of it is the server's: nothing is done on a device, and nothing waits in the outbox.

use crate::alerts::rules::{CaseRules, CaseRulesChange};
use crate::alerts::{AlertQueue, CasePolicy, CasePolicyChange, DeadLetters, DeadLettersAsked, SendAgain, SentAgain};
use crate::metering::changes::{MeterChanged, MeterRegistration, MeterReplacement, MeterRetirement};
use crate::metering::credentials::{MeterCredential, MeterCredentialAsked, MeterCredentialChange};
use crate::metering::reviews::{DeclareReading, UnusualAsked, UnusualReadings};
use crate::metering::zone_balance::{InflowChange, ZoneBalance, ZoneBalanceAsked, ZoneInflows, ZoneLosses};
use crate::metering::zones::{ZoneChange, Zones};
use crate::people::invitations::{InvitationRequest, Invited};
use crate::people::users::{UserChange, UserChanged, Users, UsersQuery};
use crate::reports::ReportSchedules;
use crate::sales::admin::{
    CampaignDetail, CampaignMove, CampaignQuery, Campaigns, NewCampaign, NewTariff, PurchasePage, PurchasesAsked,
    TariffWithdrawal, Tariffs,
};
use crate::sales::money::{AdjustmentRequest, BalanceNow, Purchase, QuoteAsked, Statement, StatementAsked};
use crate::sales::openings::{OpeningDecision, OpeningLimitsRequest, OpeningsAsked, OpeningsDecided, OpeningsOfImport};
use crate::sales::review::{
    BankRefund, BankRefundDecision, BankRefundRequest, CaseDecision, LimitRequest, MethodLimits, MoneyReview, PaymentCase,
};
use crate::sales::utility::{UtilityChange, UtilityIdentity};
use crate::summary::DaySummary;
use crate::sync::rows::StatementLine;
use crate::ui::Document;
use crate::ui::closing::{ClosingRequest, ClosingResponse};
use crate::ui::maintenance::{MaintenanceRequest, MaintenanceResponse};
use crate::ui::reports::AutomaticRequest;
use crate::valve::batches::{NewOrderBatch, OrderBatchWithdrawal, OrderBatches, OrderPreview, OrderPreviewRequest};
use crate::valve::orders::{MeterOrdersRequest, MeterTaskRequest, MeterValve, ValveRequest, ValveWithdrawal};
use crate::valve::policy::{ValvePolicy, ValvePolicyChange};
use domain::billing::opening::OpeningLimits;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What an admin's screen requests from the server. What changes something has an identifier that the screen chose, and happens once however often it is sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "about", content = "with")]
pub enum AdminRequest {
    /// Campaigns.
    Campaigns(CampaignQuery),
    /// One of them.
    Campaign {
        /// Which.
        id: Uuid,
    },
    /// Its codes, as a file for a spreadsheet.
    CampaignCsv {
        /// Which.
        id: Uuid,
    },
    /// Make one.
    NewCampaign(Box<NewCampaign>),
    /// Pause one, or let it go on.
    MoveCampaign(CampaignMove),
    /// Versions of tariffs.
    Tariffs,
    /// Make one.
    NewTariff(Box<NewTariff>),
    /// Withdraw one that has not begun.
    WithdrawTariff(TariffWithdrawal),
    /// A connection's balance and statement.
    Statement(StatementAsked),
    /// A connection's purchases.
    Purchases(PurchasesAsked),
    /// What cash would credit.
    Quote(QuoteAsked),
    /// Take the cash of a quote.
    Cash(QuoteAsked),
    /// The receipt of a purchase, on paper. It is made here, from what the server answered.
    Receipt {
        /// The purchase.
        purchase: Box<Purchase>,
        /// The lines of the statement by which money of it went back.
        lines: Vec<StatementLine>,
    },
    /// Give money of a purchase back, the way it came.
    Refund(AdjustmentRequest),
    /// Give or take credit.
    Adjust(AdjustmentRequest),
    /// A meter's readings that need an explanation.
    UnusualReadings(UnusualAsked),
    /// Declare one of them right or wrong.
    DeclareReading(Box<DeclareReading>),
    /// What has to be looked at.
    Review,
    /// Decide about a case.
    DecideCase(CaseDecision),
    /// Record a refund by bank transfer.
    AskBankRefund(BankRefundRequest),
    /// Approve or reject one that another admin recorded.
    DecideBankRefund(BankRefundDecision),
    /// The limits of the ways to pay.
    Limits,
    /// Set one.
    SetLimit(LimitRequest),
    /// Users.
    Users(UsersQuery),
    /// Do something about one.
    ChangeUser(UserChange),
    /// The delivery queue in numbers.
    AlertQueue,
    /// What could not be sent.
    DeadLetters(DeadLettersAsked),
    /// Send some of it again.
    SendAgain(SendAgain),
    /// The valve of a meter, with its orders.
    MeterValve(MeterOrdersRequest),
    /// Open or close one by hand.
    OrderValve(Box<ValveRequest>),
    /// Withdraw such an order.
    WithdrawValveOrder(ValveWithdrawal),
    /// What the utility sets about valves and emergency credit.
    ValvePolicy,
    /// Set a part of it.
    SetValvePolicy(Box<ValvePolicyChange>),
    /// The day of the utility.
    Summary,
    /// Zones, and who works in them.
    Zones,
    /// Add or change one.
    ChangeZone(Box<ZoneChange>),
    /// Their water balances.
    ZoneBalances(ZoneBalancesRequest),
    /// Invite a user.
    Invite(Box<InvitationRequest>),
    /// The utility's name, and what else stands on its receipts.
    Utility,
    /// Set it.
    SetUtility(Box<UtilityChange>),
    /// What became of the opening balances of an import.
    Openings(OpeningsAsked),
    /// Approve or decline some that another admin has imported.
    DecideOpenings(OpeningDecision),
    /// How much of them one admin books alone.
    OpeningLimits,
    /// Set it.
    SetOpeningLimits(OpeningLimitsRequest),
    /// What the utility sets about cases of meters.
    CasePolicy,
    /// Set it.
    SetCasePolicy(CasePolicyChange),
    /// What it sets about them for classes of meters.
    CaseRules,
    /// Set it for one of them.
    SetCaseRules(Box<CaseRulesChange>),
    /// Meters that are put up and taken down, and orders for many of them.
    Meters(MetersRequest),
    /// Days and months that are closed, and settlement files of the payment gateway.
    Closing(ClosingRequest),
    /// Reports that are made by themselves.
    Automatic(AutomaticRequest),
    /// Schedules of maintenance, holidays of work, leave of technicians, spare parts, and addresses of calendars.
    Maintenance(MaintenanceRequest),
}

impl AdminRequest {
    /// Whether it changes nothing, so that the last response may be shown again while the server cannot be reached. Files are not kept.
    pub const fn is_read(&self) -> bool {
        if let Self::Closing(asked) = self {
            return asked.is_read();
        }
        if let Self::Maintenance(asked) = self {
            return asked.is_read();
        }
        matches!(
            self,
            Self::Campaigns(_)
                | Self::Campaign { .. }
                | Self::Tariffs
                | Self::Statement(_)
                | Self::Purchases(_)
                | Self::UnusualReadings(_)
                | Self::Review
                | Self::Limits
                | Self::Users(_)
                | Self::AlertQueue
                | Self::DeadLetters(_)
                | Self::MeterValve(_)
                | Self::ValvePolicy
                | Self::Summary
                | Self::Zones
                | Self::ZoneBalances(ZoneBalancesRequest::Of(_) | ZoneBalancesRequest::Losses)
                | Self::Utility
                | Self::Openings(_)
                | Self::OpeningLimits
                | Self::CasePolicy
                | Self::CaseRules
                | Self::Meters(MetersRequest::OrderBatches | MetersRequest::Credential(_))
                | Self::Automatic(AutomaticRequest::Shown)
        )
    }
}

/// What an admin's screen requests about the water balances of zones.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "balance", content = "with")]
pub enum ZoneBalancesRequest {
    /// That of a zone.
    Of(ZoneBalanceAsked),
    /// Those of all zones in short.
    Losses,
    /// Register or remove a bulk meter of a zone, or set its limit.
    ChangeInflow(Box<InflowChange>),
}

/// What an admin's screen requests about meters.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "meters", content = "with")]
pub enum MetersRequest {
    /// Orders for many valves, with what became of them.
    OrderBatches,
    /// What such an order would do.
    PreviewOrders(Box<OrderPreviewRequest>),
    /// Open or close many valves.
    OrderMany(Box<NewOrderBatch>),
    /// Withdraw what of it no meter was sent.
    WithdrawOrders(OrderBatchWithdrawal),
    /// Put a meter up where there is none.
    Register(Box<MeterRegistration>),
    /// Put another meter in the place of one.
    Replace(Box<MeterReplacement>),
    /// Take a meter out of service.
    Retire(Box<MeterRetirement>),
    /// Ask one to read, to restart, or to report at another interval.
    Ask(Box<MeterTaskRequest>),
    /// Whether one has a credential.
    Credential(MeterCredentialAsked),
    /// Give it one, or take it away.
    ChangeCredential(MeterCredentialChange),
}

/// The response; its variant follows from the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdminResponse {
    /// To [`AdminRequest::Campaigns`].
    Campaigns(Campaigns),
    /// To [`AdminRequest::Campaign`], [`AdminRequest::NewCampaign`] and [`AdminRequest::MoveCampaign`].
    Campaign(Box<CampaignDetail>),
    /// To [`AdminRequest::CampaignCsv`]: the file's text.
    Csv(String),
    /// To [`AdminRequest::Tariffs`], [`AdminRequest::NewTariff`] and [`AdminRequest::WithdrawTariff`].
    Tariffs(Tariffs),
    /// To [`AdminRequest::Statement`].
    Statement(Statement),
    /// To [`AdminRequest::Purchases`].
    Purchases(PurchasePage),
    /// To [`AdminRequest::Quote`], [`AdminRequest::Cash`] and [`AdminRequest::Refund`].
    Purchase(Purchase),
    /// To [`AdminRequest::Receipt`].
    Document(Document),
    /// To [`AdminRequest::Adjust`].
    Balance(BalanceNow),
    /// To [`AdminRequest::UnusualReadings`] and [`AdminRequest::DeclareReading`].
    UnusualReadings(UnusualReadings),
    /// To [`AdminRequest::Review`].
    Review(MoneyReview),
    /// To [`AdminRequest::DecideCase`].
    Case(PaymentCase),
    /// To [`AdminRequest::AskBankRefund`] and [`AdminRequest::DecideBankRefund`].
    BankRefund(BankRefund),
    /// To [`AdminRequest::Limits`] and [`AdminRequest::SetLimit`].
    Limits(MethodLimits),
    /// To [`AdminRequest::Users`].
    Users(Users),
    /// To [`AdminRequest::ChangeUser`].
    UserChanged(Box<UserChanged>),
    /// To [`AdminRequest::AlertQueue`].
    AlertQueue(AlertQueue),
    /// To [`AdminRequest::DeadLetters`].
    DeadLetters(DeadLetters),
    /// To [`AdminRequest::SendAgain`].
    SentAgain(SentAgain),
    /// To [`AdminRequest::MeterValve`], [`AdminRequest::OrderValve`], [`AdminRequest::WithdrawValveOrder`] and [`MetersRequest::Ask`].
    MeterValve(Box<MeterValve>),
    /// To [`AdminRequest::ValvePolicy`] and [`AdminRequest::SetValvePolicy`].
    ValvePolicy(Box<ValvePolicy>),
    /// To [`AdminRequest::Summary`].
    Summary(Box<DaySummary>),
    /// To [`AdminRequest::Zones`] and [`AdminRequest::ChangeZone`].
    Zones(Box<Zones>),
    /// To [`ZoneBalancesRequest::Of`].
    ZoneBalance(Box<ZoneBalance>),
    /// To [`ZoneBalancesRequest::Losses`].
    ZoneLosses(ZoneLosses),
    /// To [`ZoneBalancesRequest::ChangeInflow`].
    ZoneInflows(ZoneInflows),
    /// To [`AdminRequest::Invite`].
    Invited(Box<Invited>),
    /// To [`AdminRequest::Utility`] and [`AdminRequest::SetUtility`].
    Utility(Box<UtilityIdentity>),
    /// To [`AdminRequest::Openings`].
    Openings(OpeningsOfImport),
    /// To [`AdminRequest::DecideOpenings`].
    OpeningsDecided(OpeningsDecided),
    /// To [`AdminRequest::OpeningLimits`] and [`AdminRequest::SetOpeningLimits`].
    OpeningLimits(OpeningLimits),
    /// To [`AdminRequest::CasePolicy`] and [`AdminRequest::SetCasePolicy`].
    CasePolicy(CasePolicy),
    /// To [`AdminRequest::CaseRules`] and [`AdminRequest::SetCaseRules`].
    CaseRules(Box<CaseRules>),
    /// To [`MetersRequest::OrderBatches`], [`MetersRequest::OrderMany`] and [`MetersRequest::WithdrawOrders`].
    OrderBatches(Box<OrderBatches>),
    /// To [`MetersRequest::PreviewOrders`].
    OrderPreview(Box<OrderPreview>),
    /// To [`MetersRequest::Register`], [`MetersRequest::Replace`] and [`MetersRequest::Retire`].
    MeterChanged(MeterChanged),
    /// To [`AdminRequest::Closing`].
    Closing(Box<ClosingResponse>),
    /// To [`AdminRequest::Automatic`].
    ReportSchedules(Box<ReportSchedules>),
    /// To [`AdminRequest::Maintenance`].
    Maintenance(Box<MaintenanceResponse>),
    /// To [`MetersRequest::Credential`] and [`MetersRequest::ChangeCredential`].
    MeterCredential(MeterCredential),
}
