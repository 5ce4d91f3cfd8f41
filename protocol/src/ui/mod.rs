//! Screen ⇄ client: what the bridge carries. Numbers are whole and unformatted; words and formats are the screen's.

mod account;
mod acts;
mod admin;
mod alerts;
pub mod bulk;
pub mod case;
mod cases;
pub mod closing;
mod comparison;
mod editing;
mod event;
pub mod exports;
mod facets;
mod field;
mod fleet;
mod home;
pub mod imports;
pub mod maintenance;
pub mod maps;
mod money;
mod notice;
mod place;
mod progress;
pub mod reports;
mod revenue;
mod session;
mod summary;
mod tips;
mod usage;
pub mod views;
mod work;

pub use account::Account;
pub use admin::{AdminRequest, AdminResponse, MetersRequest, ZoneBalancesRequest};
pub use alerts::{AlertRow, AlertsPart, AlertsQuery, AlertsRequest, AlertsResponse, AlertsWindow, ConnectionThresholds};
pub use bulk::{BulkRequest, BulkResponse, CustomerFacets, CustomerMatch};
pub use cases::{CaseDetail, CaseHour, CaseName, CaseRow, Cases, CasesQuery};
pub use closing::{ClosingRequest, ClosingResponse};
pub use comparison::{CalendarDays, ComparedBar, ComparedDays, Comparing, ComparisonQuery, UsageComparison, UsageForecast};
pub use editing::{
    ConflictsWindow, CustomerCounts, CustomerDetail, CustomerFilter, CustomerMeter, CustomerQuery, CustomerRow, CustomerSort,
    Customers, ListQuery, OutboxItem, OutboxState, OutboxWindow,
};
pub use event::Event;
pub use exports::{ExportsRequest, ExportsResponse};
pub use field::{FieldRecord, FieldRecords, PhotosRequest, PictureData, RefusedPhoto};
pub use fleet::{
    Fleet, FleetCounts, FleetFilter, FleetQuery, FleetRow, FleetSort, Happened, Happening, MeterDetail, ZoneSummary,
};
pub use fleet::{FleetMap, MapPoint, MeterRange, MeterSelection, UNPLACED, UnplacedMeter};
pub use home::{AnnouncedVisit, Home, PropertyLine};
pub use imports::{ImportsRequest, ImportsResponse};
pub use maintenance::{CalendarSpan, MaintenanceRequest, MaintenanceResponse, WorkCalendar, WorkCalendarQuery};
pub use maps::{MapsRequest, MapsResponse};
pub use money::{Buying, Document, Draft, History, MoneyRequest, MoneyResponse, WaitingPayment};
pub use notice::Notice;
pub use place::{ConnectionRef, MeterNow};
pub use progress::{Phase, SyncState};
pub use reports::{ReportsRequest, ReportsResponse};
pub use revenue::{RevenuePoint, RevenueQuestion, RevenueRequest, RevenueResponse, RevenueSlice, RevenueView};
pub use session::{Background, Desktop, Keeping, Motion, Preferences, Secret, Session, SingleKeys, Theme};
pub use summary::{CaseCounts, Summary};
pub use tips::{MarkedTip, Saved, TipResult, TipsRequest, TipsView};
pub use usage::{Bar, MarkOf, Money, Neighbours, Span, Usage, UsageMark, Usual};
pub use views::ViewsRequest;
pub use work::{READY_DAYS, WorkDetail, WorkReady, WorkRecordRow, WorkRequest, WorkResponse, WorkRow, WorkTemplateRow};

