//! A case: what the gateway reported, why nobody could use it, and what an admin decides.

use crate::bridge;
use crate::components::shell::{device_zone, language};
use crate::components::{Button, Card, Dialog, Icon, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::is_away;
use crate::pages::admin::parts::{Entry, Reason, Refused, Sums};
use crate::pages::sales::counter::is_silent;
use crate::state::shared;
use dioxus::prelude::*;
use domain::core::text::compact;
use protocol::sales::review::{CaseCandidate, CaseDecision, PaymentCase};
use protocol::ui::AdminRequest;
use uuid::Uuid;

/// What is to be decided.
#[derive(Clone, Copy, PartialEq)]
enum Deciding {
    Nothing,
    Assign(Uuid),
    Note(Uuid),
}

/// The case, with what can be done about it.
#[component]
pub fn CaseCard(case: PaymentCase, ondone: EventHandler<()>) -> Element {
    let (now, language) = ((shared().now)(), language());
    let mut deciding = use_signal(|| Deciding::Nothing);
    let moment = |at| format::moment(at, now, device_zone(), language);
    let payer = if case.payer.is_empty() { tr("case-payer-unknown") } else { case.payer.clone() };
    let method = if case.method.is_empty() { String::new() } else { format!(" · {}", case.method) };
    rsx! {
        Card { class: "wide",
            div { class: "row between wrap", "data-case": "{case.kind}",
                StatusChip { tone: "warn", icon: "triangle-alert", label: tr(&format!("case-{}", case.kind)), small: true }
                span { class: "muted tiny", {moment(case.at)} }
            }
            p { class: "number big",
                if let Some(amount) = case.amount { "{amount}" } else { {tr("case-amount-unknown")} }
            }
            p { class: "small", {tr(&format!("case-{}-why", case.kind))} }
            Sums { rows: vec![(tr("case-payer"), payer), (tr("case-order"), case.order.clone()), (tr("case-reported"), format!("{}{method}", case.reported))] }
            if case.times > 1 {
                p { class: "muted tiny", {tra("case-times", &[("n", case.times.to_string()), ("time", moment(case.last_at))])} }
            }
            div { class: "row wrap actions",
                if case.can_assign {
                    Button { label: tr("case-assign"), kind: "primary", icon: "check", disabled: is_away(),
                        onclick: move |_| deciding.set(Deciding::Assign(bridge::new_id())) }
                }
                Button { label: tr("case-note"), icon: "sticky-note", disabled: is_away(),
                    onclick: move |_| deciding.set(Deciding::Note(bridge::new_id())) }
            }
        }
        match deciding() {
            Deciding::Nothing => rsx! {},
            Deciding::Assign(key) => rsx! {
                Decide { key: "{key}", id: key, case: case.clone(), assigns: true, ondone, onclose: move |()| deciding.set(Deciding::Nothing) }
            },
            Deciding::Note(key) => rsx! {
                Decide { key: "{key}", id: key, case: case.clone(), assigns: false, ondone, onclose: move |()| deciding.set(Deciding::Nothing) }
            },
        }
    }
}

/// The dialog. `id` makes it happen once, however often it is pressed.
#[component]
fn Decide(id: Uuid, case: PaymentCase, assigns: bool, ondone: EventHandler<()>, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let of = case.id;
    let mut number = use_signal(|| case.purchase.map(|purchase| purchase.to_string()).unwrap_or_default());
    let mut note = use_signal(String::new);
    let act = use_act();
    let mut tried = use_signal(|| false);
    let purchase = compact(&number.read()).parse::<Uuid>().ok().filter(|_| assigns);
    let is_missing = assigns && purchase.is_none();
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if is_silent(&note.read()) || is_missing {
            return;
        }
        let body = CaseDecision { key: id, of, purchase, note: note.read().trim().to_owned() };
        act.send(AdminRequest::DecideCase(body), move |_| {
            shared.toast(tr(if assigns { "case-assigned" } else { "case-noted" }));
            ondone.call(());
            onclose.call(());
        });
    };
    rsx! {
        Dialog { title: tr(if assigns { "case-assign-title" } else { "case-note-title" }), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            p { class: "muted small", {tr(if assigns { "case-assign-lead" } else { "case-note-lead" })} }
            if assigns {
                Candidates { list: case.candidates.clone(), chosen: number }
            }
            form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                if assigns {
                    Entry { id: "case-purchase", label: tr("case-purchase"), value: number(), hint: tr("case-purchase-hint"),
                        error: (tried() && is_missing).then(|| tr("case-purchase-wrong")), oninput: move |text| number.set(text) }
                }
                Reason { id: "case-reason", value: note(), error: (tried() && is_silent(&note.read())).then(|| tr("refused-reason")), oninput: move |text| note.set(text) }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr(if assigns { "case-assign" } else { "case-note" }), kind: "primary", icon: "check", r#type: "submit",
                        busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}

/// Purchases that the money could be for, to choose one.
#[component]
fn Candidates(list: Vec<CaseCandidate>, chosen: Signal<String>) -> Element {
    let (now, language) = ((shared().now)(), language());
    let mut chosen = chosen;
    if list.is_empty() {
        return rsx! { p { class: "muted small", {tr("case-candidates-none")} } };
    }
    rsx! {
        div { class: "methods", role: "radiogroup", "aria-label": tr("case-candidates"),
            for candidate in list {
                button { key: "{candidate.purchase}", r#type: "button", class: "method", role: "radio",
                    "aria-checked": if chosen() == candidate.purchase.to_string() { "true" } else { "false" },
                    onclick: move |_| chosen.set(candidate.purchase.to_string()),
                    span { class: "grow",
                        p { class: "number small", "{candidate.whose}" }
                        p { class: "muted tiny", "{candidate.to_pay} · " {format::moment(candidate.at, now, device_zone(), language)} }
                    }
                    if chosen() == candidate.purchase.to_string() { Icon { name: "check" } }
                }
            }
        }
    }
}
