//! What is counted of what operations come to.

use super::beginning::colleague;
use super::model::MeterMessage;
use super::schedule::TECHNICIAN;
use super::server::user;
use domain::UserId;
use protocol::sync::push::OperationEnvelope;

/// Whether an operation is of a kind.
fn is(op: &OperationEnvelope, kind: &str) -> bool {
    op.operation.get().contains(&format!("\"kind\":\"{kind}\""))
}

/// Whether an operation names somebody.
fn names(op: &OperationEnvelope, somebody: &UserId) -> bool {
    op.operation.get().contains(&somebody.to_string())
}

/// What is counted of an outcome: what becomes of imports, of answers to cases, of work, of views and of what is done at the office.
pub(super) fn met(op: &OperationEnvelope, (status, code, _): &MeterMessage) -> Option<&'static str> {
    let is = |kind: &str| is(op, kind);
    let (status, code) = (status.as_str(), code.as_str());
    match (status, code) {
        ("applied", _) if is("add_opening") => Some("opening balance brought"),
        ("rejected", "taken") if is("add_opening") => Some("opening balance there already"),
        ("applied", _) if is("take_back_opening") => Some("opening balance taken back"),
        ("rejected", "taken") if is("send_announcement") => None,
        ("rejected", "taken") => Some("number or serial taken"),
        ("rejected", "builds_on_refused") => Some("refused with what it builds on"),
        ("rejected", "in_use") if is("take_back_customer") => Some("customer in use"),
        ("applied", _) if is("take_back_customer") => Some("customer taken back"),
        ("applied", _) if is("answer_case") => Some("case answered"),
        ("rejected", _) if is("answer_case") => Some("answer refused"),
        ("applied", _) if is("move_connection") => Some("connection moved by an admin"),
        ("applied", _) if is("begin_work") => Some("work begun"),
        ("applied", _) if is("assign_work") && names(op, &user(TECHNICIAN)) => Some("work given to the technician"),
        ("applied", _) if is("assign_work") && names(op, &colleague()) => Some("work given to a colleague"),
        ("applied", _) if is("cancel_work") => Some("work cancelled"),
        ("applied", _) if is("send_announcement") => Some("message to many sent"),
        ("applied", _) if is("merge_customers") => Some("customers merged"),
        ("rejected", "conflict") if is("merge_customers") => Some("merge refused"),
        ("applied", _) if is("export_made") => Some("list made into a file"),
        ("applied", _) if is("put_view") => Some("view kept"),
        ("applied", _) if is("remove_view") => Some("view removed"),
        ("applied", _) if is("move_work") => Some("work moved"),
        ("applied", _) if is("swap_meter") => Some("meter swapped"),
        _ if op.operation.get().contains("work") => met_at_work(&is, (status, code)),
        _ => None,
    }
}

/// What is counted of an outcome about work.
fn met_at_work(is: &dyn Fn(&str) -> bool, said: (&str, &str)) -> Option<&'static str> {
    match said {
        ("applied", _) if is("hold_work") => Some("work held"),
        ("applied", _) if is("resume_work") => Some("work gone on with"),
        ("applied", _) if is("defer_work") => Some("work put off"),
        ("applied", _) if is("set_work_priority") => Some("priority of work changed"),
        ("applied", _) if is("add_work_record") => Some("work recorded"),
        ("retry", _) if is("add_work_record") => Some("record waited for its picture"),
        ("applied", _) if is("put_work_template") => Some("checklist kept"),
        ("rejected", "conflict") if is("put_work_template") => Some("version of a checklist there already"),
        _ => None,
    }
}

/// What technicians do at a meter: the operation, what it says beside, and how that is counted.
const IN_FIELD: [(&str, &str, &str); 6] = [
    ("begin_work", "", "work begun by a technician"),
    ("hold_work", "", "work held by a technician"),
    ("complete_work", "", "work completed by a technician"),
    ("record_reading", "", "meter read by a technician"),
    ("add_work_record", "\"what\":\"answer\"", "step answered by a technician"),
    ("add_work_record", "\"what\":\"photo\"", "picture attached by a technician"),
];

/// What is counted of something that a technician did at a meter.
pub(super) fn met_in_field(op: &OperationEnvelope, (status, ..): &MeterMessage) -> Option<&'static str> {
    let done = IN_FIELD.iter().find(|(kind, says, _)| is(op, kind) && op.operation.get().contains(says));
    done.filter(|_| status == "applied").map(|(.., met)| *met)
}
