//! A command of each kind against the same rows, for those who may do it and those who may not.

use domain::alerts::announcement::{Announcement, Wording};
use domain::alerts::case::CaseAnswer;
use domain::field::field_record::Explanation;
use domain::field::meter_swap::Swap;
use domain::maintenance::built_in::built_in;
use domain::maintenance::priority::Priority;
use domain::maintenance::record::RecordContent;
use domain::maintenance::template::TemplateVersion;
use domain::maintenance::work_order::{DeferReason, Window, WorkKind};
use domain::people::merge::Merge;
use domain::people::saved_view::ViewList;
use domain::reports::{Design, ReportKind, TemplateContent};
use domain::sync::edit::{Change, ConnectionField, CustomerField, NoteField, Patch, ProfileField};
use domain::tips::{TipMark, TipName};
use domain::{
    AnnouncementId, ConflictId, ConnectionId, CustomerId, LocalDay, ManualReadingId, MeterId, Millilitres, NoteId,
    NotificationId, OpeningId, ReportTemplateId, Rupiah, UserId, WorkOrderId, WorkRecordId, WorkTemplateId, ZoneId,
};
use protocol::sync::push::{Keep, Operation};
use protocol::sync::work::{NewWorkRecord, NewWorkTemplate, VisitMove, WorkDeferral, WorkMoment, WorkPriorityChange};
use std::collections::{BTreeMap, BTreeSet};
use sync_server::core::now;
use tests::field::meter_swap;
use tests::ops::edit;
use uuid::Uuid;

/// The kinds of commands, each once. A new one does not compile here until it has its line below.
const fn kind(command: &Operation) -> usize {
    match command {
        Operation::EditCustomer { .. } => 0,
        Operation::EditConnection { .. } => 1,
        Operation::DecideConflict { .. } => 2,
        Operation::AddNote { .. } => 3,
        Operation::RecordReading { .. } => 4,
        Operation::EditProfile { .. } => 5,
        Operation::EditNote { .. } => 6,
        Operation::TakeBackNote { .. } => 7,
        Operation::AnswerCase { .. } => 8,
        Operation::AddCustomer { .. } => 9,
        Operation::AddConnection { .. } => 10,
        Operation::AddMeter { .. } => 11,
        Operation::TakeBackCustomer { .. } => 12,
        Operation::AddOpening { .. } => 13,
        Operation::TakeBackOpening { .. } => 14,
        Operation::AssignMeterCase { .. } => 15,
        Operation::PlanWork { .. } => 16,
        Operation::CancelWork { .. } => 17,
        Operation::BeginWork { .. } => 18,
        Operation::CompleteWork { .. } => 19,
        Operation::ExportMade { .. } => 20,
        Operation::MoveConnection { .. } => 21,
        Operation::SendAnnouncement { .. } => 22,
        Operation::MergeCustomers(_) => 23,
        Operation::PutReportTemplate { .. } => 24,
        Operation::RemoveReportTemplate { .. } => 25,
        Operation::PutView { .. } => 26,
        Operation::RemoveView { .. } => 27,
        Operation::MarkTip { .. } => 28,
        Operation::MoveWork { .. } => 29,
        Operation::AssignWork { .. } => 30,
        Operation::SwapMeter(_) => 31,
        Operation::HoldWork(_) => 32,
        Operation::ResumeWork(_) => 33,
        Operation::DeferWork(_) => 34,
        Operation::SetWorkPriority(_) => 35,
        Operation::AddWorkRecord(_) => 36,
        Operation::PutWorkTemplate(_) => 37,
        Operation::MoveVisit(_) => 38,
    }
}

const KINDS: usize = 39;

/// Rows to do something to.
#[derive(Clone, Copy)]
pub struct Rows {
    pub customer: CustomerId,
    pub connection: ConnectionId,
    pub conflict: ConflictId,
    pub meter: MeterId,
    pub user: UserId,
    pub zone: ZoneId,
}

/// A command of each kind against these rows.
pub fn each_kind(rows: Rows) -> Vec<Operation> {
    let Rows { customer, connection, conflict, meter, user, zone } = rows;
    let name = Change { from: "x".into(), to: "Milik saya".into() };
    let (at, register) = (now(), Millilitres::litres(1));
    let label = Change { from: "Rumah".into(), to: "Milik saya".into() };
    let text = Change { from: "x".into(), to: "Milik saya".into() };
    let commands = vec![
        edit(customer, &[(CustomerField::Name, "Pelanggan", "Milik saya")]),
        Operation::EditConnection { connection, patch: Patch(BTreeMap::from([(ConnectionField::Label, label)])) },
        Operation::DecideConflict { conflict, keep: Keep::Mine },
        Operation::AddNote { note: NoteId(Uuid::now_v7()), meter, text: "Milik saya".into() },
        Operation::RecordReading {
            reading: ManualReadingId(Uuid::now_v7()),
            meter,
            at,
            register,
            photo: None,
            explained: Explanation::default(),
        },
        Operation::EditNote { note: NoteId(Uuid::now_v7()), meter, patch: Patch(BTreeMap::from([(NoteField::Text, text)])) },
        Operation::TakeBackNote { note: NoteId(Uuid::now_v7()), meter },
        Operation::EditProfile { user, patch: Patch(BTreeMap::from([(ProfileField::Name, name)])) },
        Operation::AnswerCase { connection, no: 1, answer: CaseAnswer::Confirmed, remark: "Milik saya".into() },
        Operation::AddCustomer {
            customer: CustomerId(Uuid::now_v7()),
            number: "MILIK-SAYA".into(),
            fields: BTreeMap::from([(CustomerField::Name, "Milik saya".into())]),
        },
        Operation::AddConnection { connection: ConnectionId(Uuid::now_v7()), customer, zone, fields: BTreeMap::new() },
        Operation::AddMeter {
            meter: MeterId(Uuid::now_v7()),
            connection,
            serial: "MILIK-SAYA".parse().expect("a serial"),
            model: String::new(),
            since: at,
        },
        Operation::TakeBackCustomer { customer },
        Operation::AddOpening {
            opening: OpeningId(Uuid::now_v7()),
            connection,
            amount: Rupiah(50_000),
            import: Uuid::now_v7(),
            row: 2,
            source: "milik-saya.csv".into(),
        },
        Operation::TakeBackOpening { opening: OpeningId(Uuid::now_v7()), connection },
        Operation::AssignMeterCase { connection, no: 1, to: None },
    ];
    let commands = [commands, of_many(rows), of_work(meter), vec![swap(meter)], of_templates(), of_views(user)].concat();
    let mut kinds: Vec<usize> = commands.iter().map(kind).collect();
    kinds.dedup();
    assert_eq!(kinds.len(), KINDS, "each kind once");
    commands
}

