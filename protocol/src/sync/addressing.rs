//! What is known of an operation by its kind alone: its name, the row and the meter it is about, the lane in which it waits.

use crate::sync::operation::Operation;
use crate::sync::rows::Entity;
use crate::sync::work::{NewWorkRecord, WorkDeferral, WorkMoment, WorkPriorityChange};
use domain::MeterId;
use domain::people::saved_view::view_of;
use domain::tips::state_id;

impl Operation {
    /// The row that it changes.
    pub fn row(&self) -> (Entity, String) {
        match self {
            Self::EditCustomer { customer, .. } | Self::AddCustomer { customer, .. } | Self::TakeBackCustomer { customer } => {
                (Entity::Customer, customer.to_string())
            }
            Self::MergeCustomers(merge) => (Entity::Customer, merge.gone.to_string()),
            Self::EditConnection { connection, .. }
            | Self::AddConnection { connection, .. }
            | Self::MoveConnection { connection, .. } => (Entity::Connection, connection.to_string()),
            Self::AddMeter { meter, .. } => (Entity::Meter, meter.to_string()),
            Self::DecideConflict { conflict, .. } => (Entity::Conflict, conflict.to_string()),
            Self::AddNote { note, .. } | Self::EditNote { note, .. } | Self::TakeBackNote { note, .. } => {
                (Entity::Note, note.to_string())
            }
            Self::RecordReading { reading, .. } => (Entity::ManualReading, reading.to_string()),
            Self::SwapMeter(swap) => (Entity::MeterSwap, swap.swap.to_string()),
            Self::EditProfile { user, .. } => (Entity::Profile, user.to_string()),
            Self::AnswerCase { connection, no, .. } | Self::AssignMeterCase { connection, no, .. } => {
                (Entity::MeterCase, format!("{connection}/{no}"))
            }
            Self::AddOpening { connection, .. } | Self::TakeBackOpening { connection, .. } => {
                (Entity::Credit, connection.to_string())
            }
            Self::SendAnnouncement { announcement, .. } => (Entity::Notification, announcement.to_string()),
            Self::MoveVisit(visit) => (Entity::Notification, visit.notification.to_string()),
            Self::PlanWork { order, .. }
            | Self::CancelWork { order, .. }
            | Self::MoveWork { order, .. }
            | Self::AssignWork { order, .. }
            | Self::BeginWork { order, .. }
            | Self::CompleteWork { order, .. }
            | Self::HoldWork(WorkMoment { order, .. })
            | Self::ResumeWork(WorkMoment { order, .. })
            | Self::DeferWork(WorkDeferral { order, .. })
            | Self::SetWorkPriority(WorkPriorityChange { order, .. }) => (Entity::WorkOrder, order.to_string()),
            Self::AddWorkRecord(new) => (Entity::WorkRecord, new.record.to_string()),
            Self::PutWorkTemplate(new) => (Entity::WorkTemplate, new.version.row_id().to_string()),
            Self::PutReportTemplate { template, .. } | Self::RemoveReportTemplate { template } => {
                (Entity::ReportTemplate, template.to_string())
            }
            Self::MarkTip { user, connection, tip, .. } => (Entity::TipState, state_id(*user, *connection, tip).to_string()),
            // It changes none: under its own identifier nothing else waits for it, and it waits for nothing.
            Self::ExportMade { export, .. } => (Entity::Profile, export.to_string()),
            Self::PutView { user, list, name, .. } | Self::RemoveView { user, list, name, .. } => {
                (Entity::SavedView, view_of(*user, *list, name).to_string())
            }
        }
    }

    /// The meter that it is about, where it is about one.
    pub fn meter(&self) -> Option<MeterId> {
        match self {
            Self::AddNote { meter, .. }
            | Self::EditNote { meter, .. }
            | Self::TakeBackNote { meter, .. }
            | Self::RecordReading { meter, .. }
            | Self::PlanWork { meter, .. }
            | Self::CancelWork { meter, .. }
            | Self::MoveWork { meter, .. }
            | Self::AssignWork { meter, .. }
            | Self::BeginWork { meter, .. }
            | Self::CompleteWork { meter, .. }
            | Self::HoldWork(WorkMoment { meter, .. })
            | Self::ResumeWork(WorkMoment { meter, .. })
            | Self::DeferWork(WorkDeferral { meter, .. })
            | Self::SetWorkPriority(WorkPriorityChange { meter, .. })
            | Self::AddWorkRecord(NewWorkRecord { meter, .. }) => Some(*meter),
            Self::SwapMeter(swap) => Some(swap.meter),
            Self::EditCustomer { .. }
            | Self::AddCustomer { .. }
            | Self::AddConnection { .. }
            | Self::AddMeter { .. }
            | Self::TakeBackCustomer { .. }
            | Self::EditConnection { .. }
            | Self::MergeCustomers(_)
            | Self::MoveConnection { .. }
            | Self::DecideConflict { .. }
            | Self::EditProfile { .. }
            | Self::AnswerCase { .. }
            | Self::AddOpening { .. }
            | Self::TakeBackOpening { .. }
            | Self::SendAnnouncement { .. }
            | Self::AssignMeterCase { .. }
            | Self::ExportMade { .. }
            | Self::PutReportTemplate { .. }
            | Self::RemoveReportTemplate { .. }
            | Self::PutWorkTemplate(_)
            | Self::PutView { .. }
            | Self::RemoveView { .. }
            | Self::MoveVisit(_)
            | Self::MarkTip { .. } => None,
        }
    }

