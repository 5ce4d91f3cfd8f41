//! Operations: what people want changed, by forms and by imports.

use crate::sync::rows::Person;
use crate::sync::work::{NewWorkRecord, NewWorkTemplate, VisitMove, WorkDeferral, WorkMoment, WorkPriorityChange};
use domain::alerts::announcement::Announcement;
use domain::alerts::case::CaseAnswer;
use domain::core::json::{object, strict};
use domain::field::field_record::Explanation;
use domain::field::meter_swap::Swap;
use domain::maintenance::priority::Priority;
use domain::maintenance::template::TemplateVersion;
use domain::maintenance::work_order::WorkKind;
use domain::people::merge::Merge;
use domain::people::saved_view::ViewList;
use domain::reports::TemplateContent;
use domain::sync::edit::{ConnectionField, CustomerField, NoteField, Patch, ProfileField};
use domain::tips::{TipMark, TipName};
use domain::{
    AnnouncementId, BlobId, ConflictId, ConnectionId, CustomerId, ManualReadingId, MeterId, Millilitres, NoteId, OpeningId,
    ReportTemplateId, Rupiah, Serial, UserId, UtcMillis, WorkOrderId, ZoneId,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use uuid::Uuid;

/// An operation: what a person wants changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Operation {
    /// Change fields of a customer.
    EditCustomer {
        /// Whose.
        customer: CustomerId,
        /// What.
        #[serde(deserialize_with = "strict")]
        patch: Patch<CustomerField>,
    },
    /// Add a customer.
    AddCustomer {
        /// Chosen by its author; the row has it.
        customer: CustomerId,
        /// The customer number, which no other of the utility has.
        number: String,
        /// The fields; one that is not there is empty, and its status `active`.
        fields: BTreeMap<CustomerField, String>,
    },
    /// Add a connection of a customer.
    AddConnection {
        /// Chosen by its author; the row has it.
        connection: ConnectionId,
        /// Whose.
        customer: CustomerId,
        /// In which zone.
        zone: ZoneId,
        /// All fields.
        fields: BTreeMap<ConnectionField, String>,
    },
    /// Register a meter, and install it at a connection that has none.
    AddMeter {
        /// Chosen by its author; the row has it.
        meter: MeterId,
        /// Where it is.
        connection: ConnectionId,
        /// Its serial number, which no other meter has.
        serial: Serial,
        /// The maker's model; empty if it is not known.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        model: String,
        /// Since when it is there.
        since: UtcMillis,
    },
    /// Take back a customer that was added, with the connections and meters, if nothing has happened to any of them since.
    TakeBackCustomer {
        /// Which.
        customer: CustomerId,
    },
    /// Change fields of a connection.
    EditConnection {
        /// Which.
        connection: ConnectionId,
        /// What.
        #[serde(deserialize_with = "strict")]
        patch: Patch<ConnectionField>,
    },
    /// Make one customer of two records of the same person. It cannot be taken back.
    MergeCustomers(Merge),
    /// Move a connection to another zone, with its meter and all that is known of its use. Nothing happens if it is there already.
    MoveConnection {
        /// Which.
        connection: ConnectionId,
        /// The zone in which its author saw it: somebody else's move stands.
        from: ZoneId,
        /// The zone in which it is to be.
        to: ZoneId,
    },
    /// Decide what a field is to be that two people changed.
    DecideConflict {
        /// Which conflict.
        conflict: ConflictId,
        /// How.
        keep: Keep,
    },
    /// Write a note about a meter. It happened: it is not refused for state or time.
    AddNote {
        /// Chosen by its author; the row has it.
        note: NoteId,
        /// Which meter.
        meter: MeterId,
        /// What; 1 to 2,000 characters.
        text: String,
    },
    /// Mend one's own note.
    EditNote {
        /// Which.
        note: NoteId,
        /// The meter that it is about.
        meter: MeterId,
        /// What.
        #[serde(deserialize_with = "strict")]
        patch: Patch<NoteField>,
    },
    /// Take one's own note back: nobody sees it any more, and the audit log keeps what it said.
    TakeBackNote {
        /// Which.
        note: NoteId,
        /// The meter that it is about.
        meter: MeterId,
    },
    /// Read a meter by eye. It happened: it is not refused for state or time.
    RecordReading {
        /// Chosen by its author; the row has it.
        reading: ManualReadingId,
        /// Which meter.
        meter: MeterId,
        /// When it was read, by the author's clock.
        at: UtcMillis,
        /// What the register showed.
        register: Millilitres,
        /// A picture of it, which must have been uploaded before (`PUT /blobs/v1/…`).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        photo: Option<BlobId>,
        /// What its author says about a register that seems not to be right.
        #[serde(default, deserialize_with = "strict", skip_serializing_if = "Explanation::is_empty")]
        explained: Explanation,
    },
    /// Another meter was put in the place of one. It happened: it is not refused for state or time.
    SwapMeter(#[serde(deserialize_with = "strict")] Box<Swap>),
    /// Change fields of one's own profile.
    EditProfile {
        /// Whose: one's own.
        user: UserId,
        /// What.
        #[serde(deserialize_with = "strict")]
        patch: Patch<ProfileField>,
    },
    /// Say something to a case of a meter. It was said: a case that is over by then keeps it.
    AnswerCase {
        /// The connection at which it was found.
        connection: ConnectionId,
        /// Its number there.
        no: u32,
        /// What.
        answer: CaseAnswer,
        /// What is added to it; up to 500 characters.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        remark: String,
    },
    /// Bring what a connection had before. It is money: no device shows it before it is booked, above a limit after a second admin's word.
    AddOpening {
        /// Chosen by its author: it follows from import and row.
        opening: OpeningId,
        /// Whose balance; it has none yet.
        connection: ConnectionId,
        /// Whole rupiah; below zero it is owed.
        amount: Rupiah,
        /// The import.
        import: Uuid,
        /// The row of its sheet.
        row: u32,
        /// The name of its file; up to 255 characters.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        source: String,
    },
    /// Take an opening balance back: it waits no more, or is reversed, unless somebody has gone on from that balance.
    TakeBackOpening {
        /// Which.
        opening: OpeningId,
        /// Whose balance.
        connection: ConnectionId,
    },
    /// Make it somebody's to look into a case of a meter, or nobody's.
    AssignMeterCase {
        /// The connection at which it was found.
        connection: ConnectionId,
        /// Its number there.
        no: u32,
        /// Whose: an admin or technician of the utility. The name is what its author sees meanwhile; the server goes by its own.
        #[serde(default, deserialize_with = "strict", skip_serializing_if = "Option::is_none")]
        to: Option<Person>,
    },
    /// Send a message to customers, once to each user with an account of one of them, whoever else names them. It cannot be recalled.
    SendAnnouncement {
        /// Chosen by its author; the parts of a long list of customers have the same one, and the same words.
        announcement: AnnouncementId,
        /// What it says.
        #[serde(deserialize_with = "strict")]
        words: Announcement,
        /// To the users of these customers; 200 at most.
        customers: Vec<CustomerId>,
    },
    /// Announce work at a meter.
    PlanWork {
        /// Chosen by its author; the row has it.
        order: WorkOrderId,
        /// Which meter.
        meter: MeterId,
        /// What is to be done.
        work: WorkKind,
        /// From when on.
        from: UtcMillis,
        /// Until when.
        until: UtcMillis,
        /// By whom: a technician of the meter's zone; anybody of it where nobody is named. The name as in [`Self::AssignMeterCase`].
        #[serde(default, deserialize_with = "strict", skip_serializing_if = "Option::is_none")]
        technician: Option<Person>,
        /// What is written about it; up to 500 characters.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
        /// How pressing it is.
        #[serde(default, skip_serializing_if = "Priority::is_usual")]
        priority: Priority,
        /// Its checklist; that of the kind of work which comes with the program where none is named.
        #[serde(default, deserialize_with = "strict", skip_serializing_if = "Option::is_none")]
        template: Option<TemplateVersion>,
        /// How long it takes, as its author expects, minutes; 1 to 1,440.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minutes: Option<u16>,
    },
    /// Cancel work that is not done yet.
    CancelWork {
        /// Which.
        order: WorkOrderId,
        /// At which meter.
        meter: MeterId,
    },
    /// Move work that nobody has begun to another window.
    MoveWork {
        /// Which.
        order: WorkOrderId,
        /// At which meter.
        meter: MeterId,
        /// When it began as its author saw it: somebody else's move stands.
        was: UtcMillis,
        /// From when on.
        from: UtcMillis,
        /// Until when.
        until: UtcMillis,
    },
    /// Name who is to do work that nobody has begun, or nobody in particular.
    AssignWork {
        /// Which.
        order: WorkOrderId,
        /// At which meter.
        meter: MeterId,
        /// Whom, as in [`Self::PlanWork`].
        #[serde(default, deserialize_with = "strict", skip_serializing_if = "Option::is_none")]
        to: Option<Person>,
    },
    /// Move a visit at one's own connection to another time that is offered.
    MoveVisit(#[serde(deserialize_with = "strict")] VisitMove),
    /// The work began. It happened: it is not refused for state or time.
    BeginWork {
        /// Which.
        order: WorkOrderId,
        /// At which meter.
        meter: MeterId,
        /// When, by the author's clock.
        at: UtcMillis,
    },
    /// The work waits for something, with nobody at the meter. It happened: it is not refused for state or time.
    HoldWork(WorkMoment),
    /// The work goes on. It happened: it is not refused for state or time.
    ResumeWork(WorkMoment),
    /// The work could not be done, and is to be begun at another time. It happened: it is not refused for state or time.
    DeferWork(WorkDeferral),
    /// Say how pressing work is that is not over yet.
    SetWorkPriority(WorkPriorityChange),
    /// Record something that was done under a work order. It happened: it is not refused for state or time.
    AddWorkRecord(#[serde(deserialize_with = "strict")] NewWorkRecord),
    /// Keep a version of a checklist, which is never changed after that.
    PutWorkTemplate(#[serde(deserialize_with = "strict")] NewWorkTemplate),
    /// The work is done. It happened: it is not refused for state or time.
    CompleteWork {
        /// Which.
        order: WorkOrderId,
        /// At which meter.
        meter: MeterId,
        /// When, by the author's clock.
        at: UtcMillis,
    },
    /// A list was made into a file, which its author may take out of the app. It happened: it is written down, and not refused for what its
    /// author may do by then. Its words are no enums, so that an older server writes down lists and formats that it does not know.
    ExportMade {
        /// Which file; chosen by its author.
        export: Uuid,
        /// Who made it: its author.
        user: UserId,
        /// Of which list, such as `customers`.
        list: String,
        /// What was searched and filtered by, as its author read it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        question: String,
        /// How many rows it has.
        rows: u32,
        /// What kind of file, such as `csv`.
        format: String,
        /// Whether it has the NIK of customers.
        #[serde(default)]
        with_nik: bool,
    },
    /// Keep a template of reports, or replace one.
    PutReportTemplate {
        /// Chosen by its author; the row has it.
        template: ReportTemplateId,
        /// What its author saw; none of a new one.
        #[serde(default, deserialize_with = "strict", skip_serializing_if = "Option::is_none")]
        before: Option<Box<TemplateContent>>,
        /// What it is to be.
        #[serde(deserialize_with = "strict")]
        after: Box<TemplateContent>,
    },
    /// Remove a template of reports.
    RemoveReportTemplate {
        /// Which.
        template: ReportTemplateId,
    },
    /// Keep what a list shows, in place of one's own view of that name. Where what stands was changed later, that stays.
    PutView {
        /// Whose: one's own.
        user: UserId,
        /// Of which list.
        list: ViewList,
        /// Its name; 1 to 60 characters.
        name: String,
        /// The query of the page's address; up to 8 KiB.
        query: String,
        /// [`domain::people::saved_view::version_over`] of what its author saw.
        version: i64,
    },
    /// Remove one's own view of a name, unless it was changed later.
    RemoveView {
        /// Whose: one's own.
        user: UserId,
        /// Of which list.
        list: ViewList,
        /// Its name.
        name: String,
        /// As in [`Self::PutView`].
        version: i64,
    },
    /// Say that an advice on saving water is applied at a connection, or kept at hand, or not any more: the last word on each of the two holds.
    MarkTip {
        /// Whose word: one's own.
        user: UserId,
        /// At which connection.
        connection: ConnectionId,
        /// Of which advice.
        tip: TipName,
        /// What.
        #[serde(deserialize_with = "strict")]
        mark: TipMark,
    },
}

/// How a conflict is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// The value that came later and waits.
    Mine,
    /// The value of the row.
    Theirs,
}

/// The version of the operations above. A server reads older ones by casting them up.
pub const OPERATION_VERSION: u16 = 1;

impl Operation {
    /// Reads an operation of a version.
    ///
    /// # Errors
    /// The version is newer than this program, or the text is not of its form.
    pub fn read(v: u16, body: &RawValue) -> Result<Self, String> {
        match v {
            OPERATION_VERSION => object(&mut serde_json::Deserializer::from_str(body.get())).map_err(|error| error.to_string()),
            _ => Err(format!("operations of version {v} are not known here")),
        }
    }
}