use crate::core::audit::{AuditPage, AuditQuery};
use crate::core::problem::Problem;
use crate::metering::live::Watch;
use crate::metering::refusals::MeterRefusals;
use crate::sync::push::Operation;
use crate::sync::rows::{Conflict, SavedView};
use domain::{BlobId, ConnectionId, CustomerId, MeterId, UtcMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a screen asks of the client. Queries answer from the cache; only signing in and out wait for the network.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "ask")]
pub enum Request {
    /// Who is signed in, and the device's preferences.
    Session,
    /// Sign in.
    SignIn {
        /// E-mail.
        email: String,
        /// Password.
        password: Secret,
    },
    /// Set another password of whoever is signed in; every other session ends.
    ChangePassword {
        /// The present one.
        current: Secret,
        /// The new one.
        new: Secret,
    },
    /// Set another password by a code from an admin, and sign in with it.
    ResetPassword {
        /// E-mail.
        email: String,
        /// The code.
        code: Secret,
        /// The new password.
        password: Secret,
    },
    /// Sign out and clear this device's cache.
    SignOut {
        /// On every device of this user.
        everywhere: bool,
        /// Also with changes that were not sent. They stay in their file until the same user signs in here again.
        #[serde(default)]
        with_unsent: bool,
    },
    /// Set this device's preferences.
    SetPreferences(Preferences),
    /// Show this supply point from now on: on every page that names none, and after the app was closed. It is kept for the signed-in user.
    ChooseConnection {
        /// Which.
        connection: ConnectionId,
    },
    /// Beranda.
    Home {
        /// Which supply point; the chosen one if none is named, or the first.
        connection: Option<ConnectionId>,
    },
    /// The connections of whoever is signed in, beside each other.
    Properties,
    /// Pemakaian.
    Usage {
        /// Which supply point; the chosen one if none is named, or the first.
        connection: Option<ConnectionId>,
        /// Which stretch.
        span: Span,
    },
    /// Bandingkan on Pemakaian.
    UsageComparison(ComparisonQuery),
    /// Ringkasan, as far as this device knows it.
    Summary,
    /// Perangkat.
    Fleet(FleetQuery),
    /// The side panel of Perangkat.
    #[serde(rename = "device")]
    Meter {
        /// Which meter.
        meter: MeterId,
    },
    /// What a meter sent and the server could not take; requested from the server, so it fails while that cannot be reached.
    Refusals {
        /// Which.
        meter: MeterId,
    },
    /// What people wrote down about a meter.
    FieldRecords {
        /// Which.
        meter: MeterId,
    },
    /// Keep a picture that was taken here, to be named by an operation.
    Attach {
        /// Its bytes.
        base64: String,
    },
    /// A picture that a row names.
    Picture {
        /// Which.
        photo: BlobId,
    },
    /// Photos that the server has refused.
    Photos(PhotosRequest),
    /// Hari Ini: the technician's zones.
    Zones,
    /// Work that is to be done, the earliest first.
    Work,
    /// One work order, checklists, and what else is asked of work.
    WorkOf(WorkRequest),
    /// Pemeliharaan: work by the days of a month.
    WorkCalendar(WorkCalendarQuery),
    /// Pelanggan.
    Customers(CustomerQuery),
    /// One customer.
    Customer {
        /// Which.
        customer: CustomerId,
    },
    /// Do something: it shows at once, and is sent when it can be.
    Submit(Operation),
    /// The same under an identity that the form was given when it opened: sent again, it is the same operation.
    SubmitAs {
        /// The identity.
        op: Uuid,
        /// What.
        command: Operation,
    },
    /// The outbox to take along: all that was not sent, and the latest of what was.
    Outbox,
    /// A part of Antrean.
    OutboxWindow(ListQuery),
    /// Replace an operation that is not done yet. Where that may have reached the server already, what differs
    /// follows it.
    Amend {
        /// Which.
        op: Uuid,
        /// What is wanted instead, of the same row.
        command: Operation,
    },
    /// Send a refused operation again.
    Retry {
        /// Which.
        op: Uuid,
    },
    /// Drop an operation that was refused, or has not left this device.
    Discard {
        /// Which.
        op: Uuid,
    },
    /// Fields that two people changed.
    Conflicts,
    /// A part of them.
    ConflictsWindow(ListQuery),
    /// Audit; requested from the server, so it fails while that cannot be reached.
    Audit(AuditQuery),
    /// What admins do with money; requested from the server. While that cannot be reached, only what was received before can be read.
    #[serde(rename = "office")]
    Admin(AdminRequest),
    /// Akun and Profil.
    Account,
    /// Money.
    Money(MoneyRequest),
    /// Impor.
    Imports(ImportsRequest),
    /// Pelanggan for many at once.
    Bulk(BulkRequest),
    /// Ekspor.
    Exports(ExportsRequest),
    /// Cases of meters, a part of the list.
    Cases(CasesQuery),
    /// One case of a meter.
    Case(CaseName),
    /// Peringatan.
    Alerts(AlertsRequest),
    /// The balances that are low, for the banner.
    Notices,
    /// Put the banner of a connection away, until it gets worse.
    PutNoticeAway {
        /// Whose.
        connection: ConnectionId,
    },
    /// Watch these meters live; replaces what was watched.
    Watch(Watch),
    /// What the shell of a desktop does beside the screens.
    Desktop,
    /// Have the system start the app by itself, or not.
    SetAutostart {
        /// Whether it does.
        on: bool,
    },
    /// Perangkat as a map. Of the query the order, the offset and the limit make no difference.
    FleetMap(FleetQuery),
    /// The meters in a stretch of Perangkat.
    MetersBetween(MeterRange),
    /// The meters that are selected in Perangkat, by serial.
    MetersSelected(MeterSelection),
    /// Pendapatan.
    Revenue(RevenueRequest),
    /// Laporan.
    Reports(ReportsRequest),
    /// Saved views of a list.
    Views(ViewsRequest),
    /// Hemat air.
    Tips(TipsRequest),
    /// Peta luring, and tiles for the maps.
    Maps(MapsRequest),
    /// How sync is doing.
    SyncState,
    /// Sync at once.
    SyncNow,
}

