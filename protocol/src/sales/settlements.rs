//! Admin's client ⇄ server: settlement files of the payment gateway, compared with the payments here.

use crate::core::typed;
use domain::sales::reconciliation::{Because, LineState, LineVerdict, SettlementRow};
use domain::{CustomerId, Rupiah, UtcMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Rows of one request at most; a file of more comes in several.
pub const ROWS_TOGETHER: usize = 500;

/// Lines of one answer at most.
pub const LINES: usize = 100;

/// A part of a settlement file. The same part again changes nothing; the same file again is the same file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SettlementPart {
    /// The file: the first half of the SHA-256 of its content.
    pub file: Uuid,
    /// Its name.
    #[serde(deserialize_with = "typed::line")]
    pub name: String,
    /// How many rows it has: 20,000 at most.
    pub rows: u32,
    /// The time of its first transaction.
    pub first_at: UtcMillis,
    /// The time of its last.
    pub last_at: UtcMillis,
    /// Some of its rows; [`ROWS_TOGETHER`] at most.
    pub lines: Vec<SettlementRow>,
}

/// How far a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SettlementProgress {
    /// The file.
    pub file: Uuid,
    /// Rows that the server has.
    pub received: u32,
    /// Whether it has all of them, and has looked for payments that none names.
    pub is_compared: bool,
}

/// Which file and which lines of it are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettlementsAsked {
    /// The file; the newest if none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Uuid>,
    /// Lines that come to this alone; those that somebody has to look at if none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<LineVerdict>,
    /// Behind this line: [`SettlementDetail::next`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
}

/// Files that were brought, and one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Settlements {
    /// The newest first; 50 at most.
    pub files: Vec<SettlementFileInfo>,
    /// The one that is shown; none where there is no file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<SettlementDetail>,
}

/// A file that was brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SettlementFileInfo {
    /// The file.
    pub file: Uuid,
    /// Its name.
    pub name: String,
    /// Its rows.
    pub rows: u32,
    /// Rows that the server has.
    pub received: u32,
    /// The time of its first transaction.
    pub first_at: UtcMillis,
    /// The time of its last.
    pub last_at: UtcMillis,
    /// Name of who brought it.
    pub by_name: String,
    /// When.
    pub at: UtcMillis,
    /// Lines that somebody has to look at.
    pub open: i64,
}

/// A file's lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SettlementDetail {
    /// Which.
    pub file: Uuid,
    /// Whether all of it came and was compared.
    pub is_compared: bool,
    /// What its lines come to.
    pub sums: Vec<VerdictSum>,
    /// Lines, in the file's order; [`LINES`] at most.
    pub lines: Vec<SettlementLine>,
    /// Where to go on; none at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<i64>,
}

/// All lines of a file that come to the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct VerdictSum {
    /// What they come to.
    pub verdict: LineVerdict,
    /// How many.
    pub count: i64,
    /// How many of them somebody has to look at.
    pub open: i64,
    /// What was paid.
    pub gross: Rupiah,
    /// What the gateway kept.
    pub fee: Rupiah,
}

/// A line: a row of the file, or a payment that no row names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SettlementLine {
    /// Its identifier.
    pub id: Uuid,
    /// Its row in the file; none of a payment that no row names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// The order.
    pub order: String,
    /// The gateway's own name of the transaction.
    pub transaction: String,
    /// The gateway's word for the method; ours of a payment that no row names.
    pub method: String,
    /// What the file says was paid; what we know, of a payment that no row names.
    pub gross: Rupiah,
    /// What the gateway kept.
    pub fee: Rupiah,
    /// When it was begun.
    pub at: UtcMillis,
    /// The gateway's word for the status.
    pub status: String,
    /// What it comes to.
    pub verdict: LineVerdict,
    /// What differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<Because>,
    /// How far it is.
    pub state: LineState,
    /// What was agreed on here, where the order is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ours: Option<Rupiah>,
    /// Whose it is, where the order is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// Customer and connection, in words.
    pub whose: String,
    /// What was said when it was decided.
    pub note: String,
}

/// What can be decided about a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum LineDeed {
    /// It is as it is; where the order is known, the fee is a cost.
    Accept,
    /// It goes on as a case, in *Perlu ditinjau*.
    Case,
}

/// Decides about a line. The same `key` happens once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LineDecision {
    /// Chosen by who asks.
    pub key: Uuid,
    /// Which line.
    pub of: Uuid,
    /// What becomes of it.
    pub does: LineDeed,
    /// Why: 3 to 500 characters.
    #[serde(deserialize_with = "typed::line")]
    pub note: String,
}

/// Has the gateway asked about the order of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LineAsked {
    /// Which line.
    pub of: Uuid,
}
