//! What admins do with money, as the bridge carries it. All of it is the server's: nothing is done on a device, and nothing waits in the outbox.

use crate::money::{BalanceNow, Purchase, QuoteAsked, Reasoned, Statement, StatementAsked};
use crate::office::{
    CampaignDetail, CampaignMove, CampaignQuery, Campaigns, NewCampaign, NewTariff, PurchasePage, PurchasesAsked, Tariffs,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What is asked of the server. What changes something has an identifier that the screen chose, and happens once however often it is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "about", content = "with")]
pub enum OfficeAsked {
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
    /// A connection's balance and statement.
    Statement(StatementAsked),
    /// A connection's purchases.
    Purchases(PurchasesAsked),
    /// What cash would credit.
    Quote(QuoteAsked),
    /// Take the cash of a quote.
    Cash(QuoteAsked),
    /// Give money of a purchase back, the way it came.
    Refund(Reasoned),
    /// Give or take credit.
    Adjust(Reasoned),
}

impl OfficeAsked {
    /// Whether it changes nothing, so that what was told last can be told again while the server cannot be reached. A file is none of that.
    pub const fn is_read(&self) -> bool {
        matches!(self, Self::Campaigns(_) | Self::Campaign { .. } | Self::Tariffs | Self::Statement(_) | Self::Purchases(_))
    }
}

/// What comes of it; the variant says of what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "about", content = "with")]
pub enum OfficeTold {
    /// To [`OfficeAsked::Campaigns`].
    Campaigns(Campaigns),
    /// To [`OfficeAsked::Campaign`], [`OfficeAsked::NewCampaign`] and [`OfficeAsked::MoveCampaign`].
    Campaign(Box<CampaignDetail>),
    /// To [`OfficeAsked::CampaignCsv`]: the file's text.
    Csv(String),
    /// To [`OfficeAsked::Tariffs`] and [`OfficeAsked::NewTariff`].
    Tariffs(Tariffs),
    /// To [`OfficeAsked::Statement`].
    Statement(Statement),
    /// To [`OfficeAsked::Purchases`].
    Purchases(PurchasePage),
    /// To [`OfficeAsked::Quote`], [`OfficeAsked::Cash`] and [`OfficeAsked::Refund`].
    Purchase(Purchase),
    /// To [`OfficeAsked::Adjust`].
    Balance(BalanceNow),
}
