//! The checklist of an order: each step with what it asks for, what was answered last, and what is still to be done.

use crate::components::shell::language;
use crate::components::{Card, Icon, StatusChip};
use crate::i18n::{tr, tra};
use crate::pages::maintenance::order::said::said;
use crate::pages::maintenance::order::{Asked, Doing};
use crate::pages::maintenance::words::{ask_of, limits, of_flag, of_photo, of_template};
use crate::pages::metering::meter::locked;
use dioxus::prelude::*;
use domain::WorkRecordId;
use domain::maintenance::checklist::{StepFlag, standing};
use domain::maintenance::template::{Step, StepKind, Template};
use domain::maintenance::work_order::WorkStage;
use protocol::sync::rows::WorkOrder;
use protocol::ui::{WorkDetail, WorkRecordRow, WorkRow};

/// A step, and what was recorded for it last.
#[derive(Clone, Debug, PartialEq)]
pub struct StepLine {
    /// The step.
    pub step: Step,
    /// The record; none as long as it is not done.
    pub by: Option<WorkRecordRow>,
    /// What is odd about it.
    pub flag: Option<StepFlag>,
}

impl StepLine {
    /// Whether it still has to be done.
    pub const fn is_missing(&self) -> bool {
        self.by.is_none() && !self.step.optional
    }

    /// What it is called.
    pub fn label(&self) -> String {
        of_template(&self.step.label)
    }

    /// What is to be recorded for it.
    pub fn asked(&self) -> Asked {
        Asked { step: Some(self.step.no), label: self.label(), what: self.step.what.clone() }
    }
}

/// The checklist of an order; none where it names one that this device does not hold.
pub fn template_of(detail: &WorkDetail) -> Option<Template> {
    detail.template.clone().or_else(|| detail.row.order.built_in())
}

/// The steps of a checklist as they stand.
pub fn lines(template: &Template, records: &[WorkRecordRow]) -> Vec<StepLine> {
    let all = standing(template, records.iter().map(|row| (row.record.at, row.record.id, &row.record.content)));
    let by = |id: WorkRecordId| records.iter().find(|row| row.record.id == id).cloned();
    all.into_iter().map(|of| StepLine { step: of.step.clone(), by: of.by.and_then(by), flag: of.flag }).collect()
}

/// What the steps of an order that are still to be done are called.
pub fn missing_of(detail: &WorkDetail) -> Vec<String> {
    let all = template_of(detail).map(|template| lines(&template, &detail.records)).unwrap_or_default();
    all.iter().filter(|line| line.is_missing()).map(StepLine::label).collect()
}

/// Whether no step of an order is left that has to be done. Of a checklist that this device does not hold, nobody knows.
pub fn is_done(detail: &WorkDetail) -> bool {
    template_of(detail).is_some_and(|template| !lines(&template, &detail.records).iter().any(StepLine::is_missing))
}

/// Whether something can be recorded under an order. What was done can be written down afterwards too, and is marked then; under one that was cancelled
/// before anybody had begun it nothing was done.
pub fn takes_records(order: &WorkOrder) -> bool {
    order.stage() != WorkStage::Cancelled || order.begun_at.is_some()
}

/// The list.
#[component]
pub fn Steps(known: bool, steps: Vec<StepLine>, row: WorkRow, is_doer: bool, doing: Signal<Option<Doing>>) -> Element {
    let done = steps.iter().filter(|line| line.by.is_some()).count();
    let missing = steps.iter().filter(|line| line.is_missing()).count();
    let may_record = is_doer && takes_records(&row.order);
    let values = [("n", done.to_string()), ("of", steps.len().to_string())];
    rsx! {
        Card { class: "wide work-steps",
            div { class: "row between wrap",
                h2 { {tr("work-steps")} }
                if known {
                    span { class: "muted small", "data-missing": "{missing}", role: "status", {tra("work-steps-done", &values)} }
                }
            }
            if !known {
                div { class: "banner warn", Icon { name: "triangle-alert" } p { class: "small", {tr("work-steps-away")} } }
            }
            ol { class: "list job-steps", "aria-label": tr("work-steps"),
                for line in steps {
                    Line { key: "{line.step.no.0}", line, may_record, doing }
                }
            }
        }
    }
}

