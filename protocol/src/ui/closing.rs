//! What an admin's screen requests about closing days and months, and about settlement files of the payment gateway.

use crate::sales::closing::{CashCount, CashDays, CashDaysAsked, LateTransfers, MonthAsked, MonthRequest, Months};
use crate::sales::settlements::{LineAsked, LineDecision, SettlementLine, SettlementProgress, Settlements, SettlementsAsked};
use crate::ui::imports::Failure;
use domain::sales::settlement_file::RowFault;
use domain::{Rupiah, UtcMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Bytes of a settlement file at most.
pub const SETTLEMENT_BYTES: u64 = 8 * 1024 * 1024;

/// What an admin's screen requests about closing.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "closing", content = "with")]
pub enum ClosingRequest {
    /// The days of cash of a month.
    CashDays(CashDaysAsked),
    /// Close a day, or count what came late.
    CountCash(CashCount),
    /// The months.
    Months,
    /// What came to a closed month later.
    Late(MonthAsked),
    /// Close a month.
    CloseMonth(MonthRequest),
    /// Reopen the last one that is closed.
    ReopenMonth(MonthRequest),
    /// Settlement files, and one of them.
    Settlements(SettlementsAsked),
    /// Read one on this device; no network is needed.
    ReadFile(SettlementUpload),
    /// Read one, and send its rows to the server.
    SendFile(SettlementUpload),
    /// Decide about a line.
    DecideLine(LineDecision),
    /// Ask the gateway about a line.
    AskLine(LineAsked),
}

impl ClosingRequest {
    /// Whether it only reads from the server.
    pub const fn is_read(&self) -> bool {
        matches!(self, Self::CashDays(_) | Self::Months | Self::Late(_) | Self::Settlements(_))
    }
}

/// A settlement file, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettlementUpload {
    /// Its name.
    pub name: String,
    /// Its bytes; [`SETTLEMENT_BYTES`] at most.
    pub base64: String,
}

/// What a settlement file holds, as this device reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettlementPreview {
    /// The file.
    pub file: Uuid,
    /// Rows that were read.
    pub rows: u32,
    /// Rows without an order, such as sums at the end.
    pub left_out: u32,
    /// Rows that cannot be read: nothing is sent then, because what is left out would seem to be missing at the gateway.
    pub faulty: u32,
    /// The first of these.
    pub faults: Vec<RowFault>,
    /// What was paid, of all rows.
    pub gross: Rupiah,
    /// What the gateway kept, of all rows.
    pub fee: Rupiah,
    /// The time of the first transaction.
    pub first_at: UtcMillis,
    /// The time of the last.
    pub last_at: UtcMillis,
    /// Why it cannot be read as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

impl SettlementPreview {
    /// Whether its rows can be sent.
    pub const fn can_be_sent(&self) -> bool {
        self.failure.is_none() && self.faulty == 0 && self.rows > 0
    }
}

/// The response; its variant follows from the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosingResponse {
    /// To [`ClosingRequest::CashDays`] and [`ClosingRequest::CountCash`].
    CashDays(CashDays),
    /// To [`ClosingRequest::Months`], [`ClosingRequest::CloseMonth`] and [`ClosingRequest::ReopenMonth`].
    Months(Months),
    /// To [`ClosingRequest::Late`].
    Late(LateTransfers),
    /// To [`ClosingRequest::Settlements`].
    Settlements(Settlements),
    /// To [`ClosingRequest::ReadFile`].
    Read(SettlementPreview),
    /// To [`ClosingRequest::SendFile`].
    Sent(SettlementProgress),
    /// To [`ClosingRequest::DecideLine`] and [`ClosingRequest::AskLine`].
    Line(Box<SettlementLine>),
}