    /// The lanes that there are.
    pub const LANES: [&'static str; 3] = ["field", "master", Self::IMPORT_LANE];

    /// The lane of what an import or a batch of customers makes, whatever it is: all other lanes are sent before it.
    pub const IMPORT_LANE: &'static str = "import";

    /// The lane in which it waits when a person makes it; a refused operation holds up nobody in another one.
    pub const fn lane(&self) -> &'static str {
        match self {
            Self::AddNote { .. }
            | Self::EditNote { .. }
            | Self::TakeBackNote { .. }
            | Self::RecordReading { .. }
            | Self::SwapMeter(_)
            | Self::AnswerCase { .. }
            | Self::AssignMeterCase { .. }
            | Self::BeginWork { .. }
            | Self::HoldWork(_)
            | Self::ResumeWork(_)
            | Self::DeferWork(_)
            | Self::AddWorkRecord(_)
            | Self::CompleteWork { .. }
            | Self::ExportMade { .. }
            | Self::MarkTip { .. } => "field",
            Self::EditCustomer { .. }
            | Self::AddCustomer { .. }
            | Self::AddConnection { .. }
            | Self::AddMeter { .. }
            | Self::TakeBackCustomer { .. }
            | Self::EditConnection { .. }
            | Self::MergeCustomers(_)
            | Self::MoveConnection { .. }
            | Self::DecideConflict { .. }
            | Self::EditProfile { .. }
            | Self::AddOpening { .. }
            | Self::TakeBackOpening { .. }
            | Self::SendAnnouncement { .. }
            | Self::PlanWork { .. }
            | Self::CancelWork { .. }
            | Self::MoveWork { .. }
            | Self::AssignWork { .. }
            | Self::MoveVisit(_)
            | Self::SetWorkPriority(_)
            | Self::PutWorkTemplate(_)
            | Self::PutReportTemplate { .. }
            | Self::RemoveReportTemplate { .. }
            | Self::PutView { .. }
            | Self::RemoveView { .. } => "master",
        }
    }

    /// Whether it stays once it is kept, until the server has it: what its author did with other people's data is not the author's to withdraw.
    pub const fn stays(&self) -> bool {
        matches!(self, Self::ExportMade { .. })
    }

    /// The operation's name, as it is stored and shown.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::EditCustomer { .. } => "edit_customer",
            Self::AddCustomer { .. } => "add_customer",
            Self::AddConnection { .. } => "add_connection",
            Self::AddMeter { .. } => "add_meter",
            Self::TakeBackCustomer { .. } => "take_back_customer",
            Self::EditConnection { .. } => "edit_connection",
            Self::MergeCustomers(_) => "merge_customers",
            Self::MoveConnection { .. } => "move_connection",
            Self::DecideConflict { .. } => "decide_conflict",
            Self::AddNote { .. } => "add_note",
            Self::EditNote { .. } => "edit_note",
            Self::TakeBackNote { .. } => "take_back_note",
            Self::RecordReading { .. } => "record_reading",
            Self::SwapMeter(_) => "swap_meter",
            Self::EditProfile { .. } => "edit_profile",
            Self::AnswerCase { .. } => "answer_case",
            Self::AddOpening { .. } => "add_opening",
            Self::TakeBackOpening { .. } => "take_back_opening",
            Self::AssignMeterCase { .. } => "assign_meter_case",
            Self::SendAnnouncement { .. } => "send_announcement",
            Self::PlanWork { .. } => "plan_work",
            Self::CancelWork { .. } => "cancel_work",
            Self::MoveWork { .. } => "move_work",
            Self::AssignWork { .. } => "assign_work",
            Self::MoveVisit(_) => "move_visit",
            Self::BeginWork { .. } => "begin_work",
            Self::HoldWork(_) => "hold_work",
            Self::ResumeWork(_) => "resume_work",
            Self::DeferWork(_) => "defer_work",
            Self::SetWorkPriority(_) => "set_work_priority",
            Self::AddWorkRecord(_) => "add_work_record",
            Self::PutWorkTemplate(_) => "put_work_template",
            Self::CompleteWork { .. } => "complete_work",
            Self::ExportMade { .. } => "export_made",
            Self::PutReportTemplate { .. } => "put_report_template",
            Self::RemoveReportTemplate { .. } => "remove_report_template",
            Self::PutView { .. } => "put_view",
            Self::RemoveView { .. } => "remove_view",
            Self::MarkTip { .. } => "mark_tip",
        }
    }
}
