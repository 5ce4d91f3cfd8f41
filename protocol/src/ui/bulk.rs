//! Pelanggan for many at once: what the list is narrowed by, who is selected, and what is changed for all of them. All of it on the device, with
//! or without a network.

use crate::ui::imports::{Job, Sent};
use crate::ui::{CustomerFilter, CustomerQuery};
use domain::alerts::announcement::Announcement;
use domain::people::batch::{BatchChange, Refusal};
use domain::{AnnouncementId, CustomerId, UtcMillis, ZoneId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use crate::ui::facets::{BalanceLevel, ChangeState, CustomerFacets, FacetCounts, MeterPresence, ZoneCount};

/// Which customers a list is about, whatever its order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerMatch {
    /// Words of a name, a number, a telephone, an address or a meter's serial.
    pub search: String,
    /// Only those of a tile.
    #[serde(default)]
    pub only: Option<CustomerFilter>,
    /// What it is narrowed by.
    #[serde(default)]
    pub facets: CustomerFacets,
}

impl CustomerMatch {
    /// Whether it is about everybody.
    pub fn is_empty(&self) -> bool {
        self.search.trim().is_empty() && self.only.is_none() && self.facets.is_empty()
    }
}

impl CustomerQuery {
    /// Which customers it is about.
    pub fn matching(&self) -> CustomerMatch {
        CustomerMatch { search: self.search.clone(), only: self.only, facets: self.facets.clone() }
    }
}

/// A zone into which connections can be moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneChoice {
    /// Which.
    pub id: ZoneId,
    /// Its name.
    pub name: String,
}

/// Who is selected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of", content = "which")]
pub enum Selection {
    /// These.
    Rows(Vec<CustomerId>),
    /// All that match, also those that nobody has scrolled to, but for some.
    Matching {
        /// Who matches.
        matching: Box<CustomerMatch>,
        /// Who was unticked.
        except: Vec<CustomerId>,
    },
}

/// A stretch of the list, in its order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowRange {
    /// The list.
    pub query: CustomerQuery,
    /// Its first row, from 0.
    pub from: u32,
    /// Its last row, which belongs to it.
    pub to: u32,
}

/// Rows of a range at most: more are selected by what they have in common.
pub const LONGEST_RANGE: u32 = 20_000;

/// A batch that somebody considers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Considered {
    /// For whom.
    pub selection: Selection,
    /// What is set.
    pub change: BatchChange,
}

/// A batch that is begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewBatch {
    /// Its identifier, chosen by the screen: begun twice, it is one batch.
    pub id: Uuid,
    /// For whom, and what is set.
    pub batch: Considered,
}

/// A message that is sent to everybody who is selected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAnnouncement {
    /// Its identifier, chosen by the screen: sent twice, it is one message.
    pub id: AnnouncementId,
    /// To whom.
    pub selection: Selection,
    /// What it says.
    pub words: Announcement,
}

/// Whom a message would reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// Customers that are selected and held by this device.
    pub customers: u32,
    /// Users with an account of one of them; none while the server cannot be asked, who alone knows.
    pub people: Option<u32>,
}

/// What the page asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "bulk", content = "with")]
pub enum BulkRequest {
    /// How many each facet would leave.
    Facets(CustomerMatch),
    /// Who stands in a stretch of the list.
    Between(RowRange),
    /// The zones into which connections can be moved.
    Zones,
    /// What a batch would do. Nothing is changed.
    Preview(Considered),
    /// Do it.
    Begin(Box<NewBatch>),
    /// Whom a message would reach. Nothing is sent.
    Reach(Selection),
    /// Send a message, which cannot be recalled.
    Announce(Box<NewAnnouncement>),
    /// The batches of this device's user, the newest first.
    List,
    /// Stop what runs; what was done stays, and can go on.
    Stop(Uuid),
    /// Go on with a batch that was stopped or killed.
    GoOn(Uuid),
    /// Take a batch back, but for what somebody has changed since.
    Undo(Uuid),
}

impl BulkRequest {
    /// Whether it does something.
    pub const fn is_act(&self) -> bool {
        !matches!(self, Self::Facets(_) | Self::Between(_) | Self::Zones | Self::Preview(_) | Self::Reach(_) | Self::List)
    }
}

/// What the page is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkResponse {
    /// To [`BulkRequest::Facets`].
    Facets(FacetCounts),
    /// To [`BulkRequest::Between`].
    Customers(Vec<CustomerId>),
    /// To [`BulkRequest::Zones`].
    Zones(Vec<ZoneChoice>),
    /// To [`BulkRequest::Preview`].
    Preview(Preview),
    /// To [`BulkRequest::Reach`].
    Reach(Reach),
    /// To [`BulkRequest::Announce`]: it waits for the server, for so many customers.
    Announced(u32),
    /// To [`BulkRequest::List`] and to whatever begins, stops or goes on with a batch.
    Batches(Vec<Batch>),
}

/// What a batch would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Customers that are selected and held by this device.
    pub selected: u32,
    /// Those that would change.
    pub changes: u32,
    /// Connections of theirs that would change; none for a change of the customer itself.
    pub connections: u32,
    /// Those that are so already.
    pub same: u32,
    /// Those that are left out, by the reason.
    pub refused: Vec<RefusedGroup>,
    /// The first that would change.
    pub examples: Vec<Example>,
}

impl Preview {
    /// How many are left out.
    pub fn refused_count(&self) -> u32 {
        self.refused.iter().map(|group| group.count).sum()
    }
}

/// Customers that are left out for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedGroup {
    /// Why.
    pub why: Refusal,
    /// How many.
    pub count: u32,
    /// The first of them.
    pub examples: Vec<Example>,
}

/// A customer by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// Which.
    pub customer: CustomerId,
    /// The number.
    pub number: String,
    /// The name.
    pub name: String,
}

/// Where a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BatchStage {
    /// Its operations are being made.
    Doing,
    /// They are in the outbox, or were sent.
    Done,
    /// It is being taken back.
    Undoing,
    /// It was taken back.
    Undone,
}

/// A batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Which.
    pub id: Uuid,
    /// When it was begun, by this device's clock.
    pub at: UtcMillis,
    /// What is set.
    pub change: BatchChange,
    /// Where it is.
    pub stage: BatchStage,
    /// Customers that were selected.
    pub selected: u32,
    /// Those that were changed so far.
    pub changed: u32,
    /// Those that were so already.
    pub same: u32,
    /// Those that were left out, by the reason.
    pub refused: Vec<RefusedGroup>,
    /// What runs.
    pub job: Option<Job>,
    /// What became of its operations.
    pub sent: Sent,
    /// Until when it can be taken back.
    pub undo_until: Option<UtcMillis>,
    /// How many could not be taken back, since somebody has changed them.
    pub changed_since: u32,
    /// The first of those.
    pub changed_since_first: Vec<Example>,
}
