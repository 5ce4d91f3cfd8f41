//! What is decided about a line: accepted with a reason, made a case, or asked of the gateway again.

use crate::components::summary::{Summary, misses};
use crate::components::{Button, Dialog};
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::is_away;
use crate::pages::admin::parts::{Reason, Refused, Sums};
use crate::pages::sales::counter::is_silent;
use crate::state::shared;
use dioxus::prelude::*;
use protocol::sales::settlements::{LineAsked, LineDecision, LineDeed, SettlementLine};
use protocol::ui::{AdminRequest, AdminResponse, ClosingRequest, ClosingResponse};
use uuid::Uuid;

/// What is about to be done about a line: a deed, or none where the gateway is to be asked.
#[derive(Clone, PartialEq)]
pub struct Asking {
    /// Makes it happen once, however often it is pressed.
    pub key: Uuid,
    /// The line.
    pub line: SettlementLine,
    /// What is done.
    pub deed: Option<LineDeed>,
}

/// The dialog.
#[component]
pub fn Decide(asked: Asking, ondone: EventHandler<()>, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let act = use_act();
    let mut note = use_signal(String::new);
    let mut tried = use_signal(|| false);
    let Asking { key, line, deed } = asked;
    let word = match deed {
        Some(LineDeed::Accept) => "accept",
        Some(LineDeed::Case) => "case",
        None => "ask",
    };
    let of = line.id;
    let no_reason = (deed.is_some() && is_silent(&note.read())).then(|| tr("refused-reason"));
    let is_missing = no_reason.is_some();
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if is_missing {
            return;
        }
        let body = match deed {
            Some(does) => ClosingRequest::DecideLine(LineDecision { key, of, does, note: note.read().trim().to_owned() }),
            None => ClosingRequest::AskLine(LineAsked { of }),
        };
        act.send(AdminRequest::Closing(body), move |answer| {
            shared.toast(said(deed, answer));
            ondone.call(());
            onclose.call(());
        });
    };
    let rows = vec![
        (tr("case-order"), line.order.clone()),
        (tr("settlement-in-file"), line.gross.to_string()),
        (tr("settlement-fee"), line.fee.to_string()),
    ];
    rsx! {
        Dialog { title: tr(&format!("settlement-{word}-title")), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            p { class: "muted small", {tr(&format!("settlement-{word}-lead"))} }
            div { "data-whose": "{line.whose}", Sums { rows } }
            form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                Summary { wrong: misses(tried(), [("line-reason", no_reason.clone())]) }
                if deed.is_some() {
                    Reason { id: "line-reason", value: note(), hint: tr("office-reason-hint"), error: no_reason.filter(|_| tried()),
                        oninput: move |text| note.set(text) }
                }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr(&format!("settlement-{word}")), kind: "primary", icon: "check", r#type: "submit", busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}

/// What came of it, in a sentence.
fn said(deed: Option<LineDeed>, answer: AdminResponse) -> String {
    let line = match answer {
        AdminResponse::Closing(closing) => match *closing {
            ClosingResponse::Line(line) => Some(line),
            _ => None,
        },
        _ => None,
    };
    match (deed, line) {
        (None, Some(line)) => {
            tra("settlement-asked", &[("verdict", tr(&format!("settlement-verdict-{}", line.verdict.as_str())))])
        }
        (Some(LineDeed::Case), _) => tr("settlement-case-done"),
        _ => tr("settlement-accept-done"),
    }
}
