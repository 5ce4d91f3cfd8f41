//! What its technician does with an order: the one thing that is next, in a button that a glove meets, and the rest below it.

use crate::components::{Button, Card, Icon};
use crate::i18n::{tr, tra};
use crate::pages::maintenance::line::next;
use crate::pages::maintenance::order::adding::use_adding;
use crate::pages::maintenance::order::steps::{StepLine, takes_records};
use crate::pages::maintenance::order::{Asked, Doing};
use crate::pages::maintenance::step::Deed;
use crate::pages::metering::meter::locked;
use dioxus::prelude::*;
use domain::maintenance::record::RecordContent;
use domain::maintenance::template::{PhotoWhen, StepKind};
use domain::maintenance::work_order::WorkStage;
use protocol::ui::{WorkRecordRow, WorkRow};

/// Whether the technician is there, as far as was recorded: the last word of coming and leaving.
fn is_there(records: &[WorkRecordRow]) -> bool {
    let last = records.iter().rev().find_map(|row| match row.record.content {
        RecordContent::Arrival => Some(true),
        RecordContent::Departure => Some(false),
        _ => None,
    });
    last.unwrap_or(false)
}

/// The first step that is still to be done, while somebody is at it.
fn next_step(stage: WorkStage, steps: &[StepLine]) -> Option<&StepLine> {
    let is_possible = |line: &&StepLine| line.is_missing() && line.step.what != StepKind::Unknown;
    steps.iter().find(is_possible).filter(|_| stage == WorkStage::InProgress)
}

/// The buttons.
#[component]
pub fn Acts(row: WorkRow, steps: Vec<StepLine>, records: Vec<WorkRecordRow>, doing: Signal<Option<Doing>>) -> Element {
    let mut doing = doing;
    let stage = row.order.stage();
    let locked = locked();
    if !takes_records(&row.order) {
        return rsx! {};
    }
    let over = if stage == WorkStage::Cancelled { "work-cancelled-add" } else { "work-over-add" };
    let step = next_step(stage, &steps).map(StepLine::asked);
    let deed = next(stage);
    let extra = |key: &str, what: StepKind| Doing::Record(Asked { step: None, label: tr(key), what });
    let more = [
        ("work-add-photo", "camera", extra("work-add-photo", StepKind::Photo { when: PhotoWhen::Any })),
        ("work-add-note", "sticky-note", extra("work-add-note", StepKind::Note)),
        ("work-add-part", "settings", extra("work-add-part", StepKind::Part)),
        ("work-cost", "banknote", Doing::Cost),
    ];
    let is_going = stage == WorkStage::InProgress;
    let is_open = row.order.state.is_open();
    let has_step = step.is_some();
    rsx! {
        Card { class: "wide work-acts",
            if locked {
                div { class: "banner warn", Icon { name: "shield-alert" } p { class: "small", {tr("no-offline-edit")} } }
            }
            if let Some(asked) = step {
                button { class: "button primary big full", r#type: "button", disabled: locked, "data-next": "step",
                    onclick: { let asked = asked.clone(); move |_| doing.set(Some(Doing::Record(asked.clone()))) },
                    Icon { name: "chevron-right" }
                    {tra("work-next", &[("step", asked.label.clone())])}
                }
            }
            if let Some((deed, key, icon)) = deed {
                button { class: if has_step { "button secondary full" } else { "button primary big full" }, r#type: "button", disabled: locked,
                    "data-next": if has_step { "later" } else { "deed" }, "data-step": key,
                    onclick: move |_| doing.set(Some(Doing::Deed(deed))),
                    Icon { name: icon }
                    {tr(key)}
                }
            } else {
                p { class: "muted small", {tr(over)} }
            }
            div { class: "row wrap edge tools",
                if is_going {
                    Button { label: tr("work-hold"), kind: "quiet", icon: "pause", disabled: locked, onclick: move |_| doing.set(Some(Doing::Deed(Deed::Hold))) }
                }
                if is_open && stage != WorkStage::Deferred {
                    Button { label: tr("work-defer"), kind: "quiet", icon: "history", disabled: locked, onclick: move |_| doing.set(Some(Doing::Defer)) }
                }
                // What was recorded last decides which of the two is next, and each is a record of its own. A key is looked at among siblings only.
                for count in [records.len()] {
                    Presence { key: "{count}", row: row.clone(), is_there: is_there(&records) }
                }
                for (key , icon , what) in more {
                    Button { key: "{key}", label: tr(key), kind: "quiet", icon, disabled: locked, onclick: move |_| doing.set(Some(what.clone())) }
                }
            }
        }
    }
}

/// The technician came, or left.
#[component]
fn Presence(row: WorkRow, is_there: bool) -> Element {
    let adding = use_adding(&row);
    let done = use_callback(|()| ());
    let (key, icon) = if is_there { ("work-leave", "log-out") } else { ("work-arrive", "map-pin") };
    let go = move |_: MouseEvent| adding.add(if is_there { RecordContent::Departure } else { RecordContent::Arrival }, done);
    rsx! {
        Button { label: tr(key), kind: "quiet", icon, disabled: locked(), busy: adding.is_busy(), onclick: go }
    }
}
