//! Work orders, what is recorded under them, the checklists that they have, parts in a van, and people as rows name them.

use domain::field::field_record::Review;
use domain::maintenance::built_in::built_in;
use domain::maintenance::priority::Priority;
use domain::maintenance::record::RecordContent;
use domain::maintenance::stock::Pieces;
use domain::maintenance::template::{Template, TemplateVersion};
use domain::maintenance::work_order::{DeferReason, Progress, Turn, TurnKind, Window, WorkKind, WorkStage, WorkState};
use domain::{MeterId, PartId, UserId, UtcMillis, WorkOrderId, WorkRecordId, WorkTemplateId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Somebody whom a row names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who.
    pub id: UserId,
    /// The name then.
    pub name: String,
}

/// How many pieces of a part are in the van of whoever holds the row, under an identifier that follows from both
/// ([`domain::maintenance::stock::van_row`]). It is removed when the part is taken out of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VanPart {
    /// Identifier.
    pub id: Uuid,
    /// Which part.
    pub part: PartId,
    /// How it is called.
    pub name: String,
    /// How many; below zero, somebody has to count.
    pub pieces: Pieces,
}

/// A technician's job at a meter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkOrder {
    /// Identifier.
    pub id: WorkOrderId,
    /// At which meter.
    pub meter: MeterId,
    /// What is done.
    pub work: WorkKind,
    /// How far it is, as follows from the instants below, in words of the first release; [`Self::stage`] says it more finely.
    pub state: WorkState,
    /// From when on it is to be done.
    pub from: UtcMillis,
    /// Until when.
    pub until: UtcMillis,
    /// Who is to do it; anybody of the zone where nobody is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technician: Option<Person>,
    /// What is written about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Who announced it: a name.
    pub author: String,
    /// When it was announced.
    pub at: UtcMillis,
    /// When the work began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun_at: Option<UtcMillis>,
    /// Who said so: a name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub begun_by: String,
    /// When it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<UtcMillis>,
    /// Who said so: a name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub completed_by: String,
    /// When it was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<UtcMillis>,
    /// How long it takes, as its author expects, minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u16>,
    /// The schedule that announced it: its name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub schedule: String,
    /// How pressing it is.
    #[serde(default, skip_serializing_if = "Priority::is_usual")]
    pub priority: Priority,
    /// Its checklist; none: the one of its kind that comes with the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<TemplateVersion>,
    /// When the work began, was held, went on and was put off, in order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<WorkTurn>,
    /// Why somebody should check what was said of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub review: Vec<Review>,
}

/// A turn that work took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkTurn {
    /// When.
    pub at: UtcMillis,
    /// What.
    pub turn: TurnKind,
    /// Why, where it was put off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<DeferReason>,
    /// What is written about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Who said so: a name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
}

impl WorkTurn {
    /// What it is, with its reason.
    pub fn what(&self) -> Turn {
        Turn::of(self.turn, self.reason)
    }
}

impl WorkOrder {
    /// What is known of how far it is.
    pub fn progress(&self) -> Progress {
        let (begun_at, completed_at, cancelled_at) = (self.begun_at, self.completed_at, self.cancelled_at);
        let known = Progress { begun_at, completed_at, cancelled_at, turns: Vec::new() };
        self.turns.iter().fold(known, |known, turn| known.turned(turn.what(), turn.at))
    }

    /// How far it is. What was cancelled on this device and is not at the server yet has its state alone.
    pub fn stage(&self) -> WorkStage {
        match self.state {
            WorkState::Cancelled => WorkStage::Cancelled,
            WorkState::Scheduled | WorkState::InProgress | WorkState::Completed => {
                self.progress().stage(self.technician.is_some())
            }
        }
    }

    /// The turn by which it is put off, with why, while it is.
    pub fn deferred(&self) -> Option<&WorkTurn> {
        let last = self.turns.iter().max_by_key(|turn| (turn.at, turn.what()));
        last.filter(|_| self.stage() == WorkStage::Deferred)
    }

    /// Its checklist where it is the one that comes with the program.
    pub fn built_in(&self) -> Option<Template> {
        self.template.is_none().then(|| built_in(self.work))
    }

    /// When it is to be done.
    pub const fn window(&self) -> Window {
        Window { from: self.from, until: self.until }
    }
}

/// Something that was done or recorded under a work order. It is never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkRecord {
    /// Identifier.
    pub id: WorkRecordId,
    /// Under which order.
    pub order: WorkOrderId,
    /// At which meter.
    pub meter: MeterId,
    /// When, by the author's clock.
    pub at: UtcMillis,
    /// The author's name then.
    pub author: String,
    /// Its author; none where this device does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// What.
    pub content: RecordContent,
    /// Why somebody should check it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub review: Vec<Review>,
}

/// A version of a checklist. It is never changed: what replaces it is the next one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkTemplate {
    /// [`TemplateVersion::row_id`] of the two below.
    pub id: Uuid,
    /// Which template.
    pub template: WorkTemplateId,
    /// Which version, from 1 on.
    pub version: u32,
    /// What it is.
    #[serde(flatten)]
    pub content: Template,
    /// Empty: no name of an admin is in a row that everybody of the utility holds. Servers before have one here.
    pub by: String,
    /// When it was put.
    pub at: UtcMillis,
}

impl WorkTemplate {
    /// Which version of which template.
    pub const fn names(&self) -> TemplateVersion {
        TemplateVersion { id: self.template, version: self.version }
    }
}
