//! What operations about work at meters carry.

use domain::maintenance::priority::Priority;
use domain::maintenance::record::RecordContent;
use domain::maintenance::template::{Template, TemplateVersion};
use domain::maintenance::work_order::{DeferReason, Window};
use domain::{ConnectionId, MeterId, NotificationId, UtcMillis, WorkOrderId, WorkRecordId};
use serde::{Deserialize, Serialize};

/// That something happened to work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkMoment {
    /// Which order.
    pub order: WorkOrderId,
    /// At which meter.
    pub meter: MeterId,
    /// When, by the author's clock.
    pub at: UtcMillis,
}

/// That work was put off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkDeferral {
    /// Which order.
    pub order: WorkOrderId,
    /// At which meter.
    pub meter: MeterId,
    /// When, by the author's clock.
    pub at: UtcMillis,
    /// Why.
    pub reason: DeferReason,
    /// What is written about it; up to 500 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// How pressing work is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkPriorityChange {
    /// Which order.
    pub order: WorkOrderId,
    /// At which meter.
    pub meter: MeterId,
    /// What its author saw: somebody else's word stands.
    pub was: Priority,
    /// What it is to be.
    pub to: Priority,
}

/// Another time for a visit, as its customer wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitMove {
    /// The notification by which its author knows of it.
    pub notification: NotificationId,
    /// At which connection.
    pub connection: ConnectionId,
    /// Which order.
    pub order: WorkOrderId,
    /// The window that its author saw: somebody else's move stands.
    pub was: Window,
    /// One of those that are offered.
    pub to: Window,
}

/// Something that was done under a work order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewWorkRecord {
    /// Chosen by its author; the row has it.
    pub record: WorkRecordId,
    /// Under which order.
    pub order: WorkOrderId,
    /// At which meter.
    pub meter: MeterId,
    /// When it was done, by the author's clock.
    pub at: UtcMillis,
    /// What.
    pub content: RecordContent,
}

/// A version of a checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewWorkTemplate {
    /// Which template, and the version that its author makes: one more than the one that its author saw. Somebody else's of that number stands.
    pub version: TemplateVersion,
    /// What it is.
    pub template: Box<Template>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::operation::{OPERATION_VERSION, Operation};
    use crate::sync::push::MAX_OPERATION;
    use crate::sync::rows::WorkOrder;
    use domain::WorkTemplateId;
    use domain::maintenance::strokes::{Point, SIDE, Strokes};
    use domain::maintenance::template::{Step, StepKind, StepNo};
    use domain::maintenance::work_order::{WorkStage, WorkState};
    use serde_json::value::{RawValue, to_raw_value};
    use uuid::Uuid;

    const ID: &str = "01980000-0000-7000-8000-000000000001";

    #[test]
    fn work_that_an_older_app_announces_is_as_pressing_as_usual() {
        let older = format!(r#"{{"kind":"plan_work","order":"{ID}","meter":"{ID}","work":"repair","from":1,"until":2}}"#);
        let raw = RawValue::from_string(older.clone()).expect("JSON");
        let read = Operation::read(OPERATION_VERSION, &raw).expect("an operation");
        assert!(matches!(read, Operation::PlanWork { priority: Priority::Normal, template: None, minutes: None, .. }));
        assert_eq!(serde_json::to_string(&read).expect("JSON"), older, "what it does not say is not sent");
    }

    #[test]
    fn an_order_of_an_older_server_is_read_and_a_newer_one_keeps_the_old_words() {
        let older = format!(
            r#"{{"id":"{ID}","meter":"{ID}","work":"repair","state":"in_progress","from":1,"until":2,"author":"Admin","at":0,"begun_at":5}}"#
        );
        let row: WorkOrder = serde_json::from_str(&older).expect("a row");
        assert_eq!((row.stage(), row.priority, row.turns.len()), (WorkStage::InProgress, Priority::Normal, 0));
        assert!(row.built_in().is_some_and(|template| !template.steps.is_empty()));
        let turns =
            r#""begun_at":5,"turns":[{"at":5,"turn":"going"},{"at":7,"turn":"deferred","reason":"no_part","text":"Paking"}]"#;
        let newer = older.replace("in_progress", "scheduled").replace(r#""begun_at":5"#, turns);
        let row: WorkOrder = serde_json::from_str(&newer).expect("a row");
        assert_eq!(
            (row.stage(), row.progress().state(), row.state),
            (WorkStage::Deferred, WorkState::Scheduled, WorkState::Scheduled)
        );
        assert_eq!(row.deferred().map(|turn| turn.text.as_str()), Some("Paking"));
    }

    #[test]
    fn the_wildest_signature_and_the_largest_checklist_fit_into_an_operation() {
        let (record, order, meter) = (WorkRecordId(Uuid::nil()), WorkOrderId(Uuid::nil()), MeterId(Uuid::nil()));
        let wild: Vec<Point> = (0..9_000).map(|step| if step % 2 == 0 { (0, SIDE) } else { (SIDE, 0) }).collect();
        let strokes = Strokes::of_pen(&[wild]).expect("a signature");
        let content = RecordContent::Signature { step: None, strokes, signer: "é".repeat(80) };
        let signed = Operation::AddWorkRecord(NewWorkRecord { record, order, meter, at: UtcMillis(i64::MAX), content });
        let step = |no| Step { no: StepNo(no), label: "\"".repeat(100), what: StepKind::Reading, optional: true };
        let template = Template { name: "x".into(), work: None, steps: (1..=40).map(step).collect(), retired: true };
        let template = Box::new(template.clean().expect("it can be kept"));
        let version = TemplateVersion { id: WorkTemplateId(Uuid::nil()), version: u32::MAX };
        for operation in [signed, Operation::PutWorkTemplate(NewWorkTemplate { version, template })] {
            let sent = to_raw_value(&operation).expect("JSON");
            assert!(sent.get().len() <= MAX_OPERATION, "{}", sent.get().len());
            assert_eq!(Operation::read(OPERATION_VERSION, &sent).expect("an operation"), operation);
        }
    }
}
