//! The business rules of IndoWater: pure, without I/O, clock or randomness, so that the phone and the server run the same rule.
#![warn(missing_docs)]

pub mod alerts;
pub mod billing;
pub mod core;
pub mod exports;
pub mod field;
pub mod imports;
pub mod leaks;
pub mod maintenance;
pub mod metering;
pub mod patterns;
pub mod people;
pub mod reports;
pub mod revenue;
pub mod sales;
pub mod sync;
pub mod tips;
pub mod valve;

pub use core::id::{
    AnnouncementId, ConflictId, ConnectionId, CustomerId, ManualReadingId, MeterId, MeterSwapId, NoteId, NotificationId,
    OpeningId, PartId, ReportRunId, ReportScheduleId, ReportTemplateId, Serial, UserId, UtilityId, ViewId, WorkOrderId,
    WorkRecordId, WorkTemplateId, ZoneId,
};
pub use core::local_time::{LocalDay, LocalMonth, TimeZone, UtcMillis};
pub use core::money::Rupiah;
pub use core::position::{Area, Position};
pub use core::volume::{Flow, Millilitres};
pub use field::blob::BlobId;
