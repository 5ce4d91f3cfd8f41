//! Ekspor: all rows of a list as a file. It is made on the device, from what that holds, and taken in parts.

use crate::ui::imports::Job;
use crate::ui::{CalendarSpan, CasesQuery, ComparisonQuery, CustomerQuery, FleetQuery, MeterSelection};
use domain::people::permission::Permission;
use domain::{TimeZone, UtcMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Bytes of a file that one answer carries at most, before base64. A multiple of three: the base64 of the parts is that of the file.
pub const PART: usize = 3 * 1024 * 1024;

/// Rows of a workbook or of a CSV at most: a sheet has 1,048,576 with that of the names.
pub const MOST_ROWS: u32 = 1_000_000;

/// Rows on paper at most. It is more than people read, and each costs a typesetter a thousand times what it costs a file.
pub const MOST_ON_PAPER: u32 = 2_000;

/// What the page asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "export", content = "with")]
pub enum ExportsRequest {
    /// Make a file. It is answered once that is made, or stopped.
    Make(Box<Export>),
    /// How far one is.
    Progress(Uuid),
    /// Stop making it.
    Stop(Uuid),
    /// A part of a file that was made. With the last one it is forgotten.
    Take(Taking),
}

/// Which file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// Chosen by the page.
    pub id: Uuid,
    /// The list.
    pub list: ExportedList,
    /// What kind of file.
    pub format: ExportFormat,
    /// The zone of its instants.
    pub time_zone: TimeZone,
    /// Whether a list of customers has their NIK. Never on paper.
    #[serde(default)]
    pub with_nik: bool,
}

impl Export {
    /// Whether the file has a column for the NIK.
    pub fn has_nik(&self) -> bool {
        self.with_nik && self.format != ExportFormat::Pdf && matches!(self.list, ExportedList::Customers(_))
    }

    /// Rows that the file has room for.
    pub const fn most(&self) -> u32 {
        match self.format {
            ExportFormat::Pdf => MOST_ON_PAPER,
            ExportFormat::Csv | ExportFormat::Xlsx => MOST_ROWS,
        }
    }
}

/// A list with its search, filter and order. Its window is not looked at: all rows are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "list", content = "of")]
pub enum ExportedList {
    /// Pelanggan.
    Customers(CustomerQuery),
    /// Perangkat.
    Meters(FleetQuery),
    /// The cases of Peringatan.
    Cases(CasesQuery),
    /// Meters that are selected in Perangkat: on paper their labels.
    Labels(MeterSelection),
    /// The days of Bandingkan.
    Comparison(ComparisonQuery),
    /// Work by the days of Pemeliharaan.
    Work(CalendarSpan),
}

impl ExportedList {
    /// Its name in keys of words and in the audit log.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Customers(_) => "customers",
            Self::Meters(_) => "meters",
            Self::Cases(_) => "cases",
            Self::Labels(_) => "labels",
            Self::Comparison(_) => "comparison",
            Self::Work(_) => "work",
        }
    }

    /// What it takes to export it.
    pub const fn permission(&self) -> Permission {
        match self {
            Self::Customers(_) => Permission::ManageCustomers,
            Self::Meters(_) | Self::Cases(_) | Self::Labels(_) => Permission::WholeFleet,
            Self::Comparison(_) => Permission::OwnUsage,
            Self::Work(_) => Permission::ManageWork,
        }
    }
}

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Text, its fields separated as the language does.
    Csv,
    /// A workbook.
    Xlsx,
    /// Paper.
    Pdf,
}

impl ExportFormat {
    /// All of them, the most useful first.
    pub const ALL: [Self; 3] = [Self::Xlsx, Self::Csv, Self::Pdf];

    /// What the names of its files end in.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Pdf => "pdf",
        }
    }
}

/// Which part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taking {
    /// Which.
    pub id: Uuid,
    /// Where the part begins, bytes.
    pub offset: u64,
}

/// What the page is answered; the variant is that of the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportsResponse {
    /// To [`ExportsRequest::Make`].
    Made(Made),
    /// To [`ExportsRequest::Make`], where somebody has stopped it.
    Stopped,
    /// To [`ExportsRequest::Progress`]; none where nothing is being made.
    Job(Option<Job>),
    /// To [`ExportsRequest::Take`].
    Part(Part),
    /// To [`ExportsRequest::Stop`].
    Done,
}

/// A file that was made, and waits to be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Its name.
    pub name: String,
    /// How large it is.
    pub bytes: u64,
    /// Its rows.
    pub rows: u32,
    /// As of when they are; none if not all data has ever come to this device.
    pub as_of: Option<UtcMillis>,
}

/// A part of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its bytes.
    pub base64: String,
    /// How many.
    pub bytes: u64,
}
