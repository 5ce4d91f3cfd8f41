//! A field that two people changed, side by side: what it was, theirs, mine.

use crate::bridge;
use crate::components::{Button, Icon, StatusChip, use_sending};
use crate::i18n::{tr, tra};
use crate::state::shared;
use dioxus::prelude::*;
use protocol::sync::push::{Keep, Operation};
use protocol::sync::rows::Conflict;
use protocol::ui::Request;

/// One conflict, to be decided.
#[component]
pub fn ConflictCard(conflict: Conflict) -> Element {
    let shared = shared();
    let (id, sending) = (conflict.id, use_sending());
    let decide = move |keep| {
        sending.once(async move {
            let command = Operation::DecideConflict { conflict: id, keep };
            if let Err(problem) = bridge::call(Request::SubmitAs { op: sending.id(), command }).await {
                shared.toast(super::states::explain(&problem));
            }
        });
    };
    let shown = |text: &str| if text.is_empty() { tr("value-empty") } else { text.to_owned() };
    rsx! {
        section { class: "card stack conflict", "data-conflict": "{conflict.field}",
            div { class: "row between wrap",
                h3 { {tr(&format!("field-{}", conflict.field))} " · {conflict.title}" }
                StatusChip { tone: "warn", icon: "triangle-alert", label: tr("conflict"), small: true }
            }
            dl { class: "versions",
                div { dt { {tr("conflict-base")} } dd { {shown(&conflict.base)} } }
                div { dt { {tr("conflict-theirs")} } dd { {shown(&conflict.theirs)} } }
                div { dt { {tra("conflict-mine", &[("author", conflict.author.clone())])} } dd { {shown(&conflict.mine)} } }
            }
            if conflict.decided.is_some() {
                p { class: "row small muted", Icon { name: "clock", size: "s" } {tr("conflict-decided")} }
            } else {
                div { class: "row wrap",
                    Button { label: tra("conflict-use", &[("value", shown(&conflict.mine))]), icon: "check", onclick: move |_| decide(Keep::Mine) }
                    Button { label: tra("conflict-leave", &[("value", shown(&conflict.theirs))]), kind: "quiet", onclick: move |_| decide(Keep::Theirs) }
                }
            }
        }
    }
}