/// A command of each kind about many customers, or about what became of them.
fn of_many(rows: Rows) -> Vec<Operation> {
    let Rows { customer, connection, user, zone, .. } = rows;
    vec![
        Operation::ExportMade {
            export: Uuid::now_v7(),
            user,
            list: "customers".into(),
            question: "Milik saya".into(),
            rows: 2,
            format: "csv".into(),
            with_nik: false,
        },
        Operation::MarkTip {
            user,
            connection,
            tip: TipName::parse("shower-head").expect("a name"),
            mark: TipMark::Applied { day: LocalDay(20_500) },
        },
        Operation::MoveConnection { connection, from: zone, to: ZoneId(Uuid::now_v7()) },
        visit(connection),
        Operation::SendAnnouncement {
            announcement: AnnouncementId(Uuid::now_v7()),
            words: Announcement { id: Wording { title: "Milik saya".into(), text: "Milik saya".into() }, en: None },
            customers: vec![customer],
        },
        Operation::MergeCustomers(Merge {
            keep: CustomerId(Uuid::now_v7()),
            gone: customer,
            take: BTreeSet::new(),
            keep_seen: BTreeMap::new(),
            gone_seen: BTreeMap::new(),
            connections: BTreeSet::new(),
        }),
    ]
}

/// A visit at a connection that its customer moves.
fn visit(connection: ConnectionId) -> Operation {
    let (notification, order) = (NotificationId(Uuid::now_v7()), WorkOrderId(Uuid::now_v7()));
    let window = |hours: i64| Window { from: now().plus(hours * 3_600_000), until: now().plus((hours + 4) * 3_600_000) };
    Operation::MoveVisit(VisitMove { notification, connection, order, was: window(48), to: window(72) })
}

/// A command of each kind about a user's views.
fn of_views(user: UserId) -> Vec<Operation> {
    let (list, name, version) = (ViewList::Customers, "Milik saya".to_owned(), now().0);
    let query = "?saring=menunggak".into();
    vec![
        Operation::PutView { user, list, name: name.clone(), query, version },
        Operation::RemoveView { user, list, name, version },
    ]
}

/// A command of each kind about work at a meter.
fn of_work(meter: MeterId) -> Vec<Operation> {
    let (order, at) = (WorkOrderId(Uuid::now_v7()), now());
    let (work, from, until, text) = (WorkKind::Repair, at, at.plus(60_000), "Milik saya".into());
    let (was, moment, record) = (Priority::Normal, WorkMoment { order, meter, at }, WorkRecordId(Uuid::now_v7()));
    let version = TemplateVersion { id: WorkTemplateId(Uuid::now_v7()), version: 1 };
    vec![
        Operation::PlanWork {
            order,
            meter,
            work,
            from,
            until,
            technician: None,
            text,
            priority: was,
            template: None,
            minutes: None,
        },
        Operation::SetWorkPriority(WorkPriorityChange { order, meter, was, to: Priority::Urgent }),
        Operation::HoldWork(moment),
        Operation::ResumeWork(moment),
        Operation::DeferWork(WorkDeferral { order, meter, at, reason: DeferReason::NoAccess, text: String::new() }),
        Operation::AddWorkRecord(NewWorkRecord { record, order, meter, at, content: RecordContent::Arrival }),
        Operation::PutWorkTemplate(NewWorkTemplate { version, template: Box::new(built_in(work)) }),
        Operation::CancelWork { order, meter },
        Operation::MoveWork { order, meter, was: at, from, until },
        Operation::AssignWork { order, meter, to: None },
        Operation::BeginWork { order, meter, at },
        Operation::CompleteWork { order, meter, at },
    ]
}

/// A meter put in the place of one.
fn swap(meter: MeterId) -> Operation {
    let serial = "MILIK-SAYA-2".parse().expect("a serial");
    Operation::SwapMeter(Box::new(Swap { final_register: Some(Millilitres::litres(2)), ..meter_swap(meter, serial, now()) }))
}

/// A command of each kind about a template of reports that is nobody's.
fn of_templates() -> Vec<Operation> {
    let template = ReportTemplateId(Uuid::now_v7());
    let content = |name: &str| TemplateContent { name: name.into(), shared: true, design: Design::of(ReportKind::Revenue) };
    let (before, after) = (Some(Box::new(content("x"))), Box::new(content("Milik saya")));
    vec![Operation::PutReportTemplate { template, before, after }, Operation::RemoveReportTemplate { template }]
}