/// The client's answer; the variant is that of the request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// To [`Request::Session`], [`Request::SignIn`], [`Request::ResetPassword`], [`Request::SignOut`], [`Request::SetPreferences`].
    Session(Session),
    /// To [`Request::Home`]; `None` if the customer has no connection.
    Home(Option<Box<Home>>),
    /// To [`Request::Properties`]; none but a customer has any.
    Properties(Vec<PropertyLine>),
    /// To [`Request::Usage`]; `None` if the customer has no connection.
    Usage(Option<Box<Usage>>),
    /// To [`Request::UsageComparison`]; `None` if the customer has no connection.
    UsageComparison(Option<Box<UsageComparison>>),
    /// To [`Request::Summary`].
    Summary(Summary),
    /// To [`Request::Fleet`].
    Fleet(Fleet),
    /// To [`Request::Meter`].
    Meter(Option<Box<MeterDetail>>),
    /// To [`Request::Refusals`].
    Refusals(Box<MeterRefusals>),
    /// To [`Request::FieldRecords`]; `None` if this device does not hold the meter.
    FieldRecords(Option<Box<FieldRecords>>),
    /// To [`Request::Attach`]: its name.
    Attached(BlobId),
    /// To [`Request::Picture`].
    Picture(PictureData),
    /// To [`PhotosRequest::Refused`].
    RefusedPhotos(Vec<RefusedPhoto>),
    /// To [`Request::Zones`].
    Zones(Vec<ZoneSummary>),
    /// To [`Request::Work`].
    Work(Vec<WorkRow>),
    /// To [`Request::WorkOf`].
    WorkOf(WorkResponse),
    /// To [`Request::WorkCalendar`].
    WorkCalendar(Box<WorkCalendar>),
    /// To [`Request::Account`].
    Account(Account),
    /// To [`Request::SyncState`] and [`Request::SyncNow`].
    Sync(SyncState),
    /// To [`Request::Customers`].
    Customers(Customers),
    /// To [`Request::Customer`].
    Customer(Option<Box<CustomerDetail>>),
    /// To [`Request::Submit`], [`Request::SubmitAs`] and [`Request::Amend`]: its operation.
    Submitted(Uuid),
    /// To [`Request::Outbox`].
    Outbox(Vec<OutboxItem>),
    /// To [`Request::OutboxWindow`].
    OutboxWindow(OutboxWindow),
    /// To [`Request::Conflicts`].
    Conflicts(Vec<Conflict>),
    /// To [`Request::ConflictsWindow`].
    ConflictsWindow(ConflictsWindow),
    /// To [`Request::Audit`].
    Audit(Box<AuditPage>),
    /// To [`Request::Admin`].
    Admin {
        /// What the server answered.
        response: Box<AdminResponse>,
        /// When it was received, if the server cannot be reached now.
        since: Option<UtcMillis>,
    },
    /// To [`Request::Money`].
    Money(Box<MoneyResponse>),
    /// To [`Request::Imports`].
    Imports(Box<ImportsResponse>),
    /// To [`Request::Bulk`].
    Bulk(Box<BulkResponse>),
    /// To [`Request::Exports`].
    Exports(Box<ExportsResponse>),
    /// To [`Request::Cases`].
    Cases(Cases),
    /// To [`Request::Case`]; none if this device does not hold it.
    Case(Option<Box<CaseDetail>>),
    /// To [`Request::Alerts`].
    Alerts(Box<AlertsResponse>),
    /// To [`Request::Notices`]: the worst first.
    Notices(Vec<Notice>),
    /// To [`Request::Desktop`] and [`Request::SetAutostart`]; none in a browser and on a phone.
    Desktop(Option<Desktop>),
    /// To [`Request::FleetMap`].
    FleetMap(Box<FleetMap>),
    /// To [`Request::MetersBetween`] and [`Request::MetersSelected`].
    MeterIds(Vec<MeterId>),
    /// To [`Request::Revenue`].
    Revenue(Box<RevenueResponse>),
    /// To [`Request::Reports`].
    Reports(Box<ReportsResponse>),
    /// To [`Request::Views`]: those of the list, by name.
    Views(Vec<SavedView>),
    /// To [`TipsRequest::View`]; `None` if the customer has no connection.
    Tips(Option<Box<TipsView>>),
    /// To [`Request::Maps`].
    Maps(Box<MapsResponse>),
    /// To whatever needs no answer.
    Done,
}

/// What the bridge answers.
pub type Outcome = Result<Answer, Problem>;