/// A step. Pressed, it is answered.
#[component]
fn Line(line: StepLine, may_record: bool, doing: Signal<Option<Doing>>) -> Element {
    let mut doing = doing;
    let language = language();
    let locked = locked();
    let asked = line.asked();
    let (state, tone, icon) = match (&line.by, line.flag, line.step.optional) {
        (Some(_), Some(_), _) => ("odd", "warn", "triangle-alert"),
        (Some(_), None, _) => ("done", "ok", "check"),
        (None, _, true) => ("optional", "", "minus"),
        (None, _, false) => ("missing", "info", "clock"),
    };
    let hint = match &line.step.what {
        StepKind::Photo { when } => Some(of_photo(*when)),
        other => limits(other, language),
    };
    let answer = line.by.as_ref().map(|by| said(&by.record.content, Some(&line.step), language));
    let (word, picture) = if line.by.is_some() { ("work-step-again", "pencil") } else { ("work-step-do", "plus") };
    rsx! {
        li { class: "step", "data-no": "{line.step.no.0}", "data-ask": ask_of(&line.step.what), "data-step-state": state,
            div { class: "grow stack", gap: "4px",
                p { class: "number", {line.label()} }
                if let Some(answer) = answer {
                    p { class: "lines", "data-answer": "true", "{answer}" }
                }
                div { class: "row wrap",
                    StatusChip { tone, icon, label: tr(&format!("work-step-is-{state}")), small: true }
                    if let Some(flag) = line.flag {
                        StatusChip { tone: "warn", icon: "triangle-alert", label: of_flag(flag), small: true }
                    }
                    if let Some(hint) = hint {
                        span { class: "muted small", "{hint}" }
                    }
                }
            }
            if may_record && line.step.what != StepKind::Unknown {
                button { class: "button secondary", r#type: "button", disabled: locked, "data-do": "{line.step.no.0}",
                    "aria-label": format!("{} · {}", tr(word), line.label()),
                    onclick: move |_| doing.set(Some(Doing::Record(asked.clone()))),
                    Icon { name: picture }
                    {tr(word)}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::TimeZone;
    use domain::maintenance::template::StepNo;
    use domain::maintenance::work_order::WorkKind;
    use serde_json::{Value, json};
    use uuid::Uuid;

    #[test]
    fn what_was_done_before_work_was_cancelled_can_still_be_recorded() {
        let takes = |more: Value| {
            let mut body = json!({ "id": Uuid::nil(), "meter": Uuid::nil(), "work": "repair", "state": "cancelled", "from": 0, "until": 9,
                "author": "Ratna", "at": 0 });
            body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            takes_records(&serde_json::from_value(body).expect("an order"))
        };
        assert!(takes(json!({ "begun_at": 3, "cancelled_at": 5 })) && takes(json!({ "state": "scheduled" })));
        assert!(!takes(json!({ "cancelled_at": 5 })));
    }

    #[test]
    fn an_order_is_done_where_no_step_is_left_that_has_to_be_done() {
        let order = json!({ "id": Uuid::nil(), "meter": Uuid::nil(), "work": "replacement", "state": "in_progress", "from": 0, "until": 9,
            "author": "Ratna", "at": 0, "begun_at": 1 });
        let detail = |template: Option<Template>| {
            let row = WorkRow {
                order: serde_json::from_value(order.clone()).expect("an order"),
                serial: String::new(),
                address: String::new(),
                time_zone: TimeZone::Jakarta,
                zone: None,
                position: None,
                waiting: false,
            };
            WorkDetail { row, customer: String::new(), phone: String::new(), template, records: Vec::new() }
        };
        let of = |optional| {
            let step = Step { no: StepNo(1), label: "Foto".into(), what: StepKind::YesNo, optional };
            Template { name: "Ganti".into(), work: Some(WorkKind::Replacement), steps: vec![step], retired: false }
        };
        assert!(is_done(&detail(Some(of(true)))));
        assert!(
            !is_done(&detail(Some(of(false)))) && !is_done(&detail(None)),
            "the one that comes with the program asks for a photo"
        );
    }

    #[test]
    fn a_step_that_may_be_left_out_is_never_missing() {
        let step = |optional| Step { no: StepNo(1), label: "Cek baut".into(), what: StepKind::YesNo, optional };
        let line = |optional| StepLine { step: step(optional), by: None, flag: None };
        assert!(line(false).is_missing() && !line(true).is_missing());
        assert_eq!(line(true).asked(), Asked { step: Some(StepNo(1)), label: "Cek baut".into(), what: StepKind::YesNo });
    }
}
